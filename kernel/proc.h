/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of /proc/net/xt_sip/ in a network namespace.
 *
 * stats (0444): counters in the text exposition format of Prometheus.
 *
 * sources (0640): a line of key=value pairs for each source. Written to with
 * CAP_NET_ADMIN over the namespace, it executes the commands of sip/command.h.
 * A write below 1024 bytes holds whole lines; its last newline may be missing.
 * A larger one, as stdio makes them, may end inside a line that the next write
 * continues. From then on, until the file is closed, only a newline ends a
 * line, and a line without one is never executed, since its writer may have
 * been killed inside of it. Lines before one that is not understood are
 * executed, that line and those after it are not. write() returns how many
 * bytes are done, if any.
 */
#ifndef _XSIP_PROC_H
#define _XSIP_PROC_H

struct net;
struct seq_file;

#include <net/net_namespace.h>

/**
 * xsip_proc_create() - make the files of a namespace
 * @net: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int xsip_proc_create(struct net *net);

/**
 * xsip_proc_remove() - remove them; waits for readers
 * @net: the namespace
 */
void xsip_proc_remove(struct net *net);

/**
 * xsip_proc_show_stats() - print the file stats
 * @seq: where to
 * @unused: nothing
 *
 * Return: 0.
 */
int xsip_proc_show_stats(struct seq_file *seq, void *unused);

extern const struct proc_ops xsip_proc_sources_ops;

#endif /* _XSIP_PROC_H */
