/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_pattern: many texts, found in one pass over a header field's value.
 *
 * The texts of a rule become one deterministic automaton (Aho and Corasick),
 * so that 200 texts cost what one does: a table look-up per byte. ASCII case
 * is ignored; a run of linear white space, folded lines included, is the same
 * as one space (RFC 3261 section 7.3.1), in texts as in values.
 *
 * A compiled pattern is constant and may be used by any number of readers.
 * Compiling allocates (sip_port_alloc(), may sleep), matching does not.
 */
#ifndef _SIP_PATTERN_H
#define _SIP_PATTERN_H

#include "sip_port.h"

struct sip_pattern;

/**
 * sip_pattern_compile() - make a pattern of the texts of a rule
 * @texts: as in xt_sip_mtinfo.ua: length and anchors, then the text
 * @size: bytes of it, at most XT_SIP_UA_SPACE; every text lies inside
 *
 * Return: the pattern, or NULL if there is no memory.
 */
struct sip_pattern *sip_pattern_compile(const u8 *texts, u32 size);

/**
 * sip_pattern_free() - free a pattern
 * @pattern: what sip_pattern_compile() returned, also NULL
 */
void sip_pattern_free(struct sip_pattern *pattern);

#define SIP_PATTERN_NONE	(-1)

/**
 * sip_pattern_find() - which of the texts is in a value?
 * @pattern: the texts
 * @p: start of the value, without white space around it
 * @end: its end
 *
 * Return: the number of the text that ends first, counted from 0 in the order
 * in which they were compiled, or SIP_PATTERN_NONE. Of several that end at the
 * same byte, one without `$` at its end is preferred, then the longest.
 */
int sip_pattern_find(const struct sip_pattern *pattern, const u8 *p,
		     const u8 *end);

/* Is any of the texts in a value? */
static inline bool sip_pattern_match(const struct sip_pattern *pattern,
				     const u8 *p, const u8 *end)
{
	return sip_pattern_find(pattern, p, end) != SIP_PATTERN_NONE;
}

#endif /* _SIP_PATTERN_H */
