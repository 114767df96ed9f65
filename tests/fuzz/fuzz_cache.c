// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes cache.c and walk.c, on one CPU and with packets that are only a
 * payload (tests/unit/fake): what is remembered equals a fresh parse of the
 * same bytes, a packet is counted once, and its request remembered once in
 * each hook, whatever came before. Then the same bytes are a TCP segment: the
 * messages that a walk finds lie inside it.
 *
 * An input: the number of steps, 3 bytes for each, and a message. A step gives
 * a rule a packet with the message or something like it: flags (2 bits what is
 * changed, stream, 2 bits which skb, 2 bits which rule, whether its tool is
 * asked for) and the place of the change, 15 bits; the last one says whether
 * the ruleset is loaded again before, the lowest one whether requests are
 * remembered. Its bytes are gone after the step, as those of a packet are.
 */
#include "fuzz.h"
#include "packet.h"
#include "cache.c"
#include "walk.c"

#define STEPS_MAX	16
#define STEP		3

enum change {
	NO_CHANGE,
	OTHER_BYTE,
	CUT,
	LONGER,		/* than the window: what follows is "x" */
};

/* What the tested code told the statistics. */
static unsigned int messages;
static unsigned int tools;

/* The packet is a segment with messages one after the other. */
static bool many;

bool xsip_payloads_first(struct xsip_payloads *p, const struct sk_buff *skb,
			 u8 family, struct xsip_place *place)
{
	(void)family;
	p->left = 0;
	if (!skb->payload)
		return false;
	*place = (struct xsip_place){
		.end = skb->payload->size,
		.stream = skb->payload->stream,
		.many = many,
	};
	return true;
}

bool xsip_payloads_next(struct xsip_payloads *p, struct xsip_place *place)
{
	(void)p;
	(void)place;
	return false;
}

void xsip_stats_message(struct xsip_stats *stats, const struct xsip_msg *msg)
{
	(void)stats;
	(void)msg;
	messages++;
}

void xsip_stats_add(struct xsip_stats *stats, unsigned int stat)
{
	(void)stats;
	if (stat <= SIP_STAT_SCANNER ||
	    stat >= SIP_STAT_SCANNER + SIP_TOOL_COUNT)
		fuzz_fail("counted %u as a tool", stat);
	tools++;
}

/* The packet that is the current one for the oracle. */
struct packet {
	u8 bytes[SIP_WINDOW];
	struct xsip_payload payload;
	u32 read;		/* bytes that its parse depends on */
	const struct sk_buff *skb;
	u64 rule;		/* the first that saw it */
	unsigned int tools;	/* counted for it */
	unsigned int hooks;	/* bits of where it was remembered */
	bool any;
};

static struct packet current_packet;

static struct xsip_net net;

/* Of two rules in a row one is in another hook. */
static struct xsip_pktinfo asker_of(const struct sk_buff *skb, u64 rule)
{
	return (struct xsip_pktinfo){
		.skb = skb,
		.hook = rule & 1 ? NF_INET_LOCAL_OUT : NF_INET_LOCAL_IN,
		.classes = SIP_CLASSES,
		.net = &net,
		.rule = rule,
	};
}

static bool is_same(const struct packet *packet, const struct xsip_payload *pl,
		    const struct sk_buff *skb, u64 rule)
{
	return packet->any && packet->skb == skb && packet->rule != rule &&
		packet->payload.window == pl->window &&
		packet->payload.size == pl->size &&
		packet->payload.stream == pl->stream &&
		!memcmp(packet->bytes, pl->data, packet->read);
}

/*
 * How many bytes the parse of a payload depends on: all but those of a body
 * that fills the rest of a datagram.
 */
static u32 bytes_read_of(const struct xsip_payload *pl,
			 const struct xsip_msg *msg)
{
	bool has_length = msg->present & BIT(SIP_CONTENT_LENGTH);

	if (pl->stream || !msg->ended ||
	    (has_length && msg->length < pl->size - msg->body))
		return pl->window;
	return msg->body;
}

static void check_tool(struct xsip_walk *walk, const struct xsip_payload *pl,
		       const struct xsip_msg *msg)
{
	struct xsip_parsed fresh = { .payload = *pl, .msg = *msg };
	enum xsip_tool expected = msg->inside ? SIP_TOOL_NONE :
		xsip_scanner_tool(&fresh);
	unsigned int before = tools;
	u8 tool = xsip_walk_tool(walk);

	if (tool != expected || xsip_walk_tool(walk) != expected)
		fuzz_fail("tool %u, fresh %u", tool, expected);
	current_packet.tools += tools - before;
	if (current_packet.tools > 1 || (expected && !current_packet.tools))
		fuzz_fail("tool counted %u times", current_packet.tools);
}

/* Once in each hook, if it is a request; what leaves also has to be whole. */
static void check_noted(const struct xsip_pktinfo *asker,
			const struct xsip_msg *msg)
{
	unsigned int bit = 1u << asker->hook;
	bool first = net.used && !(current_packet.hooks & bit);
	bool own = asker->hook != NF_INET_LOCAL_OUT || !msg->inside;

	if (net.noted != (first && own && msg->class == SIP_REQUEST))
		fuzz_fail("remembered %u times", net.noted);
	if (net.noted && memcmp(&net.last, msg, sizeof(*msg)))
		fuzz_fail("another request is remembered");
	if (net.left != (asker->hook == NF_INET_LOCAL_OUT ? net.noted : 0))
		fuzz_fail("it leaves, or does not");
	if (first)
		current_packet.hooks |= bit;
}

static void check_packet(const struct xsip_payload *pl,
			 const struct sk_buff *skb, u64 rule, bool ask)
{
	struct xsip_pktinfo asker = asker_of(skb, rule);
	struct packet *packet = &current_packet;
	bool same = is_same(packet, pl, skb, rule);
	unsigned int before = messages;
	const struct xsip_parsed *parsed;
	struct xsip_walk walk;
	struct xsip_msg msg;

	xsip_parse(pl, &msg);
	net.noted = 0;
	net.left = 0;
	if (!xsip_walk_start(&walk, &asker))
		fuzz_fail("nothing found");
	parsed = walk.parsed;
	if (memcmp(&parsed->msg, &msg, sizeof(msg)))
		fuzz_fail("remembered parse is not a fresh one");
	if (parsed->payload.window != pl->window ||
	    parsed->payload.size != pl->size ||
	    parsed->payload.stream != pl->stream ||
	    memcmp(parsed->payload.data, pl->data, bytes_read_of(pl, &msg)))
		fuzz_fail("remembered payload is another one");
	if (messages - before != !same)
		fuzz_fail("counted %u times", messages - before);
	if (!same) {
		*packet = (struct packet){ .payload = *pl, .skb = skb,
					   .read = bytes_read_of(pl, &msg),
					   .rule = rule, .any = true };
		memcpy(packet->bytes, pl->data, pl->window);
	}
	check_noted(&asker, &msg);
	if (ask)
		check_tool(&walk, pl, &msg);
	if (xsip_walk_next(&walk))
		fuzz_fail("found more than there is");
	xsip_walk_end(&walk);
	if (net.prepared)
		fuzz_fail("not remembered at the end");
}

/* A rule for some classes only: what it could match is not ruled out. */
static void check_ruled_out(const struct xsip_payload *pl,
			    const struct sk_buff *skb, u64 rule, u8 classes)
{
	struct xsip_pktinfo asker = asker_of(skb, rule);
	struct xsip_msg msg;
	bool out;

	asker.classes = classes;
	out = xsip_cache_rules_out(xsip_cache_take(), &asker, pl);
	xsip_cache_put();
	if (!out)
		return;
	xsip_parse(pl, &msg);
	if (BIT(msg.class) & classes)
		fuzz_fail("class %u is ruled out", msg.class);
	if (!current_packet.any || current_packet.skb != skb ||
	    current_packet.rule == rule)
		fuzz_fail("a packet that is new is ruled out");
}

/* No byte is in two messages, but for bodies that are cut. */
static void check_segment(const struct sk_buff *skb, u64 rule)
{
	struct xsip_pktinfo asker = asker_of(skb, rule);
	bool first = net.used && rule == current_packet.rule;
	const struct xsip_payload *pl;
	unsigned int requests = 0;
	struct xsip_walk walk;
	size_t at = 0, start;
	bool more;

	many = true;
	net.noted = 0;
	more = xsip_walk_start(&walk, &asker);
	for (; more; more = xsip_walk_next(&walk)) {
		pl = &walk.parsed->payload;
		start = skb->len - pl->size;
		if (pl->size > skb->len || start < at)
			fuzz_fail("message at %zu, the last ends at %zu",
				  start, at);
		if (pl->window > pl->size || pl->window > SIP_WINDOW ||
		    memcmp(pl->data, skb->data + start, pl->window))
			fuzz_fail("other bytes than the packet's");
		if (start && !xsip_msg_is_sip(&walk.parsed->msg))
			fuzz_fail("no message at %zu", start);
		requests += walk.parsed->msg.class == SIP_REQUEST &&
			!(asker.hook == NF_INET_LOCAL_OUT &&
			  walk.doubtful);
		at = start + walk.parsed->msg.body;
	}
	xsip_walk_end(&walk);
	if (net.noted != (first ? requests : 0))
		fuzz_fail("%u of %u requests remembered", net.noted, requests);
	many = false;
}

static void do_step(const u8 *step, const u8 *message, size_t size)
{
	static struct sk_buff skbs[4];
	struct sk_buff *skb = &skbs[step[0] >> 3 & 3];
	size_t place = (step[1] | (step[2] & 0x7fu) << 8) % (size + 1);
	struct xsip_payload pl = { .stream = step[0] & 4 };
	enum change change = step[0] & 3;
	static u8 long_one[SIP_WINDOW + 256];
	struct xsip_pktinfo asker;
	struct xsip_walk walk;
	static u64 rules[4];
	unsigned int i;
	u8 *block;

	if (change == CUT)
		size = place;
	if (change == LONGER && size < SIP_WINDOW) {
		memset(long_one, 'x', sizeof(long_one));
		memcpy(long_one, message, size);
		message = long_one;
		size = SIP_WINDOW + step[1];
	}
	pl.window = size < SIP_WINDOW ? (u32)size : SIP_WINDOW;
	pl.size = (u32)size;
	block = fuzz_block(message, size);
	if (change == OTHER_BYTE && place < pl.window)
		block[place] ^= (u8)(1 << (step[1] & 7));
	pl.data = block;
	*skb = (struct sk_buff){
		.data = block,
		.len = pl.size,
		.linear = step[2] & 0x40 ? pl.size : 0,
		.payload = &pl,
	};
	if (step[2] & 0x80 || !*rules) {
		for (i = 0; i < 4; i++)
			rules[i] = xsip_cache_number_rule();
		current_packet.any = false;
	}
	net.used = step[1] & 1;
	check_ruled_out(&pl, skb, rules[step[0] >> 5 & 3], step[1]);
	check_packet(&pl, skb, rules[step[0] >> 5 & 3], step[0] & 0x80);
	if (pl.stream) {
		check_segment(skb, rules[step[0] >> 5 & 3]);
		*rules = 0;
	}
	skb->payload = NULL;
	asker = asker_of(skb, 0);
	if (xsip_walk_start(&walk, &asker))
		fuzz_fail("a parse of nothing");
	xsip_walk_end(&walk);
	free(block);
}

int fuzz_start(void)
{
	fuzz_allocations = 0;
	if (!xsip_cache_init())
		fuzz_fail("ready without memory");
	fuzz_allocations = -1;
	if (xsip_cache_init() || !xsip_scanner_init())
		abort();
	return 0;
}

int fuzz_one(const u8 *data, size_t size)
{
	size_t steps, i;

	if (!size)
		return 0;
	steps = *data % STEPS_MAX + 1;
	if (size < 1 + STEP * steps)
		return 0;
	for (i = 0; i < steps; i++)
		do_step(data + 1 + STEP * i, data + 1 + STEP * steps,
			size - 1 - STEP * steps);
	return 0;
}
