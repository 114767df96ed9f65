// SPDX-License-Identifier: GPL-2.0
/* sip_net: see sip_net.h for the contract. */
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <net/netns/generic.h>

#include "sip_net.h"
#include "sip_solicited.h"

#define SOON		1  /* seconds between two rounds if room is scarce */
#define LATER		10 /* and else */

unsigned int sip_net_id;
static struct workqueue_struct *workqueue;
static work_func_t worker;

/* ---- Namespaces come ---- */

/* Of sip_net_head, all namespaces'; taken before sip_net.mutex. */
static DEFINE_MUTEX(heads);

static struct sip_net_head *head_of(const struct net *net)
{
	return net_generic(net, sip_net_id);
}

static bool is_small(const struct net *net)
{
	return net->user_ns != &init_user_ns;
}

struct sip_net *sip_net_of(const struct net *net)
{
	/* Pairs with sip_net_open(). */
	return smp_load_acquire(&head_of(net)->sn);
}

u32 sip_net_room(const struct net *net)
{
	return sip_store_limit(is_small(net));
}

static struct sip_net *make_net(const struct net *net)
{
	struct sip_net *sn = kzalloc(sizeof(*sn), GFP_KERNEL_ACCOUNT);

	if (!sn)
		return NULL;
	sn->stats = sip_stats_alloc();
	if (!sn->stats) {
		kfree(sn);
		return NULL;
	}
	sn->small = is_small(net);
	mutex_init(&sn->mutex);
	INIT_DELAYED_WORK(&sn->gc, worker);
	refcount_set(&sn->refs, 1);
	sip_store_init(sn);
	return sn;
}

struct sip_net *sip_net_open(const struct net *net)
{
	struct sip_net_head *head = head_of(net);
	struct sip_net *sn;

	mutex_lock(&heads);
	sn = head->sn;
	if (!sn) {
		sn = make_net(net);
		if (sn) {
			sn->file = head->file;
			sn->user_ns = net->user_ns;
		}
		/* Pairs with sip_net_of(). */
		smp_store_release(&head->sn, sn);
	}
	mutex_unlock(&heads);
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

void sip_net_own(const struct net *net, struct proc_dir_entry *file)
{
	struct sip_net_head *head = head_of(net);

	mutex_lock(&heads);
	head->file = file;
	if (head->sn) {
		mutex_lock(&head->sn->mutex);
		head->sn->file = file;
		mutex_unlock(&head->sn->mutex);
	}
	mutex_unlock(&heads);
	own_file(file, net->user_ns);
}

void sip_net_own_file(const struct sip_net *sn)
{
	own_file(sn->file, sn->user_ns);
}

/* ---- Namespaces go ---- */

void sip_slot_free(struct sip_slot *slot)
{
	kvfree(slot->info);
	memset(slot, 0, sizeof(*slot));
}

void sip_net_free_table(struct sip_table *table)
{
	int i;

	RCU_INIT_POINTER(table->net->tables[table->id - 1], NULL);
	for (i = 0; i < SIP_SLOTS; i++)
		sip_slot_free(&table->slot[i]);
	kfree_rcu(table, rcu);
}

void sip_net_put(struct sip_net *sn)
{
	struct sip_table *table;
	int i;

	if (!refcount_dec_and_test(&sn->refs))
		return;
	mutex_lock(&sn->mutex);
	for (i = 0; i < SIP_TABLES; i++) {
		table = rcu_dereference_protected(sn->tables[i],
						  lockdep_is_held(&sn->mutex));
		if (table)
			sip_net_free_table(table);
	}
	mutex_unlock(&sn->mutex);
	sip_store_close(sn);
	sip_solicited_close(sn);
	sip_stats_free(sn->stats);
	kfree(sn);
}

void sip_net_destroy(struct net *net)
{
	struct sip_net *sn = sip_net_of(net);

	if (!sn)
		return;
	mutex_lock(&sn->mutex);
	sn->dead = true;
	mutex_unlock(&sn->mutex);
	cancel_delayed_work_sync(&sn->gc);
	sip_net_put(sn);
}

/* ---- The worker ---- */

void sip_net_tend(struct sip_net *sn, bool soon)
{
	queue_delayed_work(workqueue, &sn->gc, HZ * (soon ? SOON : LATER));
}

int sip_net_start(work_func_t tends)
{
	worker = tends;
	workqueue = alloc_workqueue("xt_sip", WQ_UNBOUND, 0);
	return workqueue ? 0 : -ENOMEM;
}

void sip_net_stop(void)
{
	destroy_workqueue(workqueue);
	rcu_barrier();	/* kfree_rcu() of the last tables */
}
