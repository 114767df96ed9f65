// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_via: the branch's cookie, and the address that a Via sends the
 * response to.
 */
#include "sip/value.h"
#include "sip/via.h"
#include "test.h"

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
	{ COOKIE ";maddr=224.0.0.1;maddr=224.0.0.2", AMBIGUOUS },
};

static void check(const char *value, u8 class, u32 defects)
{
	/* As in a message, where bytes come before a value. */
	struct xsip_range block __block = { NULL, NULL };
	struct xsip_msg msg = { .class = class };
	struct xsip_range via, branch;
	char text[128];
	bool has;

	snprintf(text, sizeof(text), "xxxxxxxx%s", value);
	block = block_of(text, strlen(text));
	via = (struct xsip_range){ block.p + 8, block.end };
	xsip_via_check(block.p, via, &msg);
	expect_int(value, msg.defects, defects);
	has = xsip_value_param(via, &xsip_param_branch, &branch);
	expect_int(value, msg.branch, has ? branch.p - block.p : 0);
}

TEST(rows)
{
	for_each(row, rows) {
		check(row->value, SIP_REQUEST, row->defects);
		check(row->value, SIP_RESPONSE, row->defects & ~AMBIGUOUS);
	}
}
