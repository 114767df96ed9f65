// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_transaction: which messages belong together, and which requests
 * were not forwarded by a proxy. The spellings of a tag and of a second Via are
 * those with which proxies were made to forward requests.
 */
#include "message.h"
#include "sip/transaction.h"

#define VIA	"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
#define FROM	"From: <sip:from@h>;tag=1\r\n"
#define TO	"To: <sip:to@h>\r\n"
#define ASK(method, fields)						\
	method " sip:h SIP/2.0\r\n" VIA FROM TO fields "\r\n"
#define ANSWER(fields)	"SIP/2.0 200 OK\r\n" VIA FROM TO fields "\r\n"

/* ---- What names a transaction ---- */

static const struct {
	const char *message;
	const char *call_id;	/* NULL: it belongs to none */
	u32 number;
	u8 method;
	const char *other;
} names[] = {
	{ ASK("REGISTER", "Call-ID: a@h\r\nCSeq: 7 REGISTER\r\n"),
	  "a@h", 7, XT_SIP_REGISTER, "" },
	{ ANSWER("i:a@h\r\nCSeq:7\r\n REGISTER\r\n"),
	  "a@h", 7, XT_SIP_REGISTER, "" },
	/* the number, not its text */
	{ ASK("OPTIONS", "Call-ID: a\r\nCSeq: 00007\tOPTIONS\r\n"),
	  "a", 7, XT_SIP_OPTIONS, "" },
	{ ASK("OPTIONS", "Call-ID: a\r\nCSeq: 0 OPTIONS\r\n"),
	  "a", 0, XT_SIP_OPTIONS, "" },
	{ ASK("OPTIONS", "Call-ID: a\r\nCSeq: 4294967294 OPTIONS\r\n"),
	  "a", 4294967294U, XT_SIP_OPTIONS, "" },
	{ ASK("OPTIONS", "Call-ID: a\r\nCSeq: 99999999999 OPTIONS\r\n"),
	  "a", U32_MAX, XT_SIP_OPTIONS, "" },
	/* of the Call-ID what comes before white space */
	{ ASK("OPTIONS", "Call-ID: \r\n a b\r\nCSeq: 7 OPTIONS\r\n"),
	  "a", 7, XT_SIP_OPTIONS, "" },
	{ ASK("OPTIONS", "Call-ID: a\r\n b\r\nCSeq: 7 OPTIONS\r\n"),
	  "a", 7, XT_SIP_OPTIONS, "" },
	{ ASK("OPTIONS", "Call-ID: a\tb\r\nCSeq: 7 OPTIONS\r\n"),
	  "a", 7, XT_SIP_OPTIONS, "" },
	{ ASK("OPTIONS", "Call-ID: A,\"(\xc3\xa4;<\r\nCSeq: 7 OPTIONS\r\n"),
	  "A,\"(\xc3\xa4;<", 7, XT_SIP_OPTIONS, "" },
	{ ASK("OPTIONS", "Call-ID:\r\nCSeq: 7 OPTIONS\r\n"),
	  "", 7, XT_SIP_OPTIONS, "" },
	/* the method is that of the request line, or of a response's CSeq */
	{ ASK("OPTIONS", "Call-ID: a\r\nCSeq: 7 REGISTER\r\n"),
	  "a", 7, XT_SIP_OPTIONS, "" },
	{ ANSWER("Call-ID: a\r\nCSeq: 7 REGISTER\r\n"),
	  "a", 7, XT_SIP_REGISTER, "" },
	{ ASK("FOO-1", "Call-ID: a\r\nCSeq: 7 FOO-1\r\n"),
	  "a", 7, XT_SIP_OTHER, "foo-1" },
	{ "\r\n\r\n" ASK("Foo-1", "Call-ID: a\r\nCSeq: 7 BAR\r\n"),
	  "a", 7, XT_SIP_OTHER, "foo-1" },
	{ ASK(" \tFoo-1 ", "Call-ID: a\r\nCSeq: 7 FOO-1\r\n"),
	  "a", 7, XT_SIP_OTHER, "foo-1" },
	{ ASK("register", "Call-ID: a\r\nCSeq: 7 REGISTER\r\n"),
	  "a", 7, XT_SIP_REGISTER, "" },
	{ ANSWER("Call-ID: a\r\nCSeq: 7 register\r\n"),
	  "a", 7, XT_SIP_REGISTER, "" },
	{ ANSWER("Call-ID: a\r\nCSeq: 7\r\n\tfoo-1\r\n"),
	  "a", 7, XT_SIP_OTHER, "foo-1" },
	{ ANSWER("Call-ID: a\r\nCSeq: 7\r\n"), "a", 7, XT_SIP_OTHER, "" },
	{ ANSWER("Call-ID: a\r\nCSeq: 7 (\r\n"), "a", 7, XT_SIP_OTHER, "" },
	{ ASK("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM",
	      "Call-ID: a\r\nCSeq: 7 X\r\n"),
	  "a", 7, XT_SIP_OTHER, "abcdefghijklmnopqrstuvwxyzabcdef" },
	/* the first of several */
	{ ASK("OPTIONS", "Call-ID: a\r\nCSeq: 7 OPTIONS\r\n"
			 "Call-ID: b\r\nCSeq: 8 OPTIONS\r\n"),
	  "a", 7, XT_SIP_OPTIONS, "" },
	/* none */
	{ ASK("OPTIONS", "CSeq: 7 OPTIONS\r\n"), NULL, 0, 0, "" },
	{ ASK("OPTIONS", "Call-ID: a\r\n"), NULL, 0, 0, "" },
	{ ASK("OPTIONS", "Call-ID: a\r\nCSeq: OPTIONS\r\n"), NULL, 0, 0, "" },
	{ ASK("OPTIONS", "Call-ID: a\r\nCSeq: -7 OPTIONS\r\n"),
	  NULL, 0, 0, "" },
	{ ASK("OPTIONS", "Call-ID: a\r\nCSeq:\r\n"), NULL, 0, 0, "" },
	{ ANSWER("Call-ID: a\r\nCSeq: REGISTER\r\n"), NULL, 0, 0, "" },
};

TEST(names)
{
	struct xsip_transaction t;

	for_each(row, names) {
		struct xsip_parsed m __message = message_of(row->message,
							strlen(row->message),
							false);
		bool found = xsip_transaction_of(&m, &t);

		expect_int(row->message, found, !!row->call_id);
		if (!found)
			continue;
		expect_text(row->message, t.call_id, row->call_id);
		expect_int(row->message, t.number, row->number);
		expect_int(row->message, t.method, row->method);
		if (t.method == XT_SIP_OTHER &&
		    strncmp((char *)t.other, row->other, SIP_OTHER_MAX))
			wrong("%.*s: %s", SIP_OTHER_MAX, t.other, row->message);
	}
}

/* Of a Call-ID 256 bytes count. */
TEST(long_call_ids)
{
	static const u32 lengths[] = { 1, 255, 256, 257, 5000 };
	struct xsip_transaction t;
	char text[6000];
	int size;

	for_each(length, lengths) {
		struct xsip_parsed m __message;

		size = snprintf(text, sizeof(text),
				ANSWER("CSeq: 7 BYE\r\nCall-ID: %0*d\r\n"),
				*length, 1);
		m = message_of(text, (size_t)size, false);
		assert_true(xsip_transaction_of(&m, &t));
		assert_int_equal(xsip_range_size(t.call_id),
				 *length < 256 ? *length : 256);
	}
}

/* ---- Whose request it is ---- */

#define REST	FROM "Call-ID: a\r\nCSeq: 7 OPTIONS\r\n"
#define OWN(fields)	"OPTIONS sip:h SIP/2.0\r\n" REST fields "\r\n"

static const struct {
	const char *message;
	bool own;
} whose[] = {
	{ OWN(VIA TO), true },
	{ OWN("v:SIP/2.0/UDP h\r\nt:sip:to@h\r\n"), true },
	{ OWN(VIA "To: \"A, b\" <sip:to@h;x=1>;y=2\r\n"), true },
	{ OWN(VIA "To: <sip:to@h>;tagging=1;x-tag=2;tag-=3\r\n"), true },
	{ OWN(VIA "To: <sip:tag=1@h>\r\nX: ;tag=1\r\nX-Via: a,b\r\n"), true },
	{ "OPTIONS sip:h SIP/2.0\nVia: SIP/2.0/UDP h\nFrom: <sip:f@h>;tag=1\n"
	  "To: <sip:to@h>\nCall-ID: a\nCSeq: 7 OPTIONS\n\n", true },
	{ OWN(VIA TO) "\r\nVia: SIP/2.0/UDP b\r\nTo: a;tag=1\r\n\r\n", true },
	/* a second Via */
	{ OWN(VIA VIA TO), false },
	{ OWN(VIA TO VIA), false },
	{ OWN(VIA TO "v: SIP/2.0/UDP 192.0.2.2\r\n"), false },
	{ OWN(VIA TO "VIA \t: SIP/2.0/UDP 192.0.2.2\r\n"), false },
	{ OWN(VIA TO "via\r\n : SIP/2.0/UDP 192.0.2.2\r\n"), false },
	{ OWN("Via: SIP/2.0/UDP h, SIP/2.0/UDP i\r\n" TO), false },
	{ OWN("Via: SIP/2.0/UDP h\r\n ,\r\n SIP/2.0/UDP i\r\n" TO), false },
	{ OWN("Via: SIP/2.0/UDP h;x=\"a\" , SIP/2.0/UDP i\r\n" TO), false },
	{ OWN("Via: SIP/2.0/UDP h;x=\"a, SIP/2.0/UDP i\r\n" TO), false },
	{ OWN("Via: SIP/2.0/UDP h;x=\"a, b\"\r\n" TO), false },
	/* a tag in To */
	{ OWN(VIA "To: <sip:to@h>;tag=1\r\n"), false },
	{ OWN(VIA "To: <sip:to@h>;TAG=1\r\n"), false },
	{ OWN(VIA "To: <sip:to@h> ; tag = 1\r\n"), false },
	{ OWN(VIA "To: <sip:to@h>;\r\n tag=1\r\n"), false },
	{ OWN(VIA "To: <sip:to@h>\r\n ;\r\n\ttAg\r\n =\r\n 1\r\n"), false },
	{ OWN(VIA "To: <sip:to@h>;tag=\"1\"\r\n"), false },
	{ OWN(VIA "t: <sip:to@h>;tag=1\r\n"), false },
	{ OWN(VIA "TO \t: <sip:to@h>;tag=1\r\n"), false },
	{ OWN(VIA "To: sip:to@h;tag=1\r\n"), false },
	{ OWN(VIA "To: sip:to@h;x=1;tag=1\r\n"), false },
	{ OWN(VIA "To: <sip:to@h>;x=\";\";tag=1\r\n"), false },
	{ OWN(VIA "To: \"a\\\" <sip:to@h>;tag=1\r\n"), false },
	{ OWN(VIA "To: \"a <sip:to@h>;tag=1\r\n"), false },
	{ OWN(VIA "To: <sip:to@h>;;tag=1\r\n"), false },
	/* and where servers see none, but it is doubtful */
	{ OWN(VIA "To: <sip:to@h>;tag=\r\n"), false },
	{ OWN(VIA "To: <sip:to@h>;tag\r\n"), false },
	{ OWN(VIA "To: <sip:to@h>;tag;x\r\n"), false },
	{ OWN(VIA "To: <sip:to@h;tag=1>\r\n"), false },
	{ OWN(VIA "To: \"x;tag=1\" <sip:to@h>\r\n"), false },
	{ OWN(VIA "To: <sip:to@h>;\rtag=1\r\n"), false },
	{ OWN(VIA TO "To: <sip:to@h>;tag=1\r\n"), false },
	{ OWN(VIA TO "t: <sip:to@h>\r\n"), false },
	/* definite defects */
	{ OWN(VIA), false },
	{ OWN(TO), false },
	{ OWN(VIA TO "no colon\r\n"), false },
	{ OWN(VIA TO "Content-Length: 9\r\n"), false },
	{ "INVITE sip:h SIP/2.0\r\n" REST VIA TO "\r\n", false },
	/* header fields without an end */
	{ "OPTIONS sip:h SIP/2.0\r\n" REST VIA TO, false },
};

TEST(own)
{
	for_each(row, whose) {
		struct xsip_parsed m __message = message_of(row->message,
							strlen(row->message),
							false);

		expect_int(row->message, m.msg.class, SIP_REQUEST);
		expect_int(row->message,
			   xsip_transaction_own(&m), row->own);
	}
}

/* Of a segment all header fields have to be there. */
TEST(own_in_stream)
{
	static const char text[] = OWN(VIA TO) "body";
	size_t header = sizeof(text) - sizeof("body"), size;

	for (size = 0; size < sizeof(text); size++) {
		struct xsip_parsed m __message = message_of(text, size, true);

		if (m.msg.class == SIP_REQUEST)
			assert_int_equal(xsip_transaction_own(&m),
					 size >= header);
	}
}
