/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Puts a payload in a heap block of exactly the window's size, so that ASan
 * reports the first byte that the parser reads outside of it.
 */
#ifndef _PAYLOAD_H
#define _PAYLOAD_H

#include "sip/parse.h"

struct block {
	struct xsip_payload payload;
	u8 *bytes;
};

/**
 * block_make() - copy the window of a payload into a block of its own
 * @b: the result; free b->bytes
 * @data: the payload
 * @size: its bytes
 * @stream: is it a segment of a stream?
 */
void block_make(struct block *b, const u8 *data, size_t size, bool stream);

/**
 * payload_parse() - parse a payload twice, from two blocks
 * @data: the payload
 * @size: its bytes
 * @stream: is it a segment of a stream?
 * @msg: the result
 *
 * Return: NULL if the results are equal in every byte and all offsets lie in
 * the window, else what is wrong.
 */
const char *payload_parse(const u8 *data, size_t size, bool stream,
			  struct xsip_msg *msg);

/**
 * span_inside() - is a span one of the window's?
 * @span: the span
 * @window: bytes of the window
 *
 * Return: whether it is.
 */
static inline bool span_inside(struct xsip_span span, u32 window)
{
	return span.start <= span.end && span.end <= window;
}

/* The next value of a repeated field, as a span. */
static inline bool next_span(struct xsip_again *again, struct xsip_span *span)
{
	struct xsip_line line;

	if (!xsip_again_next(again, &line))
		return false;
	span->start = (u16)(line.value - again->payload->data);
	span->end = (u16)(line.value_end - again->payload->data);
	return true;
}

#endif /* _PAYLOAD_H */
