/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_source: the sources of a network namespace, their bans and counts.
 *
 * A source is an address, or a prefix of addresses, in one table; it is one
 * entry with its ban and the counts of the table's rules. Rules whose counts
 * find no room in it have theirs in further entries, the source's other banks,
 * which only packets that such a rule counts touch. All sources of
 * a namespace live in one hash and count against one limit (max_sources).
 * Entries come from sip_pool and are reused at once: when the limit is reached,
 * a new source takes the entry of the least recently seen of a few that are not
 * banned. Bans may hold half of the limit.
 *
 * Locking: "packet path" functions run under rcu_read_lock() with BH disabled.
 * They take no lock to read and count; to add, ban or evict they take the
 * spinlock of one bucket. As an entry may become another source under a
 * reader, who has read one looks at its generation again. Functions that are
 * not of the packet path may sleep.
 *
 * Times: bans and last-seen are whole seconds of ktime_get_seconds(), which 32
 * bits hold for 136 years; counts are nanoseconds of ktime_get_ns() or, for
 * slow rates, ktime_get_coarse_ns(), the same clock at the last tick.
 */
#ifndef _SIP_SOURCE_H
#define _SIP_SOURCE_H

#include <linux/ktime.h>

#include "sip_store.h"

/* ---- Packet path ---- */

/**
 * sip_source_banned() - is an address banned in a table, by any prefix?
 * @table: the table
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 * @known: a key of it in this table, which need not be made again, or NULL
 *
 * Packet path.
 *
 * Return: whether it is.
 */
bool sip_source_banned(const struct sip_table *table, u8 family,
		       const union nf_inet_addr *addr,
		       const struct sip_key *known);

/**
 * sip_source_charge() - count a packet of a source
 * @table: the table
 * @key: the source, in the bank of @slot; added if it is new
 * @slot: the rule's words
 * @count: what the rule counts
 *
 * Packet path. A source that finds no room is never over the rate.
 *
 * Return: whether the packet is over the rate.
 */
bool sip_source_charge(struct sip_table *table, const struct sip_key *key,
		       int slot, const struct sip_count *count);

/**
 * sip_source_address() - count a user that a source has addressed
 * @table: the table
 * @key: the source, in the bank of @slot; added if it is new
 * @slot: the rule's words
 * @count: what the rule counts
 * @hash: of the user, by a key that nobody can know
 *
 * Packet path. A source that finds no room has addressed nobody.
 *
 * Return: whether the users are more than the rule allows.
 */
bool sip_source_address(struct sip_table *table, const struct sip_key *key,
			int slot, const struct sip_count *count, u32 hash);

/**
 * sip_source_forgive() - clear the counts of a source, not its ban
 * @table: the table
 * @key: the source, in one bank
 *
 * Packet path.
 *
 * Return: whether there was anything to clear.
 */
bool sip_source_forgive(struct sip_table *table, const struct sip_key *key);

/**
 * sip_source_name() - keep the attack tool that a source uses
 * @table: the table
 * @key: the source, in bank 0; nothing is kept if it is not known
 * @tool: enum sip_tool
 *
 * Packet path.
 */
void sip_source_name(struct sip_table *table, const struct sip_key *key,
		     u8 tool);

/**
 * sip_source_ban() - a rule bans a source
 * @table: the table
 * @key: the source; added if it is new
 * @seconds: for how long from now
 *
 * Packet path. If it is banned, the longer of two bans of rules holds, and one
 * that was set by hand stays what it is.
 *
 * Return: 0, -ENOSPC if the bans hold half of all room already (or more, when
 * max_sources went down), -ENOMEM.
 */
int sip_source_ban(struct sip_table *table, const struct sip_key *key,
		   u32 seconds);

/**
 * sip_source_ban_by_hand() - an administrator bans a source
 * @table: the table
 * @key: the source; added if it is new
 * @seconds: for how long from now, whatever ban it has
 *
 * Packet path.
 *
 * Return: as sip_source_ban().
 */
int sip_source_ban_by_hand(struct sip_table *table, const struct sip_key *key,
			   u32 seconds);

/**
 * sip_source_drop() - forget a source
 * @sn: the namespace
 * @source: what sip_pool_at() returned, under the same rcu_read_lock()
 * @banned: forget it even if it is banned now
 *
 * Return: whether it is gone.
 */
bool sip_source_drop(struct sip_net *sn, struct sip_source *source,
		     bool banned);

/**
 * sip_source_unban() - end the ban of a source
 * @sn: the namespace
 * @source: what sip_pool_at() returned, under the same rcu_read_lock()
 * @running: end it even if its time is not over
 */
void sip_source_unban(struct sip_net *sn, struct sip_source *source,
		      bool running);

/**
 * sip_source_ban_left() - how long a source stays banned
 * @source: the source
 *
 * Return: seconds, 0 if it is not banned.
 */
static inline u32 sip_source_ban_left(const struct sip_source *source)
{
	u32 ban = READ_ONCE(source->ban);
	u32 now = (u32)ktime_get_seconds();

	return ban > now ? ban - now : 0;
}

/**
 * sip_source_idle() - how long a source has not been seen
 * @source: the source
 *
 * Return: seconds since its last packet that counted.
 */
static inline u32 sip_source_idle(const struct sip_source *source)
{
	u32 seen = READ_ONCE(source->seen);
	u32 now = (u32)ktime_get_seconds();

	/* It may be seen again on another processor meanwhile. */
	return now > seen ? now - seen : 0;
}

#endif /* _SIP_SOURCE_H */
