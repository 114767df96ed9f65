/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_challenge: what a refusal says in WWW-Authenticate and
 * Proxy-Authenticate (RFC 3261 sections 20.27 and 20.44, RFC 7616 section 3.3).
 *
 * stale=true tells that nothing but the nonce was wrong. Asterisk says it of
 * right passwords alone; a server that says it before it looks at the password
 * tells nothing of that. Phones that use a nonce again get such answers every
 * day, and whoever guesses gets others. Pure.
 */
#ifndef _SIP_CHALLENGE_H
#define _SIP_CHALLENGE_H

#include "sip_msg.h"

/**
 * sip_challenge_stale() - does a response refuse the nonce alone?
 * @payload: what was parsed
 * @msg: the result, a response
 *
 * Return: whether a challenge of it has stale=true.
 */
bool sip_challenge_stale(const struct sip_payload *payload,
			 const struct sip_msg *msg);

#endif /* _SIP_CHALLENGE_H */
