// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_agent: which header fields of a message name the program that
 * sent it. test_pattern.c tests how names are compared.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "payload.h"
#include "sip/agent.h"
#include <linux/netfilter/xt_sip.h>

#define REQUEST(fields)							\
	"OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n" \
	fields "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1\r\n" \
	"CSeq: 1 OPTIONS\r\n\r\nUser-Agent: bad\r\nServer: bad\r\n"
#define RESPONSE(fields)						\
	"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"	\
	fields "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1\r\n" \
	"CSeq: 1 OPTIONS\r\n\r\nUser-Agent: bad\r\nServer: bad\r\n"
#define FOUR		"User-Agent: a\r\nUser-Agent: a\r\n"		\
			"User-Agent: a\r\nUser-Agent: a\r\n"

/* Do they match the pattern "^bad$"? */
static const struct {
	const char *message;
	bool match;
} rows[] = {
	/* User-Agent of a request */
	{ REQUEST("User-Agent: bad\r\n"), true },
	{ REQUEST("uSER-aGENT \t:\r\n BaD\r\n"), true },
	{ REQUEST("User-Agent:bad \t\r\n"), true },
	{ REQUEST("User-Agent: bad\r\n \r\n"), true },
	{ REQUEST("User-Agent: bad 1\r\n"), false },
	{ REQUEST("User-Agent: not bad\r\n"), false },
	{ REQUEST("User-Agent: ba\r\n"), false },
	{ REQUEST("User-Agent:\r\n"), false },
	{ REQUEST(""), false },
	{ REQUEST("User-Agents: bad\r\n"), false },
	{ REQUEST("X-User-Agent: bad\r\n"), false },
	{ REQUEST("Subject: bad\r\n"), false },
	/* every one of several counts */
	{ REQUEST("User-Agent: bad\r\nUser-Agent: good\r\n"), true },
	{ REQUEST("User-Agent: good\r\nUser-Agent: bad\r\n"), true },
	{ REQUEST("User-Agent:\r\nX: y\r\nUSER-AGENT : bad\r\n"), true },
	{ REQUEST("User-Agent: a\r\nUser-Agent: b\r\nUser-Agent: bad\r\n"),
	  true },
	{ REQUEST(FOUR FOUR FOUR "User-Agent: bad\r\n"), true },
	{ REQUEST(FOUR FOUR FOUR "User-Agent: b\r\n"), false },
	{ REQUEST("User-Agent: a\r\n User-Agent: bad\r\n"), false },
	{ REQUEST("User-Agent: a\r\nUser-Agent: b\r\n\tbad\r\n"), false },
	{ REQUEST("User-Agent: a\r\nX: bad\r\nUser-Agent: b\r\n"), false },
	/* Server of a request is nothing */
	{ REQUEST("Server: bad\r\n"), false },
	{ REQUEST("Server: bad\r\nUser-Agent: good\r\n"), false },
	{ REQUEST("Server: good\r\nUser-Agent: bad\r\n"), true },
	/* both of a response */
	{ RESPONSE("Server: bad\r\n"), true },
	{ RESPONSE("User-Agent: bad\r\n"), true },
	{ RESPONSE("User-Agent: good\r\nServer: bad\r\n"), true },
	{ RESPONSE("Server: good\r\nUser-Agent: bad\r\n"), true },
	{ RESPONSE("Server: good\r\nServer: bad\r\n"), true },
	{ RESPONSE("User-Agent: a\r\nUser-Agent: b\r\nServer: c\r\n"
		   "Server: bad\r\n"), true },
	{ RESPONSE("User-Agent: a\r\nUser-Agent: bad\r\nServer: c\r\n"), true },
	{ RESPONSE("Server: good\r\nUser-Agent: good\r\n"), false },
	{ RESPONSE("Servers: bad\r\n"), false },
	{ RESPONSE(""), false },
	/* no SIP */
	{ "", false },
	{ "\r\n", false },
	{ "bad", false },
	{ "User-Agent: bad\r\n\r\n", false },
	{ "OPTIONS sip:h HTTP/1.0\r\nUser-Agent: bad\r\n\r\n", false },
};

/* As segments of a stream: a value that may go on elsewhere does not count. */
static const struct {
	const char *message;
	bool match;
} segments[] = {
	{ "BYE sip:b SIP/2.0\r\nUser-Agent: bad\r\n\r\n", true },
	{ "BYE sip:b SIP/2.0\r\nUser-Agent: bad\r\nX", true },
	{ "BYE sip:b SIP/2.0\r\nUser-Agent: bad\r\n", false },
	{ "BYE sip:b SIP/2.0\r\nUser-Agent: bad", false },
	{ "BYE sip:b SIP/2.0\r\nUser-Agent: a\r\nUser-Agent: bad\r\nX", true },
	{ "BYE sip:b SIP/2.0\r\nUser-Agent: a\r\nUser-Agent: bad\r\n", false },
	{ "User-Agent: bad\r\n\r\n", false },
};

static bool match(const struct xsip_pattern *pattern, const char *message,
		  size_t len, bool stream)
{
	struct xsip_msg msg;
	struct block b;
	bool found;

	block_make(&b, (const u8 *)message, len, stream);
	xsip_parse(&b.payload, &msg);
	found = xsip_agent_match(pattern, &b.payload, &msg);
	free(b.bytes);
	return found;
}

static void check(const struct xsip_pattern *pattern, const char *message,
		  bool stream, bool expected)
{
	if (match(pattern, message, strlen(message), stream) != expected)
		fail_msg("expected %s:\n%s",
			 expected ? "a match" : "no match", message);
}

static void test_fields(void **state)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		check(*state, rows[i].message, false, rows[i].match);
	for (i = 0; i < ARRAY_SIZE(segments); i++)
		check(*state, segments[i].message, true, segments[i].match);
}

/* Is the name in the first @len bytes? */
static bool has_name(const char *message, size_t len)
{
	size_t i;

	for (i = 0; i + 3 <= len; i++)
		if (!strncasecmp(message + i, "bad", 3))
			return true;
	return false;
}

static void check_cuts(const struct xsip_pattern *pattern, const char *message)
{
	size_t len;

	for (len = 0; len <= strlen(message); len++) {
		if (match(pattern, message, len, true) ||
		    match(pattern, message, len, false))
			assert_true(has_name(message, len));
	}
}

/* Every cut, at the end of a block of its own. */
static void test_cuts(void **state)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(segments); i++)
		check_cuts(*state, segments[i].message);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		check_cuts(*state, rows[i].message);
}

static int compile(void **state)
{
	static const u8 texts[] = {
		XT_SIP_UA_START | XT_SIP_UA_END | 3, 'b', 'a', 'd',
	};

	*state = xsip_pattern_compile(texts, sizeof(texts));
	return *state ? 0 : -1;
}

static int release(void **state)
{
	xsip_pattern_free(*state);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, compile, release);
}
