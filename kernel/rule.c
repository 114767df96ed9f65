// SPDX-License-Identifier: GPL-2.0
/* Compiles a rule and acquires what it needs. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

#include "cache.h"
#include "proof.h"
#include "rule.h"
#include "solicited.h"

/* A rule that reads messages needs whole packets. */
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

static int get_table(struct xsip_rule *rule, const struct xt_sip_mtinfo *info)
{
	struct xsip_table *table;
	int err;

	if (!(info->flags & XT_SIP_NEEDS_TABLE))
		return 0;
	err = xsip_net_prepare(rule->net);
	if (err)
		return err;
	table = xsip_table_get(rule->net, info->name);
	if (IS_ERR(table)) {
		if (PTR_ERR(table) == -ENOSPC)
			pr_info_ratelimited("--name %s: there are %d tables already\n",
					    info->name, SIP_TABLES);
		return PTR_ERR(table);
	}
	rule->table = table;
	xsip_net_schedule_gc(rule->net, false);
	if (!rule->count.cells)
		return 0;
	rule->slot = xsip_slot_get(table, info, &rule->count);
	if (rule->slot >= 0)
		return 0;
	if (rule->slot == -ENOSPC)
		pr_info_ratelimited("--name %s: the table has no room for one more counting rule, use another --name or delete the old rules first\n",
				    info->name);
	xsip_table_put(table);
	return rule->slot;
}

static void put_table(struct xsip_rule *rule)
{
	if (!rule->table)
		return;
	if (rule->count.cells)
		xsip_slot_put(rule->table, rule->slot);
	xsip_table_put(rule->table);
}

/* Can --auth or --solicited be evaluated for a response? */
static bool needs_requests(const struct xt_sip_mtinfo *info)
{
	u32 wanted = info->flags & ~info->invert;

	return info->flags & (XT_SIP_SOLICITED | XT_SIP_TRUST) ||
		(info->flags & XT_SIP_AUTH &&
		 !(wanted & (XT_SIP_REQUEST | XT_SIP_SCANNER |
			     XT_SIP_URI)) &&
		 !(info->invert & XT_SIP_RESPONSE));
}

static int get_requests(struct xsip_rule *rule,
			const struct xt_sip_mtinfo *info)
{
	int err;

	if (!needs_requests(info))
		return 0;
	err = xsip_solicited_get(rule->net);
	if (err)
		return err;
	rule->asks = true;
	if (info->flags & XT_SIP_TRUST)
		err = xsip_proof_get(rule->net);
	if (err)
		xsip_solicited_put(rule->net);
	else
		rule->proves = info->flags & XT_SIP_TRUST;
	xsip_net_schedule_gc(rule->net, false);
	return err;
}

static void put_requests(struct xsip_rule *rule)
{
	if (rule->proves)
		xsip_proof_put(rule->net);
	if (rule->asks)
		xsip_solicited_put(rule->net);
}

/* Which messages a rule can match, as far as the start line tells. */
static u8 classes_of(const struct xt_sip_mtinfo *info)
{
	u8 classes = SIP_CLASSES;

	if (info->flags & XT_SIP_REQUEST)
		classes &= info->invert & XT_SIP_REQUEST ?
			~BIT(SIP_REQUEST) : BIT(SIP_REQUEST);
	if (info->flags & XT_SIP_RESPONSE)
		classes &= info->invert & XT_SIP_RESPONSE ?
			~BIT(SIP_RESPONSE) : BIT(SIP_RESPONSE);
	if (info->flags & ~info->invert & XT_SIP_STATUS ||
	    info->flags & XT_SIP_TRUST)
		classes &= BIT(SIP_RESPONSE);
	if (info->flags & ~info->invert & XT_SIP_URI)
		classes &= BIT(SIP_REQUEST);
	return classes;
}

static void set_reason(struct xsip_rule *rule, const struct xt_sip_mtinfo *info)
{
	struct xsip_reason reason = xsip_reason_of(info);

	rule->kind = reason.kind;
	if (!(info->flags & XT_SIP_BAN))
		return;
	mutex_lock(&rule->net->mutex);
	rule->reason = xsip_reasons_number(&rule->net->reasons, &reason);
	mutex_unlock(&rule->net->mutex);
}

static struct xsip_rule *compile(struct xsip_net *sn,
				 const struct xt_sip_mtinfo *info)
{
	struct xsip_rule *rule = kzalloc(sizeof(*rule), GFP_KERNEL_ACCOUNT);

	if (!rule)
		return NULL;
	rule->number = xsip_cache_number_rule();
	rule->flags = info->flags;
	rule->invert = info->invert;
	rule->methods = info->methods;
	rule->defects = info->defects;
	rule->prefix4 = info->prefix4;
	rule->prefix6 = info->prefix6;
	rule->classes = classes_of(info);
	rule->status_count = info->status_count;
	rule->given = info;
	rule->net = sn;
	rule->stats = sn->stats;
	memcpy(rule->status, info->status, sizeof(rule->status));
	set_reason(rule, info);
	xsip_count_init(&rule->count, info);
	if (!info->text_count)
		return rule;
	rule->pattern = xsip_pattern_compile(info->texts, info->text_size);
	if (rule->pattern)
		return rule;
	kfree(rule);
	return NULL;
}

static void release(struct xsip_rule *rule)
{
	xsip_net_put(rule->net);
	xsip_pattern_free(rule->pattern);
	kfree(rule);
}

struct xsip_rule *xsip_rule_make(struct net *net, u8 family,
				 const struct xt_sip_mtinfo *info)
{
	struct xsip_net *sn = xsip_net_open(net);
	struct xsip_rule *rule = sn ? compile(sn, info) : NULL;
	int err;

	if (!rule)
		return ERR_PTR(-ENOMEM);
	xsip_net_get(sn);
	err = get_table(rule, info);
	if (err)
		goto release;
	err = get_requests(rule, info);
	if (err)
		goto put_table;
	if (rule->flags & SIP_ON_MESSAGE)
		err = get_defrag(net, family);
	if (err)
		goto put_requests;
	return rule;

put_requests:
	put_requests(rule);
put_table:
	put_table(rule);
release:
	release(rule);
	return ERR_PTR(err);
}

void xsip_rule_free(struct xsip_rule *rule, struct net *net, u8 family)
{
	if (rule->flags & SIP_ON_MESSAGE)
		put_defrag(net, family);
	put_requests(rule);
	put_table(rule);
	release(rule);
}
