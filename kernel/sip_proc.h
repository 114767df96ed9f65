/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_proc: /proc/net/xt_sip/ of a network namespace.
 *
 * stats (0444): counters in Prometheus' text exposition format.
 * sources (0640): a line of key=value pairs for each source; written to with
 * CAP_NET_ADMIN over the namespace, it takes the commands of sip_ctl.h. A
 * write below 1024 bytes holds whole lines, the last newline may be missing; a
 * larger one, such as stdio makes them, may end inside a line that the next
 * write goes on with. From it on, until the file is closed, only a newline ends
 * a line: what has none is never done, as its writer may have been stopped
 * inside of it. Lines before one that is not understood are done, it and those
 * behind are not; write() returns how many bytes are done, if any.
 */
#ifndef _SIP_PROC_H
#define _SIP_PROC_H

#include <net/net_namespace.h>

/**
 * sip_proc_create() - make the files of a namespace
 * @net: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int sip_proc_create(struct net *net);

/**
 * sip_proc_remove() - remove them; waits for readers
 * @net: the namespace
 */
void sip_proc_remove(struct net *net);

#endif /* _SIP_PROC_H */
