// SPDX-License-Identifier: GPL-2.0
/* Evaluates a rule for a packet: ban, conditions, counts, actions. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/module.h>
#include <linux/netfilter/x_tables.h>
#include <linux/percpu.h>

#include "charges.h"
#include "condition.h"
#include "local.h"
#include "match.h"
#include "proof.h"
#include "rule.h"
#include "sip/user.h"
#include "sip/validate.h"
#include "skb.h"
#include "standing.h"

/* What asks for the standing of the source. */
#define STANDING	(XT_SIP_BANNED | XT_SIP_TRUSTED | XT_SIP_BAN)
#define ACTING		(XT_SIP_BAN | XT_SIP_FORGIVE | XT_SIP_SCANNER | \
			 XT_SIP_TRUST)

/**
 * struct packet - a packet that meets a rule
 * @info: the packet, and the rule
 * @addr: of its source, if the rule has a table
 * @standing: of its source, if the rule asks for it
 * @tool: attack tool, if the rule asked and it is one
 * @proves: it proves that its source is a friend, if the rule asked
 * @met_ban: it matches because its source is banned
 */
struct packet {
	struct xsip_pktinfo info;
	const union nf_inet_addr *addr;
	struct xsip_standing standing;
	u8 tool;
	bool proves;
	bool met_ban;
};

/*
 * The walk of each CPU, and what a user's name is unescaped in. There is one
 * walk at a time, so its cache's lock protects this, too. Many kernels clear
 * what is on the stack (CONFIG_INIT_STACK_ALL_ZERO), which costs more than a
 * condition does.
 */
static DEFINE_PER_CPU(struct xsip_walk, walks);
static DEFINE_PER_CPU(u8[SIP_USER_CHUNK], names);

/* ---- Messages ---- */

/*
 * A response that would count towards a friend's ban has to answer a request
 * that he has sent: anybody can send one with his address.
 */
static bool is_forged(const struct xsip_rule *rule, const struct packet *packet,
		      const struct xsip_walk *walk)
{
	return packet->standing.state == SIP_TRUSTED &&
		rule->flags & XT_SIP_BAN && rule->flags & XT_SIP_BY_DST &&
		walk->parsed->msg.class == SIP_RESPONSE &&
		!xsip_proof_of_sender(&packet->info, walk->parsed);
}

/* Does the rule hold for the current message of @walk? */
static bool message_holds(const struct xsip_rule *rule, struct packet *packet,
			  struct xsip_walk *walk)
{
	if (walk->parsed->msg.class == SIP_UNJUDGED)
		return false;
	/* An attacker may have written the body: it must not clear counts. */
	if (walk->doubtful && rule->flags & XT_SIP_FORGIVE)
		return false;
	if (!xsip_conditions_hold(rule, walk))
		return false;
	if (is_forged(rule, packet, walk))
		return false;
	if (rule->flags & XT_SIP_SCANNER && !(rule->invert & XT_SIP_SCANNER))
		packet->tool = *walk->tool;
	if (rule->flags & XT_SIP_TRUST && !walk->doubtful)
		packet->proves |= xsip_proof_of_friend(&packet->info,
						       rule->flags &
						       XT_SIP_BY_DST,
						       walk->parsed);
	return true;
}

/*
 * A packet matches if any of its messages does: it is accepted or dropped as
 * one.
 */
static bool packet_holds(const struct xsip_rule *rule, struct packet *packet)
{
	struct xsip_walk *walk = this_cpu_ptr(&walks);
	bool holds = false;
	bool more;

	more = xsip_walk_start(walk, &packet->info);
	while (more) {
		holds = message_holds(rule, packet, walk);
		more = !holds && xsip_walk_next(walk);
	}
	xsip_walk_end(walk);
	return holds;
}

/* ---- Counts and actions ---- */

static void source_key(const struct xsip_rule *rule,
		       const struct packet *packet, u8 bank,
		       struct xsip_key *key)
{
	u8 family = packet->info.family;
	bool v4 = family == NFPROTO_IPV4;

	xsip_key_init(key, rule->table, family, packet->addr,
		      v4 ? rule->prefix4 : rule->prefix6, bank);
}

/* What the standing of the source decides before the message is parsed. */
enum verdict {
	NO_MATCH,
	MATCH,
	UNDECIDED
};

/* An address of this machine is not banned by the network that it is in. */
static bool is_banned(const struct packet *packet)
{
	u8 bits = packet->info.family == NFPROTO_IPV4 ? 32 : 128;

	return packet->standing.state == SIP_BANNED &&
		(packet->standing.prefix == bits ||
		 !xsip_local(packet->info.here, packet->info.family,
			     packet->addr));
}

static enum verdict check_standing(const struct xsip_rule *rule,
				   struct packet *packet,
				   const struct xsip_key *key)
{
	bool inverted = rule->invert & XT_SIP_BANNED;
	bool asks = rule->flags & (XT_SIP_BANNED | XT_SIP_BAN) && !inverted;
	bool banned, trusted;

	packet->standing = xsip_standing_of(rule->table,
					    packet->info.family,
						packet->addr, key, asks);
	banned = is_banned(packet);
	trusted = packet->standing.state == SIP_TRUSTED;
	packet->met_ban = banned && asks;
	if (packet->met_ban)
		xsip_stats_add(rule->stats, SIP_STAT_BANNED_PACKETS);
	if (banned && rule->flags & XT_SIP_BAN)
		return MATCH;
	if (rule->flags & XT_SIP_BANNED && banned == inverted)
		return NO_MATCH;
	if (rule->flags & XT_SIP_TRUSTED &&
	    trusted == !!(rule->invert & XT_SIP_TRUSTED))
		return NO_MATCH;
	return UNDECIDED;
}

/* Hash the user that a field names. */
static u32 hash_user(const struct xsip_net *sn,
		     const struct xsip_parsed *parsed, enum xsip_field field)
{
	const hsiphash_key_t *secret = &sn->hash.secret;
	u8 *buffer = *this_cpu_ptr(&names);
	struct xsip_range user, chunk;
	u32 hash, part;

	user = xsip_user_of(parsed, field);
	chunk = xsip_user_next(&user, buffer);
	hash = hsiphash(chunk.p, xsip_range_size(chunk), secret);
	while (user.p < user.end) {
		chunk = xsip_user_next(&user, buffer);
		part = hsiphash(chunk.p, xsip_range_size(chunk), secret);
		hash = hsiphash_2u32(hash, part, secret);
	}
	return hash;
}

/* Count the users in From and To of a message, as one. */
static bool charge_user(const struct xsip_rule *rule,
			const struct xsip_key *key,
			const struct xsip_parsed *parsed)
{
	struct xsip_net *sn = rule->table->net;
	u32 hash;

	if (!xsip_msg_is_sip(&parsed->msg))
		return false;
	hash = hsiphash_2u32(hash_user(sn, parsed, SIP_FROM),
			     hash_user(sn, parsed, SIP_TO),
			     &sn->hash.secret);
	return xsip_source_charge(rule->table, key, rule->slot, &rule->count,
				  SIP_KIND_USERS, hash);
}

/*
 * Number of messages for which the conditions hold and that, with --users, are
 * over the limit.
 */
static unsigned int count_messages(const struct xsip_rule *rule,
				   struct packet *packet,
				   const struct xsip_key *key)
{
	struct xsip_walk *walk = this_cpu_ptr(&walks);
	unsigned int count = 0;
	bool more;

	more = xsip_walk_start(walk, &packet->info);
	for (; more; more = xsip_walk_next(walk)) {
		if (!message_holds(rule, packet, walk))
			continue;
		if (!(rule->flags & XT_SIP_USERS) ||
		    charge_user(rule, key, walk->parsed))
			count++;
	}
	xsip_walk_end(walk);
	return count;
}

/*
 * Charge @count messages; those over the rate cost nothing, nor does a packet
 * that an equal rule has charged.
 */
static bool charge_rate(const struct xsip_rule *rule,
			const struct packet *packet,
			const struct xsip_key *key, unsigned int count)
{
	bool over = false;

	if (xsip_charges_known(&packet->info, key, rule->slot))
		return false;
	while (count-- && !over)
		over = xsip_source_charge(rule->table, key, rule->slot,
					  &rule->count, SIP_KIND_RATE, 0);
	if (over)
		xsip_stats_add(rule->stats, SIP_STAT_OVER_RATE);
	else
		xsip_charges_note(&packet->info, key, rule->slot);
	return over;
}

/* Number of messages, or packets, that the rule counts; 0: no match. */
static unsigned int count_matching(const struct xsip_rule *rule,
				   struct packet *packet,
				   const struct xsip_key *key)
{
	unsigned int count;

	if (!(rule->flags & SIP_ON_MESSAGE))
		return xsip_skb_datagrams(packet->info.skb,
					  packet->info.family);
	if (rule->count.cells)
		count = count_messages(rule, packet, key);
	else
		count = packet_holds(rule, packet);
	/* The bucket was loaded while the message was parsed. */
	if (!(rule->flags & XT_SIP_USERS))
		xsip_hash_prefetch_source(&rule->table->net->hash, key);
	return count;
}

/* Conditions on the message, then counts. */
static bool match_counts(const struct xsip_rule *rule, struct packet *packet,
			 const struct xsip_key *key)
{
	unsigned int count = count_matching(rule, packet, key);

	if (!count)
		return false;
	if (rule->flags & XT_SIP_USERS)
		xsip_stats_add(rule->stats, SIP_STAT_OVER_USERS);
	return !(rule->flags & XT_SIP_RATE) ||
		charge_rate(rule, packet, key, count) !=
		!!(rule->invert & XT_SIP_RATE);
}

/* Instead of a ban, a friend loses his trust. */
static void withhold(const struct xsip_rule *rule, const struct packet *packet)
{
	struct xsip_key key;

	xsip_key_init(&key, rule->table, packet->info.family, packet->addr,
		      packet->standing.prefix, 0);
	xsip_standing_withhold(rule->table, &key, rule->given->ban);
	xsip_stats_add(rule->stats, SIP_STAT_BANS_WITHHELD);
}

static void ban(const struct xsip_rule *rule, const struct packet *packet,
		const struct xsip_key *key)
{
	const struct xsip_ban ban = {
		.first = rule->given->ban,
		.most = rule->given->ban_most,
		.reason = packet->tool ? xsip_reasons_tool(packet->tool) :
					 rule->reason,
	};

	if (packet->standing.state == SIP_TRUSTED)
		withhold(rule, packet);
	else if (xsip_local(packet->info.here, packet->info.family,
			    packet->addr))
		xsip_stats_add(rule->stats, SIP_STAT_BANS_LOCAL);
	else
		xsip_stats_add(rule->stats,
			       xsip_standing_ban(rule->table, key, &ban) ?
			       SIP_STAT_BANS_REFUSED : SIP_STAT_BANS);
}

static void trust(const struct xsip_rule *rule, const struct packet *packet,
		  const struct xsip_key *key)
{
	const struct xsip_trust trust = { .seconds = rule->given->trust };
	int new;

	if (!packet->proves || xsip_local(packet->info.here,
					  packet->info.family, packet->addr)) {
		xsip_stats_add(rule->stats, SIP_STAT_TRUSTS_UNPROVEN);
		return;
	}
	new = xsip_standing_trust(rule->table, key, &trust);
	if (new)
		xsip_stats_add(rule->stats, new < 0 ? SIP_STAT_TRUSTS_REFUSED :
						      SIP_STAT_TRUSTS);
}

static void forgive(const struct xsip_rule *rule, const struct packet *packet)
{
	u8 banks = READ_ONCE(rule->table->banks);
	bool cleared = false;
	struct xsip_key key;
	u8 bank;

	for (bank = 0; bank < banks; bank++) {
		source_key(rule, packet, bank, &key);
		cleared |= xsip_source_forgive(rule->table, &key);
	}
	if (cleared)
		xsip_stats_add(rule->stats, SIP_STAT_FORGIVEN);
}

/* The actions of a rule that has matched. */
static void do_actions(const struct xsip_rule *rule,
		       const struct packet *packet)
{
	struct xsip_key key;

	source_key(rule, packet, 0, &key);
	if (rule->flags & XT_SIP_BAN)
		ban(rule, packet, &key);
	if (rule->flags & XT_SIP_TRUST)
		trust(rule, packet, &key);
	if (packet->tool)
		xsip_standing_note_tool(rule->table, &key, packet->tool);
	if (rule->flags & XT_SIP_FORGIVE)
		forgive(rule, packet);
}

/* A rule that looks at the source. */
static bool match_source(const struct xsip_rule *rule, struct packet *packet)
{
	const struct xsip_key *known = NULL;
	enum verdict verdict = UNDECIDED;
	union nf_inet_addr addr;
	struct xsip_key key;

	xsip_skb_address(packet->info.skb, packet->info.family,
			 rule->flags & XT_SIP_BY_DST, &addr);
	packet->addr = &addr;
	if (rule->count.cells || rule->flags & SIP_ON_MESSAGE) {
		source_key(rule, packet, rule->slot / SIP_CELLS, &key);
		xsip_hash_prefetch(&rule->table->net->hash, &key);
		known = &key;
	}
	if (rule->flags & STANDING)
		verdict = check_standing(rule, packet, known);
	if (verdict != UNDECIDED)
		return verdict == MATCH;
	if (!match_counts(rule, packet, &key))
		return false;
	if (rule->flags & ACTING)
		do_actions(rule, packet);
	return true;
}

static bool match(const struct sk_buff *skb, const struct xt_action_param *par)
{
	const struct xt_sip_mtinfo *info = par->matchinfo;
	const struct xsip_rule *rule = info->rule;
	struct packet packet = {
		.info = {
			.skb = skb,
			.family = xt_family(par),
			.hook = xt_hooknum(par),
			.classes = rule->classes,
			.here = xt_net(par),
			.net = rule->net,
			.rule = rule->number,
		},
	};
	bool matches;

	if (packet.info.family != NFPROTO_IPV4 &&
	    packet.info.family != NFPROTO_IPV6)
		return false;
	matches = rule->flags & SIP_ON_SOURCE ? match_source(rule, &packet) :
						packet_holds(rule, &packet);
	/* It may be dropped now, see charges.h. */
	if (matches && xsip_pktinfo_leaves(&packet.info))
		xsip_charges_forget();
	/* Of a ban, SIP_STAT_BANNED_PACKETS tells. */
	if (matches && !packet.met_ban)
		xsip_stats_add(rule->stats, SIP_STAT_MATCHED + rule->kind);
	return matches;
}

static bool xsip_mt(const struct sk_buff *skb, struct xt_action_param *par)
{
	/* nft runs its output hooks with BH enabled. */
	bool enabled = !in_softirq();
	bool matches;

	if (unlikely(enabled))
		local_bh_disable();
	matches = match(skb, par);
	if (unlikely(enabled))
		local_bh_enable();
	return matches;
}

/* ---- Rules are added and deleted ---- */

static int xsip_mt_check(const struct xt_mtchk_param *par)
{
	struct xt_sip_mtinfo *info = par->matchinfo;
	struct xsip_rule *rule;
	const char *error;

	if (par->family != NFPROTO_IPV4 && par->family != NFPROTO_IPV6 &&
	    par->family != NFPROTO_INET) {
		pr_info_ratelimited("works in ip, ip6 and inet tables only\n");
		return -EINVAL;
	}
	error = xsip_validate(info);
	if (error) {
		pr_info_ratelimited("%s\n", error);
		return -EINVAL;
	}
	rule = xsip_rule_make(par->net, par->family, info);
	if (IS_ERR(rule))
		return PTR_ERR(rule);
	info->rule = rule;
	return 0;
}

static void xsip_mt_destroy(const struct xt_mtdtor_param *par)
{
	const struct xt_sip_mtinfo *info = par->matchinfo;

	xsip_rule_free(info->rule, par->net, par->family);
}

/* NFPROTO_UNSPEC: inet tables of nftables do not find per-family matches. */
static struct xt_match xsip_mt_reg __read_mostly = {
	.name		= "sip",
	.revision	= 0,
	.family		= NFPROTO_UNSPEC,
	.match		= xsip_mt,
	.checkentry	= xsip_mt_check,
	.destroy	= xsip_mt_destroy,
	.matchsize	= sizeof(struct xt_sip_mtinfo),
	.usersize	= offsetof(struct xt_sip_mtinfo, rule),
	.me		= THIS_MODULE,
};

int xsip_match_register(void)
{
	BUILD_BUG_ON(sizeof(struct xt_sip_mtinfo) != 3072);
	return xt_register_match(&xsip_mt_reg);
}

void xsip_match_unregister(void)
{
	xt_unregister_match(&xsip_mt_reg);
}
