// SPDX-License-Identifier: GPL-2.0
/* Reads header lines one at a time: the general, byte-wise reader. */
#include "line.h"
#include <linux/netfilter/xt_sip.h>

/* xsip_text_control() without a call: most calls would read a few bytes. */
static inline const u8 *control_from(const u8 *p, const u8 *end)
{
	return p < end && xsip_is(*p, SIP_CTL) ? p : xsip_text_control(p, end);
}

/*
 * Go on after a control byte that ends no line, to the next that may. The last
 * byte there is to read may be the first half of a CRLF.
 */
static const u8 *skip_control(struct xsip_lines *l, const u8 *p)
{
	const u8 *end, *text_end;

	if (*p == '\t') {
		while (p < l->end && xsip_is_blank(*p))
			p++;
		return control_from(p, l->end);
	}
	l->defects |= BIT(XT_SIP_CHARSET);
	end = xsip_text_find(p, l->end, '\n');
	text_end = end[-1] == '\r' ? end - 1 : end;
	if (!(l->defects & BIT(XT_SIP_AMBIGUOUS)) &&
	    xsip_text_find(p, text_end, '\r') < text_end)
		l->defects |= BIT(XT_SIP_AMBIGUOUS);
	return end < l->end ? text_end : end;
}

static const u8 *skip_blanks_only(const u8 *p, const u8 *end)
{
	while (p < end && xsip_is_blank(*p))
		p++;
	return p;
}

/*
 * Kamailio finds the length of a message in a TCP stream by lines, and takes
 * one that is folded for a field.
 */
static void check_fold(struct xsip_lines *l, const u8 *p)
{
	p = skip_blanks_only(p, l->end);
	if (p == l->end || ((*p | 0x20) != 'c' && (*p | 0x20) != 'l'))
		return;
	if ((*p | 0x20) == 'l')
		p++;
	else if (xsip_text_starts(p, l->end, "content-length"))
		p += 14;
	p = skip_blanks_only(p, l->end);
	if (p < l->end && *p == ':')
		l->defects |= BIT(XT_SIP_AMBIGUOUS);
}

const u8 *xsip_line_rest(struct xsip_lines *l, bool fold)
{
	const u8 *p = control_from(l->p, l->end);
	const u8 *next;

	while (p < l->end) {
		next = xsip_line_end(p, l->end);
		if (!next) {
			p = skip_control(l, p);
			continue;
		}
		if (!fold || next == l->end || !xsip_is_blank(*next)) {
			l->p = next;
			return p;
		}
		p = control_from(next + 1, l->end);
		if (p - next > 2 || (p < l->end && *p == '\t'))
			check_fold(l, next);
	}
	l->cut = true;
	l->p = p;
	return p;
}

/* After blanks and ends of line that are folded: "Call-ID CRLF SP :". */
static const u8 *skip_blanks(const u8 *p, const u8 *end)
{
	const u8 *next;

	while (p < end) {
		next = xsip_is_blank(*p) ? p : xsip_line_end(p, end);
		if (!next || next == end || !xsip_is_blank(*next))
			break;
		p = next + 1;
	}
	return p;
}

/*
 * The name of the line at l->p ends before @stop, its first colon or control
 * byte: blanks before the colon are good, anything else is a defect, and
 * reading goes on where the name ended.
 */
static enum xsip_field read_name(struct xsip_lines *l, const u8 *stop)
{
	const u8 *name = l->p;
	const u8 *name_end = stop;

	while (name_end > name && name_end[-1] == ' ')
		name_end--;
	l->p = skip_blanks(stop, l->end);
	if (l->p == l->end)
		return SIP_FIELD_NONE;
	if (*l->p != ':') {
		l->defects |= BIT(XT_SIP_HEADER);
		return SIP_FIELD_NONE;
	}
	l->p++;
	if (name_end > name && !xsip_is_blank(*name))
		return xsip_field_of(xsip_word(name, l->end), name,
				     (size_t)(name_end - name));
	l->defects |= BIT(XT_SIP_HEADER);
	return SIP_FIELD_NONE;
}

/*
 * Skip lines that have no name, as long as others follow: those that begin
 * with a colon or have none. A crowd of short ones is read byte by byte.
 */
static const u8 *skip_nameless(struct xsip_lines *l)
{
	const u8 *p = l->p;
	const u8 *stop, *next;

	for (;;) {
		for (stop = p + (*p == ':'); stop < l->end; stop++)
			if (xsip_is(*stop, SIP_NAME_END))
				break;
		if (stop == l->end || stop == p)
			return stop;
		next = xsip_line_end(stop, l->end);
		if (!next || next == l->end || xsip_is_blank(*next))
			return stop;
		l->defects |= BIT(XT_SIP_HEADER);
		l->p = next;
		p = next;
	}
}

/* Where PJSIP takes a quote for the begin of a quoted string. */
enum quotes {
	QUOTES_NOWHERE,
	QUOTES_FIRST,		/* in front of the value: a display name */
	QUOTES_ANYWHERE,
	NOT_PARSED		/* a field that is text to it */
};

/*
 * Fields that PJSIP parses, and ends at a '&': what follows is the next field
 * to it, as in the headers part of a URI (RFC 3261 section 19.1.1). Others are
 * text up to the end of the line.
 */
#define FIELD(name, quotes)	{ name, sizeof(name) - 1, quotes }

static const struct {
	const char *name;
	u8 len;
	u8 quotes;
} parsed_fields[] = {	/* shorter names first */
	FIELD("v", QUOTES_NOWHERE),
	FIELD("f", QUOTES_FIRST),
	FIELD("t", QUOTES_FIRST),
	FIELD("m", QUOTES_FIRST),
	FIELD("i", QUOTES_NOWHERE),
	FIELD("l", QUOTES_NOWHERE),
	FIELD("c", QUOTES_NOWHERE),
	FIELD("k", QUOTES_NOWHERE),
	FIELD("o", QUOTES_NOWHERE),
	FIELD("u", QUOTES_NOWHERE),
	FIELD("x", QUOTES_NOWHERE),
	FIELD("to", QUOTES_FIRST),
	FIELD("via", QUOTES_NOWHERE),
	FIELD("from", QUOTES_FIRST),
	FIELD("cseq", QUOTES_NOWHERE),
	FIELD("rack", QUOTES_NOWHERE),
	FIELD("rseq", QUOTES_NOWHERE),
	FIELD("route", QUOTES_FIRST),
	FIELD("allow", QUOTES_NOWHERE),
	FIELD("event", QUOTES_NOWHERE),
	FIELD("accept", QUOTES_NOWHERE),
	FIELD("min-se", QUOTES_NOWHERE),
	FIELD("contact", QUOTES_FIRST),
	FIELD("call-id", QUOTES_NOWHERE),
	FIELD("expires", QUOTES_NOWHERE),
	FIELD("require", QUOTES_NOWHERE),
	FIELD("replaces", QUOTES_NOWHERE),
	FIELD("supported", QUOTES_NOWHERE),
	FIELD("min-expires", QUOTES_NOWHERE),
	FIELD("unsupported", QUOTES_NOWHERE),
	FIELD("retry-after", QUOTES_NOWHERE),
	FIELD("content-type", QUOTES_NOWHERE),
	FIELD("max-forwards", QUOTES_NOWHERE),
	FIELD("record-route", QUOTES_FIRST),
	FIELD("allow-events", QUOTES_NOWHERE),
	FIELD("authorization", QUOTES_ANYWHERE),
	FIELD("content-length", QUOTES_NOWHERE),
	FIELD("session-expires", QUOTES_NOWHERE),
	FIELD("www-authenticate", QUOTES_ANYWHERE),
	FIELD("subscription-state", QUOTES_NOWHERE),
	FIELD("proxy-authenticate", QUOTES_ANYWHERE),
	FIELD("proxy-authorization", QUOTES_ANYWHERE),
};

static enum quotes quotes_of(const u8 *name, const u8 *name_end)
{
	size_t i, len;

	while (name_end > name && xsip_is(name_end[-1], SIP_LWS))
		name_end--;
	len = (size_t)(name_end - name);
	for (i = 0; i < ARRAY_SIZE(parsed_fields); i++) {
		if (parsed_fields[i].len > len)
			break;
		if (parsed_fields[i].len == len &&
		    xsip_text_equal(name, name_end, parsed_fields[i].name))
			return parsed_fields[i].quotes;
	}
	return NOT_PARSED;
}

/* Does the name of a field that xt_sip knows, and its colon, start at @p? */
static bool starts_field(const u8 *p, const u8 *end)
{
	const u8 *name, *name_end;

	name = p;
	while (name < end && xsip_is(*name, SIP_LWS))
		name++;
	if (name == end || !xsip_is(*name, SIP_TOKEN))
		return false;
	name_end = name + 1;
	while (name_end < end && xsip_is(*name_end, SIP_TOKEN))
		name_end++;
	p = xsip_skip_lws(name_end, end);
	return p < end && *p == ':' && name_end > name &&
		xsip_field_of(xsip_word(name, end), name,
			      (size_t)(name_end - name)) != SIP_FIELD_NONE;
}

/*
 * Does another field follow a '&'? @quoted: quoted strings are skipped. A quote
 * without its partner is an ordinary byte, and so are all that follow.
 */
static bool joins_field(const u8 *p, const u8 *end, bool quoted)
{
	const u8 *next;

	for (; p < end; p = next) {
		next = p + 1;
		if (*p == '&' && starts_field(next, end))
			return true;
		if (*p == '"' && quoted) {
			next = xsip_text_quoted_end(p, end);
			quoted = next != p + 1;
		}
	}
	return false;
}

/*
 * The same of a field that is text: it is one up to the end of its line, then
 * PJSIP skips the fold.
 */
static bool joins_after_fold(const u8 *value, const u8 *p, const u8 *end)
{
	const u8 *start;

	for (; p < end; p++) {
		if (*p != '&')
			continue;
		for (start = p; start > value && xsip_is_blank(start[-1]);)
			start--;
		if (start > value && start[-1] == '\n' &&
		    starts_field(p + 1, end))
			return true;
		value = p;
	}
	return false;
}

/*
 * Note a field of which a server may read the end as another field. The name
 * matters only if there is something that looks like one.
 */
static void check_joined(struct xsip_lines *l, const u8 *name,
			 const struct xsip_line *line)
{
	const u8 *end = line->value_end;
	const u8 *p = xsip_text_find(line->value, end, '&');
	enum quotes quotes;

	if (likely(end - p < 3) || xsip_text_find(p, end, ':') == end ||
	    l->defects & BIT(XT_SIP_AMBIGUOUS) || !joins_field(p, end, false))
		return;
	quotes = quotes_of(name, xsip_text_find(name, line->value, ':'));
	if (quotes == NOT_PARSED) {
		if (joins_after_fold(line->value, p, end))
			l->defects |= BIT(XT_SIP_AMBIGUOUS);
		return;
	}
	p = line->value;
	if (quotes == QUOTES_FIRST && *p == '"')
		p = xsip_text_quoted_end(p, end);
	if (joins_field(p, end, quotes == QUOTES_ANYWHERE))
		l->defects |= BIT(XT_SIP_AMBIGUOUS);
}

/*
 * Only the first line can begin with a blank, any other would go on a folded
 * one. FreeSWITCH reads a field there. Returns where that begins; of a line of
 * blanks only, the blank before its end, so that it is not the empty line.
 */
static const u8 *skip_indent(struct xsip_lines *l)
{
	const u8 *p = l->p;

	if (likely(!xsip_is_blank(*p)))
		return p;
	l->defects |= BIT(XT_SIP_HEADER);
	while (l->end - p > 1 && xsip_is_blank(p[1]))
		p++;
	if (l->end - p > 1 && !xsip_line_end(p + 1, l->end))
		p++;
	return p;
}

bool xsip_line_any(struct xsip_lines *l, struct xsip_line *line)
{
	const u8 *name, *stop, *next;
	const u8 *p = l->p;

	line->field = SIP_FIELD_NONE;
	if (p == l->end)
		return false;
	p = skip_indent(l);
	l->p = p;
	stop = skip_nameless(l);
	if (l->p > p)
		return true;
	next = stop < l->end ? xsip_line_end(stop, l->end) : NULL;
	if (next && stop == p) {
		l->p = next;
		l->ended = true;
		return false;
	}
	if (next && next == l->end && *p != ':') {
		l->defects |= BIT(XT_SIP_HEADER);
		l->p = next;
		return true;
	}
	if (*p == ':')
		stop = p;
	name = p;
	line->field = read_name(l, stop);
	p = l->p;
	line->value_end = xsip_line_rest(l, true);
	line->value = xsip_skip_lws(p, line->value_end);
	while (line->value < line->value_end &&
	       xsip_is(line->value_end[-1], SIP_LWS))
		line->value_end--;
	/* Without a colon it is no field, and none ends in it. */
	if (p[-1] == ':')
		check_joined(l, name, line);
	return true;
}
