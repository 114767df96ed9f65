// SPDX-License-Identifier: GPL-2.0
/* Checks rules, and evaluates their rates, for the fuzz targets. */
#include "fuzz.h"
#include "reference.h"
#include "rule.h"
#include "sip/rate.h"

void rule_load(struct xt_sip_mtinfo *info, const u8 *data, size_t size)
{
	memset(info, 0, sizeof(*info));
	memcpy(info, data, size < SIP_RULE_SIZE ? size : SIP_RULE_SIZE);
}

/* ---- Which rules are valid ---- */

/* Ranges in order with a code between them. */
static bool copy_status(struct xt_sip_mtinfo *out,
			const struct xt_sip_mtinfo *in)
{
	int last = 98;
	int i;

	if (!in->status_count || in->status_count > XT_SIP_STATUS_MAX)
		return false;
	out->status_count = in->status_count;
	for (i = 0; i < in->status_count; i++) {
		out->status[i] = in->status[i];
		if (in->status[i].first < last + 2 ||
		    in->status[i].last < in->status[i].first)
			return false;
		last = in->status[i].last;
		if (i == 0 && in->status[i].first < 100)
			return false;
	}
	return last <= 999;
}

static bool copy_texts(struct xt_sip_mtinfo *out,
		       const struct xt_sip_mtinfo *in)
{
	size_t at = 0, end, i;
	int left;

	if (!in->ua_count)
		return false;
	for (left = in->ua_count; left; left--) {
		if (at >= XT_SIP_UA_SPACE || !(in->ua[at] & XT_SIP_UA_LEN))
			return false;
		end = at + 1 + (in->ua[at] & XT_SIP_UA_LEN);
		if (end > XT_SIP_UA_SPACE)
			return false;
		for (i = at + 1; i < end; i++)
			if (ref_control(in->ua[i]))
				return false;
		at = end;
	}
	memcpy(out->ua, in->ua, at);
	out->ua_count = in->ua_count;
	out->ua_size = (u16)at;
	return true;
}

static bool copy_name(struct xt_sip_mtinfo *out,
		      const struct xt_sip_mtinfo *in)
{
	size_t len = strnlen(in->name, XT_SIP_NAME_LEN);

	if (!ref_is_name((const u8 *)in->name, len))
		return false;
	memcpy(out->name, in->name, len);
	out->prefix4 = in->prefix4;
	out->prefix6 = in->prefix6;
	return in->prefix4 <= 32 && in->prefix6 <= 128;
}

static bool is_unit(u32 unit)
{
	return unit == 1 || unit == 60 || unit == 3600 || unit == 86400;
}

/* What the burst is worth in nanoseconds stays within 2^62. */
static bool copy_rate(struct xt_sip_mtinfo *out,
		      const struct xt_sip_mtinfo *in)
{
	out->rate = in->rate;
	out->rate_unit = in->rate_unit;
	out->burst = in->burst;
	return in->rate && in->rate <= XT_SIP_RATE_MAX &&
		is_unit(in->rate_unit) && in->burst &&
		in->burst <= XT_SIP_RATE_MAX &&
		(in->burst - 1) * (long double)
			(in->rate_unit * 1000000000ULL / in->rate) <=
			1ULL << 62;
}

static bool copy_numbers(struct xt_sip_mtinfo *out,
			 const struct xt_sip_mtinfo *in)
{
	u32 flags = in->flags;

	if (flags & XT_SIP_METHOD) {
		out->methods = in->methods;
		if (!in->methods || in->methods >> XT_SIP_METHOD_COUNT)
			return false;
	}
	if (flags & XT_SIP_DEFECT) {
		out->defects = in->defects;
		if (!in->defects || in->defects >> XT_SIP_DEFECT_COUNT)
			return false;
	}
	if (flags & XT_SIP_USERS) {
		out->users = in->users;
		out->users_unit = in->users_unit;
		if (!in->users || in->users > XT_SIP_USERS_MAX ||
		    !is_unit(in->users_unit))
			return false;
	}
	if (flags & XT_SIP_BAN) {
		out->ban = in->ban;
		if (!in->ban || in->ban > XT_SIP_BAN_MAX)
			return false;
	}
	return !(flags & XT_SIP_RATE) || copy_rate(out, in);
}

/* Options that could never hold together, as `wanted` says them. */
static bool conflicts(const struct xt_sip_mtinfo *info)
{
	static const u32 pairs[][2] = {
		{ XT_SIP_REQUEST, XT_SIP_RESPONSE },
		{ XT_SIP_REQUEST, XT_SIP_STATUS },
		{ XT_SIP_REQUEST, XT_SIP_SOLICITED },
		{ XT_SIP_SCANNER, XT_SIP_SOLICITED },
		{ XT_SIP_SCANNER, XT_SIP_RESPONSE },
		{ XT_SIP_SCANNER, XT_SIP_STATUS },
		{ XT_SIP_BAN, XT_SIP_FORGIVE },
	};
	u32 wanted = info->flags & ~info->invert;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++)
		if (wanted & pairs[i][0] && wanted & pairs[i][1])
			return true;
	return info->flags & XT_SIP_BAN && info->invert & XT_SIP_BANNED;
}

bool rule_valid(const struct xt_sip_mtinfo *info)
{
	struct xt_sip_mtinfo out;
	u32 flags = info->flags;

	memset(&out, 0, sizeof(out));
	if (flags & ~(u32)XT_SIP_FLAGS_ALL || !(flags & ~XT_SIP_BY_DST) ||
	    info->invert & ~flags || info->invert & ~XT_SIP_INVERTIBLE ||
	    conflicts(info))
		return false;
	if (flags & XT_SIP_BY_DST && !(flags & XT_SIP_NEEDS_TABLE))
		return false;
	out.flags = flags;
	out.invert = info->invert;
	if (!copy_numbers(&out, info) ||
	    (flags & XT_SIP_STATUS && !copy_status(&out, info)) ||
	    (flags & XT_SIP_UA && !copy_texts(&out, info)) ||
	    (flags & XT_SIP_NEEDS_TABLE && !copy_name(&out, info)))
		return false;
	return !memcmp(&out, info, SIP_RULE_SIZE);
}

/* ---- What is done with a valid rate ---- */

/*
 * Packets at times that the input gives. Of those within the rate there are
 * never more than the burst and what the time since the first pays for, and
 * the burst passes at once.
 */
void rule_use_rate(const struct xt_sip_mtinfo *info)
{
	u64 start = 1ULL << 61, now = start, tat = 0, passed = 0;
	struct xsip_rate rate;
	u32 i;

	if (!xsip_rate_init(&rate, info->rate, info->rate_unit, info->burst))
		fuzz_fail("a rate that is none");
	for (i = 0; i < 1000; i++) {
		if (!xsip_rate_over(&rate, now, &tat))
			passed++;
		else if (passed < info->burst)
			fuzz_fail("over the rate after %llu",
				  (unsigned long long)passed);
		if (passed > info->burst + (now - start) / rate.interval)
			fuzz_fail("%llu within the rate",
				  (unsigned long long)passed);
		if (xsip_rate_used(&rate, now, tat) > info->burst)
			fuzz_fail("more than the burst is in use");
		if (i >= 100)
			now += rate.interval / 8 * info->name[i % 31];
	}
	if (xsip_rate_used(&rate, U64_MAX, tat))
		fuzz_fail("debt that is never paid");
	if (!xsip_rate_default_burst(info->rate, info->rate_unit))
		fuzz_fail("a default burst of 0");
}
