// SPDX-License-Identifier: GPL-2.0
/* Tests xsip_term and the length of bans that grow. */
#include "sip/state.h"
#include "test.h"

#define NEVER	((1U << SIP_TERM_BITS) - 1)

TEST(term)
{
	static const u32 ends[] = { 1, 2, 1000, NEVER - 1, NEVER };
	u32 term, state;

	assert_int_equal(xsip_term(SIP_STRANGER, 0), 0);
	for (state = SIP_STRANGER; state <= SIP_BARRED; state++)
		for_each(end, ends) {
			term = xsip_term((enum xsip_state)state, *end);
			assert_int_equal(xsip_term_state(term), state);
			assert_int_equal(xsip_term_end(term), *end);
			assert_int_equal(xsip_term_now(term, *end - 1), state);
			assert_int_equal(xsip_term_now(term, *end),
					 SIP_STRANGER);
			assert_int_equal(xsip_term_left(term,
							(enum xsip_state)state,
							*end - 1), 1);
			assert_int_equal(xsip_term_left(term, SIP_BANNED, 0),
					 state == SIP_BANNED ? *end : 0);
		}
}

static const struct {
	u32 first, most, last, quiet;
	u32 length;
} lengths[] = {
	/* bans that do not grow */
	{ 600, 0, 0, 0, 600 },
	{ 600, 0, 600, 0, 600 },
	{ 600, 0, 604800, 0, 600 },
	/* twice the last one, up to the most */
	{ 600, 604800, 0, 0, 600 },
	{ 600, 604800, 600, 0, 1200 },
	{ 600, 604800, 600, 599, 1200 },
	{ 600, 604800, 600, 600, 600 },
	{ 600, 604800, 1200, 700, 2400 },
	{ 600, 604800, 302400, 0, 604800 },
	{ 600, 604800, 302401, 0, 604800 },
	{ 600, 604800, 604800, 604799, 604800 },
	{ 600, 604800, 604800, 604800, 600 },
	/* the last one by another rule, shorter than this one's first */
	{ 3600, 604800, 60, 59, 3600 },
	{ 3600, 604800, 1801, 0, 3602 },
	/* by hand, longer than the most: forgotten after that */
	{ 600, 3600, 31536000, 3599, 3600 },
	{ 600, 3600, 31536000, 3600, 600 },
	{ 1, 31536000, 31535999, 0, 31536000 },
};

TEST(growth)
{
	for_each(row, lengths)
		expect_int("length", xsip_ban_length(row->first, row->most,
						     row->last, row->quiet),
			   row->length);
}

/* From ten minutes to a week in eleven bans. */
TEST(ten_minutes_to_a_week)
{
	u32 last = 0;
	int bans;

	for (bans = 0; last < 604800; bans++)
		last = xsip_ban_length(600, 604800, last, 0);
	assert_int_equal(bans, 11);
}
