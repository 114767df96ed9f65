// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes sip/sketch.h against the exact set of users and their times.
 *
 * An input: the limit, the unit, then steps of 4 bytes: how long to wait (3
 * bits of scale, 2 bytes), how many users come then (5 bits) and which. Cells
 * are what a sketch is made of, so the oracle remembers for each cell when a
 * user last set it:
 *
 * - a set cell was set within 3U, and since the sketch was last empty;
 * - a cell set in the first U is there until its end;
 * - of two reads, the later has lost at most a cell a tick, none twice;
 * - over the limit is a source with more cells than the limit, hence more
 *   users;
 * - the estimate is the number of users that fill so many cells on average.
 *
 * The head of a sketch holds 31 bits of ticks; no pause here is as long as
 * that, since a table forgets a source that is silent for so long.
 */
#include <math.h>
#include "fuzz.h"
#include <linux/netfilter/xt_sip.h>
#include "sip/sketch.h"

#define HEAD	2
#define STEP	4
#define CELLS	SIP_SKETCH_BITS

static const u32 units[] = { 1, 60, 3600, 86400 };

/**
 * struct exact - what the oracle knows
 * @users: the limit
 * @unit: nanoseconds
 * @now: the time
 * @began: when the first user came since the sketch was empty
 * @empty: no user is in it
 * @at: when a user last set each cell; 0 if it is not set
 */
struct exact {
	struct xsip_sketch users;
	u64 unit;
	u64 now;
	u64 began;
	bool empty;
	u64 at[CELLS];
};

static bool cell_set(const u64 word[SIP_SKETCH_WORDS], u32 cell)
{
	return word[(cell + 32) / 64] >> (cell + 32) % 64 & 1;
}

static u32 count_set(const u64 word[SIP_SKETCH_WORDS])
{
	u32 cell, set = 0;

	for (cell = 0; cell < CELLS; cell++)
		set += cell_set(word, cell);
	return set;
}

/* Users that fill so many of the cells on average, by its formula. */
static double average_users(u32 set)
{
	return log(1 - set / (double)CELLS) / log(1 - 1 / (double)CELLS);
}

static void check_counts(const struct exact *x,
			 const u64 word[SIP_SKETCH_WORDS])
{
	u32 set = count_set(word);
	u32 estimate = xsip_sketch_estimate(word);
	bool over = set > x->users.limit;

	if (xsip_sketch_filled(word) != set)
		fuzz_fail("%u cells, counted %u", xsip_sketch_filled(word), set);
	if (xsip_sketch_over(&x->users, word) != over)
		fuzz_fail("%u cells, limit %u", set, x->users.limit);
	if (estimate > SIP_SKETCH_MOST)
		fuzz_fail("estimate %u", estimate);
	if (estimate < SIP_SKETCH_MOST &&
	    fabs(estimate - average_users(set)) > 1)
		fuzz_fail("%u cells, estimate %u, exact %f", set, estimate,
			  average_users(set));
}

/* What reading the sketch may have changed. */
static void check_aged(struct exact *x, const u64 old[SIP_SKETCH_WORDS],
		       const u64 word[SIP_SKETCH_WORDS], u64 last)
{
	u64 ticks = x->now / x->users.tick - last / x->users.tick;
	u32 lost = 0;
	u32 cell;

	for (cell = 0; cell < CELLS; cell++) {
		if (cell_set(word, cell) && !cell_set(old, cell))
			fuzz_fail("cell %u was invented", cell);
		if (cell_set(word, cell) && !x->at[cell])
			fuzz_fail("cell %u has no user", cell);
		if (cell_set(word, cell) &&
		    x->now - x->at[cell] > 3 * x->unit + 2 * x->users.tick)
			fuzz_fail("cell %u is older than 3U", cell);
		if (cell_set(word, cell) || !x->at[cell])
			continue;
		if (x->now - x->began + x->users.tick < x->unit)
			fuzz_fail("cell %u is lost within the first U", cell);
		x->at[cell] = 0;
		lost++;
	}
	if (lost > ticks)
		fuzz_fail("%u cells lost in %llu ticks", lost,
			  (unsigned long long)ticks);
	x->empty = !count_set(word);
}

static void age(struct exact *x, u64 word[SIP_SKETCH_WORDS], u64 last)
{
	u64 old[SIP_SKETCH_WORDS];
	bool changed;

	memcpy(old, word, sizeof(old));
	changed = xsip_sketch_age(&x->users, x->now, word);
	if (!changed && memcmp(old, word, sizeof(old)))
		fuzz_fail("changed, and says that it is not");
	check_aged(x, old, word, last);
	memcpy(old, word, sizeof(old));
	xsip_sketch_age(&x->users, x->now, word);
	if (memcmp(&old[1], &word[1], sizeof(old) - sizeof(*old)) ||
	    old[0] >> 32 != word[0] >> 32)
		fuzz_fail("a second look at the same time lost cells");
	if (!((u32)word[0] & SIP_SKETCH_USED))
		fuzz_fail("looked at, and not in use");
}

static void come(struct exact *x, u64 word[SIP_SKETCH_WORDS], u32 hash)
{
	u32 cell = (u32)((u64)hash * CELLS / ((u64)U32_MAX + 1));
	u64 bit;
	u32 i = xsip_sketch_bit(hash, &bit);

	if (i >= SIP_SKETCH_WORDS || !bit || bit & (bit - 1))
		fuzz_fail("bit %#llx of word %u", (unsigned long long)bit, i);
	word[i] |= bit;
	if (!cell_set(word, cell))
		fuzz_fail("not cell %u of hash %#x", cell, hash);
	if (x->empty)
		x->began = x->now;
	x->empty = false;
	x->at[cell] = x->now;
}

/* The users of a step: one or up to 32, some of them those of another. */
static void come_all(struct exact *x, u64 word[SIP_SKETCH_WORDS],
		     const u8 *step)
{
	u32 user = step[3] * 24U;
	u32 last = user + (step[0] >> 3);

	for (; user <= last; user++)
		come(x, word, user * 2654435769U);
}

/* Bytes of an input to a pause: from nothing to 2^30 ticks. */
static u64 pause_of(const struct exact *x, const u8 *step)
{
	u64 n = step[1] | (u64)step[2] << 8;

	switch (step[0] % 8) {
	case 0:
		return 0;
	case 1:
		return n;
	case 2:
		return n * x->users.tick / 4096;
	case 3:
		return n % 512 * x->users.tick;
	case 4:
		return x->unit - n % 3 + 1;
	case 5:
		return n % 8 * x->unit + n;
	case 6:
		return n % CELLS * x->users.tick - (n & 1) * (n % CELLS > 0);
	default:
		return n * x->users.tick << 14;
	}
}

int fuzz_one(const u8 *data, size_t size)
{
	u64 word[SIP_SKETCH_WORDS] = { 0 };
	struct exact x = { .now = 1000000000ULL, .empty = true };
	const u8 *end = data + size;
	u64 last = x.now;
	u32 limit;

	if (size < HEAD)
		return 0;
	limit = 1 + data[0] % XT_SIP_USERS_MAX;
	x.unit = units[data[1] % ARRAY_SIZE(units)] * 1000000000ULL;
	xsip_sketch_init(&x.users, limit, (u32)(x.unit / 1000000000ULL));
	if (x.users.limit > limit)
		fuzz_fail("%u users may set more than %u cells", limit,
			  x.users.limit);
	for (data += HEAD; end - data >= STEP; data += STEP) {
		x.now += pause_of(&x, data);
		if (x.now >> 62)
			return 0;
		age(&x, word, last);
		check_counts(&x, word);
		come_all(&x, word, data);
		check_counts(&x, word);
		last = x.now;
	}
	return 0;
}
