// SPDX-License-Identifier: GPL-2.0
/* Finds sources by their keys, and buckets that hold a ban. */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist_nulls.h>
#include <linux/sched.h>

#include "hash.h"

int xsip_hash_open(struct xsip_hash *hash, u32 sources)
{
	u32 count = roundup_pow_of_two(max_t(u32, sources, SIP_LOCKS));
	u32 i;

	hash->buckets = kvmalloc_array(count, sizeof(*hash->buckets),
				       GFP_KERNEL_ACCOUNT);
	hash->bans = kvcalloc(BITS_TO_LONGS(count), sizeof(*hash->bans),
			      GFP_KERNEL_ACCOUNT);
	hash->locks = kvmalloc_array(SIP_LOCKS, sizeof(*hash->locks),
				     GFP_KERNEL_ACCOUNT);
	if (!hash->buckets || !hash->bans || !hash->locks) {
		xsip_hash_close(hash);
		return -ENOMEM;
	}
	for (i = 0; i < SIP_LOCKS; i++)
		spin_lock_init(&hash->locks[i].lock);
	for (i = 0; i < count; i++) {
		INIT_HLIST_NULLS_HEAD(&hash->buckets[i], i);
		if (i % 4096 == 0)
			cond_resched();
	}
	hash->mask = count - 1;
	get_random_bytes(&hash->secret, sizeof(hash->secret));
	return 0;
}

void xsip_hash_close(struct xsip_hash *hash)
{
	kvfree(hash->buckets);
	kvfree(hash->bans);
	kvfree(hash->locks);
	memset(hash, 0, sizeof(*hash));
}

void xsip_hash_add(struct xsip_hash *hash, struct xsip_source *s, u32 value)
{
	hlist_nulls_add_head_rcu(&s->node, &hash->buckets[value & hash->mask]);
}

/*
 * Is @s the source @key? A writer takes the id away, then changes the
 * generation, then the address, and sets the id last, so a mix of two sources
 * is never taken for one. The address may be read while it is written; the
 * generation tells.
 */
static bool is_source(const struct xsip_source *s, const struct xsip_key *key,
		      u16 *generation)
{
	*generation = READ_ONCE(s->generation);
	smp_rmb(); /* pairs with retire() in source.c */
	if (READ_ONCE(s->id) != key->id)
		return false;
	smp_rmb(); /* pairs with fill() in source.c */
	if (!data_race(nf_inet_addr_cmp(&s->addr, &key->addr)))
		return false;
	smp_rmb(); /* pairs with retire() in source.c */
	return READ_ONCE(s->generation) == *generation;
}

/* A chain that ends in another bucket's nulls: an entry was moved under us. */
struct xsip_source *xsip_hash_find(const struct xsip_hash *hash,
				   const struct xsip_key *key, u16 *generation)
{
	u32 bucket = key->hash & hash->mask;
	struct hlist_nulls_node *node;
	struct xsip_source *s;

again:
	hlist_nulls_for_each_entry_rcu(s, node, &hash->buckets[bucket], node)
		if (is_source(s, key, generation))
			return s;
	if (unlikely(get_nulls_value(node) != bucket))
		goto again;
	return NULL;
}

void xsip_hash_mark(struct xsip_hash *hash, u32 value)
{
	u32 bucket = value & hash->mask;
	struct hlist_nulls_node *node;
	struct xsip_source *s;

	hlist_nulls_for_each_entry_rcu(s, node, &hash->buckets[bucket], node)
		if (s->ban) {
			set_bit(bucket, hash->bans);
			return;
		}
	clear_bit(bucket, hash->bans);
}
