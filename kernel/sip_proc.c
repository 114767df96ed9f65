// SPDX-License-Identifier: GPL-2.0
/* sip_proc: see sip_proc.h for the contract. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/proc_fs.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "sip_ctl.h"
#include "sip_proc.h"
#include "sip_solicited.h"
#include "sip_table.h"
#include "sip_text.h"

#define WRITE_PIECE	65536	/* bytes of a write that are taken at once */
#define WRITE_BULK	1024	/* from here on one may end inside a line */
#define LINE_LEN	512

/* ---- stats ---- */

static void show_head(struct seq_file *seq, const char *name, const char *type,
		      const char *help)
{
	seq_printf(seq, "# HELP xt_sip_%s %s\n# TYPE xt_sip_%s %s\n", name,
		   help, name, type);
}

/* A counter without labels. */
static void show_counter(struct seq_file *seq, struct sip_stats __percpu *stats,
			 const char *name, unsigned int stat, const char *help)
{
	show_head(seq, name, "counter", help);
	seq_printf(seq, "xt_sip_%s %llu\n", name, sip_stats_sum(stats, stat));
}

/* A group of counters with one label, whose values are @values. */
static void show_group(struct seq_file *seq, struct sip_stats __percpu *stats,
		       const char *name, const char *label,
		       const char *const *values, unsigned int count,
		       unsigned int stat, const char *help)
{
	unsigned int i;

	show_head(seq, name, "counter", help);
	for (i = 0; i < count; i++)
		seq_printf(seq, "xt_sip_%s{%s=\"%s\"} %llu\n", name, label,
			   values[i], sip_stats_sum(stats, stat + i));
}

static const char *const class_names[SIP_CLASS_COUNT] = {
	[SIP_UNJUDGED]	= "unjudged",
	[SIP_KEEPALIVE]	= "keepalive",
	[SIP_JUNK]	= "junk",
	[SIP_REQUEST]	= "request",
	[SIP_RESPONSE]	= "response",
};

/* By the first digit; 0 and from 7 on nobody should send. */
static const char *const status_names[10] = {
	"0xx", "1xx", "2xx", "3xx", "4xx", "5xx", "6xx", "7xx", "8xx", "9xx",
};

static void show_counters(struct seq_file *seq,
			  struct sip_stats __percpu *stats)
{
	show_group(seq, stats, "packets_total", "class", class_names,
		   SIP_CLASS_COUNT, SIP_STAT_CLASS,
		   "Packets that rules looked into, by what they carry.");
	show_group(seq, stats, "requests_total", "method", sip_method_names,
		   XT_SIP_METHOD_COUNT, SIP_STAT_REQUEST,
		   "SIP requests, by method.");
	show_group(seq, stats, "responses_total", "status", status_names,
		   ARRAY_SIZE(status_names), SIP_STAT_RESPONSE,
		   "SIP responses, by class of status code.");
	show_group(seq, stats, "defects_total", "defect", sip_defect_names,
		   XT_SIP_DEFECT_COUNT, SIP_STAT_DEFECT,
		   "Defects found; a packet may have several.");
	/* No tool is no counter. */
	show_group(seq, stats, "scanners_total", "tool", sip_tool_names + 1,
		   SIP_TOOL_COUNT - 1, SIP_STAT_SCANNER + 1,
		   "Requests of attack tools, as --scanner tells them.");
	show_counter(seq, stats, "bans_total", SIP_STAT_BANS,
		     "Bans that rules have set.");
	show_counter(seq, stats, "bans_refused_total", SIP_STAT_BANS_REFUSED,
		     "Bans not recorded, as bans hold half of all room or memory is short.");
	show_counter(seq, stats, "banned_packets_total", SIP_STAT_BANNED_PACKETS,
		     "Packets matched because their source is banned.");
	show_counter(seq, stats, "over_rate_total", SIP_STAT_OVER_RATE,
		     "Packets over the --rate of a rule.");
	show_counter(seq, stats, "over_users_total", SIP_STAT_OVER_USERS,
		     "Packets of sources over the --users of a rule.");
	show_counter(seq, stats, "remembered_total", SIP_STAT_REMEMBERED,
		     "Requests remembered, so that responses can be told.");
	show_counter(seq, stats, "solicited_total", SIP_STAT_SOLICITED,
		     "Responses to remembered requests, by rules with --solicited.");
	show_counter(seq, stats, "unsolicited_total", SIP_STAT_UNSOLICITED,
		     "Responses that nobody asked for, by rules with --solicited.");
	show_counter(seq, stats, "forgiven_total", SIP_STAT_FORGIVEN,
		     "Times that --forgive cleared the counts of a source.");
	show_counter(seq, stats, "evicted_total", SIP_STAT_EVICTED,
		     "Sources forgotten to make room for others.");
	show_counter(seq, stats, "full_total", SIP_STAT_FULL,
		     "Packets not counted, as their source found no room.");
}

static void show_gauge(struct seq_file *seq, struct sip_net *sn,
		       const char *name, bool banned, const char *help)
{
	const struct sip_table *table;
	int i;

	show_head(seq, name, "gauge", help);
	rcu_read_lock();
	for (i = 0; sn && i < SIP_TABLES; i++) {
		table = rcu_dereference(sn->tables[i]);
		if (table)
			seq_printf(seq, "xt_sip_%s{table=\"%s\"} %d\n", name,
				   table->name,
				   atomic_read(banned ? &table->banned :
						       &table->sources));
	}
	rcu_read_unlock();
}

static int stats_show(struct seq_file *seq, void *unused)
{
	const struct net *net = seq_file_single_net(seq);
	struct sip_net *sn = sip_net_of(net);

	show_head(seq, "info", "gauge", "Version of the module.");
	seq_printf(seq, "xt_sip_info{version=\"%s\"} 1\n", XT_SIP_VERSION);
	show_counters(seq, sn ? sn->stats : NULL);
	show_gauge(seq, sn, "sources", false, "Sources known, by table.");
	show_gauge(seq, sn, "banned_sources", true,
		   "Sources with a ban, by table.");
	show_head(seq, "memory_bytes", "gauge",
		  "Size of the memory of requests, 0 if no rule asks for it.");
	seq_printf(seq, "xt_sip_memory_bytes %zu\n",
		   sn ? sip_solicited_bytes(sn) : 0);
	show_head(seq, "max_sources", "gauge",
		  "Sources that this network namespace has room for.");
	seq_printf(seq, "xt_sip_max_sources %u\n", sip_net_room(net));
	return 0;
}

/* ---- Reading sources ---- */

/**
 * struct opened - an open sources file
 * @net: the namespace, which is there while the file can be used
 * @sn: our part of it, or NULL; of the last look, as it may come meanwhile
 * @source: the one that is shown
 * @bulk: there was a write that may end inside a line
 * @tail: what the last write left of a line
 * @tail_len: bytes of it
 */
struct opened {
	struct net *net;
	struct sip_net *sn;
	struct sip_source source;
	bool bulk;
	char tail[LINE_LEN];
	size_t tail_len;
};

/* Copy the source at @pos, so that it is one source and stays it. */
static struct sip_source *copy_source(struct opened *o, loff_t *pos)
{
	struct sip_source *s;
	u16 generation;

	if (!o->sn)
		return NULL;
	for (*pos -= 1; (s = sip_pool_at(&o->sn->pool, pos)); *pos += 1) {
		generation = READ_ONCE(s->generation);
		smp_rmb(); /* pairs with sip_source.c:retire() */
		data_race(o->source = *s);
		smp_rmb(); /* pairs with sip_source.c:retire() */
		if (READ_ONCE(s->generation) == generation &&
		    o->source.table)
			break;
	}
	*pos += 1;
	return s ? &o->source : NULL;
}

/* Position 0 is the headline, n + 1 the source at n. */
static void *sources_start(struct seq_file *seq, loff_t *pos)
	__acquires(RCU)
{
	struct opened *o = seq->private;

	o->sn = sip_net_of(o->net);
	if (o->sn)
		mutex_lock(&o->sn->mutex);
	rcu_read_lock();
	return *pos ? copy_source(o, pos) : SEQ_START_TOKEN;
}

static void *sources_next(struct seq_file *seq, void *v, loff_t *pos)
{
	*pos += 1;
	return copy_source(seq->private, pos);
}

static void sources_stop(struct seq_file *seq, void *v)
	__releases(RCU)
{
	struct opened *o = seq->private;

	rcu_read_unlock();
	if (o->sn)
		mutex_unlock(&o->sn->mutex);
}

static char unit_name(u32 seconds)
{
	return sip_text_time_unit(&seconds);
}

/* "rate=50/s:3/100": of the burst of 100 that the rule allows, 3 are used. */
static void show_rate(struct seq_file *seq, const struct sip_slot *slot,
		      const atomic64_t *word, u64 now)
{
	const struct xt_sip_mtinfo *info = slot->info;

	seq_printf(seq, " rate=%u/%c:%llu/%u", info->rate,
		   unit_name(info->rate_unit),
		   sip_rate_used(&slot->count.rate, now, atomic64_read(word)),
		   info->burst);
}

/* "users=20/h:7/20": of 20 users that the rule allows, it addressed about 7. */
static void show_users(struct seq_file *seq, const struct sip_slot *slot,
		       const atomic64_t *word, u64 now)
{
	const struct xt_sip_mtinfo *info = slot->info;
	u64 users[SIP_USERS_WORDS];
	int i;

	for (i = 0; i < SIP_USERS_WORDS; i++)
		users[i] = atomic64_read(&word[i]);
	sip_users_age(&slot->count.users, now, users);
	seq_printf(seq, " users=%u/%c:%u/%u", info->users,
		   unit_name(info->users_unit), sip_users_estimate(users),
		   info->users);
}

static void show_counts(struct seq_file *seq, const struct sip_table *table,
			const struct sip_source *s)
{
	const struct sip_slot *slot;
	u64 now = ktime_get_ns();
	int i;

	for (i = 0; i < SIP_WORDS; i++) {
		slot = &table->slot[s->bank * SIP_WORDS + i];
		if (!slot->info)
			continue;
		if (slot->count.flags & XT_SIP_USERS)
			show_users(seq, slot, &s->word[i], now);
		if (slot->count.flags & XT_SIP_RATE)
			show_rate(seq, slot,
				  &s->word[i + sip_count_rate(&slot->count)],
				  now);
	}
}

static int sources_show(struct seq_file *seq, void *v)
{
	struct opened *o = seq->private;
	const struct sip_source *s = v;
	const struct sip_table *table;
	u32 left;

	if (v == SEQ_START_TOKEN) {
		seq_puts(seq, "# xt_sip 1\n");
		return 0;
	}
	table = rcu_dereference(o->sn->tables[s->table - 1]);
	if (!table)
		return 0;
	if (s->family == NFPROTO_IPV4)
		seq_printf(seq, "src=%pI4/%u", &s->addr.ip, s->prefix);
	else
		seq_printf(seq, "src=%pI6c/%u", &s->addr.in6, s->prefix);
	seq_printf(seq, " table=%s seen=%u", table->name, sip_source_idle(s));
	/* The last second of a ban is not a whole one; see sip_source_ban(). */
	left = sip_source_ban_left(s);
	if (left)
		seq_printf(seq, " banned=%u", max(left, 2U) - 1);
	if (s->tool)
		seq_printf(seq, " scanner=%s", sip_tool_names[s->tool]);
	show_counts(seq, table, s);
	seq_putc(seq, '\n');
	return 0;
}

static const struct seq_operations sources_seq_ops = {
	.start	= sources_start,
	.next	= sources_next,
	.stop	= sources_stop,
	.show	= sources_show,
};

static int sources_open(struct inode *inode, struct file *file)
{
	struct opened *o = __seq_open_private(file, &sources_seq_ops,
					      sizeof(*o));

	if (!o)
		return -ENOMEM;
	o->net = pde_data(inode);
	return 0;
}

/* ---- Writing sources ---- */

static int ban(const struct net *net, const struct sip_ctl *ctl, u8 family,
	       const union nf_inet_addr *addr)
{
	struct sip_net *sn = sip_net_open(net);

	if (!sn)
		return -ENOMEM;
	return sip_table_ban(sn, *ctl->name ? ctl->name : "sip", family, addr,
			     ctl->prefix, ctl->seconds);
}

static int execute(const struct net *net, const struct sip_ctl *ctl)
{
	u8 family = ctl->ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	const char *name = *ctl->name ? ctl->name : NULL;
	int prefix = ctl->has_prefix ? ctl->prefix : -1;
	struct sip_net *sn = sip_net_of(net);
	union nf_inet_addr addr;

	memcpy(&addr, ctl->addr, sizeof(addr));
	if (ctl->verb == SIP_CTL_NOTHING)
		return 0;
	if (ctl->verb == SIP_CTL_BAN)
		return ban(net, ctl, family, &addr);
	if (!sn)	/* nothing to undo, and no table */
		return name ? -ENOENT : 0;
	switch (ctl->verb) {
	case SIP_CTL_UNBAN:
		return sip_table_unban(sn, name, family, &addr, prefix);
	case SIP_CTL_FORGIVE:
		return sip_table_forgive(sn, name, family, &addr, prefix);
	default:
		return sip_table_flush(sn, name);
	}
}

static int execute_line(const struct net *net, const char *line,
			const char *end)
{
	const char *error;
	struct sip_ctl ctl;

	error = sip_ctl_parse((const u8 *)line, (const u8 *)end, &ctl);
	if (!error)
		return execute(net, &ctl);
	pr_info_ratelimited("/proc/net/xt_sip/sources: %s\n", error);
	return -EINVAL;
}

/*
 * Do the lines of @text, @size bytes, and @last the last one too if it has no
 * newline. *@done: how many bytes are.
 */
static int execute_lines(const struct net *net, const char *text, size_t size,
			 bool last, size_t *done)
{
	const char *p = text;
	const char *end = text + size;
	const char *newline;
	int err;

	while (p < end) {
		newline = memchr(p, '\n', end - p);
		if (!newline && !last)
			break;
		err = execute_line(net, p, newline ?: end);
		if (err)
			return err;
		p = newline ? newline + 1 : end;
		*done = p - text;
		cond_resched();
		/* A line may walk all sources, and there may be thousands. */
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}

/* The text of a write, behind what the last one left. */
static char *gather(const struct opened *o, const char __user *ubuf,
		    size_t size)
{
	char *text = kvmalloc(o->tail_len + size, GFP_KERNEL_ACCOUNT);

	if (!text)
		return ERR_PTR(-ENOMEM);
	memcpy(text, o->tail, o->tail_len);
	if (!copy_from_user(text + o->tail_len, ubuf, size))
		return text;
	kvfree(text);
	return ERR_PTR(-EFAULT);
}

static ssize_t take_text(struct opened *o, const char *text, size_t size)
{
	size_t old = o->tail_len;
	size_t done = 0;
	int err;

	err = execute_lines(o->net, text, old + size, !o->bulk, &done);
	o->tail_len = 0;
	if (err)	/* a short write if something of it is done */
		return done > old ? (ssize_t)(done - old) : err;
	if (done == old + size)
		return size;
	if (old + size - done > sizeof(o->tail)) {
		pr_info_ratelimited("/proc/net/xt_sip/sources: line of more than %d bytes\n",
				    LINE_LEN);
		return done > old ? (ssize_t)(done - old) : -EINVAL;
	}
	o->tail_len = old + size - done;
	memcpy(o->tail, text + done, o->tail_len);
	return size;
}

static ssize_t write_piece(struct opened *o, const char __user *ubuf,
			   size_t size)
{
	char *text = gather(o, ubuf, size);
	ssize_t written;

	if (IS_ERR(text))
		return PTR_ERR(text);
	written = take_text(o, text, size);
	kvfree(text);
	return written;
}

/* A short write is one whose next line is not understood. */
static ssize_t sources_write(struct file *file, const char __user *ubuf,
			     size_t size, loff_t *pos)
{
	struct seq_file *seq = file->private_data;
	struct opened *o = seq->private;
	size_t done = 0;
	ssize_t written;
	size_t piece, begun;

	if (!file_ns_capable(file, o->net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	/* The file's position has a lock; not every way to write takes it. */
	mutex_lock(&seq->lock);
	o->bulk |= size >= WRITE_BULK;
	do {
		piece = min_t(size_t, size - done, WRITE_PIECE);
		begun = o->tail_len;
		written = write_piece(o, ubuf + done, piece);
		if (written > 0)
			done += written;
	} while (written == piece && done < size);
	/* Of the bad line, the piece before may have taken a part. */
	if (written < 0 && !o->tail_len)
		done -= min(done, begun);
	mutex_unlock(&seq->lock);
	return done ? done : written;
}

/* Who did not write the newline may have been stopped inside the line. */
static int sources_release(struct inode *inode, struct file *file)
{
	struct opened *o = ((struct seq_file *)file->private_data)->private;

	if (o->tail_len)
		pr_info_ratelimited("/proc/net/xt_sip/sources: the last line has no newline and is not done\n");
	return seq_release_private(inode, file);
}

static const struct proc_ops sources_proc_ops = {
	.proc_open	= sources_open,
	.proc_read	= seq_read,
	.proc_lseek	= seq_lseek,
	.proc_write	= sources_write,
	.proc_release	= sources_release,
};

/* ---- The directory ---- */

int sip_proc_create(struct net *net)
{
	struct proc_dir_entry *dir, *sources;

	dir = proc_net_mkdir(net, "xt_sip", net->proc_net);
	if (!dir)
		return -ENOMEM;
	sources = proc_create_data("sources", 0640, dir, &sources_proc_ops,
				   net);
	if (!sources || !proc_create_net_single("stats", 0444, dir, stats_show,
						NULL)) {
		remove_proc_subtree("xt_sip", net->proc_net);
		return -ENOMEM;
	}
	sip_net_own(net, sources);
	return 0;
}

void sip_proc_remove(struct net *net)
{
	sip_net_own(net, NULL);
	remove_proc_subtree("xt_sip", net->proc_net);
}
