// SPDX-License-Identifier: GPL-2.0
/*
 * Compares xsip_rate with a token bucket, an equivalent model: it holds up to
 * burst packets' worth of nanoseconds, fills with time, and a packet takes one
 * interval out of it or is over the rate.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "random.h"
#include "sip/rate.h"
#include <linux/netfilter/xt_sip.h>

#define MINUTE	60U
#define HOUR	3600U
#define DAY	86400U

/* The largest clock supported: 146 years. */
#define LATE	SIP_RATE_SLACK_MAX

struct bucket {
	u64 interval;
	u64 room;
	u64 tokens;
	u64 last;
};

static struct bucket bucket_of(u32 count, u32 unit, u32 burst, u64 now)
{
	struct bucket b;

	b.interval = unit * 1000000000ULL / count;
	b.room = b.interval * burst;
	b.tokens = b.room;
	b.last = now;
	return b;
}

static void bucket_fill(struct bucket *b, u64 now)
{
	u64 more = now - b->last;

	b->tokens = more > b->room - b->tokens ? b->room : b->tokens + more;
	b->last = now;
}

static bool bucket_over(struct bucket *b, u64 now)
{
	bucket_fill(b, now);
	if (b->tokens < b->interval)
		return true;
	b->tokens -= b->interval;
	return false;
}

static u64 bucket_used(const struct bucket *b)
{
	u64 taken = b->room - b->tokens;

	return taken / b->interval + !!(taken % b->interval);
}

struct setting {
	u32 count;
	u32 unit;
	u32 burst;
};

static const struct setting settings[] = {
	{ 1, 1, 1 },
	{ 1, 1, 5 },
	{ 50, 1, 100 },
	{ 3, 1, 7 },
	{ 7, MINUTE, 1 },
	{ 5, MINUTE, 5 },
	{ 20, HOUR, 20 },
	{ 10, MINUTE, 1000 },
	{ 1, DAY, 1 },
	{ 1, DAY, 53375 },		/* slack just below 2^62 */
	{ 1000000, 1, 1 },
	{ 1000000, 1, 1000000 },
	{ 999999, 1, 1000 },
	{ 1000000, DAY, 1000000 },
};

/* A packet now; both must agree. */
static bool step(const struct xsip_rate *rate, struct bucket *b, u64 now,
		 u64 *tat)
{
	bool over = xsip_rate_over(rate, now, tat);
	bool expected = bucket_over(b, now);

	if (over != expected)
		fail_msg("interval %llu: over %d, expected %d, at %llu",
			 (unsigned long long)rate->interval, over, expected,
			 (unsigned long long)now);
	if (xsip_rate_used(rate, now, *tat) != bucket_used(b))
		fail_msg("interval %llu: used %llu, expected %llu",
			 (unsigned long long)rate->interval,
			 (unsigned long long)xsip_rate_used(rate, now, *tat),
			 (unsigned long long)bucket_used(b));
	return over;
}

/* A pause between packets: none, near one interval, near the whole burst. */
static u64 some_pause(const struct bucket *b)
{
	switch (random_below(8)) {
	case 0:
		return b->interval;
	case 1:
		return b->interval - 1;
	case 2:
		return b->interval + 1;
	case 3:
		return b->room - b->tokens;
	case 4:
		return random_u64() % (b->interval * 3);
	case 5:
		return random_u64() % (b->room + b->interval);
	default:
		return 0;
	}
}

static void walk(const struct setting *s, u64 start)
{
	struct bucket b = bucket_of(s->count, s->unit, s->burst, start);
	struct xsip_rate rate;
	u64 now = start;
	u64 tat = 0;
	int i;

	assert_true(xsip_rate_init(&rate, s->count, s->unit, s->burst));
	for (i = 0; i < 4000 && now < LATE + LATE / 2; i++) {
		now += some_pause(&b);
		step(&rate, &b, now, &tat);
	}
}

static void test_walks(void **state)
{
	static const u64 starts[] = {
		0, 1, 1000000000ULL, 1ULL << 40, (1ULL << 53) + 1,
		LATE - 1000, LATE,
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(settings); i++)
		for (j = 0; j < ARRAY_SIZE(starts); j++)
			walk(&settings[i], starts[j]);
}

/* A full burst passes and not one more; one more for each interval. */
static void test_burst_and_recovery(void **state)
{
	const struct setting *s;
	struct xsip_rate rate;
	u64 now, tat;
	size_t i;
	u32 n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		s = &settings[i];
		now = 12345678901ULL;
		tat = 0;
		assert_true(xsip_rate_init(&rate, s->count, s->unit, s->burst));
		for (n = 0; n < s->burst; n++)
			assert_false(xsip_rate_over(&rate, now, &tat));
		assert_int_equal(xsip_rate_used(&rate, now, tat), s->burst);
		assert_true(xsip_rate_over(&rate, now, &tat));
		assert_true(xsip_rate_over(&rate, now + rate.interval - 1,
					   &tat));
		for (n = 0; n < 10; n++) {
			now += rate.interval;
			assert_false(xsip_rate_over(&rate, now, &tat));
			assert_true(xsip_rate_over(&rate, now, &tat));
		}
		now += rate.interval * s->burst;
		assert_int_equal(xsip_rate_used(&rate, now, tat), 0);
		assert_int_equal(xsip_rate_used(&rate, now - 1, tat), 1);
		for (n = 0; n < s->burst; n++)
			assert_false(xsip_rate_over(&rate, now, &tat));
		assert_true(xsip_rate_over(&rate, now, &tat));
	}
}

/*
 * A flood is held to N per U: never less, and a thousandth more at most, as an
 * interval is whole nanoseconds. With a burst of 1 nothing makes up for the
 * time that passes until the next packet.
 */
static void test_steady(void **state)
{
	const struct setting *s;
	struct xsip_rate rate;
	u64 now, tat, passed, due, pause;
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		s = &settings[i];
		assert_true(xsip_rate_init(&rate, s->count, s->unit, s->burst));
		tat = 0;
		now = 5;
		passed = 0;
		pause = rate.interval / 8 + 1;
		for (n = 0; n < 200000; n++, now += pause)
			passed += !xsip_rate_over(&rate, now, &tat);
		due = (u64)((long double)(now - pause - 5) * s->count /
			    s->unit / 1e9L);
		if (s->burst == 1)
			due = (now - pause - 5) / (8 * pause);
		due += s->burst;
		if (due > 200000)
			due = 200000;
		if (passed < due || passed > due + due / 1000 + 1)
			fail_msg("%u per %u s: %llu passed, %llu due", s->count,
				 s->unit, (unsigned long long)passed,
				 (unsigned long long)due);
	}
}

/* Packets over the rate take nothing from it, however many they are. */
static void test_over_is_free(void **state)
{
	struct xsip_rate rate;
	u64 tat = 0;
	u64 before;
	int i;

	(void)state;
	assert_true(xsip_rate_init(&rate, 1, 1, 1));
	assert_false(xsip_rate_over(&rate, 100, &tat));
	before = tat;
	for (i = 0; i < 1000; i++)
		assert_true(xsip_rate_over(&rate, 100 + (u64)i, &tat));
	assert_true(tat == before);
	assert_false(xsip_rate_over(&rate, 100 + 1000000000ULL, &tat));
}

/* A packet whose time is before that of the last one: no debt is lost. */
static void test_clock_steps_back(void **state)
{
	struct xsip_rate rate;
	u64 tat = 0;

	(void)state;
	assert_true(xsip_rate_init(&rate, 10, 1, 2));
	assert_false(xsip_rate_over(&rate, 1000, &tat));
	assert_true(xsip_rate_over(&rate, 999, &tat));
	assert_int_equal(xsip_rate_used(&rate, 1000, tat), 1);
	assert_false(xsip_rate_over(&rate, 1000, &tat));
	assert_true(xsip_rate_over(&rate, 0, &tat));
	assert_int_equal(xsip_rate_used(&rate, 1000, tat), 2);
	assert_int_equal(xsip_rate_used(&rate, 0, tat), 3);
}

/* Refused exactly when the slack does not fit. */
static void test_init(void **state)
{
	static const u32 units[] = { 1, MINUTE, HOUR, DAY };
	struct xsip_rate rate;
	long double slack;
	u32 count, burst;
	bool ok;
	int i;

	(void)state;
	for (i = 0; i < 400000; i++) {
		count = 1 + (u32)(random_u64() %
			(random_bit() ? XT_SIP_RATE_MAX : 200));
		burst = 1 + random_below(XT_SIP_RATE_MAX);
		ok = xsip_rate_init(&rate, count, units[i & 3], burst);
		slack = (long double)(units[i & 3] * 1000000000ULL / count) *
			(burst - 1);
		assert_int_equal(ok, slack <= (long double)SIP_RATE_SLACK_MAX);
		if (ok)
			assert_true(slack == (long double)rate.slack);
		assert_true(rate.interval >= 1000);
	}
	assert_false(xsip_rate_init(&rate, 1, DAY, XT_SIP_RATE_MAX));
	assert_true(xsip_rate_init(&rate, 1, DAY, 53376));
	assert_false(xsip_rate_init(&rate, 1, DAY, 53377));
	assert_true(xsip_rate_init(&rate, 1, HOUR, XT_SIP_RATE_MAX));
}

static void test_default_burst(void **state)
{
	static const struct setting rows[] = {
		{ 1, 1, 5 },
		{ 5, 1, 5 },
		{ 6, 1, 6 },
		{ 50, 1, 50 },
		{ 1000000, 1, 1000000 },
		{ 299, MINUTE, 5 },
		{ 360, MINUTE, 6 },
		{ 20, HOUR, 5 },
		{ 1, DAY, 5 },
		{ 1000000, DAY, 11 },
	};
	struct xsip_rate rate;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(xsip_rate_default_burst(rows[i].count,
							 rows[i].unit),
				 rows[i].burst);
		assert_true(xsip_rate_init(&rate, rows[i].count, rows[i].unit,
					   rows[i].burst));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_burst_and_recovery),
		cmocka_unit_test(test_steady),
		cmocka_unit_test(test_over_is_free),
		cmocka_unit_test(test_clock_steps_back),
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_default_burst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
