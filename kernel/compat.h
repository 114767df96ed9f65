/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between kernels: the only header that knows them. The oldest
 * kernel is Linux 6.1.
 *
 * Features are probed, never versions: distributions backport.
 */
#ifndef _XSIP_COMPAT_H
#define _XSIP_COMPAT_H

#include <linux/sched.h>	/* local_lock.h uses current */
#include <linux/local_lock.h>

/*
 * Since 6.11. Before it, local_bh_disable() alone serialises softirq and
 * process context on a CPU, on PREEMPT_RT too.
 */
#ifndef local_lock_nested_bh
#define local_lock_nested_bh(lock)	((void)(lock))
#define local_unlock_nested_bh(lock)	((void)(lock))
#endif

#endif /* _XSIP_COMPAT_H */
