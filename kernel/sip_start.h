/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_start: the start line of a message (RFC 3261 sections 7.1 and 7.2), read
 * as tolerantly as Asterisk, Kamailio and FreeSWITCH read it. Pure.
 */
#ifndef _SIP_START_H
#define _SIP_START_H

#include "sip_line.h"
#include "sip_msg.h"

/**
 * sip_start_line() - read a start line
 * @base: first byte of the payload
 * @lines: where the line starts; then where the next one does. What the line
 *         has of XT_SIP_AMBIGUOUS is in its defects
 * @msg: all zero; class, method, status, name and URI are filled in, and
 *       XT_SIP_START_LINE if the line has not the form that RFC 3261 demands
 *
 * Return: whether it is the start line of a request or a response.
 */
bool sip_start_line(const u8 *base, struct sip_lines *lines,
		    struct sip_msg *msg);

/**
 * sip_start_inside() - find a request line that starts inside of a line
 * @p: start of the line
 * @end: end of what may be read
 *
 * Of a stream: nothing parts a body from the next message, and the segment may
 * begin with the last bytes of a body. Whatever they are, what ends like a
 * request line with a method that has a name here is one.
 *
 * Return: the first byte of the method, behind @p, or NULL.
 */
const u8 *sip_start_inside(const u8 *p, const u8 *end);

#endif /* _SIP_START_H */
