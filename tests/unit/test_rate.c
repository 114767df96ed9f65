// SPDX-License-Identifier: GPL-2.0
/*
 * Compares xsip_rate with a token bucket, an equivalent model: it holds up to
 * burst packets' worth of nanoseconds, fills with time, and a packet takes one
 * interval out of it or is over the rate.
 */
#include "sip/rate.h"
#include "test.h"
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

static const struct {
	u32 count;
	u32 unit;
	u32 burst;
} settings[] = {
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
static void step(const struct xsip_rate *rate, struct bucket *b, u64 now,
		 u64 *tat)
{
	assert_int_equal(xsip_rate_over(rate, now, tat), bucket_over(b, now));
	assert_int_equal(xsip_rate_used(rate, now, *tat), bucket_used(b));
}

/* A pause between packets: none, near one interval, near the whole burst. */
static u64 some_pause(const struct bucket *b)
{
	const u64 pauses[] = {
		0, 0, b->interval, b->interval - 1, b->interval + 1,
		b->room - b->tokens, random_u64() % (b->interval * 3),
		random_u64() % (b->room + b->interval),
	};

	return pauses[random_below(ARRAY_SIZE(pauses))];
}

TEST(bucket)
{
	static const u64 starts[] = {
		0, 1, 1000000000ULL, 1ULL << 40, (1ULL << 53) + 1,
		LATE - 1000, LATE,
	};
	struct xsip_rate rate;
	u64 now, tat;
	int i;

	for_each(s, settings)
		for_each(start, starts) {
			struct bucket b = bucket_of(s->count, s->unit, s->burst,
						    *start);

			now = *start;
			tat = 0;
			assert_true(xsip_rate_init(&rate, s->count, s->unit,
						   s->burst));
			for (i = 0; i < 4000 && now < LATE + LATE / 2; i++) {
				now += some_pause(&b);
				step(&rate, &b, now, &tat);
			}
		}
}

/* A full burst passes and not one more; one more for each interval. */
TEST(burst_and_recovery)
{
	struct xsip_rate rate;
	u64 now = 12345678901ULL, tat;
	u32 n;

	for_each(s, settings) {
		tat = 0;
		assert_true(xsip_rate_init(&rate, s->count, s->unit, s->burst));
		for (n = 0; n < s->burst; n++)
			assert_false(xsip_rate_over(&rate, now, &tat));
		assert_true(xsip_rate_over(&rate, now, &tat));
		now += rate.interval;
		assert_true(xsip_rate_over(&rate, now - 1, &tat));
		assert_false(xsip_rate_over(&rate, now, &tat));
		assert_int_equal(xsip_rate_used(&rate, now, tat), s->burst);
		now += rate.interval * s->burst;
		assert_int_equal(xsip_rate_used(&rate, now - 1, tat), 1);
		assert_int_equal(xsip_rate_used(&rate, now, tat), 0);
	}
}

/* A packet whose time is before that of the last one: no debt is lost. */
TEST(clock_steps_back)
{
	struct xsip_rate rate;
	u64 tat = 0;

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
TEST(init)
{
	static const u32 units[] = { 1, MINUTE, HOUR, DAY };
	struct xsip_rate rate;
	long double slack;
	u32 count, burst;
	bool ok;
	int i;

	for (i = 0; i < 400000; i++) {
		count = 1 + random_below(random_bit() ? XT_SIP_RATE_MAX : 200);
		burst = 1 + random_below(XT_SIP_RATE_MAX);
		ok = xsip_rate_init(&rate, count, units[i & 3], burst);
		slack = (long double)(units[i & 3] * 1000000000ULL / count) *
			(burst - 1);
		assert_int_equal(ok, slack <= (long double)SIP_RATE_SLACK_MAX);
		if (ok)
			assert_true(slack == (long double)rate.slack);
		assert_true(rate.interval >= 1000);
	}
	assert_true(xsip_rate_init(&rate, 1, DAY, 53376));
	assert_false(xsip_rate_init(&rate, 1, DAY, 53377));
	assert_false(xsip_rate_init(&rate, 1, DAY, XT_SIP_RATE_MAX));
	assert_true(xsip_rate_init(&rate, 1, HOUR, XT_SIP_RATE_MAX));
}

TEST(default_burst)
{
	static const typeof(settings[0]) rows[] = {
		{ 1, 1, 5 },
		{ 5, 1, 5 },
		{ 6, 1, 6 },
		{ 50, 1, 50 },
		{ 1000000, 1, 1000000 },
		{ 299, MINUTE, 299 },
		{ 360, MINUTE, 360 },
		{ 20, HOUR, 20 },
		{ 1, DAY, 1 },
		{ 1000000, DAY, 1000000 },
	};
	struct xsip_rate rate;

	for_each(row, rows) {
		assert_int_equal(xsip_rate_default_burst(row->count, row->unit),
				 row->burst);
		assert_true(xsip_rate_init(&rate, row->count, row->unit,
					   row->burst));
	}
}
