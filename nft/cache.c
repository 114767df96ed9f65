// SPDX-License-Identifier: GPL-2.0
/* Fetches chains, sets and rules from the kernel and looks things up. */
#include <libnftnl/chain.h>
#include <libnftnl/set.h>
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter/nf_tables.h>

#include "cache.h"
#include "error.h"
#include "family.h"
#include "netlink.h"

static void free_chains(void *data)
{
	struct cache *cache = data;

	while (cache->chain_count--)
		chain_free(&cache->chains[cache->chain_count]);
	free(cache->chains);
	cache->chains = NULL;
	cache->chain_count = 0;
}

static int add_chain(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_chain *from = nftnl_chain_alloc();
	struct cache *cache = data;
	struct chain *chain;

	if (!from || nftnl_chain_nlmsg_parse(nlh, from) < 0)
		error_exit("nf_tables names a chain that makes no sense");
	cache->chains = xtables_realloc(cache->chains,
					(cache->chain_count + 1) *
					sizeof(*cache->chains));
	chain = &cache->chains[cache->chain_count++];
	chain->family = nftnl_chain_get_u32(from, NFTNL_CHAIN_FAMILY);
	chain->table = xtables_strdup(nftnl_chain_get_str(from,
							  NFTNL_CHAIN_TABLE));
	chain->name = xtables_strdup(nftnl_chain_get_str(from,
							 NFTNL_CHAIN_NAME));
	nftnl_chain_free(from);
	return MNL_CB_OK;
}

static void free_sets(void *data)
{
	struct cache *cache = data;

	while (cache->set_count--) {
		free(cache->sets[cache->set_count].table);
		free(cache->sets[cache->set_count].name);
	}
	free(cache->sets);
	cache->sets = NULL;
	cache->set_count = 0;
}

static int add_set(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_set *from = nftnl_set_alloc();
	struct cache *cache = data;
	struct cache_set *set;

	if (!from || nftnl_set_nlmsg_parse(nlh, from) < 0)
		error_exit("nf_tables names a set that makes no sense");
	cache->sets = xtables_realloc(cache->sets, (cache->set_count + 1) *
				      sizeof(*cache->sets));
	set = &cache->sets[cache->set_count++];
	set->family = nftnl_set_get_u32(from, NFTNL_SET_FAMILY);
	set->key_type = nftnl_set_get_u32(from, NFTNL_SET_KEY_TYPE);
	set->flags = nftnl_set_get_u32(from, NFTNL_SET_FLAGS);
	set->table = xtables_strdup(nftnl_set_get_str(from, NFTNL_SET_TABLE));
	set->name = xtables_strdup(nftnl_set_get_str(from, NFTNL_SET_NAME));
	nftnl_set_free(from);
	return MNL_CB_OK;
}

struct cache *cache_fetch(void)
{
	struct cache *cache = xtables_calloc(1, sizeof(*cache));

	do {
		cache->generation = netlink_generation();
		netlink_dump(NFT_MSG_GETCHAIN, NULL, add_chain, free_chains,
			     cache);
		netlink_dump(NFT_MSG_GETSET, NULL, add_set, free_sets, cache);
	} while (cache->generation != netlink_generation());
	return cache;
}

void cache_free(struct cache *cache)
{
	free_chains(cache);
	free_sets(cache);
	free(cache);
}

bool cache_has_table(const struct cache *cache, const struct chain *chain)
{
	const struct chain *there = cache->chains;
	unsigned int i;

	for (i = 0; i < cache->chain_count; i++, there++)
		if (chain_is_in_table(there, chain))
			return true;
	return false;
}

bool cache_has_chain(const struct cache *cache, const struct chain *chain)
{
	const struct chain *there = cache->chains;
	unsigned int i;

	for (i = 0; i < cache->chain_count; i++, there++)
		if (chain_is(there, chain))
			return true;
	return false;
}

void cache_need_chain(const struct cache *cache, const struct chain *chain,
		      const struct location *at)
{
	const char *family = family_name(chain->family);

	if (cache_has_chain(cache, chain))
		return;
	if (!cache_has_table(cache, chain))
		location_error(at, "there is no table %s %s with a chain in it: tables and chains are made by nft, for example: nft add table %s %s; nft add chain %s %s %s",
			       family, chain->table, family, chain->table,
			       family, chain->table, chain->name);
	location_error(at, "there is no chain %s in table %s %s: chains are made by nft, for example: nft add chain %s %s %s",
		       chain->name, family, chain->table, family, chain->table,
		       chain->name);
}

const struct cache_set *cache_need_set(const struct cache *cache,
				       const struct chain *chain,
				       const char *name, const char *type,
				       const char *more,
				       const struct location *at)
{
	const struct cache_set *set = cache->sets;
	unsigned int i;

	for (i = 0; i < cache->set_count; i++, set++)
		if (set->family == chain->family &&
		    !strcmp(set->table, chain->table) &&
		    !strcmp(set->name, name))
			return set;
	location_error(at, "there is no set %s in table %s %s (a set belongs to one table): sets are made by nft, for example: nft add set %s %s %s '{ type %s; %s}'",
		       name, family_name(chain->family), chain->table,
		       family_name(chain->family), chain->table, name, type,
		       more);
}

static void free_rules(void *data)
{
	struct cache_rules *rules = data;

	while (rules->count)
		nftnl_rule_free(rules->list[--rules->count]);
	free(rules->list);
	rules->list = NULL;
}

static int add_rule(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();
	struct cache_rules *rules = data;

	if (!rule || nftnl_rule_nlmsg_parse(nlh, rule) < 0)
		error_exit("nf_tables shows a rule that makes no sense");
	rules->list = xtables_realloc(rules->list, (rules->count + 1) *
				      sizeof(*rules->list));
	rules->list[rules->count++] = rule;
	return MNL_CB_OK;
}

struct cache_rules *cache_rules_fetch(const struct chain *chain)
{
	struct cache_rules *rules = xtables_calloc(1, sizeof(*rules));
	struct nftnl_rule *only = NULL;

	if (chain)
		only = chain_rule(chain);
	netlink_dump(NFT_MSG_GETRULE, only, add_rule, free_rules, rules);
	if (only)
		nftnl_rule_free(only);
	return rules;
}

void cache_rules_free(struct cache_rules *rules)
{
	free_rules(rules);
	free(rules);
}

struct nftnl_rule *cache_rules_find(const struct cache_rules *rules,
				    uint64_t handle)
{
	unsigned int i;

	for (i = 0; i < rules->count; i++)
		if (nftnl_rule_get_u64(rules->list[i],
				       NFTNL_RULE_HANDLE) == handle)
			return rules->list[i];
	return NULL;
}
