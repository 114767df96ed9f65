/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of marks: what the requests of an attack tool look like whatever
 * their User-Agent. scanner.c has those that are no matter of shapes alone.
 *
 * A mark says why no honest stack can produce it, and needs rows in
 * tests/corpus/scanners.txt: a message that has it, and what comes near it.
 */
#ifndef _XSIP_MARKS_H
#define _XSIP_MARKS_H

#include "names.h"

/**
 * struct xsip_mark - shapes that all have to fit, see shape.h; NULL: any
 * @tool: that writes them
 * @no_cookie: the branch has no cookie, in any case (XT_SIP_COOKIE)
 * @branch: of the first Via
 * @tag: of From
 * @call_id: the Call-ID
 * @from: the URI of From
 */
struct xsip_mark {
	enum xsip_tool tool;
	bool no_cookie;
	const char *branch;
	const char *tag;
	const char *call_id;
	const char *from;
};

static const struct xsip_mark xsip_marks[] = {
	/*
	 * sippts: 71 letters and digits without the cookie that RFC 3261
	 * section 8.1.1.7 demands; stacks from before it (RFC 2543) have none
	 * or a short branch.
	 */
	{ SIP_TOOL_SIPPTS, .no_cookie = true, .branch = "%71z",
	  .call_id = "%32x" },
	{ SIP_TOOL_SIPPTS, .no_cookie = true, .branch = "%71z", .tag = "%8x" },
	/* nmap's version probe: a constant message. */
	{ SIP_TOOL_NMAP, .tag = "root", .from = "sip:nm@nm" },
	/*
	 * nmap's scripts (nselib/sip.lua): random words. No stack has these
	 * three lengths.
	 */
	{ SIP_TOOL_NMAP, .branch = "z9hG4bK%25w", .tag = "%20w",
	  .call_id = "%60w" },
	/*
	 * Metasploit (lib/msf/core/exploit/remote/sip.rb): a constant tag. A
	 * random tag of 8 digits is this one once in 2^32.
	 */
	{ SIP_TOOL_METASPLOIT, .branch = "z9hG4bK.%8x", .tag = "70c00e8c" },
	/*
	 * Viproy (lib/msf/core/auxiliary/sip.rb): two words of its own, and no
	 * cookie.
	 */
	{ SIP_TOOL_VIPROY, .branch = "branch%10n", .call_id = "call%30n" },
	/*
	 * Bluebox (sip-fake-stack, src/utils.js): random base 36. JsSIP and
	 * SIP.js have tags like that, and other branches and Call-IDs; no stack
	 * has these three lengths.
	 */
	{ SIP_TOOL_BLUEBOX, .branch = "z9hG4bK%30z", .tag = "%10z",
	  .call_id = "%16z@%*" },
	/*
	 * siparmyknife: one branch, which was random once, and one tag in all
	 * requests. Of 64 random bits no phone has these again.
	 */
	{ SIP_TOOL_SIPARMYKNIFE, .tag = "102",
	  .branch = "z9hG4bK-d8754z-b538815be3603112-1---d8754z-" },
	/*
	 * ZMap's template (examples/udp-probes/sip_options.tpl) for scans of
	 * the whole Internet: no cookie. sipsak, which it was made of, has one.
	 */
	{ SIP_TOOL_ZMAP, .branch = "%6a.%10d", .tag = "%8d",
	  .call_id = "%10d@%*" },
	/* The caller "iscan" that crashed proxies: no cookie, a word in its tag. */
	{ SIP_TOOL_ISCAN, .branch = "%8l-%d", .tag = "iscan%l" },
};

#endif /* _XSIP_MARKS_H */
