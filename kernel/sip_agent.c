// SPDX-License-Identifier: GPL-2.0
/* sip_agent: see sip_agent.h for the contract. */
#include "sip_agent.h"

/* In the values behind the first one. */
static int find_again(const struct sip_pattern *pattern,
		      const struct sip_payload *pl, const struct sip_msg *msg,
		      enum sip_field field)
{
	int text = SIP_PATTERN_NONE;
	struct sip_again again;
	struct sip_line line;

	sip_again_start(&again, pl, msg, field);
	while (text == SIP_PATTERN_NONE && sip_again_next(&again, &line))
		text = sip_pattern_find(pattern, line.value, line.value_end);
	return text;
}

static int find_in_field(const struct sip_pattern *pattern,
			 const struct sip_payload *pl,
			 const struct sip_msg *msg, enum sip_field field)
{
	struct sip_span span = msg->field[field];
	int text;

	if (!(msg->present & BIT(field)))
		return SIP_PATTERN_NONE;
	text = sip_pattern_find(pattern, pl->data + span.start,
				pl->data + span.end);
	if (text == SIP_PATTERN_NONE && unlikely(msg->repeated & BIT(field)))
		text = find_again(pattern, pl, msg, field);
	return text;
}

int sip_agent_find(const struct sip_pattern *pattern,
		   const struct sip_payload *pl, const struct sip_msg *msg)
{
	int text;

	if (!sip_msg_is_sip(msg))
		return SIP_PATTERN_NONE;
	text = find_in_field(pattern, pl, msg, SIP_USER_AGENT);
	if (text == SIP_PATTERN_NONE && msg->class == SIP_RESPONSE)
		text = find_in_field(pattern, pl, msg, SIP_SERVER);
	return text;
}
