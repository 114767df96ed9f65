// SPDX-License-Identifier: GPL-2.0
/* Runs the commands that change one rule: add, insert, replace, delete. */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include "cache.h"
#include "cmd.h"
#include "comment.h"
#include "family.h"
#include "linearize.h"
#include "netlink.h"
#include "plugin.h"
#include "rule.h"

/* A change of one rule of a chain. */
struct change {
	const char *verb;
	struct location at;
	struct chain chain;
	uint64_t handle;		/* 0: none given */
	const struct token *handle_token;
	struct rule *rule;
};

static void read_target(struct lexer *lexer, struct change *change)
{
	change->at = lexer_peek(lexer)->at;
	if (!lexer_accept(lexer, "rule"))
		token_error(lexer_peek(lexer), "expected \"rule\", for example: nft-sip %s rule inet filter sip ...",
			    change->verb);
	change->chain.family = family_parse(lexer);
	change->chain.table = lexer_name(lexer, "a table",
					 "nft-sip add rule inet filter sip --scanner drop");
	change->chain.name = lexer_name(lexer, "a chain",
					"nft-sip add rule inet filter sip --scanner drop");
}

/* "position" is the older word of nft for "handle". */
static void read_handle(struct lexer *lexer, struct change *change, bool must)
{
	if (!lexer_accept(lexer, "handle") &&
	    (must || !lexer_accept(lexer, "position"))) {
		if (must)
			token_error(lexer_peek(lexer), "expected \"handle\" and a number that nft-sip -a list shows, for example: nft-sip %s rule inet filter sip handle 7%s",
				    change->verb,
				    *change->verb == 'd' ? "" :
				    " --scanner drop");
		return;
	}
	change->handle_token = lexer_take(lexer);
	change->handle = token_number(change->handle_token, 1, UINT32_MAX,
				      "a handle, a number that nft-sip -a list shows");
}

/* There is a rule of this handle, and it may be changed. */
static void check_handle(const struct change *change, bool must_be_ours)
{
	struct cache_rules *rules;
	struct nftnl_rule *found;

	if (!change->handle)
		return;
	rules = cache_rules_fetch(&change->chain);
	found = cache_rules_find(rules, change->handle);
	if (!found)
		token_error(change->handle_token, "no rule of chain %s has this handle: expected one that nft-sip -a list %s %s %s shows",
			    change->chain.name,
			    family_name(change->chain.family),
			    change->chain.table, change->chain.name);
	if (must_be_ours && !comment_is_ours(found))
		token_error(change->handle_token, "this rule was not made by nft-sip: use the tool that made it, for example: nft delete rule %s %s %s handle %s",
			    family_name(change->chain.family),
			    change->chain.table, change->chain.name,
			    change->handle_token->text);
	cache_rules_free(rules);
}

/* Send the change; start over if the ruleset has changed meanwhile. */
static void commit(struct change *change, uint16_t type, uint16_t flags,
		   uint16_t handle_attribute)
{
	struct nftnl_rule *out;
	struct cache *cache;
	struct netlink_batch *batch;
	bool done;

	if (change->rule)
		netlink_need_match(PLUGIN_MATCH, plugin_revision());
	do {
		cache = cache_fetch();
		cache_need_chain(cache, &change->chain, &change->at);
		check_handle(change, handle_attribute == NFTNL_RULE_HANDLE);
		if (change->rule) {
			rule_check(change->rule, cache, &change->chain);
			out = linearize_rule(change->rule, &change->chain);
		} else {
			out = chain_rule(&change->chain);
		}
		if (change->handle)
			nftnl_rule_set_u64(out, handle_attribute,
					   change->handle);
		batch = netlink_batch_begin(cache->generation);
		netlink_batch_add(batch, type, flags, out, change->rule ?
				  &change->rule->at : &change->at);
		nftnl_rule_free(out);
		done = netlink_batch_end(batch, false);
		cache_free(cache);
	} while (!done);
	rule_free(change->rule);
	chain_free(&change->chain);
}

static void need_no_more(struct lexer *lexer)
{
	if (lexer->next < lexer->count)
		token_error(lexer_peek(lexer), "expected nothing more");
}

static void read_rule(struct lexer *lexer, struct change *change)
{
	change->rule = rule_parse(lexer);
	need_no_more(lexer);
}

int cmd_rule_add(struct lexer *lexer)
{
	struct change change = { .verb = "add" };

	read_target(lexer, &change);
	read_handle(lexer, &change, false);
	read_rule(lexer, &change);
	commit(&change, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND,
	       NFTNL_RULE_POSITION);
	return 0;
}

int cmd_rule_insert(struct lexer *lexer)
{
	struct change change = { .verb = "insert" };

	read_target(lexer, &change);
	read_handle(lexer, &change, false);
	read_rule(lexer, &change);
	commit(&change, NFT_MSG_NEWRULE, NLM_F_CREATE, NFTNL_RULE_POSITION);
	return 0;
}

int cmd_rule_replace(struct lexer *lexer)
{
	struct change change = { .verb = "replace" };

	read_target(lexer, &change);
	read_handle(lexer, &change, true);
	read_rule(lexer, &change);
	commit(&change, NFT_MSG_NEWRULE, NLM_F_REPLACE, NFTNL_RULE_HANDLE);
	return 0;
}

int cmd_rule_delete(struct lexer *lexer)
{
	struct change change = { .verb = "delete" };

	read_target(lexer, &change);
	read_handle(lexer, &change, true);
	need_no_more(lexer);
	commit(&change, NFT_MSG_DELRULE, 0, NFTNL_RULE_HANDLE);
	return 0;
}
