// SPDX-License-Identifier: GPL-2.0
/* sip_line: see sip_line.h for the contract. */
#include "sip_line.h"
#include "uapi/linux/netfilter/xt_sip.h"

/* As sip_text_control(); where one follows the other they are worth no call. */
static inline const u8 *control_from(const u8 *p, const u8 *end)
{
	return p < end && sip_is(*p, SIP_CTL) ? p : sip_text_control(p, end);
}

/*
 * Go on after a control byte that ends no line, to the next that may. The last
 * byte there is to read may be the first half of a CRLF.
 */
static const u8 *skip_control(struct sip_lines *l, const u8 *p)
{
	const u8 *end, *text_end;

	if (*p == '\t') {
		while (p < l->end && sip_is_blank(*p))
			p++;
		return control_from(p, l->end);
	}
	l->defects |= BIT(XT_SIP_CHARSET);
	end = sip_text_find(p, l->end, '\n');
	text_end = end[-1] == '\r' ? end - 1 : end;
	if (sip_text_find(p, text_end, '\r') < text_end)
		l->defects |= BIT(XT_SIP_AMBIGUOUS);
	return end < l->end ? text_end : end;
}

const u8 *sip_line_rest(struct sip_lines *l, bool fold)
{
	const u8 *p = control_from(l->p, l->end);
	const u8 *next;

	while (p < l->end) {
		next = sip_line_end(p, l->end);
		if (!next) {
			p = skip_control(l, p);
			continue;
		}
		if (!fold || next == l->end || !sip_is_blank(*next)) {
			l->p = next;
			return p;
		}
		p = control_from(next + 1, l->end);
	}
	l->cut = true;
	l->p = p;
	return p;
}

/* Behind blanks and ends of line that are folded: "Call-ID CRLF SP :". */
static const u8 *skip_blanks(const u8 *p, const u8 *end)
{
	const u8 *next;

	while (p < end) {
		next = sip_is_blank(*p) ? p : sip_line_end(p, end);
		if (!next || next == end || !sip_is_blank(*next))
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
static enum sip_field read_name(struct sip_lines *l, const u8 *stop)
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
	if (name_end > name && !sip_is_blank(*name))
		return sip_field_of(sip_word(name, l->end), name,
				    (size_t)(name_end - name));
	l->defects |= BIT(XT_SIP_HEADER);
	return SIP_FIELD_NONE;
}

/*
 * Skip lines that have no name, as long as others follow: those that begin
 * with a colon or have none. A crowd of short ones is read byte by byte.
 */
static const u8 *skip_nameless(struct sip_lines *l)
{
	const u8 *p = l->p;
	const u8 *stop, *next;

	for (;;) {
		for (stop = p + (*p == ':'); stop < l->end; stop++)
			if (sip_is(*stop, SIP_NAME_END))
				break;
		if (stop == l->end || stop == p)
			return stop;
		next = sip_line_end(stop, l->end);
		if (!next || next == l->end || sip_is_blank(*next))
			return stop;
		l->defects |= BIT(XT_SIP_HEADER);
		l->p = next;
		p = next;
	}
}

/*
 * Fields that PJSIP parses, and ends at a '&': what follows is the next field
 * to it, as in the headers part of a URI (RFC 3261 section 19.1.1). Others are
 * text to it up to the end of the line.
 */
static const char *const parsed_fields[] = {
	"via", "v", "from", "f", "to", "t", "cseq", "contact", "m",
	"content-length", "l", "max-forwards", "expires", "min-expires",
	"content-type", "c", "route", "record-route", "require", "supported",
	"k", "unsupported", "allow", "accept", "retry-after", "event", "o",
	"allow-events", "u", "subscription-state", "session-expires", "x",
	"min-se", "rack", "rseq", "authorization", "proxy-authorization",
	"www-authenticate", "proxy-authenticate",
};

static bool is_parsed_field(const u8 *name, const u8 *name_end)
{
	size_t i;

	while (name_end > name && sip_is(name_end[-1], SIP_LWS))
		name_end--;
	for (i = 0; i < ARRAY_SIZE(parsed_fields); i++)
		if (sip_text_equal(name, name_end, parsed_fields[i]))
			return true;
	return false;
}

/* Does the name of a field that xt_sip knows, and its colon, start at @p? */
static bool starts_field(const u8 *p, const u8 *end)
{
	const u8 *name = sip_skip_lws(p, end);
	const u8 *name_end = name;

	while (name_end < end && sip_is(*name_end, SIP_TOKEN))
		name_end++;
	p = sip_skip_lws(name_end, end);
	return p < end && *p == ':' && name_end > name &&
		sip_field_of(sip_word(name, end), name,
			     (size_t)(name_end - name)) != SIP_FIELD_NONE;
}

/* Does another field follow a '&' that stands outside of quotes? */
static bool joins_field(const u8 *p, const u8 *end)
{
	bool lone_quote = false;
	const u8 *next;

	for (; p < end; p = next) {
		next = p + 1;
		if (*p == '"' && !lone_quote) {
			next = sip_text_quoted_end(p, end);
			lone_quote = next == p + 1;
		} else if (*p == '&' && starts_field(next, end)) {
			return true;
		}
	}
	return false;
}

/* Note what a server may read as two fields. */
static void check_joined(struct sip_lines *l, const u8 *name,
			 const u8 *name_end, const struct sip_line *line)
{
	const u8 *p = sip_text_find(name_end, line->value_end, '&');

	if (p < line->value_end && is_parsed_field(name, name_end) &&
	    joins_field(name_end, line->value_end))
		l->defects |= BIT(XT_SIP_AMBIGUOUS);
}

bool sip_line_any(struct sip_lines *l, struct sip_line *line)
{
	const u8 *name, *stop, *next;
	const u8 *p = l->p;

	line->field = SIP_FIELD_NONE;
	if (p == l->end)
		return false;
	stop = skip_nameless(l);
	if (l->p > p)
		return true;
	next = stop < l->end ? sip_line_end(stop, l->end) : NULL;
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
	line->value_end = sip_line_rest(l, true);
	check_joined(l, name, stop, line);
	line->value = sip_skip_lws(p, line->value_end);
	while (line->value < line->value_end &&
	       sip_is(line->value_end[-1], SIP_LWS))
		line->value_end--;
	return true;
}
