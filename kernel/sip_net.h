/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_net: xt_sip's part of a network namespace, from its first rule to its
 * last.
 *
 * Lifetime: a struct sip_net is made with the first rule or ban of its
 * namespace, and lives while the namespace or any rule does. That it is made
 * once is the work of a mutex of its own, which is taken before sip_net.mutex.
 *
 * Everything here may sleep.
 */
#ifndef _SIP_NET_H
#define _SIP_NET_H

#include <net/net_namespace.h>

#include "sip_store.h"

/* ---- Namespaces ---- */

extern unsigned int sip_net_id;

/**
 * struct sip_net_head - all that a namespace has of us before its first rule
 * @sn: the rest; NULL before, then constant
 * @file: its root shall own this file in /proc; NULL if there is none
 */
struct sip_net_head {
	struct sip_net *sn;
	struct proc_dir_entry *file;
};

/**
 * sip_net_destroy() - what pernet exit does
 * @net: the namespace; rules may still be there and go later
 */
void sip_net_destroy(struct net *net);

/**
 * sip_net_of() - xt_sip's part of a namespace
 * @net: the namespace
 *
 * Return: NULL if there never was a rule or ban; else valid while the namespace
 * lives.
 */
struct sip_net *sip_net_of(const struct net *net);

/**
 * sip_net_open() - the same, made if there is none
 * @net: the namespace
 *
 * The caller's cgroup pays.
 *
 * Return: NULL if there is no memory.
 */
struct sip_net *sip_net_open(const struct net *net);

/**
 * sip_net_room() - how many sources a namespace may have now
 * @net: the namespace, with a struct sip_net or without
 *
 * Return: the limit.
 */
u32 sip_net_room(const struct net *net);

/**
 * sip_net_get() - hold xt_sip's part of a namespace
 * @sn: that part
 */
static inline void sip_net_get(struct sip_net *sn)
{
	refcount_inc(&sn->refs);
}

/**
 * sip_net_put() - let go of it
 * @sn: that part; freed when the namespace is gone and nobody holds it
 */
void sip_net_put(struct sip_net *sn);

/**
 * sip_net_own() - give a file in /proc to the root of a namespace
 * @net: the namespace
 * @file: the file, or NULL before it is removed
 *
 * `unshare -Urn` makes the network namespace before it says who is root in the
 * user namespace, so this is done again with the first rule.
 */
void sip_net_own(const struct net *net, struct proc_dir_entry *file);

/**
 * sip_net_own_file() - the same with the file that sip_net_own() named
 * @sn: xt_sip's part of the namespace; its mutex is held
 */
void sip_net_own_file(const struct sip_net *sn);

/* ---- Tables, in the namespace's last moment or before ---- */

/**
 * sip_slot_free() - forget what a rule counts
 * @slot: no rule is left; sip_net.mutex of its table is held
 */
void sip_slot_free(struct sip_slot *slot);

/**
 * sip_net_free_table() - free a table
 * @table: no rule and no source names it; sip_net.mutex is held
 */
void sip_net_free_table(struct sip_table *table);

/* ---- The worker ---- */

/**
 * sip_net_tend() - there is something that the worker shall forget at last
 * @sn: xt_sip's part of the namespace, which lives
 * @soon: room is scarce
 */
void sip_net_tend(struct sip_net *sn, bool soon);

/**
 * sip_net_start() - what module init does
 * @tends: what works on sip_net.gc of each namespace
 *
 * Return: 0 or -ENOMEM.
 */
int sip_net_start(work_func_t tends);

/**
 * sip_net_stop() - what module exit does, when no namespace uses it
 */
void sip_net_stop(void);

#endif /* _SIP_NET_H */
