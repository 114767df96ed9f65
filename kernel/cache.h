/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parse cache: a packet is parsed once for all rules that it meets.
 *
 * Each CPU keeps the first message of the packet that it parsed last. Parsing
 * is a pure function of the payload, so the result holds for equal bytes,
 * whatever packet they are in. Further messages of a packet are parsed anew for
 * each rule, in buffers that are kept here too.
 *
 * Locking: callers are on the packet path, with BH disabled. The cache is
 * theirs from xsip_cache_take() to xsip_cache_put().
 */
#ifndef _XSIP_CACHE_H
#define _XSIP_CACHE_H

#include <linux/cache.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include "compat.h"
#include "sip/parse.h"

#define SIP_CLASSES	0xff	/* a rule can match messages of all classes */
#define SIP_TOOL_UNASKED	0xff	/* the scanner has not looked yet */

struct net;
struct xsip_net;

/**
 * struct xsip_pktinfo - a packet, and the rule that looks at it
 * @skb: the packet
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @hook: enum nf_inet_hooks
 * @classes: bits of enum xsip_class: what messages the rule can match
 * @here: the network namespace
 * @net: where requests are remembered, and messages counted that no rule has
 *	 seen yet
 * @rule: number of the rule, see xsip_cache_number_rule()
 */
struct xsip_pktinfo {
	const struct sk_buff *skb;
	u8 family;
	u8 hook;
	u8 classes;
	struct net *here;
	struct xsip_net *net;
	u64 rule;
};

/* Does the packet leave the host? */
static inline bool xsip_pktinfo_leaves(const struct xsip_pktinfo *pkt)
{
	return pkt->hook == NF_INET_LOCAL_OUT ||
		pkt->hook == NF_INET_POST_ROUTING;
}

/**
 * struct xsip_cache - the cache of one CPU
 * @lock: on PREEMPT_RT two tasks may be here although BH is disabled
 * @first: the first message; its data is @bytes, so of its window there are
 *	   only @kept bytes
 * @next: the message that is looked at, if it is not the first
 * @first_tool: attack tool that wrote @first, or SIP_TOOL_UNASKED
 * @next_tool: the same of @next
 * @valid: something is cached
 * @skb: the packet; compared, never dereferenced, as is @net
 * @net: its namespace
 * @rule: number of the first rule that looked at it
 * @newest: number of the newest rule at that time
 * @hooks: bits of the hooks in which the packet's requests were remembered
 * @named: of so many messages the tool has been counted
 * @kept: bytes of the window of @first that it depends on
 * @bytes: these, aligned to be compared at full speed
 * @scratch: the window of a packet that is not linear
 */
struct xsip_cache {
	local_lock_t lock;
	struct xsip_parsed first;
	struct xsip_parsed next;
	u8 first_tool;
	u8 next_tool;
	bool valid;
	const struct sk_buff *skb;
	const struct xsip_net *net;
	u64 rule;
	u64 newest;
	u8 hooks;
	u32 named;
	u32 kept;
	u8 bytes[SIP_WINDOW] __aligned(64);
	u8 scratch[SIP_WINDOW];
};

/**
 * xsip_cache_init() - what module init does
 *
 * Return: 0 or -ENOMEM.
 */
int xsip_cache_init(void);

/**
 * xsip_cache_exit() - what module exit does, when no packet is on its way
 */
void xsip_cache_exit(void);

/**
 * xsip_cache_number_rule() - number a rule that is made
 *
 * Return: its number, above those of all older rules.
 */
u64 xsip_cache_number_rule(void);

/* For the two functions that follow; valid after xsip_cache_init(). */
extern struct xsip_cache __percpu *xsip_caches;

/**
 * xsip_cache_take() - take the cache of this CPU
 *
 * Return: the cache, to be released with xsip_cache_put().
 */
static inline struct xsip_cache *xsip_cache_take(void)
{
	local_lock_nested_bh(&xsip_caches->lock);
	return this_cpu_ptr(xsip_caches);
}

/**
 * xsip_cache_put() - release it
 */
static inline void xsip_cache_put(void)
{
	local_unlock_nested_bh(&xsip_caches->lock);
}

/**
 * xsip_cache_first() - the first message of a packet, parsed, in @cache->first
 * @cache: taken
 * @pkt: the packet and the rule
 * @payload: the first payload of the packet
 *
 * Rules are told apart by number. A packet is a new one if its skb, its
 * namespace or its bytes differ from the last, or if the rule that saw it first
 * sees it again, or a rule that was made since.
 *
 * Return: whether no rule has looked at this packet before.
 */
bool xsip_cache_first(struct xsip_cache *cache, const struct xsip_pktinfo *pkt,
		      const struct xsip_payload *payload);

/**
 * xsip_cache_rules_out() - is the only message of a packet none for this rule?
 * @cache: taken
 * @pkt: the packet and the rule
 * @payload: the only payload of the packet
 *
 * A short way to "no" for a packet that another rule has seen.
 *
 * Return: true if a rule has seen this packet before, and its message is a
 * request or a response that the rule cannot match.
 */
bool xsip_cache_rules_out(const struct xsip_cache *cache,
			  const struct xsip_pktinfo *pkt,
			  const struct xsip_payload *payload);

#endif /* _XSIP_CACHE_H */
