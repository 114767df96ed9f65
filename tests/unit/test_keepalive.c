// SPDX-License-Identifier: GPL-2.0
/*
 * sip_keepalive: what keeps a NAT's port open, and what only looks like it.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip_keepalive.h"

#define BYTES(text)	text, sizeof(text) - 1

static const struct {
	const char *name;
	const char *bytes;
	size_t size;
	bool first;		/* known before it is read as a message */
	bool text;		/* a text, where it begins no message */
} rows[] = {
	{ "nothing", BYTES(""), true, true },
	{ "line ends", BYTES("\r\n\r\n"), true, true },
	{ "white space and NULs", BYTES("\0 \t\r\n\0"), true, true },
	{ "NULs and a letter", BYTES("\0\0a"), false, true },
	{ "STUN", BYTES("\0\1\0\0\x21\x12\xa4\x42" "123456789012"), true,
	  true },
	{ "STUN of a wrong length", BYTES("\0\1\0\4\x21\x12\xa4\x42"
	  "123456789012"), false, true },
	{ "SigComp", BYTES("\xf8\x01\x02"), true, true },
	{ "Obihai", BYTES("keep-alive\r\n"), false, true },
	{ "VOS3000", BYTES("HELLO"), false, true },
	{ "Cirpack", BYTES("Cirpack KeepAlive Packet"), false, true },
	{ "Cirpack and more", BYTES("Cirpack KeepAlive Packet 0123456789"),
	  false, true },
	{ "31 bytes", BYTES("0123456789012345678901234567890"), false, true },
	{ "32 bytes", BYTES("01234567890123456789012345678901"), false,
	  false },
	{ "GoIP", BYTES("req:27;id:gateway;pass:secret;num:;signal:29;"),
	  false, false },
};

static void test_rows(void **state)
{
	struct sip_payload payload;
	u8 *bytes;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		bytes = malloc(rows[i].size + 1);
		assert_non_null(bytes);
		memcpy(bytes + 1, rows[i].bytes, rows[i].size);
		payload = (struct sip_payload){
			.data = bytes + 1,
			.window = (u32)rows[i].size,
			.size = (u32)rows[i].size,
		};
		if (sip_is_keepalive(&payload) != rows[i].first ||
		    sip_is_keepalive_text(&payload) != rows[i].text)
			fail_msg("%s: %d %d", rows[i].name,
				 sip_is_keepalive(&payload),
				 sip_is_keepalive_text(&payload));
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
