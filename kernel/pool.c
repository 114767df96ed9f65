// SPDX-License-Identifier: GPL-2.0
/* Gives out entries from chunks, and chooses random ones to evict. */
#include <linux/gfp.h>
#include <linux/math64.h>
#include <linux/memcontrol.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include "pool.h"

#define CHUNK_SIZE	(PAGE_SIZE > 32768 ? PAGE_SIZE : 32768)
#define CHUNK_ORDER	get_order(CHUNK_SIZE)
#define SOURCES_IN(size)						\
	((u32)(((size) - sizeof(struct chunk)) / sizeof(struct xsip_source)))
#define CHUNK_SOURCES	SOURCES_IN(CHUNK_SIZE)

/* Chunks that xsip_pool_random() looks at: random ones, then some in a row. */
#define LOOKS_RANDOM	32
#define LOOKS		64

/**
 * struct chunk - memory of sources, CHUNK_SIZE or a page, aligned to its size
 * @avail: in xsip_pool.avail or .empty while an entry is free
 * @free: free entries
 * @index: in xsip_pool.chunks
 * @rank: in xsip_pool.ranks; the pool's lock
 * @used: entries not free
 * @pinned: entries of these that are pinned; the callers' lock
 * @count: all entries; constant
 * @source: the entries, at most CHUNK_SOURCES
 */
struct chunk {
	struct list_head avail;
	struct xsip_source *free;
	u32 index;
	u32 rank;
	u32 used;
	u32 pinned;
	u32 count;
	struct xsip_source source[];
};

static u8 order_of(const struct xsip_source *s)
{
	return s->paged ? 0 : CHUNK_ORDER;
}

void xsip_pool_init(struct xsip_pool *pool)
{
	BUILD_BUG_ON(sizeof(struct xsip_source) > 112);
	spin_lock_init(&pool->lock);
	INIT_LIST_HEAD(&pool->avail);
	INIT_LIST_HEAD(&pool->empty);
	xa_init_flags(&pool->chunks, XA_FLAGS_ALLOC | XA_FLAGS_LOCK_BH |
				     XA_FLAGS_ACCOUNT);
	xa_init_flags(&pool->ranks, XA_FLAGS_LOCK_BH | XA_FLAGS_ACCOUNT);
}

void xsip_pool_open(struct xsip_pool *pool)
{
	pool->memcg = get_mem_cgroup_from_mm(current->mm);
}

static void free_chunk(struct chunk *chunk)
{
	free_pages((unsigned long)chunk, order_of(&chunk->source[0]));
}

void xsip_pool_close(struct xsip_pool *pool)
{
	struct chunk *chunk;
	unsigned long index;

	xa_for_each(&pool->chunks, index, chunk) {
		free_chunk(chunk);
		cond_resched();
	}
	xa_destroy(&pool->chunks);
	xa_destroy(&pool->ranks);
	if (pool->memcg)
		mem_cgroup_put(pool->memcg);
}

static struct chunk *chunk_of(const struct xsip_source *s)
{
	return (struct chunk *)((unsigned long)s &
				~((PAGE_SIZE << order_of(s)) - 1));
}

static struct chunk *make_chunk(u8 order, gfp_t gfp)
{
	struct chunk *chunk;
	u32 i;

	chunk = (struct chunk *)__get_free_pages(gfp | __GFP_ZERO, order);
	if (!chunk)
		return NULL;
	chunk->count = SOURCES_IN(PAGE_SIZE << order);
	for (i = chunk->count; i--; ) {
		chunk->source[i].paged = !order;
		chunk->source[i].next_free = chunk->free;
		chunk->free = &chunk->source[i];
	}
	return chunk;
}

/*
 * Make a chunk known. All that can fail is done before any reader can see it,
 * as he might still look at it when it is freed.
 */
static bool publish(struct xsip_pool *pool, struct chunk *chunk)
{
	gfp_t gfp = GFP_ATOMIC | __GFP_ACCOUNT | __GFP_NOWARN;
	bool ok;

	spin_lock_bh(&pool->lock);
	chunk->rank = pool->count;
	ok = !xa_reserve(&pool->ranks, chunk->rank, gfp);
	if (ok && xa_alloc(&pool->chunks, &chunk->index, chunk, xa_limit_31b,
			   gfp)) {
		xa_release(&pool->ranks, chunk->rank);
		ok = false;
	}
	if (ok) {
		xa_store(&pool->ranks, chunk->rank, chunk, gfp);
		list_add_tail(&chunk->avail, &pool->empty);
		WRITE_ONCE(pool->count, pool->count + 1);
	}
	spin_unlock_bh(&pool->lock);
	return ok;
}

/* Whoever opened the pool pays. */
static bool add_chunk(struct xsip_pool *pool, u8 order, gfp_t gfp)
{
	struct mem_cgroup *old = set_active_memcg(pool->memcg);
	struct chunk *chunk = make_chunk(order, gfp | __GFP_ACCOUNT |
						__GFP_NOWARN);
	bool added = chunk && publish(pool, chunk);

	set_active_memcg(old);
	if (chunk && !added)
		free_chunk(chunk);
	return added;
}

/*
 * Packet path, so it must not sleep, and nobody makes free pages contiguous
 * for it. A host that has run for long may have only single ones.
 */
static bool grow(struct xsip_pool *pool)
{
	if (add_chunk(pool, CHUNK_ORDER, GFP_ATOMIC))
		return true;
	if (!CHUNK_ORDER || !add_chunk(pool, 0, GFP_ATOMIC))
		return false;
	WRITE_ONCE(pool->scattered, true);
	return true;
}

void xsip_pool_refill(struct xsip_pool *pool)
{
	if (READ_ONCE(pool->scattered) &&
	    add_chunk(pool, CHUNK_ORDER, GFP_KERNEL | __GFP_NORETRY))
		WRITE_ONCE(pool->scattered, false);
}

/* A free entry of the chunks there are. */
static struct xsip_source *take_free(struct xsip_pool *pool)
{
	struct xsip_source *s = NULL;
	struct chunk *chunk;

	spin_lock_bh(&pool->lock);
	chunk = list_first_entry_or_null(&pool->avail, struct chunk, avail);
	if (!chunk)
		chunk = list_first_entry_or_null(&pool->empty, struct chunk,
						 avail);
	if (chunk) {
		s = chunk->free;
		chunk->free = s->next_free;
		WRITE_ONCE(chunk->used, chunk->used + 1);
		if (!chunk->free)
			list_del_init(&chunk->avail);
		else if (chunk->used == 1)
			list_move_tail(&chunk->avail, &pool->avail);
	}
	spin_unlock_bh(&pool->lock);
	return s;
}

void xsip_pool_give(struct xsip_pool *pool, struct xsip_source *s)
{
	struct chunk *chunk = chunk_of(s);

	spin_lock_bh(&pool->lock);
	WRITE_ONCE(chunk->used, chunk->used - 1);
	if (!chunk->used)
		list_move_tail(&chunk->avail, &pool->empty);
	else if (!chunk->free)
		list_add_tail(&chunk->avail, &pool->avail);
	s->next_free = chunk->free;
	chunk->free = s;
	spin_unlock_bh(&pool->lock);
}

struct xsip_source *xsip_pool_take(struct xsip_pool *pool)
{
	struct xsip_source *s = take_free(pool);

	if (!s && grow(pool))
		s = take_free(pool);
	return s;
}

/* Hide a chunk; the last one takes its rank. Needs no memory. */
static void withdraw(struct xsip_pool *pool, struct chunk *chunk)
{
	struct chunk *last = xa_load(&pool->ranks, pool->count - 1);

	list_del_init(&chunk->avail);
	WRITE_ONCE(pool->count, pool->count - 1);
	xa_store(&pool->ranks, chunk->rank, last, GFP_ATOMIC);
	last->rank = chunk->rank;
	xa_erase(&pool->ranks, pool->count);
	xa_erase(&pool->chunks, chunk->index);
}

/* A chunk without entries in use, withdrawn; NULL if there is none to spare. */
static struct chunk *take_empty(struct xsip_pool *pool)
{
	struct chunk *chunk = NULL;

	spin_lock_bh(&pool->lock);
	if (pool->count > 1)
		chunk = list_first_entry_or_null(&pool->empty, struct chunk,
						 avail);
	if (chunk)
		withdraw(pool, chunk);
	spin_unlock_bh(&pool->lock);
	return chunk;
}

void xsip_pool_trim(struct xsip_pool *pool)
{
	struct chunk *chunk, *next;
	LIST_HEAD(gone);

	while ((chunk = take_empty(pool))) {
		list_add(&chunk->avail, &gone);
		cond_resched();
	}
	if (list_empty(&gone))
		return;
	synchronize_rcu();
	list_for_each_entry_safe(chunk, next, &gone, avail) {
		free_chunk(chunk);
		cond_resched();
	}
}

void xsip_pool_pin(const struct xsip_source *s, int change)
{
	struct chunk *chunk = chunk_of(s);

	WRITE_ONCE(chunk->pinned, chunk->pinned + change);
}

/* The next rank to look at, one of @count. */
static u32 next_rank(u32 rank, u32 count, int look)
{
	if (look < LOOKS_RANDOM)
		return get_random_u32_below(count);
	return rank + 1 < count ? rank + 1 : 0;
}

/*
 * Is there an entry to show? A small chunk that was drawn is put back as often
 * as it has fewer entries, else each of them would go first.
 */
static bool shows(const struct chunk *chunk, bool drawn)
{
	return READ_ONCE(chunk->used) > READ_ONCE(chunk->pinned) &&
		(!drawn || chunk->count == CHUNK_SOURCES ||
		 get_random_u32_below(CHUNK_SOURCES) < chunk->count);
}

struct xsip_source *xsip_pool_random(struct xsip_pool *pool, u32 *count)
{
	struct chunk *chunk;
	u32 chunks, rank = 0;
	int i;

	for (i = 0; i < LOOKS; i++) {
		chunks = READ_ONCE(pool->count);
		if (!chunks)
			break;
		rank = next_rank(rank, chunks, i);
		/* None if it goes at this moment. */
		chunk = xa_load(&pool->ranks, rank);
		if (!chunk || !shows(chunk, i < LOOKS_RANDOM))
			continue;
		*count = chunk->count;
		return chunk->source;
	}
	return NULL;
}

/* The first entry in use from @slot on, or NULL. */
static struct xsip_source *in_use(struct chunk *chunk, u32 slot)
{
	if (!READ_ONCE(chunk->used))
		return NULL;
	for (; slot < chunk->count; slot++)
		if (READ_ONCE(chunk->source[slot].id))
			return &chunk->source[slot];
	return NULL;
}

/* Others get the processor; what was found under RCU is no longer valid. */
static void breathe(void)
	__must_hold(RCU)
{
	rcu_read_unlock();
	cond_resched();
	rcu_read_lock();
}

struct xsip_source *xsip_pool_at(struct xsip_pool *pool, loff_t *pos)
	__must_hold(RCU)
{
	u32 slot;
	unsigned long index = div_u64_rem(*pos, CHUNK_SOURCES, &slot);
	unsigned long wanted = index;
	struct xsip_source *s;
	struct chunk *chunk;

	for (;; index++, slot = 0) {
		if (!slot)
			breathe();
		chunk = xa_find(&pool->chunks, &index, ULONG_MAX, XA_PRESENT);
		if (!chunk)
			return NULL;
		s = in_use(chunk, index == wanted ? slot : 0);
		if (s)
			break;
	}
	*pos = (loff_t)index * CHUNK_SOURCES + (s - chunk->source);
	return s;
}
