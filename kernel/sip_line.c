// SPDX-License-Identifier: GPL-2.0
/* sip_line: see sip_line.h for the contract. */
#include "sip_line.h"
#include "uapi/linux/netfilter/xt_sip.h"

/* As sip_text_control(); where one follows the other they are worth no call. */
static inline const u8 *control_from(const u8 *p, const u8 *end)
{
	return p < end && sip_is(*p, SIP_CTL) ? p : sip_text_control(p, end);
}

/* Go on behind a control byte that ends no line, to the next that may. */
static const u8 *skip_control(struct sip_lines *l, const u8 *p)
{
	if (*p == '\t') {
		while (p < l->end && sip_is_blank(*p))
			p++;
		return control_from(p, l->end);
	}
	/* What else the line has does not matter any more, but for its end. */
	l->defects |= BIT(XT_SIP_CHARSET);
	p = sip_text_find(p, l->end, '\n');
	return p < l->end && p[-1] == '\r' ? p - 1 : p;
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

bool sip_line_any(struct sip_lines *l, struct sip_line *line)
{
	const u8 *stop, *next;
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
	line->field = read_name(l, stop);
	p = l->p;
	line->value_end = sip_line_rest(l, true);
	line->value = sip_skip_lws(p, line->value_end);
	while (line->value < line->value_end &&
	       sip_is(line->value_end[-1], SIP_LWS))
		line->value_end--;
	return true;
}
