// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_line: the fast reader agrees with the full one on every line of
 * the usual form. The tests of xsip_parse check how lines are split.
 */
#include "sip/line.h"
#include "test.h"

#define BEFORE	8	/* bytes that have to lie before a line */

static const char *const pieces[] = {
	"Via", "From", "to", "CSEQ", "Call-ID", "Contact", "User-Agent",
	"Content-Length", "Authorization", "Proxy-Authorization", "Server",
	"Max-Forwards", "X", "v", "l", ":", ":", ":", ": ", " :", " ", "\t",
	"\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n ", "\n\t", "\001", "\177",
	"\377~", "\303\274", "sip:a@example.com", "12345678", "abcdefg",
};

static void check_lines(const char *text)
{
	struct xsip_range block __block = block_of(text, strlen(text));
	struct xsip_lines lines = { .p = block.p + BEFORE, .end = block.end };
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

TEST(readers)
{
	char text[512];
	size_t count;
	int i;

	for (i = 0; i < 300000; i++) {
		strcpy(text, "xxxxxxxx");
		for (count = random_below(12); count; count--)
			strcat(text, pieces[random_below(ARRAY_SIZE(pieces))]);
		check_lines(text);
	}
}

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
	{ "Proxy-Authorization: Digest\r\nx", true, SIP_PROXY_AUTHORIZATION },
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

TEST(forms)
{
	struct xsip_line line;
	char text[64];

	for_each(row, rows) {
		const u8 *p = (const u8 *)text + BEFORE;

		snprintf(text, sizeof(text), "xxxxxxxx%s", row->text);
		expect_int(row->text,
			   !!xsip_line_plain(p, p + strlen(row->text), &line),
			   row->plain);
		if (row->plain)
			expect_int(row->text, line.field, row->field);
	}
}
