// SPDX-License-Identifier: GPL-2.0
/* Finds the payloads of a packet, GSO packets and SCTP chunks included. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "skb.h"

void xsip_skb_address(const struct sk_buff *skb, u8 family, bool dst,
		      union nf_inet_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (family == NFPROTO_IPV4)
		addr->ip = dst ? ip_hdr(skb)->daddr : ip_hdr(skb)->saddr;
	else
		addr->in6 = dst ? ipv6_hdr(skb)->daddr : ipv6_hdr(skb)->saddr;
}

/* Where the packet ends by its own header; 0 is a packet beyond 16 bits. */
static unsigned int packet_end(const struct sk_buff *skb, unsigned int start,
			       unsigned int length)
{
	return length ? min(start + length, skb->len) : skb->len;
}

/* Each of these finds where the transport header is, and the packet's end. */
static bool find_ipv4(struct xsip_payloads *p)
{
	const struct iphdr *ip = ip_hdr(p->skb);
	unsigned int start = skb_network_offset(p->skb);

	p->protocol = ip->protocol;
	p->next = start + ip_hdrlen(p->skb);
	p->end = packet_end(p->skb, start, ntohs(ip->tot_len));
	p->fragment = ip_is_fragment(ip);
	return !(ip->frag_off & htons(IP_OFFSET));
}

static bool find_ipv6(struct xsip_payloads *p)
{
	const struct ipv6hdr *ip = ipv6_hdr(p->skb);
	unsigned int start = skb_network_offset(p->skb) + sizeof(*ip);
	unsigned short offset = 0;
	unsigned int header = 0;
	int protocol;

	protocol = ipv6_find_hdr(p->skb, &header, -1, &offset, NULL);
	if (protocol < 0 || offset)
		return false;
	p->protocol = protocol;
	p->next = header;
	p->end = packet_end(p->skb, start, ntohs(ip->payload_len));
	header = 0;
	p->fragment = ip->nexthdr != protocol &&
		ipv6_find_hdr(p->skb, &header, NEXTHDR_FRAGMENT, NULL, NULL) ==
		NEXTHDR_FRAGMENT;
	return true;
}

static bool is_bundle(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4;
}

static bool next_datagram(struct xsip_payloads *p, struct xsip_place *place)
{
	p->left--;
	place->start = p->next;
	place->end = p->next + min(p->size, p->end - p->next);
	p->next = place->end;
	return true;
}

/*
 * Of a bundle udp->len is that of one datagram, or anything, until the bundle
 * is taken apart: it is not read.
 */
static bool start_bundle(struct xsip_payloads *p, struct xsip_place *place)
{
	u32 size;

	p->next += sizeof(struct udphdr);
	if (p->next > p->end)
		return false;
	size = p->end - p->next;
	p->size = skb_shinfo(p->skb)->gso_size;
	p->left = clamp_t(u32, DIV_ROUND_UP(size, p->size), 1, SIP_PIECES);
	return next_datagram(p, place);
}

static bool only_datagram(const struct xsip_payloads *p,
			  struct xsip_place *place)
{
	const struct udphdr *udp;
	struct udphdr buffer;
	u32 length = p->end - p->next;

	udp = skb_header_pointer(p->skb, p->next, sizeof(buffer), &buffer);
	if (!udp)
		return false;
	/* The length of UDP-Lite is that of its checksum's coverage. */
	if (p->protocol == IPPROTO_UDP && udp->len) {
		if (ntohs(udp->len) > length && !p->fragment)
			return false;
		length = min_t(u32, length, ntohs(udp->len));
	}
	if (length < sizeof(*udp))
		return false;
	place->start = p->next + sizeof(*udp);
	place->end = p->next + length;
	return true;
}

static bool segment(const struct xsip_payloads *p, struct xsip_place *place)
{
	const struct tcphdr *tcp;
	struct tcphdr buffer;
	u32 start;

	tcp = skb_header_pointer(p->skb, p->next, sizeof(buffer), &buffer);
	if (!tcp || tcp->doff * 4 < sizeof(*tcp))
		return false;
	start = p->next + tcp->doff * 4;
	if (start >= p->end)
		return false;
	place->start = start;
	place->end = p->end;
	place->stream = true;
	place->many = true;
	return true;
}

/* Bytes before a chunk's user data (RFC 9260 3.3.1, RFC 8260 2.1), or 0. */
static u32 data_header(u8 type)
{
	switch (type) {
	case SCTP_CID_DATA:
		return sizeof(struct sctp_data_chunk);
	case SCTP_CID_I_DATA:
		return sizeof(struct sctp_idata_chunk);
	default:
		return 0;
	}
}

/* A chunk that is not a whole message is a segment of one. */
static bool next_chunk(struct xsip_payloads *p, struct xsip_place *place)
{
	const struct sctp_chunkhdr *chunk;
	struct sctp_chunkhdr buffer;
	u32 length, header;

	while (p->left) {
		p->left--;
		chunk = skb_header_pointer(p->skb, p->next, sizeof(buffer),
					   &buffer);
		if (!chunk || p->next > p->end)
			break;
		length = ntohs(chunk->length);
		if (length < sizeof(*chunk) || length > p->end - p->next)
			break;
		place->start = p->next;
		place->end = p->next + length;
		p->next += ALIGN(length, 4);
		header = data_header(chunk->type);
		if (!header || length < header)
			continue;
		place->start += header;
		place->stream = (chunk->flags & SCTP_DATA_NOT_FRAG) !=
			SCTP_DATA_NOT_FRAG;
		return true;
	}
	p->left = 0;
	return false;
}

static bool start_chunks(struct xsip_payloads *p, struct xsip_place *place)
{
	if (p->fragment)
		return false;
	p->next += sizeof(struct sctphdr);
	p->left = SIP_PIECES;
	return next_chunk(p, place);
}

bool xsip_payloads_first(struct xsip_payloads *p, const struct sk_buff *skb,
			 u8 family, struct xsip_place *place)
{
	bool found;

	p->skb = skb;
	p->left = 0;
	place->many = false;
	found = family == NFPROTO_IPV4 ? find_ipv4(p) : find_ipv6(p);
	if (!found || p->next > p->end)
		return false;
	place->stream = p->fragment;
	switch (p->protocol) {
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		if (unlikely(is_bundle(skb)))
			return start_bundle(p, place);
		return only_datagram(p, place);
	case IPPROTO_TCP:
		return segment(p, place);
	case IPPROTO_SCTP:
		return start_chunks(p, place);
	default:
		return false;
	}
}

bool xsip_payloads_next(struct xsip_payloads *p, struct xsip_place *place)
{
	if (!p->left)
		return false;
	if (p->protocol == IPPROTO_SCTP)
		return next_chunk(p, place);
	return next_datagram(p, place);
}

unsigned int xsip_skb_datagrams(const struct sk_buff *skb, u8 family)
{
	struct xsip_payloads payloads;
	struct xsip_place place;

	if (likely(!is_bundle(skb)) ||
	    !xsip_payloads_first(&payloads, skb, family, &place))
		return 1;
	return payloads.left + 1;
}
