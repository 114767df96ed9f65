/* SPDX-License-Identifier: GPL-2.0 */
/*
 * plugin: what count.c uses of version 1 of QEMU's interface for plugins, for
 * which Debian has no header. A QEMU that has another says so and ends.
 */
#ifndef _PLUGIN_H
#define _PLUGIN_H

#include <stddef.h>

#define PUBLIC		__attribute__((visibility("default")))
#define NO_REGISTERS	0

struct qemu_plugin_tb;
struct qemu_info;

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
void qemu_plugin_register_vcpu_tb_trans_cb(unsigned long id, void *translated);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
					  void *executed, int flags,
					  void *data);

/* What a plugin has. */
extern PUBLIC int qemu_plugin_version;
PUBLIC int qemu_plugin_install(unsigned long id, const struct qemu_info *info,
			       int argc, char **argv);

#endif /* _PLUGIN_H */
