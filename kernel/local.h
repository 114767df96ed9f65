/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses of the machine itself, which are never banned and never trusted. */
#ifndef _XSIP_LOCAL_H
#define _XSIP_LOCAL_H

#include <linux/netfilter.h>

struct net;

/**
 * xsip_local() - is an address one of the namespace's own?
 * @net: the namespace
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 *
 * Takes no lock, and may be called on the packet path.
 *
 * Return: whether it is, on any device; 127.0.0.0/8 and ::1 are.
 */
bool xsip_local(struct net *net, u8 family, const union nf_inet_addr *addr);

#endif /* _XSIP_LOCAL_H */
