/* SPDX-License-Identifier: GPL-2.0 */
/* Identifies a chain by its family, its table and its name. */
#ifndef _NFT_CHAIN_H
#define _NFT_CHAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <libnftnl/rule.h>

struct chain {
	uint8_t family;		/* NFPROTO_* */
	char *table;		/* both owned if chain_free() is to be called */
	char *name;
};

/* Frees the names, not @chain. */
void chain_free(struct chain *chain);

/* Are these in one table? Is it one chain? */
bool chain_is_in_table(const struct chain *chain, const struct chain *other);
bool chain_is(const struct chain *chain, const struct chain *other);

/* A rule without expressions for this chain, for nftnl_rule_free(). */
struct nftnl_rule *chain_rule(const struct chain *chain);

/* Is the rule in this chain? */
bool chain_has_rule(const struct chain *chain, const struct nftnl_rule *rule);

#endif /* _NFT_CHAIN_H */
