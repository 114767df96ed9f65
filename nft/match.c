// SPDX-License-Identifier: GPL-2.0
/* Parses, prints and converts comparisons of a field with a value or a set. */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter/nf_tables.h>

#include "cache.h"
#include "delinearize.h"
#include "linearize.h"
#include "match.h"

void match_init(struct stmt *stmt, const struct match_field *field)
{
	struct match *match = stmt_data(stmt);

	match->field = field;
	match->len = field->len;
	stmt->nfproto = field->nfproto;
	stmt->l4proto = field->l4proto;
}

void match_parse(struct lexer *lexer, struct stmt *stmt)
{
	struct match *match = stmt_data(stmt);
	const struct token *token;

	match->invert = lexer_accept(lexer, "!=");
	lexer_accept(lexer, "==");
	token = lexer_peek(lexer);
	if (token->text[0] == '@') {
		match->how = MATCH_SET;
		match->set = lexer_name(lexer, "a set", "ip saddr @trunks");
		return;
	}
	if (token_is(token, "{"))
		token_error(token, "expected one value or a named set, for example: udp dport @sip_ports; a set without a name is nft's: let its rule jump to this chain");
	lexer_take(lexer);
	match->field->parse(token, match);
}

void match_print(FILE *out, const struct stmt *stmt, unsigned int flags)
{
	const struct match *match = stmt_data(stmt);
	const struct match_field *field = match->field;

	(void)flags;
	fprintf(out, "%s%s%s %s", field->header ?: "",
		field->header ? " " : "", field->name,
		match->invert ? "!= " : "");
	if (match->how == MATCH_SET)
		fprintf(out, "@%s", match->set);
	else
		field->print(out, match);
}

/* The set has to hold values of the field's type. */
void match_check(struct stmt *stmt, const struct cache *cache,
		 const struct chain *chain)
{
	const struct match *match = stmt_data(stmt);
	const struct match_field *field = match->field;
	const struct cache_set *set;

	if (match->how != MATCH_SET)
		return;
	set = cache_need_set(cache, chain, match->set, field->set_type_name,
			     "", &stmt->token.at);
	if (set->key_type != field->set_type || set->flags & NFT_SET_MAP)
		location_error(&stmt->token.at, "set %s does not fit to %s: expected \"type %s\" where it is declared",
			       match->set, field->name, field->set_type_name);
}

void match_free(struct stmt *stmt)
{
	struct match *match = stmt_data(stmt);

	free(match->set);
}

void match_mask(uint8_t mask[MATCH_MAX], uint32_t len, uint32_t bits)
{
	uint32_t i;

	for (i = 0; i < len; i++, bits = bits > 8 ? bits - 8 : 0)
		mask[i] = bits >= 8 ? 0xff : 0xff << (8 - bits);
}

/* How many bits of a mask are a prefix; -1 if it is none. */
static int mask_bits(const uint8_t *mask, uint32_t len)
{
	uint8_t want[MATCH_MAX];
	uint32_t bits;

	for (bits = 0; bits <= len * 8; bits++) {
		match_mask(want, len, bits);
		if (!memcmp(mask, want, len))
			return bits;
	}
	return -1;
}

static void linearize_range(struct linearize *ctx, const struct match *match)
{
	struct nftnl_expr *expr = linearize_expr(ctx, "range");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_RANGE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_RANGE_OP,
			   match->invert ? NFT_RANGE_NEQ : NFT_RANGE_EQ);
	nftnl_expr_set(expr, NFTNL_EXPR_RANGE_FROM_DATA, match->value,
		       match->len);
	nftnl_expr_set(expr, NFTNL_EXPR_RANGE_TO_DATA, match->last,
		       match->len);
}

static void linearize_lookup(struct linearize *ctx, const struct match *match)
{
	struct nftnl_expr *expr = linearize_expr(ctx, "lookup");

	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	nftnl_expr_set_str(expr, NFTNL_EXPR_LOOKUP_SET, match->set);
	if (match->invert)
		nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_FLAGS,
				   NFT_LOOKUP_F_INV);
}

static void linearize_mask(struct linearize *ctx, const struct match *match)
{
	struct nftnl_expr *expr = linearize_expr(ctx, "bitwise");
	uint8_t mask[MATCH_MAX] = { 0 };
	uint8_t none[MATCH_MAX] = { 0 };

	match_mask(mask, match->len, match->prefix);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_LEN, match->len);
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_MASK, mask, match->len);
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_XOR, none, match->len);
}

void match_linearize(struct linearize *ctx, const struct match *match)
{
	switch (match->how) {
	case MATCH_SET:
		linearize_lookup(ctx, match);
		return;
	case MATCH_RANGE:
		linearize_range(ctx, match);
		return;
	case MATCH_PREFIX:
		linearize_mask(ctx, match);
		break;
	case MATCH_VALUE:
		break;
	}
	linearize_cmp(ctx, match->invert ? NFT_CMP_NEQ : NFT_CMP_EQ,
		      match->value, match->len);
}

static enum stmt_compared compare_bitwise(struct match *match,
					  const struct nftnl_expr *expr)
{
	static const uint8_t none[MATCH_MAX];
	const void *mask, *xor;
	uint32_t mask_len, xor_len;
	int bits;

	mask = nftnl_expr_get(expr, NFTNL_EXPR_BITWISE_MASK, &mask_len);
	xor = nftnl_expr_get(expr, NFTNL_EXPR_BITWISE_XOR, &xor_len);
	if (match->how == MATCH_PREFIX || !mask || !xor ||
	    !match->field->has_prefixes ||
	    !delinearize_is_reg1(expr, NFTNL_EXPR_BITWISE_SREG) ||
	    !delinearize_is_reg1(expr, NFTNL_EXPR_BITWISE_DREG) ||
	    mask_len != match->len || xor_len != mask_len ||
	    memcmp(xor, none, xor_len))
		return STMT_UNKNOWN;
	bits = mask_bits(mask, mask_len);
	match->how = MATCH_PREFIX;
	match->prefix = bits;
	return bits > 0 ? STMT_CONTINUES : STMT_UNKNOWN;
}

static enum stmt_compared compare_cmp(struct match *match,
				      const struct nftnl_expr *expr)
{
	uint32_t op = delinearize_u32(expr, NFTNL_EXPR_CMP_OP);
	const void *data;
	uint32_t len;

	data = nftnl_expr_get(expr, NFTNL_EXPR_CMP_DATA, &len);
	if (!delinearize_is_reg1(expr, NFTNL_EXPR_CMP_SREG) || !data || !len ||
	    (op != NFT_CMP_EQ && op != NFT_CMP_NEQ) || len > match->len ||
	    (len < match->len && !match->field->has_starts))
		return STMT_UNKNOWN;
	match->invert = op == NFT_CMP_NEQ;
	match->len = len;
	memcpy(match->value, data, len);
	return STMT_COMPLETE;
}

static enum stmt_compared compare_range(struct match *match,
					const struct nftnl_expr *expr)
{
	uint32_t from_len, to_len;
	const void *from, *to;

	from = nftnl_expr_get(expr, NFTNL_EXPR_RANGE_FROM_DATA, &from_len);
	to = nftnl_expr_get(expr, NFTNL_EXPR_RANGE_TO_DATA, &to_len);
	if (!from || !to || !match->field->has_ranges ||
	    from_len != match->len || to_len != match->len ||
	    !delinearize_is_reg1(expr, NFTNL_EXPR_RANGE_SREG))
		return STMT_UNKNOWN;
	match->how = MATCH_RANGE;
	match->invert = delinearize_u32(expr, NFTNL_EXPR_RANGE_OP) ==
			NFT_RANGE_NEQ;
	memcpy(match->value, from, from_len);
	memcpy(match->last, to, to_len);
	return STMT_COMPLETE;
}

static enum stmt_compared compare_lookup(struct match *match,
					 const struct nftnl_expr *expr)
{
	const char *name = nftnl_expr_get_str(expr, NFTNL_EXPR_LOOKUP_SET);

	/* Sets "__set*" are anonymous: they live and die with nft's rule. */
	if (match->how == MATCH_PREFIX || !name || !strncmp(name, "__", 2) ||
	    !delinearize_is_reg1(expr, NFTNL_EXPR_LOOKUP_SREG))
		return STMT_UNKNOWN;
	match->how = MATCH_SET;
	match->invert = delinearize_u32(expr, NFTNL_EXPR_LOOKUP_FLAGS) &
			NFT_LOOKUP_F_INV;
	match->set = xtables_strdup(name);
	return STMT_COMPLETE;
}

enum stmt_compared match_compare(struct stmt *stmt, const char *name,
				 const struct nftnl_expr *expr)
{
	struct match *match = stmt_data(stmt);

	if (!strcmp(name, "bitwise"))
		return compare_bitwise(match, expr);
	if (!strcmp(name, "cmp"))
		return compare_cmp(match, expr);
	if (!strcmp(name, "range"))
		return compare_range(match, expr);
	if (!strcmp(name, "lookup"))
		return compare_lookup(match, expr);
	return STMT_UNKNOWN;
}
