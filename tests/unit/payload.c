// SPDX-License-Identifier: GPL-2.0
/* Puts a payload in a heap block of exactly its size. */
#include "payload.h"

void block_make(struct block *b, const u8 *data, size_t size, bool stream)
{
	size_t window = size < SIP_WINDOW ? size : SIP_WINDOW;

	b->bytes = malloc(window);
	if (!b->bytes)
		abort();
	if (window)
		memcpy(b->bytes, data, window);
	b->payload = (struct xsip_payload){
		.data = b->bytes,
		.window = (u32)window,
		.size = (u32)size,
		.stream = stream,
	};
}

static bool all_inside(const struct xsip_msg *msg, u32 window)
{
	int i;

	for (i = 0; i < SIP_FIELD_COUNT; i++)
		if (!span_inside(msg->field[i], window))
			return false;
	return msg->class < SIP_CLASS_COUNT && msg->body <= window &&
		msg->method < XT_SIP_METHOD_COUNT &&
		span_inside(msg->uri, window);
}

/* Parse into a @msg that was full of @dirt. */
static u32 parse_once(const u8 *data, size_t size, bool stream, int dirt,
		      struct xsip_msg *msg)
{
	struct block b;

	memset(msg, dirt, sizeof(*msg));
	block_make(&b, data, size, stream);
	xsip_parse(&b.payload, msg);
	free(b.bytes);
	return b.payload.window;
}

const char *payload_parse(const u8 *data, size_t size, bool stream,
			  struct xsip_msg *msg)
{
	struct xsip_msg again;
	u32 window = parse_once(data, size, stream, 0xaa, msg);

	parse_once(data, size, stream, 0x55, &again);
	if (memcmp(msg, &again, sizeof(again)))
		return "two results for the same bytes";
	return all_inside(msg, window) ? NULL : "an offset outside";
}
