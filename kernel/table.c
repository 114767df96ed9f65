// SPDX-License-Identifier: GPL-2.0
/* Makes and finds tables, and places the cells of counting rules in them. */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "sip/validate.h"
#include "table.h"

#define SAME_RULESET	5	/* seconds within which a ruleset is deleted */

/* ---- Tables ---- */

struct xsip_table *xsip_table_named(const struct xsip_net *sn,
				    const char *name)
{
	struct xsip_table *table;
	int id;

	for (id = 1; id <= SIP_TABLES; id++) {
		table = xsip_table_at(sn, id);
		if (table && !strcmp(table->name, name))
			return table;
	}
	return NULL;
}

static struct xsip_table *make_table(struct xsip_net *sn, const char *name)
{
	struct xsip_table *table;
	int id = 1;

	while (id <= SIP_TABLES && xsip_table_at(sn, id))
		id++;
	if (id > SIP_TABLES)
		return ERR_PTR(-ENOSPC);
	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return ERR_PTR(-ENOMEM);
	table->net = sn;
	table->id = id;
	table->banks = 1;
	strscpy(table->name, name, sizeof(table->name));
	rcu_assign_pointer(sn->tables[id - 1], table);
	return table;
}

struct xsip_table *xsip_table_get(struct xsip_net *sn, const char *name)
{
	struct xsip_table *table;

	mutex_lock(&sn->mutex);
	table = xsip_table_named(sn, name);
	if (!table)
		table = make_table(sn, name);
	if (!IS_ERR(table))
		table->refs++;
	mutex_unlock(&sn->mutex);
	return table;
}

void xsip_table_put(struct xsip_table *table)
{
	struct xsip_net *sn = table->net;

	mutex_lock(&sn->mutex);
	table->refs--;
	table->unused_since = jiffies;
	mutex_unlock(&sn->mutex);
}

void xsip_table_free(struct xsip_table *table)
{
	int i;

	RCU_INIT_POINTER(table->net->tables[table->id - 1], NULL);
	for (i = 0; i < SIP_SLOTS; i++)
		xsip_slot_free(&table->slot[i]);
	kfree_rcu(table, rcu);
}

/* ---- Slots ---- */

/*
 * The first of @cells free cells of one bank, or -1. It is a multiple of
 * @cells, so that single cells that are freed one by one leave room for all
 * rules.
 */
static int find_free_cells(const struct xsip_table *table, unsigned int cells)
{
	unsigned int run = 0;
	unsigned int i;

	for (i = 0; i < SIP_SLOTS; i++) {
		if (i % SIP_CELLS % cells == 0)
			run = 0;
		if (table->slot[i].info) {
			i += table->slot[i].count.cells - 1;
			run = 0;
		} else if (++run == cells) {
			return i - cells + 1;
		}
	}
	return -1;
}

static bool is_unused(const struct xsip_slot *slot)
{
	return slot->info && !slot->rules;
}

/*
 * Free all slots of the ruleset that was deleted first. Freed rule by rule, the
 * small counts could end up scattered over the room of large ones.
 */
static bool reclaim_slots(struct xsip_table *table)
{
	struct xsip_slot *oldest = NULL;
	struct xsip_slot *slot;
	unsigned long last;

	for (slot = table->slot; slot < table->slot + SIP_SLOTS; slot++)
		if (is_unused(slot) &&
		    (!oldest || time_before(slot->unused_since,
					    oldest->unused_since)))
			oldest = slot;
	if (!oldest)
		return false;
	last = oldest->unused_since + SAME_RULESET * HZ;
	for (slot = table->slot; slot < table->slot + SIP_SLOTS; slot++)
		if (is_unused(slot) && !time_after(slot->unused_since, last))
			xsip_slot_free(slot);
	return true;
}

struct clear_arg {
	u8 table;
	u8 bank;
	unsigned int first;
	unsigned int cells;
};

static void visit_clear(struct xsip_net *sn, struct xsip_source *s,
			const void *arg)
{
	const struct clear_arg *clear = arg;
	unsigned int i;

	if (READ_ONCE(s->table) == clear->table &&
	    READ_ONCE(s->bank) == clear->bank)
		for (i = 0; i < clear->cells; i++)
			atomic64_set(&s->cell[clear->first + i], 0);
}

/* Sources must not keep what an earlier rule counted in these cells. */
static void clear_cells(struct xsip_table *table, int index)
{
	struct clear_arg clear = {
		.table = table->id,
		.bank = index / SIP_CELLS,
		.first = index % SIP_CELLS,
		.cells = table->slot[index].count.cells,
	};

	xsip_source_for_each(table->net, visit_clear, &clear);
}

static int take_slot(struct xsip_table *table, const struct xt_sip_mtinfo *info,
		     const struct xsip_count *count)
{
	struct xsip_slot *slot;
	int index;

	do {
		index = find_free_cells(table, count->cells);
	} while (index < 0 && reclaim_slots(table));
	if (index < 0)
		return -ENOSPC;
	slot = &table->slot[index];
	slot->info = kvmalloc(sizeof(*info), GFP_KERNEL_ACCOUNT);
	if (!slot->info)
		return -ENOMEM;
	memcpy(slot->info, info, SIP_RULE_SIZE);
	slot->count = *count;
	clear_cells(table, index);
	if (table->banks < index / SIP_CELLS + 1)
		WRITE_ONCE(table->banks, index / SIP_CELLS + 1);
	return index;
}

int xsip_slot_get(struct xsip_table *table, const struct xt_sip_mtinfo *info,
		  const struct xsip_count *count)
{
	int i;

	mutex_lock(&table->net->mutex);
	for (i = 0; i < SIP_SLOTS; i++)
		if (table->slot[i].info &&
		    !memcmp(table->slot[i].info, info, SIP_RULE_SIZE))
			break;
	if (i == SIP_SLOTS)
		i = take_slot(table, info, count);
	if (i >= 0)
		table->slot[i].rules++;
	mutex_unlock(&table->net->mutex);
	return i;
}

void xsip_slot_put(struct xsip_table *table, int slot)
{
	mutex_lock(&table->net->mutex);
	table->slot[slot].rules--;
	table->slot[slot].unused_since = jiffies;
	mutex_unlock(&table->net->mutex);
}

void xsip_slot_free(struct xsip_slot *slot)
{
	kvfree(slot->info);
	memset(slot, 0, sizeof(*slot));
}
