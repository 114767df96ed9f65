/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_user: whom a message names in From and in To.
 *
 * Asterisk takes the account from From, Kamailio and FreeSWITCH from To (RFC
 * 3261 section 10.2), so --users counts the two together. A response repeats
 * both fields of its request. To's place is the Request-URI's where To is
 * missing (section 8.1.1.2).
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
 * sip_user_unescape() - resolve the percent escapes of an identity
 * @user: the identity; becomes what is left of it
 * @buffer: where the bytes go
 * @size: how many it holds
 *
 * To be called until @user is empty.
 *
 * Return: bytes put to @buffer, 0 only if @user is empty or begins with %00.
 */
size_t sip_user_unescape(struct sip_range *user, u8 *buffer, size_t size);

#endif /* _SIP_USER_H */
