/* SPDX-License-Identifier: GPL-2.0 */
/* Fake of linux/skbuff.h: a packet is bytes, the first of them linear. */
#ifndef _FAKE_SKBUFF_H
#define _FAKE_SKBUFF_H

#include "sip/parse.h"

#define SKB_GSO_UDP_L4	1

#define min_t(type, a, b)	((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define min(a, b)		min_t(u32, a, b)
#define max(a, b)		((a) > (b) ? (a) : (b))
#define clamp_t(type, x, low, high) \
	min_t(type, max((type)(x), (type)(low)), high)
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define ALIGN(n, to)		(((n) + (to) - 1) / (to) * (to))

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

static inline int skb_network_offset(const struct sk_buff *skb)
{
	(void)skb;
	return 0;
}

static inline const struct skb_shared_info *
skb_shinfo(const struct sk_buff *skb)
{
	return &skb->info;
}

static inline bool skb_is_gso(const struct sk_buff *skb)
{
	return skb->info.gso_size;
}

#endif /* _FAKE_SKBUFF_H */
