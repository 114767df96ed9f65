// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_bloom: how long a request is remembered, and the rate of false
 * positives. The test sets the clock.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "random.h"
#include "sip/bloom.h"

#define PLACES	32768U
#define SMALL	2048U

/* The memory, used as solicited.c uses it. */
static u64 words[2 * PLACES];

static u64 *word_of(u32 index, u16 minute)
{
	return &words[2 * index + (minute & 1)];
}

static void ask(u64 hash, u32 mask, u32 seconds)
{
	struct xsip_bloom asked = xsip_bloom_place(hash, mask);
	u16 minute = xsip_bloom_minute(seconds);
	u64 *word = word_of(asked.index, minute);

	*word = xsip_bloom_add(*word, minute, asked.bits);
	assert_true(xsip_bloom_holds(*word, minute, asked.bits));
	assert_int_equal(xsip_bloom_add(*word, minute, asked.bits), *word);
}

static bool asked(u64 hash, u32 mask, u32 seconds)
{
	struct xsip_bloom asked = xsip_bloom_place(hash, mask);
	u16 minute = xsip_bloom_minute(seconds);
	u16 before = (u16)(minute - 1);

	return xsip_bloom_holds(*word_of(asked.index, minute), minute,
				asked.bits) ||
		xsip_bloom_holds(*word_of(asked.index, before), before,
				 asked.bits);
}

/* ---- Time ---- */

static const u32 starts[] = {
	0, 1, 59, 60, 61, 119, 120, 3599,
	65535 * 60, 65535 * 60 + 59,	/* the number of the minute wraps */
	65536 * 60, 131071U * 60 + 30,
	0xffffffff - 200,		/* 136 years */
};

/* 60 seconds at least, less than 120. */
static void test_time(void **state)
{
	u32 start, later, lasts;
	bool known;
	size_t i;
	u64 hash;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		start = starts[i];
		lasts = 120 - start % 60;
		for (later = 0; later < 200; later++) {
			memset(words, 0, sizeof(words));
			hash = random_u64();
			ask(hash, PLACES - 1, start);
			known = later < lasts;
			if (asked(hash, PLACES - 1, start + later) != known)
				fail_msg("asked at %u, after %u s", start,
					 later);
		}
	}
}

/* Without any request nothing is found, at any time. */
static void test_empty(void **state)
{
	u32 i;

	(void)state;
	memset(words, 0, sizeof(words));
	for (i = 0; i < 100000; i++)
		assert_false(asked(random_u64(), PLACES - 1,
				   (u32)random_u64()));
}

/* A source that keeps sending requests is known, and expires later. */
static void test_again(void **state)
{
	u64 hash = random_u64();
	u32 now;

	(void)state;
	memset(words, 0, sizeof(words));
	for (now = 0; now < 100000; now += 1 + random_below(59)) {
		ask(hash, PLACES - 1, now);
		assert_true(asked(hash, PLACES - 1, now + 60));
	}
	assert_false(asked(hash, PLACES - 1, now + 120));
}

/* A word is overwritten by another minute's, and keeps nothing of it. */
static void test_overwritten(void **state)
{
	u64 word = xsip_bloom_add(0, 7, 0x111);

	(void)state;
	assert_int_equal(word, 7ULL << 48 | 0x111);
	assert_int_equal(xsip_bloom_add(word, 7, 0x3), 7ULL << 48 | 0x113);
	assert_int_equal(xsip_bloom_add(word, 9, 0x3), 9ULL << 48 | 0x3);
	assert_false(xsip_bloom_holds(word, 9, 0x1));
	assert_false(xsip_bloom_holds(word, 7, 0x13));
	assert_true(xsip_bloom_holds(word, 7, 0x11));
	assert_false(xsip_bloom_holds(0, 0, 0x1));
}

/* ---- Places ---- */

/* Every place and every bit is used about equally often. */
static void test_places(void **state)
{
	static u32 bits[SIP_BLOOM_BITS], places[SMALL];
	u32 rounds = 1000000, i, bit;
	struct xsip_bloom one, two;
	u64 hash;

	(void)state;
	for (i = 0; i < rounds; i++) {
		hash = random_u64();
		one = xsip_bloom_place(hash, SMALL - 1);
		two = xsip_bloom_place(xsip_bloom_auth(hash), SMALL - 1);
		assert_true(one.bits && !(one.bits >> SIP_BLOOM_BITS));
		assert_true(two.bits && !(two.bits >> SIP_BLOOM_BITS));
		places[one.index]++;
		for (bit = 0; bit < SIP_BLOOM_BITS; bit++)
			bits[bit] += one.bits >> bit & 1;
	}
	for (i = 0; i < SMALL; i++)
		assert_in_range(places[i], rounds / SMALL * 3 / 4,
				rounds / SMALL * 5 / 4);
	for (i = 0; i < SIP_BLOOM_BITS; i++)
		assert_in_range(bits[i], rounds / 17, rounds / 16);
}

/* A request without credentials is not one with them. */
static void test_auth(void **state)
{
	u32 mistaken = 0;
	u64 hash;
	u32 i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		memset(words, 0, 2 * SMALL * sizeof(*words));
		hash = random_u64();
		ask(hash, SMALL - 1, 100);
		mistaken += asked(xsip_bloom_auth(hash), SMALL - 1, 100);
	}
	assert_int_equal(mistaken, 0);
	ask(xsip_bloom_auth(hash), SMALL - 1, 100);
	assert_true(asked(xsip_bloom_auth(hash), SMALL - 1, 100));
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

static void crowd(u32 mask, u32 requests, u32 seconds)
{
	u32 i;
	u64 hash;

	for (i = 0; i < requests; i++) {
		hash = random_u64();
		ask(hash, mask, seconds);
		if (i % 3 == 0)
			ask(xsip_bloom_auth(hash), mask, seconds);
	}
}

/* As for --auth. */
static bool knows(u64 hash, u32 mask, u32 seconds)
{
	struct xsip_bloom asked = xsip_bloom_place(xsip_bloom_auth(hash), mask);
	u16 minute = xsip_bloom_minute(seconds);
	u16 before = (u16)(minute - 1);

	return xsip_bloom_knows(*word_of(asked.index, minute), minute,
				asked.bits) ||
		xsip_bloom_knows(*word_of(asked.index, before), before,
				 asked.bits);
}

/* In the second minute, when both words have been written. */
static void measure(u32 mask, u32 requests, double *found, double *blamed,
		    double *missed)
{
	u32 count[3] = { 0 };
	struct xsip_bloom place;
	u64 hash, word;
	u32 i;

	memset(words, 0, sizeof(words));
	crowd(mask, requests, 0);
	crowd(mask, requests, 60);
	for (i = 0; i < TRIES; i++) {
		hash = random_u64();
		count[0] += asked(hash, mask, 119);
		count[1] += knows(hash, mask, 119);
		place = xsip_bloom_place(xsip_bloom_auth(hash), mask);
		word = *word_of(place.index, 1);
		ask(xsip_bloom_auth(hash), mask, 60);
		count[2] += !knows(hash, mask, 119);
		*word_of(place.index, 1) = word;
	}
	*found = 1000.0 * count[0] / TRIES;
	*blamed = 1000.0 * count[1] / TRIES;
	*missed = 1000.0 * count[2] / TRIES;
}

static void test_errors(void **state)
{
	double found, blamed, missed;
	size_t i;

	(void)state;
	print_message(" places  requests/minute  found blamed missed, o/oo\n");
	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		measure(errors[i].places - 1, errors[i].requests, &found,
			&blamed, &missed);
		print_message("%7u %16u %6.1f %6.1f %6.1f\n",
			      errors[i].places, errors[i].requests, found,
			      blamed, missed);
		if (found > errors[i].found || blamed > errors[i].blamed ||
		    missed > errors[i].missed)
			fail_msg("expected %u, %u, %u at most",
				 errors[i].found, errors[i].blamed,
				 errors[i].missed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_overwritten),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_auth),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
