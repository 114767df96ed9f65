// SPDX-License-Identifier: GPL-2.0
/*
 * Tests how the window of xsip_sketch slides, against expected values for
 * steady streams and bursts and against a second implementation; with clocks
 * that jump and words of garbage. What was measured is printed.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sketch.h"

static u32 estimate_at(const struct xsip_sketch *users, u64 now,
		       const struct sketch *s)
{
	struct sketch aged = *s;

	xsip_sketch_age(users, now, aged.word);
	return xsip_sketch_estimate(aged.word);
}

/* ---- Steady streams of ever new users ---- */

#define RUNS	200
#define SAMPLES	100		/* of 10 U */

/* The sum of all runs. */
struct streams {
	u32 sum[SAMPLES];	/* of the estimates */
	u32 far;		/* estimates above 1.35 times and 3 more */
};

static void run_stream(const struct xsip_sketch *users, u32 per_unit,
		       struct streams *streams)
{
	u64 unit = users->tick * SIP_SKETCH_HOLD;
	u64 start = random_u64() >> 8, gap = unit / per_unit;
	u64 next = start + random_u64() % gap;
	struct sketch s = { { 0 } };
	u32 estimate, i;
	u64 now;

	for (i = 0; i < SAMPLES; i++) {
		now = start + (i + 1) * (unit / 10);
		for (; next <= now; next += gap)
			address(users, next, &s, random_hash());
		estimate = estimate_at(users, now, &s);
		streams->sum[i] += estimate;
		streams->far += estimate * 100 > per_unit * 135 + 300;
	}
}

/*
 * As many as there are in the first U, then up to 1.25 times as many. From
 * 4 U on right on average, but too few of many: of n users a U are seen
 *
 *	-224 ln((1 - exp(-2n/224)) / (2n/224))
 *
 * since a cell stays set however many users hit it until its turn comes.
 */
static const struct {
	u32 per_unit;
	double low;
	double high;
} rates[] = {
	{ 5, 0.92, 1.05 },
	{ 10, 0.92, 1.05 },
	{ 20, 0.94, 1.04 },	/* 0.986 */
	{ 50, 0.93, 1.00 },	/* 0.964 */
	{ 100, 0.90, 0.96 },	/* 0.927 */
	{ 160, 0.86, 0.92 },	/* 0.884 */
	{ 200, 0.83, 0.89 },	/* 0.855 */
};

static void test_streams(void **state)
{
	struct xsip_sketch users = users_of(20, HOUR);
	double ratio, highest, mean;
	struct streams streams;
	size_t row, i;

	(void)state;
	for (row = 0; row < ARRAY_SIZE(rates); row++) {
		memset(&streams, 0, sizeof(streams));
		for (i = 0; i < RUNS; i++)
			run_stream(&users, rates[row].per_unit, &streams);
		highest = 0;
		mean = 0;
		for (i = 0; i < SAMPLES; i++) {
			ratio = (double)streams.sum[i] / RUNS /
				rates[row].per_unit;
			if (ratio > highest)
				highest = ratio;
			if (i >= 40)
				mean += ratio / (SAMPLES - 40);
			if (i < 10)
				assert_true(ratio > 0.09 * ((double)i + 1) &&
					    ratio < 0.11 * ((double)i + 1));
		}
		print_message("%u new users per U: on average at most %.2f, in the long run %.3f times as many; %.2f %% of estimates far above\n",
			      rates[row].per_unit, highest, mean,
			      100.0 * streams.far / RUNS / SAMPLES);
		assert_true(highest < 1.3);
		assert_true(mean > rates[row].low && mean < rates[row].high);
		assert_true(streams.far < RUNS * SAMPLES / 100);
	}
}

/* A burst stays for U, then goes; after 3 U nothing is left. */
static void test_bursts(void **state)
{
	struct xsip_sketch users = users_of(20, MINUTE);
	u64 unit = users.tick * SIP_SKETCH_HOLD, start;
	struct sketch s, aged;
	u32 i, j, before, now;

	(void)state;
	for (i = 0; i < 200; i++) {
		memset(&s, 0, sizeof(s));
		start = random_u64() >> 8;
		for (j = 0; j < 100; j++)
			address(&users, start, &s, random_hash());
		before = xsip_sketch_filled(s.word);
		for (j = 1; j <= 40; j++) {
			aged = s;
			xsip_sketch_age(&users, start + j * unit / 10,
					aged.word);
			now = xsip_sketch_filled(aged.word);
			assert_true(now <= before);
			if (j <= 10)
				assert_int_equal(now,
						 xsip_sketch_filled(s.word));
			if (j >= 30)
				assert_int_equal(now, 0);
			before = now;
			if (random_bit())
				s = aged;
			else if (j <= 10)
				before = xsip_sketch_filled(s.word);
		}
	}
}

/* ---- The second implementation ---- */

/* A flag for each cell, and ticks of 64 bits that never wrap. */
struct slow {
	bool used;
	bool cell[SIP_SKETCH_BITS];
	u64 head;
};

static bool slow_empty(const struct slow *slow)
{
	return !memchr(slow->cell, true, sizeof(slow->cell));
}

static void slow_age(struct slow *slow, u64 tick)
{
	bool back = slow->head > tick + SIP_SKETCH_HOLD;
	int i;

	if (slow->used && !back && slow->head >= tick)
		return;
	for (i = 0; i < SIP_SKETCH_BITS; i++) {
		if (!slow->used || back)
			break;
		if (slow->head == tick)
			break;
		slow->head++;
		slow->cell[slow->head % SIP_SKETCH_BITS] = false;
	}
	if (!slow->used || back)
		memset(slow->cell, false, sizeof(slow->cell));
	slow->used = true;
	slow->head = slow_empty(slow) ? tick + SIP_SKETCH_HOLD : tick;
}

static void check_equal(const struct slow *slow, const struct sketch *s)
{
	int i;

	for (i = 0; i < SIP_SKETCH_BITS; i++)
		if (slow->cell[i] !=
		    ((s->word[(32 + i) / 64] >> ((32 + i) % 64)) & 1))
			fail_msg("cell %d: expected %d, at tick %llu", i,
				 slow->cell[i],
				 (unsigned long long)slow->head);
	assert_int_equal((u32)s->word[0],
			 SIP_SKETCH_USED | (slow->head & 0x7fffffff));
}

/* Ticks that pass: few, about U and 2 U, many; now and then backwards. */
static u64 some_tick(u64 tick)
{
	switch (random_below(16)) {
	case 0:
		return tick + SIP_SKETCH_HOLD - 2 + random_below(5);
	case 1:
		return tick + SIP_SKETCH_BITS - 2 + random_below(5);
	case 2:
		return tick + random_below(1000);
	case 3:
		return random_below(8) ? tick : tick + (1ULL << 29);
	case 4:
		return tick - random_below(5);
	case 5:
		return random_below(8) ? tick :
			tick - SIP_SKETCH_HOLD - 2 + random_below(5);
	default:
		return tick + random_below(4);
	}
}

static void walk(const struct xsip_sketch *users, u64 tick)
{
	struct slow slow = { .used = false };
	struct sketch s = { { 0 } }, before;
	bool changed;
	u64 now;
	int i, n;

	for (i = 0; i < 3000; i++) {
		before = s;
		now = tick * users->tick + random_u64() % users->tick;
		changed = xsip_sketch_age(users, now, s.word);
		assert_int_equal(changed, !!memcmp(&s, &before, sizeof(s)));
		before = s;
		assert_false(xsip_sketch_age(users, now, s.word));
		assert_memory_equal(&s, &before, sizeof(s));
		slow_age(&slow, tick);
		check_equal(&slow, &s);
		for (n = (int)random_below(4); n; n--) {
			u32 cell = random_below(SIP_SKETCH_BITS);

			sketch_set(&s, hash_of_cell(cell));
			slow.cell[cell] = true;
		}
		tick = some_tick(tick);
	}
}

/* Also where 31 and 32 bits of ticks end. */
static void test_walks(void **state)
{
	static const u64 starts[] = {
		1000, (1ULL << 31) - 2000, (1ULL << 31) - 100,
		(1ULL << 32) - 2000, (1ULL << 32) - 10, (3ULL << 31) - 500,
	};
	struct xsip_sketch users = users_of(20, 1);
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(starts); i++)
		for (n = 0; n < 20; n++)
			walk(&users, starts[i]);
	users = users_of(20, MINUTE);
	for (n = 0; n < 20; n++)
		walk(&users, 1000);
}

/* ---- Garbage, forgiveness ---- */

/* Any words at any time: good again after 3 U, however often it is read. */
static void test_garbage(void **state)
{
	struct xsip_sketch users;
	struct sketch s;
	u64 now, end;
	u32 i, j;

	(void)state;
	for (i = 0; i < 20000; i++) {
		users = users_of(1 + random_below(XT_SIP_USERS_MAX),
				 1 + random_below(DAY));
		now = random_bit() ? random_u64() : random_u64() >> 20;
		for (j = 0; j < SIP_SKETCH_WORDS; j++)
			s.word[j] = random_u64();
		if (random_bit())	/* a head near the time */
			s.word[0] = (s.word[0] & ~SIP_SKETCH_HEAD) |
				(u32)(now / users.tick + random_below(400) -
				      200);
		assert_in_range(xsip_sketch_filled(s.word), 0, SIP_SKETCH_BITS);
		assert_in_range(xsip_sketch_estimate(s.word), 0,
				SIP_SKETCH_MOST);
		xsip_sketch_age(&users, now, s.word);
		assert_false(xsip_sketch_age(&users, now, s.word));
		if (now > U64_MAX / 2)
			continue;
		end = now + 3 * users.tick * SIP_SKETCH_HOLD;
		for (; random_below(10) && now < end;
		     now += random_u64() % (end - now + 1))
			xsip_sketch_age(&users, now, s.word);
		xsip_sketch_age(&users, end, s.word);
		assert_int_equal(xsip_sketch_filled(s.word), 0);
	}
}

/* Zeroes are a sketch that is not in use: nothing in it, at any time. */
static void test_forgiven(void **state)
{
	struct xsip_sketch users = users_of(20, HOUR);
	struct sketch s;
	u64 now;
	u32 i, n;

	(void)state;
	for (i = 0; i < 1000; i++) {
		memset(&s, 0, sizeof(s));
		now = random_u64() >> random_below(64);
		assert_int_equal(xsip_sketch_filled(s.word), 0);
		assert_int_equal(xsip_sketch_estimate(s.word), 0);
		assert_false(xsip_sketch_over(&users, s.word));
		assert_true(xsip_sketch_age(&users, now, s.word));
		assert_int_equal(xsip_sketch_filled(s.word), 0);
		assert_true(s.word[0] & SIP_SKETCH_USED);
		/* As a new one it counts U in full. */
		if (now > U64_MAX / 2)
			continue;
		for (n = 0; n < 20; n++)
			address(&users, now, &s, random_hash());
		n = xsip_sketch_filled(s.word);
		xsip_sketch_age(&users, now + HOUR * SECOND - users.tick,
				s.word);
		assert_int_equal(xsip_sketch_filled(s.word), n);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_bursts),
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_forgiven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
