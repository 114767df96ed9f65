// SPDX-License-Identifier: GPL-2.0
/* sip_skb: see sip_skb.h for the contract. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "sip_skb.h"

/* Offsets from skb->data of what lies above the network header. */
struct transport {
	int protocol;
	unsigned int start;
	unsigned int end;
	bool fragment;		/* the first of several */
};

void sip_skb_address(const struct sk_buff *skb, u8 family, bool dst,
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

static bool find_ipv4(const struct sk_buff *skb, struct transport *t)
{
	const struct iphdr *ip = ip_hdr(skb);
	unsigned int start = skb_network_offset(skb);

	t->protocol = ip->protocol;
	t->start = start + ip_hdrlen(skb);
	t->end = packet_end(skb, start, ntohs(ip->tot_len));
	t->fragment = ip_is_fragment(ip);
	return !(ip->frag_off & htons(IP_OFFSET));
}

static bool find_ipv6(const struct sk_buff *skb, struct transport *t)
{
	unsigned int start = skb_network_offset(skb) + sizeof(struct ipv6hdr);
	unsigned short offset = 0;
	unsigned int header = 0;

	t->protocol = ipv6_find_hdr(skb, &header, -1, &offset, NULL);
	if (t->protocol < 0 || offset)
		return false;
	t->start = header;
	t->end = packet_end(skb, start, ntohs(ipv6_hdr(skb)->payload_len));
	header = 0;
	t->fragment = ipv6_hdr(skb)->nexthdr != t->protocol &&
		ipv6_find_hdr(skb, &header, NEXTHDR_FRAGMENT, NULL, NULL) ==
		NEXTHDR_FRAGMENT;
	return true;
}

static bool is_bundle(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4;
}

unsigned int sip_skb_datagrams(const struct sk_buff *skb)
{
	unsigned int count;

	if (likely(!is_bundle(skb)))
		return 1;
	/* A guest's driver may leave it to us to count. */
	count = skb_shinfo(skb)->gso_segs ?:
		DIV_ROUND_UP(skb->len, skb_shinfo(skb)->gso_size);
	return min_t(unsigned int, count, SIP_DATAGRAMS);
}

/* Each of these moves @start behind the header and bounds @end. */
static bool skip_udp(const struct sk_buff *skb, unsigned int number,
		     struct transport *t)
{
	struct udphdr buffer;
	const struct udphdr *udp;
	unsigned int length;

	udp = skb_header_pointer(skb, t->start, sizeof(buffer), &buffer);
	if (!udp)
		return false;
	length = t->end - t->start;
	/* The length of UDP-Lite is that of its checksum's coverage. */
	if (t->protocol == IPPROTO_UDP && udp->len) {
		if (ntohs(udp->len) < sizeof(*udp) ||
		    (ntohs(udp->len) > length && !t->fragment))
			return false;
		length = min_t(unsigned int, length, ntohs(udp->len));
	}
	t->end = t->start + length;
	t->start += sizeof(*udp);
	if (is_bundle(skb)) {
		t->start += number * skb_shinfo(skb)->gso_size;
		t->end = min(t->end, t->start + skb_shinfo(skb)->gso_size);
	}
	return true;
}

static bool skip_tcp(const struct sk_buff *skb, struct transport *t)
{
	struct tcphdr buffer;
	const struct tcphdr *tcp;

	tcp = skb_header_pointer(skb, t->start, sizeof(buffer), &buffer);
	if (!tcp || tcp->doff * 4 < sizeof(*tcp))
		return false;
	t->start += tcp->doff * 4;
	return t->start < t->end;
}

/*
 * The first DATA chunk (RFC 9260 section 3.3.1), which follows a few control
 * chunks at most. A chunk that is not a whole message is a segment of one.
 */
static bool skip_sctp(const struct sk_buff *skb, struct transport *t,
		      bool *stream)
{
	struct sctp_chunkhdr buffer;
	const struct sctp_chunkhdr *chunk;
	unsigned int i, length;

	t->start += sizeof(struct sctphdr);
	for (i = 0; i < 8; i++) {
		chunk = skb_header_pointer(skb, t->start, sizeof(buffer),
					   &buffer);
		if (!chunk)
			return false;
		length = ntohs(chunk->length);
		if (length < sizeof(*chunk) || t->start > t->end ||
		    length > t->end - t->start)
			return false;
		if (chunk->type == SCTP_CID_DATA)
			break;
		t->start += ALIGN(length, 4);
	}
	if (i == 8 || length < sizeof(struct sctp_data_chunk))
		return false;
	t->end = t->start + length;
	t->start += sizeof(struct sctp_data_chunk);
	*stream = (chunk->flags & SCTP_DATA_NOT_FRAG) != SCTP_DATA_NOT_FRAG;
	return true;
}

static bool skip_transport(const struct sk_buff *skb, unsigned int number,
			   struct transport *t, bool *stream)
{
	*stream = t->fragment;
	switch (t->protocol) {
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return skip_udp(skb, number, t);
	case IPPROTO_TCP:
		*stream = true;
		return skip_tcp(skb, t);
	case IPPROTO_SCTP:
		return !t->fragment && skip_sctp(skb, t, stream);
	default:
		return false;
	}
}

bool sip_skb_payload(const struct sk_buff *skb, u8 family,
		     unsigned int number, u8 *buffer,
		     struct sip_payload *payload)
{
	struct transport t;
	bool found;

	found = family == NFPROTO_IPV4 ? find_ipv4(skb, &t) :
					 find_ipv6(skb, &t);
	if (!found || t.start > t.end ||
	    !skip_transport(skb, number, &t, &payload->stream) ||
	    t.start > t.end)
		return false;
	payload->size = t.end - t.start;
	payload->window = min_t(u32, payload->size, SIP_WINDOW);
	payload->data = buffer;
	if (payload->window)
		payload->data = skb_header_pointer(skb, t.start,
						   payload->window, buffer);
	return payload->data;
}
