/* SPDX-License-Identifier: GPL-2.0 */
/*
 * verbs: what nft-sip does. Each returns the exit status, 0, or, of
 * verb_diff(), 1 for a difference; trouble ends the program with 2.
 */
#ifndef _NFT_VERBS_H
#define _NFT_VERBS_H

#include <stdbool.h>

#include "code.h"
#include "lexer.h"

#define LIST_HANDLES	1	/* "# handle N" behind rules */
#define LIST_COUNTS	2	/* what counters have counted */

/* add, insert, replace and delete: what is behind the verb. verb_change.c */
int verb_add(struct lexer *lexer);
int verb_insert(struct lexer *lexer);
int verb_replace(struct lexer *lexer);
int verb_delete(struct lexer *lexer);

/* Rules of the chains that words name, as a file; see file.h. verb_list.c */
int verb_list(struct lexer *lexer, unsigned int flags);

/* The same into a file, at once or not at all; @path NULL: stdout. */
int verb_save(struct lexer *lexer, const char *path);

/* Make the chains of a file as it says, or only see if that could be done. */
int verb_apply(const char *path, bool check);

/* Are they? Prints what is not. verb_apply.c, both */
int verb_diff(const char *path);

#endif /* _NFT_VERBS_H */
