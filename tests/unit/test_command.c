// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_command_parse() with tables of command lines. tests/fuzz compares
 * it with a second reader of the same grammar.
 */
#include "sip/command.h"
#include "test.h"

#define MAPPED	"::ffff:192.0.2.1"
#define MAX6	"2001:db8:1111:2222:3333:4444:5555:6666"
#define NAME31	"abcdefghijklmnopqrstuvwxyz01234"

/* A line, and what it means: "" for nothing; times in seconds. */
static const struct {
	const char *line;
	const char *meaning;
} rows[] = {
	{ "ban 192.0.2.1 1h", "ban 192.0.2.1 3600" },
	{ "ban 192.0.2.1 1h table sip", "ban 192.0.2.1 3600 table sip" },
	{ "ban 192.0.2.0/24 90s table t-1_b.c",
	  "ban 192.0.2.0/24 90 table t-1_b.c" },
	{ "ban 0.0.0.0/0 1s", "ban 0.0.0.0/0 1" },
	{ "ban 255.255.255.255/32 365d", "ban 255.255.255.255/32 31536000" },
	{ "ban ::/0 52w", "ban ::/0 31449600" },
	{ "ban ::1 90s", "ban ::1 90" },
	{ "ban 2001:db8::/64 10m", "ban 2001:db8::/64 600" },
	{ "ban 2001:DB8::A/128 1w", "ban 2001:db8::a/128 604800" },
	{ "ban " MAX6 "/128 1d table " NAME31,
	  "ban " MAX6 "/128 86400 table " NAME31 },
	{ "  BAN\t192.0.2.1 \t 5m  Table  x \r", "ban 192.0.2.1 300 table x" },
	{ "ban 192.0.2.1/024 1h", "ban 192.0.2.1/24 3600" },
	{ "unban 192.0.2.1", "unban 192.0.2.1" },
	{ "unban 192.0.2.0/24", "unban 192.0.2.0/24" },
	{ "unban 2001:db8::1 table sip", "unban 2001:db8::1 table sip" },
	{ "trust 192.0.2.1 2h", "trust 192.0.2.1 7200" },
	{ "trust 2001:db8::/64 365d table x",
	  "trust 2001:db8::/64 31536000 table x" },
	{ "distrust " MAPPED "/120", "distrust 192.0.2.1/24" },
	{ "distrust ::1 table x", "distrust ::1 table x" },
	{ "forgive 192.0.2.1", "forgive 192.0.2.1" },
	{ "forgive ::/0 table x", "forgive ::/0 table x" },
	{ "flush", "flush" },
	{ "flush sip", "flush table sip" },
	{ "flush table", "flush table table" },
	{ "", "" },
	{ "  \t\r", "" },
	{ "# xt_sip 1", "" },
	{ " #ban 192.0.2.1 1h", "" },
	/* an IPv4-mapped address is the IPv4 address */
	{ "ban " MAPPED " 1d", "ban 192.0.2.1 86400" },
	{ "ban " MAPPED "/128 1d", "ban 192.0.2.1/32 86400" },
	{ "ban ::FFFF:c000:201/120 1d", "ban 192.0.2.1/24 86400" },
	{ "ban 0:0:0:0:0:ffff:192.0.2.1 1d", "ban 192.0.2.1 86400" },
	{ "ban ::ffff:0:0/96 1d", "ban 0.0.0.0/0 86400" },
	{ "unban " MAPPED " table x", "unban 192.0.2.1 table x" },
	{ "unban ::ffff:192.0.2.0/97", "unban 192.0.2.0/1" },
	{ "forgive " MAPPED, "forgive 192.0.2.1" },
	/* similar addresses are not IPv4-mapped */
	{ "ban ::fffe:192.0.2.1 1d", "ban ::fffe:c000:201 86400" },
	{ "ban ::ffff:0:192.0.2.1/64 1d", "ban ::ffff:0:c000:201/64 86400" },
	{ "ban ::1:ffff:192.0.2.1 1d", "ban ::1:ffff:c000:201 86400" },
	{ "ban ::192.0.2.1 1d", "ban ::192.0.2.1 86400" },
	{ "ban 64:ff9b::192.0.2.1/96 1d", "ban 64:ff9b::c000:201/96 86400" },
	/* as /proc/net/xt_sip/sources prints them; without a ban, nothing */
	{ "src=192.0.2.1/32 table=sip seen=0 banned=3599",
	  "ban 192.0.2.1/32 3599 table sip" },
	{ "src=192.0.2.1/32 table=sip seen=17 banned=1 rate=50/s:100/100 rate=5/m:0/5",
	  "ban 192.0.2.1/32 1 table sip" },
	{ "src=2001:db8::/64 table=x seen=1 banned=31536000",
	  "ban 2001:db8::/64 31536000 table x" },
	{ "src=" MAPPED "/128 table=sip seen=1 banned=5",
	  "ban 192.0.2.1/32 5 table sip" },
	{ "src=" MAX6 "/128 table=" NAME31 " seen=4294967 banned=31536000",
	  "ban " MAX6 "/128 31536000 table " NAME31 },
	{ "src=0.0.0.0/0 table=sip seen=1 banned=5 tool=7 new=",
	  "ban 0.0.0.0/0 5 table sip" },
	{ "src=192.0.2.1/32 banned=10", "ban 192.0.2.1/32 10" },
	{ "src=192.0.2.1/32 table=sip seen=1", "" },
	{ "src=192.0.2.1/32 table=sip seen=1 trusted=7199 why=hand",
	  "trust 192.0.2.1/32 7199 table sip why hand" },
	{ "src=192.0.2.1/32 banned=10 why=rate:10/m since=120 of=3600 bans=3 hits=412",
	  "ban 192.0.2.1/32 10 why rate:10/m 120 3 412" },
	{ "src=192.0.2.1/32 banned=10 scanner=sipvicious why=scanner:sipvicious since=0 bans=1 hits=4294967296",
	  "ban 192.0.2.1/32 10 why scanner:sipvicious 0 1 4294967295" },
	{ "src=::/0 banned=10 why=users:20/h", "ban ::/0 10 why users:20/h" },
	{ "src=::/0 banned=10 why=malformed", "ban ::/0 10 why malformed" },
	{ "src=::/0 banned=10 why=malformed:5/m",
	  "ban ::/0 10 why malformed:5/m" },
	{ "src=::/0 banned=10 why=ua:1000000/s",
	  "ban ::/0 10 why ua:1000000/s" },
	/* what a newer version may write is a rule's doing */
	{ "src=::/0 banned=10 why=rate", "ban ::/0 10 why rule" },
	{ "src=::/0 banned=10 why=rate:0/m", "ban ::/0 10 why rule" },
	{ "src=::/0 banned=10 why=rate:5/w", "ban ::/0 10 why rule" },
	{ "src=::/0 banned=10 why=rate:1000001/s", "ban ::/0 10 why rule" },
	{ "src=::/0 banned=10 why=hand:5/m", "ban ::/0 10 why rule" },
	{ "src=::/0 banned=10 why=scanner:x", "ban ::/0 10 why rule" },
	{ "src=::/0 banned=10 why=", "ban ::/0 10 why rule" },
	{ "src=192.0.2.1/32 table=sip seen=1 rate=50/s:1/100", "" },
	/* of an address given twice the last one counts, all of it */
	{ "src=" MAPPED "/96 src=2001:db8::/64 banned=5",
	  "ban 2001:db8::/64 5" },
	{ "src=2001:db8::1/128 src=192.0.2.1/32 banned=5",
	  "ban 192.0.2.1/32 5" },
	{ "src=192.0.2.1/32 src=2001:db8::1/64 banned=5",
	  "ban 2001:db8::1/64 5" },
};

/* Lines that are no command, by a part of what is said; '@' is a NUL. */
static const struct {
	const char *error;
	const char *lines[40];	/* up to the first NULL */
} bad[] = {
	{ "expected a number after",
	  { "src=::/0 banned=10 since=", "src=::/0 bans=x banned=10",
	    "src=::/0 banned=10 hits=-1" } },
	{ "expected ban, unban, trust, distrust, forgive or flush",
	  { "bann 192.0.2.1 1h", "ba", "192.0.2.1",
	    "table=sip src=192.0.2.1/32 banned=5", "\x01", "unban@ 192.0.2.1",
	    "@" } },
	{ "expected an address",
	  { "ban", "ban 1h", "ban /24 1h", "ban 192.0.2 1h",
	    "ban 192.0.2.256 1h", "ban 192.0.2.1.1 1h", "ban 192.0.2.1: 1h",
	    "ban 192.0.2.1:5060 1h", "ban 192.0.2.1\xff 1h",
	    "ban 192.0.2.1, 1h", "ban 0xc0.0.2.1 1h", "ban 1 1h", "ban : 1h",
	    "ban ::: 1h", "ban 1::2::3 1h", "ban 2001:db8::12345 1h",
	    "ban 1:2:3:4:5:6:7:8:9 1h", "ban 1:2:3:4:5:6:7 1h",
	    "ban ::1.2.3 1h", "ban fe80::1%eth0 1h", "ban [::1] 1h",
	    "ban example.com 1h", "ban " MAX6 ":" MAX6 " 1h", "unban",
	    "forgive", "forgive all", "src= banned=5", "ban 192.0.2.1@ 1h",
	    "ban 192.0.2.1@junk 1h", "ban ::1@/64 1h", "ban ::1@ 1h",
	    "unban 192.0.2.1@", "src=192.0.2.1@/32 banned=5" } },
	{ "expected a prefix length",
	  { "ban 192.0.2.1/ 1h", "ban 192.0.2.1/33 1h", "ban 192.0.2.1/-1 1h",
	    "ban 192.0.2.1/24/24 1h", "ban 192.0.2.1/24x 1h",
	    "ban 192.0.2.1/255.255.255.0 1h", "ban 192.0.2.1/4294967296 1h",
	    "ban ::1/129 1h", "src=192.0.2.1/33 banned=5" } },
	{ "expected a prefix length from 96",
	  { "ban " MAPPED "/95 1h", "ban " MAPPED "/0 1h",
	    "unban " MAPPED "/64", "forgive " MAPPED "/1",
	    "src=" MAPPED "/64 banned=5" } },
	{ "expected a prefix length from 0",
	  { "ban " MAPPED "/129 1h" } },
	{ "expected a time",
	  { "ban 192.0.2.1", "trust 192.0.2.1", "trust 192.0.2.1 7200",
	    "ban 192.0.2.1 table sip", "ban 192.0.2.1 0",
	    "ban 192.0.2.1 1y", "ban 192.0.2.1 -5", "ban 192.0.2.1 366d",
	    "ban 192.0.2.1 1 h",
	    "ban 192.0.2.1 3600", "ban 192.0.2.1 31536001s",
	    "ban 192.0.2.1 99999999999s" } },
	{ "expected seconds up to 31536000",
	  { "src=192.0.2.1/32 banned=0", "src=192.0.2.1/32 banned=",
	    "src=192.0.2.1/32 banned=1h", "src=192.0.2.1/32 banned=-1",
	    "src=192.0.2.1/32 banned=31536001" } },
	{ "expected nothing more",
	  { "ban 192.0.2.1 1h h", "ban 192.0.2.1 1h table a b",
	    "ban 192.0.2.1 1h table a table b", "flush a b" } },
	{ "expected nothing more, or table NAME",
	  { "distrust 192.0.2.1 1h", "ban 192.0.2.1 1h sip", "ban 192.0.2.1 1h table",
	    "unban 192.0.2.1 1h" } },
	{ "expected a table name",
	  { "ban 192.0.2.1 1h table a/b", "ban 192.0.2.1 1h table " NAME31 "5",
	    "flush a/b", "flush sip@", "flush sip@x",
	    "src=192.0.2.1/32 table= banned=5",
	    "src=192.0.2.1/32 table=a/b seen=1" } },
};

static const char *parse(const char *line, struct xsip_command *command)
{
	struct xsip_range block __block = block_of(line, strlen(line));
	u8 *p;

	while ((p = memchr(block.p, '@', xsip_range_size(block))))
		*p = '\0';
	memset(command, 0xa5, sizeof(*command));
	return xsip_command_parse(block.p, block.end, command);
}

static void describe(const struct xsip_command *command, char *out)
{
	static const char *const verbs[] = {
		[SIP_COMMAND_BAN] = "ban", [SIP_COMMAND_UNBAN] = "unban",
		[SIP_COMMAND_TRUST] = "trust",
		[SIP_COMMAND_DISTRUST] = "distrust",
		[SIP_COMMAND_FORGIVE] = "forgive",
		[SIP_COMMAND_FLUSH] = "flush",
	};
	char addr[INET6_ADDRSTRLEN];
	char why[SIP_REASON_LEN];

	*out = '\0';
	if (command->verb == SIP_COMMAND_NOTHING)
		return;
	out += sprintf(out, "%s", verbs[command->verb]);
	if (command->verb != SIP_COMMAND_FLUSH) {
		inet_ntop(command->ipv6 ? AF_INET6 : AF_INET, command->addr,
			  addr, sizeof(addr));
		out += sprintf(out, " %s", addr);
		if (command->has_prefix)
			out += sprintf(out, "/%u", command->prefix);
		else
			assert_int_equal(command->prefix,
					 command->ipv6 ? 128 : 32);
	}
	if (command->verb == SIP_COMMAND_BAN ||
	    command->verb == SIP_COMMAND_TRUST)
		out += sprintf(out, " %u", command->seconds);
	if (*command->name)
		out += sprintf(out, " table %s", command->name);
	xsip_reason_write(&command->reason, why);
	if (*why)
		out += sprintf(out, " why %s", why);
	if (command->since || command->bans || command->hits)
		sprintf(out, " %u %u %u", command->since, command->bans,
			command->hits);
}

TEST(rows)
{
	struct xsip_command command;
	const char *error;
	char found[256] = "";

	for_each(row, rows) {
		error = parse(row->line, &command);
		if (!error)
			describe(&command, found);
		if (error || strcmp(found, row->meaning))
			wrong("%s: %s", row->line, error ?: found);
	}
}

TEST(bad_lines)
{
	struct xsip_command command;
	const char *error;
	size_t i;

	for_each(row, bad)
		for (i = 0; row->lines[i]; i++) {
			error = parse(row->lines[i], &command);
			if (!error || !strstr(error, row->error))
				wrong("%s: %s", row->lines[i],
				      error ?: "accepted");
		}
}
