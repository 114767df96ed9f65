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

static void test_bundles(void **state)
{
	static const struct {
		unsigned int count;
		size_t size;
		size_t less;
	} rows[] = {
		{ 2, 300, 0 }, { 2, 200, 20 }, { 64, 200, 0 }, { 129, 300, 1 },
		{ 218, 300, 0 }, { 327, 200, 40 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		make_bundle(rows[i].count, rows[i].size, rows[i].less,
			    (u16)(8 + rows[i].count * rows[i].size));
		assert_int_equal(rows[i].count,
				 xsip_skb_datagrams(&packet.skb, NFPROTO_IPV4));
		assert_int_equal(rows[i].count,
				 count_messages(xsip_cache_number_rule(),
						9999));
		/* The length is one datagram's, nothing, nonsense. */
		make_bundle(rows[i].count, rows[i].size, rows[i].less,
			    (u16)(8 + rows[i].size));
		assert_int_equal(rows[i].count,
				 count_messages(xsip_cache_number_rule(),
						9999));
		make_bundle(rows[i].count, rows[i].size, rows[i].less, 0);
		assert_int_equal(rows[i].count,
				 count_messages(xsip_cache_number_rule(),
						9999));
		make_bundle(rows[i].count, rows[i].size, rows[i].less, 1);
		assert_int_equal(rows[i].count,
				 xsip_skb_datagrams(&packet.skb, NFPROTO_IPV4));
		assert_int_equal(rows[i].count,
				 count_messages(xsip_cache_number_rule(),
						9999));
	}
}

/* An empty bundle is a datagram, and reading it terminates. */
static void test_odd_bundles(void **state)
{
	(void)state;
	make_bundle(0, 300, 0, 8);
	assert_string_equal(walk_packet(), "keepalive");
	assert_int_equal(1, xsip_skb_datagrams(&packet.skb, NFPROTO_IPV4));
	make_bundle(60000, 1, 0, 8);
	assert_int_equal(SIP_PIECES,
			 xsip_skb_datagrams(&packet.skb, NFPROTO_IPV4));
	assert_int_equal(0, count_messages(xsip_cache_number_rule(), 99999));
}

/* A datagram is one message. */
static void test_datagram(void **state)
{
	(void)state;
	start_udp(0);
	add_text(REGISTER("1", "0") REGISTER("2", "0"));
	assert_string_equal(walk_packet(), "REGISTER:1!");
	assert_int_equal(1, xsip_skb_datagrams(&packet.skb, NFPROTO_IPV4));
	start_udp(8);
	add_text(REGISTER("1", "0"));
	assert_string_equal(walk_packet(), "keepalive");
}

static void test_chunks(void **state)
{
	unsigned int i;

	(void)state;
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
static void test_counted_once(void **state)
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

	(void)state;
	for (kind = 0; kind < 2; kind++) {
		make_bundle(20, 300, 0, 0);
		if (kind)
			start_tcp();
		for (i = 0; kind && i < 20; i++)
			add_text(REGISTER("1", "0"));
		load(rules);
		counted_messages = 0;
		for (i = 0; i < ARRAY_SIZE(steps); i++) {
			count_messages(rules[steps[i].rule], steps[i].most);
			assert_int_equal(steps[i].counted, counted_messages);
		}
		load(rules);
		count_messages(rules[1], 9999);
		count_messages(rules[2], 9999);
		assert_int_equal(80, counted_messages);
	}
}

static void test_other_packet(void **state)
{
	struct sk_buff other;
	u64 rules[3];

	(void)state;
	load(rules);
	start_udp(0);
	add_text(REGISTER("1", "0"));
	counted_messages = 0;
	count_messages(rules[0], 1);
	count_messages(rules[1], 1);
	assert_int_equal(1, counted_messages);
	packet.bytes[40] ^= 1;			/* other bytes in its place */
	count_messages(rules[1], 1);
	count_messages(rules[2], 1);
	assert_int_equal(2, counted_messages);
	start_tcp();				/* and what it is now */
	add_text(REGISTER("1", "0") REGISTER("2", "0"));
	count_messages(rules[2], 1);
	assert_int_equal(4, counted_messages);
	other = packet.skb;			/* the same bytes elsewhere */
	assert_int_equal(2, count_in(&other, rules[0], 9));
	assert_int_equal(6, counted_messages);
}

static void test_tools(void **state)
{
	static const char scan[] = "OPTIONS sip:h SIP/2.0\r\n"
		"User-Agent: friendly-scanner\r\n\r\n";
	struct xsip_pktinfo asker = asker_of(&packet.skb, 0);
	unsigned int found, i;
	struct xsip_walk walk;
	bool more;
	u64 rules[3];

	(void)state;
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
static void test_noted_once(void **state)
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
	size_t i;

	(void)state;
	load(rules);
	start_tcp();
	add_text(REGISTER("1", "0") ANSWER("2") INVITE("3", "0"));
	add_text(REGISTER("4", "0"));
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		assert_int_equal(steps[i].noted,
				 noted_in(rules[steps[i].rule], steps[i].hook,
					  steps[i].most));
		assert_int_equal(steps[i].left, net.left);
	}
}

/* Only what is a request; and if it leaves, not what may be part of a body. */
static void test_noted_what(void **state)
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
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(segments); i++) {
		start_tcp();
		add_text(segments[i].segment);
		assert_int_equal(segments[i].in,
				 noted_in(xsip_cache_number_rule(),
					  NF_INET_LOCAL_IN, 9));
		assert_int_equal(segments[i].out,
				 noted_in(xsip_cache_number_rule(),
					  NF_INET_LOCAL_OUT, 9));
	}
	make_bundle(20, 300, 0, 0);
	assert_int_equal(20, noted_in(xsip_cache_number_rule(),
				      NF_INET_LOCAL_IN, 1));
}

/* The memory may be allocated while a packet is on its way. */
static void test_noted_later(void **state)
{
	u64 rules[3];

	(void)state;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bundles),
		cmocka_unit_test(test_odd_bundles),
		cmocka_unit_test(test_datagram),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_counted_once),
		cmocka_unit_test(test_other_packet),
		cmocka_unit_test(test_tools),
		cmocka_unit_test(test_noted_once),
		cmocka_unit_test(test_noted_what),
		cmocka_unit_test(test_noted_later),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
