/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sources: addresses, or prefixes of addresses, with their standing and counts.
 *
 * A source belongs to one table. It is one entry with its standing (stranger,
 * banned, trusted, barred from trust; sip/state.h) and the cells of the
 * table's counting rules. Rules whose cells find no room in it have theirs
 * in further entries, the source's other banks; only packets that such a rule
 * counts touch these.
 *
 * All sources of a namespace are in one hash and share one limit (max_sources).
 * Entries come from the namespace's pool and are recycled without a grace
 * period, as with SLAB_TYPESAFE_BY_RCU: check the generation again after
 * reading. At the limit a new source takes the entry of the least recently seen
 * of a few strangers. Bans may take half of the limit, trust a quarter.
 *
 * Locking: "packet path" functions run under rcu_read_lock() with BH disabled.
 * They read and count without a lock; to add, to evict or to change a standing
 * they take the spinlock of one bucket. Other functions may sleep.
 *
 * Times: whole seconds of ktime_get_seconds().
 */
#ifndef _XSIP_SOURCE_H
#define _XSIP_SOURCE_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/netfilter.h>

#include "count.h"
#include "sip/state.h"

struct xsip_key;
struct xsip_net;
struct xsip_table;

#define SIP_CELLS	8	/* cells of an entry */

/**
 * struct xsip_source - a source, or one of its banks; at most 112 bytes, so
 * that a source takes less than 128 bytes in all
 * @next: in the chain of its bucket, see hash.h
 * @addr: as in struct xsip_key
 * @next_free: next in the free list of its chunk, while the entry is free
 * @table: as in struct xsip_key; 0 while the entry is free
 * @family: as in struct xsip_key
 * @prefix: as in struct xsip_key
 * @bank: as in struct xsip_key
 * @id: these four in one; never 0 in an entry that is in use
 * @generation: changes whenever the entry stops being this source
 * @reason: why it is or was banned, or by which tool --scanner knew it, see
 *	    reasons.h
 * @paged: its chunk is a page; constant
 * @hashed: it is in a chain
 * @bans: how often it was banned, at most SIP_BANS_MAX
 * @seen: second of its last packet that counted, or that met its ban
 * @term: its standing, and until when; a stranger's is 0, or says when its last
 *	  ban ended
 * @since: second at which this standing, or its last ban, began
 * @hits: packets that met its ban; some are lost if two CPUs count at a time
 * @cell: the counts, one or more cells for each counting rule of the table
 */
struct xsip_source {
	struct xsip_source __rcu *next;
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
	u8 reason;
	u8 paged : 1;
	u8 hashed : 1;
	u8 bans : 6;
	u32 seen;
	u32 term;
	u32 since;
	u32 hits;
	atomic64_t cell[SIP_CELLS];
};

/* ---- Packet path ---- */

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

/* Called with the lock of the source's bucket held; @hash is of its key. */
typedef int (*xsip_source_set_t)(struct xsip_table *table,
				 struct xsip_source *source, u32 hash,
				 const void *arg);

/**
 * xsip_source_change() - do something to a source
 * @table: the table
 * @key: the source; added if it is new
 * @set: what is done
 * @arg: passed to @set
 *
 * Return: what @set returned, -ENOSPC or -ENOMEM.
 */
int xsip_source_change(struct xsip_table *table, const struct xsip_key *key,
		       xsip_source_set_t set, const void *arg);

/* ---- Sources found by xsip_pool_at(), under the same rcu_read_lock() ---- */

/**
 * xsip_source_drop() - forget a source
 * @sn: the namespace
 * @source: the source
 * @any: forget it even if it is no stranger
 *
 * Return: whether it is gone.
 */
bool xsip_source_drop(struct xsip_net *sn, struct xsip_source *source,
		      bool any);

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
 * xsip_source_left() - how long a source has a standing
 * @source: the source
 * @state: the standing
 *
 * Return: seconds, 0 if it has another one.
 */
static inline u32 xsip_source_left(const struct xsip_source *source,
				   enum xsip_state state)
{
	return xsip_term_left(READ_ONCE(source->term), state,
			      (u32)ktime_get_seconds());
}

/**
 * xsip_source_is_stranger() - is it neither banned nor trusted nor barred now?
 * @source: the source
 *
 * Return: whether it is a stranger.
 */
static inline bool xsip_source_is_stranger(const struct xsip_source *source)
{
	return xsip_term_now(READ_ONCE(source->term),
			     (u32)ktime_get_seconds()) == SIP_STRANGER;
}

/* A packet of the source has come that counts. */
static inline void xsip_source_touch(struct xsip_source *source)
{
	u32 now = (u32)ktime_get_seconds();

	if (READ_ONCE(source->seen) != now)
		WRITE_ONCE(source->seen, now);
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
