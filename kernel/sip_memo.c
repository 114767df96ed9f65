// SPDX-License-Identifier: GPL-2.0
/* sip_memo: see sip_memo.h for the contract. */
#include <linux/atomic.h>
#include <linux/percpu.h>

#include "sip_memo.h"

static struct sip_memo __percpu *memos;
static atomic64_t rules_made;

int sip_memo_init(void)
{
	int cpu;

	memos = alloc_percpu(struct sip_memo);
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

u64 sip_memo_new_rule(void)
{
	return atomic64_inc_return(&rules_made);
}

struct sip_memo *sip_memo_take(void)
{
	local_lock_nested_bh(&memos->lock);
	return this_cpu_ptr(memos);
}

void sip_memo_put(void)
{
	local_unlock_nested_bh(&memos->lock);
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

static bool remembers(const struct sip_memo *memo, const struct sip_payload *pl)
{
	const struct sip_payload *last = &memo->first.payload;

	return memo->valid && last->window == pl->window &&
		last->size == pl->size && last->stream == pl->stream &&
		same(memo->bytes, pl->data, pl->window);
}

static void remember(struct sip_memo *memo, const struct sip_payload *pl)
{
	memo->valid = true;
	memo->first.payload = *pl;
	memo->first.payload.data = memo->bytes;
	memcpy(memo->bytes, pl->data, pl->window);
	memo->first.tool = SIP_TOOL_UNASKED;
	sip_parse(&memo->first.payload, &memo->first.msg);
	memo->first.doubtful = memo->first.msg.inside;
}

/*
 * A packet meets one rule after the other. The first of them again, or one
 * that was not there yet, is another packet with the same bytes; and each
 * namespace counts for itself.
 */
static bool same_packet(const struct sip_memo *memo,
			const struct sip_asker *asker)
{
	return memo->asker.skb == asker->skb &&
		memo->asker.stats == asker->stats &&
		memo->asker.rule != asker->rule && asker->rule <= memo->newest;
}

bool sip_memo_first(struct sip_memo *memo, const struct sip_asker *asker,
		    const struct sip_payload *payload)
{
	bool known = remembers(memo, payload);

	if (!known)
		remember(memo, payload);
	if (known && same_packet(memo, asker))
		return false;
	memo->asker = *asker;
	memo->newest = atomic64_read(&rules_made);
	memo->hooks = 0;
	memo->named = 0;
	return true;
}
