/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A walk over the messages of a packet.
 *
 * A packet has one payload or several (skb.h). The data of a TCP segment, up to
 * 64 KB and more after GRO, hold one message after the other: a body ends as
 * its Content-Length says, and the next message follows. Where that is not
 * known, since the segment begins in the middle of a message or a message is
 * cut, the walk goes on at the next start line. What is found that way is
 * doubtful: it may be part of a body. The only defect that it can have is
 * XT_SIP_AMBIGUOUS. From there to the end of the segment no length is trusted,
 * so that a body that looks like a message hides no message.
 *
 * Work is linear in the bytes of the packet: no byte is searched, parsed or
 * copied more than a few times. Bodies are skipped, not read.
 *
 * Locking: packet path, with BH disabled. From xsip_walk_start() to
 * xsip_walk_end() the caller holds this CPU's cache (cache.h), so there is one
 * walk at a time.
 */
#ifndef _XSIP_WALK_H
#define _XSIP_WALK_H

#include "cache.h"
#include "skb.h"

/**
 * struct xsip_walk - a walk over the messages of a packet
 * @parsed: the current message
 * @tool: attack tool that wrote it, or SIP_TOOL_UNASKED
 * @cache: of this CPU
 * @pkt: the packet and the rule
 * @payloads: the payloads still to come
 * @place: the current payload, from the first byte not read yet
 * @window: bytes of it
 * @window_start: where they start, from skb->data
 * @window_end: where they end
 * @count: messages found so far
 * @fresh: no rule has seen this packet before
 * @unnoted: no rule has seen it in this hook while requests were remembered
 * @prepared: @request is to be remembered
 * @request: see xsip_solicited_prepare()
 * @lost: a message was cut before @place, or begins inside of a line
 * @doubtful: the current message may be part of a body: it came after that
 */
struct xsip_walk {
	const struct xsip_parsed *parsed;
	u8 *tool;
	struct xsip_cache *cache;
	const struct xsip_pktinfo *pkt;
	struct xsip_payloads payloads;
	struct xsip_place place;
	const u8 *window;
	u32 window_start;
	u32 window_end;
	u32 count;
	u32 request;
	bool fresh;
	bool unnoted;
	bool prepared;
	bool lost;
	bool doubtful;
};

/**
 * xsip_walk_start() - start a walk at the first message
 * @walk: to be started
 * @pkt: the packet and the rule; has to live as long as the walk
 *
 * To be ended with xsip_walk_end(), whatever it returns.
 *
 * Return: whether there is a message: @walk->parsed. It is unjudged, or no
 * SIP, where the payload is; of a segment that begins in the middle of a
 * message, which is unjudged, the messages in it follow.
 */
bool xsip_walk_start(struct xsip_walk *walk, const struct xsip_pktinfo *pkt);

/**
 * xsip_walk_find() - the part of xsip_walk_next() that is not inlined
 * @walk: xsip_walk_start() has found a message
 *
 * Return: whether there is.
 */
bool xsip_walk_find(struct xsip_walk *walk);

/**
 * xsip_walk_next() - go on to the next message
 * @walk: xsip_walk_start() has found a message
 *
 * Return: whether there is another one: @walk->parsed.
 */
static inline bool xsip_walk_next(struct xsip_walk *walk)
{
	if (likely(walk->place.start >= walk->place.end &&
		   !walk->payloads.left))
		return false;
	return xsip_walk_find(walk);
}

/**
 * xsip_walk_tool() - the attack tool that wrote the message
 * @walk: xsip_walk_start() has found a message
 *
 * A doubtful message has none.
 *
 * Return: enum xsip_tool.
 */
u8 xsip_walk_tool(struct xsip_walk *walk);

/**
 * xsip_walk_finish() - the part of xsip_walk_end() that is not inlined
 * @walk: of the first rule that looks at a packet
 */
void xsip_walk_finish(struct xsip_walk *walk);

/**
 * xsip_walk_end() - end a walk, anywhere
 * @walk: started
 *
 * If this is the first rule that looks at the packet, the messages that it has
 * not looked at are counted and remembered here.
 */
static inline void xsip_walk_end(struct xsip_walk *walk)
{
	if (walk->fresh || walk->unnoted)
		xsip_walk_finish(walk);
	xsip_cache_put();
}

#endif /* _XSIP_WALK_H */
