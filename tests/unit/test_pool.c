// SPDX-License-Identifier: GPL-2.0
/*
 * sip_pool: chunks of all sizes, who is drawn at random and what a walk sees,
 * in a fake kernel (fake/fake.h) where a chunk is a heap block of its own, so
 * that ASan sees who goes astray.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip_pool.c"

#define CHUNKS	9
#define DRAWS	(CHUNKS * 4000)

/* A pool, and its entries in use in the order in which they were taken. */
struct house {
	struct sip_pool pool;
	struct sip_source *taken[40000];
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

/* How often each entry in use is picked from what is drawn, in 10,000ths. */
static void draw(struct house *house, u32 *hits)
{
	struct sip_source *some;
	u32 count, i, draws;

	for (draws = 0; draws < DRAWS; draws++) {
		some = sip_pool_random(&house->pool, &count);
		assert_non_null(some);
		for (i = 0; i < count; i++)
			if (some[i].id)
				hits[some[i].id - 1] += 10000 / count;
	}
}

/* Each entry in use is as often drawn as any other, one in @part aside. */
static void expect_even(struct house *house, u32 part)
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
	if (!least || most - least > most / part)
		fail_msg("an entry is drawn %u times, another %u", least, most);
}

/* A walk sees each entry in use once, and no other. */
static void expect_walk(struct house *house)
{
	u8 *seen = calloc(house->count, 1);
	struct sip_source *s;
	loff_t pos = 0, last = -1;
	u32 i;

	assert_non_null(seen);
	rcu_read_lock();
	for (; (s = sip_pool_at(&house->pool, &pos)); pos++) {
		assert_true(pos > last);
		last = pos;
		assert_in_range(s->id, 1, house->count);
		assert_ptr_equal(house->taken[s->id - 1], s);
		assert_int_equal(seen[s->id - 1]++, 0);
	}
	rcu_read_unlock();
	for (i = 0; i < house->count; i++)
		assert_int_equal(seen[i], !!house->taken[i]);
	free(seen);
}

/* Chunks that went leave the others equal, whichever they were. */
static void test_gone(void **state)
{
	static const struct {
		u32 first;
		u32 end;
	} rows[] = { { 0, 0 }, { 3, 4 }, { 0, 3 }, { 7, 8 }, { 4, 7 } };
	struct house *house = *state;
	u32 i;

	fill(house, CHUNKS * CHUNK_SOURCES);
	assert_int_equal(house->pool.count, CHUNKS);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		give(house, rows[i].first * CHUNK_SOURCES,
		     rows[i].end * CHUNK_SOURCES);
		sip_pool_trim(&house->pool);
		expect_even(house, 10);
		expect_walk(house);
	}
	assert_int_equal(house->pool.count, 1);
}

/* Where there are only single pages, they do; mixed with whole chunks. */
static void test_pages(void **state)
{
	static const struct {
		u32 pieces;
		u32 pages;
	} rows[] = { { 0, 0 }, { 0, 1 }, { 0, 9 }, { 2, 9 }, { 1, 0 } };
	struct house *house;
	u32 i, size;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		make_house((void **)&house);
		fake.pieces_left = rows[i].pieces;
		fake.pages_left = rows[i].pages;
		size = rows[i].pieces * CHUNK_SOURCES +
			rows[i].pages * SOURCES_IN(PAGE_SIZE);
		fill(house, size);
		assert_null(sip_pool_take(&house->pool));
		if (size)
			expect_even(house, 5);
		expect_walk(house);
		/* Every other one, then all, in another order. */
		give(house, size / 2, size);
		expect_walk(house);
		fake.pieces_left = 0;
		give(house, 0, size / 2);
		sip_pool_trim(&house->pool);
		assert_int_equal(house->pool.count, !!size);
		leave_house((void **)&house);
		fake.pieces_left = ~0U;
		fake.pages_left = ~0U;
	}
}

/* After pages had to do, the worker gets one whole chunk, as soon as it can. */
static void test_refill(void **state)
{
	struct house *house = *state;

	fill(house, 1);
	sip_pool_refill(&house->pool);
	assert_int_equal(house->pool.count, 1);
	fake.pieces_left = 0;
	fill(house, CHUNK_SOURCES + 1);
	sip_pool_refill(&house->pool);
	assert_int_equal(house->pool.count, 2);
	fake.pieces_left = ~0U;
	sip_pool_refill(&house->pool);
	sip_pool_refill(&house->pool);
	assert_int_equal(house->pool.count, 3);
	fake.pieces_left = 0;
	fake.pages_left = 0;
	fill(house, CHUNK_SOURCES + SOURCES_IN(PAGE_SIZE) + CHUNK_SOURCES);
	fake.pieces_left = ~0U;
	fake.pages_left = ~0U;
}

/* Pinned entries are not shown, and to find none does not take long. */
static void test_pinned(void **state)
{
	struct house *house = *state;
	struct sip_source *some;
	u32 i, count, looks;

	fake.pieces_left = 3;
	fill(house, 3 * CHUNK_SOURCES + 1000 * SOURCES_IN(PAGE_SIZE));
	fake.pieces_left = ~0U;
	for (i = 0; i < house->count; i++)
		sip_pool_pin(house->taken[i], 1);
	looks = fake.looks;
	assert_null(sip_pool_random(&house->pool, &count));
	assert_true(fake.looks - looks <= 64);
	for (i = 0; i < house->count; i++)
		if (i != CHUNK_SOURCES)
			sip_pool_pin(house->taken[i], -1);
	for (i = 0; i < 1000; i++) {
		some = sip_pool_random(&house->pool, &count);
		assert_non_null(some);
		assert_in_range(count, 1, CHUNK_SOURCES);
	}
}

/*
 * Nobody looks at more than a chunk without giving others the processor:
 * however few entries are in use, whoever walks, and where trimming goes.
 */
static void test_naps(void **state)
{
	static const u32 left[] = { 1, 7, CHUNK_SOURCES, 0 };
	struct house *house = *state;
	u32 i, j, chunks = 60;
	unsigned int naps;

	for (i = 0; i < ARRAY_SIZE(left); i++) {
		fill(house, chunks * CHUNK_SOURCES);
		for (j = 0; j < chunks; j++)
			give(house, j * CHUNK_SOURCES + left[i],
			     (j + 1) * CHUNK_SOURCES);
		naps = fake.naps;
		expect_walk(house);
		assert_true(fake.naps - naps >= chunks);
		naps = fake.naps;
		for (j = 0; j < chunks; j++)
			give(house, j * CHUNK_SOURCES,
			     j * CHUNK_SOURCES + left[i]);
		sip_pool_trim(&house->pool);
		assert_true(fake.naps - naps >= chunks - 1);
		assert_int_equal(house->pool.count, 1);
		house->count = 0;
	}
}

/* A walk goes over chunks without entries in use, not through them. */
static void test_empty(void **state)
{
	struct house *house = *state;
	struct chunk *chunk;

	fill(house, 3 * CHUNK_SOURCES);
	give(house, 0, 2 * CHUNK_SOURCES);
	chunk = chunk_of(house->taken[2 * CHUNK_SOURCES]);
	chunk = xa_load(&house->pool.chunks, chunk->index - 1);
	chunk->source[7].id = 1;	/* never looked at */
	expect_walk(house);
	chunk->source[7].id = 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_gone, make_house,
						leave_house),
		cmocka_unit_test(test_pages),
		cmocka_unit_test_setup_teardown(test_refill, make_house,
						leave_house),
		cmocka_unit_test_setup_teardown(test_pinned, make_house,
						leave_house),
		cmocka_unit_test_setup_teardown(test_naps, make_house,
						leave_house),
		cmocka_unit_test_setup_teardown(test_empty, make_house,
						leave_house),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
