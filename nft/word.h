/* SPDX-License-Identifier: GPL-2.0 */
/*
 * word: the words of a command line or a file, and mistakes in them.
 *
 * In a file words are separated by white space; `{`, `}`, `;` and the end of a
 * line are words of their own (marks) unless quoted. In "double quotes" a
 * backslash makes an ordinary byte of the next, as for iptables-restore. `#`
 * where a word could begin starts a comment. A backslash at the end of a line
 * joins it with the next. On a command line each argument is a word.
 *
 * A mistake ends the program with status 2 and one sentence on stderr that
 * names file, line, column (or which argument) and the word.
 */
#ifndef _NFT_WORD_H
#define _NFT_WORD_H

#include <stdbool.h>
#include <stddef.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define STATUS_TROUBLE	2	/* 1 is what diff says of a difference */

struct place {
	const char *file;	/* NULL: the command line */
	unsigned int line;
	unsigned int column;	/* command line: number of the argument */
};

struct word {
	char *text;		/* "\n" for the end of a line, "" for the end */
	struct place at;
	bool quoted;
	bool mark;
};

struct words {
	struct word *list;	/* the last one is the end, a mark */
	size_t count;		/* without it */
	size_t room;
	size_t next;		/* the one to be read */
};

/* The words of a file ("-": stdin); names it in errors. */
struct words *words_of_file(const char *path);

/* Arguments from argv[first] on. They stay argv's. */
struct words *words_of_args(int argc, char **argv, int first);

void words_free(struct words *words);

/* The next word; the end is never passed. */
const struct word *words_peek(const struct words *words);
const struct word *words_take(struct words *words);

/* Is this word @text? Quotes make no difference, but for marks. */
bool word_is(const struct word *word, const char *text);

/* Take the next word if it is @text. */
bool words_accept(struct words *words, const char *text);

/* At the end of a line or of a rule. */
bool words_at_end(const struct words *words);

/* Name the word and say what is wrong with it. */
__attribute__((noreturn, format(printf, 2, 3)))
void word_error(const struct word *word, const char *format, ...);

/* Only the place; the message names what is wrong. */
__attribute__((noreturn, format(printf, 2, 3)))
void place_error(const struct place *place, const char *format, ...);

/* No place in any text. */
__attribute__((noreturn, format(printf, 1, 2)))
void trouble(const char *format, ...);

/* "FILE:LINE:COLUMN: ", or less where there is none of it. */
const char *place_text(const struct place *place);

/*
 * Texts and numbers in words. What is not understood is a word_error() that
 * says "expected WHAT".
 */
unsigned long long word_number(const struct word *word,
			       unsigned long long least,
			       unsigned long long most, const char *what);

#endif /* _NFT_WORD_H */
