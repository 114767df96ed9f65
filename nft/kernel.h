/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernel: the chains, sets and rules that are there.
 *
 * Tables, chains and sets are made by nft; here they are only looked up. One
 * that is not there ends the program with a sentence that says how to make it.
 */
#ifndef _NFT_KERNEL_H
#define _NFT_KERNEL_H

#include "code.h"
#include "rule.h"

struct kernel_set {
	uint8_t family;
	char *table, *name;
	uint32_t key_type, flags;
};

/* Chains and sets as they were at a generation. */
struct kernel {
	uint32_t generation;
	struct chain_ref *chains;
	unsigned int chain_count;
	struct kernel_set *sets;
	unsigned int set_count;
};

/* Rules of a chain, or of all chains, in order. */
struct kernel_rules {
	struct nftnl_rule **list;
	unsigned int count;
};

struct kernel *kernel_look(void);
void kernel_free(struct kernel *kernel);

bool kernel_has_table(const struct kernel *kernel,
		      const struct chain_ref *chain);
bool kernel_has_chain(const struct kernel *kernel,
		      const struct chain_ref *chain);

/* Ends the program, naming the place, if the chain is not there. */
void kernel_need_chain(const struct kernel *kernel,
		       const struct chain_ref *chain,
		       const struct location *at);

/*
 * Can a rule be in a chain? Finds out what its sets hold; ends the program if
 * a set or a chain that it names is not there or no use.
 */
void kernel_check_rule(const struct kernel *kernel, struct rule *rule,
		       const struct chain_ref *chain);

/* @chain: or NULL for all of them. */
struct kernel_rules *kernel_rules(const struct chain_ref *chain);
void kernel_rules_free(struct kernel_rules *rules);

/* The rule with this handle, or NULL. */
struct nftnl_rule *kernel_find(const struct kernel_rules *rules,
			       uint64_t handle);

#endif /* _NFT_KERNEL_H */
