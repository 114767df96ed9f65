/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The environment of kernel/sip/: the only header that tells kernel from
 * userspace.
 *
 * It offers the kernel's integer types, memcpy() and friends, unaligned
 * little-endian loads, 64-bit arithmetic, one pair of functions to allocate and
 * free, and the parsing of IP addresses. What else kernel/sip/ needs it has to
 * implement, so that it behaves the same in both environments: isalpha() and
 * strncasecmp(), for example, do not.
 */
#ifndef _XSIP_PORT_H
#define _XSIP_PORT_H

#ifdef __KERNEL__

#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

/* Memory of a rule: zeroed, charged to the cgroup of whoever adds the rule. */
static inline void *xsip_port_alloc(size_t size)
{
	return kvzalloc(size, GFP_KERNEL_ACCOUNT);
}

static inline void xsip_port_free(void *p)
{
	kvfree(p);
}

static inline u64 xsip_port_load64(const u8 *p)
{
	__le64 word;

	memcpy(&word, p, sizeof(word));
	return le64_to_cpu(word);
}

static inline u64 xsip_port_div64(u64 dividend, u64 divisor)
{
	return div64_u64(dividend, divisor);
}

static inline u32 xsip_port_mod64(u64 dividend, u32 divisor)
{
	u32 rest;

	div_u64_rem(dividend, divisor, &rest);
	return rest;
}

static inline u32 xsip_port_weight64(u64 word)
{
	return hweight64(word);
}

/*
 * Text of an IPv4 or IPv6 address (@len bytes) to @addr in network order. The
 * kernel's functions stop at a NUL and a 0xff, for IPv4 also at a colon: what
 * they leave makes it no address.
 */
static inline bool xsip_port_addr4(const char *text, int len, u8 addr[4])
{
	const char *end;

	return in4_pton(text, len, addr, -1, &end) == 1 && end == text + len;
}

static inline bool xsip_port_addr6(const char *text, int len, u8 addr[16])
{
	const char *end;

	return in6_pton(text, len, addr, -1, &end) == 1 && end == text + len;
}

#else /* !__KERNEL__ */

#include <arpa/inet.h>
#include <assert.h>
#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

#define U32_MAX		UINT32_MAX
#define U64_MAX		UINT64_MAX
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BIT(n)		(1UL << (n))
#define fallthrough	__attribute__((__fallthrough__))

static inline void *xsip_port_alloc(size_t size)
{
	return calloc(1, size);
}

static inline void xsip_port_free(void *p)
{
	free(p);
}

static inline u64 xsip_port_load64(const u8 *p)
{
	u64 word;

	memcpy(&word, p, sizeof(word));
	return le64toh(word);
}

static inline u64 xsip_port_div64(u64 dividend, u64 divisor)
{
	return dividend / divisor;
}

static inline u32 xsip_port_mod64(u64 dividend, u32 divisor)
{
	return (u32)(dividend % divisor);
}

static inline u32 xsip_port_weight64(u64 word)
{
	return (u32)__builtin_popcountll(word);
}

static inline bool xsip_port_pton(int family, const char *text, int len,
				  u8 *addr)
{
	char copy[INET6_ADDRSTRLEN];

	if (len <= 0 || len >= (int)sizeof(copy) ||
	    memchr(text, 0, (size_t)len))
		return false;
	memcpy(copy, text, (size_t)len);
	copy[len] = '\0';
	return inet_pton(family, copy, addr) == 1;
}

static inline bool xsip_port_addr4(const char *text, int len, u8 addr[4])
{
	return xsip_port_pton(AF_INET, text, len, addr);
}

static inline bool xsip_port_addr6(const char *text, int len, u8 addr[16])
{
	return xsip_port_pton(AF_INET6, text, len, addr);
}

#endif /* __KERNEL__ */

#endif /* _XSIP_PORT_H */
