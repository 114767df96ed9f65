/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an administrator does with sources: ban, unban, trust, distrust,
 * forgive, flush.
 *
 * A NULL name means every table. Everything here may sleep.
 */
#ifndef _XSIP_ADMIN_H
#define _XSIP_ADMIN_H

#include <linux/netfilter.h>

struct net;
struct xsip_command;
struct xsip_net;

/**
 * xsip_admin_set() - ban or trust a source, whatever it is now
 * @net: the namespace
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 * @command: SIP_COMMAND_BAN or SIP_COMMAND_TRUST; the table, "sip" if it names
 *	     none, is made if there is none
 *
 * Return: 0; -EADDRINUSE if it is an address of this machine; -ENOSPC or
 * -ENOMEM.
 */
int xsip_admin_set(struct net *net, u8 family, const union nf_inet_addr *addr,
		   const struct xsip_command *command);

/**
 * xsip_admin_unban() - end the bans of a source, and clear its counts
 * @sn: the state of the namespace
 * @name: the table, or NULL
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 * @prefix: bans of exactly this length, or -1: of one host, which with IPv6 has
 *	    64 bits or more
 * @wider: if -EBUSY is returned, the length of the ban in the way
 *
 * Return: 0; -ENOENT if there is no such table or no such ban; -EBUSY if, with
 * @prefix -1, a whole network is banned that @addr is in, and nothing was done.
 */
int xsip_admin_unban(struct xsip_net *sn, const char *name, u8 family,
		     const union nf_inet_addr *addr, int prefix, u8 *wider);

/**
 * xsip_admin_distrust() - end trust, and the time in which there can be none
 * @sn: the state of the namespace
 * @name: the table, or NULL
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 * @prefix: trust of exactly this length, or -1: every one that covers @addr
 *
 * Return: 0; -ENOENT if there is no such table or no such trust.
 */
int xsip_admin_distrust(struct xsip_net *sn, const char *name, u8 family,
			const union nf_inet_addr *addr, int prefix);

/**
 * xsip_admin_forgive() - clear the counts of a source, not its ban
 * @sn: the state of the namespace
 * @name: the table, or NULL
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 * @prefix: sources of exactly this length, or -1: every one that covers @addr
 *
 * Return: 0, or -ENOENT if there is no such table.
 */
int xsip_admin_forgive(struct xsip_net *sn, const char *name, u8 family,
		       const union nf_inet_addr *addr, int prefix);

/**
 * xsip_admin_flush() - forget sources, bans and counts
 * @sn: the state of the namespace
 * @name: the table, or NULL
 *
 * Return: 0, or -ENOENT if there is no such table.
 */
int xsip_admin_flush(struct xsip_net *sn, const char *name);

#endif /* _XSIP_ADMIN_H */
