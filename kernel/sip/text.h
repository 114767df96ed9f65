/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes, words and numbers of SIP text (RFC 3261 section 25.1).
 *
 * Functions take a range [p, end) and read nothing outside of it; no text needs
 * a NUL. ASCII only: bytes from 0x80 on are plain text and have no case.
 */
#ifndef _XSIP_TEXT_H
#define _XSIP_TEXT_H

#include "port.h"

/* The text [p, end). */
struct xsip_range {
	const u8 *p;
	const u8 *end;
};

static inline size_t xsip_range_size(struct xsip_range range)
{
	return (size_t)(range.end - range.p);
}

/* Classes of a byte, bits of xsip_text_class[]. */
#define SIP_TOKEN	0x01	/* token: alphanum and - . ! % * _ + ` ' ~ */
#define SIP_CTL		0x02	/* 0x00 to 0x1f and 0x7f */
#define SIP_LWS		0x04	/* SP HTAB CR LF: what linear white space has */
#define SIP_DIGIT	0x08
#define SIP_NAME_END	0x10	/* ':' and SIP_CTL: end a field's name */
#define SIP_VALUE_MARK	0x20	/* " < ; , which give a value its parts */
#define SIP_PARAM_END	0x40	/* SIP_LWS ; , which end a parameter */
#define SIP_PADDING	0x80	/* SIP_LWS NUL */

extern const u8 xsip_text_class[256];

#define SIP_ONES	0x0101010101010101ULL
#define SIP_HIGHS	0x8080808080808080ULL

static inline bool xsip_is(u8 byte, u8 classes)
{
	return xsip_text_class[byte] & classes;
}

/* After the linear white space that [p, end) begins with. */
static inline const u8 *xsip_skip_lws(const u8 *p, const u8 *end)
{
	while (p < end && xsip_is(*p, SIP_LWS))
		p++;
	return p;
}

static inline u8 xsip_lower(u8 byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

/* The value of a hexadecimal digit, or 16. */
static inline u8 xsip_hex_digit(u8 byte)
{
	if (xsip_is(byte, SIP_DIGIT))
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : 16;
}

/*
 * The first 8 bytes of [p, end), the first in the lowest byte of the word;
 * zeroes stand for what lies past the end.
 */
static inline u64 xsip_word(const u8 *p, const u8 *end)
{
	u64 word = 0;
	int i;

	if (likely(end - p >= 8))
		return xsip_port_load64(p);
	for (i = 0; i < end - p; i++)
		word |= (u64)p[i] << (8 * i);
	return word;
}

/* Keep the first @n bytes (1 to 8) of a word. */
static inline u64 xsip_word_head(u64 word, unsigned int n)
{
	return word & (~0ULL >> (8 * (8 - n)));
}

/* The high bit of every byte of @word that is zero; exact up to the first. */
static inline u64 xsip_word_zeros(u64 word)
{
	return (word - SIP_ONES) & ~word & SIP_HIGHS;
}

/* The high bit of every byte of @word that is @byte; exact up to the first. */
static inline u64 xsip_word_bytes(u64 word, u8 byte)
{
	return xsip_word_zeros(word ^ byte * SIP_ONES);
}

/*
 * Like xsip_word_bytes(), but exact only for ASCII, with fewer operations. The
 * high bits of bytes from 0x80 on may be set as well, and so may other bits.
 */
static inline u64 xsip_word_ascii(u64 word, u8 byte)
{
	return (word ^ byte * SIP_ONES) - SIP_ONES;
}

/*
 * The high bit of every byte of @word that may be a control byte: of those that
 * are, of a '~' after 0xff, and possibly of bytes after one that is.
 */
static inline u64 xsip_word_controls(u64 word)
{
	return ((word - 0x20 * SIP_ONES) | (word + SIP_ONES)) & ~word &
		SIP_HIGHS;
}

/* Which byte of a word has the first mark, from 0 on; there is one. */
static inline unsigned int xsip_word_first(u64 marks)
{
	return (unsigned int)__builtin_ctzll(marks) >> 3;
}

/* Up to 8 characters as the word that xsip_word() reads. */
#define SIP_CHAR(c, n)	((u64)(c) << (8 * (n)))
#define SIP_WORD4(a, b, c, d)						\
	(SIP_CHAR(a, 0) | SIP_CHAR(b, 1) | SIP_CHAR(c, 2) | SIP_CHAR(d, 3))
#define SIP_WORD8(a, b, c, d, e, f, g, h)				\
	(SIP_WORD4(a, b, c, d) | SIP_CHAR(e, 4) | SIP_CHAR(f, 5) |	\
	 SIP_CHAR(g, 6) | SIP_CHAR(h, 7))

/**
 * xsip_text_control() - find the first control byte
 * @p: start of the range
 * @end: its end
 *
 * Return: the first byte below 0x20 or equal to 0x7f, or @end.
 */
const u8 *xsip_text_control(const u8 *p, const u8 *end);

/**
 * xsip_text_find() - find a byte
 * @p: start of the range
 * @end: its end
 * @byte: what to look for
 *
 * Return: the first one, or @end.
 */
const u8 *xsip_text_find(const u8 *p, const u8 *end, u8 byte);

/**
 * xsip_text_quoted_end() - find the end of a quoted string
 * @p: its first quote
 * @end: end of the range
 *
 * A backslash escapes the next byte (RFC 3261 section 25.1).
 *
 * Return: the byte after its last quote; @p + 1 if it has no last quote.
 */
const u8 *xsip_text_quoted_end(const u8 *p, const u8 *end);

/**
 * xsip_text_escaped() - read a percent escape
 * @p: a byte of the range
 * @end: its end
 *
 * Return: the byte that "%" and two hexadecimal digits at @p stand for
 * (RFC 3261 section 25.1), or -1 if they are not there.
 */
static inline int xsip_text_escaped(const u8 *p, const u8 *end)
{
	if (*p != '%' || end - p < 3 || xsip_hex_digit(p[1]) > 15 ||
	    xsip_hex_digit(p[2]) > 15)
		return -1;
	return xsip_hex_digit(p[1]) << 4 | xsip_hex_digit(p[2]);
}

/**
 * xsip_text_equal() - compare a range with a literal, ASCII case ignored
 * @p: start of the range
 * @end: its end
 * @literal: NUL-terminated text in lower case
 *
 * Return: whether the whole range is the whole literal.
 */
bool xsip_text_equal(const u8 *p, const u8 *end, const char *literal);

/**
 * xsip_text_starts() - does a range start with a literal, ASCII case ignored
 * @p: start of the range
 * @end: its end
 * @literal: NUL-terminated text in lower case
 *
 * Return: whether it does.
 */
bool xsip_text_starts(const u8 *p, const u8 *end, const char *literal);

/**
 * xsip_text_number() - read 1*DIGIT
 * @p: start of the range
 * @end: its end
 * @value: where the number goes; U32_MAX if it is that or more
 *
 * Return: the first byte after the digits, @p if there is none.
 */
const u8 *xsip_text_number(const u8 *p, const u8 *end, u32 *value);

/**
 * xsip_text_time() - read a span of time such as "90s", "10m", "1h", "1d", "1w"
 * @p: start of the range
 * @end: its end
 * @seconds: where the span goes, at least 1
 *
 * The unit has to be there: who writes a bare number may mean minutes. Nothing
 * may follow it.
 *
 * Return: whether the range is a span that 32 bits of seconds can hold.
 */
bool xsip_text_time(const u8 *p, const u8 *end, u32 *seconds);

/**
 * xsip_text_time_unit() - the largest unit that divides a span of time
 * @seconds: the span; becomes the number of units
 *
 * What is printed as number and unit reads back as the same span.
 *
 * Return: 's', 'm', 'h', 'd' or 'w'.
 */
char xsip_text_time_unit(u32 *seconds);

#endif /* _XSIP_TEXT_H */
