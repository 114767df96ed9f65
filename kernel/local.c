// SPDX-License-Identifier: GPL-2.0
/* Tells addresses of the machine itself from others. */
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/route.h>

#include "local.h"

bool xsip_local(struct net *net, u8 family, const union nf_inet_addr *addr)
{
	if (family == NFPROTO_IPV4)
		return inet_addr_type(net, addr->ip) == RTN_LOCAL;
	return IS_ENABLED(CONFIG_IPV6) &&
		(ipv6_addr_loopback(&addr->in6) ||
		 ipv6_chk_addr(net, &addr->in6, NULL, 0));
}
