// SPDX-License-Identifier: GPL-2.0
/* Splits a file of rules, or the command line, into tokens. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xtables.h>

#include "error.h"
#include "lexer.h"

#define NAME_MAX_LEN	127		/* bytes that nft takes, without NUL */
#define FILE_MAX	(16UL << 20)	/* bytes of a file of rules */

/* A file that is being split. */
struct scanner {
	struct lexer *lexer;
	const char *p;
	const char *end;
	const char *line_start;
	struct location at;
};

static struct token *add_token(struct lexer *lexer)
{
	if (lexer->count + 1 >= lexer->room) {
		lexer->room = lexer->room ? lexer->room * 2 : 64;
		lexer->list = xtables_realloc(lexer->list, lexer->room *
					      sizeof(*lexer->list));
	}
	return memset(&lexer->list[lexer->count++], 0, sizeof(*lexer->list));
}

/* The last token of the list, which count leaves out. */
static void add_end(struct lexer *lexer, struct location at)
{
	struct token *end = add_token(lexer);

	lexer->count--;
	end->text = xtables_strdup("");
	end->at = at;
	end->mark = true;
}

static void add_mark(struct scanner *scanner, const char *text)
{
	struct token *token = add_token(scanner->lexer);

	token->text = xtables_strdup(text);
	token->at = scanner->at;
	token->mark = true;
	scanner->p++;
}

static void new_line(struct scanner *scanner)
{
	scanner->line_start = scanner->p;
	scanner->at.line++;
}

/* Called after the opening quote; appends to @to, returns its new end. */
static char *lex_quoted(struct scanner *scanner, char *to)
{
	const char *start = scanner->p - 1;

	for (; scanner->p < scanner->end && *scanner->p != '"'; scanner->p++) {
		if (*scanner->p == '\n')
			break;
		if (*scanner->p == '\\' && scanner->p + 1 < scanner->end)
			scanner->p++;
		*to++ = *scanner->p;
	}
	if (scanner->p == scanner->end || *scanner->p != '"') {
		scanner->at.column = start - scanner->line_start + 1;
		location_error(&scanner->at, "no closing quote on this line: expected for example --ua \"friendly scanner\"");
	}
	scanner->p++;
	return to;
}

static bool is_plain(char c)
{
	return !strchr(" \t\r\n{};", c);
}

static void lex_token(struct scanner *scanner)
{
	struct token *token = add_token(scanner->lexer);
	char *to;

	token->at = scanner->at;
	to = xtables_malloc(scanner->end - scanner->p + 1);
	token->text = to;
	while (scanner->p < scanner->end && is_plain(*scanner->p)) {
		if (*scanner->p == '"') {
			scanner->p++;
			token->quoted = true;
			to = lex_quoted(scanner, to);
		} else {
			*to++ = *scanner->p++;
		}
	}
	*to++ = '\0';
	token->text = xtables_realloc(token->text, to - token->text);
}

static void lex(struct scanner *scanner)
{
	static const char *const marks[] = { "{", "}", ";" };
	size_t i;

	while (scanner->p < scanner->end) {
		scanner->at.column = scanner->p - scanner->line_start + 1;
		if (*scanner->p == '\n') {
			add_mark(scanner, "\n");
			new_line(scanner);
		} else if (strchr(" \t\r", *scanner->p)) {
			scanner->p++;
		} else if (*scanner->p == '#') {
			while (scanner->p < scanner->end && *scanner->p != '\n')
				scanner->p++;
		} else if (!strncmp(scanner->p, "\\\n", 2)) {
			scanner->p += 2;
			new_line(scanner);
		} else if (is_plain(*scanner->p)) {
			lex_token(scanner);
		} else {
			for (i = 0; marks[i][0] != *scanner->p; )
				i++;
			add_mark(scanner, marks[i]);
		}
	}
	scanner->at.column = scanner->p - scanner->line_start + 1;
}

/* The whole file and a NUL, to be freed; @len does not count the NUL. */
static char *read_all(const char *path, size_t *len)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "r") : stdin;
	size_t room = 4096, got;
	char *text = xtables_malloc(room);

	if (!file)
		error_exit("%s: %s", path, strerror(errno));
	*len = 0;
	do {
		got = fread(text + *len, 1, room - *len - 1, file);
		*len += got;
		if (*len + 1 == room) {
			room *= 2;
			text = xtables_realloc(text, room);
		}
	} while (got && *len < FILE_MAX);
	if (ferror(file))
		error_exit("%s: %s", path, strerror(errno));
	if (*len >= FILE_MAX)
		error_exit("%s: more than %lu bytes: expected a file of rules",
			   path, FILE_MAX);
	text[*len] = '\0';
	if (file != stdin)
		fclose(file);
	return text;
}

static void check_no_nul(const char *path, const char *text, size_t len)
{
	struct location at = { .file = path, .line = 1, .column = 1 };
	size_t i;

	for (i = 0; i < len && text[i]; i++) {
		at.column = text[i] == '\n' ? 1 : at.column + 1;
		at.line += text[i] == '\n';
	}
	if (i < len)
		location_error(&at, "a NUL byte: expected text");
}

struct lexer *lexer_from_file(const char *path)
{
	struct scanner scanner = {
		.lexer = xtables_calloc(1, sizeof(*scanner.lexer)),
		.at = { .file = strcmp(path, "-") ? path : "stdin", .line = 1 },
	};
	size_t len;
	char *text;

	text = read_all(path, &len);
	check_no_nul(scanner.at.file, text, len);
	scanner.p = text;
	scanner.line_start = text;
	scanner.end = text + len;
	lex(&scanner);
	add_end(scanner.lexer, scanner.at);
	free(text);
	return scanner.lexer;
}

struct lexer *lexer_from_args(int argc, char **argv, int first)
{
	struct lexer *lexer = xtables_calloc(1, sizeof(*lexer));
	struct location at = { .column = first };
	struct token *token;

	for (; first < argc; first++, at.column++) {
		token = add_token(lexer);
		token->text = xtables_strdup(argv[first]);
		token->at = at;
	}
	add_end(lexer, at);
	return lexer;
}

void lexer_free(struct lexer *lexer)
{
	size_t i;

	for (i = 0; i <= lexer->count; i++)
		free(lexer->list[i].text);
	free(lexer->list);
	free(lexer);
}

const struct token *lexer_peek(const struct lexer *lexer)
{
	return &lexer->list[lexer->next];
}

const struct token *lexer_take(struct lexer *lexer)
{
	const struct token *token = lexer_peek(lexer);

	if (lexer->next < lexer->count)
		lexer->next++;
	return token;
}

bool lexer_accept(struct lexer *lexer, const char *text)
{
	if (lexer->next == lexer->count || !token_is(lexer_peek(lexer), text))
		return false;
	lexer->next++;
	return true;
}

bool lexer_at_end(const struct lexer *lexer)
{
	const struct token *token = lexer_peek(lexer);

	return token->mark && strcmp(token->text, "{");
}

char *lexer_name(struct lexer *lexer, const char *what, const char *example)
{
	const struct token *token = lexer_peek(lexer);
	const char *text = token->text;
	size_t len;

	if (text[0] == '@')
		text++;
	len = strlen(text);
	if (token->mark || !len || len > NAME_MAX_LEN ||
	    text[strcspn(text, " \t\r\n\"{};#@")])
		token_error(token, "expected the name of %s, for example: %s",
			    what, example);
	lexer_take(lexer);
	return xtables_strdup(text);
}

void lexer_print_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

void lexer_print_name(FILE *out, const char *name)
{
	if (name[strcspn(name, " \t\r\n{};#\"")])
		lexer_print_quoted(out, name);
	else
		fputs(name, out);
}
