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

/* A kernel without IPv6 has no counters of it, and no packets. */
#if defined(CONFIG_IPV6) || defined(CONFIG_IPV6_MODULE)
#define xsip_compat_ipv6_statistics(net)	((net)->mib.ipv6_statistics)
#else
#define xsip_compat_ipv6_statistics(net)	((net)->mib.ip_statistics)
#endif

#endif /* _XSIP_COMPAT_H */
