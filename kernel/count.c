// SPDX-License-Identifier: GPL-2.0
/* The table of counting kinds, and what is done by all kinds of a rule. */
#include <linux/indirect_call_wrapper.h>
#include <linux/kernel.h>

#include "count.h"

static const struct xsip_kind *const kinds[] = {
	[SIP_KIND_USERS]	= &xsip_kind_users,
	[SIP_KIND_RATE]		= &xsip_kind_rate,
};

static_assert(ARRAY_SIZE(kinds) == SIP_KIND_COUNT);

void xsip_count_init(struct xsip_count *count,
		     const struct xt_sip_mtinfo *info)
{
	int i;

	memset(count, 0, sizeof(*count));
	for (i = 0; i < SIP_KIND_COUNT; i++) {
		if (!(info->flags & kinds[i]->flag))
			continue;
		count->flags |= kinds[i]->flag;
		count->at[i] = count->cells;
		count->cells += kinds[i]->cells;
		kinds[i]->init(count, info);
	}
}

bool xsip_count_charge(atomic64_t *cells, const struct xsip_count *count,
		       enum xsip_kind_id id, u32 hash)
{
	return INDIRECT_CALL_2(kinds[id]->charge, xsip_count_charge_rate,
			       xsip_count_charge_users,
			       cells + count->at[id], count, hash);
}

bool xsip_count_is_set(const atomic64_t *cells, const struct xsip_count *count,
		       u64 now)
{
	int i;

	for (i = 0; i < SIP_KIND_COUNT; i++)
		if (count->flags & kinds[i]->flag &&
		    kinds[i]->is_set(cells + count->at[i], count, now))
			return true;
	return false;
}

void xsip_count_show(struct seq_file *seq, const atomic64_t *cells,
		     const struct xsip_count *count,
		     const struct xt_sip_mtinfo *info, u64 now)
{
	int i;

	for (i = 0; i < SIP_KIND_COUNT; i++)
		if (count->flags & kinds[i]->flag)
			kinds[i]->show(seq, cells + count->at[i], count, info,
				       now);
}
