// SPDX-License-Identifier: GPL-2.0
/* Keeps and finds proofs that a packet came from the address it bears. */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "local.h"
#include "proof.h"
#include "sip/challenge.h"
#include "sip/transaction.h"
#include "skb.h"
#include "solicited.h"
#include "table.h"

#define PLACES		65536
/* Of a namespace whose user namespace is not the host's. */
#define SMALL_PLACES	4096
#define MINUTES		5

#define NONCE_MAX	128	/* bytes of a nonce that count */

/* What is known of a transaction. */
enum mark {
	OWN = 1,	/* the machine's own request */
	PROVEN,		/* its credentials name a nonce of its address */
	PHONE,		/* that, and it is a REGISTER as phones send it */
	PASSED_ON,	/* a response of it came in */
	REFUSED,	/* the machine has sent another final response to it */
};

/* ---- Memory ---- */

static struct xsip_memory *nonces_of(const struct xsip_net *sn)
{
	return rcu_dereference_protected(sn->nonces,
					 lockdep_is_held(&sn->mutex));
}

int xsip_proof_get(struct xsip_net *sn)
{
	struct xsip_memory *nonces;
	int err = 0;

	mutex_lock(&sn->mutex);
	if (!nonces_of(sn)) {
		nonces = xsip_memory_make(sn->small ? SMALL_PLACES : PLACES,
					  MINUTES);
		if (nonces)
			rcu_assign_pointer(sn->nonces, nonces);
		else
			err = -ENOMEM;
	}
	if (!err)
		sn->nonce_rules++;
	mutex_unlock(&sn->mutex);
	return err;
}

void xsip_proof_put(struct xsip_net *sn)
{
	mutex_lock(&sn->mutex);
	sn->nonce_rules--;
	sn->nonces_unused_since = jiffies;
	mutex_unlock(&sn->mutex);
}

bool xsip_proof_gc(struct xsip_net *sn)
{
	struct xsip_memory *nonces = nonces_of(sn);

	if (!nonces)
		return false;
	if (sn->nonce_rules || xsip_table_lingers(sn->nonces_unused_since))
		return true;
	RCU_INIT_POINTER(sn->nonces, NULL);
	kvfree_rcu(nonces, rcu);
	return false;
}

void xsip_proof_close(struct xsip_net *sn)
{
	kvfree(rcu_dereference_protected(sn->nonces, true));
}

size_t xsip_proof_bytes(const struct xsip_net *sn)
{
	size_t bytes;

	rcu_read_lock();
	bytes = xsip_memory_bytes(rcu_dereference(sn->nonces));
	rcu_read_unlock();
	return bytes;
}

/* Another hash for the second place of a thing, and for each mark. */
static u32 vary(u32 hash, u32 what)
{
	hash = (hash ^ what * 0x85ebca6b) * 0xc2b2ae35;
	return hash ^ hash >> 15;
}

static void add_twice(struct xsip_memory *memory, u32 hash)
{
	xsip_memory_add(memory, hash);
	xsip_memory_add(memory, vary(hash, 1));
}

static bool knows_twice(struct xsip_memory *memory, u32 hash)
{
	return xsip_memory_knows(memory, hash) &&
		xsip_memory_knows(memory, vary(hash, 1));
}

/* ---- Nonces ---- */

/* Where they are hashed; callers are in a walk, of which a CPU has one. */
struct nonce_key {
	union nf_inet_addr addr;
	u8 family;
	u8 nonce[NONCE_MAX];
};

static DEFINE_PER_CPU(struct nonce_key, scratch);

static u32 hash_nonce(const struct xsip_memory *nonces,
		      const struct xsip_pktinfo *pkt, bool by_dst,
		      struct xsip_range nonce)
{
	struct nonce_key *key = this_cpu_ptr(&scratch);
	u32 size = min_t(u32, xsip_range_size(nonce), NONCE_MAX);

	xsip_skb_address(pkt->skb, pkt->family, by_dst, &key->addr);
	key->family = pkt->family;
	memcpy(key->nonce, nonce.p, size);
	return hsiphash(key, offsetof(struct nonce_key, nonce) + size,
			&nonces->secret);
}

/* Do credentials of the request name a nonce that was sent to its address? */
static bool names_nonce(struct xsip_memory *nonces,
			const struct xsip_pktinfo *pkt,
			const struct xsip_parsed *parsed, enum xsip_field field)
{
	struct xsip_range nonce;

	return parsed->msg.present & BIT(field) &&
		xsip_challenge_nonce(xsip_parsed_field(parsed, field),
				     &nonce) &&
		knows_twice(nonces, hash_nonce(nonces, pkt, false, nonce));
}

/* ---- Transactions ---- */

/*
 * Of these a full filter finds everything; one place is enough, as a mistake
 * only makes a friend one registration later.
 */
static bool speaks_against(enum mark what)
{
	return what == PASSED_ON || what == REFUSED;
}

/* The memory of marks, and the hash of one; NULL if there can be none. */
static struct xsip_memory *memory_of(const struct xsip_pktinfo *pkt,
				     enum mark what,
				     const struct xsip_parsed *parsed,
				     u32 *hash)
{
	struct xsip_memory *requests = rcu_dereference(pkt->net->requests);
	/* A proxy passes a response on to another address. */
	const struct sk_buff *skb = what == PASSED_ON ? NULL : pkt->skb;

	if (!requests || !xsip_solicited_hash(requests, skb, pkt->family,
					      parsed, hash))
		return NULL;
	*hash = vary(*hash, 16 + what);
	return requests;
}

static void mark(const struct xsip_pktinfo *pkt, enum mark what,
		 const struct xsip_parsed *parsed)
{
	struct xsip_memory *memory;
	u32 hash;

	memory = memory_of(pkt, what, parsed, &hash);
	if (!memory)
		return;
	if (speaks_against(what))
		xsip_memory_add(memory, hash);
	else
		add_twice(memory, hash);
}

static bool marked(const struct xsip_pktinfo *pkt, enum mark what,
		   const struct xsip_parsed *parsed)
{
	struct xsip_memory *memory;
	u32 hash;

	memory = memory_of(pkt, what, parsed, &hash);
	if (!memory)
		return false;
	return speaks_against(what) ? xsip_memory_holds(memory, hash) :
				      knows_twice(memory, hash);
}

/* ---- What is kept ---- */

static void note_request(const struct xsip_pktinfo *pkt, bool leaves,
			 const struct xsip_parsed *parsed)
{
	struct xsip_memory *nonces = rcu_dereference(pkt->net->nonces);
	u8 method = parsed->msg.method;

	if (leaves) {
		if ((method == XT_SIP_REGISTER || method == XT_SIP_OPTIONS) &&
		    xsip_transaction_own(parsed))
			mark(pkt, OWN, parsed);
		return;
	}
	if (!nonces || !xsip_msg_has_auth(&parsed->msg) ||
	    !(names_nonce(nonces, pkt, parsed, SIP_AUTHORIZATION) ||
	      names_nonce(nonces, pkt, parsed, SIP_PROXY_AUTHORIZATION)))
		return;
	mark(pkt, PROVEN, parsed);
	if (method == XT_SIP_REGISTER && xsip_transaction_own(parsed))
		mark(pkt, PHONE, parsed);
}

static bool is_challenge(const struct xsip_msg *msg)
{
	return msg->status == 401 || msg->status == 407;
}

static bool is_success(const struct xsip_msg *msg)
{
	return msg->status / 100 == 2;
}

static bool is_local(const struct xsip_pktinfo *pkt, bool dst)
{
	union nf_inet_addr addr;

	xsip_skb_address(pkt->skb, pkt->family, dst, &addr);
	return xsip_local(pkt->here, pkt->family, &addr);
}

/* The nonces of a challenge that the machine itself has made. */
static void note_nonces(const struct xsip_pktinfo *pkt,
			const struct xsip_parsed *parsed)
{
	struct xsip_memory *nonces = rcu_dereference(pkt->net->nonces);
	struct xsip_challenges left;
	struct xsip_range value, nonce;

	if (!nonces || marked(pkt, PASSED_ON, parsed) || !is_local(pkt, false))
		return;
	xsip_challenge_first(&left, parsed);
	while (xsip_challenge_next(&left, &value))
		if (xsip_challenge_nonce(value, &nonce))
			add_twice(nonces, hash_nonce(nonces, pkt, true, nonce));
}

static void note_response(const struct xsip_pktinfo *pkt, bool leaves,
			  const struct xsip_parsed *parsed)
{
	const struct xsip_msg *msg = &parsed->msg;

	if (leaves && msg->method == XT_SIP_REGISTER && msg->status >= 300)
		mark(pkt, REFUSED, parsed);
	if (leaves && is_challenge(msg))
		note_nonces(pkt, parsed);
	else if (!leaves && (is_challenge(msg) ||
			     (is_success(msg) &&
			      msg->method == XT_SIP_REGISTER)) &&
		 is_local(pkt, true))
		mark(pkt, PASSED_ON, parsed);
}

void xsip_proof_note(const struct xsip_pktinfo *pkt, bool leaves,
		     const struct xsip_parsed *parsed)
{
	if (parsed->msg.class == SIP_REQUEST)
		note_request(pkt, leaves, parsed);
	else if (parsed->msg.class == SIP_RESPONSE)
		note_response(pkt, leaves, parsed);
}

/* ---- What is a proof ---- */

/* The answer of a trunk or gateway. */
static bool proves_peer(const struct xsip_pktinfo *pkt,
			const struct xsip_parsed *parsed)
{
	const struct xsip_msg *msg = &parsed->msg;

	return (msg->method == XT_SIP_REGISTER ? is_success(msg) :
		msg->method == XT_SIP_OPTIONS && msg->status >= 200) &&
		is_local(pkt, true) && marked(pkt, OWN, parsed);
}

/* The machine's answer to a phone. */
static bool proves_phone(const struct xsip_pktinfo *pkt,
			 const struct xsip_parsed *parsed)
{
	const struct xsip_msg *msg = &parsed->msg;

	return msg->method == XT_SIP_REGISTER && is_success(msg) &&
		is_local(pkt, false) && marked(pkt, PHONE, parsed) &&
		!marked(pkt, PASSED_ON, parsed) &&
		!marked(pkt, REFUSED, parsed);
}

bool xsip_proof_of_friend(const struct xsip_pktinfo *pkt, bool by_dst,
			  const struct xsip_parsed *parsed)
{
	if (parsed->msg.class != SIP_RESPONSE ||
	    by_dst != xsip_pktinfo_leaves(pkt))
		return false;
	return by_dst ? proves_phone(pkt, parsed) : proves_peer(pkt, parsed);
}

bool xsip_proof_of_sender(const struct xsip_pktinfo *pkt,
			  const struct xsip_parsed *parsed)
{
	return marked(pkt, PROVEN, parsed);
}
