// SPDX-License-Identifier: GPL-2.0
/* Reads and writes of /proc/net/xt_sip/sources: sources as lines, commands. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/proc_fs.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "admin.h"
#include "proc.h"
#include "sip/command.h"
#include "table.h"

#define WRITE_PIECE	65536	/* bytes of a write that are read at once */
#define WRITE_BULK	1024	/* a write of so many may end inside a line */
#define LINE_LEN	512

/* ---- Reading sources ---- */

/**
 * struct opened - an open sources file
 * @net: the namespace, which is there while the file can be used
 * @sn: its state, or NULL; looked up by every read, as it may come meanwhile
 * @source: copy of the source that is shown
 * @bulk: there was a write that may have ended inside a line
 * @tail: the start of a line, from the last write
 * @tail_len: bytes of it
 */
struct opened {
	struct net *net;
	struct xsip_net *sn;
	struct xsip_source source;
	bool bulk;
	char tail[LINE_LEN];
	size_t tail_len;
};

/* Copy the source at @pos, since the entry may become another one. */
static struct xsip_source *copy_source(struct opened *o, loff_t *pos)
{
	struct xsip_source *s;
	u16 generation;

	if (!o->sn)
		return NULL;
	for (*pos -= 1; (s = xsip_pool_at(&o->sn->pool, pos)); *pos += 1) {
		generation = READ_ONCE(s->generation);
		smp_rmb(); /* pairs with retire() in source.c */
		data_race(o->source = *s);
		smp_rmb(); /* pairs with retire() in source.c */
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

	o->sn = xsip_net_of(o->net);
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

static void show_counts(struct seq_file *seq, const struct xsip_table *table,
			const struct xsip_source *s)
{
	const struct xsip_slot *slot;
	u64 now = ktime_get_ns();
	int i;

	for (i = 0; i < SIP_CELLS; i++) {
		slot = &table->slot[s->bank * SIP_CELLS + i];
		if (slot->info)
			xsip_count_show(seq, &s->cell[i], &slot->count,
					slot->info, now);
	}
}

/* Seconds left: end_after() in standing.c adds one that is not whole. */
static void show_left(struct seq_file *seq, const struct xsip_source *s,
		      enum xsip_state state, const char *name)
{
	u32 left = xsip_source_left(s, state);

	if (left)
		seq_printf(seq, " %s=%u", name, max(left, 2U) - 1);
}

/* Why a source is banned, or was; or by which tool it is known. */
static void show_reason(struct seq_file *seq, const struct xsip_net *sn,
			const struct xsip_source *s)
{
	struct xsip_reason reason = xsip_reasons_get(&sn->reasons, s->reason);
	char text[SIP_REASON_LEN];

	if (reason.tool)
		seq_printf(seq, " scanner=%s", xsip_tool_names[reason.tool]);
	xsip_reason_write(&reason, text);
	if (*text && (s->bans || reason.kind == SIP_REASON_HAND))
		seq_printf(seq, " why=%s", text);
}

/* The ban, or the last one if the next may be longer. */
static void show_ban(struct seq_file *seq, const struct xsip_source *s)
{
	if (!s->bans)
		return;
	seq_printf(seq, " since=%u of=%u bans=%u hits=%u",
		   (u32)ktime_get_seconds() - s->since,
		   xsip_term_end(s->term) - s->since - 1, s->bans, s->hits);
}

static int sources_show(struct seq_file *seq, void *v)
{
	struct opened *o = seq->private;
	const struct xsip_source *s = v;
	const struct xsip_table *table;

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
	seq_printf(seq, " table=%s seen=%u", table->name, xsip_source_idle(s));
	show_left(seq, s, SIP_BANNED, "banned");
	show_left(seq, s, SIP_TRUSTED, "trusted");
	show_left(seq, s, SIP_BARRED, "barred");
	show_reason(seq, o->sn, s);
	show_ban(seq, s);
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

static int set(struct net *net, const struct xsip_command *command,
	       u8 family, const union nf_inet_addr *addr)
{
	int err = xsip_admin_set(net, family, addr, command);

	if (err == -EADDRINUSE)
		pr_info_ratelimited("/proc/net/xt_sip/sources: an address of this machine is never banned and never trusted\n");
	return err;
}

static int lift_bans(struct xsip_net *sn, const char *name, u8 family,
		     const union nf_inet_addr *addr, int prefix)
{
	int err = -ENOENT;
	u8 wider;

	if (sn)
		err = xsip_admin_unban(sn, name, family, addr, prefix, &wider);
	if (err == -ENOENT)
		pr_info_ratelimited("/proc/net/xt_sip/sources: unban: nobody is banned by this address and length, read the file\n");
	if (err == -EBUSY)
		pr_info_ratelimited("/proc/net/xt_sip/sources: unban: the address is in a banned network with a length of %u, unban ADDRESS/%u\n",
				    wider, wider);
	return err;
}

static int execute(struct net *net, const struct xsip_command *command)
{
	u8 family = command->ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	const char *name = *command->name ? command->name : NULL;
	int prefix = command->has_prefix ? command->prefix : -1;
	struct xsip_net *sn = xsip_net_of(net);
	union nf_inet_addr addr;

	memcpy(&addr, command->addr, sizeof(addr));
	if (command->verb == SIP_COMMAND_NOTHING)
		return 0;
	if (command->verb == SIP_COMMAND_BAN ||
	    command->verb == SIP_COMMAND_TRUST)
		return set(net, command, family, &addr);
	if (command->verb == SIP_COMMAND_UNBAN)
		return lift_bans(sn, name, family, &addr, prefix);
	if (!sn)	/* there is nothing to undo, and no table */
		return name || command->verb == SIP_COMMAND_DISTRUST ?
			-ENOENT : 0;
	switch (command->verb) {
	case SIP_COMMAND_DISTRUST:
		return xsip_admin_distrust(sn, name, family, &addr, prefix);
	case SIP_COMMAND_FORGIVE:
		return xsip_admin_forgive(sn, name, family, &addr, prefix);
	default:
		return xsip_admin_flush(sn, name);
	}
}

static int execute_line(struct net *net, const char *line,
			const char *end)
{
	const char *error;
	struct xsip_command command;

	error = xsip_command_parse((const u8 *)line, (const u8 *)end, &command);
	if (!error)
		return execute(net, &command);
	pr_info_ratelimited("/proc/net/xt_sip/sources: %s\n", error);
	return -EINVAL;
}

/*
 * Execute the lines of @text, with @last also a last line without a newline.
 * *@done becomes the number of bytes that are done.
 */
static int execute_lines(struct net *net, const char *text, size_t size,
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
		/* Each may walk all sources, and there may be thousands. */
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}

/* The text of a write, after the tail of the last one. */
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

/* A write is short if its next line is not understood. */
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
	/* Not every way to write takes the lock of the file position. */
	mutex_lock(&seq->lock);
	o->bulk |= size >= WRITE_BULK;
	do {
		piece = min_t(size_t, size - done, WRITE_PIECE);
		begun = o->tail_len;
		written = write_piece(o, ubuf + done, piece);
		if (written > 0)
			done += written;
	} while (written == piece && done < size);
	/* The piece before may have taken the start of the bad line. */
	if (written < 0 && !o->tail_len)
		done -= min(done, begun);
	mutex_unlock(&seq->lock);
	return done ? done : written;
}

/* A writer that wrote no newline may have been killed inside the line. */
static int sources_release(struct inode *inode, struct file *file)
{
	struct opened *o = ((struct seq_file *)file->private_data)->private;

	if (o->tail_len)
		pr_info_ratelimited("/proc/net/xt_sip/sources: the last line has no newline and is not done\n");
	return seq_release_private(inode, file);
}

const struct proc_ops xsip_proc_sources_ops = {
	.proc_open	= sources_open,
	.proc_read	= seq_read,
	.proc_lseek	= seq_lseek,
	.proc_write	= sources_write,
	.proc_release	= sources_release,
};
