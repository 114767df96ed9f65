// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_source: concurrent bans, and months without a packet, in the fake
 * kernel of fake/fake.h, where one thread plays both processors and the test
 * sets the clock.
 */
#include "test.h"

/* Userspace has functions of these names. */
#define remove	remove_source
#define unlink	unlink_source

#include "count.c"
#include "count_rate.c"
#include "count_users.c"
#include "hash.c"
#include "key.c"
#include "pool.c"
#include "source.c"

static unsigned int counted[SIP_STAT_COUNT];

void xsip_stats_add(struct xsip_stats __percpu *stats, unsigned int stat)
{
	(void)stats;
	counted[stat]++;
}

/* A namespace with one table. */
struct fixture {
	struct xsip_net sn;
	struct xsip_table table;
};

static struct fixture *set_up(void)
{
	struct fixture *fx = calloc(1, sizeof(*fx));

	assert_non_null(fx);
	xsip_pool_init(&fx->sn.pool);
	assert_int_equal(xsip_hash_open(&fx->sn.hash, 262144), 0);
	xsip_pool_open(&fx->sn.pool);
	fx->table.net = &fx->sn;
	fx->table.id = 1;
	fx->sn.tables[0] = &fx->table;
	memset(counted, 0, sizeof(counted));
	return fx;
}

static void tear_down(struct fixture **fx)
{
	xsip_pool_close(&(*fx)->sn.pool);
	xsip_hash_close(&(*fx)->sn.hash);
	free(*fx);
}

#define __fixture	__attribute__((cleanup(tear_down)))

static struct xsip_key key_of(struct fixture *fx, u32 number)
{
	union nf_inet_addr addr = { .ip = htonl(number) };
	struct xsip_key key;

	xsip_key_init(&key, &fx->table, NFPROTO_IPV4, &addr, 32, 0);
	return key;
}

static struct xsip_source *find(struct fixture *fx, u32 number)
{
	struct xsip_key key = key_of(fx, number);
	u16 generation;

	return xsip_hash_find(&fx->sn.hash, &key, &generation);
}

/* ---- Bans ---- */

#define HAND	true
#define RULE	false

/* One ban after the other, and how long it is after a wait and the last. */
static const struct {
	bool first_by;
	u32 first;
	u32 wait;
	bool last_by;
	u32 last;
	u32 left;
} rows[] = {
	/* Of two rules the longer, whichever comes first. */
	{ RULE, 600, 0, RULE, 86400, 86400 },
	{ RULE, 86400, 0, RULE, 600, 86400 },
	{ RULE, 600, 0, RULE, 600, 600 },
	{ RULE, 600, 100, RULE, 600, 600 },
	{ RULE, 600, 100, RULE, 500, 500 },
	{ RULE, 600, 100, RULE, 499, 500 },
	{ RULE, 31536000, 31535999, RULE, 1, 1 },
	{ RULE, 600, 10000, RULE, 10, 10 },
	/* A ban by hand lasts as written, also if a rule bans later. */
	{ RULE, 86400, 0, HAND, 600, 600 },
	{ RULE, 600, 0, HAND, 86400, 86400 },
	{ HAND, 86400, 0, HAND, 600, 600 },
	{ HAND, 600, 0, RULE, 86400, 600 },
	{ HAND, 86400, 0, RULE, 600, 86400 },
	{ HAND, 600, 599, RULE, 86400, 1 },
	/* When it is over a rule may ban again. */
	{ HAND, 600, 601, RULE, 10, 10 },
};

static int put_ban(struct fixture *fx, u32 number, bool by_hand, u32 seconds)
{
	struct xsip_key key = key_of(fx, number);

	return by_hand ?
		xsip_source_ban_by_hand(&fx->table, &key, seconds) :
		xsip_source_ban(&fx->table, &key, seconds);
}

TEST(bans)
{
	static const u64 boots[] = { 1, 1000, 31536000ULL * 50 };
	struct fixture *fx __fixture = set_up();
	u32 number = 0;

	for_each(boot, boots)
		for_each(row, rows) {
			fake.seconds = *boot;
			number++;
			assert_int_equal(put_ban(fx, number, row->first_by,
						 row->first), 0);
			fake.seconds += row->wait;
			assert_int_equal(put_ban(fx, number, row->last_by,
						 row->last), 0);
			expect_int("seconds left",
				   xsip_source_ban_left(find(fx, number)) - 1,
				   row->left);
		}
	assert_int_equal(atomic_read(&fx->sn.banned), number);
}

/* That a ban was by hand is forgotten with the ban. */
TEST(unban)
{
	struct fixture *fx __fixture = set_up();

	assert_int_equal(put_ban(fx, 1, HAND, 600), 0);
	xsip_source_unban(&fx->sn, find(fx, 1), true);
	assert_int_equal(atomic_read(&fx->sn.banned), 0);
	assert_int_equal(put_ban(fx, 1, RULE, 86400), 0);
	assert_int_equal(xsip_source_ban_left(find(fx, 1)), 86401);
	assert_true(xsip_source_drop(&fx->sn, find(fx, 1), true));
	assert_int_equal(atomic_read(&fx->sn.sources), 0);
}

/* ---- Time ---- */

static void count(struct fixture *fx, u32 number)
{
	static const struct xt_sip_mtinfo info = {
		.flags = XT_SIP_RATE,
		.rate = 1000, .rate_unit = 1, .burst = 1000,
	};
	struct xsip_key key = key_of(fx, number);
	struct xsip_count one;

	xsip_count_init(&one, &info);
	xsip_source_charge(&fx->table, &key, 0, &one, SIP_KIND_RATE, 0);
}

/* A source not seen for months is not fresh, though the ticks wrapped. */
TEST(months)
{
	static const u32 days[] = { 0, 1, 49, 50, 99, 100, 199, 365, 3650 };
	struct fixture *fx __fixture = set_up();
	u32 number = 1;

	for_each(day, days) {
		fake.seconds = 1000;
		count(fx, number);
		/* 2^32 ticks of 1 ms are 49 days and 17 hours. */
		fake.seconds += *day * 86400ULL;
		if (*day > 49)
			fake.seconds = 1000 + *day / 49 * 4294967ULL + 1;
		assert_int_equal(xsip_source_idle(find(fx, number)),
				 fake.seconds - 1000);
		number++;
	}
}

/* Such a source makes room before one that was seen an hour ago. */
TEST(evicted)
{
	struct fixture *fx __fixture = set_up();

	xsip_max_sources = 2;
	fake.seconds = 1000;
	count(fx, 1);
	fake.seconds += 4294967 - 3600;
	count(fx, 2);
	fake.seconds += 3600 + 1;
	count(fx, 3);
	xsip_max_sources = 262144;
	assert_null(find(fx, 1));
	assert_non_null(find(fx, 2));
	assert_int_equal(counted[SIP_STAT_EVICTED], 1);
}
