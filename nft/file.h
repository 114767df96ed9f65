/* SPDX-License-Identifier: GPL-2.0 */
/*
 * file: a file of rules.
 *
 *   table FAMILY TABLE {
 *           chain CHAIN {
 *                   RULE
 *                   ...
 *           }
 *   }
 *
 * A rule (rule.h) is a line, or ends with `;`. A chain is in a file once. The
 * file has no more than rules: tables, chains, sets and hooks are nft's.
 */
#ifndef _NFT_FILE_H
#define _NFT_FILE_H

#include "code.h"
#include "rule.h"

struct file_chain {
	struct chain_ref ref;
	struct location at;
	struct rule **rules;
	unsigned int count;
};

struct file {
	struct lexer *lexer;	/* whose texts and places rules point to */
	struct file_chain *chains;
	unsigned int count;
};

struct file *file_read(const char *path);
void file_free(struct file *file);

/* A word that is ip, ip6 or inet. */
uint8_t read_family(struct lexer *lexer);

#endif /* _NFT_FILE_H */
