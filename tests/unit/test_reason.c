// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_reason: which rule has which reason, and texts that are none.
 * tests/fuzz reads and writes many more.
 */
#include "sip/reason.h"
#include "test.h"

#define RATE	.rate = 10, .rate_unit = 60, .burst = 10

static const struct {
	struct xt_sip_mtinfo info;
	const char *text;
} rules[] = {
	{ { .flags = XT_SIP_REQUEST | XT_SIP_BAN }, "rule" },
	{ { .flags = XT_SIP_SCANNER | XT_SIP_BAN }, "scanner" },
	{ { .flags = XT_SIP_SCANNER | XT_SIP_RATE, RATE }, "scanner" },
	{ { .flags = XT_SIP_SCANNER, .invert = XT_SIP_SCANNER }, "rule" },
	{ { .flags = XT_SIP_RATE | XT_SIP_AUTH, RATE }, "rate:10/m" },
	{ { .flags = XT_SIP_RATE, .invert = XT_SIP_RATE, RATE }, "rule" },
	{ { .flags = XT_SIP_USERS | XT_SIP_RATE, RATE, .users = 20,
	    .users_unit = 3600 }, "users:20/h" },
	{ { .flags = XT_SIP_MALFORMED }, "malformed" },
	{ { .flags = XT_SIP_DEFECT | XT_SIP_RATE, RATE }, "malformed:10/m" },
	{ { .flags = XT_SIP_UA | XT_SIP_RATE, .rate = 1000000,
	    .rate_unit = 86400 }, "ua:1000000/d" },
	{ { .flags = XT_SIP_UA | XT_SIP_RATE, .rate = 1, .rate_unit = 1 },
	  "ua:1/s" },
	{ { .flags = XT_SIP_URI | XT_SIP_BAN }, "uri" },
	{ { .flags = XT_SIP_FROM | XT_SIP_RATE, RATE }, "from:10/m" },
	{ { .flags = XT_SIP_TO | XT_SIP_METHOD }, "to" },
	{ { .flags = XT_SIP_CONTACT | XT_SIP_BAN }, "contact" },
	{ { .flags = XT_SIP_URI | XT_SIP_BAN, .invert = XT_SIP_URI }, "rule" },
};

static bool reads(const char *text, struct xsip_reason *reason)
{
	struct xsip_range block __block = block_of(text, strlen(text));

	memset(reason, 0xa5, sizeof(*reason));
	return xsip_reason_read(block.p, block.end, reason);
}

TEST(rules)
{
	struct xsip_reason reason, again;
	char text[SIP_REASON_LEN];

	for_each(row, rules) {
		reason = xsip_reason_of(&row->info);
		xsip_reason_write(&reason, text);
		assert_string_equal(text, row->text);
		assert_true(reads(text, &again));
		assert_memory_equal(&reason, &again, sizeof(reason));
	}
}

TEST(tools)
{
	struct xsip_reason reason = { .kind = SIP_REASON_SCANNER }, again;
	char text[SIP_REASON_LEN];

	for (reason.tool = 1; reason.tool < SIP_TOOL_COUNT; reason.tool++) {
		xsip_reason_write(&reason, text);
		assert_true(reads(text, &again));
		assert_memory_equal(&reason, &again, sizeof(reason));
	}
}

TEST(none)
{
	static const char *const texts[] = {
		"", ":", "x", "hand:1/m", "rule:", "rate", "rate:", "rate:1",
		"rate:/m", "rate:0/m", "rate:1/w", "rate:1/mm", "rate:1000001/s",
		"users:20", "scanner:", "scanner:x", "scanner:20/h", "ua:x",
	};
	static const struct xsip_reason nothing;
	struct xsip_reason reason;

	for_each(text, texts) {
		if (reads(*text, &reason))
			wrong("%s is a reason", *text);
		assert_memory_equal(&reason, &nothing, sizeof(reason));
	}
}
