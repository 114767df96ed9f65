/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside a header field value: parameters and URIs (RFC 3261 sections 7.3.1,
 * 19.1 and 20).
 *
 * Only the first of several values in a field counts: reading stops at the
 * first comma outside of quotes and angle brackets. Folded lines are white
 * space. A quote or bracket without its partner is an ordinary byte. Ranges
 * that are returned lie inside the range that was passed; nothing outside of it
 * is read.
 */
#ifndef _XSIP_VALUE_H
#define _XSIP_VALUE_H

#include "text.h"

/**
 * xsip_value_mark() - find the next delimiter
 * @p: start of the range
 * @end: its end
 *
 * Return: the first '"', '<', ';' or ',', or @end.
 */
static __always_inline const u8 *xsip_value_mark(const u8 *p, const u8 *end)
{
	u64 word, marks;

	for (; end - p >= 8; p += 8) {
		word = xsip_port_load64(p);
		/* The last two of the four differ in one bit. */
		marks = xsip_word_bytes(word, '"') |
			xsip_word_bytes(word, ';') |
			xsip_word_bytes(word | 0x10 * SIP_ONES, '<');
		if (marks)
			return p + xsip_word_first(marks);
	}
	while (p < end && !xsip_is(*p, SIP_VALUE_MARK))
		p++;
	return p;
}

/**
 * struct xsip_param_name - what a parameter is called
 * @word: 1 to 8 letters in lower case, as xsip_word() reads them
 * @len: how many
 */
struct xsip_param_name {
	u64 word;
	u32 len;
};

extern const struct xsip_param_name xsip_param_branch;	/* of Via */
extern const struct xsip_param_name xsip_param_tag;	/* of From and To */

/**
 * xsip_value_param() - find a parameter: "...;name=value"
 * @value: of From, To, Contact or Via
 * @name: the parameter's name; its case in @value is ignored
 * @param: the parameter's value without white space around it, which may be
 *         empty; undefined if there is none
 *
 * Return: whether the first value has it, with a '=' after the name.
 */
bool xsip_value_param(struct xsip_range value,
		      const struct xsip_param_name *name,
		      struct xsip_range *param);

/**
 * xsip_value_param_at() - find where a parameter's value starts
 * @value: as for xsip_value_param()
 * @name: the same
 *
 * Return: the first byte of the parameter's value, which may be empty, or
 * NULL.
 */
const u8 *xsip_value_param_at(struct xsip_range value,
			      const struct xsip_param_name *name);

/**
 * xsip_value_param_text() - the value of a parameter
 * @p: where it starts, as xsip_value_param_at() returns it
 * @end: end of the field's value
 *
 * Return: the token, host or quoted string; may be empty.
 */
struct xsip_range xsip_value_param_text(const u8 *p, const u8 *end);

/**
 * xsip_value_bracketed() - find the URI of a name-addr
 * @value: of From, To or Contact
 * @uri: what stands between the brackets, or from the first to the end;
 *       undefined if there are none
 *
 * The display name in front may hold anything but, outside of quotes that begin
 * it, a bracket, and a ';' after a colon.
 *
 * Return: whether there are brackets.
 */
bool xsip_value_bracketed(struct xsip_range value, struct xsip_range *uri);

/**
 * xsip_value_uri() - find the URI of a name-addr or addr-spec
 * @value: of From, To or Contact
 *
 * Return: what stands between the brackets; without them, what stands before
 * the first white space, ';', ',' or '?'. May be empty.
 */
struct xsip_range xsip_value_uri(struct xsip_range value);

/**
 * struct xsip_values - the position in a list of values
 * @p: what is left of it
 * @end: its end
 * @lone_quote: no quote that is still to come has its partner
 * @lone_bracket: no bracket that is still to come has its partner
 */
struct xsip_values {
	const u8 *p;
	const u8 *end;
	bool lone_quote;
	bool lone_bracket;
};

static inline struct xsip_values xsip_values_of(struct xsip_range list)
{
	return (struct xsip_values){ .p = list.p, .end = list.end };
}

/**
 * xsip_values_next() - the next value of a list
 * @values: of Contact, begun by xsip_values_of()
 * @value: the value, up to the comma after it; may be empty
 *
 * Linear in the list, if it is called to its end.
 *
 * Return: whether there is one.
 */
bool xsip_values_next(struct xsip_values *values, struct xsip_range *value);

/**
 * xsip_value_user() - the user part of a URI
 * @uri: any URI
 * @user: the part between scheme and '@', without a password or parameters; of
 *        a tel URI without '@' the number; undefined if there is none
 *
 * Return: whether there is one of at least a byte.
 */
bool xsip_value_user(struct xsip_range uri, struct xsip_range *user);

#endif /* _XSIP_VALUE_H */
