/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a source is to a table: a stranger, banned, trusted, or barred from
 * trust; until when; and how long its next ban lasts.
 *
 * State and end are one 32-bit word, a term, so that packets read both at once.
 * Times are whole seconds of one clock that starts at boot; 30 bits hold 34
 * years.
 */
#ifndef _XSIP_STATE_H
#define _XSIP_STATE_H

#include "port.h"

enum xsip_state {
	SIP_STRANGER,		/* or no state any more */
	SIP_BANNED,
	SIP_TRUSTED,
	SIP_BARRED,		/* a friend that a rule would have banned */
};

#define SIP_TERM_BITS	30	/* of the end; the state is above them */
#define SIP_BANS_MAX	63	/* bans that are counted; more count as these */

/**
 * xsip_term() - a state and its end as a term
 * @state: the state
 * @end: the second at which it is over
 *
 * Return: the term; 0 for a stranger that never was anything else.
 */
static inline u32 xsip_term(enum xsip_state state, u32 end)
{
	return (u32)state << SIP_TERM_BITS |
		(end & ((1U << SIP_TERM_BITS) - 1));
}

/**
 * xsip_term_state() - the state of a term, over or not
 * @term: the term
 *
 * Return: the state.
 */
static inline enum xsip_state xsip_term_state(u32 term)
{
	return (enum xsip_state)(term >> SIP_TERM_BITS);
}

/**
 * xsip_term_end() - when a term is over
 * @term: the term
 *
 * Return: the second.
 */
static inline u32 xsip_term_end(u32 term)
{
	return term & ((1U << SIP_TERM_BITS) - 1);
}

/**
 * xsip_term_now() - the state that holds now
 * @term: the term
 * @now: the second
 *
 * Return: the state, SIP_STRANGER if the term is over.
 */
static inline enum xsip_state xsip_term_now(u32 term, u32 now)
{
	return xsip_term_end(term) > now ? xsip_term_state(term) : SIP_STRANGER;
}

/**
 * xsip_term_left() - how long a state still holds
 * @term: the term
 * @state: the state
 * @now: the second
 *
 * Return: seconds, 0 if the source is in another state.
 */
static inline u32 xsip_term_left(u32 term, enum xsip_state state, u32 now)
{
	return xsip_term_now(term, now) == state ? xsip_term_end(term) - now :
						   0;
}

/**
 * xsip_ban_length() - how long the next ban of a source lasts
 * @first: the rule's shortest ban, in seconds
 * @most: its longest one; 0 if its bans do not grow
 * @last: the source's last ban, 0 if it had none
 * @quiet: seconds since it ended, or since it sent something, if that is later
 *
 * Twice the last one, until the source was quiet for as long as that lasted;
 * nothing is remembered for longer than @most.
 *
 * Return: seconds.
 */
static inline u32 xsip_ban_length(u32 first, u32 most, u32 last, u32 quiet)
{
	u32 next;

	if (last > most)
		last = most;
	if (!last || quiet >= last)
		return first;
	next = last > most - last ? most : 2 * last;
	return next > first ? next : first;
}

#endif /* _XSIP_STATE_H */
