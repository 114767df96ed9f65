/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_ctl: one line written to /proc/net/xt_sip/sources -> what it asks for.
 *
 *	ban ADDR[/LEN] TIME [table NAME]
 *	unban ADDR[/LEN] [table NAME]
 *	forgive ADDR[/LEN] [table NAME]
 *	flush [NAME]
 *
 * A line as reading that file prints it, "src=... table=... banned=...", is a
 * ban too, so that bans can be saved and restored; keys it does not know and
 * lines without banned= are ignored. So are blank lines and "#" comments.
 *
 * An IPv4-mapped address (::ffff:192.0.2.1) is the IPv4 address, with a LEN
 * that is less by 96.
 *
 * Pure: reads nothing outside of the line.
 */
#ifndef _SIP_CTL_H
#define _SIP_CTL_H

#include "sip_port.h"
#include "uapi/linux/netfilter/xt_sip.h"

enum sip_ctl_verb {
	SIP_CTL_NOTHING,
	SIP_CTL_BAN,
	SIP_CTL_UNBAN,
	SIP_CTL_FORGIVE,
	SIP_CTL_FLUSH
};

/**
 * struct sip_ctl - a command
 * @verb: what to do
 * @ipv6: @addr is 16 bytes, not 4
 * @has_prefix: LEN was given
 * @prefix: LEN, or the whole address
 * @addr: in network order
 * @seconds: of a ban
 * @name: the table; empty if none was given
 */
struct sip_ctl {
	enum sip_ctl_verb verb;
	bool ipv6;
	bool has_prefix;
	u8 prefix;
	u8 addr[16];
	u32 seconds;
	char name[XT_SIP_NAME_LEN];
};

/**
 * sip_ctl_parse() - understand a line
 * @line: its start
 * @end: its end, without the newline
 * @ctl: the result
 *
 * Return: NULL, or what is wrong with the line.
 */
const char *sip_ctl_parse(const u8 *line, const u8 *end, struct sip_ctl *ctl);

#endif /* _SIP_CTL_H */
