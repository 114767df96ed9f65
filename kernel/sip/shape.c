// SPDX-License-Identifier: GPL-2.0
/* Compares texts with shapes. */
#include "shape.h"

/* What a byte is. */
#define DIGIT	0x01
#define HEX	0x02	/* a to f */
#define HEX_UP	0x04	/* A to F */
#define LOWER	0x08
#define UPPER	0x10
#define UNDER	0x20	/* "_" */
#define OTHER	0x40
#define ANY	0x7f

#define D	DIGIT
#define H	(HEX | LOWER)
#define U	(HEX_UP | UPPER)
#define L	LOWER
#define C	UPPER
#define _	UNDER
#define O	OTHER

static const u8 kinds[256] = {
	/* 0x00 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	/* 0x10 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	/* 0x20 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	/* 0x30 */ D, D, D, D, D, D, D, D, D, D, O, O, O, O, O, O,
	/* 0x40 */ O, U, U, U, U, U, U, C, C, C, C, C, C, C, C, C,
	/* 0x50 */ C, C, C, C, C, C, C, C, C, C, C, O, O, O, O, _,
	/* 0x60 */ O, H, H, H, H, H, H, L, L, L, L, L, L, L, L, L,
	/* 0x70 */ L, L, L, L, L, L, L, L, L, L, L, O, O, O, O, O,
	/* 0x80 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	/* 0x90 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	/* 0xa0 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	/* 0xb0 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	/* 0xc0 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	/* 0xd0 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	/* 0xe0 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	/* 0xf0 */ O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
};

/* What the bytes of a class may be. */
static u8 kinds_of(char class)
{
	switch (class) {
	case 'd':
		return DIGIT;
	case 'x':
		return DIGIT | HEX;
	case 'X':
		return DIGIT | HEX | HEX_UP;
	case 'l':
		return LOWER;
	case 'a':
		return LOWER | UPPER;
	case 'z':
		return DIGIT | LOWER;
	case 'n':
		return DIGIT | LOWER | UPPER;
	case 'w':
		return DIGIT | LOWER | UPPER | UNDER;
	default:
		return ANY;
	}
}

/* Read a number; 0 if there is none. Returns what follows. */
static const char *read_number(const char *shape, size_t *number)
{
	*number = 0;
	for (; xsip_is((u8)*shape, SIP_DIGIT); shape++)
		*number = 10 * *number + (size_t)(*shape - '0');
	return shape;
}

/*
 * Take the bytes of a class from @text. Returns the class letter's place in the
 * shape, which begins after a "%", or NULL if the text has fewer.
 */
static const char *take(struct xsip_range *text, const char *shape)
{
	const u8 *start = text->p;
	const u8 *end = text->end;
	const u8 *p = start;
	size_t least;
	u8 wanted;

	shape = read_number(shape, &least);
	if (least > (size_t)(end - p))
		return NULL;
	if (least)
		end = p + least;
	wanted = kinds_of(*shape);
	while (p < end && kinds[*p] & wanted)
		p++;
	text->p = p;
	return p > start && (!least || p == end) ? shape : NULL;
}

bool xsip_shape_matches(struct xsip_range text, const char *shape)
{
	for (; *shape; shape++) {
		if (*shape == '%') {
			shape = take(&text, shape + 1);
			if (!shape)
				return false;
		} else if (text.p == text.end || *text.p++ != (u8)*shape) {
			return false;
		}
	}
	return text.p == text.end;
}

size_t xsip_shape_size(const char *shape)
{
	size_t size = 0, number;

	for (; *shape; shape++) {
		number = 1;
		if (*shape == '%')
			shape = read_number(shape + 1, &number);
		if (!number)
			return 0;
		size += number;
	}
	return size;
}
