// SPDX-License-Identifier: GPL-2.0
/* file: see file.h for the contract. */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>

#include "file.h"

#define EXAMPLE	"for example: table inet filter { chain sip { --scanner drop; } }"

uint8_t read_family(struct words *words)
{
	const struct word *word = words_take(words);
	uint8_t family = word->mark ? 0 : family_number(word->text);

	if (!family)
		word_error(word, "expected a family: ip, ip6 or inet (the sip match works nowhere else)");
	return family;
}

static void skip_ends(struct words *words)
{
	while (words_accept(words, "\n") || words_accept(words, ";"))
		;
}

static void need(struct words *words, const char *text, const char *where)
{
	while (*text == '{' && words_accept(words, "\n"))
		;
	if (!words_accept(words, text))
		word_error(words_peek(words), "expected %s %s, " EXAMPLE, text,
			   where);
}

static void check_once(const struct file *file, const struct file_chain *chain)
{
	const struct file_chain *other;

	for (other = file->chains; other < chain; other++)
		if (other->ref.family == chain->ref.family &&
		    !strcmp(other->ref.table, chain->ref.table) &&
		    !strcmp(other->ref.name, chain->ref.name))
			place_error(&chain->at, "chain %s of table %s %s is in this file already, in line %u: expected all its rules in one place",
				    chain->ref.name,
				    family_name(chain->ref.family),
				    chain->ref.table, other->at.line);
}

/* What nft has in a chain and this has not. */
static void check_no_hook(const struct words *words)
{
	const struct word *word = words_peek(words);

	if (word_is(word, "type") || word_is(word, "policy"))
		word_error(word, "expected a rule: hooks and policies are nft's, this file has only rules, for example: --scanner --ban 1d counter drop");
}

static void read_rules(struct words *words, struct file_chain *chain)
{
	for (;;) {
		skip_ends(words);
		if (words_accept(words, "}"))
			return;
		if (words->next == words->count)
			word_error(words_peek(words), "expected } to close the chain of line %u, "
				   EXAMPLE, chain->at.line);
		check_no_hook(words);
		chain->rules = xtables_realloc(chain->rules,
					       (chain->count + 1) *
					       sizeof(*chain->rules));
		chain->rules[chain->count++] = rule_read(words);
	}
}

static void read_chain(struct file *file, const struct chain_ref *table)
{
	struct words *words = file->words;
	struct file_chain *chain;

	file->chains = xtables_realloc(file->chains, (file->count + 1) *
				       sizeof(*file->chains));
	chain = &file->chains[file->count];
	memset(chain, 0, sizeof(*chain));
	chain->at = words_peek(words)->at;
	need(words, "chain", "in a table");
	chain->ref.family = table->family;
	chain->ref.table = xtables_strdup(table->table);
	chain->ref.name = read_name(words, "a chain",
				    "chain sip { --scanner drop; }");
	check_once(file, chain);
	need(words, "{", "behind the name of a chain");
	read_rules(words, chain);
	file->count++;
}

static void read_table(struct file *file)
{
	struct words *words = file->words;
	struct place at = words_peek(words)->at;
	struct chain_ref table;

	need(words, "table", "outside of a table");
	table.family = read_family(words);
	table.table = read_name(words, "a table",
				"table inet filter { chain sip { --scanner drop; } }");
	need(words, "{", "behind the name of a table");
	for (;;) {
		skip_ends(words);
		if (words_accept(words, "}"))
			break;
		if (words->next == words->count)
			word_error(words_peek(words), "expected } to close the table of line %u, "
				   EXAMPLE, at.line);
		read_chain(file, &table);
	}
	free(table.table);
}

struct file *file_read(const char *path)
{
	struct file *file = xtables_calloc(1, sizeof(*file));

	file->words = words_of_file(path);
	for (;;) {
		skip_ends(file->words);
		if (file->words->next == file->words->count)
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
		free(chain->ref.table);
		free(chain->ref.name);
	}
	free(file->chains);
	words_free(file->words);
	free(file);
}
