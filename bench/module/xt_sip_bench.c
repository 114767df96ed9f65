// SPDX-License-Identifier: GPL-2.0
/*
 * xt_sip_bench: measures the cost of a ruleset per packet; for bench/guest.py
 * only.
 *
 * Passes packets one at a time through the hooks at NF_INET_PRE_ROUTING of a
 * network namespace, as the stack does, and reports how long that took. Files
 * in /proc/xt_sip_bench, for root:
 *
 * message	Each write adds one datagram: a byte that names its kind (0 to
 *		15), then the payload. It becomes an IPv4 packet to UDP port
 *		5060, which is used again and again.
 * run		Each write is a run in the namespace of the process that opened
 *		the file: "KIND FIRST SOURCES PACKETS BATCH SAME". It sends
 *		PACKETS packets, with the messages of the kind in turn, from
 *		the addresses FIRST to FIRST + SOURCES - 1 in turn, in a random
 *		order that is drawn anew for each run; if SAME is 1, in that of
 *		the run before, which had as many sources. Reading shows how
 *		many packets of the last run were not accepted, then the
 *		nanoseconds of each batch of BATCH packets.
 * clock	Reading shows the nanoseconds that reading the clock 1,000 times
 *		takes.
 *
 * A packet is held, so that a rule that drops it does not free it. Runs with
 * messages of different kinds can go on at once, on several processors.
 */
#include <linux/etherdevice.h>
#include <linux/fs.h>
#include <linux/ip.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/nsproxy.h>
#include <linux/proc_fs.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <linux/uaccess.h>
#include <linux/udp.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>

#define KINDS		16
#define MESSAGES	1024		/* of a kind */
#define PAYLOAD_MAX	8192
#define SOURCES_MAX	4000000
#define BATCHES_MAX	1024
#define SERVER		0xc6336401	/* 198.51.100.1 */

/**
 * struct kind - messages of a kind
 * @mutex: one run, or one new message, at a time
 * @count: of messages
 * @skb: their packets
 */
struct kind {
	struct mutex mutex;		/* taken by a run or a write */
	unsigned int count;
	struct sk_buff *skb[MESSAGES];
};

/**
 * struct run - an open file: the parameters and the result of a run
 * @mutex: one write or read at a time
 * @net: the namespace in which packets are sent
 * @kind: of the messages
 * @first: the first source address
 * @sources: number of source addresses
 * @packets: number of packets to send
 * @batch: packets that are timed as one
 * @same: keep the order
 * @ordered: addresses in @order
 * @order: the addresses, in network order
 * @source: index of the next address
 * @message: index of the next message
 * @refused: packets that were not accepted
 * @batches: how many are in @time
 * @time: nanoseconds of each
 */
struct run {
	struct mutex mutex;		/* all of this but @net */
	struct net *net;
	u32 kind;
	u32 first;
	u32 sources;
	u32 packets;
	u32 batch;
	u32 same;
	u32 ordered;
	__be32 *order;
	u32 source;
	u32 message;
	u32 refused;
	u32 batches;
	u64 time[BATCHES_MAX];
};

static struct kind kinds[KINDS];

/* ---- Messages ---- */

static struct sk_buff *make_packet(const char __user *payload, size_t size)
{
	size_t headers = sizeof(struct iphdr) + sizeof(struct udphdr);
	size_t room = NET_SKB_PAD + NET_IP_ALIGN + ETH_HLEN;
	struct sk_buff *skb;
	struct udphdr *udp;
	struct iphdr *ip;

	/* As a driver would: room for the link's header, the rest linear. */
	skb = alloc_skb(room + headers + size, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, room);
	skb_reset_network_header(skb);
	ip = skb_put_zero(skb, sizeof(*ip));
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = IPPROTO_UDP;
	ip->tot_len = htons(headers + size);
	ip->daddr = htonl(SERVER);
	skb_set_transport_header(skb, sizeof(*ip));
	udp = skb_put_zero(skb, sizeof(*udp));
	udp->source = htons(1024 + get_random_u32() % 60000);
	udp->dest = htons(5060);
	udp->len = htons(sizeof(*udp) + size);
	skb->protocol = htons(ETH_P_IP);
	if (copy_from_user(skb_put(skb, size), payload, size)) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

static ssize_t message_write(struct file *file, const char __user *data,
			     size_t size, loff_t *pos)
{
	struct sk_buff *skb;
	struct kind *kind;
	u8 number;
	int err = 0;

	if (!size || size > PAYLOAD_MAX + 1 || get_user(number, data) ||
	    number >= KINDS)
		return -EINVAL;
	skb = make_packet(data + 1, size - 1);
	if (!skb)
		return -ENOMEM;
	kind = &kinds[number];
	mutex_lock(&kind->mutex);
	if (kind->count < MESSAGES)
		kind->skb[kind->count++] = skb;
	else
		err = -ENOSPC;
	mutex_unlock(&kind->mutex);
	if (err)
		kfree_skb(skb);
	return err ?: size;
}

static void free_messages(void)
{
	unsigned int i, j;

	for (i = 0; i < KINDS; i++)
		for (j = 0; j < kinds[i].count; j++)
			kfree_skb(kinds[i].skb[j]);
}

/* ---- Runs ---- */

static int draw_order(struct run *run)
{
	u32 i, other;

	run->source = 0;
	if (run->same && run->ordered == run->sources)
		return 0;
	vfree(run->order);
	run->ordered = 0;
	run->order = vmalloc(array_size(run->sources, sizeof(*run->order)));
	if (!run->order)
		return -ENOMEM;
	for (i = 0; i < run->sources; i++) {
		other = get_random_u32_below(i + 1);
		run->order[i] = run->order[other];
		run->order[other] = htonl(run->first + i);
	}
	run->ordered = run->sources;
	return 0;
}

/* Send packets; returns the nanoseconds that they took. */
static u64 push(struct run *run, const struct kind *kind, u32 packets)
{
	struct nf_hook_state state = {
		.hook = NF_INET_PRE_ROUTING,
		.pf = NFPROTO_IPV4,
		.in = run->net->loopback_dev,
		.net = run->net,
	};
	const struct nf_hook_entries *hooks;
	struct sk_buff *skb;
	u64 start;

	rcu_read_lock();
	local_bh_disable();
	hooks = rcu_dereference(run->net->nf.hooks_ipv4[state.hook]);
	start = ktime_get_ns();
	while (packets--) {
		skb = kind->skb[run->message];
		if (++run->message == kind->count)
			run->message = 0;
		ip_hdr(skb)->saddr = run->order[run->source];
		if (++run->source == run->sources)
			run->source = 0;
		refcount_set(&skb->users, 2);
		if (hooks && nf_hook_slow(skb, &state, hooks, 0) != 1)
			run->refused++;
	}
	start = ktime_get_ns() - start;
	local_bh_enable();
	rcu_read_unlock();
	return start;
}

static void let_go(const struct kind *kind)
{
	unsigned int i;

	for (i = 0; i < kind->count; i++)
		refcount_set(&kind->skb[i]->users, 1);
}

static int do_run(struct run *run, const struct kind *kind)
{
	int err;

	run->refused = 0;
	run->batches = 0;
	if (!kind->count)
		return -ENODATA;
	err = draw_order(run);
	if (err)
		return err;
	run->message %= kind->count;
	while (run->batches < run->packets / run->batch) {
		run->time[run->batches++] = push(run, kind, run->batch);
		cond_resched();
		if (signal_pending(current)) {
			err = -EINTR;
			break;
		}
	}
	let_go(kind);
	return err;
}

static int run_kind(struct run *run, struct kind *kind)
{
	int err;

	mutex_lock(&kind->mutex);
	err = do_run(run, kind);
	mutex_unlock(&kind->mutex);
	return err;
}

static ssize_t run_write(struct file *file, const char __user *data,
			 size_t size, loff_t *pos)
{
	struct run *run = file->private_data;
	char line[80];
	int err;

	if (size >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, data, size))
		return -EFAULT;
	line[size] = '\0';
	mutex_lock(&run->mutex);
	if (sscanf(line, "%u %u %u %u %u %u", &run->kind, &run->first,
		   &run->sources, &run->packets, &run->batch,
		   &run->same) != 6 ||
	    run->kind >= KINDS || !run->sources ||
	    run->sources > SOURCES_MAX || !run->batch ||
	    !(run->packets / run->batch) ||
	    run->packets / run->batch > BATCHES_MAX)
		err = -EINVAL;
	else
		err = run_kind(run, &kinds[run->kind]);
	mutex_unlock(&run->mutex);
	return err ?: size;
}

static ssize_t run_read(struct file *file, char __user *data, size_t size,
			loff_t *pos)
{
	struct run *run = file->private_data;
	size_t space = 24 * (BATCHES_MAX + 1);
	char *text = vmalloc(space);
	ssize_t done;
	int at;
	u32 i;

	if (!text)
		return -ENOMEM;
	mutex_lock(&run->mutex);
	at = scnprintf(text, space, "%u", run->refused);
	for (i = 0; i < run->batches; i++)
		at += scnprintf(text + at, space - at, " %llu", run->time[i]);
	mutex_unlock(&run->mutex);
	done = simple_read_from_buffer(data, size, pos, text, at);
	vfree(text);
	return done;
}

static int run_open(struct inode *inode, struct file *file)
{
	struct run *run = vzalloc(sizeof(*run));

	if (!run)
		return -ENOMEM;
	mutex_init(&run->mutex);
	run->net = get_net(current->nsproxy->net_ns);
	file->private_data = run;
	return 0;
}

static int run_release(struct inode *inode, struct file *file)
{
	struct run *run = file->private_data;

	put_net(run->net);
	vfree(run->order);
	vfree(run);
	return 0;
}

static int clock_show(struct seq_file *seq, void *v)
{
	u64 start = ktime_get_ns();
	int i;

	for (i = 1; i < 1000; i++)
		ktime_get_ns();
	seq_printf(seq, "%llu\n", ktime_get_ns() - start);
	return 0;
}

/* ---- Module ---- */

static const struct proc_ops message_ops = {
	.proc_write	= message_write,
	.proc_lseek	= no_llseek,
};

static const struct proc_ops run_ops = {
	.proc_open	= run_open,
	.proc_read	= run_read,
	.proc_write	= run_write,
	.proc_release	= run_release,
	.proc_lseek	= default_llseek,
};

static int __init bench_init(void)
{
	struct proc_dir_entry *dir = proc_mkdir("xt_sip_bench", NULL);
	int i;

	for (i = 0; i < KINDS; i++)
		mutex_init(&kinds[i].mutex);
	if (dir && proc_create("message", 0200, dir, &message_ops) &&
	    proc_create("run", 0600, dir, &run_ops) &&
	    proc_create_single("clock", 0400, dir, clock_show))
		return 0;
	proc_remove(dir);
	return -ENOMEM;
}

static void __exit bench_exit(void)
{
	remove_proc_subtree("xt_sip_bench", NULL);
	free_messages();
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Packets through netfilter's hooks, for xt_sip's benchmark");
