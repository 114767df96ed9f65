// SPDX-License-Identifier: GPL-2.0
/* code_rule: rules to expressions, see code.h for the contract. */
#include <stdio.h>
#include <libnftnl/expr.h>
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "code.h"
#include "comment.h"
#include "error.h"
#include "family.h"
#include "plugin.h"

/* A rule while its expressions are made. */
struct coder {
	struct nftnl_rule *out;
	uint8_t nfproto;	/* packets that come here are of this family */
	uint8_t l4proto;	/* and of this protocol */
};

static struct nftnl_expr *add(struct coder *coder, const char *name)
{
	struct nftnl_expr *expr = nftnl_expr_alloc(name);

	if (!expr)
		error_exit("no memory");
	nftnl_rule_add_expr(coder->out, expr);
	return expr;
}

static void load_meta(struct coder *coder, uint32_t key)
{
	struct nftnl_expr *expr = add(coder, "meta");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_DREG, NFT_REG_1);
}

static void load_payload(struct coder *coder, uint32_t base, uint32_t offset,
			 uint32_t len)
{
	struct nftnl_expr *expr = add(coder, "payload");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_LEN, len);
}

static void compare(struct coder *coder, uint32_t op, const void *data,
		    uint32_t len)
{
	struct nftnl_expr *expr = add(coder, "cmp");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, op);
	nftnl_expr_set(expr, NFTNL_EXPR_CMP_DATA, data, len);
}

static void code_range(struct coder *coder, const struct match_field *match)
{
	struct nftnl_expr *expr = add(coder, "range");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_RANGE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_RANGE_OP,
			   match->invert ? NFT_RANGE_NEQ : NFT_RANGE_EQ);
	nftnl_expr_set(expr, NFTNL_EXPR_RANGE_FROM_DATA, match->value,
		       match->len);
	nftnl_expr_set(expr, NFTNL_EXPR_RANGE_TO_DATA, match->last,
		       match->len);
}

static void code_lookup(struct coder *coder, const struct match_field *match)
{
	struct nftnl_expr *expr = add(coder, "lookup");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	nftnl_expr_set_str(expr, NFTNL_EXPR_LOOKUP_SET, match->set);
	if (match->invert)
		nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_FLAGS,
				   NFT_LOOKUP_F_INV);
}

static void code_mask(struct coder *coder, const struct match_field *match)
{
	struct nftnl_expr *expr = add(coder, "bitwise");
	uint8_t mask[FIELD_MAX] = { 0 };
	uint8_t none[FIELD_MAX] = { 0 };

	field_mask(mask, match->len, match->prefix);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_LEN, match->len);
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_MASK, mask, match->len);
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_XOR, none, match->len);
}

static void need_l4proto(struct coder *coder, uint8_t l4proto)
{
	if (!l4proto || coder->l4proto == l4proto)
		return;
	load_meta(coder, NFT_META_L4PROTO);
	compare(coder, NFT_CMP_EQ, &l4proto, sizeof(l4proto));
	coder->l4proto = l4proto;
}

static void code_field(struct coder *coder, const struct item *item)
{
	const struct match_field *match = &item->field;
	const struct field *field = match->field;

	need_l4proto(coder, field->l4proto);
	if (field->type == FIELD_INTERFACE)
		load_meta(coder, field->key);
	else
		load_payload(coder, field->base, field->offset, field->len);
	if (match->how == FIELD_SET) {
		code_lookup(coder, match);
		return;
	}
	if (match->how == FIELD_RANGE) {
		code_range(coder, match);
		return;
	}
	if (match->how == FIELD_PREFIX)
		code_mask(coder, match);
	compare(coder, match->invert ? NFT_CMP_NEQ : NFT_CMP_EQ, match->value,
		match->len);
}

static void code_sip(struct coder *coder, const struct item *item)
{
	struct nftnl_expr *expr = add(coder, "match");
	void *info = malloc(plugin_size());

	if (!info)
		error_exit("no memory");
	memcpy(info, item->sip, plugin_size());
	nftnl_expr_set_str(expr, NFTNL_EXPR_MT_NAME, PLUGIN_MATCH);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_MT_REV, plugin_revision());
	nftnl_expr_set(expr, NFTNL_EXPR_MT_INFO, info, plugin_size());
}

static void code_counter(struct coder *coder, const struct item *item)
{
	struct nftnl_expr *expr = add(coder, "counter");

	if (!item->counter.packets && !item->counter.bytes)
		return;
	nftnl_expr_set_u64(expr, NFTNL_EXPR_CTR_PACKETS,
			   item->counter.packets);
	nftnl_expr_set_u64(expr, NFTNL_EXPR_CTR_BYTES, item->counter.bytes);
}

static void code_log(struct coder *coder, const struct item *item)
{
	struct nftnl_expr *expr = add(coder, "log");
	const struct log *log = &item->log;

	if (log->prefix)
		nftnl_expr_set_str(expr, NFTNL_EXPR_LOG_PREFIX, log->prefix);
	if (log->to_group)
		nftnl_expr_set_u16(expr, NFTNL_EXPR_LOG_GROUP, log->group);
	else if (log->level != LOG_LEVEL)
		nftnl_expr_set_u32(expr, NFTNL_EXPR_LOG_LEVEL, log->level);
	if (log->snaplen)
		nftnl_expr_set_u32(expr, NFTNL_EXPR_LOG_SNAPLEN, log->snaplen);
}

static void code_limit(struct coder *coder, const struct item *item)
{
	struct nftnl_expr *expr = add(coder, "limit");

	nftnl_expr_set_u64(expr, NFTNL_EXPR_LIMIT_RATE, item->limit.rate);
	nftnl_expr_set_u64(expr, NFTNL_EXPR_LIMIT_UNIT, item->limit.unit);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LIMIT_BURST, item->limit.burst);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LIMIT_TYPE, NFT_LIMIT_PKTS);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LIMIT_FLAGS,
			   item->limit.over ? NFT_LIMIT_F_INV : 0);
}

static void code_set(struct coder *coder, const struct item *item)
{
	const struct set_use *set = &item->set;
	struct nftnl_expr *expr;

	if (set->is_ip6)
		load_payload(coder, NFT_PAYLOAD_NETWORK_HEADER, 8, 16);
	else
		load_payload(coder, NFT_PAYLOAD_NETWORK_HEADER, 12, 4);
	expr = add(coder, "dynset");
	nftnl_expr_set_u32(expr, NFTNL_EXPR_DYNSET_SREG_KEY, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_DYNSET_OP, set->update ?
			   NFT_DYNSET_OP_UPDATE : NFT_DYNSET_OP_ADD);
	nftnl_expr_set_str(expr, NFTNL_EXPR_DYNSET_SET_NAME, set->name);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_DYNSET_SET_ID, 0);
	if (set->timeout)
		nftnl_expr_set_u64(expr, NFTNL_EXPR_DYNSET_TIMEOUT,
				   set->timeout);
}

static void code_verdict(struct coder *coder, const struct item *item)
{
	struct nftnl_expr *expr = add(coder, "immediate");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_VERDICT, item->verdict.code);
	if (item->verdict.chain)
		nftnl_expr_set_str(expr, NFTNL_EXPR_IMM_CHAIN,
				   item->verdict.chain);
}

static void (*const coders[])(struct coder *coder, const struct item *item) = {
	[ITEM_FIELD]	= code_field,
	[ITEM_SIP]	= code_sip,
	[ITEM_COUNTER]	= code_counter,
	[ITEM_LOG]	= code_log,
	[ITEM_LIMIT]	= code_limit,
	[ITEM_SET]	= code_set,
	[ITEM_VERDICT]	= code_verdict,
};

static uint8_t item_nfproto(const struct item *item)
{
	if (item->kind == ITEM_FIELD)
		return item->field.field->nfproto;
	if (item->kind == ITEM_SET)
		return item->set.is_ip6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	return 0;
}

/* The family that a part of the rule wants comes first of all. */
static void code_nfproto(struct coder *coder, const struct rule *rule)
{
	uint8_t nfproto;
	unsigned int i;

	for (i = 0; i < rule->count; i++) {
		nfproto = item_nfproto(&rule->items[i]);
		if (!nfproto || nfproto == coder->nfproto)
			continue;
		if (coder->nfproto)
			token_error(&rule->items[i].token, "this is for %s, and the rule is for %s: expected a rule of its own for each, for example: ip6 saddr 2001:db8::/32 in a chain of ip6 or inet",
				    family_name(nfproto),
				    family_name(coder->nfproto));
		load_meta(coder, NFT_META_NFPROTO);
		compare(coder, NFT_CMP_EQ, &nfproto, sizeof(nfproto));
		coder->nfproto = nfproto;
	}
}

struct nftnl_rule *code_rule(const struct rule *rule,
			     const struct chain *chain)
{
	struct coder coder = {
		.out = chain_rule(chain),
		.nfproto = chain->family == NFPROTO_INET ? 0 : chain->family,
	};
	unsigned int i;
	char *options;

	code_nfproto(&coder, rule);
	for (i = 0; i < rule->count; i++)
		coders[rule->items[i].kind](&coder, &rule->items[i]);
	options = rule_sip_text(rule);
	comment_put(coder.out, options);
	free(options);
	return coder.out;
}
