// SPDX-License-Identifier: GPL-2.0
/*
 * Decides what happens to a packet.
 *
 *   accept|drop|return|continue
 *   jump|goto CHAIN
 */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "cache.h"
#include "delinearize.h"
#include "linearize.h"
#include "stmt.h"
#include "utils.h"

struct verdict {
	int code;	/* NF_* or NFT_* */
	char *chain;	/* of jump and goto, owned; or NULL */
};

static const struct {
	const char *word;
	int code;
} verdicts[] = {
	{ "accept", NF_ACCEPT },
	{ "drop", NF_DROP },
	{ "return", NFT_RETURN },
	{ "continue", NFT_CONTINUE },
	{ "jump", NFT_JUMP },
	{ "goto", NFT_GOTO },
};

/* NULL for a code that has no word here. */
static const char *verdict_word(int code)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		if (verdicts[i].code == code)
			return verdicts[i].word;
	return NULL;
}

static void parse(struct lexer *lexer, struct stmt *stmt)
{
	const struct token *token = lexer_take(lexer);
	struct verdict *verdict = stmt_data(stmt);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		if (token_is(token, verdicts[i].word))
			verdict->code = verdicts[i].code;
	if (verdict->code == NFT_JUMP || verdict->code == NFT_GOTO)
		verdict->chain = lexer_name(lexer, "a chain",
					    "--scanner jump sip_log");
}

static void print(FILE *out, const struct stmt *stmt, unsigned int flags)
{
	const struct verdict *verdict = stmt_data(stmt);

	(void)flags;
	fputs(verdict_word(verdict->code), out);
	if (verdict->chain)
		fprintf(out, " %s", verdict->chain);
}

static void check(struct stmt *stmt, const struct cache *cache,
		  const struct chain *chain)
{
	const struct verdict *verdict = stmt_data(stmt);
	struct chain to = *chain;

	if (!verdict->chain)
		return;
	to.name = verdict->chain;
	if (!strcmp(to.name, chain->name))
		location_error(&stmt->token.at, "chain %s would jump to itself: expected another chain",
			       chain->name);
	cache_need_chain(cache, &to, &stmt->token.at);
}

static void linearize(struct linearize *ctx, const struct stmt *stmt)
{
	struct nftnl_expr *expr = linearize_expr(ctx, "immediate");
	const struct verdict *verdict = stmt_data(stmt);

	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_VERDICT, verdict->code);
	if (verdict->chain)
		nftnl_expr_set_str(expr, NFTNL_EXPR_IMM_CHAIN, verdict->chain);
}

static bool delinearize(struct delinearize *ctx, const struct nftnl_expr *expr)
{
	const char *chain = nftnl_expr_get_str(expr, NFTNL_EXPR_IMM_CHAIN);
	int code = delinearize_u32(expr, NFTNL_EXPR_IMM_VERDICT);
	struct verdict *verdict;
	struct stmt *stmt;

	if (!nftnl_expr_is_set(expr, NFTNL_EXPR_IMM_VERDICT) ||
	    !verdict_word(code))
		return false;
	stmt = delinearize_add(ctx, &stmt_verdict_ops);
	if (!stmt)
		return false;
	verdict = stmt_data(stmt);
	verdict->code = code;
	if (chain)
		verdict->chain = xtables_strdup(chain);
	return true;
}

static void free_data(struct stmt *stmt)
{
	struct verdict *verdict = stmt_data(stmt);

	free(verdict->chain);
}

const struct stmt_ops stmt_verdict_ops = {
	.name		= "verdict",
	.class		= STMT_CLASS_VERDICT,
	.size		= sizeof(struct verdict),
	.words		= { "accept", "drop", "return", "continue", "jump",
			    "goto" },
	.expr		= "immediate",
	.parse		= parse,
	.print		= print,
	.check		= check,
	.linearize	= linearize,
	.delinearize	= delinearize,
	.free		= free_data,
};
