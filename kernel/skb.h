/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The addresses and payloads of a packet.
 *
 * Reads the skb, never writes to it, never linearises it. Works in every hook
 * of ip, ip6 and inet, with or without `-p`: it finds the transport header
 * itself.
 */
#ifndef _XSIP_SKB_H
#define _XSIP_SKB_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include "sip/parse.h"

/*
 * Pieces (datagrams of a bundle, chunks of SCTP) of one packet that are looked
 * at. 64 KiB have more only of less than 32 bytes each, in which there is no
 * room for a message.
 */
#define SIP_PIECES	2048

/**
 * struct xsip_place - where a payload lies in a packet
 * @start: its first byte, from skb->data
 * @end: where it ends
 * @stream: it may begin or end within a message
 * @many: messages follow one another in it
 */
struct xsip_place {
	u32 start;
	u32 end;
	bool stream;
	bool many;
};

/**
 * struct xsip_payloads - the payloads of a packet that are still to come
 * @skb: the packet
 * @next: where reading goes on, from skb->data
 * @end: end of what may be read
 * @size: bytes of a payload, the last of which may have fewer
 * @left: pieces that may still be looked at
 * @protocol: of the transport header
 * @fragment: the packet is the first of several fragments
 */
struct xsip_payloads {
	const struct sk_buff *skb;
	u32 next;
	u32 end;
	u32 size;
	u32 left;
	u8 protocol;
	bool fragment;
};

/**
 * xsip_skb_address() - an address of a packet
 * @skb: the packet, its network header in the linear part
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @dst: the destination, not the source
 * @addr: the result; an IPv4 address leaves the rest zero
 */
void xsip_skb_address(const struct sk_buff *skb, u8 family, bool dst,
		      union nf_inet_addr *addr);

/**
 * xsip_skb_datagrams() - how many UDP datagrams a packet bundles
 * @skb: the packet, its network header in the linear part
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Segmentation offload keeps datagrams of one sender in one skb.
 *
 * Return: their number, 1 for all other packets, at most SIP_PIECES.
 */
unsigned int xsip_skb_datagrams(const struct sk_buff *skb, u8 family);

/**
 * xsip_payloads_first() - find what a packet carries above its transport header
 * @payloads: to be started
 * @skb: the packet, its network header in the linear part
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @place: where the first payload lies, if there is one
 *
 * A payload is a datagram of UDP or UDP-Lite, of which a bundle has several, a
 * DATA or I-DATA chunk of SCTP, or the data of a TCP segment. The first of
 * several fragments is a segment of a stream: nothing can be said about its
 * end.
 *
 * There is no payload to judge in other protocols, in a fragment that is not
 * the first, in a segment without data and where a length in a header is a
 * lie.
 *
 * Return: whether there is a payload to judge.
 */
bool xsip_payloads_first(struct xsip_payloads *payloads,
			 const struct sk_buff *skb, u8 family,
			 struct xsip_place *place);

/**
 * xsip_payloads_next() - find the next payload
 * @payloads: xsip_payloads_first() has found one
 * @place: where that one lies; then the next
 *
 * Return: whether there is another one.
 */
bool xsip_payloads_next(struct xsip_payloads *payloads,
			struct xsip_place *place);

/**
 * xsip_skb_bytes() - bytes of a packet
 * @skb: the packet
 * @start: the first one, from skb->data
 * @size: how many; they lie in the packet
 * @buffer: room for them if they are not linear
 *
 * Return: where they are: in @buffer, or in the linear part of @skb.
 */
static inline const u8 *xsip_skb_bytes(const struct sk_buff *skb, u32 start,
				       u32 size, u8 *buffer)
{
	return size ? skb_header_pointer(skb, (int)start, (int)size, buffer) :
		buffer;
}

#endif /* _XSIP_SKB_H */
