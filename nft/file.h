/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parses a file of rules.
 *
 *   table FAMILY TABLE {
 *           chain CHAIN {
 *                   RULE
 *                   ...
 *           }
 *   }
 *
 * A rule (rule.h) is a line, or ends with `;`. A chain is in a file once. The
 * file holds only rules: tables, chains, sets and hooks are made by nft.
 */
#ifndef _NFT_FILE_H
#define _NFT_FILE_H

#include "chain.h"
#include "lexer.h"
#include "rule.h"

struct file_chain {
	struct chain ref;	/* its names are owned */
	struct location at;
	struct rule **rules;	/* owned; NULL if there are none */
	unsigned int count;
};

struct file {
	struct lexer *lexer;	/* rules point to its tokens */
	struct file_chain *chains;
	unsigned int count;
};

/* To be freed by file_free(); @path ("-": stdin) has to live as long. */
struct file *file_parse(const char *path);
void file_free(struct file *file);

#endif /* _NFT_FILE_H */
