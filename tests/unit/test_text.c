// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_text: searches against a loop over bytes, numbers and times by
 * table. Every range ends where its heap block ends.
 */
#include "sip/text.h"
#include "test.h"

/* ---- Searches ---- */

static bool is_control(u8 byte)
{
	return byte < 0x20 || byte == 0x7f;
}

static const u8 *slow_find(const u8 *p, const u8 *end, u8 byte)
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
	const u8 *control = p, *found;
	u64 word = xsip_word(p, end), marks;

	while (control < end && !is_control(*control))
		control++;
	assert_ptr_equal(xsip_text_control(p, end), control);
	for_each(byte, bytes) {
		found = slow_find(p, end, *byte);
		assert_ptr_equal(xsip_text_find(p, end, *byte), found);
		if (end - p >= 8)
			check_word(p, found, xsip_word_bytes(word, *byte));
	}
	if (end - p < 8)
		return;
	marks = xsip_word_controls(word);
	/* It may take a '~' after 0xff for one, but misses none. */
	if (marks && p[xsip_word_first(marks)] == '~')
		assert_true(p + xsip_word_first(marks) <= control);
	else
		check_word(p, control, marks);
}

/* With many of the bytes that the word tricks could take for each other. */
TEST(searches)
{
	static const u8 tricky[] = {
		0x00, 0x09, 0x1f, 0x20, 0x21, ':', 0x39, 0x3b, 0x7e, 0x7f, 0x80,
		0x9f, 0xa0, 0xba, 0xfe, 0xff,
	};
	u32 round, i, len;
	u8 bytes[48];

	for (round = 0; round < 60000; round++) {
		struct xsip_range block __block = { NULL, NULL };

		len = random_below(sizeof(bytes) + 1);
		for (i = 0; i < len; i++)
			bytes[i] = random_below(4) ?
				'a' + (u8)random_below(26) :
				tricky[random_below(ARRAY_SIZE(tricky))];
		block = block_of(bytes, len);
		for (i = 0; i <= len && i < 9; i++)
			check_searches(block.p + i, block.end);
	}
}

/* Each pair of neighbours in each place of a word. */
TEST(pairs)
{
	u32 pair, i;
	u8 bytes[9];

	for (pair = 0; pair < 0x10000; pair++)
		for (i = 0; i < 8; i++) {
			memset(bytes, 'x', sizeof(bytes));
			bytes[i] = (u8)pair;
			bytes[i + 1] = (u8)(pair >> 8);
			check_searches(bytes, bytes + sizeof(bytes));
		}
}

#define DIGITS	"0123456789"
#define LETTERS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const struct {
	u8 class;
	const char *bytes;
	bool control;		/* ... and control bytes */
} classes[] = {
	{ SIP_DIGIT, DIGITS, false },
	{ SIP_TOKEN, DIGITS LETTERS "-.!%*_+`'~", false },
	{ SIP_LWS, " \t\r\n", false },
	{ SIP_CTL, "", true },
	{ SIP_NAME_END, ":", true },
	{ SIP_VALUE_MARK, "\"<;,", false },
	{ SIP_PARAM_END, " \t\r\n;,", false },
};

TEST(classes)
{
	u32 i;

	for (i = 0; i < 256; i++) {
		u8 byte = (u8)i;

		for_each(row, classes)
			assert_int_equal(xsip_is(byte, row->class),
					 (byte && strchr(row->bytes, byte)) ||
					 (row->control && is_control(byte)));
		assert_int_equal(xsip_is(byte, SIP_PADDING),
				 !!strchr(" \t\r\n", byte));
		assert_int_equal(xsip_lower(byte), byte >= 'A' && byte <= 'Z' ?
				 byte + 32 : byte);
	}
}

/* The word of the first bytes, from blocks that end after or within it. */
TEST(words)
{
	static const u8 bytes[] = "\x01\x82\x03\xf4\x05\xc6\x07\xa8\x09\x0a";
	u32 len, i;
	u64 word;

	for (len = 0; len < sizeof(bytes); len++) {
		struct xsip_range block __block = block_of(bytes, len);

		for (word = 0, i = 0; i < len && i < 8; i++)
			word |= (u64)bytes[i] << (8 * i);
		assert_true(xsip_word(block.p, block.end) == word);
		for (i = 1; i <= 8 && i <= len; i++)
			assert_true(xsip_word_head(word, i) ==
				    xsip_word(block.p, block.p + i));
	}
}

/* ---- Literals, numbers and times ---- */

#define LITERAL(text, literal, starts, equal)				\
	{ text, sizeof(text) - 1, literal, starts, equal }

static const struct {
	const char *text;
	size_t len;
	const char *literal;
	bool starts;
	bool equal;
} literals[] = {
	LITERAL("", "", true, true),
	LITERAL("", "a", false, false),
	LITERAL("a", "", true, false),
	LITERAL("Ban", "ban", true, true),
	LITERAL("BA", "ban", false, false),
	LITERAL("bans", "ban", true, false),
	LITERAL("b\xc1n", "ban", false, false),
	LITERAL("b@n", "b`n", false, false),
	LITERAL("SRC=", "src=", true, true),
	/* a NUL is a byte like any other */
	LITERAL("a\0", "a", true, false),
	LITERAL("a\0b", "a", true, false),
	LITERAL("a\0b", "ab", false, false),
};

TEST(literals)
{
	for_each(row, literals) {
		struct xsip_range block __block = block_of(row->text, row->len);

		expect_int(row->text, xsip_text_starts(block.p, block.end,
						       row->literal),
			   row->starts);
		expect_int(row->text, xsip_text_equal(block.p, block.end,
						      row->literal),
			   row->equal);
	}
}

static const struct {
	const char *text;
	u32 value;
	int digits;
} numbers[] = {
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

TEST(numbers)
{
	u32 n;

	for_each(row, numbers) {
		struct xsip_range block __block = block_of(row->text,
							   strlen(row->text));

		expect_int(row->text,
			   xsip_text_number(block.p, block.end, &n) - block.p,
			   row->digits);
		expect_int(row->text, n, row->value);
	}
}

static const struct {
	const char *text;
	u32 seconds;		/* 0: refused */
	const char *printed;
} times[] = {
	{ "1s", 1, "1s" },
	{ "90s", 90, "90s" },
	{ "60s", 60, "1m" },
	{ "10m", 600, "10m" },
	{ "60m", 3600, "1h" },
	{ "36h", 129600, "36h" },
	{ "24h", 86400, "1d" },
	{ "7d", 604800, "1w" },
	{ "2w", 1209600, "2w" },
	{ "4294967294s", U32_MAX - 1, "4294967294s" },
	{ "4294967295s", 0, NULL },
	{ "7101w", 4294684800U, "7101w" },
	{ "7102w", 0, NULL },
	{ "71582789m", 0, NULL },
	{ "", 0, NULL },
	{ "0", 0, NULL },
	{ "1", 0, NULL },
	{ "60", 0, NULL },
	{ "0s", 0, NULL },
	{ "s", 0, NULL },
	{ "1y", 0, NULL },
	{ "1S", 0, NULL },
	{ "1 s", 0, NULL },
	{ "1sec", 0, NULL },
	{ "-1s", 0, NULL },
	{ "1.5h", 0, NULL },
};

TEST(times)
{
	u32 seconds;
	char unit;

	for_each(row, times) {
		struct xsip_range block __block = block_of(row->text,
							   strlen(row->text));
		char printed[24];

		seconds = 0;
		expect_int(row->text, xsip_text_time(block.p, block.end,
						     &seconds),
			   row->seconds > 0);
		expect_int(row->text, seconds, row->seconds);
		if (!row->seconds)
			continue;
		unit = xsip_text_time_unit(&seconds);
		snprintf(printed, sizeof(printed), "%u%c", seconds, unit);
		assert_string_equal(printed, row->printed);
	}
}
