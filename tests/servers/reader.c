// SPDX-License-Identifier: GPL-2.0
/*
 * reader: prints what the module reads in payloads, for tests/servers.
 *
 * Input, again and again: four bytes of length (the lowest first), a byte that
 * is 1 for the data of a TCP segment and 0 for a datagram, then the payload. A
 * length of 0 asks for what is still to be printed. Output, a line for each of
 * them: a word for each message in it, with these parts between colons:
 *
 *   class:method:status:defects:auth:from:to:call-id:cseq
 *
 * Methods and defects have the names that rules give them, defects with commas
 * between; "auth" is 0 or 1; users, Call-ID and CSeq are in hexadecimal digits.
 * A part that the message does not have is empty.
 */
#include <stdio.h>
#include <netinet/in.h>

#include "packet.h"
#include "sip/names.h"
#include "sip/user.h"
#include "skb.c"
#include "cache.c"
#include "walk.c"

static const char *const classes[SIP_CLASS_COUNT] = {
	[SIP_UNJUDGED] = "unjudged",
	[SIP_KEEPALIVE] = "keepalive",
	[SIP_JUNK] = "junk",
	[SIP_REQUEST] = "request",
	[SIP_RESPONSE] = "response",
};

/* Statistics are not read here. */
void xsip_stats_message(struct xsip_stats *stats, const struct xsip_msg *msg)
{
	(void)stats;
	(void)msg;
}

void xsip_stats_add(struct xsip_stats *stats, unsigned int stat)
{
	(void)stats;
	(void)stat;
}

/* ---- What is printed ---- */

static void print_bytes(const u8 *p, const u8 *end)
{
	for (; p < end; p++)
		printf("%02x", *p);
}

static void print_field(const struct xsip_parsed *parsed, enum xsip_field field)
{
	struct xsip_range value = xsip_parsed_field(parsed, field);

	putchar(':');
	print_bytes(value.p, value.end);
}

static void print_defects(const struct xsip_msg *msg)
{
	const char *comma = "";
	int i;

	for (i = 0; i < XT_SIP_DEFECT_COUNT; i++) {
		if (!(msg->defects & BIT(i)))
			continue;
		printf("%s%s", comma, xsip_defect_names[i]);
		comma = ",";
	}
}

/* The user that a field names, as --users counts it. */
static void print_user(const struct xsip_parsed *parsed, enum xsip_field field)
{
	struct xsip_range part, user;
	u8 buffer[SIP_USER_CHUNK];

	putchar(':');
	user = xsip_user_of(parsed, field);
	while (xsip_range_size(user)) {
		part = xsip_user_next(&user, buffer);
		print_bytes(part.p, part.end);
	}
}

static void print_message(const struct xsip_parsed *parsed)
{
	const struct xsip_msg *msg = &parsed->msg;
	bool auth = msg->present & (BIT(SIP_AUTHORIZATION) |
				    BIT(SIP_PROXY_AUTHORIZATION));

	printf("%s:%s:%u:", classes[msg->class],
	       xsip_msg_is_sip(msg) ? xsip_method_names[msg->method] : "",
	       msg->status);
	print_defects(msg);
	printf(":%d", auth);
	print_user(parsed, SIP_FROM);
	print_user(parsed, SIP_TO);
	print_field(parsed, SIP_CALL_ID);
	print_field(parsed, SIP_CSEQ);
	putchar(' ');
}

/* ---- Packets ---- */

#define HEADERS	(sizeof(struct iphdr) + sizeof(struct tcphdr))

/* Put headers in front of the data, which has space for them. */
static void make_packet(struct sk_buff *skb, u8 *data, u32 size, bool stream)
{
	struct tcphdr tcp = { .doff = sizeof(tcp) / 4 };
	struct udphdr udp = { .len = 0 };	/* as long as the packet */
	u32 transport = stream ? sizeof(tcp) : sizeof(udp);
	struct iphdr ip = {
		.version = 4,
		.ihl = sizeof(ip) / 4,
		.protocol = stream ? IPPROTO_TCP : IPPROTO_UDP,
	};

	if (stream)
		memcpy(data - sizeof(tcp), &tcp, sizeof(tcp));
	else
		memcpy(data - sizeof(udp), &udp, sizeof(udp));
	memcpy(data - transport - sizeof(ip), &ip, sizeof(ip));
	*skb = (struct sk_buff){
		.data = data - transport - sizeof(ip),
		.len = sizeof(ip) + transport + size,
	};
	skb->linear = skb->len;
}

static void print_packet(const struct sk_buff *skb)
{
	static struct xsip_net net;
	struct xsip_pktinfo asker = {
		.skb = skb,
		.family = NFPROTO_IPV4,
		.classes = SIP_CLASSES,
		.net = &net,
		.rule = xsip_cache_number_rule(),
	};
	struct xsip_walk walk;
	bool more;

	more = xsip_walk_start(&walk, &asker);
	for (; more; more = xsip_walk_next(&walk))
		print_message(walk.parsed);
	xsip_walk_end(&walk);
	putchar('\n');
}

/* ---- Input ---- */

static bool read_all(u8 *bytes, size_t size)
{
	return fread(bytes, 1, size, stdin) == size;
}

static bool read_payload(u32 size, bool stream)
{
	/* Just as long as it is: ASan sees a byte read after it. */
	u8 *bytes = malloc(HEADERS + size);
	struct sk_buff skb;
	bool read;

	if (!bytes)
		return false;
	read = read_all(bytes + HEADERS, size);
	if (read) {
		make_packet(&skb, bytes + HEADERS, size, stream);
		print_packet(&skb);
	}
	free(bytes);
	return read;
}

int main(void)
{
	u8 head[5];
	u32 size;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	if (xsip_cache_init() || !xsip_scanner_init())
		return 1;
	while (read_all(head, sizeof(head))) {
		size = (u32)head[0] | head[1] << 8 | head[2] << 16 |
			(u32)head[3] << 24;
		if (!size)
			fflush(stdout);
		else if (!read_payload(size, head[4]))
			return 1;
	}
	return !feof(stdin);
}
