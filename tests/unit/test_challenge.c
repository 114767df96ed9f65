// SPDX-License-Identifier: GPL-2.0
/* Tests xsip_challenge: stale nonces, and headers that only resemble one. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip/challenge.h"
#include "sip/parse.h"

#define HEAD	"SIP/2.0 401 Unauthorized\r\n"				\
		"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;stale=true\r\n"	\
		"From: \"stale=true\" <sip:1@h>;stale=true\r\n"		\
		"To: <sip:1@h>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n"

#define WWW	"WWW-Authenticate: Digest realm=\"h\","
#define PROXY	"Proxy-Authenticate: Digest realm=\"h\", nonce=\"1\","

static const struct {
	const char *fields;	/* after HEAD */
	bool stale;
} rows[] = {
	/* as Asterisk 22 writes it, and Kamailio, and FreeSWITCH */
	{ WWW "nonce=\"1/2\",stale=true,algorithm=MD5,qop=\"auth\"\r\n", true },
	{ PROXY " stale=true\r\n", true },
	{ WWW " nonce=\"1\", stale=true, algorithm=MD5\r\n", true },
	/* in other ways */
	{ "WWW-Authenticate:Digest stale=true\r\n", true },
	{ "www-authenticate : Digest realm=\"h\",STALE = TRUE\r\n", true },
	{ WWW " stale=\"true\"\r\n", true },
	{ WWW "\r\n stale=true\r\n", true },
	{ WWW "\r\n" WWW " algorithm=SHA-256, stale=true\r\n", true },
	/* none */
	{ WWW " nonce=\"1\"\r\n", false },
	{ WWW " stale=false\r\n", false },
	{ WWW " stale\r\n", false },
	{ WWW " stale=\r\n", false },
	{ "WWW-Authenticate: Digest realm=\"a, stale=true\"\r\n", false },
	{ "WWW-Authenticate: Digest realm=\"a\\\", stale=true\"\r\n", false },
	{ "WWW-Authenticate: Digest nostale=true\r\n", false },
	{ "WWW-Authenticate\r\nA: Digest stale=true\r\n", false },
	{ "X-WWW-Authenticate: Digest stale=true\r\n", false },
	{ "WWW-Authenticate-Info: Digest stale=true\r\n", false },
	{ "Warning: 399 h \"x\", stale=true\r\n", false },
	{ "", false },
};

static struct xsip_msg parse(struct xsip_payload *payload, const char *text)
{
	struct xsip_msg msg;

	*payload = (struct xsip_payload){
		.data = (const u8 *)text,
		.window = (u32)strlen(text),
		.size = (u32)strlen(text),
	};
	xsip_parse(payload, &msg);
	return msg;
}

static void test_rows(void **state)
{
	struct xsip_payload payload;
	struct xsip_msg msg;
	char text[1024];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(text, sizeof(text), "%s%s\r\nX: stale=true\r\n"
			 "WWW-Authenticate: Digest stale=true\r\n", HEAD,
			 rows[i].fields);
		msg = parse(&payload, text);
		assert_int_equal(msg.class, SIP_RESPONSE);
		if (xsip_challenge_stale(&payload, &msg) != rows[i].stale)
			fail_msg("%s", rows[i].fields);
	}
}

/* A message cut anywhere is not read past its end. */
static void test_cuts(void **state)
{
	static const char tail[] =
		",algorithm=MD5,qop=\"auth\"\r\n\r\n";
	struct xsip_payload payload;
	struct xsip_msg msg;
	char text[1024];
	size_t i, len;
	u8 *copy;

	(void)state;
	len = (size_t)snprintf(text, sizeof(text), "%s%s\r\n", HEAD,
			       rows[0].fields);
	for (i = 0; i <= len; i++) {
		copy = malloc(i ?: 1);
		assert_non_null(copy);
		memcpy(copy, text, i);
		payload = (struct xsip_payload){
			.data = copy, .window = (u32)i, .size = (u32)i,
		};
		xsip_parse(&payload, &msg);
		if (xsip_challenge_stale(&payload, &msg))
			assert_true(i >= len - strlen(tail));
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
