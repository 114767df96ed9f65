// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_names: every name is there and differs from every other.
 * test_method.c finds the methods by theirs, the corpus has defects and tools.
 */
#include "sip/names.h"
#include "test.h"

static void check_table(const char *const *names, int first, int count)
{
	int i, j;

	for (i = first; i < count; i++) {
		assert_non_null(names[i]);
		assert_true(*names[i]);
		for (j = first; j < i; j++)
			if (!strcasecmp(names[i], names[j]))
				wrong("%s: twice", names[i]);
	}
}

TEST(tables)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	const char *name;
	int i;

	check_table(xsip_method_names, 0, XT_SIP_METHOD_COUNT);
	check_table(xsip_defect_names, 0, XT_SIP_DEFECT_COUNT);
	check_table(xsip_tool_names, SIP_TOOL_NONE + 1, SIP_TOOL_COUNT);
	assert_null(xsip_tool_names[SIP_TOOL_NONE]);
	for (i = SIP_TOOL_NONE + 1; i < SIP_TOOL_COUNT; i++) {
		name = xsip_tool_names[i];
		expect_int(name, (long)strspn(name, letters),
			   (long)strlen(name));
	}
}

/* Rules are printed in the order of the enum. */
TEST(order)
{
	int i;

	for (i = 1; i < XT_SIP_OTHER; i++)
		assert_true(strcmp(xsip_method_names[i - 1],
				   xsip_method_names[i]) < 0);
	assert_string_equal(xsip_method_names[XT_SIP_OTHER], "other");
}
