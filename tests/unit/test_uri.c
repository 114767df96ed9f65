// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_value: the URIs and users of From, To and Contact, with a table of
 * odd values and with random and cut ones. What it returns lies inside the
 * value and equals the result of a second, slower reader.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip/text.h"
#include "value.h"

/* ---- A table ---- */

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

static void test_uris(void **state)
{
	struct xsip_range block, uri, user;
	size_t i;
	bool has;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(uris); i++) {
		block = block_of(uris[i].value, strlen(uris[i].value));
		uri = xsip_value_uri(block);
		check_text(uris[i].value, uri, uris[i].uri);
		has = xsip_value_user(uri, &user);
		if (has != !!uris[i].user)
			fail_msg("\"%s\": expected %s", uris[i].value,
				 has ? "no user" : uris[i].user);
		if (has)
			check_text(uris[i].value, user, uris[i].user);
		block_free(block);
	}
}

/* ---- A slower reader in other words ---- */

/* A bracket; no ';' that stands after a ':' is in front of it. */
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

/* After the quoted string that begins a value, or @first. */
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

static void test_random(void **state)
{
	struct xsip_range block, uri, user;
	size_t len, end, start = 0;
	char text[64];
	int i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		len = random_value(text);
		block = block_of(text, len);
		end = slow_uri(text, len, &start);
		uri = xsip_value_uri(block);
		if (uri.p != block.p + start || uri.end != block.p + end)
			fail_msg("\"%.*s\": expected URI %zu to %zu",
				 (int)len, text, start, end);
		if (xsip_value_user(uri, &user))
			assert_true(inside(user, uri) && user.p < user.end);
		block_free(block);
	}
}

static void test_cuts(void **state)
{
	struct xsip_range block, uri, user;
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(uris); i++) {
		for (len = 0; len <= strlen(uris[i].value); len++) {
			block = block_of(uris[i].value, len);
			uri = xsip_value_uri(block);
			assert_true(inside(uri, block));
			if (xsip_value_user(uri, &user))
				assert_true(inside(user, uri));
			block_free(block);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uris),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
