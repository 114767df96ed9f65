// SPDX-License-Identifier: GPL-2.0
/*
 * sip_pattern: see sip_pattern.h for the contract.
 *
 * States are numbered as they are made: START, where a value begins, ANYWHERE,
 * where it goes on, then the nodes of two tries. Texts anchored with `^` hang
 * below START, the others below ANYWHERE; the failure link of START is
 * ANYWHERE, so at the start of a value all texts are looked for.
 */
#include "sip_text.h"
#include "sip_pattern.h"
#include "uapi/linux/netfilter/xt_sip.h"

#define START		0
#define ANYWHERE	1
/* A node for each byte of the texts, and the two roots. */
#define STATES_MAX	(XT_SIP_UA_SPACE + 2)

/* An entry of the table: a state and what reaching it means. */
#define STATE		0x3fff
#define FOUND		0x4000	/* some text ends here */
#define FOUND_AT_END	0x8000	/* a text ends here that ends the value */

/**
 * struct sip_pattern - a compiled automaton
 * @class: of each byte; bytes in no text share class 0
 * @classes: number of classes, the width of a row
 * @states: number of states, the rows
 * @text: of each state that found one, the number of the text; behind @next
 * @next: [state * classes + class]
 */
struct sip_pattern {
	u8 class[256];
	u32 classes;
	u32 states;
	u16 *text;
	u16 next[];
};

/* What only the compiler needs, with a place for each state. */
struct builder {
	struct sip_pattern *pattern;
	u16 fail[STATES_MAX];
	u16 queue[STATES_MAX];
	u16 found[STATES_MAX];
};

static u16 *entry(struct sip_pattern *pattern, u32 state, u32 class)
{
	return &pattern->next[state * pattern->classes + class];
}

/* All white space is one byte and all letters are lower case. */
static u8 normal(u8 byte)
{
	return sip_is(byte, SIP_LWS) ? ' ' : sip_lower(byte);
}

static u32 assign_classes(u8 class[256], const u8 *texts, u32 size)
{
	u32 classes = 1;
	u32 i, j;

	for (i = 0; i < size; i += (texts[i] & XT_SIP_UA_LEN) + 1)
		for (j = 1; j <= (texts[i] & XT_SIP_UA_LEN); j++)
			if (!class[normal(texts[i + j])])
				class[normal(texts[i + j])] = (u8)classes++;
	for (i = 0; i < 256; i++)
		class[i] = class[normal((u8)i)];
	return classes;
}

/* Of several texts that end in a state, the first that needs no `$` counts. */
static void found_text(struct builder *b, u32 state, u16 found, u16 number)
{
	if (!b->found[state] || (found & ~b->found[state] & FOUND))
		b->pattern->text[state] = number;
	b->found[state] |= found;
}

static void add_text(struct builder *b, const u8 *text, u16 number)
{
	struct sip_pattern *pattern = b->pattern;
	u32 len = *text & XT_SIP_UA_LEN;
	u32 state = *text & XT_SIP_UA_START ? START : ANYWHERE;
	u32 i;
	u16 *next;

	for (i = 1; i <= len; i++) {
		if (i > 1 && normal(text[i]) == ' ' &&
		    normal(text[i - 1]) == ' ')
			continue;
		next = entry(pattern, state, pattern->class[text[i]]);
		if (!*next)
			*next = (u16)pattern->states++;
		state = *next;
	}
	found_text(b, state, *text & XT_SIP_UA_END ? FOUND_AT_END : FOUND,
		   number);
}

/*
 * Give a state whose failure link is known the edges it lacks, those of the
 * state the link leads to, and its children theirs. START is state 0 and has
 * no edge into it, so 0 says that there is none.
 */
static u32 link_state(struct builder *b, u32 state, u32 tail)
{
	struct sip_pattern *pattern = b->pattern;
	u32 fail = b->fail[state];
	u16 *next;
	u32 class;
	u16 to;

	if (b->found[fail])
		found_text(b, state, b->found[fail], pattern->text[fail]);
	for (class = 0; class < pattern->classes; class++) {
		next = entry(pattern, state, class);
		to = state == ANYWHERE ? ANYWHERE :
			*entry(pattern, fail, class);
		if (*next) {
			b->fail[*next] = to;
			b->queue[tail++] = *next;
		} else {
			*next = to;
		}
	}
	return tail;
}

/* Breadth first: a failure link leads to a shorter text, done before. */
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

/* A state that a space led to: more of them change nothing. */
static void repeat_spaces(struct sip_pattern *pattern)
{
	u32 class = pattern->class[' '];
	u32 i;
	u16 to;

	for (i = 0; i < pattern->states; i++) {
		to = *entry(pattern, i, class);
		if (class)
			*entry(pattern, to, class) = to;
	}
}

/* Tell in each entry what the state it leads to has found. */
static void mark_found(struct builder *b)
{
	struct sip_pattern *pattern = b->pattern;
	u32 i;

	for (i = 0; i < pattern->states * pattern->classes; i++)
		pattern->next[i] |= b->found[pattern->next[i]];
}

struct sip_pattern *sip_pattern_compile(const u8 *texts, u32 size)
{
	struct sip_pattern *pattern;
	struct builder *b;
	u8 class[256] = { 0 };
	u32 classes, i;
	u16 number = 0;

	classes = assign_classes(class, texts, size);
	b = sip_port_alloc(sizeof(*b));
	pattern = sip_port_alloc(sizeof(*pattern) +
				 sizeof(u16) * (classes + 1) * (size + 2));
	if (!b || !pattern) {
		sip_port_free(pattern);
		sip_port_free(b);
		return NULL;
	}
	memcpy(pattern->class, class, sizeof(class));
	pattern->classes = classes;
	pattern->states = 2;
	pattern->text = pattern->next + classes * (size + 2);
	b->pattern = pattern;
	for (i = 0; i < size; i += (texts[i] & XT_SIP_UA_LEN) + 1)
		add_text(b, &texts[i], number++);
	link_states(b);
	repeat_spaces(pattern);
	mark_found(b);
	sip_port_free(b);
	return pattern;
}

void sip_pattern_free(struct sip_pattern *pattern)
{
	sip_port_free(pattern);
}

int sip_pattern_find(const struct sip_pattern *pattern, const u8 *p,
		     const u8 *end)
{
	u32 classes = pattern->classes;
	u32 at = START;

	while (p < end) {
		at = pattern->next[(at & STATE) * classes +
				   pattern->class[*p]];
		if (at & FOUND)
			return pattern->text[at & STATE];
		p++;
	}
	return at & FOUND_AT_END ? pattern->text[at & STATE] : SIP_PATTERN_NONE;
}
