// SPDX-License-Identifier: GPL-2.0
/*
 * sip_pool: which chunks are drawn at random, in a fake kernel (fake/fake.h)
 * where a chunk is a heap block of its own, so that ASan sees who goes astray.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip_pool.c"

#define CHUNKS	9
#define DRAWS	(CHUNKS * 2000)

/* A pool, and its entries in use in the order in which they were taken. */
struct house {
	struct sip_pool pool;
	struct sip_source *taken[CHUNKS * 300];
	u32 count;
};

static void fill(struct house *house, u32 count)
{
	struct sip_source *s;

	while (house->count < count) {
		s = sip_pool_take(&house->pool);
		assert_non_null(s);
		assert_int_equal(s->id, 0);
		house->taken[house->count++] = s;
		s->id = house->count;
	}
}

static void give(struct house *house, u32 first, u32 end)
{
	for (; first < end; first++) {
		house->taken[first]->id = 0;
		sip_pool_give(&house->pool, house->taken[first]);
		house->taken[first] = NULL;
	}
}

static int make_house(void **state)
{
	struct house *house = calloc(1, sizeof(*house));

	assert_non_null(house);
	sip_pool_init(&house->pool);
	sip_pool_open(&house->pool);
	*state = house;
	return 0;
}

static int leave_house(void **state)
{
	struct house *house = *state;

	sip_pool_close(&house->pool);
	free(house);
	return 0;
}

/* How often each entry that was taken is in what is drawn. */
static void draw(struct house *house, u32 *hits)
{
	struct sip_source *some;
	u32 count, i, draws;

	memset(hits, 0, house->count * sizeof(*hits));
	for (draws = 0; draws < DRAWS; draws++) {
		some = sip_pool_random(&house->pool, &count);
		assert_non_null(some);
		for (i = 0; i < house->count; i++)
			hits[i] += house->taken[i] >= some &&
				house->taken[i] < some + count;
	}
}

/* Each entry in use is as often drawn as any other, one in ten aside. */
static void expect_even(struct house *house)
{
	u32 *hits = calloc(house->count, sizeof(*hits));
	u32 least = U32_MAX, most = 0, i;

	assert_non_null(hits);
	draw(house, hits);
	for (i = 0; i < house->count; i++) {
		if (!house->taken[i])
			continue;
		if (hits[i] < least)
			least = hits[i];
		if (hits[i] > most)
			most = hits[i];
	}
	free(hits);
	if (!least || most - least > most / 10)
		fail_msg("an entry is drawn %u times, another %u", least, most);
}

/* Chunks that went leave the others equal, whichever they were. */
static void test_gone(void **state)
{
	static const struct {
		u32 first;
		u32 end;
	} rows[] = { { 0, 0 }, { 3, 4 }, { 0, 3 }, { 7, 8 }, { 4, 7 } };
	struct house *house = *state;
	u32 each, i;

	assert_null(sip_pool_random(&house->pool, &each));
	fill(house, CHUNKS * each);
	assert_int_equal(house->pool.count, CHUNKS);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		give(house, rows[i].first * each, rows[i].end * each);
		sip_pool_trim(&house->pool);
		expect_even(house);
	}
	assert_int_equal(house->pool.count, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_gone, make_house,
						leave_house),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
