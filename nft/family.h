/* SPDX-License-Identifier: GPL-2.0 */
/* Names the families of tables in which the sip match works. */
#ifndef _NFT_FAMILY_H
#define _NFT_FAMILY_H

#include <stdint.h>

#include "lexer.h"

/* "ip", "ip6" or "inet" for NFPROTO_*, or NULL for another family. */
const char *family_name(uint8_t family);

/* Take a token that is ip, ip6 or inet; anything else is an error. */
uint8_t family_parse(struct lexer *lexer);

#endif /* _NFT_FAMILY_H */
