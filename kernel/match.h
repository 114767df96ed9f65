/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The netfilter match `sip`, revision 0.
 *
 * A rule is evaluated in this order: address and ban, parse, conditions on the
 * message, counts, actions. A rule with conditions on the message does not
 * match what cannot be judged (another protocol, a fragment, the middle of a
 * stream), not even if a condition is inverted. The match never drops a packet.
 */
#ifndef _XSIP_MATCH_H
#define _XSIP_MATCH_H

/**
 * xsip_match_register() - register the match: from now on rules can be added
 *
 * Return: 0 or a negative error.
 */
int xsip_match_register(void);

/**
 * xsip_match_unregister() - unregister it, when no rule is left
 */
void xsip_match_unregister(void);

#endif /* _XSIP_MATCH_H */
