// SPDX-License-Identifier: GPL-2.0
/*
 * Compiles texts to an automaton and runs it over values.
 *
 * States are numbered as they are made: START, where a value begins, ANYWHERE,
 * where it goes on, then the nodes of two tries. Texts anchored with `^` hang
 * below START, the others below ANYWHERE. The failure link of START is
 * ANYWHERE, so at the start of a value all texts are searched.
 *
 * Most bytes of a value leave the automaton at ANYWHERE, where no text has
 * begun. From there the value is searched with the skip table of Wu and Manber:
 * if two bytes occur in no text at that distance, no text begins before them.
 */
#include "text.h"
#include "pattern.h"
#include <linux/netfilter/xt_sip.h>

#define START		0
#define ANYWHERE	1
/* A node for each byte of the texts, and the two roots. */
#define STATES_MAX	(XT_SIP_TEXT_SPACE + 2)

/* What a state has found. */
#define FOUND		1	/* some text ends here */
#define FOUND_AT_END	2	/* a text ends here that ends the value */

/* An entry of the finished table: where a state's row begins, and: */
#define STOP		0x80000000U	/* it is ANYWHERE or has FOUND */

/* Pairs of bytes by their low bits, so that the case of letters is none. */
#define PAIRS		1024
#define NO_TEXT		255	/* longer than any */

/**
 * struct xsip_pattern - a compiled automaton
 * @class: of each byte; bytes in no text share class 0
 * @reach: [pair] how far on the next text may begin if these are the bytes
 *         before p + @shortest
 * @shortest: length of the shortest text without `^`, up to its first space;
 *            0 if it is too short to tell anything, NO_TEXT if there is none
 * @classes: number of classes
 * @width: of a row: classes, then what the state has found and which text
 * @states: number of states, the rows
 * @next: [state * width + class]
 */
struct xsip_pattern {
	u8 class[256];
	u8 reach[PAIRS];
	u32 shortest;
	u32 classes;
	u32 width;
	u32 states;
	u32 next[];
};

/* State of the compiler: an element for each state. */
struct builder {
	struct xsip_pattern *pattern;
	u16 fail[STATES_MAX];
	u16 queue[STATES_MAX];
	u16 text[STATES_MAX];
	u8 found[STATES_MAX];
};

static u32 *entry(struct xsip_pattern *pattern, u32 state, u32 class)
{
	return &pattern->next[state * pattern->width + class];
}

/* Map white space to a blank and letters to lower case. */
static u8 normal(u8 byte)
{
	return xsip_is(byte, SIP_LWS) ? ' ' : xsip_lower(byte);
}

static u32 assign_classes(u8 class[256], const u8 *texts, u32 size)
{
	u32 classes = 1;
	u32 i, j;

	for (i = 0; i < size; i += (texts[i] & XT_SIP_TEXT_LEN) + 1)
		for (j = 1; j <= (texts[i] & XT_SIP_TEXT_LEN); j++)
			if (!class[normal(texts[i + j])])
				class[normal(texts[i + j])] = (u8)classes++;
	for (i = 0; i < 256; i++)
		class[i] = class[normal((u8)i)];
	return classes;
}

/* If several texts end in a state, the first one without `$` counts. */
static void found_text(struct builder *b, u32 state, u8 found, u16 number)
{
	if (!b->found[state] || (found & ~b->found[state] & FOUND))
		b->text[state] = number;
	b->found[state] |= found;
}

static void add_text(struct builder *b, const u8 *text, u16 number)
{
	struct xsip_pattern *pattern = b->pattern;
	u32 len = *text & XT_SIP_TEXT_LEN;
	u32 state = *text & XT_SIP_TEXT_START ? START : ANYWHERE;
	u32 i;
	u32 *next;

	for (i = 1; i <= len; i++) {
		if (i > 1 && normal(text[i]) == ' ' &&
		    normal(text[i - 1]) == ' ')
			continue;
		next = entry(pattern, state, pattern->class[text[i]]);
		if (!*next)
			*next = pattern->states++;
		state = *next;
	}
	found_text(b, state, *text & XT_SIP_TEXT_END ? FOUND_AT_END : FOUND,
		   number);
}

/*
 * Complete the edges of a state whose failure link is known: missing edges are
 * those of the state that the link leads to. Children get their failure links.
 * No edge leads to START, which is state 0, so 0 means that there is no edge.
 */
static u32 link_state(struct builder *b, u32 state, u32 tail)
{
	struct xsip_pattern *pattern = b->pattern;
	u32 fail = b->fail[state];
	u32 *next;
	u32 class, to;

	if (b->found[fail])
		found_text(b, state, b->found[fail], b->text[fail]);
	for (class = 0; class < pattern->classes; class++) {
		next = entry(pattern, state, class);
		to = state == ANYWHERE ? ANYWHERE :
			*entry(pattern, fail, class);
		if (*next) {
			b->fail[*next] = (u16)to;
			b->queue[tail++] = (u16)*next;
		} else {
			*next = to;
		}
	}
	return tail;
}

/* Breadth first: a failure link leads to a shorter text, which is complete. */
static void link_states(struct builder *b)
{
	u32 head = 0;
	u32 tail = 0;

	b->fail[START] = ANYWHERE;
	b->fail[ANYWHERE] = ANYWHERE;
	tail = link_state(b, ANYWHERE, tail);
	while (head < tail)
		tail = link_state(b, b->queue[head++], tail);
	tail = link_state(b, START, tail);
	while (head < tail)
		tail = link_state(b, b->queue[head++], tail);
}

/* A state that was reached by a space: further spaces stay in it. */
static void repeat_spaces(struct xsip_pattern *pattern)
{
	u32 class = pattern->class[' '];
	u32 i, to;

	for (i = 0; i < pattern->states; i++) {
		to = *entry(pattern, i, class);
		if (class)
			*entry(pattern, to, class) = to;
	}
}

/* Replace states by the rows they are in; a row ends with what it has found. */
static void finish_rows(struct builder *b)
{
	struct xsip_pattern *pattern = b->pattern;
	u32 state, class;
	u32 *to;

	for (state = 0; state < pattern->states; state++) {
		for (class = 0; class < pattern->classes; class++) {
			to = entry(pattern, state, class);
			*to = *to * pattern->width |
				(*to == ANYWHERE || b->found[*to] & FOUND ?
				 STOP : 0);
		}
		*entry(pattern, state, class) = b->found[state] |
			(u32)b->text[state] << 8;
	}
}

/* ---- Where texts cannot be ---- */

static u32 pair_of(const u8 *p)
{
	return (p[0] & 0x1fU) << 5 | (p[1] & 0x1f);
}

/* Length of a text up to its first space, where a value may have several. */
static u32 solid_length(const u8 *text)
{
	u32 len = *text & XT_SIP_TEXT_LEN;
	u32 i;

	for (i = 0; i < len; i++)
		if (normal(text[i + 1]) == ' ')
			break;
	return i;
}

static u32 next_text(const u8 *texts, u32 i)
{
	return i + (texts[i] & XT_SIP_TEXT_LEN) + 1;
}

static u32 shortest_text(const u8 *texts, u32 size)
{
	u32 shortest = NO_TEXT;
	u32 i, len;

	for (i = 0; i < size; i = next_text(texts, i)) {
		len = solid_length(&texts[i]);
		if (!(texts[i] & XT_SIP_TEXT_START) && len < shortest)
			shortest = len;
	}
	return shortest > 2 ? shortest : 0;
}

/* Fill the skip table: how near to a possible text a pair of bytes is. */
static void measure_reach(struct xsip_pattern *pattern, const u8 *texts,
			  u32 size)
{
	u32 len = shortest_text(texts, size);
	u8 *reach;
	u32 i, at;

	pattern->shortest = len;
	if (!len)
		return;
	memset(pattern->reach, (int)len - 1, sizeof(pattern->reach));
	for (i = 0; i < size; i = next_text(texts, i)) {
		if (texts[i] & XT_SIP_TEXT_START)
			continue;
		for (at = 0; at + 2 <= len; at++) {
			reach = &pattern->reach[pair_of(&texts[i + 1 + at])];
			if (*reach > len - 2 - at)
				*reach = (u8)(len - 2 - at);
		}
	}
}

/* ---- All ---- */

struct xsip_pattern *xsip_pattern_compile(const u8 *texts, u32 size)
{
	struct xsip_pattern *pattern;
	struct builder *b;
	u8 class[256] = { 0 };
	u32 classes, i;
	u16 number = 0;

	classes = assign_classes(class, texts, size);
	b = xsip_port_alloc(sizeof(*b));
	pattern = xsip_port_alloc(sizeof(*pattern) +
				  sizeof(u32) * (classes + 1) * (size + 2));
	if (!b || !pattern) {
		xsip_port_free(pattern);
		xsip_port_free(b);
		return NULL;
	}
	memcpy(pattern->class, class, sizeof(class));
	pattern->classes = classes;
	pattern->width = classes + 1;
	pattern->states = 2;
	b->pattern = pattern;
	for (i = 0; i < size; i = next_text(texts, i))
		add_text(b, &texts[i], number++);
	link_states(b);
	repeat_spaces(pattern);
	finish_rows(b);
	measure_reach(pattern, texts, size);
	xsip_port_free(b);
	return pattern;
}

void xsip_pattern_free(struct xsip_pattern *pattern)
{
	xsip_port_free(pattern);
}

/* Returns the first position from @p on at which a text may begin, or @end. */
static __always_inline const u8 *
skip_textless(const struct xsip_pattern *pattern, const u8 *p, const u8 *end)
{
	u32 shortest = pattern->shortest;
	u32 reach;

	if (!shortest)
		return p;
	while ((size_t)(end - p) >= shortest) {
		reach = pattern->reach[pair_of(p + shortest - 2)];
		if (!reach)
			return p;
		p += reach;
	}
	return end;
}

/* Which text a state has found; @all: the value was read to its end. */
static __always_inline int found_at(const struct xsip_pattern *pattern, u32 at,
				    bool all)
{
	u32 found = pattern->next[at + pattern->classes];

	if (found & FOUND || (found & FOUND_AT_END && all))
		return (int)(found >> 8);
	return SIP_PATTERN_NONE;
}

int xsip_pattern_find(const struct xsip_pattern *pattern, const u8 *p,
		      const u8 *end)
{
	u32 anywhere = ANYWHERE * pattern->width;
	const u8 *least = p;	/* where skipping pays again */
	u32 at = START;

	while (p < end) {
		at = pattern->next[at + pattern->class[*p++]];
		if (likely(!(at & STOP)))
			continue;
		at &= ~STOP;
		if (at != anywhere)
			break;
		if (p < least)
			continue;
		p = skip_textless(pattern, p, end);
		least = (size_t)(end - p) > pattern->shortest ?
			p + pattern->shortest : end;
	}
	return found_at(pattern, at, p == end);
}

bool xsip_pattern_match_escaped(const struct xsip_pattern *pattern,
				const u8 *p, const u8 *end)
{
	u32 anywhere = ANYWHERE * pattern->width;
	u32 at = START;
	int byte;

	while (p < end) {
		byte = xsip_text_escaped(p, end);
		at = pattern->next[at + pattern->class[byte < 0 ? *p : byte]];
		p += byte < 0 ? 1 : 3;
		if (!(at & STOP))
			continue;
		at &= ~STOP;
		if (at != anywhere)
			break;
	}
	return found_at(pattern, at, p == end) != SIP_PATTERN_NONE;
}
