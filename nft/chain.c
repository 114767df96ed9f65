// SPDX-License-Identifier: GPL-2.0
/* Compares chains, and says of a rule of libnftnl which chain it is in. */
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "error.h"

void chain_free(struct chain *chain)
{
	free(chain->table);
	free(chain->name);
}

bool chain_is_in_table(const struct chain *chain, const struct chain *other)
{
	return chain->family == other->family &&
	       !strcmp(chain->table, other->table);
}

bool chain_is(const struct chain *chain, const struct chain *other)
{
	return chain_is_in_table(chain, other) &&
	       !strcmp(chain->name, other->name);
}

struct nftnl_rule *chain_rule(const struct chain *chain)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();

	if (!rule)
		error_exit("no memory");
	nftnl_rule_set_u32(rule, NFTNL_RULE_FAMILY, chain->family);
	nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, chain->table);
	nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, chain->name);
	return rule;
}

bool chain_has_rule(const struct chain *chain, const struct nftnl_rule *rule)
{
	return nftnl_rule_get_u32(rule, NFTNL_RULE_FAMILY) == chain->family &&
	       !strcmp(nftnl_rule_get_str(rule, NFTNL_RULE_TABLE),
		       chain->table) &&
	       !strcmp(nftnl_rule_get_str(rule, NFTNL_RULE_CHAIN),
		       chain->name);
}
