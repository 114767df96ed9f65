// SPDX-License-Identifier: GPL-2.0
/* An empty plugin: test_machine.py checks only that it is installed. */
int xt_sip_faulty_plugin;
