// SPDX-License-Identifier: GPL-2.0
/* Sends requests and transactions to nf_tables and reads its answers. */
#include <arpa/inet.h>
#include <errno.h>
#include <libnftnl/common.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <time.h>
#include <xtables.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "error.h"
#include "netlink.h"

#define MESSAGE_MAX	65536	/* one message, in either direction */
#define DUMP_TRIES	50

static struct mnl_socket *sock;
static uint32_t sequence;
/*
 * The kernel makes the messages of a dump as big as the buffer of the last
 * recv() was, and leaves out a rule that does not fit. So this one buffer
 * receives everything, and something is always received before a dump.
 */
static char buffer[MESSAGE_MAX] __attribute__((aligned(8)));

static __attribute__((noreturn)) void lost(void)
{
	if (errno == EPERM)
		error_exit("the kernel does not permit it: expected root (or CAP_NET_ADMIN in this network namespace), and a table that no other program owns");
	error_exit("no answer from nf_tables: %s", strerror(errno));
}

static void need_socket(void)
{
	int on = 1;

	if (sock)
		return;
	sock = mnl_socket_open(NETLINK_NETFILTER);
	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		error_exit("this kernel has no netfilter that one can speak to: %s",
			   strerror(errno));
	mnl_socket_setsockopt(sock, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(sock, NETLINK_EXT_ACK, &on, sizeof(on));
	sequence = time(NULL);
}

/* Send one message and read all of its answer; -1 and errno on error. */
static int ask(struct nlmsghdr *nlh, mnl_cb_t call, void *data)
{
	unsigned int port = mnl_socket_get_portid(sock);
	uint32_t seq = nlh->nlmsg_seq;
	ssize_t len;
	int ret = 1;

	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		return -1;
	while (ret > 0) {
		len = mnl_socket_recvfrom(sock, buffer, sizeof(buffer));
		if (len < 0)
			return -1;
		ret = mnl_cb_run(buffer, len, seq, port, call, data);
	}
	return ret;
}

static int read_generation(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;
	uint32_t *generation = data;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) == NFTA_GEN_ID)
			*generation = ntohl(mnl_attr_get_u32(attr));
	return MNL_CB_OK;
}

uint32_t netlink_generation(void)
{
	uint32_t generation = 0;
	struct nlmsghdr *nlh;
	char request[256];

	need_socket();
	nlh = nftnl_nlmsg_build_hdr(request, NFT_MSG_GETGEN, AF_UNSPEC,
				    NLM_F_ACK, ++sequence);
	if (ask(nlh, read_generation, &generation) < 0)
		lost();
	return generation;
}

void netlink_dump(uint16_t type, const struct nftnl_rule *only, mnl_cb_t call,
		  void (*restart)(void *data), void *data)
{
	uint8_t family = AF_UNSPEC;
	struct nlmsghdr *nlh;
	char request[1024];
	int tries;

	if (only)
		family = nftnl_rule_get_u32(only, NFTNL_RULE_FAMILY);
	for (tries = 0; tries < DUMP_TRIES; tries++) {
		netlink_generation();
		restart(data);
		nlh = nftnl_nlmsg_build_hdr(request, type, family, NLM_F_DUMP,
					    ++sequence);
		if (only)
			nftnl_rule_nlmsg_build_payload(nlh,
						       (void *)only);
		if (ask(nlh, call, data) >= 0)
			return;
		/* The dump was cut short: its rest must not be read. */
		if (errno != EINTR)
			lost();
		mnl_socket_close(sock);
		sock = NULL;
		need_socket();
	}
	error_exit("the ruleset changes all the time: try again when it is quiet");
}

static int ignore(const struct nlmsghdr *nlh, void *data)
{
	(void)nlh;
	(void)data;
	return MNL_CB_OK;
}

/*
 * nf_tables loads a match by an alias for its family, and there is none for
 * inet. This asks as iptables does, which works for all families.
 */
void netlink_need_match(const char *name, uint32_t revision)
{
	struct nlmsghdr *nlh;
	struct utsname uts;
	char request[256];

	need_socket();
	nlh = nftnl_nlmsg_build_hdr(request, 0, AF_INET, NLM_F_ACK,
				    ++sequence);
	nlh->nlmsg_type = NFNL_SUBSYS_NFT_COMPAT << 8 | NFNL_MSG_COMPAT_GET;
	mnl_attr_put_strz(nlh, NFTA_COMPAT_NAME, name);
	mnl_attr_put_u32(nlh, NFTA_COMPAT_REV, htonl(revision));
	mnl_attr_put_u32(nlh, NFTA_COMPAT_TYPE, 0);
	if (ask(nlh, ignore, NULL) >= 0)
		return;
	if (errno == EPERM)
		lost();
	uname(&uts);
	if (errno == EINVAL)
		error_exit("kernel %s has no nft_compat (CONFIG_NFT_COMPAT), which carries the sip match in nftables",
			   uts.release);
	error_exit("kernel %s does not know the match \"%s\" (revision %u): the module xt_%s is not installed for it: expected `modprobe xt_%s` to work",
		   uts.release, name, revision, name, name);
}

struct netlink_batch {
	char *bytes;
	size_t len, room;
	uint32_t first;			/* sequence number of the beginning */
	const struct location **locations;	/* of the messages after it */
	unsigned int count;
	struct nlmsghdr *last;
};

static void *batch_room(struct netlink_batch *batch)
{
	size_t last = batch->last ? (char *)batch->last - batch->bytes : 0;

	if (batch->len + MESSAGE_MAX > batch->room) {
		batch->room = 2 * batch->room + MESSAGE_MAX;
		batch->bytes = xtables_realloc(batch->bytes, batch->room);
		if (batch->last)
			batch->last = (void *)(batch->bytes + last);
	}
	return batch->bytes + batch->len;
}

struct netlink_batch *netlink_batch_begin(uint32_t generation)
{
	struct netlink_batch *batch = xtables_calloc(1, sizeof(*batch));
	struct nlmsghdr *nlh;

	need_socket();
	batch->first = ++sequence;
	nlh = nftnl_batch_begin(batch_room(batch), batch->first);
	mnl_attr_put_u32(nlh, NFNL_BATCH_GENID, htonl(generation));
	batch->len = MNL_ALIGN(nlh->nlmsg_len);
	return batch;
}

void netlink_batch_add(struct netlink_batch *batch, uint16_t type,
		       uint16_t flags, struct nftnl_rule *rule,
		       const struct location *at)
{
	struct nlmsghdr *nlh;

	nlh = nftnl_nlmsg_build_hdr(batch_room(batch), type,
				    nftnl_rule_get_u32(rule,
						       NFTNL_RULE_FAMILY),
				    flags, ++sequence);
	nftnl_rule_nlmsg_build_payload(nlh, rule);
	batch->len += MNL_ALIGN(nlh->nlmsg_len);
	batch->last = nlh;
	batch->locations = xtables_realloc(batch->locations,
					   (batch->count + 1) *
					   sizeof(*batch->locations));
	batch->locations[batch->count++] = at;
}

static void batch_free(struct netlink_batch *batch)
{
	free(batch->locations);
	free(batch->bytes);
	free(batch);
}

/* The message that the kernel attached to an error, or NULL. */
static const char *ext_ack(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	size_t skip = sizeof(*error);
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += MNL_ALIGN(error->msg.nlmsg_len) - NLMSG_HDRLEN;
	mnl_attr_for_each(attr, nlh, skip)
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			return mnl_attr_get_str(attr);
	return NULL;
}

static const char *explain(int error)
{
	switch (error) {
	case ENOENT:
		return "the kernel does not find something that the rule names (chain, set, handle, or the sip match)";
	case EINVAL:
		return "the kernel refuses it; if the sip match does, it says why in the kernel's log (dmesg)";
	case ENOSPC:
		return "the table of sources has no room for one more counting rule: expected another --name, or fewer counting rules";
	case ELOOP:
	case EMLINK:
		return "a jump that makes a loop, or too many jumps in a row: expected chains that lead somewhere";
	case EOPNOTSUPP:
		return "the kernel cannot do this here: a set must have \"flags dynamic,timeout\" and no interval, and a base chain must be of type filter";
	case EBUSY:
		return "the kernel says that the set or the chain is in use";
	default:
		return strerror(error);
	}
}

/* One answer to a batch: true if the batch is to be sent again. */
static bool check_answer(const struct netlink_batch *batch,
			 const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	uint32_t number = nlh->nlmsg_seq - batch->first;
	const char *text;

	if (nlh->nlmsg_type != NLMSG_ERROR || !error->error)
		return false;
	errno = -error->error;
	if (errno == ERESTART || errno == EAGAIN)
		return true;
	if (errno == EPERM)
		lost();
	text = ext_ack(nlh);
	/* The error is about the batch as a whole. */
	if (!number || number > batch->count)
		error_exit("%s; nothing was changed", explain(errno));
	location_error(batch->locations[number - 1], "%s%s%s%s; nothing was changed",
		       explain(-error->error), text ? " (" : "", text ?: "",
		       text ? ")" : "");
}

/* The kernel has queued all answers by the time the send returns. */
static bool read_answers(const struct netlink_batch *batch)
{
	int fd = mnl_socket_get_fd(sock);
	const struct nlmsghdr *nlh;
	bool again = false;
	ssize_t got;
	int len;

	while ((got = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) {
		len = got;
		for (nlh = (void *)buffer; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len))
			again |= check_answer(batch, nlh);
	}
	if (got < 0 && errno != EAGAIN)
		lost();
	return !again;
}

/*
 * In one send, as large as permitted; only root of the init namespace may
 * exceed net.core.wmem_max.
 */
static void send_all(const struct netlink_batch *batch)
{
	int fd = mnl_socket_get_fd(sock);
	int size = batch->len + MESSAGE_MAX;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (mnl_socket_sendto(sock, batch->bytes, batch->len) >= 0)
		return;
	if (errno == EMSGSIZE)
		error_exit("%u messages are %zu bytes, more than may be sent at once: expected fewer in one file, or the root of the machine, or more for net.core.wmem_max",
			   batch->count, batch->len);
	lost();
}

bool netlink_batch_end(struct netlink_batch *batch, bool check)
{
	struct nlmsghdr *nlh;
	bool done = true;

	if (batch->count) {
		batch->last->nlmsg_flags |= NLM_F_ACK;
		if (!check) {
			nlh = nftnl_batch_end(batch_room(batch), ++sequence);
			batch->len += MNL_ALIGN(nlh->nlmsg_len);
		}
		send_all(batch);
		done = read_answers(batch);
	}
	batch_free(batch);
	return done;
}
