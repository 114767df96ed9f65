// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_cseq: numbers, methods, and what a segment of a stream has lost.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip/cseq.h"
#include "sip/method.h"

static const struct {
	const char *line;	/* the request's method; NULL: a response */
	const char *cseq;
	u8 method;		/* that the message gets */
	bool good;
} rows[] = {
	{ "REGISTER", "1 REGISTER", XT_SIP_REGISTER, true },
	{ "register", "1 Register", XT_SIP_REGISTER, true },
	{ "REGISTER", "1\t\r\n REGISTER", XT_SIP_REGISTER, true },
	{ "REGISTER", "0 REGISTER", XT_SIP_REGISTER, true },
	{ "REGISTER", "2147483648 REGISTER", XT_SIP_REGISTER, true },
	{ "REGISTER", "4294967295 REGISTER", XT_SIP_REGISTER, true },
	{ "REGISTER", "0004294967295 REGISTER", XT_SIP_REGISTER, true },
	{ "REGISTER", "4294967296 REGISTER", XT_SIP_REGISTER, false },
	{ "REGISTER", "10000000000 REGISTER", XT_SIP_REGISTER, false },
	{ "REGISTER", "REGISTER", XT_SIP_REGISTER, false },
	{ "REGISTER", "-1 REGISTER", XT_SIP_REGISTER, false },
	{ "REGISTER", "1REGISTER", XT_SIP_REGISTER, false },
	{ "REGISTER", "1", XT_SIP_REGISTER, false },
	{ "REGISTER", "", XT_SIP_REGISTER, false },
	{ "REGISTER", "1 REGISTER x", XT_SIP_REGISTER, false },
	{ "REGISTER", "1 OPTIONS", XT_SIP_REGISTER, false },
	{ "REGISTER", "1 XREGISTER", XT_SIP_REGISTER, false },
	{ "FOO", "1 FOO", XT_SIP_OTHER, true },
	{ "FOO", "1 foo", XT_SIP_OTHER, true },
	{ "FOO", "1 BAR", XT_SIP_OTHER, false },
	{ "FOO", "1 FO", XT_SIP_OTHER, false },
	{ "INVITEx", "1 INVITE", XT_SIP_OTHER, false },
	{ "ACK", "1 XACK", XT_SIP_ACK, false },
	{ NULL, "1 REGISTER", XT_SIP_REGISTER, true },
	{ NULL, "1 register", XT_SIP_REGISTER, true },
	{ NULL, "1 FOO", XT_SIP_OTHER, true },
	{ NULL, "1 REGISTER;x", XT_SIP_REGISTER, false },
	{ NULL, "4294967296 REGISTER", XT_SIP_REGISTER, false },
	{ NULL, "REGISTER", XT_SIP_REGISTER, false },
};

/* In a stream these are the rest of a method, or one after a body. */
static const struct {
	const char *line;
	const char *cseq;
	u8 method;
} cuts[] = {
	{ "VITE", "1 INVITE", XT_SIP_INVITE },
	{ "e", "1 INVITE", XT_SIP_INVITE },
	{ "ACK", "1 PRACK", XT_SIP_PRACK },
	{ "OO", "1 FOO", XT_SIP_OTHER },
	{ "+INVITE", "1 INVITE", XT_SIP_INVITE },
	{ "lloINVITE", "1 invite", XT_SIP_INVITE },
	{ "xFOO", "1 FOO", XT_SIP_OTHER },
};

static void check(const char *method_name, const char *cseq, bool stream,
		  bool good, u8 method)
{
	const char *line = method_name ? method_name : "";
	size_t line_len = strlen(line), len = strlen(cseq);
	struct xsip_msg msg = {
		.class = method_name ? SIP_REQUEST : SIP_RESPONSE,
		.method = XT_SIP_OTHER,
		.present = BIT(SIP_CSEQ),
		.name = { 0, (u16)line_len },
		.field[SIP_CSEQ] = { (u16)line_len, (u16)(line_len + len) },
	};
	u8 *bytes = malloc(line_len + len + 1);

	assert_non_null(bytes);
	memcpy(bytes, line, line_len);
	memcpy(bytes + line_len, cseq, len);
	if (method_name)
		msg.method = xsip_method_of(bytes, bytes + line_len,
					    bytes + line_len + len);
	xsip_cseq_check(bytes, bytes + line_len + len, stream, &msg);
	if (msg.method != method || !msg.defects != good)
		fail_msg("%s, %s%s: method %d, defects %#x", line, cseq,
			 stream ? ", stream" : "", msg.method, msg.defects);
	free(bytes);
}

static void test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		check(rows[i].line, rows[i].cseq, false, rows[i].good,
		      rows[i].method);
		check(rows[i].line, rows[i].cseq, true, rows[i].good,
		      rows[i].method);
	}
}

static void test_cuts(void **state)
{
	size_t i, len;
	u8 method;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cuts); i++) {
		len = strlen(cuts[i].line);
		method = xsip_method_of((const u8 *)cuts[i].line,
					(const u8 *)cuts[i].line + len,
					(const u8 *)cuts[i].line + len);
		check(cuts[i].line, cuts[i].cseq, false, false, method);
		check(cuts[i].line, cuts[i].cseq, true, true, cuts[i].method);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
