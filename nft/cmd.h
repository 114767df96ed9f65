/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declares the commands of nft-sip.
 *
 * Each returns the exit status: 0, or 1 if cmd_file_diff() finds a difference.
 * An error ends the program with status 2 (error.h). @lexer is after the word
 * of the command.
 */
#ifndef _NFT_CMD_H
#define _NFT_CMD_H

#include <stdbool.h>

#include "lexer.h"

/* Flags of cmd_ruleset_list(). */
#define CMD_HANDLES	1	/* "# handle N" after rules */
#define CMD_COUNTERS	2	/* packets and bytes of counters */

/* Change one rule. */
int cmd_rule_add(struct lexer *lexer);
int cmd_rule_insert(struct lexer *lexer);
int cmd_rule_replace(struct lexer *lexer);
int cmd_rule_delete(struct lexer *lexer);

/* Print the rules of the chains that are named, in the format of file.h. */
int cmd_ruleset_list(struct lexer *lexer, unsigned int flags);

/*
 * Write them to a file, which is replaced when all of it is written. @path
 * NULL or "-": stdout.
 */
int cmd_ruleset_save(struct lexer *lexer, const char *path);

/*
 * Make the chains of a file in the kernel as the file says; with @check only
 * validate that.
 */
int cmd_file_apply(const char *path, bool check);

/* Print how the chains in the kernel differ from those of the file. */
int cmd_file_diff(const char *path);

#endif /* _NFT_CMD_H */
