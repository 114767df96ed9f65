/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks the rules of nft-sip with a comment, "nft-sip: OPTIONS".
 *
 * `nft list` shows a sip match only as `xt match "sip"`; the comment says
 * there what it matches, and tells nft-sip which rules it may change.
 */
#ifndef _NFT_COMMENT_H
#define _NFT_COMMENT_H

#include <stdbool.h>
#include <libnftnl/rule.h>

/*
 * Set the comment of a rule; @options are those of its sip matches, or "".
 * What JSON or a terminal cannot show is replaced, and a long one cut off.
 */
void comment_put(struct nftnl_rule *rule, const char *options);

/* Has the rule such a comment? */
bool comment_is_ours(const struct nftnl_rule *rule);

#endif /* _NFT_COMMENT_H */
