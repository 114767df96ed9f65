// SPDX-License-Identifier: GPL-2.0
/*
 * sip_main: the module comes and goes, and namespaces do.
 *
 * In order of need: what packets use, namespaces, and the match last, since
 * from then on there can be rules.
 */
#include <linux/module.h>
#include <net/net_namespace.h>

#include "sip_match.h"
#include "sip_memo.h"
#include "sip_proc.h"
#include "sip_scanner.h"
#include "sip_table.h"

static int set_max_sources(const char *text, const struct kernel_param *param)
{
	return param_set_uint_minmax(text, param, 2, 1 << 24);
}

static const struct kernel_param_ops max_sources_ops = {
	.set = set_max_sources,
	.get = param_get_uint,
};

module_param_cb(max_sources, &max_sources_ops, &sip_max_sources, 0644);
MODULE_PARM_DESC(max_sources,
		 "sources per network namespace, 2 to 16777216 (default 262144)");

/* The rest of a namespace comes with its first rule. */
static int __net_init sip_net_init(struct net *net)
{
	return sip_proc_create(net);
}

/* Rules may still be there: x_tables and nf_tables can go later than we do. */
static void __net_exit sip_net_exit(struct net *net)
{
	sip_proc_remove(net);
	sip_net_destroy(net);
}

static struct pernet_operations sip_net_ops = {
	.init = sip_net_init,
	.exit = sip_net_exit,
	.id = &sip_net_id,
	.size = sizeof(struct sip_net_head),
};

static int __init sip_init(void)
{
	int err = sip_memo_init();

	if (err)
		return err;
	err = -ENOMEM;
	if (!sip_scanner_init())
		goto exit_memo;
	err = sip_table_init();
	if (err)
		goto exit_scanner;
	err = register_pernet_subsys(&sip_net_ops);
	if (err)
		goto exit_table;
	err = sip_match_register();
	if (err)
		goto unregister_net;
	return 0;

unregister_net:
	unregister_pernet_subsys(&sip_net_ops);
exit_table:
	sip_table_exit();
exit_scanner:
	sip_scanner_exit();
exit_memo:
	sip_memo_exit();
	return err;
}

static void __exit sip_exit(void)
{
	sip_match_unregister();
	unregister_pernet_subsys(&sip_net_ops);
	sip_table_exit();
	sip_scanner_exit();
	sip_memo_exit();
}

module_init(sip_init);
module_exit(sip_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The xt_sip developers");
MODULE_DESCRIPTION("Xtables: SIP firewall");
MODULE_VERSION(XT_SIP_VERSION);
MODULE_ALIAS("ipt_sip");
MODULE_ALIAS("ip6t_sip");
