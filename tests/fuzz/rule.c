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
	u32 lists = in->flags & XT_SIP_TEXTS;
	size_t at = 0, end, i;
	int left;

	if (!in->text_count || lists & (lists - 1))
		return false;
	for (left = in->text_count; left; left--) {
		if (at >= XT_SIP_TEXT_SPACE ||
		    !(in->texts[at] & XT_SIP_TEXT_LEN))
			return false;
		end = at + 1 + (in->texts[at] & XT_SIP_TEXT_LEN);
		if (end > XT_SIP_TEXT_SPACE)
			return false;
		for (i = at + 1; i < end; i++)
			if (ref_control(in->texts[i]))
				return false;
		at = end;
	}
	memcpy(out->texts, in->texts, at);
	out->text_count = in->text_count;
	out->text_size = (u16)at;
	return true;
}

static bool copy_name(struct xt_sip_mtinfo *out,
		      const struct xt_sip_mtinfo *in)
{
	size_t len = strnlen(in->name, XT_SIP_NAME_LEN);

	if (!ref_is_name((const u8 *)in->name, len))
		return false;
	memcpy(out->name, in->name, len);
	return true;
}

static bool is_unit(u32 unit)
{
	return unit == 1 || unit == 60 || unit == 3600 || unit == 86400;
}

/* What the burst is worth in nanoseconds stays within 2^62. */
static bool burst_holds(const struct xt_sip_mtinfo *in)
{
	return (in->burst - 1) * (long double)
			(in->rate_unit * 1000000000ULL / in->rate) <=
			1ULL << 62;
}

/* A ban that grows becomes longer. */
static bool growth_holds(const struct xt_sip_mtinfo *in)
{
	return !in->ban_most || in->ban_most > in->ban;
}

/* ---- Rows of layout.h: NUMBER, UNIT, CONFLICT, NEEDS ---- */

/* Where a field is, and its size. */
#define AT(field)	offsetof(struct xt_sip_mtinfo, field)
#define SIZE(field)	sizeof(((struct xt_sip_mtinfo *)0)->field)

#define FIELD(name, offset, size)
#define PART(name, offset, size)
#define FLAG(name, value)
#define METHOD(name, value)
#define DEFECT(name, value)
#define VALUE(name, value)

/* @most 0: a unit of time. */
static const struct {
	size_t at;
	size_t size;
	u32 flags;
	u32 least;
	u32 most;
} numbers[] = {
#define NUMBER(field, ...)	{ AT(field), SIZE(field), __VA_ARGS__ },
#define UNIT(field, flag)	NUMBER(field, flag, 0, 0)
#define CONFLICT(one, other)
#define NEEDS(one, other, needed)
#include "../abi/layout.h"
#undef NUMBER
#undef UNIT
#undef CONFLICT
#undef NEEDS
};

/* Two flags, and what makes them no conflict. */
static const u32 conflicting[][3] = {
#define NUMBER(field, flag, least, most)
#define UNIT(field, flag)
#define CONFLICT(one, other)		{ one, other, 0 },
#define NEEDS(one, other, needed)	{ one, other, needed },
#include "../abi/layout.h"
};

static u32 number_at(const struct xt_sip_mtinfo *in, size_t at, size_t size)
{
	const u8 *p = (const u8 *)in + at;
	u16 half;
	u32 word;

	if (size == 1)
		return *p;
	memcpy(&half, p, sizeof(half));
	memcpy(&word, p, sizeof(word));
	return size == 2 ? half : word;
}

static bool copy_numbers(struct xt_sip_mtinfo *out,
			 const struct xt_sip_mtinfo *in)
{
	bool valid = true;
	size_t i;
	u32 n;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (!(in->flags & numbers[i].flags))
			continue;
		n = number_at(in, numbers[i].at, numbers[i].size);
		valid &= numbers[i].most ? n >= numbers[i].least &&
			n <= numbers[i].most : is_unit(n);
		memcpy((u8 *)out + numbers[i].at,
		       (const u8 *)in + numbers[i].at, numbers[i].size);
	}
	return valid;
}

/* Options that could never hold together, as `wanted` says them. */
static bool conflicts(const struct xt_sip_mtinfo *info)
{
	u32 wanted = info->flags & ~info->invert;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(conflicting); i++)
		if (wanted & conflicting[i][0] && wanted & conflicting[i][1] &&
		    !(info->flags & conflicting[i][2]))
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
	if (!copy_numbers(&out, info) || !growth_holds(info) ||
	    (flags & XT_SIP_RATE && !burst_holds(info)) ||
	    (flags & XT_SIP_STATUS && !copy_status(&out, info)) ||
	    (flags & XT_SIP_TEXTS && !copy_texts(&out, info)) ||
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
