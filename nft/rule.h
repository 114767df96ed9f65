/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rule: what a rule is made of, as text.
 *
 * RULE: ITEM..., judged from left to right; a verdict is the last one.
 *
 *   FIELD [!=] VALUE           see field.h
 *   [sip] [!] --OPTION...      the sip match, plugin.h
 *   counter [packets N bytes N]
 *   log [prefix TEXT] [level LEVEL | group N [snaplen N]]
 *   limit rate [over] N/UNIT [burst N packets]
 *   add|update @SET [timeout TIME]
 *                              the source address goes to a set; also as nft
 *                              writes it, @SET { ip saddr timeout TIME }
 *   accept|drop|return|continue
 *   jump|goto CHAIN
 *
 * Reading is in rule_read.c and rule_stmt.c, writing in rule_write.c. What is
 * written reads back as the same rule.
 */
#ifndef _NFT_RULE_H
#define _NFT_RULE_H

#include <stdint.h>

#include "cache.h"
#include "field.h"
#include "lexer.h"

#define RULE_ITEMS	32
#define RULE_MATCHES	4	/* sip matches of a rule */
#define LOG_PREFIX_LEN	128	/* NUL included; the kernel's */
#define LIMIT_BURST	5	/* nft's, where none is given */
#define LOG_LEVEL	4	/* "warn", nft's and the kernel's */

enum item_kind {
	ITEM_FIELD,
	ITEM_SIP,
	ITEM_COUNTER,
	ITEM_LOG,
	ITEM_LIMIT,
	ITEM_SET,
	ITEM_VERDICT,
};

struct log {
	char *prefix;		/* or NULL */
	bool to_group;		/* else to the kernel's log */
	uint16_t group;
	uint32_t snaplen;
	uint32_t level;
};

struct limit {
	uint64_t rate;
	uint64_t unit;		/* seconds */
	uint32_t burst;
	bool over;
};

struct set_use {
	bool update;
	bool is_ip6;		/* known when is_known */
	bool is_known;
	char *name;
	uint64_t timeout;	/* milliseconds; 0: the set's own */
};

struct item {
	enum item_kind kind;
	struct token token;	/* where it was read; text is not its own */
	union {
		struct match_field field;
		void *sip;		/* plugin_size() bytes */
		struct { uint64_t packets, bytes; } counter;
		struct log log;
		struct limit limit;
		struct set_use set;
		struct { int code; char *chain; } verdict;
	};
};

struct rule {
	struct location at;
	uint64_t handle;	/* the kernel's, or 0 */
	unsigned int count;
	struct item items[RULE_ITEMS];
};

/* What rule_text() writes besides. */
#define WRITE_COUNTS	1	/* numbers of counters */

/* Read one rule, up to a mark. Names of chains and sets are not looked up. */
struct rule *rule_read(struct lexer *lexer);

/* Text without an end of line, to be freed. */
char *rule_text(const struct rule *rule, unsigned int flags);

/* Only its sip options, "" if it has none; to be freed. */
char *rule_sip_text(const struct rule *rule);

/* Has it a sip match? */
bool rule_has_sip(const struct rule *rule);

/* The next item, of this kind; refuses one too many at @word. */
struct item *rule_add(struct rule *rule, enum item_kind kind,
		      const struct token *token);

/*
 * Can it be in a chain? Finds out what its sets hold; an error if a set or a
 * chain that it names does not exist or is of no use.
 */
void cache_check_rule(const struct cache *cache, struct rule *rule,
		      const struct chain *chain);

void rule_free(struct rule *rule);

/* Statements, one for each kind: read what is behind their first word. */
void read_counter(struct lexer *lexer, struct item *item);
void read_log(struct lexer *lexer, struct item *item);
void read_limit(struct lexer *lexer, struct item *item);
void read_set(struct lexer *lexer, struct item *item);
void read_verdict(struct lexer *lexer, struct item *item);

/* Levels of log by number; NULL behind the last. */
extern const char *const log_levels[];

/* Name of a verdict's code, or NULL. */
const char *verdict_name(int code);

#endif /* _NFT_RULE_H */
