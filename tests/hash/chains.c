// SPDX-License-Identifier: GPL-2.0
/*
 * chains: hashes sources as kernel/key.c does it; for tests/hash only.
 *
 * chains collide FAMILY COUNT BUCKETS K0 K1
 *			print COUNT sources that share a bucket under this key
 * chains longest BUCKETS K0 K1 [K0 K1...]
 *			read sources; print how many are in the longest chain
 *			that one of these keys makes
 *
 * A source is a line "FAMILY PREFIX", 4 or 6 and the 32 or 64 bits of the
 * address that count; these and keys are hexadecimal. The hash is SipHash-1-3
 * (Aumasson and Bernstein, 2012) over struct xsip_key, of an IPv4 address only
 * the bytes that it has, in table 1.
 */
#include <stdio.h>

#include "sip/port.h"

#define MOST	1000000		/* sources */

struct source {
	unsigned int family;
	unsigned long long prefix;
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
	u8 data[20] = {};
	size_t prefix = s->family == 4 ? 4 : 8;
	size_t addr = s->family == 4 ? 4 : 16;
	size_t i;

	for (i = 0; i < prefix; i++)
		data[i] = (u8)(s->prefix >> 8 * (prefix - 1 - i));
	data[addr] = 1;					/* table */
	data[addr + 1] = s->family == 4 ? 2 : 10;	/* AF_... */
	data[addr + 2] = (u8)(8 * prefix);
	return (u32)siphash(data, addr + 4, key, 1, 3) & (buckets - 1);
}

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

/* Of sequential sources; the bucket is any. */
static void collide(u32 family, u32 count, u32 buckets, const u64 key[2])
{
	struct source s = { family, family == 4 ? 0x0a000000 :
						  0x20010db800000000 };

	for (; count; s.prefix++) {
		if (bucket_of(&s, key, buckets) != 0x55)
			continue;
		printf("%u %0*llx\n", family, family == 4 ? 8 : 16, s.prefix);
		count--;
	}
}

static void read_sources(void)
{
	struct source *s = sources;

	while (s < sources + MOST &&
	       scanf("%u %llx", &s->family, &s->prefix) == 2)
		s++;
	source_count = (size_t)(s - sources);
	if (!source_count || source_count == MOST)
		die("no sources on stdin, or too many");
}

static u32 longest(u32 buckets, const u64 key[2])
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

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	u32 most = 0;
	u32 got;
	u64 key[2];
	int i;

	check_siphash();
	if (!strcmp(verb, "collide") && argc == 7) {
		key_of(argv + 5, key);
		collide(count_of(argv[2]), count_of(argv[3]),
			count_of(argv[4]), key);
	} else if (!strcmp(verb, "longest") && argc > 4) {
		read_sources();
		for (i = 3; i + 1 < argc; i += 2) {
			key_of(argv + i, key);
			got = longest(count_of(argv[2]), key);
			if (got > most)
				most = got;
		}
		printf("%u\n", most);
	} else {
		die("see the first comment of chains.c");
	}
	return 0;
}
