// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_transaction: which messages belong together, and which requests
 * were not forwarded by a proxy. The spellings of a tag and of a second Via are
 * those with which proxies were made to forward requests.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "payload.h"
#include "random.h"
#include "sip/transaction.h"

#define VIA	"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
#define FROM	"From: <sip:from@h>;tag=1\r\n"
#define TO	"To: <sip:to@h>\r\n"
#define ASK(method, fields)						\
	method " sip:h SIP/2.0\r\n" VIA FROM TO fields "\r\n"
#define ANSWER(fields)	"SIP/2.0 200 OK\r\n" VIA FROM TO fields "\r\n"

static struct block read_message(const char *text, size_t size, bool stream,
				 struct xsip_msg *msg)
{
	struct block b;

	block_make(&b, (const u8 *)text, size, stream);
	xsip_parse(&b.payload, msg);
	return b;
}

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

static void test_names(void **state)
{
	struct xsip_transaction t;
	struct xsip_msg msg;
	struct block b;
	bool found;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		b = read_message(names[i].message, strlen(names[i].message),
				 false, &msg);
		assert_true(xsip_msg_is_sip(&msg));
		found = xsip_transaction_of(&b.payload, &msg, &t);
		if (found != !!names[i].call_id)
			fail_msg("a transaction: %d: %s", found,
				 names[i].message);
		if (found &&
		    (xsip_range_size(t.call_id) != strlen(names[i].call_id) ||
		     memcmp(t.call_id.p, names[i].call_id,
			    strlen(names[i].call_id)) ||
		     t.number != names[i].number ||
		     t.method != names[i].method ||
		     strncmp((const char *)t.other, names[i].other,
			     SIP_OTHER_MAX)))
			fail_msg("%.*s %u %u %.*s: %s",
				 (int)xsip_range_size(t.call_id), t.call_id.p,
				 t.number, t.method, SIP_OTHER_MAX, t.other,
				 names[i].message);
		free(b.bytes);
	}
}

/* Of a Call-ID 256 bytes count. */
static void test_long_call_id(void **state)
{
	static const u32 lengths[] = { 1, 255, 256, 257, 5000 };
	struct xsip_transaction t;
	char text[6000];
	struct xsip_msg msg;
	struct block b;
	size_t i;
	int size;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		size = snprintf(text, sizeof(text),
				ANSWER("CSeq: 7 BYE\r\nCall-ID: %0*d\r\n"),
				lengths[i], 1);
		b = read_message(text, (size_t)size, false, &msg);
		assert_true(xsip_transaction_of(&b.payload, &msg, &t));
		assert_int_equal(xsip_range_size(t.call_id),
				 lengths[i] < 256 ? lengths[i] : 256);
		free(b.bytes);
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

static void test_own(void **state)
{
	struct xsip_msg msg;
	struct block b;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(whose); i++) {
		b = read_message(whose[i].message, strlen(whose[i].message),
				 false, &msg);
		assert_int_equal(msg.class, SIP_REQUEST);
		if (xsip_transaction_own(&b.payload, &msg) != whose[i].own)
			fail_msg("own: %d: %s", !whose[i].own,
				 whose[i].message);
		free(b.bytes);
	}
}

/* Of a segment all header fields have to be there. */
static void test_own_stream(void **state)
{
	static const char text[] = OWN(VIA TO) "body";
	size_t header = sizeof(text) - sizeof("body");
	struct xsip_msg msg;
	struct block b;
	size_t size;

	(void)state;
	for (size = 0; size < sizeof(text); size++) {
		b = read_message(text, size, true, &msg);
		if (msg.class == SIP_REQUEST)
			assert_int_equal(xsip_transaction_own(&b.payload, &msg),
					 size >= header);
		free(b.bytes);
	}
}

/* Any bytes: nothing is read outside of the window (ASan looks). */
static void test_any_bytes(void **state)
{
	static const char text[] = OWN(VIA TO);
	struct xsip_transaction t;
	struct xsip_msg msg;
	char copy[sizeof(text)];
	struct block b;
	int i, n;

	(void)state;
	for (i = 0; i < 20000; i++) {
		memcpy(copy, text, sizeof(text));
		for (n = random_below(4); n >= 0; n--)
			copy[random_below(sizeof(text) - 1)] =
				" ;,\t\r\n\"<t0\0:"[random_below(12)];
		b = read_message(copy, 1 + random_below(sizeof(text) - 1),
				 random_bit(), &msg);
		if (xsip_msg_is_sip(&msg)) {
			xsip_transaction_of(&b.payload, &msg, &t);
			xsip_transaction_own(&b.payload, &msg);
		}
		free(b.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long_call_id),
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_own_stream),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
