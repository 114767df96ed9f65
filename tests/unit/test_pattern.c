// SPDX-License-Identifier: GPL-2.0
/*
 * Compares xsip_pattern with a matcher that tries every text at every offset.
 *
 * Every value lies at the end of a heap block of its own size, so that ASan
 * reports the first byte read after it. Memory runs out by way of
 * __wrap_calloc(), see the Makefile.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "random.h"
#include "sip/pattern.h"
#include <linux/netfilter/xt_sip.h>

/* ---- Texts of a rule ---- */

struct texts {
	u32 count;
	u32 size;
	u8 bytes[XT_SIP_UA_SPACE];
};

static bool texts_add(struct texts *t, u8 anchors, const u8 *text, u32 len)
{
	if (t->size + 1 + len > XT_SIP_UA_SPACE)
		return false;
	t->bytes[t->size++] = (u8)(anchors | len);
	memcpy(&t->bytes[t->size], text, len);
	t->size += len;
	t->count++;
	return true;
}

/* As --ua takes it: '|' between texts, `^` and `$` anchor. */
static struct texts texts_of(const char *list)
{
	struct texts t = { .count = 0 };
	const char *end;
	u8 anchors;

	for (;; list = end + 1) {
		end = list + strcspn(list, "|");
		anchors = *list == '^' ? XT_SIP_UA_START : 0;
		if (end[-1] == '$')
			anchors |= XT_SIP_UA_END;
		list += !!(anchors & XT_SIP_UA_START);
		texts_add(&t, anchors, (const u8 *)list,
			  (u32)(end - list) - !!(anchors & XT_SIP_UA_END));
		if (!*end)
			return t;
	}
}

/* Compile from a block of exactly the size. */
static struct xsip_pattern *compile(const struct texts *t)
{
	struct xsip_pattern *pattern;
	u8 *block = malloc(t->size);

	assert_non_null(block);
	memcpy(block, t->bytes, t->size);
	pattern = xsip_pattern_compile(block, t->size);
	free(block);
	assert_non_null(pattern);
	return pattern;
}

static int find(const struct xsip_pattern *pattern, const u8 *value, u32 len)
{
	u8 *block = malloc(len);
	int found;

	if (len)
		memcpy(block, value, len);
	found = xsip_pattern_find(pattern, block, block + len);
	free(block);
	return found;
}

static bool match(const struct xsip_pattern *pattern, const u8 *value, u32 len)
{
	return find(pattern, value, len) != SIP_PATTERN_NONE;
}

/* ---- The reference ---- */

/* Each run of white space becomes one space, each letter lower case. */
static u32 naive_normal(u8 *out, const u8 *in, u32 len)
{
	bool space, last = false;
	u32 i, n = 0;

	for (i = 0; i < len; i++, last = space) {
		space = in[i] == ' ' || in[i] == '\t' || in[i] == '\r' ||
			in[i] == '\n';
		if (space && last)
			continue;
		out[n++] = space ? ' ' : in[i] >= 'A' && in[i] <= 'Z' ?
			in[i] + 32 : in[i];
	}
	return n;
}

/* Where a text first ends in a value; 0 if it is not in it. */
static u32 naive_end(u8 anchors, const u8 *text, u32 n, const u8 *value,
		     u32 size)
{
	u32 at;

	for (at = 0; at + n <= size; at++)
		if (!memcmp(&value[at], text, n) &&
		    (!(anchors & XT_SIP_UA_START) || !at) &&
		    (!(anchors & XT_SIP_UA_END) || at + n == size))
			return at + n;
	return 0;
}

/* By end, then without `$`, then by length, then with `^`. */
static int naive_find(const struct texts *t, const u8 *value, u32 len)
{
	u8 text[64], *normal = malloc(len + 1);
	u32 i, end, n, size, rank, best = U32_MAX;
	int number = 0, found = SIP_PATTERN_NONE;
	u8 head;

	size = naive_normal(normal, value, len);
	for (i = 0; i < t->size; i += 1 + (head & XT_SIP_UA_LEN), number++) {
		head = t->bytes[i];
		n = naive_normal(text, &t->bytes[i + 1], head & XT_SIP_UA_LEN);
		end = naive_end(head, text, n, normal, size);
		rank = 256 * end + (head & XT_SIP_UA_END ? 128 : 0) +
			2 * (64 - n) - (head & XT_SIP_UA_START ? 1 : 0);
		if (end && rank < best) {
			best = rank;
			found = number;
		}
	}
	free(normal);
	return found;
}

static void show(const char *what, const u8 *bytes, u32 len)
{
	u32 i;

	print_error("%s:", what);
	for (i = 0; i < len; i++)
		print_error(" %02x", bytes[i]);
	print_error("\n");
}

/* Returns whether both find a text. */
static bool check(const struct texts *t, const struct xsip_pattern *pattern,
		  const u8 *value, u32 len)
{
	int expected = naive_find(t, value, len);
	int found = find(pattern, value, len);

	if (found != expected) {
		show("texts", t->bytes, t->size);
		show("value", value, len);
		fail_msg("expected text %d, found %d", expected, found);
	}
	return found != SIP_PATTERN_NONE;
}

/* ---- Tables ---- */

static const struct {
	const char *texts;
	const char *value;
	bool found;
} rows[] = {
	{ "friendly-scanner", "friendly-scanner", true },
	{ "friendly-scanner", "Friendly-Scanner 1.0", true },
	{ "friendly-scanner", "friendly-scanne", false },
	{ "friendly-scanner", "friendly_scanner", false },
	{ "friendly-scanner", "friendly-friendly-scanner", true },
	{ "a", "", false },
	{ "a", "bbba", true },
	{ "aab", "aaaaab", true },
	{ "ABC|bcd", "xxabcd", true },
	{ "abcd|bc", "abce", true },
	{ "abcde|cdx|d", "abcdx", true },
	{ "abcd|bcx", "abcx", true },
	{ "abcd|bcx", "abcy", false },
	{ "^pbx", "PBX 1", true },
	{ "^pbx", "my pbx", false },
	{ "^pbx|my", "my pbx", true },
	{ "^ab|b", "ab", true },
	{ "^abc|bd", "abd", true },
	{ "^aab", "aaab", false },
	{ "sip$", "a sip", true },
	{ "sip$", "sip a", false },
	{ "sip$", "sipsip", true },
	{ "sip$|ipx", "sipx", true },
	{ "b$|abc", "ab", true },
	{ "^sip$", "SIP", true },
	{ "^sip$", "sips", false },
	{ "^sip$", "asip", false },
	{ "^sip$", "sipsip", false },
	{ "^sip$|^sips", "sipsip", true },
	{ "my phone", "my phone", true },
	{ "my phone", "my\tphone", true },
	{ "my phone", "my   phone", true },
	{ "my phone", "my\r\n phone", true },
	{ "my phone", "my\n\t \r\n phone", true },
	{ "my phone", "myphone", false },
	{ "my  \tphone", "my phone", true },
	{ "my phone", "my p\r\n hone", false },
	{ "phone $", "phone \t", true },
	{ "^ x", "\t\tx", true },
	{ "caf\xc3\xa9", "CAF\xc3\xa9", true },
	{ "caf\xc3\xa9", "caf\xc3\x89", false },
	{ "\xe9", "\xc9", false },
	{ "@", "`", false },
	{ "[", "{", false },
	{ "\x7f", "\x7f", true },
};

static void test_table(void **state)
{
	struct xsip_pattern *pattern;
	struct texts t;
	size_t i;
	u32 len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		t = texts_of(rows[i].texts);
		len = (u32)strlen(rows[i].value);
		pattern = compile(&t);
		if (match(pattern, (const u8 *)rows[i].value, len) !=
		    rows[i].found)
			fail_msg("\"%s\" in \"%s\"", rows[i].texts,
				 rows[i].value);
		check(&t, pattern, (const u8 *)rows[i].value, len);
		xsip_pattern_free(pattern);
	}
}

/* Which of several texts it is. */
static const struct {
	const char *texts;
	const char *value;
	int number;
} numbers[] = {
	{ "a|b", "ba", 1 },
	{ "abc|b", "abc", 1 },
	{ "bc|abc", "abc", 1 },
	{ "bc|abc|c$", "abc", 1 },
	{ "abc$|bc", "abc", 1 },
	{ "abc$|bc$", "abc", 0 },
	{ "bc$|abc$", "abc", 1 },
	{ "bc$|abc$", "xbc", 0 },
	{ "abc|^abc", "abc", 1 },
	{ "abc|^abc", "xabc", 0 },
	{ "abc|ABC", "abc", 0 },
	{ "abc$|abc", "abc", 1 },
	{ "abc|abc$", "abc", 0 },
	{ "a b|a", "a  b", 1 },
	{ "b|a b|c", "a\r\n b", 1 },
	{ "x|y|z", "abc", SIP_PATTERN_NONE },
};

static void test_numbers(void **state)
{
	struct xsip_pattern *pattern;
	struct texts t;
	int number;
	size_t i;
	u32 len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		t = texts_of(numbers[i].texts);
		len = (u32)strlen(numbers[i].value);
		pattern = compile(&t);
		number = find(pattern, (const u8 *)numbers[i].value, len);
		if (number != numbers[i].number)
			fail_msg("\"%s\" in \"%s\": %d", numbers[i].texts,
				 numbers[i].value, number);
		check(&t, pattern, (const u8 *)numbers[i].value, len);
		xsip_pattern_free(pattern);
	}
}

/* ---- Random texts and values ---- */

static const struct {
	const char *name;
	const char *bytes;
	u32 count;
	bool rest;		/* now and then any byte at all */
} alphabets[] = {
	{ "one letter", "a", 1, false },
	{ "two letters", "ab", 2, false },
	{ "letters and white space", "ab \t\r\n", 6, false },
	{ "both cases", "aAbBzZ", 6, false },
	{ "edges of folding", "@A`aZ[z{", 8, false },
	{ "8-bit", "\x80\xff\xc1\xe1 a", 6, true },
	{ "anything", "ab C\t9.-/", 9, true },
};

static void random_bytes(u8 *out, u32 len, size_t alphabet, bool nul)
{
	u32 i;

	for (i = 0; i < len; i++) {
		out[i] = (u8)alphabets[alphabet]
			.bytes[random_below(alphabets[alphabet].count)];
		if (alphabets[alphabet].rest && !random_below(4))
			out[i] = (u8)random_below(256);
		if (!out[i] && !nul)
			out[i] = 'n';
	}
}

static void random_texts(struct texts *t, size_t alphabet)
{
	static const u32 counts[] = { 1, 2, 3, 8, 40, 300 };
	u32 wanted = counts[random_below(ARRAY_SIZE(counts))];
	u32 len, longest = random_bit() ? 4 : random_bit() ? 12 : 63;
	u8 text[64];

	t->count = 0;
	t->size = 0;
	while (t->count < wanted) {
		len = 1 + random_below(longest);
		random_bytes(text, len, alphabet, false);
		if (!texts_add(t, (u8)(random_below(4) << 6), text, len))
			break;
	}
}

/* Random bytes, often with one of the texts in it, whole or nearly. */
static u32 random_value(const struct texts *t, u8 *value, size_t alphabet)
{
	u32 len = random_below(40);
	u32 which, i, n, at;

	random_bytes(value, len, alphabet, true);
	if (random_bit())
		return len;
	which = random_below(t->count);
	for (i = 0; which--; i += 1 + (t->bytes[i] & XT_SIP_UA_LEN))
		;
	n = t->bytes[i] & XT_SIP_UA_LEN;
	at = random_bit() ? 0 : random_below(len + 1);
	memcpy(&value[at], &t->bytes[i + 1], n);
	if (random_bit())
		value[at + random_below(n)] ^= (u8)(1 << random_below(8));
	return random_bit() || at + n > len ? at + n : len;
}

static void test_random(void **state)
{
	struct xsip_pattern *pattern;
	u32 found = 0, all = 0;
	u32 round, i, len;
	struct texts t;
	u8 value[128];

	(void)state;
	for (round = 0; round < 2000; round++) {
		size_t alphabet = round % ARRAY_SIZE(alphabets);

		random_texts(&t, alphabet);
		pattern = compile(&t);
		for (i = 0; i < 60; i++, all++) {
			len = random_value(&t, value, alphabet);
			found += check(&t, pattern, value, len);
		}
		xsip_pattern_free(pattern);
	}
	/* Both outcomes must occur. */
	assert_in_range(found, all / 5, all - all / 5);
}

/* ---- The largest rules ---- */

/* Is each text found, and not with any one byte of it changed? */
static void check_each(const struct texts *t)
{
	struct xsip_pattern *pattern = compile(t);
	u32 i, j, n;
	u8 text[64];

	for (i = 0; i < t->size; i += 1 + n) {
		n = t->bytes[i] & XT_SIP_UA_LEN;
		memcpy(text, &t->bytes[i + 1], n);
		assert_true(check(t, pattern, text, n));
		for (j = 0; j < n; j++) {
			text[j] ^= 0x80;
			check(t, pattern, text, n);
			text[j] ^= 0x80;
		}
	}
	xsip_pattern_free(pattern);
}

static void test_full(void **state)
{
	struct texts t = { .count = 0 };
	u8 text[64];

	(void)state;
	do
		random_bytes(text, 63, 6, false);
	while (texts_add(&t, 0, text, 63));
	assert_int_equal(t.size, XT_SIP_UA_SPACE);
	assert_int_equal(t.count, 44);
	check_each(&t);
}

static void test_many(void **state)
{
	struct texts t = { .count = 0 };
	u8 text[8];

	(void)state;
	for (;;) {
		random_bytes(text, 8, 6, false);
		if (!texts_add(&t, 0, text, 8))
			break;
	}
	assert_in_range(t.count, 300, 320);
	check_each(&t);
}

/* Every byte is a text: as many classes as there can be. */
static void test_all_bytes(void **state)
{
	struct xsip_pattern *pattern;
	struct texts t = { .count = 0 };
	u32 i;
	u8 byte;

	(void)state;
	for (i = 1; i < 256; i++) {
		byte = (u8)i;
		texts_add(&t, 0, &byte, 1);
	}
	pattern = compile(&t);
	for (i = 0; i < 256; i++) {
		byte = (u8)i;
		assert_int_equal(match(pattern, &byte, 1), i != 0);
	}
	xsip_pattern_free(pattern);
}

/* 1,408 texts of one byte: more than a rule can need, and legal. */
static void test_most_texts(void **state)
{
	struct xsip_pattern *pattern;
	struct texts t = { .count = 0 };

	(void)state;
	while (texts_add(&t, XT_SIP_UA_END, (const u8 *)"x", 1))
		;
	assert_int_equal(t.count, XT_SIP_UA_SPACE / 2);
	pattern = compile(&t);
	assert_true(match(pattern, (const u8 *)"yx", 2));
	assert_false(match(pattern, (const u8 *)"xy", 2));
	xsip_pattern_free(pattern);
}

/* ---- No memory ---- */

static int allocations_left = -1;	/* -1: without limit */

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
	if (!allocations_left)
		return NULL;
	if (allocations_left > 0)
		allocations_left--;
	return __real_calloc(count, size);
}

/* LeakSanitizer reports at the end whether anything was leaked. */
static void test_no_memory(void **state)
{
	struct texts t = texts_of("friendly-scanner|sipcli");
	struct xsip_pattern *pattern = NULL;
	int n;

	(void)state;
	for (n = 0; !pattern; n++) {
		allocations_left = n;
		pattern = xsip_pattern_compile(t.bytes, t.size);
		allocations_left = -1;
	}
	assert_in_range(n, 2, 10);
	assert_true(match(pattern, (const u8 *)"sipcli/v1.8", 11));
	xsip_pattern_free(pattern);
	xsip_pattern_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_all_bytes),
		cmocka_unit_test(test_most_texts),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
