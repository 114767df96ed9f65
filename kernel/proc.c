// SPDX-License-Identifier: GPL-2.0
/* Makes and removes the files of /proc/net/xt_sip/. */
#include <linux/proc_fs.h>

#include "net.h"
#include "proc.h"

int xsip_proc_create(struct net *net)
{
	struct proc_dir_entry *dir, *sources;

	dir = proc_net_mkdir(net, "xt_sip", net->proc_net);
	if (!dir)
		return -ENOMEM;
	sources = proc_create_data("sources", 0640, dir,
				   &xsip_proc_sources_ops, net);
	if (!sources || !proc_create_net_single("stats", 0444, dir,
						xsip_proc_show_stats, NULL)) {
		remove_proc_subtree("xt_sip", net->proc_net);
		return -ENOMEM;
	}
	xsip_net_own(net, sources);
	return 0;
}

void xsip_proc_remove(struct net *net)
{
	xsip_net_own(net, NULL);
	remove_proc_subtree("xt_sip", net->proc_net);
}
