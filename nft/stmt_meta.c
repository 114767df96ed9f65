// SPDX-License-Identifier: GPL-2.0
/*
 * Matches names of interfaces.
 *
 *   iifname|oifname [!=] NAME[*] | @SET
 */
#include <net/if.h>
#include <string.h>
#include <linux/netfilter/nf_tables.h>

#include "datatype.h"
#include "delinearize.h"
#include "linearize.h"
#include "match.h"
#include "utils.h"

struct meta {
	struct match_field field;
	uint32_t key;		/* NFT_META_* */
};

/* With * at its end: all interfaces whose names start so. */
static void parse_interface(const struct token *token, struct match *match)
{
	size_t len = strlen(token->text);

	if (!len || len >= IFNAMSIZ || token->mark ||
	    strcspn(token->text, "*") + 1 < len ||
	    token->text[strcspn(token->text, "\"\\ ")])
		token_error(token, "expected the name of an interface, up to 15 bytes, for example: iifname eth0");
	if (token->text[len - 1] == '*')
		match->len = --len;
	if (!len)
		token_error(token, "expected the name of an interface before the *, for example: iifname ppp*");
	memcpy(match->value, token->text, len);
}

static void print_interface(FILE *out, const struct match *match)
{
	fprintf(out, "\"%.*s%s\"", (int)match->len, match->value,
		match->len < IFNAMSIZ ? "*" : "");
}

#define NAME(n, k) { .field.name = n, .field.len = IFNAMSIZ, \
	.field.has_starts = true, .field.parse = parse_interface, \
	.field.print = print_interface, .field.set_type = TYPE_IFNAME, \
	.field.set_type_name = "ifname", .key = k }

static const struct meta metas[] = {
	NAME("iifname", NFT_META_IIFNAME),
	NAME("oifname", NFT_META_OIFNAME),
};

static void parse(struct lexer *lexer, struct stmt *stmt)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(metas); i++) {
		if (!lexer_accept(lexer, metas[i].field.name))
			continue;
		match_init(stmt, &metas[i].field);
		match_parse(lexer, stmt);
		return;
	}
}

static void linearize(struct linearize *ctx, const struct stmt *stmt)
{
	const struct match *match = stmt_data(stmt);

	linearize_meta(ctx, container_of(match->field, const struct meta,
					 field)->key);
	match_linearize(ctx, match);
}

static bool delinearize(struct delinearize *ctx, const struct nftnl_expr *expr)
{
	uint32_t key = delinearize_u32(expr, NFTNL_EXPR_META_KEY);
	struct stmt *stmt;
	size_t i;

	if (!delinearize_is_reg1(expr, NFTNL_EXPR_META_DREG))
		return false;
	for (i = 0; i < ARRAY_SIZE(metas); i++) {
		if (metas[i].key != key)
			continue;
		stmt = stmt_alloc(&stmt_meta_ops, NULL);
		match_init(stmt, &metas[i].field);
		delinearize_load(ctx, stmt);
		return true;
	}
	return false;
}

const struct stmt_ops stmt_meta_ops = {
	.name		= "meta",
	.class		= STMT_CLASS_FIELD,
	.size		= sizeof(struct match),
	.words		= { "iifname", "oifname" },
	.expr		= "meta",
	.parse		= parse,
	.print		= match_print,
	.check		= match_check,
	.linearize	= linearize,
	.delinearize	= delinearize,
	.compare	= match_compare,
	.free		= match_free,
};
