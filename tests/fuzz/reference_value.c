// SPDX-License-Identifier: GPL-2.0
/*
 * reference: see reference.h for the contract. What is inside of values.
 *
 * Partners of quotes and brackets are looked up in a table that is made from
 * the value's end to its start, so that there is nothing to remember.
 */
#include "reference.h"

#define NO_PARTNER	U32_MAX

struct partners {
	u32 quote[SIP_WINDOW + 2];	/* that ends a text begun here */
	u32 bracket[SIP_WINDOW + 2];	/* the next '>' from here on */
};

static struct partners partners;

static void find_partners(struct ref_text v)
{
	size_t i = v.len;

	partners.quote[i] = NO_PARTNER;
	partners.quote[i + 1] = NO_PARTNER;
	partners.bracket[i] = NO_PARTNER;
	while (i--) {
		partners.quote[i] = partners.quote[i + 1];
		if (v.p[i] == '"')
			partners.quote[i] = (u32)i;
		else if (v.p[i] == '\\')
			partners.quote[i] = partners.quote[i + 2];
		partners.bracket[i] = v.p[i] == '>' ? (u32)i :
			partners.bracket[i + 1];
	}
}

/* Behind the quoted or bracketed text that starts at @i, else @i + 1. */
static size_t step(struct ref_text v, size_t i, bool brackets)
{
	u32 partner = NO_PARTNER;

	if (v.p[i] == '"')
		partner = partners.quote[i + 1];
	else if (v.p[i] == '<' && brackets)
		partner = partners.bracket[i + 1];
	return partner == NO_PARTNER ? i + 1 : partner + 1;
}

static size_t skip_blanks(struct ref_text v, size_t i)
{
	while (i < v.len && ref_blank(v.p[i]))
		i++;
	return i;
}

/* "name = value" at @i; p is NULL if something else is there. */
static struct ref_text param_at(struct ref_text v, size_t i, const char *name)
{
	struct ref_text none = { NULL, 0 };
	size_t end;

	for (; *name; name++, i++)
		if (i == v.len || ref_lower(v.p[i]) != (u8)*name)
			return none;
	i = skip_blanks(v, i);
	if (i == v.len || v.p[i] != '=')
		return none;
	i = skip_blanks(v, i + 1);
	end = i;
	if (i < v.len && v.p[i] == '"' && step(v, i, false) > i + 1)
		end = step(v, i, false);
	else
		while (end < v.len && !ref_blank(v.p[end]) &&
		       v.p[end] != ';' && v.p[end] != ',')
			end++;
	return (struct ref_text){ v.p + i, end - i };
}

struct ref_text ref_param(struct ref_text v, const char *name)
{
	struct ref_text param = { NULL, 0 };
	size_t i = 0;

	if (!v.p)
		return param;
	find_partners(v);
	while (i < v.len && v.p[i] != ',' && !param.p) {
		if (v.p[i] == ';')
			param = param_at(v, skip_blanks(v, i + 1), name);
		i = step(v, i, true);
	}
	return param;
}

/*
 * The first '<' outside of quotes, before the first ';', ',' or '?', starts
 * the URI, which goes on to '>', or to the end of the value if there is none.
 */
struct ref_text ref_uri(struct ref_text v)
{
	size_t i, end;

	if (!v.p)
		return (struct ref_text){ (const u8 *)"", 0 };
	find_partners(v);
	for (i = 0; i < v.len && !strchr("<;,?", v.p[i] ? v.p[i] : 'x');)
		i = step(v, i, false);
	if (i < v.len && v.p[i] == '<') {
		i = skip_blanks(v, i + 1);
		for (end = i; end < v.len && v.p[end] != '>';)
			end++;
		return (struct ref_text){ v.p + i, end - i };
	}
	i = skip_blanks(v, 0);
	for (end = i; end < v.len && !ref_blank(v.p[end]) &&
	     v.p[end] != ';' && v.p[end] != ',' && v.p[end] != '?';)
		end++;
	return (struct ref_text){ v.p + i, end - i };
}

/* What of @text comes before the first @byte; whether there is one. */
static bool before(struct ref_text *text, u8 byte)
{
	const u8 *found = text->len ? memchr(text->p, byte, text->len) : NULL;

	if (found)
		text->len = (size_t)(found - text->p);
	return found;
}

struct ref_text ref_user(struct ref_text uri)
{
	struct ref_text none = { NULL, 0 };
	struct ref_text scheme = uri;
	struct ref_text user;
	bool tel;

	if (!before(&scheme, ':'))
		return none;
	user.p = scheme.p + scheme.len + 1;
	user.len = uri.len - scheme.len - 1;
	tel = scheme.len == 3 && ref_lower(scheme.p[0]) == 't' &&
		ref_lower(scheme.p[1]) == 'e' && ref_lower(scheme.p[2]) == 'l';
	if (!tel && !before(&user, '@'))
		return none;
	before(&user, tel ? ';' : ':');
	return user.len ? user : none;
}

/* ---- Texts in values ---- */

struct ref_text ref_normal(struct ref_text text)
{
	static u8 space[0x10000];
	size_t i, len = 0;

	for (i = 0; i < text.len && len < sizeof(space); i++) {
		if (!ref_blank(text.p[i]))
			space[len++] = text.p[i];
		else if (!i || !ref_blank(text.p[i - 1]))
			space[len++] = ' ';
	}
	return (struct ref_text){ space, len };
}

/* Is @text at the start of @value? */
static bool starts(const u8 *text, size_t len, const u8 *value, size_t left)
{
	size_t i;

	if (len > left)
		return false;
	for (i = 0; i < len; i++)
		if (ref_lower(text[i]) != ref_lower(value[i]))
			return false;
	return true;
}

/* Where the first match of @text in @value ends; 0 if there is none. */
static size_t match_one(u8 head, const u8 *text, size_t len,
			struct ref_text value)
{
	size_t at;

	for (at = 0; at + len <= value.len; at++) {
		if (head & XT_SIP_UA_START && at)
			return 0;
		if (head & XT_SIP_UA_END && at + len != value.len)
			continue;
		if (starts(text, len, value.p + at, value.len - at))
			return at + len;
	}
	return 0;
}

int ref_find(const u8 *texts, size_t size, struct ref_text normal)
{
	size_t i, j, len, squeezed, at, rank, best = SIZE_MAX;
	u8 text[XT_SIP_UA_LEN];
	int number = 0, found = -1;

	for (i = 0; i < size; i += len + 1, number++) {
		len = texts[i] & XT_SIP_UA_LEN;
		squeezed = 0;
		for (j = 1; j <= len; j++)
			if (texts[i + j] != ' ' || j == 1 ||
			    texts[i + j - 1] != ' ')
				text[squeezed++] = texts[i + j];
		at = match_one(texts[i], text, squeezed, normal);
		/* By end, then without '$', then by length, then with '^'. */
		rank = at * 256 + (texts[i] & XT_SIP_UA_END ? 128 : 0) +
			2 * (XT_SIP_UA_LEN - squeezed) -
			(texts[i] & XT_SIP_UA_START ? 1 : 0);
		if (at && rank < best) {
			best = rank;
			found = number;
		}
	}
	return found;
}
