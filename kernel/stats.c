// SPDX-License-Identifier: GPL-2.0
/* Counts events on each CPU and adds them up. */
#include <linux/bitops.h>
#include <linux/percpu.h>

#include "stats.h"

struct xsip_stats __percpu *xsip_stats_alloc(void)
{
	struct xsip_stats __percpu *stats;
	int cpu;

	stats = alloc_percpu_gfp(struct xsip_stats,
				 GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->sync);
	return stats;
}

void xsip_stats_free(struct xsip_stats __percpu *stats)
{
	free_percpu(stats);
}

void xsip_stats_add(struct xsip_stats __percpu *stats, unsigned int stat)
{
	struct xsip_stats *here = this_cpu_ptr(stats);

	u64_stats_update_begin(&here->sync);
	u64_stats_inc(&here->count[stat]);
	u64_stats_update_end(&here->sync);
}

void xsip_stats_message(struct xsip_stats __percpu *stats,
			const struct xsip_msg *msg)
{
	unsigned long defects = msg->defects;
	struct xsip_stats *here = this_cpu_ptr(stats);
	unsigned int bit;

	u64_stats_update_begin(&here->sync);
	u64_stats_inc(&here->count[SIP_STAT_CLASS + msg->class]);
	if (msg->class == SIP_REQUEST)
		u64_stats_inc(&here->count[SIP_STAT_REQUEST + msg->method]);
	if (msg->class == SIP_RESPONSE)
		u64_stats_inc(&here->count[SIP_STAT_RESPONSE +
					   msg->status / 100]);
	for_each_set_bit(bit, &defects, XT_SIP_DEFECT_COUNT)
		u64_stats_inc(&here->count[SIP_STAT_DEFECT + bit]);
	u64_stats_update_end(&here->sync);
}

u64 xsip_stats_sum(struct xsip_stats __percpu *stats, unsigned int stat)
{
	const struct xsip_stats *one;
	unsigned int start;
	u64 sum = 0;
	u64 count;
	int cpu;

	if (!stats)
		return 0;
	for_each_possible_cpu(cpu) {
		one = per_cpu_ptr(stats, cpu);
		do {
			start = u64_stats_fetch_begin(&one->sync);
			count = u64_stats_read(&one->count[stat]);
		} while (u64_stats_fetch_retry(&one->sync, start));
		sum += count;
	}
	return sum;
}
