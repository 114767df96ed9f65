// SPDX-License-Identifier: GPL-2.0
/* Tests xsip_cseq: numbers, methods, and what a segment has lost. */
#include "sip/cseq.h"
#include "sip/method.h"
#include "test.h"

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
	u8 method;		/* in a stream */
	u8 alone;		/* in a datagram, where it is a defect */
} cuts[] = {
	{ "VITE", "1 INVITE", XT_SIP_INVITE, XT_SIP_OTHER },
	{ "e", "1 INVITE", XT_SIP_INVITE, XT_SIP_OTHER },
	{ "ACK", "1 PRACK", XT_SIP_PRACK, XT_SIP_ACK },
	{ "OO", "1 FOO", XT_SIP_OTHER, XT_SIP_OTHER },
	{ "+INVITE", "1 INVITE", XT_SIP_INVITE, XT_SIP_OTHER },
	{ "lloINVITE", "1 invite", XT_SIP_INVITE, XT_SIP_OTHER },
	{ "xFOO", "1 FOO", XT_SIP_OTHER, XT_SIP_OTHER },
};

static void check(const char *line, const char *cseq, bool stream, bool good,
		  u8 method)
{
	size_t line_len = line ? strlen(line) : 0;
	struct xsip_range block __block = { NULL, NULL };
	struct xsip_msg msg = {
		.class = line ? SIP_REQUEST : SIP_RESPONSE,
		.method = XT_SIP_OTHER,
		.present = BIT(SIP_CSEQ),
		.name = { 0, (u16)line_len },
	};
	char text[64];

	snprintf(text, sizeof(text), "%s%s", line ? line : "", cseq);
	block = block_of(text, strlen(text));
	msg.field[SIP_CSEQ].start = (u16)line_len;
	msg.field[SIP_CSEQ].end = (u16)strlen(text);
	if (line)
		msg.method = xsip_method_of(block.p, block.p + line_len,
					    block.end);
	xsip_cseq_check(block.p, block.end, stream, &msg);
	if (msg.method != method || !msg.defects != good)
		wrong("%s, %s%s: method %d, defects %#x", line, cseq,
		      stream ? ", stream" : "", msg.method, msg.defects);
}

TEST(rows)
{
	for_each(row, rows) {
		check(row->line, row->cseq, false, row->good, row->method);
		check(row->line, row->cseq, true, row->good, row->method);
	}
	for_each(row, cuts) {
		check(row->line, row->cseq, false, false, row->alone);
		check(row->line, row->cseq, true, true, row->method);
	}
}
