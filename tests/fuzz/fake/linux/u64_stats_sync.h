/* SPDX-License-Identifier: GPL-2.0 */
/* Fake of linux/u64_stats_sync.h for fuzz_cache: counters of one CPU. */
#ifndef _FAKE_U64_STATS_SYNC_H
#define _FAKE_U64_STATS_SYNC_H

#include "sip/port.h"
#include <linux/percpu.h>

typedef struct {
	u64 v;
} u64_stats_t;

struct u64_stats_sync {
	int unused;
};

#endif /* _FAKE_U64_STATS_SYNC_H */
