// SPDX-License-Identifier: GPL-2.0
/* Reads one command line, as written to /proc/net/xt_sip/sources. */
#include "command.h"
#include "validate.h"
#include "text.h"

/* A word of the line, and the rest of the line. */
struct words {
	const u8 *p;
	const u8 *end;
	const u8 *word;
	const u8 *word_end;
};

static bool next_word(struct words *w)
{
	while (w->p < w->end && xsip_is(*w->p, SIP_LWS))
		w->p++;
	w->word = w->p;
	while (w->p < w->end && !xsip_is(*w->p, SIP_LWS))
		w->p++;
	w->word_end = w->p;
	return w->word < w->word_end;
}

static bool is_word(const struct words *w, const char *literal)
{
	return xsip_text_equal(w->word, w->word_end, literal);
}

/* The first 12 bytes of ::ffff:192.0.2.1 and its like. */
static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

/*
 * Programs with IPv6 sockets print IPv4 addresses in this form. No packet has
 * such an address: the IPv4 address is meant.
 */
static const char *unmap(struct xsip_command *ctl)
{
	const u8 bits = 8 * sizeof(mapped);

	if (!ctl->ipv6 || memcmp(ctl->addr, mapped, sizeof(mapped)))
		return NULL;
	if (ctl->prefix < bits)
		return "expected a prefix length from 96 to 128 after ::ffff:192.0.2.1, which is the IPv4 address 192.0.2.1";
	ctl->ipv6 = false;
	ctl->prefix -= bits;
	memcpy(ctl->addr, ctl->addr + sizeof(mapped), 4);
	memset(ctl->addr + 4, 0, sizeof(ctl->addr) - 4);
	return NULL;
}

static const char *parse_addr(const u8 *p, const u8 *end,
			      struct xsip_command *ctl)
{
	const u8 *slash = p;
	u32 prefix;

	while (slash < end && *slash != '/')
		slash++;
	memset(ctl->addr, 0, sizeof(ctl->addr));
	ctl->ipv6 = false;
	if (xsip_port_addr4((const char *)p, (int)(slash - p), ctl->addr)) {
		prefix = 32;
	} else if (xsip_port_addr6((const char *)p, (int)(slash - p),
				   ctl->addr)) {
		ctl->ipv6 = true;
		prefix = 128;
	} else {
		return "expected an address, such as 192.0.2.1 or 2001:db8::/64";
	}
	ctl->prefix = (u8)prefix;
	if (slash == end)
		return unmap(ctl);
	if (xsip_text_number(slash + 1, end, &prefix) != end ||
	    slash + 1 == end || prefix > ctl->prefix)
		return "expected a prefix length from 0 to 32, or to 128 for IPv6";
	ctl->prefix = (u8)prefix;
	ctl->has_prefix = true;
	return unmap(ctl);
}

static const char *parse_time(const u8 *p, const u8 *end,
			      struct xsip_command *ctl)
{
	if (!xsip_text_time(p, end, &ctl->seconds) ||
	    ctl->seconds > XT_SIP_BAN_MAX)
		return "expected a time up to 365d with its unit, such as 90s, 10m, 1h or 1d";
	return NULL;
}

/* Seconds, as the file prints them. */
static const char *parse_seconds(const u8 *p, const u8 *end,
				 struct xsip_command *ctl)
{
	if (xsip_text_number(p, end, &ctl->seconds) != end || p == end ||
	    !ctl->seconds || ctl->seconds > XT_SIP_BAN_MAX)
		return "expected seconds up to 31536000 after banned= and trusted=";
	return NULL;
}

static const char *parse_name(const u8 *p, const u8 *end,
			      struct xsip_command *ctl)
{
	size_t len = (size_t)(end - p);

	memset(ctl->name, 0, sizeof(ctl->name));
	if (len < sizeof(ctl->name) && !memchr(p, 0, len))
		memcpy(ctl->name, p, len);
	if (!xsip_name_valid(ctl->name))
		return "expected a table name of 1 to 31 letters, digits, '_', '-' or '.', no '.' first";
	return NULL;
}

/* "ADDR[/LEN] [TIME] [table NAME]" */
static const char *parse_operands(struct words *w, struct xsip_command *ctl)
{
	const char *error;

	next_word(w);
	error = parse_addr(w->word, w->word_end, ctl);
	if (error)
		return error;
	if (ctl->verb == SIP_COMMAND_BAN || ctl->verb == SIP_COMMAND_TRUST) {
		next_word(w);
		error = parse_time(w->word, w->word_end, ctl);
		if (error)
			return error;
	}
	if (!next_word(w))
		return NULL;
	if (!is_word(w, "table") || !next_word(w))
		return "expected nothing more, or table NAME";
	return parse_name(w->word, w->word_end, ctl);
}

/* ---- Lines as the file prints them ---- */

static const char *parse_banned(const u8 *p, const u8 *end,
				struct xsip_command *ctl)
{
	ctl->verb = SIP_COMMAND_BAN;
	return parse_seconds(p, end, ctl);
}

static const char *parse_trusted(const u8 *p, const u8 *end,
				 struct xsip_command *ctl)
{
	ctl->verb = SIP_COMMAND_TRUST;
	return parse_seconds(p, end, ctl);
}

static const char *parse_why(const u8 *p, const u8 *end,
			     struct xsip_command *ctl)
{
	if (!xsip_reason_read(p, end, &ctl->reason))
		ctl->reason.kind = SIP_REASON_RULE;
	return NULL;
}

static const char *parse_count(const u8 *p, const u8 *end, u32 *count)
{
	if (xsip_text_number(p, end, count) != end || p == end)
		return "expected a number after since=, bans= and hits=";
	return NULL;
}

static const char *parse_since(const u8 *p, const u8 *end,
			       struct xsip_command *ctl)
{
	return parse_count(p, end, &ctl->since);
}

static const char *parse_bans(const u8 *p, const u8 *end,
			      struct xsip_command *ctl)
{
	return parse_count(p, end, &ctl->bans);
}

static const char *parse_hits(const u8 *p, const u8 *end,
			      struct xsip_command *ctl)
{
	return parse_count(p, end, &ctl->hits);
}

static const struct {
	const char *name;
	const char *(*parse)(const u8 *p, const u8 *end,
			     struct xsip_command *ctl);
} keys[] = {
	{ "src=", parse_addr },
	{ "table=", parse_name },
	{ "banned=", parse_banned },
	{ "trusted=", parse_trusted },
	{ "why=", parse_why },
	{ "since=", parse_since },
	{ "bans=", parse_bans },
	{ "hits=", parse_hits },
};

static const char *parse_key(const struct words *w, struct xsip_command *ctl)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (xsip_text_starts(w->word, w->word_end, keys[i].name))
			return keys[i].parse(w->word + strlen(keys[i].name),
					     w->word_end, ctl);
	return NULL;
}

/* "key=value ..."; the first word has been read. */
static const char *parse_listed(struct words *w, struct xsip_command *ctl)
{
	const char *error;

	do {
		error = parse_key(w, ctl);
	} while (!error && next_word(w));
	ctl->has_prefix = true;
	ctl->restored = true;
	return error;
}

/* ---- All lines ---- */

static enum xsip_command_verb verb_of(const struct words *w)
{
	if (is_word(w, "ban"))
		return SIP_COMMAND_BAN;
	if (is_word(w, "unban"))
		return SIP_COMMAND_UNBAN;
	if (is_word(w, "trust"))
		return SIP_COMMAND_TRUST;
	if (is_word(w, "distrust"))
		return SIP_COMMAND_DISTRUST;
	if (is_word(w, "forgive"))
		return SIP_COMMAND_FORGIVE;
	if (is_word(w, "flush"))
		return SIP_COMMAND_FLUSH;
	return SIP_COMMAND_NOTHING;
}

const char *xsip_command_parse(const u8 *line, const u8 *end,
			       struct xsip_command *ctl)
{
	struct words w = { .p = line, .end = end };
	const char *error = NULL;

	memset(ctl, 0, sizeof(*ctl));
	if (!next_word(&w) || *w.word == '#')
		return NULL;
	if (xsip_text_starts(w.word, w.word_end, "src="))
		return parse_listed(&w, ctl);
	ctl->verb = verb_of(&w);
	if (ctl->verb == SIP_COMMAND_NOTHING)
		return "expected ban, unban, trust, distrust, forgive or flush, such as: unban 192.0.2.1";
	if (ctl->verb != SIP_COMMAND_FLUSH)
		error = parse_operands(&w, ctl);
	else if (next_word(&w))
		error = parse_name(w.word, w.word_end, ctl);
	if (!error && next_word(&w))
		error = "expected nothing more on this line";
	return error;
}
