/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reasons for bans in a network namespace, by number: a source has room for
 * a byte only.
 *
 * Numbers up to SIP_REASON_LISTED - 1 are fixed: none, by hand, each tool of
 * --scanner, and "rule". Other reasons get the next one when a rule is made, or
 * a ban restored, that needs it, and keep it. If all are taken, it is "rule".
 *
 * Locking: xsip_net.mutex where a number is given out; to read takes no lock.
 */
#ifndef _XSIP_REASONS_H
#define _XSIP_REASONS_H

#include "sip/reason.h"

#define SIP_REASON_HAND_NUMBER	1
#define SIP_REASON_LISTED	(2 + SIP_TOOL_COUNT)
#define SIP_REASONS		(SIP_REASON_LISTED + 128)

/**
 * struct xsip_reasons - the reasons of a namespace
 * @count: how many of @reason are in use; published after the reason itself
 * @reason: from number SIP_REASON_LISTED on
 */
struct xsip_reasons {
	u32 count;
	struct xsip_reason reason[SIP_REASONS - SIP_REASON_LISTED];
};

/**
 * xsip_reasons_tool() - the number of a tool of --scanner
 * @tool: enum xsip_tool, not SIP_TOOL_NONE
 *
 * Return: the number.
 */
static inline u8 xsip_reasons_tool(u8 tool)
{
	return SIP_REASON_HAND_NUMBER + tool;
}

/* Is it the number of a tool? */
static inline bool xsip_reasons_is_tool(u8 number)
{
	return number > SIP_REASON_HAND_NUMBER &&
		number < SIP_REASON_HAND_NUMBER + SIP_TOOL_COUNT;
}

/**
 * xsip_reasons_number() - the number of a reason
 * @reasons: of the namespace, whose mutex is held
 * @reason: the reason
 *
 * Return: the number.
 */
u8 xsip_reasons_number(struct xsip_reasons *reasons,
		       const struct xsip_reason *reason);

/**
 * xsip_reasons_get() - the reason with a number
 * @reasons: of the namespace
 * @number: 0, or what xsip_reasons_number() returned
 *
 * Return: the reason.
 */
struct xsip_reason xsip_reasons_get(const struct xsip_reasons *reasons,
				    u8 number);

#endif /* _XSIP_REASONS_H */
