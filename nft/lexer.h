/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Splits a file of rules, or the command line, into tokens.
 *
 * In a file tokens are separated by white space; `{`, `}`, `;` and the end of
 * a line are tokens of their own (marks) unless quoted. In "double quotes" a
 * backslash takes the next byte literally, as in iptables-restore. `#` where a
 * token could begin starts a comment. A backslash at the end of a line joins
 * it with the next. On the command line each argument is a token.
 *
 * What cannot be read ends the program with an error (error.h).
 */
#ifndef _NFT_LEXER_H
#define _NFT_LEXER_H

#include <stddef.h>
#include <stdio.h>

#include "token.h"

struct lexer {
	struct token *list;	/* the last one is the end, a mark */
	size_t count;		/* tokens, without the end */
	size_t room;		/* allocated */
	size_t next;		/* index of the one to be read next */
};

/*
 * The tokens of a file ("-": stdin), to be freed by lexer_free(). Locations
 * point to @path, which has to live as long.
 */
struct lexer *lexer_from_file(const char *path);

/* The arguments from argv[first] on, copied; to be freed by lexer_free(). */
struct lexer *lexer_from_args(int argc, char **argv, int first);

/* Frees the tokens, too. */
void lexer_free(struct lexer *lexer);

/* The next token, which stays the lexer's; the end is never passed. */
const struct token *lexer_peek(const struct lexer *lexer);
const struct token *lexer_take(struct lexer *lexer);

/* Take the next token if it is @text. */
bool lexer_accept(struct lexer *lexer, const char *text);

/* Is the next token the end of a rule: a mark other than `{`? */
bool lexer_at_end(const struct lexer *lexer);

/*
 * Take the name of a table, chain or set, to be freed; an `@` before it is
 * skipped. Anything else is an error, "expected the name of WHAT, for example:
 * EXAMPLE".
 */
char *lexer_name(struct lexer *lexer, const char *what, const char *example);

/* Print @text in quotes, so that it reads back as one token. */
void lexer_print_quoted(FILE *out, const char *text);

/* Print a name, in quotes only if it needs them. */
void lexer_print_name(FILE *out, const char *name);

#endif /* _NFT_LEXER_H */
