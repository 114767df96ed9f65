/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Challenges of a response: WWW-Authenticate and Proxy-Authenticate (RFC 3261
 * sections 20.27 and 20.44, RFC 7616 section 3.3), and the nonce that they have
 * in common with the credentials of the next request.
 *
 * stale=true means that only the nonce was out of date. Asterisk sends it only
 * if the password was right; Kamailio sends it before it checks the password,
 * but only for nonces of its own, so a guesser with invented nonces never sees
 * it. Phones that reuse a nonce get such responses every day.
 */
#ifndef _XSIP_CHALLENGE_H
#define _XSIP_CHALLENGE_H

#include "line.h"
#include "message.h"

/**
 * struct xsip_challenges - the challenges of a response that are still to come
 * @lines: where the search goes on
 */
struct xsip_challenges {
	struct xsip_lines lines;
};

/**
 * xsip_challenge_first() - start to look for challenges
 * @left: the result
 * @parsed: the response
 */
void xsip_challenge_first(struct xsip_challenges *left,
			  const struct xsip_parsed *parsed);

/**
 * xsip_challenge_next() - find the next challenge
 * @left: what is left
 * @value: its value
 *
 * Return: whether there was one.
 */
bool xsip_challenge_next(struct xsip_challenges *left,
			 struct xsip_range *value);

/**
 * xsip_challenge_stale() - does a response refuse the nonce alone?
 * @parsed: the response
 *
 * Return: whether a challenge of it has stale=true.
 */
bool xsip_challenge_stale(const struct xsip_parsed *parsed);

/**
 * xsip_challenge_nonce() - the nonce of a challenge, or of credentials
 * @value: of WWW-Authenticate, Authorization or their like; may be folded
 * @nonce: the result, without quotes
 *
 * Return: whether there is one.
 */
bool xsip_challenge_nonce(struct xsip_range value, struct xsip_range *nonce);

#endif /* _XSIP_CHALLENGE_H */
