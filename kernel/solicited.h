/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The requests of the last minute, so that a response counts only for the host
 * that asked for it.
 *
 * A namespace keeps them while rules ask for them and for SIP_LINGER seconds
 * more, in memory whose size does not depend on traffic. A request is kept by
 * its two addresses, its Call-ID, the number of its CSeq, its method, and
 * whether it had credentials.
 *
 * sip/bloom.h says how, for how long, and what can go wrong: a response may be
 * taken for one that was asked for, never the other way round. In a flood that
 * fills the filter every response is taken for one that was asked for, and none
 * for the response to a request with credentials: nobody is punished for what
 * is only likely.
 *
 * Requests that leave the host are kept if the host made them and if they are
 * no part of a body. Otherwise whoever can have a request relayed could make
 * the host ask on its behalf.
 */
#ifndef _XSIP_SOLICITED_H
#define _XSIP_SOLICITED_H

#include "memory.h"
#include "net.h"
#include "sip/parse.h"

struct sk_buff;

/* ---- Process context, may sleep ---- */

/**
 * xsip_solicited_get() - a rule that asks for requests is added
 * @sn: the namespace, held
 *
 * The cgroup that adds the first one pays.
 *
 * Return: 0 or -ENOMEM.
 */
int xsip_solicited_get(struct xsip_net *sn);

/**
 * xsip_solicited_put() - such a rule is deleted; the requests are kept for a
 * while
 * @sn: the namespace, held
 */
void xsip_solicited_put(struct xsip_net *sn);

/**
 * xsip_solicited_gc() - free the requests if no rule has asked for long
 * @sn: the namespace; its mutex is held
 *
 * Return: whether they are still there.
 */
bool xsip_solicited_gc(struct xsip_net *sn);

/**
 * xsip_solicited_close() - free the requests
 * @sn: the namespace, which nobody else can reach
 */
void xsip_solicited_close(struct xsip_net *sn);

/**
 * xsip_solicited_bytes() - how much memory the requests take
 * @sn: the namespace
 *
 * Return: bytes, 0 if none are kept.
 */
size_t xsip_solicited_bytes(const struct xsip_net *sn);

/* ---- Packet path; but for the first, in a walk (walk.h) ---- */

/**
 * xsip_solicited_used() - are requests kept here?
 * @sn: the namespace
 *
 * Return: whether they are.
 */
static inline bool xsip_solicited_used(const struct xsip_net *sn)
{
	return rcu_access_pointer(sn->requests);
}

/**
 * xsip_solicited_hash() - what names a transaction, as a hash
 * @memory: the memory that it is for
 * @skb: the packet that the message is in, or NULL: wherever it is
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @parsed: a request or a response of the transaction
 * @hash: the result, the same for both
 *
 * Return: whether the message has what names a transaction.
 */
bool xsip_solicited_hash(const struct xsip_memory *memory,
			 const struct sk_buff *skb, u8 family,
			 const struct xsip_parsed *parsed, u32 *hash);

/**
 * xsip_solicited_prepare() - prepare to remember a request
 * @sn: the namespace
 * @skb: the packet that it is in
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @leaves: the packet leaves the host
 * @parsed: the request
 * @hash: the result, for xsip_solicited_remember()
 *
 * Starts to load the memory that is needed then: to wait for it would take
 * longer than most conditions. An ACK has no answer and is not remembered.
 *
 * Return: whether the request is to be remembered.
 */
bool xsip_solicited_prepare(const struct xsip_net *sn,
			    const struct sk_buff *skb, u8 family, bool leaves,
			    const struct xsip_parsed *parsed, u32 *hash);

/**
 * xsip_solicited_remember() - remember a request
 * @sn: the namespace
 * @hash: of the request
 */
void xsip_solicited_remember(const struct xsip_net *sn, u32 hash);

/**
 * xsip_solicited_by() - was this response asked for?
 * @sn: the namespace
 * @skb: the packet that it is in
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @auth: by a request with credentials
 * @parsed: the response
 *
 * Return: whether such a request went the other way within the last minute.
 */
bool xsip_solicited_by(const struct xsip_net *sn, const struct sk_buff *skb,
		       u8 family, bool auth, const struct xsip_parsed *parsed);

#endif /* _XSIP_SOLICITED_H */
