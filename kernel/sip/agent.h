/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User-Agent and, in a response, Server (RFC 3261 sections 20.41, 20.35).
 *
 * If a field is repeated, every value counts: servers differ in which one they
 * log.
 */
#ifndef _XSIP_AGENT_H
#define _XSIP_AGENT_H

#include "parse.h"
#include "pattern.h"

/**
 * xsip_agent_find() - which text of a pattern is in the sender's name?
 * @pattern: the texts
 * @parsed: the message
 *
 * Return: as xsip_pattern_find(), of the first value that has one;
 * SIP_PATTERN_NONE for what is no SIP.
 */
int xsip_agent_find(const struct xsip_pattern *pattern,
		    const struct xsip_parsed *parsed);

/* Does the sender's name match a pattern? */
static inline bool xsip_agent_match(const struct xsip_pattern *pattern,
				    const struct xsip_parsed *parsed)
{
	return xsip_agent_find(pattern, parsed) != SIP_PATTERN_NONE;
}

#endif /* _XSIP_AGENT_H */
