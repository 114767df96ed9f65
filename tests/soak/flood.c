// SPDX-License-Identifier: GPL-2.0
/*
 * flood: sends SIP messages and junk from forged IPv4 and IPv6 sources.
 *
 *	flood DEVICE MAC SERVER4 SERVER6 PERCENT SEED
 *
 * Puts Ethernet frames on DEVICE for UDP port 5060 of the two addresses
 * behind MAC. It rests after each batch, so that it is at work for PERCENT
 * of the time, however slow the machine is. Sources: half are new each time,
 * from 198.18.0.0/16 and 2001:db8:f000::/48; half are one of 32 attackers in
 * 198.19.255.0/27 and 2001:db8:f001::/48; and a kind of its own comes
 * from BANNED4 and BANNED6.
 *
 * Each second, and at its end by SIGTERM, a line on stdout: how many of each
 * kind and family were sent so far, "NAME NUMBER" separated by blanks. Status 1
 * and a line on stderr if it cannot send.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH	32
#define ROOM	1500
#define BANNED4	"203.0.113.77"
#define BANNED6	"2001:db8:bad::77"

enum flood_kind { SCANNER, REGISTER, INVITE, JUNK, CUT, BANNED, KINDS };

static const char * const names[KINDS] = {
	"scanner", "register", "invite", "junk", "cut", "banned"
};

static const char * const agents[] = {
	"Yealink SIP-T46S 66.86.0.15", "Zoiper v2.10.20.4", "PolycomVVX/6.4",
	"Grandstream GXP2170 1.0.11.64", "Cisco/SPA504G-7.6.2", "-"
};

struct sender {
	int sock;
	unsigned long long random;
	unsigned long long sent[KINDS];
	unsigned long long families[2];	/* IPv4, IPv6 */
	struct in_addr server4, banned4;
	struct in6_addr server6, banned6;
	struct ether_header ether;
};

/* xorshift64* */
static unsigned int number(struct sender *s, unsigned int below)
{
	s->random ^= s->random >> 12;
	s->random ^= s->random << 25;
	s->random ^= s->random >> 27;
	return (s->random * 0x2545f4914f6cdd1dULL >> 33) % below;
}

/* ---- What is sent ---- */

static int message(struct sender *s, char *text, const char *method,
		   const char *agent)
{
	unsigned int user = number(s, 9000) + 1000;
	unsigned int tag = number(s, 1u << 30);

	return snprintf(text, ROOM - 100,
			"%s sip:%u@pbx.example SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 198.18.0.1:5060;branch=z9hG4bK%x\r\n"
			"Max-Forwards: 70\r\n"
			"From: <sip:%u@pbx.example>;tag=%x\r\n"
			"To: <sip:%u@pbx.example>\r\n"
			"Call-ID: %x%x\r\n"
			"CSeq: 1 %s\r\n"
			"Contact: <sip:%u@198.18.0.1>\r\n"
			"User-Agent: %s\r\n"
			"Content-Length: 0\r\n\r\n",
			method, user, tag, user, tag, user, tag, user, method,
			user, agent);
}

static int junk(struct sender *s, char *text)
{
	int size = number(s, 400);
	int i;

	for (i = 0; i < size; i++)
		text[i] = number(s, 256);
	return size;
}

static int payload(struct sender *s, enum flood_kind kind, char *text)
{
	const char *agent = agents[number(s, sizeof(agents) /
					     sizeof(*agents))];
	int size;

	switch (kind) {
	case SCANNER:
		return message(s, text, "OPTIONS", "friendly-scanner");
	case INVITE:
		return message(s, text, "INVITE", agent);
	case JUNK:
		return junk(s, text);
	case CUT:
		size = message(s, text, "REGISTER", agent);
		text[number(s, size)] = number(s, 256);
		return number(s, size);
	default:
		return message(s, text, "REGISTER", agent);
	}
}

/* ---- How it is packed ---- */

static unsigned int sum(const void *data, int size)
{
	const unsigned char *byte = data;
	unsigned int total = 0;
	int i;

	for (i = 0; i < size; i++)
		total += i % 2 ? byte[i] : byte[i] << 8;
	return total;
}

static unsigned short folded(unsigned int total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return htons(~total & 0xffff);
}

static void udp(struct sender *s, struct udphdr *head, int size)
{
	memset(head, 0, sizeof(*head));
	head->source = htons(1024 + number(s, 60000));
	head->dest = htons(5060);
	head->len = htons(sizeof(*head) + size);
}

/* The two low bytes are the attacker's number, or anything. */
static unsigned int low_bytes(struct sender *s)
{
	return number(s, 2) ? number(s, 65536) : 0x1ff00 + number(s, 32);
}

static int pack4(struct sender *s, enum flood_kind kind, unsigned char *frame)
{
	struct iphdr *ip = (void *)(frame + sizeof(s->ether));
	struct udphdr *head = (void *)(ip + 1);
	int size = payload(s, kind, (char *)(head + 1));

	s->ether.ether_type = htons(ETHERTYPE_IP);
	memcpy(frame, &s->ether, sizeof(s->ether));
	udp(s, head, size);	/* no checksum, which IPv4 allows */
	size += sizeof(*ip) + sizeof(*head);
	memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tot_len = htons(size);
	ip->ttl = 64;
	ip->protocol = IPPROTO_UDP;
	ip->saddr = kind == BANNED ? s->banned4.s_addr :
				     htonl(0xc6120000 | low_bytes(s));
	ip->daddr = s->server4.s_addr;
	ip->check = folded(sum(ip, sizeof(*ip)));
	return sizeof(s->ether) + size;
}

static int pack6(struct sender *s, enum flood_kind kind, unsigned char *frame)
{
	struct ip6_hdr *ip = (void *)(frame + sizeof(s->ether));
	struct udphdr *head = (void *)(ip + 1);
	int size = payload(s, kind, (char *)(head + 1));
	unsigned int low = low_bytes(s);

	s->ether.ether_type = htons(ETHERTYPE_IPV6);
	memcpy(frame, &s->ether, sizeof(s->ether));
	udp(s, head, size);
	size += sizeof(*head);
	memset(ip, 0, sizeof(*ip));
	ip->ip6_vfc = 0x60;
	ip->ip6_plen = htons(size);
	ip->ip6_nxt = IPPROTO_UDP;
	ip->ip6_hlim = 64;
	ip->ip6_src = s->banned6;
	if (kind != BANNED) {
		ip->ip6_src.s6_addr[4] = 0xf0;
		ip->ip6_src.s6_addr[5] = low >> 16;
		ip->ip6_src.s6_addr[6] = low >> 8;
		ip->ip6_src.s6_addr[7] = low;
	}
	ip->ip6_dst = s->server6;
	head->check = folded(sum(&ip->ip6_src, 32) + size + IPPROTO_UDP +
			     sum(head, size));
	return sizeof(s->ether) + sizeof(*ip) + size;
}

/* ---- Sending ---- */

static void count(struct sender *s, const enum flood_kind *kinds,
		  const struct iovec *part, int sent)
{
	int i;

	for (i = 0; i < sent; i++) {
		const struct ether_header *head = part[i].iov_base;

		s->sent[kinds[i]]++;
		s->families[head->ether_type == htons(ETHERTYPE_IPV6)]++;
	}
}

static void send_batch(struct sender *s)
{
	static unsigned char frame[BATCH][ROOM];
	struct mmsghdr message[BATCH];
	struct iovec part[BATCH];
	enum flood_kind kinds[BATCH];
	int i, sent;

	memset(message, 0, sizeof(message));
	for (i = 0; i < BATCH; i++) {
		kinds[i] = number(s, KINDS);
		part[i].iov_base = frame[i];
		part[i].iov_len = number(s, 2) ? pack4(s, kinds[i], frame[i]) :
						 pack6(s, kinds[i], frame[i]);
		message[i].msg_hdr.msg_iov = &part[i];
		message[i].msg_hdr.msg_iovlen = 1;
	}
	sent = sendmmsg(s->sock, message, BATCH, 0);
	if (sent < 0 && errno != ENOBUFS && errno != EINTR) {
		perror("flood: sendmmsg");
		exit(1);
	}
	count(s, kinds, part, sent);
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* SIGTERM is blocked; false when it has come. */
static bool rest(const sigset_t *signals, long long ns)
{
	struct timespec time = { ns / 1000000000, ns % 1000000000 };

	return sigtimedwait(signals, NULL, &time) != SIGTERM;
}

static void report(const struct sender *s)
{
	int kind;

	for (kind = 0; kind < KINDS; kind++)
		printf("%s %llu ", names[kind], s->sent[kind]);
	printf("IPv4 %llu IPv6 %llu\n", s->families[0], s->families[1]);
	fflush(stdout);
}

static void open_device(struct sender *s, const char *device)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_ifindex = if_nametoindex(device),
	};

	s->sock = socket(AF_PACKET, SOCK_RAW, 0);
	if (s->sock < 0 || !address.sll_ifindex ||
	    bind(s->sock, (void *)&address, sizeof(address))) {
		fprintf(stderr, "flood: device %s: %s\n", device,
			strerror(errno));
		exit(1);
	}
}

static bool read_mac(const char *text, unsigned char mac[6])
{
	return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1],
		      &mac[2], &mac[3], &mac[4], &mac[5]) == 6;
}

static void flood(struct sender *s, const sigset_t *signals, int percent)
{
	long long start, used, told = now();

	do {
		start = now();
		send_batch(s);
		used = now() - start;
		if (start - told > 1000000000LL) {
			told = start;
			report(s);
		}
	} while (rest(signals, used * (100 - percent) / percent));
	report(s);
}

int main(int argc, char **argv)
{
	struct sender s = { 0 };
	sigset_t signals;
	int percent;

	percent = argc == 7 ? atoi(argv[5]) : 0;
	if (percent < 1 || percent > 100 ||
	    !read_mac(argv[2], s.ether.ether_dhost) ||
	    inet_pton(AF_INET, argv[3], &s.server4) != 1 ||
	    inet_pton(AF_INET6, argv[4], &s.server6) != 1) {
		fputs("usage: flood DEVICE MAC SERVER4 SERVER6 PERCENT SEED\n",
		      stderr);
		return 2;
	}
	s.random = 88172645463325252ULL + strtoull(argv[6], NULL, 10);
	s.ether.ether_shost[0] = 2;
	inet_pton(AF_INET, BANNED4, &s.banned4);
	inet_pton(AF_INET6, BANNED6, &s.banned6);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	open_device(&s, argv[1]);
	flood(&s, &signals, percent);
	return 0;
}
