/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Event counters of a network namespace, for each CPU.
 *
 * Counting takes no lock and writes no shared cache line. Callers have BH
 * disabled.
 */
#ifndef _XSIP_STATS_H
#define _XSIP_STATS_H

#include <linux/u64_stats_sync.h>

#include "sip/names.h"
#include "sip/parse.h"
#include "sip/reason.h"

/* One index for all counters; the groups are indexed by the enum named. */
enum xsip_stat {
	SIP_STAT_CLASS,			/* enum xsip_class */
	SIP_STAT_REQUEST = SIP_STAT_CLASS + SIP_CLASS_COUNT,
					/* enum xt_sip_method */
	SIP_STAT_RESPONSE = SIP_STAT_REQUEST + XT_SIP_METHOD_COUNT,
					/* first digit of the status, 0 to 9 */
	SIP_STAT_DEFECT = SIP_STAT_RESPONSE + 10,
					/* enum xt_sip_defect */
	SIP_STAT_SCANNER = SIP_STAT_DEFECT + XT_SIP_DEFECT_COUNT,
					/* enum xsip_tool */
	SIP_STAT_MATCHED = SIP_STAT_SCANNER + SIP_TOOL_COUNT,
					/* enum xsip_reason_kind */
	SIP_STAT_BANS = SIP_STAT_MATCHED + SIP_REASON_HAND,
					/* bans that rules set */
	SIP_STAT_BANS_REFUSED,		/* not recorded: too many bans */
	SIP_STAT_BANS_WITHHELD,		/* of friends */
	SIP_STAT_BANS_LOCAL,		/* of the machine's own addresses */
	SIP_STAT_TRUSTS,		/* new friends */
	SIP_STAT_TRUSTS_REFUSED,	/* too many, or banned or barred */
	SIP_STAT_TRUSTS_UNPROVEN,	/* --trust without a proof */
	SIP_STAT_BANNED_PACKETS,	/* matched, as their source is banned */
	SIP_STAT_OVER_RATE,		/* over the --rate of a rule */
	SIP_STAT_OVER_USERS,		/* over the --users of a rule */
	SIP_STAT_REMEMBERED,		/* requests, for --solicited, --auth */
	SIP_STAT_SOLICITED,		/* responses that --solicited knew */
	SIP_STAT_UNSOLICITED,		/* responses that it did not know */
	SIP_STAT_FORGIVEN,		/* sources whose counts were cleared */
	SIP_STAT_EVICTED,		/* sources that made room for others */
	SIP_STAT_FULL,			/* packets whose source found no room */
	SIP_STAT_COUNT
};

struct xsip_stats {
	u64_stats_t count[SIP_STAT_COUNT];
	struct u64_stats_sync sync;
};

/**
 * xsip_stats_alloc() - make a set of counters, all zero
 *
 * May sleep.
 *
 * Return: the counters, or NULL if there is no memory.
 */
struct xsip_stats __percpu *xsip_stats_alloc(void);

/**
 * xsip_stats_free() - free a set of counters
 * @stats: the counters, or NULL
 */
void xsip_stats_free(struct xsip_stats __percpu *stats);

/**
 * xsip_stats_add() - count one event
 * @stats: the counters
 * @stat: which one, an enum xsip_stat plus the index in its group
 */
void xsip_stats_add(struct xsip_stats __percpu *stats, unsigned int stat);

/**
 * xsip_stats_message() - count a parsed payload: class, method, defects
 * @stats: the counters
 * @msg: the message
 */
void xsip_stats_message(struct xsip_stats __percpu *stats,
			const struct xsip_msg *msg);

/**
 * xsip_stats_sum() - add up a counter over all CPUs
 * @stats: the counters, or NULL if nothing was counted yet
 * @stat: which one
 *
 * Return: the events so far.
 */
u64 xsip_stats_sum(struct xsip_stats __percpu *stats, unsigned int stat);

#endif /* _XSIP_STATS_H */
