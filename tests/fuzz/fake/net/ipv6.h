/* SPDX-License-Identifier: GPL-2.0 */
/* Fake of net/ipv6.h for packets without extension headers. */
#ifndef _FAKE_IPV6_H
#define _FAKE_IPV6_H

#include <linux/ipv6.h>
#include <linux/skbuff.h>

#define NEXTHDR_FRAGMENT	44

static inline const struct ipv6hdr *ipv6_hdr(const struct sk_buff *skb)
{
	return (const void *)skb->data;
}

static inline int ipv6_find_hdr(const struct sk_buff *skb,
				unsigned int *offset, int target,
				unsigned short *fragment, int *flags)
{
	(void)fragment;
	(void)flags;
	*offset = sizeof(struct ipv6hdr);
	return target < 0 ? ipv6_hdr(skb)->nexthdr : -1;
}

#endif /* _FAKE_IPV6_H */
