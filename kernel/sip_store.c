// SPDX-License-Identifier: GPL-2.0
/* sip_store: see sip_store.h for the contract. */
#include <linux/inetdevice.h>
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/rculist_nulls.h>
#include <linux/sched.h>
#include <net/ipv6.h>

#include "sip_compat.h"
#include "sip_store.h"

/* Of a namespace whose user namespace is not the host's. */
#define SMALL_LIMIT	4096

unsigned int sip_max_sources = 262144;

u32 sip_store_limit(bool small)
{
	u32 limit = READ_ONCE(sip_max_sources);

	return small ? min_t(u32, limit, SMALL_LIMIT) : limit;
}

u32 sip_net_limit(const struct sip_net *sn)
{
	return sip_store_limit(sn->small);
}

void sip_store_init(struct sip_net *sn)
{
	int i;

	BUILD_BUG_ON(offsetof(struct sip_key, hash) != 20);
	sip_pool_init(&sn->pool);
	spin_lock_init(&sn->ban_lock);
	for (i = 0; i < SIP_LOCKS; i++)
		spin_lock_init(&sn->locks[i].lock);
	get_random_bytes(&sn->secret, sizeof(sn->secret));
}

int sip_store_open(struct sip_net *sn)
{
	u32 count = roundup_pow_of_two(max_t(u32, sip_net_limit(sn),
					     SIP_LOCKS));
	struct hlist_nulls_head *buckets;
	unsigned long *bans;
	u32 i;

	if (sn->buckets)
		return 0;
	buckets = kvmalloc_array(count, sizeof(*buckets), GFP_KERNEL_ACCOUNT);
	bans = kvcalloc(BITS_TO_LONGS(count), sizeof(*bans),
			GFP_KERNEL_ACCOUNT);
	if (!buckets || !bans) {
		kvfree(buckets);
		kvfree(bans);
		return -ENOMEM;
	}
	for (i = 0; i < count; i++) {
		INIT_HLIST_NULLS_HEAD(&buckets[i], i);
		if (i % 4096 == 0)
			cond_resched();
	}
	sn->mask = count - 1;
	sn->bans = bans;
	sn->buckets = buckets;
	sip_pool_open(&sn->pool);
	return 0;
}

void sip_store_close(struct sip_net *sn)
{
	sip_pool_close(&sn->pool);
	kvfree(sn->buckets);
	kvfree(sn->bans);
}

/**
 * struct recent - the key that a CPU has hashed last
 * @lock: on PREEMPT_RT, BH may be disabled and yet two be here
 * @secret: of its namespace
 * @key: the key
 *
 * Most rules that a packet meets ask for the same source. Hashing is a pure
 * function, so what is remembered cannot be wrong; all zero is no key.
 */
struct recent {
	local_lock_t lock;
	hsiphash_key_t secret;
	struct sip_key key;
};

static DEFINE_PER_CPU(struct recent, recent) = {
	.lock = INIT_LOCAL_LOCK(lock),
};

u32 sip_store_hash(const struct sip_net *sn, const struct sip_key *key)
{
	if (key->family == NFPROTO_IPV4)
		return hsiphash_2u32((__force u32)key->addr.ip, key->id,
				     &sn->secret);
	return hsiphash(key, offsetof(struct sip_key, hash), &sn->secret);
}

static void mask_addr(u8 family, const union nf_inet_addr *addr, u8 prefix,
		      union nf_inet_addr *masked)
{
	if (family == NFPROTO_IPV4) {
		memset(masked, 0, sizeof(*masked));
		masked->ip = addr->ip & inet_make_mask(prefix);
	} else {
		ipv6_addr_prefix(&masked->in6, &addr->in6, prefix);
	}
}

static bool is_recent(const struct recent *last, const struct sip_net *sn,
		      const struct sip_key *key)
{
	return last->key.id == key->id &&
		nf_inet_addr_cmp(&last->key.addr, &key->addr) &&
		last->secret.key[0] == sn->secret.key[0] &&
		last->secret.key[1] == sn->secret.key[1];
}

/* Set the key's hash. */
static void hash_key(const struct sip_net *sn, struct sip_key *key)
{
	struct recent *last;

	local_lock_nested_bh(&recent.lock);
	last = this_cpu_ptr(&recent);
	if (is_recent(last, sn, key)) {
		key->hash = last->key.hash;
	} else {
		key->hash = sip_store_hash(sn, key);
		last->secret = sn->secret;
		last->key = *key;
	}
	local_unlock_nested_bh(&recent.lock);
}

void sip_key_init(struct sip_key *key, const struct sip_table *table,
		  u8 family, const union nf_inet_addr *addr, u8 prefix,
		  u8 bank)
{
	mask_addr(family, addr, prefix, &key->addr);
	key->table = table->id;
	key->family = family;
	key->prefix = prefix;
	key->bank = bank;
	hash_key(table->net, key);
}

/*
 * Is @s the source @key? A writer takes the id away, then changes the
 * generation, then the address, and sets the id last, so a mix of two sources
 * is never taken for one. The address may be read while it is written; the
 * generation tells.
 */
static bool is_source(const struct sip_source *s, const struct sip_key *key,
		      u16 *generation)
{
	*generation = READ_ONCE(s->generation);
	smp_rmb(); /* pairs with retire() in sip_source.c */
	if (READ_ONCE(s->id) != key->id)
		return false;
	smp_rmb(); /* pairs with fill() in sip_source.c */
	if (!data_race(nf_inet_addr_cmp(&s->addr, &key->addr)))
		return false;
	smp_rmb(); /* pairs with retire() in sip_source.c */
	return READ_ONCE(s->generation) == *generation;
}

/* An entry that was moved ends in another bucket's nulls: search again. */
struct sip_source *sip_store_find(const struct sip_net *sn,
				  const struct sip_key *key, u16 *generation)
{
	u32 bucket = key->hash & sn->mask;
	struct hlist_nulls_node *node;
	struct sip_source *s;

again:
	hlist_nulls_for_each_entry_rcu(s, node, &sn->buckets[bucket], node)
		if (is_source(s, key, generation))
			return s;
	if (unlikely(get_nulls_value(node) != bucket))
		goto again;
	return NULL;
}

void sip_store_mark(struct sip_net *sn, u32 hash)
{
	u32 bucket = hash & sn->mask;
	struct hlist_nulls_node *node;
	struct sip_source *s;

	hlist_nulls_for_each_entry_rcu(s, node, &sn->buckets[bucket], node)
		if (s->ban) {
			set_bit(bucket, sn->bans);
			return;
		}
	clear_bit(bucket, sn->bans);
}
