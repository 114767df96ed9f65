/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_walk: the messages of a packet, one after the other.
 *
 * A packet has one payload or several (sip_skb.h), and the data of a TCP
 * segment, which GRO makes up to 64 KB and more long, have one message behind
 * the other: a message's body ends as its Content-Length says, then comes the
 * next. Where that is not known, since a segment begins in the middle of a
 * message or a message is cut, reading goes on at the next start line. What is
 * found so is doubtful: it may be part of a body. Of its defects only
 * XT_SIP_AMBIGUOUS counts. From there to the end of the segment no length is
 * believed, so that a body that looks like a message hides none.
 *
 * Work is linear in the bytes of the packet: no byte is searched, parsed or
 * copied more than a few times. Bodies are skipped, not read.
 *
 * Locking: packet path, with BH disabled. From sip_walk_start() to
 * sip_walk_end() the caller has what this CPU remembers (sip_memo.h), so there
 * is one walk at a time.
 */
#ifndef _SIP_WALK_H
#define _SIP_WALK_H

#include "sip_memo.h"
#include "sip_skb.h"

/**
 * struct sip_walk - a walk over the messages of a packet
 * @parsed: the message that it has come to
 * @memo: what this CPU remembers
 * @asker: which rule asks, for which packet
 * @payloads: the payloads still to come
 * @place: the payload that is read; it starts with the bytes not read yet
 * @window: bytes of it
 * @window_start: where they start, from skb->data
 * @window_end: where they end
 * @count: messages found so far
 * @fresh: no rule has seen this packet before
 * @unheard: no rule has seen it in this hook while requests were remembered
 * @doubtful: a message was cut before @place, or begins inside of a line
 */
struct sip_walk {
	struct sip_parsed *parsed;
	struct sip_memo *memo;
	const struct sip_asker *asker;
	struct sip_payloads payloads;
	struct sip_place place;
	const u8 *window;
	u32 window_start;
	u32 window_end;
	u32 count;
	bool fresh;
	bool unheard;
	bool doubtful;
};

/**
 * sip_walk_start() - start a walk at the first message
 * @walk: to be started
 * @asker: which rule asks, for which packet; has to stay as long as the walk
 *
 * To be ended with sip_walk_end(), whatever it returns.
 *
 * Return: whether there is a message: @walk->parsed. It is unjudged, or no
 * SIP, where the payload is; of a segment that begins in the middle of a
 * message, which is unjudged, the messages in it follow.
 */
bool sip_walk_start(struct sip_walk *walk, const struct sip_asker *asker);

/**
 * sip_walk_find() - what sip_walk_next() does where there may be another one
 * @walk: sip_walk_start() has found a message
 *
 * Return: whether there is.
 */
bool sip_walk_find(struct sip_walk *walk);

/**
 * sip_walk_next() - go on to the next message
 * @walk: sip_walk_start() has found a message
 *
 * Return: whether there is another one: @walk->parsed.
 */
static inline bool sip_walk_next(struct sip_walk *walk)
{
	if (likely(walk->place.start >= walk->place.end &&
		   !walk->payloads.left))
		return false;
	return sip_walk_find(walk);
}

/**
 * sip_walk_tool() - the attack tool that wrote the message
 * @walk: sip_walk_start() has found a message
 *
 * Nobody is said to use one for what may be part of a body.
 *
 * Return: enum sip_tool.
 */
u8 sip_walk_tool(struct sip_walk *walk);

/**
 * sip_walk_end() - end a walk, anywhere
 * @walk: started
 *
 * The first rule that asks for a packet sees all of it: what it has left is
 * counted, and remembered, here.
 */
void sip_walk_end(struct sip_walk *walk);

#endif /* _SIP_WALK_H */
