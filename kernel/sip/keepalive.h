/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keep-alives: datagrams that are no SIP message and yet honest.
 *
 * They hold the binding of a NAT open: RFC 5626 section 4.4, and what products
 * send instead of that.
 */
#ifndef _XSIP_KEEPALIVE_H
#define _XSIP_KEEPALIVE_H

#include "message.h"

/**
 * xsip_is_keepalive() - is it a keep-alive, before it is read as a message?
 * @payload: a whole datagram
 *
 * Return: whether it is empty, white space and NULs, STUN or SigComp.
 */
bool xsip_is_keepalive(const struct xsip_payload *payload);

/**
 * xsip_is_keepalive_text() - is it a keep-alive in words?
 * @payload: a whole datagram that begins no message
 *
 * Return: whether it is too short for a message, or a text that products send.
 */
bool xsip_is_keepalive_text(const struct xsip_payload *payload);

#endif /* _XSIP_KEEPALIVE_H */
