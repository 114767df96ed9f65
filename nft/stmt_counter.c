// SPDX-License-Identifier: GPL-2.0
/*
 * Counts packets and bytes.
 *
 *   counter [packets N bytes N]
 */
#include "delinearize.h"
#include "linearize.h"
#include "stmt.h"

struct counter {
	uint64_t packets, bytes;
};

static void parse(struct lexer *lexer, struct stmt *stmt)
{
	static const char what[] =
		"a number, for example: counter packets 0 bytes 0";
	struct counter *counter = stmt_data(stmt);

	lexer_take(lexer);
	if (!lexer_accept(lexer, "packets"))
		return;
	counter->packets = token_number(lexer_take(lexer), 0, UINT64_MAX / 16,
					what);
	if (!lexer_accept(lexer, "bytes"))
		token_error(lexer_peek(lexer), "expected \"bytes\", for example: counter packets 0 bytes 0");
	counter->bytes = token_number(lexer_take(lexer), 0, UINT64_MAX / 16,
				      what);
}

static void print(FILE *out, const struct stmt *stmt, unsigned int flags)
{
	const struct counter *counter = stmt_data(stmt);

	fputs("counter", out);
	if (flags & STMT_PRINT_COUNTERS)
		fprintf(out, " packets %llu bytes %llu",
			(unsigned long long)counter->packets,
			(unsigned long long)counter->bytes);
}

static void linearize(struct linearize *ctx, const struct stmt *stmt)
{
	struct nftnl_expr *expr = linearize_expr(ctx, "counter");
	const struct counter *counter = stmt_data(stmt);

	if (!counter->packets && !counter->bytes)
		return;
	nftnl_expr_set_u64(expr, NFTNL_EXPR_CTR_PACKETS, counter->packets);
	nftnl_expr_set_u64(expr, NFTNL_EXPR_CTR_BYTES, counter->bytes);
}

static bool delinearize(struct delinearize *ctx, const struct nftnl_expr *expr)
{
	struct stmt *stmt = delinearize_add(ctx, &stmt_counter_ops);
	struct counter *counter;

	if (!stmt)
		return false;
	counter = stmt_data(stmt);
	if (nftnl_expr_is_set(expr, NFTNL_EXPR_CTR_PACKETS))
		counter->packets = nftnl_expr_get_u64(expr,
						      NFTNL_EXPR_CTR_PACKETS);
	if (nftnl_expr_is_set(expr, NFTNL_EXPR_CTR_BYTES))
		counter->bytes = nftnl_expr_get_u64(expr,
						    NFTNL_EXPR_CTR_BYTES);
	return true;
}

const struct stmt_ops stmt_counter_ops = {
	.name		= "counter",
	.class		= STMT_CLASS_STATEMENT,
	.size		= sizeof(struct counter),
	.words		= { "counter" },
	.expr		= "counter",
	.parse		= parse,
	.print		= print,
	.linearize	= linearize,
	.delinearize	= delinearize,
};
