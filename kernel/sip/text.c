// SPDX-License-Identifier: GPL-2.0
/* Numbers, times and searches in SIP text. */
#include "text.h"

#define T	SIP_TOKEN
#define D	(SIP_TOKEN | SIP_DIGIT)
#define C	(SIP_CTL | SIP_NAME_END)
#define W	(C | B)
#define B	(SIP_LWS | SIP_PARAM_END | SIP_PADDING)
#define Z	(C | SIP_PADDING)
#define N	SIP_NAME_END
#define V	SIP_VALUE_MARK
#define E	(SIP_VALUE_MARK | SIP_PARAM_END)

const u8 xsip_text_class[256] = {
	/* 0x00 */ Z, C, C, C, C, C, C, C, C, W, W, C, C, W, C, C,
	/* 0x10 */ C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
	/* 0x20 */ B, T, V, 0, 0, T, 0, T, 0, 0, T, T, E, T, T, 0,
	/* 0x30 */ D, D, D, D, D, D, D, D, D, D, N, E, V, 0, 0, 0,
	/* 0x40 */ 0, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T,
	/* 0x50 */ T, T, T, T, T, T, T, T, T, T, T, 0, 0, 0, 0, T,
	/* 0x60 */ T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T,
	/* 0x70 */ T, T, T, T, T, T, T, T, T, T, T, 0, 0, 0, T, C,
	/* 0x80 and above: 0 */
};

#undef T
#undef D
#undef C
#undef W
#undef B
#undef N
#undef V
#undef E

const u8 *xsip_text_control(const u8 *p, const u8 *end)
{
	u64 marks;

	while (end - p >= 8) {
		marks = xsip_word_controls(xsip_port_load64(p));
		if (!marks) {
			p += 8;
			continue;
		}
		p += xsip_word_first(marks);
		if (likely(xsip_is(*p, SIP_CTL)))
			return p;
		p++;
	}
	while (p < end && !xsip_is(*p, SIP_CTL))
		p++;
	return p;
}

const u8 *xsip_text_find(const u8 *p, const u8 *end, u8 byte)
{
	u64 word, marks;

	for (; end - p >= 8; p += 8) {
		word = xsip_port_load64(p);
		if (likely(!(xsip_word_ascii(word, byte) & SIP_HIGHS)))
			continue;
		marks = xsip_word_bytes(word, byte);
		if (marks)
			return p + xsip_word_first(marks);
	}
	while (p < end && *p != byte)
		p++;
	return p;
}

const u8 *xsip_text_quoted_end(const u8 *p, const u8 *end)
{
	const u8 *start = p + 1;

	for (p = start; p < end && *p != '"'; p++)
		if (*p == '\\' && end - p > 1)
			p++;
	return p < end ? p + 1 : start;
}

/* The byte after @literal in a range that starts with it, else NULL. */
static const u8 *skip_literal(const u8 *p, const u8 *end, const char *literal)
{
	for (; *literal; p++, literal++)
		if (p == end || xsip_lower(*p) != (u8)*literal)
			return NULL;
	return p;
}

bool xsip_text_starts(const u8 *p, const u8 *end, const char *literal)
{
	return skip_literal(p, end, literal);
}

bool xsip_text_equal(const u8 *p, const u8 *end, const char *literal)
{
	return skip_literal(p, end, literal) == end;
}

const u8 *xsip_text_number(const u8 *p, const u8 *end, u32 *value)
{
	u64 n = 0;

	for (; p < end && xsip_is(*p, SIP_DIGIT); p++)
		if (n < U32_MAX)
			n = 10 * n + (*p - '0');
	*value = n < U32_MAX ? (u32)n : U32_MAX;
	return p;
}

static const struct {
	char name;
	u32 seconds;
} time_units[] = {
	{ 'w', 604800 }, { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 },
};

static u32 unit_seconds(u8 name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(time_units); i++)
		if (time_units[i].name == name)
			return time_units[i].seconds;
	return 0;
}

bool xsip_text_time(const u8 *p, const u8 *end, u32 *seconds)
{
	const u8 *unit;
	u32 factor, n;

	unit = xsip_text_number(p, end, &n);
	if (unit == p || end - unit != 1)
		return false;
	factor = unit_seconds(*unit);
	if (!n || !factor || n > (U32_MAX - 1) / factor)
		return false;
	*seconds = n * factor;
	return true;
}

char xsip_text_time_unit(u32 *seconds)
{
	size_t i = 0;

	while (*seconds % time_units[i].seconds)
		i++;
	*seconds /= time_units[i].seconds;
	return time_units[i].name;
}
