/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declares the reference: a second SIP parser, slow and simple, written from
 * RFC 3261, from how Asterisk, Kamailio and FreeSWITCH read what that does not
 * allow, and from what the headers of kernel/ promise; it shares no code with
 * kernel/.
 *
 * It cuts the payload into lines at line feeds, joins folded ones, looks at
 * each, and remembers every value of every field that xt_sip knows. Memory is
 * static: one result at a time.
 */
#ifndef _REFERENCE_H
#define _REFERENCE_H

#include "sip/parse.h"

struct ref_value {
	u8 field;		/* enum xsip_field */
	u32 start;		/* offsets of the trimmed value */
	u32 end;
};

struct reference {
	u8 class;
	u8 method;
	bool ended;
	bool inside;
	u16 status;
	u16 defects;
	u16 present;
	u16 repeated;
	u32 body;
	u32 length;
	u32 name_start;
	u32 name_end;
	u32 uri_start;
	u32 uri_end;
	u32 values;
	struct ref_value value[SIP_WINDOW];
};

/* Bytes, which may be empty; p is NULL if there are none. */
struct ref_text {
	const u8 *p;
	size_t len;
};

/* ---- Text ---- */

/* Is it this text, in any case? */
bool ref_same(const u8 *p, size_t len, const char *lower);

/* Are these bytes only such as are in a set? */
bool ref_only(const u8 *p, size_t len, const char *set, size_t set_len);

/* 1*DIGIT as a number; @limit if it is more than that, or no such text. */
u64 ref_number(const u8 *p, size_t len, u64 limit);

/* After the white space at @at. */
size_t ref_spaces(const u8 *p, size_t at, size_t len);

/* Without the white space around it. */
struct ref_text ref_trim(struct ref_text text);

/* Is it a name that a table may have? */
bool ref_is_name(const u8 *p, size_t len);

/* Which method has this name? */
u8 ref_method_by_name(const u8 *p, size_t len);

/* ---- Lines ---- */

struct ref_line {
	u32 start;
	u32 end;		/* of its text */
	u32 next;		/* after its end of line */
	bool ended;
};

struct ref_lines {
	u32 count;
	struct ref_line line[SIP_WINDOW];
};

/* Cut [@at, @size) into lines. */
void ref_split(const u8 *data, u32 at, u32 size, struct ref_lines *lines);

/* How many lines, from @first on, belong together by folding. */
u32 ref_folded(const u8 *data, const struct ref_lines *lines, u32 first);

/* Is there a CR, in lines @first to @after, that no LF follows? */
bool ref_lone_cr(const struct xsip_payload *pl, const struct ref_lines *lines,
		 u32 first, u32 after);

struct ref_start {
	u8 class;		/* SIP_JUNK if it is none */
	bool bad;		/* not of the form that RFC 3261 has */
	u16 status;
	u32 name_start;
	u32 name_end;
	u32 uri_start;
	u32 uri_end;
};

/*
 * Where in the line at @start a request line begins that ends with it, and
 * whose method has a name; @start if there is none.
 */
u32 ref_inside(const struct xsip_payload *pl, u32 start);

/* Read the line that a message starts with; @count: how many lines it has. */
struct ref_start ref_start_line(const struct xsip_payload *pl,
				const struct ref_lines *lines, u32 *count);

/* ---- Messages ---- */

/* What xsip_parse() has to find in a payload. */
void ref_parse(const struct xsip_payload *payload, struct reference *ref);

/* The first value of a field; p is NULL if the message has none. */
struct ref_text ref_field(const struct xsip_payload *payload,
			  const struct reference *ref, enum xsip_field field);

/* A parameter of the first of a field's values. */
struct ref_text ref_param(struct ref_text value, const char *name);

/* The URI of a name-addr or addr-spec; never NULL. */
struct ref_text ref_uri(struct ref_text value);

/* The first value of a list, up to the comma after it. */
struct ref_text ref_first_value(struct ref_text list);

/* The user of a URI; NULL if it has none. */
struct ref_text ref_user(struct ref_text uri);

/*
 * The user that From or To names, as --users counts it, its escapes not
 * resolved; empty if the message has no such field, but for To, which is the
 * Request-URI then.
 */
struct ref_text ref_identity(const struct xsip_payload *payload,
			     const struct reference *ref,
			     enum xsip_field field);

/* @text with its percent escapes resolved, up to %00, in static memory. */
struct ref_text ref_unescape(struct ref_text text);

/* @text with all its percent escapes resolved, in static memory. */
struct ref_text ref_resolve(struct ref_text text);

/*
 * Would PJSIP read another field after a '&' in the value of field @name? With
 * folds as white space.
 */
bool ref_joined(struct ref_text name, struct ref_text value);

/* Does a Via have a maddr that sends the response to another host? */
bool ref_maddr(struct ref_text via);

/* Which field has this name? */
u8 ref_field_by_name(const u8 *name, size_t len);

/* @text with runs of white space as one space, in static memory. */
struct ref_text ref_normal(struct ref_text text);

/*
 * Which of the texts, written as in xt_sip_mtinfo.texts, is in a value that
 * ref_normal() made? As xsip_pattern_find() says it.
 */
int ref_find(const u8 *texts, size_t size, struct ref_text normal);

/* The same in the values of a field: the first one in any of them. */
int ref_find_in(const struct xsip_payload *payload, const struct reference *ref,
		enum xsip_field field, const u8 *texts, size_t size);

static inline bool ref_blank(u8 byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static inline bool ref_control(u8 byte)
{
	return byte < 0x20 || byte == 0x7f;
}

static inline bool ref_digit(u8 byte)
{
	return byte >= '0' && byte <= '9';
}

static inline u8 ref_lower(u8 byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

/* RFC 3261 section 25.1, token. */
static inline bool ref_token(u8 byte)
{
	return ref_digit(byte) ||
		(ref_lower(byte) >= 'a' && ref_lower(byte) <= 'z') ||
		(byte && strchr("-.!%*_+`'~", byte));
}

#endif /* _REFERENCE_H */
