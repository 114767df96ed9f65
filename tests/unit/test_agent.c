// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_agent: which header fields of a message name the program that
 * sent it. test_pattern.c tests how names are compared, test_parse.c that
 * every User-Agent of a message is found.
 */
#include "message.h"
#include "sip/agent.h"
#include <linux/netfilter/xt_sip.h>

#define MESSAGE(start, fields)						\
	start "\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n" fields	\
	"From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1\r\n"	\
	"CSeq: 1 OPTIONS\r\n\r\nUser-Agent: bad\r\nServer: bad\r\n"
#define REQUEST(fields)		MESSAGE("OPTIONS sip:h SIP/2.0", fields)
#define RESPONSE(fields)	MESSAGE("SIP/2.0 200 OK", fields)
#define SEGMENT(fields)		"BYE sip:b SIP/2.0\r\n" fields

/* Do they match the pattern "^bad$"? */
static const struct {
	const char *message;
	bool match;
} rows[] = {
	/* User-Agent of a request */
	{ REQUEST("User-Agent: bad\r\n"), true },
	{ REQUEST("uSER-aGENT \t:\r\n BaD\r\n \r\n"), true },
	{ REQUEST("User-Agent: bad 1\r\n"), false },
	{ REQUEST("User-Agent:\r\n"), false },
	{ REQUEST(""), false },
	{ REQUEST("User-Agents: bad\r\nSubject: bad\r\n"), false },
	/* every one of several counts */
	{ REQUEST("User-Agent: bad\r\nUser-Agent: good\r\n"), true },
	{ REQUEST("User-Agent: a\r\nX: y\r\nUser-Agent: bad\r\n"), true },
	{ REQUEST("User-Agent: a\r\nUser-Agent: b\r\n\tbad\r\n"), false },
	{ REQUEST("User-Agent: a\r\nX: bad\r\nUser-Agent: b\r\n"), false },
	/* Server of a request is nothing */
	{ REQUEST("Server: bad\r\nUser-Agent: good\r\n"), false },
	{ REQUEST("Server: good\r\nUser-Agent: bad\r\n"), true },
	/* both of a response */
	{ RESPONSE("Server: bad\r\n"), true },
	{ RESPONSE("User-Agent: bad\r\n"), true },
	{ RESPONSE("User-Agent: good\r\nServer: bad\r\n"), true },
	{ RESPONSE("Server: good\r\nUser-Agent: bad\r\n"), true },
	{ RESPONSE("User-Agent: a\r\nUser-Agent: bad\r\nServer: c\r\n"), true },
	{ RESPONSE("User-Agent: a\r\nServer: c\r\nServer: bad\r\n"), true },
	{ RESPONSE("Server: good\r\nUser-Agent: good\r\n"), false },
	{ RESPONSE(""), false },
	/* no SIP */
	{ "bad", false },
	{ "OPTIONS sip:h HTTP/1.0\r\nUser-Agent: bad\r\n\r\n", false },
};

/* As segments of a stream: a value that may go on elsewhere does not count. */
static const typeof(rows[0]) segments[] = {
	{ SEGMENT("User-Agent: bad\r\nX"), true },
	{ SEGMENT("User-Agent: bad\r\n"), false },
	{ SEGMENT("User-Agent: a\r\nUser-Agent: bad\r\nX"), true },
	{ SEGMENT("User-Agent: a\r\nUser-Agent: bad\r\n"), false },
	{ "User-Agent: bad\r\n\r\n", false },
};

static void check(const struct xsip_pattern *pattern, const char *message,
		  bool stream, bool match)
{
	struct xsip_parsed m __message = message_of(message, strlen(message),
						stream);

	expect_int(message, xsip_agent_match(pattern, &m),
		   match);
}

TEST(rows)
{
	static const u8 text[] = {
		XT_SIP_TEXT_START | XT_SIP_TEXT_END | 3, 'b', 'a', 'd',
	};
	struct xsip_pattern *pattern;

	pattern = xsip_pattern_compile(text, sizeof(text));
	for_each(row, rows)
		check(pattern, row->message, false, row->match);
	for_each(row, segments)
		check(pattern, row->message, true, row->match);
	xsip_pattern_free(pattern);
}
