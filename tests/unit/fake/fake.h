/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fakes the kernel around the files that keep sources, on one CPU in userspace.
 *
 * Only for what no virtual machine can show: allocations that fail at will,
 * functions that must not sleep, two packets at the same time, and clocks that
 * run for months. Every header of the kernel is this one (tests/unit/Makefile).
 */
#ifndef _FAKE_H
#define _FAKE_H

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include "sip/port.h"

typedef int64_t s64;
typedef unsigned int gfp_t;

#define __must_hold(lock)
#define __rcu
#define data_race(x)		(x)
#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile typeof(x) *)&(x) = (value))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define clamp_t(type, x, low, high)					\
	((type)((x) < (low) ? (low) : (x) > (high) ? (high) : (x)))
#define smp_load_acquire(p)		READ_ONCE(*(p))
#define smp_store_release(p, value)	WRITE_ONCE(*(p), value)
#define NSEC_PER_SEC		1000000000ULL
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

static inline void get_random_bytes(void *p, size_t size)
{
	while (size--)
		((u8 *)p)[size] = (u8)get_random_u32_below(256);
}

/* ---- Locks, and sleeping ---- */

/**
 * struct fake - state of the fake kernel
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

#define rcu_access_pointer(p)		(p)
#define rcu_assign_pointer(p, value)	((p) = (value))
#define RCU_INIT_POINTER(p, value)	((p) = (value))

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

static inline void list_move_tail(struct list_head *entry,
				  struct list_head *head)
{
	list_del_init(entry);
	list_add(entry, head->prev);
}

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
	/* Freeing more than was allocated is not noticed in userspace. */
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

/* ---- Numbers that several change ---- */

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

#define atomic_read(v)			((v)->counter)
#define atomic_inc(v)			((void)(v)->counter++)
#define atomic_dec(v)			((void)(v)->counter--)
#define atomic_inc_return(v)		(++(v)->counter)
#define atomic_add(n, v)		((void)((v)->counter += (n)))
#define atomic64_read(v)		((v)->counter)
#define atomic64_read_acquire(v)	((v)->counter)
#define atomic64_set(v, n)		((void)((v)->counter = (n)))
#define atomic64_or(n, v)		((void)((v)->counter |= (n)))
#define atomic64_andnot(n, v)		((void)((v)->counter &= ~(n)))
#define atomic_try_cmpxchg(v, old, new)		\
	((v)->counter == *(old) ? ((v)->counter = (new), true) :	\
				  (*(old) = (v)->counter, false))
#define atomic64_try_cmpxchg(v, old, new)	\
	atomic_try_cmpxchg(v, old, (s64)(new))

static inline s64 atomic64_cmpxchg(atomic64_t *v, s64 old, s64 new)
{
	s64 was = v->counter;

	if (was == old)
		v->counter = new;
	return was;
}

/* ---- Bits ---- */

#define BITS_TO_LONGS(bits)	(((bits) + 63) / 64)
#define DECLARE_BITMAP(name, bits)	unsigned long name[BITS_TO_LONGS(bits)]
#define set_bit(bit, map)	((map)[(bit) / 64] |= 1UL << (bit) % 64)
#define clear_bit(bit, map)	((map)[(bit) / 64] &= ~(1UL << (bit) % 64))
#define __set_bit(bit, map)	set_bit(bit, map)
#define __clear_bit(bit, map)	clear_bit(bit, map)
#define test_bit(bit, map)	((map)[(bit) / 64] >> (bit) % 64 & 1)
#define for_each_set_bit(bit, map, bits)		\
	for (bit = 0; bit < (bits); bit++)		\
		if (test_bit(bit, map))

static inline u32 roundup_pow_of_two(u32 n)
{
	u32 power = 1;

	while (power < n)
		power *= 2;
	return power;
}

/* ---- What nothing here calls ---- */

struct net;
struct proc_dir_entry;
struct seq_file;

static inline void seq_printf(struct seq_file *seq, const char *format, ...)
{
	(void)seq;
	(void)format;
}

typedef void (*work_func_t)(void *work);

#define rcu_dereference_protected(p, held)	(p)
#define refcount_inc(refs)	((void)(refs))
#define INDIRECT_CALL_2(f, f2, f1, ...)	(f)(__VA_ARGS__)

/* ---- Clocks ---- */

#define HZ		1000
#define TICK_NSEC	1000000
#define NSEC_PER_SEC	1000000000ULL
#define jiffies		((unsigned long)(fake.seconds * HZ))
#define time_before(a, b)	((long)((a) - (b)) < 0)
#define ktime_get_seconds()	((s64)fake.seconds)
#define ktime_get_ns()		(fake.seconds * NSEC_PER_SEC)
#define ktime_get_coarse_ns()	ktime_get_ns()

/* ---- Addresses, hashes ---- */

#define NFPROTO_IPV4	2
#define NFPROTO_IPV6	10
#define __force
#define cpu_to_le32(word)	htole32(word)

union nf_inet_addr {
	u32 all[4];
	u32 ip;
	struct in6_addr in6;
};

typedef struct {
	u64 key[2];
} hsiphash_key_t;

#define nf_inet_addr_cmp(a, b)	(!memcmp(a, b, sizeof(union nf_inet_addr)))
#define inet_make_mask(bits)	htonl((bits) ? ~0U << (32 - (bits)) : 0)

static inline void ipv6_addr_prefix(struct in6_addr *to,
				    const struct in6_addr *from, int bits)
{
	int i;

	for (i = 0; i < 16; i++, bits -= 8)
		to->s6_addr[i] = from->s6_addr[i] &
			(bits >= 8 ? 255 : bits > 0 ? 255 << (8 - bits) : 0);
}

/* As on 64 bits: SipHash-1-3, of which 32 bits count. */
static inline void fake_sipround(u64 v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = (v[1] << 13 | v[1] >> 51) ^ v[0];
	v[3] = (v[3] << 16 | v[3] >> 48) ^ v[2];
	v[0] = v[0] << 32 | v[0] >> 32;
	v[2] += v[1];
	v[0] += v[3];
	v[1] = (v[1] << 17 | v[1] >> 47) ^ v[2];
	v[3] = (v[3] << 21 | v[3] >> 43) ^ v[0];
	v[2] = v[2] << 32 | v[2] >> 32;
}

static inline u32 hsiphash(const void *data, size_t len,
			   const hsiphash_key_t *key)
{
	u64 v[4] = {
		key->key[0] ^ 0x736f6d6570736575,
		key->key[1] ^ 0x646f72616e646f6d,
		key->key[0] ^ 0x6c7967656e657261,
		key->key[1] ^ 0x7465646279746573,
	};
	size_t at;
	u64 word;

	for (at = 0; at <= len; at += 8) {
		word = len - at < 8 ? (u64)len << 56 : 0;
		memcpy(&word, (const u8 *)data + at,
		       len - at < 8 ? len - at : 8);
		v[3] ^= word;
		fake_sipround(v);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	for (at = 0; at < 3; at++)
		fake_sipround(v);
	return (u32)(v[0] ^ v[1] ^ v[2] ^ v[3]);
}

static inline u32 hsiphash_2u32(u32 a, u32 b, const hsiphash_key_t *key)
{
	u32 both[] = { a, b };

	return hsiphash(both, sizeof(both), key);
}

/* ---- The rest ---- */

#define ____cacheline_aligned_in_smp
#define __percpu
#define prefetch(p)		((void)(p))
#define min_t(type, a, b)	((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define max_t(type, a, b)	((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define kvmalloc_array(n, size, gfp)	calloc(n, size)
#define kvcalloc(n, size, gfp)	calloc(n, size)
#define kvfree(p)		free(p)
#define ERR_PTR(err)		((void *)(long)(err))
#define PTR_ERR(p)		((int)(long)(p))
#define IS_ERR(p)		((unsigned long)(p) >= -4095UL)
#define rcu_dereference(p)	(p)
#define DEFINE_PER_CPU(type, name)	type name
#define this_cpu_ptr(p)		(p)
#define INIT_LOCAL_LOCK(name)	0
#define local_lock_nested_bh(lock)	((void)(lock))
#define local_unlock_nested_bh(lock)	((void)(lock))

typedef int local_lock_t;

typedef struct {
	u64 v;
} u64_stats_t;

struct u64_stats_sync {
	int unused;
};

struct mutex {
	int unused;
};

struct delayed_work {
	int unused;
};

struct rcu_head {
	int unused;
};

typedef struct {
	int count;
} refcount_t;

#endif /* _FAKE_H */
