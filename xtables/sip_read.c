// SPDX-License-Identifier: GPL-2.0
/* Parses arguments of options, by kind: numbers, lists, times. */
#include <stdio.h>
#include <strings.h>
#include <xtables.h>

#include "sip/names.h"
#include "sip_read.h"
#include "sip/text.h"

#define STATUS_FIRST	100
#define STATUS_LAST	999

/* Refuse an argument: print its option, the argument and what is expected. */
#define refuse(option, word, len, format, ...) \
	xtables_error(PARAMETER_PROBLEM, "sip: --%s \"%.*s\": " format, \
		      option, (int)(len), word, ##__VA_ARGS__)

static const u8 *bytes(const char *text)
{
	return (const u8 *)text;
}

u32 sip_read_number(const char *option, const char *arg, u32 min, u32 max,
		    const char *example)
{
	const u8 *end = bytes(arg) + strlen(arg);
	const u8 *stop;
	u32 n;

	stop = xsip_text_number(bytes(arg), end, &n);
	if (stop == bytes(arg) || stop != end || n < min || n > max)
		refuse(option, arg, strlen(arg),
		       "expected %u to %u, for example --%s %s",
		       min, max, option, example);
	return n;
}

/* "A, B or C" into @buf. */
static const char *join_names(char *buf, size_t size, const char *const *names,
			      size_t count)
{
	const char *glue;
	size_t len = 0;
	size_t i;

	for (i = 0; i < count && len < size; i++) {
		glue = i + 2 < count ? ", " : i + 2 == count ? " or " : "";
		len += snprintf(buf + len, size - len, "%s%s", names[i], glue);
	}
	return buf;
}

u32 sip_read_names(const char *option, const char *arg,
		   const char *const *names, size_t count,
		   const char *example)
{
	char all[256];
	size_t len, i;
	u32 bits = 0;

	for (;;) {
		len = strcspn(arg, ",");
		for (i = 0; i < count; i++)
			if (strlen(names[i]) == len &&
			    !strncasecmp(names[i], arg, len))
				break;
		if (i == count)
			refuse(option, arg, len,
			       "expected %s, for example --%s %s",
			       join_names(all, sizeof(all), names, count),
			       option, example);
		bits |= 1U << i;
		if (!arg[len])
			return bits;
		arg += len + 1;
	}
}

/* Three digits at @p, within [@p, @end); 0 if there are none. */
static u32 status_code(const u8 *p, const u8 *end)
{
	u32 code = 0;

	if (end - p < 3 || xsip_text_number(p, p + 3, &code) != p + 3)
		return 0;
	return code >= STATUS_FIRST ? code : 0;
}

/* "C", "C-C" or "Nxx": whether it is one, and its first and last code. */
static bool status_range(const u8 *p, const u8 *end, u32 *first, u32 *last)
{
	if (end - p == 3 && *p >= '1' && *p <= '9' &&
	    xsip_text_equal(p + 1, end, "xx")) {
		*first = 100 * (*p - '0');
		*last = *first + 99;
		return true;
	}
	*first = status_code(p, end);
	*last = *first;
	if (end - p == 7 && p[3] == '-')
		*last = status_code(p + 4, end);
	else if (end - p != 3)
		return false;
	return *first && *first <= *last;
}

/* The runs of @set become the ranges of the rule. */
static void store_status(struct xt_sip_mtinfo *info, const char *arg,
			 const bool set[STATUS_LAST + 2])
{
	u32 code, first;

	for (code = STATUS_FIRST; code <= STATUS_LAST; code++) {
		if (!set[code])
			continue;
		if (info->status_count == XT_SIP_STATUS_MAX)
			refuse("status", arg, strlen(arg),
			       "expected at most %d codes or ranges, for example --status 401,403,5xx",
			       XT_SIP_STATUS_MAX);
		for (first = code; set[code + 1]; code++)
			;
		info->status[info->status_count].first = first;
		info->status[info->status_count++].last = code;
	}
}

void sip_read_status(struct xt_sip_mtinfo *info, const char *arg)
{
	bool set[STATUS_LAST + 2] = { false };
	const char *item = arg;
	u32 first, last;
	size_t len;

	for (;; item += len + 1) {
		len = strcspn(item, ",");
		if (!status_range(bytes(item), bytes(item) + len,
				  &first, &last))
			refuse("status", item, len,
			       "expected codes from 100 to 999 as C, C-C (lower one first) or Nxx, for example --status 401,500-503,6xx");
		for (; first <= last; first++)
			set[first] = true;
		if (!item[len])
			break;
	}
	store_status(info, arg, set);
}

/* Seconds of a unit of time, 0 if @word is no prefix of one. */
static u32 unit_seconds(const char *word)
{
	static const struct {
		const char *name;
		u32 seconds;
	} units[] = {
		{ "second", 1 }, { "minute", 60 },
		{ "hour", 3600 }, { "day", 86400 },
	};
	size_t i;

	for (i = 0; *word && i < ARRAY_SIZE(units); i++)
		if (!strncasecmp(word, units[i].name, strlen(word)))
			return units[i].seconds;
	return 0;
}

u32 sip_read_per(const struct sip_per *per, const char *arg, u32 *unit)
{
	const u8 *end = bytes(arg) + strlen(arg);
	const u8 *slash;
	u32 n;

	*unit = 0;
	slash = xsip_text_number(bytes(arg), end, &n);
	if (slash != bytes(arg) && *slash == '/')
		*unit = unit_seconds((const char *)slash + 1);
	if (!*unit)
		refuse(per->option, arg, strlen(arg),
		       "expected N/s, N/m, N/h or N/d, for example --%s %s",
		       per->option, per->example);
	if (!n || n > per->max)
		refuse(per->option, arg, strlen(arg),
		       "expected 1 to %u %s, for example --%s %s",
		       per->max, per->things, per->option, per->example);
	return n;
}

void sip_read_name(struct xt_sip_mtinfo *info, const char *arg)
{
	size_t len = strlen(arg);

	if (len < XT_SIP_NAME_LEN)
		memcpy(info->name, arg, len);
	if (len >= XT_SIP_NAME_LEN || !xsip_name_valid(info->name))
		refuse("name", arg, len,
		       "expected 1 to %d letters, digits, '_', '-' or '.', no '.' first, for example --name trunks",
		       XT_SIP_NAME_LEN - 1);
}

/* The seconds of a time of @len bytes within the argument @arg. */
static u32 read_time(const char *option, const char *arg, size_t len, u32 max,
		     const char *example)
{
	u32 seconds;

	if (!xsip_text_time(bytes(arg), bytes(arg) + len, &seconds))
		refuse(option, arg, len,
		       "expected a time with its unit, s, m, h, d or w, for example --%s 1h",
		       option);
	if (seconds > max)
		refuse(option, arg, len,
		       "expected at most %ud, for example --%s %s",
		       max / 86400, option, example);
	return seconds;
}

u32 sip_read_time(const char *option, const char *arg, u32 max,
		  const char *example)
{
	return read_time(option, arg, strlen(arg), max, example);
}

u32 sip_read_times(const char *option, const char *arg, u32 max,
		   const char *example, u32 *most)
{
	/* A hyphen in front is a sign, which no time has. */
	const char *hyphen = *arg ? strchr(arg + 1, '-') : NULL;
	u32 first;

	if (!hyphen)
		return read_time(option, arg, strlen(arg), max, example);
	first = read_time(option, arg, hyphen - arg, max, example);
	*most = 0;
	if (hyphen[1])
		*most = read_time(option, hyphen + 1, strlen(hyphen + 1), max,
				  example);
	if (*most <= first)
		refuse(option, arg, strlen(arg),
		       "expected a longer time behind the hyphen, for example --%s %s",
		       option, example);
	return first;
}

void sip_read_refuse(const char *option, const char *arg, const char *expected)
{
	refuse(option, arg, strlen(arg), "expected %s", expected);
}
