/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parser: bytes of a payload -> struct xsip_msg (RFC 3261 section 7).
 *
 * One pass over the start line and the header fields; the body is measured,
 * never read. The result holds offsets only, counted from the first byte, and
 * is a pure function of the bytes and of struct xsip_payload: no state, no
 * allocation, no byte read outside the window. Work is linear in the window,
 * which callers limit to SIP_WINDOW.
 *
 * Liberal where RFC 3261 or a server is: any case of methods and of header
 * names, compact forms (7.3.3), white space before the colon and around the
 * parts of a start line, folded lines (7.3.1), bare LF, CR and LF before the
 * start line (7.5), unknown methods, 8-bit text. What servers read in different
 * ways is `ambiguous`.
 */
#ifndef _XSIP_PARSE_H
#define _XSIP_PARSE_H

#include "line.h"
#include "message.h"

/**
 * xsip_parse() - classify and parse a payload
 * @payload: what to parse
 * @msg: the result; every byte of it is written
 */
void xsip_parse(const struct xsip_payload *payload, struct xsip_msg *msg);

/**
 * xsip_parse_find_start() - find where the next message of a stream begins
 * @p: where to look from; not taken for the start of a line itself
 * @end: end of what may be read
 *
 * A message begins with a whole line that is a status line, or a request line
 * with a method that has a name here; such a request line may also begin inside
 * of a line. Where a line has another token for a method and a Request-URI
 * without white space, one may begin.
 *
 * Return: the first byte of the start line, or @end.
 */
const u8 *xsip_parse_find_start(const u8 *p, const u8 *end);

/**
 * struct xsip_again - the position in a search for more values of a field
 * @payload: of the message
 * @lines: those not read yet
 * @field: which header field
 */
struct xsip_again {
	const struct xsip_payload *payload;
	struct xsip_lines lines;
	enum xsip_field field;
};

/**
 * xsip_again_start() - begin to look for the values of a repeated header field
 * @again: to be started
 * @parsed: a request or a response
 * @field: a header field that it has; its first value was read
 *
 * For the few messages that repeat a field of which every value counts.
 */
void xsip_again_start(struct xsip_again *again,
		      const struct xsip_parsed *parsed, enum xsip_field field);

/**
 * xsip_again_odd() - the part of xsip_again_next() for unusual lines
 * @again: a line that xsip_line_plain() does not read
 * @line: the result
 *
 * Return: whether there is one that counts.
 */
bool xsip_again_odd(struct xsip_again *again, struct xsip_line *line);

/**
 * xsip_again_next() - find the next value
 * @again: started
 * @line: the result
 *
 * Return: whether there is another one.
 */
static inline bool xsip_again_next(struct xsip_again *again,
				   struct xsip_line *line)
{
	struct xsip_lines *lines = &again->lines;
	const u8 *next;

	do {
		next = xsip_line_plain(lines->p, lines->end, line);
		if (likely(next))
			lines->p = next;
		else if (!xsip_again_odd(again, line))
			return false;
	} while (line->field != again->field);
	return true;
}

#endif /* _XSIP_PARSE_H */
