/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_memo: one parse for all rules that see a packet.
 *
 * Each CPU remembers the payload it parsed last and the result. Parsing is a
 * pure function of the payload, so the result holds for equal bytes, whatever
 * packet they are in. Statistics count a packet once.
 *
 * Locking: callers are on the packet path, with BH disabled, and keep the
 * result only until they enable BH again or ask again.
 */
#ifndef _SIP_MEMO_H
#define _SIP_MEMO_H

#include <linux/skbuff.h>

#include "sip_parse.h"
#include "sip_stats.h"

#define SIP_TOOL_UNASKED	0xff

/**
 * struct sip_parsed - a parsed payload
 * @payload: the payload
 * @msg: what is in it; its offsets count from @payload.data
 * @tool: what sip_memo_tool() found, SIP_TOOL_UNASKED if nobody asked
 */
struct sip_parsed {
	struct sip_payload payload;
	struct sip_msg msg;
	u8 tool;
};

/**
 * sip_memo_init() - what module init does
 *
 * Return: 0 or -ENOMEM.
 */
int sip_memo_init(void);

/**
 * sip_memo_exit() - what module exit does, when no packet is on its way
 */
void sip_memo_exit(void);

/**
 * sip_memo_rules_changed() - a rule was made, or is about to be freed
 *
 * Rules are compared by where they are, and another may soon be there. May be
 * called in process context at any time; a packet that is on its way may be
 * counted twice.
 */
void sip_memo_rules_changed(void);

/**
 * sip_memo_get() - the payload of a packet, parsed
 * @skb: the packet
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @number: which of its datagrams, see sip_skb.h
 * @stats: where a packet is counted that is seen for the first time
 * @rule: who asks; tells the next packet from the next rule
 *
 * Return: the parsed payload, or NULL if there is none to judge; to be given
 * back with sip_memo_put().
 */
const struct sip_parsed *sip_memo_get(const struct sk_buff *skb, u8 family,
				      unsigned int number,
				      struct sip_stats __percpu *stats,
				      const void *rule);

/**
 * sip_memo_tool() - the attack tool that wrote a payload
 * @parsed: what sip_memo_get() returned, not put yet
 * @stats: where a tool is counted, once for a packet
 *
 * Return: enum sip_tool.
 */
u8 sip_memo_tool(const struct sip_parsed *parsed,
		 struct sip_stats __percpu *stats);

/**
 * sip_memo_unseen() - has no rule of this hook seen the packet yet?
 * @hook: enum nf_inet_hooks
 *
 * The packet is the one that sip_memo_get() was asked about last, not put yet.
 * To be asked once by each rule.
 *
 * Return: whether none has asked this before.
 */
bool sip_memo_unseen(unsigned int hook);

/**
 * sip_memo_put() - done with a parsed payload
 */
void sip_memo_put(void);

#endif /* _SIP_MEMO_H */
