// SPDX-License-Identifier: GPL-2.0
/* Compares tokens, reads numbers from them and reports errors in them. */
#include <string.h>

#include "error.h"
#include "token.h"

bool token_is(const struct token *token, const char *text)
{
	return !strcmp(token->text, text) &&
	       !(token->quoted && strchr("{};\n", text[0]));
}

unsigned long long token_number(const struct token *token,
				unsigned long long least,
				unsigned long long most, const char *what)
{
	unsigned long long number = 0;
	const char *p;

	for (p = token->text; *p >= '0' && *p <= '9' && number <= most; p++)
		number = number * 10 + (*p - '0');
	if (*p || p == token->text || number < least || number > most)
		token_error(token, "expected %s", what);
	return number;
}

void token_error(const struct token *token, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_vexit(&token->at, token->text, format, args);
}
