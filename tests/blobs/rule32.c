// SPDX-License-Identifier: GPL-2.0
/*
 * rule32: puts a rule into the raw table, or reads it, as the C structures of
 * the program it is compiled into say; with -m32 those of a 32-bit iptables.
 *
 * For each struct request on stdin, whose bytes follow it, answers with a
 * struct answer and its bytes on stdout; ends when there is none.
 *   SET  the bytes are the rule's match: struct xt_entry_match and its data.
 *        They become the one rule of PREROUTING; none removes it.
 *   GET  answers with the first entry's matches.
 */
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/types.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

#define SPACE	65536

enum { SET, GET };

struct request {
	__u32 command;
	__u32 family;	/* 4 or 6 */
	__s32 verdict;	/* SET: -2 accepts, -1 drops */
	__u32 size;		/* bytes that follow */
};

struct answer {
	__s32 error;		/* errno */
	__u32 size;		/* bytes that follow */
};

/* What the families' structures differ in; all else they have in common. */
struct layout {
	int family;
	int level;
	size_t entry;
	size_t target_at;
	size_t next_at;
};

static const struct layout layouts[] = {
	{ AF_INET, IPPROTO_IP, sizeof(struct ipt_entry),
	  offsetof(struct ipt_entry, target_offset),
	  offsetof(struct ipt_entry, next_offset) },
	{ AF_INET6, IPPROTO_IPV6, sizeof(struct ip6t_entry),
	  offsetof(struct ip6t_entry, target_offset),
	  offsetof(struct ip6t_entry, next_offset) },
};

static __u64 space[SPACE / sizeof(__u64)];

/* Add an entry with matches and a target; the number of its bytes. */
static size_t put(const struct layout *l, char *to, const void *match,
		  size_t match_size, const void *target, size_t target_size)
{
	__u16 offset = (__u16)(l->entry + match_size);
	__u16 next = (__u16)(offset + target_size);

	memset(to, 0, l->entry);
	memcpy(to + l->target_at, &offset, sizeof(offset));
	memcpy(to + l->next_at, &next, sizeof(next));
	memcpy(to + l->entry, match, match_size);
	memcpy(to + offset, target, target_size);
	return next;
}

static size_t put_verdict(const struct layout *l, char *to, const void *match,
			  size_t match_size, int verdict)
{
	struct xt_standard_target target = {
		.target.u.user.target_size = XT_ALIGN(sizeof(target)),
		.verdict = verdict,
	};

	return put(l, to, match, match_size, &target, XT_ALIGN(sizeof(target)));
}

static size_t put_error(const struct layout *l, char *to)
{
	struct xt_error_target target = {
		.target.u.user.target_size = XT_ALIGN(sizeof(target)),
		.target.u.user.name = XT_ERROR_TARGET,
		.errorname = XT_ERROR_TARGET,
	};

	return put(l, to, "", 0, &target, XT_ALIGN(sizeof(target)));
}

static int set(int sock, const struct layout *l, const struct request *request,
	       const void *match)
{
	static struct xt_counters counters[64];
	struct ipt_replace *replace = (struct ipt_replace *)space;
	char *entries = (char *)replace->entries;
	struct ipt_getinfo info = { .name = "raw" };
	socklen_t size = sizeof(info);
	size_t used = 0;

	if (getsockopt(sock, l->level, IPT_SO_GET_INFO, &info, &size))
		return -errno;
	memset(replace, 0, sizeof(*replace));
	strcpy(replace->name, "raw");
	replace->valid_hooks = 1 << NF_INET_PRE_ROUTING |
			       1 << NF_INET_LOCAL_OUT;
	replace->num_entries = 3;
	if (request->size) {
		used = put_verdict(l, entries, match, request->size,
				   request->verdict);
		replace->num_entries++;
	}
	replace->underflow[NF_INET_PRE_ROUTING] = (unsigned int)used;
	used += put_verdict(l, entries + used, "", 0, -NF_ACCEPT - 1);
	replace->hook_entry[NF_INET_LOCAL_OUT] = (unsigned int)used;
	replace->underflow[NF_INET_LOCAL_OUT] = (unsigned int)used;
	used += put_verdict(l, entries + used, "", 0, -NF_ACCEPT - 1);
	used += put_error(l, entries + used);
	replace->size = (unsigned int)used;
	replace->num_counters = info.num_entries;
	replace->counters = counters;
	if (setsockopt(sock, l->level, IPT_SO_SET_REPLACE, replace,
		       (socklen_t)(sizeof(*replace) + used)))
		return -errno;
	return 0;
}

/* Set @match to the first entry's matches. */
static int get(int sock, const struct layout *l, char **match, __u32 *bytes)
{
	struct ipt_get_entries *table = (struct ipt_get_entries *)space;
	struct ipt_getinfo info = { .name = "raw" };
	socklen_t size = sizeof(info);
	__u16 offset;

	if (getsockopt(sock, l->level, IPT_SO_GET_INFO, &info, &size))
		return -errno;
	size = (socklen_t)(sizeof(*table) + info.size);
	if (size > SPACE)
		return -EMSGSIZE;
	/* The kernel leaves alone what follows a name. */
	memset(table, 0, size);
	strcpy(table->name, "raw");
	table->size = info.size;
	if (getsockopt(sock, l->level, IPT_SO_GET_ENTRIES, table, &size))
		return -errno;
	memcpy(&offset, (char *)table->entrytable + l->target_at,
	       sizeof(offset));
	*match = (char *)table->entrytable + l->entry;
	*bytes = (__u32)(offset - l->entry);
	return 0;
}

int main(void)
{
	static char match[SPACE / 2];
	struct request request;

	while (fread(&request, sizeof(request), 1, stdin)) {
		const struct layout *l = &layouts[request.family == 6];
		int sock = socket(l->family, SOCK_RAW, IPPROTO_RAW);
		struct answer answer = { 0, 0 };
		char *found = "";

		if (sock < 0 || request.size > sizeof(match) ||
		    fread(match, 1, request.size, stdin) != request.size)
			return 1;
		if (request.command == SET)
			answer.error = -set(sock, l, &request, match);
		else
			answer.error = -get(sock, l, &found, &answer.size);
		fwrite(&answer, sizeof(answer), 1, stdout);
		fwrite(found, 1, answer.size, stdout);
		fflush(stdout);
		close(sock);
	}
	return 0;
}
