/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_user: whom a message names in From and in To.
 *
 * The account is what From names for Asterisk, and To for Kamailio and
 * FreeSWITCH (RFC 3261 section 10.2), so --users counts the two together. A
 * response repeats both fields of its request. To's place is the Request-URI's
 * where To is missing (section 8.1.1.2).
 *
 * The identity of a field is the user of its URI (section 19.1.1), and
 * whatever else tells one value from another where no user can be read: a
 * server may read one. Percent escapes are resolved, as Asterisk and FreeSWITCH
 * do, and nothing counts from %00 on. Pure.
 */
#ifndef _SIP_USER_H
#define _SIP_USER_H

#include "sip_parse.h"
#include "sip_value.h"

#define SIP_USER_CHUNK	64	/* bytes; most identities have fewer */

/**
 * sip_user_of() - the identity that a field of a message names
 * @payload: what was parsed
 * @msg: the result, a request or a response
 * @field: SIP_FROM or SIP_TO
 *
 * Return: the identity, its escapes not resolved; empty if there is none.
 */
struct sip_range sip_user_of(const struct sip_payload *payload,
			     const struct sip_msg *msg, enum sip_field field);

/**
 * sip_user_next() - the next bytes of an identity, their escapes resolved
 * @user: the identity; becomes what is left of it
 * @buffer: where they may go
 *
 * To be called until @user is empty. Identities that differ in escapes only
 * come in the same pieces.
 *
 * Return: SIP_USER_CHUNK bytes, or fewer at the end; in place or in @buffer.
 */
struct sip_range sip_user_next(struct sip_range *user,
			       u8 buffer[SIP_USER_CHUNK]);

#endif /* _SIP_USER_H */
