// SPDX-License-Identifier: GPL-2.0
/* Remembers requests and recognises the responses to them. */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>

#include "sip/bloom.h"
#include "sip/transaction.h"
#include "skb.h"
#include "solicited.h"
#include "table.h"

#define PLACES		32768
/* Of a namespace whose user namespace is not the host's. */
#define SMALL_PLACES	2048

static struct xsip_memory *requests_of(const struct xsip_net *sn)
{
	return rcu_dereference_protected(sn->requests,
					 lockdep_is_held(&sn->mutex));
}

/* ---- Allocation ---- */

static int open_requests(struct xsip_net *sn)
{
	struct xsip_memory *requests;

	requests = xsip_memory_make(sn->small ? SMALL_PLACES : PLACES, 1);
	if (!requests)
		return -ENOMEM;
	rcu_assign_pointer(sn->requests, requests);
	return 0;
}

int xsip_solicited_get(struct xsip_net *sn)
{
	int err = 0;

	mutex_lock(&sn->mutex);
	if (!requests_of(sn))
		err = open_requests(sn);
	if (!err)
		sn->request_rules++;
	mutex_unlock(&sn->mutex);
	return err;
}

void xsip_solicited_put(struct xsip_net *sn)
{
	mutex_lock(&sn->mutex);
	sn->request_rules--;
	sn->requests_unused_since = jiffies;
	mutex_unlock(&sn->mutex);
}

bool xsip_solicited_gc(struct xsip_net *sn)
{
	struct xsip_memory *requests = requests_of(sn);

	if (!requests)
		return false;
	if (sn->request_rules || xsip_table_lingers(sn->requests_unused_since))
		return true;
	RCU_INIT_POINTER(sn->requests, NULL);
	kvfree_rcu(requests, rcu);
	return false;
}

void xsip_solicited_close(struct xsip_net *sn)
{
	kvfree(rcu_dereference_protected(sn->requests, true));
}

size_t xsip_solicited_bytes(const struct xsip_net *sn)
{
	size_t bytes;

	rcu_read_lock();
	bytes = xsip_memory_bytes(rcu_dereference(sn->requests));
	rcu_read_unlock();
	return bytes;
}

/* ---- What a request and its response have in common ---- */

/* What is hashed, as many bytes of @rest as there are. */
struct in_common {
	u32 number;
	u16 call_id;	/* its bytes */
	u8 method;
	u8 family;
	u8 rest[2 * sizeof(union nf_inet_addr) + SIP_CALL_ID_MAX +
		SIP_OTHER_MAX];
} __aligned(8);

static u8 *append(u8 *p, const void *what, size_t size)
{
	memcpy(p, what, size);
	return p + size;
}

static u8 *append_addresses(u8 *p, const struct sk_buff *skb, u8 family,
			    bool response)
{
	size_t size = family == NFPROTO_IPV4 ? sizeof(__be32) :
					       sizeof(struct in6_addr);
	union nf_inet_addr client, server;

	xsip_skb_address(skb, family, response, &client);
	xsip_skb_address(skb, family, !response, &server);
	return append(append(p, &client, size), &server, size);
}

/*
 * Where transactions are hashed. Callers are in a walk, of which a CPU has one
 * at a time; on the stack this would be cleared first.
 */
static DEFINE_PER_CPU(struct {
	struct xsip_transaction transaction;
	struct in_common both;
}, scratch);

bool xsip_solicited_hash(const struct xsip_memory *memory,
			 const struct sk_buff *skb, u8 family,
			 const struct xsip_parsed *parsed, u32 *hash)
{
	struct xsip_transaction *t = this_cpu_ptr(&scratch.transaction);
	struct in_common *both = this_cpu_ptr(&scratch.both);
	u8 *p = both->rest;

	if (!xsip_transaction_of(parsed, t))
		return false;
	both->number = t->number;
	both->call_id = xsip_range_size(t->call_id);
	both->method = t->method;
	both->family = family;
	if (skb)
		p = append_addresses(p, skb, family,
				     parsed->msg.class == SIP_RESPONSE);
	p = append(p, t->call_id.p, both->call_id);
	if (unlikely(t->method == XT_SIP_OTHER))
		p = append(p, t->other, sizeof(t->other));
	*hash = hsiphash(both, p - (u8 *)both, &memory->secret);
	return true;
}

/* ---- Packet path ---- */

bool xsip_solicited_prepare(const struct xsip_net *sn,
			    const struct sk_buff *skb, u8 family, bool leaves,
			    const struct xsip_parsed *parsed, u32 *hash)
{
	struct xsip_memory *requests = rcu_dereference(sn->requests);

	if (!requests || parsed->msg.method == XT_SIP_ACK ||
	    (leaves && !xsip_transaction_own(parsed)) ||
	    !xsip_solicited_hash(requests, skb, family, parsed, hash))
		return false;
	if (xsip_msg_has_auth(&parsed->msg))
		*hash = xsip_bloom_auth(*hash);
	xsip_memory_prefetch(requests, *hash);
	return true;
}

void xsip_solicited_remember(const struct xsip_net *sn, u32 hash)
{
	struct xsip_memory *requests = rcu_dereference(sn->requests);

	if (!requests)
		return;
	xsip_memory_add(requests, hash);
	xsip_stats_add(sn->stats, SIP_STAT_REMEMBERED);
}

bool xsip_solicited_by(const struct xsip_net *sn, const struct sk_buff *skb,
		       u8 family, bool auth, const struct xsip_parsed *parsed)
{
	struct xsip_memory *requests = rcu_dereference(sn->requests);
	u32 hash;

	if (!requests ||
	    !xsip_solicited_hash(requests, skb, family, parsed, &hash))
		return false;
	/* A full filter must not turn first challenges into failures. */
	if (auth)
		return xsip_memory_knows(requests, xsip_bloom_auth(hash));
	return xsip_memory_holds(requests, hash) ||
		xsip_memory_holds(requests, xsip_bloom_auth(hash));
}
