/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The users that a message names in From and in To.
 *
 * Asterisk takes the account of the From field, Kamailio and FreeSWITCH that of
 * To (RFC 3261 section 10.2). So --users counts both fields together. A
 * response repeats both fields of its request. Where To is missing, the
 * Request-URI takes its place (section 8.1.1.2).
 *
 * The identity of a field is the user part of its URI (section 19.1.1). Where
 * no user can be read it is the whole value, since a server might still read
 * one. Percent escapes are resolved, as Asterisk and FreeSWITCH do; nothing
 * counts from %00 on.
 */
#ifndef _XSIP_USER_H
#define _XSIP_USER_H

#include "parse.h"
#include "value.h"

#define SIP_USER_CHUNK	64	/* bytes; most identities have fewer */

/**
 * xsip_user_of() - the identity that a field of a message names
 * @parsed: a request or a response
 * @field: SIP_FROM or SIP_TO
 *
 * Return: the identity, its escapes not resolved; empty if there is none.
 */
struct xsip_range xsip_user_of(const struct xsip_parsed *parsed,
			       enum xsip_field field);

/**
 * xsip_user_next() - the next bytes of an identity, their escapes resolved
 * @user: the identity; becomes what is left of it
 * @buffer: where they may go
 *
 * To be called until @user is empty. Identities that differ in escapes only
 * come in the same pieces.
 *
 * Return: SIP_USER_CHUNK bytes, or fewer at the end; in place or in @buffer.
 */
struct xsip_range xsip_user_next(struct xsip_range *user,
				 u8 buffer[SIP_USER_CHUNK]);

#endif /* _XSIP_USER_H */
