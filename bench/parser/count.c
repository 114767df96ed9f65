// SPDX-License-Identifier: GPL-2.0
/* count: counts newlines, by words and by bytes. */
#include "count.h"
#include "sip/text.h"

#define LOWS	(~SIP_HIGHS)

/* The number of bytes of a word that are newlines. */
static size_t in_word(u64 word)
{
	u64 other = word ^ '\n' * SIP_ONES;
	u64 marks = ~(((other & LOWS) + LOWS) | other | LOWS);

	return ((marks >> 7) * SIP_ONES) >> 56;
}

size_t count_words(const u8 *p, const u8 *end)
{
	size_t count = 0;

	for (; end - p >= 8; p += 8)
		count += in_word(xsip_port_load64(p));
	return count + in_word(xsip_word(p, end));
}

size_t count_bytes(const u8 *p, const u8 *end)
{
	size_t count = 0;

	for (; p < end; p++)
		if (*p == '\n')
			count++;
	return count;
}
