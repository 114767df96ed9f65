// SPDX-License-Identifier: GPL-2.0
/*
 * sip_value over tables of odd values, and over random and cut ones: what it
 * returns lies inside, and is what slower readers in other words find.
 *
 * Every value lies in a heap block of its own size, so that ASan sees the
 * first byte read outside of it.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>

#include "random.h"
#include "sip_text.h"
#include "sip_value.h"

static struct sip_range block_of(const char *text, size_t len)
{
	u8 *block = malloc(len);

	if (!block)
		abort();
	if (len)
		memcpy(block, text, len);
	return (struct sip_range){ block, block + len };
}

static void block_free(struct sip_range block)
{
	free((u8 *)block.p);
}

static bool inside(struct sip_range part, struct sip_range whole)
{
	return part.p >= whole.p && part.p <= part.end &&
		part.end <= whole.end;
}

static void check_text(const char *value, struct sip_range got,
		       const char *expected)
{
	size_t len = sip_range_size(got);

	if (len != strlen(expected) || memcmp(got.p, expected, len))
		fail_msg("\"%s\": got \"%.*s\", expected \"%s\"", value,
			 (int)len, (const char *)got.p, expected);
}

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

static struct sip_param_name name_of(const char *name)
{
	const u8 *p = (const u8 *)name;

	return (struct sip_param_name){
		sip_word(p, p + strlen(name)), (u32)strlen(name),
	};
}

static void check_param(const char *value, const char *name,
			const char *expected)
{
	struct sip_range block = block_of(value, strlen(value));
	struct sip_param_name known = name_of(name);
	struct sip_range param;
	const u8 *start;

	start = sip_value_param_at(block, &known);
	if (!start != !expected ||
	    sip_value_param(block, &known, &param) != !!expected)
		fail_msg("\"%s\": expected %s", value,
			 expected ? expected : "no parameter");
	if (expected) {
		assert_ptr_equal(start, param.p);
		check_text(value, param, expected);
	}
	block_free(block);
}

static void test_params(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(tags); i++)
		check_param(tags[i].value, "tag", tags[i].tag);
	for (i = 0; i < ARRAY_SIZE(branches); i++)
		check_param(branches[i].value, "branch", branches[i].branch);
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
	{ "<TEL:911;phone-context=a@b>", "TEL:911;phone-context=a@b", "911" },
	{ "<tel:911:1>", "tel:911:1", "911" },
	{ "<tel:>", "tel:", NULL },
	{ "<tel:;x>", "tel:;x", NULL },
	{ "tel:+15551234;tag=1", "tel:+15551234", "+15551234" },
	{ "<telx:1>", "telx:1", NULL },
	{ "<te:1>", "te:1", NULL },
	{ "<im:a@h>", "im:a@h", "a" },
};

static void test_uris(void **state)
{
	struct sip_range block, uri, user;
	size_t i;
	bool has;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(uris); i++) {
		block = block_of(uris[i].value, strlen(uris[i].value));
		uri = sip_value_uri(block);
		check_text(uris[i].value, uri, uris[i].uri);
		has = sip_value_user(uri, &user);
		if (has != !!uris[i].user)
			fail_msg("\"%s\": expected %s", uris[i].value,
				 has ? "no user" : uris[i].user);
		if (has)
			check_text(uris[i].value, user, uris[i].user);
		block_free(block);
	}
}

/* ---- Slower readers in other words ---- */

/*
 * What each byte is, outside of everything (' ') or inside of quotes ('"') or
 * brackets ('<'), the partners included: a try at every quote and bracket,
 * from the left. Without @brackets a bracket is a byte as others.
 */
static void paint(const char *text, size_t len, bool brackets, char *what)
{
	size_t i = 0, to;

	memset(what, ' ', len);
	while (i < len) {
		to = i;
		if (text[i] == '"')
			for (to = i + 1; to < len && text[to] != '"'; to++)
				to += text[to] == '\\' && to + 1 < len;
		else if (text[i] == '<' && brackets)
			while (to < len && text[to] != '>')
				to++;
		if (to > i && to < len) {
			memset(what + i, text[i], to + 1 - i);
			i = to;
		}
		i++;
	}
}

static bool is_lws(char c)
{
	return c && strchr(" \t\r\n", c);
}

static size_t after_lws(const char *text, size_t len, size_t i)
{
	while (i < len && is_lws(text[i]))
		i++;
	return i;
}

/* The end of the parameter "t" at @i; -1 if it has none there. */
static long slow_param_at(const char *text, size_t len, size_t i, size_t *start)
{
	char what[64];
	size_t end;

	i = after_lws(text, len, i);
	if (i == len || (text[i] != 't' && text[i] != 'T'))
		return -1;
	i = after_lws(text, len, i + 1);
	if (i == len || text[i] != '=')
		return -1;
	end = *start = after_lws(text, len, i + 1);
	paint(text + end, len - end, false, what);
	if (end < len && text[end] == '"' && what[0] != ' ') {
		for (i = 1; text[end + i] != '"'; i++)
			i += text[end + i] == '\\';
		return (long)(end + i + 1);
	}
	while (end < len && !is_lws(text[end]) && text[end] != ';' &&
	       text[end] != ',')
		end++;
	return (long)end;
}

static long slow_param(const char *text, size_t len, size_t *start)
{
	char what[64];
	size_t i;
	long end;

	paint(text, len, true, what);
	for (i = 0; i < len; i++) {
		if (what[i] != ' ')
			continue;
		if (text[i] == ',')
			return -1;
		if (text[i] != ';')
			continue;
		end = slow_param_at(text, len, i + 1, start);
		if (end >= 0)
			return end;
	}
	return -1;
}

/* A bracket; no ';' that stands behind a ':' is in front of it. */
static bool opens(const char *text, size_t from, size_t bracket)
{
	bool colon = false;
	size_t i;

	for (i = from; i < bracket; i++) {
		if (colon && text[i] == ';')
			return false;
		colon |= text[i] == ':';
	}
	return true;
}

/* Behind the quoted string that begins a value, or @first. */
static size_t after_quoted(const char *text, size_t len, size_t first)
{
	char what[64];
	size_t i = first;

	paint(text + first, len - first, false, what);
	if (first == len || text[first] != '"' || what[0] == ' ')
		return first;
	for (i = first + 1; text[i] != '"'; i++)
		i += text[i] == '\\';
	return i + 1;
}

static size_t slow_uri(const char *text, size_t len, size_t *start)
{
	size_t first = after_lws(text, len, 0);
	size_t name = after_quoted(text, len, first);
	size_t i = name;

	while (i < len && text[i] != '<')
		i++;
	if (i < len && opens(text, name, i)) {
		*start = after_lws(text, len, i + 1);
		for (i = *start; i < len && text[i] != '>'; i++)
			;
		return i;
	}
	*start = first;
	for (i = *start; i < len && !is_lws(text[i]); i++)
		if (strchr(";,?", text[i]) && text[i])
			break;
	return i;
}

/* Only of bytes that matter. */
static size_t random_value(char *text)
{
	static const char bytes[] = "\"\"\\<>;;,? \r\n:@=ttTas\377";
	size_t len = random_below(40), i;

	for (i = 0; i < len; i++)
		text[i] = random_below(60) ?
			bytes[random_below(sizeof(bytes) - 1)] : '\0';
	return len;
}

static void test_random(void **state)
{
	struct sip_range block, param, uri, user;
	size_t len, start = 0;
	char text[64];
	long end;
	struct sip_param_name name = name_of("t");
	bool has;
	int i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		len = random_value(text);
		block = block_of(text, len);
		end = slow_param(text, len, &start);
		has = sip_value_param(block, &name, &param);
		if (has != !(end < 0))
			fail_msg("\"%.*s\": expected end %ld", (int)len, text,
				 end);
		if (has && (param.p != block.p + start ||
			    param.end != block.p + end))
			fail_msg("\"%.*s\": expected %zu to %ld", (int)len,
				 text, start, end);
		end = (long)slow_uri(text, len, &start);
		uri = sip_value_uri(block);
		if (uri.p != block.p + start || uri.end != block.p + end)
			fail_msg("\"%.*s\": expected URI %zu to %ld",
				 (int)len, text, start, end);
		if (sip_value_user(uri, &user))
			assert_true(inside(user, uri) && user.p < user.end);
		block_free(block);
	}
}

/* ---- Nothing outside is read ---- */

static void check_inside(const char *text, size_t len)
{
	static const char *const names[] = { "tag", "branch", "t", "abcdefgh" };
	struct sip_range block = block_of(text, len);
	struct sip_param_name name;
	struct sip_range uri, part;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		name = name_of(names[i]);
		if (sip_value_param(block, &name, &part))
			assert_true(inside(part, block));
	}
	uri = sip_value_uri(block);
	assert_true(inside(uri, block));
	if (sip_value_user(uri, &part))
		assert_true(inside(part, uri) && part.p < part.end);
	if (sip_value_user(block, &part))
		assert_true(inside(part, block) && part.p < part.end);
	block_free(block);
}

static void test_cuts(void **state)
{
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(tags); i++)
		for (len = 0; len <= strlen(tags[i].value); len++)
			check_inside(tags[i].value, len);
	for (i = 0; i < ARRAY_SIZE(branches); i++)
		for (len = 0; len <= strlen(branches[i].value); len++)
			check_inside(branches[i].value, len);
	for (i = 0; i < ARRAY_SIZE(uris); i++)
		for (len = 0; len <= strlen(uris[i].value); len++)
			check_inside(uris[i].value, len);
}

static void test_any_bytes(void **state)
{
	char text[300];
	size_t len, j;
	int i;

	(void)state;
	for (i = 0; i < 30000; i++) {
		len = random_below(sizeof(text));
		for (j = 0; j < len; j++)
			text[j] = (char)random_u64();
		check_inside(text, len);
	}
}

/* ---- Work is linear ---- */

#define LONG_VALUE	8192

static double seconds_of(const char *unit)
{
	char *text = malloc(LONG_VALUE);
	struct sip_range block, part;
	clock_t start;
	size_t i;

	for (i = 0; i < LONG_VALUE; i++)
		text[i] = unit[i % strlen(unit)];
	block = block_of(text, LONG_VALUE);
	free(text);
	start = clock();
	for (i = 0; i < 10; i++) {
		sip_value_param(block, &sip_param_tag, &part);
		part = sip_value_uri(block);
		sip_value_user(part, &part);
	}
	block_free(block);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/*
 * Whatever is repeated for 8 KB: the square of it would take 1000 times as
 * long as plain text.
 */
static void test_linear(void **state)
{
	static const char *const units[] = {
		"<", "\"", "\\\"", "\"\\", "<\"", ";<", ";\"", ";\\\"", ";tag",
		";tag ", "; ", ";tag=", "<>", "\"\"", ";x=\"\\\"", "sip:", ":",
		"<sip:a@h>;x=<", "\"\\\"<;",
	};
	double plain = 0.001 + seconds_of("abc");
	double seconds;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		seconds = seconds_of(units[i]);
		if (seconds > 50 * plain)
			fail_msg("8 KB of %s: %g s, plain text %g s", units[i],
				 seconds, plain);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_uris),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
