// SPDX-License-Identifier: GPL-2.0
/* Makes and frees the state of a network namespace. */
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <net/netns/generic.h>

#include "proof.h"
#include "solicited.h"
#include "table.h"
#include "term.h"

#define GC_SOON		1	/* seconds to the next gc near the limit */
#define GC_LATER	10	/* and else */

unsigned int xsip_net_id;
static struct workqueue_struct *gc_queue;
static work_func_t gc_func;

/* ---- Namespaces come ---- */

/* Protects xsip_net_head of all namespaces; taken before xsip_net.mutex. */
static DEFINE_MUTEX(head_mutex);

static struct xsip_net_head *head_of(const struct net *net)
{
	return net_generic(net, xsip_net_id);
}

static bool is_small(const struct net *net)
{
	return net->user_ns != &init_user_ns;
}

struct xsip_net *xsip_net_of(const struct net *net)
{
	/* Pairs with xsip_net_open(). */
	return smp_load_acquire(&head_of(net)->sn);
}

u32 xsip_net_limit(const struct net *net)
{
	return xsip_term_limit(is_small(net));
}

static struct xsip_net *make_net(const struct net *net)
{
	struct xsip_net *sn = kzalloc(sizeof(*sn), GFP_KERNEL_ACCOUNT);

	if (!sn)
		return NULL;
	sn->stats = xsip_stats_alloc();
	if (!sn->stats) {
		kfree(sn);
		return NULL;
	}
	sn->small = is_small(net);
	mutex_init(&sn->mutex);
	spin_lock_init(&sn->term_lock);
	INIT_DELAYED_WORK(&sn->gc, gc_func);
	refcount_set(&sn->refs, 1);
	xsip_pool_init(&sn->pool);
	return sn;
}

struct xsip_net *xsip_net_open(const struct net *net)
{
	struct xsip_net_head *head = head_of(net);
	struct xsip_net *sn;

	mutex_lock(&head_mutex);
	sn = head->sn;
	if (!sn) {
		sn = make_net(net);
		if (sn) {
			sn->file = head->file;
			sn->user_ns = net->user_ns;
		}
		/* Pairs with xsip_net_of(). */
		smp_store_release(&head->sn, sn);
	}
	mutex_unlock(&head_mutex);
	return sn;
}

/* ---- Files in /proc ---- */

/* The namespace's root, once there is one, owns the file. */
static void own_file(struct proc_dir_entry *file, struct user_namespace *ns)
{
	kuid_t uid;
	kgid_t gid;

	if (!file)
		return;
	uid = make_kuid(ns, 0);
	gid = make_kgid(ns, 0);
	if (uid_valid(uid) && gid_valid(gid))
		proc_set_user(file, uid, gid);
}

void xsip_net_own(const struct net *net, struct proc_dir_entry *file)
{
	struct xsip_net_head *head = head_of(net);

	mutex_lock(&head_mutex);
	head->file = file;
	if (head->sn) {
		mutex_lock(&head->sn->mutex);
		head->sn->file = file;
		mutex_unlock(&head->sn->mutex);
	}
	mutex_unlock(&head_mutex);
	own_file(file, net->user_ns);
}

int xsip_net_prepare(struct xsip_net *sn)
{
	int err = 0;

	mutex_lock(&sn->mutex);
	if (!sn->hash.buckets) {
		err = xsip_hash_open(&sn->hash, xsip_term_limit(sn->small));
		if (!err)
			xsip_pool_open(&sn->pool);
	}
	own_file(sn->file, sn->user_ns);
	mutex_unlock(&sn->mutex);
	return err;
}

/* ---- Namespaces go ---- */

void xsip_net_put(struct xsip_net *sn)
{
	struct xsip_table *table;
	int i;

	if (!refcount_dec_and_test(&sn->refs))
		return;
	mutex_lock(&sn->mutex);
	for (i = 1; i <= SIP_TABLES; i++) {
		table = xsip_table_at(sn, i);
		if (table)
			xsip_table_free(table);
	}
	mutex_unlock(&sn->mutex);
	xsip_pool_close(&sn->pool);
	xsip_hash_close(&sn->hash);
	xsip_solicited_close(sn);
	xsip_proof_close(sn);
	xsip_stats_free(sn->stats);
	kfree(sn);
}

void xsip_net_destroy(struct net *net)
{
	struct xsip_net *sn = xsip_net_of(net);

	if (!sn)
		return;
	mutex_lock(&sn->mutex);
	sn->dead = true;
	mutex_unlock(&sn->mutex);
	cancel_delayed_work_sync(&sn->gc);
	xsip_net_put(sn);
}

/* ---- Garbage collection ---- */

void xsip_net_schedule_gc(struct xsip_net *sn, bool soon)
{
	queue_delayed_work(gc_queue, &sn->gc,
			   HZ * (soon ? GC_SOON : GC_LATER));
}

int xsip_net_start(work_func_t gc)
{
	gc_func = gc;
	gc_queue = alloc_workqueue("xt_sip", WQ_UNBOUND, 0);
	return gc_queue ? 0 : -ENOMEM;
}

void xsip_net_stop(void)
{
	destroy_workqueue(gc_queue);
	rcu_barrier();	/* kfree_rcu() of the last tables */
}
