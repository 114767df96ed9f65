// SPDX-License-Identifier: GPL-2.0
/* Converts expressions of libnftnl to a rule. */
#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "delinearize.h"

uint32_t delinearize_u32(const struct nftnl_expr *expr, uint16_t attribute)
{
	return nftnl_expr_is_set(expr, attribute) ?
	       nftnl_expr_get_u32(expr, attribute) : 0;
}

bool delinearize_is_reg1(const struct nftnl_expr *expr, uint16_t attribute)
{
	uint32_t reg = delinearize_u32(expr, attribute);

	return reg == NFT_REG_1 || reg == NFT_REG32_00;
}

struct stmt *delinearize_add(struct delinearize *ctx,
			     const struct stmt_ops *ops)
{
	struct stmt *stmt;

	if (!rule_has_room(ctx->rule, ops))
		return NULL;
	stmt = stmt_alloc(ops, NULL);
	rule_append(ctx->rule, stmt);
	return stmt;
}

void delinearize_load(struct delinearize *ctx, struct stmt *stmt)
{
	stmt_free(ctx->loaded);
	ctx->loaded = stmt;
	ctx->proto = NULL;
	if (!stmt)
		return;
	ctx->nfproto_used |= !!stmt->nfproto;
	ctx->l4proto_used |= !!stmt->l4proto;
}

/* A load of the family or of the protocol, for a test that comes next. */
static bool load_proto(struct delinearize *ctx, const char *name,
		       const struct nftnl_expr *expr)
{
	uint32_t key = delinearize_u32(expr, NFTNL_EXPR_META_KEY);
	uint8_t *proto = NULL;

	if (strcmp(name, "meta") ||
	    !delinearize_is_reg1(expr, NFTNL_EXPR_META_DREG))
		return false;
	if (key == NFT_META_NFPROTO)
		proto = &ctx->nfproto;
	else if (key == NFT_META_L4PROTO)
		proto = &ctx->l4proto;
	if (!proto || *proto)
		return false;
	delinearize_load(ctx, NULL);
	ctx->proto = proto;
	return true;
}

static bool test_proto(struct delinearize *ctx, const char *name,
		       const struct nftnl_expr *expr)
{
	const uint8_t *data;
	uint32_t len;

	if (strcmp(name, "cmp"))
		return false;
	data = nftnl_expr_get(expr, NFTNL_EXPR_CMP_DATA, &len);
	if (!delinearize_is_reg1(expr, NFTNL_EXPR_CMP_SREG) || !data ||
	    len != 1 || delinearize_u32(expr, NFTNL_EXPR_CMP_OP) != NFT_CMP_EQ)
		return false;
	*ctx->proto = *data;
	ctx->proto = NULL;
	return true;
}

static bool compare(struct delinearize *ctx, const char *name,
		    const struct nftnl_expr *expr)
{
	struct stmt *stmt = ctx->loaded;

	if (!stmt)
		return false;
	switch (stmt->ops->compare(stmt, name, expr)) {
	case STMT_CONTINUES:
		return true;
	case STMT_COMPLETE:
		if (!rule_has_room(ctx->rule, stmt->ops))
			return false;
		rule_append(ctx->rule, stmt);
		ctx->loaded = NULL;
		return true;
	default:
		return false;
	}
}

static bool read_expr(struct delinearize *ctx, const struct nftnl_expr *expr,
		      const char *name)
{
	const struct stmt_ops *ops = stmt_find_expr(name);

	if (load_proto(ctx, name, expr))
		return true;
	if (ops)
		return ops->delinearize(ctx, expr);
	if (ctx->proto)
		return test_proto(ctx, name, expr);
	return compare(ctx, name, expr);
}

/* A value that nothing compares, or a test that no statement implies. */
static bool is_complete(const struct delinearize *ctx, const char **why)
{
	*why = "meta";
	return !ctx->loaded && !ctx->proto &&
	       (!ctx->nfproto || ctx->nfproto_used) &&
	       (!ctx->l4proto || ctx->l4proto_used);
}

struct rule *delinearize_rule(const struct nftnl_rule *from, const char **why)
{
	uint8_t family = nftnl_rule_get_u32(from, NFTNL_RULE_FAMILY);
	struct delinearize ctx = {
		.rule = rule_alloc(),
		.nfproto = family == NFPROTO_INET ? 0 : family,
		.nfproto_used = family != NFPROTO_INET,
	};
	struct nftnl_expr_iter *iter = nftnl_expr_iter_create(from);
	struct nftnl_expr *expr;
	bool good = !!iter;

	ctx.rule->handle = nftnl_rule_get_u64(from, NFTNL_RULE_HANDLE);
	while (good && (expr = nftnl_expr_iter_next(iter))) {
		*why = nftnl_expr_get_str(expr, NFTNL_EXPR_NAME) ?: "?";
		good = read_expr(&ctx, expr, *why);
	}
	nftnl_expr_iter_destroy(iter);
	good = good && is_complete(&ctx, why);
	stmt_free(ctx.loaded);
	if (good)
		return ctx.rule;
	rule_free(ctx.rule);
	return NULL;
}

char *delinearize_sip_text(const struct nftnl_rule *from)
{
	struct nftnl_expr_iter *iter = nftnl_expr_iter_create(from);
	struct delinearize ctx = { .rule = rule_alloc() };
	struct nftnl_expr *expr;
	char *text = NULL;
	const char *name;

	while (iter && !text && (expr = nftnl_expr_iter_next(iter))) {
		name = nftnl_expr_get_str(expr, NFTNL_EXPR_NAME);
		if (name && stmt_find_expr(name) == &stmt_sip_ops &&
		    stmt_sip_ops.delinearize(&ctx, expr))
			text = rule_sip_text(ctx.rule);
	}
	nftnl_expr_iter_destroy(iter);
	rule_free(ctx.rule);
	return text;
}
