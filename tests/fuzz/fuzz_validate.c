// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes xsip_validate with rules as their bytes come from userspace.
 *
 * An input is the start of struct xt_sip_mtinfo. What passes must have one
 * encoding and a rate that can be evaluated, and what is refused must be wrong;
 * a sentence says why, without end of line or full stop.
 */
#include "fuzz.h"
#include "rule.h"
#include "sip/reason.h"

static void check_sentence(const char *error)
{
	if (!*error || strchr(error, '\n') || error[strlen(error) - 1] == '.')
		fuzz_fail("no sentence: %s", error);
}

/* A reason reads back as it is written. */
static void check_reason(const struct xt_sip_mtinfo *info)
{
	struct xsip_reason reason = xsip_reason_of(info), again;
	char text[SIP_REASON_LEN];

	xsip_reason_write(&reason, text);
	if (!xsip_reason_read((const u8 *)text, (const u8 *)text + strlen(text),
			      &again) ||
	    memcmp(&reason, &again, sizeof(reason)))
		fuzz_fail("the reason %s", text);
}

int fuzz_one(const u8 *data, size_t size)
{
	struct xt_sip_mtinfo info;
	const char *error;
	u8 *block;

	rule_load(&info, data, size);
	block = fuzz_block(&info, SIP_RULE_SIZE);
	error = xsip_validate((const void *)block);
	if (memcmp(block, &info, SIP_RULE_SIZE))
		fuzz_fail("the rule was written to");
	free(block);
	if (!error != rule_valid(&info))
		fuzz_fail("%s: reference %d", error ? error : "fine",
			  rule_valid(&info));
	if (error)
		check_sentence(error);
	else
		check_reason(&info);
	if (!error && info.flags & XT_SIP_RATE)
		rule_use_rate(&info);
	return 0;
}
