// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_pool: chunks of all sizes, random victims and walks. In the fake
 * kernel of fake/fake.h a chunk is a heap block of its own, so that ASan
 * reports every access outside of one.
 */
#include "test.h"

#include "pool.c"

#define CHUNKS	9
#define DRAWS	(CHUNKS * 4000)

/* A pool, and its entries in use in the order in which they were taken. */
struct fixture {
	struct xsip_pool pool;
	struct xsip_source *taken[40000];
	u32 count;
};

static void fill(struct fixture *fx, u32 count)
{
	struct xsip_source *s;

	while (fx->count < count) {
		s = xsip_pool_take(&fx->pool);
		assert_non_null(s);
		assert_int_equal(s->id, 0);
		fx->taken[fx->count++] = s;
		s->id = fx->count;
	}
}

static void give(struct fixture *fx, u32 first, u32 end)
{
	for (; first < end; first++) {
		fx->taken[first]->id = 0;
		xsip_pool_give(&fx->pool, fx->taken[first]);
		fx->taken[first] = NULL;
	}
}

static struct fixture *set_up(void)
{
	struct fixture *fx = calloc(1, sizeof(*fx));

	assert_non_null(fx);
	xsip_pool_init(&fx->pool);
	xsip_pool_open(&fx->pool);
	fake.pieces_left = ~0U;
	fake.pages_left = ~0U;
	return fx;
}

static void tear_down(struct fixture **fx)
{
	xsip_pool_close(&(*fx)->pool);
	free(*fx);
}

#define __fixture	__attribute__((cleanup(tear_down)))

/* How often each entry in use is picked from what is drawn, in 10,000ths. */
static void draw(struct fixture *fx, u32 *hits)
{
	struct xsip_source *some;
	u32 count, i, draws;

	for (draws = 0; draws < DRAWS; draws++) {
		some = xsip_pool_random(&fx->pool, &count);
		assert_non_null(some);
		for (i = 0; i < count; i++)
			if (some[i].id)
				hits[some[i].id - 1] += 10000 / count;
	}
}

/* Each entry in use is as often drawn as any other, one in @part aside. */
static void expect_even(struct fixture *fx, u32 part)
{
	u32 *hits = calloc(fx->count, sizeof(*hits));
	u32 least = U32_MAX, most = 0, i;

	assert_non_null(hits);
	draw(fx, hits);
	for (i = 0; i < fx->count; i++) {
		if (!fx->taken[i])
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
static void expect_walk(struct fixture *fx)
{
	u8 *seen = calloc(fx->count, 1);
	struct xsip_source *s;
	loff_t pos = 0, last = -1;
	u32 i;

	assert_non_null(seen);
	rcu_read_lock();
	for (; (s = xsip_pool_at(&fx->pool, &pos)); pos++) {
		assert_true(pos > last);
		last = pos;
		assert_in_range(s->id, 1, fx->count);
		assert_ptr_equal(fx->taken[s->id - 1], s);
		assert_int_equal(seen[s->id - 1]++, 0);
	}
	rcu_read_unlock();
	for (i = 0; i < fx->count; i++)
		assert_int_equal(seen[i], !!fx->taken[i]);
	free(seen);
}

/* After chunks are freed the others are still drawn equally often. */
TEST(gone)
{
	static const struct {
		u32 first;
		u32 end;
	} rows[] = { { 0, 0 }, { 3, 4 }, { 0, 3 }, { 7, 8 }, { 4, 7 } };
	struct fixture *fx __fixture = set_up();

	fill(fx, CHUNKS * CHUNK_SOURCES);
	assert_int_equal(fx->pool.count, CHUNKS);
	for_each(row, rows) {
		give(fx, row->first * CHUNK_SOURCES, row->end * CHUNK_SOURCES);
		xsip_pool_trim(&fx->pool);
		expect_even(fx, 10);
		expect_walk(fx);
	}
	assert_int_equal(fx->pool.count, 1);
}

/* Single pages are used where there are no others, mixed with chunks. */
TEST(pages)
{
	static const struct {
		u32 pieces;
		u32 pages;
	} rows[] = { { 0, 0 }, { 0, 1 }, { 0, 9 }, { 2, 9 }, { 1, 0 } };
	u32 size;

	for_each(row, rows) {
		struct fixture *fx __fixture = set_up();

		fake.pieces_left = row->pieces;
		fake.pages_left = row->pages;
		size = row->pieces * CHUNK_SOURCES +
			row->pages * SOURCES_IN(PAGE_SIZE);
		fill(fx, size);
		assert_null(xsip_pool_take(&fx->pool));
		if (size)
			expect_even(fx, 5);
		expect_walk(fx);
		/* Every other one, then all, in another order. */
		give(fx, size / 2, size);
		expect_walk(fx);
		fake.pieces_left = 0;
		give(fx, 0, size / 2);
		xsip_pool_trim(&fx->pool);
		assert_int_equal(fx->pool.count, !!size);
	}
}

/* After single pages were used, the worker gets a whole chunk once it can. */
TEST(refill)
{
	struct fixture *fx __fixture = set_up();

	fill(fx, 1);
	xsip_pool_refill(&fx->pool);
	assert_int_equal(fx->pool.count, 1);
	fake.pieces_left = 0;
	fill(fx, CHUNK_SOURCES + 1);
	xsip_pool_refill(&fx->pool);
	assert_int_equal(fx->pool.count, 2);
	fake.pieces_left = ~0U;
	xsip_pool_refill(&fx->pool);
	xsip_pool_refill(&fx->pool);
	assert_int_equal(fx->pool.count, 3);
	fake.pieces_left = 0;
	fake.pages_left = 0;
	fill(fx, CHUNK_SOURCES + SOURCES_IN(PAGE_SIZE) + CHUNK_SOURCES);
}

/* Pinned entries are not shown, and to find none does not take long. */
TEST(pinned)
{
	struct fixture *fx __fixture = set_up();
	struct xsip_source *some;
	u32 i, count, looks;

	fake.pieces_left = 3;
	fill(fx, 3 * CHUNK_SOURCES + 1000 * SOURCES_IN(PAGE_SIZE));
	for (i = 0; i < fx->count; i++)
		xsip_pool_pin(fx->taken[i], 1);
	looks = fake.looks;
	assert_null(xsip_pool_random(&fx->pool, &count));
	assert_true(fake.looks - looks <= 64);
	for (i = 0; i < fx->count; i++)
		if (i != CHUNK_SOURCES)
			xsip_pool_pin(fx->taken[i], -1);
	for (i = 0; i < 1000; i++) {
		some = xsip_pool_random(&fx->pool, &count);
		assert_non_null(some);
		assert_in_range(count, 1, CHUNK_SOURCES);
	}
}

/*
 * No function visits more than a chunk without rescheduling:
 * however few entries are in use, whichever caller walks, and where trimming
 * goes.
 */
TEST(naps)
{
	static const u32 left[] = { 1, 7, CHUNK_SOURCES, 0 };
	struct fixture *fx __fixture = set_up();
	u32 i, j, chunks = 60;
	unsigned int naps;

	for (i = 0; i < ARRAY_SIZE(left); i++) {
		fill(fx, chunks * CHUNK_SOURCES);
		for (j = 0; j < chunks; j++)
			give(fx, j * CHUNK_SOURCES + left[i],
			     (j + 1) * CHUNK_SOURCES);
		naps = fake.naps;
		expect_walk(fx);
		assert_true(fake.naps - naps >= chunks);
		naps = fake.naps;
		for (j = 0; j < chunks; j++)
			give(fx, j * CHUNK_SOURCES,
			     j * CHUNK_SOURCES + left[i]);
		xsip_pool_trim(&fx->pool);
		assert_true(fake.naps - naps >= chunks - 1);
		assert_int_equal(fx->pool.count, 1);
		fx->count = 0;
	}
}

/* A walk goes over chunks without entries in use, not through them. */
TEST(empty)
{
	struct fixture *fx __fixture = set_up();
	struct chunk *chunk;

	fill(fx, 3 * CHUNK_SOURCES);
	give(fx, 0, 2 * CHUNK_SOURCES);
	chunk = chunk_of(fx->taken[2 * CHUNK_SOURCES]);
	chunk = xa_load(&fx->pool.chunks, chunk->index - 1);
	chunk->source[7].id = 1;	/* never looked at */
	expect_walk(fx);
	chunk->source[7].id = 0;
}
