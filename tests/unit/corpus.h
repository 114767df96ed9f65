/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The messages of tests/corpus with the result expected for each, from the
 * directory XT_SIP_CORPUS, to which `corpus.py write` wrote them.
 * tests/lib/corpus.py explains the fields of a message.
 */
#ifndef _CORPUS_H
#define _CORPUS_H

#include "sip/parse.h"
#include "sip/value.h"

enum corpus_expect {
	CORPUS_EXACT,		/* our own: every field holds */
	CORPUS_PASS,		/* no definite defect */
	CORPUS_MALFORMED,	/* one of @defects */
	CORPUS_EITHER,		/* no expectation */
};

struct corpus_message {
	char *name;
	enum corpus_expect expect;
	bool stream;
	int class;		/* enum xsip_class; -1: "other" in the index */
	int method;		/* enum xt_sip_method; -1 where not known */
	int status;		/* -1 where not known */
	u16 defects;		/* bits of enum xt_sip_defect */
	int tool;		/* enum xsip_tool; holds whatever @expect is */
	struct xsip_range from;	/* for --users; p is NULL where not known */
	struct xsip_range to;
	int ua_count;		/* -1 where not known */
	struct xsip_range ua[16];
	u8 *data;
	size_t size;
};

/* The first message for NULL, else the one after @m; NULL after the last. */
const struct corpus_message *corpus_next(const struct corpus_message *m);

#define for_each_message(m)						\
	for (const struct corpus_message *m = corpus_next(NULL); m;	\
	     m = corpus_next(m))

#endif /* _CORPUS_H */
