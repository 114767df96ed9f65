/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Challenges of a response: WWW-Authenticate and Proxy-Authenticate (RFC 3261
 * sections 20.27 and 20.44, RFC 7616 section 3.3).
 *
 * stale=true means that only the nonce was out of date. Asterisk sends it only
 * if the password was right; Kamailio sends it before it checks the password,
 * but only for nonces of its own, so a guesser with invented nonces never sees
 * it. Phones that reuse a nonce get such responses every day.
 */
#ifndef _XSIP_CHALLENGE_H
#define _XSIP_CHALLENGE_H

#include "message.h"

/**
 * xsip_challenge_stale() - does a response refuse the nonce alone?
 * @parsed: the response
 *
 * Return: whether a challenge of it has stale=true.
 */
bool xsip_challenge_stale(const struct xsip_parsed *parsed);

#endif /* _XSIP_CHALLENGE_H */
