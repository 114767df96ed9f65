// SPDX-License-Identifier: GPL-2.0
/* Remembers hashes for some minutes, in a filter of constant size. */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "memory.h"
#include "sip/bloom.h"

struct xsip_memory *xsip_memory_make(u32 places, u32 minutes)
{
	struct xsip_memory *memory;

	memory = kvzalloc(struct_size(memory, word, 2 * places),
			  GFP_KERNEL_ACCOUNT);
	if (!memory)
		return NULL;
	memory->mask = places - 1;
	memory->minutes = minutes;
	get_random_bytes(&memory->secret, sizeof(memory->secret));
	return memory;
}

size_t xsip_memory_bytes(const struct xsip_memory *memory)
{
	return memory ? struct_size(memory, word, 2 * (memory->mask + 1)) : 0;
}

static u16 this_minute(const struct xsip_memory *memory)
{
	u32 seconds = (u32)ktime_get_seconds();

	if (memory->minutes > 1)
		seconds /= memory->minutes;
	return xsip_bloom_minute(seconds);
}

static atomic64_t *word_of(struct xsip_memory *memory, u32 index, u16 minute)
{
	return &memory->word[2 * index + (minute & 1)];
}

void xsip_memory_prefetch(struct xsip_memory *memory, u32 hash)
{
	prefetchw(word_of(memory, hash & memory->mask, this_minute(memory)));
}

void xsip_memory_add(struct xsip_memory *memory, u32 hash)
{
	struct xsip_bloom place = xsip_bloom_place(hash, memory->mask);
	u16 minute = this_minute(memory);
	atomic64_t *word = word_of(memory, place.index, minute);
	s64 old = atomic64_read(word);

	do {
		if (xsip_bloom_holds(old, minute, place.bits))
			return;
	} while (!atomic64_try_cmpxchg(word, &old,
				       xsip_bloom_add(old, minute,
						      place.bits)));
}

/* @surely: not if the word is so full that it may be by chance. */
static bool word_has(struct xsip_memory *memory, u32 hash, u16 minute,
		     bool surely)
{
	struct xsip_bloom place = xsip_bloom_place(hash, memory->mask);
	u64 word = atomic64_read(word_of(memory, place.index, minute));

	return surely ? xsip_bloom_knows(word, minute, place.bits) :
			xsip_bloom_holds(word, minute, place.bits);
}

static bool recall(struct xsip_memory *memory, u32 hash, bool surely)
{
	u16 minute = this_minute(memory);

	return word_has(memory, hash, minute, surely) ||
		word_has(memory, hash, (u16)(minute - 1), surely);
}

bool xsip_memory_holds(struct xsip_memory *memory, u32 hash)
{
	return recall(memory, hash, false);
}

bool xsip_memory_knows(struct xsip_memory *memory, u32 hash)
{
	return recall(memory, hash, true);
}
