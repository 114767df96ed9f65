/* SPDX-License-Identifier: GPL-2.0 */
/*
 * code: rules as nf_tables has them, lists of expressions.
 *
 * What stock nft would make of a rule's native parts is what is made here, so
 * that `nft list` shows them; a sip match shows there as `xt match "sip"`. So
 * that one sees there what it matches, and so that we know our rules again,
 * each gets a comment "nft-sip: OPTIONS".
 *
 * A rule that adds to a set of IPv4 addresses is for IPv4 packets alone (IPv6
 * the same): in an inet chain it begins with that test, before its sip match,
 * which else would count and ban the others, too.
 */
#ifndef _NFT_CODE_H
#define _NFT_CODE_H

#include <libnftnl/rule.h>

#include "chain.h"
#include "rule.h"

/*
 * Expressions of a rule; its sets are known (set_use.is_known). To be freed by
 * nftnl_rule_free().
 */
struct nftnl_rule *code_rule(const struct rule *rule,
			     const struct chain *chain);

/*
 * A rule from its expressions, whoever made it, or NULL: then *why says what
 * has no text here.
 */
struct rule *code_read(const struct nftnl_rule *from, const char **why);

/* Options of the first sip match in it, whoever made it; NULL if none. */
char *code_sip_text(const struct nftnl_rule *from);

#endif /* _NFT_CODE_H */
