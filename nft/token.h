/* SPDX-License-Identifier: GPL-2.0 */
/* Compares and converts one token: a word, a number or a mark of the input. */
#ifndef _NFT_TOKEN_H
#define _NFT_TOKEN_H

#include <stdbool.h>

#include "location.h"

struct token {
	char *text;		/* "\n": end of a line, "": end of the input */
	struct location at;
	bool quoted;		/* some of it was in quotes */
	bool mark;		/* `{`, `}`, `;`, end of a line or of input */
};

/* Is it @text? Quotes make no difference, except for marks. */
bool token_is(const struct token *token, const char *text);

/*
 * A decimal number from @least to @most; anything else is an error that says
 * "expected WHAT".
 */
unsigned long long token_number(const struct token *token,
				unsigned long long least,
				unsigned long long most, const char *what);

/* Ends the program with a message that names the location and the token. */
__attribute__((noreturn, format(printf, 2, 3)))
void token_error(const struct token *token, const char *format, ...);

#endif /* _NFT_TOKEN_H */
