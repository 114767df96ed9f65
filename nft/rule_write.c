// SPDX-License-Identifier: GPL-2.0
/* rule_write: write rules, see rule.h for the contract. */
#include <stdlib.h>
#include <string.h>
#include <xtables.h>

#include "error.h"
#include "plugin.h"
#include "rule.h"
#include "utils.h"

/* A piece of text that grows. */
struct text {
	FILE *out;
	char *bytes;
	size_t len;
};

static void text_open(struct text *text)
{
	text->out = open_memstream(&text->bytes, &text->len);
	if (!text->out)
		error_exit("no memory");
}

static char *text_close(struct text *text)
{
	fclose(text->out);
	return text->bytes;
}

/* A list of units, the greatest first; what is left is seconds. */
static void write_time(FILE *out, uint64_t ms)
{
	static const struct {
		char unit;
		uint64_t ms;
	} parts[] = {
		{ 'd', 86400000 }, { 'h', 3600000 }, { 'm', 60000 },
		{ 's', 1000 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (ms / parts[i].ms)
			fprintf(out, "%llu%c",
				(unsigned long long)(ms / parts[i].ms),
				parts[i].unit);
		ms %= parts[i].ms;
	}
}

static void write_log(FILE *out, const struct log *log)
{
	fputs("log", out);
	if (log->prefix) {
		fputs(" prefix ", out);
		lexer_print_quoted(out, log->prefix);
	}
	if (log->to_group)
		fprintf(out, " group %u", log->group);
	if (log->snaplen)
		fprintf(out, " snaplen %u", log->snaplen);
	if (log->level != LOG_LEVEL && !log->to_group)
		fprintf(out, " level %s", log_levels[log->level]);
}

static const char *unit_name(uint64_t seconds)
{
	switch (seconds) {
	case 1:
		return "second";
	case 60:
		return "minute";
	case 3600:
		return "hour";
	case 86400:
		return "day";
	default:
		return "week";
	}
}

static void write_limit(FILE *out, const struct limit *limit)
{
	fprintf(out, "limit rate %s%llu/%s", limit->over ? "over " : "",
		(unsigned long long)limit->rate, unit_name(limit->unit));
	if (limit->burst != LIMIT_BURST)
		fprintf(out, " burst %u packets", limit->burst);
}

static void write_set(FILE *out, const struct set_use *set)
{
	fprintf(out, "%s @%s", set->update ? "update" : "add", set->name);
	if (!set->timeout)
		return;
	fputs(" timeout ", out);
	write_time(out, set->timeout);
}

static void write_sip(FILE *out, const void *sip)
{
	char *text = plugin_text(sip);

	fputs(text, out);
	free(text);
}

static void write_item(FILE *out, const struct item *item, unsigned int flags)
{
	switch (item->kind) {
	case ITEM_FIELD:
		field_write(out, &item->field);
		break;
	case ITEM_SIP:
		write_sip(out, item->sip);
		break;
	case ITEM_COUNTER:
		fputs("counter", out);
		if (flags & WRITE_COUNTS)
			fprintf(out, " packets %llu bytes %llu",
				(unsigned long long)item->counter.packets,
				(unsigned long long)item->counter.bytes);
		break;
	case ITEM_LOG:
		write_log(out, &item->log);
		break;
	case ITEM_LIMIT:
		write_limit(out, &item->limit);
		break;
	case ITEM_SET:
		write_set(out, &item->set);
		break;
	case ITEM_VERDICT:
		fputs(verdict_name(item->verdict.code), out);
		if (item->verdict.chain)
			fprintf(out, " %s", item->verdict.chain);
		break;
	}
}

/* Options of two matches in a row would read as those of one. */
static bool needs_name(const struct rule *rule, unsigned int i)
{
	return i && rule->items[i].kind == ITEM_SIP &&
	       rule->items[i - 1].kind == ITEM_SIP;
}

char *rule_text(const struct rule *rule, unsigned int flags)
{
	struct text text;
	unsigned int i;

	text_open(&text);
	for (i = 0; i < rule->count; i++) {
		if (i)
			fputc(' ', text.out);
		if (needs_name(rule, i))
			fputs("sip ", text.out);
		write_item(text.out, &rule->items[i], flags);
	}
	return text_close(&text);
}

char *rule_sip_text(const struct rule *rule)
{
	const char *glue = "";
	struct text text;
	unsigned int i;

	text_open(&text);
	for (i = 0; i < rule->count; i++) {
		if (rule->items[i].kind != ITEM_SIP)
			continue;
		fputs(glue, text.out);
		write_sip(text.out, rule->items[i].sip);
		glue = " sip ";
	}
	return text_close(&text);
}

bool rule_has_sip(const struct rule *rule)
{
	unsigned int i;

	for (i = 0; i < rule->count; i++)
		if (rule->items[i].kind == ITEM_SIP)
			return true;
	return false;
}
