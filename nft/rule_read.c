// SPDX-License-Identifier: GPL-2.0
/* rule_read: read whole rules, see rule.h for the contract. */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>

#include "plugin.h"
#include "rule.h"
#include "utils.h"

#define EXAMPLE	"for example: --scanner --ban 1d counter drop"

static const struct {
	const char *token;
	enum item_kind kind;
	void (*read)(struct lexer *lexer, struct item *item);
} statements[] = {
	{ "counter", ITEM_COUNTER, read_counter },
	{ "log", ITEM_LOG, read_log },
	{ "limit", ITEM_LIMIT, read_limit },
	{ "add", ITEM_SET, read_set },
	{ "update", ITEM_SET, read_set },
	{ "accept", ITEM_VERDICT, read_verdict },
	{ "drop", ITEM_VERDICT, read_verdict },
	{ "return", ITEM_VERDICT, read_verdict },
	{ "continue", ITEM_VERDICT, read_verdict },
	{ "jump", ITEM_VERDICT, read_verdict },
	{ "goto", ITEM_VERDICT, read_verdict },
};

static unsigned int count_items(const struct rule *rule, enum item_kind kind)
{
	unsigned int count = 0, i;

	for (i = 0; i < rule->count; i++)
		count += rule->items[i].kind == kind;
	return count;
}

struct item *rule_add(struct rule *rule, enum item_kind kind,
		      const struct token *token)
{
	struct item *item = &rule->items[rule->count];

	if (rule->count == RULE_ITEMS)
		token_error(token, "a rule has at most %d parts: expected two rules",
			    RULE_ITEMS);
	if (kind == ITEM_SIP && count_items(rule, kind) == RULE_MATCHES)
		token_error(token, "a rule has at most %d sip matches: expected two rules",
			    RULE_MATCHES);
	rule->count++;
	memset(item, 0, sizeof(*item));
	item->kind = kind;
	item->token = *token;
	return item;
}

static bool read_statement(struct lexer *lexer, struct rule *rule)
{
	const struct token *token = lexer_peek(lexer);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(statements); i++) {
		if (!token_is(token, statements[i].token))
			continue;
		statements[i].read(lexer, rule_add(rule, statements[i].kind,
						   token));
		return true;
	}
	return false;
}

/* "sip" before the options, for who wants to say it; "-m sip", of habit. */
static bool read_sip(struct lexer *lexer, struct rule *rule)
{
	const struct token *token = lexer_peek(lexer);

	if (lexer_accept(lexer, "-m") && !token_is(lexer_peek(lexer), "sip"))
		token_error(lexer_peek(lexer), "expected \"sip\" behind -m; for other conditions nft's words, for example: udp dport 5060 --scanner drop");
	if (lexer_accept(lexer, "sip") && !plugin_begins(lexer))
		token_error(lexer_peek(lexer), "expected an option of the sip match, "
			    EXAMPLE);
	if (!plugin_begins(lexer))
		return false;
	rule_add(rule, ITEM_SIP, token)->sip = plugin_read(lexer);
	return true;
}

static void read_item(struct lexer *lexer, struct rule *rule)
{
	const struct token *token = lexer_peek(lexer);

	if (field_begins(lexer)) {
		field_read(lexer, &rule_add(rule, ITEM_FIELD, token)->field);
		return;
	}
	if (read_sip(lexer, rule) || read_statement(lexer, rule))
		return;
	token_error(token, "expected an option of the sip match, a field (ip, ip6, udp, tcp, udplite, sctp, iifname, oifname), a statement (counter, log, limit, add, update) or a verdict (accept, drop, return, continue, jump, goto), "
		    EXAMPLE);
}

/* Two conditions of which a packet can never fulfil both. */
static void check_fields(const struct rule *rule)
{
	const struct field *field;
	uint8_t nfproto = 0, l4proto = 0;
	unsigned int i;

	for (i = 0; i < rule->count; i++) {
		if (rule->items[i].kind != ITEM_FIELD)
			continue;
		field = rule->items[i].field.field;
		if ((field->nfproto && nfproto && field->nfproto != nfproto) ||
		    (field->l4proto && l4proto && field->l4proto != l4proto))
			token_error(&rule->items[i].token, "no packet is both this and what stands before it: expected two rules, for example: udp dport 5060 --scanner drop");
		nfproto = field->nfproto ?: nfproto;
		l4proto = field->l4proto ?: l4proto;
	}
}

struct rule *rule_read(struct lexer *lexer)
{
	const struct token *first = lexer_peek(lexer);
	struct rule *rule;

	if (lexer_at_end(lexer))
		token_error(first, "expected a rule, " EXAMPLE);
	rule = xtables_calloc(1, sizeof(*rule));
	rule->at = first->at;
	while (!lexer_at_end(lexer)) {
		if (count_items(rule, ITEM_VERDICT))
			token_error(lexer_peek(lexer), "nothing can follow the verdict: expected it at the end, "
				    EXAMPLE);
		read_item(lexer, rule);
	}
	check_fields(rule);
	return rule;
}

void rule_free(struct rule *rule)
{
	struct item *item;

	if (!rule)
		return;
	for (item = rule->items; item < rule->items + rule->count; item++) {
		if (item->kind == ITEM_FIELD)
			free(item->field.set);
		else if (item->kind == ITEM_SIP)
			free(item->sip);
		else if (item->kind == ITEM_LOG)
			free(item->log.prefix);
		else if (item->kind == ITEM_SET)
			free(item->set.name);
		else if (item->kind == ITEM_VERDICT)
			free(item->verdict.chain);
	}
	free(rule);
}
