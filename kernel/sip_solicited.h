/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_solicited: the requests of the last minute, so that a response counts
 * only for who asked.
 *
 * A namespace has this memory while rules ask for it, and for SIP_LINGER
 * seconds more; its size does not depend on traffic. A request is remembered
 * by the two addresses, its Call-ID, the number of its CSeq and its method;
 * one with credentials a second time, as one with credentials. sip_asked.h
 * tells how, for how long, and what can go wrong: a response may be taken for
 * one that somebody asked for, never the other way round. In a flood, when the
 * memory is full, all are taken for such, and none for the answer to a request
 * with credentials: nobody is punished for what is only likely.
 *
 * Requests that leave the host count if they are its own and no part of a body.
 * Whoever can have it pass one on could otherwise let it ask in his place.
 */
#ifndef _SIP_SOLICITED_H
#define _SIP_SOLICITED_H

#include "sip_parse.h"
#include "sip_store.h"

struct sk_buff;

/**
 * struct sip_memory - requests of the last minute
 * @mask: number of places less one
 * @secret: of the hash
 * @rcu: packets may still be at it when it goes
 * @word: two for each place, see sip_asked.h
 */
struct sip_memory {
	u32 mask;
	siphash_key_t secret;
	struct rcu_head rcu;
	atomic64_t word[];
};

/* ---- Process context, may sleep ---- */

/**
 * sip_solicited_get() - a rule that asks comes
 * @sn: the namespace, held
 *
 * The first one's cgroup pays.
 *
 * Return: 0 or -ENOMEM.
 */
int sip_solicited_get(struct sip_net *sn);

/**
 * sip_solicited_put() - a rule that asks goes; the memory lingers
 * @sn: the namespace, held
 */
void sip_solicited_put(struct sip_net *sn);

/**
 * sip_solicited_gc() - free the memory if nobody has asked for long
 * @sn: the namespace; its mutex is held
 *
 * Return: whether the memory is still there.
 */
bool sip_solicited_gc(struct sip_net *sn);

/**
 * sip_solicited_close() - free the memory
 * @sn: the namespace, which nobody else can reach
 */
void sip_solicited_close(struct sip_net *sn);

/**
 * sip_solicited_bytes() - how much room the memory takes
 * @sn: the namespace
 *
 * Return: bytes, 0 if there is no memory.
 */
size_t sip_solicited_bytes(const struct sip_net *sn);

/* ---- Packet path ---- */

/**
 * sip_solicited_used() - is anything remembered here?
 * @sn: the namespace
 *
 * Return: whether it is.
 */
static inline bool sip_solicited_used(const struct sip_net *sn)
{
	return rcu_access_pointer(sn->memory);
}

/**
 * sip_solicited_note() - remember a request
 * @sn: the namespace
 * @skb: the packet that it is in
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @leaves: the packet leaves the host
 * @payload: the request
 * @msg: what sip_parse() made of it
 *
 * An ACK has no answer and is not remembered.
 */
void sip_solicited_note(const struct sip_net *sn, const struct sk_buff *skb,
			u8 family, bool leaves,
			const struct sip_payload *payload,
			const struct sip_msg *msg);

/**
 * sip_solicited_by() - did somebody ask for this response?
 * @sn: the namespace
 * @skb: the packet that it is in
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @auth: by a request with credentials
 * @payload: the response
 * @msg: what sip_parse() made of it
 *
 * Return: whether such a request went the other way within the last minute.
 */
bool sip_solicited_by(const struct sip_net *sn, const struct sk_buff *skb,
		      u8 family, bool auth, const struct sip_payload *payload,
		      const struct sip_msg *msg);

#endif /* _SIP_SOLICITED_H */
