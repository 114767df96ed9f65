/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decides a second time which rules are valid and have one encoding, and
 * compiles and evaluates those that are, which must never fail.
 */
#ifndef _RULE_H
#define _RULE_H

#include "sip/validate.h"

/* What of an input makes a rule; the rest of it is zero. */
void rule_load(struct xt_sip_mtinfo *info, const u8 *data, size_t size);

/* What xsip_validate() has to say, as yes or no. */
bool rule_valid(const struct xt_sip_mtinfo *info);

/* Compile and evaluate a valid rule as the kernel does. */
void rule_use(const struct xt_sip_mtinfo *info);

#endif /* _RULE_H */
