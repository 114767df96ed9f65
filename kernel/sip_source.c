// SPDX-License-Identifier: GPL-2.0
/* sip_source: see sip_source.h for the contract. */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/rculist_nulls.h>

#include "sip_source.h"

/* Sources that are looked at to find one to evict, and how often. */
#define CANDIDATES	8
#define TRIES		3

static struct sip_table *table_of(struct sip_net *sn,
				  const struct sip_source *s)
{
	return rcu_dereference(sn->tables[s->table - 1]);
}

/* ---- Bans; the bucket's lock is held ---- */

static void count_ban(struct sip_table *table, const struct sip_source *s,
		      int change)
{
	bool v4 = s->family == NFPROTO_IPV4;
	unsigned int *bans = v4 ? table->bans4 : table->bans6;
	unsigned long *lengths = v4 ? table->lengths4 : table->lengths6;

	spin_lock(&table->net->ban_lock);
	bans[s->prefix] += change;
	if (bans[s->prefix])
		__set_bit(s->prefix, lengths);
	else
		__clear_bit(s->prefix, lengths);
	sip_pool_pin(s, change);
	spin_unlock(&table->net->ban_lock);
	atomic_add(change, &table->banned);
}

/*
 * Two processors may find at the same time that a source is to be banned, each
 * by a rule of its own. Who comes last must not make it shorter, and no rule
 * changes what was ordered by hand.
 */
static bool stays(const struct sip_source *s, u32 until)
{
	return sip_source_ban_left(s) && (s->by_hand || s->ban >= until);
}

static int set_ban(struct sip_table *table, struct sip_source *s, u32 hash,
		   u32 until, bool by_hand)
{
	struct sip_net *sn = table->net;

	if (!by_hand && stays(s, until))
		return 0;
	if (!s->ban) {
		if (atomic_inc_return(&sn->banned) > sip_net_limit(sn) / 2) {
			atomic_dec(&sn->banned);
			return -ENOSPC;
		}
		count_ban(table, s, 1);
	}
	WRITE_ONCE(s->ban, until);
	s->by_hand = by_hand;
	sip_store_mark(sn, hash);
	return 0;
}

static void clear_ban(struct sip_net *sn, struct sip_source *s, u32 hash)
{
	if (!s->ban)
		return;
	WRITE_ONCE(s->ban, 0);
	sip_store_mark(sn, hash);
	count_ban(table_of(sn, s), s, -1);
	atomic_dec(&sn->banned);
}

/* ---- Entries come and go ---- */

/*
 * From here on an entry is no source. The id goes before the generation
 * changes: who reads the new generation and then an id reads that of the next
 * source, never the old one's.
 */
static void retire(struct sip_source *s)
{
	WRITE_ONCE(s->id, 0);
	smp_wmb(); /* pairs with is_source() and remove() */
	WRITE_ONCE(s->generation, s->generation + 1);
	smp_wmb(); /* pairs with is_source(): before the next fill() */
}

/* Take a source out of the hash; the bucket's lock is held. */
static void unlink(struct sip_net *sn, struct sip_source *s, u32 hash)
{
	clear_ban(sn, s, hash);
	atomic_dec(&table_of(sn, s)->sources);
	retire(s);
	/* Readers go on from here, so the node keeps its next. */
	hlist_nulls_del_init_rcu(&s->node);
}

/* Make an entry that no bucket holds the source @key. */
static void fill(struct sip_source *s, const struct sip_key *key)
{
	int i;

	for (i = 0; i < SIP_WORDS; i++)
		atomic64_set(&s->word[i], 0);
	WRITE_ONCE(s->tool, 0);
	WRITE_ONCE(s->seen, (u32)ktime_get_seconds());
	s->addr = key->addr;
	smp_wmb(); /* pairs with is_source() */
	WRITE_ONCE(s->id, key->id);
}

/*
 * Unlink @s if it is still the source it was when the caller chose it and, but
 * for @banned, not banned. An entry that is filled but not yet hashed belongs
 * to whoever fills it. It still counts in sn->sources.
 */
static bool remove(struct sip_net *sn, struct sip_source *s, bool banned)
{
	u16 generation = READ_ONCE(s->generation);
	struct sip_key key;
	spinlock_t *lock;
	bool removed;

	smp_rmb(); /* pairs with retire() */
	key.id = READ_ONCE(s->id);
	smp_rmb(); /* pairs with fill() */
	data_race(key.addr = s->addr);
	key.hash = sip_store_hash(sn, &key);
	lock = sip_store_lock(sn, key.hash);
	spin_lock_bh(lock);
	removed = key.id && s->id == key.id && s->generation == generation &&
		  !hlist_nulls_unhashed(&s->node) &&
		  (banned || !sip_source_ban_left(s));
	if (removed)
		unlink(sn, s, key.hash);
	spin_unlock_bh(lock);
	return removed;
}

/* The least recently seen of a few sources that are not banned. */
static struct sip_source *choose_victim(struct sip_net *sn)
{
	struct sip_source *s, *some, *victim = NULL;
	u32 seen = 0;
	u32 i, start, count;

	some = sip_pool_random(&sn->pool, &count);
	if (!some)
		return NULL;
	start = get_random_u32_below(count);
	for (i = 0; i < count && seen < CANDIDATES; i++) {
		s = &some[(start + i) % count];
		if (!READ_ONCE(s->id) || sip_source_ban_left(s))
			continue;
		seen++;
		if (!victim || READ_ONCE(s->seen) < READ_ONCE(victim->seen))
			victim = s;
	}
	return victim;
}

static struct sip_source *evict(struct sip_net *sn)
{
	struct sip_source *s;
	int i;

	for (i = 0; i < TRIES; i++) {
		s = choose_victim(sn);
		if (s && remove(sn, s, false)) {
			sip_stats_add(sn->stats, SIP_STAT_EVICTED);
			return s;
		}
	}
	return NULL;
}

/* One more source, if the limit allows: never more, not for a moment either. */
static bool count_source(struct sip_net *sn)
{
	int limit = sip_net_limit(sn);
	int now = atomic_read(&sn->sources);

	do {
		if (now >= limit)
			return false;
	} while (!atomic_try_cmpxchg(&sn->sources, &now, now + 1));
	return true;
}

/*
 * An entry for a new source, counted in sn->sources; -ENOSPC if nobody makes
 * room for it, -ENOMEM if there is room and no memory.
 */
static struct sip_source *obtain(struct sip_net *sn)
{
	struct sip_source *s;
	int err = -ENOSPC;

	if (count_source(sn)) {
		s = sip_pool_take(&sn->pool);
		if (s)
			return s;
		atomic_dec(&sn->sources);
		err = -ENOMEM;
	}
	/* Counted: it takes the place of the one that goes. */
	s = evict(sn);
	return s ?: ERR_PTR(err);
}

static struct sip_source *add(struct sip_table *table,
			      const struct sip_key *key, u16 *generation)
{
	struct sip_net *sn = table->net;
	spinlock_t *lock = sip_store_lock(sn, key->hash);
	struct sip_source *s, *other;

	s = obtain(sn);
	if (IS_ERR(s)) {
		sip_stats_add(sn->stats, SIP_STAT_FULL);
		return s;
	}
	fill(s, key);
	atomic_inc(&table->sources);
	spin_lock_bh(lock);
	other = sip_store_find(sn, key, generation);
	if (!other) {
		*generation = s->generation;
		hlist_nulls_add_head_rcu(&s->node,
					 &sn->buckets[key->hash & sn->mask]);
	}
	spin_unlock_bh(lock);
	if (!other)
		return s;
	retire(s);
	atomic_dec(&table->sources);
	atomic_dec(&sn->sources);
	sip_pool_give(&sn->pool, s);
	return other;
}

/* Never NULL; the errors are those of obtain(). */
static struct sip_source *find_or_add(struct sip_table *table,
				      const struct sip_key *key,
				      u16 *generation)
{
	struct sip_source *s = sip_store_find(table->net, key, generation);

	return s ?: add(table, key, generation);
}

/* ---- The packet path's questions ---- */

static bool is_banned(const struct sip_table *table, const struct sip_key *key)
{
	struct sip_source *s;
	u16 generation;
	bool banned;

	/* If there is a ban, the bit and the bucket come at the same time. */
	sip_key_prefetch(table->net, key);
	if (!sip_store_marked(table->net, key))
		return false;
	do {
		s = sip_store_find(table->net, key, &generation);
		if (!s)
			return false;
		banned = sip_source_ban_left(s);
		smp_rmb(); /* pairs with retire() */
	} while (unlikely(READ_ONCE(s->generation) != generation));
	return banned;
}

bool sip_source_banned(const struct sip_table *table, u8 family,
		       const union nf_inet_addr *addr,
		       const struct sip_key *known)
{
	bool v4 = family == NFPROTO_IPV4;
	const unsigned long *lengths = v4 ? table->lengths4 : table->lengths6;
	unsigned int bits = v4 ? 33 : 129;
	struct sip_key key;
	unsigned int prefix;

	for_each_set_bit(prefix, lengths, bits) {
		if (known && known->prefix == prefix && !known->bank) {
			if (is_banned(table, known))
				return true;
			continue;
		}
		sip_key_init(&key, table, family, addr, prefix, 0);
		if (is_banned(table, &key))
			return true;
	}
	return false;
}

/*
 * The clock of a rate. Reading the exact one costs as much as the rest of the
 * count; where packets come many ticks apart, the time of the last tick will
 * do. It is up to a tick late, which must not make a source look faster: it
 * gets the tick on top of its slack.
 */
static u64 rate_clock(const struct sip_rate *rate, u64 *slack)
{
	if (rate->interval < 2 * TICK_NSEC)
		return ktime_get_ns();
	*slack += TICK_NSEC;
	return ktime_get_coarse_ns();
}

/* Count a packet in one word of an entry, against all other CPUs. */
static bool charge(atomic64_t *word, const struct sip_rate *rate)
{
	struct sip_rate used = *rate;
	u64 now = rate_clock(rate, &used.slack);
	s64 old = atomic64_read(word);
	u64 tat;

	do {
		tat = old;
		if (sip_rate_over(&used, now, &tat))
			return true;
	} while (!atomic64_try_cmpxchg(word, &old, tat));
	return false;
}

static void see(struct sip_source *s)
{
	u32 now = (u32)ktime_get_seconds();

	if (READ_ONCE(s->seen) != now)
		WRITE_ONCE(s->seen, now);
}

bool sip_source_charge(struct sip_table *table, const struct sip_key *key,
		       int slot, const struct sip_count *count)
{
	int word = slot % SIP_WORDS + sip_count_rate(count);
	struct sip_source *s;
	u16 generation;
	bool over;

	do {
		s = find_or_add(table, key, &generation);
		if (IS_ERR(s))
			return false;
		over = charge(&s->word[word], &count->rate);
		see(s);
		smp_rmb(); /* pairs with retire() */
	} while (unlikely(READ_ONCE(s->generation) != generation));
	return over;
}

/* The head first: who sees a new one must not see cells that it has ended. */
static void load_users(const atomic64_t *word, u64 users[SIP_USERS_WORDS])
{
	int i;

	users[0] = atomic64_read_acquire(&word[0]);
	for (i = 1; i < SIP_USERS_WORDS; i++)
		users[i] = atomic64_read(&word[i]);
}

/*
 * Take the cells away that are in @old and not in @aged, then store the head.
 * False if another CPU was in word 0 meanwhile. A user that it has set in
 * another word may be lost, but none is ever invented.
 */
static bool store_aged(atomic64_t *word, const u64 old[SIP_USERS_WORDS],
		       const u64 aged[SIP_USERS_WORDS])
{
	int i;

	for (i = 1; i < SIP_USERS_WORDS; i++)
		if (old[i] != aged[i])
			atomic64_andnot(old[i] & ~aged[i], &word[i]);
	return atomic64_cmpxchg(&word[0], old[0], aged[0]) == (s64)old[0];
}

/* Set a user's cell in a sketch. */
static bool address(atomic64_t *word, const struct sip_users *users, u64 now,
		    u32 hash)
{
	u64 old[SIP_USERS_WORDS], aged[SIP_USERS_WORDS];
	u64 bit;
	u32 i;

	do {
		load_users(word, old);
		memcpy(aged, old, sizeof(aged));
	} while (sip_users_age(users, now, aged) &&
		 !store_aged(word, old, aged));
	i = sip_users_bit(hash, &bit);
	if (!(aged[i] & bit))
		atomic64_or(bit, &word[i]);
	aged[i] |= bit;
	return sip_users_over(users, aged);
}

bool sip_source_address(struct sip_table *table, const struct sip_key *key,
			int slot, const struct sip_count *count, u32 hash)
{
	u64 now = ktime_get_ns();
	struct sip_source *s;
	u16 generation;
	bool over;

	do {
		s = find_or_add(table, key, &generation);
		if (IS_ERR(s))
			return false;
		over = address(&s->word[slot % SIP_WORDS], &count->users, now,
			       hash);
		see(s);
		smp_rmb(); /* pairs with retire() */
	} while (unlikely(READ_ONCE(s->generation) != generation));
	return over;
}

/*
 * Should the entry become another source's meanwhile, that one loses what a
 * few packets have counted.
 */
bool sip_source_forgive(struct sip_table *table, const struct sip_key *key)
{
	bool cleared = false;
	struct sip_source *s;
	u16 generation;
	int i;

	s = sip_store_find(table->net, key, &generation);
	if (!s)
		return false;
	for (i = 0; i < SIP_WORDS; i++) {
		if (!atomic64_read(&s->word[i]))
			continue;
		atomic64_set(&s->word[i], 0);
		cleared = true;
	}
	return cleared;
}

void sip_source_name(struct sip_table *table, const struct sip_key *key,
		     u8 tool)
{
	spinlock_t *lock = sip_store_lock(table->net, key->hash);
	struct sip_source *s;
	u16 generation;

	spin_lock_bh(lock);
	s = sip_store_find(table->net, key, &generation);
	if (s)
		WRITE_ONCE(s->tool, tool);
	spin_unlock_bh(lock);
}

static int ban(struct sip_table *table, const struct sip_key *key, u32 seconds,
	       bool by_hand)
{
	/* A second more, as the one that now runs is not whole any longer. */
	u32 until = (u32)ktime_get_seconds() + seconds + 1;
	struct sip_net *sn = table->net;
	spinlock_t *lock = sip_store_lock(sn, key->hash);
	struct sip_source *s;
	int err = -EAGAIN;
	u16 generation;

	while (err == -EAGAIN) {
		s = find_or_add(table, key, &generation);
		if (IS_ERR(s))
			return PTR_ERR(s);
		spin_lock_bh(lock);
		if (s->generation == generation &&
		    !hlist_nulls_unhashed(&s->node))
			err = set_ban(table, s, key->hash, until, by_hand);
		spin_unlock_bh(lock);
	}
	return err;
}

int sip_source_ban(struct sip_table *table, const struct sip_key *key,
		   u32 seconds)
{
	return ban(table, key, seconds, false);
}

int sip_source_ban_by_hand(struct sip_table *table, const struct sip_key *key,
			   u32 seconds)
{
	return ban(table, key, seconds, true);
}

bool sip_source_drop(struct sip_net *sn, struct sip_source *s, bool banned)
{
	if (!remove(sn, s, banned))
		return false;
	atomic_dec(&sn->sources);
	sip_pool_give(&sn->pool, s);
	return true;
}

void sip_source_unban(struct sip_net *sn, struct sip_source *s, bool running)
{
	struct sip_key key;
	spinlock_t *lock;

	key.id = READ_ONCE(s->id);
	smp_rmb(); /* pairs with fill() */
	data_race(key.addr = s->addr);
	key.hash = sip_store_hash(sn, &key);
	lock = sip_store_lock(sn, key.hash);
	spin_lock_bh(lock);
	if (key.id && s->id == key.id && !hlist_nulls_unhashed(&s->node) &&
	    !memcmp(&s->addr, &key.addr, sizeof(key.addr)) &&
	    (running || !sip_source_ban_left(s)))
		clear_ban(sn, s, key.hash);
	spin_unlock_bh(lock);
}
