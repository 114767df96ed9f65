// SPDX-License-Identifier: GPL-2.0
/* Parses messages for the tests. */
#include "message.h"

static bool inside(struct xsip_span span, u32 window)
{
	return span.start <= span.end && span.end <= window;
}

static bool all_inside(const struct xsip_msg *msg, u32 window)
{
	int i;

	for (i = 0; i < SIP_FIELD_COUNT; i++)
		if (!inside(msg->field[i], window))
			return false;
	return msg->class < SIP_CLASS_COUNT && msg->body <= window &&
		msg->method < XT_SIP_METHOD_COUNT && inside(msg->uri, window);
}

struct xsip_parsed message_of(const void *data, size_t size, bool stream)
{
	size_t window = size < SIP_WINDOW ? size : SIP_WINDOW;
	struct xsip_range other __block = block_of(data, window);
	struct xsip_parsed m = {
		.payload = {
			.data = block_of(data, window).p,
			.window = (u32)window,
			.size = (u32)size,
			.stream = stream,
		},
	};
	struct xsip_payload copy = m.payload;
	struct xsip_msg again;

	memset(&m.msg, 0xaa, sizeof(m.msg));
	memset(&again, 0x55, sizeof(again));
	xsip_parse(&m.payload, &m.msg);
	copy.data = other.p;
	xsip_parse(&copy, &again);
	if (memcmp(&m.msg, &again, sizeof(again)))
		wrong("two results for the same %zu bytes", size);
	if (!all_inside(&m.msg, m.payload.window))
		wrong("an offset outside of %zu bytes", size);
	return m;
}

void message_free(struct xsip_parsed *m)
{
	free((u8 *)m->payload.data);
}
