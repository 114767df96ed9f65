/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The start line of a message (RFC 3261 sections 7.1 and 7.2), read as
 * tolerantly as Asterisk, Kamailio and FreeSWITCH read it.
 */
#ifndef _XSIP_START_LINE_H
#define _XSIP_START_LINE_H

#include "line.h"
#include "message.h"

/**
 * xsip_start_line() - read a start line
 * @base: first byte of the payload
 * @lines: where the line starts; then where the next one does. What the line
 *         has of XT_SIP_AMBIGUOUS is in its defects
 * @msg: all zero; class, method, status, name and URI are filled in, and
 *       XT_SIP_START_LINE if the line has not the form that RFC 3261 demands
 *
 * Return: whether it is the start line of a request or a response.
 */
bool xsip_start_line(const u8 *base, struct xsip_lines *lines,
		     struct xsip_msg *msg);

/**
 * xsip_start_inside() - find a request line that starts inside of a line
 * @p: start of the line
 * @end: end of what may be read
 *
 * For streams: nothing separates a body from the next message, and a segment
 * may begin with the last bytes of a body. A line that ends in a known method,
 * a Request-URI and a version is a request line, whatever comes before the
 * method.
 *
 * Return: the first byte of the method, after @p, or NULL.
 */
const u8 *xsip_start_inside(const u8 *p, const u8 *end);

#endif /* _XSIP_START_LINE_H */
