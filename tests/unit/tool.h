/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells which attack tool wrote a message. The caller has called
 * xsip_scanner_init().
 */
#ifndef _TOOL_H
#define _TOOL_H

#include "payload.h"
#include "sip/scanner.h"

static inline enum xsip_tool tool_of(const u8 *data, size_t size, bool stream)
{
	enum xsip_tool tool;
	struct xsip_msg msg;
	struct block b;

	block_make(&b, data, size, stream);
	xsip_parse(&b.payload, &msg);
	tool = xsip_scanner_tool(&b.payload, &msg);
	free(b.bytes);
	return tool;
}

static inline const char *tool_name(int tool)
{
	return tool == SIP_TOOL_NONE ? "none" : xsip_tool_names[tool];
}

#endif /* _TOOL_H */
