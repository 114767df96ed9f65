// SPDX-License-Identifier: GPL-2.0
/*
 * Writes packets to the kernel's log or to a group of nfnetlink_log.
 *
 *   log [prefix TEXT] [level LEVEL | group N [snaplen N]]
 */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>

#include "delinearize.h"
#include "linearize.h"
#include "stmt.h"
#include "utils.h"

#define PREFIX_LEN	128	/* NUL included; NF_LOG_PREFIXLEN */
#define LEVEL_DEFAULT	4	/* "warn", of nft and of the kernel */

struct log {
	char *prefix;		/* owned, or NULL */
	bool to_group;		/* else to the kernel's log */
	uint16_t group;
	uint32_t snaplen;	/* bytes; 0: all */
	uint32_t level;		/* index of levels[] */
};

static const char *const levels[] = {
	"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
};

static void parse_prefix(const struct token *token, struct log *log)
{
	const char *text = token->text;
	size_t len = strlen(text);
	size_t i;

	/* nft needs quotes that a shell leaves, so they are accepted here. */
	if (len > 1 && text[0] == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	if (token->mark || !len || len >= PREFIX_LEN)
		token_error(token, "expected a text of 1 to 127 bytes, for example: log prefix \"sip scan: \"");
	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '"')
			token_error(token, "expected a text without quotes and control bytes, for example: log prefix \"sip scan: \"");
	log->prefix = xtables_calloc(1, len + 1);
	memcpy(log->prefix, text, len);
}

static void parse_level(const struct token *token, struct log *log)
{
	for (log->level = 0; log->level < ARRAY_SIZE(levels); log->level++)
		if (token_is(token, levels[log->level]))
			return;
	token_error(token, "expected emerg, alert, crit, err, warn, notice, info or debug, for example: log level info");
}

static void parse(struct lexer *lexer, struct stmt *stmt)
{
	const struct token *level = NULL, *snaplen = NULL;
	struct log *log = stmt_data(stmt);

	lexer_take(lexer);
	log->level = LEVEL_DEFAULT;
	for (;;) {
		if (!log->prefix && lexer_accept(lexer, "prefix")) {
			parse_prefix(lexer_take(lexer), log);
		} else if (!level && lexer_accept(lexer, "level")) {
			level = lexer_take(lexer);
			parse_level(level, log);
		} else if (!log->to_group && lexer_accept(lexer, "group")) {
			log->group = token_number(lexer_take(lexer), 0, 65535,
						  "a number from 0 to 65535, for example: log group 2");
			log->to_group = true;
		} else if (!snaplen && lexer_accept(lexer, "snaplen")) {
			snaplen = lexer_take(lexer);
			log->snaplen = token_number(snaplen, 1, UINT32_MAX,
						    "a number of bytes, for example: log group 2 snaplen 1024");
		} else {
			break;
		}
	}
	if (level && log->to_group)
		token_error(level, "a level is for the kernel's log, a group for a program: expected one of them, for example: log level info");
	if (snaplen && !log->to_group)
		token_error(snaplen, "snaplen is for a group: expected for example: log group 2 snaplen 1024");
}

static void print(FILE *out, const struct stmt *stmt, unsigned int flags)
{
	const struct log *log = stmt_data(stmt);

	(void)flags;
	fputs("log", out);
	if (log->prefix) {
		fputs(" prefix ", out);
		lexer_print_quoted(out, log->prefix);
	}
	if (log->to_group)
		fprintf(out, " group %u", log->group);
	if (log->snaplen)
		fprintf(out, " snaplen %u", log->snaplen);
	if (log->level != LEVEL_DEFAULT && !log->to_group)
		fprintf(out, " level %s", levels[log->level]);
}

static void linearize(struct linearize *ctx, const struct stmt *stmt)
{
	struct nftnl_expr *expr = linearize_expr(ctx, "log");
	const struct log *log = stmt_data(stmt);

	if (log->prefix)
		nftnl_expr_set_str(expr, NFTNL_EXPR_LOG_PREFIX, log->prefix);
	if (log->to_group)
		nftnl_expr_set_u16(expr, NFTNL_EXPR_LOG_GROUP, log->group);
	else if (log->level != LEVEL_DEFAULT)
		nftnl_expr_set_u32(expr, NFTNL_EXPR_LOG_LEVEL, log->level);
	if (log->snaplen)
		nftnl_expr_set_u32(expr, NFTNL_EXPR_LOG_SNAPLEN, log->snaplen);
}

static bool delinearize(struct delinearize *ctx, const struct nftnl_expr *expr)
{
	const char *prefix = nftnl_expr_get_str(expr, NFTNL_EXPR_LOG_PREFIX);
	struct stmt *stmt = delinearize_add(ctx, &stmt_log_ops);
	struct log *log;

	if (!stmt || delinearize_u32(expr, NFTNL_EXPR_LOG_FLAGS) ||
	    (nftnl_expr_is_set(expr, NFTNL_EXPR_LOG_QTHRESHOLD) &&
	     nftnl_expr_get_u16(expr, NFTNL_EXPR_LOG_QTHRESHOLD)))
		return false;
	log = stmt_data(stmt);
	if (prefix && *prefix)
		log->prefix = xtables_strdup(prefix);
	log->level = LEVEL_DEFAULT;
	if (nftnl_expr_is_set(expr, NFTNL_EXPR_LOG_LEVEL))
		log->level = delinearize_u32(expr, NFTNL_EXPR_LOG_LEVEL);
	log->to_group = nftnl_expr_is_set(expr, NFTNL_EXPR_LOG_GROUP);
	if (log->to_group)
		log->group = nftnl_expr_get_u16(expr, NFTNL_EXPR_LOG_GROUP);
	log->snaplen = delinearize_u32(expr, NFTNL_EXPR_LOG_SNAPLEN);
	return log->level < ARRAY_SIZE(levels);
}

static void free_data(struct stmt *stmt)
{
	struct log *log = stmt_data(stmt);

	free(log->prefix);
}

const struct stmt_ops stmt_log_ops = {
	.name		= "log",
	.class		= STMT_CLASS_STATEMENT,
	.size		= sizeof(struct log),
	.words		= { "log" },
	.expr		= "log",
	.parse		= parse,
	.print		= print,
	.linearize	= linearize,
	.delinearize	= delinearize,
	.free		= free_data,
};
