/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink: talk to nf_tables: dumps, and transactions that happen as a whole
 * or not at all.
 *
 * What the kernel refuses ends the program with one sentence, which names the
 * place of the rule it is about.
 */
#ifndef _NFT_NETLINK_H
#define _NFT_NETLINK_H

#include <libmnl/libmnl.h>
#include <libnftnl/rule.h>

#include "location.h"

/* A number that is another after every change of the kernel's ruleset. */
uint32_t netlink_generation(void);

/*
 * Call back for every object of the NFT_MSG_GET* kind in @type; of rules only
 * those of the chain that @only names, if given. Starts anew as long as the
 * ruleset changes meanwhile: @restart undoes what calls have done so far.
 */
void netlink_dump(uint16_t type, const struct nftnl_rule *only, mnl_cb_t call,
		  void (*restart)(void *data), void *data);

/* Make the kernel load the match; ends the program if it has none. */
void netlink_need_match(const char *name, uint32_t revision);

struct batch;

/* A transaction on the ruleset of a generation. */
struct batch *batch_begin(uint32_t generation);

/*
 * NFT_MSG_NEWRULE or NFT_MSG_DELRULE; @at is where it comes from and must
 * live as long as the batch.
 */
void batch_add(struct batch *batch, uint16_t type, uint16_t flags,
	       struct nftnl_rule *rule, const struct location *at);

bool batch_is_empty(const struct batch *batch);

/*
 * Send it, and free it. With @check the kernel judges it and changes nothing.
 * False: the ruleset is of another generation by now, look again.
 */
bool batch_end(struct batch *batch, bool check);

#endif /* _NFT_NETLINK_H */
