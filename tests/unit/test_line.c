// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_line: the fast reader agrees with the full one on every line of
 * the usual form. Lines are random, each in a heap block that ends where the
 * line does, so that ASan reports a byte read after it. The tests of xsip_parse
 * check how lines are split.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "random.h"
#include "sip/line.h"

#define BEFORE	8	/* bytes that have to lie before a line */

static const char *const pieces[] = {
	"Via", "From", "to", "CSEQ", "Call-ID", "Contact", "User-Agent",
	"Content-Length", "Authorization", "Proxy-Authorization", "Server",
	"Max-Forwards", "X", "v", "l", ":", ":", ":", ": ", " :", " ", "\t",
	"\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n ", "\n\t", "\001", "\177",
	"\377~", "\303\274", "sip:a@example.com", "12345678", "abcdefg",
};

static size_t random_lines(u8 *out)
{
	size_t count = random_below(12);
	size_t len = BEFORE;
	const char *piece;

	memset(out, 'x', BEFORE);
	while (count--) {
		piece = pieces[random_below(ARRAY_SIZE(pieces))];
		memcpy(out + len, piece, strlen(piece));
		len += strlen(piece);
	}
	return len;
}

static void check_lines(const u8 *data, size_t len)
{
	struct xsip_lines lines = { .p = data + BEFORE, .end = data + len };
	struct xsip_line plain, any;
	const u8 *next;
	u16 defects;

	for (;;) {
		next = xsip_line_plain(lines.p, lines.end, &plain);
		defects = lines.defects;
		if (!xsip_line_any(&lines, &any)) {
			assert_null(next);
			return;
		}
		if (!next)
			continue;
		assert_true(next < lines.end);
		assert_ptr_equal(next, lines.p);
		assert_int_equal(lines.defects, defects);
		assert_false(lines.cut || lines.ended);
		assert_int_equal(plain.field, any.field);
		if (plain.field == SIP_FIELD_NONE)
			continue;
		assert_ptr_equal(plain.value, any.value);
		assert_ptr_equal(plain.value_end, any.value_end);
	}
}

static void test_readers(void **state)
{
	u8 text[512];
	size_t len;
	u8 *block;
	int i;

	(void)state;
	for (i = 0; i < 300000; i++) {
		len = random_lines(text);
		block = malloc(len);
		memcpy(block, text, len);
		check_lines(block, len);
		free(block);
	}
}

static void test_forms(void **state)
{
	static const struct {
		const char *text;
		bool plain;
		enum xsip_field field;
	} rows[] = {
		{ "To: x\r\nFrom: y\r\n", true, SIP_TO },
		{ "To:x\r\n\r\n     ", true, SIP_TO },
		{ "tO:\r\nFrom: y\r\n", true, SIP_TO },
		{ "t:  x  \r\nFrom: y\r\n", true, SIP_TO },
		{ "Max-Forwards: 70\r\nx", true, SIP_FIELD_NONE },
		{ "Proxy-Authorization: Digest\r\nx", true,
		  SIP_PROXY_AUTHORIZATION },
		{ "To: x\nFrom: y\r\n", true, SIP_TO },
		{ "To : x\r\nFrom: y\r\n", false, 0 },
		{ " To: x\r\nFrom: y\r\n", false, 0 },
		{ ": x\r\nFrom: y\r\n", false, 0 },
		{ "To: x\r\n From: y\r\n", false, 0 },
		{ "To: x\r\n\tFrom: y\r\n", false, 0 },
		{ "To: x\ty\r\nFrom: y\r\n", false, 0 },
		{ "To: x\001y\r\nFrom: y\r\n", false, 0 },
		{ "To x\r\nFrom: y\r\n", false, 0 },
		{ "\r\nFrom: y\r\n", false, 0 },
		{ "Via: x12\r\n", false, 0 },
		{ "Via: x12", false, 0 },
		{ "", false, 0 },
	};
	struct xsip_line line;
	const u8 *next;
	u8 text[64];
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		len = strlen(rows[i].text);
		memset(text, 'x', BEFORE);
		memcpy(text + BEFORE, rows[i].text, len);
		next = xsip_line_plain(text + BEFORE, text + BEFORE + len,
				       &line);
		if (!next == rows[i].plain)
			fail_msg("\"%s\"", rows[i].text);
		if (rows[i].plain)
			assert_int_equal(line.field, rows[i].field);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
