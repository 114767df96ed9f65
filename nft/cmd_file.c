// SPDX-License-Identifier: GPL-2.0
/* Runs the commands that compare a file with the kernel: apply and diff. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include "cache.h"
#include "cmd.h"
#include "comment.h"
#include "delinearize.h"
#include "family.h"
#include "file.h"
#include "linearize.h"
#include "netlink.h"
#include "plugin.h"

/* The rules of a chain as text: in the kernel (there) and in the file. */
struct compared {
	char **there, **wanted;
	unsigned int there_count, wanted_count;
	unsigned int same_start, same_end;
};

static char *text_there(const struct nftnl_rule *from)
{
	unsigned long long handle;
	char text[128];
	struct rule *rule;
	const char *why;
	char *ours;

	rule = comment_is_ours(from) ? delinearize_rule(from, &why) : NULL;
	if (!rule) {
		handle = nftnl_rule_get_u64(from, NFTNL_RULE_HANDLE);
		snprintf(text, sizeof(text), "# handle %llu: not made by nft-sip",
			 handle);
		return xtables_strdup(text);
	}
	ours = rule_text(rule, 0);
	rule_free(rule);
	return ours;
}

/* How many are the same at the start, and of the others at the end. */
static void compare_texts(struct compared *c)
{
	unsigned int most = c->there_count < c->wanted_count ?
			    c->there_count : c->wanted_count;

	while (c->same_start < most &&
	       !strcmp(c->there[c->same_start], c->wanted[c->same_start]))
		c->same_start++;
	while (c->same_start + c->same_end < most &&
	       !strcmp(c->there[c->there_count - c->same_end - 1],
		       c->wanted[c->wanted_count - c->same_end - 1]))
		c->same_end++;
}

static void compare(struct compared *c, const struct file_chain *chain,
		    const struct cache_rules *rules)
{
	unsigned int i;

	memset(c, 0, sizeof(*c));
	c->there_count = rules->count;
	c->wanted_count = chain->count;
	c->there = xtables_calloc(c->there_count + 1, sizeof(*c->there));
	c->wanted = xtables_calloc(c->wanted_count + 1, sizeof(*c->wanted));
	for (i = 0; i < c->there_count; i++)
		c->there[i] = text_there(rules->list[i]);
	for (i = 0; i < c->wanted_count; i++)
		c->wanted[i] = rule_text(chain->rules[i], 0);
	compare_texts(c);
}

static bool is_same(const struct compared *c)
{
	return c->there_count == c->wanted_count &&
	       c->same_start == c->there_count;
}

static void compared_free(struct compared *c)
{
	while (c->there_count)
		free(c->there[--c->there_count]);
	while (c->wanted_count)
		free(c->wanted[--c->wanted_count]);
	free(c->there);
	free(c->wanted);
}

/* Only chains of which all rules are ours are changed. */
static void check_ours(const struct file_chain *chain,
		       const struct cache_rules *rules)
{
	const char *family = family_name(chain->ref.family);
	unsigned long long handle;
	unsigned int i;

	for (i = 0; i < rules->count; i++) {
		if (comment_is_ours(rules->list[i]))
			continue;
		handle = nftnl_rule_get_u64(rules->list[i], NFTNL_RULE_HANDLE);
		location_error(&chain->at, "chain %s of table %s %s has a rule that nft-sip did not make (handle %llu), and would lose it: expected a chain of its own for these rules, or write it here and: nft flush chain %s %s %s",
			       chain->ref.name, family, chain->ref.table,
			       handle, family, chain->ref.table,
			       chain->ref.name);
	}
}

static void add_flush(struct netlink_batch *batch,
		      const struct file_chain *chain)
{
	struct nftnl_rule *all = chain_rule(&chain->ref);

	netlink_batch_add(batch, NFT_MSG_DELRULE, 0, all, &chain->at);
	nftnl_rule_free(all);
}

/* An error if the chain cannot be as the file says; true if it already is. */
static bool check_chain(const struct cache *cache,
			const struct file_chain *chain)
{
	struct cache_rules *rules;
	struct compared compared;
	unsigned int i;
	bool same;

	cache_need_chain(cache, &chain->ref, &chain->at);
	rules = cache_rules_fetch(&chain->ref);
	check_ours(chain, rules);
	for (i = 0; i < chain->count; i++)
		rule_check(chain->rules[i], cache, &chain->ref);
	compare(&compared, chain, rules);
	same = is_same(&compared);
	compared_free(&compared);
	cache_rules_free(rules);
	return same;
}

/* A chain that is as it should be keeps its counters and limits. */
static void add_chain(struct netlink_batch *batch, const struct cache *cache,
		      const struct file_chain *chain)
{
	struct nftnl_rule *rule;
	unsigned int i;

	if (check_chain(cache, chain))
		return;
	add_flush(batch, chain);
	for (i = 0; i < chain->count; i++) {
		rule = linearize_rule(chain->rules[i], &chain->ref);
		netlink_batch_add(batch, NFT_MSG_NEWRULE,
				  NLM_F_CREATE | NLM_F_APPEND,
				  rule, &chain->rules[i]->at);
		nftnl_rule_free(rule);
	}
}

int cmd_file_apply(const char *path, bool check)
{
	struct file *file = file_parse(path);
	struct cache *cache;
	struct netlink_batch *batch;
	unsigned int i;
	bool done;

	if (file->count)
		netlink_need_match(PLUGIN_MATCH, plugin_revision());
	do {
		cache = cache_fetch();
		batch = netlink_batch_begin(cache->generation);
		for (i = 0; i < file->count; i++)
			add_chain(batch, cache, &file->chains[i]);
		done = netlink_batch_end(batch, check);
		cache_free(cache);
	} while (!done);
	file_free(file);
	return 0;
}

static void show(char mark, char *const *texts, unsigned int from,
		 unsigned int to)
{
	for (; from < to; from++)
		printf("%c\t\t%s\n", mark, texts[from]);
}

/* Print how the chain differs from that of the file; true if it does. */
static bool diff_chain(const struct cache *cache,
		       const struct file_chain *chain)
{
	const char *family = family_name(chain->ref.family);
	struct cache_rules *rules;
	struct compared c;
	bool same;

	if (!cache_has_chain(cache, &chain->ref)) {
		printf("table %s %s has no chain %s\n", family,
		       chain->ref.table, chain->ref.name);
		return true;
	}
	rules = cache_rules_fetch(&chain->ref);
	compare(&c, chain, rules);
	cache_rules_free(rules);
	same = is_same(&c);
	if (!same) {
		printf("table %s %s chain %s:\n", family, chain->ref.table,
		       chain->ref.name);
		show('-', c.there, c.same_start, c.there_count - c.same_end);
		show('+', c.wanted, c.same_start, c.wanted_count - c.same_end);
	}
	compared_free(&c);
	return !same;
}

int cmd_file_diff(const char *path)
{
	struct file *file = file_parse(path);
	struct cache *cache = cache_fetch();
	bool differs = false;
	unsigned int i;

	for (i = 0; i < file->count; i++)
		differs |= diff_chain(cache, &file->chains[i]);
	cache_free(cache);
	file_free(file);
	return differs;
}
