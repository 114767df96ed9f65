/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Distinct users: "more than N users per U", as a sketch of four 64-bit words.
 *
 * Linear counting (Whang, Vander-Zanden and Taylor, 1990): a user sets the one
 * of 224 bits that its hash selects. n distinct users set 224 (1 - (223/224)^n)
 * bits on average, so n follows from the number of set bits. Of random
 * populations of up to 200 users, 98 in 100 are estimated within 15 % (or 2
 * users).
 *
 * The window slides without a timer. Time is counted in ticks of U/112. Whoever
 * reads the sketch clears the bits that have come due since the last read: one
 * bit a tick, each again after 224 ticks, so a user stays for U on average.
 * Nothing is cleared during the first U of a source's activity, so that what
 * came within it counts in full: a steady scan is seen as soon as its U holds
 * more than N users.
 *
 * For a steady stream of ever new users the estimate is up to 1.25 times too
 * high during the 2U that follow. After that it is right on average, but a
 * little low for large numbers (0.93 times 100, 0.86 times 200), since a bit
 * stays set until it comes due, however often it is hit. Users that come again
 * are never counted twice. No user stays for more than 3U.
 *
 * The low half of word 0 is the head: 0 if the sketch is not in use, else
 * SIP_SKETCH_USED and the tick up to which bits were cleared, which lies in the
 * future during the first U. The rest of word 0 and the other words are the
 * bits.
 *
 * The clock, in nanoseconds, is an argument. The caller updates the words
 * atomically.
 */
#ifndef _XSIP_SKETCH_H
#define _XSIP_SKETCH_H

#include "port.h"

#define SIP_SKETCH_WORDS	4
#define SIP_SKETCH_BITS	224
#define SIP_SKETCH_HOLD	(SIP_SKETCH_BITS / 2)	/* ticks of the first U */
#define SIP_SKETCH_HEAD	0xffffffffULL		/* of word 0 */
#define SIP_SKETCH_USED	0x80000000U
#define SIP_SKETCH_MOST	999			/* no estimate is higher */

/**
 * struct xsip_sketch - a number of users in a span of time
 * @tick: nanoseconds
 * @limit: cells that N users, and some more by mistake, may set
 */
struct xsip_sketch {
	u64 tick;
	u32 limit;
};

/**
 * xsip_sketch_expect() - how many cells do so many users set?
 * @users: distinct users
 *
 * Return: the average, in units of 1/65536 cell.
 */
static inline u32 xsip_sketch_expect(u32 users)
{
	u32 all = SIP_SKETCH_BITS << 16;
	u32 cells = 0;

	while (users--)
		cells += (all - cells) / SIP_SKETCH_BITS;
	return cells;
}

/**
 * xsip_sketch_init() - prepare a limit
 * @users: the result
 * @count: users, 1 to XT_SIP_USERS_MAX ...
 * @unit: ... per so many seconds, 1 to 86400
 *
 * The limit lies an eighth above @count, rounded up, where chance does not
 * reach with @count users: up to 50 of them can not set so many cells at all.
 * And no @count users can set more than @count cells.
 */
static inline void xsip_sketch_init(struct xsip_sketch *users, u32 count,
				    u32 unit)
{
	u32 cells = xsip_sketch_expect(count + (count + 7) / 8) >> 16;

	users->tick = xsip_port_div64(unit * 1000000000ULL, SIP_SKETCH_HOLD);
	users->limit = cells < count ? cells : count;
}

/**
 * xsip_sketch_filled() - how many cells are set
 * @word: the sketch
 *
 * Return: 0 to SIP_SKETCH_BITS.
 */
static inline u32 xsip_sketch_filled(const u64 word[SIP_SKETCH_WORDS])
{
	return xsip_port_weight64(word[0] >> 32) +
		xsip_port_weight64(word[1]) + xsip_port_weight64(word[2]) +
		xsip_port_weight64(word[3]);
}

/**
 * xsip_sketch_estimate() - about how many users are these?
 * @word: the sketch, aged
 *
 * Return: 0 to SIP_SKETCH_MOST.
 */
static inline u32 xsip_sketch_estimate(const u64 word[SIP_SKETCH_WORDS])
{
	u32 set = xsip_sketch_filled(word) << 16;
	u32 all = SIP_SKETCH_BITS << 16;
	u32 cells = 0;
	u32 users = 0;

	/* Half a user's worth is rounded up. */
	while (users < SIP_SKETCH_MOST &&
	       cells + (all - cells) / SIP_SKETCH_BITS / 2 < set) {
		cells += (all - cells) / SIP_SKETCH_BITS;
		users++;
	}
	return users;
}

/**
 * xsip_sketch_over() - are these more users than the limit?
 * @users: the limit
 * @word: the sketch, aged
 *
 * Return: whether they are.
 */
static inline bool xsip_sketch_over(const struct xsip_sketch *users,
				    const u64 word[SIP_SKETCH_WORDS])
{
	return xsip_sketch_filled(word) > users->limit;
}

/**
 * xsip_sketch_age() - what of a sketch is still there?
 * @users: the limit
 * @now: the time
 * @word: the sketch; becomes what it is now, its head up to date
 *
 * Return: whether it was changed.
 */
static inline bool xsip_sketch_age(const struct xsip_sketch *users, u64 now,
				   u64 word[SIP_SKETCH_WORDS])
{
	u64 tick = xsip_port_div64(now, users->tick);
	u32 head = (u32)word[0];
	/* Sign-extended from 31 bits: the head holds no more. */
	s32 due = (s32)(((u32)tick - head) << 1) >> 1;
	u32 cell;

	if (head && due <= 0 && due >= -SIP_SKETCH_HOLD)
		return false;
	if (head && due > 0 && due < SIP_SKETCH_BITS) {
		for (; due > 0; due--) {
			cell = 32 + (u32)xsip_port_mod64(tick - (u32)due + 1,
							 SIP_SKETCH_BITS);
			word[cell / 64] &= ~(1ULL << cell % 64);
		}
	} else {
		word[0] = 0;
		word[1] = 0;
		word[2] = 0;
		word[3] = 0;
	}
	if (!xsip_sketch_filled(word))
		tick += SIP_SKETCH_HOLD;
	word[0] = (word[0] & ~SIP_SKETCH_HEAD) |
		SIP_SKETCH_USED | ((u32)tick & ~SIP_SKETCH_USED);
	return true;
}

/**
 * xsip_sketch_bit() - the cell of a user
 * @hash: of the user, any 32 bits
 * @bit: becomes the cell's bit
 *
 * Return: the index of the word it is in.
 */
static inline u32 xsip_sketch_bit(u32 hash, u64 *bit)
{
	u32 cell = 32 + (u32)(((u64)hash * SIP_SKETCH_BITS) >> 32);

	*bit = 1ULL << cell % 64;
	return cell / 64;
}

#endif /* _XSIP_SKETCH_H */
