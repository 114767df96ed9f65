// SPDX-License-Identifier: GPL-2.0
/* sip_match: see sip_match.h for the contract. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/module.h>
#include <linux/netfilter/x_tables.h>
#include <linux/slab.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

#include "sip_agent.h"
#include "sip_match.h"
#include "sip_memo.h"
#include "sip_skb.h"
#include "sip_table.h"
#include "sip_user.h"

/* Conditions on the message alone; conditions[] has them all. */
#define CONDITIONS	(XT_SIP_REQUEST | XT_SIP_RESPONSE | XT_SIP_METHOD | \
			 XT_SIP_STATUS | XT_SIP_UA | XT_SIP_MALFORMED |	    \
			 XT_SIP_DEFECT | XT_SIP_AUTH | XT_SIP_SCANNER)
/* Users are hashed by so many bytes at a time: most have fewer. */
#define USER_BYTES	64
/* What needs the message parsed. */
#define ON_MESSAGE	(CONDITIONS | XT_SIP_USERS)
#define COUNTING	(XT_SIP_RATE | XT_SIP_USERS)
#define ACTING		(XT_SIP_BAN | XT_SIP_FORGIVE | XT_SIP_SCANNER)

/**
 * struct sip_rule - a rule, made ready for packets; constant
 * @flags: enum xt_sip_flags
 * @invert: as in the rule
 * @methods: as in the rule
 * @defects: as in the rule
 * @ban: seconds
 * @prefix4: as in the rule
 * @prefix6: as in the rule
 * @status_count: as in the rule
 * @slot: place of the rule's counts in a source
 * @count: of --rate and --users
 * @table: held, or NULL
 * @pattern: of --ua, or NULL
 * @stats: of the namespace
 * @status: as in the rule
 */
struct sip_rule {
	u32 flags;
	u32 invert;
	u32 methods;
	u32 defects;
	u32 ban;
	u8 prefix4;
	u8 prefix6;
	u8 status_count;
	int slot;
	struct sip_count count;
	struct sip_table *table;
	struct sip_pattern *pattern;
	struct sip_stats __percpu *stats;
	struct xt_sip_status status[XT_SIP_STATUS_MAX];
};

/* ---- Conditions on the message ---- */

static bool status_holds(const struct sip_rule *rule,
			 const struct sip_msg *msg)
{
	int i;

	if (msg->class != SIP_RESPONSE)
		return false;
	for (i = 0; i < rule->status_count; i++)
		if (msg->status >= rule->status[i].first &&
		    msg->status <= rule->status[i].last)
			return true;
	return false;
}

static bool auth_holds(const struct sip_msg *msg)
{
	return msg->class == SIP_REQUEST &&
		msg->present & (BIT(SIP_AUTHORIZATION) |
				BIT(SIP_PROXY_AUTHORIZATION));
}

static bool condition_holds(const struct sip_rule *rule,
			    const struct sip_parsed *p, u32 flag)
{
	const struct sip_msg *msg = &p->msg;

	switch (flag) {
	case XT_SIP_REQUEST:
		return msg->class == SIP_REQUEST;
	case XT_SIP_RESPONSE:
		return msg->class == SIP_RESPONSE;
	case XT_SIP_METHOD:
		return sip_msg_is_sip(msg) && rule->methods & BIT(msg->method);
	case XT_SIP_STATUS:
		return status_holds(rule, msg);
	case XT_SIP_UA:
		return sip_agent_match(rule->pattern, &p->payload, msg);
	case XT_SIP_SCANNER:
		return sip_memo_tool(p, rule->stats) != SIP_TOOL_NONE;
	case XT_SIP_MALFORMED:
		return sip_msg_malformed(msg);
	case XT_SIP_DEFECT:
		return msg->defects & rule->defects;
	case XT_SIP_AUTH:
		return auth_holds(msg);
	default:
		return false;
	}
}

/* Conditions by what they cost: those that read values last. */
static const u32 conditions[] = {
	XT_SIP_REQUEST, XT_SIP_RESPONSE, XT_SIP_METHOD, XT_SIP_STATUS,
	XT_SIP_MALFORMED, XT_SIP_DEFECT, XT_SIP_AUTH, XT_SIP_SCANNER,
	XT_SIP_UA,
};

static bool message_holds(const struct sip_rule *rule,
			  const struct sip_parsed *p)
{
	u32 left = rule->flags & CONDITIONS;
	const u32 *next;

	if (p->msg.class == SIP_UNJUDGED)
		return false;
	for (next = conditions; left; next++) {
		if (!(left & *next))
			continue;
		if (condition_holds(rule, p, *next) ==
		    !!(rule->invert & *next))
			return false;
		left &= ~*next;
	}
	return true;
}

/**
 * struct packet - a packet that meets a rule
 * @skb: the packet
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: of its source, if the rule has a table
 * @tool: attack tool, if the rule asked and it is one
 */
struct packet {
	const struct sk_buff *skb;
	u8 family;
	union nf_inet_addr addr;
	u8 tool;
};

/* Does one of a packet's datagrams fulfil the conditions on the message? */
static const struct sip_parsed *get_holding(const struct sip_rule *rule,
					    struct packet *packet,
					    unsigned int number)
{
	const struct sip_parsed *parsed;

	parsed = sip_memo_get(packet->skb, packet->family, number,
			      rule->stats, rule);
	if (!parsed)
		return NULL;
	if (!message_holds(rule, parsed)) {
		sip_memo_put();
		return NULL;
	}
	if (rule->flags & XT_SIP_SCANNER && !(rule->invert & XT_SIP_SCANNER))
		packet->tool = parsed->tool;
	return parsed;
}

/* A bundle is what any of its datagrams is: it passes or is lost as one. */
static bool packet_holds(const struct sip_rule *rule, struct packet *packet)
{
	unsigned int count = sip_skb_datagrams(packet->skb);
	unsigned int number;

	for (number = 0; number < count; number++)
		if (get_holding(rule, packet, number)) {
			sip_memo_put();
			return true;
		}
	return false;
}

/* ---- Counts and actions ---- */

static void source_key(const struct sip_rule *rule,
		       const struct packet *packet, u8 bank,
		       struct sip_key *key)
{
	bool v4 = packet->family == NFPROTO_IPV4;

	sip_key_init(key, rule->table, packet->family, &packet->addr,
		     v4 ? rule->prefix4 : rule->prefix6, bank);
}

/* What a ban decides before the message is looked at. */
enum verdict {
	NO_MATCH,
	MATCH,
	UNDECIDED
};

static enum verdict judge_ban(const struct sip_rule *rule,
			      const struct packet *packet,
			      const struct sip_key *key)
{
	bool inverted = rule->invert & XT_SIP_BANNED;
	bool banned = sip_source_banned(rule->table, packet->family,
					&packet->addr, key);

	if (banned && !inverted)
		sip_stats_add(rule->stats, SIP_STAT_BANNED_PACKETS);
	if (banned && rule->flags & XT_SIP_BAN)
		return MATCH;
	if (rule->flags & XT_SIP_BANNED && banned == inverted)
		return NO_MATCH;
	return UNDECIDED;
}

/* Hash whom a field names, with the bytes that are in the hash already. */
static u32 hash_user(const struct sip_net *sn, const struct sip_parsed *parsed,
		     enum sip_field field, u32 hash)
{
	struct sip_range user;
	u8 bytes[USER_BYTES];
	size_t n;

	user = sip_user_of(&parsed->payload, &parsed->msg, field);
	do {
		n = sip_user_unescape(&user, bytes, sizeof(bytes));
		hash = hsiphash_2u32(hash, hsiphash(bytes, n, &sn->secret),
				     &sn->secret);
	} while (user.p < user.end);
	return hash;
}

/* Count the user that a message names: From's and To's together. */
static bool address_user(const struct sip_rule *rule,
			 const struct sip_key *key,
			 const struct sip_parsed *parsed)
{
	struct sip_net *sn = rule->table->net;
	u32 hash;

	if (!sip_msg_is_sip(&parsed->msg))
		return false;
	hash = hash_user(sn, parsed, SIP_FROM, 0);
	hash = hash_user(sn, parsed, SIP_TO, hash);
	return sip_source_address(rule->table, key, rule->slot, &rule->count,
				  hash);
}

/* The conditions on the message and --users, which goes through them all. */
static bool over_users(const struct sip_rule *rule, struct packet *packet,
		       const struct sip_key *key)
{
	unsigned int count = sip_skb_datagrams(packet->skb);
	const struct sip_parsed *parsed;
	unsigned int number;
	bool over = false;

	for (number = 0; number < count; number++) {
		parsed = get_holding(rule, packet, number);
		if (!parsed)
			continue;
		over |= address_user(rule, key, parsed);
		sip_memo_put();
	}
	if (over)
		sip_stats_add(rule->stats, SIP_STAT_OVER_USERS);
	return over;
}

static bool over_rate(const struct sip_rule *rule, const struct packet *packet,
		      const struct sip_key *key)
{
	unsigned int count = sip_skb_datagrams(packet->skb);
	bool over = false;

	while (count-- && !over)
		over = sip_source_charge(rule->table, key, rule->slot,
					 &rule->count);
	if (over)
		sip_stats_add(rule->stats, SIP_STAT_OVER_RATE);
	return over;
}

/* Conditions on the message, then counts. */
static bool rest_holds(const struct sip_rule *rule, struct packet *packet,
		       const struct sip_key *key)
{
	if (rule->flags & XT_SIP_USERS) {
		if (!over_users(rule, packet, key))
			return false;
	} else if (rule->flags & ON_MESSAGE) {
		bool holds = packet_holds(rule, packet);

		/* The parse was time enough to load the bucket. */
		sip_key_prefetch_source(rule->table->net, key);
		if (!holds)
			return false;
	}
	return !(rule->flags & XT_SIP_RATE) ||
		over_rate(rule, packet, key) != !!(rule->invert & XT_SIP_RATE);
}

static void ban(const struct sip_rule *rule, const struct sip_key *key)
{
	int err = sip_source_ban(rule->table, key, rule->ban);

	sip_stats_add(rule->stats, err ? SIP_STAT_BANS_REFUSED :
					 SIP_STAT_BANS);
}

static void forgive(const struct sip_rule *rule, const struct packet *packet)
{
	u8 banks = READ_ONCE(rule->table->banks);
	bool cleared = false;
	struct sip_key key;
	u8 bank;

	for (bank = 0; bank < banks; bank++) {
		source_key(rule, packet, bank, &key);
		cleared |= sip_source_forgive(rule->table, &key);
	}
	if (cleared)
		sip_stats_add(rule->stats, SIP_STAT_FORGIVEN);
}

/* What a rule with a table does once it has matched. */
static void act(const struct sip_rule *rule, const struct packet *packet)
{
	struct sip_key key;

	source_key(rule, packet, 0, &key);
	if (rule->flags & XT_SIP_BAN)
		ban(rule, &key);
	if (packet->tool)
		sip_source_name(rule->table, &key, packet->tool);
	if (rule->flags & XT_SIP_FORGIVE)
		forgive(rule, packet);
}

/* A rule with a table. */
static bool match_source(const struct sip_rule *rule, struct packet *packet)
{
	const struct sip_key *known = NULL;
	enum verdict verdict = UNDECIDED;
	struct sip_key key;

	sip_skb_address(packet->skb, packet->family,
			rule->flags & XT_SIP_BY_DST, &packet->addr);
	if (rule->flags & (COUNTING | ON_MESSAGE)) {
		source_key(rule, packet, rule->slot / SIP_WORDS, &key);
		sip_key_prefetch(rule->table->net, &key);
		known = &key;
	}
	if (rule->flags & (XT_SIP_BANNED | XT_SIP_BAN))
		verdict = judge_ban(rule, packet, known);
	if (verdict != UNDECIDED)
		return verdict == MATCH;
	if (!rest_holds(rule, packet, &key))
		return false;
	if (rule->flags & ACTING)
		act(rule, packet);
	return true;
}

static bool sip_mt(const struct sk_buff *skb, struct xt_action_param *par)
{
	const struct xt_sip_mtinfo *info = par->matchinfo;
	const struct sip_rule *rule = info->rule;
	struct packet packet = { .skb = skb, .family = xt_family(par) };
	bool match;

	if (packet.family != NFPROTO_IPV4 && packet.family != NFPROTO_IPV6)
		return false;
	/* nft runs its output hooks with BH enabled. */
	local_bh_disable();
	match = rule->table ? match_source(rule, &packet) :
			      packet_holds(rule, &packet);
	local_bh_enable();
	return match;
}

/* ---- Rules come and go ---- */

/* Ask for whole packets where the rule reads them. */
static int get_defrag(struct net *net, u8 family)
{
	int err = 0;

	if (family != NFPROTO_IPV6)
		err = nf_defrag_ipv4_enable(net);
	if (err || family == NFPROTO_IPV4 || !IS_ENABLED(CONFIG_IPV6))
		return err;
	err = nf_defrag_ipv6_enable(net);
	if (err && family != NFPROTO_IPV6)
		nf_defrag_ipv4_disable(net);
	return err;
}

static void put_defrag(struct net *net, u8 family)
{
	if (family != NFPROTO_IPV6)
		nf_defrag_ipv4_disable(net);
	if (family != NFPROTO_IPV4 && IS_ENABLED(CONFIG_IPV6))
		nf_defrag_ipv6_disable(net);
}

static int get_table(struct sip_rule *rule, struct sip_net *sn,
		     const struct xt_sip_mtinfo *info)
{
	struct sip_table *table;

	if (!(info->flags & XT_SIP_NEEDS_TABLE))
		return 0;
	table = sip_table_get(sn, info->name);
	if (IS_ERR(table)) {
		if (PTR_ERR(table) == -ENOSPC)
			pr_info_ratelimited("--name %s: there are %d tables already\n",
					    info->name, SIP_TABLES);
		return PTR_ERR(table);
	}
	rule->table = table;
	if (!(info->flags & COUNTING))
		return 0;
	rule->slot = sip_slot_get(table, info, &rule->count);
	if (rule->slot >= 0)
		return 0;
	if (rule->slot == -ENOSPC)
		pr_info_ratelimited("--name %s: the table has no room for one more counting rule, use another --name or delete the old rules first\n",
				    info->name);
	sip_table_put(table);
	return rule->slot;
}

static void put_table(struct sip_rule *rule)
{
	if (!rule->table)
		return;
	if (rule->flags & COUNTING)
		sip_slot_put(rule->table, rule->slot);
	sip_table_put(rule->table);
}

static struct sip_rule *make_rule(struct sip_net *sn,
				  const struct xt_sip_mtinfo *info)
{
	struct sip_rule *rule = kzalloc(sizeof(*rule), GFP_KERNEL_ACCOUNT);

	if (!rule)
		return NULL;
	rule->flags = info->flags;
	rule->invert = info->invert;
	rule->methods = info->methods;
	rule->defects = info->defects;
	rule->ban = info->ban;
	rule->prefix4 = info->prefix4;
	rule->prefix6 = info->prefix6;
	rule->status_count = info->status_count;
	rule->stats = sn->stats;
	memcpy(rule->status, info->status, sizeof(rule->status));
	rule->count.flags = info->flags & COUNTING;
	if (info->flags & XT_SIP_RATE)
		sip_rate_init(&rule->count.rate, info->rate, info->rate_unit,
			      info->burst);
	if (info->flags & XT_SIP_USERS)
		sip_users_init(&rule->count.users, info->users,
			       info->users_unit);
	if (!info->ua_count)
		return rule;
	rule->pattern = sip_pattern_compile(info->ua, info->ua_size);
	if (rule->pattern)
		return rule;
	kfree(rule);
	return NULL;
}

static int sip_mt_check(const struct xt_mtchk_param *par)
{
	struct xt_sip_mtinfo *info = par->matchinfo;
	struct sip_net *sn = sip_net_of(par->net);
	const char *error;
	struct sip_rule *rule;
	int err;

	if (par->family != NFPROTO_IPV4 && par->family != NFPROTO_IPV6 &&
	    par->family != NFPROTO_INET) {
		pr_info_ratelimited("works in ip, ip6 and inet tables only\n");
		return -EINVAL;
	}
	error = sip_info_error(info);
	if (error) {
		pr_info_ratelimited("%s\n", error);
		return -EINVAL;
	}
	rule = make_rule(sn, info);
	if (!rule)
		return -ENOMEM;
	err = get_table(rule, sn, info);
	if (err)
		goto free_rule;
	if (rule->flags & ON_MESSAGE)
		err = get_defrag(par->net, par->family);
	if (err)
		goto put_table;
	info->rule = rule;
	sip_memo_rules_changed();
	return 0;

put_table:
	put_table(rule);
free_rule:
	sip_pattern_free(rule->pattern);
	kfree(rule);
	return err;
}

static void sip_mt_destroy(const struct xt_mtdtor_param *par)
{
	const struct xt_sip_mtinfo *info = par->matchinfo;
	struct sip_rule *rule = info->rule;

	sip_memo_rules_changed();
	if (rule->flags & ON_MESSAGE)
		put_defrag(par->net, par->family);
	put_table(rule);
	sip_pattern_free(rule->pattern);
	kfree(rule);
}

/* One entry for all families: inet tables find no per-family ones. */
static struct xt_match sip_mt_reg __read_mostly = {
	.name		= "sip",
	.revision	= 0,
	.family		= NFPROTO_UNSPEC,
	.match		= sip_mt,
	.checkentry	= sip_mt_check,
	.destroy	= sip_mt_destroy,
	.matchsize	= sizeof(struct xt_sip_mtinfo),
	.usersize	= offsetof(struct xt_sip_mtinfo, rule),
	.me		= THIS_MODULE,
};

int sip_match_register(void)
{
	BUILD_BUG_ON(sizeof(struct xt_sip_mtinfo) != 3072);
	return xt_register_match(&sip_mt_reg);
}

void sip_match_unregister(void)
{
	xt_unregister_match(&sip_mt_reg);
}
