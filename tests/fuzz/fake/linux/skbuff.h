/* SPDX-License-Identifier: GPL-2.0 */
/* For fuzz_memo: a packet is its payload. */
#ifndef _FAKE_SKBUFF_H
#define _FAKE_SKBUFF_H

#include "sip_parse.h"

struct sk_buff {
	const struct sip_payload *payload;	/* NULL: none to judge */
};

#endif /* _FAKE_SKBUFF_H */
