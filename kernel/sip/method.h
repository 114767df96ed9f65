/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Methods by their names in messages (RFC 3261 section 7.1 and extensions).
 */
#ifndef _XSIP_METHOD_H
#define _XSIP_METHOD_H

#include "port.h"

#define SIP_METHOD_MIN	3	/* characters of the shortest, ACK */
#define SIP_METHOD_MAX	9	/* of the longest, SUBSCRIBE */

/**
 * xsip_method_of() - which method has this name?
 * @p: start of the name
 * @end: its end
 * @limit: end of what may be read, which may lie after @end
 *
 * Compared without case, as Asterisk and Kamailio do: RFC 3261 section 7.1 has
 * it that methods are case-sensitive, but "register" registers there.
 *
 * Return: enum xt_sip_method; XT_SIP_OTHER for what is none of those, and for
 * what is no name at all.
 */
u8 xsip_method_of(const u8 *p, const u8 *end, const u8 *limit);

#endif /* _XSIP_METHOD_H */
