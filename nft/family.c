// SPDX-License-Identifier: GPL-2.0
/* Converts families between nft's words and the kernel's numbers. */
#include <linux/netfilter.h>

#include "family.h"
#include "utils.h"

static const struct {
	const char *name;
	uint8_t number;
} families[] = {
	{ "ip", NFPROTO_IPV4 },
	{ "ip6", NFPROTO_IPV6 },
	{ "inet", NFPROTO_INET },
};

const char *family_name(uint8_t family)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		if (families[i].number == family)
			return families[i].name;
	return NULL;
}

uint8_t family_parse(struct lexer *lexer)
{
	const struct token *token = lexer_take(lexer);
	size_t i;

	for (i = 0; !token->mark && i < ARRAY_SIZE(families); i++)
		if (token_is(token, families[i].name))
			return families[i].number;
	token_error(token, "expected a family: ip, ip6 or inet (the sip match works nowhere else)");
}
