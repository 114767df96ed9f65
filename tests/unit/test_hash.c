// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_hash: chosen addresses do not make its chains long. A whole hash
 * of sources of each set below, under many keys, has no longer chains than
 * chance makes; who knows a key can choose sources of one chain, but every
 * namespace draws its own. fake/fake.h hashes as the kernel does.
 */
#include "test.h"

#include "hash.c"
#include "key.c"

#define BUCKETS	4096
#define KEYS	50
#define STOLEN	200		/* sources that share a chain */
#define ONCE_IN	0.0000000001	/* 10^10 */

/* A namespace with a table, and sources that are hashed. */
struct fixture {
	struct xsip_net sn;
	struct xsip_table table;
	struct xsip_source sources[BUCKETS];
	union nf_inet_addr stolen[STOLEN];
};

static struct fixture *set_up(void)
{
	struct fixture *fx = calloc(1, sizeof(*fx));

	assert_non_null(fx);
	assert_int_equal(xsip_hash_open(&fx->sn.hash, BUCKETS), 0);
	assert_int_equal(fx->sn.hash.mask, BUCKETS - 1);
	fx->table.net = &fx->sn;
	fx->table.id = 1;
	return fx;
}

static void tear_down(struct fixture **fx)
{
	xsip_hash_close(&(*fx)->sn.hash);
	free(*fx);
}

#define __fixture	__attribute__((cleanup(tear_down)))

/* Another namespace in the place of this one. */
static void again(struct fixture *fx)
{
	xsip_hash_close(&fx->sn.hash);
	assert_int_equal(xsip_hash_open(&fx->sn.hash, BUCKETS), 0);
}

/* ---- Sets of addresses ---- */

#define TURNED	(-1)

/*
 * Number n is @base and n shifted, or @base with no bit turned, then all with
 * one, with two, with three.
 */
static const struct set {
	const char *name;
	u8 family;
	u64 base;
	int shift;		/* or TURNED */
} sets[] = {
	{ "low bits count", NFPROTO_IPV4, 0x0a000000, 0 },
	{ "low bits are the same", NFPROTO_IPV4, 0x1234, 15 },
	{ "few bits differ", NFPROTO_IPV4, 0xc6336401, TURNED },
	{ "low bits count", NFPROTO_IPV6, 0x20010db800000000, 0 },
	{ "low bits are the same", NFPROTO_IPV6, 0x1234567890, 40 },
	{ "few bits differ", NFPROTO_IPV6, 0x20010db800010002, TURNED },
};

static u64 turned(u64 base, int bits, u32 n)
{
	int i, j, k;

	for (i = -1; i < bits; i++)
		for (j = -1; j < i || j == -1; j++)
			for (k = -1; k < j || k == -1; k++)
				if (!n--)
					return base ^
						(i < 0 ? 0 : 1ULL << i) ^
						(j < 0 ? 0 : 1ULL << j) ^
						(k < 0 ? 0 : 1ULL << k);
	fail_msg("no more bits");
	return 0;
}

static union nf_inet_addr member(const struct set *set, u32 n)
{
	bool ipv4 = set->family == NFPROTO_IPV4;
	union nf_inet_addr addr = { .all = { 0 } };
	u64 bits;

	bits = set->shift == TURNED ? turned(set->base, ipv4 ? 32 : 64, n) :
		set->base + ((u64)n << set->shift);
	addr.all[0] = htonl((u32)(ipv4 ? bits : bits >> 32));
	if (!ipv4)
		addr.all[1] = htonl((u32)bits);
	return addr;
}

/* ---- Chains ---- */

static u32 hash_of(const struct fixture *fx, u8 family,
		   const union nf_inet_addr *addr)
{
	struct xsip_key key;

	xsip_key_init(&key, &fx->table, family, addr,
		      family == NFPROTO_IPV4 ? 32 : 64, 0);
	return key.hash;
}

/* Empty the hash, then add sources with these addresses. */
static void fill(struct fixture *fx, u8 family, const union nf_inet_addr *addr,
		 u32 count)
{
	u32 i;

	for (i = 0; i < BUCKETS; i++)
		fx->sn.hash.buckets[i] = end_of_chain(i);
	for (i = 0; i < count; i++)
		xsip_hash_add(&fx->sn.hash, &fx->sources[i],
			      hash_of(fx, family, &addr[i]));
}

static u32 longest(const struct fixture *fx)
{
	const struct xsip_source *s;
	u32 i, length, most = 0;

	for (i = 0; i < BUCKETS; i++) {
		length = 0;
		for (s = fx->sn.hash.buckets[i]; !is_end(s); s = s->next)
			length++;
		most = max_t(u32, most, length);
	}
	return most;
}

/*
 * Of as many sources as buckets, thrown by chance, k share some bucket with a
 * probability below buckets / k!. The first k for which that is less than one
 * in 10^10, less one.
 */
static u32 bound(void)
{
	double chance = BUCKETS;
	u32 k = 1;

	while (chance > ONCE_IN)
		chance /= ++k;
	return k - 1;
}

TEST(sets)
{
	static union nf_inet_addr addr[BUCKETS];
	struct fixture *fx __fixture = set_up();
	u32 set, key, i, most;

	for (set = 0; set < ARRAY_SIZE(sets); set++) {
		for (i = 0; i < BUCKETS; i++)
			addr[i] = member(&sets[set], i);
		for (key = 0; key < KEYS; key++) {
			again(fx);
			fill(fx, sets[set].family, addr, BUCKETS);
			most = longest(fx);
			if (most > bound())
				fail_msg("set %u, %s: a chain of %u", set,
					 sets[set].name, most);
		}
	}
}

/* Find sources of one chain under the present key. */
static void steal(struct fixture *fx, const struct set *set)
{
	union nf_inet_addr addr;
	u32 found = 0, n;

	for (n = 0; found < STOLEN; n++) {
		assert_true(n < 4 * STOLEN * BUCKETS);
		addr = member(set, n);
		if ((hash_of(fx, set->family, &addr) & fx->sn.hash.mask) ==
		    0x55)
			fx->stolen[found++] = addr;
	}
	fill(fx, set->family, fx->stolen, STOLEN);
	assert_int_equal(longest(fx), STOLEN);
}

/* Chosen under a key of zeros, and under another namespace's. */
TEST(stolen)
{
	struct fixture *fx __fixture = set_up();
	u32 i;

	for (i = 0; i < 4; i++) {
		if (i % 2)
			memset(&fx->sn.hash.secret, 0,
			       sizeof(fx->sn.hash.secret));
		steal(fx, &sets[i / 2 * 3]);
		again(fx);
		fill(fx, sets[i / 2 * 3].family, fx->stolen, STOLEN);
		assert_in_range(longest(fx), 1, bound());
	}
}

/* Each namespace draws both words. */
TEST(secret)
{
	struct fixture *fx __fixture = set_up();
	hsiphash_key_t before = fx->sn.hash.secret;
	int i;

	again(fx);
	for (i = 0; i < 2; i++) {
		assert_int_not_equal(before.key[i], 0);
		assert_int_not_equal(fx->sn.hash.secret.key[i], 0);
		assert_int_not_equal(before.key[i],
				     fx->sn.hash.secret.key[i]);
	}
}

/* The fake is the kernel's function, by the vectors of lib/test_siphash.c. */
TEST(siphash)
{
	static const hsiphash_key_t key = {
		{ 0x0706050403020100, 0x0f0e0d0c0b0a0908 }
	};
	static const u8 data[] = { 0, 1, 2, 3, 4, 5, 6, 7 };

	assert_int_equal(hsiphash(data, 0, &key), 0x050fc4dc);
	assert_int_equal(hsiphash(data, 7, &key), 0x9bb11140);
	assert_int_equal(hsiphash(data, 8, &key), 0x8d299a8e);
	assert_int_equal(hsiphash_2u32(0x03020100, 0x07060504, &key),
			 0x8d299a8e);
}

/* Sources go from the start, the middle and the end of a chain. */
TEST(remove)
{
	static const u32 orders[][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
		{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	struct fixture *fx __fixture = set_up();
	struct xsip_source **head = &fx->sn.hash.buckets[5];
	u32 i, left;

	for_each(order, orders) {
		for (i = 0; i < 3; i++) {
			assert_false(fx->sources[i].hashed);
			xsip_hash_add(&fx->sn.hash, &fx->sources[i], 5);
			assert_true(fx->sources[i].hashed);
		}
		for (i = 0; i < 3; i++) {
			struct xsip_source *s = &fx->sources[(*order)[i]];
			struct xsip_source *next = s->next;

			xsip_hash_remove(&fx->sn.hash, s, 5);
			assert_false(s->hashed);
			/* A reader that stands on it goes on. */
			assert_ptr_equal(s->next, next);
			for (left = 0, s = *head; !is_end(s); s = s->next)
				left++;
			assert_int_equal(left, 2 - i);
		}
		assert_ptr_equal(*head, end_of_chain(5));
	}
}
