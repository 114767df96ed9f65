/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lines of a header section, one at a time (RFC 3261 section 7.3).
 *
 * Nearly all lines have the same form: a name, a colon, text, CRLF, and no
 * white space at the start of the next line. xsip_line_plain() reads these, 8
 * bytes at a time, and leaves all others to xsip_line_any(), which reads every
 * line. Nothing outside of the payload is read.
 */
#ifndef _XSIP_LINE_H
#define _XSIP_LINE_H

#include "field.h"

/**
 * struct xsip_lines - the reading position in a header section
 * @p: next byte to read; at least 8 bytes after the start of the payload, but
 *     for xsip_line_rest()
 * @end: end of what may be read
 * @defects: bits of enum xt_sip_defect that the lines have
 * @cut: @end came before the end of a line
 * @ended: the empty line was found
 */
struct xsip_lines {
	const u8 *p;
	const u8 *end;
	u16 defects;
	bool cut;
	bool ended;
};

/**
 * struct xsip_line - a header field
 * @field: which one
 * @value: its value, without white space around it; undefined for
 *         SIP_FIELD_NONE, like @value_end
 * @value_end: the value's end
 */
struct xsip_line {
	enum xsip_field field;
	const u8 *value;
	const u8 *value_end;
};

static inline bool xsip_is_blank(u8 byte)
{
	return byte == ' ' || byte == '\t';
}

/**
 * xsip_line_end() - does a line end here?
 * @p: what may be an end of line, before @end
 * @end: end of what may be read
 *
 * A lone CR ends nothing here. Asterisk and FreeSWITCH take it for the end of a
 * line, Kamailio in some fields, so a message that has one is `ambiguous`.
 *
 * Return: the start of the next line, or NULL.
 */
static inline const u8 *xsip_line_end(const u8 *p, const u8 *end)
{
	if (*p == '\n')
		return p + 1;
	if (*p == '\r' && end - p > 1 && p[1] == '\n')
		return p + 2;
	return NULL;
}

/**
 * xsip_line_rest() - read the rest of a line
 * @lines: its first byte to read; then the start of the next line
 * @fold: lines that start with white space belong to it
 *
 * Return: where the line's text ends.
 */
const u8 *xsip_line_rest(struct xsip_lines *lines, bool fold);

/**
 * xsip_line_any() - read a line
 * @lines: where it starts; then where the next one does
 * @line: the result
 *
 * Return: whether there was one: false at the empty line, which is read, and
 * at the end of what may be read.
 */
bool xsip_line_any(struct xsip_lines *lines, struct xsip_line *line);

/* The 8 bytes at @p; instead of those after @last + 8, NULs. */
static inline u64 xsip_line_tail(const u8 *p, const u8 *last)
{
	return xsip_port_load64(last) >> (8 * (p - last - 1)) >> 8;
}

/**
 * xsip_line_plain() - read a line if it is of the usual form
 * @name: where it starts
 * @end: end of what may be read
 * @line: the result
 *
 * This is the critical dependency chain of the parser: keep it in registers,
 * and predict by branches rather than compute. With it an ordinary REGISTER
 * takes 2601 instructions, by xsip_line_any() alone 5068 (tests/cost).
 *
 * Return: the start of the next line, which is before @end, or NULL for
 * another form.
 */
static __always_inline const u8 *xsip_line_plain(const u8 *name, const u8 *end,
						 struct xsip_line *line)
{
	const u8 *last = end - 8;	/* that a word can start at */
	const u8 *p = name;
	const u8 *colon = name + 1;
	const u8 *next;
	u64 head, word, colons, controls, joins;

	if (unlikely(p > last))
		return NULL;
	head = xsip_port_load64(p);
	controls = xsip_word_controls(head);
	joins = xsip_word_ascii(head, '&');
	if (name[1] == ':' && name[0] > ':') {
		line->field = xsip_field_compact(name[0]);
		goto value;
	}
	/* To the first colon or what may be a control byte, and no further. */
	colons = xsip_word_ascii(head, ':') & SIP_HIGHS;
	while (!(colons | controls)) {
		p += 8;
		if (unlikely(p > last))
			return NULL;
		word = xsip_port_load64(p);
		colons = xsip_word_ascii(word, ':') & SIP_HIGHS;
		controls = xsip_word_controls(word);
		joins = xsip_word_ascii(word, '&');
	}
	colon = p + xsip_word_first(colons | controls);
	if (unlikely(*colon != ':'))
		return NULL;
	line->field = xsip_field_of(head, name, (size_t)(colon - name));
	if (line->field == SIP_FIELD_NONE &&
	    (colon == name || *name == ' ' || colon[-1] == ' '))
		return NULL;
value:
	/* To the first control byte; at the end there is a NUL. */
	while (!controls) {
		p += 8;
		word = likely(p <= last) ? xsip_port_load64(p) :
			xsip_line_tail(p, last);
		controls = xsip_word_controls(word);
		joins |= xsip_word_ascii(word, '&');
	}
	/* What may be two fields to a server is looked at more closely. */
	if (unlikely(joins & SIP_HIGHS))
		return NULL;
	p += xsip_word_first(controls);
	if (unlikely(p > last + 5))
		return NULL;
	next = p + 2;
	if (unlikely(p[0] != '\r' || p[1] != '\n')) {
		if (p[0] != '\n')
			return NULL;
		next = p + 1;
	}
	if (unlikely(*next <= ' ') && xsip_is_blank(*next))
		return NULL;
	/* No control byte is in the value: of white space only blanks. */
	for (colon++; *colon == ' ';)
		colon++;
	line->value = colon;
	while (p > colon && p[-1] == ' ')
		p--;
	line->value_end = p;
	return next;
}

#endif /* _XSIP_LINE_H */
