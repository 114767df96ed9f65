// SPDX-License-Identifier: GPL-2.0
/* Runs the commands that print the ruleset: list and save. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xtables.h>
#include <linux/netfilter.h>

#include "cache.h"
#include "cmd.h"
#include "comment.h"
#include "delinearize.h"
#include "error.h"
#include "family.h"

/* The chains to print; NULL and 0 stand for all. */
struct scope {
	uint8_t family;
	char *table, *name;
};

/* A listing that is being printed. */
struct listing {
	FILE *out;
	unsigned int flags;
	const struct cache_rules *rules;
	const struct chain *open;	/* the table that is open */
	unsigned int unprintable;
};

/* "table", "chain" or "ruleset" may come first, as for nft. */
static struct scope read_scope(struct lexer *lexer)
{
	static const char example[] = "nft-sip list inet filter sip";
	struct scope scope = { 0 };

	if (!lexer_accept(lexer, "table") && !lexer_accept(lexer, "chain"))
		lexer_accept(lexer, "ruleset");
	if (lexer->next < lexer->count)
		scope.family = family_parse(lexer);
	if (lexer->next < lexer->count)
		scope.table = lexer_name(lexer, "a table", example);
	if (lexer->next < lexer->count)
		scope.name = lexer_name(lexer, "a chain", example);
	if (lexer->next < lexer->count)
		token_error(lexer_peek(lexer), "expected nothing more, for example: %s",
			    example);
	return scope;
}

static bool is_in(const struct chain *chain, const struct scope *scope)
{
	return (!scope->family || scope->family == chain->family) &&
	       (!scope->table || !strcmp(scope->table, chain->table)) &&
	       (!scope->name || !strcmp(scope->name, chain->name)) &&
	       family_name(chain->family);
}

/* A rule of ours, or one of any program that has a sip match. */
static bool is_shown(const struct nftnl_rule *rule)
{
	char *sip;

	if (comment_is_ours(rule))
		return true;
	sip = delinearize_sip_text(rule);
	free(sip);
	return sip;
}

static bool shows_chain(const struct listing *listing,
			const struct chain *chain)
{
	unsigned int i;

	for (i = 0; i < listing->rules->count; i++)
		if (chain_has_rule(chain, listing->rules->list[i]) &&
		    is_shown(listing->rules->list[i]))
			return true;
	return false;
}

/* Rules that are not ours are comments: apply could not restore them. */
static void list_foreign(struct listing *listing,
			 const struct nftnl_rule *rule, const char *why)
{
	unsigned long long handle = nftnl_rule_get_u64(rule, NFTNL_RULE_HANDLE);
	char *sip = delinearize_sip_text(rule);

	fprintf(listing->out, "# handle %llu: ", handle);
	if (why)
		fprintf(listing->out, "changed by another program (\"%s\")",
			why);
	else
		fputs("not made by nft-sip", listing->out);
	if (sip)
		fprintf(listing->out, ", has: %s", sip);
	fputc('\n', listing->out);
	free(sip);
}

static void list_rule(struct listing *listing, const struct nftnl_rule *from)
{
	unsigned int flags = 0;
	struct rule *rule;
	const char *why;
	char *text;

	fputs("\t\t", listing->out);
	if (!comment_is_ours(from)) {
		list_foreign(listing, from, NULL);
		return;
	}
	rule = delinearize_rule(from, &why);
	if (!rule) {
		list_foreign(listing, from, why);
		listing->unprintable++;
		return;
	}
	if (listing->flags & CMD_COUNTERS)
		flags = STMT_PRINT_COUNTERS;
	text = rule_text(rule, flags);
	fputs(text, listing->out);
	if (listing->flags & CMD_HANDLES)
		fprintf(listing->out, " # handle %llu",
			(unsigned long long)rule->handle);
	fputc('\n', listing->out);
	free(text);
	rule_free(rule);
}

static void close_table(struct listing *listing)
{
	if (listing->open)
		fputs("}\n", listing->out);
	listing->open = NULL;
}

static void open_table(struct listing *listing, const struct chain *chain)
{
	if (listing->open && chain_is_in_table(listing->open, chain))
		return;
	close_table(listing);
	fprintf(listing->out, "table %s ", family_name(chain->family));
	lexer_print_name(listing->out, chain->table);
	fputs(" {\n", listing->out);
	listing->open = chain;
}

/* Has it rules, none of which is ours? */
static bool is_foreign(const struct listing *listing,
		       const struct chain *chain)
{
	bool foreign = false;
	unsigned int i;

	for (i = 0; i < listing->rules->count; i++) {
		if (!chain_has_rule(chain, listing->rules->list[i]))
			continue;
		if (comment_is_ours(listing->rules->list[i]))
			return false;
		foreign = true;
	}
	return foreign;
}

/* All of the chain is comments, so that apply does not change it. */
static void list_foreign_chain(struct listing *listing,
			       const struct chain *chain)
{
	unsigned int i;

	for (i = 0; i < listing->rules->count; i++) {
		if (!chain_has_rule(chain, listing->rules->list[i]) ||
		    !is_shown(listing->rules->list[i]))
			continue;
		fprintf(listing->out, "\t# chain %s ", chain->name);
		list_foreign(listing, listing->rules->list[i], NULL);
	}
}

static void list_chain(struct listing *listing, const struct chain *chain)
{
	unsigned int i;

	open_table(listing, chain);
	if (is_foreign(listing, chain)) {
		list_foreign_chain(listing, chain);
		return;
	}
	fputs("\tchain ", listing->out);
	lexer_print_name(listing->out, chain->name);
	fputs(" {\n", listing->out);
	for (i = 0; i < listing->rules->count; i++)
		if (chain_has_rule(chain, listing->rules->list[i]))
			list_rule(listing, listing->rules->list[i]);
	fputs("\t}\n", listing->out);
}

/* A chain that was named is printed even if it has no rules. */
static void list(struct lexer *lexer, struct listing *listing)
{
	struct scope scope = read_scope(lexer);
	struct cache *cache = cache_fetch();
	const struct chain *chain = cache->chains;
	struct chain named = { scope.family, scope.table, scope.name };
	struct location at = lexer_peek(lexer)->at;
	struct cache_rules *rules;
	unsigned int i;

	if (scope.name)
		cache_need_chain(cache, &named, &at);
	else if (scope.table && !cache_has_table(cache, &named))
		location_error(&at, "there is no table %s %s with a chain in it",
			       family_name(scope.family), scope.table);
	rules = cache_rules_fetch(scope.name ? &named : NULL);
	listing->rules = rules;
	for (i = 0; i < cache->chain_count; i++, chain++)
		if (is_in(chain, &scope) &&
		    (scope.name || shows_chain(listing, chain)))
			list_chain(listing, chain);
	close_table(listing);
	cache_rules_free(rules);
	cache_free(cache);
	free(scope.table);
	free(scope.name);
}

int cmd_ruleset_list(struct lexer *lexer, unsigned int flags)
{
	struct listing listing = { .out = stdout, .flags = flags };

	list(lexer, &listing);
	return 0;
}

/* The text to save, to be freed. It is complete before a file is made. */
static char *saved_text(struct lexer *lexer)
{
	struct listing listing = { 0 };
	char *text = NULL;
	size_t len = 0;

	listing.out = open_memstream(&text, &len);
	if (!listing.out)
		error_exit("no memory");
	fputs("# Written by nft-sip save. Load it: nft-sip apply -f FILE\n",
	      listing.out);
	list(lexer, &listing);
	fclose(listing.out);
	if (listing.unprintable)
		error_exit("%u rules were changed by another program and cannot be saved: see nft-sip -a list",
			   listing.unprintable);
	return text;
}

/* Write a temporary file in the same directory, then rename it. */
static void replace_file(const char *path, const char *text)
{
	size_t len = strlen(path) + 8;
	char *other = xtables_malloc(len);
	struct stat old;
	int fd;

	snprintf(other, len, "%s.XXXXXX", path);
	fd = mkstemp(other);
	if (fd < 0)
		error_exit("%s: %s", path, strerror(errno));
	len = strlen(text);
	if (fchmod(fd, stat(path, &old) ? 0644 : old.st_mode & 07777) ||
	    write(fd, text, len) != (ssize_t)len || fsync(fd) || close(fd) ||
	    rename(other, path)) {
		unlink(other);
		error_exit("%s: %s", path, strerror(errno));
	}
	free(other);
}

int cmd_ruleset_save(struct lexer *lexer, const char *path)
{
	char *text = saved_text(lexer);

	if (path && strcmp(path, "-"))
		replace_file(path, text);
	else
		fputs(text, stdout);
	free(text);
	return 0;
}
