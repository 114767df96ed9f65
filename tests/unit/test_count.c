// SPDX-License-Identifier: GPL-2.0
/*
 * Counting kinds, alone and together, in a fake kernel whose clock is set:
 * where their cells are, when a source is over, and for how long it has
 * anything that gc must not forget.
 */
#include "test.h"

#include "count.c"
#include "count_rate.c"
#include "count_users.c"

#define HOUR	3600U

/* What a rule counts, and what follows for its cells. */
static const struct {
	u32 flags;
	u8 cells;
	u8 rate_at;
} rules[] = {
	{ XT_SIP_RATE, 1, 0 },
	{ XT_SIP_USERS, SIP_SKETCH_WORDS, 0 },
	{ XT_SIP_RATE | XT_SIP_USERS, SIP_SKETCH_WORDS + 1, SIP_SKETCH_WORDS },
};

static struct xsip_count make_count(u32 flags)
{
	struct xt_sip_mtinfo info = {
		.flags = flags,
		.rate = 2, .rate_unit = HOUR, .burst = 3,
		.users = 2, .users_unit = HOUR,
	};
	struct xsip_count count;

	fake.seconds = 1000;
	xsip_count_init(&count, &info);
	return count;
}

static bool is_set(const atomic64_t *cells, const struct xsip_count *count)
{
	return xsip_count_is_set(cells, count, ktime_get_ns());
}

TEST(cells)
{
	for_each(rule, rules) {
		struct xsip_count count = make_count(rule->flags);

		assert_int_equal(count.flags, rule->flags);
		assert_int_equal(count.cells, rule->cells);
		if (rule->flags & XT_SIP_RATE)
			assert_int_equal(count.at[SIP_KIND_RATE],
					 rule->rate_at);
		if (rule->flags & XT_SIP_USERS)
			assert_int_equal(count.at[SIP_KIND_USERS], 0);
	}
}

/* Three at once, then two an hour. A packet that is paid for is forgotten. */
TEST(rate)
{
	atomic64_t cells[SIP_SKETCH_WORDS + 1] = { 0 };
	struct xsip_count count = make_count(XT_SIP_RATE);
	int i;

	assert_false(is_set(cells, &count));
	for (i = 0; i < 4; i++)
		assert_int_equal(xsip_count_charge(cells, &count, SIP_KIND_RATE,
						   0), i == 3);
	assert_true(is_set(cells, &count));
	fake.seconds += 3 * HOUR / 2 - 1;
	assert_true(is_set(cells, &count));
	fake.seconds += 2;
	assert_false(is_set(cells, &count));
}

/* Two users are allowed, the third is over, none is kept longer than 3U. */
TEST(users)
{
	atomic64_t cells[SIP_SKETCH_WORDS + 1] = { 0 };
	struct xsip_count count = make_count(XT_SIP_USERS);
	u32 i;

	assert_false(is_set(cells, &count));
	for (i = 0; i < 5; i++)
		assert_int_equal(xsip_count_charge(cells, &count,
						   SIP_KIND_USERS,
						   (i / 2) << 30), i == 4);
	assert_true(is_set(cells, &count));
	fake.seconds += HOUR - 1;
	assert_true(is_set(cells, &count));
	fake.seconds += 2 * HOUR + 2;
	assert_false(is_set(cells, &count));
}

/* Neither kind reads or writes the other's cells; one that is set is enough. */
TEST(together)
{
	struct xsip_count count = make_count(XT_SIP_RATE | XT_SIP_USERS);
	int kind, i, end;

	for (kind = 0; kind < SIP_KIND_COUNT; kind++) {
		atomic64_t cells[SIP_SKETCH_WORDS + 1] = { 0 };

		assert_false(is_set(cells, &count));
		xsip_count_charge(cells, &count, kind, 1U << 30);
		assert_true(is_set(cells, &count));
		/* The other kind's. */
		i = kind == SIP_KIND_RATE ? 0 : SIP_SKETCH_WORDS;
		end = kind == SIP_KIND_RATE ? SIP_SKETCH_WORDS : i + 1;
		for (; i < end; i++)
			assert_int_equal(atomic64_read(&cells[i]), 0);
	}
}
