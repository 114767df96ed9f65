/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_pool: the memory of a namespace's sources.
 *
 * Entries come from chunks of 32 KiB that are added when the free ones run
 * out, and go back to their chunk. Where so much is not to be had in one piece,
 * a chunk is a page. Whoever takes an entry owns it until he
 * gives it back; readers may still look at it then, under RCU: a chunk is
 * freed after all of them are gone. The cgroup that opened the pool pays.
 *
 * Locking: a spinlock of its own, innermost. "Packet path" functions may be
 * called with BH disabled, the others may sleep.
 */
#ifndef _SIP_POOL_H
#define _SIP_POOL_H

#include <linux/atomic.h>
#include <linux/list_nulls.h>
#include <linux/netfilter.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>

#define SIP_WORDS	8	/* words of counts in an entry */

/**
 * struct sip_source - one source; 112 bytes, 104 where pointers have 32 bits,
 * so that memory per source stays below 128 with everything counted. A table
 * with more counting rules than fit one entry has further ones for a source, in
 * other banks.
 * @node: chain of its bucket
 * @addr: as in struct sip_key
 * @next_free: next in its chunk's list, while the entry is free
 * @table: as in struct sip_key; 0 while the entry is free
 * @family: as in struct sip_key
 * @prefix: as in struct sip_key
 * @bank: as in struct sip_key
 * @id: these four in one; never 0 in an entry that is in use
 * @tool: enum sip_tool that --scanner recognised, 0 if none
 * @generation: changes whenever the entry stops being this source
 * @order: of the pages of its chunk; constant
 * @by_hand: who set the ban is no rule
 * @seen: second of its last packet that counted
 * @ban: second in which its ban ends, 0 if it has none
 * @word: the counts, one or more words for each counting rule of the table
 */
struct sip_source {
	struct hlist_nulls_node node;
	union {
		union nf_inet_addr addr;
		struct sip_source *next_free;
	};
	union {
		struct {
			u8 table;
			u8 family;
			u8 prefix;
			u8 bank;
		};
		u32 id;
	};
	u16 generation;
	u8 tool;
	u8 order : 4;
	u8 by_hand : 1;
	u32 seen;
	u32 ban;
	atomic64_t word[SIP_WORDS];
};

/**
 * struct sip_pool - a pool of entries
 * @lock: free lists and @count
 * @count: number of chunks; written under @lock
 * @scattered: a page had to do since the last sip_pool_refill()
 * @avail: chunks with entries in use and free ones
 * @empty: chunks with free entries only
 * @chunks: all chunks, each where it stays; read under RCU
 * @ranks: the same from 0 to @count - 1, without gaps; written under @lock,
 * read under RCU
 * @memcg: the cgroup that pays; NULL is the root one
 */
struct sip_pool {
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
 * sip_pool_init() - make a pool without any memory
 * @pool: the pool, all zero
 */
void sip_pool_init(struct sip_pool *pool);

/**
 * sip_pool_open() - the caller's cgroup pays from now on
 * @pool: the pool, not yet opened
 */
void sip_pool_open(struct sip_pool *pool);

/**
 * sip_pool_close() - free all memory
 * @pool: the pool, which nobody else can reach
 */
void sip_pool_close(struct sip_pool *pool);

/**
 * sip_pool_trim() - free chunks without an entry in use, all but one
 * @pool: the pool; one caller at a time
 *
 * May sleep.
 */
void sip_pool_trim(struct sip_pool *pool);

/**
 * sip_pool_refill() - if memory came in pages only, get a whole chunk
 * @pool: the pool; one caller at a time
 *
 * May wait for memory to be made contiguous, which the packet path cannot.
 */
void sip_pool_refill(struct sip_pool *pool);

/**
 * sip_pool_take() - take a free entry
 * @pool: the pool
 *
 * Packet path. The entry is as it was given back, or zero.
 *
 * Return: the entry, its id 0, or NULL if there is no memory.
 */
struct sip_source *sip_pool_take(struct sip_pool *pool);

/**
 * sip_pool_give() - give an entry back
 * @pool: the pool
 * @source: the entry, its id 0
 *
 * Packet path.
 */
void sip_pool_give(struct sip_pool *pool, struct sip_source *source);

/**
 * sip_pool_pin() - sip_pool_random() need not show an entry, or may again
 * @source: an entry in use
 * @change: 1 or -1
 *
 * Packet path; a lock of the callers' lets one in at a time.
 */
void sip_pool_pin(const struct sip_source *source, int change);

/**
 * sip_pool_random() - look at some entries, one of them in use and not pinned
 * @pool: the pool
 * @count: how many they are
 *
 * Packet path, under rcu_read_lock().
 *
 * Return: an array of entries, free and pinned ones among them, or NULL if
 * there are no such entries, or they are too hard to find. In chunks of all
 * sizes each of them is about as likely as any other.
 */
struct sip_source *sip_pool_random(struct sip_pool *pool, u32 *count);

/**
 * sip_pool_at() - walk all entries in use
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
struct sip_source *sip_pool_at(struct sip_pool *pool, loff_t *pos);

#endif /* _SIP_POOL_H */
