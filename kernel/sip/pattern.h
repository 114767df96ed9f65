/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Patterns: many texts, searched in one pass over a header field value.
 *
 * The texts of a rule become one deterministic automaton (Aho and Corasick), so
 * that 200 texts cost what one does: a table look-up for each byte. ASCII case
 * is ignored. A run of linear white space, folded lines included, equals one
 * space (RFC 3261 section 7.3.1), in texts as in values.
 *
 * A compiled pattern is constant and may have any number of readers. Compiling
 * allocates (xsip_port_alloc(), may sleep), matching does not.
 */
#ifndef _XSIP_PATTERN_H
#define _XSIP_PATTERN_H

#include "port.h"

struct xsip_pattern;

/**
 * xsip_pattern_compile() - make a pattern of the texts of a rule
 * @texts: as in xt_sip_mtinfo.texts: length and anchors, then the text
 * @size: bytes of it, at most XT_SIP_TEXT_SPACE; every text lies inside
 *
 * Return: the pattern, or NULL if there is no memory.
 */
struct xsip_pattern *xsip_pattern_compile(const u8 *texts, u32 size);

/**
 * xsip_pattern_free() - free a pattern
 * @pattern: what xsip_pattern_compile() returned, also NULL
 */
void xsip_pattern_free(struct xsip_pattern *pattern);

#define SIP_PATTERN_NONE	(-1)

/**
 * xsip_pattern_find() - which of the texts is in a value?
 * @pattern: the texts
 * @p: start of the value, without white space around it
 * @end: its end
 *
 * Return: the number of the text that ends first, counted from 0 in the order
 * in which they were compiled, or SIP_PATTERN_NONE. Of several that end at the
 * same byte, one without `$` at its end is preferred, then the longest.
 */
int xsip_pattern_find(const struct xsip_pattern *pattern, const u8 *p,
		      const u8 *end);

/* Is any of the texts in a value? */
static inline bool xsip_pattern_match(const struct xsip_pattern *pattern,
				      const u8 *p, const u8 *end)
{
	return xsip_pattern_find(pattern, p, end) != SIP_PATTERN_NONE;
}

/**
 * xsip_pattern_match_escaped() - is any of the texts in a value with escapes?
 * @pattern: the texts
 * @p: start of the value, without white space around it
 * @end: its end
 *
 * Percent escapes of the value are resolved, once.
 */
bool xsip_pattern_match_escaped(const struct xsip_pattern *pattern,
				const u8 *p, const u8 *end);

#endif /* _XSIP_PATTERN_H */
