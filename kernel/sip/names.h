/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of methods, defects and attack tools, as rules, /proc and statistics
 * spell them.
 *
 * Constant tables, indexed by the enums of the ABI and by enum xsip_tool.
 */
#ifndef _XSIP_NAMES_H
#define _XSIP_NAMES_H

#include "port.h"
#include <linux/netfilter/xt_sip.h>

/* What --scanner tells apart. */
enum xsip_tool {
	SIP_TOOL_NONE,
	SIP_TOOL_SIPVICIOUS,
	SIP_TOOL_SIPPTS,
	SIP_TOOL_NMAP,
	SIP_TOOL_METASPLOIT,
	SIP_TOOL_SIPCLI,
	SIP_TOOL_SMAP,
	SIP_TOOL_IWAR,
	SIP_TOOL_SIVUS,
	SIP_TOOL_SIPSCAN,
	SIP_TOOL_VIPROY,
	SIP_TOOL_BLUEBOX,
	SIP_TOOL_SIPARMYKNIFE,
	SIP_TOOL_ZMAP,
	SIP_TOOL_ISCAN,
	SIP_TOOL_INVITEFLOOD,
	SIP_TOOL_MRSIP,
	SIP_TOOL_VOIP,
	SIP_TOOL_PPLSIP,
	SIP_TOOL_OTHER,		/* by its User-Agent, with no better name */
	SIP_TOOL_COUNT
};

/* "other" at XT_SIP_OTHER. */
extern const char *const xsip_method_names[XT_SIP_METHOD_COUNT];
extern const char *const xsip_defect_names[XT_SIP_DEFECT_COUNT];
/* NULL at SIP_TOOL_NONE. */
extern const char *const xsip_tool_names[SIP_TOOL_COUNT];

#endif /* _XSIP_NAMES_H */
