/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sources: addresses, or prefixes of addresses, with their bans and counts.
 *
 * A source belongs to one table. It is one entry with its ban and the cells of
 * the table's counting rules. Rules whose cells find no room in it have theirs
 * in further entries, the source's other banks; only packets that such a rule
 * counts touch these.
 *
 * All sources of a namespace are in one hash and share one limit (max_sources).
 * Entries come from the namespace's pool and are recycled without a grace
 * period, as with SLAB_TYPESAFE_BY_RCU: check the generation again after
 * reading. At the limit a new source takes the entry of the least recently seen
 * of a few that are not banned. Bans may take half of the limit.
 *
 * Locking: "packet path" functions run under rcu_read_lock() with BH disabled.
 * They read and count without a lock; to add, ban or evict they take the
 * spinlock of one bucket. Other functions may sleep.
 *
 * Times: bans and last-seen times are whole seconds of ktime_get_seconds(),
 * which 32 bits hold for 136 years.
 */
#ifndef _XSIP_SOURCE_H
#define _XSIP_SOURCE_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/list_nulls.h>
#include <linux/netfilter.h>

#include "count.h"

struct xsip_key;
struct xsip_net;
struct xsip_table;

#define SIP_CELLS	8	/* cells of an entry */

/**
 * struct xsip_source - a source, or one of its banks; 112 bytes, 104 where
 * pointers have 32 bits, so that a source takes less than 128 bytes in all
 * @node: in the chain of its bucket
 * @addr: as in struct xsip_key
 * @next_free: next in the free list of its chunk, while the entry is free
 * @table: as in struct xsip_key; 0 while the entry is free
 * @family: as in struct xsip_key
 * @prefix: as in struct xsip_key
 * @bank: as in struct xsip_key
 * @id: these four in one; never 0 in an entry that is in use
 * @generation: changes whenever the entry stops being this source
 * @tool: enum xsip_tool that --scanner recognised, 0 if none
 * @order: of the pages of its chunk; constant
 * @by_hand: the ban was not set by a rule
 * @seen: second of its last packet that counted
 * @ban: second at which its ban ends, 0 if it has none
 * @cell: the counts, one or more cells for each counting rule of the table
 */
struct xsip_source {
	struct hlist_nulls_node node;
	union {
		union nf_inet_addr addr;
		struct xsip_source *next_free;
	};
	union {
		struct {
			u8 table;
			u8 family;
			u8 prefix;
			u8 bank;
		};
		u32 id;
	};
	u16 generation;
	u8 tool;
	u8 order : 4;
	u8 by_hand : 1;
	u32 seen;
	u32 ban;
	atomic64_t cell[SIP_CELLS];
};

extern unsigned int xsip_max_sources;	/* module parameter */

/**
 * xsip_source_limit() - how many sources a namespace may have now
 * @small: its user namespace is not the host's
 *
 * Return: the limit.
 */
u32 xsip_source_limit(bool small);

/* ---- Packet path ---- */

/**
 * xsip_source_banned() - is an address banned in a table, by any prefix?
 * @table: the table
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 * @known: a key of @addr in this table that the caller has, or NULL
 *
 * Return: whether it is.
 */
bool xsip_source_banned(const struct xsip_table *table, u8 family,
			const union nf_inet_addr *addr,
			const struct xsip_key *known);

/**
 * xsip_source_charge() - count one event of a source
 * @table: the table
 * @key: the source, in the bank of @slot; added if it is new
 * @slot: where the rule's cells are
 * @count: what the rule counts
 * @id: by which kind
 * @hash: as for xsip_count_charge()
 *
 * Return: whether the source is over the limit; false if there is no room for
 * the source.
 */
bool xsip_source_charge(struct xsip_table *table, const struct xsip_key *key,
			int slot, const struct xsip_count *count,
			enum xsip_kind_id id, u32 hash);

/**
 * xsip_source_forgive() - clear the counts of a source, not its ban
 * @table: the table
 * @key: the source, in one bank
 *
 * Return: whether there was anything to clear.
 */
bool xsip_source_forgive(struct xsip_table *table, const struct xsip_key *key);

/**
 * xsip_source_set_tool() - note the attack tool that a source uses
 * @table: the table
 * @key: the source, in bank 0; nothing happens if it is not known
 * @tool: enum xsip_tool
 */
void xsip_source_set_tool(struct xsip_table *table, const struct xsip_key *key,
			  u8 tool);

/**
 * xsip_source_ban() - a rule bans a source
 * @table: the table
 * @key: the source; added if it is new
 * @seconds: for how long from now
 *
 * The longer of two bans by rules holds. A ban by hand is not changed.
 *
 * Return: 0, -ENOSPC if bans take half of the limit already, -ENOMEM.
 */
int xsip_source_ban(struct xsip_table *table, const struct xsip_key *key,
		    u32 seconds);

/**
 * xsip_source_ban_by_hand() - an administrator bans a source
 * @table: the table
 * @key: the source; added if it is new
 * @seconds: for how long from now, whatever ban it has
 *
 * Return: as xsip_source_ban().
 */
int xsip_source_ban_by_hand(struct xsip_table *table,
			    const struct xsip_key *key, u32 seconds);

/* ---- Sources found by xsip_pool_at(), under the same rcu_read_lock() ---- */

/**
 * xsip_source_drop() - forget a source
 * @sn: the namespace
 * @source: the source
 * @banned: forget it even if it is banned now
 *
 * Return: whether it is gone.
 */
bool xsip_source_drop(struct xsip_net *sn, struct xsip_source *source,
		      bool banned);

/**
 * xsip_source_unban() - end the ban of a source
 * @sn: the namespace
 * @source: the source
 * @running: end it even if its time is not over
 *
 * Return: whether there was one.
 */
bool xsip_source_unban(struct xsip_net *sn, struct xsip_source *source,
		       bool running);

/* Called for each source under rcu_read_lock(). */
typedef void (*xsip_source_visit_t)(struct xsip_net *sn,
				    struct xsip_source *source, void *arg);

/**
 * xsip_source_for_each() - visit all sources of a namespace
 * @sn: the namespace
 * @visit: called for each
 * @arg: passed to @visit
 *
 * May sleep: it gives up the processor between chunks of the pool.
 */
void xsip_source_for_each(struct xsip_net *sn, xsip_source_visit_t visit,
			  void *arg);

/**
 * xsip_source_ban_left() - how long a source stays banned
 * @source: the source
 *
 * Return: seconds, 0 if it is not banned.
 */
static inline u32 xsip_source_ban_left(const struct xsip_source *source)
{
	u32 ban = READ_ONCE(source->ban);
	u32 now = (u32)ktime_get_seconds();

	return ban > now ? ban - now : 0;
}

/**
 * xsip_source_idle() - how long a source has not been seen
 * @source: the source
 *
 * Return: seconds since its last packet that counted.
 */
static inline u32 xsip_source_idle(const struct xsip_source *source)
{
	u32 seen = READ_ONCE(source->seen);
	u32 now = (u32)ktime_get_seconds();

	/* Another CPU may see it again at this moment. */
	return now > seen ? now - seen : 0;
}

#endif /* _XSIP_SOURCE_H */
