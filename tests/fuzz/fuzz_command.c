// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes xsip_command_parse() against a second reader of the same grammar.
 *
 * An input is cut into lines at newlines. The reader here follows the grammar
 * in kernel/sip/command.h word by word and has to agree. A command that is
 * printed again has to read the same.
 */
#include "fuzz.h"
#include "reference.h"
#include "sip/command.h"

#define WORDS_MAX	4096
#define LINE_MAX_SIZE	512

/* ---- A second reader ---- */

struct words {
	size_t count;
	struct ref_text word[WORDS_MAX];
};

static void split(const u8 *line, size_t len, struct words *words)
{
	struct ref_text *word = NULL;
	size_t i;

	words->count = 0;
	for (i = 0; i < len; i++) {
		if (ref_blank(line[i])) {
			word = NULL;
			continue;
		}
		if (!word) {
			word = &words->word[words->count++];
			*word = (struct ref_text){ line + i, 0 };
		}
		word->len++;
	}
}

/* Word @i, empty if there are fewer. */
static struct ref_text word_at(const struct words *words, size_t i)
{
	struct ref_text none = { (const u8 *)"", 0 };

	return i < words->count ? words->word[i] : none;
}

static bool is_word(struct ref_text word, const char *lower)
{
	return ref_same(word.p, word.len, lower);
}

static bool begins(struct ref_text word, const char *lower)
{
	size_t len = strlen(lower);

	return word.len >= len && ref_same(word.p, len, lower);
}

static struct ref_text past(struct ref_text text, size_t n)
{
	return (struct ref_text){ text.p + n, text.len - n };
}

/* 1*DIGIT up to @max, else more than that. */
static u64 number(struct ref_text text, u64 max)
{
	return ref_number(text.p, text.len, max + 1);
}

/* An IPv4-mapped address is the IPv4 address. */
static bool read_mapped(struct xsip_command *ctl)
{
	struct in6_addr addr;

	memcpy(&addr, ctl->addr, sizeof(addr));
	if (!ctl->ipv6 || !IN6_IS_ADDR_V4MAPPED(&addr))
		return true;
	memset(ctl->addr, 0, sizeof(ctl->addr));
	memcpy(ctl->addr, &addr.s6_addr[12], 4);
	ctl->ipv6 = false;
	ctl->prefix = (u8)(ctl->prefix < 96 ? 255 : ctl->prefix - 96);
	return ctl->prefix <= 32;
}

static bool read_addr(struct ref_text word, struct xsip_command *ctl)
{
	struct ref_text addr = word;
	char text[INET6_ADDRSTRLEN] = "";
	const u8 *slash = word.len ? memchr(word.p, '/', word.len) : NULL;
	u64 prefix;

	if (slash)
		addr.len = (size_t)(slash - word.p);
	if (addr.len >= sizeof(text) || memchr(addr.p, 0, addr.len))
		return false;
	memcpy(text, addr.p, addr.len);
	memset(ctl->addr, 0, sizeof(ctl->addr));
	ctl->ipv6 = strchr(text, ':');
	if (inet_pton(ctl->ipv6 ? AF_INET6 : AF_INET, text, ctl->addr) != 1)
		return false;
	ctl->prefix = ctl->ipv6 ? 128 : 32;
	if (!slash)
		return read_mapped(ctl);
	prefix = number(past(word, addr.len + 1), ctl->prefix);
	if (prefix > ctl->prefix)
		return false;
	ctl->prefix = (u8)prefix;
	ctl->has_prefix = true;
	return read_mapped(ctl);
}

static bool read_time(struct ref_text word, struct xsip_command *ctl)
{
	static const struct {
		char unit;
		u32 seconds;
	} units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
		{ 'w', 604800 },
	};
	u64 seconds;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (word.len && word.p[word.len - 1] == (u8)units[i].unit)
			break;
	if (i == ARRAY_SIZE(units))
		return false;
	word.len--;
	seconds = (u64)units[i].seconds * number(word, XT_SIP_BAN_MAX);
	ctl->seconds = (u32)seconds;
	return seconds && seconds <= XT_SIP_BAN_MAX;
}

static bool read_seconds(struct ref_text word, struct xsip_command *ctl)
{
	u64 seconds = number(word, XT_SIP_BAN_MAX);

	ctl->seconds = (u32)seconds;
	return seconds && seconds <= XT_SIP_BAN_MAX;
}

/* "N/U" */
static bool read_limit(struct ref_text word, struct xsip_reason *reason)
{
	static const struct {
		char name;
		u32 seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	struct ref_text digits = word;
	u64 n;
	size_t i;

	if (word.len < 3 || word.p[word.len - 2] != '/')
		return false;
	digits.len -= 2;
	n = number(digits, XT_SIP_RATE_MAX);
	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (word.p[word.len - 1] == (u8)units[i].name && n &&
		    n <= XT_SIP_RATE_MAX) {
			reason->limit = (u32)n;
			reason->unit = units[i].seconds;
			return true;
		}
	return false;
}

static bool read_tool(struct ref_text word, struct xsip_reason *reason)
{
	u8 i;

	for (i = 1; i < SIP_TOOL_COUNT; i++)
		if (is_word(word, xsip_tool_names[i]))
			reason->tool = i;
	return reason->tool;
}

/* Any number; one that is too large for 32 bits is the largest. */
static bool read_count(struct ref_text word, u32 *count)
{
	u64 n = 0;
	size_t i;

	for (i = 0; i < word.len; i++) {
		if (word.p[i] < '0' || word.p[i] > '9')
			return false;
		n = n > U32_MAX ? n : 10 * n + word.p[i] - '0';
	}
	*count = n > U32_MAX ? U32_MAX : (u32)n;
	return word.len;
}

/* Every reason with its limit, spelled by sprintf(); else it is "rule". */
static void read_why(struct ref_text word, struct xsip_reason *reason)
{
	static const struct {
		const char *word;
		u8 kind;
		bool bare, limited;
	} kinds[] = {
		{ "hand", SIP_REASON_HAND, true, false },
		{ "rule", SIP_REASON_RULE, true, false },
		{ "scanner", SIP_REASON_SCANNER, true, false },
		{ "ua", SIP_REASON_UA, true, true },
		{ "uri", SIP_REASON_URI, true, true },
		{ "from", SIP_REASON_FROM, true, true },
		{ "to", SIP_REASON_TO, true, true },
		{ "contact", SIP_REASON_CONTACT, true, true },
		{ "malformed", SIP_REASON_MALFORMED, true, true },
		{ "rate", SIP_REASON_RATE, false, true },
		{ "users", SIP_REASON_USERS, false, true },
	};
	struct ref_text head = word, tail = { word.p + word.len, 0 };
	size_t i;

	memset(reason, 0, sizeof(*reason));
	reason->kind = SIP_REASON_RULE;
	for (i = 0; i < word.len; i++)
		if (word.p[i] == ':') {
			head.len = i;
			tail = past(word, i + 1);
			break;
		}
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!is_word(head, kinds[i].word))
			continue;
		if (head.len == word.len ? kinds[i].bare :
		    kinds[i].limited ? read_limit(tail, reason) :
		    kinds[i].kind == SIP_REASON_SCANNER &&
		    read_tool(tail, reason))
			reason->kind = kinds[i].kind;
	}
}

static bool read_name(struct ref_text word, struct xsip_command *ctl)
{
	memset(ctl->name, 0, sizeof(ctl->name));
	if (!ref_is_name(word.p, word.len))
		return false;
	memcpy(ctl->name, word.p, word.len);
	return true;
}

static bool read_listed(const struct words *words, struct xsip_command *ctl)
{
	bool good = true;
	size_t i;

	for (i = 0; good && i < words->count; i++) {
		if (begins(words->word[i], "src=")) {
			good = read_addr(past(words->word[i], 4), ctl);
		} else if (begins(words->word[i], "table=")) {
			good = read_name(past(words->word[i], 6), ctl);
		} else if (begins(words->word[i], "banned=")) {
			good = read_seconds(past(words->word[i], 7), ctl);
			ctl->verb = SIP_COMMAND_BAN;
		} else if (begins(words->word[i], "trusted=")) {
			good = read_seconds(past(words->word[i], 8), ctl);
			ctl->verb = SIP_COMMAND_TRUST;
		} else if (begins(words->word[i], "since=")) {
			good = read_count(past(words->word[i], 6), &ctl->since);
		} else if (begins(words->word[i], "bans=")) {
			good = read_count(past(words->word[i], 5), &ctl->bans);
		} else if (begins(words->word[i], "hits=")) {
			good = read_count(past(words->word[i], 5), &ctl->hits);
		} else if (begins(words->word[i], "why=")) {
			read_why(past(words->word[i], 4), &ctl->reason);
		}
	}
	ctl->has_prefix = true;
	ctl->restored = true;
	return good;
}

static bool read_command(const struct words *words, struct xsip_command *ctl)
{
	static const struct {
		const char *word;
		enum xsip_command_verb verb;
	} verbs[] = {
		{ "ban", SIP_COMMAND_BAN }, { "unban", SIP_COMMAND_UNBAN },
		{ "forgive", SIP_COMMAND_FORGIVE }, { "flush", SIP_COMMAND_FLUSH },
		{ "trust", SIP_COMMAND_TRUST },
		{ "distrust", SIP_COMMAND_DISTRUST },
	};
	size_t i, at = 1;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (is_word(words->word[0], verbs[i].word))
			ctl->verb = verbs[i].verb;
	if (ctl->verb == SIP_COMMAND_NOTHING)
		return false;
	if (ctl->verb == SIP_COMMAND_FLUSH)
		return words->count == 1 ||
			(words->count == 2 && read_name(words->word[1], ctl));
	if (!read_addr(word_at(words, at++), ctl))
		return false;
	if ((ctl->verb == SIP_COMMAND_BAN || ctl->verb == SIP_COMMAND_TRUST) &&
	    !read_time(word_at(words, at++), ctl))
		return false;
	if (words->count == at)
		return true;
	return words->count == at + 2 && is_word(words->word[at], "table") &&
		read_name(words->word[at + 1], ctl);
}

static bool read_line(const u8 *line, size_t len, struct xsip_command *ctl)
{
	static struct words words;

	memset(ctl, 0, sizeof(*ctl));
	split(line, len, &words);
	if (!words.count || words.word[0].p[0] == '#')
		return true;
	if (begins(words.word[0], "src="))
		return read_listed(&words, ctl);
	return read_command(&words, ctl);
}

/* ---- Printing ---- */

static int print(const struct xsip_command *ctl, char line[LINE_MAX_SIZE])
{
	static const char *const verbs[] = {
		[SIP_COMMAND_BAN] = "ban", [SIP_COMMAND_UNBAN] = "unban",
		[SIP_COMMAND_TRUST] = "trust",
		[SIP_COMMAND_DISTRUST] = "distrust",
		[SIP_COMMAND_FORGIVE] = "forgive",
	};
	char why[SIP_REASON_LEN];
	char addr[INET6_ADDRSTRLEN];
	int at;

	if (ctl->verb == SIP_COMMAND_FLUSH)
		return snprintf(line, LINE_MAX_SIZE, "flush %s", ctl->name);
	inet_ntop(ctl->ipv6 ? AF_INET6 : AF_INET, ctl->addr, addr,
		  sizeof(addr));
	if (ctl->restored) {
		xsip_reason_write(&ctl->reason, why);
		return sprintf(line, "src=%s/%u %s%s %s=%u since=%u bans=%u hits=%u%s%s",
			       addr, ctl->prefix, *ctl->name ? "table=" : "",
			       ctl->name, ctl->verb == SIP_COMMAND_BAN ?
			       "banned" : "trusted", ctl->seconds, ctl->since,
			       ctl->bans, ctl->hits, *why ? " why=" : "", why);
	}
	at = sprintf(line, "%s %s", verbs[ctl->verb], addr);
	if (ctl->has_prefix)
		at += sprintf(line + at, "/%u", ctl->prefix);
	if (ctl->verb == SIP_COMMAND_BAN || ctl->verb == SIP_COMMAND_TRUST)
		at += sprintf(line + at, " %us", ctl->seconds);
	if (*ctl->name)
		at += sprintf(line + at, " table %s", ctl->name);
	return at;
}

static bool same(const struct xsip_command *a, const struct xsip_command *b)
{
	return a->verb == b->verb && a->ipv6 == b->ipv6 &&
		a->has_prefix == b->has_prefix && a->prefix == b->prefix &&
		a->seconds == b->seconds && a->restored == b->restored &&
		a->since == b->since && a->bans == b->bans &&
		a->hits == b->hits &&
		!memcmp(&a->reason, &b->reason, sizeof(a->reason)) &&
		!memcmp(a->addr, b->addr, sizeof(a->addr)) &&
		!memcmp(a->name, b->name, sizeof(a->name));
}

static const char *parse(const u8 *line, size_t len, struct xsip_command *ctl)
{
	u8 *block = fuzz_block(line, len);
	const char *error;

	memset(ctl, 0xaa, sizeof(*ctl));
	error = xsip_command_parse(block, block + len, ctl);
	if (len && memcmp(block, line, len))
		fuzz_fail("the line was written to");
	free(block);
	return error;
}

static void check(const u8 *line, size_t len)
{
	struct xsip_command ctl, expected, again;
	bool good = read_line(line, len, &expected);
	const char *error = parse(line, len, &ctl);
	char text[LINE_MAX_SIZE];
	int size;

	if (!error != good)
		fuzz_fail("%s: reference %d", error ? error : "fine", good);
	if (error)
		return;
	if (ctl.verb != expected.verb)
		fuzz_fail("verb %d, reference %d", ctl.verb, expected.verb);
	if (ctl.verb == SIP_COMMAND_NOTHING)
		return;
	if (!same(&ctl, &expected))
		fuzz_fail("verb %d: other operands", ctl.verb);
	size = print(&ctl, text);
	error = parse((const u8 *)text, (size_t)size, &again);
	if (error || !same(&ctl, &again))
		fuzz_fail("printed as \"%s\": %s", text, error);
}

int fuzz_one(const u8 *data, size_t size)
{
	const u8 *newline;
	size_t len;

	if (size >= WORDS_MAX)
		return 0;
	do {
		newline = size ? memchr(data, '\n', size) : NULL;
		len = newline ? (size_t)(newline - data) : size;
		check(data, len);
		data += len + 1;
		size -= newline ? len + 1 : len;
	} while (newline);
	return 0;
}
