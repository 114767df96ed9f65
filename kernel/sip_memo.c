// SPDX-License-Identifier: GPL-2.0
/* sip_memo: see sip_memo.h for the contract. */
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/percpu.h>

#include "sip_compat.h"
#include "sip_memo.h"
#include "sip_scanner.h"
#include "sip_skb.h"

/**
 * struct memo - what one CPU remembers
 * @lock: on PREEMPT_RT, BH may be disabled and yet two be here
 * @parsed: the last payload; its data is @bytes
 * @valid: something is remembered
 * @skb: packet it came from; compared, never followed
 * @stats: where it was counted; compared, never followed
 * @rule: rule that saw it first; compared, never followed
 * @generation: of the rules, when it did
 * @named: its attack tool is counted
 * @hooks: bits of those where sip_memo_unseen() was asked
 * @bytes: the payload's window, so aligned that it is compared at full speed
 * @scratch: the window of a packet that is not linear
 */
struct memo {
	local_lock_t lock;
	struct sip_parsed parsed;
	bool valid;
	const struct sk_buff *skb;
	struct sip_stats __percpu *stats;
	const void *rule;
	int generation;
	bool named;
	u8 hooks;
	u8 bytes[SIP_WINDOW] __aligned(64);
	u8 scratch[SIP_WINDOW];
};

static struct memo __percpu *memos;
static atomic_t generation __read_mostly;

int sip_memo_init(void)
{
	int cpu;

	memos = alloc_percpu(struct memo);
	if (!memos)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		local_lock_init(&per_cpu_ptr(memos, cpu)->lock);
	return 0;
}

void sip_memo_exit(void)
{
	free_percpu(memos);
}

void sip_memo_rules_changed(void)
{
	atomic_inc(&generation);
}

/* Some kernels' memcmp() goes by bytes, and most rules end up here. */
static bool same(const u8 *a, const u8 *b, u32 size)
{
	u64 differ;

	for (; size >= 32; size -= 32, a += 32, b += 32) {
		differ = sip_port_load64(a) ^ sip_port_load64(b);
		differ |= sip_port_load64(a + 8) ^ sip_port_load64(b + 8);
		differ |= sip_port_load64(a + 16) ^ sip_port_load64(b + 16);
		differ |= sip_port_load64(a + 24) ^ sip_port_load64(b + 24);
		if (differ)
			return false;
	}
	return !memcmp(a, b, size);
}

static bool remembers(const struct memo *memo, const struct sip_payload *pl)
{
	const struct sip_payload *last = &memo->parsed.payload;

	return memo->valid && last->window == pl->window &&
		last->size == pl->size && last->stream == pl->stream &&
		same(memo->bytes, pl->data, pl->window);
}

static void remember(struct memo *memo, const struct sip_payload *pl)
{
	memo->valid = true;
	memo->parsed.payload = *pl;
	memo->parsed.payload.data = memo->bytes;
	memcpy(memo->bytes, pl->data, pl->window);
	memo->parsed.tool = SIP_TOOL_UNASKED;
	sip_parse(&memo->parsed.payload, &memo->parsed.msg);
}

/*
 * Is this the packet that was counted? It meets one rule after the other. The
 * first of them again, or another skb, is another packet with the same bytes;
 * and each namespace counts for itself.
 */
static bool counted(const struct memo *memo, const struct sk_buff *skb,
		    const struct sip_stats __percpu *stats, const void *rule)
{
	return memo->skb == skb && memo->stats == stats &&
		memo->rule != rule &&
		memo->generation == atomic_read(&generation);
}

const struct sip_parsed *sip_memo_get(const struct sk_buff *skb, u8 family,
				      unsigned int number,
				      struct sip_stats __percpu *stats,
				      const void *rule)
{
	struct sip_payload payload;
	struct memo *memo;
	bool known;

	local_lock_nested_bh(&memos->lock);
	memo = this_cpu_ptr(memos);
	if (!sip_skb_payload(skb, family, number, memo->scratch, &payload)) {
		local_unlock_nested_bh(&memos->lock);
		return NULL;
	}
	known = remembers(memo, &payload);
	if (!known)
		remember(memo, &payload);
	if (!known || !counted(memo, skb, stats, rule)) {
		memo->skb = skb;
		memo->stats = stats;
		memo->rule = rule;
		memo->generation = atomic_read(&generation);
		memo->named = false;
		memo->hooks = 0;
		sip_stats_message(stats, &memo->parsed.msg);
	}
	return &memo->parsed;
}

u8 sip_memo_tool(const struct sip_parsed *parsed,
		 struct sip_stats __percpu *stats)
{
	struct memo *memo = this_cpu_ptr(memos);

	if (parsed->tool == SIP_TOOL_UNASKED)
		memo->parsed.tool = sip_scanner_tool(&parsed->payload,
						     &parsed->msg);
	if (parsed->tool && !memo->named) {
		memo->named = true;
		sip_stats_add(stats, SIP_STAT_SCANNER + parsed->tool);
	}
	return parsed->tool;
}

bool sip_memo_unseen(unsigned int hook)
{
	struct memo *memo = this_cpu_ptr(memos);
	bool first = !(memo->hooks & BIT(hook));

	memo->hooks |= (u8)BIT(hook);
	return first;
}

void sip_memo_put(void)
{
	local_unlock_nested_bh(&memos->lock);
}
