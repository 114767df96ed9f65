/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parses and prints the options of the sip match, through its iptables plugin
 * (libxt_sip.so), which libxtables finds.
 *
 * Options become the structure that the kernel gets, and back. This needs
 * neither root nor the kernel's module. A wrong option is an error that names
 * the token and its location.
 */
#ifndef _NFT_PLUGIN_H
#define _NFT_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lexer.h"

#define PLUGIN_MATCH	"sip"	/* the name of the match */

/* Load it, before all other calls; an error if it is not installed. */
void plugin_load(void);

/* Bytes of the structure of a match, and its revision. */
size_t plugin_size(void);
uint32_t plugin_revision(void);

/* Can this token be the first of options? */
bool plugin_begins(const struct token *token);

/*
 * Parse options up to a token that is none. Returns plugin_size() bytes, to be
 * freed.
 */
void *plugin_parse(struct lexer *lexer);

/* The options of a match, "--scanner --ban 1d", to be freed. */
char *plugin_text(const void *info);

#endif /* _NFT_PLUGIN_H */
