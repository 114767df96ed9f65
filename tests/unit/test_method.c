// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_method: every method in every case, and names that are nearly
 * one, with the end of the readable bytes at every distance.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip/method.h"
#include "sip/names.h"

/* @len bytes of @text, at the end of a heap block and before other bytes. */
static u8 method_of(const char *text, size_t len)
{
	u8 method, last = 0;
	size_t after;
	u8 *block;

	for (after = 0; after <= 20; after++) {
		block = malloc(len + after + 1);
		if (!block)
			abort();
		memcpy(block + 1, text, len);
		memset(block + 1 + len, 'A' + (int)after, after);
		method = xsip_method_of(block + 1, block + 1 + len,
					block + 1 + len + after);
		if (after)
			assert_int_equal(method, last);
		last = method;
		free(block);
	}
	return last;
}

static void test_names(void **state)
{
	size_t i, len;
	const char *name;

	(void)state;
	for (i = 0; i < XT_SIP_OTHER; i++) {
		name = xsip_method_names[i];
		for (len = 1; len < strlen(name); len++)
			assert_int_equal(method_of(name, len), XT_SIP_OTHER);
		assert_int_equal(method_of(name, len), i);
		assert_int_equal(method_of(name, len + 1), XT_SIP_OTHER);
	}
}

/* Every combination of upper and lower case. */
static void test_cases(void **state)
{
	size_t i, at, len;
	unsigned int how;
	char text[16];

	(void)state;
	for (i = 0; i < XT_SIP_OTHER; i++) {
		len = strlen(xsip_method_names[i]);
		for (how = 0; how < BIT(len); how++) {
			for (at = 0; at < len; at++)
				text[at] = (char)(xsip_method_names[i][at] |
						  (how >> at & 1 ? 0x20 : 0));
			assert_int_equal(method_of(text, len), i);
		}
	}
}

static void check_near(const char *name, size_t at)
{
	char text[16];
	int byte;

	strcpy(text, name);
	for (byte = 0; byte < 256; byte++) {
		text[at] = (char)byte;
		if (byte != name[at] && byte != (name[at] | 0x20))
			assert_int_equal(method_of(text, strlen(name)),
					 XT_SIP_OTHER);
	}
}

/* One byte differs. */
static void test_near_names(void **state)
{
	size_t i, at;

	(void)state;
	for (i = 0; i < XT_SIP_OTHER; i++)
		for (at = 0; xsip_method_names[i][at]; at++)
			check_near(xsip_method_names[i], at);
}

static void test_no_name(void **state)
{
	(void)state;
	assert_int_equal(method_of("", 0), XT_SIP_OTHER);
	assert_int_equal(method_of("SUBSCRIBER", 10), XT_SIP_OTHER);
	assert_int_equal(method_of("subscriber", 10), XT_SIP_OTHER);
	assert_int_equal(method_of("subscribf", 9), XT_SIP_OTHER);
	assert_int_equal(method_of("ACK\0", 4), XT_SIP_OTHER);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_near_names),
		cmocka_unit_test(test_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
