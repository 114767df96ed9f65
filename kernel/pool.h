/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pool: memory of the sources of a network namespace.
 *
 * Entries lie in chunks of 32 KiB. A chunk is added when no entry is free;
 * where 32 contiguous KiB are not to be had it is a page. A caller that takes
 * an entry owns it until it gives the entry back. Readers may still look at it
 * then, under RCU: a chunk is freed after a grace period. The cgroup that
 * opened the pool pays.
 *
 * It is no kmem_cache because an eviction needs an entry at random
 * (xsip_pool_random()), and a kmem_cache has none to give. A list of all
 * entries instead would be 16 bytes more of each, and a lock that all CPUs
 * take for each new source. An eviction costs some 300 ns (bench/RESULTS.md:
 * a new source in a full table, less one where there is room).
 *
 * Locking: a spinlock of its own, innermost. "Packet path" functions may be
 * called with BH disabled, the others may sleep.
 */
#ifndef _XSIP_POOL_H
#define _XSIP_POOL_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>

#include "source.h"

/**
 * struct xsip_pool - a pool of entries
 * @lock: free lists and @count
 * @count: number of chunks; written under @lock
 * @scattered: a page had to do since the last xsip_pool_refill()
 * @avail: chunks with entries in use and free ones
 * @empty: chunks with free entries only
 * @chunks: all chunks, each where it stays; read under RCU
 * @ranks: the same from 0 to @count - 1, without gaps; written under @lock,
 * read under RCU
 * @memcg: the cgroup that pays; NULL is the root one
 */
struct xsip_pool {
	spinlock_t lock;
	u32 count;
	bool scattered;
	struct list_head avail;
	struct list_head empty;
	struct xarray chunks;
	struct xarray ranks;
	struct mem_cgroup *memcg;
};

/**
 * xsip_pool_init() - make a pool without any memory
 * @pool: the pool, all zero
 */
void xsip_pool_init(struct xsip_pool *pool);

/**
 * xsip_pool_open() - the caller's cgroup pays from now on
 * @pool: the pool, not yet opened
 */
void xsip_pool_open(struct xsip_pool *pool);

/**
 * xsip_pool_close() - free all memory
 * @pool: the pool, which nobody else can reach
 */
void xsip_pool_close(struct xsip_pool *pool);

/**
 * xsip_pool_trim() - free chunks without an entry in use, all but one
 * @pool: the pool; one caller at a time
 *
 * May sleep.
 */
void xsip_pool_trim(struct xsip_pool *pool);

/**
 * xsip_pool_refill() - if memory came in pages only, get a whole chunk
 * @pool: the pool; one caller at a time
 *
 * May wait for memory to be made contiguous, which the packet path cannot.
 */
void xsip_pool_refill(struct xsip_pool *pool);

/**
 * xsip_pool_take() - take a free entry
 * @pool: the pool
 *
 * Packet path. The entry is as it was given back, or zero.
 *
 * Return: the entry, its id 0, or NULL if there is no memory.
 */
struct xsip_source *xsip_pool_take(struct xsip_pool *pool);

/**
 * xsip_pool_give() - give an entry back
 * @pool: the pool
 * @source: the entry, its id 0
 *
 * Packet path.
 */
void xsip_pool_give(struct xsip_pool *pool, struct xsip_source *source);

/**
 * xsip_pool_pin() - keep xsip_pool_random() from choosing an entry, or no
 * longer
 * @source: an entry in use
 * @change: 1 or -1
 *
 * Packet path. Callers serialise.
 */
void xsip_pool_pin(const struct xsip_source *source, int change);

/**
 * xsip_pool_random() - look at some entries, one of them in use and not pinned
 * @pool: the pool
 * @count: how many they are
 *
 * Packet path, under rcu_read_lock().
 *
 * Return: an array of entries, free and pinned ones among them, or NULL if
 * there are no such entries, or they are too hard to find. In chunks of all
 * sizes each of them is about as likely as any other.
 */
struct xsip_source *xsip_pool_random(struct xsip_pool *pool, u32 *count);

/**
 * xsip_pool_at() - walk all entries in use
 * @pool: the pool
 * @pos: where to go on, 0 at first; becomes the entry's own position
 *
 * Under rcu_read_lock(), once, which it gives up between two chunks and takes
 * again: every few hundred entries others get the processor, whatever the
 * kernel thinks of preemption, and nothing that was found before is valid. What
 * is added or goes meanwhile may be missed, what stays is seen exactly once.
 *
 * Return: the entry at @pos or the next one, NULL if there is none.
 */
struct xsip_source *xsip_pool_at(struct xsip_pool *pool, loff_t *pos);

#endif /* _XSIP_POOL_H */
