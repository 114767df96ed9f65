// SPDX-License-Identifier: GPL-2.0
/* sip_method: see sip_method.h for the contract. */
#include "sip_method.h"
#include "sip_text.h"
#include "uapi/linux/netfilter/xt_sip.h"

/* Often seen ones first. */
static const struct {
	u64 head;		/* first 8 characters */
	u8 len;
	u8 method;
} words[] = {
	{ SIP_WORD8('R', 'E', 'G', 'I', 'S', 'T', 'E', 'R'), 8,
	  XT_SIP_REGISTER },
	{ SIP_WORD8('O', 'P', 'T', 'I', 'O', 'N', 'S', 0), 7, XT_SIP_OPTIONS },
	{ SIP_WORD8('I', 'N', 'V', 'I', 'T', 'E', 0, 0), 6, XT_SIP_INVITE },
	{ SIP_WORD4('A', 'C', 'K', 0), 3, XT_SIP_ACK },
	{ SIP_WORD4('B', 'Y', 'E', 0), 3, XT_SIP_BYE },
	{ SIP_WORD8('S', 'U', 'B', 'S', 'C', 'R', 'I', 'B'), 9,
	  XT_SIP_SUBSCRIBE },
	{ SIP_WORD8('N', 'O', 'T', 'I', 'F', 'Y', 0, 0), 6, XT_SIP_NOTIFY },
	{ SIP_WORD8('C', 'A', 'N', 'C', 'E', 'L', 0, 0), 6, XT_SIP_CANCEL },
	{ SIP_WORD8('M', 'E', 'S', 'S', 'A', 'G', 'E', 0), 7, XT_SIP_MESSAGE },
	{ SIP_WORD8('P', 'U', 'B', 'L', 'I', 'S', 'H', 0), 7, XT_SIP_PUBLISH },
	{ SIP_WORD8('U', 'P', 'D', 'A', 'T', 'E', 0, 0), 6, XT_SIP_UPDATE },
	{ SIP_WORD8('P', 'R', 'A', 'C', 'K', 0, 0, 0), 5, XT_SIP_PRACK },
	{ SIP_WORD8('R', 'E', 'F', 'E', 'R', 0, 0, 0), 5, XT_SIP_REFER },
	{ SIP_WORD4('I', 'N', 'F', 'O'), 4, XT_SIP_INFO },
};

u8 sip_method_of(const u8 *p, const u8 *end, const u8 *limit)
{
	size_t len = (size_t)(end - p);
	size_t i;
	u64 head;

	if (!len || len > SIP_METHOD_MAX)
		return XT_SIP_OTHER;
	head = sip_word(p, limit);
	if (len < 8)
		head = sip_word_head(head, (unsigned int)len);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (words[i].head == head && words[i].len == len)
			return len == SIP_METHOD_MAX && p[8] != 'E' ?
				XT_SIP_OTHER : words[i].method;
	return XT_SIP_OTHER;
}
