// SPDX-License-Identifier: GPL-2.0
/*
 * sip_source: bans that come at the same time, and months without a packet, in
 * a fake kernel (fake/fake.h) where one hand does what two processors do, and
 * the clock is set.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

/* Userspace has functions of these names. */
#define remove	remove_source
#define unlink	unlink_source

#include "sip_pool.c"
#include "sip_store.c"
#include "sip_source.c"

static unsigned int counted[SIP_STAT_COUNT];

void sip_stats_add(struct sip_stats __percpu *stats, unsigned int stat)
{
	(void)stats;
	counted[stat]++;
}

/* A namespace with one table. */
struct house {
	struct sip_net sn;
	struct sip_table table;
};

static int make_house(void **state)
{
	struct house *house = calloc(1, sizeof(*house));

	assert_non_null(house);
	sip_store_init(&house->sn);
	assert_int_equal(sip_store_open(&house->sn), 0);
	house->table.net = &house->sn;
	house->table.id = 1;
	house->sn.tables[0] = &house->table;
	memset(counted, 0, sizeof(counted));
	*state = house;
	return 0;
}

static int leave_house(void **state)
{
	struct house *house = *state;

	sip_store_close(&house->sn);
	free(house);
	return 0;
}

static struct sip_key key_of(struct house *house, u32 number)
{
	union nf_inet_addr addr = { .ip = htonl(number) };
	struct sip_key key;

	sip_key_init(&key, &house->table, NFPROTO_IPV4, &addr, 32, 0);
	return key;
}

static struct sip_source *find(struct house *house, u32 number)
{
	struct sip_key key = key_of(house, number);
	u16 generation;

	return sip_store_find(&house->sn, &key, &generation);
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
	/* By hand it is what was said, also against a rule that comes later. */
	{ RULE, 86400, 0, HAND, 600, 600 },
	{ RULE, 600, 0, HAND, 86400, 86400 },
	{ HAND, 86400, 0, HAND, 600, 600 },
	{ HAND, 600, 0, RULE, 86400, 600 },
	{ HAND, 86400, 0, RULE, 600, 86400 },
	{ HAND, 600, 599, RULE, 86400, 1 },
	/* When it is over a rule may ban again. */
	{ HAND, 600, 601, RULE, 10, 10 },
};

static int put_ban(struct house *house, u32 number, bool by_hand, u32 seconds)
{
	struct sip_key key = key_of(house, number);

	return by_hand ?
		sip_source_ban_by_hand(&house->table, &key, seconds) :
		sip_source_ban(&house->table, &key, seconds);
}

static void test_bans(void **state)
{
	static const u64 boots[] = { 1, 1000, 31536000ULL * 50 };
	struct house *house = *state;
	u32 i, boot, number = 0, left;

	for (boot = 0; boot < ARRAY_SIZE(boots); boot++)
		for (i = 0; i < ARRAY_SIZE(rows); i++) {
			fake.seconds = boots[boot];
			assert_int_equal(put_ban(house, ++number,
						 rows[i].first_by,
						 rows[i].first), 0);
			fake.seconds += rows[i].wait;
			assert_int_equal(put_ban(house, number,
						 rows[i].last_by,
						 rows[i].last), 0);
			left = sip_source_ban_left(find(house, number)) - 1;
			if (left != rows[i].left)
				fail_msg("row %u: %u seconds, expected %u", i,
					 left, rows[i].left);
		}
	assert_int_equal(atomic_read(&house->sn.banned), number);
}

/* What was by hand is forgotten with the ban. */
static void test_unban(void **state)
{
	struct house *house = *state;

	assert_int_equal(put_ban(house, 1, HAND, 600), 0);
	sip_source_unban(&house->sn, find(house, 1), true);
	assert_int_equal(atomic_read(&house->sn.banned), 0);
	assert_int_equal(put_ban(house, 1, RULE, 86400), 0);
	assert_int_equal(sip_source_ban_left(find(house, 1)), 86401);
	assert_true(sip_source_drop(&house->sn, find(house, 1), true));
	assert_int_equal(atomic_read(&house->sn.sources), 0);
}

/* ---- Time ---- */

static void count(struct house *house, u32 number)
{
	struct sip_count one = { .flags = XT_SIP_RATE };
	struct sip_key key = key_of(house, number);

	sip_rate_init(&one.rate, 1000, 1, 1000);
	sip_source_charge(&house->table, &key, 0, &one);
}

/* Who was not seen for months is not fresh, whatever the ticks say. */
static void test_months(void **state)
{
	static const u32 days[] = { 0, 1, 49, 50, 99, 100, 199, 365, 3650 };
	struct house *house = *state;
	u32 i, number = 1;

	for (i = 0; i < ARRAY_SIZE(days); i++) {
		fake.seconds = 1000;
		count(house, number);
		/* 2^32 ticks of 1 ms are 49 days and 17 hours. */
		fake.seconds += days[i] * 86400ULL;
		if (days[i] > 49)
			fake.seconds = 1000 + days[i] / 49 * 4294967ULL + 1;
		assert_int_equal(sip_source_idle(find(house, number)),
				 fake.seconds - 1000);
		number++;
	}
}

/* Such a source makes room before one that was seen an hour ago. */
static void test_evicted(void **state)
{
	struct house *house = *state;

	sip_max_sources = 2;
	fake.seconds = 1000;
	count(house, 1);
	fake.seconds += 4294967 - 3600;
	count(house, 2);
	fake.seconds += 3600 + 1;
	count(house, 3);
	sip_max_sources = 262144;
	assert_null(find(house, 1));
	assert_non_null(find(house, 2));
	assert_int_equal(counted[SIP_STAT_EVICTED], 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bans, make_house,
						leave_house),
		cmocka_unit_test_setup_teardown(test_unban, make_house,
						leave_house),
		cmocka_unit_test_setup_teardown(test_months, make_house,
						leave_house),
		cmocka_unit_test_setup_teardown(test_evicted, make_house,
						leave_house),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
