/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_names: the names of methods (RFC 3261 section 7.1 and its extensions)
 * and of defects, as rules, /proc and statistics spell them.
 *
 * Constant tables indexed by the enums of the ABI, in canonical order. Pure.
 */
#ifndef _SIP_NAMES_H
#define _SIP_NAMES_H

#include "sip_port.h"
#include "uapi/linux/netfilter/xt_sip.h"

/* "other" at XT_SIP_OTHER. */
extern const char *const sip_method_names[XT_SIP_METHOD_COUNT];
extern const char *const sip_defect_names[XT_SIP_DEFECT_COUNT];

#endif /* _SIP_NAMES_H */
