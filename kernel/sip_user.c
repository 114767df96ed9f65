// SPDX-License-Identifier: GPL-2.0
/* sip_user: see sip_user.h for the contract. */
#include "sip_user.h"

static struct sip_range range_of(const struct sip_payload *pl,
				 const struct sip_span *span)
{
	return (struct sip_range){
		pl->data + span->start, pl->data + span->end,
	};
}

bool sip_user_of(const struct sip_payload *pl, const struct sip_msg *msg,
		 struct sip_range *user)
{
	struct sip_range to;

	if (!sip_msg_is_sip(msg))
		return false;
	to = range_of(pl, &msg->field[SIP_TO]);
	if (sip_value_user(sip_value_uri(to), user))
		return true;
	return sip_value_user(range_of(pl, &msg->uri), user);
}
