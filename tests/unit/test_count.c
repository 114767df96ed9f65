// SPDX-License-Identifier: GPL-2.0
/*
 * Counting kinds, alone and together, in a fake kernel whose clock is set:
 * where their cells are, when a source is over, and for how long it has
 * anything that gc must not forget.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

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

static void test_cells(void **state)
{
	struct xsip_count count;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		count = make_count(rules[i].flags);
		assert_int_equal(count.flags, rules[i].flags);
		assert_int_equal(count.cells, rules[i].cells);
		if (rules[i].flags & XT_SIP_RATE)
			assert_int_equal(count.at[SIP_KIND_RATE],
					 rules[i].rate_at);
		if (rules[i].flags & XT_SIP_USERS)
			assert_int_equal(count.at[SIP_KIND_USERS], 0);
	}
}

/* Three at once, then two an hour. A packet that is paid for is forgotten. */
static void test_rate(void **state)
{
	atomic64_t cells[SIP_SKETCH_WORDS + 1] = { 0 };
	struct xsip_count count = make_count(XT_SIP_RATE);
	int i;

	(void)state;
	assert_false(is_set(cells, &count));
	for (i = 0; i < 3; i++)
		assert_false(xsip_count_charge(cells, &count, SIP_KIND_RATE,
					       0));
	assert_true(xsip_count_charge(cells, &count, SIP_KIND_RATE, 0));
	assert_true(is_set(cells, &count));
	fake.seconds += 3 * HOUR / 2 - 1;
	assert_true(is_set(cells, &count));
	fake.seconds += 2;
	assert_false(is_set(cells, &count));
}

/* Two users are allowed, the third is over, none is kept longer than 3U. */
static void test_users(void **state)
{
	atomic64_t cells[SIP_SKETCH_WORDS + 1] = { 0 };
	struct xsip_count count = make_count(XT_SIP_USERS);
	u32 i;

	(void)state;
	assert_false(is_set(cells, &count));
	for (i = 0; i < 4; i++)
		assert_int_equal(xsip_count_charge(cells, &count,
						   SIP_KIND_USERS,
						   (i / 2) << 30), false);
	assert_true(xsip_count_charge(cells, &count, SIP_KIND_USERS, 3U << 30));
	assert_true(is_set(cells, &count));
	fake.seconds += HOUR - 1;
	assert_true(is_set(cells, &count));
	fake.seconds += 2 * HOUR + 2;
	assert_false(is_set(cells, &count));
}

/* Neither kind reads or writes the other's cells; one that is set is enough. */
static void test_together(void **state)
{
	static const enum xsip_kind_id ids[] = {
		SIP_KIND_RATE, SIP_KIND_USERS
	};
	struct xsip_count count = make_count(XT_SIP_RATE | XT_SIP_USERS);
	u32 i, j, own;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		atomic64_t cells[SIP_SKETCH_WORDS + 1] = { 0 };

		assert_false(is_set(cells, &count));
		xsip_count_charge(cells, &count, ids[i], 1U << 30);
		assert_true(is_set(cells, &count));
		for (j = 0; j < ARRAY_SIZE(cells); j++) {
			own = ids[i] == SIP_KIND_RATE ?
				j == SIP_SKETCH_WORDS : j < SIP_SKETCH_WORDS;
			assert_true(own || !atomic64_read(&cells[j]));
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
