// SPDX-License-Identifier: GPL-2.0
/* The counting kind of --rate: more than N packets per U, in one cell. */
#include <linux/ktime.h>
#include <linux/seq_file.h>

#include "count.h"
#include "sip/text.h"

static void rate_init(struct xsip_count *count,
		      const struct xt_sip_mtinfo *info)
{
	/* It is valid, so 64 bits can hold it. */
	xsip_rate_init(&count->rate, info->rate, info->rate_unit, info->burst);
}

/*
 * Reading the exact clock costs as much as the rest of the count. Where packets
 * may come many ticks apart the time of the last tick will do. It is up to a
 * tick late, which must not make a source look faster, so the slack grows by a
 * tick.
 */
static u64 clock_for(const struct xsip_rate *rate, u64 *slack)
{
	if (rate->interval < 2 * TICK_NSEC)
		return ktime_get_ns();
	*slack += TICK_NSEC;
	return ktime_get_coarse_ns();
}

bool xsip_count_charge_rate(atomic64_t *cell, const struct xsip_count *count,
			    u32 hash)
{
	struct xsip_rate rate = count->rate;
	u64 now = clock_for(&count->rate, &rate.slack);
	s64 old = atomic64_read(cell);
	u64 tat;

	do {
		tat = old;
		if (xsip_rate_over(&rate, now, &tat))
			return true;
	} while (!atomic64_try_cmpxchg(cell, &old, tat));
	return false;
}

static bool rate_is_set(const atomic64_t *cell, const struct xsip_count *count,
			u64 now)
{
	return (u64)atomic64_read(cell) > now;
}

/* "rate=50/s:3/100": of the burst of 100 that the rule allows, 3 are used. */
static void rate_show(struct seq_file *seq, const atomic64_t *cell,
		      const struct xsip_count *count,
		      const struct xt_sip_mtinfo *info, u64 now)
{
	u32 unit = info->rate_unit;

	seq_printf(seq, " rate=%u/%c:%llu/%u", info->rate,
		   xsip_text_time_unit(&unit),
		   xsip_rate_used(&count->rate, now, atomic64_read(cell)),
		   info->burst);
}

const struct xsip_kind xsip_kind_rate = {
	.flag	= XT_SIP_RATE,
	.cells	= 1,
	.init	= rate_init,
	.charge	= xsip_count_charge_rate,
	.is_set	= rate_is_set,
	.show	= rate_show,
};
