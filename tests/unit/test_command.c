// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_command_parse() with a table of command lines, and with the same
 * lines cut anywhere and with any byte changed.
 *
 * Every line is a heap block of its own size, so that ASan sees a byte read
 * outside of it.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "random.h"
#include "sip/command.h"
#include "sip/validate.h"
#include "sip/text.h"

#define NOTHING	SIP_COMMAND_NOTHING
#define BAN	SIP_COMMAND_BAN
#define UNBAN	SIP_COMMAND_UNBAN
#define FORGIVE	SIP_COMMAND_FORGIVE
#define FLUSH	SIP_COMMAND_FLUSH
#define MAPPED	"::ffff:192.0.2.1"
#define MAX6	"2001:db8:1111:2222:3333:4444:5555:6666"
#define NAME31	"abcdefghijklmnopqrstuvwxyz01234"

/* What each line means; @prefix: -1 if the line gives none. */
static const struct {
	const char *line;
	enum xsip_command_verb verb;
	const char *addr;
	int prefix;
	u32 seconds;
	const char *name;
} rows[] = {
	{ "ban 192.0.2.1 1h", BAN, "192.0.2.1", -1, 3600, "" },
	{ "ban 192.0.2.1 1h table sip", BAN, "192.0.2.1", -1, 3600, "sip" },
	{ "ban 192.0.2.0/24 90s table t-1_b.c", BAN, "192.0.2.0", 24, 90,
	  "t-1_b.c" },
	{ "ban 0.0.0.0/0 1s", BAN, "0.0.0.0", 0, 1, "" },
	{ "ban 255.255.255.255/32 365d", BAN, "255.255.255.255", 32, 31536000,
	  "" },
	{ "ban ::/0 52w", BAN, "::", 0, 31449600, "" },
	{ "ban ::1 90", BAN, "::1", -1, 90, "" },
	{ "ban 2001:db8::/64 10m", BAN, "2001:db8::", 64, 600, "" },
	{ "ban 2001:DB8::A/128 1w", BAN, "2001:db8::a", 128, 604800, "" },
	{ "ban " MAX6 "/128 1d table " NAME31, BAN, MAX6, 128, 86400, NAME31 },
	/* IPv4-mapped: the IPv4 address. */
	{ "ban " MAPPED " 1d", BAN, "192.0.2.1", -1, 86400, "" },
	{ "ban " MAPPED "/128 1d", BAN, "192.0.2.1", 32, 86400, "" },
	{ "ban ::FFFF:c000:201/120 1d", BAN, "192.0.2.1", 24, 86400, "" },
	{ "ban 0:0:0:0:0:ffff:192.0.2.1 1d", BAN, "192.0.2.1", -1, 86400, "" },
	{ "ban ::ffff:0:0/96 1d", BAN, "0.0.0.0", 0, 86400, "" },
	{ "unban " MAPPED " table x", UNBAN, "192.0.2.1", -1, 0, "x" },
	{ "unban ::ffff:192.0.2.0/97", UNBAN, "192.0.2.0", 1, 0, "" },
	{ "forgive " MAPPED, FORGIVE, "192.0.2.1", -1, 0, "" },
	/* Similar addresses are not IPv4-mapped. */
	{ "ban ::fffe:192.0.2.1 1d", BAN, "::fffe:c000:201", -1, 86400, "" },
	{ "ban ::ffff:0:192.0.2.1/64 1d", BAN, "::ffff:0:c000:201", 64, 86400,
	  "" },
	{ "ban ::1:ffff:192.0.2.1 1d", BAN, "::1:ffff:c000:201", -1, 86400,
	  "" },
	{ "ban ::192.0.2.1 1d", BAN, "::c000:201", -1, 86400, "" },
	{ "ban 64:ff9b::192.0.2.1/96 1d", BAN, "64:ff9b::c000:201", 96, 86400,
	  "" },
	{ "  BAN\t192.0.2.1 \t 5m  Table  x \r", BAN, "192.0.2.1", -1, 300,
	  "x" },
	{ "ban 192.0.2.1/024 1h", BAN, "192.0.2.1", 24, 3600, "" },
	{ "unban 192.0.2.1", UNBAN, "192.0.2.1", -1, 0, "" },
	{ "unban 192.0.2.0/24", UNBAN, "192.0.2.0", 24, 0, "" },
	{ "unban 2001:db8::1 table sip", UNBAN, "2001:db8::1", -1, 0, "sip" },
	{ "forgive 192.0.2.1", FORGIVE, "192.0.2.1", -1, 0, "" },
	{ "forgive ::/0 table x", FORGIVE, "::", 0, 0, "x" },
	{ "flush", FLUSH, NULL, -1, 0, "" },
	{ "flush sip", FLUSH, NULL, -1, 0, "sip" },
	{ "flush table", FLUSH, NULL, -1, 0, "table" },
	{ "", NOTHING, NULL, -1, 0, "" },
	{ "  \t\r", NOTHING, NULL, -1, 0, "" },
	{ "# xt_sip 1", NOTHING, NULL, -1, 0, "" },
	{ " #ban 192.0.2.1 1h", NOTHING, NULL, -1, 0, "" },
	/* As /proc/net/xt_sip/sources prints them. */
	{ "src=192.0.2.1/32 table=sip seen=0 banned=3599", BAN, "192.0.2.1",
	  32, 3599, "sip" },
	{ "src=192.0.2.1/32 table=sip seen=17 banned=1 rate=50/s:100/100 rate=5/m:0/5",
	  BAN, "192.0.2.1", 32, 1, "sip" },
	{ "src=2001:db8::/64 table=x seen=1 banned=31536000", BAN,
	  "2001:db8::", 64, 31536000, "x" },
	{ "src=" MAPPED "/128 table=sip seen=1 banned=5", BAN, "192.0.2.1",
	  32, 5, "sip" },
	{ "src=" MAPPED "/96 src=2001:db8::/64 banned=5", BAN, "2001:db8::",
	  64, 5, "" },
	{ "src=" MAX6 "/128 table=" NAME31 " seen=4294967 banned=31536000",
	  BAN, MAX6, 128, 31536000, NAME31 },
	{ "src=0.0.0.0/0 table=sip seen=1 banned=5 tool=7 new=", BAN,
	  "0.0.0.0", 0, 5, "sip" },
	{ "src=192.0.2.1/32 banned=10", BAN, "192.0.2.1", 32, 10, "" },
	/* No ban: nothing to do. */
	{ "src=192.0.2.1/32 table=sip seen=1", NOTHING, NULL, -1, 0, "sip" },
	{ "src=192.0.2.1/32 table=sip seen=1 rate=50/s:1/100", NOTHING, NULL,
	  -1, 0, "sip" },
};

/* Lines that are no command; @error is part of what is said. */
static const struct {
	const char *line;
	const char *error;
} bad_rows[] = {
	{ "bann 192.0.2.1 1h", "expected ban, unban, forgive or flush" },
	{ "ba", "expected ban, unban, forgive or flush" },
	{ "192.0.2.1", "expected ban, unban, forgive or flush" },
	{ "table=sip src=192.0.2.1/32 banned=5",
	  "expected ban, unban, forgive or flush" },
	{ "\x01", "expected ban, unban, forgive or flush" },
	{ "ban", "expected an address" },
	{ "ban 1h", "expected an address" },
	{ "ban /24 1h", "expected an address" },
	{ "ban 192.0.2 1h", "expected an address" },
	{ "ban 192.0.2.256 1h", "expected an address" },
	{ "ban 192.0.2.1.1 1h", "expected an address" },
	{ "ban 192.0.2.1: 1h", "expected an address" },
	{ "ban 192.0.2.1:5060 1h", "expected an address" },
	{ "ban 192.0.2.1\xff 1h", "expected an address" },
	{ "ban 192.0.2.1, 1h", "expected an address" },
	{ "ban 0xc0.0.2.1 1h", "expected an address" },
	{ "ban 1 1h", "expected an address" },
	{ "ban : 1h", "expected an address" },
	{ "ban ::: 1h", "expected an address" },
	{ "ban 1::2::3 1h", "expected an address" },
	{ "ban 2001:db8::12345 1h", "expected an address" },
	{ "ban 1:2:3:4:5:6:7:8:9 1h", "expected an address" },
	{ "ban 1:2:3:4:5:6:7 1h", "expected an address" },
	{ "ban ::1.2.3 1h", "expected an address" },
	{ "ban fe80::1%eth0 1h", "expected an address" },
	{ "ban [::1] 1h", "expected an address" },
	{ "ban example.com 1h", "expected an address" },
	{ "ban " MAX6 ":" MAX6 " 1h", "expected an address" },
	{ "ban 192.0.2.1/ 1h", "expected a prefix length" },
	{ "ban 192.0.2.1/33 1h", "expected a prefix length" },
	{ "ban 192.0.2.1/-1 1h", "expected a prefix length" },
	{ "ban 192.0.2.1/24/24 1h", "expected a prefix length" },
	{ "ban 192.0.2.1/24x 1h", "expected a prefix length" },
	{ "ban 192.0.2.1/255.255.255.0 1h", "expected a prefix length" },
	{ "ban 192.0.2.1/4294967296 1h", "expected a prefix length" },
	{ "ban ::1/129 1h", "expected a prefix length" },
	{ "ban " MAPPED "/95 1h", "expected a prefix length from 96" },
	{ "ban " MAPPED "/0 1h", "expected a prefix length from 96" },
	{ "ban " MAPPED "/129 1h", "expected a prefix length from 0" },
	{ "unban " MAPPED "/64", "expected a prefix length from 96" },
	{ "forgive " MAPPED "/1", "expected a prefix length from 96" },
	{ "src=" MAPPED "/64 banned=5", "expected a prefix length from 96" },
	{ "ban 192.0.2.1", "expected a time" },
	{ "ban 192.0.2.1 table sip", "expected a time" },
	{ "ban 192.0.2.1 0", "expected a time" },
	{ "ban 192.0.2.1 1y", "expected a time" },
	{ "ban 192.0.2.1 -5", "expected a time" },
	{ "ban 192.0.2.1 1 h", "expected nothing more" },
	{ "ban 192.0.2.1 366d", "expected a time" },
	{ "ban 192.0.2.1 31536001", "expected a time" },
	{ "ban 192.0.2.1 99999999999", "expected a time" },
	{ "ban 192.0.2.1 1h sip", "expected nothing more, or table NAME" },
	{ "ban 192.0.2.1 1h table", "expected nothing more, or table NAME" },
	{ "ban 192.0.2.1 1h table a/b", "expected a table name" },
	{ "ban 192.0.2.1 1h table " NAME31 "5", "expected a table name" },
	{ "ban 192.0.2.1 1h table a b", "expected nothing more" },
	{ "ban 192.0.2.1 1h table a table b", "expected nothing more" },
	{ "unban", "expected an address" },
	{ "unban 192.0.2.1 1h", "expected nothing more, or table NAME" },
	{ "forgive", "expected an address" },
	{ "forgive all", "expected an address" },
	{ "flush a b", "expected nothing more" },
	{ "flush a/b", "expected a table name" },
	{ "src= banned=5", "expected an address" },
	{ "src=192.0.2.1/33 banned=5", "expected a prefix length" },
	{ "src=192.0.2.1/32 banned=0", "expected a time" },
	{ "src=192.0.2.1/32 banned=", "expected a time" },
	{ "src=192.0.2.1/32 banned=31536001", "expected a time" },
	{ "src=192.0.2.1/32 table= banned=5", "expected a table name" },
	{ "src=192.0.2.1/32 table=a/b seen=1", "expected a table name" },
};

static const char *parse(const u8 *line, size_t len, struct xsip_command *ctl)
{
	u8 *block = malloc(len);
	const char *error;

	assert_non_null(block);
	if (len)
		memcpy(block, line, len);
	memset(ctl, 0xa5, sizeof(*ctl));
	error = xsip_command_parse(block, block + len, ctl);
	free(block);
	return error;
}

static const char *parse_text(const char *line, struct xsip_command *ctl)
{
	return parse((const u8 *)line, strlen(line), ctl);
}

static void expect_addr(const char *line, const struct xsip_command *ctl,
			const char *text, int prefix)
{
	bool given = prefix >= 0;
	bool ipv6 = strchr(text, ':');
	int bits = ipv6 ? 128 : 32;
	u8 addr[16] = { 0 };

	assert_int_equal(inet_pton(ipv6 ? AF_INET6 : AF_INET, text,
				   addr), 1);
	if (ctl->ipv6 != ipv6 || memcmp(ctl->addr, addr, 16))
		fail_msg("\"%s\": another address", line);
	if (ctl->has_prefix != given || ctl->prefix != (given ? prefix : bits))
		fail_msg("\"%s\": prefix %d", line, ctl->prefix);
}

static void test_lines(void **state)
{
	struct xsip_command ctl;
	const char *error;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		error = parse_text(rows[i].line, &ctl);
		if (error)
			fail_msg("\"%s\": %s", rows[i].line, error);
		if (ctl.verb != rows[i].verb ||
		    ctl.seconds != rows[i].seconds)
			fail_msg("\"%s\": verb %d, %u seconds", rows[i].line,
				 ctl.verb, ctl.seconds);
		assert_string_equal(ctl.name, rows[i].name);
		if (rows[i].addr)
			expect_addr(rows[i].line, &ctl, rows[i].addr,
				    rows[i].prefix);
	}
}

static void test_bad_lines(void **state)
{
	struct xsip_command ctl;
	const char *error;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad_rows); i++) {
		error = parse_text(bad_rows[i].line, &ctl);
		if (!error || !strstr(error, bad_rows[i].error))
			fail_msg("\"%s\": %s", bad_rows[i].line,
				 error ? error : "accepted");
	}
}

/* A NUL ends neither a line nor an address. */
static void test_nul(void **state)
{
	static const struct {
		const char *line;
		size_t len;
	} lines[] = {
		{ "ban 192.0.2.1\0 1h", 17 },
		{ "ban 192.0.2.1\0junk 1h", 21 },
		{ "ban ::1\0/64 1h", 14 },
		{ "ban ::1\0 1h", 11 },
		{ "unban 192.0.2.1\0", 16 },
		{ "unban\0 192.0.2.1", 16 },
		{ "flush sip\0", 10 },
		{ "flush sip\0x", 11 },
		{ "src=192.0.2.1\0/32 banned=5", 26 },
		{ "\0", 1 },
	};
	struct xsip_command ctl;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (!parse((const u8 *)lines[i].line, lines[i].len, &ctl))
			fail_msg("row %zu: accepted", i);
}

/* Of an address given twice the last one counts, all of it. */
static void test_repeated_keys(void **state)
{
	struct xsip_command ctl;

	(void)state;
	assert_null(parse_text("src=2001:db8::1/128 src=192.0.2.1/32 banned=5",
			       &ctl));
	expect_addr("IPv6, then IPv4", &ctl, "192.0.2.1", 32);
	assert_null(parse_text("src=192.0.2.1/32 src=2001:db8::1/64 banned=5",
			       &ctl));
	expect_addr("IPv4, then IPv6", &ctl, "2001:db8::1", 64);
}

/* What is accepted is safe to execute. */
static void check_sane(const struct xsip_command *ctl)
{
	static const u8 zero[XT_SIP_NAME_LEN];

	assert_in_range(ctl->verb, SIP_COMMAND_NOTHING, SIP_COMMAND_FLUSH);
	if (memcmp(ctl->name, zero, sizeof(zero)))
		assert_true(xsip_name_valid(ctl->name));
	if (ctl->verb == SIP_COMMAND_NOTHING || ctl->verb == SIP_COMMAND_FLUSH)
		return;
	assert_in_range(ctl->prefix, 0, ctl->ipv6 ? 128 : 32);
	if (!ctl->ipv6)
		assert_memory_equal(ctl->addr + 4, zero, 12);
	if (ctl->verb == SIP_COMMAND_BAN)
		assert_in_range(ctl->seconds, 1, XT_SIP_BAN_MAX);
	else
		assert_int_equal(ctl->seconds, 0);
}

static void test_cut_lines(void **state)
{
	struct xsip_command ctl;
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows) + ARRAY_SIZE(bad_rows); i++) {
		const char *line = i < ARRAY_SIZE(rows) ? rows[i].line :
			bad_rows[i - ARRAY_SIZE(rows)].line;

		for (len = 0; len <= strlen(line); len++)
			if (!parse((const u8 *)line, len, &ctl))
				check_sane(&ctl);
	}
}

static void test_changed_lines(void **state)
{
	static const u8 likely_bytes[] = " \t\r=/:.#0123456789absrctable";
	u32 round, accepted = 0;
	struct xsip_command ctl;
	const char *line;
	u8 copy[256];
	size_t len;

	(void)state;
	for (round = 0; round < 300000; round++) {
		line = rows[round % ARRAY_SIZE(rows)].line;
		len = strlen(line);
		if (!len)
			continue;
		memcpy(copy, line, len);
		copy[random_below((u32)len)] = random_bit() ?
			(u8)random_below(256) :
			likely_bytes[random_below(sizeof(likely_bytes))];
		if (!parse(copy, len, &ctl)) {
			check_sane(&ctl);
			accepted++;
		}
	}
	assert_in_range(accepted, 300000 / 20, 300000 - 300000 / 20);
}

/* Print bans as /proc/net/xt_sip/sources does and read them back. */
static void test_read_back(void **state)
{
	static const u32 units[] = { 1, 60, 3600, 86400 };
	char line[512], text[INET6_ADDRSTRLEN];
	struct xsip_command ctl;
	u8 addr[16];
	u32 i, j, prefix, seconds, unit;
	bool ipv6;

	(void)state;
	for (i = 0; i < 20000; i++) {
		ipv6 = random_bit();
		for (j = 0; j < 16; j++)
			addr[j] = random_below(3) ? (u8)random_below(256) : 0;
		prefix = random_below(ipv6 ? 129 : 33);
		seconds = 1 + random_below(XT_SIP_BAN_MAX);
		unit = units[random_below(4)];
		inet_ntop(ipv6 ? AF_INET6 : AF_INET, addr, text, sizeof(text));
		snprintf(line, sizeof(line),
			 "src=%s/%u table=t%u seen=%u banned=%u rate=%u/%c:%u/%u",
			 text, prefix, i, random_below(99999), seconds,
			 1 + random_below(1000), xsip_text_time_unit(&unit),
			 random_below(100), 1 + random_below(100));
		assert_null(parse_text(line, &ctl));
		assert_int_equal(ctl.verb, SIP_COMMAND_BAN);
		assert_int_equal(ctl.seconds, seconds);
		expect_addr(line, &ctl, text, (int)prefix);
		snprintf(line, sizeof(line), "t%u", i);
		assert_string_equal(ctl.name, line);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_repeated_keys),
		cmocka_unit_test(test_cut_lines),
		cmocka_unit_test(test_changed_lines),
		cmocka_unit_test(test_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
