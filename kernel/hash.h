/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hash of a network namespace, which finds sources by their keys.
 *
 * All sources of a namespace are in one hash, whatever their table. One bit for
 * each bucket tells whether it holds anybody but strangers, so that for most
 * packets "is it banned?" reads a bit of a few KiB instead of one of many
 * sources.
 *
 * A chain is linked in one direction, which saves 8 bytes a source, and ends
 * with the number of its bucket instead of a pointer: who reads it can tell
 * whether an entry under him went to another chain.
 *
 * Locking: "packet path" functions run under rcu_read_lock() with BH disabled
 * and take no lock. Chains change under the lock of their bucket. The other
 * functions may sleep.
 */
#ifndef _XSIP_HASH_H
#define _XSIP_HASH_H

#include <linux/prefetch.h>
#include <linux/spinlock.h>

#include "key.h"
#include "source.h"

#define SIP_LOCKS	32

struct xsip_lock {
	spinlock_t lock;
} ____cacheline_aligned_in_smp;

/**
 * struct xsip_hash - a hash of sources; constant, but for chains and bits
 * @buckets: heads of the chains; NULL until xsip_hash_open()
 * @marks: a bit for each bucket: some source in it is no stranger
 * @locks: of bucket i: lock i % SIP_LOCKS
 * @mask: number of buckets less one
 * @secret: key of the hash function
 */
struct xsip_hash {
	struct xsip_source __rcu **buckets;
	unsigned long *marks;
	struct xsip_lock *locks;
	u32 mask;
	hsiphash_key_t secret;
};

/**
 * xsip_hash_open() - allocate a hash
 * @hash: the hash, all zero
 * @sources: how many it is made for
 *
 * The caller's cgroup pays.
 *
 * Return: 0 or -ENOMEM.
 */
int xsip_hash_open(struct xsip_hash *hash, u32 sources);

/**
 * xsip_hash_close() - free a hash
 * @hash: the hash, open or not, which nobody else can reach
 */
void xsip_hash_close(struct xsip_hash *hash);

/**
 * xsip_hash_lock() - the lock of a bucket
 * @hash: the hash
 * @value: hash of a key in it
 *
 * Return: the lock.
 */
static inline spinlock_t *xsip_hash_lock(const struct xsip_hash *hash,
					 u32 value)
{
	return &hash->locks[value % SIP_LOCKS].lock;
}

/**
 * xsip_hash_add() - add a source
 * @hash: the hash
 * @source: the source, not hashed
 * @value: hash of its key; the lock of its bucket is held
 */
void xsip_hash_add(struct xsip_hash *hash, struct xsip_source *source,
		   u32 value);

/**
 * xsip_hash_remove() - take a source out of its chain
 * @hash: the hash
 * @source: the source, hashed
 * @value: hash of its key; the lock of its bucket is held
 *
 * Readers may stand on it: it leads them on to the rest of the chain.
 */
void xsip_hash_remove(struct xsip_hash *hash, struct xsip_source *source,
		      u32 value);

/**
 * xsip_hash_find() - find a source
 * @hash: the hash
 * @key: the source
 * @generation: generation of the entry when it was found
 *
 * Packet path. The entry may become another source at any time; it has another
 * generation then.
 *
 * Return: its entry, or NULL.
 */
struct xsip_source *xsip_hash_find(const struct xsip_hash *hash,
				   const struct xsip_key *key, u16 *generation);

/**
 * xsip_hash_mark() - after the standing of a source in a bucket changed
 * @hash: the hash
 * @value: hash of its key; the lock of its bucket is held
 */
void xsip_hash_mark(struct xsip_hash *hash, u32 value);

/**
 * xsip_hash_marked() - may a source be anything but a stranger?
 * @hash: the hash
 * @key: the source
 *
 * Packet path. Reads a bit that is likely in the CPU's cache, where the bucket
 * and the source, one of very many, are not.
 *
 * Return: false if it is one.
 */
static inline bool xsip_hash_marked(const struct xsip_hash *hash,
				    const struct xsip_key *key)
{
	return test_bit(key->hash & hash->mask, hash->marks);
}

/**
 * xsip_hash_prefetch() - start loading the bucket of a source
 * @hash: the hash
 * @key: the source
 */
static inline void xsip_hash_prefetch(const struct xsip_hash *hash,
				      const struct xsip_key *key)
{
	prefetch(&hash->buckets[key->hash & hash->mask]);
}

/**
 * xsip_hash_prefetch_source() - start loading a source
 * @hash: the hash
 * @key: the source; its bucket was prefetched a while ago
 */
static inline void xsip_hash_prefetch_source(const struct xsip_hash *hash,
					     const struct xsip_key *key)
{
	const void *first = rcu_access_pointer(hash->buckets[key->hash &
							     hash->mask]);

	/* Only prefetched, never dereferenced: a chain may end here. */
	prefetch(first);
	prefetch(first + offsetof(struct xsip_source, cell));
}

#endif /* _XSIP_HASH_H */
