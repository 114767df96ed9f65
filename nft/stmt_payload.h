/* SPDX-License-Identifier: GPL-2.0 */
/* Loads the source address for a statement that stores it in a set. */
#ifndef _NFT_STMT_PAYLOAD_H
#define _NFT_STMT_PAYLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "linearize.h"
#include "stmt.h"

/* Load the source address of packets of this family into register 1. */
void stmt_payload_load_saddr(struct linearize *ctx, uint8_t nfproto);

/* Is the whole source address loaded by @stmt? NULL is not. */
bool stmt_payload_is_saddr(const struct stmt *stmt);

#endif /* _NFT_STMT_PAYLOAD_H */
