// SPDX-License-Identifier: GPL-2.0
/* Finds the kind of a statement by its first word or by an expression. */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>

#include "error.h"
#include "rule.h"
#include "stmt.h"
#include "utils.h"

/* In the order in which messages list their words. */
static const struct stmt_ops *const kinds[] = {
	&stmt_sip_ops,
	&stmt_payload_ops,
	&stmt_meta_ops,
	&stmt_counter_ops,
	&stmt_log_ops,
	&stmt_limit_ops,
	&stmt_set_ops,
	&stmt_verdict_ops,
};

struct stmt *stmt_alloc(const struct stmt_ops *ops, const struct token *token)
{
	static const struct token none = { .text = "" };
	struct stmt *stmt = xtables_calloc(1, sizeof(*stmt) + ops->size);

	stmt->ops = ops;
	stmt->token = token ? *token : none;
	return stmt;
}

void stmt_free(struct stmt *stmt)
{
	if (!stmt)
		return;
	if (stmt->ops->free)
		stmt->ops->free(stmt);
	free(stmt);
}

static bool begins(const struct stmt_ops *ops, const struct token *token)
{
	const char *const *word;

	for (word = ops->words; *word; word++)
		if (token_is(token, *word))
			return true;
	return ops->begins && ops->begins(token);
}

/* " (WORD, WORD...)" of all kinds of a class. */
static void print_words(FILE *out, enum stmt_class class)
{
	const char *const *word, *glue = " (";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i]->class != class)
			continue;
		for (word = kinds[i]->words; *word; word++, glue = ", ")
			fprintf(out, "%s%s", glue, *word);
	}
	fputc(')', out);
}

static __attribute__((noreturn)) void unknown(const struct token *token)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		error_exit("no memory");
	fputs("an option of the sip match, a field", out);
	print_words(out, STMT_CLASS_FIELD);
	fputs(", a statement", out);
	print_words(out, STMT_CLASS_STATEMENT);
	fputs(" or a verdict", out);
	print_words(out, STMT_CLASS_VERDICT);
	fclose(out);
	token_error(token, "expected %s, " RULE_EXAMPLE, text);
}

const struct stmt_ops *stmt_find(const struct token *token)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (begins(kinds[i], token))
			return kinds[i];
	unknown(token);
}

const struct stmt_ops *stmt_find_expr(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i]->expr && !strcmp(kinds[i]->expr, name))
			return kinds[i];
	return NULL;
}
