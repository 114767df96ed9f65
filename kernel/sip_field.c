// SPDX-License-Identifier: GPL-2.0
/* sip_field: see sip_field.h for the contract. */
#include "sip_field.h"
#include "sip_text.h"

/* A letter's case is its bit 0x20. */
#define FOLD_ALL	(0x20 * SIP_ONES)

static u64 folded(const u8 *p)
{
	return sip_port_load64(p) | FOLD_ALL;
}

/* RFC 3261 section 7.3.3. */
static enum sip_field compact_field(u8 name)
{
	/* Of two bytes that differ in bit 0x20 here, both are the letter. */
	switch (name | 0x20) {
	case 'v':
		return SIP_VIA;
	case 'f':
		return SIP_FROM;
	case 't':
		return SIP_TO;
	case 'i':
		return SIP_CALL_ID;
	case 'l':
		return SIP_CONTENT_LENGTH;
	case 'm':
		return SIP_CONTACT;
	default:
		return SIP_FIELD_NONE;
	}
}

/* Names of 2 to 7 characters; @word: the name in lower case, zero-padded. */
static enum sip_field short_field(u64 word)
{
	switch (word) {
	case SIP_WORD4('v', 'i', 'a', 0):
		return SIP_VIA;
	case SIP_WORD4('f', 'r', 'o', 'm'):
		return SIP_FROM;
	case SIP_WORD4('t', 'o', 0, 0):
		return SIP_TO;
	case SIP_WORD4('c', 's', 'e', 'q'):
		return SIP_CSEQ;
	case SIP_WORD8('c', 'a', 'l', 'l', '-', 'i', 'd', 0):
		return SIP_CALL_ID;
	case SIP_WORD8('c', 'o', 'n', 't', 'a', 'c', 't', 0):
		return SIP_CONTACT;
	case SIP_WORD8('s', 'e', 'r', 'v', 'e', 'r', 0, 0):
		return SIP_SERVER;
	default:
		return SIP_FIELD_NONE;
	}
}

/* Longer names, by their first 8, their last 8 and the 8 between. */
static enum sip_field long_field(const u8 *p, size_t len)
{
	u64 head = folded(p);
	u64 tail = folded(p + len - 8);

	switch (len) {
	case 10:
		if (head == SIP_WORD8('u', 's', 'e', 'r', '-', 'a', 'g', 'e') &&
		    tail == SIP_WORD8('e', 'r', '-', 'a', 'g', 'e', 'n', 't'))
			return SIP_USER_AGENT;
		break;
	case 13:
		if (head == SIP_WORD8('a', 'u', 't', 'h', 'o', 'r', 'i', 'z') &&
		    tail == SIP_WORD8('r', 'i', 'z', 'a', 't', 'i', 'o', 'n'))
			return SIP_AUTHORIZATION;
		break;
	case 14:
		if (head == SIP_WORD8('c', 'o', 'n', 't', 'e', 'n', 't', '-') &&
		    tail == SIP_WORD8('t', '-', 'l', 'e', 'n', 'g', 't', 'h'))
			return SIP_CONTENT_LENGTH;
		break;
	case 19:
		if (head == SIP_WORD8('p', 'r', 'o', 'x', 'y', '-', 'a', 'u') &&
		    folded(p + 8) ==
			SIP_WORD8('t', 'h', 'o', 'r', 'i', 'z', 'a', 't') &&
		    tail == SIP_WORD8('r', 'i', 'z', 'a', 't', 'i', 'o', 'n'))
			return SIP_PROXY_AUTHORIZATION;
		break;
	}
	return SIP_FIELD_NONE;
}

enum sip_field sip_field_of(const u8 *name, const u8 *name_end, const u8 *end)
{
	size_t len = (size_t)(name_end - name);
	u64 head;

	if (len == 1)
		return compact_field(*name);
	if (len >= 8)
		return long_field(name, len);
	head = sip_word(name, end) | FOLD_ALL;
	return short_field(sip_word_head(head, (unsigned int)len));
}
