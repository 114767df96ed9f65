// SPDX-License-Identifier: GPL-2.0
/*
 * sip_cseq: numbers, methods, and what a segment of a stream has lost.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip_cseq.h"
#include "sip_method.h"

static const struct {
	const char *line;	/* the request line's method; NULL: a response */
	const char *cseq;
	u8 method;
	bool good;
	bool good_in_stream;
	u8 stream_method;
} rows[] = {
#define SAME(line, cseq, method, good) \
	{ line, cseq, method, good, good, method }
	SAME("REGISTER", "1 REGISTER", XT_SIP_REGISTER, true),
	SAME("register", "1 Register", XT_SIP_REGISTER, true),
	SAME("REGISTER", "1\t\r\n REGISTER", XT_SIP_REGISTER, true),
	SAME("REGISTER", "0 REGISTER", XT_SIP_REGISTER, true),
	SAME("REGISTER", "2147483648 REGISTER", XT_SIP_REGISTER, true),
	SAME("REGISTER", "4294967295 REGISTER", XT_SIP_REGISTER, true),
	SAME("REGISTER", "0004294967295 REGISTER", XT_SIP_REGISTER, true),
	SAME("REGISTER", "4294967296 REGISTER", XT_SIP_REGISTER, false),
	SAME("REGISTER", "10000000000 REGISTER", XT_SIP_REGISTER, false),
	SAME("REGISTER", "REGISTER", XT_SIP_REGISTER, false),
	SAME("REGISTER", "-1 REGISTER", XT_SIP_REGISTER, false),
	SAME("REGISTER", "1REGISTER", XT_SIP_REGISTER, false),
	SAME("REGISTER", "1", XT_SIP_REGISTER, false),
	SAME("REGISTER", "", XT_SIP_REGISTER, false),
	SAME("REGISTER", "1 REGISTER x", XT_SIP_REGISTER, false),
	SAME("REGISTER", "1 OPTIONS", XT_SIP_REGISTER, false),
	SAME("REGISTER", "1 XREGISTER", XT_SIP_REGISTER, false),
	SAME("FOO", "1 FOO", XT_SIP_OTHER, true),
	SAME("FOO", "1 foo", XT_SIP_OTHER, true),
	SAME("FOO", "1 BAR", XT_SIP_OTHER, false),
	SAME("FOO", "1 FO", XT_SIP_OTHER, false),
	SAME("+INVITE", "1 INVITE", XT_SIP_OTHER, false),
	SAME("ACK", "1 XACK", XT_SIP_ACK, false),
	SAME(NULL, "1 REGISTER", XT_SIP_REGISTER, true),
	SAME(NULL, "1 register", XT_SIP_REGISTER, true),
	SAME(NULL, "1 FOO", XT_SIP_OTHER, true),
	SAME(NULL, "1 REGISTER;x", XT_SIP_REGISTER, false),
	SAME(NULL, "4294967296 REGISTER", XT_SIP_REGISTER, false),
	SAME(NULL, "REGISTER", XT_SIP_REGISTER, false),
	{ "VITE", "1 INVITE", XT_SIP_OTHER, false, true, XT_SIP_INVITE },
	{ "e", "1 INVITE", XT_SIP_OTHER, false, true, XT_SIP_INVITE },
	{ "ACK", "1 PRACK", XT_SIP_ACK, false, true, XT_SIP_PRACK },
	{ "OO", "1 FOO", XT_SIP_OTHER, false, true, XT_SIP_OTHER },
};

static void check(size_t i, bool stream, bool good, u8 method)
{
	const char *line = rows[i].line ? rows[i].line : "";
	size_t line_len = strlen(line), len = strlen(rows[i].cseq);
	struct sip_msg msg = {
		.class = rows[i].line ? SIP_REQUEST : SIP_RESPONSE,
		.method = XT_SIP_OTHER,
		.present = BIT(SIP_CSEQ),
		.name = { 0, (u16)line_len },
		.field[SIP_CSEQ] = { (u16)line_len, (u16)(line_len + len) },
	};
	u8 *bytes = malloc(line_len + len + 1);

	assert_non_null(bytes);
	memcpy(bytes, line, line_len);
	memcpy(bytes + line_len, rows[i].cseq, len);
	if (rows[i].line)
		msg.method = sip_method_of(bytes, bytes + line_len,
					   bytes + line_len + len);
	sip_cseq_check(bytes, bytes + line_len + len, stream, &msg);
	if (msg.method != method || !msg.defects != good)
		fail_msg("%s, %s%s: method %d, defects %#x", line,
			 rows[i].cseq, stream ? ", stream" : "", msg.method,
			 msg.defects);
	free(bytes);
}

static void test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		check(i, false, rows[i].good, rows[i].method);
		check(i, true, rows[i].good_in_stream, rows[i].stream_method);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
