// SPDX-License-Identifier: GPL-2.0
/* Parses, prints, checks and frees rules, statement by statement. */
#include <stdlib.h>
#include <xtables.h>

#include "error.h"
#include "rule.h"

struct rule *rule_alloc(void)
{
	return xtables_calloc(1, sizeof(struct rule));
}

void rule_free(struct rule *rule)
{
	unsigned int i;

	if (!rule)
		return;
	for (i = 0; i < rule->count; i++)
		stmt_free(rule->stmts[i]);
	free(rule);
}

static bool is_full_of(const struct rule *rule, const struct stmt_ops *ops)
{
	unsigned int count = 0, i;

	for (i = 0; i < rule->count; i++)
		count += rule->stmts[i]->ops == ops;
	return ops->max && count >= ops->max;
}

bool rule_has_room(const struct rule *rule, const struct stmt_ops *ops)
{
	return rule->count < RULE_STMTS && !is_full_of(rule, ops);
}

void rule_append(struct rule *rule, struct stmt *stmt)
{
	rule->stmts[rule->count++] = stmt;
}

static void parse_stmt(struct lexer *lexer, struct rule *rule)
{
	const struct token *token = lexer_peek(lexer);
	const struct stmt_ops *ops = stmt_find(token);
	struct stmt *stmt;

	if (rule->count == RULE_STMTS)
		token_error(token, "a rule has at most %d parts: expected two rules",
			    RULE_STMTS);
	if (is_full_of(rule, ops))
		token_error(token, "a rule has at most %u %s matches: expected two rules",
			    ops->max, ops->name);
	stmt = stmt_alloc(ops, token);
	rule_append(rule, stmt);
	ops->parse(lexer, stmt);
}

static bool has_verdict(const struct rule *rule)
{
	return rule->count &&
	       rule->stmts[rule->count - 1]->ops->class == STMT_CLASS_VERDICT;
}

/* No packet is of two families or of two protocols. */
static void check_protocols(const struct rule *rule)
{
	uint8_t nfproto = 0, l4proto = 0;
	const struct stmt *stmt;
	unsigned int i;

	for (i = 0; i < rule->count; i++) {
		stmt = rule->stmts[i];
		if ((stmt->nfproto && nfproto && stmt->nfproto != nfproto) ||
		    (stmt->l4proto && l4proto && stmt->l4proto != l4proto))
			token_error(&stmt->token, "no packet is both this and what stands before it: expected two rules, for example: udp dport 5060 --scanner drop");
		nfproto = stmt->nfproto ?: nfproto;
		l4proto = stmt->l4proto ?: l4proto;
	}
}

struct rule *rule_parse(struct lexer *lexer)
{
	const struct token *first = lexer_peek(lexer);
	struct rule *rule;

	if (lexer_at_end(lexer))
		token_error(first, "expected a rule, " RULE_EXAMPLE);
	rule = rule_alloc();
	rule->at = first->at;
	while (!lexer_at_end(lexer)) {
		if (has_verdict(rule))
			token_error(lexer_peek(lexer), "nothing can follow the verdict: expected it at the end, "
				    RULE_EXAMPLE);
		parse_stmt(lexer, rule);
	}
	check_protocols(rule);
	return rule;
}

void rule_check(struct rule *rule, const struct cache *cache,
		const struct chain *chain)
{
	struct stmt *stmt;
	unsigned int i;

	for (i = 0; i < rule->count; i++) {
		stmt = rule->stmts[i];
		if (stmt->ops->check)
			stmt->ops->check(stmt, cache, chain);
	}
}

/* Print all statements, or only those of one kind. */
static char *print(const struct rule *rule, const struct stmt_ops *only,
		   unsigned int flags)
{
	const struct stmt_ops *ops, *before = NULL;
	char *text = NULL;
	unsigned int i;
	size_t len = 0;
	FILE *out;

	out = open_memstream(&text, &len);
	if (!out)
		error_exit("no memory");
	for (i = 0; i < rule->count; i++) {
		ops = rule->stmts[i]->ops;
		if (only && ops != only)
			continue;
		if (before)
			fputc(' ', out);
		if (ops == before && ops->repeat)
			fprintf(out, "%s ", ops->repeat);
		ops->print(out, rule->stmts[i], flags);
		before = ops;
	}
	fclose(out);
	return text;
}

char *rule_text(const struct rule *rule, unsigned int flags)
{
	return print(rule, NULL, flags);
}

char *rule_sip_text(const struct rule *rule)
{
	return print(rule, &stmt_sip_ops, 0);
}
