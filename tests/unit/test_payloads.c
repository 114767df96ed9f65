// SPDX-License-Identifier: GPL-2.0
/*
 * Tests how the datagrams of GSO packets and the chunks of SCTP are read, and
 * how often the messages of a packet are counted and remembered.
 */
#include "walk.h"

/* ---- Datagrams and chunks ---- */

/* @count datagrams of @size bytes, the last with @less; udp->len is @length. */
static void make_bundle(unsigned int count, size_t size, size_t less,
			u16 length)
{
	unsigned int i;
	char text[600];

	start_udp(length);
	for (i = 0; i < count; i++) {
		memset(text, ' ', sizeof(text));
		memcpy(text, REGISTER("1", "0"), strlen(REGISTER("1", "0")));
		add(text, size - (i + 1 == count ? less : 0));
	}
	packet.skb.info.gso_size = (u16)size;
	packet.skb.info.gso_type = SKB_GSO_UDP_L4;
}

/* Whether the length is the bundle's or one datagram's, nothing, nonsense. */
TEST(bundles)
{
	static const struct {
		unsigned int count;
		size_t size;
		size_t less;
	} rows[] = {
		{ 2, 300, 0 }, { 2, 200, 20 }, { 64, 200, 0 }, { 129, 300, 1 },
		{ 218, 300, 0 }, { 327, 200, 40 },
	};

	for_each(row, rows) {
		const size_t lengths[] = {
			8 + row->count * row->size, 8 + row->size, 0, 1,
		};

		for_each(length, lengths) {
			make_bundle(row->count, row->size, row->less,
				    (u16)*length);
			assert_int_equal(row->count,
					 xsip_skb_datagrams(&packet.skb,
							    NFPROTO_IPV4));
			assert_int_equal(row->count, count_all());
		}
	}
}

/* An empty bundle is a datagram, and reading it terminates. */
TEST(odd_bundles)
{
	make_bundle(0, 300, 0, 8);
	assert_string_equal(walk_packet(), "keepalive");
	assert_int_equal(1, xsip_skb_datagrams(&packet.skb, NFPROTO_IPV4));
	make_bundle(60000, 1, 0, 8);
	assert_int_equal(SIP_PIECES,
			 xsip_skb_datagrams(&packet.skb, NFPROTO_IPV4));
	assert_int_equal(0, count_all());
}

/* A datagram is one message. */
TEST(datagram)
{
	start_udp(0);
	add_text(REGISTER("1", "0") REGISTER("2", "0"));
	assert_string_equal(walk_packet(), "REGISTER:1!");
	assert_int_equal(1, xsip_skb_datagrams(&packet.skb, NFPROTO_IPV4));
	start_udp(8);
	add_text(REGISTER("1", "0"));
	assert_string_equal(walk_packet(), "keepalive");
}

TEST(chunks)
{
	unsigned int i;

	start_sctp();
	add_chunk(0, 3, 12, REGISTER("1", "0"));
	add_chunk(0, 3, 12, REGISTER("22", "0"));
	add_chunk(3, 0, 12, "");
	add_chunk(0x40, 3, 16, REGISTER("333", "0"));
	add_chunk(0, 0, 12, REGISTER("4444", "0"));
	add_chunk(0, 2, 12, "INVITE sip:h SIP/2.0\r\nTo: <sip:5@h>\r\nFr");
	assert_string_equal(walk_packet(),
			    "REGISTER:1 REGISTER:22 REGISTER:333 REGISTER:4444 INVITE:5");
	start_sctp();
	for (i = 0; i < 300; i++)
		add_chunk(4, 0, 0, "");
	add_chunk(0, 3, 12, REGISTER("1", "0"));
	assert_string_equal(walk_packet(), "REGISTER:1");
	start_sctp();
	for (i = 0; i < SIP_PIECES; i++)
		add_chunk(4, 0, 0, "");
	add_chunk(0, 3, 12, REGISTER("1", "0"));
	assert_string_equal(walk_packet(), "");
	start_sctp();
	add_chunk(0, 3, 12, REGISTER("1", "0"));
	add("\0\3\0\3", 4);
	add_chunk(0, 3, 12, REGISTER("2", "0"));
	assert_string_equal(walk_packet(), "REGISTER:1");
	start_sctp();
	add_chunk(0, 3, 0, "");
	add_chunk(0, 3, 12, "");
	assert_string_equal(walk_packet(), "keepalive");
}

/* ---- Statistics ---- */

/* A ruleset of three rules, loaded anew. */
static void load(u64 rules[3])
{
	rules[0] = xsip_cache_number_rule();
	rules[1] = xsip_cache_number_rule();
	rules[2] = xsip_cache_number_rule();
}

/* A packet of 20 messages meets rules, the first of them again and again. */
TEST(counted_once)
{
	static const struct {
		unsigned int rule;
		unsigned int most;	/* where the rule stops */
		unsigned int counted;
	} steps[] = {
		{ 0, 9999, 20 }, { 1, 9999, 20 }, { 2, 1, 20 }, { 0, 1, 40 },
		{ 1, 9999, 40 }, { 0, 5, 60 }, { 2, 9, 60 }, { 1, 1, 60 },
	};
	size_t kind, i;
	u64 rules[3];

	for (kind = 0; kind < 2; kind++) {
		make_bundle(20, 300, 0, 0);
		if (kind)
			start_tcp();
		for (i = 0; kind && i < 20; i++)
			add_text(REGISTER("1", "0"));
		load(rules);
		counted_messages = 0;
		for_each(step, steps) {
			count_in(&packet.skb, rules[step->rule], step->most);
			assert_int_equal(step->counted, counted_messages);
		}
		load(rules);
		count_in(&packet.skb, rules[1], 9999);
		count_in(&packet.skb, rules[2], 9999);
		assert_int_equal(80, counted_messages);
	}
}

TEST(other_packet)
{
	struct sk_buff other;
	u64 rules[3];

	load(rules);
	start_udp(0);
	add_text(REGISTER("1", "0"));
	counted_messages = 0;
	count_in(&packet.skb, rules[0], 1);
	count_in(&packet.skb, rules[1], 1);
	assert_int_equal(1, counted_messages);
	packet.bytes[40] ^= 1;			/* other bytes in its place */
	count_in(&packet.skb, rules[1], 1);
	count_in(&packet.skb, rules[2], 1);
	assert_int_equal(2, counted_messages);
	start_tcp();				/* and what it is now */
	add_text(REGISTER("1", "0") REGISTER("2", "0"));
	count_in(&packet.skb, rules[2], 1);
	assert_int_equal(4, counted_messages);
	other = packet.skb;			/* the same bytes elsewhere */
	assert_int_equal(2, count_in(&other, rules[0], 9));
	assert_int_equal(6, counted_messages);
}

TEST(tools)
{
	static const char scan[] = "OPTIONS sip:h SIP/2.0\r\n"
		"User-Agent: friendly-scanner\r\n\r\n";
	struct xsip_pktinfo asker = asker_of(&packet.skb, 0);
	unsigned int found, i;
	struct xsip_walk walk;
	bool more;
	u64 rules[3];

	load(rules);
	start_tcp();
	add_text(scan);
	add_text(scan);
	add_text("x\r\n");
	add_text(scan);		/* may be part of a body */
	counted_tools = 0;
	for (i = 0; i < 3; i++) {
		asker.rule = rules[i];
		found = 0;
		more = xsip_walk_start(&walk, &asker);
		for (; more; more = xsip_walk_next(&walk))
			found += xsip_walk_tool(&walk) == SIP_TOOL_SIPVICIOUS;
		xsip_walk_end(&walk);
		assert_int_equal(2, found);
		assert_int_equal(2, counted_tools);
	}
}

/* ---- Requests that are remembered ---- */

/* A rule in a hook meets the packet: how many requests are remembered now? */
static unsigned int noted_in(u64 rule, u8 hook, unsigned int most)
{
	struct xsip_pktinfo asker = asker_of(&packet.skb, rule);
	struct xsip_walk walk;
	bool more;

	net.noted = 0;
	net.left = 0;
	asker.hook = hook;
	more = xsip_walk_start(&walk, &asker);
	while (more && --most)
		more = xsip_walk_next(&walk);
	xsip_walk_end(&walk);
	return net.noted;
}

/* Each request once in each hook, whatever rules ask and where they stop. */
TEST(noted_once)
{
	static const struct {
		unsigned int rule;
		u8 hook;
		unsigned int most;
		unsigned int noted;
		unsigned int left;
	} steps[] = {
		{ 0, NF_INET_LOCAL_OUT, 1, 3, 3 },
		{ 1, NF_INET_LOCAL_OUT, 9, 0, 0 },
		{ 2, NF_INET_POST_ROUTING, 2, 3, 3 },
		{ 1, NF_INET_POST_ROUTING, 9, 0, 0 },
		{ 1, NF_INET_PRE_ROUTING, 9, 3, 0 },
		{ 2, NF_INET_PRE_ROUTING, 1, 0, 0 },
		{ 1, NF_INET_LOCAL_IN, 1, 3, 0 },
		{ 2, NF_INET_LOCAL_IN, 1, 0, 0 },
		{ 1, NF_INET_FORWARD, 1, 3, 0 },
		{ 2, NF_INET_LOCAL_OUT, 1, 0, 0 },
		/* The first rule again: another packet. */
		{ 0, NF_INET_LOCAL_IN, 1, 3, 0 },
		{ 1, NF_INET_LOCAL_IN, 1, 0, 0 },
	};
	u64 rules[3];

	load(rules);
	start_tcp();
	add_text(REGISTER("1", "0") ANSWER("2") INVITE("3", "0"));
	add_text(REGISTER("4", "0"));
	for_each(step, steps) {
		assert_int_equal(step->noted, noted_in(rules[step->rule],
						       step->hook, step->most));
		assert_int_equal(step->left, net.left);
	}
}

/* Only what is a request; and if it leaves, not what may be part of a body. */
TEST(noted_what)
{
	static const struct {
		const char *segment;
		unsigned int in;	/* noted of what comes in */
		unsigned int out;	/* ... and of what leaves */
	} segments[] = {
		{ REGISTER("1", "0"), 1, 1 },
		{ ANSWER("1"), 0, 0 },
		{ ANSWER("1") REGISTER("2", "0"), 1, 1 },
		{ "\r\n\r\n", 0, 0 },
		{ "x\r\n" REGISTER("1", "0"), 1, 0 },
		{ "{}" REGISTER("1", "0"), 1, 0 },
		{ "x\r\n" REGISTER("1", "0") REGISTER("2", "0"), 2, 0 },
		{ REGISTER("1", "0") "x\r\n" REGISTER("2", "0"), 2, 1 },
		{ INVITE("1", "9999") "v=0\r\n" REGISTER("2", "0"), 2, 1 },
		{ INVITE("1", "5") "v=0\r\n" REGISTER("2", "0"), 2, 2 },
	};

	for_each(row, segments) {
		start_tcp();
		add_text(row->segment);
		expect_int(row->segment, noted_in(xsip_cache_number_rule(),
						  NF_INET_LOCAL_IN, 9),
			   row->in);
		expect_int(row->segment, noted_in(xsip_cache_number_rule(),
						  NF_INET_LOCAL_OUT, 9),
			   row->out);
	}
	make_bundle(20, 300, 0, 0);
	assert_int_equal(20, noted_in(xsip_cache_number_rule(),
				      NF_INET_LOCAL_IN, 1));
}

/* The memory may be allocated while a packet is on its way. */
TEST(noted_later)
{
	u64 rules[3];

	load(rules);
	start_tcp();
	add_text(REGISTER("1", "0") REGISTER("2", "0"));
	net.used = false;
	assert_int_equal(0, noted_in(rules[0], NF_INET_LOCAL_IN, 9));
	assert_int_equal(0, noted_in(rules[1], NF_INET_LOCAL_IN, 9));
	net.used = true;
	assert_int_equal(2, noted_in(rules[2], NF_INET_LOCAL_IN, 1));
	assert_int_equal(0, noted_in(rules[1], NF_INET_LOCAL_IN, 1));
}

/* ---- Rules for one class of messages ---- */

#define ASK	"OPTIONS sip:1234 SIP/2.0\r\n" NO_FIELDS
#define ANSWER_200	"SIP/2.0 200 OK and more.\r\n" NO_FIELDS
#define NO_FIELDS	"Subject: x\r\n\r\n"

/* Does a rule for these classes find a message? */
static bool finds(u64 rule, u8 hook, u8 classes)
{
	struct xsip_pktinfo asker = asker_of(&packet.skb, rule);
	struct xsip_walk walk;
	bool found;

	asker.hook = hook;
	asker.classes = classes;
	found = xsip_walk_start(&walk, &asker);
	xsip_walk_end(&walk);
	return found;
}

/*
 * What a rule cannot match is ruled out once another rule has seen the packet,
 * and only then: the same buffer may hold another packet of the same size.
 */
TEST(ruled_out)
{
	u8 request = BIT(SIP_REQUEST), response = BIT(SIP_RESPONSE);
	u64 rules[3];

	net.used = false;
	load(rules);
	start_udp(0);
	add_text(ASK);
	assert_true(finds(rules[0], NF_INET_LOCAL_IN, response));
	assert_false(finds(rules[1], NF_INET_LOCAL_IN, response));
	assert_true(finds(rules[1], NF_INET_LOCAL_IN, request));
	assert_true(finds(rules[0], NF_INET_LOCAL_IN, response));
	start_udp(0);
	add_text(ANSWER_200);
	assert_int_equal(strlen(ASK), strlen(ANSWER_200));
	assert_true(finds(rules[1], NF_INET_LOCAL_IN, response));
	assert_false(finds(rules[2], NF_INET_LOCAL_IN, request));
	make_bundle(2, 300, 0, 0);
	assert_true(finds(rules[0], NF_INET_LOCAL_IN, response));
	assert_true(finds(rules[1], NF_INET_LOCAL_IN, response));
}

/* A request is remembered in a hook whose rules all want responses. */
TEST(ruled_out_noted)
{
	u64 rules[3];

	net.used = true;
	load(rules);
	start_udp(0);
	add_text(REGISTER("1", "0"));
	noted_in(rules[0], NF_INET_LOCAL_OUT, 1);
	net.noted = 0;
	finds(rules[1], NF_INET_LOCAL_IN, BIT(SIP_RESPONSE));
	assert_int_equal(net.noted, 1);
	assert_false(finds(rules[2], NF_INET_LOCAL_IN, BIT(SIP_RESPONSE)));
	assert_int_equal(net.noted, 1);
}
