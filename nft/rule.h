/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Holds a rule: parses it from text, prints it and checks it.
 *
 * RULE is STATEMENT..., evaluated from left to right; a verdict is the last
 * one. Each kind of statement has a file of its own (stmt.h):
 *
 *   [sip] [!] --OPTION...              stmt_sip.c
 *   ip|ip6|udp|tcp... FIELD [!=] VALUE stmt_payload.c, match.h
 *   iifname|oifname [!=] NAME          stmt_meta.c, match.h
 *   counter [packets N bytes N]        stmt_counter.c
 *   log [prefix TEXT] ...              stmt_log.c
 *   limit rate [over] N/UNIT ...       stmt_limit.c
 *   add|update @SET [timeout TIME]     stmt_set.c
 *   accept|drop|jump CHAIN...          stmt_verdict.c
 *
 * What is printed parses as the same rule.
 */
#ifndef _NFT_RULE_H
#define _NFT_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "chain.h"
#include "lexer.h"
#include "stmt.h"

#define RULE_STMTS	32	/* at most, in one rule */

/* What messages about rules end with. */
#define RULE_EXAMPLE	"for example: --scanner --ban 1d counter drop"

struct rule {
	struct location at;
	uint64_t handle;	/* in the kernel, or 0 */
	unsigned int count;
	struct stmt *stmts[RULE_STMTS];	/* owned */
};

/*
 * Parse one rule, up to a mark; to be freed by rule_free(). It points to the
 * texts of @lexer. Chains and sets are not looked up.
 */
struct rule *rule_parse(struct lexer *lexer);

/* A rule without statements, to be freed by rule_free(). */
struct rule *rule_alloc(void);

/* @rule may be NULL. */
void rule_free(struct rule *rule);

/* Is there room for another statement of this kind? */
bool rule_has_room(const struct rule *rule, const struct stmt_ops *ops);

/* Append a statement, which the rule owns then; there has to be room. */
void rule_append(struct rule *rule, struct stmt *stmt);

/* Text without an end of line, to be freed; @flags are STMT_PRINT_*. */
char *rule_text(const struct rule *rule, unsigned int flags);

/* Only the options of its sip matches, "" if it has none; to be freed. */
char *rule_sip_text(const struct rule *rule);

/*
 * Can it be in this chain? Looks up the sets and chains that it names; an
 * error if one does not exist or does not fit.
 */
void rule_check(struct rule *rule, const struct cache *cache,
		const struct chain *chain);

#endif /* _NFT_RULE_H */
