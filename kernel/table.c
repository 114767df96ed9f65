// SPDX-License-Identifier: GPL-2.0
/* Makes and finds tables, and places the cells of counting rules in them. */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "sip/validate.h"
#include "table.h"

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
		if (table->slot[i].info)
			xsip_slot_free(table, i);
	kfree_rcu(table, rcu);
}

/* ---- Slots ---- */

/*
 * The first of @cells free cells of one bank, or SIP_SLOTS or more. They are
 * aligned to the next power of two, which divides a bank.
 */
static unsigned long find_free_cells(struct xsip_table *table,
				     unsigned int cells)
{
	BUILD_BUG_ON(!is_power_of_2(SIP_CELLS));
	return bitmap_find_next_zero_area(table->taken, SIP_SLOTS, 0, cells,
					  roundup_pow_of_two(cells) - 1);
}

/* Free what no rule uses: counts that wait for their ruleset to come back. */
static void reclaim_slots(struct xsip_table *table)
{
	int i;

	for (i = 0; i < SIP_SLOTS; i++)
		if (table->slot[i].info && !table->slot[i].rules)
			xsip_slot_free(table, i);
}

struct clear_arg {
	u8 table;
	u8 bank;
	unsigned int first;
	unsigned int cells;
};

static void visit_clear(struct xsip_net *sn, struct xsip_source *s,
			void *arg)
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
	unsigned long index = find_free_cells(table, count->cells);
	struct xsip_slot *slot;

	if (index >= SIP_SLOTS) {
		reclaim_slots(table);
		index = find_free_cells(table, count->cells);
	}
	if (index >= SIP_SLOTS)
		return -ENOSPC;
	slot = &table->slot[index];
	slot->info = kvmalloc(sizeof(*info), GFP_KERNEL_ACCOUNT);
	if (!slot->info)
		return -ENOMEM;
	memcpy(slot->info, info, SIP_RULE_SIZE);
	slot->count = *count;
	bitmap_set(table->taken, index, count->cells);
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

void xsip_slot_free(struct xsip_table *table, int slot)
{
	bitmap_clear(table->taken, slot, table->slot[slot].count.cells);
	kvfree(table->slot[slot].info);
	memset(&table->slot[slot], 0, sizeof(table->slot[slot]));
}
