// SPDX-License-Identifier: GPL-2.0
/*
 * Tests the marks of xsip_scanner. Each is written here again as regular
 * expressions, and messages that carry one are changed byte by byte: a changed
 * message is an attack tool's if and only if the expressions still match.
 * test_scanner_names.c tests names, test_scanner_corpus.c whole messages.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <regex.h>
#include <cmocka.h>

#include "random.h"
#include "tool.h"

/* ---- Messages that carry a mark ---- */

#define PART_SIZE	128

struct text {
	u8 bytes[PART_SIZE];
	size_t len;
};

/* What marks look at; a template has the number of a part as a byte. */
enum part {
	TAG		= 1,	/* of From */
	BRANCH		= 2,	/* of the first Via */
	CALL_ID		= 3,
	FROM_URI	= 4,
	PARTS
};

struct parts {
	struct text part[PARTS];
};

struct sample {
	enum xsip_tool tool;
	const char *part[PARTS];
};

#define SAMPLE(tool, tag, branch, call_id, uri)				\
	{ SIP_TOOL_##tool, { NULL, tag, branch, call_id, uri } }

#define DIGIT_BRANCH	"z9hG4bK-1029384756"
#define MAP_DATA	"633030303032306131336334"
#define LETTERS_70	"0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0u"	\
			"1v2w3x4y5z6a7b8c9d0e1f2g3h4i"
#define COOKIE_71	"z9hg4bk" HEX_32 HEX_32
#define HEX_32		"0f1e2d3c4b5a69788796a5b4c3d2e1f0"
#define WORDS_60	"B4RoFA75qWicq_EV7lj3YkVTuZEjX6_ZzRC5R_"	\
			"z8WXZBWeWSE5LcfhvO60yS"

static const struct sample samples[] = {
	/* svmap, svwar, svcrack with a password; tags with 7 to 10 digits */
	SAMPLE(SIPVICIOUS, MAP_DATA "0131323137333832393436", DIGIT_BRANCH,
	       "918273645546372819102938", "sip:100@1.1.1.1"),
	SAMPLE(SIPVICIOUS, "3230340138323733363435", "z9hG4bK-1",
	       "1928374650", "sip:204@h"),
	SAMPLE(SIPVICIOUS, "3230343a736563726574013130323033303430",
	       DIGIT_BRANCH, "3", "sip:204@h"),
	/* such a tag needs nothing else */
	SAMPLE(SIPVICIOUS, "200130303030303030", "z9hG4bKx", "a@b", ""),
	SAMPLE(SIPVICIOUS, "7e0139393939393939393939", "x", "", "x"),
	/* with fewer digits it needs the other numbers */
	SAMPLE(SIPVICIOUS, "32303401313233343536", DIGIT_BRANCH, "1928374650",
	       "sip:204@h"),
	SAMPLE(SIPVICIOUS, "320139", "z9hG4bK-0",
	       "1234567890123456789012345", "sip:204@h"),
	/* svcrack without a password */
	SAMPLE(SIPVICIOUS, "3206210844", DIGIT_BRANCH, "3746501928",
	       "sip:204@h"),
	SAMPLE(SIPPTS, "0a1b2c3d", LETTERS_70 "z", HEX_32, "sip:100@h"),
	SAMPLE(SIPPTS, "other", LETTERS_70 "0", HEX_32, "sip:100@h"),
	SAMPLE(SIPPTS, "0a1b2c3d", LETTERS_70 "9", "other", "sip:100@h"),
	SAMPLE(NMAP, "root", "foo", "50000", "sip:nm@nm"),
	SAMPLE(NMAP, "eG8T5QDs8nxsGIbZcgEK",
	       "z9hG4bKvysjEvdWuSTFqsGBMdUQXft3B", WORDS_60, "sip:100@h"),
	SAMPLE(METASPLOIT, "70c00e8c", "z9hG4bK.5e4d3c2b", "90817263@h",
	       "sip:hJqTz@h"),
	SAMPLE(SIPCLI, "64316532663361", "z9hG4bK-" HEX_32, HEX_32,
	       "sip:100@h"),
};

/* Header fields in every order and form that must not matter. */
#define START	"REGISTER sip:h SIP/2.0\r\n"
#define VIA	"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=\002;rport\r\n"
#define FROM	"From: \"a\"<\004>;tag=\001;x\r\n"
#define TO	"To: \"a\"<sip:a@h>\r\n"
#define CALL	"Call-ID: \003\r\n"
#define CSEQ	"CSeq: 1 REGISTER\r\n"
#define REST	"Max-Forwards: 70\r\nContent-Length: 0\r\n"
#define END	"\r\n"

static const char plain_form[] = START VIA FROM TO CALL CSEQ END;

static const char *const forms[] = {
	plain_form,
	/* python 3, python 2, and others */
	START VIA TO FROM "User-Agent: Zoiper\r\n" CALL CSEQ REST END,
	START VIA REST FROM TO "Contact: sip:a@h\r\n" CSEQ CALL END,
	START CALL FROM CSEQ TO VIA END,
	START FROM CALL VIA "X: \r\n y\r\n" TO CSEQ END,
	/* compact, and what sipp and others make of names */
	START "v: SIP/2.0/UDP h;branch=\002;rport\r\nt: <sip:a@h>\r\n"
		"f: <\004>;tag=\001\r\ni: \003\r\nm: None\r\n" CSEQ END,
	START "V : SIP/2.0/UDP h;branch=\002\r\nT:<sip:a@h>\r\n"
		"F\t:<\004>;tag=\001\r\nI :\003\r\nm: None\r\n" CSEQ END,
	START "VIA:SIP/2.0/UDP h;BRANCH=\002\r\nto:<sip:a@h>\r\n"
		"from:<\004>;TAG=\001\r\ncall-id:\003\r\n" CSEQ END,
	/* IPv6 */
	"REGISTER sip:[2001:db8::10] SIP/2.0\r\n"
		"Via: SIP/2.0/UDP [2001:db8::1]:5060;branch=\002;rport\r\n"
		"From: <\004>;tag=\001\r\nTo: <sip:a@[2001:db8::10]>\r\n" CALL
		CSEQ END,
	/* white space and folding */
	START VIA "From: \"a\" <\004> ; tag = \001 \r\n" TO CALL CSEQ END,
	START VIA "From: <\004>; tag=\001\r\n" TO CALL CSEQ END,
	START "Via:\r\n SIP/2.0/UDP\r\n h\r\n ;\r\n\tbranch\r\n =\r\n \002\r\n"
		" ;rport\r\nFrom:\r\n\t<\004>\r\n ;\r\n tag\r\n =\r\n \001\r\n"
		" \r\n" TO "Call-ID:\r\n \003\r\n\t\r\n" CSEQ END,
	"REGISTER sip:h SIP/2.0\nVia: h;branch=\002\nFrom: <\004>;tag=\001\n"
		"To: x\nCall-ID: \003\nCSeq: 1 REGISTER\n\n",
	"\r\n\r\n" START VIA FROM TO CALL CSEQ END,
	/* other parameters, values and fields around them */
	START "Via: SIP/2.0/UDP h;rport;ttl=1;branch=\002,x;branch=z9hG4bKy\r\n"
		"From: \"x;tag=y\" <\004>;x;y=\"a;tag=b\";tag=\001;tag=z\r\n"
		TO CALL CSEQ END,
	START VIA "Via: SIP/2.0/UDP h;branch=z9hG4bKx\r\n" FROM
		"From: <sip:b@h>;tag=x\r\n" TO CALL "Call-ID: x\r\n" CSEQ END,
	/* other methods; not even whole ones */
	"INVITE sip:a@h SIP/2.0\r\n" VIA FROM TO CALL "CSeq: 1 INVITE\r\n" END
		"v=0\r\n",
	"ACK sip:a@h SIP/2.0\r\n" VIA FROM CALL END,
	"X sip:a@h SIP/2.0\r\n" FROM CALL VIA,
};

/* Where parts do not count. */
static const char *const dead_forms[] = {
	/* other fields and places */
	START VIA "From: <\004>\r\nTo: <sip:a@h>;tag=\001\r\nX: \003\r\n" CSEQ
		END,
	START "X: x;branch=\002\r\nReply-To: <\004>;tag=\001\r\nTo: x\r\n"
		"X-Call-ID: \003\r\n" CSEQ END,
	START "Via: h\r\nFrom: <\004;tag=\001>\r\nX: h;branch=\002\r\n" CALL
		CSEQ END,
	START "Via: h,h;branch=\002\r\nFrom: x,<\004>;tag=\001\r\n" CALL CSEQ
		END,
	START "Via: h\r\nVia: h;branch=\002\r\nFrom: \"<\004>;tag=\001\"\r\n"
		CALL CSEQ END,
	START "Via: h;xbranch=\002\r\nFrom: <\004>;tags=\001\r\n" CALL CSEQ END,
	START CSEQ END VIA FROM TO CALL END,
	/* a response repeats what its request had */
	"SIP/2.0 401 Unauthorized\r\n" VIA FROM TO CALL CSEQ END,
	"SIP/2.0 200 OK\r\n" VIA FROM TO CALL CSEQ
		"User-Agent: friendly-scanner\r\nServer: sipvicious\r\n" END,
	/* no SIP */
	"GET / HTTP/1.0\r\n" VIA FROM TO CALL CSEQ END,
	VIA FROM TO CALL CSEQ END,
};

static struct parts parts_of(const struct sample *sample)
{
	struct parts parts;
	int i;

	memset(&parts, 0, sizeof(parts));
	for (i = TAG; i < PARTS; i++) {
		parts.part[i].len = strlen(sample->part[i]);
		memcpy(parts.part[i].bytes, sample->part[i],
		       parts.part[i].len);
	}
	return parts;
}

/* Put parts into a form; returns the size. */
static size_t fill(const char *form, const struct parts *parts, u8 *out)
{
	const struct text *text;
	size_t size = 0;

	for (; *form; form++) {
		if (*form >= PARTS) {
			out[size++] = (u8)*form;
			continue;
		}
		text = &parts->part[(int)*form];
		memcpy(out + size, text->bytes, text->len);
		size += text->len;
	}
	return size;
}

static void expect(const u8 *data, size_t size, enum xsip_tool expected)
{
	enum xsip_tool tool = tool_of(data, size, false);

	if (tool != expected)
		fail_msg("got %s, expected %s:\n%.*s", tool_name(tool),
			 tool_name(expected), (int)size, (const char *)data);
}

static void expect_form(const char *form, const struct parts *parts,
			enum xsip_tool expected)
{
	u8 message[2048];

	expect(message, fill(form, parts, message), expected);
}

static void test_forms(void **state)
{
	struct parts parts;
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		parts = parts_of(&samples[i]);
		for (j = 0; j < ARRAY_SIZE(forms); j++)
			expect_form(forms[j], &parts, samples[i].tool);
		for (j = 0; j < ARRAY_SIZE(dead_forms); j++)
			expect_form(dead_forms[j], &parts, SIP_TOOL_NONE);
	}
}

/* ---- Near misses, by hand ---- */

static const struct sample misses[] = {
	/* upper case, odd length, 0x02 for 0x01, 0x1f and 0x7f for text */
	SAMPLE(NONE, "3A3034013832373336343531", "z9hG4bK1", "1@h", "sip:a@h"),
	SAMPLE(NONE, "33230340138323733363435", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "323034013832373336343531a", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "3230340238323733363435", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "1f30340138323733363435", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "32307f0138323733363435", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "3230c30138323733363435", DIGIT_BRANCH, "1", "sip:a@h"),
	/* nothing before 0x01, nothing after it, 11 digits, no digit */
	SAMPLE(NONE, "0138323733363435", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "32303401", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "323034013132333435363738393031", DIGIT_BRANCH, "1",
	       "sip:a@h"),
	SAMPLE(NONE, "323034013132333a353637383930", DIGIT_BRANCH, "1",
	       "sip:a@h"),
	SAMPLE(NONE, "01", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "3031", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "", DIGIT_BRANCH, "1", "sip:a@h"),
	/* a short number without one of the others */
	SAMPLE(NONE, "32303401313233343536", "z9hG4bK-1x", "1", "sip:a@h"),
	SAMPLE(NONE, "32303401313233343536", "z9hG4bK-", "1", "sip:a@h"),
	SAMPLE(NONE, "32303401313233343536", "z9hG4bK1", "1", "sip:a@h"),
	SAMPLE(NONE, "32303401313233343536", "Z9hG4bK-1", "1", "sip:a@h"),
	SAMPLE(NONE, "32303401313233343536", "", "1", "sip:a@h"),
	SAMPLE(NONE, "32303401313233343536", DIGIT_BRANCH, "1@h", "sip:a@h"),
	SAMPLE(NONE, "32303401313233343536", DIGIT_BRANCH, "", "sip:a@h"),
	SAMPLE(NONE, "32303401313233343536", DIGIT_BRANCH,
	       "12345678901234567890123456", "sip:a@h"),
	/* svcrack's constant: other ones, other numbers */
	SAMPLE(NONE, "3206210845", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "32062108440", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "320621084", DIGIT_BRANCH, "1", "sip:a@h"),
	SAMPLE(NONE, "3206210844", "z9hG4bK-1f", "1", "sip:a@h"),
	SAMPLE(NONE, "3206210844", DIGIT_BRANCH, "1@192.0.2.1", "sip:a@h"),
	/* sippts: 70, 72, upper case, the cookie, neither of the two others */
	SAMPLE(NONE, "0a1b2c3d", LETTERS_70, HEX_32, "sip:a@h"),
	SAMPLE(NONE, "0a1b2c3d", LETTERS_70 "00", HEX_32, "sip:a@h"),
	SAMPLE(NONE, "0a1b2c3d", LETTERS_70 "A", HEX_32, "sip:a@h"),
	SAMPLE(NONE, "0a1b2c3d", LETTERS_70 "-", HEX_32, "sip:a@h"),
	SAMPLE(NONE, "0a1b2c3d", COOKIE_71, HEX_32, "sip:a@h"),
	SAMPLE(NONE, "0a1b2c3", LETTERS_70 "0", HEX_32 "0", "sip:a@h"),
	SAMPLE(NONE, "0a1b2c3D", LETTERS_70 "0", "", "sip:a@h"),
	SAMPLE(NONE, "", LETTERS_70 "0", "1@h", "sip:a@h"),
	/* nmap: half of its probe, lengths one beside */
	SAMPLE(NONE, "root", "foo", "50000", "sip:nm@nm2"),
	SAMPLE(NONE, "roots", "foo", "50000", "sip:nm@nm"),
	SAMPLE(NONE, "Root", "foo", "50000", "sip:nm@nm"),
	SAMPLE(NONE, "root", "z9hG4bKx", "1@h", "sip:root@h"),
	SAMPLE(NONE, "eG8T5QDs8nxsGIbZcgE", "z9hG4bKvysjEvdWuSTFqsGBMdUQXft3B",
	       WORDS_60, "sip:a@h"),
	SAMPLE(NONE, "eG8T5QDs8nxsGIbZcgEK", "z9hG4bKvysjEvdWuSTFqsGBMdUQXft3",
	       WORDS_60, "sip:a@h"),
	SAMPLE(NONE, "eG8T5QDs8nxsGIbZcgEK", "z9hG4bKvysjEvdWuSTFqsGBMdUQXft3B",
	       WORDS_60 "a", "sip:a@h"),
	SAMPLE(NONE, "eG8T5QDs8nxsGIbZcgE-", "z9hG4bKvysjEvdWuSTFqsGBMdUQXft3B",
	       WORDS_60, "sip:a@h"),
	/* Metasploit: the constant alone, as an honest tag could be */
	SAMPLE(NONE, "70c00e8c", "z9hG4bK-5e4d3c2b", "1@h", "sip:a@h"),
	SAMPLE(NONE, "70c00e8c", "z9hG4bK.5e4d3c2", "1@h", "sip:a@h"),
	SAMPLE(NONE, "70C00E8C", "z9hG4bK.5e4d3c2b", "1@h", "sip:a@h"),
	SAMPLE(NONE, "70c00e8d", "z9hG4bK.5e4d3c2b", "1@h", "sip:a@h"),
	/* sipcli: another branch, upper case, a host after it */
	SAMPLE(NONE, "1", "z9hG4bK-" HEX_32, "1" HEX_32, "sip:a@h"),
	SAMPLE(NONE, "1", "z9hG4bK-" HEX_32 "1", HEX_32, "sip:a@h"),
	SAMPLE(NONE, "1", "z9hG4bK" HEX_32, HEX_32, "sip:a@h"),
	SAMPLE(NONE, "1", "z9hG4bK-" HEX_32, HEX_32 "@h", "sip:a@h"),
	/* sipsak and sipp */
	SAMPLE(NONE, "49066832", "z9hG4bK.4e3ffc72", "1225156658@h",
	       "sip:sipsak@h"),
	SAMPLE(NONE, "28261SIPpTag001", "z9hG4bK-28261-1-0", "1-28261@h",
	       "sip:sipp@h"),
};

static void test_misses(void **state)
{
	struct parts parts;
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(misses); i++) {
		parts = parts_of(&misses[i]);
		for (j = 0; j < ARRAY_SIZE(forms); j++)
			expect_form(forms[j], &parts, SIP_TOOL_NONE);
	}
}

/* ---- The marks as regular expressions ---- */

#define TEXT_BYTES	"((2[0-9a-f]|[3-6][0-9a-f]|7[0-9a-e])+)"
#define NUMBER_BRANCH	"^z9hG4bK-[0-9]+$"
#define NUMBER_CALL	"^[0-9]{1,25}$"

/* NULL: anything matches. */
static const struct sample rules[] = {
	SAMPLE(SIPVICIOUS, "^" TEXT_BYTES "01(3[0-9]){7,10}$", NULL, NULL,
	       NULL),
	SAMPLE(SIPVICIOUS, "^" TEXT_BYTES "01(3[0-9]){1,10}$", NUMBER_BRANCH,
	       NUMBER_CALL, NULL),
	SAMPLE(SIPVICIOUS, "^3206210844$", NUMBER_BRANCH, NUMBER_CALL, NULL),
	SAMPLE(SIPPTS, NULL, "^[0-9a-z]{71}$", "^[0-9a-f]{32}$", NULL),
	SAMPLE(SIPPTS, "^[0-9a-f]{8}$", "^[0-9a-z]{71}$", NULL, NULL),
	SAMPLE(NMAP, "^root$", NULL, NULL, "^sip:nm@nm$"),
	SAMPLE(NMAP, "^[A-Za-z0-9_]{20}$", "^z9hG4bK[A-Za-z0-9_]{25}$",
	       "^[A-Za-z0-9_]{60}$", NULL),
	SAMPLE(METASPLOIT, "^70c00e8c$", "^z9hG4bK\\.[0-9a-f]{8}$", NULL,
	       NULL),
	/* and both are equal */
	SAMPLE(SIPCLI, NULL, "^z9hG4bK-[0-9a-f]{32}$", "^[0-9a-f]{32}$", NULL),
};

static regex_t compiled[ARRAY_SIZE(rules)][PARTS];

/*
 * What is left of a part, as a C string. White space around it is not its
 * own. A parameter ends at ';', ',' or white space, a Call-ID at the end of
 * its line, a URI at '>'. With a NUL in it nothing matches.
 */
static void settle(enum part part, const struct text *text, char *out)
{
	static const char *const ends[PARTS] = {
		[TAG] = ";, \t\r\n", [BRANCH] = ";, \t\r\n", [CALL_ID] = "\n",
		[FROM_URI] = ">\n",
	};
	size_t len, start = 0;

	while (start < text->len && strchr(" \t\r", text->bytes[start]) &&
	       text->bytes[start])
		start++;
	for (len = start; len < text->len; len++)
		if (text->bytes[len] && strchr(ends[part], text->bytes[len]))
			break;
	while (part == CALL_ID && len > start && text->bytes[len - 1] &&
	       strchr(" \t\r", text->bytes[len - 1]))
		len--;
	memcpy(out, text->bytes + start, len - start);
	out[len - start] = '\0';
	if (strlen(out) < len - start)
		strcpy(out, "\377");
}

static bool rule_fits(size_t rule, char text[PARTS][PART_SIZE + 1])
{
	int i;

	for (i = TAG; i < PARTS; i++)
		if (rules[rule].part[i] &&
		    regexec(&compiled[rule][i], text[i], 0, NULL, 0))
			return false;
	if (rules[rule].tool == SIP_TOOL_SIPPTS)
		return strncasecmp(text[BRANCH], "z9hG4bK", 7);
	if (rules[rule].tool == SIP_TOOL_SIPCLI)
		return !strcmp(text[BRANCH] + 8, text[CALL_ID]);
	return true;
}

static enum xsip_tool expected_tool(const struct parts *parts)
{
	char text[PARTS][PART_SIZE + 1];
	size_t i;

	for (i = TAG; i < PARTS; i++)
		settle((enum part)i, &parts->part[i], text[i]);
	/* The line of From ends there, and its tag is lost. */
	if (memchr(parts->part[FROM_URI].bytes, '\n',
		   parts->part[FROM_URI].len))
		text[TAG][0] = '\0';
	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (rule_fits(i, text))
			return rules[i].tool;
	return SIP_TOOL_NONE;
}

static void compile_rules(void)
{
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		for (j = TAG; j < PARTS; j++)
			if (rules[i].part[j] &&
			    regcomp(&compiled[i][j], rules[i].part[j],
				    REG_EXTENDED | REG_NOSUB))
				abort();
}

static void free_rules(void)
{
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		for (j = TAG; j < PARTS; j++)
			if (rules[i].part[j])
				regfree(&compiled[i][j]);
}

/* Every byte of a part as each @step-th other one, taken out, once more. */
static void change_part(const struct parts *original, enum part part, int step)
{
	struct parts parts = *original;
	struct text *text = &parts.part[part];
	const struct text *old = &original->part[part];
	size_t at;
	int byte;

	for (at = 0; at < old->len; at++) {
		for (byte = 0; byte < 256; byte += step) {
			text->bytes[at] = (u8)(old->bytes[at] ^ byte);
			expect_form(plain_form, &parts, expected_tool(&parts));
		}
		*text = *old;
		text->len--;
		memmove(text->bytes + at, old->bytes + at + 1, text->len - at);
		expect_form(plain_form, &parts, expected_tool(&parts));
		*text = *old;
		text->len++;
		memmove(text->bytes + at + 1, old->bytes + at, old->len - at);
		expect_form(plain_form, &parts, expected_tool(&parts));
		*text = *old;
	}
}

static void test_changed_bytes(void **state)
{
	struct parts parts;
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		parts = parts_of(&samples[i]);
		assert_int_equal(expected_tool(&parts), samples[i].tool);
		for (j = TAG; j < PARTS; j++)
			change_part(&parts, (enum part)j, 1);
	}
	for (i = 0; i < ARRAY_SIZE(misses); i++) {
		parts = parts_of(&misses[i]);
		assert_int_equal(expected_tool(&parts), SIP_TOOL_NONE);
		for (j = TAG; j < PARTS; j++)
			change_part(&parts, (enum part)j, 17);
	}
}

/* ---- Names of fields and parameters ---- */

/* Which parts are lost with a name. */
static const struct {
	const char *name;
	enum part lost[2];
} field_names[] = {
	{ "Via", { BRANCH, BRANCH } },
	{ "branch", { BRANCH, BRANCH } },
	{ "From", { TAG, FROM_URI } },
	{ "tag", { TAG, TAG } },
	{ "Call-ID", { CALL_ID, CALL_ID } },
};

/* Each letter of a name as every other letter: its case does not matter. */
static void change_name(const struct parts *parts, size_t row)
{
	char form[sizeof(plain_form)];
	struct parts less = *parts;
	char *p;
	int c;

	strcpy(form, plain_form);
	less.part[field_names[row].lost[0]].len = 0;
	less.part[field_names[row].lost[1]].len = 0;
	p = strstr(form, field_names[row].name);
	for (; *p != ':' && *p != '='; p++) {
		for (c = 'A'; c <= 'z'; c++) {
			const char old = *p;
			bool same = (c | 0x20) == (old | 0x20);

			if ((c > 'Z' && c < 'a') || old == '-')
				continue;
			*p = (char)c;
			expect_form(form, parts,
				    expected_tool(same ? parts : &less));
			*p = old;
		}
	}
}

static void test_changed_names(void **state)
{
	struct parts parts;
	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		parts = parts_of(&samples[i]);
		for (j = 0; j < ARRAY_SIZE(field_names); j++)
			change_name(&parts, j);
	}
}

/* ---- What honest stacks draw at random ---- */

static void draw(struct text *text, const char *start, const char *from,
		 size_t len)
{
	size_t i;

	strcpy((char *)text->bytes, start);
	text->len = strlen(start);
	for (i = 0; i < len; i++)
		text->bytes[text->len++] =
			(u8)from[random_below((u32)strlen(from))];
}

static void test_random(void **state)
{
	static const char *const alphabets[] = {
		"0123456789", "0123456789abcdef", "0123456789ABCDEF",
		"0123456789abcdefghijklmnopqrstuvwxyz",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/-_.01",
	};
	static const char *const cookies[] = {
		"z9hG4bK", "z9hG4bK-", "z9hG4bK.", "z9hG4bKPj", "",
	};
	struct parts parts = { .part[FROM_URI] = { "sip:a@h", 7 } };
	const char *alphabet;
	int i;

	(void)state;
	for (i = 0; i < 50000; i++) {
		alphabet = alphabets[random_below(ARRAY_SIZE(alphabets))];
		draw(&parts.part[TAG], "", alphabet, 1 + random_below(40));
		draw(&parts.part[BRANCH],
		     cookies[random_below(ARRAY_SIZE(cookies))], alphabet,
		     random_below(70));
		/* 60 is nmap's. */
		draw(&parts.part[CALL_ID], "", alphabet, 1 + random_below(59));
		expect_form(plain_form, &parts, SIP_TOOL_NONE);
	}
}

static int init(void **state)
{
	(void)state;
	compile_rules();
	return xsip_scanner_init() ? 0 : -1;
}

static int done(void **state)
{
	(void)state;
	xsip_scanner_exit();
	free_rules();
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_misses),
		cmocka_unit_test(test_changed_bytes),
		cmocka_unit_test(test_changed_names),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, init, done);
}
