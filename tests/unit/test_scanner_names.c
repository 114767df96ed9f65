// SPDX-License-Identifier: GPL-2.0
/*
 * Tests the names of xsip_scanner, in messages that carry no mark. A table has
 * them again; every byte of each is changed, and similar names of honest
 * programs must not match. __wrap_calloc() makes memory run out (Makefile).
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "tool.h"

#define BEGINS	1	/* the value begins with it */
#define ENDS	2	/* the value ends with it */

static const struct name {
	enum xsip_tool tool;
	int anchors;
	const char *text;
} names[] = {
	{ SIP_TOOL_SIPVICIOUS, 0, "friendly-scanner" },
	{ SIP_TOOL_SIPVICIOUS, 0, "friendly-request" },
	{ SIP_TOOL_SIPVICIOUS, 0, "sipvicious" },
	{ SIP_TOOL_SIPVICIOUS, 0, "sundayddr" },
	{ SIP_TOOL_SIPPTS, 0, "pplsip" },
	{ SIP_TOOL_SIPPTS, BEGINS, "sippts" },
	{ SIP_TOOL_NMAP, BEGINS, "nmap nse" },
	{ SIP_TOOL_SIPCLI, BEGINS | ENDS, "sipcli" },
	{ SIP_TOOL_SIPCLI, BEGINS, "sipcli/" },
	{ SIP_TOOL_SIPCLI, BEGINS, "sipcli " },
	{ SIP_TOOL_SMAP, BEGINS | ENDS, "smap" },
	{ SIP_TOOL_SMAP, BEGINS, "smap/" },
	{ SIP_TOOL_SMAP, BEGINS, "smap " },
	{ SIP_TOOL_IWAR, BEGINS | ENDS, "iwar" },
	{ SIP_TOOL_IWAR, BEGINS, "iwar/" },
	{ SIP_TOOL_IWAR, BEGINS, "iwar " },
	{ SIP_TOOL_SIVUS, BEGINS, "sivus" },
	{ SIP_TOOL_SIPSCAN, BEGINS, "sip-scan" },
	{ SIP_TOOL_SIPSCAN, BEGINS, "sipscan" },
	{ SIP_TOOL_OTHER, 0, "siparmyknife" },
	{ SIP_TOOL_OTHER, 0, "usaairport" },
	{ SIP_TOOL_OTHER, 0, "zxcvfdf11" },
	{ SIP_TOOL_OTHER, 0, "fdgddfg546df4g8d5f" },
	{ SIP_TOOL_OTHER, 0, "fgfdhgfxjfhyjhkj" },
	{ SIP_TOOL_OTHER, BEGINS | ENDS, "gulp" },
	{ SIP_TOOL_OTHER, BEGINS | ENDS, "sipv" },
	{ SIP_TOOL_OTHER, BEGINS | ENDS, "qnq" },
	{ SIP_TOOL_OTHER, BEGINS | ENDS, "niceguy" },
	{ SIP_TOOL_OTHER, BEGINS | ENDS, "a_b_c" },
	{ SIP_TOOL_OTHER, BEGINS | ENDS, "aaaaaaaa" },
	{ SIP_TOOL_OTHER, BEGINS | ENDS, "dr.pes" },
	{ SIP_TOOL_OTHER, BEGINS | ENDS, "fourcats" },
};

#define MESSAGE(start)							\
	start "\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"		\
	"From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1@h\r\n"	\
	"CSeq: 1 OPTIONS\r\n%s: %.*s\r\n%s\r\n"

static enum xsip_tool ask(const char *format, const char *field,
			  const char *value, int len, const char *more)
{
	char message[1024];
	int size = snprintf(message, sizeof(message), format, field, len,
			    value, more);

	assert_true(size < (int)sizeof(message));
	return tool_of((const u8 *)message, (size_t)size, false);
}

static enum xsip_tool by_agent(const char *value)
{
	return ask(MESSAGE("OPTIONS sip:h SIP/2.0"), "User-Agent", value,
		   (int)strlen(value), "");
}

static void expect(const char *value, enum xsip_tool expected)
{
	enum xsip_tool tool = by_agent(value);

	if (tool != expected)
		fail_msg("\"%s\": got %s, expected %s", value, tool_name(tool),
			 tool_name(expected));
}

/* ---- The tools' own names: words, each another ---- */

static void test_tools(void **state)
{
	const char *name;
	int i, j;

	(void)state;
	assert_null(xsip_tool_names[SIP_TOOL_NONE]);
	for (i = SIP_TOOL_NONE + 1; i < SIP_TOOL_COUNT; i++) {
		name = xsip_tool_names[i];
		assert_non_null(name);
		assert_true(*name);
		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz"),
				 strlen(name));
		for (j = SIP_TOOL_NONE + 1; j < i; j++)
			assert_string_not_equal(name, xsip_tool_names[j]);
	}
}

/* ---- What is a name, and where ---- */

/* In small letters, runs of white space as one space, none around it. */
static void normal(const char *value, char *out)
{
	const char *start = out;

	for (; *value; value++) {
		if (!strchr(" \t\r\n", *value))
			*out++ = *value >= 'A' && *value <= 'Z' ?
				(char)(*value + 32) : *value;
		else if (out > start && out[-1] != ' ')
			*out++ = ' ';
	}
	if (out > start && out[-1] == ' ')
		out--;
	*out = '\0';
}

static bool holds(const struct name *name, const char *value)
{
	size_t len = strlen(name->text), size = strlen(value);

	if (name->anchors == (BEGINS | ENDS))
		return !strcmp(value, name->text);
	if (name->anchors == BEGINS)
		return size >= len && !memcmp(value, name->text, len);
	return strstr(value, name->text);
}

/* The first tool, in the order of the enum, of which the value has a name. */
static enum xsip_tool expected_tool(const char *value)
{
	enum xsip_tool tool = SIP_TOOL_NONE;
	char text[256];
	size_t i;

	normal(value, text);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if ((tool == SIP_TOOL_NONE || names[i].tool < tool) &&
		    holds(&names[i], text))
			tool = names[i].tool;
	return tool;
}

static void check(const char *value)
{
	expect(value, expected_tool(value));
}

/* Alone, in capitals, with something before, after and around it. */
static void test_names(void **state)
{
	const struct name *name;
	char value[256];
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		name = &names[i];
		snprintf(value, sizeof(value), "%s", name->text);
		expect(value, name->tool);
		for (j = 0; value[j]; j++)
			if (value[j] >= 'a' && value[j] <= 'z')
				value[j] = (char)(value[j] - 32);
		expect(value, name->tool);
		snprintf(value, sizeof(value), "%s 1.0", name->text);
		check(value);
		snprintf(value, sizeof(value), "%sx", name->text);
		expect(value, name->anchors & ENDS ? SIP_TOOL_NONE :
		       name->tool);
		snprintf(value, sizeof(value), "x%s", name->text);
		expect(value, name->anchors ? SIP_TOOL_NONE : name->tool);
		snprintf(value, sizeof(value), "my %s/1", name->text);
		expect(value, name->anchors ? SIP_TOOL_NONE : name->tool);
	}
}

/* Every byte as every other one, taken out, and cut off. */
static void test_changed_bytes(void **state)
{
	char value[64], less[64];
	size_t i, at, len;
	int byte;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		len = strlen(names[i].text);
		for (at = 0; at < len; at++) {
			strcpy(value, names[i].text);
			strcpy(less, names[i].text);
			memmove(less + at, less + at + 1, len - at);
			check(less);
			for (byte = 1; byte < 256; byte++) {
				value[at] = (char)byte;
				if (byte != '\n')
					check(value);
			}
			value[at] = '\0';
			check(value);
		}
	}
}

/* One byte beside a name is another name: the table has no near ones. */
static void test_near(void **state)
{
	char value[64];
	size_t i, at;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		for (at = 0; names[i].text[at]; at++) {
			strcpy(value, names[i].text);
			if (value[at] == ' ' || value[at] == '/')
				continue;
			value[at] ^= 1;
			expect(value, SIP_TOOL_NONE);
		}
	}
}

/* ---- Honest names ---- */

static const char *const honest[] = {
	"", " ", "-", "x",
	/* near ones */
	"MySIPClient/1.0", "my-sipcli", "sipclient", "sipcli-ng", "siplci",
	"Linphone sipscan", "Acme sip-scanner-gateway", "smapper", "smap2",
	"iWarrior", "iWarp 2", "Gulper", "Gulp 1", "sipvoice", "sipv2",
	"aaaaaaa", "aaaaaaaaa", "dr.pesky", "drxpes", "A_B_C_D", "NiceGuys",
	"Nice Guy", "QNQ 2", "FourCats 1", "friendly scanner", "sipvicous",
	"sundaydr", "Nmap", "Nmap-NSE", "USA Airport",
	/* names that attackers copy, and test tools */
	"Zoiper", "Z 5.6.4 v2.10.20.5", "Asterisk PBX", "Asterisk PBX 18.10.0",
	"FPBX-16.0.40(18.13.0)", "Cisco-SIPGateway/IOS-12.x", "Cisco-CUCM11.5",
	"eyeBeam release 1102q stamp 51814", "X-Lite release 1104o", "xlite",
	"Linksys/SPA942-5.1.15(a)", "AVAYA", "PortSIP VoIP SDK 11.2",
	"Ozeki", "Conaito", "CSipSimple_hammerhead-23/r2457", "MizuPhone",
	"VaxSIPUserAgent", "VaxSIPUserAgent/3.1", "VaxIPUserAgent",
	"Test Agent", "SIP Call", "voip", "VOIP", "Custom SIP Phone", "Z 3",
	"IM-client/OMA1.0", "SimpleSIP", "siptest",
	"sipsak 0.9.8.1", "SIPp", "sipp/v3.6.1",
	/* phones and servers */
	"Linphone/3.12.0 (belle-sip/4.4.13)", "baresip v1.0.0 (x86_64/linux)",
	"Grandstream GXP2130 1.0.9.132", "Yealink SIP-T46G 28.83.0.120",
	"PolycomVVX-VVX_410-UA/5.9.0.9373", "snom370/8.7.5.35",
	"kamailio (5.6.3 (x86_64/linux))", "OpenSIPS (3.2.5 (x86_64/linux))",
	"FreeSWITCH-mod_sofia/1.10.9-release", "Bria 5 release 5.8.4",
	"MicroSIP/3.21.3", "Fanvil X6U 2.2.12", "SIPURA/SPA2102",
	"\303\234ber-Telefon/1.0",
};

static void test_honest(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(honest); i++)
		expect(honest[i], SIP_TOOL_NONE);
}

/* ---- Where a name counts ---- */

static const struct {
	const char *start;
	const char *field;
	const char *value;
	const char *more;
	enum xsip_tool tool;
} places[] = {
	{ MESSAGE("INVITE sip:h SIP/2.0"), "user-agent ", "Sipcli\t v2",
	  "", SIP_TOOL_SIPCLI },
	{ MESSAGE("INVITE sip:h SIP/2.0"), "User-Agent", "Nmap\r\n  NSE",
	  "", SIP_TOOL_NMAP },
	{ MESSAGE("INVITE sip:h SIP/2.0"), "User-Agent", "\r\n sipcli\r\n ",
	  "", SIP_TOOL_SIPCLI },
	{ MESSAGE("INVITE sip:h SIP/2.0"), "User-Agent", "Zoiper",
	  "User-Agent: smap\r\n", SIP_TOOL_SMAP },
	{ MESSAGE("INVITE sip:h SIP/2.0"), "User-Agent", "smap",
	  "User-Agent: Zoiper\r\n", SIP_TOOL_SMAP },
	/* of several, the first one said */
	{ MESSAGE("INVITE sip:h SIP/2.0"), "User-Agent", "Gulp",
	  "User-Agent: iWar\r\nUser-Agent: SIVuS\r\n", SIP_TOOL_OTHER },
	{ MESSAGE("INVITE sip:h SIP/2.0"), "User-Agent", "Zoiper",
	  "User-Agent: SIVuS\r\nUser-Agent: iWar\r\n", SIP_TOOL_SIVUS },
	{ MESSAGE("INVITE sip:h SIP/2.0"), "User-Agent", "sipcli/pplsip",
	  "", SIP_TOOL_SIPCLI },
	{ MESSAGE("INVITE sip:h SIP/2.0"), "User-Agent", "pplsip sipvicious",
	  "", SIP_TOOL_SIPPTS },
	/* elsewhere it is none */
	{ MESSAGE("INVITE sip:h SIP/2.0"), "Server", "smap", "",
	  SIP_TOOL_NONE },
	{ MESSAGE("INVITE sip:h SIP/2.0"), "Subject", "friendly-scanner", "",
	  SIP_TOOL_NONE },
	{ MESSAGE("INVITE sip:h SIP/2.0"), "X", "y",
	  "\r\nUser-Agent: smap\r\n", SIP_TOOL_NONE },
	{ MESSAGE("INVITE sip:smap@h SIP/2.0"), "User-Agents", "smap", "",
	  SIP_TOOL_NONE },
	{ MESSAGE("SIP/2.0 200 OK"), "User-Agent", "smap", "",
	  SIP_TOOL_NONE },
	{ MESSAGE("SIP/2.0 200 OK"), "Server", "friendly-scanner", "",
	  SIP_TOOL_NONE },
	{ MESSAGE("INVITE sip:h HTTP/1.0"), "User-Agent", "smap", "",
	  SIP_TOOL_NONE },
};

static void test_places(void **state)
{
	enum xsip_tool tool;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		tool = ask(places[i].start, places[i].field, places[i].value,
			   (int)strlen(places[i].value), places[i].more);
		if (tool != places[i].tool)
			fail_msg("row %zu, %s: %s: got %s", i, places[i].field,
				 places[i].value, tool_name(tool));
	}
}

/* ---- No memory ---- */

static int allocations_left = -1;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
	if (!allocations_left)
		return NULL;
	if (allocations_left > 0)
		allocations_left--;
	return __real_calloc(count, size);
}

/* Each allocation fails once; LeakSanitizer sees what is not freed. */
static void test_no_memory(void **state)
{
	int needed = -1;
	bool ready;

	(void)state;
	xsip_scanner_exit();
	xsip_scanner_exit();
	do {
		allocations_left = ++needed;
		ready = xsip_scanner_init();
		allocations_left = -1;
	} while (!ready && needed < 1000);
	assert_true(ready);
	assert_in_range(needed, 3, 999);
	expect("friendly-scanner", SIP_TOOL_SIPVICIOUS);
}

static int init(void **state)
{
	(void)state;
	return xsip_scanner_init() ? 0 : -1;
}

static int done(void **state)
{
	(void)state;
	xsip_scanner_exit();
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tools),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_changed_bytes),
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_honest),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, init, done);
}
