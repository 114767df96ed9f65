// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_value with tables of odd values and with random and cut ones. What
 * it returns lies inside the value and equals the result of a second, slower
 * reader. test_uri.c tests URIs.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>

#include "sip/text.h"
#include "value.h"

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
	struct xsip_range block = block_of(value, strlen(value));
	struct xsip_param_name known = name_of(name);
	struct xsip_range param;
	const u8 *start;

	start = xsip_value_param_at(block, &known);
	if (!start != !expected ||
	    xsip_value_param(block, &known, &param) != !!expected)
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

/* ---- A slower reader in other words ---- */

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

static void test_random(void **state)
{
	struct xsip_param_name name = name_of("t");
	struct xsip_range block, param;
	size_t len, start = 0;
	char text[64];
	long end;
	bool has;
	int i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		len = random_value(text);
		block = block_of(text, len);
		end = slow_param(text, len, &start);
		has = xsip_value_param(block, &name, &param);
		if (has != !(end < 0))
			fail_msg("\"%.*s\": expected end %ld", (int)len, text,
				 end);
		if (has && (param.p != block.p + start ||
			    param.end != block.p + end))
			fail_msg("\"%.*s\": expected %zu to %ld", (int)len,
				 text, start, end);
		block_free(block);
	}
}

/* ---- Nothing outside is read ---- */

static void check_inside(const char *text, size_t len)
{
	static const char *const names[] = { "tag", "branch", "t", "abcdefgh" };
	struct xsip_range block = block_of(text, len);
	struct xsip_param_name name;
	struct xsip_range uri, part;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		name = name_of(names[i]);
		if (xsip_value_param(block, &name, &part))
			assert_true(inside(part, block));
	}
	uri = xsip_value_uri(block);
	assert_true(inside(uri, block));
	if (xsip_value_user(uri, &part))
		assert_true(inside(part, uri) && part.p < part.end);
	if (xsip_value_user(block, &part))
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
	struct xsip_range block, part;
	clock_t start;
	size_t i;

	for (i = 0; i < LONG_VALUE; i++)
		text[i] = unit[i % strlen(unit)];
	block = block_of(text, LONG_VALUE);
	free(text);
	start = clock();
	for (i = 0; i < 10; i++) {
		xsip_value_param(block, &xsip_param_tag, &part);
		part = xsip_value_uri(block);
		xsip_value_user(part, &part);
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
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
