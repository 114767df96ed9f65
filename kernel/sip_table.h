/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_table: the named tables of a network namespace.
 *
 * A table is what rules with the same --name share: sources, their bans, and
 * room for the counts of a fixed number of rules. Rules with the same
 * parameters are one rule to it, so a ruleset that is loaded again finds its
 * counts.
 *
 * Lifetime: a table, and the counts of a rule, outlive the last rule by
 * SIP_LINGER seconds, so that `iptables -F; iptables -A ...` loses nothing. A
 * worker forgets sources that have nothing left to remember.
 *
 * Everything here may sleep and is serialised by sip_net.mutex.
 */
#ifndef _SIP_TABLE_H
#define _SIP_TABLE_H

#include "sip_net.h"
#include "sip_source.h"

/* ---- Module ---- */

/**
 * sip_table_init() - what module init does
 *
 * Return: 0 or -ENOMEM.
 */
int sip_table_init(void);

/**
 * sip_table_exit() - what module exit does, when no namespace uses it
 */
void sip_table_exit(void);

/* ---- Tables and their counting rules ---- */

/**
 * sip_table_get() - find or make a table
 * @sn: the namespace
 * @name: a valid name
 *
 * Return: the table, held, or an error pointer: -ENOSPC if there are
 * SIP_TABLES already, -ENOMEM.
 */
struct sip_table *sip_table_get(struct sip_net *sn, const char *name);

/**
 * sip_table_put() - let go of a table
 * @table: the table; without holders it lingers
 */
void sip_table_put(struct sip_table *table);

/**
 * sip_slot_get() - find or make the place for a rule's counts
 * @table: the table, held
 * @info: the rule; equal rules share counts
 * @count: what it counts
 *
 * The source's first entry is filled before there is another. What rules that
 * are gone have counted is kept for as long as there is room elsewhere; then
 * the ruleset that is gone for longest is forgotten, all of it.
 *
 * Return: index of its first word, of SIP_WORDS in each bank; -ENOSPC or
 * -ENOMEM.
 */
int sip_slot_get(struct sip_table *table, const struct xt_sip_mtinfo *info,
		 const struct sip_count *count);

/**
 * sip_slot_put() - a counting rule goes; its counts linger with the table
 * @table: the table, held
 * @slot: what sip_slot_get() returned
 */
void sip_slot_put(struct sip_table *table, int slot);

/* ---- For the administrator; @name NULL means every table ---- */

/**
 * sip_table_ban() - ban a source by hand, for longer or shorter than it is
 * @sn: the namespace
 * @name: the table, made if there is none
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 * @prefix: bits of it that count
 * @seconds: for how long from now
 *
 * Return: 0, -ENOSPC or -ENOMEM.
 */
int sip_table_ban(struct sip_net *sn, const char *name, u8 family,
		  const union nf_inet_addr *addr, u8 prefix, u32 seconds);

/**
 * sip_table_unban() - end bans
 * @sn: the namespace
 * @name: the table, or NULL
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 * @prefix: bans of exactly this length, or -1: every ban @addr is under
 *
 * Return: 0, or -ENOENT if there is no such table.
 */
int sip_table_unban(struct sip_net *sn, const char *name, u8 family,
		    const union nf_inet_addr *addr, int prefix);

/**
 * sip_table_forgive() - clear the counts of a source, not its ban
 * @sn: the namespace
 * @name: the table, or NULL
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 * @prefix: sources of exactly this length, or -1: every one @addr is under
 *
 * Return: 0, or -ENOENT if there is no such table.
 */
int sip_table_forgive(struct sip_net *sn, const char *name, u8 family,
		      const union nf_inet_addr *addr, int prefix);

/**
 * sip_table_flush() - forget sources, bans and counts
 * @sn: the namespace
 * @name: the table, or NULL
 *
 * Return: 0, or -ENOENT if there is no such table.
 */
int sip_table_flush(struct sip_net *sn, const char *name);

#endif /* _SIP_TABLE_H */
