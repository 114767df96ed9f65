// SPDX-License-Identifier: GPL-2.0
/* Reads parameters and URIs inside a header field value. */
#include "text.h"
#include "value.h"

const struct xsip_param_name xsip_param_branch = {
	SIP_WORD8('b', 'r', 'a', 'n', 'c', 'h', 0, 0), 6
};

const struct xsip_param_name xsip_param_tag = {
	SIP_WORD4('t', 'a', 'g', 0), 3
};

/*
 * The reading position. If a quote or bracket is not closed, no later one is (a
 * later quote was escaped), so its partner is never searched again: thousands
 * of them cost linear time.
 */
static void skip_quoted(struct xsip_values *s)
{
	const u8 *end = xsip_text_quoted_end(s->p, s->end);

	s->lone_quote = end == s->p + 1;
	s->p = end;
}

static void skip_bracketed(struct xsip_values *s)
{
	const u8 *close = xsip_text_find(s->p, s->end, '>');

	s->lone_bracket = close == s->end;
	s->p = s->lone_bracket ? s->p + 1 : close + 1;
}

/* Is this byte a delimiter? A quote or bracket that is not closed is not. */
static bool is_mark(const struct xsip_values *s, u8 byte)
{
	return xsip_is(byte, SIP_VALUE_MARK) &&
		!(byte == '"' && s->lone_quote) &&
		!(byte == '<' && s->lone_bracket);
}

/* To the next mark. Where marks may crowd, bytes are faster than words. */
static __always_inline void skip_text(struct xsip_values *s)
{
	if (s->p < s->end && is_mark(s, *s->p))
		return;
	if (likely(!s->lone_quote && !s->lone_bracket)) {
		s->p = xsip_value_mark(s->p, s->end);
		return;
	}
	while (s->p < s->end && !is_mark(s, *s->p))
		s->p++;
}

/* Go past the next ';' of the first value. Returns whether there is one. */
static __always_inline bool next_param(struct xsip_values *s)
{
	for (;;) {
		skip_text(s);
		if (s->p == s->end)
			return false;
		switch (*s->p) {
		case '"':
			skip_quoted(s);
			break;
		case '<':
			skip_bracketed(s);
			break;
		case ';':
			s->p++;
			return true;
		default:
			return false;
		}
	}
}

/* Returns the end of a token: white space, ';' or ','. */
static const u8 *token_end(const u8 *p, const u8 *end)
{
	u64 word, marks = 0;

	/* By words to the first byte that may end it, then byte by byte. */
	for (; end - p >= 8 && !marks; p += marks ? 0 : 8) {
		word = xsip_port_load64(p);
		marks = xsip_word_bytes(word, ';') |
			xsip_word_bytes(word, ',') |
			xsip_word_bytes(word, ' ') | xsip_word_controls(word);
	}
	if (marks)
		p += xsip_word_first(marks);
	while (p < end && !xsip_is(*p, SIP_PARAM_END))
		p++;
	return p;
}

/* A token, a host or a quoted string. */
static const u8 *param_end(const u8 *p, const u8 *end)
{
	const u8 *quoted = p < end && *p == '"' ?
		xsip_text_quoted_end(p, end) : p;

	return quoted > p + 1 ? quoted : token_end(p, end);
}

#define FOLD_ALL	(0x20 * SIP_ONES)	/* a letter's case */

const u8 *xsip_value_param_at(struct xsip_range value,
			      const struct xsip_param_name *name)
{
	struct xsip_values s = xsip_values_of(value);
	const u8 *end = value.end;
	const u8 *equal;
	u64 here;

	while (next_param(&s)) {
		s.p = xsip_skip_lws(s.p, end);
		if (s.p < end && (*s.p | 0x20) != (u8)name->word)
			continue;
		here = xsip_word(s.p, end) | FOLD_ALL;
		if (xsip_word_head(here, name->len) != name->word)
			continue;
		equal = xsip_skip_lws(s.p + name->len, end);
		if (equal < end && *equal == '=')
			return xsip_skip_lws(equal + 1, end);
		s.p = equal;
	}
	return NULL;
}

struct xsip_range xsip_value_param_text(const u8 *p, const u8 *end)
{
	return (struct xsip_range){ p, param_end(p, end) };
}

bool xsip_value_param(struct xsip_range value,
		      const struct xsip_param_name *name,
		      struct xsip_range *param)
{
	const u8 *p = xsip_value_param_at(value, name);

	if (!p)
		return false;
	*param = xsip_value_param_text(p, value.end);
	return true;
}

/*
 * Returns where the bracket of the URI opens, or @end for a URI without
 * brackets. A quoted display name can only stand first. Asterisk and Kamailio
 * accept any other display name ("a? <sip:...>", "Doe, John <sip:...>"),
 * Kamailio even one with a URI in it. But after a colon a ';' begins the
 * parameters of a URI without brackets.
 */
static const u8 *open_bracket(const u8 *p, const u8 *end)
{
	const u8 *bracket, *colon;

	p = xsip_skip_lws(p, end);
	if (p < end && *p == '"')
		p = xsip_text_quoted_end(p, end);
	bracket = xsip_text_find(p, end, '<');
	colon = xsip_text_find(p, bracket, ':');
	return xsip_text_find(colon, bracket, ';') < bracket ? end : bracket;
}

bool xsip_values_next(struct xsip_values *values, struct xsip_range *value)
{
	if (values->p == values->end)
		return false;
	value->p = values->p;
	while (next_param(values))
		;
	value->end = values->p;
	/* The comma. */
	if (values->p < values->end)
		values->p++;
	return true;
}

bool xsip_value_bracketed(struct xsip_range value, struct xsip_range *uri)
{
	const u8 *bracket = open_bracket(value.p, value.end);

	if (bracket == value.end)
		return false;
	uri->p = xsip_skip_lws(bracket + 1, value.end);
	uri->end = xsip_text_find(uri->p, value.end, '>');
	return true;
}

struct xsip_range xsip_value_uri(struct xsip_range value)
{
	struct xsip_range uri;

	if (xsip_value_bracketed(value, &uri))
		return uri;
	uri.p = xsip_skip_lws(value.p, value.end);
	uri.end = token_end(uri.p, value.end);
	uri.end = xsip_text_find(uri.p, uri.end, '?');
	return uri;
}

/*
 * Returns the byte after the colon of the scheme, or NULL. A colon after bytes
 * that neither a scheme nor a display name has does not count: FreeSWITCH then
 * reads no scheme, and Kamailio takes 0x1a for a colon.
 */
static const u8 *scheme_end(struct xsip_range uri)
{
	const u8 *colon = xsip_text_find(uri.p, uri.end, ':');
	const u8 *p;

	if (colon == uri.end)
		return NULL;
	for (p = uri.p; p < colon; p++)
		if (*p == '@' || *p == '?' || *p == '#' || *p == '/' ||
		    (xsip_is(*p, SIP_CTL) && !xsip_is(*p, SIP_LWS)))
			return NULL;
	return colon + 1;
}

bool xsip_value_user(struct xsip_range uri, struct xsip_range *user)
{
	const u8 *start = scheme_end(uri);
	const u8 *end;
	bool tel, at;

	if (!start)
		return false;
	user->p = start;
	end = xsip_text_find(start, uri.end, '@');
	at = end < uri.end;
	tel = xsip_text_equal(uri.p, start - 1, "tel");
	/* In a tel URI with an '@' Kamailio reads the user after it. */
	if (at == tel)
		return false;
	/* FreeSWITCH takes '#' for a fragment, not for a part of the number */
	if (tel)
		end = xsip_text_find(start, end, '#');
	end = xsip_text_find(user->p, end, ';');
	user->end = xsip_text_find(user->p, end, ':');
	return user->p < user->end;
}
