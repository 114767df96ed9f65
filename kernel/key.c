// SPDX-License-Identifier: GPL-2.0
/* Makes and hashes keys; remembers on each CPU the key it hashed last. */
#include <linux/inetdevice.h>
#include <linux/percpu.h>
#include <net/ipv6.h>

#include "compat.h"
#include "key.h"
#include "table.h"

u32 xsip_key_hash(const struct xsip_key *key, const hsiphash_key_t *secret)
{
	if (key->family == NFPROTO_IPV4)
		return hsiphash_2u32((__force u32)key->addr.ip, key->id,
				     secret);
	return hsiphash(key, offsetof(struct xsip_key, hash), secret);
}

static void mask_addr(u8 family, const union nf_inet_addr *addr, u8 prefix,
		      union nf_inet_addr *masked)
{
	if (family == NFPROTO_IPV4) {
		memset(masked, 0, sizeof(*masked));
		masked->ip = addr->ip & inet_make_mask(prefix);
	} else {
		ipv6_addr_prefix(&masked->in6, &addr->in6, prefix);
	}
}

/* ---- The last key of each CPU ---- */

/**
 * struct last_key - the key that a CPU hashed last
 * @lock: on PREEMPT_RT two tasks may be here although BH is disabled
 * @secret: of its namespace
 * @key: the key
 *
 * Most rules that a packet meets ask for the same source. Hashing is a pure
 * function, so what is remembered cannot be wrong; all zero is no key.
 */
struct last_key {
	local_lock_t lock;
	hsiphash_key_t secret;
	struct xsip_key key;
};

static DEFINE_PER_CPU(struct last_key, last_key) = {
	.lock = INIT_LOCAL_LOCK(lock),
};

static bool is_last(const struct last_key *last, const struct xsip_key *key,
		    const hsiphash_key_t *secret)
{
	return last->key.id == key->id &&
		nf_inet_addr_cmp(&last->key.addr, &key->addr) &&
		last->secret.key[0] == secret->key[0] &&
		last->secret.key[1] == secret->key[1];
}

/* Set the hash of @key. */
static void hash_once(struct xsip_key *key, const hsiphash_key_t *secret)
{
	struct last_key *last;

	local_lock_nested_bh(&last_key.lock);
	last = this_cpu_ptr(&last_key);
	if (is_last(last, key, secret)) {
		key->hash = last->key.hash;
	} else {
		key->hash = xsip_key_hash(key, secret);
		last->secret = *secret;
		last->key = *key;
	}
	local_unlock_nested_bh(&last_key.lock);
}

void xsip_key_init(struct xsip_key *key, const struct xsip_table *table,
		   u8 family, const union nf_inet_addr *addr, u8 prefix,
		   u8 bank)
{
	BUILD_BUG_ON(offsetof(struct xsip_key, hash) != 20);
	mask_addr(family, addr, prefix, &key->addr);
	key->table = table->id;
	key->family = family;
	key->prefix = prefix;
	key->bank = bank;
	hash_once(key, &table->net->hash.secret);
}
