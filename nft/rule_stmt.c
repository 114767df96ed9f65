// SPDX-License-Identifier: GPL-2.0
/* rule_stmt: read the statements of a rule, see rule.h for the contract. */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "rule.h"
#include "utils.h"

const char *const log_levels[] = {
	"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
	NULL,
};

static const struct {
	const char *token;
	int code;
} verdicts[] = {
	{ "accept", NF_ACCEPT },
	{ "drop", NF_DROP },
	{ "return", NFT_RETURN },
	{ "continue", NFT_CONTINUE },
	{ "jump", NFT_JUMP },
	{ "goto", NFT_GOTO },
};

#define VERDICTS ARRAY_SIZE(verdicts)

const char *verdict_name(int code)
{
	size_t i;

	for (i = 0; i < VERDICTS; i++)
		if (verdicts[i].code == code)
			return verdicts[i].token;
	return NULL;
}

void read_counter(struct lexer *lexer, struct item *item)
{
	static const char what[] =
		"a number, for example: counter packets 0 bytes 0";

	lexer_take(lexer);
	if (!lexer_accept(lexer, "packets"))
		return;
	item->counter.packets = token_number(lexer_take(lexer), 0,
					     UINT64_MAX / 16, what);
	if (!lexer_accept(lexer, "bytes"))
		token_error(lexer_peek(lexer), "expected \"bytes\", for example: counter packets 0 bytes 0");
	item->counter.bytes = token_number(lexer_take(lexer), 0,
					   UINT64_MAX / 16, what);
}

static void read_prefix(const struct token *token, struct log *log)
{
	const char *text = token->text;
	size_t len = strlen(text);
	size_t i;

	/* nft wants quotes that a shell leaves; so they come here, too. */
	if (len > 1 && text[0] == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	if (token->mark || !len || len >= LOG_PREFIX_LEN)
		token_error(token, "expected a text of 1 to 127 bytes, for example: log prefix \"sip scan: \"");
	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '"')
			token_error(token, "expected a text without quotes and control bytes, for example: log prefix \"sip scan: \"");
	log->prefix = xtables_calloc(1, len + 1);
	memcpy(log->prefix, text, len);
}

static void read_level(const struct token *token, struct log *log)
{
	for (log->level = 0; log_levels[log->level]; log->level++)
		if (token_is(token, log_levels[log->level]))
			return;
	token_error(token, "expected emerg, alert, crit, err, warn, notice, info or debug, for example: log level info");
}

void read_log(struct lexer *lexer, struct item *item)
{
	const struct token *level = NULL, *snaplen = NULL;
	struct log *log = &item->log;

	lexer_take(lexer);
	log->level = LOG_LEVEL;
	for (;;) {
		if (!log->prefix && lexer_accept(lexer, "prefix")) {
			read_prefix(lexer_take(lexer), log);
		} else if (!level && lexer_accept(lexer, "level")) {
			level = lexer_take(lexer);
			read_level(level, log);
		} else if (!log->to_group && lexer_accept(lexer, "group")) {
			log->group = token_number(lexer_take(lexer), 0, 65535,
						  "a number from 0 to 65535, for example: log group 2");
			log->to_group = true;
		} else if (!snaplen && lexer_accept(lexer, "snaplen")) {
			snaplen = lexer_take(lexer);
			log->snaplen = token_number(snaplen, 1, UINT32_MAX,
						    "a number of bytes, for example: log group 2 snaplen 1024");
		} else {
			break;
		}
	}
	if (level && log->to_group)
		token_error(level, "a level is for the kernel's log, a group for a program: expected one of them, for example: log level info");
	if (snaplen && !log->to_group)
		token_error(snaplen, "snaplen is for a group: expected for example: log group 2 snaplen 1024");
}

static const struct {
	const char *token;
	unsigned int seconds;
} units[] = {
	{ "second", 1 },
	{ "minute", 60 },
	{ "hour", 3600 },
	{ "day", 86400 },
	{ "week", 604800 },
};

static void read_limit_rate(const struct token *token, struct limit *limit)
{
	static const char what[] =
		"N/UNIT with second, minute, hour, day or week, for example: limit rate 10/minute";
	char *text = xtables_strdup(token->text);
	char *slash = strchr(text, '/');
	struct token part = *token;
	size_t i;

	if (!slash)
		token_error(token, "expected %s", what);
	*slash = '\0';
	part.text = text;
	limit->rate = token_number(&part, 1, UINT32_MAX, what);
	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(slash + 1, units[i].token))
			limit->unit = units[i].seconds;
	if (!limit->unit)
		token_error(token, "expected %s", what);
	free(text);
}

void read_limit(struct lexer *lexer, struct item *item)
{
	struct limit *limit = &item->limit;

	lexer_take(lexer);
	if (!lexer_accept(lexer, "rate"))
		token_error(lexer_peek(lexer), "expected \"rate\", for example: limit rate 10/minute");
	limit->over = lexer_accept(lexer, "over");
	limit->burst = LIMIT_BURST;
	read_limit_rate(lexer_take(lexer), limit);
	if (!lexer_accept(lexer, "burst"))
		return;
	limit->burst = token_number(lexer_take(lexer), 1, UINT32_MAX,
				    "a number, for example: limit rate 10/minute burst 20 packets");
	lexer_accept(lexer, "packets");
}

/* As nft: 1d2h3m4s, or seconds without a unit. */
static uint64_t read_time(const struct token *token)
{
	static const struct {
		const char *unit;
		uint64_t ms;
	} parts[] = {
		{ "w", 604800000 }, { "d", 86400000 }, { "h", 3600000 },
		{ "m", 60000 }, { "s", 1000 },
	};
	uint64_t total = 0, number;
	const char *p = token->text;
	char *end;
	size_t i = 0;

	while (*p >= '0' && *p <= '9' && total <= UINT32_MAX * 1000ULL) {
		number = strtoull(p, &end, 10);
		for (; i < 5 && *end && *end != parts[i].unit[0]; i++)
			;
		if (i == 5 || number > UINT32_MAX)
			break;
		total += number * (*end ? parts[i].ms : 1000);
		p = *end ? end + 1 : end;
		i++;
		if (!*p && total && total <= UINT32_MAX * 1000ULL)
			return total;
	}
	token_error(token, "expected a time such as 90s, 10m, 1h, 1d or 1d12h, for example: add @sip_banned timeout 1d");
}

/* What is in braces where nft wants braces. */
static void read_set_key(struct lexer *lexer, struct set_use *set)
{
	const struct token *token = lexer_peek(lexer);

	if (!token_is(token, "ip") && !token_is(token, "ip6"))
		token_error(token, "expected ip saddr or ip6 saddr, for example: add @sip_banned { ip saddr timeout 1d }");
	set->is_ip6 = token_is(token, "ip6");
	set->is_known = true;
	lexer_take(lexer);
	if (!lexer_accept(lexer, "saddr"))
		token_error(lexer_peek(lexer), "expected saddr, for example: add @sip_banned { ip saddr timeout 1d }");
}

void read_set(struct lexer *lexer, struct item *item)
{
	static const char example[] = "add @sip_banned timeout 1d";
	struct set_use *set = &item->set;
	bool braces;

	set->update = token_is(lexer_take(lexer), "update");
	if (lexer_peek(lexer)->text[0] != '@')
		token_error(lexer_peek(lexer), "expected @ and the name of a set, for example: %s",
			    example);
	set->name = lexer_name(lexer, "a set", example);
	braces = lexer_accept(lexer, "{");
	if (braces)
		read_set_key(lexer, set);
	if (lexer_accept(lexer, "timeout"))
		set->timeout = read_time(lexer_take(lexer));
	if (braces && !lexer_accept(lexer, "}"))
		token_error(lexer_peek(lexer), "expected } behind what goes to the set, for example: add @sip_banned { ip saddr timeout 1d }");
}

void read_verdict(struct lexer *lexer, struct item *item)
{
	const struct token *token = lexer_take(lexer);
	size_t i;

	for (i = 0; i < VERDICTS; i++)
		if (token_is(token, verdicts[i].token))
			item->verdict.code = verdicts[i].code;
	if (item->verdict.code == NFT_JUMP || item->verdict.code == NFT_GOTO)
		item->verdict.chain = lexer_name(lexer, "a chain",
						 "--scanner jump sip_log");
}
