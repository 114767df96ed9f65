// SPDX-License-Identifier: GPL-2.0
/*
 * Stores the source address in a set.
 *
 *   add|update @SET [timeout TIME]
 *   add|update @SET { ip|ip6 saddr [timeout TIME] }     as nft writes it
 */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "cache.h"
#include "datatype.h"
#include "delinearize.h"
#include "family.h"
#include "linearize.h"
#include "stmt_payload.h"
#include "stmt_set.h"
#include "utils.h"

void stmt_set_know(struct stmt *stmt, bool is_ip6)
{
	struct stmt_set *set = stmt_data(stmt);

	set->is_ip6 = is_ip6;
	set->is_known = true;
	stmt->nfproto = is_ip6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
}

/* As nft: 1d2h3m4s, or seconds without a unit; in milliseconds. */
static uint64_t parse_time(const struct token *token)
{
	static const struct {
		char unit;
		uint64_t ms;
	} parts[] = {
		{ 'w', 604800000 }, { 'd', 86400000 }, { 'h', 3600000 },
		{ 'm', 60000 }, { 's', 1000 },
	};
	uint64_t total = 0, number;
	const char *p = token->text;
	char *end;
	size_t i = 0;

	while (*p >= '0' && *p <= '9' && total <= UINT32_MAX * 1000ULL) {
		number = strtoull(p, &end, 10);
		for (; i < ARRAY_SIZE(parts) && *end && *end != parts[i].unit;
		     i++)
			;
		if (i == ARRAY_SIZE(parts) || number > UINT32_MAX)
			break;
		total += number * (*end ? parts[i].ms : 1000);
		p = *end ? end + 1 : end;
		i++;
		if (!*p && total && total <= UINT32_MAX * 1000ULL)
			return total;
	}
	token_error(token, "expected a time such as 90s, 10m, 1h, 1d or 1d12h, for example: add @sip_banned timeout 1d");
}

/* The units that nft prints, the largest first. */
static void print_time(FILE *out, uint64_t ms)
{
	static const struct {
		char unit;
		uint64_t ms;
	} parts[] = {
		{ 'd', 86400000 }, { 'h', 3600000 }, { 'm', 60000 },
		{ 's', 1000 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (ms / parts[i].ms)
			fprintf(out, "%llu%c",
				(unsigned long long)(ms / parts[i].ms),
				parts[i].unit);
		ms %= parts[i].ms;
	}
}

/* What comes first in the braces that nft needs. */
static void parse_key(struct lexer *lexer, struct stmt_set *set)
{
	const struct token *token = lexer_peek(lexer);

	if (!token_is(token, "ip") && !token_is(token, "ip6"))
		token_error(token, "expected ip saddr or ip6 saddr, for example: add @sip_banned { ip saddr timeout 1d }");
	set->is_ip6 = token_is(token, "ip6");
	set->is_known = true;
	lexer_take(lexer);
	if (!lexer_accept(lexer, "saddr"))
		token_error(lexer_peek(lexer), "expected saddr, for example: add @sip_banned { ip saddr timeout 1d }");
}

static void parse(struct lexer *lexer, struct stmt *stmt)
{
	static const char example[] = "add @sip_banned timeout 1d";
	struct stmt_set *set = stmt_data(stmt);
	bool braces;

	set->update = token_is(lexer_take(lexer), "update");
	if (lexer_peek(lexer)->text[0] != '@')
		token_error(lexer_peek(lexer), "expected @ and the name of a set, for example: %s",
			    example);
	set->name = lexer_name(lexer, "a set", example);
	braces = lexer_accept(lexer, "{");
	if (braces)
		parse_key(lexer, set);
	if (lexer_accept(lexer, "timeout"))
		set->timeout = parse_time(lexer_take(lexer));
	if (braces && !lexer_accept(lexer, "}"))
		token_error(lexer_peek(lexer), "expected } after what goes to the set, for example: add @sip_banned { ip saddr timeout 1d }");
}

static void print(FILE *out, const struct stmt *stmt, unsigned int flags)
{
	const struct stmt_set *set = stmt_data(stmt);

	(void)flags;
	fprintf(out, "%s @%s", set->update ? "update" : "add", set->name);
	if (!set->timeout)
		return;
	fputs(" timeout ", out);
	print_time(out, set->timeout);
}

/* Packets can add to it: it has to be dynamic and to hold addresses. */
static void check_flags(const struct stmt_set *set,
			const struct cache_set *there,
			const struct location *at)
{
	if (there->flags & (NFT_SET_INTERVAL | NFT_SET_CONSTANT))
		location_error(at, "packets cannot add to set %s, as it has \"flags %s\": expected \"flags dynamic,timeout\"",
			       set->name, there->flags & NFT_SET_INTERVAL ?
			       "interval" : "constant");
	if (!(there->flags & (NFT_SET_EVAL | NFT_SET_TIMEOUT)) ||
	    (set->timeout && !(there->flags & NFT_SET_TIMEOUT)))
		location_error(at, "%s set %s: expected \"flags dynamic,timeout\" where it is declared",
			       set->timeout ? "nothing can time out in" :
			       "packets cannot add to", set->name);
}

static void check(struct stmt *stmt, const struct cache *cache,
		  const struct chain *chain)
{
	const char *type = chain->family == NFPROTO_IPV6 ? "ipv6_addr" :
							   "ipv4_addr";
	const struct location *at = &stmt->token.at;
	const struct stmt_set *set = stmt_data(stmt);
	const struct cache_set *there;
	bool is_ip6;

	there = cache_need_set(cache, chain, set->name, type,
			       "flags dynamic,timeout; timeout 1d; size 65536; ",
			       at);
	if ((there->key_type != TYPE_IPADDR &&
	     there->key_type != TYPE_IP6ADDR) ||
	    (there->flags & (NFT_SET_CONCAT | NFT_SET_MAP)))
		location_error(at, "set %s does not hold addresses: expected \"type ipv4_addr\" or \"type ipv6_addr\"",
			       set->name);
	is_ip6 = there->key_type == TYPE_IP6ADDR;
	if (set->is_known && set->is_ip6 != is_ip6)
		location_error(at, "set %s holds the other kind of addresses: expected ip saddr for \"type ipv4_addr\", ip6 saddr for \"type ipv6_addr\"",
			       set->name);
	check_flags(set, there, at);
	stmt_set_know(stmt, is_ip6);
	if (chain->family == (is_ip6 ? NFPROTO_IPV4 : NFPROTO_IPV6))
		location_error(at, "set %s holds %s addresses, which packets of a table of family %s do not have",
			       set->name, is_ip6 ? "IPv6" : "IPv4",
			       family_name(chain->family));
}

static void linearize(struct linearize *ctx, const struct stmt *stmt)
{
	const struct stmt_set *set = stmt_data(stmt);
	struct nftnl_expr *expr;

	stmt_payload_load_saddr(ctx, stmt->nfproto);
	expr = linearize_expr(ctx, "dynset");
	nftnl_expr_set_u32(expr, NFTNL_EXPR_DYNSET_SREG_KEY, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_DYNSET_OP, set->update ?
			   NFT_DYNSET_OP_UPDATE : NFT_DYNSET_OP_ADD);
	nftnl_expr_set_str(expr, NFTNL_EXPR_DYNSET_SET_NAME, set->name);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_DYNSET_SET_ID, 0);
	if (set->timeout)
		nftnl_expr_set_u64(expr, NFTNL_EXPR_DYNSET_TIMEOUT,
				   set->timeout);
}

static bool delinearize(struct delinearize *ctx, const struct nftnl_expr *expr)
{
	const char *name = nftnl_expr_get_str(expr,
					      NFTNL_EXPR_DYNSET_SET_NAME);
	uint32_t op = delinearize_u32(expr, NFTNL_EXPR_DYNSET_OP);
	struct stmt_set *set;
	struct stmt *stmt;

	if (!name || !stmt_payload_is_saddr(ctx->loaded) ||
	    !delinearize_is_reg1(expr, NFTNL_EXPR_DYNSET_SREG_KEY) ||
	    delinearize_u32(expr, NFTNL_EXPR_DYNSET_SREG_DATA) ||
	    nftnl_expr_is_set(expr, NFTNL_EXPR_DYNSET_EXPR) ||
	    (op != NFT_DYNSET_OP_ADD && op != NFT_DYNSET_OP_UPDATE))
		return false;
	stmt = delinearize_add(ctx, &stmt_set_ops);
	if (!stmt)
		return false;
	set = stmt_data(stmt);
	set->name = xtables_strdup(name);
	set->update = op == NFT_DYNSET_OP_UPDATE;
	stmt_set_know(stmt, ctx->loaded->nfproto == NFPROTO_IPV6);
	if (nftnl_expr_is_set(expr, NFTNL_EXPR_DYNSET_TIMEOUT))
		set->timeout = nftnl_expr_get_u64(expr,
						  NFTNL_EXPR_DYNSET_TIMEOUT);
	delinearize_load(ctx, NULL);
	return set->timeout % 1000 == 0;
}

static void free_data(struct stmt *stmt)
{
	struct stmt_set *set = stmt_data(stmt);

	free(set->name);
}

const struct stmt_ops stmt_set_ops = {
	.name		= "set",
	.class		= STMT_CLASS_STATEMENT,
	.size		= sizeof(struct stmt_set),
	.words		= { "add", "update" },
	.expr		= "dynset",
	.parse		= parse,
	.print		= print,
	.check		= check,
	.linearize	= linearize,
	.delinearize	= delinearize,
	.free		= free_data,
};
