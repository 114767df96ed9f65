// SPDX-License-Identifier: GPL-2.0
/* Finds the messages of a packet, one after the other. */
#include "proof.h"
#include "sip/scanner.h"
#include "solicited.h"
#include "stats.h"
#include "walk.h"

/* Have a window start where the next message does. */
static bool fetch(struct xsip_walk *walk)
{
	u32 start = walk->place.start;
	u32 size = min_t(u32, walk->place.end - start, SIP_WINDOW);

	walk->window = xsip_skb_bytes(walk->pkt->skb, start, size,
				      walk->cache->scratch);
	walk->window_start = start;
	walk->window_end = start + size;
	if (likely(walk->window))
		return true;
	/* Its pages are a device's. */
	walk->place.start = walk->place.end;
	return false;
}

static void set_payload(const struct xsip_walk *walk, struct xsip_payload *pl)
{
	u32 start = walk->place.start;

	pl->data = walk->window + (start - walk->window_start);
	pl->window = walk->window_end - start;
	pl->size = walk->place.end - start;
	pl->stream = walk->place.stream;
}

static void parse(struct xsip_walk *walk)
{
	struct xsip_parsed *parsed = &walk->cache->next;

	set_payload(walk, &parsed->payload);
	xsip_parse(&parsed->payload, &parsed->msg);
	walk->lost |= parsed->msg.inside;
	walk->doubtful = walk->lost;
	/* This defect counts even in a body: it may hide credentials. */
	if (walk->doubtful)
		parsed->msg.defects &= (u16)BIT(XT_SIP_AMBIGUOUS);
	walk->parsed = parsed;
	walk->tool = &walk->cache->next_tool;
	*walk->tool = SIP_TOOL_UNASKED;
}

/* ---- Streams: where the next message starts ---- */

/* Go on where a line starts that may begin a message. */
static void search(struct xsip_walk *walk)
{
	struct xsip_place *place = &walk->place;
	const u8 *end = walk->window + (walk->window_end - walk->window_start);
	const u8 *p = walk->window + (place->start - walk->window_start);
	const u8 *found = xsip_parse_find_start(p, end);

	/* The start line may be the window's last one, which is cut. */
	if (found == end && walk->window_end < place->end)
		while (found > p && found[-1] != '\n')
			found--;
	place->start += (found > p ? found : end) - p;
}

/* Go on after the current message. */
static void step_in_stream(struct xsip_walk *walk)
{
	const struct xsip_msg *msg = &walk->parsed->msg;
	struct xsip_place *place = &walk->place;

	place->start += msg->body;
	if (!walk->lost && xsip_msg_is_sip(msg) && msg->ended &&
	    msg->length <= place->end - place->start) {
		place->start += msg->length;
		return;
	}
	walk->lost = true;
	if (!msg->body)
		search(walk);
}

static void step(struct xsip_walk *walk)
{
	if (unlikely(walk->place.many))
		step_in_stream(walk);
	else
		walk->place.start = walk->place.end;
}

/*
 * Is there more of a message after the window? Where no message was found,
 * the window's first half is enough to say so: a window fetched for each line
 * that looks like one would cost the square.
 */
static bool goes_on(const struct xsip_walk *walk)
{
	const struct xsip_msg *msg = &walk->parsed->msg;
	u32 offset = walk->place.start - walk->window_start;

	if (walk->window_end == walk->place.end || !offset)
		return false;
	return xsip_msg_is_sip(msg) ? !msg->ended : offset >= SIP_WINDOW / 2;
}

static bool next_in_stream(struct xsip_walk *walk)
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
		if (xsip_msg_is_sip(&walk->parsed->msg))
			return true;
	}
	return false;
}

/* ---- All payloads ---- */

static void remember(struct xsip_walk *walk)
{
	if (walk->prepared)
		xsip_solicited_remember(walk->pkt->net, walk->request);
	walk->prepared = false;
}

/*
 * Have a request remembered, so that its response can be recognised: once the
 * rule has looked at it. A request that may be part of a body is remembered
 * only if it comes in: that has no effect unless it is answered. The body of a
 * message that leaves may be written by others.
 */
static void note(struct xsip_walk *walk)
{
	const struct xsip_pktinfo *pkt = walk->pkt;
	const struct xsip_parsed *parsed = walk->parsed;
	bool leaves = xsip_pktinfo_leaves(pkt);

	remember(walk);
	if (xsip_proof_used(pkt->net) && !walk->doubtful)
		xsip_proof_note(pkt, leaves, parsed);
	if (parsed->msg.class == SIP_REQUEST && !(leaves && walk->doubtful))
		walk->prepared = xsip_solicited_prepare(pkt->net, pkt->skb,
							pkt->family, leaves,
							parsed,
							&walk->request);
}

/* What is done once for a message, however many rules look at it. */
static void account(struct xsip_walk *walk)
{
	if (walk->fresh)
		xsip_stats_message(walk->pkt->net->stats, &walk->parsed->msg);
	if (walk->unnoted)
		note(walk);
}

/*
 * A packet over loopback leaves before it comes in, and NAT changes addresses
 * on the way, so requests are remembered in each hook.
 */
static bool is_unnoted(const struct xsip_walk *walk)
{
	return xsip_solicited_used(walk->pkt->net) &&
		!(walk->cache->hooks & BIT(walk->pkt->hook));
}

static bool find_first(struct xsip_walk *walk)
{
	const struct xsip_pktinfo *pkt = walk->pkt;
	struct xsip_payload payload;

	if (!xsip_payloads_first(&walk->payloads, pkt->skb, pkt->family,
				 &walk->place) || !fetch(walk))
		return false;
	set_payload(walk, &payload);
	if (pkt->classes != SIP_CLASSES && !walk->payloads.left &&
	    !is_unnoted(walk) &&
	    xsip_cache_rules_out(walk->cache, pkt, &payload))
		return false;
	walk->fresh = xsip_cache_first(walk->cache, pkt, &payload);
	walk->unnoted = is_unnoted(walk);
	if (walk->unnoted)
		walk->cache->hooks |= (u8)BIT(pkt->hook);
	walk->parsed = &walk->cache->first;
	walk->tool = &walk->cache->first_tool;
	walk->lost = walk->parsed->msg.inside;
	walk->doubtful = walk->lost;
	return true;
}

bool xsip_walk_start(struct xsip_walk *walk, const struct xsip_pktinfo *pkt)
{
	walk->cache = xsip_cache_take();
	walk->pkt = pkt;
	walk->count = 1;
	walk->fresh = false;
	walk->unnoted = false;
	walk->prepared = false;
	if (!find_first(walk))
		return false;
	account(walk);
	step(walk);
	return true;
}

static bool next_payload(struct xsip_walk *walk)
{
	if (!xsip_payloads_next(&walk->payloads, &walk->place) || !fetch(walk))
		return false;
	parse(walk);
	step(walk);
	return true;
}

bool xsip_walk_find(struct xsip_walk *walk)
{
	if (!next_in_stream(walk) && !next_payload(walk))
		return false;
	walk->count++;
	account(walk);
	return true;
}

u8 xsip_walk_tool(struct xsip_walk *walk)
{
	if (walk->doubtful)
		return SIP_TOOL_NONE;
	if (*walk->tool == SIP_TOOL_UNASKED)
		*walk->tool = xsip_scanner_tool(walk->parsed);
	if (*walk->tool && walk->count > walk->cache->named) {
		walk->cache->named = walk->count;
		xsip_stats_add(walk->pkt->net->stats,
			       SIP_STAT_SCANNER + *walk->tool);
	}
	return *walk->tool;
}

void xsip_walk_finish(struct xsip_walk *walk)
{
	while (xsip_walk_next(walk))
		;
	remember(walk);
}
