// SPDX-License-Identifier: GPL-2.0
/* Tests xsip_shape: texts that have a shape, and others. */
#include "message.h"
#include "sip/shape.h"

static const struct {
	const char *shape;
	const char *text;
	bool matches;
} rows[] = {
	{ "", "", true },
	{ "", "a", false },
	{ "abc", "abc", true },
	{ "abc", "abC", false },
	{ "abc", "ab", false },
	{ "abc", "abcd", false },
	{ "%d", "1", true },
	{ "%d", "0123456789", true },
	{ "%d", "", false },
	{ "%d", "1a", false },
	{ "%3d", "123", true },
	{ "%3d", "12", false },
	{ "%3d", "1234", false },
	{ "%10d", "1234567890", true },
	{ "%8x", "0123abef", true },
	{ "%8x", "0123abeF", false },
	{ "%8X", "0123abeF", true },
	{ "%2X", "ag", false },
	{ "%2l", "az", true },
	{ "%2l", "a1", false },
	{ "%2l", "aZ", false },
	{ "%2a", "aZ", true },
	{ "%2a", "a@", false },
	{ "%2a", "a[", false },
	{ "%2z", "a9", true },
	{ "%2z", "A9", false },
	{ "%3n", "aZ9", true },
	{ "%3n", "aZ_", false },
	{ "%4w", "aZ9_", true },
	{ "%4w", "aZ9-", false },
	{ "a%*", "a\x01\xff", true },
	{ "a%*", "a", false },
	{ "%2*", "@@", true },
	{ "%d-%d", "1-22", true },
	{ "%d-%d", "1-", false },
	{ "%d-%d", "-1", false },
	{ "z9hG4bK.%8x", "z9hG4bK.00c0ffee", true },
	{ "z9hG4bK.%8x", "z9hG4bK.00c0ffe", false },
	{ "%2d%2l;x", "12ab;x", true },
	{ "%2d%2l;x", "12ab;y", false },
};

/* Sizes of the texts of a shape. */
static const struct {
	const char *shape;
	size_t size;
} sizes[] = {
	{ "", 0 },
	{ "abc", 3 },
	{ "%71z", 71 },
	{ "z9hG4bK.%8x", 16 },
	{ "%6a.%10d", 17 },
	{ "%d", 0 },
	{ "a%2d-%d", 0 },
};

TEST(sizes)
{
	for_each(row, sizes)
		expect_int(row->shape, xsip_shape_size(row->shape), row->size);
}

TEST(rows)
{
	for_each(row, rows) {
		struct xsip_range block __block = block_of(row->text,
							   strlen(row->text));

		if (xsip_shape_matches(block, row->shape) != row->matches)
			wrong("%s: \"%s\"", row->shape, row->text);
	}
}
