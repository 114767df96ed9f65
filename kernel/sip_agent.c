// SPDX-License-Identifier: GPL-2.0
/* sip_agent: see sip_agent.h for the contract. */
#include "sip_agent.h"

static bool field_matches(const struct sip_pattern *pattern,
			  const struct sip_payload *pl,
			  const struct sip_msg *msg, enum sip_field field)
{
	struct sip_span span = msg->field[field];

	if (!(msg->present & BIT(field)))
		return false;
	if (sip_pattern_match(pattern, pl->data + span.start,
			      pl->data + span.end))
		return true;
	if (likely(!(msg->repeated & BIT(field))))
		return false;
	while (sip_parse_again(pl, msg, field, &span))
		if (sip_pattern_match(pattern, pl->data + span.start,
				      pl->data + span.end))
			return true;
	return false;
}

bool sip_agent_match(const struct sip_pattern *pattern,
		     const struct sip_payload *pl, const struct sip_msg *msg)
{
	if (!sip_msg_is_sip(msg))
		return false;
	return field_matches(pattern, pl, msg, SIP_USER_AGENT) ||
		(msg->class == SIP_RESPONSE &&
		 field_matches(pattern, pl, msg, SIP_SERVER));
}
