/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rates: "more than N packets per U", as arithmetic on one 64-bit cell.
 *
 * The generic cell rate algorithm (ITU-T I.371): the cell holds the theoretical
 * arrival time (TAT), the time at which everything that was let through is paid
 * for. A packet costs one interval of U/N. It is within the rate if the debt it
 * finds is at most the slack, burst - 1 intervals. A packet over the rate costs
 * nothing. A cell of 0 is a source without debt.
 *
 * Times are nanoseconds of one monotonic clock, which is an argument. The
 * caller updates the cell atomically.
 */
#ifndef _XSIP_RATE_H
#define _XSIP_RATE_H

#include "port.h"

/* Longest slack: above it now + slack + interval could pass 64 bits. */
#define SIP_RATE_SLACK_MAX	(1ULL << 62)
#define SIP_NSEC_PER_SEC	1000000000ULL

/**
 * struct xsip_rate - a rate and its burst
 * @interval: nanoseconds that one packet costs
 * @slack: nanoseconds of debt that a packet within the rate may find
 */
struct xsip_rate {
	u64 interval;
	u64 slack;
};

/**
 * xsip_rate_init() - prepare a rate
 * @rate: the result
 * @count: packets, 1 to XT_SIP_RATE_MAX ...
 * @unit: ... per so many seconds, 1 to 86400
 * @burst: packets that may come at once, 1 to XT_SIP_RATE_MAX
 *
 * Return: whether 64 bits can hold it.
 */
static inline bool xsip_rate_init(struct xsip_rate *rate, u32 count, u32 unit,
				  u32 burst)
{
	rate->interval = unit * SIP_NSEC_PER_SEC;
	rate->interval = xsip_port_div64(rate->interval, count);
	if (burst - 1 > xsip_port_div64(SIP_RATE_SLACK_MAX, rate->interval))
		return false;
	rate->slack = (burst - 1) * rate->interval;
	return true;
}

/**
 * xsip_rate_over() - is one more packet over the rate?
 * @rate: the rate
 * @now: time of the packet
 * @tat: the word; moves on if the packet is within the rate
 *
 * Return: whether the packet is over the rate.
 */
static inline bool xsip_rate_over(const struct xsip_rate *rate, u64 now,
				  u64 *tat)
{
	if (*tat > now + rate->slack)
		return true;
	*tat = (*tat > now ? *tat : now) + rate->interval;
	return false;
}

/**
 * xsip_rate_used() - how much of the burst is in use
 * @rate: the rate
 * @now: the time
 * @tat: the word
 *
 * Return: packets that are not paid for yet, rounded up.
 */
static inline u64 xsip_rate_used(const struct xsip_rate *rate, u64 now, u64 tat)
{
	if (tat <= now)
		return 0;
	return xsip_port_div64(tat - now + rate->interval - 1, rate->interval);
}

/**
 * xsip_rate_default_burst() - the burst when no --burst is given
 * @count: packets ...
 * @unit: ... per so many seconds
 *
 * "5/m" lets five packets through at once, then one every twelve seconds, so
 * that whoever sends five a minute is not over the rate.
 *
 * Return: @count; of a rate per second at least 5.
 */
static inline u32 xsip_rate_default_burst(u32 count, u32 unit)
{
	return unit > 1 || count > 5 ? count : 5;
}

#endif /* _XSIP_RATE_H */
