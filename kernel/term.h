/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The terms of sources: who is more than a stranger is counted in his namespace
 * and table, is no victim of an eviction, and makes his prefix length and his
 * bucket worth a look. Bans may take half of the limit of sources; friends, and
 * who is barred from trust, a quarter.
 *
 * Packet path.
 */
#ifndef _XSIP_TERM_H
#define _XSIP_TERM_H

#include "source.h"

extern unsigned int xsip_max_sources;	/* module parameter */

/**
 * xsip_term_limit() - how many sources a namespace may have now
 * @small: its user namespace is not the host's
 *
 * Return: the limit.
 */
u32 xsip_term_limit(bool small);

/**
 * xsip_term_set() - give a source a standing
 * @table: its table
 * @source: the source
 * @hash: of its key
 * @state: the standing
 * @end: the second at which it is over
 *
 * The lock of its bucket is held.
 *
 * Return: whether there is room for it; a source can always become a stranger,
 * and stay what it is for longer or shorter.
 */
bool xsip_term_set(struct xsip_table *table, struct xsip_source *source,
		   u32 hash, enum xsip_state state, u32 end);

#endif /* _XSIP_TERM_H */
