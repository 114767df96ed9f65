// SPDX-License-Identifier: GPL-2.0
/*
 * Module init and exit, and the start and end of network namespaces.
 *
 * What packets use comes first, then namespaces, and the match last: from then
 * on there can be rules.
 */
#include <linux/module.h>
#include <net/net_namespace.h>

#include "cache.h"
#include "gc.h"
#include "match.h"
#include "net.h"
#include "proc.h"
#include "sip/scanner.h"
#include "term.h"

static int set_max_sources(const char *text, const struct kernel_param *param)
{
	return param_set_uint_minmax(text, param, 2, 1 << 24);
}

static const struct kernel_param_ops max_sources_ops = {
	.set = set_max_sources,
	.get = param_get_uint,
};

module_param_cb(max_sources, &max_sources_ops, &xsip_max_sources, 0644);
MODULE_PARM_DESC(max_sources,
		 "sources per network namespace, 2 to 16777216 (default 262144)");

/* The rest of a namespace comes with its first rule. */
static int __net_init xsip_net_init(struct net *net)
{
	return xsip_proc_create(net);
}

/* Rules may still be there: x_tables and nf_tables can go later than we do. */
static void __net_exit xsip_net_exit(struct net *net)
{
	xsip_proc_remove(net);
	xsip_net_destroy(net);
}

static struct pernet_operations xsip_net_ops = {
	.init = xsip_net_init,
	.exit = xsip_net_exit,
	.id = &xsip_net_id,
	.size = sizeof(struct xsip_net_head),
};

static int __init xsip_init(void)
{
	int err = xsip_cache_init();

	if (err)
		return err;
	err = -ENOMEM;
	if (!xsip_scanner_init())
		goto exit_cache;
	err = xsip_gc_init();
	if (err)
		goto exit_scanner;
	err = register_pernet_subsys(&xsip_net_ops);
	if (err)
		goto exit_gc;
	err = xsip_match_register();
	if (err)
		goto unregister_net;
	return 0;

unregister_net:
	unregister_pernet_subsys(&xsip_net_ops);
exit_gc:
	xsip_gc_exit();
exit_scanner:
	xsip_scanner_exit();
exit_cache:
	xsip_cache_exit();
	return err;
}

static void __exit xsip_exit(void)
{
	xsip_match_unregister();
	unregister_pernet_subsys(&xsip_net_ops);
	xsip_gc_exit();
	xsip_scanner_exit();
	xsip_cache_exit();
}

module_init(xsip_init);
module_exit(xsip_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The xt_sip developers");
MODULE_DESCRIPTION("Xtables: SIP firewall");
MODULE_VERSION(XT_SIP_VERSION);
MODULE_ALIAS("ipt_sip");
MODULE_ALIAS("ip6t_sip");
