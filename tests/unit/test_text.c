// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_text: searches against a loop over bytes, numbers and times by
 * table.
 *
 * Every range ends where its heap block ends, so that ASan reports a byte read
 * after it.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "random.h"
#include "sip/text.h"

/* ---- Searches ---- */

static bool naive_control(u8 byte)
{
	return byte < 0x20 || byte == 0x7f;
}

static const u8 *naive_find(const u8 *p, const u8 *end, u8 byte)
{
	while (p < end && *p != byte)
		p++;
	return p;
}

/* What marks the first byte of a word, or nothing, that @marks shall have. */
static void check_word(const u8 *p, const u8 *found, u64 marks)
{
	if (found < p + 8)
		assert_ptr_equal(p + xsip_word_first(marks), found);
	else
		assert_true(!marks);
}

static void check_searches(const u8 *p, const u8 *end)
{
	static const u8 bytes[] = { ':', '\n', ' ', '>', 0xff };
	const u8 *control = p;
	u64 marks;
	size_t i;

	while (control < end && !naive_control(*control))
		control++;
	assert_ptr_equal(xsip_text_control(p, end), control);
	for (i = 0; i < ARRAY_SIZE(bytes); i++)
		assert_ptr_equal(xsip_text_find(p, end, bytes[i]),
				 naive_find(p, end, bytes[i]));
	if (end - p < 8)
		return;
	for (i = 0; i < ARRAY_SIZE(bytes); i++)
		check_word(p, naive_find(p, end, bytes[i]),
			   xsip_word_bytes(xsip_word(p, end), bytes[i]));
	marks = xsip_word_controls(xsip_word(p, end));
	/* It may take a '~' after 0xff for one, but misses none. */
	if (marks && p[xsip_word_first(marks)] == '~')
		assert_true(p + xsip_word_first(marks) <= control);
	else
		check_word(p, control, marks);
}

/* The bytes that the word tricks could take for each other. */
static const u8 tricky[] = {
	0x00, 0x09, 0x1f, 0x20, 0x21, ':', 0x39, 0x3b, 0x7e, 0x7f, 0x80, 0x9f,
	0xa0, 0xba, 0xfe, 0xff,
};

static void test_searches(void **state)
{
	u8 *block;
	u32 round, i, len;

	(void)state;
	for (round = 0; round < 60000; round++) {
		len = random_below(49);
		block = malloc(len);
		for (i = 0; i < len; i++)
			block[i] = random_below(4) ?
				'a' + (u8)random_below(26) :
				tricky[random_below(ARRAY_SIZE(tricky))];
		for (i = 0; i <= len && i < 9; i++)
			check_searches(block + i, block + len);
		free(block);
	}
}

/* Each pair of neighbours in each place of a word. */
static void test_pairs(void **state)
{
	u8 *block = malloc(9);
	u32 a, b, i;

	(void)state;
	for (a = 0; a < 256; a++) {
		for (b = 0; b < 256; b++) {
			for (i = 0; i < 8; i++) {
				memset(block, 'x', 9);
				block[i] = (u8)a;
				block[i + 1] = (u8)b;
				check_searches(block, block + 9);
			}
		}
	}
	free(block);
}

static void test_classes(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 256; i++) {
		u8 byte = (u8)i;
		bool digit = byte >= '0' && byte <= '9';
		bool alpha = (byte >= 'a' && byte <= 'z') ||
			     (byte >= 'A' && byte <= 'Z');
		bool mark = byte && strchr("-.!%*_+`'~", byte);
		bool lws = byte && strchr(" \t\r\n", byte);

		assert_int_equal(xsip_is(byte, SIP_DIGIT), digit);
		assert_int_equal(xsip_is(byte, SIP_TOKEN),
				 digit || alpha || mark);
		assert_int_equal(xsip_is(byte, SIP_LWS), lws);
		assert_int_equal(xsip_is(byte, SIP_CTL), naive_control(byte));
		assert_int_equal(xsip_lower(byte), byte >= 'A' && byte <= 'Z' ?
				 byte + 32 : byte);
	}
}

/* The word of the first bytes, from blocks that end after or within it. */
static void test_words(void **state)
{
	u8 *block;
	u64 word;
	u32 len, i;

	(void)state;
	for (len = 0; len <= 12; len++) {
		block = malloc(len);
		word = 0;
		for (i = 0; i < len; i++) {
			block[i] = (u8)random_u64();
			if (i < 8)
				word |= (u64)block[i] << (8 * i);
		}
		assert_true(xsip_word(block, block + len) == word);
		for (i = 1; i <= 8 && i <= len; i++)
			assert_true(xsip_word_head(word, i) ==
				    xsip_word(block, block + i));
		free(block);
	}
}

/* ---- Literals, numbers and times ---- */

static u8 *copy_of(const char *text, const u8 **end)
{
	size_t len = strlen(text);
	u8 *block = malloc(len);

	if (len)
		memcpy(block, text, len);
	*end = block + len;
	return block;
}

static void test_literals(void **state)
{
	static const struct {
		const char *text;
		const char *literal;
		bool starts;
		bool equal;
	} rows[] = {
		{ "", "", true, true },
		{ "", "a", false, false },
		{ "a", "", true, false },
		{ "Ban", "ban", true, true },
		{ "BA", "ban", false, false },
		{ "bans", "ban", true, false },
		{ "b\xc1n", "ban", false, false },
		{ "b@n", "b`n", false, false },
		{ "SRC=", "src=", true, true },
	};
	const u8 *end;
	size_t i;
	u8 *p;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		p = copy_of(rows[i].text, &end);
		assert_int_equal(xsip_text_starts(p, end, rows[i].literal),
				 rows[i].starts);
		assert_int_equal(xsip_text_equal(p, end, rows[i].literal),
				 rows[i].equal);
		free(p);
	}
}

/* A NUL in the range is a byte like any other. */
static void test_literal_nul(void **state)
{
	const u8 text[] = { 'a', 0, 'b' };

	(void)state;
	assert_true(xsip_text_equal(text, text + 1, "a"));
	assert_false(xsip_text_equal(text, text + 2, "a"));
	assert_false(xsip_text_equal(text, text + 3, "a"));
	assert_true(xsip_text_starts(text, text + 3, "a"));
	assert_false(xsip_text_starts(text, text + 3, "ab"));
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		u32 value;
		int digits;
	} rows[] = {
		{ "", 0, 0 },
		{ "x", 0, 0 },
		{ "-1", 0, 0 },
		{ "+1", 0, 0 },
		{ " 1", 0, 0 },
		{ "0", 0, 1 },
		{ "0x10", 0, 1 },
		{ "007", 7, 3 },
		{ "65536 ", 65536, 5 },
		{ "2147483648", 2147483648U, 10 },
		{ "4294967294", U32_MAX - 1, 10 },
		{ "4294967295", U32_MAX, 10 },
		{ "4294967296", U32_MAX, 10 },
		{ "18446744073709551616", U32_MAX, 20 },
		{ "9999999999999999999999999999999999999999", U32_MAX, 40 },
		{ "0000000000000000000000000000000000000001", 1, 40 },
	};
	const u8 *end;
	size_t i;
	u32 n;
	u8 *p;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		p = copy_of(rows[i].text, &end);
		assert_int_equal(xsip_text_number(p, end, &n) - p,
				 rows[i].digits);
		assert_int_equal(n, rows[i].value);
		free(p);
	}
}

static void test_times(void **state)
{
	static const struct {
		const char *text;
		u32 seconds;		/* 0: refused */
		const char *printed;
	} rows[] = {
		{ "1", 1, "1s" },
		{ "90s", 90, "90s" },
		{ "60s", 60, "1m" },
		{ "10m", 600, "10m" },
		{ "60m", 3600, "1h" },
		{ "36h", 129600, "36h" },
		{ "24h", 86400, "1d" },
		{ "7d", 604800, "1w" },
		{ "2w", 1209600, "2w" },
		{ "4294967294", U32_MAX - 1, "4294967294s" },
		{ "4294967295", 0, NULL },
		{ "7101w", 4294684800U, "7101w" },
		{ "7102w", 0, NULL },
		{ "71582789m", 0, NULL },
		{ "", 0, NULL },
		{ "0", 0, NULL },
		{ "0s", 0, NULL },
		{ "s", 0, NULL },
		{ "1y", 0, NULL },
		{ "1S", 0, NULL },
		{ "1 s", 0, NULL },
		{ "1sec", 0, NULL },
		{ "-1s", 0, NULL },
		{ "1.5h", 0, NULL },
	};
	char printed[24];
	const u8 *end;
	u32 seconds;
	char unit;
	size_t i;
	bool ok;
	u8 *p;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		p = copy_of(rows[i].text, &end);
		ok = xsip_text_time(p, end, &seconds);
		free(p);
		if (ok != !!rows[i].seconds)
			fail_msg("\"%s\": %d", rows[i].text, ok);
		if (!ok)
			continue;
		assert_int_equal(seconds, rows[i].seconds);
		unit = xsip_text_time_unit(&seconds);
		snprintf(printed, sizeof(printed), "%u%c", seconds, unit);
		assert_string_equal(printed, rows[i].printed);
	}
}

/* What is printed reads back as the same span. */
static void test_time_round_trip(void **state)
{
	u32 span, number, again, i;
	char text[16];
	char unit;
	int len;

	(void)state;
	for (i = 1; i < 200000; i++) {
		span = i < 100000 ? i : (u32)random_u64() % (U32_MAX - 1) + 1;
		number = span;
		unit = xsip_text_time_unit(&number);
		len = snprintf(text, sizeof(text), "%u%c", number, unit);
		if (!xsip_text_time((u8 *)text, (u8 *)text + len, &again) ||
		    again != span)
			fail_msg("%u seconds print as %s", span, text);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_searches),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_literal_nul),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_time_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
