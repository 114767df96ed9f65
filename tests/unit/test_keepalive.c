// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_keepalive: NAT keepalives, and packets that only resemble them.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip/keepalive.h"

static const struct {
	const char *name;
	const char *bytes;
	size_t size;		/* 0: up to the NUL */
	bool first;		/* known before it is read as a message */
	bool text;		/* a text, where it begins no message */
} rows[] = {
	{ "nothing", "", 0, true, true },
	{ "line ends", "\r\n\r\n", 0, true, true },
	{ "white space and NULs", "\0 \t\r\n\0", 6, true, true },
	{ "NULs and a letter", "\0\0a", 3, false, true },
	{ "STUN", "\0\1\0\0!\022\244B123456789012", 20, true, true },
	{ "STUN of a wrong length", "\0\1\0\4!\022\244B123456789012", 20,
	  false, true },
	{ "SigComp", "\xf8\x01\x02", 0, true, true },
	{ "Obihai", "keep-alive\r\n", 0, false, true },
	{ "VOS3000", "HELLO", 0, false, true },
	{ "Cirpack", "Cirpack KeepAlive Packet", 0, false, true },
	{ "Cirpack and more", "Cirpack KeepAlive Packet 0123456789", 0,
	  false, true },
	{ "31 bytes", "0123456789012345678901234567890", 0, false, true },
	{ "32 bytes", "01234567890123456789012345678901", 0, false,
	  false },
	{ "GoIP", "req:27;id:gateway;pass:secret;num:;signal:29;", 0,
	  false, false },
};

static void test_rows(void **state)
{
	struct xsip_payload payload;
	size_t i, size;
	u8 *bytes;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		size = rows[i].size ? rows[i].size : strlen(rows[i].bytes);
		bytes = malloc(size + 1);
		assert_non_null(bytes);
		memcpy(bytes + 1, rows[i].bytes, size);
		payload = (struct xsip_payload){
			.data = bytes + 1,
			.window = (u32)size,
			.size = (u32)size,
		};
		if (xsip_is_keepalive(&payload) != rows[i].first ||
		    xsip_is_keepalive_text(&payload) != rows[i].text)
			fail_msg("%s: %d %d", rows[i].name,
				 xsip_is_keepalive(&payload),
				 xsip_is_keepalive_text(&payload));
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
