// SPDX-License-Identifier: GPL-2.0
/* Bans and trusts sources, and says what an address is to a table. */
#include <linux/ktime.h>

#include "hash.h"
#include "reasons.h"
#include "standing.h"
#include "table.h"
#include "term.h"

static u32 this_second(void)
{
	return (u32)ktime_get_seconds();
}

static bool is_now(const struct xsip_source *s, enum xsip_state state)
{
	return xsip_source_left(s, state);
}

static bool by_hand(const struct xsip_source *s)
{
	return s->reason == SIP_REASON_HAND_NUMBER;
}

/* One second more: the current one is partly over. */
static u32 end_after(u32 seconds)
{
	return this_second() + seconds + 1;
}

/* ---- Bans; the bucket's lock is held ---- */

/* Seconds that the last ban of a source lasted, 0 if it had none. */
static u32 last_ban(const struct xsip_source *s)
{
	return s->bans ? xsip_term_end(s->term) - s->since - 1 : 0;
}

/* Seconds since it was over, or since the source sent something. */
static u32 quiet_since(const struct xsip_source *s)
{
	u32 last = max(READ_ONCE(s->seen), xsip_term_end(s->term));
	u32 now = this_second();

	return now > last ? now - last : 0;
}

/*
 * Rules on two CPUs may ban a source at the same time: the later call must not
 * shorten the ban. And no rule changes a ban that was set by hand.
 */
static bool ban_stays(const struct xsip_source *s, const struct xsip_ban *ban,
		      u32 end)
{
	return is_now(s, SIP_BANNED) &&
		ban->reason != SIP_REASON_HAND_NUMBER &&
		(by_hand(s) || xsip_term_end(s->term) >= end);
}

/* What is told about a ban: since when, how often, why. */
static void note_ban(struct xsip_source *s, const struct xsip_ban *ban,
		     bool begins)
{
	if (ban->restored) {
		/* Modulo 32 bits: it may be before this boot. */
		s->since = this_second() - ban->ago;
		s->bans = clamp_t(u8, ban->bans, 1, SIP_BANS_MAX);
		WRITE_ONCE(s->hits, ban->hits);
	} else if (begins) {
		s->since = this_second();
		s->bans += s->bans < SIP_BANS_MAX;
		WRITE_ONCE(s->hits, 0);
	}
	WRITE_ONCE(s->reason, ban->reason);
}

static int set_ban(struct xsip_table *table, struct xsip_source *s, u32 hash,
		   const void *arg)
{
	const struct xsip_ban *ban = arg;
	bool begins = !is_now(s, SIP_BANNED) ||
		ban->reason == SIP_REASON_HAND_NUMBER;
	u32 seconds = ban->first;

	if (begins)
		seconds = xsip_ban_length(ban->first, ban->most, last_ban(s),
					  quiet_since(s));
	if (ban_stays(s, ban, end_after(seconds)))
		return 0;
	if (!xsip_term_set(table, s, hash, SIP_BANNED, end_after(seconds)))
		return -ENOSPC;
	note_ban(s, ban, begins);
	return 0;
}

/* ---- Trust; the bucket's lock is held ---- */

/*
 * New friends that rules make in a namespace: whoever has one account must not
 * fill the room of all. 2 a second are 14,900 within two hours.
 */
static const struct xsip_rate new_friends = {
	.interval = SIP_NSEC_PER_SEC / 2,
	.slack = 499 * (SIP_NSEC_PER_SEC / 2),
};

static bool too_many_new(struct xsip_net *sn)
{
	bool over;

	spin_lock(&sn->term_lock);
	over = xsip_rate_over(&new_friends, ktime_get_ns(), &sn->friends_tat);
	spin_unlock(&sn->term_lock);
	return over;
}

static int renew_trust(struct xsip_table *table, struct xsip_source *s,
		       u32 hash, u32 end, bool hand)
{
	if (hand || (xsip_term_end(s->term) < end && !by_hand(s)))
		xsip_term_set(table, s, hash, SIP_TRUSTED, end);
	if (hand)
		WRITE_ONCE(s->reason, SIP_REASON_HAND_NUMBER);
	return 0;
}

static int set_trust(struct xsip_table *table, struct xsip_source *s, u32 hash,
		     const void *arg)
{
	const struct xsip_trust *trust = arg;
	u32 end = end_after(trust->seconds);
	bool hand = trust->by_hand;

	if (is_now(s, SIP_TRUSTED))
		return renew_trust(table, s, hash, end, hand);
	if (!hand && !xsip_source_is_stranger(s))
		return trust->restored ? 0 : -EBUSY;
	if (!hand && !trust->restored && too_many_new(table->net))
		return -EBUSY;
	if (!xsip_term_set(table, s, hash, SIP_TRUSTED, end))
		return -ENOSPC;
	s->since = this_second();
	s->bans = 0;
	WRITE_ONCE(s->reason, hand ? SIP_REASON_HAND_NUMBER : 0);
	return 1;
}

/* ---- What an address is ---- */

/**
 * struct met - the standing of one source
 * @source: its entry, or NULL
 * @generation: of the entry
 * @state: what it is now
 * @by_hand: by command
 */
struct met {
	struct xsip_source *source;
	u16 generation;
	u8 state;
	bool by_hand;
};

static void meet(const struct xsip_table *table, const struct xsip_key *key,
		 struct met *met)
{
	const struct xsip_hash *hash = &table->net->hash;
	struct xsip_source *s;

	met->source = NULL;
	met->state = SIP_STRANGER;
	/* If it is none, bit and bucket are loaded at the same time. */
	xsip_hash_prefetch(hash, key);
	if (!xsip_hash_marked(hash, key))
		return;
	do {
		s = xsip_hash_find(hash, key, &met->generation);
		met->source = s;
		if (!s)
			return;
		met->state = xsip_term_now(READ_ONCE(s->term), this_second());
		met->by_hand = READ_ONCE(s->reason) == SIP_REASON_HAND_NUMBER;
		smp_rmb(); /* pairs with retire() */
	} while (unlikely(READ_ONCE(s->generation) != met->generation));
}

/* Count a packet with the ban that it met. */
static void count_hit(const struct met *met)
{
	struct xsip_source *s = met->source;

	if (READ_ONCE(s->generation) != met->generation)
		return;
	WRITE_ONCE(s->hits, READ_ONCE(s->hits) + 1);
	xsip_source_touch(s);
}

struct xsip_standing xsip_standing_of(const struct xsip_table *table, u8 family,
				      const union nf_inet_addr *addr,
				      const struct xsip_key *known, bool hit)
{
	bool v4 = family == NFPROTO_IPV4;
	const unsigned long *lengths = v4 ? table->lengths4 : table->lengths6;
	struct met met, best = { .state = SIP_STRANGER };
	unsigned int bits = v4 ? 33 : 129;
	struct xsip_key key;
	unsigned int prefix;
	u8 length = 0;

	/* From short to long ones. */
	for_each_set_bit(prefix, lengths, bits) {
		if (known && known->prefix == prefix && !known->bank) {
			meet(table, known, &met);
		} else {
			xsip_key_init(&key, table, family, addr, prefix, 0);
			meet(table, &key, &met);
		}
		if (met.state == SIP_STRANGER ||
		    (best.state != SIP_STRANGER && best.by_hand &&
		     !met.by_hand))
			continue;
		best = met;
		length = prefix;
	}
	if (hit && best.state == SIP_BANNED)
		count_hit(&best);
	return (struct xsip_standing){ best.state, length };
}

/* ---- What is done ---- */

void xsip_standing_note_tool(struct xsip_table *table,
			     const struct xsip_key *key, u8 tool)
{
	spinlock_t *lock = xsip_hash_lock(&table->net->hash, key->hash);
	struct xsip_source *s;
	u16 generation;

	spin_lock_bh(lock);
	s = xsip_hash_find(&table->net->hash, key, &generation);
	/* It must not hide why the source was banned. */
	if (s && !s->bans && !by_hand(s))
		WRITE_ONCE(s->reason, xsip_reasons_tool(tool));
	spin_unlock_bh(lock);
}

int xsip_standing_ban(struct xsip_table *table, const struct xsip_key *key,
		      const struct xsip_ban *ban)
{
	return xsip_source_change(table, key, set_ban, ban);
}

int xsip_standing_trust(struct xsip_table *table, const struct xsip_key *key,
			const struct xsip_trust *trust)
{
	return xsip_source_change(table, key, set_trust, trust);
}

void xsip_standing_withhold(struct xsip_table *table,
			    const struct xsip_key *key, u32 seconds)
{
	spinlock_t *lock = xsip_hash_lock(&table->net->hash, key->hash);
	struct xsip_source *s;
	u16 generation;

	spin_lock_bh(lock);
	s = xsip_hash_find(&table->net->hash, key, &generation);
	if (s && is_now(s, SIP_TRUSTED) && !by_hand(s)) {
		xsip_term_set(table, s, key->hash, SIP_BARRED,
			      end_after(seconds));
		s->since = this_second();
	}
	spin_unlock_bh(lock);
}

/*
 * Make a source a stranger: if it is one of @states now, and then its past is
 * forgotten, or, if there are none, if its term is over.
 */
static bool end_term(struct xsip_net *sn, struct xsip_source *s,
		     unsigned int states)
{
	struct xsip_key key;
	spinlock_t *lock;
	bool ends;

	key.id = READ_ONCE(s->id);
	smp_rmb(); /* pairs with fill() */
	data_race(key.addr = s->addr);
	key.hash = xsip_key_hash(&key, &sn->hash.secret);
	lock = xsip_hash_lock(&sn->hash, key.hash);
	spin_lock_bh(lock);
	ends = key.id && s->id == key.id && s->hashed &&
		!memcmp(&s->addr, &key.addr, sizeof(key.addr)) &&
		xsip_term_state(s->term) != SIP_STRANGER &&
		!states == xsip_source_is_stranger(s) &&
		(!states || states & BIT(xsip_term_state(s->term)));
	if (ends)
		xsip_term_set(xsip_table_of(sn, s), s, key.hash, SIP_STRANGER,
			      states ? 0 : xsip_term_end(s->term));
	if (ends && states) {
		s->bans = 0;
		if (!xsip_reasons_is_tool(s->reason))
			WRITE_ONCE(s->reason, 0);
	}
	spin_unlock_bh(lock);
	return ends;
}

bool xsip_standing_release(struct xsip_net *sn, struct xsip_source *s,
			   unsigned int states)
{
	return end_term(sn, s, states);
}

void xsip_standing_expire(struct xsip_net *sn, struct xsip_source *s)
{
	end_term(sn, s, 0);
}
