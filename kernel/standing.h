/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The standing of sources: bans and trust, by rules and by hand.
 *
 * Locking: "packet path" functions run under rcu_read_lock() with BH disabled.
 * To ask takes no lock; what changes a standing takes the lock of one bucket.
 */
#ifndef _XSIP_STANDING_H
#define _XSIP_STANDING_H

#include "source.h"

/**
 * struct xsip_ban - a ban to be set
 * @first: seconds it lasts
 * @most: if it grows, seconds it may last in the end, else 0
 * @reason: its number, see reasons.h; SIP_REASON_HAND_NUMBER is by hand
 * @restored: it was saved: the rest counts
 * @bans: how often the source was banned
 * @ago: seconds since it was
 * @hits: packets that met the ban
 */
struct xsip_ban {
	u32 first;
	u32 most;
	u8 reason;
	bool restored;
	u8 bans;
	u32 ago;
	u32 hits;
};

/**
 * struct xsip_trust - trust to be set
 * @seconds: for how long from now, at least
 * @by_hand: by an administrator, who may end a ban by it
 * @restored: it was saved: it is no new friend, and what has happened since
 *	      holds
 */
struct xsip_trust {
	u32 seconds;
	bool by_hand;
	bool restored;
};

/**
 * struct xsip_standing - what an address is to a table
 * @state: enum xsip_state
 * @prefix: of the source that it is that by
 */
struct xsip_standing {
	u8 state;
	u8 prefix;
};

/* ---- Packet path ---- */

/**
 * xsip_standing_of() - is an address banned in a table, or trusted?
 * @table: the table
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 * @known: a key of @addr in this table that the caller has, or NULL
 * @hit: the rule matches who is banned: count the packet with the ban
 *
 * If sources of several prefixes differ, what was commanded by hand holds, and
 * of several the longest.
 *
 * Return: what it is.
 */
struct xsip_standing xsip_standing_of(const struct xsip_table *table, u8 family,
				      const union nf_inet_addr *addr,
				      const struct xsip_key *known, bool hit);

/**
 * xsip_standing_note_tool() - note the attack tool that a source uses
 * @table: the table
 * @key: the source, in bank 0; nothing happens if it is not known
 * @tool: enum xsip_tool
 */
void xsip_standing_note_tool(struct xsip_table *table,
			     const struct xsip_key *key, u8 tool);

/**
 * xsip_standing_ban() - ban a source
 * @table: the table
 * @key: the source, in bank 0; added if it is new
 * @ban: for how long, and why
 *
 * The longer of two bans by rules holds. A ban by hand ends any trust, and is
 * not changed by rules.
 *
 * Return: 0, -ENOSPC if bans take half of the limit already, -ENOMEM.
 */
int xsip_standing_ban(struct xsip_table *table, const struct xsip_key *key,
		      const struct xsip_ban *ban);

/**
 * xsip_standing_withhold() - a rule would ban a friend: end his trust instead
 * @table: the table
 * @key: the friend, in bank 0
 * @seconds: for how long he cannot become one again
 *
 * Trust by hand stays.
 */
void xsip_standing_withhold(struct xsip_table *table,
			    const struct xsip_key *key, u32 seconds);

/**
 * xsip_standing_trust() - trust a source
 * @table: the table
 * @key: the source, in bank 0; added if it is new
 * @trust: for how long, and by whom
 *
 * New friends that rules make are limited to a few a second. Trust does not
 * clear counts.
 *
 * Return: 1 if it is a new friend; 0 if it was one; -EBUSY if it is banned or
 * barred, or there were too many new ones; -ENOSPC if friends take a quarter of
 * the limit already; -ENOMEM.
 */
int xsip_standing_trust(struct xsip_table *table, const struct xsip_key *key,
			const struct xsip_trust *trust);

/* ---- Sources found by xsip_pool_at(), under the same rcu_read_lock() ---- */

/**
 * xsip_standing_release() - make a source a stranger, whose past is forgotten
 * @sn: the namespace
 * @source: the source
 * @states: bits of enum xsip_state: if it is this now
 *
 * Return: whether it was.
 */
bool xsip_standing_release(struct xsip_net *sn, struct xsip_source *source,
			   unsigned int states);

/**
 * xsip_standing_expire() - if the term of a source is over, take note of it
 * @sn: the namespace
 * @source: the source
 *
 * How long its ban was is remembered.
 */
void xsip_standing_expire(struct xsip_net *sn, struct xsip_source *source);

#endif /* _XSIP_STANDING_H */
