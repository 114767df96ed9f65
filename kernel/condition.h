/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conditions on a message: what a rule asks of its class, method, status,
 * fields and transaction, without the source, counts and actions.
 */
#ifndef _XSIP_CONDITION_H
#define _XSIP_CONDITION_H

#include "rule.h"
#include "walk.h"

/* Flags of conditions on the message alone. */
#define SIP_CONDITIONS	(SIP_ON_MESSAGE & ~(XT_SIP_USERS | XT_SIP_TRUST))

/**
 * xsip_conditions_hold() - do the conditions of a rule hold?
 * @rule: the rule
 * @walk: at a message that is not SIP_UNJUDGED
 *
 * BH is disabled. What --scanner found is in @walk->tool.
 *
 * Return: whether all of them hold, or do not where they are inverted.
 */
bool xsip_conditions_hold(const struct xsip_rule *rule, struct xsip_walk *walk);

#endif /* _XSIP_CONDITION_H */
