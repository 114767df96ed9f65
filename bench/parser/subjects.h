/* SPDX-License-Identifier: GPL-2.0 */
/*
 * subjects: what is measured: our rooms, other parsers, and what merely
 * touching the bytes costs.
 */
#ifndef _SUBJECTS_H
#define _SUBJECTS_H

#include "sip/parse.h"

/**
 * struct subject - something that can be done with a message
 * @name: of the row
 * @run: do it; what it returns depends on the work, so that none is left out
 * @stepped: with so many messages of a set its instructions are counted
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
	SUBJECT_MEMCHR,		/* glibc's, for a byte that is not there */
	SUBJECT_NEWLINES,	/* a newline count, word by word */
	SUBJECT_BYTES,		/* a newline count, byte by byte */
	SUBJECT_COUNT
};

extern const struct subject subjects[SUBJECT_COUNT];

/**
 * subjects_prepare() - what has to be done once, before all
 *
 * Return: whether it could be done.
 */
bool subjects_prepare(void);

/**
 * subjects_agree() - do all parsers take a message for a good one?
 * @payload: the message
 *
 * One that gives up early would look fast.
 *
 * Return: whether they do.
 */
bool subjects_agree(const struct xsip_payload *payload);

#endif /* _SUBJECTS_H */
