/* SPDX-License-Identifier: GPL-2.0 */
/* Fake of linux/percpu.h for fuzz_cache: one CPU, plain variables. */
#ifndef _FAKE_PERCPU_H
#define _FAKE_PERCPU_H

#include <errno.h>
#include <stdlib.h>

#define __percpu
#define alloc_percpu(type)	((type *)calloc(1, sizeof(type)))
#define free_percpu(p)		free(p)
#define per_cpu_ptr(p, cpu)	((void)(cpu), (p))
#define this_cpu_ptr(p)		(p)
#define for_each_possible_cpu(cpu)	for ((cpu) = 0; (cpu) < 1; (cpu)++)

#endif /* _FAKE_PERCPU_H */
