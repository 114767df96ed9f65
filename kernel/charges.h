/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Charges: what the packet that a CPU looks at has been charged so far.
 *
 * A packet counts once for equal rules, so that a ruleset that is loaded twice,
 * or whose chain is jumped to twice, has the limits that it says. Rules are
 * equal if they share a slot of a table (table.h). A packet in another hook is
 * charged again, as it may have other addresses there.
 *
 * A packet is recognised by its skb and by the kernel's own count of packets
 * that this CPU has received, or in the hooks for output sent: an skb at the
 * same address is another packet once that has moved on. It does not for what
 * leaves and is dropped, so a packet that leaves is forgotten when a rule of
 * ours matches, which may drop it. If others drop it, the next packet may be
 * taken for it, but not for longer than a tenth of a second.
 *
 * Locking: packet path, with BH disabled; each CPU has its own. No function
 * here sleeps or allocates.
 */
#ifndef _XSIP_CHARGES_H
#define _XSIP_CHARGES_H

#include "cache.h"
#include "key.h"

/**
 * xsip_charges_known() - has the packet been charged for an equal rule?
 * @pkt: the packet
 * @key: of its source
 * @slot: of the rule in the table that @key names
 *
 * Return: whether xsip_charges_note() was told so.
 */
bool xsip_charges_known(const struct xsip_pktinfo *pkt,
			const struct xsip_key *key, int slot);

/**
 * xsip_charges_note() - a packet has been charged
 * @pkt: the packet; xsip_charges_known() has just said no
 * @key: of its source
 * @slot: of the rule in the table that @key names
 *
 * Of a packet that is charged for more than 16 rules the last are not noted,
 * and are charged again if it meets them again.
 */
void xsip_charges_note(const struct xsip_pktinfo *pkt,
		       const struct xsip_key *key, int slot);

/**
 * xsip_charges_forget() - the next packet of this CPU is another one
 */
void xsip_charges_forget(void);

#endif /* _XSIP_CHARGES_H */
