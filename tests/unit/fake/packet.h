/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fakes the kernel around the files that read packets, on one CPU in userspace:
 * a packet is bytes from its IP header on, without extension headers. The
 * headers that packet.mk lists are this one.
 */
#ifndef _PACKET_H
#define _PACKET_H

#include <errno.h>
#include <stdlib.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include "sip/parse.h"

#define min_t(type, a, b)	((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define min(a, b)		min_t(u32, a, b)
#define max(a, b)		((a) > (b) ? (a) : (b))
#define clamp_t(type, x, low, high) \
	min_t(type, max((type)(x), (type)(low)), high)
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define ALIGN(n, to)		(((n) + (to) - 1) / (to) * (to))
#define __aligned(bytes)

/* ---- One CPU ---- */

#define __percpu
#define alloc_percpu(type)	((type *)calloc(1, sizeof(type)))
#define free_percpu(p)		free(p)
#define per_cpu_ptr(p, cpu)	((void)(cpu), (p))
#define this_cpu_ptr(p)		(p)
#define for_each_possible_cpu(cpu)	for ((cpu) = 0; (cpu) < 1; (cpu)++)

/* It knows whether it is held. */
typedef struct {
	int held;
} local_lock_t;

#define local_lock_init(lock)	((void)((lock)->held = 0))
#define local_lock_nested_bh(lock)	\
	((lock)->held++ ? abort() : (void)0)
#define local_unlock_nested_bh(lock)	\
	(--(lock)->held ? abort() : (void)0)

typedef struct {
	u64 counter;
} atomic64_t;

#define atomic64_read(v)		((v)->counter)
#define atomic64_inc_return(v)	(++(v)->counter)

typedef struct {
	u64 v;
} u64_stats_t;

struct u64_stats_sync {
	int unused;
};

/* ---- Packets ---- */

#define SKB_GSO_UDP_L4	1

struct skb_shared_info {
	u16 gso_size;
	u16 gso_segs;
	u32 gso_type;
};

/**
 * struct sk_buff - a packet
 * @data: its bytes, from the network header on
 * @len: how many
 * @linear: how many need not be copied to be read
 * @copied: where copied bytes are counted, or NULL
 * @info: of segmentation
 * @payload: instead of all of it, for fuzz_cache; NULL: none to read
 */
struct sk_buff {
	const u8 *data;
	u32 len;
	u32 linear;
	unsigned long *copied;
	struct skb_shared_info info;
	const struct xsip_payload *payload;
};

#define skb_network_offset(skb)	((void)(skb), 0)
#define skb_shinfo(skb)		(&(skb)->info)
#define skb_is_gso(skb)		((bool)(skb)->info.gso_size)

static inline const void *skb_header_pointer(const struct sk_buff *skb,
					     int offset, int len, void *buffer)
{
	u32 end = (u32)offset + (u32)len;

	if (end > skb->len)
		return NULL;
	if (end <= skb->linear)
		return skb->data + offset;
	if (skb->copied)
		*skb->copied += (u32)len;
	return memcpy(buffer, skb->data + offset, (size_t)len);
}

/* ---- IP ---- */

#define IP_OFFSET	0x1fff
#define NEXTHDR_FRAGMENT	44
#define ip_hdr(skb)		((const struct iphdr *)(skb)->data)
#define ip_hdrlen(skb)		(ip_hdr(skb)->ihl * 4u)
#define ip_is_fragment(ip)	((bool)((ip)->frag_off & htons(0x3fff)))
#define ipv6_hdr(skb)		((const struct ipv6hdr *)(skb)->data)

static inline int ipv6_find_hdr(const struct sk_buff *skb,
				unsigned int *offset, int target,
				unsigned short *fragment, int *flags)
{
	(void)fragment;
	(void)flags;
	*offset = sizeof(struct ipv6hdr);
	return target < 0 ? ipv6_hdr(skb)->nexthdr : -1;
}

/* ---- SCTP ---- */

enum {
	SCTP_CID_DATA = 0,
	SCTP_CID_I_DATA = 0x40,
	SCTP_DATA_NOT_FRAG = 3,
};

struct sctphdr {
	__be16 source;
	__be16 dest;
	__be32 vtag;
	__le32 checksum;
};

struct sctp_chunkhdr {
	__u8 type;
	__u8 flags;
	__be16 length;
};

struct sctp_data_chunk {
	struct sctp_chunkhdr chunk_hdr;
	__be32 words[3];
};

struct sctp_idata_chunk {
	struct sctp_chunkhdr chunk_hdr;
	__be32 words[4];
};

/* ---- solicited.h, which tells what it is asked to remember ---- */

#define _XSIP_SOLICITED_H

/**
 * struct xsip_net - a namespace
 * @stats: unused
 * @used: requests are remembered
 * @prepared: one is about to be
 * @noted: how many were, since the caller set this to 0
 * @left: so many of them left the host
 * @last: the last of them
 */
struct xsip_net {
	struct xsip_stats *stats;
	bool used;
	bool prepared;
	unsigned int noted;
	unsigned int left;
	struct xsip_msg last;
};

#define xsip_solicited_used(sn)	((sn)->used)

/* ---- proof.h, which is not used ---- */

#define _XSIP_PROOF_H
#define xsip_proof_used(sn)	((void)(sn), false)
#define xsip_proof_note(pkt, leaves, parsed)	((void)(pkt), (void)(parsed))

/* ---- solicited.h again ---- */

static inline bool xsip_solicited_prepare(struct xsip_net *sn,
					  const struct sk_buff *skb, u8 family,
					  bool leaves,
					  const struct xsip_parsed *parsed,
					  u32 *hash)
{
	(void)skb;
	(void)family;
	if (sn->prepared)
		abort();
	sn->prepared = true;
	sn->noted++;
	sn->left += leaves;
	sn->last = parsed->msg;
	*hash = sn->noted;
	return true;
}

static inline void xsip_solicited_remember(struct xsip_net *sn, u32 hash)
{
	if (!sn->prepared || hash != sn->noted)
		abort();
	sn->prepared = false;
}

#endif /* _PACKET_H */
