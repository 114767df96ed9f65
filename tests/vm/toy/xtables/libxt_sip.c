// SPDX-License-Identifier: GPL-2.0
/* Only a file that tests/vm/selftest finds where iptables looks for it. */
int xt_sip_toy_plugin;
