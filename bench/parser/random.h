/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generates the same pseudo-random numbers in every run, so that each measures
 * the same messages (xorshift, George Marsaglia, 2003).
 */
#ifndef _RANDOM_H
#define _RANDOM_H

#include "sip/port.h"

static u64 random_state = 88172645463325252ULL;

/* 0 to @below - 1 */
static inline u32 random_below(u32 below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (u32)((random_state >> 20) % below);
}

static inline bool random_bit(void)
{
	return random_below(2);
}

#endif /* _RANDOM_H */
