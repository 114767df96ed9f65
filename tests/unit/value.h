/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Puts values in heap blocks of their own size, so that ASan reports the first
 * byte read outside of one, and has helpers for slow readers of values.
 */
#ifndef _VALUE_H
#define _VALUE_H

#include "random.h"
#include "sip/value.h"

static inline struct xsip_range block_of(const char *text, size_t len)
{
	u8 *block = malloc(len);

	if (!block)
		abort();
	if (len)
		memcpy(block, text, len);
	return (struct xsip_range){ block, block + len };
}

static inline void block_free(struct xsip_range block)
{
	free((u8 *)block.p);
}

static inline bool inside(struct xsip_range part, struct xsip_range whole)
{
	return part.p >= whole.p && part.p <= part.end &&
		part.end <= whole.end;
}

static inline void check_text(const char *value, struct xsip_range got,
			      const char *expected)
{
	size_t len = xsip_range_size(got);

	if (len != strlen(expected) || memcmp(got.p, expected, len))
		fail_msg("\"%s\": got \"%.*s\", expected \"%s\"", value,
			 (int)len, (const char *)got.p, expected);
}

/*
 * What each byte is, outside of everything (' ') or inside of quotes ('"') or
 * brackets ('<'), the partners included: a try at every quote and bracket,
 * from the left. Without @brackets a bracket is a byte as others.
 */
static inline void paint(const char *text, size_t len, bool brackets,
			 char *what)
{
	size_t i = 0, to;

	memset(what, ' ', len);
	while (i < len) {
		to = i;
		if (text[i] == '"')
			for (to = i + 1; to < len && text[to] != '"'; to++)
				to += text[to] == '\\' && to + 1 < len;
		else if (text[i] == '<' && brackets)
			while (to < len && text[to] != '>')
				to++;
		if (to > i && to < len) {
			memset(what + i, text[i], to + 1 - i);
			i = to;
		}
		i++;
	}
}

static inline bool is_lws(char c)
{
	return c && strchr(" \t\r\n", c);
}

static inline size_t after_lws(const char *text, size_t len, size_t i)
{
	while (i < len && is_lws(text[i]))
		i++;
	return i;
}

/* Only of bytes that matter. */
static inline size_t random_value(char *text)
{
	static const char bytes[] = "\"\"\\<>;;,? \r\n:@=ttTas\377";
	size_t len = random_below(40), i;

	for (i = 0; i < len; i++)
		text[i] = random_below(60) ?
			bytes[random_below(sizeof(bytes) - 1)] : '\0';
	return len;
}

#endif /* _VALUE_H */
