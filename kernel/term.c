// SPDX-License-Identifier: GPL-2.0
/* Gives a source its standing, if there is room for one more of that kind. */
#include <linux/ktime.h>

#include "table.h"
#include "term.h"

/* Sources of a namespace whose user namespace is not the host's. */
#define SMALL_LIMIT	4096

unsigned int xsip_max_sources = 262144;

u32 xsip_term_limit(bool small)
{
	u32 limit = READ_ONCE(xsip_max_sources);

	return small ? min_t(u32, limit, SMALL_LIMIT) : limit;
}

/* Who is not a stranger is in use by prefix, and no victim. */
static void count_standing(struct xsip_table *table,
			   const struct xsip_source *s, int change)
{
	bool v4 = s->family == NFPROTO_IPV4;
	unsigned int *terms = v4 ? table->terms4 : table->terms6;
	unsigned long *lengths = v4 ? table->lengths4 : table->lengths6;

	spin_lock(&table->net->term_lock);
	terms[s->prefix] += change;
	if (terms[s->prefix])
		__set_bit(s->prefix, lengths);
	else
		__clear_bit(s->prefix, lengths);
	xsip_pool_pin(s, change);
	spin_unlock(&table->net->term_lock);
}

/* The sources that share the room of a state: banned ones, or friends. */
static atomic_t *room_of(struct xsip_net *sn, enum xsip_state state)
{
	return state == SIP_BANNED ? &sn->banned : &sn->trusted;
}

static atomic_t *gauge_of(struct xsip_table *table, enum xsip_state state)
{
	return state == SIP_BANNED ? &table->banned : &table->trusted;
}

static bool enter_state(struct xsip_table *table, enum xsip_state state)
{
	int limit = xsip_term_limit(table->net->small);
	atomic_t *room = room_of(table->net, state);

	limit /= state == SIP_BANNED ? 2 : 4;
	if (atomic_inc_return(room) > limit) {
		atomic_dec(room);
		return false;
	}
	atomic_inc(gauge_of(table, state));
	return true;
}

static void leave_state(struct xsip_table *table, enum xsip_state state)
{
	atomic_dec(room_of(table->net, state));
	atomic_dec(gauge_of(table, state));
}

/* Does who changes from one state to the other stay in the same room? */
static bool same_room(struct xsip_net *sn, enum xsip_state old,
		      enum xsip_state state)
{
	return old == state || (old && state &&
				room_of(sn, old) == room_of(sn, state));
}

bool xsip_term_set(struct xsip_table *table, struct xsip_source *s, u32 hash,
		   enum xsip_state state, u32 end)
{
	enum xsip_state old = xsip_term_state(s->term);

	if (!same_room(table->net, old, state)) {
		if (state && !enter_state(table, state))
			return false;
		if (old)
			leave_state(table, old);
	}
	if (!old != !state)
		count_standing(table, s, state ? 1 : -1);
	WRITE_ONCE(s->term, xsip_term(state, end));
	xsip_hash_mark(&table->net->hash, hash);
	return true;
}
