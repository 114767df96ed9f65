// SPDX-License-Identifier: GPL-2.0
/* Names of methods, defects and attack tools. */
#include "names.h"

const char *const xsip_method_names[XT_SIP_METHOD_COUNT] = {
	[XT_SIP_ACK]		= "ACK",
	[XT_SIP_BYE]		= "BYE",
	[XT_SIP_CANCEL]		= "CANCEL",
	[XT_SIP_INFO]		= "INFO",
	[XT_SIP_INVITE]		= "INVITE",
	[XT_SIP_MESSAGE]	= "MESSAGE",
	[XT_SIP_NOTIFY]		= "NOTIFY",
	[XT_SIP_OPTIONS]	= "OPTIONS",
	[XT_SIP_PRACK]		= "PRACK",
	[XT_SIP_PUBLISH]	= "PUBLISH",
	[XT_SIP_REFER]		= "REFER",
	[XT_SIP_REGISTER]	= "REGISTER",
	[XT_SIP_SUBSCRIBE]	= "SUBSCRIBE",
	[XT_SIP_UPDATE]		= "UPDATE",
	[XT_SIP_OTHER]		= "other",
};

const char *const xsip_defect_names[XT_SIP_DEFECT_COUNT] = {
	[XT_SIP_START_LINE]	= "start-line",
	[XT_SIP_MISSING]	= "missing",
	[XT_SIP_DUPLICATE]	= "duplicate",
	[XT_SIP_CSEQ]		= "cseq",
	[XT_SIP_CONTENT_LENGTH]	= "content-length",
	[XT_SIP_HEADER]		= "header",
	[XT_SIP_LONG]		= "long",
	[XT_SIP_AMBIGUOUS]	= "ambiguous",
	[XT_SIP_NO_END]		= "no-end",
	[XT_SIP_COOKIE]		= "cookie",
	[XT_SIP_PIPELINE]	= "pipeline",
	[XT_SIP_CHARSET]	= "charset",
};

const char *const xsip_tool_names[SIP_TOOL_COUNT] = {
	[SIP_TOOL_SIPVICIOUS]	= "sipvicious",
	[SIP_TOOL_SIPPTS]	= "sippts",
	[SIP_TOOL_NMAP]		= "nmap",
	[SIP_TOOL_METASPLOIT]	= "metasploit",
	[SIP_TOOL_SIPCLI]	= "sipcli",
	[SIP_TOOL_SMAP]		= "smap",
	[SIP_TOOL_IWAR]		= "iwar",
	[SIP_TOOL_SIVUS]	= "sivus",
	[SIP_TOOL_SIPSCAN]	= "sipscan",
	[SIP_TOOL_VIPROY]	= "viproy",
	[SIP_TOOL_BLUEBOX]	= "bluebox",
	[SIP_TOOL_SIPARMYKNIFE]	= "siparmyknife",
	[SIP_TOOL_ZMAP]		= "zmap",
	[SIP_TOOL_ISCAN]	= "iscan",
	[SIP_TOOL_INVITEFLOOD]	= "inviteflood",
	[SIP_TOOL_MRSIP]	= "mrsip",
	[SIP_TOOL_VOIP]		= "voip",
	[SIP_TOOL_PPLSIP]	= "pplsip",
	[SIP_TOOL_OTHER]	= "other",
};
