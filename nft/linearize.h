/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Converts rules to lists of expressions, as nf_tables has them.
 *
 * Native statements become the expressions that nft would make of them, so
 * that `nft list` shows them; a sip match is an xtables match. A rule that adds
 * to a set of IPv4 addresses is for IPv4 packets only (IPv6 likewise): in an
 * inet chain it begins with a test of the family, before its sip match, which
 * otherwise would count and ban the packets of the other family, too.
 */
#ifndef _NFT_LINEARIZE_H
#define _NFT_LINEARIZE_H

#include <stdint.h>
#include <stdio.h>	/* which libnftnl/expr.h needs */
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>

#include "chain.h"
#include "rule.h"

/* A rule while its expressions are made. */
struct linearize {
	struct nftnl_rule *rule;
	uint8_t nfproto;	/* tested already, or of the table; or 0 */
	uint8_t l4proto;	/* tested already, or 0 */
};

/*
 * The expressions and the comment of a rule, for nftnl_rule_free().
 * rule_check() has looked up its sets.
 */
struct nftnl_rule *linearize_rule(const struct rule *rule,
				  const struct chain *chain);

/* Append an expression of this name, which belongs to the rule. */
struct nftnl_expr *linearize_expr(struct linearize *ctx, const char *name);

/* Load NFT_META_* into register 1. */
void linearize_meta(struct linearize *ctx, uint32_t key);

/* Load @len bytes at @offset of the header @base, NFT_PAYLOAD_*. */
void linearize_payload(struct linearize *ctx, uint32_t base, uint32_t offset,
		       uint32_t len);

/* Compare register 1; @op is NFT_CMP_*, @len is in bytes. */
void linearize_cmp(struct linearize *ctx, uint32_t op, const void *data,
		   uint32_t len);

#endif /* _NFT_LINEARIZE_H */
