// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_parse with tables of cases that the corpus does not have: spans of
 * values, repeated fields, edges of numbers and of the window.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "payload.h"

static void parse_bytes(const u8 *data, size_t size, bool stream,
			struct xsip_msg *msg)
{
	const char *wrong = payload_parse(data, size, stream, msg);

	if (wrong)
		fail_msg("%zu bytes: %s", size, wrong);
}

static void parse_text(const char *text, struct xsip_msg *msg)
{
	parse_bytes((const u8 *)text, strlen(text), false, msg);
}

/* ---- Spans ---- */

#define TO_LINE(line)							\
	"OPTIONS sip:example.com SIP/2.0\r\n"				\
	"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"		\
	"From: <sip:a@example.com>;tag=1\r\n" line			\
	"Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n"

static const struct {
	const char *message;
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

static void test_spans(void **state)
{
	struct xsip_span to, uri;
	const char *message;
	struct xsip_msg msg;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(to_values); i++) {
		message = to_values[i].message;
		parse_text(message, &msg);
		to = msg.field[SIP_TO];
		uri = msg.uri;
		assert_int_equal(msg.class, SIP_REQUEST);
		assert_true(msg.present & BIT(SIP_TO));
		assert_int_equal(to.end - to.start, strlen(to_values[i].to));
		assert_memory_equal(message + to.start, to_values[i].to,
				    to.end - to.start);
		assert_int_equal(uri.end - uri.start, 15);
		assert_memory_equal(message + uri.start, "sip:example.com",
				    15);
		assert_int_equal(msg.body, strlen(message));
	}
}

/* ---- Repeated fields ---- */

#define UA_LINES(lines)							\
	TO_LINE("To: <sip:b@example.com>\r\n" lines)

static const struct {
	const char *message;
	const char *values[6];	/* up to the first NULL */
} repeated_uas[] = {
	{ UA_LINES("User-Agent: a\r\n"), { "a" } },
	{ UA_LINES("User-Agent: a\r\nUser-Agent: b\r\n"), { "a", "b" } },
	{ UA_LINES("User-Agent: a\nX: y\nUSER-AGENT\t:\tb\nuser-agent: c\n"),
	  { "a", "b", "c" } },
	{ UA_LINES("User-Agent: a\r\n \r\n\t\r\nUser-Agent:\r\n b\r\n"),
	  { "a", "b" } },
	{ UA_LINES("User-Agent:\r\nUser-Agent: b\r\nUser-Agents: c\r\n"),
	  { "", "b" } },
	{ UA_LINES("User-Agent:\r\n \r\nUser-Agent: \r\nUser-Agent: b\r\n"),
	  { "", "", "b" } },
	{ UA_LINES("User-Agent: a\r\n User-Agent: b\r\nUser-Agent: c\r\n"),
	  { "a\r\n User-Agent: b", "c" } },
	{ UA_LINES("User-Agent: a\r\nno colon\r\nUser-Agent: b\r\n"),
	  { "a", "b" } },
	{ UA_LINES("User-Agent: a\r\nServer: s\r\n\r\nUser-Agent: body\r\n"),
	  { "a" } },
};

/* As segments of a stream: a field whose end is not there does not count. */
static const struct {
	const char *message;
	const char *values[6];
} stream_uas[] = {
	{ UA_LINES("User-Agent: a\r\nUser-Agent: b\r\n\r\n"), { "a", "b" } },
	{ "BYE sip:b SIP/2.0\r\nUser-Agent: a\r\nUser-Agent: b", { "a" } },
	{ "BYE sip:b SIP/2.0\r\nUser-Agent: a\r\nUser-Agent: b\r", { "a" } },
	{ "BYE sip:b SIP/2.0\r\nUser-Agent: a\r\nUser-Agent: b\r\n",
	  { "a" } },
	{ "BYE sip:b SIP/2.0\r\nUser-Agent: a\r\nUser-Agent: b\r\nX",
	  { "a", "b" } },
};

static void check_repeated(const char *message, const char *const *values,
			   bool stream)
{
	struct xsip_again again;
	struct xsip_span span;
	struct xsip_msg msg;
	struct block b;

	block_make(&b, (const u8 *)message, strlen(message), stream);
	xsip_parse(&b.payload, &msg);
	assert_true(msg.present & BIT(SIP_USER_AGENT));
	assert_int_equal(!!(msg.repeated & BIT(SIP_USER_AGENT)), !!values[1]);
	span = msg.field[SIP_USER_AGENT];
	xsip_again_start(&again, &b.payload, &msg, SIP_USER_AGENT);
	for (;;) {
		assert_true(span_inside(span, msg.body));
		assert_int_equal(span.end - span.start, strlen(*values));
		assert_memory_equal(message + span.start, *values,
				    strlen(*values));
		if (!*++values)
			break;
		assert_true(next_span(&again, &span));
	}
	assert_false(next_span(&again, &span));
	free(b.bytes);
}

static void test_repeated(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(repeated_uas); i++)
		check_repeated(repeated_uas[i].message,
			       repeated_uas[i].values, false);
	for (i = 0; i < ARRAY_SIZE(stream_uas); i++)
		check_repeated(stream_uas[i].message, stream_uas[i].values,
			       true);
}

/* ---- Numbers ---- */

#define LONG_ZEROES	"0000000000000000000000000000000000000000"
#define DIGITS_40	"1234567890123456789012345678901234567890"

/* Values of CSeq, without the method; all after "OPTIONS". */
static const struct {
	const char *number;
	bool good;
} cseq_numbers[] = {
	{ "0", true }, { "1", true }, { "00", true }, { "65536", true },
	{ LONG_ZEROES "1", true }, { "2147483647", true },
	{ "2147483648", true }, { "2164992235", true },
	{ "4294967294", true }, { "4294967295", true },
	{ LONG_ZEROES "4294967295", true },
	{ LONG_ZEROES "4294967296", false }, { "04294967296", false },
	{ "42949672950", false }, { "4294967305", false },
	{ "4294967296", false }, { "4294967297", false },
	{ "18446744073709551616", false }, { "18446744073709551617", false },
	{ DIGITS_40, false }, { "+1", false }, { "-1", false }, { "", false },
	{ "1.0", false }, { "0x1", false }, { "1e3", false }, { "1,", false },
	{ "one", false }, { "\302\271", false },
};

/* Values of Content-Length in front of a body of 7 bytes. */
static const struct {
	const char *value;
	bool good;
} lengths[] = {
	{ "0", true }, { "7", true }, { "6", true }, { "  7  ", true },
	{ "\t7\t", true }, { "\r\n 7", true }, { "7\r\n ", true },
	{ LONG_ZEROES "7", true }, { "8", false }, { "65536", false },
	{ "2147483647", false }, { "2147483648", false },
	{ "4294967295", false }, { "4294967296", false },
	{ "4294967303", false }, { "18446744073709551616", false },
	{ "18446744073709551623", false }, { DIGITS_40, false },
	{ "+7", false }, { "-7", false }, { "-1", false }, { "", false },
	{ "7.0", false }, { "0x7", false }, { "7 7", false }, { "7;", false },
	{ "7,7", false }, { "seven", false }, { "\"7\"", false },
};

static void test_cseq_numbers(void **state)
{
	struct xsip_msg msg;
	char message[512];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cseq_numbers); i++) {
		snprintf(message, sizeof(message),
			 "OPTIONS sip:b SIP/2.0\r\nv: x;branch=z9hG4bK\r\n"
			 "f: a\r\nt: b\r\ni: c\r\nCSeq: %s OPTIONS\r\n\r\n",
			 cseq_numbers[i].number);
		parse_text(message, &msg);
		if (msg.defects != (cseq_numbers[i].good ? 0 :
				    BIT(XT_SIP_CSEQ)))
			fail_msg("CSeq number \"%s\": defects %#x",
				 cseq_numbers[i].number, msg.defects);
	}
}

static void test_content_lengths(void **state)
{
	struct xsip_msg msg;
	char message[512];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		snprintf(message, sizeof(message),
			 "OPTIONS sip:b SIP/2.0\r\nv: x;branch=z9hG4bK\r\n"
			 "f: a\r\nt: b\r\ni: c\r\nCSeq: 1 OPTIONS\r\n"
			 "Content-Length:%s\r\n\r\n1234567",
			 lengths[i].value);
		parse_text(message, &msg);
		if (msg.defects != (lengths[i].good ? 0 :
				    BIT(XT_SIP_CONTENT_LENGTH)))
			fail_msg("Content-Length \"%s\": defects %#x",
				 lengths[i].value, msg.defects);
	}
}

/* ---- The start line ---- */

/* What follows it in the message. */
#define REST								\
	"\r\nv: x;branch=z9hG4bK\r\nf: a\r\nt: b\r\ni: c\r\n"		\
	"CSeq: 1 OPTIONS\r\n\r\n"

/* uri is NULL: no request. */
static const struct {
	const char *line;
	const char *name;
	const char *uri;
	bool good;
} start_lines[] = {
	{ "OPTIONS sip:b SIP/2.0", "OPTIONS", "sip:b", true },
	{ "options sip:b sip/2.0", "options", "sip:b", true },
	{ "OPTIONS * SIP/2.0", "OPTIONS", "*", true },
	{ "\r\n\r\nOPTIONS sip:b SIP/2.0", "OPTIONS", "sip:b", true },
	{ " OPTIONS sip:b SIP/2.0", "OPTIONS", "sip:b", false },
	{ " \r\n\t\r\nOPTIONS sip:b SIP/2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS  sip:b SIP/2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS\tsip:b SIP/2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS sip:b  SIP/2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS sip:b\tSIP/2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS sip:b SIP/2.0 ", "OPTIONS", "sip:b", false },
	{ "OPTIONS sip:b SIP/2.0\t", "OPTIONS", "sip:b", false },
	{ "OPTIONS\r\n sip:b SIP/2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS sip:b\n\tSIP/2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS\r\n \r\n sip:b\r\n SIP/2.0\r\n ", "OPTIONS", "sip:b",
	  false },
	{ "OPTIONS sip:b:5060SIP/2.0", "OPTIONS", "sip:b:5060", false },
	{ "OPTIONS sip:b SIP / 2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS sip:b SIP/\r\n 2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS sip:b SIP/2.01", "OPTIONS", "sip:b", false },
	{ "OPTIONS sip:b c SIP/2.0", "OPTIONS", "sip:b c", false },
	{ "OPTIONS SIP/2.0 SIP/2.0", "OPTIONS", "SIP/2.0", true },
	{ "OPTIONS  SIP/2.0", "OPTIONS", "", false },
	{ "OPTIONS SIP/2.0", "OPTIONS", "", false },
	{ "OPTIONS sip:b SIP/2.0 x", NULL, NULL, false },
	{ "OPTIONS sip:b SIP 2.0", NULL, NULL, false },
	{ "OPTIONS sip:b SIP /  2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS sip:b SIP/2.0\rX: y", "OPTIONS", "sip:b", true },
	{ "OPTIONS sip:b\r SIP/2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS sip:b\rSIP/2.0", "OPTIONS", "sip:b", false },
	{ "OPTIONS sip:b SIP/2.0\r\nSIP/2.0", "OPTIONS", "sip:b", true },
	{ "SIP/2.0 sip:b SIP/2.0", NULL, NULL, false },
	{ "OPTIONS sip:b\r\nSIP/2.0", NULL, NULL, false },
	{ "OPTIONSSIP/2.0 and 32 bytes of text", NULL, NULL, false },
};

static void check_text(const char *message, struct xsip_span span,
		       const char *expected)
{
	if ((size_t)(span.end - span.start) != strlen(expected) ||
	    memcmp(message + span.start, expected, strlen(expected)))
		fail_msg("\"%.*s\", not \"%s\", in %s", span.end - span.start,
			 message + span.start, expected, message);
}

static void test_start_lines(void **state)
{
	struct xsip_msg msg;
	char message[512];
	bool request;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(start_lines); i++) {
		snprintf(message, sizeof(message), "%s" REST,
			 start_lines[i].line);
		parse_text(message, &msg);
		request = msg.class == SIP_REQUEST;
		if (request != !!start_lines[i].uri)
			fail_msg("class %d: %s", msg.class, message);
		if (!request)
			continue;
		assert_int_equal(msg.method, XT_SIP_OPTIONS);
		check_text(message, msg.name, start_lines[i].name);
		check_text(message, msg.uri, start_lines[i].uri);
		if (!(msg.defects & BIT(XT_SIP_START_LINE)) !=
		    start_lines[i].good)
			fail_msg("defects %#x: %s", msg.defects, message);
	}
}

/* ---- The end of the fields, and the length of the body ---- */

static const struct {
	const char *fields;
	bool ended;
	u32 length;
} ends[] = {
	{ "", true, 0 },
	{ "l: 0\r\n", true, 0 },
	{ "l: 17\r\n", true, 17 },
	{ "l: 17\r\nl: 18\r\n", true, 17 },
	{ "l: \r\n", true, U32_MAX },
	{ "l: 4294967294\r\n", true, 4294967294U },
	{ "l: 4294967295\r\n", true, U32_MAX },
	{ "l: seven\r\nl: 7\r\n", true, U32_MAX },
};

static void test_ends(void **state)
{
	struct xsip_msg msg;
	char message[512];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		snprintf(message, sizeof(message),
			 "OPTIONS sip:b SIP/2.0\r\n%s\r\n", ends[i].fields);
		parse_text(message, &msg);
		assert_true(msg.ended);
		assert_int_equal(msg.length, ends[i].length);
		message[strlen(message) - 2] = '\0';
		parse_text(message, &msg);
		assert_false(msg.ended);
		assert_int_equal(msg.length, ends[i].length);
	}
}

/* ---- The edge of the window ---- */

static const struct {
	u32 fields;		/* bytes up to and with the empty line */
	u32 size;		/* of the datagram */
	u16 defects;
} windows[] = {
	{ 8191, 8191, 0 },
	{ 8192, 8192, 0 },
	{ 8193, 8193, BIT(XT_SIP_LONG) },
	{ 8191, 8192, 0 },
	{ 8191, 8193, 0 },
	{ 8192, 8193, 0 },
	{ 8194, 8194, BIT(XT_SIP_LONG) },
	{ 8195, 8195, BIT(XT_SIP_LONG) },
	{ 8196, 8196, BIT(XT_SIP_LONG) },
	{ 400, 65507, 0 },
	{ 8192, 65507, 0 },
	{ 8193, 65507, BIT(XT_SIP_LONG) },
	{ 20000, 65507, BIT(XT_SIP_LONG) },
	{ 65507, 65507, BIT(XT_SIP_LONG) },
};

/* A sound message whose header section ends where it is told to. */
static u8 *message_of(u32 fields, u32 size)
{
	static const char head[] = TO_LINE("To: b\r\n");
	size_t len = sizeof(head) - 1 - 2;	/* without the empty line */
	u8 *data = malloc(size);
	int n;

	memset(data, 'x', size);
	memcpy(data, head, len);
	n = snprintf((char *)data + len, size - len,
		     "Content-Length: %u\r\nX: ", size - fields);
	data[len + (size_t)n] = 'x';
	memcpy(data + fields - 4, "\r\n\r\n", 4);
	return data;
}

static void test_windows(void **state)
{
	struct xsip_msg msg;
	size_t i;
	u8 *data;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(windows); i++) {
		data = message_of(windows[i].fields, windows[i].size);
		parse_bytes(data, windows[i].size, false, &msg);
		free(data);
		assert_int_equal(msg.class, SIP_REQUEST);
		assert_int_equal(msg.method, XT_SIP_OPTIONS);
		if (msg.defects != windows[i].defects)
			fail_msg("fields %u of %u bytes: defects %#x",
				 windows[i].fields, windows[i].size,
				 msg.defects);
		if (!msg.defects)
			assert_int_equal(msg.body, windows[i].fields);
	}
}

/* A segment of a stream that fills the window hides as much. */
static void test_stream_windows(void **state)
{
	struct xsip_msg msg;
	size_t i;
	u8 *data;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(windows); i++) {
		data = message_of(windows[i].fields, windows[i].size);
		parse_bytes(data, windows[i].size, true, &msg);
		free(data);
		assert_int_equal(msg.class, SIP_REQUEST);
		assert_int_equal(msg.defects, windows[i].defects);
	}
}

/* Lines of all lengths up to and across the window's end, CR LF cut. */
static void test_window_cuts(void **state)
{
	struct xsip_msg msg;
	u32 fields;
	u8 *data;

	(void)state;
	for (fields = SIP_WINDOW - 40; fields < SIP_WINDOW + 40; fields++) {
		data = message_of(fields, 9000);
		parse_bytes(data, 9000, false, &msg);
		free(data);
		if (msg.defects != (fields > SIP_WINDOW ? BIT(XT_SIP_LONG) :
				    0))
			fail_msg("fields %u: defects %#x", fields,
				 msg.defects);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_cseq_numbers),
		cmocka_unit_test(test_content_lengths),
		cmocka_unit_test(test_start_lines),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_stream_windows),
		cmocka_unit_test(test_window_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
