/* SPDX-License-Identifier: GPL-2.0 */
/* One CPU, for fuzz_cache: what is the CPU's own is simply there. */
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
