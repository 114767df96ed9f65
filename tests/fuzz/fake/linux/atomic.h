/* SPDX-License-Identifier: GPL-2.0 */
/* Fake of linux/atomic.h for one processor; see percpu.h */
#ifndef _FAKE_ATOMIC_H
#define _FAKE_ATOMIC_H

typedef struct {
	u64 counter;
} atomic64_t;

static inline u64 atomic64_read(const atomic64_t *v)
{
	return v->counter;
}

static inline u64 atomic64_inc_return(atomic64_t *v)
{
	return ++v->counter;
}

#endif /* _FAKE_ATOMIC_H */
