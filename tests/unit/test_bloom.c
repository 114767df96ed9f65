// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_bloom: how long a request is remembered, and the rate of false
 * positives. The test sets the clock.
 */
#include "sip/bloom.h"
#include "test.h"

#define PLACES	32768U
#define SMALL	2048U

/* The memory, used as solicited.c uses it. */
static u64 words[2 * PLACES];

static u64 *word_of(u32 index, u16 minute)
{
	return &words[2 * index + (minute & 1)];
}

static void ask(u32 hash, u32 mask, u32 seconds)
{
	struct xsip_bloom asked = xsip_bloom_place(hash, mask);
	u16 minute = xsip_bloom_minute(seconds);
	u64 *word = word_of(asked.index, minute);

	*word = xsip_bloom_add(*word, minute, asked.bits);
	assert_true(xsip_bloom_holds(*word, minute, asked.bits));
	assert_int_equal(xsip_bloom_add(*word, minute, asked.bits), *word);
}

typedef bool (*is_in)(u64 word, u16 minute, u64 bits);

static bool asked_by(is_in in, u32 hash, u32 mask, u32 seconds)
{
	struct xsip_bloom asked = xsip_bloom_place(hash, mask);
	u16 minute = xsip_bloom_minute(seconds);
	u16 before = (u16)(minute - 1);

	return in(*word_of(asked.index, minute), minute, asked.bits) ||
		in(*word_of(asked.index, before), before, asked.bits);
}

/* As for --solicited: with credentials or without. */
static bool asked(u32 hash, u32 mask, u32 seconds)
{
	return asked_by(xsip_bloom_holds, hash, mask, seconds) ||
		asked_by(xsip_bloom_holds, xsip_bloom_auth(hash), mask,
			 seconds);
}

/* As for --auth. */
static bool knows(u32 hash, u32 mask, u32 seconds)
{
	return asked_by(xsip_bloom_knows, xsip_bloom_auth(hash), mask, seconds);
}

/* ---- Time ---- */

static const u32 starts[] = {
	0, 1, 59, 60, 61, 119, 120, 3599,
	65535 * 60, 65535 * 60 + 59,	/* the number of the minute wraps */
	65536 * 60, 131071U * 60 + 30,
	0xffffffff - 200,		/* 136 years */
};

/* 60 seconds at least, less than 120. */
TEST(time)
{
	u32 later;
	u32 hash;

	for_each(start, starts)
		for (later = 0; later < 200; later++) {
			memset(words, 0, sizeof(words));
			hash = (u32)random_u64();
			ask(hash, PLACES - 1, *start);
			if (asked(hash, PLACES - 1, *start + later) !=
			    (later < 120 - *start % 60))
				wrong("asked at %u, after %u s", *start, later);
		}
}

/* A word is overwritten by another minute's, and keeps nothing of it. */
TEST(overwritten)
{
	u64 word = xsip_bloom_add(0, 7, 0x111);

	assert_int_equal(word, 7ULL << 48 | 0x111);
	assert_int_equal(xsip_bloom_add(word, 7, 0x3), 7ULL << 48 | 0x113);
	assert_int_equal(xsip_bloom_add(word, 9, 0x3), 9ULL << 48 | 0x3);
	assert_false(xsip_bloom_holds(word, 9, 0x1));
	assert_false(xsip_bloom_holds(word, 7, 0x13));
	assert_true(xsip_bloom_holds(word, 7, 0x11));
	assert_false(xsip_bloom_holds(0, 0, 0x1));
}

/* ---- Places ---- */

/* The index is the low bits of the hash; golden ratio's digits are the bits. */
TEST(place)
{
	struct xsip_bloom place = xsip_bloom_place(1, 0xff);

	assert_int_equal(place.index, 1);
	assert_int_equal(place.bits, 1ULL << 23 | 1ULL << 22 | 1ULL << 29);
	assert_int_equal(xsip_bloom_place(0x123, 0xff).index, 0x23);
}

/* Every place and every bit is used about equally often. */
TEST(places)
{
	static u32 bits[SIP_BLOOM_BITS], places[SMALL];
	u32 rounds = 1000000, i, bit;
	struct xsip_bloom place;

	for (i = 0; i < rounds; i++) {
		place = xsip_bloom_place((u32)random_u64(), SMALL - 1);
		assert_true(place.bits && !(place.bits >> SIP_BLOOM_BITS));
		places[place.index]++;
		for (bit = 0; bit < SIP_BLOOM_BITS; bit++)
			bits[bit] += place.bits >> bit & 1;
	}
	for_each(hits, places)
		assert_in_range(*hits, rounds / SMALL * 3 / 4,
				rounds / SMALL * 5 / 4);
	for_each(hits, bits)
		assert_in_range(*hits, rounds / 17, rounds / 16);
}

/* A request without credentials is not one with them. */
TEST(auth)
{
	u32 mistaken = 0, i;
	u32 hash;

	for (i = 0; i < 20000; i++) {
		memset(words, 0, 2 * SMALL * sizeof(*words));
		hash = (u32)random_u64();
		ask(hash, SMALL - 1, 100);
		mistaken += asked_by(xsip_bloom_holds, xsip_bloom_auth(hash),
				     SMALL - 1, 100);
	}
	assert_true(mistaken < 5);	/* by chance, 1 in 30,000 */
	assert_int_equal(xsip_bloom_auth(xsip_bloom_auth(hash)), hash);
}

/* ---- The error ---- */

/*
 * While others send so many requests a minute, a third of them with
 * credentials: of 1000 unsolicited responses, how many are found; of 1000 to a
 * request without credentials, how many are taken for answers to one with; of
 * 1000 to one with, how many are not. In thousandths, measured, and a
 * bit more.
 */
static const struct {
	u32 places;
	u32 requests;
	u32 found;
	u32 blamed;
	u32 missed;
} errors[] = {
	{ PLACES, 100, 1, 1, 0 },
	{ PLACES, 1000, 1, 1, 0 },
	{ PLACES, 5000, 1, 1, 0 },
	{ PLACES, 20000, 3, 3, 1 },
	{ PLACES, 100000, 45, 30, 260 },
	{ PLACES, 300000, 350, 10, 990 },
	{ PLACES, 1000000, 1000, 2, 1000 },
	{ PLACES, 6000000, 1000, 0, 1000 },
	{ SMALL, 100, 1, 1, 0 },
	{ SMALL, 1000, 3, 2, 0 },
	{ SMALL, 5000, 30, 25, 150 },
	{ SMALL, 20000, 400, 10, 995 },
};

#define TRIES	50000
#define PART	(TRIES / 1000.0)	/* a thousandth */

static void crowd(u32 mask, u32 requests, u32 seconds)
{
	u32 i;
	u32 hash;

	for (i = 0; i < requests; i++) {
		hash = (u32)random_u64();
		if (i % 3 == 0)
			hash = xsip_bloom_auth(hash);
		ask(hash, mask, seconds);
	}
}

/* In the second minute, when both words have been written. */
TEST(errors)
{
	struct xsip_bloom place;
	u64 word;
	u32 hash;
	u32 mask, i;

	print_message(" places  requests/minute  found blamed missed, o/oo\n");
	for_each(row, errors) {
		u32 found = 0, blamed = 0, missed = 0;

		mask = row->places - 1;
		memset(words, 0, sizeof(words));
		crowd(mask, row->requests, 0);
		crowd(mask, row->requests, 60);
		for (i = 0; i < TRIES; i++) {
			hash = (u32)random_u64();
			found += asked(hash, mask, 119);
			blamed += knows(hash, mask, 119);
			place = xsip_bloom_place(xsip_bloom_auth(hash), mask);
			word = *word_of(place.index, 1);
			ask(xsip_bloom_auth(hash), mask, 60);
			missed += !knows(hash, mask, 119);
			*word_of(place.index, 1) = word;
		}
		print_message("%7u %16u %6.1f %6.1f %6.1f\n", row->places,
			      row->requests, found / PART, blamed / PART,
			      missed / PART);
		if (found > row->found * PART || blamed > row->blamed * PART ||
		    missed > row->missed * PART)
			wrong("expected %u, %u, %u at most", row->found,
			      row->blamed, row->missed);
	}
}
