/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_keepalive: datagrams that are no message and yet honest: what keeps the
 * port of a NAT open (RFC 5626 section 4.4 and what products do instead). Pure.
 */
#ifndef _SIP_KEEPALIVE_H
#define _SIP_KEEPALIVE_H

#include "sip_msg.h"

/**
 * sip_is_keepalive() - can this be told before it is read as a message?
 * @payload: a whole datagram
 *
 * Return: whether it is empty, white space and NULs, STUN or SigComp.
 */
bool sip_is_keepalive(const struct sip_payload *payload);

/**
 * sip_is_keepalive_text() - is it one in words?
 * @payload: a whole datagram that begins no message
 *
 * Return: whether it is too short for a message, or a text that products send.
 */
bool sip_is_keepalive_text(const struct sip_payload *payload);

#endif /* _SIP_KEEPALIVE_H */
