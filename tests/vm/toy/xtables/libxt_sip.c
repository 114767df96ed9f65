// SPDX-License-Identifier: GPL-2.0
/* Only a file that tests/vm/selftest finds where iptables looks for it. */
const char toy_plugin[] = "toy";
