// SPDX-License-Identifier: GPL-2.0
/* Caches the last parse of each CPU; tells new packets from known ones. */
#include <linux/atomic.h>
#include <linux/percpu.h>

#include "cache.h"

static struct xsip_cache __percpu *caches;
static atomic64_t rules_made;

int xsip_cache_init(void)
{
	int cpu;

	caches = alloc_percpu(struct xsip_cache);
	if (!caches)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		local_lock_init(&per_cpu_ptr(caches, cpu)->lock);
	return 0;
}

void xsip_cache_exit(void)
{
	free_percpu(caches);
}

u64 xsip_cache_number_rule(void)
{
	return atomic64_inc_return(&rules_made);
}

struct xsip_cache *xsip_cache_take(void)
{
	local_lock_nested_bh(&caches->lock);
	return this_cpu_ptr(caches);
}

void xsip_cache_put(void)
{
	local_unlock_nested_bh(&caches->lock);
}

/* Some kernels' memcmp() compares byte by byte, and most rules come here. */
static bool same_bytes(const u8 *a, const u8 *b, u32 size)
{
	u64 differ;

	for (; size >= 32; size -= 32, a += 32, b += 32) {
		differ = xsip_port_load64(a) ^ xsip_port_load64(b);
		differ |= xsip_port_load64(a + 8) ^ xsip_port_load64(b + 8);
		differ |= xsip_port_load64(a + 16) ^ xsip_port_load64(b + 16);
		differ |= xsip_port_load64(a + 24) ^ xsip_port_load64(b + 24);
		if (differ)
			return false;
	}
	return !memcmp(a, b, size);
}

static bool holds(const struct xsip_cache *cache,
		  const struct xsip_payload *pl)
{
	const struct xsip_payload *last = &cache->first.payload;

	return cache->valid && last->window == pl->window &&
		last->size == pl->size && last->stream == pl->stream &&
		same_bytes(cache->bytes, pl->data, pl->window);
}

static void parse_first(struct xsip_cache *cache, const struct xsip_payload *pl)
{
	cache->valid = true;
	cache->first.payload = *pl;
	cache->first.payload.data = cache->bytes;
	memcpy(cache->bytes, pl->data, pl->window);
	cache->first_tool = SIP_TOOL_UNASKED;
	xsip_parse(&cache->first.payload, &cache->first.msg);
}

/*
 * A packet meets one rule after the other. If the rule that saw it first sees
 * it again, or a rule sees it that did not exist then, it is another packet
 * with the same bytes. Each namespace counts for itself.
 */
static bool same_packet(const struct xsip_cache *cache,
			const struct xsip_pktinfo *pkt)
{
	return cache->pkt.skb == pkt->skb &&
		cache->pkt.stats == pkt->stats &&
		cache->pkt.rule != pkt->rule && pkt->rule <= cache->newest;
}

bool xsip_cache_first(struct xsip_cache *cache, const struct xsip_pktinfo *pkt,
		      const struct xsip_payload *payload)
{
	bool known = holds(cache, payload);

	if (!known)
		parse_first(cache, payload);
	if (known && same_packet(cache, pkt))
		return false;
	cache->pkt = *pkt;
	cache->newest = atomic64_read(&rules_made);
	cache->hooks = 0;
	cache->named = 0;
	return true;
}
