// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_pattern with tables, and with the largest rules. tests/fuzz
 * compares it with a matcher that tries every text at every offset.
 */
#include "sip/pattern.h"
#include "test.h"
#include <linux/netfilter/xt_sip.h>

/* ---- Texts of a rule ---- */

struct texts {
	u32 count;
	u32 size;
	u8 bytes[XT_SIP_TEXT_SPACE];
};

static bool texts_add(struct texts *t, u8 anchors, const void *text, u32 len)
{
	if (t->size + 1 + len > XT_SIP_TEXT_SPACE)
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
		anchors = *list == '^' ? XT_SIP_TEXT_START : 0;
		if (end[-1] == '$')
			anchors |= XT_SIP_TEXT_END;
		list += !!(anchors & XT_SIP_TEXT_START);
		texts_add(&t, anchors, list,
			  (u32)(end - list) - !!(anchors & XT_SIP_TEXT_END));
		if (!*end)
			return t;
	}
}

/* Compile from a block of exactly the size. */
static struct xsip_pattern *compile(const struct texts *t)
{
	struct xsip_range block __block = block_of(t->bytes, t->size);

	return xsip_pattern_compile(block.p, t->size);
}

static int find(const struct xsip_pattern *pattern, const void *value,
		size_t len)
{
	struct xsip_range block __block = block_of(value, len);

	return xsip_pattern_find(pattern, block.p, block.end);
}

/* ---- Tables ---- */

#define NONE	SIP_PATTERN_NONE

static const struct {
	const char *texts;
	const char *value;
	int number;		/* of the text that is found */
} rows[] = {
	{ "friendly-scanner", "friendly-scanner", 0 },
	{ "friendly-scanner", "Friendly-Scanner 1.0", 0 },
	{ "friendly-scanner", "friendly-scanne", NONE },
	{ "friendly-scanner", "friendly_scanner", NONE },
	{ "friendly-scanner", "friendly-friendly-scanner", 0 },
	{ "a", "", NONE },
	{ "a", "bbba", 0 },
	{ "aab", "aaaaab", 0 },
	{ "ABC|bcd", "xxabcd", 0 },
	{ "abcd|bc", "abce", 1 },
	{ "abcde|cdx|d", "abcdx", 2 },
	{ "abcd|bcx", "abcx", 1 },
	{ "abcd|bcx", "abcy", NONE },
	/* anchors */
	{ "^pbx", "PBX 1", 0 },
	{ "^pbx", "my pbx", NONE },
	{ "^pbx|my", "my pbx", 1 },
	{ "^ab|b", "ab", 0 },
	{ "^abc|bd", "abd", 1 },
	{ "^aab", "aaab", NONE },
	{ "sip$", "a sip", 0 },
	{ "sip$", "sip a", NONE },
	{ "sip$", "sipsip", 0 },
	{ "sip$|ipx", "sipx", 1 },
	{ "b$|abc", "ab", 0 },
	{ "^sip$", "SIP", 0 },
	{ "^sip$", "sips", NONE },
	{ "^sip$", "asip", NONE },
	{ "^sip$", "sipsip", NONE },
	{ "^sip$|^sips", "sipsip", 1 },
	/* white space */
	{ "my phone", "my phone", 0 },
	{ "my phone", "my\tphone", 0 },
	{ "my phone", "my   phone", 0 },
	{ "my phone", "my\r\n phone", 0 },
	{ "my phone", "my\n\t \r\n phone", 0 },
	{ "my phone", "myphone", NONE },
	{ "my  \tphone", "my phone", 0 },
	{ "my phone", "my p\r\n hone", NONE },
	{ "phone $", "phone \t", 0 },
	{ "^ x", "\t\tx", 0 },
	/* case */
	{ "caf\xc3\xa9", "CAF\xc3\xa9", 0 },
	{ "caf\xc3\xa9", "caf\xc3\x89", NONE },
	{ "\xe9", "\xc9", NONE },
	{ "@", "`", NONE },
	{ "[", "{", NONE },
	{ "\x7f", "\x7f", 0 },
	/* of several: what ends first, without `$`, the longest, with `^` */
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
	{ "x|y|z", "abc", NONE },
};

TEST(rows)
{
	struct xsip_pattern *pattern;
	struct texts t;
	int number;

	for_each(row, rows) {
		t = texts_of(row->texts);
		pattern = compile(&t);
		number = find(pattern, row->value, strlen(row->value));
		if (number != row->number)
			wrong("\"%s\" in \"%s\": %d", row->texts, row->value,
			      number);
		xsip_pattern_free(pattern);
	}
}

/* ---- The largest rules ---- */

/* As many texts of @len letters as a rule can have. */
static void check_full(u32 len, u32 count)
{
	struct texts t = { .count = 0 };
	struct xsip_pattern *pattern;
	u32 i, number;
	char text[64];
	u8 *at;

	do {
		for (i = 0; i < len; i++)
			text[i] = 'a' + (char)random_below(26);
	} while (texts_add(&t, 0, text, len));
	assert_int_equal(t.count, count);
	pattern = compile(&t);
	for (number = 0; number < count; number++) {
		at = &t.bytes[number * (len + 1) + 1];
		assert_int_equal(find(pattern, at, len), number);
		for (i = 0; i < len; i++) {
			at[i] ^= 0x80;
			assert_int_equal(find(pattern, at, len), NONE);
			at[i] ^= 0x80;
		}
	}
	xsip_pattern_free(pattern);
}

TEST(full)
{
	check_full(63, XT_SIP_TEXT_SPACE / 64);
	check_full(8, XT_SIP_TEXT_SPACE / 9);
}

/* Every byte is a text: as many classes as there can be. */
TEST(all_bytes)
{
	struct xsip_pattern *pattern;
	struct texts t = { .count = 0 };
	u8 byte;
	u32 i;

	for (i = 1; i < 256; i++) {
		byte = (u8)i;
		texts_add(&t, 0, &byte, 1);
	}
	pattern = compile(&t);
	for (i = 0; i < 256; i++) {
		byte = (u8)i;
		assert_int_equal(find(pattern, &byte, 1) != NONE, i != 0);
	}
	xsip_pattern_free(pattern);
}

/* 1,408 texts of one byte: more than a rule can need, and legal. */
TEST(most_texts)
{
	struct xsip_pattern *pattern;
	struct texts t = { .count = 0 };

	while (texts_add(&t, XT_SIP_TEXT_END, "x", 1))
		;
	assert_int_equal(t.count, XT_SIP_TEXT_SPACE / 2);
	pattern = compile(&t);
	assert_int_equal(find(pattern, "yx", 2), 0);
	assert_int_equal(find(pattern, "xy", 2), NONE);
	xsip_pattern_free(pattern);
}

/* LeakSanitizer reports at the end whether anything was leaked. */
TEST(no_memory)
{
	struct texts t = texts_of("friendly-scanner|sipcli");
	struct xsip_pattern *pattern = NULL;
	int n;

	for (n = 0; !pattern; n++) {
		allocations_left = n;
		pattern = compile(&t);
		allocations_left = -1;
	}
	assert_in_range(n, 2, 10);
	assert_int_equal(find(pattern, "sipcli/v1.8", 11), 1);
	xsip_pattern_free(pattern);
	xsip_pattern_free(NULL);
}
