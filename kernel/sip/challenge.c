// SPDX-License-Identifier: GPL-2.0
/* Looks for stale=true in the challenges of a response. */
#include "challenge.h"
#include "line.h"
#include "text.h"

/* The value of a challenge field, or NULL for any other field. */
static const u8 *challenge(const u8 *p, const u8 *end)
{
	if (xsip_text_starts(p, end, "www-authenticate"))
		p += 16;
	else if (xsip_text_starts(p, end, "proxy-authenticate"))
		p += 18;
	else
		return NULL;
	p = xsip_skip_lws(p, end);
	return p < end && *p == ':' ? p + 1 : NULL;
}

/* The value of "name = value" at @p, quoted or not; false if it is none. */
static bool param_at(const u8 *p, const u8 *end, const char *name,
		     struct xsip_range *value)
{
	const u8 *last;

	if (!xsip_text_starts(p, end, name))
		return false;
	p = xsip_skip_lws(p + strlen(name), end);
	if (p == end || *p != '=')
		return false;
	p = xsip_skip_lws(p + 1, end);
	value->p = p;
	if (p < end && *p == '"') {
		last = xsip_text_quoted_end(p, end);
		value->p = p + 1;
		value->end = last > p + 1 ? last - 1 : end;
		return true;
	}
	while (p < end && *p != ',' && !xsip_is(*p, SIP_LWS))
		p++;
	value->end = p;
	return true;
}

/* A parameter follows the blank after the scheme, or a comma. */
static bool find_param(const u8 *p, const u8 *end, const char *name,
		       struct xsip_range *value)
{
	while (p < end) {
		if (*p == '"') {
			p = xsip_text_quoted_end(p, end);
			continue;
		}
		if ((*p == ',' || xsip_is(*p, SIP_LWS)) &&
		    param_at(p + 1, end, name, value))
			return true;
		p++;
	}
	return false;
}

void xsip_challenge_first(struct xsip_challenges *left,
			  const struct xsip_parsed *parsed)
{
	left->lines.p = parsed->payload.data;
	left->lines.end = parsed->payload.data + parsed->msg.body;
}

bool xsip_challenge_next(struct xsip_challenges *left, struct xsip_range *value)
{
	const u8 *start;

	while (left->lines.p < left->lines.end) {
		start = left->lines.p;
		value->end = xsip_line_rest(&left->lines, true);
		value->p = challenge(start, value->end);
		if (value->p)
			return true;
	}
	return false;
}

bool xsip_challenge_stale(const struct xsip_parsed *parsed)
{
	struct xsip_challenges left;
	struct xsip_range value, stale;

	xsip_challenge_first(&left, parsed);
	while (xsip_challenge_next(&left, &value))
		if (find_param(value.p, value.end, "stale", &stale) &&
		    xsip_text_starts(stale.p, stale.end, "true"))
			return true;
	return false;
}

bool xsip_challenge_nonce(struct xsip_range value, struct xsip_range *nonce)
{
	return find_param(value.p, value.end, "nonce", nonce) &&
		nonce->p < nonce->end;
}
