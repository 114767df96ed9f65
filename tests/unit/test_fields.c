// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_parse with what the corpus does not have: spans of values, the
 * length of a body, edges of the window.
 */
#include "message.h"

/* ---- Values ---- */

#define TO_LINE(line)							\
	"OPTIONS sip:example.com SIP/2.0\r\n"				\
	"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"		\
	"From: <sip:a@example.com>;tag=1\r\n" line			\
	"Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n"

static const struct {
	const char *line;
	const char *to;
} to_values[] = {
	{ TO_LINE("To: <sip:b@example.com>\r\n"), "<sip:b@example.com>" },
	{ TO_LINE("To:<sip:b@example.com>\r\n"), "<sip:b@example.com>" },
	{ TO_LINE("tO \t : \t <sip:b@example.com> \t \r\n"),
	  "<sip:b@example.com>" },
	{ TO_LINE("t:sip:b@example.com\n"), "sip:b@example.com" },
	{ TO_LINE("To:\r\n <sip:b@example.com>\r\n"), "<sip:b@example.com>" },
	{ TO_LINE("To:\r\n\t\r\n <sip:b@example.com>\r\n \r\n"),
	  "<sip:b@example.com>" },
	{ TO_LINE("To: \"B\"\r\n <sip:b@example.com>\r\n"),
	  "\"B\"\r\n <sip:b@example.com>" },
	{ TO_LINE("To: \"B\"\n\t<sip:b@example.com>\n"),
	  "\"B\"\n\t<sip:b@example.com>" },
	{ TO_LINE("To:\r\n"), "" },
	{ TO_LINE("To-X: no\r\nTo: yes\r\nX-To: no\r\n"), "yes" },
	{ TO_LINE("To: first\r\nTo: second\r\n"), "first" },
	{ TO_LINE("Too: no\r\nT0: no\r\nt: yes\r\n"), "yes" },
	{ TO_LINE("To: \303\274\377\r\n"), "\303\274\377" },
};

TEST(values)
{
	for_each(row, to_values) {
		size_t size = strlen(row->line);
		struct xsip_parsed m __message = message_of(row->line, size,
							    false);

		expect_int(row->line, m.msg.class, SIP_REQUEST);
		expect_text(row->line, xsip_parsed_field(&m, SIP_TO),
			    row->to);
		expect_text(row->line, xsip_parsed_text(&m, m.msg.uri),
			    "sip:example.com");
		expect_int(row->line, m.msg.body, (long)size);
	}
}

/* ---- The end of the fields, and the length of the body ---- */

static const struct {
	const char *fields;
	u32 length;
} ends[] = {
	{ "", 0 },
	{ "l: 0\r\n", 0 },
	{ "l: 17\r\n", 17 },
	{ "l: 17\r\nl: 18\r\n", 17 },
	{ "l: \r\n", U32_MAX },
	{ "l: 4294967294\r\n", 4294967294U },
	{ "l: 4294967295\r\n", U32_MAX },
	{ "l: seven\r\nl: 7\r\n", U32_MAX },
};

static void check_end(const char *text, size_t size, u32 length, bool ended)
{
	struct xsip_parsed m __message = message_of(text, size, false);

	expect_int(text, m.msg.ended, ended);
	expect_int(text, m.msg.length, length);
}

TEST(ends)
{
	char text[512];
	size_t size;

	for_each(row, ends) {
		size = (size_t)snprintf(text, sizeof(text),
					"OPTIONS sip:b SIP/2.0\r\n%s\r\n",
					row->fields);
		check_end(text, size, row->length, true);
		check_end(text, size - 2, row->length, false);
	}
}

/* ---- The edge of the window ---- */

/*
 * A sound message whose header fields, with the empty line, end after @fields
 * bytes. A segment that fills the window hides as much as a datagram.
 */
static void check_window(u32 fields, u32 size, bool stream)
{
	static const char head[] = TO_LINE("To: b\r\n");
	size_t len = sizeof(head) - 1 - 2;	/* without the empty line */
	char *text = malloc(size), what[64];
	struct xsip_parsed m __message;
	int n;

	memset(text, 'x', size);
	memcpy(text, head, len);
	n = snprintf(text + len, size - len, "Content-Length: %u\r\nX: ",
		     size - fields);
	text[len + (size_t)n] = 'x';
	memcpy(text + fields - 4, "\r\n\r\n", 4);
	m = message_of(text, size, stream);
	free(text);
	snprintf(what, sizeof(what), "%u of %u bytes", fields, size);
	expect_int(what, m.msg.class, SIP_REQUEST);
	expect_int(what, m.msg.method, XT_SIP_OPTIONS);
	expect_int(what, m.msg.defects,
		   fields > SIP_WINDOW ? BIT(XT_SIP_LONG) : 0);
	if (fields <= SIP_WINDOW)
		expect_int(what, m.msg.body, fields);
}

TEST(windows)
{
	static const u32 sizes[] = { 8191, 8192, 8193, 9000, 65507 };
	u32 fields;

	for_each(size, sizes)
		for (fields = SIP_WINDOW - 40;
		     fields < SIP_WINDOW + 40 && fields <= *size; fields++) {
			check_window(fields, *size, false);
			check_window(fields, *size, true);
		}
	check_window(400, 65507, false);
	check_window(65507, 65507, false);
}
