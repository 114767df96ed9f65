/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of xt_sip in a network namespace.
 *
 * Lifetime: it is made with the first rule or ban of the namespace, and lives
 * while the namespace or any rule does. The hash and the pool of sources come
 * with the first table.
 *
 * Locking: xsip_net.mutex is the outermost lock, but for one that lets
 * xsip_net_open() make the state only once. Then come the locks of hash
 * buckets, then xsip_net.term_lock. The pool's lock is innermost.
 *
 * Everything here may sleep.
 */
#ifndef _XSIP_NET_H
#define _XSIP_NET_H

#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "hash.h"
#include "pool.h"
#include "reasons.h"
#include "stats.h"

#define SIP_TABLES	64	/* of a namespace; ids are 1 to SIP_TABLES */

struct xsip_memory;
struct xsip_table;

/**
 * struct xsip_net - all of xt_sip in one network namespace; what every packet
 * reads shares no cache line with what new sources change
 * @hash: finds sources
 * @stats: event counters
 * @requests: of the last minute, while rules ask for them; written under
 *	      @mutex, read under RCU
 * @nonces: that were sent of late, while rules ask for proofs; written under
 *	    @mutex, read under RCU
 * @small: its user namespace is not the host's: it gets less memory
 * @dead: the namespace is gone; @mutex
 * @sources: entries in use
 * @banned: entries with a ban
 * @trusted: entries with trust, or barred from it
 * @term_lock: @friends_tat, xsip_table.terms4, .terms6 and the lengths
 * @friends_tat: of the rate of new friends, see sip/rate.h
 * @pool: memory of the entries
 * @tables: by id - 1; written under @mutex, read under RCU
 * @reasons: for bans; written under @mutex
 * @mutex: life of tables, slots and chunks
 * @request_rules: rules that use @requests; @mutex
 * @requests_unused_since: jiffies when @request_rules became 0; @mutex
 * @nonce_rules: rules that use @nonces; @mutex
 * @nonces_unused_since: jiffies when @nonce_rules became 0; @mutex
 * @gc: see gc.c
 * @file: the root of the namespace owns this file in /proc; NULL if there is
 *	  none; @mutex
 * @user_ns: of the namespace; valid while @file is there
 * @refs: the namespace and every rule
 */
struct xsip_net {
	struct xsip_hash hash;
	struct xsip_stats __percpu *stats;
	struct xsip_memory __rcu *requests;
	struct xsip_memory __rcu *nonces;
	bool small;
	bool dead;
	atomic_t sources ____cacheline_aligned_in_smp;
	atomic_t banned;
	atomic_t trusted;
	spinlock_t term_lock;
	u64 friends_tat;
	struct xsip_pool pool;
	struct xsip_table __rcu *tables[SIP_TABLES];
	struct xsip_reasons reasons;
	struct mutex mutex;
	unsigned int request_rules;
	unsigned long requests_unused_since;
	unsigned int nonce_rules;
	unsigned long nonces_unused_since;
	struct delayed_work gc;
	struct proc_dir_entry *file;
	struct user_namespace *user_ns;
	refcount_t refs;
};

extern unsigned int xsip_net_id;

/**
 * struct xsip_net_head - what a namespace has before its first rule
 * @sn: the state; NULL before, then constant
 * @file: as in struct xsip_net
 */
struct xsip_net_head {
	struct xsip_net *sn;
	struct proc_dir_entry *file;
};

/**
 * xsip_net_of() - the state of a namespace
 * @net: the namespace
 *
 * Return: NULL if there never was a rule or ban; else valid while the namespace
 * lives.
 */
struct xsip_net *xsip_net_of(const struct net *net);

/**
 * xsip_net_open() - the state of a namespace, made if there is none
 * @net: the namespace
 *
 * The caller's cgroup pays.
 *
 * Return: NULL if there is no memory.
 */
struct xsip_net *xsip_net_open(const struct net *net);

/**
 * xsip_net_prepare() - make room for sources, before the first table
 * @sn: the state
 *
 * The caller's cgroup pays for the hash, whose number of buckets follows from
 * the limit of this moment, and for all sources to come. The root of the
 * namespace gets its file in /proc once more: `unshare -Urn` makes the network
 * namespace before anybody is root in the user namespace.
 *
 * Return: 0 or -ENOMEM.
 */
int xsip_net_prepare(struct xsip_net *sn);

/**
 * xsip_net_destroy() - what pernet exit does
 * @net: the namespace; rules may still be there and go later
 */
void xsip_net_destroy(struct net *net);

/**
 * xsip_net_limit() - how many sources a namespace may have now
 * @net: the namespace, with a state or without
 *
 * Return: the limit.
 */
u32 xsip_net_limit(const struct net *net);

/**
 * xsip_net_get() - hold the state
 * @sn: the state
 */
static inline void xsip_net_get(struct xsip_net *sn)
{
	refcount_inc(&sn->refs);
}

/**
 * xsip_net_put() - release it
 * @sn: the state; freed when the namespace is gone and nobody holds it
 */
void xsip_net_put(struct xsip_net *sn);

/**
 * xsip_net_own() - give a file in /proc to the root of a namespace
 * @net: the namespace
 * @file: the file, or NULL before it is removed
 */
void xsip_net_own(const struct net *net, struct proc_dir_entry *file);

/* ---- Garbage collection, see gc.h ---- */

/**
 * xsip_net_schedule_gc() - there is something that gc will have to forget
 * @sn: the state, whose namespace lives
 * @soon: sources or bans are near their limit
 */
void xsip_net_schedule_gc(struct xsip_net *sn, bool soon);

/**
 * xsip_net_start() - what module init does
 * @gc: what works on xsip_net.gc of each namespace
 *
 * Return: 0 or -ENOMEM.
 */
int xsip_net_start(work_func_t gc);

/**
 * xsip_net_stop() - what module exit does, when no namespace uses it
 */
void xsip_net_stop(void);

#endif /* _XSIP_NET_H */
