// SPDX-License-Identifier: GPL-2.0
/* rule_stmt: read the statements of a rule, see rule.h for the contract. */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "rule.h"

#define NAME_MAX_LEN	127	/* what nft takes, without the NUL */

const char *const log_levels[] = {
	"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
	NULL,
};

static const struct {
	const char *word;
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
			return verdicts[i].word;
	return NULL;
}

char *read_name(struct words *words, const char *what, const char *example)
{
	const struct word *word = words_peek(words);
	const char *text = word->text;
	size_t len;

	if (text[0] == '@')
		text++;
	len = strlen(text);
	if (word->mark || !len || len > NAME_MAX_LEN ||
	    text[strcspn(text, " \t\r\n\"{};#@")])
		word_error(word, "expected the name of %s, for example: %s",
			   what, example);
	words_take(words);
	return xtables_strdup(text);
}

void read_counter(struct words *words, struct item *item)
{
	static const char what[] =
		"a number, for example: counter packets 0 bytes 0";

	words_take(words);
	if (!words_accept(words, "packets"))
		return;
	item->counter.packets = word_number(words_take(words), 0,
					    UINT64_MAX / 16, what);
	if (!words_accept(words, "bytes"))
		word_error(words_peek(words), "expected \"bytes\", for example: counter packets 0 bytes 0");
	item->counter.bytes = word_number(words_take(words), 0, UINT64_MAX / 16,
					  what);
}

static void read_prefix(const struct word *word, struct log *log)
{
	const char *text = word->text;
	size_t len = strlen(text);
	size_t i;

	/* nft wants quotes that a shell leaves; so they come here, too. */
	if (len > 1 && text[0] == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	if (word->mark || !len || len >= LOG_PREFIX_LEN)
		word_error(word, "expected a text of 1 to 127 bytes, for example: log prefix \"sip scan: \"");
	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == '"')
			word_error(word, "expected a text without quotes and control bytes, for example: log prefix \"sip scan: \"");
	log->prefix = xtables_calloc(1, len + 1);
	memcpy(log->prefix, text, len);
}

static void read_level(const struct word *word, struct log *log)
{
	for (log->level = 0; log_levels[log->level]; log->level++)
		if (word_is(word, log_levels[log->level]))
			return;
	word_error(word, "expected emerg, alert, crit, err, warn, notice, info or debug, for example: log level info");
}

void read_log(struct words *words, struct item *item)
{
	const struct word *level = NULL, *snaplen = NULL;
	struct log *log = &item->log;

	words_take(words);
	log->level = LOG_LEVEL;
	for (;;) {
		if (!log->prefix && words_accept(words, "prefix")) {
			read_prefix(words_take(words), log);
		} else if (!level && words_accept(words, "level")) {
			level = words_take(words);
			read_level(level, log);
		} else if (!log->to_group && words_accept(words, "group")) {
			log->group = word_number(words_take(words), 0, 65535,
						 "a number from 0 to 65535, for example: log group 2");
			log->to_group = true;
		} else if (!snaplen && words_accept(words, "snaplen")) {
			snaplen = words_take(words);
			log->snaplen = word_number(snaplen, 1, UINT32_MAX,
						   "a number of bytes, for example: log group 2 snaplen 1024");
		} else {
			break;
		}
	}
	if (level && log->to_group)
		word_error(level, "a level is for the kernel's log, a group for a program: expected one of them, for example: log level info");
	if (snaplen && !log->to_group)
		word_error(snaplen, "snaplen is for a group: expected for example: log group 2 snaplen 1024");
}

static const struct {
	const char *word;
	unsigned int seconds;
} units[] = {
	{ "second", 1 },
	{ "minute", 60 },
	{ "hour", 3600 },
	{ "day", 86400 },
	{ "week", 604800 },
};

static void read_limit_rate(const struct word *word, struct limit *limit)
{
	static const char what[] =
		"N/UNIT with second, minute, hour, day or week, for example: limit rate 10/minute";
	char *text = xtables_strdup(word->text);
	char *slash = strchr(text, '/');
	struct word part = *word;
	size_t i;

	if (!slash)
		word_error(word, "expected %s", what);
	*slash = '\0';
	part.text = text;
	limit->rate = word_number(&part, 1, UINT32_MAX, what);
	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(slash + 1, units[i].word))
			limit->unit = units[i].seconds;
	if (!limit->unit)
		word_error(word, "expected %s", what);
	free(text);
}

void read_limit(struct words *words, struct item *item)
{
	struct limit *limit = &item->limit;

	words_take(words);
	if (!words_accept(words, "rate"))
		word_error(words_peek(words), "expected \"rate\", for example: limit rate 10/minute");
	limit->over = words_accept(words, "over");
	limit->burst = LIMIT_BURST;
	read_limit_rate(words_take(words), limit);
	if (!words_accept(words, "burst"))
		return;
	limit->burst = word_number(words_take(words), 1, UINT32_MAX,
				   "a number, for example: limit rate 10/minute burst 20 packets");
	words_accept(words, "packets");
}

/* As nft: 1d2h3m4s, or seconds without a unit. */
static uint64_t read_time(const struct word *word)
{
	static const struct {
		const char *unit;
		uint64_t ms;
	} parts[] = {
		{ "w", 604800000 }, { "d", 86400000 }, { "h", 3600000 },
		{ "m", 60000 }, { "s", 1000 },
	};
	uint64_t total = 0, number;
	const char *p = word->text;
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
	word_error(word, "expected a time such as 90s, 10m, 1h, 1d or 1d12h, for example: add @sip_banned timeout 1d");
}

/* What is in braces where nft wants braces. */
static void read_set_key(struct words *words, struct set_use *set)
{
	const struct word *word = words_peek(words);

	if (!word_is(word, "ip") && !word_is(word, "ip6"))
		word_error(word, "expected ip saddr or ip6 saddr, for example: add @sip_banned { ip saddr timeout 1d }");
	set->is_ip6 = word_is(word, "ip6");
	set->is_known = true;
	words_take(words);
	if (!words_accept(words, "saddr"))
		word_error(words_peek(words), "expected saddr, for example: add @sip_banned { ip saddr timeout 1d }");
}

void read_set(struct words *words, struct item *item)
{
	static const char example[] = "add @sip_banned timeout 1d";
	struct set_use *set = &item->set;
	bool braces;

	set->update = word_is(words_take(words), "update");
	if (words_peek(words)->text[0] != '@')
		word_error(words_peek(words), "expected @ and the name of a set, for example: %s",
			   example);
	set->name = read_name(words, "a set", example);
	braces = words_accept(words, "{");
	if (braces)
		read_set_key(words, set);
	if (words_accept(words, "timeout"))
		set->timeout = read_time(words_take(words));
	if (braces && !words_accept(words, "}"))
		word_error(words_peek(words), "expected } behind what goes to the set, for example: add @sip_banned { ip saddr timeout 1d }");
}

void read_verdict(struct words *words, struct item *item)
{
	const struct word *word = words_take(words);
	size_t i;

	for (i = 0; i < VERDICTS; i++)
		if (word_is(word, verdicts[i].word))
			item->verdict.code = verdicts[i].code;
	if (item->verdict.code == NFT_JUMP || item->verdict.code == NFT_GOTO)
		item->verdict.chain = read_name(words, "a chain",
						"--scanner jump sip_log");
}
