// SPDX-License-Identifier: GPL-2.0
/*
 * sip_user: whom messages of all kinds address. The values of To are
 * test_value's; here is which field and which line counts.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "corpus.h"
#include "payload.h"
#include "random.h"
#include "sip_user.h"

#define OTHERS								\
	"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"		\
	"From: <sip:from@h>;tag=1\r\nCall-ID: 1\r\n"			\
	"Contact: <sip:contact@h>\r\n"
#define REQUEST(method, uri, fields)					\
	method " " uri " SIP/2.0\r\n" fields OTHERS			\
	"CSeq: 1 OPTIONS\r\n\r\nTo: <sip:body@h>\r\n"
#define RESPONSE(fields)						\
	"SIP/2.0 404 Not Found\r\n" fields OTHERS			\
	"CSeq: 1 REGISTER\r\n\r\nTo: <sip:body@h>\r\n"

/* user is NULL: it addresses none. */
static const struct {
	const char *message;
	const char *user;
} rows[] = {
	/* To */
	{ REQUEST("REGISTER", "sip:h", "To: <sip:204@h>\r\n"), "204" },
	{ REQUEST("REGISTER", "sip:r@h", "To: <sip:204@h>\r\n"), "204" },
	{ REQUEST("INVITE", "sip:r@h", "t: \"A\" <sip:204@h>;tag=1\r\n"),
	  "204" },
	{ REQUEST("INVITE", "sip:r@h", "TO\t:\r\n sip:204@h ;tag=1\r\n"),
	  "204" },
	{ REQUEST("INVITE", "tel:911", "To: <tel:112>\r\n"), "112" },
	{ REQUEST("OPTIONS", "sip:r@[2001:db8::1]",
		  "To: <sip:204:secret@[2001:db8::1]:5060>\r\n"), "204" },
	{ REQUEST("X-NEW", "sip:r@h", "To: <sip:204@h>\r\n"), "204" },
	{ REQUEST("INVITE", "sip:r@h",
		  "To: <sip:204@h>\r\nTo: <sip:205@h>\r\n"), "204" },
	{ REQUEST("INVITE", "sip:r@h", "To: <sip:Bob@h>\r\n"), "Bob" },
	{ REQUEST("INVITE", "sip:r@h",
		  "To-Do: <sip:x@h>\r\nTo: <sip:204@h>\r\n"), "204" },
	/* the Request-URI, if there is none in To */
	{ REQUEST("INVITE", "sip:r@h", "To: <sip:h>\r\n"), "r" },
	{ REQUEST("INVITE", "sip:r@h", "To: \r\n"), "r" },
	{ REQUEST("INVITE", "sip:r@h", "To: r\r\n"), "r" },
	{ REQUEST("INVITE", "sip:r@h", "To: <sip:@h>\r\n"), "r" },
	{ REQUEST("INVITE", "sip:r@h", "To: <urn:service:sos>\r\n"), "r" },
	{ REQUEST("INVITE", "sip:r@h", "To: <sip:h>;x=\"sip:x@h\"\r\n"), "r" },
	{ REQUEST("INVITE", "sip:r@h",
		  "To: <sip:h>\r\nTo: <sip:205@h>\r\n"), "r" },
	{ REQUEST("INVITE", "sip:r@h", "X-To: <sip:204@h>\r\n"), "r" },
	{ REQUEST("INVITE", "sip:r:p@h;x=1?y=2", ""), "r" },
	{ REQUEST("INVITE", "tel:911;phone-context=h", ""), "911" },
	{ "\r\n\r\n" REQUEST("INVITE", "sip:r@h", ""), "r" },
	{ "OPTIONS sip:r@h SIP/2.0\r\n\r\n", "r" },
	{ "OPTIONS sip:r@h SIP/2.0", "r" },
	{ "O(TIONS sip:r@h SIP/2.0\r\n\r\n", "r" },
	{ "OPTIONS sip:r@h x SIP/2.0\r\n\r\n", "r" },
	/* none */
	{ REQUEST("REGISTER", "sip:h", "To: <sip:h>\r\n"), NULL },
	{ REQUEST("REGISTER", "sip:h", ""), NULL },
	{ REQUEST("INVITE", "urn:service:sos", "To: <sip:h>\r\n"), NULL },
	{ REQUEST("OPTIONS", "*", ""), NULL },
	{ "OPTIONS  SIP/2.0\r\n\r\n", NULL },
	/* responses repeat To and have no Request-URI */
	{ RESPONSE("To: <sip:204@h>;tag=1\r\n"), "204" },
	{ RESPONSE("t: sip:204@h;tag=1\r\n"), "204" },
	{ RESPONSE("To: <sip:h>;tag=1\r\n"), NULL },
	{ RESPONSE(""), NULL },
	{ "SIP/2.0 200 sip:r@h\r\n\r\n", NULL },
	/* no SIP */
	{ "", NULL },
	{ "\r\n\r\n", NULL },
	{ "To: <sip:204@h>\r\n\r\n", NULL },
	{ "GET sip:r@h HTTP/1.1\r\nTo: <sip:204@h>\r\n\r\n", NULL },
	{ "INVITE sip:r@h SIP/2.1\r\nTo: <sip:204@h>\r\n\r\n", NULL },
};

/* As segments of a stream: a line that may go on elsewhere does not count. */
static const struct {
	const char *message;
	const char *user;
} segments[] = {
	{ REQUEST("INVITE", "sip:r@h", "To: <sip:204@h>\r\n"), "204" },
	{ "INVITE sip:r@h SIP/2.0\r\nTo: <sip:204@h>\r\nX", "204" },
	{ "INVITE sip:r@h SIP/2.0\r\nTo: <sip:204@h>\r\n", "r" },
	{ "INVITE sip:r@h SIP/2.0\r\nTo: <sip:204@h", "r" },
	{ "INVITE sip:r@h SIP/2.0\r\n", "r" },
	{ "INVITE sip:r@h SIP/2.0", NULL },
	{ "To: <sip:204@h>\r\n\r\n", NULL },
};

static void check(const char *message, const char *expected, bool stream)
{
	struct sip_range user = { NULL, NULL };
	struct sip_msg msg;
	struct block b;
	bool has;

	block_make(&b, (const u8 *)message, strlen(message), stream);
	sip_parse(&b.payload, &msg);
	has = sip_user_of(&b.payload, &msg, &user);
	if (has != !!expected ||
	    (has && (sip_range_size(user) != strlen(expected) ||
		     memcmp(user.p, expected, strlen(expected)))))
		fail_msg("expected %s, got %.*s:\n%s",
			 expected ? expected : "no user",
			 has ? (int)sip_range_size(user) : 4,
			 has ? (const char *)user.p : "none", message);
	free(b.bytes);
}

static void test_users(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		check(rows[i].message, rows[i].user, false);
	for (i = 0; i < ARRAY_SIZE(segments); i++)
		check(segments[i].message, segments[i].user, true);
}

/* ---- The user is a part of the message ---- */

static void check_inside(const u8 *data, size_t size, bool stream)
{
	struct sip_range user;
	struct sip_msg msg;
	struct block b;
	const u8 *end;

	block_make(&b, data, size, stream);
	end = b.bytes + b.payload.window;
	sip_parse(&b.payload, &msg);
	if (sip_user_of(&b.payload, &msg, &user)) {
		assert_true(sip_msg_is_sip(&msg));
		assert_true(b.bytes < user.p && user.p < user.end &&
			    user.end <= end);
	}
	free(b.bytes);
}

static void test_cuts(void **state)
{
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (len = 0; len <= strlen(rows[i].message); len++) {
			check_inside((const u8 *)rows[i].message, len, false);
			check_inside((const u8 *)rows[i].message, len, true);
		}
	}
}

/* A few bytes of each message of the corpus changed. */
static void test_damaged(void **state)
{
	struct corpus *corpus = *state;
	struct corpus_message *m;
	u32 at, i, n;
	u8 old[8];

	for (m = corpus->messages; m < corpus->messages + corpus->count; m++) {
		for (i = 0; m->size && i < 20; i++) {
			at = random_below((u32)m->size);
			n = 1 + random_below(8);
			if (n > m->size - at)
				n = (u32)m->size - at;
			memcpy(old, m->data + at, n);
			memset(m->data + at, (int)random_below(256), n);
			check_inside(m->data, m->size, m->stream);
			memcpy(m->data + at, old, n);
		}
	}
}

static int load(void **state)
{
	static struct corpus corpus;
	const char *dir = getenv("XT_SIP_CORPUS");

	*state = &corpus;
	return corpus_load(dir ? dir : "build/corpus", &corpus) ? 0 : -1;
}

static int unload(void **state)
{
	corpus_free(*state);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
