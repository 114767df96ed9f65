/* SPDX-License-Identifier: GPL-2.0 */
/*
 * count: counts newlines, as a reference for just reading the bytes. In a file
 * of its own that is compiled like xt_sip, as kernel code without SIMD.
 */
#ifndef _COUNT_H
#define _COUNT_H

#include "sip/port.h"

/**
 * count_words() - newlines in [p, end), 8 bytes at a time
 * @p: start of the range
 * @end: its end
 *
 * Return: how many there are.
 */
size_t count_words(const u8 *p, const u8 *end);

/**
 * count_bytes() - newlines in [p, end), byte by byte
 * @p: start of the range
 * @end: its end
 *
 * Return: how many there are.
 */
size_t count_bytes(const u8 *p, const u8 *end);

#endif /* _COUNT_H */
