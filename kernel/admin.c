// SPDX-License-Identifier: GPL-2.0
/* Bans, trusts, forgives and forgets sources for an administrator. */
#include <linux/err.h>
#include <linux/inetdevice.h>
#include <net/ipv6.h>

#include "admin.h"
#include "local.h"
#include "sip/command.h"
#include "standing.h"
#include "table.h"

/**
 * struct selection - the sources that a command is about
 * @table: the table, or NULL: all
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @prefix: length of the prefix, or -1: any
 * @addr: an address of the source, or NULL: all
 * @wider: shortest prefix of a ban of @addr, as far as it is not one host's
 * @done: sources that something was done with
 */
struct selection {
	const struct xsip_table *table;
	u8 family;
	int prefix;
	const union nf_inet_addr *addr;
	u8 wider;
	unsigned int done;
};

/* Which prefixes are of one host: a customer's network has its own /64. */
static u8 host_prefix(u8 family)
{
	return family == NFPROTO_IPV4 ? 32 : 64;
}

static bool selects(const struct selection *sel, const struct xsip_source *s)
{
	union nf_inet_addr addr;

	if (sel->table && READ_ONCE(s->table) != sel->table->id)
		return false;
	if (!sel->addr)
		return true;
	if (READ_ONCE(s->family) != sel->family ||
	    (sel->prefix >= 0 && READ_ONCE(s->prefix) != sel->prefix))
		return false;
	/* Torn if the entry becomes another source under us. */
	data_race(addr = s->addr);
	if (sel->family == NFPROTO_IPV4)
		return !((addr.ip ^ sel->addr->ip) &
			 inet_make_mask(READ_ONCE(s->prefix)));
	return ipv6_prefix_equal(&addr.in6, &sel->addr->in6,
				 READ_ONCE(s->prefix));
}

/* Is a network banned that the address is only a part of? */
static void visit_wider(struct xsip_net *sn, struct xsip_source *s, void *arg)
{
	struct selection *sel = arg;
	u8 prefix = READ_ONCE(s->prefix);

	if (prefix < sel->wider && xsip_source_left(s, SIP_BANNED) &&
	    selects(sel, s))
		sel->wider = prefix;
}

static void visit_unban(struct xsip_net *sn, struct xsip_source *s, void *arg)
{
	struct selection *sel = arg;

	if (selects(sel, s) && xsip_standing_release(sn, s, BIT(SIP_BANNED)))
		sel->done++;
}

static void visit_distrust(struct xsip_net *sn, struct xsip_source *s,
			   void *arg)
{
	struct selection *sel = arg;

	if (selects(sel, s) &&
	    xsip_standing_release(sn, s, BIT(SIP_TRUSTED) | BIT(SIP_BARRED)))
		sel->done++;
}

static void visit_forgive(struct xsip_net *sn, struct xsip_source *s, void *arg)
{
	int i;

	if (selects(arg, s))
		for (i = 0; i < SIP_CELLS; i++)
			atomic64_set(&s->cell[i], 0);
}

static void visit_flush(struct xsip_net *sn, struct xsip_source *s, void *arg)
{
	if (selects(arg, s))
		xsip_source_drop(sn, s, true);
}

/* Visit the selected sources of the table @name, NULL: of all tables. */
static int visit_selected(struct xsip_net *sn, const char *name,
			  xsip_source_visit_t visit, struct selection *sel)
{
	int err = 0;

	mutex_lock(&sn->mutex);
	sel->table = name ? xsip_table_named(sn, name) : NULL;
	if (name && !sel->table)
		err = -ENOENT;
	else
		xsip_source_for_each(sn, visit, sel);
	mutex_unlock(&sn->mutex);
	return err;
}

int xsip_admin_unban(struct xsip_net *sn, const char *name, u8 family,
		     const union nf_inet_addr *addr, int prefix, u8 *wider)
{
	struct selection sel = {
		.family = family, .addr = addr, .prefix = prefix,
		.wider = host_prefix(family),
	};
	int err;

	if (prefix < 0) {
		err = visit_selected(sn, name, visit_wider, &sel);
		*wider = sel.wider;
		if (err || sel.wider < host_prefix(family))
			return err ?: -EBUSY;
	}
	err = visit_selected(sn, name, visit_unban, &sel);
	if (err || !sel.done)
		return err ?: -ENOENT;
	return visit_selected(sn, name, visit_forgive, &sel);
}

int xsip_admin_forgive(struct xsip_net *sn, const char *name, u8 family,
		       const union nf_inet_addr *addr, int prefix)
{
	struct selection sel = {
		.family = family, .addr = addr, .prefix = prefix,
	};

	return visit_selected(sn, name, visit_forgive, &sel);
}

int xsip_admin_flush(struct xsip_net *sn, const char *name)
{
	struct selection sel = {};

	return visit_selected(sn, name, visit_flush, &sel);
}

int xsip_admin_distrust(struct xsip_net *sn, const char *name, u8 family,
			const union nf_inet_addr *addr, int prefix)
{
	struct selection sel = {
		.family = family, .addr = addr, .prefix = prefix,
	};
	int err = visit_selected(sn, name, visit_distrust, &sel);

	return err || sel.done ? err : -ENOENT;
}

/* Why a command bans, by number; what a rule did is restored as its doing. */
static u8 reason_number(struct xsip_net *sn,
			const struct xsip_command *command)
{
	u8 number;

	if (command->reason.kind == SIP_REASON_NONE)
		return SIP_REASON_HAND_NUMBER;
	mutex_lock(&sn->mutex);
	number = xsip_reasons_number(&sn->reasons, &command->reason);
	mutex_unlock(&sn->mutex);
	return number;
}

static int set(struct xsip_table *table, const struct xsip_key *key,
	       const struct xsip_command *command, u8 reason)
{
	const struct xsip_ban ban = {
		.first = command->seconds,
		.reason = reason,
		.restored = command->reason.kind != SIP_REASON_NONE,
		.bans = min_t(u32, command->bans, SIP_BANS_MAX),
		.ago = command->since,
		.hits = command->hits,
	};
	const struct xsip_trust trust = {
		.seconds = command->seconds,
		.by_hand = !command->restored ||
			command->reason.kind == SIP_REASON_HAND,
		.restored = command->restored,
	};

	if (command->verb == SIP_COMMAND_BAN)
		return xsip_standing_ban(table, key, &ban);
	return min(xsip_standing_trust(table, key, &trust), 0);
}

static int set_in_table(struct xsip_net *sn, u8 family,
			const union nf_inet_addr *addr,
			const struct xsip_command *command)
{
	u8 reason = reason_number(sn, command);
	struct xsip_table *table;
	struct xsip_key key;
	int err;

	table = xsip_table_get(sn, *command->name ? command->name : "sip");
	if (IS_ERR(table))
		return PTR_ERR(table);
	xsip_net_schedule_gc(sn, false);
	rcu_read_lock();
	local_bh_disable();
	xsip_key_init(&key, table, family, addr, command->prefix, 0);
	err = set(table, &key, command, reason);
	local_bh_enable();
	rcu_read_unlock();
	xsip_table_put(table);
	return err;
}

int xsip_admin_set(struct net *net, u8 family, const union nf_inet_addr *addr,
		   const struct xsip_command *command)
{
	struct xsip_net *sn = xsip_net_open(net);
	bool one = command->prefix == (family == NFPROTO_IPV4 ? 32 : 128);
	int err;

	if (!sn)
		return -ENOMEM;
	if (one && xsip_local(net, family, addr))
		return -EADDRINUSE;
	err = xsip_net_prepare(sn);
	return err ?: set_in_table(sn, family, addr, command);
}
