/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Garbage collection: a worker for each network namespace forgets what has
 * nothing left to remember.
 *
 * These are sources whose bans and counts have run out, tables and slots that
 * no rule has used for SIP_LINGER seconds, requests that no rule looks up, and
 * chunks of the pool without a source. The worker runs every ten seconds while
 * there is a table or a rule that looks up requests, every second when sources
 * or bans are near their limit.
 */
#ifndef _XSIP_GC_H
#define _XSIP_GC_H

/**
 * xsip_gc_init() - what module init does, before namespaces are made
 *
 * Return: 0 or -ENOMEM.
 */
int xsip_gc_init(void);

/**
 * xsip_gc_exit() - what module exit does, when no namespace uses it
 */
void xsip_gc_exit(void);

#endif /* _XSIP_GC_H */
