// SPDX-License-Identifier: GPL-2.0
/* Makes and hashes the keys of sources. */
#include <linux/inetdevice.h>
#include <net/ipv6.h>

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

void xsip_key_init(struct xsip_key *key, const struct xsip_table *table,
		   u8 family, const union nf_inet_addr *addr, u8 prefix,
		   u8 bank)
{
	BUILD_BUG_ON(offsetof(struct xsip_key, hash) != 20);
	mask_addr(family, addr, prefix, &key->addr);
	/* Bytes that were stored one by one take long to load as a word. */
	key->id = (__force u32)cpu_to_le32(table->id | family << 8 |
					   prefix << 16 | (u32)bank << 24);
	key->hash = xsip_key_hash(key, &table->net->hash.secret);
}
