/* SPDX-License-Identifier: GPL-2.0 */
/*
 * plugin: the options of the sip match, read and written by its iptables
 * plugin (libxt_sip.so), which libxtables finds.
 *
 * Options become the bytes that the kernel gets, and these become options.
 * Needs neither root nor the kernel's module. A mistake in an option ends the
 * program, naming the word and its place (word.h).
 */
#ifndef _NFT_PLUGIN_H
#define _NFT_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lexer.h"

#define PLUGIN_MATCH	"sip"

/* Load it; ends the program if it is not there. Needed before all others. */
void plugin_load(void);

/* Of the bytes of a match; its revision. */
size_t plugin_size(void);
uint32_t plugin_revision(void);

/* Are these the first words of sip options? */
bool plugin_begins(const struct lexer *lexer);

/*
 * Read options until a word is none; at least one. Returns plugin_size() bytes
 * to be freed.
 */
void *plugin_read(struct lexer *lexer);

/* The options of a match, "--scanner --ban 1d", to be freed. */
char *plugin_text(const void *info);

#endif /* _NFT_PLUGIN_H */
