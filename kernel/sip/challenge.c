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

/* Does stale=true begin here? Some servers quote the value. */
static bool is_stale(const u8 *p, const u8 *end)
{
	if (!xsip_text_starts(p, end, "stale"))
		return false;
	p = xsip_skip_lws(p + 5, end);
	if (p == end || *p != '=')
		return false;
	p = xsip_skip_lws(p + 1, end);
	if (p < end && *p == '"')
		p++;
	return xsip_text_starts(p, end, "true");
}

/* A parameter follows the blank after the scheme, or a comma. */
static bool has_stale(const u8 *p, const u8 *end)
{
	while (p < end) {
		if (*p == '"') {
			p = xsip_text_quoted_end(p, end);
			continue;
		}
		if ((*p == ',' || xsip_is(*p, SIP_LWS)) && is_stale(p + 1, end))
			return true;
		p++;
	}
	return false;
}

bool xsip_challenge_stale(const struct xsip_parsed *parsed)
{
	struct xsip_lines lines = {
		.p = parsed->payload.data,
		.end = parsed->payload.data + parsed->msg.body,
	};
	const u8 *value, *start, *end;

	while (lines.p < lines.end) {
		start = lines.p;
		end = xsip_line_rest(&lines, true);
		value = challenge(start, end);
		if (value && has_stale(value, end))
			return true;
	}
	return false;
}
