/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests of the last minute, as a blocked Bloom filter with two generations.
 *
 * The filter is an array of places; a place has two 64-bit words, one for even
 * and one for odd minutes. A word is the number of its minute (16 bits) and 48
 * bits of the filter. A request sets three of these in the word of its minute,
 * and is found in the words of this minute and of the one before, so it is
 * remembered for 60 to 120 seconds. A word of any other minute counts as empty
 * and is overwritten, so nothing needs to be cleared and memory is constant.
 *
 * A request that was added is always found. The more requests a minute has, the
 * more are found that were never added; tests/unit/test_bloom.c measures how
 * many. In a flood the words fill up until every request is found. A caller for
 * whom a wrong "yes" is worse than a wrong "no" uses xsip_bloom_knows().
 *
 * Minutes are counted modulo 65536: a word that nothing has touched for exactly
 * 45.5 days is taken for a new one.
 *
 * The caller keeps the words and updates them atomically.
 */
#ifndef _XSIP_BLOOM_H
#define _XSIP_BLOOM_H

#include "port.h"

#define SIP_BLOOM_BITS	48	/* of a word, below its minute */
#define SIP_BLOOM_FULL	15	/* bits; with more it is wrong too often */

/**
 * struct xsip_bloom - where a request is remembered
 * @index: of its place
 * @bits: of the place's words; never 0
 */
struct xsip_bloom {
	u32 index;
	u64 bits;
};

/**
 * xsip_bloom_minute() - which minute it is
 * @seconds: of a clock that starts at boot
 *
 * Return: its number; an odd one has another word than an even one.
 */
static inline u16 xsip_bloom_minute(u32 seconds)
{
	return (u16)(seconds / 60);
}

/* One of the bits of a word, by 16 bits of @spread. */
static inline u64 xsip_bloom_bit(u64 spread)
{
	return 1ULL << ((spread & 0xffff) * SIP_BLOOM_BITS >> 16);
}

/**
 * xsip_bloom_place() - find the place of a request
 * @hash: of what the request and its answer have in common, with a secret key
 * @mask: the number of places less one, at most 0xffff; a power of two less one
 *
 * Return: the place.
 */
static inline struct xsip_bloom xsip_bloom_place(u32 hash, u32 mask)
{
	/* 15 bits say which place and 17 which bits: 32 are enough. */
	u64 spread = hash * 0x9e3779b97f4a7c15ULL;

	return (struct xsip_bloom){
		.index = hash & mask,
		.bits = xsip_bloom_bit(spread >> 16) |
			xsip_bloom_bit(spread >> 32) |
			xsip_bloom_bit(spread >> 48),
	};
}

/**
 * xsip_bloom_auth() - the hash of the same request, as one with credentials
 * @hash: of the request
 *
 * Return: another hash, whose place is another one.
 */
static inline u32 xsip_bloom_auth(u32 hash)
{
	return hash << 16 | hash >> 16;
}

/**
 * xsip_bloom_holds() - does a word remember a request?
 * @word: one of the place's words
 * @minute: which minute it should be of
 * @bits: of the request
 *
 * Return: whether it does.
 */
static inline bool xsip_bloom_holds(u64 word, u16 minute, u64 bits)
{
	return word >> SIP_BLOOM_BITS == minute && !(bits & ~word);
}

/**
 * xsip_bloom_knows() - does a word remember a request, and is it worth a thing?
 * @word: one of the place's words
 * @minute: which minute it should be of
 * @bits: of the request
 *
 * Return: whether it remembers it, and few enough others.
 */
static inline bool xsip_bloom_knows(u64 word, u16 minute, u64 bits)
{
	u64 set = word & ((1ULL << SIP_BLOOM_BITS) - 1);

	return xsip_bloom_holds(word, minute, bits) &&
		xsip_port_weight64(set) <= SIP_BLOOM_FULL;
}

/**
 * xsip_bloom_add() - remember a request
 * @word: the place's word of this minute
 * @minute: this minute
 * @bits: of the request
 *
 * Return: the word as it should be.
 */
static inline u64 xsip_bloom_add(u64 word, u16 minute, u64 bits)
{
	u64 now = (u64)minute << SIP_BLOOM_BITS;

	return word >> SIP_BLOOM_BITS == minute ? word | bits : now | bits;
}

#endif /* _XSIP_BLOOM_H */
