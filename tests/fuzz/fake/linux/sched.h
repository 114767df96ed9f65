/* SPDX-License-Identifier: GPL-2.0 */
/* For fuzz_memo: nothing of it is needed. */
