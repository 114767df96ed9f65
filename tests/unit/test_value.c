// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_value: parameters, URIs and users of From, To, Contact and Via,
 * with tables of odd values. tests/fuzz compares it with a second reader.
 */
#include "sip/text.h"
#include "test.h"

/* ---- Parameters ---- */

/* NULL: there is none. */
static const struct {
	const char *value;
	const char *tag;
} tags[] = {
	{ "<sip:a@h>;tag=1", "1" },
	{ "sip:a@h;tag=1", "1" },
	{ "sip:a@h ;tag=1", "1" },
	{ "<sip:a@h>;tag=1;x=2", "1" },
	{ "<sip:a@h>;x=2;tag=1", "1" },
	{ "<sip:a@h>;x;tag=1", "1" },
	{ "<sip:a@h>;;tag=1", "1" },
	{ ";tag=1", "1" },
	{ "<sip:a@h>;tag=1;tag=2", "1" },
	{ "<sip:a@h>;TAG=aB", "aB" },
	{ "<sip:a@h>;tAg=aB", "aB" },
	/* white space, folding */
	{ "<sip:a@h> ; tag = 1 ", "1" },
	{ "<sip:a@h>;\ttag\t=\t1\t;x", "1" },
	{ "<sip:a@h>;\r\n tag\r\n\t=\r\n 1\r\n ;x", "1" },
	{ "<sip:a@h>\n ;\n tag=1\n ;x", "1" },
	{ "<sip:a@h>;tag=1 2", "1" },
	/* empty ones, and what is none */
	{ "<sip:a@h>;tag=", "" },
	{ "<sip:a@h>;tag= ", "" },
	{ "<sip:a@h>;tag=;x", "" },
	{ "<sip:a@h>;tag=,x", "" },
	{ "<sip:a@h>;tag", NULL },
	{ "<sip:a@h>;tag;x=1", NULL },
	{ "<sip:a@h>;tag ", NULL },
	{ "<sip:a@h>;ta=1", NULL },
	{ "<sip:a@h>;ta", NULL },
	{ "<sip:a@h>;", NULL },
	{ "<sip:a@h>; ", NULL },
	{ "<sip:a@h>", NULL },
	{ "", NULL },
	{ "tag=1", NULL },
	{ "<sip:a@h>;tagg=1", NULL },
	{ "<sip:a@h>;tag-=1", NULL },
	{ "<sip:a@h>;xtag=1", NULL },
	{ "<sip:a@h>;x-tag=1", NULL },
	{ "<sip:a@h>;x=tag=1", NULL },
	{ "<sip:a@h>;tag:1", NULL },
	{ "<sip:a@h>;tag=1\377", "1\377" },
	{ "<sip:a@h>;tag;tag=1", "1" },
	{ "<sip:a@h>;tagged=2;tag=1", "1" },
	{ "<sip:a@h>;tag==1", "=1" },
	/* inside the brackets it is the URI's */
	{ "<sip:a@h;tag=1>", NULL },
	{ "<sip:a@h;tag=1>;tag=2", "2" },
	{ "<sip:a@h?tag=1;tag=2>;tag=3", "3" },
	{ "a<b>c<sip:a@h;tag=1>;tag=2", "2" },
	/* quoted strings */
	{ "\"x;tag=1\" <sip:a@h>;tag=2", "2" },
	{ "\"x;tag=1\" <sip:a@h>", NULL },
	{ "\"<x\" <sip:a@h>;tag=2", "2" },
	{ "\">;tag=1\" <sip:a@h>;tag=2", "2" },
	{ "\"a, b\" <sip:a@h>;tag=2", "2" },
	{ "\"\" <sip:a@h>;tag=2", "2" },
	{ "\"\\\"\" <sip:a@h>;tag=2", "2" },
	{ "\"\\\\\";tag=2", "2" },
	{ "\"\\\\\\\";tag=1\";tag=2", "2" },
	{ "\"\\;tag=1\";tag=2", "2" },
	{ "\"a\"\";tag=1\";tag=2", "2" },
	{ "<sip:a@h>;x=\";tag=1\";tag=2", "2" },
	{ "<sip:a@h>;x=\",\";tag=2", "2" },
	{ "<sip:a@h>;x=\"<\";tag=2", "2" },
	{ "sip:a@h;x=\"<sip:b@h;tag=1>\";tag=2", "2" },
	{ "<sip:a@h>;tag=\"a;b,c <d> \";x", "\"a;b,c <d> \"" },
	{ "<sip:a@h>;tag=\"a\\\"b\"c;x", "\"a\\\"b\"" },
	{ "<sip:a@h>;tag=\"\"", "\"\"" },
	{ "<sip:a@h>;tag=a\"b;c\"", "a\"b" },
	/* a quote inside brackets is a byte of the URI */
	{ "<sip:\"@h>;tag=1;x=\"", "1" },
	/* quotes and brackets without a partner */
	{ "\"a <sip:a@h>;tag=1", "1" },
	{ "\"a\\", NULL },
	{ "\"a\\\";tag=1", "1" },
	{ "\"\\\"\\\"\\\";tag=1", "1" },
	{ "<sip:a@h;tag=1", "1" },
	{ "<<<<;tag=1", "1" },
	{ "<\"<\"<;tag=1", "1" },
	{ "\"<\"<>\"<;tag=1", "1" },
	{ "<sip:a@h>;tag=\"1", "\"1" },
	{ "<sip:a@h>;x=\"1;tag=2", "2" },
	{ "<sip:a@h>>;tag=1", "1" },
	{ "a\";tag=1\"", NULL },
	{ "a\\\";tag=1", "1" },
	{ "a\\\";tag=1\"", NULL },
	/* the first of several values */
	{ "<sip:a@h>,<sip:b@h>;tag=2", NULL },
	{ "<sip:a@h>;tag=1,<sip:b@h>;tag=2", "1" },
	{ "<sip:a@h>;x=1,2;tag=2", NULL },
	{ ",;tag=2", NULL },
	{ "<sip:a,b@h>;tag=1", "1" },
	/* IPv6 */
	{ "<sip:a@[2001:db8::1]:5060>;tag=1", "1" },
	{ "sip:a@[2001:db8::1];tag=1", "1" },
};

static const struct {
	const char *value;
	const char *branch;
} branches[] = {
	{ "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-1;rport", "z9hG4bK-1" },
	{ "SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK-1", "z9hG4bK-1" },
	{ "SIP / 2.0 / UDP\r\n [2001:db8::1] ; BRANCH = z", "z" },
	{ "SIP/2.0/UDP a;branch=1,SIP/2.0/UDP b;branch=2", "1" },
	{ "SIP/2.0/UDP a,SIP/2.0/UDP b;branch=2", NULL },
	{ "SIP/2.0/UDP a;branches=1;branch=2", "2" },
	{ "SIP/2.0/UDP a (branch=1)", NULL },
	{ "SIP/2.0/UDP a;received=192.0.2.1;branch=", "" },
};

static struct xsip_param_name name_of(const char *name)
{
	const u8 *p = (const u8 *)name;

	return (struct xsip_param_name){
		xsip_word(p, p + strlen(name)), (u32)strlen(name),
	};
}

static void check_param(const char *value, const char *name,
			const char *expected)
{
	struct xsip_range block __block = block_of(value, strlen(value));
	struct xsip_param_name known = name_of(name);
	const u8 *start = xsip_value_param_at(block, &known);
	struct xsip_range param;
	bool has;

	has = xsip_value_param(block, &known, &param);
	if (!start != !expected || has != !!expected)
		wrong("%s: expected %s", value, expected ?: "no parameter");
	if (!expected || !has)
		return;
	assert_ptr_equal(start, param.p);
	expect_text(value, param, expected);
}

TEST(params)
{
	for_each(row, tags)
		check_param(row->value, "tag", row->tag);
	for_each(row, branches)
		check_param(row->value, "branch", row->branch);
}

/* ---- URIs and users ---- */

/* user is NULL: there is none. */
static const struct {
	const char *value;
	const char *uri;
	const char *user;
} uris[] = {
	{ "<sip:a@h>", "sip:a@h", "a" },
	{ "<sip:a@h>;tag=1", "sip:a@h", "a" },
	{ "<sip:a@h;x=1?y=2>;tag=1", "sip:a@h;x=1?y=2", "a" },
	{ "A <sip:a@h>", "sip:a@h", "a" },
	{ "\"A\" <sip:a@h>", "sip:a@h", "a" },
	{ "\"A\"<sip:a@h>", "sip:a@h", "a" },
	{ "A B C\r\n <sip:a@h>", "sip:a@h", "a" },
	{ " < sip:a@h>", "sip:a@h", "a" },
	{ "<\r\n sip:a@h >", "sip:a@h ", "a" },
	/* addr-spec */
	{ "sip:a@h", "sip:a@h", "a" },
	{ "  sip:a@h", "sip:a@h", "a" },
	{ "sip:a@h;tag=1", "sip:a@h", "a" },
	{ "sip:a@h ;tag=1", "sip:a@h", "a" },
	{ "sip:a@h\r\n ;tag=1", "sip:a@h", "a" },
	{ "sip:a@h?x=y", "sip:a@h", "a" },
	{ "sip:a@h,sip:b@h", "sip:a@h", "a" },
	{ "sip:a@h:5060;tag=1", "sip:a@h:5060", "a" },
	{ "sip:a@h;x=\"<sip:b@h>\"", "sip:a@h", "a" },
	{ "sip:a@h;x=<sip:b@h>", "sip:a@h", "a" },
	{ "sip:a@h;x=b?y,z <sip:b@h>", "sip:a@h", "a" },
	{ "sip:a;b@h", "sip:a", NULL },
	/* ... is a display name, for Kamailio, where a bracket comes first */
	{ "sip:b@h,<sip:a@h>", "sip:a@h", "a" },
	{ "sip:b@h?x=<sip:a@h>;y=<sip:b@h>", "sip:a@h", "a" },
	{ "b:<sip:a@h>", "sip:a@h", "a" },
	{ ":<sip:a@h>", "sip:a@h", "a" },
	/* display names that look like more */
	{ "\"<sip:b@h>\" <sip:a@h>", "sip:a@h", "a" },
	{ "\"b\\\"<sip:b@h>\" <sip:a@h>", "sip:a@h", "a" },
	{ "\"b\\\\\" <sip:a@h>", "sip:a@h", "a" },
	{ "\"x;y,z?\" <sip:a@h>", "sip:a@h", "a" },
	{ "a? <sip:a@h>", "sip:a@h", "a" },
	{ "Doe, John <sip:a@h>", "sip:a@h", "a" },
	{ "x;y <sip:a@h>", "sip:a@h", "a" },
	{ "x;y:z <sip:a@h>", "sip:a@h", "a" },
	{ "x\";y <sip:a@h>", "sip:a@h", "a" },
	{ "x \"<sip:a@h>\" <sip:b@h>", "sip:a@h", "a" },
	{ "  \"<sip:b@h>\" <sip:a@h>", "sip:a@h", "a" },
	{ "\"<sip:b@h>\"\"<sip:a@h>\" <sip:c@h>", "sip:a@h", "a" },
	{ "\"<sip:b@h>\" sip:a@h", "\"<sip:b@h>\"", "b" },
	{ "\"\" <sip:a@h>", "sip:a@h", "a" },
	{ "\"a\"\"b\" <sip:a@h>", "sip:a@h", "a" },
	{ "\303\234nl\303\274 <sip:a@h>", "sip:a@h", "a" },
	{ "J. O'Neil (home) <sip:a@h>", "sip:a@h", "a" },
	{ "sip:b@h <sip:a@h>", "sip:a@h", "a" },
	/* without a partner */
	{ "\"b <sip:a@h>", "sip:a@h", "a" },
	{ "\"b\\\" <sip:a@h>", "sip:a@h", "a" },
	{ "\"\\\"\\\"<sip:a@h>", "sip:a@h", "a" },
	{ "<sip:a@h", "sip:a@h", "a" },
	{ "<sip:a@h;tag=1", "sip:a@h;tag=1", "a" },
	{ "<", "", NULL },
	{ "<>", "", NULL },
	{ "< >", "", NULL },
	{ "<sip:a@h><sip:b@h>", "sip:a@h", "a" },
	{ "<<sip:a@h>>", "<sip:a@h", "a" },
	{ ">sip:a@h", ">sip:a@h", "a" },
	{ "", "", NULL },
	{ " ", "", NULL },
	{ ";tag=1", "", NULL },
	{ ",", "", NULL },
	{ "?", "", NULL },
	{ "\"", "\"", NULL },
	{ "\"a\"", "\"a\"", NULL },
	/* no user */
	{ "<sip:h>", "sip:h", NULL },
	{ "<sip:h:5060>", "sip:h:5060", NULL },
	{ "<sip:@h>", "sip:@h", NULL },
	{ "<sip::b@h>", "sip::b@h", NULL },
	{ "<sip:>", "sip:", NULL },
	{ "<sip>", "sip", NULL },
	{ "<a@h>", "a@h", NULL },
	{ "<*>", "*", NULL },
	{ "<sip:[2001:db8::1]:5060>", "sip:[2001:db8::1]:5060", NULL },
	{ "<urn:service:sos>", "urn:service:sos", NULL },
	/* what users look like */
	{ "<sip:a@[2001:db8::1]:5060>", "sip:a@[2001:db8::1]:5060", "a" },
	{ "<sip:a:secret@h>", "sip:a:secret@h", "a" },
	{ "<sip:a:@h>", "sip:a:@h", "a" },
	{ "<sip:a:b:c@h>", "sip:a:b:c@h", "a" },
	{ "<SIP:A@H>", "SIP:A@H", "A" },
	{ "<sips:a@h>", "sips:a@h", "a" },
	{ "<sip:+1-555@h;user=phone>", "sip:+1-555@h;user=phone", "+1-555" },
	{ "<sip:a;x=1@h>", "sip:a;x=1@h", "a" },
	{ "<sip:a;x=1:p@h>", "sip:a;x=1:p@h", "a" },
	{ "<sip:a:p;x=1@h>", "sip:a:p;x=1@h", "a" },
	{ "<sip:;a@h>", "sip:;a@h", NULL },
	{ "<sip:a?b@h>", "sip:a?b@h", "a?b" },
	{ "<sip:a%40b@h>", "sip:a%40b@h", "a%40b" },
	{ "<sip:a@b@h>", "sip:a@b@h", "a" },
	{ "<sip:\"a\"@h>", "sip:\"a\"@h", "\"a\"" },
	{ "<sip:a b@h>", "sip:a b@h", "a b" },
	{ "<sip:\303\274@h>", "sip:\303\274@h", "\303\274" },
	/* telephone numbers */
	{ "<tel:+15551234>", "tel:+15551234", "+15551234" },
	{ "<tel:+15551234;phone-context=x>", "tel:+15551234;phone-context=x",
	  "+15551234" },
	{ "<TEL:911;phone-context=a@b>", "TEL:911;phone-context=a@b", NULL },
	{ "<TEL:911;phone-context=ab>", "TEL:911;phone-context=ab", "911" },
	{ "<tel:911:1>", "tel:911:1", "911" },
	{ "<tel:1000#>", "tel:1000#", "1000" },
	{ "<tel:1000#;x>", "tel:1000#;x", "1000" },
	{ "<tel:#>", "tel:#", NULL },
	{ "<tel:1@2>", "tel:1@2", NULL },
	{ "<1@h?x:2@h>", "1@h?x:2@h", NULL },
	{ "<1@h#x:2@h>", "1@h#x:2@h", NULL },
	{ "<sip\0321:2@h>", "sip\0321:2@h", NULL },
	{ "<sip:1#2@h>", "sip:1#2@h", "1#2" },
	{ "<tel:>", "tel:", NULL },
	{ "<tel:;x>", "tel:;x", NULL },
	{ "tel:+15551234;tag=1", "tel:+15551234", "+15551234" },
	{ "<telx:1>", "telx:1", NULL },
	{ "<te:1>", "te:1", NULL },
	{ "<im:a@h>", "im:a@h", "a" },
};

TEST(uris)
{
	struct xsip_range uri, user;
	bool has;

	for_each(row, uris) {
		struct xsip_range block __block = block_of(row->value,
							   strlen(row->value));

		uri = xsip_value_uri(block);
		expect_text(row->value, uri, row->uri);
		has = xsip_value_user(uri, &user);
		if (has != !!row->user)
			wrong("%s: expected %s", row->value,
			      row->user ?: "no user");
		else if (has)
			expect_text(row->value, user, row->user);
	}
}

/* ---- Lists ---- */

/* A list, and its values with '|' between them. */
static const struct {
	const char *list;
	const char *values;
} lists[] = {
	{ "", "" },
	{ "<sip:a@h>", "<sip:a@h>" },
	{ "<sip:a@h>,<sip:b@h>", "<sip:a@h>|<sip:b@h>" },
	{ "<sip:a@h>;q=1 ,\r\n <sip:b@h>", "<sip:a@h>;q=1 |\r\n <sip:b@h>" },
	{ "sip:a@h, sip:b@h", "sip:a@h| sip:b@h" },
	{ "<sip:a,b@h>,x", "<sip:a,b@h>|x" },
	{ "\"a,b\" <sip:h>,x", "\"a,b\" <sip:h>|x" },
	{ "\"a\\\",b\" <sip:h>,x", "\"a\\\",b\" <sip:h>|x" },
	{ "<a>;p=\"x,y\",z", "<a>;p=\"x,y\"|z" },
	/* without a partner */
	{ "\"a,b", "\"a|b" },
	{ "<a,<b,c", "<a|<b|c" },
	{ ",a,,b,", "|a||b" },
	{ "*", "*" },
};

TEST(lists)
{
	struct xsip_values values;
	struct xsip_range value;
	char joined[64];
	size_t len;

	for_each(row, lists) {
		struct xsip_range block __block = block_of(row->list,
							   strlen(row->list));

		values = xsip_values_of(block);
		for (len = 0; xsip_values_next(&values, &value);) {
			memcpy(joined + len, value.p, xsip_range_size(value));
			len += xsip_range_size(value);
			joined[len++] = '|';
		}
		joined[len ? len - 1 : 0] = '\0';
		assert_string_equal(joined, row->values);
	}
}

/* ---- Nothing outside is read ---- */

static void check_inside(struct xsip_range part, struct xsip_range whole)
{
	assert_true(part.p >= whole.p && part.p <= part.end &&
		    part.end <= whole.end);
}

static void check_cuts(const char *value)
{
	static const char *const names[] = { "tag", "branch", "t", "abcdefgh" };
	struct xsip_range uri, part;
	size_t len;

	for (len = 0; len <= strlen(value); len++) {
		struct xsip_range block __block = block_of(value, len);

		for_each(name, names) {
			struct xsip_param_name known = name_of(*name);

			if (xsip_value_param(block, &known, &part))
				check_inside(part, block);
		}
		uri = xsip_value_uri(block);
		check_inside(uri, block);
		if (xsip_value_user(uri, &part))
			check_inside(part, uri);
	}
}

TEST(cuts)
{
	for_each(row, tags)
		check_cuts(row->value);
	for_each(row, branches)
		check_cuts(row->value);
	for_each(row, uris)
		check_cuts(row->value);
}
