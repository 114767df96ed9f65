// SPDX-License-Identifier: GPL-2.0
/* Converts a rule to expressions of libnftnl. */
#include <stdlib.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "comment.h"
#include "error.h"
#include "family.h"
#include "linearize.h"

struct nftnl_expr *linearize_expr(struct linearize *ctx, const char *name)
{
	struct nftnl_expr *expr = nftnl_expr_alloc(name);

	if (!expr)
		error_exit("no memory");
	nftnl_rule_add_expr(ctx->rule, expr);
	return expr;
}

void linearize_meta(struct linearize *ctx, uint32_t key)
{
	struct nftnl_expr *expr = linearize_expr(ctx, "meta");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_DREG, NFT_REG_1);
}

void linearize_payload(struct linearize *ctx, uint32_t base, uint32_t offset,
		       uint32_t len)
{
	struct nftnl_expr *expr = linearize_expr(ctx, "payload");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_LEN, len);
}

void linearize_cmp(struct linearize *ctx, uint32_t op, const void *data,
		   uint32_t len)
{
	struct nftnl_expr *expr = linearize_expr(ctx, "cmp");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, op);
	nftnl_expr_set(expr, NFTNL_EXPR_CMP_DATA, data, len);
}

/* The family is tested before everything else in the rule. */
static void test_nfproto(struct linearize *ctx, const struct rule *rule)
{
	const struct stmt *stmt;
	unsigned int i;

	for (i = 0; i < rule->count; i++) {
		stmt = rule->stmts[i];
		if (!stmt->nfproto || stmt->nfproto == ctx->nfproto)
			continue;
		if (ctx->nfproto)
			token_error(&stmt->token, "this is for %s, and the rule is for %s: expected a rule of its own for each, for example: ip6 saddr 2001:db8::/32 in a chain of ip6 or inet",
				    family_name(stmt->nfproto),
				    family_name(ctx->nfproto));
		linearize_meta(ctx, NFT_META_NFPROTO);
		linearize_cmp(ctx, NFT_CMP_EQ, &stmt->nfproto,
			      sizeof(stmt->nfproto));
		ctx->nfproto = stmt->nfproto;
	}
}

/* The protocol is tested before the first statement that depends on it. */
static void test_l4proto(struct linearize *ctx, const struct stmt *stmt)
{
	if (!stmt->l4proto || ctx->l4proto == stmt->l4proto)
		return;
	linearize_meta(ctx, NFT_META_L4PROTO);
	linearize_cmp(ctx, NFT_CMP_EQ, &stmt->l4proto, sizeof(stmt->l4proto));
	ctx->l4proto = stmt->l4proto;
}

struct nftnl_rule *linearize_rule(const struct rule *rule,
				  const struct chain *chain)
{
	struct linearize ctx = {
		.rule = chain_rule(chain),
		.nfproto = chain->family == NFPROTO_INET ? 0 : chain->family,
	};
	unsigned int i;
	char *options;

	test_nfproto(&ctx, rule);
	for (i = 0; i < rule->count; i++) {
		test_l4proto(&ctx, rule->stmts[i]);
		rule->stmts[i]->ops->linearize(&ctx, rule->stmts[i]);
	}
	options = rule_sip_text(rule);
	comment_put(ctx.rule, options);
	free(options);
	return ctx.rule;
}
