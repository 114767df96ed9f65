/* SPDX-License-Identifier: GPL-2.0 */
/* Fake of linux/sched.h for fuzz_cache, which needs nothing of it. */
