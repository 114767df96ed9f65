/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Describes the statements that a rule consists of, and finds their kinds.
 *
 * A kind of statement is one file, stmt_KIND.c, which defines a struct
 * stmt_ops, and one row in stmt.c (declared below). Matches and verdicts are
 * statements, too.
 */
#ifndef _NFT_STMT_H
#define _NFT_STMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <libnftnl/expr.h>

#include "chain.h"
#include "lexer.h"

#define STMT_WORDS	8	/* at most 7 first words of a kind, and NULL */

/* Flags for printing. */
#define STMT_PRINT_COUNTERS	1	/* packets and bytes of counters */

struct cache;
struct delinearize;
struct linearize;
struct stmt;

/* What a message calls it that lists the words of a kind. */
enum stmt_class {
	STMT_CLASS_SIP,		/* "an option of the sip match" */
	STMT_CLASS_FIELD,	/* "a field" */
	STMT_CLASS_STATEMENT,	/* "a statement" */
	STMT_CLASS_VERDICT,	/* "a verdict": nothing follows it in a rule */
};

/* What a comparison of the value in register 1 made of an expression. */
enum stmt_compared {
	STMT_UNKNOWN,		/* it has no text here */
	STMT_CONTINUES,		/* another expression completes it */
	STMT_COMPLETE,
};

/*
 * A kind of statement. check(), delinearize(), compare(), begins() and free()
 * may be NULL.
 */
struct stmt_ops {
	const char *name;
	enum stmt_class class;
	size_t size;			/* bytes of stmt_data() */
	unsigned int max;		/* in one rule; 0: no limit */
	const char *words[STMT_WORDS];	/* that begin it */
	const char *repeat;		/* printed between two in a row */
	const char *expr;		/* for which delinearize() is called */

	/* Does this token begin it? Besides @words. */
	bool (*begins)(const struct token *token);

	/* Read it, from its first word on; what is wrong is an error. */
	void (*parse)(struct lexer *lexer, struct stmt *stmt);

	/* Print what parse() reads back; @flags are STMT_PRINT_*. */
	void (*print)(FILE *out, const struct stmt *stmt, unsigned int flags);

	/*
	 * Look up the sets and chains that it names, and set @nfproto if it
	 * depends on them. An error if it cannot be in @chain.
	 */
	void (*check)(struct stmt *stmt, const struct cache *cache,
		      const struct chain *chain);

	/* Append its expressions. */
	void (*linearize)(struct linearize *ctx, const struct stmt *stmt);

	/*
	 * Read an expression: add a statement, or load a value into register
	 * 1, see delinearize.h. False if it has no text here.
	 */
	bool (*delinearize)(struct delinearize *ctx,
			    const struct nftnl_expr *expr);

	/* Read an expression, @name, that compares the value it loaded. */
	enum stmt_compared (*compare)(struct stmt *stmt, const char *name,
				      const struct nftnl_expr *expr);

	/* Free what stmt_data() points to. */
	void (*free)(struct stmt *stmt);
};

struct stmt {
	const struct stmt_ops *ops;
	struct token token;	/* its first; the lexer's text */
	uint8_t nfproto;	/* for packets of this family only, or 0 */
	uint8_t l4proto;	/* for packets of this protocol only, or 0 */
	max_align_t data[];
};

/* The kinds; each is defined in the file of its name. */
extern const struct stmt_ops stmt_counter_ops;
extern const struct stmt_ops stmt_limit_ops;
extern const struct stmt_ops stmt_log_ops;
extern const struct stmt_ops stmt_meta_ops;
extern const struct stmt_ops stmt_payload_ops;
extern const struct stmt_ops stmt_set_ops;
extern const struct stmt_ops stmt_sip_ops;
extern const struct stmt_ops stmt_verdict_ops;

/*
 * An empty statement, to be freed by stmt_free(). @token is its first token,
 * or NULL if it comes from the kernel.
 */
struct stmt *stmt_alloc(const struct stmt_ops *ops, const struct token *token);

/* @stmt may be NULL. */
void stmt_free(struct stmt *stmt);

/* The data of its kind, @size bytes that begin as zeros. */
static inline void *stmt_data(const struct stmt *stmt)
{
	return (void *)stmt->data;
}

/* The kind that begins with a token; an error that lists all if none does. */
const struct stmt_ops *stmt_find(const struct token *token);

/* The kind that reads expressions of this name, or NULL. */
const struct stmt_ops *stmt_find_expr(const char *name);

#endif /* _NFT_STMT_H */
