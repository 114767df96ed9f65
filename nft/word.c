// SPDX-License-Identifier: GPL-2.0
/* word: see word.h for the contract. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xtables.h>

#include "word.h"

#define FILE_MAX	(16UL << 20)
#define SHOWN_MAX	60	/* bytes of a word in an error */

/* A file while it is split. */
struct lexer {
	struct words *words;
	const char *p;
	const char *end;
	const char *line_start;
	struct place at;
};

const char *place_text(const struct place *place)
{
	static char text[512];

	if (place->file)
		snprintf(text, sizeof(text), "%s:%u:%u: ", place->file,
			 place->line, place->column);
	else if (place->column)
		snprintf(text, sizeof(text), "argument %u: ", place->column);
	else
		text[0] = '\0';
	return text;
}

static __attribute__((noreturn))
void die(const struct place *place, const char *quote, const char *format,
	 va_list args)
{
	fprintf(stderr, "nft-sip: %s", place ? place_text(place) : "");
	if (quote && *quote == '\n')
		fputs("end of line: ", stderr);
	else if (quote && !*quote)
		fputs("the end: ", stderr);
	else if (quote)
		fprintf(stderr, "\"%.*s%s\": ", SHOWN_MAX, quote,
			strlen(quote) > SHOWN_MAX ? "..." : "");
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	exit(STATUS_TROUBLE);
}

void word_error(const struct word *word, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	die(&word->at, word->text, format, args);
}

void place_error(const struct place *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	die(place, NULL, format, args);
}

void trouble(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	die(NULL, NULL, format, args);
}

static struct word *words_add(struct words *words)
{
	if (words->count + 1 >= words->room) {
		words->room = words->room ? words->room * 2 : 64;
		words->list = xtables_realloc(words->list, words->room *
					      sizeof(*words->list));
	}
	return memset(&words->list[words->count++], 0, sizeof(*words->list));
}

/* The end, which count does not count. */
static void words_close(struct words *words, struct place at)
{
	struct word *end = words_add(words);

	words->count--;
	end->text = xtables_strdup("");
	end->at = at;
	end->mark = true;
}

static void add_mark(struct lexer *lexer, const char *text)
{
	struct word *word = words_add(lexer->words);

	word->text = xtables_strdup(text);
	word->at = lexer->at;
	word->mark = true;
	lexer->p++;
}

static void new_line(struct lexer *lexer)
{
	lexer->line_start = lexer->p;
	lexer->at.line++;
}

/* Behind the quote that begins it; appends to @to. */
static char *lex_quoted(struct lexer *lexer, char *to)
{
	const char *start = lexer->p - 1;

	for (; lexer->p < lexer->end && *lexer->p != '"'; lexer->p++) {
		if (*lexer->p == '\n')
			break;
		if (*lexer->p == '\\' && lexer->p + 1 < lexer->end)
			lexer->p++;
		*to++ = *lexer->p;
	}
	if (lexer->p == lexer->end || *lexer->p != '"') {
		lexer->at.column = start - lexer->line_start + 1;
		place_error(&lexer->at, "no closing quote on this line: expected for example --ua \"friendly scanner\"");
	}
	lexer->p++;
	return to;
}

static bool is_plain(char c)
{
	return !strchr(" \t\r\n{};", c);
}

static void lex_word(struct lexer *lexer)
{
	struct word *word = words_add(lexer->words);
	char *to;

	word->at = lexer->at;
	to = xtables_malloc(lexer->end - lexer->p + 1);
	word->text = to;
	while (lexer->p < lexer->end && is_plain(*lexer->p)) {
		if (*lexer->p == '"') {
			lexer->p++;
			word->quoted = true;
			to = lex_quoted(lexer, to);
		} else {
			*to++ = *lexer->p++;
		}
	}
	*to++ = '\0';
	word->text = xtables_realloc(word->text, to - word->text);
}

static void lex(struct lexer *lexer)
{
	static const char *const marks[] = { "{", "}", ";" };
	size_t i;

	while (lexer->p < lexer->end) {
		lexer->at.column = lexer->p - lexer->line_start + 1;
		if (*lexer->p == '\n') {
			add_mark(lexer, "\n");
			new_line(lexer);
		} else if (strchr(" \t\r", *lexer->p)) {
			lexer->p++;
		} else if (*lexer->p == '#') {
			while (lexer->p < lexer->end && *lexer->p != '\n')
				lexer->p++;
		} else if (!strncmp(lexer->p, "\\\n", 2)) {
			lexer->p += 2;
			new_line(lexer);
		} else if (is_plain(*lexer->p)) {
			lex_word(lexer);
		} else {
			for (i = 0; marks[i][0] != *lexer->p; )
				i++;
			add_mark(lexer, marks[i]);
		}
	}
	lexer->at.column = lexer->p - lexer->line_start + 1;
}

/* All of a file, with a NUL behind it; its length goes to @len. */
static char *read_all(const char *path, size_t *len)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "r") : stdin;
	size_t room = 4096, got;
	char *text = xtables_malloc(room);

	if (!file)
		trouble("%s: %s", path, strerror(errno));
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
		trouble("%s: %s", path, strerror(errno));
	if (*len >= FILE_MAX)
		trouble("%s: more than %lu bytes: expected a file of rules",
			path, FILE_MAX);
	text[*len] = '\0';
	if (file != stdin)
		fclose(file);
	return text;
}

static void check_no_nul(const char *path, const char *text, size_t len)
{
	struct place at = { .file = path, .line = 1, .column = 1 };
	size_t i;

	for (i = 0; i < len && text[i]; i++) {
		at.column = text[i] == '\n' ? 1 : at.column + 1;
		at.line += text[i] == '\n';
	}
	if (i < len)
		place_error(&at, "a NUL byte: expected text");
}

struct words *words_of_file(const char *path)
{
	struct lexer lexer = {
		.words = xtables_calloc(1, sizeof(*lexer.words)),
		.at = { .file = strcmp(path, "-") ? path : "stdin", .line = 1 },
	};
	size_t len;
	char *text;

	text = read_all(path, &len);
	check_no_nul(lexer.at.file, text, len);
	lexer.p = text;
	lexer.line_start = text;
	lexer.end = text + len;
	lex(&lexer);
	words_close(lexer.words, lexer.at);
	free(text);
	return lexer.words;
}

struct words *words_of_args(int argc, char **argv, int first)
{
	struct words *words = xtables_calloc(1, sizeof(*words));
	struct place at = { .column = first };
	struct word *word;

	for (; first < argc; first++, at.column++) {
		word = words_add(words);
		word->text = xtables_strdup(argv[first]);
		word->at = at;
	}
	words_close(words, at);
	return words;
}

void words_free(struct words *words)
{
	size_t i;

	for (i = 0; i <= words->count; i++)
		free(words->list[i].text);
	free(words->list);
	free(words);
}

const struct word *words_peek(const struct words *words)
{
	return &words->list[words->next];
}

const struct word *words_take(struct words *words)
{
	const struct word *word = words_peek(words);

	if (words->next < words->count)
		words->next++;
	return word;
}

bool word_is(const struct word *word, const char *text)
{
	return !strcmp(word->text, text) &&
	       !(word->quoted && strchr("{};\n", text[0]));
}

bool words_accept(struct words *words, const char *text)
{
	if (words->next == words->count || !word_is(words_peek(words), text))
		return false;
	words->next++;
	return true;
}

bool words_at_end(const struct words *words)
{
	const struct word *word = words_peek(words);

	return word->mark && strcmp(word->text, "{");
}

unsigned long long word_number(const struct word *word,
			       unsigned long long least,
			       unsigned long long most, const char *what)
{
	unsigned long long number = 0;
	const char *p;

	for (p = word->text; *p >= '0' && *p <= '9' && number <= most; p++)
		number = number * 10 + (*p - '0');
	if (*p || p == word->text || number < least || number > most)
		word_error(word, "expected %s", what);
	return number;
}
