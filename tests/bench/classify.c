// SPDX-License-Identifier: GPL-2.0
/*
 * classify: prints what xt_sip reads in the benchmark's messages, for
 * tests/bench/test_bench.py.
 *
 * Reads payloads from stdin, each after its length as four bytes, the lowest
 * first. Prints a line for each: class, method, whether it is malformed, the
 * attack tool, and whether it has credentials and a User-Agent, as numbers.
 */
#include <stdio.h>

#include "sip/parse.h"
#include "sip/scanner.h"

static void classify(const u8 *data, u32 size)
{
	struct xsip_parsed parsed = {
		.payload = {
			.data = data,
			.size = size,
			.window = size < SIP_WINDOW ? size : SIP_WINDOW,
		},
	};
	const struct xsip_msg *msg = &parsed.msg;

	xsip_parse(&parsed.payload, &parsed.msg);
	printf("%d %d %d %d %d %d\n", msg->class, msg->method,
	       xsip_msg_malformed(msg) != 0,
	       (int)xsip_scanner_tool(&parsed),
	       !!(msg->present & BIT(SIP_AUTHORIZATION)),
	       !!(msg->present & BIT(SIP_USER_AGENT)));
}

int main(void)
{
	static u8 space[65536];
	u8 head[4];
	u32 size;
	u8 *data;

	if (!xsip_scanner_init())
		return 1;
	while (fread(head, 1, 4, stdin) == 4) {
		size = head[0] | (u32)head[1] << 8;
		/* A payload of its own size, so that ASan sees an over-read. */
		data = malloc(size ?: 1);
		if (!data || fread(space, 1, size, stdin) != size)
			return 1;
		memcpy(data, space, size);
		classify(data, size);
		free(data);
	}
	xsip_scanner_exit();
	return 0;
}
