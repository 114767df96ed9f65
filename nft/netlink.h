/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exchanges netlink messages with nf_tables: dumps, and transactions that the
 * kernel applies as a whole or not at all.
 *
 * What the kernel refuses ends the program with an error that names the
 * location of the rule it is about.
 */
#ifndef _NFT_NETLINK_H
#define _NFT_NETLINK_H

#include <stdbool.h>
#include <libmnl/libmnl.h>
#include <libnftnl/rule.h>

#include "location.h"

/* The generation ID, which every change of the kernel's ruleset changes. */
uint32_t netlink_generation(void);

/*
 * Call back for every object of the NFT_MSG_GET* kind in @type; of rules only
 * those of the chain that @only names, unless it is NULL. The dump starts again
 * if the ruleset changes meanwhile: @restart is called before each attempt and
 * undoes what calls have done so far.
 */
void netlink_dump(uint16_t type, const struct nftnl_rule *only, mnl_cb_t call,
		  void (*restart)(void *data), void *data);

/* Make the kernel load an xtables match; an error if it has none. */
void netlink_need_match(const char *name, uint32_t revision);

struct netlink_batch;

/*
 * A transaction on the ruleset of this generation. netlink_batch_end() frees
 * it.
 */
struct netlink_batch *netlink_batch_begin(uint32_t generation);

/*
 * Add NFT_MSG_NEWRULE or NFT_MSG_DELRULE with flags NLM_F_*. @rule is copied.
 * @at is the location for errors and has to live as long as the batch.
 */
void netlink_batch_add(struct netlink_batch *batch, uint16_t type,
		       uint16_t flags, struct nftnl_rule *rule,
		       const struct location *at);

/*
 * Send it, unless it is empty, and free it. With @check the kernel validates
 * it and changes nothing. False if the ruleset is of another generation by
 * now: fetch it again and start over.
 */
bool netlink_batch_end(struct netlink_batch *batch, bool check);

#endif /* _NFT_NETLINK_H */
