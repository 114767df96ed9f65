// SPDX-License-Identifier: GPL-2.0
/* Finds sources by their keys, and buckets that hold more than strangers. */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "hash.h"

/* ---- The end of a chain: an odd number, which is no pointer ---- */

static struct xsip_source *end_of_chain(u32 bucket)
{
	return (struct xsip_source *)((unsigned long)bucket << 1 | 1);
}

static bool is_end(const struct xsip_source *s)
{
	return (unsigned long)s & 1;
}

/* ---- All of it ---- */

int xsip_hash_open(struct xsip_hash *hash, u32 sources)
{
	u32 count = roundup_pow_of_two(max_t(u32, sources, SIP_LOCKS));
	u32 i;

	hash->buckets = kvmalloc_array(count, sizeof(*hash->buckets),
				       GFP_KERNEL_ACCOUNT);
	hash->marks = kvcalloc(BITS_TO_LONGS(count), sizeof(*hash->marks),
			       GFP_KERNEL_ACCOUNT);
	hash->locks = kvmalloc_array(SIP_LOCKS, sizeof(*hash->locks),
				     GFP_KERNEL_ACCOUNT);
	if (!hash->buckets || !hash->marks || !hash->locks) {
		xsip_hash_close(hash);
		return -ENOMEM;
	}
	for (i = 0; i < SIP_LOCKS; i++)
		spin_lock_init(&hash->locks[i].lock);
	for (i = 0; i < count; i++) {
		RCU_INIT_POINTER(hash->buckets[i], end_of_chain(i));
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
	kvfree(hash->marks);
	kvfree(hash->locks);
	memset(hash, 0, sizeof(*hash));
}

/* ---- Chains ---- */

/* A link of a chain whose lock the caller holds. */
#define linked(link)	rcu_dereference_protected(link, true)

void xsip_hash_add(struct xsip_hash *hash, struct xsip_source *s, u32 value)
{
	struct xsip_source __rcu **head = &hash->buckets[value & hash->mask];

	RCU_INIT_POINTER(s->next, linked(*head));
	s->hashed = true;
	rcu_assign_pointer(*head, s);
}

void xsip_hash_remove(struct xsip_hash *hash, struct xsip_source *s, u32 value)
{
	struct xsip_source __rcu **link = &hash->buckets[value & hash->mask];

	while (linked(*link) != s)
		link = &linked(*link)->next;
	RCU_INIT_POINTER(*link, linked(s->next));
	s->hashed = false;
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

/* A chain that ends as another one does: an entry was moved under us. */
struct xsip_source *xsip_hash_find(const struct xsip_hash *hash,
				   const struct xsip_key *key, u16 *generation)
{
	u32 bucket = key->hash & hash->mask;
	struct xsip_source *s;

again:
	s = rcu_dereference(hash->buckets[bucket]);
	for (; !is_end(s); s = rcu_dereference(s->next))
		if (is_source(s, key, generation))
			return s;
	if (unlikely(s != end_of_chain(bucket)))
		goto again;
	return NULL;
}

void xsip_hash_mark(struct xsip_hash *hash, u32 value)
{
	u32 bucket = value & hash->mask;
	const struct xsip_source *s = linked(hash->buckets[bucket]);

	for (; !is_end(s); s = linked(s->next))
		if (xsip_term_state(s->term) != SIP_STRANGER) {
			set_bit(bucket, hash->marks);
			return;
		}
	clear_bit(bucket, hash->marks);
}
