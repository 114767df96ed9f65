// SPDX-License-Identifier: GPL-2.0
/* sip_solicited: see sip_solicited.h for the contract. */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "sip_asked.h"
#include "sip_skb.h"
#include "sip_solicited.h"
#include "sip_transaction.h"

#define PLACES		32768
/* Of a namespace whose user namespace is not the host's. */
#define SMALL_PLACES	2048

static struct sip_memory *memory_of(const struct sip_net *sn)
{
	return rcu_dereference_protected(sn->memory,
					 lockdep_is_held(&sn->mutex));
}

/* ---- Memory comes and goes ---- */

static int open_memory(struct sip_net *sn)
{
	u32 places = sn->small ? SMALL_PLACES : PLACES;
	struct sip_memory *memory;

	memory = kvzalloc(struct_size(memory, word, 2 * places),
			  GFP_KERNEL_ACCOUNT);
	if (!memory)
		return -ENOMEM;
	memory->mask = places - 1;
	get_random_bytes(&memory->secret, sizeof(memory->secret));
	rcu_assign_pointer(sn->memory, memory);
	return 0;
}

int sip_solicited_get(struct sip_net *sn)
{
	int err = 0;

	mutex_lock(&sn->mutex);
	if (!memory_of(sn))
		err = open_memory(sn);
	if (!err)
		sn->askers++;
	mutex_unlock(&sn->mutex);
	return err;
}

void sip_solicited_put(struct sip_net *sn)
{
	mutex_lock(&sn->mutex);
	sn->askers--;
	sn->unasked_since = jiffies;
	mutex_unlock(&sn->mutex);
}

bool sip_solicited_gc(struct sip_net *sn)
{
	struct sip_memory *memory = memory_of(sn);

	if (!memory)
		return false;
	if (sn->askers ||
	    time_before(jiffies, sn->unasked_since + SIP_LINGER * HZ))
		return true;
	RCU_INIT_POINTER(sn->memory, NULL);
	kvfree_rcu(memory, rcu);
	return false;
}

void sip_solicited_close(struct sip_net *sn)
{
	kvfree(rcu_dereference_protected(sn->memory, true));
}

size_t sip_solicited_bytes(const struct sip_net *sn)
{
	const struct sip_memory *memory;
	size_t bytes = 0;

	rcu_read_lock();
	memory = rcu_dereference(sn->memory);
	if (memory)
		bytes = struct_size(memory, word, 2 * (memory->mask + 1));
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

	sip_skb_address(skb, family, response, &client);
	sip_skb_address(skb, family, !response, &server);
	return append(append(p, &client, size), &server, size);
}

/* False if the message belongs to no transaction. */
static bool hash_of(const struct sip_memory *memory, const struct sk_buff *skb,
		    u8 family, const struct sip_payload *pl,
		    const struct sip_msg *msg, u64 *hash)
{
	struct sip_transaction t;
	struct in_common both;
	u8 *p = both.rest;

	if (!sip_transaction_of(pl, msg, &t))
		return false;
	both.number = t.number;
	both.call_id = sip_range_size(t.call_id);
	both.method = t.method;
	both.family = family;
	p = append_addresses(p, skb, family, msg->class == SIP_RESPONSE);
	p = append(p, t.call_id.p, both.call_id);
	if (unlikely(t.method == XT_SIP_OTHER))
		p = append(p, t.other, sizeof(t.other));
	*hash = siphash(&both, p - (u8 *)&both, &memory->secret);
	return true;
}

/* ---- Packet path ---- */

static u16 this_minute(void)
{
	return sip_asked_minute((u32)ktime_get_seconds());
}

static atomic64_t *word_of(struct sip_memory *memory, u32 index, u16 minute)
{
	return &memory->word[2 * index + (minute & 1)];
}

/* A request that is sent again changes nothing, and writes nothing. */
static void remember(struct sip_memory *memory, u64 hash, u16 minute)
{
	struct sip_asked asked = sip_asked_place(hash, memory->mask);
	atomic64_t *word = word_of(memory, asked.index, minute);
	s64 old = atomic64_read(word);

	do {
		if (sip_asked_holds(old, minute, asked.bits))
			return;
	} while (!atomic64_try_cmpxchg(word, &old,
				       sip_asked_add(old, minute,
						     asked.bits)));
}

static bool recall(struct sip_memory *memory, u64 hash, u16 minute)
{
	struct sip_asked asked = sip_asked_place(hash, memory->mask);
	atomic64_t *word = word_of(memory, asked.index, minute);

	return sip_asked_holds(atomic64_read(word), minute, asked.bits);
}

/* What fills the memory must not make failed passwords of first challenges. */
static bool recall_auth(struct sip_memory *memory, u64 hash, u16 minute)
{
	struct sip_asked asked = sip_asked_place(sip_asked_auth(hash),
						 memory->mask);
	atomic64_t *word = word_of(memory, asked.index, minute);

	return sip_asked_knows(atomic64_read(word), minute, asked.bits);
}

void sip_solicited_note(const struct sip_net *sn, const struct sk_buff *skb,
			u8 family, bool leaves, const struct sip_payload *pl,
			const struct sip_msg *msg)
{
	struct sip_memory *memory = rcu_dereference(sn->memory);
	u16 minute = this_minute();
	u64 hash;

	if (!memory || msg->method == XT_SIP_ACK ||
	    (leaves && !sip_transaction_own(pl, msg)) ||
	    !hash_of(memory, skb, family, pl, msg, &hash))
		return;
	remember(memory, hash, minute);
	if (sip_msg_has_auth(msg))
		remember(memory, sip_asked_auth(hash), minute);
	sip_stats_add(sn->stats, SIP_STAT_REMEMBERED);
}

bool sip_solicited_by(const struct sip_net *sn, const struct sk_buff *skb,
		      u8 family, bool auth, const struct sip_payload *pl,
		      const struct sip_msg *msg)
{
	struct sip_memory *memory = rcu_dereference(sn->memory);
	u16 minute = this_minute();
	u64 hash;

	if (!memory || !hash_of(memory, skb, family, pl, msg, &hash))
		return false;
	if (auth)
		return recall_auth(memory, hash, minute) ||
			recall_auth(memory, hash, (u16)(minute - 1));
	return recall(memory, hash, minute) ||
		recall(memory, hash, (u16)(minute - 1));
}
