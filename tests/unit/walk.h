/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs xsip_walk, xsip_cache and xsip_skb in userspace, with packets that are
 * bytes (fake/packet.h). A program includes this file once.
 */
#ifndef _WALK_H
#define _WALK_H

#include <netinet/in.h>

#include "test.h"
#include "sip/user.h"
#include "packet.h"

/* What reading costs: bytes that the parser and the search went through. */
static unsigned long bytes_read;

static void counted_parse(const struct xsip_payload *pl, struct xsip_msg *msg)
{
	static const char status[] = "SIP/2.0 200 OK\r\n";

	xsip_parse(pl, msg);
	bytes_read += msg->body;
	/* Else the lines after it would be read again and again. */
	if (pl->window >= strlen(status) &&
	    !memcmp(pl->data, status, strlen(status)))
		assert_true(msg->body);
}

static const u8 *counted_find_start(const u8 *p, const u8 *end)
{
	const u8 *found = xsip_parse_find_start(p, end);

	bytes_read += (unsigned long)(found - p);
	return found;
}

#define xsip_parse counted_parse
#define xsip_parse_find_start counted_find_start
#include "skb.c"
#include "cache.c"
#include "walk.c"
#undef xsip_parse
#undef xsip_parse_find_start

/* Where requests are remembered. */
static struct xsip_net net = { .used = true };

static unsigned int counted_messages;
static unsigned int counted_tools;

void xsip_stats_message(struct xsip_stats *stats, const struct xsip_msg *msg)
{
	(void)stats;
	(void)msg;
	counted_messages++;
}

void xsip_stats_add(struct xsip_stats *stats, unsigned int stat)
{
	(void)stats;
	(void)stat;
	counted_tools++;
}

/* ---- Packets ---- */

#define SPACE	400000

struct packet {
	struct sk_buff skb;
	u8 bytes[SPACE];
};

static struct packet packet;

/* An IPv4 packet without data; 0 is the length of those beyond 16 bits. */
static inline void start_packet(u8 protocol)
{
	struct iphdr *ip = (void *)packet.bytes;

	memset(&packet.skb, 0, sizeof(packet.skb));
	memset(packet.bytes, 0, 64);
	ip->version = 4;
	ip->ihl = 5;
	ip->protocol = protocol;
	packet.skb.data = packet.bytes;
	packet.skb.len = sizeof(*ip);
}

static inline void add(const void *data, size_t size)
{
	assert_true(packet.skb.len + size <= SPACE);
	memcpy(packet.bytes + packet.skb.len, data, size);
	packet.skb.len += (u32)size;
}

static inline void add_text(const char *text)
{
	add(text, strlen(text));
}

static inline void start_tcp(void)
{
	struct tcphdr tcp = { .doff = 5 };

	start_packet(IPPROTO_TCP);
	add(&tcp, sizeof(tcp));
}

static inline void start_udp(u16 length)
{
	struct udphdr udp = { .len = htons(length) };

	start_packet(IPPROTO_UDP);
	add(&udp, sizeof(udp));
}

static inline void start_sctp(void)
{
	start_packet(IPPROTO_SCTP);
	add("\x13\xc4\x13\xc4\0\0\0\0\0\0\0\0", 12);
}

/* A chunk, and bytes up to a multiple of four. */
static inline void add_chunk(u8 type, u8 flags, size_t head, const char *text)
{
	size_t size = 4 + head + strlen(text);
	u8 chunk[24] = { type, flags, (u8)(size >> 8), (u8)size };

	add(chunk, 4 + head);
	add_text(text);
	add("\0\0\0", -size % 4);
}

/* ---- Walks ---- */

static inline void describe(const struct xsip_walk *walk, char *out,
			    size_t size)
{
	const struct xsip_parsed *p = walk->parsed;
	struct xsip_range user = { NULL, NULL };
	const char *kind = "-";
	char code[8];

	if (p->msg.class == SIP_KEEPALIVE)
		kind = "keepalive";
	if (p->msg.class == SIP_JUNK)
		kind = "junk";
	if (p->msg.class == SIP_REQUEST)
		kind = xsip_method_names[p->msg.method];
	if (p->msg.class == SIP_RESPONSE) {
		snprintf(code, sizeof(code), "%u", p->msg.status % 1000u);
		kind = code;
	}
	if (xsip_msg_is_sip(&p->msg))
		user = xsip_user_of(p, SIP_TO);
	snprintf(out, size, " %s%s%.*s%s%s", kind, user.p < user.end ? ":" : "",
		 (int)xsip_range_size(user), (const char *)user.p,
		 walk->doubtful ? "?" : "", p->msg.defects ? "!" : "");
}

static inline struct xsip_pktinfo asker_of(const struct sk_buff *skb, u64 rule)
{
	return (struct xsip_pktinfo){
		.skb = skb, .family = NFPROTO_IPV4, .hook = NF_INET_LOCAL_IN,
		.classes = SIP_CLASSES,
		.net = &net, .rule = rule,
	};
}

/* What a rule finds, as words. */
static inline const char *walk_as(u64 rule)
{
	struct xsip_pktinfo asker = asker_of(&packet.skb, rule);
	static char found[8192];
	struct xsip_walk walk;
	bool more;

	found[0] = 0;
	more = xsip_walk_start(&walk, &asker);
	for (; more; more = xsip_walk_next(&walk))
		describe(&walk, found + strlen(found),
			 sizeof(found) - strlen(found));
	xsip_walk_end(&walk);
	return *found ? found + 1 : found;
}

/* Linear or not, the same is found. */
static inline const char *walk_packet(void)
{
	char linear[8192];

	packet.skb.linear = packet.skb.len;
	strcpy(linear, walk_as(xsip_cache_number_rule()));
	packet.skb.linear = 40;
	assert_string_equal(walk_as(xsip_cache_number_rule()), linear);
	return walk_as(xsip_cache_number_rule());
}

/* How many messages a rule finds, after so many of which it stops. */
static inline unsigned int count_in(const struct sk_buff *skb, u64 rule,
				    unsigned int most)
{
	struct xsip_pktinfo asker = asker_of(skb, rule);
	struct xsip_walk walk;
	unsigned int count = 0;
	bool more;

	more = xsip_walk_start(&walk, &asker);
	while (more) {
		count += xsip_msg_is_sip(&walk.parsed->msg);
		more = count < most && xsip_walk_next(&walk);
	}
	xsip_walk_end(&walk);
	return count;
}

/* ... of a rule that has seen nothing yet. */
static inline unsigned int count_all(void)
{
	return count_in(&packet.skb, xsip_cache_number_rule(), 99999999);
}

/* ---- Messages ---- */

#define FIELDS(user, method, length)					\
	"Via: SIP/2.0/TCP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n" \
	"To: <sip:" user "@h>\r\nCall-ID: 1\r\nCSeq: 1 " method "\r\n"	\
	"Content-Length: " length "\r\n\r\n"
#define REGISTER(user, length)						\
	"REGISTER sip:h SIP/2.0\r\n" FIELDS(user, "REGISTER", length)
#define INVITE(user, length)						\
	"INVITE sip:h SIP/2.0\r\n" FIELDS(user, "INVITE", length)
#define ANSWER(user)							\
	"SIP/2.0 401 No\r\n" FIELDS(user, "REGISTER", "0")
#define NO_CALL_ID(user)						\
	"BYE sip:h SIP/2.0\r\nTo: <sip:" user "@h>\r\n\r\n"

/* ---- The program ---- */

TEST(init)
{
	assert_int_equal(xsip_cache_init(), 0);
	assert_true(xsip_scanner_init());
}

#endif /* _WALK_H */
