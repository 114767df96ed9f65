/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Compares a field of a packet with a value, a range or a set.
 *
 *   FIELD [!=] VALUE | @SET
 *
 * stmt_payload.c and stmt_meta.c load fields; this is what they have in
 * common: the data of their statements is a struct match. Each field says how
 * its values read.
 */
#ifndef _NFT_MATCH_H
#define _NFT_MATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lexer.h"
#include "stmt.h"

#define MATCH_MAX	16	/* bytes of a value */

struct match;

/* A field; it is constant and lives as long as the program. */
struct match_field {
	const char *header;	/* "ip", or NULL */
	const char *name;	/* "saddr" */
	uint8_t nfproto;	/* only packets of this family have it, or 0 */
	uint8_t l4proto;	/* only packets of this protocol, or 0 */
	uint32_t len;		/* bytes, at most MATCH_MAX */
	bool has_prefixes;	/* ADDRESS/LENGTH */
	bool has_ranges;	/* FIRST-LAST */
	bool has_starts;	/* a shorter value is the start of one */
	uint32_t set_type;	/* of a set that holds it, TYPE_* */
	const char *set_type_name;

	/* Read a value into a match; what is wrong is an error. */
	void (*parse)(const struct token *token, struct match *match);

	/* Print what parse() reads back. */
	void (*print)(FILE *out, const struct match *match);
};

enum match_how {
	MATCH_VALUE,
	MATCH_PREFIX,
	MATCH_RANGE,
	MATCH_SET,
};

struct match {
	const struct match_field *field;
	enum match_how how;
	bool invert;
	uint8_t value[MATCH_MAX];	/* network byte order */
	uint8_t last[MATCH_MAX];	/* of a range */
	uint32_t len;			/* bytes of the value to compare */
	uint32_t prefix;		/* bits */
	char *set;			/* its name, owned; or NULL */
};

/* Let the data of a new statement compare a field with nothing yet. */
void match_init(struct stmt *stmt, const struct match_field *field);

/* Functions for struct stmt_ops. match_parse() starts after the field. */
void match_parse(struct lexer *lexer, struct stmt *stmt);
void match_print(FILE *out, const struct stmt *stmt, unsigned int flags);
void match_check(struct stmt *stmt, const struct cache *cache,
		 const struct chain *chain);
enum stmt_compared match_compare(struct stmt *stmt, const char *name,
				 const struct nftnl_expr *expr);
void match_free(struct stmt *stmt);

/* Append the expressions that compare the field, which is loaded. */
void match_linearize(struct linearize *ctx, const struct match *match);

/* The mask of a prefix of @bits of @len bytes. */
void match_mask(uint8_t mask[MATCH_MAX], uint32_t len, uint32_t bits);

#endif /* _NFT_MATCH_H */
