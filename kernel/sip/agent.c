// SPDX-License-Identifier: GPL-2.0
/* Matches User-Agent and Server against the texts of a rule. */
#include "agent.h"

/* Search the values after the first one. */
static int find_again(const struct xsip_pattern *pattern,
		      const struct xsip_parsed *parsed, enum xsip_field field)
{
	int text = SIP_PATTERN_NONE;
	struct xsip_again again;
	struct xsip_line line;

	xsip_again_start(&again, parsed, field);
	while (text == SIP_PATTERN_NONE && xsip_again_next(&again, &line))
		text = xsip_pattern_find(pattern, line.value, line.value_end);
	return text;
}

static int find_in_field(const struct xsip_pattern *pattern,
			 const struct xsip_parsed *parsed,
			 enum xsip_field field)
{
	const struct xsip_msg *msg = &parsed->msg;
	struct xsip_range value;
	int text;

	if (!(msg->present & BIT(field)))
		return SIP_PATTERN_NONE;
	value = xsip_parsed_field(parsed, field);
	text = xsip_pattern_find(pattern, value.p, value.end);
	if (text == SIP_PATTERN_NONE && unlikely(msg->repeated & BIT(field)))
		text = find_again(pattern, parsed, field);
	return text;
}

int xsip_agent_find(const struct xsip_pattern *pattern,
		    const struct xsip_parsed *parsed)
{
	int text;

	if (!xsip_msg_is_sip(&parsed->msg))
		return SIP_PATTERN_NONE;
	text = find_in_field(pattern, parsed, SIP_USER_AGENT);
	if (text == SIP_PATTERN_NONE && parsed->msg.class == SIP_RESPONSE)
		text = find_in_field(pattern, parsed, SIP_SERVER);
	return text;
}
