/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_info: what a valid rule is, for the kernel and for its front-ends.
 *
 * Pure. Reads nothing but the structure, which may hold any bytes at all;
 * whatever passes is safe to compile and has exactly one encoding.
 */
#ifndef _SIP_INFO_H
#define _SIP_INFO_H

#include "sip_port.h"
#include "uapi/linux/netfilter/xt_sip.h"

/* The bytes of a rule that tell it from others: all but the kernel's own. */
#define SIP_INFO_SIZE	offsetof(struct xt_sip_mtinfo, rule)

/**
 * sip_info_error() - say what is wrong with a rule
 * @info: the rule
 *
 * Return: NULL if it is valid, else a sentence without a full stop that names
 * the option and what would be right.
 */
const char *sip_info_error(const struct xt_sip_mtinfo *info);

/**
 * sip_info_name_valid() - may a table have this name?
 * @name: XT_SIP_NAME_LEN bytes
 *
 * Return: whether it is 1 to XT_SIP_NAME_LEN - 1 letters, digits, '_', '-' or
 * '.', which is not the first, and NULs from there on.
 */
bool sip_info_name_valid(const char name[XT_SIP_NAME_LEN]);

#endif /* _SIP_INFO_H */
