/* SPDX-License-Identifier: GPL-2.0 */
/* linux/atomic.h of one processor; see percpu.h */
#ifndef _FAKE_ATOMIC_H
#define _FAKE_ATOMIC_H

typedef struct {
	int counter;
} atomic_t;

static inline int atomic_read(const atomic_t *v)
{
	return v->counter;
}

static inline void atomic_inc(atomic_t *v)
{
	v->counter = (int)(v->counter + 1u);
}

#endif /* _FAKE_ATOMIC_H */
