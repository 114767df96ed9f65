// SPDX-License-Identifier: GPL-2.0
/*
 * Limits the rate of packets that pass to the rest of the rule.
 *
 *   limit rate [over] N/UNIT [burst N packets]
 */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter/nf_tables.h>

#include "delinearize.h"
#include "linearize.h"
#include "stmt.h"
#include "utils.h"

#define BURST_DEFAULT	5	/* packets; nft's */

struct limit {
	uint64_t rate;		/* packets per unit */
	uint64_t unit;		/* seconds */
	uint32_t burst;		/* packets */
	bool over;
};

static const struct {
	const char *name;
	unsigned int seconds;
} units[] = {
	{ "second", 1 },
	{ "minute", 60 },
	{ "hour", 3600 },
	{ "day", 86400 },
	{ "week", 604800 },
};

static void parse_rate(const struct token *token, struct limit *limit)
{
	static const char what[] =
		"N/UNIT with second, minute, hour, day or week, for example: limit rate 10/minute";
	char *text = xtables_strdup(token->text);
	char *slash = strchr(text, '/');
	struct token part = *token;
	size_t i;

	if (!slash)
		token_error(token, "expected %s", what);
	*slash = '\0';
	part.text = text;
	limit->rate = token_number(&part, 1, UINT32_MAX, what);
	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(slash + 1, units[i].name))
			limit->unit = units[i].seconds;
	if (!limit->unit)
		token_error(token, "expected %s", what);
	free(text);
}

static void parse(struct lexer *lexer, struct stmt *stmt)
{
	struct limit *limit = stmt_data(stmt);

	lexer_take(lexer);
	if (!lexer_accept(lexer, "rate"))
		token_error(lexer_peek(lexer), "expected \"rate\", for example: limit rate 10/minute");
	limit->over = lexer_accept(lexer, "over");
	limit->burst = BURST_DEFAULT;
	parse_rate(lexer_take(lexer), limit);
	if (!lexer_accept(lexer, "burst"))
		return;
	limit->burst = token_number(lexer_take(lexer), 1, UINT32_MAX,
				    "a number, for example: limit rate 10/minute burst 20 packets");
	lexer_accept(lexer, "packets");
}

/* The last one stands for all that nft does not make. */
static const char *unit_name(uint64_t seconds)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units) - 1; i++)
		if (units[i].seconds == seconds)
			break;
	return units[i].name;
}

static void print(FILE *out, const struct stmt *stmt, unsigned int flags)
{
	const struct limit *limit = stmt_data(stmt);

	(void)flags;
	fprintf(out, "limit rate %s%llu/%s", limit->over ? "over " : "",
		(unsigned long long)limit->rate, unit_name(limit->unit));
	if (limit->burst != BURST_DEFAULT)
		fprintf(out, " burst %u packets", limit->burst);
}

static void linearize(struct linearize *ctx, const struct stmt *stmt)
{
	struct nftnl_expr *expr = linearize_expr(ctx, "limit");
	const struct limit *limit = stmt_data(stmt);

	nftnl_expr_set_u64(expr, NFTNL_EXPR_LIMIT_RATE, limit->rate);
	nftnl_expr_set_u64(expr, NFTNL_EXPR_LIMIT_UNIT, limit->unit);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LIMIT_BURST, limit->burst);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LIMIT_TYPE, NFT_LIMIT_PKTS);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LIMIT_FLAGS,
			   limit->over ? NFT_LIMIT_F_INV : 0);
}

static bool delinearize(struct delinearize *ctx, const struct nftnl_expr *expr)
{
	struct stmt *stmt = delinearize_add(ctx, &stmt_limit_ops);
	struct limit *limit;

	if (!stmt || delinearize_u32(expr, NFTNL_EXPR_LIMIT_TYPE) !=
		     NFT_LIMIT_PKTS)
		return false;
	limit = stmt_data(stmt);
	limit->rate = nftnl_expr_get_u64(expr, NFTNL_EXPR_LIMIT_RATE);
	limit->unit = nftnl_expr_get_u64(expr, NFTNL_EXPR_LIMIT_UNIT);
	limit->burst = delinearize_u32(expr, NFTNL_EXPR_LIMIT_BURST);
	limit->over = delinearize_u32(expr, NFTNL_EXPR_LIMIT_FLAGS) &
		      NFT_LIMIT_F_INV;
	return limit->burst;
}

const struct stmt_ops stmt_limit_ops = {
	.name		= "limit",
	.class		= STMT_CLASS_STATEMENT,
	.size		= sizeof(struct limit),
	.words		= { "limit" },
	.expr		= "limit",
	.parse		= parse,
	.print		= print,
	.linearize	= linearize,
	.delinearize	= delinearize,
};
