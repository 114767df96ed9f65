/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parses arguments of options, by kind: numbers, lists, times.
 *
 * Each function takes the name of an option and its argument; those of --status
 * and --name, which have no other of their kind, fill in the rule. An invalid
 * argument is refused by xtables_error(), which does not return, in one form:
 * the option, the argument and what is expected, with an example. User-Agent
 * texts: sip_texts.h.
 */
#ifndef _XTABLES_SIP_READ_H
#define _XTABLES_SIP_READ_H

#include "sip/validate.h"

/**
 * struct sip_per - an option with the argument "N/U"
 * @option: its name
 * @things: what N counts
 * @example: an argument
 * @max: the largest N
 */
struct sip_per {
	const char *option;
	const char *things;
	const char *example;
	u32 max;
};

/**
 * sip_read_number() - a number
 * @option: name of the option
 * @arg: its argument
 * @min: the least that is valid
 * @max: the most
 * @example: an argument
 *
 * Return: the number that is all of @arg.
 */
u32 sip_read_number(const char *option, const char *arg, u32 min, u32 max,
		    const char *example);

/**
 * sip_read_names() - a list of names, in any case
 * @option: name of the option
 * @arg: its argument
 * @names: valid names
 * @count: of @names
 * @example: an argument
 *
 * Return: a bit for each, by its place in @names.
 */
u32 sip_read_names(const char *option, const char *arg,
		   const char *const *names, size_t count,
		   const char *example);

/**
 * sip_read_per() - N per unit of time
 * @per: the option
 * @arg: its argument: U is s, m, h or d or more of second, minute, hour, day
 * @unit: gets the seconds of U
 *
 * Return: N.
 */
u32 sip_read_per(const struct sip_per *per, const char *arg, u32 *unit);

/**
 * sip_read_time() - a time such as 90s or 1h
 * @option: name of the option
 * @arg: its argument
 * @max: the most that is valid, whole days in seconds
 * @example: an argument
 *
 * Return: seconds.
 */
u32 sip_read_time(const char *option, const char *arg, u32 max,
		  const char *example);

/**
 * sip_read_times() - a time, or two with a hyphen between them, such as 1h-1w
 * @option: name of the option
 * @arg: its argument
 * @max: the most that is valid, whole days in seconds
 * @example: an argument
 * @most: gets the second one's seconds, which are more; unchanged if there is
 *	  none
 *
 * Return: seconds of the first one.
 */
u32 sip_read_times(const char *option, const char *arg, u32 max,
		   const char *example, u32 *most);

/* --status C[-C][,...]: sorted and merged, so that equal sets are equal. */
void sip_read_status(struct xt_sip_mtinfo *info, const char *arg);

/* --name NAME */
void sip_read_name(struct xt_sip_mtinfo *info, const char *arg);

/* Refuse an argument of another kind: "expected" and @expected. */
void sip_read_refuse(const char *option, const char *arg, const char *expected);

#endif /* _XTABLES_SIP_READ_H */
