// SPDX-License-Identifier: GPL-2.0
/* sip_stats: see sip_stats.h for the contract. */
#include <linux/bitops.h>
#include <linux/percpu.h>

#include "sip_stats.h"

struct sip_stats __percpu *sip_stats_alloc(void)
{
	struct sip_stats __percpu *stats;
	int cpu;

	stats = alloc_percpu_gfp(struct sip_stats,
				 GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->sync);
	return stats;
}

void sip_stats_free(struct sip_stats __percpu *stats)
{
	free_percpu(stats);
}

void sip_stats_add(struct sip_stats __percpu *stats, unsigned int stat)
{
	struct sip_stats *here = this_cpu_ptr(stats);

	u64_stats_update_begin(&here->sync);
	u64_stats_inc(&here->count[stat]);
	u64_stats_update_end(&here->sync);
}

void sip_stats_message(struct sip_stats __percpu *stats,
		       const struct sip_msg *msg)
{
	unsigned long defects = msg->defects;
	struct sip_stats *here = this_cpu_ptr(stats);
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

u64 sip_stats_sum(struct sip_stats __percpu *stats, unsigned int stat)
{
	const struct sip_stats *one;
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
