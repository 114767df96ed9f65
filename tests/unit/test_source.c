// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_source and xsip_standing: concurrent bans, bans that grow, trust,
 * limits, and months without a packet, in the fake kernel of fake/fake.h, where
 * one thread plays both processors and the test sets the clock.
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
#include "standing.c"
#include "term.c"

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

static u32 left(struct fixture *fx, u32 number, enum xsip_state state)
{
	u32 seconds = xsip_source_left(find(fx, number), state);

	/* The second that is not whole. */
	return seconds ? seconds - 1 : 0;
}

static u8 state_of(struct fixture *fx, u32 number)
{
	struct xsip_key key = key_of(fx, number);

	return xsip_standing_of(&fx->table, NFPROTO_IPV4, &key.addr,
				    NULL, true).state;
}

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

#define BY_RATE	SIP_REASON_LISTED	/* the number of some rule's reason */

static int put_growing(struct fixture *fx, u32 number, u32 first, u32 most)
{
	const struct xsip_ban ban = {
		.first = first, .most = most, .reason = BY_RATE,
	};
	struct xsip_key key = key_of(fx, number);

	return xsip_standing_ban(&fx->table, &key, &ban);
}

static int put_ban(struct fixture *fx, u32 number, bool by_hand, u32 seconds)
{
	const struct xsip_ban ban = {
		.first = seconds,
		.reason = by_hand ? SIP_REASON_HAND_NUMBER : BY_RATE,
	};
	struct xsip_key key = key_of(fx, number);

	return xsip_standing_ban(&fx->table, &key, &ban);
}

TEST(bans)
{
	static const u64 boots[] = { 1, 1000, 31536000ULL * 30 };
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
				   left(fx, number, SIP_BANNED), row->left);
		}
	assert_int_equal(atomic_read(&fx->sn.banned), number);
}

/* That a ban was by hand is forgotten with the ban. */
TEST(unban)
{
	struct fixture *fx __fixture = set_up();

	assert_int_equal(put_ban(fx, 1, HAND, 600), 0);
	assert_false(xsip_standing_release(&fx->sn, find(fx, 1),
					   BIT(SIP_TRUSTED)));
	assert_true(xsip_standing_release(&fx->sn, find(fx, 1),
					  BIT(SIP_BANNED)));
	assert_false(xsip_standing_release(&fx->sn, find(fx, 1),
					   BIT(SIP_BANNED)));
	assert_int_equal(atomic_read(&fx->sn.banned), 0);
	assert_int_equal(put_ban(fx, 1, RULE, 86400), 0);
	assert_int_equal(left(fx, 1, SIP_BANNED), 86400);
	assert_true(xsip_source_drop(&fx->sn, find(fx, 1), true));
	assert_int_equal(atomic_read(&fx->sn.sources), 0);
	assert_int_equal(atomic_read(&fx->sn.banned), 0);
}

/* Each ban of a source, the wait before it, and how long it is. */
static const struct {
	u32 wait, first, most, length;
} growing[] = {
	{ 0, 600, 604800, 600 },
	{ 601, 600, 604800, 1200 },
	{ 1201, 600, 604800, 2400 },
	/* one that is running is not lengthened, nor is it another one */
	{ 100, 600, 604800, 2400 },
	/* quiet for as long as the last one, less a second */
	{ 2301 + 2399, 600, 604800, 4800 },
	/* and for as long */
	{ 4801 + 4800, 600, 604800, 600 },
	/* another rule's limit, and one that does not grow */
	{ 601, 3600, 5000, 3600 },
	{ 3601, 3600, 5000, 5000 },
	{ 5001, 60, 0, 60 },
};

TEST(growth)
{
	struct fixture *fx __fixture = set_up();
	const struct xsip_source *s;

	fake.seconds = 5;
	for_each(row, growing) {
		fake.seconds += row->wait;
		assert_int_equal(put_growing(fx, 1, row->first, row->most), 0);
		s = find(fx, 1);
		expect_int("length", xsip_term_end(s->term) - s->since - 1,
			   row->length);
		/* What gc does meanwhile must not matter. */
		xsip_standing_expire(&fx->sn, find(fx, 1));
	}
	assert_int_equal(find(fx, 1)->bans, ARRAY_SIZE(growing) - 1);
}

/* A source that goes on sending is not quiet. */
TEST(growth_of_the_noisy)
{
	struct fixture *fx __fixture = set_up();
	u32 i;

	assert_int_equal(put_growing(fx, 1, 600, 604800), 0);
	for (i = 0; i < 10; i++) {
		assert_int_equal(state_of(fx, 1), SIP_BANNED);
		fake.seconds += 60;
	}
	assert_int_equal(find(fx, 1)->hits, 10);
	fake.seconds += 1;
	assert_int_equal(state_of(fx, 1), SIP_STRANGER);
	xsip_standing_expire(&fx->sn, find(fx, 1));
	assert_int_equal(atomic_read(&fx->sn.banned), 0);
	assert_int_equal(find(fx, 1)->hits, 10);
	fake.seconds += 500;
	assert_int_equal(put_growing(fx, 1, 600, 604800), 0);
	assert_int_equal(left(fx, 1, SIP_BANNED), 1200);
	assert_int_equal(find(fx, 1)->hits, 0);
}

/* What was saved comes back, also if it began before this boot. */
TEST(restored)
{
	static const struct xsip_ban ban = {
		.first = 3480, .reason = BY_RATE, .restored = true,
		.bans = 3, .ago = 120, .hits = 412,
	};
	struct fixture *fx __fixture = set_up();
	struct xsip_key key = key_of(fx, 1);
	const struct xsip_source *s;

	fake.seconds = 7;
	assert_int_equal(xsip_standing_ban(&fx->table, &key, &ban), 0);
	s = find(fx, 1);
	assert_int_equal((u32)fake.seconds - s->since, 120);
	assert_int_equal(xsip_term_end(s->term) - s->since - 1, 3600);
	assert_int_equal(s->bans, 3);
	assert_int_equal(s->hits, 412);
	assert_int_equal(s->reason, BY_RATE);
	/* It is a rule's ban: the next one is twice as long. */
	fake.seconds += 3481;
	assert_int_equal(put_growing(fx, 1, 600, 604800), 0);
	assert_int_equal(left(fx, 1, SIP_BANNED), 7200);
}

/* ---- Trust ---- */

static int put_trust(struct fixture *fx, u32 number, bool by_hand, u32 seconds)
{
	struct xsip_key key = key_of(fx, number);

	const struct xsip_trust trust = {
		.seconds = seconds, .by_hand = by_hand,
	};

	return xsip_standing_trust(&fx->table, &key, &trust);
}

static void withhold(struct fixture *fx, u32 number, u32 seconds)
{
	struct xsip_key key = key_of(fx, number);

	xsip_standing_withhold(&fx->table, &key, seconds);
}

/* A friend, whom a rule would have banned, is banned the next time. */
TEST(friend)
{
	struct fixture *fx __fixture = set_up();

	assert_int_equal(put_trust(fx, 1, RULE, 7200), 1);
	assert_int_equal(state_of(fx, 1), SIP_TRUSTED);
	fake.seconds += 3600;
	assert_int_equal(put_trust(fx, 1, RULE, 7200), 0);
	assert_int_equal(left(fx, 1, SIP_TRUSTED), 7200);
	assert_int_equal(put_trust(fx, 1, RULE, 60), 0);
	assert_int_equal(left(fx, 1, SIP_TRUSTED), 7200);
	withhold(fx, 1, 600);
	assert_int_equal(state_of(fx, 1), SIP_BARRED);
	assert_int_equal(left(fx, 1, SIP_BARRED), 600);
	/* His own REGISTERs do not wash him. */
	assert_int_equal(put_trust(fx, 1, RULE, 7200), -EBUSY);
	assert_int_equal(atomic_read(&fx->sn.trusted), 1);
	assert_int_equal(put_growing(fx, 1, 600, 604800), 0);
	assert_int_equal(left(fx, 1, SIP_BANNED), 600);
	assert_int_equal(atomic_read(&fx->sn.trusted), 0);
	assert_int_equal(put_trust(fx, 1, RULE, 7200), -EBUSY);
	fake.seconds += 601;
	assert_int_equal(put_trust(fx, 1, RULE, 7200), 1);
	assert_int_equal(atomic_read(&fx->sn.banned), 0);
	fake.seconds += 7201;
	assert_int_equal(state_of(fx, 1), SIP_STRANGER);
}

/* The time in which there can be no trust ends. */
TEST(barred)
{
	struct fixture *fx __fixture = set_up();

	withhold(fx, 1, 600);
	assert_null(find(fx, 1));
	assert_int_equal(put_trust(fx, 1, RULE, 60), 1);
	withhold(fx, 1, 600);
	fake.seconds += 600;
	assert_int_equal(put_trust(fx, 1, RULE, 60), -EBUSY);
	fake.seconds += 1;
	assert_int_equal(put_trust(fx, 1, RULE, 60), 1);
	assert_true(xsip_standing_release(&fx->sn, find(fx, 1),
					  BIT(SIP_TRUSTED) | BIT(SIP_BARRED)));
	assert_int_equal(atomic_read(&fx->sn.trusted), 0);
}

/* What an administrator commands, rules do not change. */
TEST(by_hand)
{
	struct fixture *fx __fixture = set_up();

	assert_int_equal(put_ban(fx, 1, RULE, 600), 0);
	assert_int_equal(put_trust(fx, 1, HAND, 600), 1);
	withhold(fx, 1, 3600);
	assert_int_equal(put_trust(fx, 1, RULE, 7200), 0);
	assert_int_equal(left(fx, 1, SIP_TRUSTED), 600);
	assert_int_equal(put_trust(fx, 1, HAND, 60), 0);
	assert_int_equal(left(fx, 1, SIP_TRUSTED), 60);
	assert_int_equal(put_ban(fx, 1, HAND, 600), 0);
	assert_int_equal(state_of(fx, 1), SIP_BANNED);
	assert_int_equal(put_trust(fx, 1, RULE, 7200), -EBUSY);
}

/* Two a second, 500 at once; who was a friend before is free. */
TEST(new_friends)
{
	struct fixture *fx __fixture = set_up();
	u32 number, made = 0;

	for (number = 1; number <= 1000; number++)
		made += put_trust(fx, number, RULE, 7200) == 1;
	assert_int_equal(made, 500);
	for (number = 1; number <= 500; number++)
		assert_int_equal(put_trust(fx, number, RULE, 7200), 0);
	fake.seconds += 10;
	for (number = 501; number <= 1000; number++)
		made += put_trust(fx, number, RULE, 7200) == 1;
	assert_int_equal(made, 520);
	assert_int_equal(put_trust(fx, 2000, HAND, 60), 1);
}

/* Saved friends come back, more than may be made; what happened since holds. */
TEST(restored_friends)
{
	static const struct xsip_trust trust = {
		.seconds = 7000, .restored = true,
	};
	struct fixture *fx __fixture = set_up();
	struct xsip_key key;
	u32 number;

	assert_int_equal(put_ban(fx, 7, RULE, 600), 0);
	for (number = 1; number <= 2000; number++) {
		key = key_of(fx, number);
		assert_int_equal(xsip_standing_trust(&fx->table, &key, &trust),
				 number != 7);
	}
	assert_int_equal(state_of(fx, 7), SIP_BANNED);
	assert_int_equal(left(fx, 2000, SIP_TRUSTED), 7000);
	/* They are a rule's friends. */
	withhold(fx, 2000, 600);
	assert_int_equal(state_of(fx, 2000), SIP_BARRED);
	assert_int_equal(put_trust(fx, 3000, RULE, 60), 1);
}

/* Half of the room is for bans, a quarter for friends; strangers go first. */
TEST(room)
{
	struct fixture *fx __fixture = set_up();
	u32 number, bans = 0, friends = 0;

	xsip_max_sources = 400;
	for (number = 1; number <= 300; number++)
		bans += !put_ban(fx, number, RULE, 600);
	for (number = 1001; number <= 1300; number++)
		friends += put_trust(fx, number, HAND, 600) == 1;
	assert_int_equal(bans, 200);
	assert_int_equal(friends, 100);
	/* From one to the other there is room at once. */
	withhold(fx, 1001, 600);
	assert_int_equal(atomic_read(&fx->sn.trusted), 100);
	for (number = 5001; number <= 9000; number++)
		count(fx, number);
	assert_int_equal(atomic_read(&fx->sn.sources), 400);
	assert_int_equal(atomic_read(&fx->sn.banned), 200);
	assert_int_equal(atomic_read(&fx->sn.trusted), 100);
	xsip_max_sources = 262144;
}

/* ---- Prefixes that differ ---- */

static void set_prefix(struct fixture *fx, u8 prefix, enum xsip_state state,
		       bool by_hand)
{
	const struct xsip_ban ban = {
		.first = 600,
		.reason = by_hand ? SIP_REASON_HAND_NUMBER : BY_RATE,
	};
	const struct xsip_trust trust = { .seconds = 600, .by_hand = by_hand };
	union nf_inet_addr addr = { .ip = htonl(0x0a010203) };
	struct xsip_key key;

	xsip_key_init(&key, &fx->table, NFPROTO_IPV4, &addr, prefix, 0);
	if (state == SIP_BANNED)
		assert_int_equal(xsip_standing_ban(&fx->table, &key, &ban), 0);
	else if (state == SIP_TRUSTED)
		assert_int_equal(xsip_standing_trust(&fx->table, &key, &trust),
				 1);
}

static const struct {
	enum xsip_state wide;
	bool wide_by;
	enum xsip_state narrow;
	bool narrow_by;
	enum xsip_state state;
	u8 prefix;
} prefixes[] = {
	{ SIP_BANNED, RULE, SIP_STRANGER, RULE, SIP_BANNED, 24 },
	{ SIP_STRANGER, RULE, SIP_BANNED, RULE, SIP_BANNED, 32 },
	{ SIP_BANNED, RULE, SIP_TRUSTED, RULE, SIP_TRUSTED, 32 },
	{ SIP_TRUSTED, RULE, SIP_BANNED, RULE, SIP_BANNED, 32 },
	{ SIP_BANNED, HAND, SIP_TRUSTED, RULE, SIP_BANNED, 24 },
	{ SIP_TRUSTED, HAND, SIP_BANNED, RULE, SIP_TRUSTED, 24 },
	{ SIP_BANNED, HAND, SIP_TRUSTED, HAND, SIP_TRUSTED, 32 },
	{ SIP_BANNED, RULE, SIP_TRUSTED, HAND, SIP_TRUSTED, 32 },
};

TEST(prefixes)
{
	union nf_inet_addr addr = { .ip = htonl(0x0a010203) };
	struct xsip_standing found;

	for_each(row, prefixes) {
		struct fixture *fx __fixture = set_up();

		set_prefix(fx, 24, row->wide, row->wide_by);
		set_prefix(fx, 32, row->narrow, row->narrow_by);
		found = xsip_standing_of(&fx->table, NFPROTO_IPV4, &addr,
					 NULL, false);
		expect_int("state", found.state, row->state);
		expect_int("prefix", found.prefix, row->prefix);
	}
}

/* ---- Time ---- */

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
