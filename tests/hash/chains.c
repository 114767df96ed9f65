// SPDX-License-Identifier: GPL-2.0
/*
 * chains: makes chosen sources and computes the chains of a hash that they land
 * in; for tests/hash only.
 *
 * chains make SET COUNT             print COUNT sources of a set
 * chains collide FAMILY COUNT K0 K1 BUCKETS
 *                                   print COUNT sources that share a bucket
 *                                   under this key
 * chains longest K0 K1 BUCKETS      read sources; print the entries in the
 *                                   longest chain under this key
 * chains check BUCKETS KEYS         read sources; fail if under one of KEYS
 *                                   keys a chain is longer than chance has it
 * chains bound BUCKETS              print how long that is
 * chains sets                       print the names of all sets
 *
 * A source is a line "FAMILY ADDRESS", 4 or 6 and hexadecimal; K0 and K1 are
 * hexadecimal. Sources are hashed as kernel/key.c does it, with
 * SipHash-1-3 (Aumasson and Bernstein, 2012) over struct xsip_key, of an IPv4
 * address only the bytes that it has, in table 1, with the prefix lengths 32
 * and 64.
 */
#include <stdio.h>

#include "sip/port.h"

#define ONCE_IN	0.0000000001	/* 10^10 */
#define MOST	1000000		/* sources */

/* struct xsip_key up to its hash. */
struct source {
	u8 addr[16];
	u8 table, family, prefix, bank;
};

static struct source sources[MOST];
static size_t source_count;

static void die(const char *what)
{
	fprintf(stderr, "chains: %s\n", what);
	exit(2);
}

/* ---- SipHash, with any numbers of rounds ---- */

static u64 rotate(u64 x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static void rounds(u64 v[4], int count)
{
	while (count--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

/* Up to 8 bytes as a little-endian word. */
static u64 word_of(const u8 *p, size_t len)
{
	u64 word = 0;

	while (len--)
		word = word << 8 | p[len];
	return word;
}

static u64 siphash(const u8 *data, size_t len, const u64 key[2], int every,
		   int final)
{
	u64 v[4] = {
		key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
		key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573,
	};
	u64 word;
	size_t i;

	for (i = 0; i <= len / 8; i++) {
		word = i < len / 8 ? word_of(data + 8 * i, 8) :
			word_of(data + 8 * i, len % 8) | (u64)len << 56;
		v[3] ^= word;
		rounds(v, every);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	rounds(v, final);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The example in appendix A of the paper. */
static void check_siphash(void)
{
	const u64 key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
	u8 data[15];
	int i;

	for (i = 0; i < 15; i++)
		data[i] = i;
	if (siphash(data, 15, key, 2, 4) != 0xa129ca6149be45e5)
		die("SipHash is wrong");
}

static u32 bucket_of(const struct source *s, const u64 key[2], u32 buckets)
{
	u8 data[sizeof(*s)];
	size_t addr = s->family == 2 ? 4 : 16;

	memcpy(data, s->addr, addr);
	memcpy(data + addr, &s->table, 4);
	return (u32)siphash(data, addr + 4, key, 1, 3) & (buckets - 1);
}

/* ---- Sets: source number @n of each ---- */

static struct source source_of(int family, u64 high)
{
	struct source s = { .table = 1, .family = family == 4 ? 2 : 10,
			    .prefix = family == 4 ? 32 : 64 };
	int bytes = family == 4 ? 4 : 8;
	int i;

	for (i = 0; i < bytes; i++)
		s.addr[i] = (u8)(high >> 8 * (bytes - 1 - i));
	return s;
}

static struct source sequential4(u32 n)
{
	return source_of(4, 0x0a000000 + n);
}

/* The low bits are the same in all. */
static struct source low4(u32 n)
{
	return source_of(4, (u64)(n + 1) << 15 | 0x1234);
}

/* So are those that a little-endian machine takes for the low ones. */
static struct source last4(u32 n)
{
	return source_of(4, 0x0a0b0000 | (n & 0xffff));
}

static struct source sequential6(u32 n)
{
	return source_of(6, 0x20010db800000000 + n);
}

static struct source low6(u32 n)
{
	return source_of(6, (u64)(n + 1) << 40 | 0x1234567890);
}

/*
 * @base with at most three bits turned: number 0 is itself, then come all with
 * one bit, all with two, all with three.
 */
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
	die("no more bits");
	return 0;
}

static struct source bits4(u32 n)
{
	return source_of(4, turned(0xc6336401, 32, n));
}

static struct source bits6(u32 n)
{
	return source_of(6, turned(0x20010db800010002, 64, n));
}

static const struct {
	const char *name;
	struct source (*make)(u32 n);
} sets[] = {
	{ "sequential4", sequential4 }, { "low4", low4 },
	{ "last4", last4 }, { "bits4", bits4 },
	{ "sequential6", sequential6 }, { "low6", low6 }, { "bits6", bits6 },
};

static void print_source(const struct source *s)
{
	int bytes = s->family == 2 ? 4 : 16;
	int i;

	printf("%d ", s->family == 2 ? 4 : 6);
	for (i = 0; i < bytes; i++)
		printf("%02x", s->addr[i]);
	putchar('\n');
}

static void make(const char *name, u32 count)
{
	struct source s;
	u32 n;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sets) && strcmp(sets[i].name, name); i++)
		;
	if (i == ARRAY_SIZE(sets))
		die("no such set; see chains sets");
	for (n = 0; n < count; n++) {
		s = sets[i].make(n);
		print_source(&s);
	}
}

/* Those of sequential sources that share a bucket with the first. */
static void collide(int family, u32 count, const u64 key[2],
		    u32 buckets)
{
	struct source s;
	u32 n;

	for (n = 0; count; n++) {
		s = family == 4 ? sequential4(n) : sequential6(n);
		if (bucket_of(&s, key, buckets) != 0x55)
			continue;
		print_source(&s);
		count--;
	}
}

/* ---- Chains ---- */

static void read_sources(void)
{
	char text[40];
	unsigned int byte;
	int family, i;

	while (scanf("%d %39s", &family, text) == 2) {
		struct source *s = &sources[source_count++];

		if (source_count == MOST)
			die("too many sources");
		*s = source_of(family, 0);
		for (i = 0; sscanf(text + 2 * i, "%2x", &byte) == 1; i++)
			s->addr[i] = (u8)byte;
	}
	if (!source_count)
		die("no sources on stdin");
}

static u32 longest(const u64 key[2], u32 buckets)
{
	u32 *chain = calloc(buckets, sizeof(*chain));
	u32 most = 0;
	u32 bucket;
	size_t i;

	if (!chain)
		die("no memory");
	for (i = 0; i < source_count; i++) {
		bucket = bucket_of(&sources[i], key, buckets);
		if (++chain[bucket] > most)
			most = chain[bucket];
	}
	free(chain);
	return most;
}

/*
 * Of as many sources as buckets, thrown by chance, k share some bucket with a
 * probability below buckets / k!. The first k for which that is less than one
 * in 10^10, less one.
 */
static u32 bound(u32 buckets)
{
	double chance = buckets;
	u32 k = 1;

	while (chance > ONCE_IN)
		chance /= ++k;
	return k - 1;
}

static int check(u32 buckets, u32 keys)
{
	u64 state[2] = { 0x243f6a8885a308d3, 0x13198a2e03707344 };
	u64 key[2];
	u32 most = 0;
	u32 got, n;

	for (n = 0; n < keys; n++) {
		key[0] = siphash((u8 *)&n, sizeof(n), state, 2, 4);
		key[1] = siphash((u8 *)key, sizeof(*key), state, 2, 4);
		got = longest(key, buckets);
		if (got > most)
			most = got;
	}
	printf("%zu sources, %u buckets, %u keys: longest chain %u, by chance up to %u\n",
	       source_count, buckets, keys, most, bound(buckets));
	return most > bound(buckets);
}

/* ---- The command line ---- */

static u32 count_of(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (!*text || *end || !value || value > 1 << 24)
		die("expected a number from 1 to 16777216");
	return (u32)value;
}

static void key_of(char **text, u64 key[2])
{
	int i;

	for (i = 0; i < 2; i++)
		key[i] = strtoull(text[i], NULL, 16);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	u64 key[2];
	size_t i;
	int status = 0;

	check_siphash();
	if (!strcmp(verb, "sets") && argc == 2) {
		for (i = 0; i < ARRAY_SIZE(sets); i++)
			puts(sets[i].name);
	} else if (!strcmp(verb, "bound") && argc == 3) {
		printf("%u\n", bound(count_of(argv[2])));
	} else if (!strcmp(verb, "make") && argc == 4) {
		make(argv[2], count_of(argv[3]));
	} else if (!strcmp(verb, "collide") && argc == 7) {
		key_of(argv + 4, key);
		collide(atoi(argv[2]), count_of(argv[3]), key,
			count_of(argv[6]));
	} else if (!strcmp(verb, "longest") && argc == 5) {
		key_of(argv + 2, key);
		read_sources();
		printf("%u\n", longest(key, count_of(argv[4])));
	} else if (!strcmp(verb, "check") && argc == 4) {
		read_sources();
		status = check(count_of(argv[2]), count_of(argv[3]));
	} else {
		die("see the first comment of chains.c");
	}
	return status;
}
