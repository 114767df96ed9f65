/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Holds the chains, sets and rules that the kernel has.
 *
 * Tables, chains and sets are made by nft; here they are only looked up. One
 * that does not exist ends the program with an error that says how to make it.
 */
#ifndef _NFT_CACHE_H
#define _NFT_CACHE_H

#include "chain.h"
#include "location.h"

struct cache_set {
	uint8_t family;		/* NFPROTO_* */
	char *table, *name;
	uint32_t key_type;	/* TYPE_* of datatype.h */
	uint32_t flags;		/* NFT_SET_* */
};

/* Chains and sets as they were at a generation; it owns all of them. */
struct cache {
	uint32_t generation;
	struct chain *chains;
	unsigned int chain_count;
	struct cache_set *sets;
	unsigned int set_count;
};

/* Rules of a chain, or of all chains, in order; it owns them. */
struct cache_rules {
	struct nftnl_rule **list;
	unsigned int count;
};

/* To be freed by cache_free(). */
struct cache *cache_fetch(void);
void cache_free(struct cache *cache);

/* Is there a chain in the same table? Is there this chain? */
bool cache_has_table(const struct cache *cache, const struct chain *chain);
bool cache_has_chain(const struct cache *cache, const struct chain *chain);

/* An error at @at if there is no such chain. */
void cache_need_chain(const struct cache *cache, const struct chain *chain,
		      const struct location *at);

/*
 * The set of this name in the table of a chain. An error at @at if there is
 * none; it suggests one of @type with "MORE" in its declaration.
 */
const struct cache_set *cache_need_set(const struct cache *cache,
				       const struct chain *chain,
				       const char *name, const char *type,
				       const char *more,
				       const struct location *at);

/*
 * Dump the rules of a chain, or of all chains if it is NULL. To be freed by
 * cache_rules_free().
 */
struct cache_rules *cache_rules_fetch(const struct chain *chain);
void cache_rules_free(struct cache_rules *rules);

/* The rule with this handle, which stays theirs, or NULL. */
struct nftnl_rule *cache_rules_find(const struct cache_rules *rules,
				    uint64_t handle);

#endif /* _NFT_CACHE_H */
