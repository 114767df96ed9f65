/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Header field names: those that xt_sip reads, as numbers.
 *
 * RFC 3261 section 20, with the compact forms of section 7.3.3.
 */
#ifndef _XSIP_FIELD_H
#define _XSIP_FIELD_H

#include "text.h"

enum xsip_field {
	SIP_VIA,
	SIP_FROM,
	SIP_TO,
	SIP_CALL_ID,
	SIP_CSEQ,
	SIP_CONTENT_LENGTH,
	SIP_USER_AGENT,
	SIP_SERVER,
	SIP_AUTHORIZATION,
	SIP_PROXY_AUTHORIZATION,
	SIP_CONTACT,
	SIP_FIELD_COUNT,
	SIP_FIELD_NONE = SIP_FIELD_COUNT
};

/*
 * A name's head is a word of its first 8 characters, in lower case and moved
 * up until the last of them is the highest byte: no two names of up to 8 have
 * the same one. Heads are found by a hash that gives each a slot of its own.
 */
#define SIP_FIELD_FOLD		(0x20 * SIP_ONES)	/* a letter's case */
#define SIP_FIELD_SLOT(head)	(((head) * 11) >> 59)
#define SIP_FIELD_SLOTS		32

/**
 * struct xsip_field_name - the name of a header field
 * @head: see above
 * @tail: its last 8 characters in lower case, if it has more than 8
 * @len: how many characters it has
 * @field: of the field
 */
struct xsip_field_name {
	u64 head;
	u64 tail;
	u8 len;
	u8 field;
};

extern const struct xsip_field_name xsip_field_names[SIP_FIELD_SLOTS];

/**
 * xsip_field_longest() - is this the longest name?
 * @name: start of a name with its length, head and tail
 *
 * Return: SIP_PROXY_AUTHORIZATION or SIP_FIELD_NONE.
 */
enum xsip_field xsip_field_longest(const u8 *name);

/**
 * xsip_field_of() - which header field has this name?
 * @word: the 8 bytes at @name, of which those after the name do not matter
 * @name: start of the name, without white space around it
 * @len: how long it is; no control byte is in it
 *
 * The whole name decides, in any case: "To-X" is not "To".
 *
 * Return: the field, or SIP_FIELD_NONE.
 */
static __always_inline enum xsip_field xsip_field_of(u64 word, const u8 *name,
						     size_t len)
{
	const struct xsip_field_name *known;
	u64 head = word | SIP_FIELD_FOLD;

	if (len < 8)
		head <<= 8 * (8 - len) & 63;
	known = &xsip_field_names[SIP_FIELD_SLOT(head)];
	if (known->head != head)
		return SIP_FIELD_NONE;
	if (len < 8)
		return known->field;
	if (known->len != len ||
	    known->tail != (xsip_port_load64(name + len - 8) | SIP_FIELD_FOLD))
		return SIP_FIELD_NONE;
	return len <= 16 ? known->field : xsip_field_longest(name);
}

/**
 * xsip_field_compact() - which header field has this letter for its name?
 * @letter: the whole name (RFC 3261 section 7.3.3), no control byte
 *
 * Return: the field, or SIP_FIELD_NONE.
 */
static inline enum xsip_field xsip_field_compact(u8 letter)
{
	return xsip_field_of(letter, NULL, 1);
}

#endif /* _XSIP_FIELD_H */
