// SPDX-License-Identifier: GPL-2.0
/*
 * probe: shows how long the chains of xt_sip's hash are; for tests/hash
 * only.
 *
 * Reading /sys/module/probe/parameters/chains shows, for the network namespace
 * of the reader: key (the secret, two words), buckets, sources, longest
 * (entries in the longest chain) and squares (sum over all chains of entries
 * squared, so squares / sources is how many entries are in the chain of a
 * source on average). net_of is the address of xsip_net_of(), from
 * /proc/kallsyms, as the module exports nothing.
 */
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/rculist_nulls.h>
#include <linux/sched.h>

#include "net.h"

static unsigned long net_of;
module_param(net_of, ulong, 0);
MODULE_PARM_DESC(net_of, "address of xsip_net_of()");

struct chains {
	u64 sources;
	u64 longest;
	u64 squares;
};

static void count_bucket(const struct hlist_nulls_head *bucket,
			 struct chains *chains)
{
	const struct hlist_nulls_node *node;
	u64 length = 0;

	for (node = rcu_dereference(bucket->first); !is_a_nulls(node);
	     node = rcu_dereference(node->next))
		length++;
	chains->sources += length;
	chains->squares += length * length;
	chains->longest = max(chains->longest, length);
}

static int show_chains(char *buffer, const struct kernel_param *param)
{
	struct xsip_net *(*get)(const struct net *net) = (void *)net_of;
	const struct xsip_net *sn = get(current->nsproxy->net_ns);
	struct chains chains = {};
	u32 i;

	if (!sn || !sn->hash.buckets)
		return -ENODATA;
	rcu_read_lock();
	for (i = 0; i <= sn->hash.mask; i++)
		count_bucket(&sn->hash.buckets[i], &chains);
	rcu_read_unlock();
	return sysfs_emit(buffer,
			  "%lx %lx\nbuckets %u\nsources %llu\nlongest %llu\nsquares %llu\n",
			  sn->hash.secret.key[0], sn->hash.secret.key[1],
			  sn->hash.mask + 1,
			  chains.sources, chains.longest, chains.squares);
}

static const struct kernel_param_ops chains_ops = {
	.get = show_chains,
};

module_param_cb(chains, &chains_ops, NULL, 0400);
MODULE_PARM_DESC(chains, "the chains of this network namespace");

static int __init probe_init(void)
{
	return net_of ? 0 : -EINVAL;
}

static void __exit probe_exit(void)
{
}

module_init(probe_init);
module_exit(probe_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Chains of xt_sip's hash, for a test");
