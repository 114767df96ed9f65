/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_rule: a rule made ready for packets, with all that it holds: its table,
 * the place of its counts, its texts, the memory of requests, whole packets.
 */
#ifndef _SIP_RULE_H
#define _SIP_RULE_H

#include "sip_pattern.h"
#include "sip_table.h"

/* What needs the message parsed. */
#define SIP_ON_MESSAGE	(XT_SIP_REQUEST | XT_SIP_RESPONSE | XT_SIP_METHOD | \
			 XT_SIP_STATUS | XT_SIP_UA | XT_SIP_MALFORMED |	    \
			 XT_SIP_DEFECT | XT_SIP_AUTH | XT_SIP_SOLICITED |   \
			 XT_SIP_SCANNER | XT_SIP_USERS)
/* What needs the source in the table. */
#define SIP_ON_SOURCE	(XT_SIP_NEEDS_TABLE & ~XT_SIP_SOLICITED)
#define SIP_COUNTING	(XT_SIP_RATE | XT_SIP_USERS)

/**
 * struct sip_rule - a rule, made ready for packets; constant
 * @number: tells rules and packets apart, see sip_memo.h
 * @flags: enum xt_sip_flags
 * @invert: as in the rule
 * @methods: as in the rule
 * @defects: as in the rule
 * @ban: seconds
 * @prefix4: as in the rule
 * @prefix6: as in the rule
 * @status_count: as in the rule
 * @slot: place of the rule's counts in a source
 * @count: of --rate and --users
 * @table: held, or NULL
 * @pattern: of --ua, or NULL
 * @net: where it is; held by @table and by a rule that asks
 * @stats: of the namespace
 * @asks: the memory of requests
 * @status: as in the rule
 */
struct sip_rule {
	u64 number;
	u32 flags;
	u32 invert;
	u32 methods;
	u32 defects;
	u32 ban;
	u8 prefix4;
	u8 prefix6;
	u8 status_count;
	int slot;
	struct sip_count count;
	struct sip_table *table;
	struct sip_pattern *pattern;
	struct sip_net *net;
	struct sip_stats __percpu *stats;
	bool asks;
	struct xt_sip_status status[XT_SIP_STATUS_MAX];
};

/**
 * sip_rule_make() - make a rule
 * @net: the namespace
 * @family: NFPROTO_IPV4, NFPROTO_IPV6 or NFPROTO_INET
 * @info: what it shall do, valid
 *
 * May sleep.
 *
 * Return: the rule, or an error pointer; the kernel log says what a number
 * cannot.
 */
struct sip_rule *sip_rule_make(struct net *net, u8 family,
			       const struct xt_sip_mtinfo *info);

/**
 * sip_rule_free() - free a rule that no packet meets any more
 * @rule: the rule
 * @net: its namespace, which may be gone
 * @family: as for sip_rule_make()
 *
 * May sleep.
 */
void sip_rule_free(struct sip_rule *rule, struct net *net, u8 family);

#endif /* _SIP_RULE_H */
