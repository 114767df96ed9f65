/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Proofs that a packet was sent by whoever has its source address, and not by
 * somebody who forged that address.
 *
 * Anybody can send a datagram with a friend's address. What he cannot do is to
 * read what this machine sends there. So these are proofs:
 *
 * - an answer from an address to a REGISTER (2xx) or an OPTIONS (any final one)
 *   that this machine made itself and sent there: trunks, gateways;
 * - the machine's own 2xx to a REGISTER whose credentials name a nonce that it
 *   has sent to that address in a 401 or 407: phones. It has one Via and no tag
 *   in To, as what phones send directly; no response of that transaction came
 *   in, which a proxy would only have passed on; and the machine has not
 *   refused it before.
 *
 * A refusal counts against a friend only if the request named such a nonce.
 *
 * Requests and nonces are kept as those of --solicited are (memory.h): nonces
 * for 5 to 10 minutes. What is never kept is never a proof, so a filter that a
 * flood has filled makes no friends. What speaks for somebody has two places in
 * the filter, since forgers may try often.
 *
 * On a router nothing is a proof: both ends of the rules here are the machine's
 * own addresses.
 */
#ifndef _XSIP_PROOF_H
#define _XSIP_PROOF_H

#include "cache.h"
#include "net.h"

/* ---- Process context, may sleep ---- */

/**
 * xsip_proof_get() - a rule that asks for proofs is added
 * @sn: the namespace, held; the rule holds its requests, too
 *
 * The cgroup that adds the first one pays.
 *
 * Return: 0 or -ENOMEM.
 */
int xsip_proof_get(struct xsip_net *sn);

/**
 * xsip_proof_put() - such a rule is deleted; nonces are kept for a while
 * @sn: the namespace, held
 */
void xsip_proof_put(struct xsip_net *sn);

/**
 * xsip_proof_gc() - free the nonces if no rule has asked for long
 * @sn: the namespace; its mutex is held
 *
 * Return: whether they are still there.
 */
bool xsip_proof_gc(struct xsip_net *sn);

/**
 * xsip_proof_close() - free the nonces
 * @sn: the namespace, which nobody else can reach
 */
void xsip_proof_close(struct xsip_net *sn);

/**
 * xsip_proof_bytes() - how much memory the nonces take
 * @sn: the namespace
 *
 * Return: bytes, 0 if none are kept.
 */
size_t xsip_proof_bytes(const struct xsip_net *sn);

/* ---- Packet path, in a walk (walk.h) but for the first ---- */

/**
 * xsip_proof_used() - are proofs kept here?
 * @sn: the namespace
 *
 * Return: whether they are.
 */
static inline bool xsip_proof_used(const struct xsip_net *sn)
{
	return rcu_access_pointer(sn->nonces);
}

/**
 * xsip_proof_note() - keep what may be a proof later
 * @pkt: the packet, in a hook that has not seen it before
 * @leaves: it leaves the host
 * @parsed: a message of it, no part of a body
 */
void xsip_proof_note(const struct xsip_pktinfo *pkt, bool leaves,
		     const struct xsip_parsed *parsed);

/**
 * xsip_proof_of_friend() - does a response prove that an address is a friend's?
 * @pkt: the packet
 * @by_dst: the address is the packet's destination
 * @parsed: the response
 *
 * Return: whether it does.
 */
bool xsip_proof_of_friend(const struct xsip_pktinfo *pkt, bool by_dst,
			  const struct xsip_parsed *parsed);

/**
 * xsip_proof_of_sender() - was a request sent by who has its address?
 * @pkt: the packet with the response to it
 * @parsed: that response
 *
 * Return: whether it named a nonce that was sent to the address.
 */
bool xsip_proof_of_sender(const struct xsip_pktinfo *pkt,
			  const struct xsip_parsed *parsed);

#endif /* _XSIP_PROOF_H */
