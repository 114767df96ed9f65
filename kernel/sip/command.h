/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands: a line written to /proc/net/xt_sip/sources.
 *
 *	ban ADDR[/LEN] TIME [table NAME]
 *	unban ADDR[/LEN] [table NAME]
 *	trust ADDR[/LEN] TIME [table NAME]
 *	distrust ADDR[/LEN] [table NAME]
 *	forgive ADDR[/LEN] [table NAME]
 *	flush [NAME]
 *
 * A line as that file prints it, "src=... table=... banned=...", is a ban too,
 * and one with trusted= is trust, so that both can be saved and restored, with
 * what is known of a ban: why=, since=, bans= and hits=. A reason that is not
 * understood is "rule": a newer version may have saved it. Unknown keys, lines
 * without banned= and trusted=, blank lines and "#" comments are ignored.
 *
 * An IPv4-mapped address (::ffff:192.0.2.1) is the IPv4 address, and its LEN is
 * less by 96.
 *
 * Nothing outside of the line is read.
 */
#ifndef _XSIP_COMMAND_H
#define _XSIP_COMMAND_H

#include "port.h"
#include "reason.h"
#include <linux/netfilter/xt_sip.h>

enum xsip_command_verb {
	SIP_COMMAND_NOTHING,
	SIP_COMMAND_BAN,
	SIP_COMMAND_UNBAN,
	SIP_COMMAND_TRUST,
	SIP_COMMAND_DISTRUST,
	SIP_COMMAND_FORGIVE,
	SIP_COMMAND_FLUSH
};

/**
 * struct xsip_command - a command
 * @verb: what to do
 * @ipv6: @addr is 16 bytes, not 4
 * @has_prefix: LEN was given
 * @prefix: LEN, or the whole address
 * @addr: in network order
 * @restored: it was saved, and this is what is known of it:
 * @reason: of the ban; its kind is SIP_REASON_NONE if that was not saved
 * @since: seconds since it began
 * @bans: how often the source was banned
 * @hits: packets that met the ban
 * @seconds: of a ban, of trust
 * @name: the table; empty if none was given
 */
struct xsip_command {
	enum xsip_command_verb verb;
	bool ipv6;
	bool has_prefix;
	u8 prefix;
	u8 addr[16];
	bool restored;
	struct xsip_reason reason;
	u32 since;
	u32 bans;
	u32 hits;
	u32 seconds;
	char name[XT_SIP_NAME_LEN];
};

/**
 * xsip_command_parse() - understand a line
 * @line: its start
 * @end: its end, without the newline
 * @ctl: the result
 *
 * Return: NULL, or what is wrong with the line.
 */
const char *xsip_command_parse(const u8 *line, const u8 *end,
			       struct xsip_command *ctl);

#endif /* _XSIP_COMMAND_H */
