/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decides a second time which rules are valid and have one encoding. What a
 * rule compiles to are targets of their own, but for rates.
 */
#ifndef _RULE_H
#define _RULE_H

#include "sip/validate.h"

/* What of an input makes a rule; the rest of it is zero. */
void rule_load(struct xt_sip_mtinfo *info, const u8 *data, size_t size);

/* What xsip_validate() has to say, as yes or no. */
bool rule_valid(const struct xt_sip_mtinfo *info);

/* Evaluate the rate of a valid rule that has one. */
void rule_use_rate(const struct xt_sip_mtinfo *info);

#endif /* _RULE_H */
