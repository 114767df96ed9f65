// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_sketch: its numbers, the estimates of random populations, scans
 * and steady streams, and how the window slides, against a second
 * implementation. Bounds on chance are so wide that only a worse sketch exceeds
 * them; what was measured is printed.
 */
#include "sip/sketch.h"
#include "test.h"
#include <linux/netfilter/xt_sip.h>

#define SECOND	1000000000ULL
#define MINUTE	60U
#define HOUR	3600U
#define DAY	86400U

struct sketch {
	u64 word[SIP_SKETCH_WORDS];
};

static struct xsip_sketch users_of(u32 count, u32 unit)
{
	struct xsip_sketch users;

	xsip_sketch_init(&users, count, unit);
	return users;
}

static void sketch_set(struct sketch *s, u32 hash)
{
	u64 bit;
	u32 i = xsip_sketch_bit(hash, &bit);

	s->word[i] |= bit;
}

/* A hash that names this cell. */
static u32 hash_of_cell(u32 cell)
{
	return (u32)(((u64)cell << 32) / SIP_SKETCH_BITS) + 1;
}

/* What the caller does with a packet. */
static bool address(const struct xsip_sketch *users, u64 now, struct sketch *s,
		    u32 hash)
{
	xsip_sketch_age(users, now, s->word);
	sketch_set(s, hash);
	return xsip_sketch_over(users, s->word);
}

static u32 random_hash(void)
{
	return (u32)(random_u64() >> 24);
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

/* What an eighth more than N users set, rounded up; at most N. */
TEST(init)
{
	static const u32 units[] = { 1, MINUTE, HOUR, DAY };
	struct xsip_sketch users;
	u32 n, limit;

	for_each(unit, units)
		for (n = 1; n <= XT_SIP_USERS_MAX; n++) {
			users = users_of(n, *unit);
			assert_true(users.tick ==
				    *unit * SECOND / SIP_SKETCH_HOLD);
			limit = (u32)cells_of(n + (n + 7) / 8);
			assert_int_equal(users.limit, limit < n ? limit : n);
			assert_true(users.limit == n || n > 50);
		}
}

/* The estimate is the number of users that set as many cells, rounded. */
TEST(estimate)
{
	struct sketch s = { { SIP_SKETCH_USED, 0, 0, 0 } };
	u32 n, estimate;

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

/* Every cell has as many hashes, the head none. */
TEST(bits)
{
	u32 i, word, edge;
	u64 bit;

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
}

/* ---- Random populations ---- */

static bool is_close(u32 estimate, u32 exact)
{
	u32 off = estimate > exact ? estimate - exact : exact - estimate;

	return off <= 2 || off * 100 <= exact * 15;
}

/* The header: 98 in 100 within 15 %, or 2 users. */
TEST(populations)
{
	u32 close, all = 0, worst = 1000, i, n, count;

	for (n = 1; n <= XT_SIP_USERS_MAX; n++) {
		for (i = close = 0; i < 1000; i++) {
			struct sketch s = { { SIP_SKETCH_USED, 0, 0, 0 } };

			for (count = n; count; count--)
				sketch_set(&s, random_hash());
			close += is_close(xsip_sketch_estimate(s.word), n);
		}
		all += close;
		if (close < worst)
			worst = close;
	}
	print_message("within 15 %%: %.2f %%; of some number: %.1f %%\n",
		      all / 10.0 / XT_SIP_USERS_MAX, worst / 10.0);
	assert_true(all >= 980 * XT_SIP_USERS_MAX);
	assert_true(worst >= 930);
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

TEST(scans)
{
	struct xsip_sketch users = users_of(20, HOUR);
	u32 i, over, n;

	for_each(row, scans) {
		for (i = over = 0; i < 2000; i++) {
			n = first_over(&users, row->pause);
			assert_true(n > 20);
			over += n <= row->by;
		}
		print_message("one each %llu s, over by the %uth: %.2f %%\n",
			      (unsigned long long)(row->pause / SECOND),
			      row->by, over / 20.0);
		assert_true(over >= row->share);
	}
}

/* ---- Steady streams of ever new users ---- */

static u32 estimate_at(const struct xsip_sketch *users, u64 now,
		       const struct sketch *s)
{
	struct sketch aged = *s;

	xsip_sketch_age(users, now, aged.word);
	return xsip_sketch_estimate(aged.word);
}

/* ---- Steady streams of ever new users ---- */

#define RUNS	1000
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

TEST(streams)
{
	struct xsip_sketch users = users_of(20, HOUR);
	double ratio, highest, mean;
	struct streams streams;
	size_t i;

	for_each(row, rates) {
		memset(&streams, 0, sizeof(streams));
		for (i = 0; i < RUNS; i++)
			run_stream(&users, row->per_unit, &streams);
		highest = 0;
		mean = 0;
		for (i = 0; i < SAMPLES; i++) {
			ratio = (double)streams.sum[i] / RUNS / row->per_unit;
			if (ratio > highest)
				highest = ratio;
			if (i >= 40)
				mean += ratio / (SAMPLES - 40);
			if (i < 10)
				assert_true(ratio > 0.09 * ((double)i + 1) &&
					    ratio < 0.11 * ((double)i + 1));
		}
		print_message("%u new users per U: %.2f times as many at most, %.3f later; %.2f %% far above\n",
			      row->per_unit, highest, mean,
			      100.0 * streams.far / RUNS / SAMPLES);
		assert_true(highest < 1.3);
		assert_true(mean > row->low && mean < row->high);
		assert_true(streams.far < RUNS * SAMPLES / 100);
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
TEST(walks)
{
	static const u64 starts[] = {
		1000, (1ULL << 31) - 2000, (1ULL << 31) - 100,
		(1ULL << 32) - 2000, (1ULL << 32) - 10, (3ULL << 31) - 500,
	};
	struct xsip_sketch seconds = users_of(20, 1);
	struct xsip_sketch minutes = users_of(20, MINUTE);
	int n;

	for (n = 0; n < 20; n++) {
		for_each(start, starts)
			walk(&seconds, *start);
		walk(&minutes, 1000);
	}
}

/* ---- Garbage ---- */

/* Any words at any time: good again after 3 U, however often it is read. */
TEST(garbage)
{
	struct xsip_sketch users;
	struct sketch s;
	u64 now, end;
	u32 i, j;

	for (i = 0; i < 20000; i++) {
		users = users_of(1 + random_below(XT_SIP_USERS_MAX),
				 1 + random_below(DAY));
		now = random_u64() >> 20;
		for (j = 0; j < SIP_SKETCH_WORDS; j++)
			s.word[j] = random_u64();
		if (random_bit())	/* a head near the time */
			s.word[0] = (s.word[0] & ~SIP_SKETCH_HEAD) |
				(u32)(now / users.tick + random_below(400) -
				      200);
		xsip_sketch_age(&users, now, s.word);
		assert_false(xsip_sketch_age(&users, now, s.word));
		end = now + 3 * users.tick * SIP_SKETCH_HOLD;
		for (; random_below(10) && now < end;
		     now += random_u64() % (end - now + 1))
			xsip_sketch_age(&users, now, s.word);
		xsip_sketch_age(&users, end, s.word);
		assert_int_equal(xsip_sketch_filled(s.word), 0);
	}
}
