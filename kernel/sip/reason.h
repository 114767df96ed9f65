/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reasons: by what kind of rule a source was banned, as a short text.
 *
 *	hand			by an administrator
 *	scanner:TOOL		--scanner
 *	users:N/U, rate:N/U	--users, --rate
 *	malformed, malformed:N/U
 *				--malformed or --defect, with --rate
 *	ua, ua:N/U		--ua, with --rate
 *	uri, from, to, contact	the same of --uri, --from, --to, --contact
 *	rule			anything else
 *
 * Nothing outside of a text is read or written.
 */
#ifndef _XSIP_REASON_H
#define _XSIP_REASON_H

#include "names.h"
#include "port.h"
#include <linux/netfilter/xt_sip.h>

#define SIP_REASON_LEN	32	/* of a text, NUL included */

enum xsip_reason_kind {
	SIP_REASON_NONE,
	SIP_REASON_SCANNER,
	SIP_REASON_USERS,
	SIP_REASON_RATE,
	SIP_REASON_MALFORMED,
	SIP_REASON_UA,
	SIP_REASON_URI,
	SIP_REASON_FROM,
	SIP_REASON_TO,
	SIP_REASON_CONTACT,
	SIP_REASON_RULE,
	SIP_REASON_HAND,
	SIP_REASON_KIND_COUNT
};

/* The words of the kinds; of SIP_REASON_NONE it is empty. */
extern const char *const xsip_reason_names[SIP_REASON_KIND_COUNT];

/**
 * struct xsip_reason - a reason
 * @kind: enum xsip_reason_kind
 * @tool: enum xsip_tool, if the kind is SIP_REASON_SCANNER
 * @reserved: 0, so that equal reasons are equal bytes
 * @limit: N, or 0 if there is no limit
 * @unit: U in seconds: 1, 60, 3600 or 86400; 0 if there is no limit
 */
struct xsip_reason {
	u8 kind;
	u8 tool;
	u16 reserved;
	u32 limit;
	u32 unit;
};

/**
 * xsip_reason_of() - why a rule bans
 * @info: the rule, valid
 *
 * Return: the reason; of --scanner without the tool, which each packet tells.
 */
struct xsip_reason xsip_reason_of(const struct xt_sip_mtinfo *info);

/**
 * xsip_reason_write() - a reason as text
 * @reason: the reason
 * @text: where it goes
 */
void xsip_reason_write(const struct xsip_reason *reason,
		       char text[SIP_REASON_LEN]);

/**
 * xsip_reason_read() - read a text
 * @p: its start
 * @end: its end
 * @reason: the result, all zero if it is none
 *
 * Return: whether it is a reason that xsip_reason_write() writes.
 */
bool xsip_reason_read(const u8 *p, const u8 *end, struct xsip_reason *reason);

#endif /* _XSIP_REASON_H */
