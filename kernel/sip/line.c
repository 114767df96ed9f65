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
 * Skip a control byte that does not end a line, up to the next that may. The
 * last byte in the window may be the first half of a CRLF.
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
 * In a TCP stream Kamailio looks for Content-Length line by line, and takes a
 * folded line for a field.
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

/* Skip blanks and folded line ends: "Call-ID CRLF SP :". */
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
 * The field name at l->p ends before @stop, the first colon or control byte.
 * Blanks before the colon are allowed. Anything else is a defect, and reading
 * goes on after the name.
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
 * Skip lines without a field name: those that begin with a colon or have none.
 * Short lines are read byte by byte.
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

/* Where PJSIP takes a quote for the start of a quoted string. */
enum quotes {
	QUOTES_NOWHERE,
	QUOTES_FIRST,		/* at the start of the value: a display name */
	QUOTES_ANYWHERE,
	NOT_PARSED		/* PJSIP does not parse the field */
};

/*
 * Fields that PJSIP parses. It ends them at '&' and takes what follows for the
 * next field, as in the headers part of a URI (RFC 3261 section 19.1.1). Other
 * fields are text up to the end of the line.
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

/* Is there a field name that xt_sip knows, with its colon, at @p? */
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
 * Does another field follow a '&'? With @quoted, quoted strings are skipped. A
 * quote without a closing one is an ordinary byte, as are all quotes after it.
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
 * The same for a field that PJSIP does not parse: it is text up to the end of
 * the line, then PJSIP skips the fold.
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
 * Mark a field whose end a server may read as another field. The field name
 * matters only if something there looks like a field.
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
 * Only the first header line can begin with a blank, any other would be a
 * folded line. FreeSWITCH reads a field there. Returns where the field begins;
 * for a line of blanks the last blank, so that it is not taken for the empty
 * line.
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
	/*
	 * A line without a colon is no field, and no other field follows in it.
	 */
	if (p[-1] == ':')
		check_joined(l, name, line);
	return true;
}
