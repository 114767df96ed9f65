// SPDX-License-Identifier: GPL-2.0
/* sip_rule: see sip_rule.h for the contract. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

#include "sip_memo.h"
#include "sip_rule.h"
#include "sip_solicited.h"

/* Ask for whole packets where the rule reads them. */
static int get_defrag(struct net *net, u8 family)
{
	int err = 0;

	if (family != NFPROTO_IPV6)
		err = nf_defrag_ipv4_enable(net);
	if (err || family == NFPROTO_IPV4 || !IS_ENABLED(CONFIG_IPV6))
		return err;
	err = nf_defrag_ipv6_enable(net);
	if (err && family != NFPROTO_IPV6)
		nf_defrag_ipv4_disable(net);
	return err;
}

static void put_defrag(struct net *net, u8 family)
{
	if (family != NFPROTO_IPV6)
		nf_defrag_ipv4_disable(net);
	if (family != NFPROTO_IPV4 && IS_ENABLED(CONFIG_IPV6))
		nf_defrag_ipv6_disable(net);
}

static int get_table(struct sip_rule *rule, const struct xt_sip_mtinfo *info)
{
	struct sip_table *table;

	if (!(info->flags & XT_SIP_NEEDS_TABLE))
		return 0;
	table = sip_table_get(rule->net, info->name);
	if (IS_ERR(table)) {
		if (PTR_ERR(table) == -ENOSPC)
			pr_info_ratelimited("--name %s: there are %d tables already\n",
					    info->name, SIP_TABLES);
		return PTR_ERR(table);
	}
	rule->table = table;
	if (!(info->flags & SIP_COUNTING))
		return 0;
	rule->slot = sip_slot_get(table, info, &rule->count);
	if (rule->slot >= 0)
		return 0;
	if (rule->slot == -ENOSPC)
		pr_info_ratelimited("--name %s: the table has no room for one more counting rule, use another --name or delete the old rules first\n",
				    info->name);
	sip_table_put(table);
	return rule->slot;
}

static void put_table(struct sip_rule *rule)
{
	if (!rule->table)
		return;
	if (rule->flags & SIP_COUNTING)
		sip_slot_put(rule->table, rule->slot);
	sip_table_put(rule->table);
}

/* May --auth or --solicited have to judge a response? */
static bool asks(const struct xt_sip_mtinfo *info)
{
	u32 wanted = info->flags & ~info->invert;

	return info->flags & XT_SIP_SOLICITED ||
		(info->flags & XT_SIP_AUTH &&
		 !(wanted & (XT_SIP_REQUEST | XT_SIP_SCANNER)) &&
		 !(info->invert & XT_SIP_RESPONSE));
}

static int get_memory(struct sip_rule *rule, const struct xt_sip_mtinfo *info)
{
	int err;

	if (!asks(info))
		return 0;
	err = sip_solicited_get(rule->net);
	if (err)
		return err;
	rule->asks = true;
	sip_net_get(rule->net);
	sip_net_tend(rule->net, false);
	return 0;
}

static void put_memory(struct sip_rule *rule)
{
	if (!rule->asks)
		return;
	sip_solicited_put(rule->net);
	sip_net_put(rule->net);
}

static struct sip_rule *compile(struct sip_net *sn,
				const struct xt_sip_mtinfo *info)
{
	struct sip_rule *rule = kzalloc(sizeof(*rule), GFP_KERNEL_ACCOUNT);

	if (!rule)
		return NULL;
	rule->number = sip_memo_new_rule();
	rule->flags = info->flags;
	rule->invert = info->invert;
	rule->methods = info->methods;
	rule->defects = info->defects;
	rule->ban = info->ban;
	rule->prefix4 = info->prefix4;
	rule->prefix6 = info->prefix6;
	rule->status_count = info->status_count;
	rule->net = sn;
	rule->stats = sn->stats;
	memcpy(rule->status, info->status, sizeof(rule->status));
	rule->count.flags = info->flags & SIP_COUNTING;
	if (info->flags & XT_SIP_RATE)
		sip_rate_init(&rule->count.rate, info->rate, info->rate_unit,
			      info->burst);
	if (info->flags & XT_SIP_USERS)
		sip_users_init(&rule->count.users, info->users,
			       info->users_unit);
	if (!info->ua_count)
		return rule;
	rule->pattern = sip_pattern_compile(info->ua, info->ua_size);
	if (rule->pattern)
		return rule;
	kfree(rule);
	return NULL;
}

struct sip_rule *sip_rule_make(struct net *net, u8 family,
			       const struct xt_sip_mtinfo *info)
{
	struct sip_net *sn = sip_net_open(net);
	struct sip_rule *rule = sn ? compile(sn, info) : NULL;
	int err;

	if (!rule)
		return ERR_PTR(-ENOMEM);
	err = get_table(rule, info);
	if (err)
		goto free_rule;
	err = get_memory(rule, info);
	if (err)
		goto put_table;
	if (rule->flags & SIP_ON_MESSAGE)
		err = get_defrag(net, family);
	if (err)
		goto put_memory;
	return rule;

put_memory:
	put_memory(rule);
put_table:
	put_table(rule);
free_rule:
	sip_pattern_free(rule->pattern);
	kfree(rule);
	return ERR_PTR(err);
}

void sip_rule_free(struct sip_rule *rule, struct net *net, u8 family)
{
	if (rule->flags & SIP_ON_MESSAGE)
		put_defrag(net, family);
	put_memory(rule);
	put_table(rule);
	sip_pattern_free(rule->pattern);
	kfree(rule);
}
