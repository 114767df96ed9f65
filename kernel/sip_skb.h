/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_skb: from a packet to its addresses and to what it carries.
 *
 * Reads the skb, never writes to it, never linearises it. Works in every hook
 * of ip, ip6 and inet, with or without `-p`: it finds the transport header by
 * itself. Calls no other room but the types of sip_parse.
 */
#ifndef _SIP_SKB_H
#define _SIP_SKB_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include "sip_parse.h"

#define SIP_DATAGRAMS	128	/* more than a sender can bundle */

/**
 * sip_skb_address() - an address of a packet
 * @skb: the packet, its network header in the linear part
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @dst: the destination, not the source
 * @addr: the result; an IPv4 address leaves the rest zero
 */
void sip_skb_address(const struct sk_buff *skb, u8 family, bool dst,
		     union nf_inet_addr *addr);

/**
 * sip_skb_datagrams() - how many UDP datagrams a packet bundles
 * @skb: the packet
 *
 * Segmentation offload keeps datagrams of one sender in one skb. Each is a
 * payload of its own.
 *
 * Return: their number, 1 for all other packets, at most SIP_DATAGRAMS.
 */
unsigned int sip_skb_datagrams(const struct sk_buff *skb);

/**
 * sip_skb_payload() - what a packet carries above UDP, UDP-Lite, TCP or SCTP
 * @skb: the packet, its network header in the linear part
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @number: which of its datagrams, 0 for the first
 * @buffer: SIP_WINDOW bytes for a payload that is not linear; @payload may
 *          point there or into @skb
 * @payload: the result
 *
 * The first of several fragments is a segment of a stream: nothing can be
 * said about its end.
 *
 * Return: whether there is a payload to judge. There is none in other
 * protocols, in a fragment that is not the first, in a segment without data
 * and where a length in a header is a lie.
 */
bool sip_skb_payload(const struct sk_buff *skb, u8 family,
		     unsigned int number, u8 *buffer,
		     struct sip_payload *payload);

#endif /* _SIP_SKB_H */
