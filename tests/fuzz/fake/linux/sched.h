/* SPDX-License-Identifier: GPL-2.0 */
/* For fuzz_cache: nothing of it is needed. */
