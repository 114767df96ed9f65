/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting kinds: what counting rules keep for each source, in 64-bit cells.
 *
 * A kind is one file, count_KIND.c, that defines a struct xsip_kind, and one
 * row in count.c. A rule may count by several kinds; its cells lie side by
 * side in a source, in the order of enum xsip_kind_id.
 *
 * Cells are atomic and shared by all CPUs; no function here takes a lock. A
 * cell of 0 is a source that has done nothing. Times are nanoseconds of
 * ktime_get_ns() or, for slow rates, of ktime_get_coarse_ns(), the same clock
 * at the last tick.
 */
#ifndef _XSIP_COUNT_H
#define _XSIP_COUNT_H

#include <linux/atomic.h>
#include <linux/netfilter/xt_sip.h>

#include "sip/rate.h"
#include "sip/sketch.h"

struct seq_file;

enum xsip_kind_id {
	SIP_KIND_USERS,
	SIP_KIND_RATE,
	SIP_KIND_COUNT
};

/**
 * struct xsip_count - what a rule counts of each source
 * @flags: XT_SIP_RATE, XT_SIP_USERS or both
 * @cells: how many cells that takes
 * @at: of each kind that is in @flags, its first cell among these
 * @rate: parameters of --rate
 * @users: parameters of --users
 */
struct xsip_count {
	u32 flags;
	u8 cells;
	u8 at[SIP_KIND_COUNT];
	struct xsip_rate rate;
	struct xsip_sketch users;
};

/**
 * struct xsip_kind - a counting kind
 * @flag: of the option in enum xt_sip_flags
 * @cells: how many it takes
 * @init: prepare the parameters
 * @charge: count one event; is the source over the limit then? @hash tells what
 *	    is to be distinct, if anything is. Packet path.
 * @is_set: is anything kept that a new source would not have?
 * @show: print " option=...:used/limit"
 */
struct xsip_kind {
	u32 flag;
	u8 cells;
	void (*init)(struct xsip_count *count,
		     const struct xt_sip_mtinfo *info);
	bool (*charge)(atomic64_t *cell, const struct xsip_count *count,
		       u32 hash);
	bool (*is_set)(const atomic64_t *cell, const struct xsip_count *count,
		       u64 now);
	void (*show)(struct seq_file *seq, const atomic64_t *cell,
		     const struct xsip_count *count,
		     const struct xt_sip_mtinfo *info, u64 now);
};

extern const struct xsip_kind xsip_kind_rate;
extern const struct xsip_kind xsip_kind_users;

/**
 * xsip_count_charge_rate() - @charge of --rate, to be called directly
 * @cell: as for @charge
 * @count: as for @charge
 * @hash: unused
 *
 * Return: as @charge.
 */
bool xsip_count_charge_rate(atomic64_t *cell, const struct xsip_count *count,
			    u32 hash);

/**
 * xsip_count_charge_users() - @charge of --users, to be called directly
 * @cell: as for @charge
 * @count: as for @charge
 * @hash: of the user
 *
 * Return: as @charge.
 */
bool xsip_count_charge_users(atomic64_t *cell, const struct xsip_count *count,
			     u32 hash);

/**
 * xsip_count_init() - prepare what a rule counts
 * @count: the result
 * @info: the rule, valid
 */
void xsip_count_init(struct xsip_count *count,
		     const struct xt_sip_mtinfo *info);

/**
 * xsip_count_charge() - count one event of a source
 * @cells: the rule's cells in the source
 * @count: what the rule counts
 * @id: by which kind; it is in @count->flags
 * @hash: what is to be distinct, hashed with a secret key; 0 for --rate
 *
 * Packet path.
 *
 * Return: whether the source is over the limit.
 */
bool xsip_count_charge(atomic64_t *cells, const struct xsip_count *count,
		       enum xsip_kind_id id, u32 hash);

/**
 * xsip_count_is_set() - has a rule counted what a new source would not have?
 * @cells: the rule's cells in the source
 * @count: what the rule counts
 * @now: the time
 *
 * Return: whether it has.
 */
bool xsip_count_is_set(const atomic64_t *cells, const struct xsip_count *count,
		       u64 now);

/**
 * xsip_count_show() - print what a rule has counted of a source
 * @seq: where to
 * @cells: the rule's cells in the source
 * @count: what the rule counts
 * @info: the rule
 * @now: the time
 */
void xsip_count_show(struct seq_file *seq, const atomic64_t *cells,
		     const struct xsip_count *count,
		     const struct xt_sip_mtinfo *info, u64 now);

#endif /* _XSIP_COUNT_H */
