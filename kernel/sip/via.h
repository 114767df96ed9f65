/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The first Via of a message (RFC 3261 section 20.42): its branch, and whether
 * it sends the response to another address.
 */
#ifndef _XSIP_VIA_H
#define _XSIP_VIA_H

#include "message.h"

/**
 * xsip_via_check() - find the defects of a Via
 * @base: start of the payload
 * @via: the first Via's value
 * @msg: its branch is set; XT_SIP_COOKIE and, on a request, XT_SIP_AMBIGUOUS go
 *       to its defects
 */
void xsip_via_check(const u8 *base, struct xsip_range via,
		    struct xsip_msg *msg);

#endif /* _XSIP_VIA_H */
