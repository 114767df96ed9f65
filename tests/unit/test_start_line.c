// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_start: start lines of RFC 3261, variants that servers accept, and
 * lines that are none.
 */
#include "sip/start_line.h"
#include "test.h"

/*
 * What is read: a method as it is spelled and the Request-URI, or a status.
 * '!' is the defect start-line, '?' ambiguous.
 */
static const struct {
	const char *line;
	const char *found;
} rows[] = {
	{ "REGISTER sip:h SIP/2.0\r\n", "REGISTER <sip:h>" },
	{ "REGISTER sip:h SIP/2.0\n", "REGISTER <sip:h>" },
	{ "register sip:h sip/2.0\r\n", "register <sip:h>" },
	{ "OPTIONS * SIP/2.0\r\n", "OPTIONS <*>" },
	{ "REGISTER SIP/2.0 SIP/2.0\r\n", "REGISTER <SIP/2.0>" },
	{ "FOO urn:x SIP/2.0\r\n", "other FOO <urn:x>" },
	{ "REGISTER  sip:h SIP/2.0\r\n", "REGISTER <sip:h>!" },
	{ "REGISTER\tsip:h SIP/2.0\r\n", "REGISTER <sip:h>!" },
	{ "REGISTER sip:h  SIP/2.0\r\n", "REGISTER <sip:h>!" },
	{ "REGISTER sip:h\tSIP/2.0\r\n", "REGISTER <sip:h>!" },
	{ " REGISTER sip:h SIP/2.0\r\n", "REGISTER <sip:h>!" },
	{ "REGISTER sip:h SIP/2.0 \r\n", "REGISTER <sip:h>!" },
	{ "REGISTER sip:a b SIP/2.0\r\n", "REGISTER <sip:a b>!" },
	{ "REGISTER sip:h:5060SIP/2.0\r\n", "REGISTER <sip:h:5060>!" },
	{ "REGISTER sip:h SIP / 2.0\r\n", "REGISTER <sip:h>!" },
	{ "REGISTER sip:h SIP/\r\n 2.0\r\n", "REGISTER <sip:h>!" },
	{ "REGISTER sip:h SIP/2.0x\r\n", "REGISTER <sip:h>!" },
	{ "REGISTER sip:h\r\n SIP/2.0\r\n", "REGISTER <sip:h>!" },
	{ "REGISTER\r\n \r\n sip:h\r\n SIP/2.0\r\n \r\n", "REGISTER <sip:h>!" },
	{ "REGISTER SIP/2.0\r\n", "REGISTER <>!" },
	{ "REGISTER  SIP/2.0\r\n", "REGISTER <>!" },
	{ "REGISTER sip:h SIP/2.0\rVia: x\r\n", "REGISTER <sip:h>?" },
	{ "REGISTER\r\n sip:h SIP/2.0\rVia: x\r\n", "REGISTER <sip:h>!?" },
	{ "REGISTER sip:h\r SIP/2.0\r\n", "REGISTER <sip:h>!?" },
	{ "REGISTER sip:h\rSIP/2.0\r\n", "REGISTER <sip:h>!?" },
	{ "SIP/2.0 200 OK\r\n", "200" },
	{ "SIP/2.0 200\r\n", "200" },
	{ "SIP/2.0  200 OK\r\n", "200!" },
	{ "SIP / 2.0 200 OK\r\n", "200!" },
	{ " SIP/2.0 200 OK\r\n", "200!" },
	{ "SIP/2.0 200OK\r\n", "" },
	{ "SIP/2.0 20 OK\r\n", "" },
	{ "SIP/2.0 sip:h SIP/2.0\r\n", "" },
	{ "REGISTER sip:h SIP/3.0\r\n", "" },
	{ "REGISTER sip:h SIP 2.0\r\n", "" },
	{ "REGISTER sip:h SIP/2.0 x\r\n", "" },
	{ "REGISTER sip:h\r\nSIP/2.0\r\n", "" },
	{ "REGISTERSIP/2.0\r\n", "" },
	{ "SIP/2.0\r\n", "" },
	{ "\r\n", "" },
	{ "hello\r\n", "" },
};

static void describe(const struct xsip_msg *msg, const u8 *base, char *out)
{
	const char *method = msg->method == XT_SIP_OTHER ? "other " : "";

	if (msg->class == SIP_RESPONSE)
		out += sprintf(out, "%u", msg->status);
	else
		out += sprintf(out, "%s%.*s <%.*s>", method,
			       msg->name.end - msg->name.start,
			       base + msg->name.start,
			       msg->uri.end - msg->uri.start,
			       base + msg->uri.start);
	strcpy(out, msg->defects & BIT(XT_SIP_START_LINE) ? "!" : "");
}

TEST(rows)
{
	struct xsip_lines lines;
	struct xsip_msg msg;
	char found[64];

	for_each(row, rows) {
		struct xsip_range block __block = block_of(row->line,
							   strlen(row->line));

		memset(&msg, 0, sizeof(msg));
		lines = (struct xsip_lines){ .p = block.p, .end = block.end };
		*found = '\0';
		if (xsip_start_line(block.p, &lines, &msg))
			describe(&msg, block.p, found);
		if (lines.defects & BIT(XT_SIP_AMBIGUOUS) && *found)
			strcat(found, "?");
		if (strcmp(found, row->found))
			wrong("%s: %s", row->line, found);
	}
}
