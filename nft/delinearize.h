/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Converts lists of expressions, as nf_tables has them, to rules.
 *
 * An expression that loads a value into register 1 becomes a statement that
 * waits for its comparison; the others become statements or are tests of the
 * family or protocol, which the statements after them imply.
 */
#ifndef _NFT_DELINEARIZE_H
#define _NFT_DELINEARIZE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>	/* which libnftnl/expr.h needs */
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>

#include "rule.h"

/* A rule while its expressions are read. */
struct delinearize {
	struct rule *rule;
	struct stmt *loaded;	/* its value is in register 1; owned, or NULL */
	uint8_t *proto;		/* which of these is there, or NULL */
	uint8_t nfproto;	/* tested for, or of the table; or 0 */
	uint8_t l4proto;	/* tested for, or 0 */
	bool nfproto_used;	/* a statement implies the test */
	bool l4proto_used;
};

/*
 * The statements of a rule, whichever program made it; to be freed by
 * rule_free(). NULL if it has no text here: then *why is the name of the
 * expression, which is valid as long as @from.
 */
struct rule *delinearize_rule(const struct nftnl_rule *from, const char **why);

/*
 * The options of the first sip match in a rule, whichever program made it; to
 * be freed. NULL if it has none.
 */
char *delinearize_sip_text(const struct nftnl_rule *from);

/* A number of an expression, 0 if it has none. */
uint32_t delinearize_u32(const struct nftnl_expr *expr, uint16_t attribute);

/* Is this attribute register 1, or its first four bytes? */
bool delinearize_is_reg1(const struct nftnl_expr *expr, uint16_t attribute);

/* Append an empty statement, which belongs to the rule; NULL: no room. */
struct stmt *delinearize_add(struct delinearize *ctx,
			     const struct stmt_ops *ops);

/* Register 1 has the value of @stmt, which is owned then; NULL: no value. */
void delinearize_load(struct delinearize *ctx, struct stmt *stmt);

#endif /* _NFT_DELINEARIZE_H */
