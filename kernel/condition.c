// SPDX-License-Identifier: GPL-2.0
/* Evaluates the conditions of a rule for a message. */
#include "condition.h"
#include "sip/agent.h"
#include "sip/challenge.h"
#include "sip/uri.h"
#include "solicited.h"

static bool status_holds(const struct xsip_rule *rule,
			 const struct xsip_msg *msg)
{
	int i;

	if (msg->class != SIP_RESPONSE)
		return false;
	for (i = 0; i < rule->status_count; i++)
		if (msg->status >= rule->status[i].first &&
		    msg->status <= rule->status[i].last)
			return true;
	return false;
}

/* Does the response answer a request (with @auth: one with credentials)? */
static bool answers(const struct xsip_walk *walk, bool auth)
{
	const struct xsip_pktinfo *pkt = walk->pkt;

	return walk->parsed->msg.class == SIP_RESPONSE &&
		xsip_solicited_by(pkt->net, pkt->skb, pkt->family, auth,
				  walk->parsed);
}

static bool auth_holds(const struct xsip_walk *walk)
{
	const struct xsip_msg *msg = &walk->parsed->msg;

	if (msg->class == SIP_REQUEST)
		return xsip_msg_has_auth(msg);
	return answers(walk, true) && !xsip_challenge_stale(walk->parsed);
}

static bool solicited_holds(const struct xsip_walk *walk)
{
	bool solicited = answers(walk, false);

	if (walk->parsed->msg.class == SIP_RESPONSE)
		xsip_stats_add(walk->pkt->net->stats,
			       solicited ? SIP_STAT_SOLICITED :
					  SIP_STAT_UNSOLICITED);
	return solicited;
}

static bool condition_holds(const struct xsip_rule *rule,
			    struct xsip_walk *walk, u32 flag)
{
	const struct xsip_msg *msg = &walk->parsed->msg;

	switch (flag) {
	case XT_SIP_REQUEST:
		return msg->class == SIP_REQUEST;
	case XT_SIP_RESPONSE:
		return msg->class == SIP_RESPONSE;
	case XT_SIP_METHOD:
		return xsip_msg_is_sip(msg) && rule->methods & BIT(msg->method);
	case XT_SIP_STATUS:
		return status_holds(rule, msg);
	case XT_SIP_UA:
		return xsip_agent_match(rule->pattern, walk->parsed);
	case XT_SIP_URI:
		return xsip_uri_match(rule->pattern, walk->parsed,
				      SIP_FIELD_NONE);
	case XT_SIP_FROM:
		return xsip_uri_match(rule->pattern, walk->parsed, SIP_FROM);
	case XT_SIP_TO:
		return xsip_uri_match(rule->pattern, walk->parsed, SIP_TO);
	case XT_SIP_CONTACT:
		return xsip_uri_match(rule->pattern, walk->parsed,
				      SIP_CONTACT);
	case XT_SIP_SCANNER:
		return xsip_walk_tool(walk) != SIP_TOOL_NONE;
	case XT_SIP_MALFORMED:
		return xsip_msg_malformed(msg);
	case XT_SIP_DEFECT:
		return msg->defects & rule->defects;
	case XT_SIP_AUTH:
		return auth_holds(walk);
	case XT_SIP_SOLICITED:
		return solicited_holds(walk);
	default:
		return false;
	}
}

/* Cheap conditions first; those that read header field values last. */
static const u32 condition_order[] = {
	XT_SIP_REQUEST, XT_SIP_RESPONSE, XT_SIP_METHOD, XT_SIP_STATUS,
	XT_SIP_MALFORMED, XT_SIP_DEFECT, XT_SIP_AUTH, XT_SIP_SOLICITED,
	XT_SIP_URI, XT_SIP_FROM, XT_SIP_TO, XT_SIP_CONTACT, XT_SIP_SCANNER,
	XT_SIP_UA,
};

/* A condition that is missing here would be ignored. */
static_assert(ARRAY_SIZE(condition_order) == HWEIGHT32(SIP_CONDITIONS));

bool xsip_conditions_hold(const struct xsip_rule *rule, struct xsip_walk *walk)
{
	u32 left = rule->flags & SIP_CONDITIONS;
	size_t i;
	u32 flag;

	for (i = 0; left && i < ARRAY_SIZE(condition_order); i++) {
		flag = condition_order[i];
		if (!(left & flag))
			continue;
		if (condition_holds(rule, walk, flag) ==
		    !!(rule->invert & flag))
			return false;
		left &= ~flag;
	}
	return true;
}
