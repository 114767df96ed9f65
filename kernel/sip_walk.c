// SPDX-License-Identifier: GPL-2.0
/* sip_walk: see sip_walk.h for the contract. */
#include <linux/netfilter.h>

#include "sip_scanner.h"
#include "sip_solicited.h"
#include "sip_stats.h"
#include "sip_walk.h"

/* Have a window start where the next message does. */
static bool fetch(struct sip_walk *walk)
{
	u32 start = walk->place.start;
	u32 size = min_t(u32, walk->place.end - start, SIP_WINDOW);

	walk->window = sip_skb_bytes(walk->asker->skb, start, size,
				     walk->memo->scratch);
	walk->window_start = start;
	walk->window_end = start + size;
	if (likely(walk->window))
		return true;
	/* Its pages are a device's. */
	walk->place.start = walk->place.end;
	return false;
}

static void set_payload(const struct sip_walk *walk, struct sip_payload *pl)
{
	u32 start = walk->place.start;

	pl->data = walk->window + (start - walk->window_start);
	pl->window = walk->window_end - start;
	pl->size = walk->place.end - start;
	pl->stream = walk->place.stream;
}

static void parse(struct sip_walk *walk)
{
	struct sip_parsed *parsed = &walk->memo->next;

	set_payload(walk, &parsed->payload);
	parsed->tool = SIP_TOOL_UNASKED;
	sip_parse(&parsed->payload, &parsed->msg);
	walk->doubtful |= parsed->msg.inside;
	parsed->doubtful = walk->doubtful;
	/* Where credentials may be hidden no body is worth to be spared. */
	if (walk->doubtful)
		parsed->msg.defects &= (u16)BIT(XT_SIP_AMBIGUOUS);
	walk->parsed = parsed;
}

/* ---- Streams: where the next message starts ---- */

/* Go on where a line starts that may begin a message. */
static void search(struct sip_walk *walk)
{
	struct sip_place *place = &walk->place;
	const u8 *end = walk->window + (walk->window_end - walk->window_start);
	const u8 *p = walk->window + (place->start - walk->window_start);
	const u8 *found = sip_parse_find_start(p, end);

	/* The start line may be the window's last one, which is cut. */
	if (found == end && walk->window_end < place->end)
		while (found > p && found[-1] != '\n')
			found--;
	place->start += (found > p ? found : end) - p;
}

/* Go on behind the message that was parsed. */
static void step_in_stream(struct sip_walk *walk)
{
	const struct sip_msg *msg = &walk->parsed->msg;
	struct sip_place *place = &walk->place;

	place->start += msg->body;
	if (!walk->doubtful && sip_msg_is_sip(msg) && msg->ended &&
	    msg->length <= place->end - place->start) {
		place->start += msg->length;
		return;
	}
	walk->doubtful = true;
	if (!msg->body)
		search(walk);
}

static void step(struct sip_walk *walk)
{
	if (unlikely(walk->place.many))
		step_in_stream(walk);
	else
		walk->place.start = walk->place.end;
}

/*
 * Is there more of a message behind the window? Where no message was found,
 * the window's first half is enough to say so: a window fetched for each line
 * that looks like one would cost the square.
 */
static bool goes_on(const struct sip_walk *walk)
{
	const struct sip_msg *msg = &walk->parsed->msg;
	u32 offset = walk->place.start - walk->window_start;

	if (walk->window_end == walk->place.end || !offset)
		return false;
	return sip_msg_is_sip(msg) ? !msg->ended : offset >= SIP_WINDOW / 2;
}

static bool next_in_stream(struct sip_walk *walk)
{
	while (walk->place.start < walk->place.end) {
		if (walk->place.start >= walk->window_end && !fetch(walk))
			return false;
		parse(walk);
		if (goes_on(walk)) {
			if (!fetch(walk))
				return false;
			parse(walk);
		}
		step_in_stream(walk);
		if (sip_msg_is_sip(&walk->parsed->msg))
			return true;
	}
	return false;
}

/* ---- All payloads ---- */

/*
 * Remember a request, so that its answer can be told from others. One that may
 * be part of a body is remembered only of who comes in: it costs nobody
 * anything unless it is answered, and what leaves may be a body of others.
 */
static void note(const struct sip_walk *walk)
{
	const struct sip_asker *asker = walk->asker;
	const struct sip_parsed *parsed = walk->parsed;
	bool leaves = asker->hook == NF_INET_LOCAL_OUT ||
		asker->hook == NF_INET_POST_ROUTING;

	if (parsed->msg.class == SIP_REQUEST && !(leaves && parsed->doubtful))
		sip_solicited_note(asker->net, asker->skb, asker->family,
				   leaves, &parsed->payload, &parsed->msg);
}

/* What is done once for a message, however many rules ask for it. */
static void see(const struct sip_walk *walk)
{
	if (walk->fresh)
		sip_stats_message(walk->asker->stats, &walk->parsed->msg);
	if (walk->unheard)
		note(walk);
}

/*
 * A packet over loopback leaves before it comes in, and translation changes
 * addresses on the way: what is remembered of it is so for each hook.
 */
static bool is_unheard(const struct sip_walk *walk)
{
	u8 bit = (u8)BIT(walk->asker->hook);

	if (!sip_solicited_used(walk->asker->net) || walk->memo->hooks & bit)
		return false;
	walk->memo->hooks |= bit;
	return true;
}

static bool find_first(struct sip_walk *walk)
{
	const struct sip_asker *asker = walk->asker;
	struct sip_payload payload;

	if (!sip_payloads_first(&walk->payloads, asker->skb, asker->family,
				&walk->place) || !fetch(walk))
		return false;
	set_payload(walk, &payload);
	walk->fresh = sip_memo_first(walk->memo, asker, &payload);
	walk->unheard = is_unheard(walk);
	walk->parsed = &walk->memo->first;
	walk->doubtful = walk->parsed->doubtful;
	return true;
}

bool sip_walk_start(struct sip_walk *walk, const struct sip_asker *asker)
{
	walk->memo = sip_memo_take();
	walk->asker = asker;
	walk->count = 1;
	walk->fresh = false;
	walk->unheard = false;
	if (!find_first(walk))
		return false;
	see(walk);
	step(walk);
	return true;
}

static bool next_payload(struct sip_walk *walk)
{
	if (!sip_payloads_next(&walk->payloads, &walk->place) || !fetch(walk))
		return false;
	parse(walk);
	step(walk);
	return true;
}

bool sip_walk_find(struct sip_walk *walk)
{
	if (!next_in_stream(walk) && !next_payload(walk))
		return false;
	walk->count++;
	see(walk);
	return true;
}

u8 sip_walk_tool(struct sip_walk *walk)
{
	struct sip_parsed *parsed = walk->parsed;

	if (parsed->doubtful)
		return SIP_TOOL_NONE;
	if (parsed->tool == SIP_TOOL_UNASKED)
		parsed->tool = sip_scanner_tool(&parsed->payload,
						&parsed->msg);
	if (parsed->tool && walk->count > walk->memo->named) {
		walk->memo->named = walk->count;
		sip_stats_add(walk->asker->stats,
			      SIP_STAT_SCANNER + parsed->tool);
	}
	return parsed->tool;
}

void sip_walk_end(struct sip_walk *walk)
{
	while ((walk->fresh || walk->unheard) && sip_walk_next(walk))
		;
	sip_memo_put();
}
