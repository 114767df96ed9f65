/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of a network namespace, and the cells of their counting rules.
 *
 * A table is what rules with the same --name share: sources with their bans,
 * and room for the counts of SIP_SLOTS cells. Rules with equal parameters share
 * their counts, so a ruleset that is loaded again finds them.
 *
 * Lifetime: a table outlives its last rule by SIP_LINGER seconds, and so do the
 * counts of a rule: `iptables -F; iptables -A ...` loses nothing. gc.c frees
 * both.
 *
 * Everything here may sleep and is serialised by xsip_net.mutex.
 */
#ifndef _XSIP_TABLE_H
#define _XSIP_TABLE_H

#include <linux/bitmap.h>
#include <linux/jiffies.h>

#include "count.h"
#include "net.h"
#include "source.h"

#define SIP_LINGER	60	/* seconds that unused tables are kept */
#define SIP_BANKS	4	/* entries that a source may have in a table */
#define SIP_SLOTS	(SIP_BANKS * SIP_CELLS)

/**
 * struct xsip_slot - cells of a table's sources that one counting rule uses
 * @info: the rule's parameters, which are its identity; NULL: slot is free
 * @rules: rules with these parameters
 * @unused_since: jiffies when the last of them was deleted
 * @count: what they count, from the cell of the slot's index on
 */
struct xsip_slot {
	struct xt_sip_mtinfo *info;
	unsigned int rules;
	unsigned long unused_since;
	struct xsip_count count;
};

/**
 * struct xsip_table - a named table; fields without a lock named are constant
 * or atomic
 * @net: where it is
 * @id: its number there
 * @name: its name
 * @refs: rules and others that hold it; xsip_net.mutex
 * @unused_since: jiffies when @refs became 0; xsip_net.mutex
 * @sources: entries of it
 * @banned: entries of it with a ban that was not yet collected
 * @trusted: the same with trust, or barred from it
 * @terms4: how many of all these have each IPv4 prefix length;
 *	    xsip_net.term_lock
 * @terms6: the same for IPv6
 * @lengths4: a bit for each length in use; read on the packet path
 * @lengths6: the same for IPv6
 * @banks: how many banks the sources may have; read on the packet path
 * @taken: a bit for each cell, by bank, that a counting rule has;
 *	   xsip_net.mutex
 * @slot: the counting rules, each at its first cell; xsip_net.mutex
 * @rcu: the packet path may still read it when it is freed
 */
struct xsip_table {
	struct xsip_net *net;
	u8 id;
	char name[XT_SIP_NAME_LEN];
	unsigned int refs;
	unsigned long unused_since;
	atomic_t sources ____cacheline_aligned_in_smp;
	atomic_t banned;
	atomic_t trusted;
	unsigned int terms4[33];
	unsigned int terms6[129];
	DECLARE_BITMAP(lengths4, 33);
	DECLARE_BITMAP(lengths6, 129);
	unsigned int banks;
	DECLARE_BITMAP(taken, SIP_SLOTS);
	struct xsip_slot slot[SIP_SLOTS];
	struct rcu_head rcu;
};

/* ---- Tables ---- */

/**
 * xsip_table_at() - the table with an id
 * @sn: the namespace; its mutex is held
 * @id: 1 to SIP_TABLES
 *
 * Return: the table, or NULL.
 */
static inline struct xsip_table *xsip_table_at(const struct xsip_net *sn,
					       int id)
{
	return rcu_dereference_protected(sn->tables[id - 1],
					 lockdep_is_held(&sn->mutex));
}

/**
 * xsip_table_of() - the table of a source
 * @sn: the namespace
 * @source: the source; packet path
 *
 * Return: the table, or NULL if the entry is becoming another source.
 */
static inline struct xsip_table *xsip_table_of(const struct xsip_net *sn,
					       const struct xsip_source *source)
{
	return rcu_dereference(sn->tables[source->table - 1]);
}

/**
 * xsip_table_named() - the table with a name
 * @sn: the namespace; its mutex is held
 * @name: the name
 *
 * Return: the table, or NULL.
 */
struct xsip_table *xsip_table_named(const struct xsip_net *sn,
				    const char *name);

/**
 * xsip_table_get() - find or make a table
 * @sn: the namespace, held, prepared by xsip_net_prepare()
 * @name: a valid name
 *
 * Return: the table, held, or an error pointer: -ENOSPC if there are
 * SIP_TABLES already, -ENOMEM.
 */
struct xsip_table *xsip_table_get(struct xsip_net *sn, const char *name);

/**
 * xsip_table_put() - release a table
 * @table: the table; gc.c frees it if it stays unused
 */
void xsip_table_put(struct xsip_table *table);

/**
 * xsip_table_free() - free a table
 * @table: no rule and no source names it; xsip_net.mutex is held
 */
void xsip_table_free(struct xsip_table *table);

/* ---- Slots: the cells of counting rules ---- */

/**
 * xsip_slot_get() - find or make the slot of a rule
 * @table: the table, held
 * @info: the rule; equal rules share a slot
 * @count: what it counts
 *
 * The first entry of a source is filled before there is a second. Counts of
 * deleted rules are kept while there is room elsewhere; then all of them are
 * freed.
 *
 * Return: index of its first cell, of SIP_CELLS in each bank; -ENOSPC or
 * -ENOMEM.
 */
int xsip_slot_get(struct xsip_table *table, const struct xt_sip_mtinfo *info,
		  const struct xsip_count *count);

/**
 * xsip_slot_put() - a counting rule is deleted
 * @table: the table, held
 * @slot: what xsip_slot_get() returned
 */
void xsip_slot_put(struct xsip_table *table, int slot);

/**
 * xsip_slot_free() - forget what a rule counts
 * @table: the table; its namespace's mutex is held
 * @slot: in use, by no rule
 */
void xsip_slot_free(struct xsip_table *table, int slot);

/* Is a table or a slot unused for less than SIP_LINGER seconds? */
static inline bool xsip_table_lingers(unsigned long unused_since)
{
	return time_before(jiffies, unused_since + SIP_LINGER * HZ);
}

#endif /* _XSIP_TABLE_H */
