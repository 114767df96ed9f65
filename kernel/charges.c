// SPDX-License-Identifier: GPL-2.0
/* Notes what the current packet of each CPU has been charged. */
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <net/net_namespace.h>
#include <net/snmp.h>

#include "charges.h"

#define CHARGES	16	/* of a packet that are noted */
#define FORGET	(HZ / 10)

/**
 * struct charge - what a packet was charged for one rule
 * @id: of the source's key
 * @hash: of the source's key
 * @slot: of the rule
 */
struct charge {
	u32 id;
	u32 hash;
	int slot;
};

/**
 * struct charges - what one packet was charged
 * @lock: on PREEMPT_RT two tasks may be here although BH is disabled
 * @skb: the packet; compared, never dereferenced, as is @here
 * @here: its namespace
 * @passed: packets of this CPU when it came
 * @since: when it came, in jiffies
 * @hook: the hook that it is in
 * @count: of its charges that are noted
 * @charge: these
 */
struct charges {
	local_lock_t lock;
	const struct sk_buff *skb;
	const struct net *here;
	u32 passed;
	u32 since;
	u8 hook;
	u8 count;
	struct charge charge[CHARGES];
};

static DEFINE_PER_CPU(struct charges, charges) = {
	.lock = INIT_LOCAL_LOCK(lock),
};

/*
 * Packets that this CPU has received or, in a hook for output, sent: the same
 * while one packet meets the rules of a hook, another when the next one comes.
 */
static u32 count_passed(const struct xsip_pktinfo *pkt)
{
	const struct ipstats_mib *mib;

	if (!xsip_pktinfo_leaves(pkt))
		return this_cpu_read(softnet_data.processed);
	mib = this_cpu_ptr(pkt->family == NFPROTO_IPV6 ?
			   xsip_compat_ipv6_statistics(pkt->here) :
			   pkt->here->mib.ip_statistics);
	return mib->mibs[IPSTATS_MIB_OUTPKTS];
}

/* Have @last be of this packet. */
static void turn_to(struct charges *last, const struct xsip_pktinfo *pkt)
{
	u32 passed = count_passed(pkt);

	if (last->skb == pkt->skb && last->here == pkt->here &&
	    last->hook == pkt->hook && last->passed == passed &&
	    (u32)jiffies - last->since <= FORGET)
		return;
	last->skb = pkt->skb;
	last->here = pkt->here;
	last->hook = pkt->hook;
	last->passed = passed;
	last->since = (u32)jiffies;
	last->count = 0;
}

bool xsip_charges_known(const struct xsip_pktinfo *pkt,
			const struct xsip_key *key, int slot)
{
	struct charges *last = this_cpu_ptr(&charges);
	const struct charge *c;
	bool known = false;

	local_lock_nested_bh(&charges.lock);
	turn_to(last, pkt);
	for (c = last->charge; c < last->charge + last->count && !known; c++)
		known = c->slot == slot && c->id == key->id &&
			c->hash == key->hash;
	local_unlock_nested_bh(&charges.lock);
	return known;
}

void xsip_charges_note(const struct xsip_pktinfo *pkt,
		       const struct xsip_key *key, int slot)
{
	struct charges *last = this_cpu_ptr(&charges);

	local_lock_nested_bh(&charges.lock);
	/* On PREEMPT_RT another packet may have come between. */
	if (last->skb == pkt->skb && last->count < CHARGES)
		last->charge[last->count++] = (struct charge){
			key->id, key->hash, slot
		};
	local_unlock_nested_bh(&charges.lock);
}

void xsip_charges_forget(void)
{
	local_lock_nested_bh(&charges.lock);
	this_cpu_ptr(&charges)->skb = NULL;
	local_unlock_nested_bh(&charges.lock);
}
