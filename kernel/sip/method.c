// SPDX-License-Identifier: GPL-2.0
/* Finds methods by name. */
#include "method.h"
#include "text.h"
#include <linux/netfilter/xt_sip.h>

/* Frequent methods first. */
static const struct {
	u64 head;		/* first 8 characters, in lower case */
	u8 len;
	u8 method;
} words[] = {
	{ SIP_WORD8('r', 'e', 'g', 'i', 's', 't', 'e', 'r'), 8,
	  XT_SIP_REGISTER },
	{ SIP_WORD8('o', 'p', 't', 'i', 'o', 'n', 's', 0), 7, XT_SIP_OPTIONS },
	{ SIP_WORD8('i', 'n', 'v', 'i', 't', 'e', 0, 0), 6, XT_SIP_INVITE },
	{ SIP_WORD4('a', 'c', 'k', 0), 3, XT_SIP_ACK },
	{ SIP_WORD4('b', 'y', 'e', 0), 3, XT_SIP_BYE },
	{ SIP_WORD8('s', 'u', 'b', 's', 'c', 'r', 'i', 'b'), 9,
	  XT_SIP_SUBSCRIBE },
	{ SIP_WORD8('n', 'o', 't', 'i', 'f', 'y', 0, 0), 6, XT_SIP_NOTIFY },
	{ SIP_WORD8('c', 'a', 'n', 'c', 'e', 'l', 0, 0), 6, XT_SIP_CANCEL },
	{ SIP_WORD8('m', 'e', 's', 's', 'a', 'g', 'e', 0), 7, XT_SIP_MESSAGE },
	{ SIP_WORD8('p', 'u', 'b', 'l', 'i', 's', 'h', 0), 7, XT_SIP_PUBLISH },
	{ SIP_WORD8('u', 'p', 'd', 'a', 't', 'e', 0, 0), 6, XT_SIP_UPDATE },
	{ SIP_WORD8('p', 'r', 'a', 'c', 'k', 0, 0, 0), 5, XT_SIP_PRACK },
	{ SIP_WORD8('r', 'e', 'f', 'e', 'r', 0, 0, 0), 5, XT_SIP_REFER },
	{ SIP_WORD4('i', 'n', 'f', 'o'), 4, XT_SIP_INFO },
};

u8 xsip_method_of(const u8 *p, const u8 *end, const u8 *limit)
{
	size_t len = (size_t)(end - p);
	size_t i;
	u64 head;

	if (!len || len > SIP_METHOD_MAX)
		return XT_SIP_OTHER;
	/*
	 * Setting this bit makes a letter only of a letter, so nothing else
	 * compares equal.
	 */
	head = xsip_word(p, limit) | 0x20 * SIP_ONES;
	if (len < 8)
		head = xsip_word_head(head, (unsigned int)len);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (words[i].head == head && words[i].len == len)
			return len == SIP_METHOD_MAX && (p[8] | 0x20) != 'e' ?
				XT_SIP_OTHER : words[i].method;
	return XT_SIP_OTHER;
}
