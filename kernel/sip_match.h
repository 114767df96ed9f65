/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_match: the netfilter match `sip`, revision 0.
 *
 * Evaluation order inside a rule: address and ban, parse, conditions on the
 * message, counts, action. A rule that judges messages holds for none that
 * cannot be judged (another protocol, a fragment, the middle of a stream),
 * also where a condition is inverted. Never drops a packet by itself.
 */
#ifndef _SIP_MATCH_H
#define _SIP_MATCH_H

/**
 * sip_match_register() - from here on rules can be added
 *
 * Return: 0 or a negative error.
 */
int sip_match_register(void);

/**
 * sip_match_unregister() - no rule is left
 */
void sip_match_unregister(void);

#endif /* _SIP_MATCH_H */
