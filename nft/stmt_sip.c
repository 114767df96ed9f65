// SPDX-License-Identifier: GPL-2.0
/*
 * Matches SIP messages, by the options of the iptables match.
 *
 *   [sip | -m sip] [!] --OPTION...
 *
 * The plugin of iptables parses and prints the options (plugin.h).
 */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>

#include "delinearize.h"
#include "error.h"
#include "linearize.h"
#include "plugin.h"
#include "rule.h"

#define SIP_MAX	4	/* matches in a rule */

struct sip {
	void *info;	/* plugin_size() bytes, owned */
};

/* "sip" may come before the options, and "-m sip", as for iptables. */
static void parse(struct lexer *lexer, struct stmt *stmt)
{
	struct sip *sip = stmt_data(stmt);

	if (lexer_accept(lexer, "-m") && !token_is(lexer_peek(lexer), "sip"))
		token_error(lexer_peek(lexer), "expected \"sip\" after -m; for other conditions nft's words, for example: udp dport 5060 --scanner drop");
	if (lexer_accept(lexer, "sip") && !plugin_begins(lexer_peek(lexer)))
		token_error(lexer_peek(lexer), "expected an option of the sip match, "
			    RULE_EXAMPLE);
	sip->info = plugin_parse(lexer);
}

static void print(FILE *out, const struct stmt *stmt, unsigned int flags)
{
	const struct sip *sip = stmt_data(stmt);
	char *text = plugin_text(sip->info);

	(void)flags;
	fputs(text, out);
	free(text);
}

/* The expression owns its copy, and frees it with free(). */
static void linearize(struct linearize *ctx, const struct stmt *stmt)
{
	struct nftnl_expr *expr = linearize_expr(ctx, "match");
	const struct sip *sip = stmt_data(stmt);
	void *info = malloc(plugin_size());

	if (!info)
		error_exit("no memory");
	memcpy(info, sip->info, plugin_size());
	nftnl_expr_set_str(expr, NFTNL_EXPR_MT_NAME, PLUGIN_MATCH);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_MT_REV, plugin_revision());
	nftnl_expr_set(expr, NFTNL_EXPR_MT_INFO, info, plugin_size());
}

static bool delinearize(struct delinearize *ctx, const struct nftnl_expr *expr)
{
	const char *name = nftnl_expr_get_str(expr, NFTNL_EXPR_MT_NAME);
	const void *info;
	struct stmt *stmt;
	struct sip *sip;
	uint32_t len;

	info = nftnl_expr_get(expr, NFTNL_EXPR_MT_INFO, &len);
	if (!name || strcmp(name, PLUGIN_MATCH) || !info ||
	    len != plugin_size() ||
	    delinearize_u32(expr, NFTNL_EXPR_MT_REV) != plugin_revision())
		return false;
	stmt = delinearize_add(ctx, &stmt_sip_ops);
	if (!stmt)
		return false;
	sip = stmt_data(stmt);
	sip->info = xtables_malloc(len);
	memcpy(sip->info, info, len);
	return true;
}

static void free_data(struct stmt *stmt)
{
	struct sip *sip = stmt_data(stmt);

	free(sip->info);
}

/* Options of two matches in a row would read as those of one: "sip" parts. */
const struct stmt_ops stmt_sip_ops = {
	.name		= "sip",
	.class		= STMT_CLASS_SIP,
	.size		= sizeof(struct sip),
	.max		= SIP_MAX,
	.words		= { "sip", "-m" },
	.repeat		= "sip",
	.expr		= "match",
	.begins		= plugin_begins,
	.parse		= parse,
	.print		= print,
	.linearize	= linearize,
	.delinearize	= delinearize,
	.free		= free_data,
};
