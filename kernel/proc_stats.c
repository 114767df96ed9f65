// SPDX-License-Identifier: GPL-2.0
/* Prints /proc/net/xt_sip/stats: counters and gauges of a network namespace. */
#include <linux/seq_file.h>

#include "proc.h"
#include "proof.h"
#include "solicited.h"
#include "table.h"

static void show_head(struct seq_file *seq, const char *name, const char *type,
		      const char *help)
{
	seq_printf(seq, "# HELP xt_sip_%s %s\n# TYPE xt_sip_%s %s\n", name,
		   help, name, type);
}

/* A counter without labels. */
static void show_counter(struct seq_file *seq,
			 struct xsip_stats __percpu *stats,
			 const char *name, unsigned int stat, const char *help)
{
	show_head(seq, name, "counter", help);
	seq_printf(seq, "xt_sip_%s %llu\n", name, xsip_stats_sum(stats, stat));
}

/* A group of counters that differ in a label; @values are its values. */
static void show_group(struct seq_file *seq, struct xsip_stats __percpu *stats,
		       const char *name, const char *label,
		       const char *const *values, unsigned int count,
		       unsigned int stat, const char *help)
{
	unsigned int i;

	show_head(seq, name, "counter", help);
	for (i = 0; i < count; i++)
		seq_printf(seq, "xt_sip_%s{%s=\"%s\"} %llu\n", name, label,
			   values[i], xsip_stats_sum(stats, stat + i));
}

static const char *const class_names[SIP_CLASS_COUNT] = {
	[SIP_UNJUDGED]	= "unjudged",
	[SIP_KEEPALIVE]	= "keepalive",
	[SIP_JUNK]	= "junk",
	[SIP_REQUEST]	= "request",
	[SIP_RESPONSE]	= "response",
};

/* By the first digit; nothing should send 0xx and 7xx to 9xx. */
static const char *const status_names[10] = {
	"0xx", "1xx", "2xx", "3xx", "4xx", "5xx", "6xx", "7xx", "8xx", "9xx",
};

static void show_counters(struct seq_file *seq,
			  struct xsip_stats __percpu *stats)
{
	show_group(seq, stats, "packets_total", "class", class_names,
		   SIP_CLASS_COUNT, SIP_STAT_CLASS,
		   "Packets that rules looked into, by what they carry.");
	show_group(seq, stats, "requests_total", "method", xsip_method_names,
		   XT_SIP_METHOD_COUNT, SIP_STAT_REQUEST,
		   "SIP requests, by method.");
	show_group(seq, stats, "responses_total", "status", status_names,
		   ARRAY_SIZE(status_names), SIP_STAT_RESPONSE,
		   "SIP responses, by class of status code.");
	show_group(seq, stats, "defects_total", "defect", xsip_defect_names,
		   XT_SIP_DEFECT_COUNT, SIP_STAT_DEFECT,
		   "Defects found; a packet may have several.");
	/* SIP_TOOL_NONE has no counter. */
	show_group(seq, stats, "scanners_total", "tool", xsip_tool_names + 1,
		   SIP_TOOL_COUNT - 1, SIP_STAT_SCANNER + 1,
		   "Requests of attack tools, as --scanner tells them.");
	/* No rule has SIP_REASON_NONE or SIP_REASON_HAND. */
	show_group(seq, stats, "matched_total", "kind", xsip_reason_names + 1,
		   SIP_REASON_HAND - 1, SIP_STAT_MATCHED + 1,
		   "Packets that rules matched, by what the rule is about.");
	show_counter(seq, stats, "bans_total", SIP_STAT_BANS,
		     "Bans that rules have set.");
	show_counter(seq, stats, "bans_refused_total", SIP_STAT_BANS_REFUSED,
		     "Bans not recorded, as bans hold half of all room or memory is short.");
	show_counter(seq, stats, "bans_withheld_total", SIP_STAT_BANS_WITHHELD,
		     "Bans of friends, who lose their trust first.");
	show_counter(seq, stats, "bans_local_total", SIP_STAT_BANS_LOCAL,
		     "Bans of this machine's own addresses, never set.");
	show_counter(seq, stats, "trusts_total", SIP_STAT_TRUSTS,
		     "New friends that rules with --trust made.");
	show_counter(seq, stats, "trusts_refused_total",
		     SIP_STAT_TRUSTS_REFUSED,
		     "Friends not made: too many, or banned or barred.");
	show_counter(seq, stats, "trusts_unproven_total",
		     SIP_STAT_TRUSTS_UNPROVEN,
		     "Packets that matched --trust and prove nothing.");
	show_counter(seq, stats, "banned_packets_total", SIP_STAT_BANNED_PACKETS,
		     "Packets matched because their source is banned.");
	show_counter(seq, stats, "over_rate_total", SIP_STAT_OVER_RATE,
		     "Packets over the --rate of a rule.");
	show_counter(seq, stats, "over_users_total", SIP_STAT_OVER_USERS,
		     "Packets of sources over the --users of a rule.");
	show_counter(seq, stats, "remembered_total", SIP_STAT_REMEMBERED,
		     "Requests remembered, so that responses can be told.");
	show_counter(seq, stats, "solicited_total", SIP_STAT_SOLICITED,
		     "Responses to remembered requests, by rules with --solicited.");
	show_counter(seq, stats, "unsolicited_total", SIP_STAT_UNSOLICITED,
		     "Responses that nobody asked for, by rules with --solicited.");
	show_counter(seq, stats, "forgiven_total", SIP_STAT_FORGIVEN,
		     "Times that --forgive cleared the counts of a source.");
	show_counter(seq, stats, "evicted_total", SIP_STAT_EVICTED,
		     "Sources forgotten to make room for others.");
	show_counter(seq, stats, "full_total", SIP_STAT_FULL,
		     "Packets not counted, as their source found no room.");
}

static void show_gauge(struct seq_file *seq, struct xsip_net *sn,
		       const char *name, size_t gauge, const char *help)
{
	const struct xsip_table *table;
	int i;

	show_head(seq, name, "gauge", help);
	rcu_read_lock();
	for (i = 0; sn && i < SIP_TABLES; i++) {
		table = rcu_dereference(sn->tables[i]);
		if (table)
			seq_printf(seq, "xt_sip_%s{table=\"%s\"} %d\n", name,
				   table->name,
				   atomic_read((const atomic_t *)
					       ((const u8 *)table + gauge)));
	}
	rcu_read_unlock();
}

int xsip_proc_show_stats(struct seq_file *seq, void *unused)
{
	const struct net *net = seq_file_single_net(seq);
	struct xsip_net *sn = xsip_net_of(net);

	show_head(seq, "info", "gauge", "Version of the module.");
	seq_printf(seq, "xt_sip_info{version=\"%s\"} 1\n", XT_SIP_VERSION);
	show_counters(seq, sn ? sn->stats : NULL);
	show_gauge(seq, sn, "sources", offsetof(struct xsip_table, sources),
		   "Sources known, by table.");
	show_gauge(seq, sn, "banned_sources",
		   offsetof(struct xsip_table, banned),
		   "Sources with a ban, by table.");
	show_gauge(seq, sn, "trusted_sources",
		   offsetof(struct xsip_table, trusted),
		   "Sources with trust, or barred from it, by table.");
	show_head(seq, "memory_bytes", "gauge",
		  "Size of the memory of requests and nonces, 0 if no rule asks for it.");
	seq_printf(seq, "xt_sip_memory_bytes %zu\n",
		   sn ? xsip_solicited_bytes(sn) + xsip_proof_bytes(sn) : 0);
	show_head(seq, "max_sources", "gauge",
		  "Sources that this network namespace has room for.");
	seq_printf(seq, "xt_sip_max_sources %u\n", xsip_net_limit(net));
	return 0;
}
