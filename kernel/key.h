/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keys: what names a source in the hash of its network namespace.
 *
 * The functions here are of the packet path: they run with BH disabled.
 */
#ifndef _XSIP_KEY_H
#define _XSIP_KEY_H

#include <linux/netfilter.h>
#include <linux/siphash.h>
#include <linux/types.h>

struct xsip_table;

/* The name of a source; the same bytes as in struct xsip_source. */
struct xsip_key {
	union nf_inet_addr addr;	/* masked; IPv4 leaves the rest zero */
	union {
		struct {
			u8 table;	/* its id */
			u8 family;	/* NFPROTO_IPV4 or NFPROTO_IPV6 */
			u8 prefix;	/* bits of addr that count */
			u8 bank;	/* 0, or the bank of a rule's cells */
		};
		u32 id;			/* all of these */
	};
	u32 hash;
};

/**
 * xsip_key_hash() - hash a key
 * @key: the key; its hash may be unset
 * @secret: of the namespace
 *
 * Return: the hash.
 */
u32 xsip_key_hash(const struct xsip_key *key, const hsiphash_key_t *secret);

/**
 * xsip_key_init() - name a source
 * @key: the result
 * @table: the table
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: an address of it
 * @prefix: bits of the address that count
 * @bank: which of its entries; the ban is in bank 0
 */
void xsip_key_init(struct xsip_key *key, const struct xsip_table *table,
		   u8 family, const union nf_inet_addr *addr, u8 prefix,
		   u8 bank);

#endif /* _XSIP_KEY_H */
