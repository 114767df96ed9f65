// SPDX-License-Identifier: GPL-2.0
/* The counting kind of --users: more than N distinct users per U. */
#include <linux/ktime.h>
#include <linux/seq_file.h>

#include "count.h"
#include "sip/text.h"

static void users_init(struct xsip_count *count,
		       const struct xt_sip_mtinfo *info)
{
	xsip_sketch_init(&count->users, info->users, info->users_unit);
}

/* The head first: bits that a new head has cleared must not be seen with it. */
static void load(const atomic64_t *cell, u64 sketch[SIP_SKETCH_WORDS])
{
	int i;

	sketch[0] = atomic64_read_acquire(&cell[0]);
	for (i = 1; i < SIP_SKETCH_WORDS; i++)
		sketch[i] = atomic64_read(&cell[i]);
}

/*
 * Clear the bits that are in @old and not in @aged, then store the head. False
 * if another CPU has changed cell 0 meanwhile. A user that it has set in
 * another cell may be lost, but none is ever invented.
 */
static bool store_aged(atomic64_t *cell, const u64 old[SIP_SKETCH_WORDS],
		       const u64 aged[SIP_SKETCH_WORDS])
{
	int i;

	for (i = 1; i < SIP_SKETCH_WORDS; i++)
		if (old[i] != aged[i])
			atomic64_andnot(old[i] & ~aged[i], &cell[i]);
	return atomic64_cmpxchg(&cell[0], old[0], aged[0]) == (s64)old[0];
}

bool xsip_count_charge_users(atomic64_t *cell, const struct xsip_count *count,
			     u32 hash)
{
	u64 old[SIP_SKETCH_WORDS], aged[SIP_SKETCH_WORDS];
	u64 now = ktime_get_ns();
	u64 bit;
	u32 i;

	do {
		load(cell, old);
		memcpy(aged, old, sizeof(aged));
	} while (xsip_sketch_age(&count->users, now, aged) &&
		 !store_aged(cell, old, aged));
	i = xsip_sketch_bit(hash, &bit);
	if (!(aged[i] & bit))
		atomic64_or(bit, &cell[i]);
	aged[i] |= bit;
	return xsip_sketch_over(&count->users, aged);
}

static void load_aged(const atomic64_t *cell, const struct xsip_count *count,
		      u64 now, u64 sketch[SIP_SKETCH_WORDS])
{
	load(cell, sketch);
	xsip_sketch_age(&count->users, now, sketch);
}

static bool users_is_set(const atomic64_t *cell, const struct xsip_count *count,
			 u64 now)
{
	u64 sketch[SIP_SKETCH_WORDS];

	load_aged(cell, count, now, sketch);
	return xsip_sketch_filled(sketch);
}

/* "users=20/h:7/20": of the 20 users that the rule allows, it named about 7. */
static void users_show(struct seq_file *seq, const atomic64_t *cell,
		       const struct xsip_count *count,
		       const struct xt_sip_mtinfo *info, u64 now)
{
	u64 sketch[SIP_SKETCH_WORDS];
	u32 unit = info->users_unit;

	load_aged(cell, count, now, sketch);
	seq_printf(seq, " users=%u/%c:%u/%u", info->users,
		   xsip_text_time_unit(&unit), xsip_sketch_estimate(sketch),
		   info->users);
}

const struct xsip_kind xsip_kind_users = {
	.flag	= XT_SIP_USERS,
	.cells	= SIP_SKETCH_WORDS,
	.init	= users_init,
	.charge	= xsip_count_charge_users,
	.is_set	= users_is_set,
	.show	= users_show,
};
