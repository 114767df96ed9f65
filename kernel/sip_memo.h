/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_memo: one parse for all rules that see a packet.
 *
 * Each CPU remembers the first message of the packet it read last. Parsing is
 * a pure function of the payload, so the result holds for equal bytes,
 * whatever packet they are in. What follows in a packet of several messages is
 * parsed anew for each rule, in buffers that lie here too.
 *
 * Locking: callers are on the packet path, with BH disabled. What is here is
 * theirs from sip_memo_take() to sip_memo_put().
 */
#ifndef _SIP_MEMO_H
#define _SIP_MEMO_H

#include <linux/cache.h>
#include <linux/skbuff.h>

#include "sip_compat.h"
#include "sip_parse.h"

#define SIP_TOOL_UNASKED	0xff

struct sip_net;

/**
 * struct sip_parsed - a parsed message
 * @payload: its bytes
 * @msg: what is in it; its offsets count from @payload.data
 * @tool: what sip_walk_tool() found, SIP_TOOL_UNASKED if nobody asked
 * @doubtful: found behind a message that was cut, or inside of a line: it may
 *            be part of a body
 */
struct sip_parsed {
	struct sip_payload payload;
	struct sip_msg msg;
	u8 tool;
	bool doubtful;
};

/**
 * struct sip_asker - a rule that asks for the messages of a packet
 * @skb: the packet
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @hook: enum nf_inet_hooks
 * @net: where requests are remembered
 * @stats: where messages are counted that no rule has seen yet
 * @rule: number of the rule, see sip_memo_new_rule()
 */
struct sip_asker {
	const struct sk_buff *skb;
	u8 family;
	u8 hook;
	struct sip_net *net;
	struct sip_stats __percpu *stats;
	u64 rule;
};

/**
 * struct sip_memo - what one CPU remembers
 * @lock: on PREEMPT_RT, BH may be disabled and yet two be here
 * @first: the first message; its data is @bytes
 * @next: the message that is looked at, if it is another one
 * @valid: something is remembered
 * @asker: the first rule that asked for this packet; what it points to is
 *	   compared, never followed
 * @newest: the newest rule when it did
 * @hooks: bits of those where the packet's requests are remembered already
 * @named: so many messages of the packet have had their tool counted
 * @bytes: the window of @first, so aligned that it is compared at full speed
 * @scratch: the window of a packet that is not linear
 */
struct sip_memo {
	local_lock_t lock;
	struct sip_parsed first;
	struct sip_parsed next;
	bool valid;
	struct sip_asker asker;
	u64 newest;
	u8 hooks;
	u32 named;
	u8 bytes[SIP_WINDOW] __aligned(64);
	u8 scratch[SIP_WINDOW];
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
 * sip_memo_new_rule() - number a rule that is being made
 *
 * Return: its number, above those of all older rules.
 */
u64 sip_memo_new_rule(void);

/**
 * sip_memo_take() - take what this CPU remembers
 *
 * Return: the memory, to be given back with sip_memo_put().
 */
struct sip_memo *sip_memo_take(void);

/**
 * sip_memo_put() - give it back
 */
void sip_memo_put(void);

/**
 * sip_memo_first() - the first message of a packet, parsed
 * @memo: taken
 * @asker: which rule asks, for which packet
 * @payload: the first payload of the packet
 *
 * @memo->first is what it says, unless it was that already.
 *
 * Return: whether no rule has asked for this packet before. A packet is
 * another one than before if its skb, its namespace or its bytes are others,
 * or if the rule that was the first to ask for it asks again, or one that was
 * made since then.
 */
bool sip_memo_first(struct sip_memo *memo, const struct sip_asker *asker,
		    const struct sip_payload *payload);

#endif /* _SIP_MEMO_H */
