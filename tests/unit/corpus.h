/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loads the messages of tests/corpus with the result expected for each, as
 * `corpus.py write DIR` wrote them to a directory.
 *
 * tests/lib/corpus.py explains the fields of a message.
 */
#ifndef _CORPUS_H
#define _CORPUS_H

#include "sip/parse.h"

enum corpus_expect {
	CORPUS_EXACT,		/* our own: every field holds */
	CORPUS_PASS,		/* no definite defect */
	CORPUS_MALFORMED,	/* one of @defects */
	CORPUS_EITHER,		/* no expectation */
};

struct corpus_text {
	u8 *start;
	size_t len;
};

struct corpus_message {
	char *name;
	char *path;
	enum corpus_expect expect;
	bool stream;
	int class;		/* enum xsip_class; -1: the index says "other" */
	struct corpus_text method; /* start is NULL where not known */
	int status;		/* -1 where not known */
	u16 defects;		/* bits of enum xt_sip_defect */
	int tool;		/* enum xsip_tool; holds whatever @expect is */
	bool users;		/* are the next two known? */
	struct corpus_text from; /* the user that --users counts */
	struct corpus_text to;
	int ua_count;		/* -1 where not known */
	struct corpus_text *ua;
	u8 *data;
	size_t size;
};

struct corpus {
	struct corpus_message *messages;
	size_t count;
	size_t shared;		/* how many are of XT_SIP_MESSAGES */
};

/**
 * corpus_load() - read index and messages
 * @dir: where `corpus.py write` put them
 * @corpus: the result
 *
 * Return: whether all could be read; what could not is named on stderr.
 */
bool corpus_load(const char *dir, struct corpus *corpus);

/**
 * corpus_free() - free what corpus_load() allocated
 * @corpus: a loaded corpus
 */
void corpus_free(struct corpus *corpus);

#endif /* _CORPUS_H */
