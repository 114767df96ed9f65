// SPDX-License-Identifier: GPL-2.0
/* Finds header fields by name, in a perfect hash. */
#include "field.h"

/* Two names with the same slot are a compile error, in the kernel as well. */
#pragma GCC diagnostic error "-Woverride-init"

#define HEAD(word, len)	((word) << (8 * (8 - (len))))
#define NAME(word, len, field)						\
	[SIP_FIELD_SLOT(HEAD(word, len))] = { HEAD(word, len), 0, len, field }
#define LONG_NAME(word, tail, len, field)				\
	[SIP_FIELD_SLOT(word)] = { word, tail, len, field }

/* RFC 3261 section 20, compact forms of section 7.3.3. */
const struct xsip_field_name xsip_field_names[SIP_FIELD_SLOTS] = {
	NAME(SIP_CHAR('v', 0), 1, SIP_VIA),
	NAME(SIP_CHAR('f', 0), 1, SIP_FROM),
	NAME(SIP_CHAR('t', 0), 1, SIP_TO),
	NAME(SIP_CHAR('i', 0), 1, SIP_CALL_ID),
	NAME(SIP_CHAR('l', 0), 1, SIP_CONTENT_LENGTH),
	NAME(SIP_CHAR('m', 0), 1, SIP_CONTACT),
	NAME(SIP_WORD4('t', 'o', 0, 0), 2, SIP_TO),
	NAME(SIP_WORD4('v', 'i', 'a', 0), 3, SIP_VIA),
	NAME(SIP_WORD4('f', 'r', 'o', 'm'), 4, SIP_FROM),
	NAME(SIP_WORD4('c', 's', 'e', 'q'), 4, SIP_CSEQ),
	NAME(SIP_WORD8('s', 'e', 'r', 'v', 'e', 'r', 0, 0), 6, SIP_SERVER),
	NAME(SIP_WORD8('c', 'a', 'l', 'l', '-', 'i', 'd', 0), 7, SIP_CALL_ID),
	NAME(SIP_WORD8('c', 'o', 'n', 't', 'a', 'c', 't', 0), 7, SIP_CONTACT),
	LONG_NAME(SIP_WORD8('u', 's', 'e', 'r', '-', 'a', 'g', 'e'),
		  SIP_WORD8('e', 'r', '-', 'a', 'g', 'e', 'n', 't'),
		  10, SIP_USER_AGENT),
	LONG_NAME(SIP_WORD8('a', 'u', 't', 'h', 'o', 'r', 'i', 'z'),
		  SIP_WORD8('r', 'i', 'z', 'a', 't', 'i', 'o', 'n'),
		  13, SIP_AUTHORIZATION),
	LONG_NAME(SIP_WORD8('c', 'o', 'n', 't', 'e', 'n', 't', '-'),
		  SIP_WORD8('t', '-', 'l', 'e', 'n', 'g', 't', 'h'),
		  14, SIP_CONTENT_LENGTH),
	LONG_NAME(SIP_WORD8('p', 'r', 'o', 'x', 'y', '-', 'a', 'u'),
		  SIP_WORD8('r', 'i', 'z', 'a', 't', 'i', 'o', 'n'),
		  19, SIP_PROXY_AUTHORIZATION),
};

enum xsip_field xsip_field_longest(const u8 *name)
{
	u64 middle = xsip_port_load64(name + 8) | SIP_FIELD_FOLD;

	return middle == SIP_WORD8('t', 'h', 'o', 'r', 'i', 'z', 'a', 't') ?
		SIP_PROXY_AUTHORIZATION : SIP_FIELD_NONE;
}
