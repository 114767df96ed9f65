/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Wraps the words of xsip_sketch as its callers in the kernel use them.
 */
#ifndef _SKETCH_H
#define _SKETCH_H

#include "random.h"
#include "sip/sketch.h"
#include <linux/netfilter/xt_sip.h>

#define SECOND	1000000000ULL
#define MINUTE	60U
#define HOUR	3600U
#define DAY	86400U

struct sketch {
	u64 word[SIP_SKETCH_WORDS];
};

static inline struct xsip_sketch users_of(u32 count, u32 unit)
{
	struct xsip_sketch users;

	xsip_sketch_init(&users, count, unit);
	return users;
}

static inline void sketch_set(struct sketch *s, u32 hash)
{
	u64 bit;
	u32 i = xsip_sketch_bit(hash, &bit);

	s->word[i] |= bit;
}

/* A hash that names this cell. */
static inline u32 hash_of_cell(u32 cell)
{
	return (u32)(((u64)cell << 32) / SIP_SKETCH_BITS) + 1;
}

/* What the caller does with a packet. */
static inline bool address(const struct xsip_sketch *users, u64 now,
			   struct sketch *s, u32 hash)
{
	xsip_sketch_age(users, now, s->word);
	sketch_set(s, hash);
	return xsip_sketch_over(users, s->word);
}

static inline u32 random_hash(void)
{
	return (u32)(random_u64() >> 24);
}

#endif /* _SKETCH_H */
