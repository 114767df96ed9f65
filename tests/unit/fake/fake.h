/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fake: the kernel around the rooms that keep sources, on one CPU in userspace.
 *
 * Only for what no machine can show: memory that fails at will, who sleeps and
 * where, two packets at the same time, and clocks that run for months. Every
 * header of the kernel is this one (tests/unit/Makefile).
 */
#ifndef _FAKE_H
#define _FAKE_H

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include "sip_port.h"

typedef int64_t s64;
typedef unsigned int gfp_t;

#define __init
#define __must_hold(lock)
#define __rcu
#define data_race(x)		(x)
#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile typeof(x) *)&(x) = (value))
#define BUILD_BUG_ON(x)		_Static_assert(!(x), #x)
#define container_of(p, type, member)				\
	((type *)((char *)(p) - offsetof(type, member)))
#define smp_rmb()		((void)0)
#define smp_wmb()		((void)0)

static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *rest)
{
	*rest = (u32)(dividend % divisor);
	return dividend / divisor;
}

/* What is drawn at random; tests count. */
static inline u32 get_random_u32_below(u32 below)
{
	static u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (u32)((state >> 32) * below >> 32);
}

/* ---- Who holds what, and sleeps ---- */

/**
 * struct fake - what the rooms did, and what happens to them
 * @rcu: depth of rcu_read_lock()
 * @locks: spinlocks held
 * @naps: calls of cond_resched()
 * @pieces_left: pieces of more than a page that may still be had
 * @pages_left: pages that may still be had
 * @looks: at entries of an xarray
 * @seconds: the clock
 */
struct fake {
	int rcu;
	int locks;
	unsigned int naps;
	unsigned int pieces_left;
	unsigned int pages_left;
	unsigned int looks;
	u64 seconds;
};

static struct fake fake = {
	.pieces_left = ~0U, .pages_left = ~0U, .seconds = 1000,
};

static inline void fake_sleep(void)
{
	assert(!fake.rcu && !fake.locks);
}

static inline void rcu_read_lock(void)
{
	fake.rcu++;
}

static inline void rcu_read_unlock(void)
{
	assert(fake.rcu-- > 0);
}

static inline void cond_resched(void)
{
	fake_sleep();
	fake.naps++;
}

static inline void synchronize_rcu(void)
{
	fake_sleep();
}

typedef struct {
	bool held;
} spinlock_t;

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->held = false;
}

static inline void spin_lock(spinlock_t *lock)
{
	assert(!lock->held);
	lock->held = true;
	fake.locks++;
}

static inline void spin_unlock(spinlock_t *lock)
{
	assert(lock->held);
	lock->held = false;
	fake.locks--;
}

#define spin_lock_bh(lock)	spin_lock(lock)
#define spin_unlock_bh(lock)	spin_unlock(lock)

/* ---- Lists ---- */

struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

#define LIST_HEAD(name)		struct list_head name = { &(name), &(name) }
#define list_empty(head)	((head)->next == (head))
#define list_entry(p, type, member)	container_of(p, type, member)
#define list_first_entry_or_null(head, type, member)		\
	(list_empty(head) ? NULL : list_entry((head)->next, type, member))
#define list_for_each_entry_safe(p, n, head, member)			\
	for (p = list_entry((head)->next, typeof(*p), member),		\
	     n = list_entry(p->member.next, typeof(*p), member);	\
	     &p->member != (head);					\
	     p = n, n = list_entry(n->member.next, typeof(*n), member))
#define list_for_each_entry(p, head, member)				\
	for (p = list_entry((head)->next, typeof(*p), member);		\
	     &p->member != (head);					\
	     p = list_entry(p->member.next, typeof(*p), member))

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

static inline void list_add(struct list_head *new, struct list_head *head)
{
	new->next = head->next;
	new->prev = head;
	head->next->prev = new;
	head->next = new;
}

static inline void list_add_tail(struct list_head *new, struct list_head *head)
{
	list_add(new, head->prev);
}

static inline void list_del_init(struct list_head *entry)
{
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
	INIT_LIST_HEAD(entry);
}

static inline void list_move(struct list_head *entry, struct list_head *head)
{
	list_del_init(entry);
	list_add(entry, head);
}

static inline void list_move_tail(struct list_head *entry,
				  struct list_head *head)
{
	list_move(entry, head->prev);
}

struct hlist_nulls_node {
	struct hlist_nulls_node *next;
	struct hlist_nulls_node **pprev;
};

/* ---- Memory ---- */

#define PAGE_SIZE	4096UL
#define GFP_ATOMIC	1U
#define GFP_KERNEL	2U
#define GFP_KERNEL_ACCOUNT	GFP_KERNEL
#define __GFP_ACCOUNT	0U
#define __GFP_NOWARN	0U
#define __GFP_NORETRY	0U
#define __GFP_ZERO	0U

struct mem_cgroup;

static struct task {
	void *mm;
} fake_task, *current = &fake_task;

static inline struct mem_cgroup *get_mem_cgroup_from_mm(void *mm)
{
	return mm;
}

static inline struct mem_cgroup *set_active_memcg(struct mem_cgroup *memcg)
{
	return memcg;
}

#define mem_cgroup_put(memcg)		((void)(memcg))

static inline unsigned int get_order(size_t size)
{
	unsigned int order = 0;

	while (PAGE_SIZE << order < size)
		order++;
	return order;
}

static inline unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	unsigned int *left = order ? &fake.pieces_left : &fake.pages_left;
	size_t size = PAGE_SIZE << order;
	void *pages;

	if (gfp & GFP_KERNEL)
		fake_sleep();
	if (!*left)
		return 0;
	if (*left != ~0U)
		--*left;
	pages = aligned_alloc(size, size);
	assert(pages);
	return (unsigned long)memset(pages, 0, size);
}

static inline void free_pages(unsigned long pages, unsigned int order)
{
	/* Whoever frees more than there is does not see it in userspace. */
	assert(!(pages & ((PAGE_SIZE << order) - 1)));
	((volatile char *)pages)[(PAGE_SIZE << order) - 1] = 0;
	free((void *)pages);
}

/* ---- xarray: an array ---- */

#define FAKE_XA		4096
#define XA_FLAGS_ALLOC	0
#define XA_FLAGS_LOCK_BH	0
#define XA_FLAGS_ACCOUNT	0
#define XA_PRESENT	0
#define xa_limit_31b	0

struct xarray {
	void *slot[FAKE_XA];
};

#define xa_init_flags(xa, flags)	memset(xa, 0, sizeof(*(xa)))
#define xa_destroy(xa)			memset(xa, 0, sizeof(*(xa)))
#define xa_reserve(xa, index, gfp)	((void)(xa), (void)(index), 0)
#define xa_release(xa, index)		((void)(xa), (void)(index))
#define xa_erase(xa, index)		((xa)->slot[index] = NULL)
#define xa_erase_bh(xa, index)		xa_erase(xa, index)
#define xa_store(xa, index, entry, gfp)	((void)((xa)->slot[index] = (entry)))
#define xa_for_each(xa, index, entry)					\
	for (index = 0; (entry = xa_find(xa, &index, ~0UL, XA_PRESENT)); \
	     index++)

static inline void *xa_load(struct xarray *xa, unsigned long index)
{
	fake.looks++;
	return index < FAKE_XA ? xa->slot[index] : NULL;
}

static inline int xa_alloc(struct xarray *xa, u32 *id, void *entry, int limit,
			   gfp_t gfp)
{
	(void)limit;
	(void)gfp;
	for (*id = 0; xa->slot[*id]; ++*id)
		;
	xa->slot[*id] = entry;
	return 0;
}

static inline void *xa_find(struct xarray *xa, unsigned long *index,
			    unsigned long max, int filter)
{
	(void)filter;
	for (; *index < FAKE_XA && *index <= max; ++*index)
		if (xa->slot[*index])
			return xa->slot[*index];
	return NULL;
}

/* ---- Numbers that several change, and addresses ---- */

typedef struct {
	s64 counter;
} atomic64_t;

union nf_inet_addr {
	u32 all[4];
	u32 ip;
};

#endif /* _FAKE_H */
