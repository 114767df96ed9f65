/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_texts: converts the texts of a rule between it and the arguments of --ua,
 * --uri, --from, --to, --contact, and of the same with "-file".
 *
 * TEXT[,TEXT...]: an unescaped `^` at the start of a text and `$` at its end
 * anchor it. A backslash before `,`, `\`, `^` or `$` makes it an ordinary
 * byte. In a file each line is one text with the same rules, except that a
 * comma needs no backslash; white space around it is dropped, empty
 * lines and lines that start with `#` are no texts.
 *
 * Parsing appends to the texts that the rule has, in the order given. Errors
 * go to xtables_error(), which does not return, with the option and the
 * text, or with FILE:LINE.
 */
#ifndef _XTABLES_SIP_TEXTS_H
#define _XTABLES_SIP_TEXTS_H

#include <stdio.h>

#include "sip/validate.h"

/**
 * sip_texts_read() - read TEXT[,TEXT...]
 * @info: the rule
 * @flag: the option, one of XT_SIP_TEXTS
 * @arg: its argument
 */
void sip_texts_read(struct xt_sip_mtinfo *info, u32 flag, const char *arg);

/**
 * sip_texts_read_file() - read the texts of a file
 * @info: the rule
 * @flag: the option, one of XT_SIP_TEXTS
 * @path: the file
 */
void sip_texts_read_file(struct xt_sip_mtinfo *info, u32 flag,
			 const char *path);

/* The name of an option, one of XT_SIP_TEXTS, such as "ua". */
const char *sip_texts_option(u32 flag);

/* Refuse texts that iptables-save could write but iptables-restore not read. */
void sip_texts_check(const struct xt_sip_mtinfo *info);

/**
 * sip_texts_write() - write the texts of a rule
 * @out: where to
 * @info: the rule, which has some
 * @dashes: what an option begins with: "--" or nothing
 *
 * Quotes so that iptables-restore, a shell and sip_texts_read() read back the
 * same texts. Writes several options where a word of iptables-restore could not
 * hold all texts.
 */
void sip_texts_write(FILE *out, const struct xt_sip_mtinfo *info,
		     const char *dashes);

#endif /* _XTABLES_SIP_TEXTS_H */
