/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_via: the first Via of a message (RFC 3261 section 20.42): its branch, and
 * whether it sends the answer to somebody else. Pure.
 */
#ifndef _SIP_VIA_H
#define _SIP_VIA_H

#include "sip_msg.h"

/**
 * sip_via_check() - find the defects of a Via
 * @via: start of the first Via's value
 * @end: its end
 * @msg: XT_SIP_COOKIE and, on a request, XT_SIP_AMBIGUOUS go to its defects
 */
void sip_via_check(const u8 *via, const u8 *end, struct sip_msg *msg);

#endif /* _SIP_VIA_H */
