/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Validity of a rule, for the kernel and for the front-ends.
 *
 * Reads nothing but the structure, which may hold any bytes. A rule that passes
 * can be compiled safely and has exactly one encoding.
 */
#ifndef _XSIP_VALIDATE_H
#define _XSIP_VALIDATE_H

#include "port.h"
#include <linux/netfilter/xt_sip.h>

/* The bytes of a rule that tell it from others: all but the kernel's own. */
#define SIP_RULE_SIZE	offsetof(struct xt_sip_mtinfo, rule)

/**
 * xsip_validate() - say what is wrong with a rule
 * @info: the rule
 *
 * Return: NULL if it is valid, else a sentence without a full stop that names
 * the option and what would be right.
 */
const char *xsip_validate(const struct xt_sip_mtinfo *info);

/**
 * xsip_name_valid() - may a table have this name?
 * @name: XT_SIP_NAME_LEN bytes
 *
 * Return: whether it is 1 to XT_SIP_NAME_LEN - 1 letters, digits, '_', '-' or
 * '.', which is not the first, and NULs from there on.
 */
bool xsip_name_valid(const char name[XT_SIP_NAME_LEN]);

#endif /* _XSIP_VALIDATE_H */
