// SPDX-License-Identifier: GPL-2.0
/*
 * A module named xt_sip that only misbehaves on demand, so that test_machine.py
 * can check that tests/vm/run notices what a real kernel logs then.
 * `modprobe xt_sip bug=NAME`.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static char *bug = "none";
module_param(bug, charp, 0444);

static DEFINE_SPINLOCK(lock);
static DEFINE_SPINLOCK(other);
static void __rcu *shared;
static struct kmem_cache *cache;
static void *lost;
static unsigned long raced;

static void faulty_warn(void)
{
	WARN_ON(1);
}

static void faulty_bug(void)
{
	BUG();
}

static void faulty_null(void)
{
	WRITE_ONCE(*(int *)0, 1);
}

static void faulty_wild(void)
{
	WRITE_ONCE(*(int *)0x6b6b6b6b6b6b6b6bUL, 1);
}

static void faulty_atomic(void)
{
	spin_lock(&lock);
	msleep(20);
	spin_unlock(&lock);
}

static void faulty_list(void)
{
	LIST_HEAD(head);
	struct list_head one;

	list_add(&one, &head);
	list_del(&one);
	list_del(&one);
}

static void faulty_leak(void)
{
	cache = kmem_cache_create("faulty", 64, 0, SLAB_POISON, NULL);
	lost = kmem_cache_alloc(cache, GFP_KERNEL);
	kmem_cache_destroy(cache);
}

/* What only a debug kernel sees. */

static void faulty_oob(void)
{
	char *memory = kmalloc(40, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(memory);
	pr_info("%d\n", READ_ONCE(memory[40]));
	kfree(memory);
}

static void faulty_uaf(void)
{
	char *memory = kmalloc(40, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(memory);
	kfree(memory);
	WRITE_ONCE(memory[8], 1);
}

static void faulty_shift(void)
{
	int bits = 40;

	OPTIMIZER_HIDE_VAR(bits);
	pr_info("%d\n", 1 << bits);
}

static void faulty_order(void)
{
	spin_lock(&lock);
	spin_lock(&other);
	spin_unlock(&other);
	spin_unlock(&lock);
	spin_lock(&other);
	spin_lock(&lock);
	spin_unlock(&lock);
	spin_unlock(&other);
}

static void faulty_rcu(void)
{
	pr_info("%p\n", rcu_dereference(shared));
}

static void faulty_lose(void)
{
	int i;

	for (i = 0; i < 8; i++) {
		void *memory = kmalloc(40, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(memory);
	}
}

static int faulty_racer(void *unused)
{
	while (!kthread_should_stop()) {
		raced++;
		cond_resched();
	}
	return 0;
}

/* Two threads count without a lock, for as long as KCSAN needs to see it. */
static void faulty_race(void)
{
	struct task_struct *one = kthread_run(faulty_racer, NULL, "faulty-one");
	struct task_struct *two = kthread_run(faulty_racer, NULL, "faulty-two");

	msleep(10 * MSEC_PER_SEC);
	if (!IS_ERR(one))
		kthread_stop(one);
	if (!IS_ERR(two))
		kthread_stop(two);
	pr_info("raced to %lu\n", raced);
}

static void faulty_hang(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static void faulty_none(void)
{
	pr_info("nothing wrong\n");
}

static const struct {
	const char *name;
	void (*do_it)(void);
} bugs[] = {
	{ "none", faulty_none },
	{ "warn", faulty_warn },
	{ "bug", faulty_bug },
	{ "null", faulty_null },
	{ "wild", faulty_wild },
	{ "atomic", faulty_atomic },
	{ "list", faulty_list },
	{ "leak", faulty_leak },
	{ "oob", faulty_oob },
	{ "uaf", faulty_uaf },
	{ "shift", faulty_shift },
	{ "order", faulty_order },
	{ "rcu", faulty_rcu },
	{ "lose", faulty_lose },
	{ "race", faulty_race },
	{ "hang", faulty_hang },
};

static int __init faulty_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (strcmp(bug, bugs[i].name))
			continue;
		bugs[i].do_it();
		return 0;
	}
	return -EINVAL;
}

static void __exit faulty_exit(void)
{
}

module_init(faulty_init);
module_exit(faulty_exit);
MODULE_DESCRIPTION("Misbehaves on demand, to test tests/vm/run");
MODULE_LICENSE("GPL");
