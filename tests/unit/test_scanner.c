// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_scanner: marks in messages of every form, and what comes close to
 * one; names, and similar ones of honest programs; every message of the corpus.
 * tests/fuzz reads marks in a second way.
 */
#include "corpus.h"
#include "message.h"
#include "sip/scanner.h"

static const char *tool_name(int tool)
{
	return tool == SIP_TOOL_NONE ? "none" : xsip_tool_names[tool];
}

static void expect(const char *text, size_t size, bool stream,
		   enum xsip_tool expected, const char *what)
{
	struct xsip_parsed m __message = message_of(text, size, stream);
	enum xsip_tool tool = xsip_scanner_tool(&m);

	if (tool != expected)
		wrong("%s: got %s, expected %s", what, tool_name(tool),
		      tool_name(expected));
}

/* Each allocation fails once; LeakSanitizer sees what is not freed. */
TEST(init)
{
	int needed = -1;
	bool ready;

	do {
		allocations_left = ++needed;
		ready = xsip_scanner_init();
		allocations_left = -1;
	} while (!ready && needed < 1000);
	assert_true(ready);
	assert_in_range(needed, 3, 999);
	xsip_scanner_exit();
	xsip_scanner_exit();
	assert_true(xsip_scanner_init());
}

/* ---- Messages that carry a mark ---- */

/* What marks look at; a template has the number of a part as a byte. */
enum part {
	TAG		= 1,	/* of From */
	BRANCH		= 2,	/* of the first Via */
	CALL_ID		= 3,
	FROM_URI	= 4,
	PARTS
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
	SAMPLE(VIPROY, "A14aQgtNvx", "branch0gNxP6CyNx",
	       "call1cWPR2ePTQQUjeRQR9b33AJzsDMSlW", "sip:1000@h"),
	SAMPLE(BLUEBOX, "f225mk48jc", "z9hG4bK9pjtdpe5z7wxprrzm8wj2lzq6kehoh",
	       "crxn7ftft6pjzfz7@192.0.2.10", "sip:bgy@h"),
	SAMPLE(SIPARMYKNIFE, "102",
	       "z9hG4bK-d8754z-b538815be3603112-1---d8754z-", "4711",
	       "sip:alice@h"),
	SAMPLE(ZMAP, "37956134", "MMWLoI.4751182590", "8559267851@h",
	       "sip:pakKqwfO@h"),
	SAMPLE(ISCAN, "iscanbfw", "iywgkyhn-43713016", "zb2obywvo3x6",
	       "sip:42@h"),
	SAMPLE(MRSIP, "628923", "z9hG4bK-9064218357",
	       "2otak3m8djnfspi6e4lucrb9qvh75332", "sip:1001@h"),
	SAMPLE(MRSIP, "751478", "z9hG4bK-5287943061",
	       "4nszx7g32l6qbfot9ievdpakycm67637@h", "sip:1001@h"),
	SAMPLE(VOIP, "e5f4a9860666e4f7a", "z9hG4bK-d87543-987333414-1--d87543-",
	       "e5f4a986066756e4f7a", "sip:100@h"),
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

static const char *const forms[] = {
	START VIA FROM TO CALL CSEQ END,
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

/* ---- Near misses ---- */

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
	/* Viproy: lengths one beside, another word, the cookie */
	SAMPLE(NONE, "1", "branch0gNxP6CyN", "call1cWPR2ePTQQUjeRQR9b33AJzsDMSlW",
	       "sip:a@h"),
	SAMPLE(NONE, "1", "branch0gNxP6CyNx", "call1cWPR2ePTQQUjeRQR9b33AJzsDMSl",
	       "sip:a@h"),
	SAMPLE(NONE, "1", "z9hG4bK0gNxP6CyNx",
	       "call1cWPR2ePTQQUjeRQR9b33AJzsDMSlW", "sip:a@h"),
	/* Bluebox: as JsSIP and SIP.js are; lengths one beside */
	SAMPLE(NONE, "f225mk48jc", "z9hG4bK7245961", "crxn7ftft6pjzfz7h3kd",
	       "sip:a@h"),
	SAMPLE(NONE, "f225mk48jc", "z9hG4bK9pjtdpe5z7wxprrzm8wj2lzq6keho",
	       "crxn7ftft6pjzfz7@h", "sip:a@h"),
	SAMPLE(NONE, "f225mk48j", "z9hG4bK9pjtdpe5z7wxprrzm8wj2lzq6kehoh",
	       "crxn7ftft6pjzfz7@h", "sip:a@h"),
	SAMPLE(NONE, "f225mk48jc", "z9hG4bK9pjtdpe5z7wxprrzm8wj2lzq6kehoh",
	       "crxn7ftft6pjzfz7", "sip:a@h"),
	/* siparmyknife: another random number, as X-Lite has it */
	SAMPLE(NONE, "102", "z9hG4bK-d8754z-b538815be3603113-1---d8754z-", "1",
	       "sip:a@h"),
	/* ZMap: sipsak; digits and letters one beside */
	SAMPLE(NONE, "37956134", "z9hG4bK.47511825", "8559267851@h",
	       "sip:a@h"),
	SAMPLE(NONE, "37956134", "MMWLo1.4751182590", "8559267851@h",
	       "sip:a@h"),
	SAMPLE(NONE, "37956134", "MMWLoI.4751182590", "8559267851", "sip:a@h"),
	/* iscan: another word */
	SAMPLE(NONE, "iscambfw", "iywgkyhn-43713016", "zb2obywvo3x6",
	       "sip:a@h"),
	SAMPLE(NONE, "iscanbfw", "z9hG4bK-43713016", "zb2obywvo3x6",
	       "sip:a@h"),
	/* Mr.SIP: a digit twice, a letter twice */
	SAMPLE(NONE, "628923", "z9hG4bK-9064218350",
	       "2otak3m8djnfspi6e4lucrb9qvh75332", "sip:a@h"),
	SAMPLE(NONE, "628923", "z9hG4bK-9064218357",
	       "2otak3m8djnfspi6e4lucrb9q2h75332", "sip:a@h"),
	SAMPLE(NONE, "62892", "z9hG4bK-9064218357",
	       "2otak3m8djnfspi6e4lucrb9qvh75332", "sip:a@h"),
	SAMPLE(NONE, "628923", "z9hG4bK-9064218357",
	       "2otak3m8djnfspi6e4lucrb9qvh7533", "sip:a@h"),
	/* VOIP: eyeBeam, and JavaForce */
	SAMPLE(NONE, "774d2561", "z9hG4bK-d87543-419889160-1--d87543-",
	       "e5f4a986066756e4f7a", "sip:a@h"),
	SAMPLE(NONE, "e5f4a9870666e4f7a", "z9hG4bK-d87543-987333414-1--d87543-",
	       "e5f4a986066756e4f7a", "sip:a@h"),
	SAMPLE(NONE, "28534e5fb94617fc",
	       "z123456-y12345-11d9f2afba28ddf6-1--d12345-",
	       "77eb3acc18bb92f7f6d", "sip:303@h"),
	/* sipsak and sipp */
	SAMPLE(NONE, "49066832", "z9hG4bK.4e3ffc72", "1225156658@h",
	       "sip:sipsak@h"),
	SAMPLE(NONE, "28261SIPpTag001", "z9hG4bK-28261-1-0", "1-28261@h",
	       "sip:sipp@h"),
};

static void check_form(const char *form, const struct sample *sample,
		       enum xsip_tool expected)
{
	char message[2048], *out = message;

	for (; *form; form++)
		if (*form < PARTS)
			out += sprintf(out, "%s", sample->part[(int)*form]);
		else
			*out++ = *form;
	*out = '\0';
	expect(message, strlen(message), false, expected, message);
}

TEST(marks)
{
	for_each(sample, samples) {
		for_each(form, forms)
			check_form(*form, sample, sample->tool);
		for_each(form, dead_forms)
			check_form(*form, sample, SIP_TOOL_NONE);
	}
	for_each(sample, misses)
		for_each(form, forms)
			check_form(*form, sample, SIP_TOOL_NONE);
}

/* ---- Names ---- */

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
	{ SIP_TOOL_SIPARMYKNIFE, 0, "siparmyknife" },
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
	"CSeq: 1 OPTIONS\r\n%s: %s\r\n%s\r\n"

static void check_field(const char *format, const char *field,
			const char *value, const char *more,
			enum xsip_tool expected)
{
	char message[1024];
	int size = snprintf(message, sizeof(message), format, field, value,
			    more);

	expect(message, (size_t)size, false, expected, value);
}

static void check_agent(const char *value, enum xsip_tool expected)
{
	check_field(MESSAGE("OPTIONS sip:h SIP/2.0"), "User-Agent", value, "",
		    expected);
}

/* With something before or after it. */
static void check_around(const struct name *name)
{
	enum xsip_tool within = name->anchors ? SIP_TOOL_NONE : name->tool;
	char value[64];

	snprintf(value, sizeof(value), "%sx", name->text);
	check_agent(value, name->anchors & ENDS ? SIP_TOOL_NONE : name->tool);
	snprintf(value, sizeof(value), "x%s", name->text);
	check_agent(value, within);
	snprintf(value, sizeof(value), "my %s/1", name->text);
	check_agent(value, within);
}

/* In capitals, and one byte beside it: the table has no near ones. */
static void check_bytes(const struct name *name)
{
	char capitals[64] = "", near[64];
	size_t i;

	for (i = 0; name->text[i]; i++) {
		u8 byte = (u8)name->text[i];

		capitals[i] = byte >= 'a' && byte <= 'z' ? byte - 32 : byte;
		strcpy(near, name->text);
		near[i] ^= 1;
		if (byte != ' ' && byte != '/')
			check_agent(near, SIP_TOOL_NONE);
	}
	check_agent(capitals, name->tool);
}

TEST(names)
{
	for_each(name, names) {
		check_agent(name->text, name->tool);
		check_around(name);
		check_bytes(name);
	}
}

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

TEST(honest)
{
	for_each(name, honest)
		check_agent(*name, SIP_TOOL_NONE);
}

/* Where a name counts. */
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

TEST(places)
{
	for_each(row, places)
		check_field(row->start, row->field, row->value, row->more,
			    row->tool);
}

/* ---- The corpus ---- */

TEST(corpus)
{
	size_t seen[SIP_TOOL_COUNT] = { 0 };
	int tool;

	for_each_message(c) {
		expect((char *)c->data, c->size, c->stream, c->tool, c->name);
		seen[c->tool]++;
	}
	for (tool = SIP_TOOL_NONE; tool < SIP_TOOL_COUNT; tool++)
		if (!seen[tool])
			wrong("no message of %s", tool_name(tool));
}
