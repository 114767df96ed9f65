// SPDX-License-Identifier: GPL-2.0
/*
 * The reference parser's reading of header field values, see reference.h.
 *
 * Partners of quotes and brackets are looked up in a table that is made from
 * the value's end to its start, so that there is nothing to remember.
 */
#include <stdio.h>
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

/* After the quoted or bracketed text that starts at @i, else @i + 1. */
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
	return ref_spaces(v.p, i, v.len);
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

/* Where the bracket of the URI opens; v.len for a URI without brackets. */
static size_t open_bracket(struct ref_text v)
{
	bool colon = false;
	size_t i = skip_blanks(v, 0);

	if (i < v.len && v.p[i] == '"')
		i = step(v, i, false);
	for (; i < v.len && v.p[i] != '<'; i++) {
		if (v.p[i] == ';' && colon)
			return v.len;
		colon |= v.p[i] == ':';
	}
	return i;
}

/*
 * A display name is a quoted string that begins the value, or anything up to
 * the first '<': so Asterisk reads "a? <sip:...>" and "x\";y <sip:...>", and
 * Kamailio "Doe, John <sip:...>" and even "sip:a@h <sip:...>". Only after a
 * scheme ';' begins parameters. Without a bracket the URI ends at white space,
 * ';', ',' or '?'.
 */
struct ref_text ref_uri(struct ref_text v)
{
	size_t i, end;

	if (!v.p)
		return (struct ref_text){ (const u8 *)"", 0 };
	find_partners(v);
	i = open_bracket(v);
	if (i < v.len) {
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

struct ref_text ref_first_value(struct ref_text list)
{
	size_t i = 0;

	find_partners(list);
	while (i < list.len && list.p[i] != ',')
		i = step(list, i, true);
	list.len = i;
	return list;
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
	size_t i;

	if (!before(&scheme, ':'))
		return none;
	for (i = 0; i < scheme.len; i++)
		if (memchr("@?#/", scheme.p[i], 4) ||
		    (ref_control(scheme.p[i]) && !ref_blank(scheme.p[i])))
			return none;
	user.p = scheme.p + scheme.len + 1;
	user.len = uri.len - scheme.len - 1;
	if (ref_same(scheme.p, scheme.len, "tel")) {
		if (before(&user, '@'))
			return none;
		before(&user, '#');
	} else if (!before(&user, '@')) {
		return none;
	}
	before(&user, ';');
	before(&user, ':');
	return user.len ? user : none;
}

/* ---- The user that a field names ---- */

/* Up to the tag, which does not name the user. */
static struct ref_text without_tag(struct ref_text v)
{
	size_t i, name;

	for (i = 0; i < v.len; i++) {
		name = skip_blanks(v, i + 1);
		if (v.p[i] == ';' && v.len - name >= 3 &&
		    ref_same(v.p + name, 3, "tag"))
			break;
	}
	v.len = i;
	return v;
}

struct ref_text ref_identity(const struct xsip_payload *pl,
			     const struct reference *ref, enum xsip_field field)
{
	struct ref_text value = ref_field(pl, ref, field);
	struct ref_text uri, user;

	if (!value.p) {
		uri.p = pl->data + ref->uri_start;
		uri.len = field == SIP_TO ? ref->uri_end - ref->uri_start : 0;
		user = ref_user(uri);
		return user.p ? user : uri;
	}
	find_partners(value);
	uri = open_bracket(value) < value.len ? ref_uri(value) :
		without_tag(value);
	user = ref_user(uri);
	return user.p ? user : uri;
}

static int hex(u8 byte)
{
	const char *digits = "0123456789abcdef";
	const char *found = byte ? strchr(digits, ref_lower(byte)) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* With @nul an escaped NUL is a byte as any, else it ends the text. */
static struct ref_text unescape(struct ref_text text, bool nul)
{
	static u8 space[0x10000];
	size_t i, len = 0;
	u8 byte;

	for (i = 0; i < text.len; i++) {
		byte = text.p[i];
		if (byte == '%' && text.len - i > 2 &&
		    hex(text.p[i + 1]) >= 0 && hex(text.p[i + 2]) >= 0) {
			byte = (u8)(16 * hex(text.p[i + 1]) +
				    hex(text.p[i + 2]));
			if (!byte && !nul)
				break;
			i += 2;
		}
		space[len++] = byte;
	}
	return (struct ref_text){ space, len };
}

struct ref_text ref_unescape(struct ref_text text)
{
	return unescape(text, false);
}

struct ref_text ref_resolve(struct ref_text text)
{
	return unescape(text, true);
}

/* ---- What is ambiguous in a value ---- */

static bool is_one_of(struct ref_text name, const char *const *names)
{
	for (; *names; names++)
		if (ref_same(name.p, name.len, *names))
			return true;
	return false;
}

/* "& name :" at @i, with a name that xt_sip knows. */
static bool field_at(struct ref_text v, size_t i)
{
	size_t name = skip_blanks(v, i + 1);
	size_t end = name;

	while (end < v.len && ref_token(v.p[end]))
		end++;
	i = skip_blanks(v, end);
	return i < v.len && v.p[i] == ':' && v.p[name] != ':' &&
		ref_field_by_name(v.p + name, end - name) != SIP_FIELD_NONE;
}

/*
 * PJSIP ends fields that it parses at a '&', and reads another field after it.
 * Quoted strings are some to it only where it looks for one: elsewhere a quote
 * is a byte as any, so that two of them must not hide what is between.
 */
/* Does a '&' that a folded line begins with come before a field? */
static bool joined_by_fold(struct ref_text v)
{
	bool begins = false;
	size_t i;

	for (i = skip_blanks(v, 0); i < v.len; i++) {
		if (v.p[i] == '\n')
			begins = true;
		else if (v.p[i] == '&' && begins && field_at(v, i))
			return true;
		else if (v.p[i] != ' ' && v.p[i] != '\t')
			begins = false;
	}
	return false;
}

bool ref_joined(struct ref_text name, struct ref_text v)
{
	static const char *const quoted_first[] = {
		"from", "f", "to", "t", "contact", "m", "route",
		"record-route", NULL,
	};
	static const char *const quoted[] = {
		"authorization", "proxy-authorization", "www-authenticate",
		"proxy-authenticate", NULL,
	};
	static const char *const others[] = {
		"via", "v", "call-id", "i", "cseq", "content-length", "l",
		"content-type", "c", "max-forwards", "expires", "min-expires",
		"require", "supported", "k", "unsupported", "allow", "accept",
		"retry-after", "event", "o", "allow-events", "u",
		"subscription-state", "session-expires", "x", "min-se", "rack",
		"rseq", "replaces", NULL,
	};
	bool first = is_one_of(name, quoted_first);
	bool all = is_one_of(name, quoted);
	size_t i = skip_blanks(v, 0);

	if (!first && !all && !is_one_of(name, others))
		return joined_by_fold(v);
	find_partners(v);
	if (first && i < v.len && v.p[i] == '"')
		i = step(v, i, false);
	while (i < v.len) {
		if (v.p[i] == '&' && field_at(v, i))
			return true;
		i = all ? step(v, i, false) : i + 1;
	}
	return false;
}

/* Digits and dots, the first number from 224 to 239. */
static bool is_multicast(struct ref_text host)
{
	char first[4];
	size_t i;

	for (i = 0; i < host.len; i++)
		if (!ref_digit(host.p[i]) && host.p[i] != '.')
			return false;
	if (host.len < 4 || host.p[3] != '.')
		return false;
	memcpy(first, host.p, 3);
	first[3] = '\0';
	return strlen(first) == strspn(first, "0123456789") &&
		atoi(first) >= 224 && atoi(first) < 240;
}

bool ref_maddr(struct ref_text via)
{
	bool seen = false;
	struct ref_text host;
	size_t i, at;

	for (i = 0; i < via.len; i++) {
		at = skip_blanks(via, i + 1);
		if (via.p[i] != ';' || via.len - at < 5 ||
		    !ref_same(via.p + at, 5, "maddr"))
			continue;
		at = skip_blanks(via, at + 5);
		if (at == via.len || via.p[at] != '=')
			continue;
		at = skip_blanks(via, at + 1);
		host = (struct ref_text){ via.p + at, 0 };
		while (at + host.len < via.len &&
		       !ref_blank(host.p[host.len]) &&
		       host.p[host.len] != ';' && host.p[host.len] != ',')
			host.len++;
		/* And not a second one. */
		if (seen || !is_multicast(host))
			return true;
		seen = true;
	}
	return false;
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
		if (head & XT_SIP_TEXT_START && at)
			return 0;
		if (head & XT_SIP_TEXT_END && at + len != value.len)
			continue;
		if (starts(text, len, value.p + at, value.len - at))
			return at + len;
	}
	return 0;
}

int ref_find(const u8 *texts, size_t size, struct ref_text normal)
{
	size_t i, j, len, squeezed, at, rank, best = SIZE_MAX;
	u8 text[XT_SIP_TEXT_LEN];
	int number = 0, found = -1;

	for (i = 0; i < size; i += len + 1, number++) {
		len = texts[i] & XT_SIP_TEXT_LEN;
		squeezed = 0;
		for (j = 1; j <= len; j++)
			if (texts[i + j] != ' ' || j == 1 ||
			    texts[i + j - 1] != ' ')
				text[squeezed++] = texts[i + j];
		at = match_one(texts[i], text, squeezed, normal);
		/* By end, then without '$', then by length, then with '^'. */
		rank = at * 256 + (texts[i] & XT_SIP_TEXT_END ? 128 : 0) +
			2 * (XT_SIP_TEXT_LEN - squeezed) -
			(texts[i] & XT_SIP_TEXT_START ? 1 : 0);
		if (at && rank < best) {
			best = rank;
			found = number;
		}
	}
	return found;
}

int ref_find_in(const struct xsip_payload *pl, const struct reference *ref,
		enum xsip_field field, const u8 *texts, size_t size)
{
	const struct ref_value *value = ref->value;
	struct ref_text text;
	int found = -1;

	for (; value < ref->value + ref->values && found < 0; value++) {
		if (value->field != field)
			continue;
		text.p = pl->data + value->start;
		text.len = value->end - value->start;
		found = ref_find(texts, size, ref_normal(text));
	}
	return found;
}
