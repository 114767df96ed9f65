/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_ua: converts User-Agent texts between the arguments of --ua and --ua-file
 * and a rule.
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
#ifndef _XTABLES_SIP_UA_H
#define _XTABLES_SIP_UA_H

#include <stdio.h>

#include "sip/validate.h"

/* --ua TEXT[,TEXT...] */
void sip_ua_read(struct xt_sip_mtinfo *info, const char *arg);

/* --ua-file FILE */
void sip_ua_read_file(struct xt_sip_mtinfo *info, const char *path);

/* Refuse texts that iptables-save could write but iptables-restore not read. */
void sip_ua_check(const struct xt_sip_mtinfo *info);

/**
 * sip_ua_write() - write the texts of a rule
 * @out: where to
 * @info: the rule
 * @option: the text before each list, such as " --ua"
 *
 * Quotes so that iptables-restore, a shell and sip_ua_read() read back the same
 * texts. Writes several options where a word of iptables-restore
 * could not hold all texts.
 */
void sip_ua_write(FILE *out, const struct xt_sip_mtinfo *info,
		  const char *option);

#endif /* _XTABLES_SIP_UA_H */
