/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_store: what there is in a network namespace, and the hash that finds it.
 *
 * The structures of namespaces, tables and counting rules; sources by their
 * keys. All sources of a namespace live in one hash, whatever their table. A
 * bit for each bucket tells whether it holds a ban, so that for most packets
 * "is it banned?" touches a few KiB in all and not one of many sources.
 *
 * Locking: "packet path" functions run under rcu_read_lock() with BH disabled
 * and take no lock. Chains change under the lock of their bucket. The others
 * may sleep.
 */
#ifndef _SIP_STORE_H
#define _SIP_STORE_H

#include <linux/atomic.h>
#include <linux/list_nulls.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/prefetch.h>
#include <linux/refcount.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "sip_info.h"
#include "sip_pool.h"
#include "sip_rate.h"
#include "sip_stats.h"
#include "sip_users.h"

#define SIP_LINGER	60	/* seconds that what rules leave is kept */
#define SIP_TABLES	64	/* per namespace; ids are 1 to SIP_TABLES */
#define SIP_LOCKS	32
#define SIP_BANKS	4	/* entries that a source may have in a table */
#define SIP_SLOTS	(SIP_BANKS * SIP_WORDS)

/* What names a source; the same bytes as in struct sip_source. */
struct sip_key {
	union nf_inet_addr addr;	/* masked; IPv4 leaves the rest zero */
	union {
		struct {
			u8 table;	/* its id */
			u8 family;	/* NFPROTO_IPV4 or NFPROTO_IPV6 */
			u8 prefix;	/* bits of addr that count */
			u8 bank;	/* 0, or that of a rule's count */
		};
		u32 id;			/* all of these */
	};
	u32 hash;
};

/**
 * struct sip_count - what a rule counts of each source
 * @flags: XT_SIP_RATE, XT_SIP_USERS or both
 * @rate: of --rate
 * @users: of --users
 *
 * It takes the words of the users, then that of the rate.
 */
struct sip_count {
	u32 flags;
	struct sip_rate rate;
	struct sip_users users;
};

/**
 * sip_count_rate() - where the word of the rate is
 * @count: what a rule counts
 *
 * Return: index behind the rule's first word.
 */
static inline unsigned int sip_count_rate(const struct sip_count *count)
{
	return count->flags & XT_SIP_USERS ? SIP_USERS_WORDS : 0;
}

/**
 * sip_count_words() - how many words the counts take
 * @count: what a rule counts
 *
 * Return: 1 to SIP_USERS_WORDS + 1.
 */
static inline unsigned int sip_count_words(const struct sip_count *count)
{
	return sip_count_rate(count) + (count->flags & XT_SIP_RATE ? 1 : 0);
}

/**
 * struct sip_slot - words of a table's sources that one counting rule uses
 * @info: the rule's parameters, which are its identity; NULL: slot is free
 * @rules: rules with these parameters
 * @unused_since: jiffies when the last of them went
 * @count: what it counts, from the slot's own index on
 */
struct sip_slot {
	struct xt_sip_mtinfo *info;
	unsigned int rules;
	unsigned long unused_since;
	struct sip_count count;
};

/**
 * struct sip_table - a named table; fields without a lock named are constant
 * or atomic
 * @net: where it is
 * @id: its number there
 * @name: its name
 * @users: rules and others that hold it; sip_net.mutex
 * @unused_since: jiffies when the last of them went; sip_net.mutex
 * @sources: entries of it
 * @banned: entries of it with a ban that was not yet collected
 * @bans4: how many of these have each IPv4 prefix length; sip_net.ban_lock
 * @bans6: the same for IPv6
 * @lengths4: set bits of the lengths in use; read on the packet path
 * @lengths6: the same for IPv6
 * @banks: how many banks the sources may have; read on the packet path
 * @slot: the counting rules, by bank and word; sip_net.mutex
 * @rcu: sources of the packet path may still read it when it goes
 */
struct sip_table {
	struct sip_net *net;
	u8 id;
	char name[XT_SIP_NAME_LEN];
	unsigned int users;
	unsigned long unused_since;
	atomic_t sources ____cacheline_aligned_in_smp;
	atomic_t banned;
	unsigned int bans4[33];
	unsigned int bans6[129];
	DECLARE_BITMAP(lengths4, 33);
	DECLARE_BITMAP(lengths6, 129);
	unsigned int banks;
	struct sip_slot slot[SIP_SLOTS];
	struct rcu_head rcu;
};

struct sip_lock {
	spinlock_t lock;
} ____cacheline_aligned_in_smp;

/**
 * struct sip_net - all of xt_sip in one network namespace; what every packet
 * reads is not in a cache line with what new sources change
 * @buckets: heads of the hash; allocated with the first table, then constant
 * @bans: bit of a bucket: some source in it has a ban; constant as a pointer
 * @mask: their number less one
 * @locks: of bucket i: lock i % SIP_LOCKS
 * @secret: of the hash
 * @stats: event counters
 * @memory: of requests, while rules ask; written under @mutex, read under RCU
 * @sources: entries in use
 * @banned: entries with a ban
 * @ban_lock: sip_table.bans and .lengths; innermost
 * @pool: memory of the entries
 * @tables: by id - 1; written under @mutex, read under RCU
 * @mutex: life of tables, rules and chunks; outermost
 * @askers: rules that ask @memory; @mutex
 * @unasked_since: jiffies when the last of them went; @mutex
 * @gc: forgets what can be forgotten
 * @small: not the host's own namespace: lower limit
 * @dead: the namespace is gone; @mutex
 * @file: its root shall own this file in /proc; NULL if there is none; @mutex
 * @user_ns: of the namespace; valid while @file is there
 * @refs: the namespace and every holder of a table or of @memory
 */
struct sip_net {
	struct hlist_nulls_head *buckets;
	unsigned long *bans;
	u32 mask;
	bool small;
	bool dead;
	hsiphash_key_t secret;
	struct sip_stats __percpu *stats;
	struct sip_memory __rcu *memory;
	atomic_t sources ____cacheline_aligned_in_smp;
	atomic_t banned;
	spinlock_t ban_lock;
	struct sip_pool pool;
	struct sip_table __rcu *tables[SIP_TABLES];
	struct mutex mutex;
	unsigned int askers;
	unsigned long unasked_since;
	struct delayed_work gc;
	struct proc_dir_entry *file;
	struct user_namespace *user_ns;
	refcount_t refs;
	struct sip_lock locks[SIP_LOCKS];
};

extern unsigned int sip_max_sources;	/* module parameter */

/**
 * sip_store_limit() - how many sources a namespace may have now
 * @small: it is not the host's own
 *
 * Return: the limit.
 */
u32 sip_store_limit(bool small);

/**
 * sip_net_limit() - how many sources a namespace may have now
 * @sn: the namespace
 *
 * Return: the limit.
 */
u32 sip_net_limit(const struct sip_net *sn);

/**
 * sip_store_init() - make room for sources
 * @sn: the namespace, all zero
 */
void sip_store_init(struct sip_net *sn);

/**
 * sip_store_open() - allocate the hash, when the first table is made
 * @sn: the namespace
 *
 * May sleep. The caller's cgroup pays for it and for all sources to come. The
 * number of buckets follows from the limit of this moment.
 *
 * Return: 0 or -ENOMEM.
 */
int sip_store_open(struct sip_net *sn);

/**
 * sip_store_close() - free everything
 * @sn: the namespace, which nobody else can reach
 */
void sip_store_close(struct sip_net *sn);

/**
 * sip_store_hash() - where a source is
 * @sn: the namespace
 * @key: the source; its hash may be unset
 *
 * Return: the hash.
 */
u32 sip_store_hash(const struct sip_net *sn, const struct sip_key *key);

/**
 * sip_store_lock() - the lock of a bucket
 * @sn: the namespace
 * @hash: of a source in it
 *
 * Return: the lock.
 */
static inline spinlock_t *sip_store_lock(struct sip_net *sn, u32 hash)
{
	return &sn->locks[hash % SIP_LOCKS].lock;
}

/**
 * sip_store_find() - find a source
 * @sn: the namespace
 * @key: the source
 * @generation: what its entry had when it was found
 *
 * Packet path. The entry may become another source at any time, its generation
 * is then another one.
 *
 * Return: its entry, or NULL.
 */
struct sip_source *sip_store_find(const struct sip_net *sn,
				  const struct sip_key *key, u16 *generation);

/**
 * sip_store_mark() - after a ban in a bucket came or went
 * @sn: the namespace
 * @hash: of the source; the lock of its bucket is held
 */
void sip_store_mark(struct sip_net *sn, u32 hash);

/**
 * sip_store_marked() - may a source be banned?
 * @sn: the namespace
 * @key: the source
 *
 * Packet path. Looks at a bit that is likely in the CPU's cache, where the
 * bucket and the source, one of very many, are not.
 *
 * Return: false if it is not.
 */
static inline bool sip_store_marked(const struct sip_net *sn,
				    const struct sip_key *key)
{
	return test_bit(key->hash & sn->mask, sn->bans);
}

/**
 * sip_key_init() - name a source
 * @key: the result
 * @table: the table
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: an address of it
 * @prefix: bits of the address that count
 * @bank: which of its entries; 0 has its ban
 *
 * Packet path.
 */
void sip_key_init(struct sip_key *key, const struct sip_table *table,
		  u8 family, const union nf_inet_addr *addr, u8 prefix,
		  u8 bank);

/**
 * sip_key_prefetch() - start loading the bucket of a source
 * @sn: the namespace
 * @key: the source
 */
static inline void sip_key_prefetch(const struct sip_net *sn,
				    const struct sip_key *key)
{
	prefetch(&sn->buckets[key->hash & sn->mask]);
}

/**
 * sip_key_prefetch_source() - start loading a source
 * @sn: the namespace
 * @key: the source; its bucket was prefetched a while ago
 */
static inline void sip_key_prefetch_source(const struct sip_net *sn,
					   const struct sip_key *key)
{
	const void *first = READ_ONCE(sn->buckets[key->hash & sn->mask].first);

	/* Never followed: the mark of an empty bucket does no harm. */
	prefetch(first);
	prefetch(first + offsetof(struct sip_source, word));
}

#endif /* _SIP_STORE_H */
