// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_start: start lines of RFC 3261, variants that servers accept, and
 * lines that are none.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip/start_line.h"

#define BAD		BIT(XT_SIP_START_LINE)

static const struct {
	const char *text;
	int method;		/* of a request; -1: a response; -2: nothing */
	const char *uri;	/* of a request; of a response, the status */
	u32 defects;
} rows[] = {
	{ "REGISTER sip:h SIP/2.0\r\n", XT_SIP_REGISTER, "sip:h", 0 },
	{ "REGISTER sip:h SIP/2.0\n", XT_SIP_REGISTER, "sip:h", 0 },
	{ "register sip:h sip/2.0\r\n", XT_SIP_REGISTER, "sip:h", 0 },
	{ "FOO urn:x SIP/2.0\r\n", XT_SIP_OTHER, "urn:x", 0 },
	{ "REGISTER  sip:h SIP/2.0\r\n", XT_SIP_REGISTER, "sip:h", BAD },
	{ "REGISTER\tsip:h SIP/2.0\r\n", XT_SIP_REGISTER, "sip:h", BAD },
	{ " REGISTER sip:h SIP/2.0\r\n", XT_SIP_REGISTER, "sip:h", BAD },
	{ "REGISTER sip:h SIP/2.0 \r\n", XT_SIP_REGISTER, "sip:h", BAD },
	{ "REGISTER sip:a b SIP/2.0\r\n", XT_SIP_REGISTER, "sip:a b", BAD },
	{ "REGISTER sip:hSIP/2.0\r\n", XT_SIP_REGISTER, "sip:h", BAD },
	{ "REGISTER sip:h SIP / 2.0\r\n", XT_SIP_REGISTER, "sip:h", BAD },
	{ "REGISTER sip:h SIP/2.0x\r\n", XT_SIP_REGISTER, "sip:h", BAD },
	{ "REGISTER sip:h\r\n SIP/2.0\r\n", XT_SIP_REGISTER, "sip:h", BAD },
	{ "REGISTER SIP/2.0\r\n", XT_SIP_REGISTER, "", BAD },
	{ "REGISTER sip:h SIP/2.0\rVia: x\r\n", XT_SIP_REGISTER, "sip:h",
	  BIT(XT_SIP_AMBIGUOUS) },
	{ "REGISTER\r\n sip:h SIP/2.0\rVia: x\r\n", XT_SIP_REGISTER, "sip:h",
	  BAD | BIT(XT_SIP_AMBIGUOUS) },
	{ "SIP/2.0 200 OK\r\n", -1, "200", 0 },
	{ "SIP/2.0 200\r\n", -1, "200", 0 },
	{ "SIP/2.0  200 OK\r\n", -1, "200", BAD },
	{ "SIP / 2.0 200 OK\r\n", -1, "200", BAD },
	{ " SIP/2.0 200 OK\r\n", -1, "200", BAD },
	{ "SIP/2.0 200OK\r\n", -2, NULL, 0 },
	{ "SIP/2.0 20 OK\r\n", -2, NULL, 0 },
	{ "REGISTER sip:h SIP/3.0\r\n", -2, NULL, 0 },
	{ "REGISTER sip:h SIP 2.0\r\n", -2, NULL, 0 },
	{ "REGISTER sip:h\r\nSIP/2.0\r\n", -2, NULL, 0 },
	{ "SIP/2.0\r\n", -2, NULL, 0 },
	{ "\r\n", -2, NULL, 0 },
	{ "hello\r\n", -2, NULL, 0 },
};

static void check(size_t i)
{
	size_t len = strlen(rows[i].text);
	struct xsip_msg msg = { .class = 0 };
	struct xsip_lines lines;
	u8 *bytes = malloc(len);
	bool found;
	char uri[64] = "";

	assert_non_null(bytes);
	memcpy(bytes, rows[i].text, len);
	lines = (struct xsip_lines){ .p = bytes, .end = bytes + len };
	found = xsip_start_line(bytes, &lines, &msg);
	if (found && msg.class == SIP_REQUEST)
		snprintf(uri, sizeof(uri), "%.*s", msg.uri.end - msg.uri.start,
			 bytes + msg.uri.start);
	else if (found)
		snprintf(uri, sizeof(uri), "%u", msg.status);
	msg.defects |= lines.defects & BIT(XT_SIP_AMBIGUOUS);
	if (found != (rows[i].method != -2) ||
	    (rows[i].method == -1 && msg.class != SIP_RESPONSE) ||
	    (rows[i].method >= 0 && msg.class != SIP_REQUEST) ||
	    (rows[i].method >= 0 && msg.method != rows[i].method) ||
	    (found && (strcmp(uri, rows[i].uri) ||
		       msg.defects != rows[i].defects)))
		fail_msg("%s: found %d, class %d, method %d, %s, defects %#x",
			 rows[i].text, found, msg.class, msg.method, uri,
			 msg.defects);
	free(bytes);
}

static void test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		check(i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
