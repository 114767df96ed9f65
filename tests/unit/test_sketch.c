// SPDX-License-Identifier: GPL-2.0
/*
 * Tests the estimates of xsip_sketch: random populations, scans, users that
 * come again.
 *
 * test_sketch_window.c tests how the window slides. Bounds on chance are so
 * wide that only a worse sketch exceeds them; what was measured is printed.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sketch.h"

/* A sketch that @count users have just set. */
static struct sketch population(const struct xsip_sketch *users, u32 count)
{
	struct sketch s = { { 0 } };

	xsip_sketch_age(users, SECOND, s.word);
	while (count--)
		sketch_set(&s, random_hash());
	return s;
}

/* ---- Numbers ---- */

/* 224 (1 - (223/224)^n) */
static double cells_of(u32 n)
{
	double unset = SIP_SKETCH_BITS;

	while (n--)
		unset -= unset / SIP_SKETCH_BITS;
	return SIP_SKETCH_BITS - unset;
}

static void test_cells(void **state)
{
	double off;
	u32 n;

	(void)state;
	for (n = 0; n < 1000; n++) {
		off = xsip_sketch_expect(n) / 65536.0 - cells_of(n);
		assert_true(off > -0.01 && off < 0.01);
	}
}

/* What an eighth more than N users set, rounded up; at most N. */
static void test_init(void **state)
{
	static const u32 units[] = { 1, MINUTE, HOUR, DAY };
	struct xsip_sketch users;
	u32 n, limit;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		for (n = 1; n <= XT_SIP_USERS_MAX; n++) {
			users = users_of(n, units[i]);
			assert_true(users.tick ==
				    units[i] * SECOND / SIP_SKETCH_HOLD);
			limit = (u32)cells_of(n + (n + 7) / 8);
			assert_int_equal(users.limit, limit < n ? limit : n);
			assert_true(users.limit == n || n > 50);
		}
	}
}

/* The estimate is the number of users that set as many cells, rounded. */
static void test_estimate(void **state)
{
	struct sketch s = { { SIP_SKETCH_USED, 0, 0, 0 } };
	u32 n, estimate;

	(void)state;
	assert_int_equal(xsip_sketch_estimate(s.word), 0);
	for (n = 1; n <= SIP_SKETCH_BITS; n++) {
		sketch_set(&s, hash_of_cell(n - 1));
		assert_int_equal(xsip_sketch_filled(s.word), n);
		estimate = xsip_sketch_estimate(s.word);
		if (n == SIP_SKETCH_BITS) {
			assert_int_equal(estimate, 999);
			continue;
		}
		assert_true(cells_of(estimate) + cells_of(estimate + 1) >
			    2 * n - 0.01 || estimate == 999);
		assert_true(cells_of(estimate) + cells_of(estimate - 1) <
			    2 * n + 0.01);
	}
	assert_int_equal((u32)s.word[0], SIP_SKETCH_USED);
}

/* Every cell alike, none in the head. */
static void test_bits(void **state)
{
	u32 hits[SIP_SKETCH_BITS + 32] = { 0 };
	u32 i, word, edge;
	u64 bit;

	(void)state;
	for (i = 0; i < SIP_SKETCH_BITS; i++) {
		edge = (u32)((((u64)i << 32) + SIP_SKETCH_BITS - 1) /
			     SIP_SKETCH_BITS);
		word = xsip_sketch_bit(edge, &bit);
		assert_int_equal(64 * word + (u32)__builtin_ctzll(bit),
				 32 + i);
		word = xsip_sketch_bit(edge - 1, &bit);
		assert_int_equal(64 * word + (u32)__builtin_ctzll(bit),
				 i ? 31 + i : 255);
	}
	for (i = 0; i < 1000 * SIP_SKETCH_BITS; i++) {
		word = xsip_sketch_bit(random_hash(), &bit);
		assert_true(word < SIP_SKETCH_WORDS && bit &&
			    !(bit & (bit - 1)));
		hits[64 * word + (u32)__builtin_ctzll(bit)]++;
	}
	for (i = 0; i < ARRAY_SIZE(hits); i++)
		assert_in_range(hits[i], i < 32 ? 0 : 800, i < 32 ? 0 : 1200);
}

/* ---- Random populations ---- */

static bool is_close(u32 estimate, u32 exact)
{
	u32 off = estimate > exact ? estimate - exact : exact - estimate;

	return off <= 2 || off * 100 <= exact * 15;
}

/* The header: 98 in 100. */
static void test_estimates(void **state)
{
	struct xsip_sketch users = users_of(20, HOUR);
	u32 close, all = 0, worst = 1000, worst_n = 0, i, n;
	struct sketch s;

	(void)state;
	for (n = 1; n <= XT_SIP_USERS_MAX; n++) {
		for (i = close = 0; i < 1000; i++) {
			s = population(&users, n);
			close += is_close(xsip_sketch_estimate(s.word), n);
		}
		all += close;
		if (close < worst) {
			worst = close;
			worst_n = n;
		}
	}
	print_message("within 15 %% or 2 users: %.2f %%; least with %u: %.1f %%\n",
		      all / 10.0 / XT_SIP_USERS_MAX, worst_n, worst / 10.0);
	assert_true(all >= 980 * XT_SIP_USERS_MAX);
	assert_true(worst >= 930);
}

/* How many of 1000 populations of @count are over? */
static u32 over_of_1000(const struct xsip_sketch *users, u32 count)
{
	struct sketch s;
	u32 over = 0, i;

	for (i = 0; i < 1000; i++) {
		s = population(users, count);
		over += xsip_sketch_over(users, s.word);
	}
	return over;
}

/* N users never up to 50, rarely above; 1.25 N + 3 nearly always. */
static void test_limits(void **state)
{
	u32 most = 0, least = 1000, n, over;
	struct xsip_sketch users;

	(void)state;
	for (n = 1; n <= XT_SIP_USERS_MAX; n++) {
		users = users_of(n, HOUR);
		over = over_of_1000(&users, n);
		assert_true(!over || n > 50);
		if (over > most)
			most = over;
		over = over_of_1000(&users, n + n / 4 + 3);
		if (over < least)
			least = over;
		assert_true(over >= 980 || n > 50);
	}
	print_message("N users over: at most %.1f %%; 1.25 N + 3 over: at least %.1f %%\n",
		      most / 10.0, least / 10.0);
	assert_true(most <= 35);
	assert_true(least >= 940);
}

/* ---- A scan ---- */

/* Which of ever new users, one each @pause, is over first? */
static u32 first_over(const struct xsip_sketch *users, u64 pause)
{
	struct sketch s = { { 0 } };
	u64 now = random_u64() >> 8;
	u32 n = 1;

	while (!address(users, now, &s, random_hash()) && n < 1000) {
		now += pause;
		n++;
	}
	return n;
}

static const struct {
	u64 pause;
	u32 by;		/* so many users ... */
	u32 share;	/* ... at least so many of 2000 scans are over */
} scans[] = {
	{ 0, 24, 1920 },
	{ 0, 25, 1970 },
	{ 0, 27, 1990 },
	{ 0, 30, 1999 },
	{ SECOND, 25, 1970 },
	{ 60 * SECOND, 24, 1920 },
	{ 60 * SECOND, 25, 1970 },
	{ 60 * SECOND, 30, 1999 },
	{ 120 * SECOND, 30, 1990 },
	{ 120 * SECOND, 40, 2000 },
};

static void test_scans(void **state)
{
	struct xsip_sketch users = users_of(20, HOUR);
	u32 i, over, n;
	size_t row;

	(void)state;
	for (row = 0; row < ARRAY_SIZE(scans); row++) {
		for (i = over = 0; i < 2000; i++) {
			n = first_over(&users, scans[row].pause);
			assert_true(n > 20);
			over += n <= scans[row].by;
		}
		print_message("one each %llu s, over by the %uth: %.2f %%\n",
			      (unsigned long long)(scans[row].pause / SECOND),
			      scans[row].by, over / 20.0);
		assert_true(over >= scans[row].share);
	}
}

/* ---- The same users again and again ---- */

/* Whatever their pauses, and in any order: as many cells as there are. */
static void test_same_users(void **state)
{
	static const u32 counts[] = { 1, 2, 3, 10, 20, 50, 200 };
	struct xsip_sketch users;
	u32 hashes[XT_SIP_USERS_MAX], count, n;
	struct sketch s, all;
	size_t i, run;
	u64 now, pause;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(counts) * 200; i++) {
		count = counts[i % ARRAY_SIZE(counts)];
		users = users_of(count, i % 2 ? HOUR : 1);
		memset(&s, 0, sizeof(s));
		memset(&all, 0, sizeof(all));
		for (n = 0; n < count; n++) {
			hashes[n] = random_hash();
			sketch_set(&all, hashes[n]);
		}
		pause = users.tick * (1ULL << random_below(9)) / 16 + 1;
		now = random_u64() >> 4;
		for (run = 0; run < 2000; run++) {
			now += random_u64() % pause;
			n = address(&users, now, &s,
				    hashes[random_below(count)]);
			assert_false(n && count <= 50);
			assert_true(xsip_sketch_filled(s.word) <=
				    xsip_sketch_filled(all.word));
		}
	}
}

/* Ten phones register every 10 min for a day: always about ten. */
static void test_phones(void **state)
{
	struct xsip_sketch users = users_of(20, HOUR);
	struct sketch s = { { 0 } };
	u32 i, n, estimate;
	u64 now = 7 * SECOND;

	(void)state;
	for (i = 0; i < 144; i++) {
		for (n = 0; n < 10; n++) {
			now += 60 * SECOND;
			assert_false(address(&users, now, &s,
					     n * 0x12345678 + 99));
		}
		estimate = xsip_sketch_estimate(s.word);
		assert_in_range(estimate, 8, 10);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_estimate),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_estimates),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_scans),
		cmocka_unit_test(test_same_users),
		cmocka_unit_test(test_phones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
