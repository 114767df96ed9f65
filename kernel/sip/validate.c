// SPDX-License-Identifier: GPL-2.0
/* Decides whether a rule from userspace is valid, and says why not. */
#include "validate.h"
#include "rate.h"
#include "text.h"

static bool has(const struct xt_sip_mtinfo *info, u32 flag)
{
	return info->flags & flag;
}

/* The flags that are set and not inverted. */
static bool wants(const struct xt_sip_mtinfo *info, u32 flag)
{
	return has(info, flag) && !(info->invert & flag);
}

static bool all_zero(const void *start, size_t size)
{
	const u8 *p = start;

	while (size--)
		if (*p++)
			return false;
	return true;
}

static bool is_unit(u32 unit)
{
	return unit == 1 || unit == 60 || unit == 3600 || unit == 86400;
}

bool xsip_name_valid(const char name[XT_SIP_NAME_LEN])
{
	size_t len;

	if (name[0] == '.')
		return false;
	for (len = 0; len < XT_SIP_NAME_LEN && name[len]; len++)
		if (!xsip_is((u8)name[len], SIP_DIGIT) &&
		    !(xsip_lower((u8)name[len]) >= 'a' &&
		      xsip_lower((u8)name[len]) <= 'z') &&
		    name[len] != '.' && name[len] != '_' && name[len] != '-')
			return false;
	return len && len < XT_SIP_NAME_LEN &&
		all_zero(name + len, XT_SIP_NAME_LEN - len);
}

static const char *flags_error(const struct xt_sip_mtinfo *info)
{
	if (has(info, ~(u32)XT_SIP_FLAGS_ALL))
		return "unknown flag: this rule needs a newer xt_sip";
	if (!info->flags || info->flags == XT_SIP_BY_DST)
		return "no condition: expected at least one option, such as --request";
	if (info->invert & ~(info->flags & XT_SIP_INVERTIBLE))
		return "inverted flag that is not set or cannot be inverted";
	if (info->reserved0 ||
	    !all_zero(info->reserved, sizeof(info->reserved)))
		return "reserved byte that is not zero: this rule needs a newer xt_sip";
	return NULL;
}

/* Refuse rules that can never match, or only by mistake. */
static const char *conflict_error(const struct xt_sip_mtinfo *info)
{
	if (wants(info, XT_SIP_REQUEST) && wants(info, XT_SIP_RESPONSE))
		return "--request and --response exclude each other";
	if (wants(info, XT_SIP_REQUEST) && wants(info, XT_SIP_STATUS))
		return "--status needs a response: leave out --request";
	if (wants(info, XT_SIP_REQUEST) && wants(info, XT_SIP_SOLICITED))
		return "--solicited needs a response: leave out --request";
	if (wants(info, XT_SIP_RESPONSE) && wants(info, XT_SIP_SCANNER))
		return "--scanner needs a request: leave out --response";
	if (wants(info, XT_SIP_STATUS) && wants(info, XT_SIP_SCANNER))
		return "--scanner needs a request, --status a response";
	if (wants(info, XT_SIP_SOLICITED) && wants(info, XT_SIP_SCANNER))
		return "--scanner needs a request, --solicited a response";
	if (wants(info, XT_SIP_URI) &&
	    (wants(info, XT_SIP_RESPONSE) || wants(info, XT_SIP_STATUS) ||
	     wants(info, XT_SIP_SOLICITED)))
		return "--uri needs a request: a response has no Request-URI, only --from and --to";
	if (has(info, XT_SIP_BAN) && (info->invert & XT_SIP_BANNED))
		return "--ban matches banned sources: leave out ! --banned";
	if (has(info, XT_SIP_BAN) && !has(info, XT_SIP_BY_DST) &&
	    (wants(info, XT_SIP_RESPONSE) || wants(info, XT_SIP_STATUS) ||
	     wants(info, XT_SIP_SOLICITED)))
		return "--ban with a response bans the server that sends it: expected --by dst, such as --status 403 --by dst --ban 1h";
	if (has(info, XT_SIP_BAN) && has(info, XT_SIP_FORGIVE))
		return "--ban and --forgive exclude each other";
	if (wants(info, XT_SIP_BANNED) && wants(info, XT_SIP_TRUSTED))
		return "--banned and --trusted exclude each other: nobody is both";
	return NULL;
}

static const char *lists_error(const struct xt_sip_mtinfo *info)
{
	u32 methods = (1U << XT_SIP_METHOD_COUNT) - 1;
	u32 defects = (1U << XT_SIP_DEFECT_COUNT) - 1;

	if (info->methods & ~methods)
		return "--method: unknown method: this rule needs a newer xt_sip";
	if (!info->methods != !has(info, XT_SIP_METHOD))
		return "--method: expected at least one method, such as --method REGISTER";
	if (info->defects & ~defects)
		return "--defect: unknown defect: this rule needs a newer xt_sip";
	if (!info->defects != !has(info, XT_SIP_DEFECT))
		return "--defect: expected at least one defect, such as --defect cseq";
	return NULL;
}

static const char *status_error(const struct xt_sip_mtinfo *info)
{
	size_t used = info->status_count;
	size_t i;

	if (used > XT_SIP_STATUS_MAX)
		return "--status: expected at most 16 codes or ranges";
	if (!used != !has(info, XT_SIP_STATUS))
		return "--status: expected at least one code, such as --status 2xx";
	for (i = 0; i < used; i++) {
		if (info->status[i].first < 100 ||
		    info->status[i].first > info->status[i].last ||
		    info->status[i].last > 999)
			return "--status: expected codes from 100 to 999, lower ones first";
		if (i && info->status[i].first <= info->status[i - 1].last + 1)
			return "--status: expected ranges in order that do not touch";
	}
	if (!all_zero(&info->status[used],
		      sizeof(info->status) - used * sizeof(info->status[0])))
		return "--status: bytes after the last code that are not zero";
	return NULL;
}

/* No byte that would break the line that iptables-save prints. */
static bool has_control(const u8 *p, size_t len)
{
	return xsip_text_control(p, p + len) < p + len;
}

static const char *texts_error(const struct xt_sip_mtinfo *info)
{
	u32 lists = info->flags & XT_SIP_TEXTS;
	u32 count = 0;
	u32 i, len;

	if (lists & (lists - 1))
		return "--ua, --uri, --from, --to and --contact exclude each other: expected one more -m sip for the other";
	if (info->text_size > XT_SIP_TEXT_SPACE)
		return "texts: more bytes than a rule can hold";
	if (!info->text_count != !lists)
		return "texts: expected at least one, such as --ua friendly-scanner";
	for (i = 0; i < info->text_size; i += len + 1, count++) {
		len = info->texts[i] & XT_SIP_TEXT_LEN;
		if (!len || len >= info->text_size - i)
			return "texts: expected 1 to 63 bytes each";
		if (has_control(&info->texts[i + 1], len))
			return "texts: expected no control bytes";
	}
	if (count != info->text_count)
		return "texts: wrong number of them";
	if (!all_zero(&info->texts[info->text_size],
		      XT_SIP_TEXT_SPACE - info->text_size))
		return "texts: bytes after the last one that are not zero";
	return NULL;
}

static const char *rate_error(const struct xt_sip_mtinfo *info)
{
	struct xsip_rate rate;

	if (!has(info, XT_SIP_RATE)) {
		if (info->rate || info->rate_unit || info->burst)
			return "--burst: expected --rate with it";
		return NULL;
	}
	if (!info->rate || info->rate > XT_SIP_RATE_MAX)
		return "--rate: expected 1 to 1000000, such as --rate 50/s";
	if (!is_unit(info->rate_unit))
		return "--rate: expected per 1, 60, 3600 or 86400 seconds";
	if (!info->burst || info->burst > XT_SIP_RATE_MAX)
		return "--burst: expected 1 to 1000000, such as --burst 100";
	if (!xsip_rate_init(&rate, info->rate, info->rate_unit, info->burst))
		return "--burst: too many for a rate this low";
	return NULL;
}

static const char *users_error(const struct xt_sip_mtinfo *info)
{
	if (!has(info, XT_SIP_USERS)) {
		if (info->users || info->users_unit)
			return "--users: value without its flag";
		return NULL;
	}
	if (!info->users || info->users > XT_SIP_USERS_MAX)
		return "--users: expected 1 to 200, such as --users 20/h";
	if (!is_unit(info->users_unit))
		return "--users: expected per 1, 60, 3600 or 86400 seconds";
	return NULL;
}

static const char *table_error(const struct xt_sip_mtinfo *info)
{
	if (!has(info, XT_SIP_NEEDS_TABLE)) {
		if (has(info, XT_SIP_BY_DST) || info->prefix4 ||
		    info->prefix6 || !all_zero(info->name, XT_SIP_NAME_LEN))
			return "--by, --prefix4, --prefix6 and --name need an option on the source, such as --banned or --rate";
		return NULL;
	}
	if (!xsip_name_valid(info->name))
		return "--name: expected 1 to 31 letters, digits, '_', '-' or '.', no '.' first";
	if (info->prefix4 > 32)
		return "--prefix4: expected 0 to 32";
	if (info->prefix6 > 128)
		return "--prefix6: expected 0 to 128";
	return NULL;
}

static const char *ban_error(const struct xt_sip_mtinfo *info)
{
	if (!info->ban != !has(info, XT_SIP_BAN) ||
	    (info->ban_most && !info->ban))
		return "--ban: expected a time, such as --ban 1h";
	if (info->ban > XT_SIP_BAN_MAX || info->ban_most > XT_SIP_BAN_MAX)
		return "--ban: expected at most 365d";
	if (info->ban_most && info->ban_most <= info->ban)
		return "--ban: expected a longer time behind the hyphen, such as --ban 1h-1w";
	return NULL;
}

static const char *trust_error(const struct xt_sip_mtinfo *info)
{
	if (!info->trust != !has(info, XT_SIP_TRUST))
		return "--trust: expected a time, such as --trust 2h";
	if (info->trust > XT_SIP_BAN_MAX)
		return "--trust: expected at most 365d";
	if (!has(info, XT_SIP_TRUST))
		return NULL;
	if (has(info, XT_SIP_BAN))
		return "--ban and --trust exclude each other";
	if (wants(info, XT_SIP_REQUEST))
		return "--trust needs a response: leave out --request";
	if (wants(info, XT_SIP_SCANNER))
		return "--scanner needs a request, --trust a response";
	if (wants(info, XT_SIP_URI))
		return "--uri needs a request, --trust a response";
	return NULL;
}

const char *xsip_validate(const struct xt_sip_mtinfo *info)
{
	static const char *(*const checks[])(const struct xt_sip_mtinfo *) = {
		flags_error, conflict_error, lists_error, status_error,
		texts_error, rate_error, users_error, table_error, ban_error,
		trust_error,
	};
	const char *error = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(checks) && !error; i++)
		error = checks[i](info);
	return error;
}
