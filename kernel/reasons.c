// SPDX-License-Identifier: GPL-2.0
/* Numbers the reasons for bans. */
#include <asm/barrier.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/string.h>

#include "reasons.h"

#define RULE_NUMBER	(SIP_REASON_LISTED - 1)

u8 xsip_reasons_number(struct xsip_reasons *reasons,
		       const struct xsip_reason *reason)
{
	u32 i;

	BUILD_BUG_ON(SIP_REASONS > 256);
	if (reason->kind == SIP_REASON_NONE)
		return 0;
	if (reason->kind == SIP_REASON_HAND)
		return SIP_REASON_HAND_NUMBER;
	if (reason->tool)
		return xsip_reasons_tool(reason->tool);
	for (i = 0; i < reasons->count; i++)
		if (!memcmp(&reasons->reason[i], reason, sizeof(*reason)))
			return SIP_REASON_LISTED + i;
	if (reason->kind == SIP_REASON_RULE ||
	    i == ARRAY_SIZE(reasons->reason))
		return RULE_NUMBER;
	reasons->reason[i] = *reason;
	/* Pairs with xsip_reasons_get(). */
	smp_store_release(&reasons->count, i + 1);
	return SIP_REASON_LISTED + i;
}

struct xsip_reason xsip_reasons_get(const struct xsip_reasons *reasons,
				    u8 number)
{
	struct xsip_reason reason = { .kind = SIP_REASON_NONE };
	u32 i = number - SIP_REASON_LISTED;

	if (number >= SIP_REASON_LISTED) {
		/* Pairs with xsip_reasons_number(). */
		if (i < smp_load_acquire(&reasons->count))
			reason = reasons->reason[i];
	} else if (number == RULE_NUMBER) {
		reason.kind = SIP_REASON_RULE;
	} else if (number > SIP_REASON_HAND_NUMBER) {
		reason.kind = SIP_REASON_SCANNER;
		reason.tool = number - SIP_REASON_HAND_NUMBER;
	} else if (number == SIP_REASON_HAND_NUMBER) {
		reason.kind = SIP_REASON_HAND;
	}
	return reason;
}
