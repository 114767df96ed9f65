// SPDX-License-Identifier: GPL-2.0
/* Tests xsip_challenge: stale nonces, and headers that only resemble one. */
#include "message.h"
#include "sip/challenge.h"

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

static bool is_stale(const char *text, size_t len)
{
	struct xsip_parsed m __message = message_of(text, len, false);

	return xsip_challenge_stale(&m);
}

/* The body does not count; cut anywhere, nothing after the cut is read. */
TEST(rows)
{
	char text[1024];
	size_t len, end;

	for_each(row, rows) {
		end = (size_t)snprintf(text, sizeof(text), HEAD "%s\r\n",
				       row->fields);
		strcat(text, "X: stale=true\r\n" WWW "stale=true\r\n");
		expect_int(row->fields, is_stale(text, strlen(text)),
			   row->stale);
		for (len = 0; len < end; len++)
			assert_false(is_stale(text, len) && len < strlen(HEAD));
	}
}
