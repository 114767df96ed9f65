// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_via: the branch's cookie, and the address that a Via sends the
 * response to.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip/via.h"

#define VIA		"SIP/2.0/UDP h"
#define COOKIE		VIA ";branch=z9hG4bK1"
#define NO_COOKIE	BIT(XT_SIP_COOKIE)
#define AMBIGUOUS	BIT(XT_SIP_AMBIGUOUS)

static const struct {
	const char *value;
	u32 defects;		/* of a request */
} rows[] = {
	{ COOKIE, 0 },
	{ VIA ";BRANCH=Z9HG4BKx", 0 },
	{ VIA " ; branch = z9hG4bKx", 0 },
	{ VIA ";branch=  z9hG4bKx", 0 },
	{ VIA ";rport;branch=z9hG4bKx;alias", 0 },
	{ VIA, NO_COOKIE },
	{ VIA ";branch=", NO_COOKIE },
	{ VIA ";branch=z9hG4b", NO_COOKIE },
	{ VIA ", " COOKIE, NO_COOKIE },
	{ COOKIE ";maddr=192.0.2.1", AMBIGUOUS },
	{ COOKIE ";MADDR\t=\r\n 192.0.2.1", AMBIGUOUS },
	{ VIA ";maddr=a;branch=z9hG4bK1", AMBIGUOUS },
	{ COOKIE ";maddr=", AMBIGUOUS },
	{ COOKIE ";;maddr=a", AMBIGUOUS },
	{ COOKIE ";x=\"a;maddr=b\"", AMBIGUOUS },
	{ COOKIE ";x=[,];maddr=b", AMBIGUOUS },
	{ COOKIE ", " VIA ";maddr=b", AMBIGUOUS },
	{ COOKIE ";maddr", 0 },
	{ COOKIE ";maddress=b", 0 },
	{ COOKIE ";xmaddr=b", 0 },
	{ COOKIE ";x=maddr=b", 0 },
	{ COOKIE ";maddr=224.0.0.1", 0 },
	{ COOKIE ";maddr=239.128.16.254;ttl=16", 0 },
	{ COOKIE ";maddr=223.255.255.255", AMBIGUOUS },
	{ COOKIE ";maddr=240.0.0.1", AMBIGUOUS },
	{ COOKIE ";maddr=239.0.0.1.example", AMBIGUOUS },
	{ COOKIE ";maddr=0239.0.0.1", AMBIGUOUS },
	{ COOKIE ";maddr=224.0.0.1;maddr=224.0.0.2", 0 | AMBIGUOUS },
};

static u32 defects_of(const char *value, u8 class)
{
	size_t len = strlen(value);
	/* As in a message, where bytes come before a value. */
	u8 *bytes = malloc(len + 8);
	struct xsip_msg msg = { .class = class };

	assert_non_null(bytes);
	memset(bytes, 'x', 8);
	memcpy(bytes + 8, value, len);
	xsip_via_check(bytes + 8, bytes + 8 + len, &msg);
	free(bytes);
	return msg.defects;
}

static void test_rows(void **state)
{
	u32 request, response;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		request = defects_of(rows[i].value, SIP_REQUEST);
		response = defects_of(rows[i].value, SIP_RESPONSE);
		if (request != rows[i].defects ||
		    response != (rows[i].defects & ~(u32)AMBIGUOUS))
			fail_msg("%s: %#x, of a response %#x", rows[i].value,
				 request, response);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
