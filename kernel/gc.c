// SPDX-License-Identifier: GPL-2.0
/* Forgets sources, slots, tables and requests that nobody needs any more. */
#include "gc.h"
#include "proof.h"
#include "solicited.h"
#include "standing.h"
#include "table.h"
#include "term.h"

#define SHOWN	60	/* seconds that a source without counts is shown */

static bool has_counts(const struct xsip_table *table,
		       const struct xsip_source *s)
{
	unsigned int first = READ_ONCE(s->bank) * SIP_CELLS;
	const struct xsip_slot *slot;
	u64 now = ktime_get_ns();
	int i;

	for (i = 0; i < SIP_CELLS; i++) {
		slot = &table->slot[first + i];
		if (slot->info &&
		    xsip_count_is_set(&s->cell[i], &slot->count, now))
			return true;
	}
	return false;
}

/* Is a source kept because its next ban is longer than its last? */
static bool remembered(const struct xsip_source *s)
{
	u32 end = xsip_term_end(READ_ONCE(s->term));
	u32 last = max(end, READ_ONCE(s->seen));
	u32 quiet = (u32)ktime_get_seconds() - last;

	return s->bans && quiet < end - READ_ONCE(s->since);
}

static void visit_gc(struct xsip_net *sn, struct xsip_source *s, void *arg)
{
	u8 id = READ_ONCE(s->table);
	const struct xsip_table *table;

	if (!id || !xsip_source_is_stranger(s))
		return;
	if (xsip_term_state(READ_ONCE(s->term)) != SIP_STRANGER)
		xsip_standing_expire(sn, s);
	table = xsip_table_at(sn, id);
	if (atomic_read(&sn->sources) > xsip_term_limit(sn->small) ||
	    !table || (xsip_source_idle(s) > SHOWN && !has_counts(table, s) &&
		       !remembered(s)))
		xsip_source_drop(sn, s, false);
}

static void visit_drop(struct xsip_net *sn, struct xsip_source *s, void *arg)
{
	const struct xsip_table *table = arg;

	if (READ_ONCE(s->table) == table->id)
		xsip_source_drop(sn, s, true);
}

static void gc_slots(struct xsip_table *table)
{
	const struct xsip_slot *slot;
	int i;

	for (i = 0; i < SIP_SLOTS; i++) {
		slot = &table->slot[i];
		if (slot->info && !slot->rules &&
		    !xsip_table_lingers(slot->unused_since))
			xsip_slot_free(table, i);
	}
}

/* Return: whether tables are left. */
static bool gc_tables(struct xsip_net *sn)
{
	struct xsip_table *table;
	bool left = false;
	int id;

	for (id = 1; id <= SIP_TABLES; id++) {
		table = xsip_table_at(sn, id);
		if (!table)
			continue;
		if (table->refs || xsip_table_lingers(table->unused_since)) {
			gc_slots(table);
			left = true;
			continue;
		}
		xsip_source_for_each(sn, visit_drop, table);
		xsip_table_free(table);
	}
	return left;
}

static bool near_limit(const struct xsip_net *sn)
{
	u32 limit = xsip_term_limit(sn->small);

	return atomic_read(&sn->sources) > limit - limit / 8 ||
		atomic_read(&sn->banned) > limit / 2 - limit / 16 ||
		atomic_read(&sn->trusted) > limit / 4 - limit / 32;
}

static void gc(struct work_struct *work)
{
	struct xsip_net *sn = container_of(to_delayed_work(work),
					   struct xsip_net, gc);
	bool left;

	mutex_lock(&sn->mutex);
	left = gc_tables(sn);
	left |= xsip_solicited_gc(sn);
	left |= xsip_proof_gc(sn);
	xsip_source_for_each(sn, visit_gc, NULL);
	xsip_pool_trim(&sn->pool);
	xsip_pool_refill(&sn->pool);
	if (left && !sn->dead)
		xsip_net_schedule_gc(sn, near_limit(sn));
	mutex_unlock(&sn->mutex);
}

int xsip_gc_init(void)
{
	return xsip_net_start(gc);
}

void xsip_gc_exit(void)
{
	xsip_net_stop();
}
