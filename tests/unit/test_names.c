// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_names: every name is there, differs from every other and is read
 * by the parser as what it stands for.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip/parse.h"

static void check_table(const char *const *names, int count)
{
	int i, j;

	for (i = 0; i < count; i++) {
		assert_non_null(names[i]);
		assert_true(strlen(names[i]));
		for (j = 0; j < i; j++)
			if (!strcasecmp(names[i], names[j]))
				fail_msg("%s: twice", names[i]);
	}
}

static void test_tables(void **state)
{
	(void)state;
	check_table(xsip_method_names, XT_SIP_METHOD_COUNT);
	check_table(xsip_defect_names, XT_SIP_DEFECT_COUNT);
}

/* Rules are printed in the order of the enum. */
static void test_order(void **state)
{
	int i;

	(void)state;
	for (i = 1; i < XT_SIP_OTHER; i++)
		assert_true(strcmp(xsip_method_names[i - 1],
				   xsip_method_names[i]) < 0);
	assert_string_equal(xsip_method_names[XT_SIP_OTHER], "other");
}

static void parse(const char *text, struct xsip_msg *msg)
{
	size_t len = strlen(text);
	struct xsip_payload payload = {
		.data = malloc(len),
		.window = (u32)len,
		.size = (u32)len,
	};

	assert_non_null(payload.data);
	memcpy((void *)payload.data, text, len);
	xsip_parse(&payload, msg);
	free((void *)payload.data);
}

static int method_of_request(const char *name)
{
	struct xsip_msg msg;
	char text[160];

	snprintf(text, sizeof(text), "%s sip:a@b SIP/2.0\r\n"
		 "CSeq: 1 %s\r\n\r\n", name, name);
	parse(text, &msg);
	assert_int_equal(msg.class, SIP_REQUEST);
	assert_false(msg.defects & BIT(XT_SIP_CSEQ));
	return msg.method;
}

static int method_of_response(const char *name)
{
	struct xsip_msg msg;
	char text[160];

	snprintf(text, sizeof(text), "SIP/2.0 200 OK\r\nCSeq: 1 %s\r\n\r\n",
		 name);
	parse(text, &msg);
	assert_int_equal(msg.class, SIP_RESPONSE);
	return msg.method;
}

static void expect(const char *name, int method)
{
	if (method_of_request(name) != method ||
	    method_of_response(name) != method)
		fail_msg("%s: request %d, response %d, expected %d", name,
			 method_of_request(name), method_of_response(name),
			 method);
}

static void test_methods(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < XT_SIP_METHOD_COUNT; i++)
		expect(xsip_method_names[i], i);
}

/* No method is a prefix or suffix of another; case does not matter. */
static void test_near_methods(void **state)
{
	const char *name;
	char near[32];
	size_t j;
	int i;

	(void)state;
	for (i = 0; i < XT_SIP_OTHER; i++) {
		name = xsip_method_names[i];
		snprintf(near, sizeof(near), "%sX", name);
		expect(near, XT_SIP_OTHER);
		snprintf(near, sizeof(near), "X%s", name);
		expect(near, XT_SIP_OTHER);
		snprintf(near, sizeof(near), "%s%s", name, name);
		expect(near, XT_SIP_OTHER);
		snprintf(near, sizeof(near), "%.*s", (int)strlen(name) - 1,
			 name);
		expect(near, XT_SIP_OTHER);
		for (j = 0; name[j]; j++) {
			strcpy(near, name);
			near[j] |= 0x20;
			expect(near, i);
			near[j] = name[j] ^ 1;
			if (near[j] != '@' && near[j] != '[')
				expect(near, XT_SIP_OTHER);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_near_methods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
