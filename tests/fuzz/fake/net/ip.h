/* SPDX-License-Identifier: GPL-2.0 */
/* Fake of net/ip.h for packets that begin with their IPv4 header. */
#ifndef _FAKE_IP_H
#define _FAKE_IP_H

#include <linux/ip.h>
#include <linux/skbuff.h>

#define IP_OFFSET	0x1fff

static inline const struct iphdr *ip_hdr(const struct sk_buff *skb)
{
	return (const void *)skb->data;
}

static inline u32 ip_hdrlen(const struct sk_buff *skb)
{
	return ip_hdr(skb)->ihl * 4u;
}

static inline bool ip_is_fragment(const struct iphdr *ip)
{
	return ip->frag_off & htons(0x3fff);
}

#endif /* _FAKE_IP_H */
