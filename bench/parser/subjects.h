/* SPDX-License-Identifier: GPL-2.0 */
/*
 * subjects: the functions that are measured: xt_sip's parser, other parsers,
 * and loops that just read the bytes.
 */
#ifndef _SUBJECTS_H
#define _SUBJECTS_H

#include "sip/parse.h"

/**
 * struct subject - a function that is measured
 * @name: of the row
 * @run: process a message; the result depends on all of the work, so that the
 *	compiler cannot leave any out
 * @stepped: the number of messages of a set on which instructions are counted
 */
struct subject {
	const char *name;
	size_t (*run)(const struct xsip_payload *payload);
	unsigned int stepped;
};

enum {
	SUBJECT_PARSE,		/* xsip_parse(): all defects are checked */
	SUBJECT_SCANNER,	/* ... and --scanner */
	SUBJECT_POLICY,		/* ... and --ua with one text */
	SUBJECT_TEXTS,		/* ... with 200 texts instead */
	SUBJECT_OSIP,
	SUBJECT_SOFIA,
	SUBJECT_MEMCHR,		/* glibc's, for a byte that does not occur */
	SUBJECT_NEWLINES,	/* a newline count, word by word */
	SUBJECT_BYTES,		/* a newline count, byte by byte */
	SUBJECT_COUNT
};

extern const struct subject subjects[SUBJECT_COUNT];

/**
 * subjects_prepare() - initialize all subjects, once
 *
 * Return: whether it could be done.
 */
bool subjects_prepare(void);

/**
 * subjects_agree() - whether all parsers accept a message
 * @payload: the message
 *
 * A parser that rejects a message early would seem fast.
 *
 * Return: whether they do.
 */
bool subjects_agree(const struct xsip_payload *payload);

#endif /* _SUBJECTS_H */
