/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rules, compiled for the packet path, with all that they hold: the state of
 * their network namespace, a table, a slot for their counts, a pattern, the
 * requests of the last minute, defragmentation.
 */
#ifndef _XSIP_RULE_H
#define _XSIP_RULE_H

#include "sip/pattern.h"
#include "table.h"

/* What needs the source in the table. */
#define SIP_ON_SOURCE	(XT_SIP_NEEDS_TABLE & ~XT_SIP_SOLICITED)
/* What needs the message parsed: all else, users and trust. */
#define SIP_ON_MESSAGE	((XT_SIP_FLAGS_ALL & ~(XT_SIP_BY_DST | SIP_ON_SOURCE)) \
			 | XT_SIP_USERS | XT_SIP_TRUST)

/**
 * struct xsip_rule - a rule, made ready for packets; constant
 * @number: see cache.h
 * @flags: enum xt_sip_flags
 * @invert: as in struct xt_sip_mtinfo
 * @methods: as in struct xt_sip_mtinfo
 * @defects: as in struct xt_sip_mtinfo
 * @prefix4: as in struct xt_sip_mtinfo
 * @prefix6: as in struct xt_sip_mtinfo
 * @classes: what messages it can match, see cache.h
 * @status_count: as in struct xt_sip_mtinfo
 * @slot: place of the rule's counts in a source
 * @count: what it counts; it has no cells if it counts nothing
 * @table: held, or NULL
 * @pattern: of its texts, or NULL
 * @net: state of its namespace, held
 * @stats: of the namespace
 * @given: the rule as userspace sent it, for what few packets need; valid as
 *	   long as this
 * @asks: it uses the requests of the last minute
 * @proves: it uses the nonces of the last minutes
 * @kind: enum xsip_reason_kind: what it is about
 * @reason: number of why it bans, see reasons.h
 * @status: as in struct xt_sip_mtinfo
 */
struct xsip_rule {
	u64 number;
	u32 flags;
	u32 invert;
	u32 methods;
	u32 defects;
	u8 prefix4;
	u8 prefix6;
	u8 classes;
	u8 status_count;
	int slot;
	struct xsip_count count;
	struct xsip_table *table;
	struct xsip_pattern *pattern;
	struct xsip_net *net;
	struct xsip_stats __percpu *stats;
	const struct xt_sip_mtinfo *given;
	bool asks;
	bool proves;
	u8 kind;
	u8 reason;
	struct xt_sip_status status[XT_SIP_STATUS_MAX];
};

/**
 * xsip_rule_make() - make a rule
 * @net: the namespace
 * @family: NFPROTO_IPV4, NFPROTO_IPV6 or NFPROTO_INET
 * @info: what it shall do, valid
 *
 * May sleep.
 *
 * Return: the rule, or an error pointer; the kernel log says what a number
 * cannot.
 */
struct xsip_rule *xsip_rule_make(struct net *net, u8 family,
				 const struct xt_sip_mtinfo *info);

/**
 * xsip_rule_free() - free a rule that no packet meets any more
 * @rule: the rule
 * @net: its namespace, which may be gone
 * @family: as for xsip_rule_make()
 *
 * May sleep.
 */
void xsip_rule_free(struct xsip_rule *rule, struct net *net, u8 family);

#endif /* _XSIP_RULE_H */
