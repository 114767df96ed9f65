/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_asked: who asked within the last minute, as arithmetic on words of 64
 * bits.
 *
 * A blocked Bloom filter with two generations. A place has two words, for even
 * and for odd minutes. A word is the minute that it is of (16 bits) and 48
 * bits, of which a request sets three in the word of its own minute. It is
 * found in this minute's word or in that of the minute before, so it is
 * remembered for 60 to 120 seconds. A word of another minute counts as empty
 * and is overwritten: nothing has to be cleared, and memory is constant. What
 * is not found was not asked; the more requests a minute has, the more are
 * found that nobody asked (tests/unit/test_asked.c measures how many). In a
 * flood words fill up, and at last every request is found. Who would rather
 * find none then asks sip_asked_knows().
 *
 * Minutes are counted modulo 65536: a word that nothing has touched for
 * exactly 45 days and a half would be taken for a new one.
 *
 * Pure; callers keep the words and change them atomically.
 */
#ifndef _SIP_ASKED_H
#define _SIP_ASKED_H

#include "sip_port.h"

#define SIP_ASKED_BITS	48	/* of a word, below its minute */
#define SIP_ASKED_FULL	16	/* bits; with more it is wrong too often */

/**
 * struct sip_asked - where a request is remembered
 * @index: of its place
 * @bits: of the place's words; never 0
 */
struct sip_asked {
	u32 index;
	u64 bits;
};

/**
 * sip_asked_minute() - which minute it is
 * @seconds: of a clock that starts at boot
 *
 * Return: its number; an odd one has another word than an even one.
 */
static inline u16 sip_asked_minute(u32 seconds)
{
	return (u16)(seconds / 60);
}

/* One of the bits of a word, by 16 bits of a hash. */
static inline u64 sip_asked_bit(u64 hash)
{
	return 1ULL << ((hash & 0xffff) * SIP_ASKED_BITS >> 16);
}

/**
 * sip_asked_place() - find the place of a request
 * @hash: of what the request and its answer have in common, with a secret key
 * @mask: the number of places less one, at most 0xffff; a power of two less one
 *
 * Return: the place.
 */
static inline struct sip_asked sip_asked_place(u64 hash, u32 mask)
{
	return (struct sip_asked){
		.index = (u32)hash & mask,
		.bits = sip_asked_bit(hash >> 16) | sip_asked_bit(hash >> 32) |
			sip_asked_bit(hash >> 48),
	};
}

/**
 * sip_asked_auth() - the hash of the same request, as one with credentials
 * @hash: of the request
 *
 * Return: another hash, whose place is another one.
 */
static inline u64 sip_asked_auth(u64 hash)
{
	return hash << 32 | hash >> 32;
}

/**
 * sip_asked_holds() - does a word remember a request?
 * @word: one of the place's words
 * @minute: which minute it should be of
 * @bits: of the request
 *
 * Return: whether it does.
 */
static inline bool sip_asked_holds(u64 word, u16 minute, u64 bits)
{
	return word >> SIP_ASKED_BITS == minute && !(bits & ~word);
}

/**
 * sip_asked_knows() - does a word remember a request, and is it worth a thing?
 * @word: one of the place's words
 * @minute: which minute it should be of
 * @bits: of the request
 *
 * Return: whether it remembers it, and few enough others.
 */
static inline bool sip_asked_knows(u64 word, u16 minute, u64 bits)
{
	u64 set = word & ((1ULL << SIP_ASKED_BITS) - 1);

	return sip_asked_holds(word, minute, bits) &&
		sip_port_weight64(set) <= SIP_ASKED_FULL;
}

/**
 * sip_asked_add() - remember a request
 * @word: the place's word of this minute
 * @minute: this minute
 * @bits: of the request
 *
 * Return: the word as it should be.
 */
static inline u64 sip_asked_add(u64 word, u16 minute, u64 bits)
{
	u64 now = (u64)minute << SIP_ASKED_BITS;

	return word >> SIP_ASKED_BITS == minute ? word | bits : now | bits;
}

#endif /* _SIP_ASKED_H */
