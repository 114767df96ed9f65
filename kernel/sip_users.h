/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_users: "more than N distinct users per U", as arithmetic on four words.
 *
 * Linear counting (Whang, Vander-Zanden and Taylor, 1990): a user sets the one
 * of 224 cells that its hash names; n distinct users fill 224 (1 - (223/224)^n)
 * cells on average, so the number of cells tells n. Of random populations of up
 * to 200 users 98 in 100 are estimated within 15 % (or 2 users).
 *
 * The window slides without a timer: time is counted in ticks of U/112, and
 * whoever looks clears the cells whose turn came since the last look, one cell
 * a tick and each after 224 ticks again, so that a user stays U on average. The
 * first U of a source's activity nothing is cleared, so that what came within
 * it counts in full: a steady scan is seen as soon as its U holds more than N
 * users. Of a steady stream of ever new users the estimate is up to 1.25 times
 * too high during the 2U that follow, then right on average, but for many a
 * little low (0.93 times 100, 0.86 times 200: a cell stays set whoever hits it
 * until its turn comes). Users that come again and again are never taken for
 * more than they are. Nobody stays for more than 3U.
 *
 * Word 0 has the head in its low 32 bits: 0 in a sketch that is not in use,
 * else SIP_USERS_USED and the tick up to which cells were cleared, which is
 * in the future for the first U. Above it, and in the other words, are cells.
 *
 * Pure; the caller makes updates atomic. The clock, in nanoseconds, is an
 * argument.
 */
#ifndef _SIP_USERS_H
#define _SIP_USERS_H

#include "sip_port.h"

#define SIP_USERS_WORDS	4
#define SIP_USERS_CELLS	224
#define SIP_USERS_HOLD	(SIP_USERS_CELLS / 2)	/* ticks of the first U */
#define SIP_USERS_HEAD	0xffffffffULL		/* of word 0 */
#define SIP_USERS_USED	0x80000000U
#define SIP_USERS_MOST	999			/* no estimate is higher */

/**
 * struct sip_users - a number of users in a span of time
 * @tick: nanoseconds
 * @limit: cells that N users, and some more by mistake, may set
 */
struct sip_users {
	u64 tick;
	u32 limit;
};

/**
 * sip_users_cells() - how many cells do so many users set?
 * @users: distinct users
 *
 * Return: the average, in units of 1/65536 cell.
 */
static inline u32 sip_users_cells(u32 users)
{
	u32 all = SIP_USERS_CELLS << 16;
	u32 cells = 0;

	while (users--)
		cells += (all - cells) / SIP_USERS_CELLS;
	return cells;
}

/**
 * sip_users_init() - prepare a limit
 * @users: the result
 * @count: users, 1 to XT_SIP_USERS_MAX ...
 * @unit: ... per so many seconds, 1 to 86400
 *
 * The limit lies an eighth above @count, rounded up, where chance does not
 * reach with @count users: up to 50 of them can not set so many cells at all.
 * And no @count users can set more than @count cells.
 */
static inline void sip_users_init(struct sip_users *users, u32 count, u32 unit)
{
	u32 cells = sip_users_cells(count + (count + 7) / 8) >> 16;

	users->tick = sip_port_div64(unit * 1000000000ULL, SIP_USERS_HOLD);
	users->limit = cells < count ? cells : count;
}

/**
 * sip_users_set() - how many cells are set
 * @word: the sketch
 *
 * Return: 0 to SIP_USERS_CELLS.
 */
static inline u32 sip_users_set(const u64 word[SIP_USERS_WORDS])
{
	return sip_port_weight64(word[0] >> 32) +
		sip_port_weight64(word[1]) + sip_port_weight64(word[2]) +
		sip_port_weight64(word[3]);
}

/**
 * sip_users_estimate() - about how many users are these?
 * @word: the sketch, aged
 *
 * Return: 0 to SIP_USERS_MOST.
 */
static inline u32 sip_users_estimate(const u64 word[SIP_USERS_WORDS])
{
	u32 set = sip_users_set(word) << 16;
	u32 all = SIP_USERS_CELLS << 16;
	u32 cells = 0;
	u32 users = 0;

	/* Half a user's worth is rounded up. */
	while (users < SIP_USERS_MOST &&
	       cells + (all - cells) / SIP_USERS_CELLS / 2 < set) {
		cells += (all - cells) / SIP_USERS_CELLS;
		users++;
	}
	return users;
}

/**
 * sip_users_over() - are these more users than the limit?
 * @users: the limit
 * @word: the sketch, aged
 *
 * Return: whether they are.
 */
static inline bool sip_users_over(const struct sip_users *users,
				  const u64 word[SIP_USERS_WORDS])
{
	return sip_users_set(word) > users->limit;
}

/**
 * sip_users_age() - what of a sketch is still there?
 * @users: the limit
 * @now: the time
 * @word: the sketch; becomes what it is now, its head up to date
 *
 * Return: whether it was changed.
 */
static inline bool sip_users_age(const struct sip_users *users, u64 now,
				 u64 word[SIP_USERS_WORDS])
{
	u64 tick = sip_port_div64(now, users->tick);
	u32 head = (u32)word[0];
	/* Sign-extended from 31 bits: the head holds no more. */
	s32 due = (s32)(((u32)tick - head) << 1) >> 1;
	u32 cell;

	if (head && due <= 0 && due >= -SIP_USERS_HOLD)
		return false;
	if (head && due > 0 && due < SIP_USERS_CELLS) {
		for (; due > 0; due--) {
			cell = 32 + (u32)sip_port_mod64(tick - (u32)due + 1,
							SIP_USERS_CELLS);
			word[cell / 64] &= ~(1ULL << cell % 64);
		}
	} else {
		word[0] = 0;
		word[1] = 0;
		word[2] = 0;
		word[3] = 0;
	}
	if (!sip_users_set(word))
		tick += SIP_USERS_HOLD;
	word[0] = (word[0] & ~SIP_USERS_HEAD) |
		SIP_USERS_USED | ((u32)tick & ~SIP_USERS_USED);
	return true;
}

/**
 * sip_users_bit() - the cell of a user
 * @hash: of the user, any 32 bits
 * @bit: becomes the cell's bit
 *
 * Return: the index of the word it is in.
 */
static inline u32 sip_users_bit(u32 hash, u64 *bit)
{
	u32 cell = 32 + (u32)(((u64)hash * SIP_USERS_CELLS) >> 32);

	*bit = 1ULL << cell % 64;
	return cell / 64;
}

#endif /* _SIP_USERS_H */
