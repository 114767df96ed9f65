// SPDX-License-Identifier: GPL-2.0
/* Says why a rule bans, as a short text, and reads that. */
#include "reason.h"
#include "text.h"

const char *const xsip_reason_names[SIP_REASON_KIND_COUNT] = {
	[SIP_REASON_NONE]	= "",
	[SIP_REASON_HAND]	= "hand",
	[SIP_REASON_SCANNER]	= "scanner",
	[SIP_REASON_USERS]	= "users",
	[SIP_REASON_RATE]	= "rate",
	[SIP_REASON_MALFORMED]	= "malformed",
	[SIP_REASON_UA]		= "ua",
	[SIP_REASON_URI]	= "uri",
	[SIP_REASON_FROM]	= "from",
	[SIP_REASON_TO]		= "to",
	[SIP_REASON_CONTACT]	= "contact",
	[SIP_REASON_RULE]	= "rule",
};

/* Which kinds have a limit: none of them, all, or as the rule has one. */
static bool may_have_limit(u8 kind)
{
	return kind != SIP_REASON_HAND && kind != SIP_REASON_SCANNER &&
		kind != SIP_REASON_RULE;
}

static bool needs_limit(u8 kind)
{
	return kind == SIP_REASON_USERS || kind == SIP_REASON_RATE;
}

/* The kind of a list of texts. */
static u8 texts_kind(u32 list)
{
	switch (list) {
	case XT_SIP_UA:
		return SIP_REASON_UA;
	case XT_SIP_URI:
		return SIP_REASON_URI;
	case XT_SIP_FROM:
		return SIP_REASON_FROM;
	case XT_SIP_TO:
		return SIP_REASON_TO;
	default:
		return SIP_REASON_CONTACT;
	}
}

/* The most telling of the conditions that have to hold. */
static u8 kind_of(const struct xt_sip_mtinfo *info)
{
	u32 wanted = info->flags & ~info->invert;

	if (wanted & XT_SIP_SCANNER)
		return SIP_REASON_SCANNER;
	if (wanted & XT_SIP_USERS)
		return SIP_REASON_USERS;
	if (wanted & (XT_SIP_MALFORMED | XT_SIP_DEFECT))
		return SIP_REASON_MALFORMED;
	if (wanted & XT_SIP_TEXTS)
		return texts_kind(wanted & XT_SIP_TEXTS);
	return wanted & XT_SIP_RATE ? SIP_REASON_RATE : SIP_REASON_RULE;
}

struct xsip_reason xsip_reason_of(const struct xt_sip_mtinfo *info)
{
	struct xsip_reason reason = { .kind = kind_of(info) };

	if (reason.kind == SIP_REASON_USERS) {
		reason.limit = info->users;
		reason.unit = info->users_unit;
	} else if (may_have_limit(reason.kind) &&
		   info->flags & ~info->invert & XT_SIP_RATE) {
		reason.limit = info->rate;
		reason.unit = info->rate_unit;
	}
	return reason;
}

/* What snprintf() would do; the text always has room. */
static char *put_text(char *p, const char *text)
{
	while (*text)
		*p++ = *text++;
	return p;
}

static char *put_number(char *p, u32 number)
{
	u32 power = 1;

	while (number / power >= 10)
		power *= 10;
	for (; power; power /= 10)
		*p++ = (char)('0' + number / power % 10);
	return p;
}

void xsip_reason_write(const struct xsip_reason *reason,
		       char text[SIP_REASON_LEN])
{
	char *p = put_text(text, xsip_reason_names[reason->kind]);
	u32 unit = reason->unit;

	if (reason->tool) {
		*p++ = ':';
		p = put_text(p, xsip_tool_names[reason->tool]);
	} else if (reason->limit) {
		*p++ = ':';
		p = put_number(p, reason->limit);
		*p++ = '/';
		*p++ = xsip_text_time_unit(&unit);
	}
	*p = '\0';
}

static bool read_tool(const u8 *p, const u8 *end, struct xsip_reason *reason)
{
	u8 tool;

	for (tool = 1; tool < SIP_TOOL_COUNT; tool++)
		if (xsip_text_equal(p, end, xsip_tool_names[tool]))
			reason->tool = tool;
	return reason->tool;
}

/* "N/U" */
static bool read_limit(const u8 *p, const u8 *end, struct xsip_reason *reason)
{
	const u8 *slash = xsip_text_number(p, end, &reason->limit);

	if (slash == p || end - slash != 2 || *slash != '/' ||
	    !reason->limit || reason->limit > XT_SIP_RATE_MAX)
		return false;
	switch (slash[1]) {
	case 's':
		reason->unit = 1;
		return true;
	case 'm':
		reason->unit = 60;
		return true;
	case 'h':
		reason->unit = 3600;
		return true;
	case 'd':
		reason->unit = 86400;
		return true;
	default:
		return false;
	}
}

static bool read_reason(const u8 *p, const u8 *end, struct xsip_reason *reason)
{
	const u8 *colon = xsip_text_find(p, end, ':');
	u8 kind;

	for (kind = SIP_REASON_SCANNER; kind < SIP_REASON_KIND_COUNT; kind++)
		if (xsip_text_equal(p, colon, xsip_reason_names[kind]))
			break;
	if (kind == SIP_REASON_KIND_COUNT)
		return false;
	reason->kind = kind;
	if (colon == end)
		return !needs_limit(kind);
	if (kind == SIP_REASON_SCANNER)
		return read_tool(colon + 1, end, reason);
	return may_have_limit(kind) && read_limit(colon + 1, end, reason);
}

bool xsip_reason_read(const u8 *p, const u8 *end, struct xsip_reason *reason)
{
	memset(reason, 0, sizeof(*reason));
	if (read_reason(p, end, reason))
		return true;
	memset(reason, 0, sizeof(*reason));
	return false;
}
