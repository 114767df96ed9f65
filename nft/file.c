// SPDX-License-Identifier: GPL-2.0
/* Parses a file of rules. */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>

#include "family.h"
#include "file.h"

#define EXAMPLE	"for example: table inet filter { chain sip { --scanner drop; } }"

static void skip_ends(struct lexer *lexer)
{
	while (lexer_accept(lexer, "\n") || lexer_accept(lexer, ";"))
		;
}

static void need(struct lexer *lexer, const char *text, const char *where)
{
	while (*text == '{' && lexer_accept(lexer, "\n"))
		;
	if (!lexer_accept(lexer, text))
		token_error(lexer_peek(lexer), "expected %s %s, " EXAMPLE, text,
			    where);
}

static void check_once(const struct file *file, const struct file_chain *chain)
{
	const struct file_chain *other;

	for (other = file->chains; other < chain; other++)
		if (chain_is(&other->ref, &chain->ref))
			location_error(&chain->at, "chain %s of table %s %s is in this file already, in line %u: expected all its rules in one place",
				       chain->ref.name,
				       family_name(chain->ref.family),
				       chain->ref.table, other->at.line);
}

/* Hooks and policies belong to nft, not to a file of rules. */
static void check_no_hook(const struct lexer *lexer)
{
	const struct token *token = lexer_peek(lexer);

	if (token_is(token, "type") || token_is(token, "policy"))
		token_error(token, "expected a rule: hooks and policies are nft's, this file has only rules, for example: --scanner --ban 1d counter drop");
}

static void read_rules(struct lexer *lexer, struct file_chain *chain)
{
	for (;;) {
		skip_ends(lexer);
		if (lexer_accept(lexer, "}"))
			return;
		if (lexer->next == lexer->count)
			token_error(lexer_peek(lexer), "expected } to close the chain of line %u, "
				    EXAMPLE, chain->at.line);
		check_no_hook(lexer);
		chain->rules = xtables_realloc(chain->rules,
					       (chain->count + 1) *
					       sizeof(*chain->rules));
		chain->rules[chain->count++] = rule_parse(lexer);
	}
}

static void read_chain(struct file *file, const struct chain *table)
{
	struct lexer *lexer = file->lexer;
	struct file_chain *chain;

	file->chains = xtables_realloc(file->chains, (file->count + 1) *
				       sizeof(*file->chains));
	chain = &file->chains[file->count];
	memset(chain, 0, sizeof(*chain));
	chain->at = lexer_peek(lexer)->at;
	need(lexer, "chain", "in a table");
	chain->ref.family = table->family;
	chain->ref.table = xtables_strdup(table->table);
	chain->ref.name = lexer_name(lexer, "a chain",
				     "chain sip { --scanner drop; }");
	check_once(file, chain);
	need(lexer, "{", "after the name of a chain");
	read_rules(lexer, chain);
	file->count++;
}

static void read_table(struct file *file)
{
	struct lexer *lexer = file->lexer;
	struct location at = lexer_peek(lexer)->at;
	struct chain table;

	need(lexer, "table", "outside of a table");
	table.family = family_parse(lexer);
	table.table = lexer_name(lexer, "a table",
				 "table inet filter { chain sip { --scanner drop; } }");
	need(lexer, "{", "after the name of a table");
	for (;;) {
		skip_ends(lexer);
		if (lexer_accept(lexer, "}"))
			break;
		if (lexer->next == lexer->count)
			token_error(lexer_peek(lexer), "expected } to close the table of line %u, "
				    EXAMPLE, at.line);
		read_chain(file, &table);
	}
	free(table.table);
}

struct file *file_parse(const char *path)
{
	struct file *file = xtables_calloc(1, sizeof(*file));

	file->lexer = lexer_from_file(path);
	for (;;) {
		skip_ends(file->lexer);
		if (file->lexer->next == file->lexer->count)
			return file;
		read_table(file);
	}
}

void file_free(struct file *file)
{
	struct file_chain *chain;
	unsigned int i;

	for (chain = file->chains; chain < file->chains + file->count;
	     chain++) {
		for (i = 0; i < chain->count; i++)
			rule_free(chain->rules[i]);
		free(chain->rules);
		chain_free(&chain->ref);
	}
	free(file->chains);
	lexer_free(file->lexer);
	free(file);
}
