/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_agent: the name that a message gives its sender: User-Agent and, in a
 * response, Server (RFC 3261 sections 20.41 and 20.35).
 *
 * A field that is there more than once counts with every value, since servers
 * differ in which one they log. Pure.
 */
#ifndef _SIP_AGENT_H
#define _SIP_AGENT_H

#include "sip_parse.h"
#include "sip_pattern.h"

/**
 * sip_agent_find() - which text of a pattern is in the sender's name?
 * @pattern: the texts
 * @payload: what was parsed
 * @msg: the result
 *
 * Return: as sip_pattern_find(), of the first value that has one;
 * SIP_PATTERN_NONE for what is no SIP.
 */
int sip_agent_find(const struct sip_pattern *pattern,
		   const struct sip_payload *payload,
		   const struct sip_msg *msg);

/* Does the sender's name match a pattern? */
static inline bool sip_agent_match(const struct sip_pattern *pattern,
				   const struct sip_payload *payload,
				   const struct sip_msg *msg)
{
	return sip_agent_find(pattern, payload, msg) != SIP_PATTERN_NONE;
}

#endif /* _SIP_AGENT_H */
