// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_uri: which URIs of a message are compared with texts.
 * test_pattern.c tests how texts are compared, test_value.c what a URI is.
 */
#include "message.h"
#include "sip/uri.h"
#include <linux/netfilter/xt_sip.h>

#define MESSAGE(start, fields)						\
	start "\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"		\
	"Call-ID: 1\r\nCSeq: 1 INVITE\r\n" fields "\r\nx: <sip:00@h>\r\n"
#define INVITE(uri)		MESSAGE("INVITE " uri " SIP/2.0", "")
#define FROM(value)		REQUEST("From: " value "\r\n")
#define TO(value)		REQUEST("t: " value "\r\n")
#define CONTACT(value)		REQUEST("Contact: " value "\r\n")
#define REQUEST(fields)		MESSAGE("INVITE sip:h SIP/2.0", fields)
#define RESPONSE(fields)	MESSAGE("SIP/2.0 200 OK", fields)
#define SEGMENT(fields)		"BYE sip:b SIP/2.0\r\n" fields

#define URI	SIP_FIELD_NONE

/* Is "^sip:00" in the URI of a field? */
static const struct {
	enum xsip_field field;
	const char *message;
	bool match;
} rows[] = {
	/* Request-URI */
	{ URI, INVITE("sip:00972599@h"), true },
	{ URI, INVITE("SIP:00@h"), true },
	{ URI, INVITE("sip:00"), true },
	{ URI, INVITE("<sip:00@h>"), true },
	{ URI, INVITE("sip:%30%300@h"), true },
	{ URI, INVITE("sip:%3000@h"), true },
	{ URI, INVITE("sip:1@h;x=sip:00"), false },
	{ URI, INVITE("sips:00@h"), false },
	{ URI, INVITE("sip:%2530@h"), false },
	{ URI, INVITE("sip:%3"), false },
	{ URI, FROM("<sip:00@h>"), false },
	{ URI, RESPONSE("To: <sip:00@h>\r\n"), false },
	/* From, To */
	{ SIP_FROM, FROM("<sip:00@h>;tag=1"), true },
	{ SIP_FROM, FROM("sip:00@h;tag=1"), true },
	{ SIP_FROM, FROM("\"sip:1\" <sip:00@h>"), true },
	{ SIP_FROM, FROM("sip:1 <sip:00@h>"), true },
	{ SIP_FROM, FROM("< sip:00@h>"), true },
	{ SIP_FROM, FROM("<sip:%300@h>"), true },
	{ SIP_FROM, FROM("\"sip:00\" <sip:1@h>"), false },
	{ SIP_FROM, FROM("<sip:1@h>;x=sip:00"), false },
	{ SIP_FROM, TO("<sip:00@h>"), false },
	{ SIP_FROM, REQUEST(""), false },
	{ SIP_FROM, RESPONSE("f: <sip:00@h>\r\n"), true },
	{ SIP_FROM, INVITE("sip:00@h"), false },
	{ SIP_TO, TO("<sip:00@h>"), true },
	{ SIP_TO, FROM("<sip:00@h>"), false },
	{ SIP_TO, RESPONSE("To: <sip:00@h>;tag=2\r\n"), true },
	{ SIP_TO, "To: <sip:00@h>\r\n\r\n", false },
	/* Contact: any */
	{ SIP_CONTACT, CONTACT("<sip:00@h>"), true },
	{ SIP_CONTACT, CONTACT("<sip:1@h>;q=1,\r\n <sip:00@h>"), true },
	{ SIP_CONTACT, CONTACT("\"a,b\" <sip:1@h>, sip:00@h"), true },
	{ SIP_CONTACT, CONTACT("<sip:1@h>\r\nX: y\r\nm: <sip:00@h>"), true },
	{ SIP_CONTACT, CONTACT("<sip:1@h>\r\nm: <a>, <sip:00@h>"), true },
	{ SIP_CONTACT, CONTACT("<sip:1,<sip:00@h>"), false },
	{ SIP_CONTACT, CONTACT("\"x,<sip:00@h>\" <sip:1@h>"), false },
	{ SIP_CONTACT, CONTACT("*"), false },
	{ SIP_CONTACT, CONTACT(""), false },
	{ SIP_CONTACT, FROM("<sip:00@h>"), false },
};

/* As segments of a stream: a value that may go on elsewhere does not count. */
static const typeof(rows[0]) segments[] = {
	{ SIP_FROM, SEGMENT("From: <sip:00@h>\r\nX"), true },
	{ SIP_FROM, SEGMENT("From: <sip:00@h>\r\n"), false },
	{ SIP_CONTACT, SEGMENT("m: <a>\r\nm: <sip:00@h>\r\nX"), true },
	{ SIP_CONTACT, SEGMENT("m: <a>\r\nm: <sip:00@h>\r\n"), false },
	{ URI, "INVITE sip:00@h SIP/2.0\r\n", true },
};

static void check(const struct xsip_pattern *pattern, enum xsip_field field,
		  const char *message, bool stream, bool match)
{
	struct xsip_parsed m __message = message_of(message, strlen(message),
						    stream);

	expect_int(message, xsip_uri_match(pattern, &m, field), match);
}

TEST(rows)
{
	static const u8 text[] = {
		XT_SIP_TEXT_START | 6, 's', 'i', 'p', ':', '0', '0',
	};
	struct xsip_pattern *pattern;

	pattern = xsip_pattern_compile(text, sizeof(text));
	for_each(row, rows)
		check(pattern, row->field, row->message, false, row->match);
	for_each(row, segments)
		check(pattern, row->field, row->message, true, row->match);
	xsip_pattern_free(pattern);
}

/* A list of thousands of brackets without partners costs linear time. */
TEST(many)
{
	static const u8 text[] = { 1, '\x7e' };
	struct xsip_pattern *pattern;
	char message[SIP_WINDOW];
	size_t len;

	len = (size_t)snprintf(message, sizeof(message),
			       "INVITE sip:h SIP/2.0\r\nContact: ");
	while (len < sizeof(message) - 8) {
		message[len++] = '<';
		message[len++] = ',';
	}
	strcpy(message + len, "\r\n\r\n");
	pattern = xsip_pattern_compile(text, sizeof(text));
	check(pattern, SIP_CONTACT, message, false, false);
	xsip_pattern_free(pattern);
}
