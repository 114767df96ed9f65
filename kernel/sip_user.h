/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_user: whom a message is meant for: the user part of To's URI, or of the
 * Request-URI if To has none (RFC 3261 sections 8.1.1.2 and 19.1.1). The user
 * that a REGISTER registers is in To (10.2); a response repeats its request's.
 * Pure.
 */
#ifndef _SIP_USER_H
#define _SIP_USER_H

#include "sip_parse.h"
#include "sip_value.h"

/**
 * sip_user_of() - which user does a message address?
 * @payload: what was parsed
 * @msg: the result
 * @user: the user's name as it is written; undefined if there is none
 *
 * Return: whether it addresses one; false for what is no SIP.
 */
bool sip_user_of(const struct sip_payload *payload, const struct sip_msg *msg,
		 struct sip_range *user);

#endif /* _SIP_USER_H */
