/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Remembers hashes for some minutes in a table of constant size: the filter of
 * sip/bloom.h, whose minutes may be longer here.
 *
 * A hash that was never added may be found by chance; one that was added is
 * always found. xsip_memory_knows() is wrong less often, as it finds nothing in
 * words that are nearly full; a caller may also keep two hashes of a thing.
 *
 * Locking: none; words are atomic. Who frees a memory waits for its readers.
 */
#ifndef _XSIP_MEMORY_H
#define _XSIP_MEMORY_H

#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/siphash.h>

/**
 * struct xsip_memory - a memory
 * @mask: number of places less one
 * @minutes: a hash is remembered for so many minutes, and less than twice as
 *	     many
 * @secret: of the hashes, for its user
 * @rcu: packets may still read it when it is freed
 * @word: two for each place
 */
struct xsip_memory {
	u32 mask;
	u32 minutes;
	hsiphash_key_t secret;
	struct rcu_head rcu;
	atomic64_t word[];
};

/**
 * xsip_memory_make() - make a memory, empty
 * @places: a power of two, at most 65536
 * @minutes: see struct xsip_memory
 *
 * May sleep. The caller's cgroup pays. To be freed with kvfree().
 *
 * Return: the memory, or NULL.
 */
struct xsip_memory *xsip_memory_make(u32 places, u32 minutes);

/**
 * xsip_memory_bytes() - how large a memory is
 * @memory: the memory, or NULL
 *
 * Return: bytes.
 */
size_t xsip_memory_bytes(const struct xsip_memory *memory);

/**
 * xsip_memory_prefetch() - start loading what xsip_memory_add() changes
 * @memory: the memory
 * @hash: the hash
 */
void xsip_memory_prefetch(struct xsip_memory *memory, u32 hash);

/**
 * xsip_memory_add() - remember a hash
 * @memory: the memory
 * @hash: the hash; one that is remembered changes nothing, and writes nothing
 */
void xsip_memory_add(struct xsip_memory *memory, u32 hash);

/**
 * xsip_memory_holds() - is a hash remembered?
 * @memory: the memory
 * @hash: the hash
 *
 * Return: whether it is, or looks so.
 */
bool xsip_memory_holds(struct xsip_memory *memory, u32 hash);

/**
 * xsip_memory_knows() - is a hash remembered where few others are?
 * @memory: the memory
 * @hash: the hash
 *
 * Return: whether it is.
 */
bool xsip_memory_knows(struct xsip_memory *memory, u32 hash);

#endif /* _XSIP_MEMORY_H */
