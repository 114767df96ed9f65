// SPDX-License-Identifier: GPL-2.0
/* sip_table: see sip_table.h for the contract. */
#include <linux/err.h>
#include <linux/inetdevice.h>
#include <linux/jiffies.h>
#include <linux/rculist_nulls.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "sip_solicited.h"
#include "sip_table.h"

#define SIP_KEEP	60 /* seconds that one without counts is shown */
#define SIP_TOGETHER	5  /* seconds within which all of a ruleset goes */

/* ---- Walking all sources, which may take long ---- */

/* Called for each source under rcu_read_lock(); may drop it. */
typedef void (*visit_t)(struct sip_net *sn, struct sip_source *s,
			const void *arg);

static void for_each_source(struct sip_net *sn, visit_t visit, const void *arg)
{
	struct sip_source *s;
	loff_t pos = 0;

	rcu_read_lock();
	while ((s = sip_pool_at(&sn->pool, &pos))) {
		visit(sn, s, arg);
		pos++;
	}
	rcu_read_unlock();
}

static void visit_drop(struct sip_net *sn, struct sip_source *s,
		       const void *arg)
{
	const struct sip_table *table = arg;

	if (!table || READ_ONCE(s->table) == table->id)
		sip_source_drop(sn, s, true);
}

/* ---- Counting rules ---- */

static bool lingers(unsigned long unused_since)
{
	return time_before(jiffies, unused_since + SIP_LINGER * HZ);
}

/*
 * Index of the first of @words free words in a row of one bank, or -1. They
 * begin where so many could stand beside each other: rules that go one by one
 * leave no gap that is too small for all that come.
 */
static int free_words(const struct sip_table *table, unsigned int words)
{
	unsigned int run = 0;
	unsigned int i;

	for (i = 0; i < SIP_SLOTS; i++) {
		if (i % SIP_WORDS % words == 0)
			run = 0;
		if (table->slot[i].info) {
			i += sip_count_words(&table->slot[i].count) - 1;
			run = 0;
		} else if (++run == words) {
			return i - words + 1;
		}
	}
	return -1;
}

/*
 * Free the counts of the ruleset that is gone for longest: of the rule, and of
 * those that went with it. Were it one rule at a time, small counts could end
 * up scattered over the room of large ones.
 */
static bool reclaim_slots(struct sip_table *table)
{
	struct sip_slot *oldest = NULL;
	struct sip_slot *slot;
	unsigned long last;

	for (slot = table->slot; slot < table->slot + SIP_SLOTS; slot++)
		if (slot->info && !slot->rules &&
		    (!oldest || time_before(slot->unused_since,
					    oldest->unused_since)))
			oldest = slot;
	if (!oldest)
		return false;
	last = oldest->unused_since + SIP_TOGETHER * HZ;
	for (slot = table->slot; slot < table->slot + SIP_SLOTS; slot++)
		if (slot->info && !slot->rules &&
		    !time_after(slot->unused_since, last))
			sip_slot_free(slot);
	return true;
}

struct clear_arg {
	u8 table;
	u8 bank;
	unsigned int first;
	unsigned int words;
};

static void visit_clear(struct sip_net *sn, struct sip_source *s,
			const void *arg)
{
	const struct clear_arg *clear = arg;
	unsigned int i;

	if (READ_ONCE(s->table) == clear->table &&
	    READ_ONCE(s->bank) == clear->bank)
		for (i = 0; i < clear->words; i++)
			atomic64_set(&s->word[clear->first + i], 0);
}

/* Nothing may keep what another rule counted here. */
static void clear_slot(struct sip_table *table, int index)
{
	struct clear_arg clear = {
		.table = table->id,
		.bank = index / SIP_WORDS,
		.first = index % SIP_WORDS,
		.words = sip_count_words(&table->slot[index].count),
	};

	for_each_source(table->net, visit_clear, &clear);
}

static int take_slot(struct sip_table *table, const struct xt_sip_mtinfo *info,
		     const struct sip_count *count)
{
	struct sip_slot *slot;
	int index;

	do {
		index = free_words(table, sip_count_words(count));
	} while (index < 0 && reclaim_slots(table));
	if (index < 0)
		return -ENOSPC;
	slot = &table->slot[index];
	slot->info = kvmalloc(sizeof(*info), GFP_KERNEL_ACCOUNT);
	if (!slot->info)
		return -ENOMEM;
	memcpy(slot->info, info, SIP_INFO_SIZE);
	slot->count = *count;
	clear_slot(table, index);
	if (table->banks < index / SIP_WORDS + 1)
		WRITE_ONCE(table->banks, index / SIP_WORDS + 1);
	return index;
}

int sip_slot_get(struct sip_table *table, const struct xt_sip_mtinfo *info,
		 const struct sip_count *count)
{
	int i;

	mutex_lock(&table->net->mutex);
	for (i = 0; i < SIP_SLOTS; i++)
		if (table->slot[i].info &&
		    !memcmp(table->slot[i].info, info, SIP_INFO_SIZE))
			break;
	if (i == SIP_SLOTS)
		i = take_slot(table, info, count);
	if (i >= 0)
		table->slot[i].rules++;
	mutex_unlock(&table->net->mutex);
	return i;
}

void sip_slot_put(struct sip_table *table, int slot)
{
	mutex_lock(&table->net->mutex);
	table->slot[slot].rules--;
	table->slot[slot].unused_since = jiffies;
	mutex_unlock(&table->net->mutex);
}

/* ---- Tables ---- */

static struct sip_table *table_at(const struct sip_net *sn, int i)
{
	return rcu_dereference_protected(sn->tables[i],
					 lockdep_is_held(&sn->mutex));
}

static struct sip_table *table_named(const struct sip_net *sn,
				     const char *name)
{
	struct sip_table *table;
	int i;

	for (i = 0; i < SIP_TABLES; i++) {
		table = table_at(sn, i);
		if (table && !strcmp(table->name, name))
			return table;
	}
	return NULL;
}

static struct sip_table *make_table(struct sip_net *sn, const char *name)
{
	struct sip_table *table;
	int i = 0;
	int err;

	while (i < SIP_TABLES && table_at(sn, i))
		i++;
	if (i == SIP_TABLES)
		return ERR_PTR(-ENOSPC);
	err = sip_store_open(sn);
	if (err)
		return ERR_PTR(err);
	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return ERR_PTR(-ENOMEM);
	table->net = sn;
	table->id = i + 1;
	table->banks = 1;
	strscpy(table->name, name, sizeof(table->name));
	rcu_assign_pointer(sn->tables[i], table);
	sip_net_own_file(sn);
	sip_net_tend(sn, false);
	return table;
}

struct sip_table *sip_table_get(struct sip_net *sn, const char *name)
{
	struct sip_table *table;

	mutex_lock(&sn->mutex);
	table = table_named(sn, name);
	if (!table)
		table = make_table(sn, name);
	if (!IS_ERR(table)) {
		table->users++;
		sip_net_get(sn);
	}
	mutex_unlock(&sn->mutex);
	return table;
}

void sip_table_put(struct sip_table *table)
{
	struct sip_net *sn = table->net;

	mutex_lock(&sn->mutex);
	table->users--;
	table->unused_since = jiffies;
	mutex_unlock(&sn->mutex);
	sip_net_put(sn);
}

/* ---- The worker ---- */

/* Has a rule counted what a new entry would not know of? */
static bool holds_count(const struct sip_count *count, const atomic64_t *word,
			u64 now)
{
	u64 users[SIP_USERS_WORDS];
	int i;

	if (count->flags & XT_SIP_RATE &&
	    (u64)atomic64_read(&word[sip_count_rate(count)]) > now)
		return true;
	if (!(count->flags & XT_SIP_USERS))
		return false;
	for (i = 0; i < SIP_USERS_WORDS; i++)
		users[i] = atomic64_read(&word[i]);
	sip_users_age(&count->users, now, users);
	return sip_users_set(users);
}

static bool in_debt(const struct sip_table *table, const struct sip_source *s,
		    u64 now)
{
	const struct sip_slot *slot;
	unsigned int bank = READ_ONCE(s->bank);
	int i;

	for (i = 0; i < SIP_WORDS; i++) {
		slot = &table->slot[bank * SIP_WORDS + i];
		if (slot->info && holds_count(&slot->count, &s->word[i], now))
			return true;
	}
	return false;
}

static void visit_gc(struct sip_net *sn, struct sip_source *s,
		     const void *arg)
{
	u8 id = READ_ONCE(s->table);
	const struct sip_table *table;

	if (!id || sip_source_ban_left(s))
		return;
	if (READ_ONCE(s->ban))
		sip_source_unban(sn, s, false);
	table = rcu_dereference_check(sn->tables[id - 1],
				      lockdep_is_held(&sn->mutex));
	if (atomic_read(&sn->sources) > sip_net_limit(sn) || !table ||
	    (sip_source_idle(s) > SIP_KEEP &&
	     !in_debt(table, s, ktime_get_ns())))
		sip_source_drop(sn, s, false);
}

/* Forget tables and rules that are gone for long; are any tables left? */
static bool gc_tables(struct sip_net *sn)
{
	struct sip_table *table;
	struct sip_slot *slot;
	bool left = false;
	int i;

	for (i = 0; i < SIP_TABLES; i++) {
		table = table_at(sn, i);
		if (!table)
			continue;
		if (!table->users && !lingers(table->unused_since)) {
			for_each_source(sn, visit_drop, table);
			sip_net_free_table(table);
			continue;
		}
		left = true;
		for (slot = table->slot; slot < table->slot + SIP_SLOTS; slot++)
			if (slot->info && !slot->rules &&
			    !lingers(slot->unused_since))
				sip_slot_free(slot);
	}
	return left;
}

static bool room_is_scarce(const struct sip_net *sn)
{
	u32 limit = sip_net_limit(sn);

	return atomic_read(&sn->sources) > limit - limit / 8 ||
		atomic_read(&sn->banned) > limit / 2 - limit / 16;
}

static void gc(struct work_struct *work)
{
	struct sip_net *sn = container_of(to_delayed_work(work),
					  struct sip_net, gc);
	bool left;

	mutex_lock(&sn->mutex);
	left = gc_tables(sn);
	left |= sip_solicited_gc(sn);
	for_each_source(sn, visit_gc, NULL);
	sip_pool_trim(&sn->pool);
	sip_pool_refill(&sn->pool);
	if (left && !sn->dead)
		sip_net_tend(sn, room_is_scarce(sn));
	mutex_unlock(&sn->mutex);
}

/* ---- For the administrator ---- */

struct address_arg {
	const struct sip_table *table;	/* NULL: all */
	u8 family;
	int prefix;			/* -1: any */
	const union nf_inet_addr *addr;
};

/* Is the address that is asked for this source, or a part of it? */
static bool covers(const struct sip_source *s, const struct address_arg *arg)
{
	union nf_inet_addr addr;

	if (READ_ONCE(s->family) != arg->family ||
	    (arg->table && READ_ONCE(s->table) != arg->table->id) ||
	    (arg->prefix >= 0 && READ_ONCE(s->prefix) != arg->prefix))
		return false;
	/* Torn if the entry becomes another source under us. */
	data_race(addr = s->addr);
	if (arg->family == NFPROTO_IPV4)
		return !((addr.ip ^ arg->addr->ip) &
			 inet_make_mask(READ_ONCE(s->prefix)));
	return ipv6_prefix_equal(&addr.in6, &arg->addr->in6,
				 READ_ONCE(s->prefix));
}

static void visit_unban(struct sip_net *sn, struct sip_source *s,
			const void *arg)
{
	if (covers(s, arg))
		sip_source_unban(sn, s, true);
}

static void visit_forgive(struct sip_net *sn, struct sip_source *s,
			  const void *arg)
{
	int i;

	if (covers(s, arg))
		for (i = 0; i < SIP_WORDS; i++)
			atomic64_set(&s->word[i], 0);
}

/* Visit the sources that @arg asks for in the table @name, NULL: in all. */
static int visit_address(struct sip_net *sn, const char *name, visit_t visit,
			 struct address_arg *arg)
{
	int err = 0;

	mutex_lock(&sn->mutex);
	arg->table = name ? table_named(sn, name) : NULL;
	if (name && !arg->table)
		err = -ENOENT;
	else
		for_each_source(sn, visit, arg);
	mutex_unlock(&sn->mutex);
	return err;
}

int sip_table_unban(struct sip_net *sn, const char *name, u8 family,
		    const union nf_inet_addr *addr, int prefix)
{
	struct address_arg arg = {
		.family = family, .addr = addr, .prefix = prefix,
	};

	return visit_address(sn, name, visit_unban, &arg);
}

int sip_table_forgive(struct sip_net *sn, const char *name, u8 family,
		      const union nf_inet_addr *addr, int prefix)
{
	struct address_arg arg = {
		.family = family, .addr = addr, .prefix = prefix,
	};

	return visit_address(sn, name, visit_forgive, &arg);
}

int sip_table_flush(struct sip_net *sn, const char *name)
{
	struct sip_table *table = NULL;
	int err = 0;

	mutex_lock(&sn->mutex);
	if (name)
		table = table_named(sn, name);
	if (name && !table)
		err = -ENOENT;
	else
		for_each_source(sn, visit_drop, table);
	mutex_unlock(&sn->mutex);
	return err;
}

int sip_table_ban(struct sip_net *sn, const char *name, u8 family,
		  const union nf_inet_addr *addr, u8 prefix, u32 seconds)
{
	struct sip_table *table = sip_table_get(sn, name);
	struct sip_key key;
	int err;

	if (IS_ERR(table))
		return PTR_ERR(table);
	rcu_read_lock();
	local_bh_disable();
	sip_key_init(&key, table, family, addr, prefix, 0);
	err = sip_source_ban_by_hand(table, &key, seconds);
	local_bh_enable();
	rcu_read_unlock();
	sip_table_put(table);
	return err;
}

/* ---- Module ---- */

int sip_table_init(void)
{
	return sip_net_start(gc);
}

void sip_table_exit(void)
{
	sip_net_stop();
}
