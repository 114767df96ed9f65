// SPDX-License-Identifier: GPL-2.0
/*
 * count: counts the instructions of each processor of a virtual machine, as a
 * plugin of QEMU, in a file that the machine can read while it runs.
 *
 * -plugin count.so,out=PATH: PATH is an array of CPUS numbers of 64 bits. Each
 * processor adds to its own when it begins a block of code.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plugin.h"

#define CPUS	64

int qemu_plugin_version = 1;

static unsigned long *counts;

static void begin_block(unsigned int cpu, void *instructions)
{
	if (cpu < CPUS)
		__atomic_store_n(&counts[cpu],
				 counts[cpu] + (unsigned long)instructions,
				 __ATOMIC_RELAXED);
}

static void new_block(unsigned long id, struct qemu_plugin_tb *tb)
{
	void *instructions = (void *)qemu_plugin_tb_n_insns(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, begin_block, NO_REGISTERS,
					     instructions);
}

static bool map_counts(const char *path)
{
	size_t size = CPUS * sizeof(*counts);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	void *mapped = MAP_FAILED;

	if (fd >= 0 && !ftruncate(fd, (off_t)size))
		mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			      fd, 0);
	if (fd >= 0)
		close(fd);
	if (mapped == MAP_FAILED)
		return false;
	counts = mapped;
	return true;
}

int qemu_plugin_install(unsigned long id, const struct qemu_info *info,
			int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4) ||
	    !map_counts(argv[0] + 4)) {
		fprintf(stderr, "count: expected out=PATH, to be written\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, new_block);
	return 0;
}
