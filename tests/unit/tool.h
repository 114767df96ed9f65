/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tool: ask sip_scanner about bytes. The caller has called sip_scanner_init().
 */
#ifndef _TOOL_H
#define _TOOL_H

#include "payload.h"
#include "sip_scanner.h"

static inline enum sip_tool tool_of(const u8 *data, size_t size, bool stream)
{
	enum sip_tool tool;
	struct sip_msg msg;
	struct block b;

	block_make(&b, data, size, stream);
	sip_parse(&b.payload, &msg);
	tool = sip_scanner_tool(&b.payload, &msg);
	free(b.bytes);
	return tool;
}

static inline const char *tool_name(int tool)
{
	return tool == SIP_TOOL_NONE ? "none" : sip_tool_names[tool];
}

#endif /* _TOOL_H */
