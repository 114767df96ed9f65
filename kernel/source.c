// SPDX-License-Identifier: GPL-2.0
/* Adds, counts, evicts and forgets sources. */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/rcupdate.h>

#include "hash.h"
#include "table.h"
#include "term.h"

/* An eviction looks at so many sources, and is tried so often. */
#define CANDIDATES	8
#define TRIES		3

/* ---- Entries come and go ---- */

/*
 * Make an entry no source any more. The id is cleared before the generation
 * changes, so a reader that sees the new generation never sees the old id.
 */
static void retire(struct xsip_source *s)
{
	WRITE_ONCE(s->id, 0);
	smp_wmb(); /* pairs with is_source() and remove() */
	WRITE_ONCE(s->generation, s->generation + 1);
	smp_wmb(); /* pairs with is_source(): before the next fill() */
}

/* Take a source out of the hash; the bucket's lock is held. */
static void unlink(struct xsip_net *sn, struct xsip_source *s, u32 hash)
{
	xsip_term_set(xsip_table_of(sn, s), s, hash, SIP_STRANGER, 0);
	atomic_dec(&xsip_table_of(sn, s)->sources);
	retire(s);
	xsip_hash_remove(&sn->hash, s, hash);
}

/* Make an entry that is not hashed the source @key. */
static void fill(struct xsip_source *s, const struct xsip_key *key)
{
	int i;

	for (i = 0; i < SIP_CELLS; i++)
		atomic64_set(&s->cell[i], 0);
	WRITE_ONCE(s->reason, 0);
	WRITE_ONCE(s->seen, (u32)ktime_get_seconds());
	WRITE_ONCE(s->term, 0);
	WRITE_ONCE(s->hits, 0);
	s->since = 0;
	s->bans = 0;
	s->addr = key->addr;
	smp_wmb(); /* pairs with is_source() */
	WRITE_ONCE(s->id, key->id);
}

/*
 * Unlink @s if it is still the source that the caller chose and, unless @any,
 * a stranger. An entry that is filled but not yet hashed belongs to add() on
 * another CPU. The entry still counts in sn->sources.
 */
static bool remove(struct xsip_net *sn, struct xsip_source *s, bool any)
{
	u16 generation = READ_ONCE(s->generation);
	struct xsip_key key;
	spinlock_t *lock;
	bool removed;

	smp_rmb(); /* pairs with retire() */
	key.id = READ_ONCE(s->id);
	smp_rmb(); /* pairs with fill() */
	data_race(key.addr = s->addr);
	key.hash = xsip_key_hash(&key, &sn->hash.secret);
	lock = xsip_hash_lock(&sn->hash, key.hash);
	spin_lock_bh(lock);
	removed = key.id && s->id == key.id && s->generation == generation &&
		  s->hashed && (any || xsip_source_is_stranger(s));
	if (removed)
		unlink(sn, s, key.hash);
	spin_unlock_bh(lock);
	return removed;
}

/* The least recently seen of a few strangers. */
static struct xsip_source *choose_victim(struct xsip_net *sn)
{
	struct xsip_source *s, *some, *victim = NULL;
	u32 seen = 0;
	u32 i, start, count;

	some = xsip_pool_random(&sn->pool, &count);
	if (!some)
		return NULL;
	start = get_random_u32_below(count);
	for (i = 0; i < count && seen < CANDIDATES; i++) {
		s = &some[(start + i) % count];
		if (!READ_ONCE(s->id) || !xsip_source_is_stranger(s))
			continue;
		seen++;
		if (!victim || READ_ONCE(s->seen) < READ_ONCE(victim->seen))
			victim = s;
	}
	return victim;
}

static struct xsip_source *evict(struct xsip_net *sn)
{
	struct xsip_source *s;
	int i;

	for (i = 0; i < TRIES; i++) {
		s = choose_victim(sn);
		if (s && remove(sn, s, false)) {
			xsip_stats_add(sn->stats, SIP_STAT_EVICTED);
			return s;
		}
	}
	return NULL;
}

/* Count one more source. The limit is never exceeded, not for a moment. */
static bool count_source(struct xsip_net *sn)
{
	int limit = xsip_term_limit(sn->small);
	int now = atomic_read(&sn->sources);

	do {
		if (now >= limit)
			return false;
	} while (!atomic_try_cmpxchg(&sn->sources, &now, now + 1));
	return true;
}

/*
 * An entry for a new source, counted in sn->sources. -ENOSPC at the limit if no
 * source could be evicted, -ENOMEM below the limit if there is no memory.
 */
static struct xsip_source *obtain(struct xsip_net *sn)
{
	struct xsip_source *s;
	int err = -ENOSPC;

	if (count_source(sn)) {
		s = xsip_pool_take(&sn->pool);
		if (s)
			return s;
		atomic_dec(&sn->sources);
		err = -ENOMEM;
	}
	/* The new source takes over the count of the evicted one. */
	s = evict(sn);
	return s ?: ERR_PTR(err);
}

static struct xsip_source *add(struct xsip_table *table,
			       const struct xsip_key *key, u16 *generation)
{
	struct xsip_net *sn = table->net;
	spinlock_t *lock = xsip_hash_lock(&sn->hash, key->hash);
	struct xsip_source *s, *other;

	s = obtain(sn);
	if (IS_ERR(s)) {
		xsip_stats_add(sn->stats, SIP_STAT_FULL);
		return s;
	}
	fill(s, key);
	atomic_inc(&table->sources);
	spin_lock_bh(lock);
	other = xsip_hash_find(&sn->hash, key, generation);
	if (!other) {
		*generation = s->generation;
		xsip_hash_add(&sn->hash, s, key->hash);
	}
	spin_unlock_bh(lock);
	if (!other)
		return s;
	retire(s);
	atomic_dec(&table->sources);
	atomic_dec(&sn->sources);
	xsip_pool_give(&sn->pool, s);
	return other;
}

/* Never NULL; the errors are those of obtain(). */
static struct xsip_source *find_or_add(struct xsip_table *table,
				       const struct xsip_key *key,
				       u16 *generation)
{
	struct xsip_source *s = xsip_hash_find(&table->net->hash, key,
					       generation);

	return s ?: add(table, key, generation);
}

/* ---- Counts ---- */

bool xsip_source_charge(struct xsip_table *table, const struct xsip_key *key,
			int slot, const struct xsip_count *count,
			enum xsip_kind_id id, u32 hash)
{
	struct xsip_source *s;
	u16 generation;
	bool over;

	do {
		s = find_or_add(table, key, &generation);
		if (IS_ERR(s))
			return false;
		over = xsip_count_charge(&s->cell[slot % SIP_CELLS], count, id,
					 hash);
		xsip_source_touch(s);
		smp_rmb(); /* pairs with retire() */
	} while (unlikely(READ_ONCE(s->generation) != generation));
	return over;
}

/*
 * If the entry becomes another source meanwhile, that source loses what a few
 * packets have counted, which does no harm.
 */
bool xsip_source_forgive(struct xsip_table *table, const struct xsip_key *key)
{
	bool cleared = false;
	struct xsip_source *s;
	u16 generation;
	int i;

	s = xsip_hash_find(&table->net->hash, key, &generation);
	if (!s)
		return false;
	for (i = 0; i < SIP_CELLS; i++) {
		if (!atomic64_read(&s->cell[i]))
			continue;
		atomic64_set(&s->cell[i], 0);
		cleared = true;
	}
	return cleared;
}

int xsip_source_change(struct xsip_table *table, const struct xsip_key *key,
		       xsip_source_set_t set, const void *arg)
{
	spinlock_t *lock = xsip_hash_lock(&table->net->hash, key->hash);
	struct xsip_source *s;
	int err = -EAGAIN;
	u16 generation;

	while (err == -EAGAIN) {
		s = find_or_add(table, key, &generation);
		if (IS_ERR(s))
			return PTR_ERR(s);
		spin_lock_bh(lock);
		if (s->generation == generation && s->hashed)
			err = set(table, s, key->hash, arg);
		spin_unlock_bh(lock);
	}
	return err;
}

bool xsip_source_drop(struct xsip_net *sn, struct xsip_source *s, bool any)
{
	if (!remove(sn, s, any))
		return false;
	atomic_dec(&sn->sources);
	xsip_pool_give(&sn->pool, s);
	return true;
}

void xsip_source_for_each(struct xsip_net *sn, xsip_source_visit_t visit,
			  void *arg)
{
	struct xsip_source *s;
	loff_t pos = 0;

	rcu_read_lock();
	while ((s = xsip_pool_at(&sn->pool, &pos))) {
		visit(sn, s, arg);
		pos++;
	}
	rcu_read_unlock();
}
