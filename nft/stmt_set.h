/* SPDX-License-Identifier: GPL-2.0 */
/* Declares the set that a statement adds to, for tests without a kernel. */
#ifndef _NFT_STMT_SET_H
#define _NFT_STMT_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "stmt.h"

/* The data of a statement of stmt_set_ops. */
struct stmt_set {
	bool update;		/* else add */
	bool is_known;		/* is @is_ip6 known? */
	bool is_ip6;		/* it holds IPv6 addresses */
	char *name;		/* owned */
	uint64_t timeout;	/* milliseconds; 0: that of the set */
};

/* Say which addresses the set holds, as check() finds out of the kernel's. */
void stmt_set_know(struct stmt *stmt, bool is_ip6);

#endif /* _NFT_STMT_SET_H */
