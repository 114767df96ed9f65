/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_read: parses the arguments of the plugin's options into a rule.
 *
 * Each function takes the argument of its option and fills in the fields of
 * that option. It refuses an invalid argument by xtables_error(), which does
 * not return, in one form: the option, the argument and what is expected, with
 * an example. User-Agent texts: sip_ua.h.
 */
#ifndef _XTABLES_SIP_READ_H
#define _XTABLES_SIP_READ_H

#include "sip/validate.h"

/* --method M[,M...]: any case. */
void sip_read_method(struct xt_sip_mtinfo *info, const char *arg);

/* --status C[-C][,...]: sorted and merged, so that equal sets are equal. */
void sip_read_status(struct xt_sip_mtinfo *info, const char *arg);

/* --defect D[,D...] */
void sip_read_defect(struct xt_sip_mtinfo *info, const char *arg);

/* --rate N/U: U is s, m, h or d or more of second, minute, hour, day. */
void sip_read_rate(struct xt_sip_mtinfo *info, const char *arg);

/* --users N/U: U as in --rate. */
void sip_read_users(struct xt_sip_mtinfo *info, const char *arg);

/* --burst N */
void sip_read_burst(struct xt_sip_mtinfo *info, const char *arg);

/* --by src|dst */
void sip_read_by(struct xt_sip_mtinfo *info, const char *arg);

/* --prefix4 L */
void sip_read_prefix4(struct xt_sip_mtinfo *info, const char *arg);

/* --prefix6 L */
void sip_read_prefix6(struct xt_sip_mtinfo *info, const char *arg);

/* --name NAME */
void sip_read_name(struct xt_sip_mtinfo *info, const char *arg);

/* --ban TIME */
void sip_read_ban(struct xt_sip_mtinfo *info, const char *arg);

#endif /* _XTABLES_SIP_READ_H */
