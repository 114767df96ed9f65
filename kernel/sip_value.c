// SPDX-License-Identifier: GPL-2.0
/* sip_value: see sip_value.h for the contract. */
#include "sip_text.h"
#include "sip_value.h"

/*
 * Where reading has come to. A quote or bracket without its partner tells that
 * no later one has one either (a later quote was an escaped one): nobody looks
 * for a partner again, or thousands of them would cost the square of that.
 */
struct scan {
	const u8 *p;
	const u8 *end;
	bool lone_quote;
	bool lone_bracket;
};

/* The first @byte of [p, end), or @end. */
static const u8 *find(const u8 *p, const u8 *end, u8 byte)
{
	while (p < end && *p != byte)
		p++;
	return p;
}

/* Behind the quoted string at @p; if it has no end, behind its first quote. */
static const u8 *quoted_end(const u8 *p, const u8 *end)
{
	const u8 *start = p + 1;

	for (p = start; p < end && *p != '"'; p++)
		if (*p == '\\' && end - p > 1)
			p++;
	return p < end ? p + 1 : start;
}

static void skip_quoted(struct scan *s)
{
	const u8 *end = s->lone_quote ? s->p + 1 : quoted_end(s->p, s->end);

	s->lone_quote = end == s->p + 1;
	s->p = end;
}

static void skip_bracketed(struct scan *s)
{
	const u8 *close = s->lone_bracket ? s->end : find(s->p, s->end, '>');

	s->lone_bracket = close == s->end;
	s->p = s->lone_bracket ? s->p + 1 : close + 1;
}

/* Go behind the next ';' of the first value. Returns whether there is one. */
static bool next_param(struct scan *s)
{
	while (s->p < s->end) {
		if (!sip_is(*s->p, SIP_VALUE_MARK)) {
			s->p++;
			continue;
		}
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
	return false;
}

/* A token, a host or a quoted string, up to white space, ';' or ','. */
static const u8 *param_end(const u8 *p, const u8 *end)
{
	const u8 *quoted = p < end && *p == '"' ? quoted_end(p, end) : p;

	if (quoted > p + 1)
		return quoted;
	while (p < end && *p != ';' && *p != ',' && !sip_is(*p, SIP_LWS))
		p++;
	return p;
}

bool sip_value_param(struct sip_range value, const char *name,
		     struct sip_range *param)
{
	struct scan s = { .p = value.p, .end = value.end };
	const u8 *end = value.end;
	const u8 *equal;

	while (next_param(&s)) {
		s.p = sip_skip_lws(s.p, end);
		if (!sip_text_starts(s.p, end, name))
			continue;
		equal = sip_skip_lws(s.p + strlen(name), end);
		if (equal == end || *equal != '=') {
			s.p = equal;
			continue;
		}
		param->p = sip_skip_lws(equal + 1, end);
		param->end = param_end(param->p, end);
		return true;
	}
	return false;
}

/*
 * A display name may be quoted, and honest ones hold what a token may not; but
 * what comes behind ';', ',' or '?' is not the first value's URI any more.
 */
static const u8 *open_bracket(const u8 *p, const u8 *end)
{
	struct scan s = { .p = p, .end = end };

	while (s.p < end) {
		switch (*s.p) {
		case '"':
			skip_quoted(&s);
			break;
		case '<':
			return s.p;
		case ';':
		case ',':
		case '?':
			return end;
		default:
			s.p++;
		}
	}
	return end;
}

struct sip_range sip_value_uri(struct sip_range value)
{
	const u8 *end = value.end;
	const u8 *bracket = open_bracket(value.p, end);
	struct sip_range uri;

	if (bracket < end) {
		uri.p = sip_skip_lws(bracket + 1, end);
		uri.end = find(uri.p, end, '>');
		return uri;
	}
	uri.p = sip_skip_lws(value.p, end);
	uri.end = uri.p;
	while (uri.end < end && !sip_is(*uri.end, SIP_LWS) &&
	       *uri.end != ';' && *uri.end != ',' && *uri.end != '?')
		uri.end++;
	return uri;
}

bool sip_value_user(struct sip_range uri, struct sip_range *user)
{
	const u8 *colon = find(uri.p, uri.end, ':');
	const u8 *end;

	if (colon == uri.end)
		return false;
	user->p = colon + 1;
	if (sip_text_equal(uri.p, colon, "tel")) {
		user->end = find(user->p, uri.end, ';');
	} else {
		end = find(user->p, uri.end, '@');
		if (end == uri.end)
			return false;
		user->end = find(user->p, end, ':');
	}
	return user->p < user->end;
}
