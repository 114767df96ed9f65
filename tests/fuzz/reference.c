// SPDX-License-Identifier: GPL-2.0
/* reference: see reference.h for the contract. Messages; values elsewhere. */
#include "reference.h"

#define VERSION		"sip/2.0"
#define COOKIE		"z9hg4bk"

/* Marks in an unfolded line where a line ended: no line has it inside. */
#define FOLD		'\n'

/* ---- Text ---- */

static bool same_text(const u8 *p, size_t len, const char *lower)
{
	size_t i;

	if (len != strlen(lower))
		return false;
	for (i = 0; i < len; i++)
		if (ref_lower(p[i]) != (u8)lower[i])
			return false;
	return true;
}

/* RFC 3261 section 25.1, token. */
static bool is_token(u8 byte)
{
	return (byte >= '0' && byte <= '9') ||
		(ref_lower(byte) >= 'a' && ref_lower(byte) <= 'z') ||
		(byte && strchr("-.!%*_+`'~", byte));
}

static bool is_digit(u8 byte)
{
	return byte >= '0' && byte <= '9';
}

static bool only(const u8 *p, size_t len, const char *set, size_t set_len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!memchr(set, p[i], set_len))
			return false;
	return true;
}

/*
 * 1*DIGIT as a number; @limit if it is more than that, or no such text. With
 * leading zeroes gone, 10 digits decide.
 */
static u64 number(const u8 *p, size_t len, u64 limit)
{
	u64 n = 0;
	size_t i;

	if (!len || !only(p, len, "0123456789", 10))
		return limit;
	for (; len && *p == '0'; len--)
		p++;
	if (len > 10)
		return limit;
	for (i = 0; i < len; i++)
		n = n * 10 + p[i] - '0';
	return n < limit ? n : limit;
}

/* ---- Lines ---- */

struct line {
	u32 start;
	u32 end;		/* of its text */
	u32 next;		/* behind its end of line */
	bool ended;
};

struct lines {
	u32 count;
	struct line line[SIP_WINDOW];
};

static struct line line_at(const u8 *data, u32 start, u32 size)
{
	const u8 *feed = memchr(data + start, '\n', size - start);
	struct line line = { start, size, size, feed };

	if (feed) {
		line.end = (u32)(feed - data);
		line.next = line.end + 1;
		if (line.end > start && data[line.end - 1] == '\r')
			line.end--;
	}
	return line;
}

/* Behind the CR and LF that a message may begin with. */
static u32 skip_ends(const u8 *data, u32 at, u32 size)
{
	while (at < size && (data[at] == '\r' || data[at] == '\n'))
		at++;
	return at;
}

static void split(const u8 *data, u32 at, u32 size, struct lines *lines)
{
	lines->count = 0;
	while (at < size) {
		lines->line[lines->count] = line_at(data, at, size);
		at = lines->line[lines->count++].next;
	}
}

/* ---- The start line ---- */

struct start {
	u8 class;		/* SIP_JUNK if it is none */
	bool bad;		/* has the three parts, but not their form */
	u16 status;
	u32 method_end;
	u32 uri_end;
};

static u8 method_by_name(const u8 *p, size_t len)
{
	static const struct {
		const char *name;
		u8 method;
	} rows[] = {
		{ "ACK", XT_SIP_ACK }, { "BYE", XT_SIP_BYE },
		{ "CANCEL", XT_SIP_CANCEL }, { "INFO", XT_SIP_INFO },
		{ "INVITE", XT_SIP_INVITE }, { "MESSAGE", XT_SIP_MESSAGE },
		{ "NOTIFY", XT_SIP_NOTIFY }, { "OPTIONS", XT_SIP_OPTIONS },
		{ "PRACK", XT_SIP_PRACK }, { "PUBLISH", XT_SIP_PUBLISH },
		{ "REFER", XT_SIP_REFER }, { "REGISTER", XT_SIP_REGISTER },
		{ "SUBSCRIBE", XT_SIP_SUBSCRIBE }, { "UPDATE", XT_SIP_UPDATE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (len == strlen(rows[i].name) &&
		    !memcmp(p, rows[i].name, len))
			return rows[i].method;
	return XT_SIP_OTHER;
}

/* "SIP/2.0 200" and nothing, or white space and anything. */
static bool is_status_line(const u8 *p, size_t len)
{
	return len >= 11 && same_text(p, 7, VERSION) && p[7] == ' ' &&
		is_digit(p[8]) && is_digit(p[9]) && is_digit(p[10]) &&
		(len == 11 || p[11] == ' ' || p[11] == '\t');
}

static struct start read_start(const u8 *data, const struct line *line)
{
	struct start s = { .class = SIP_JUNK };
	const u8 *p = data + line->start;
	size_t len = line->end - line->start;
	const u8 *space;
	size_t uri, i;

	if (is_status_line(p, len)) {
		s.class = SIP_RESPONSE;
		s.status = (u16)number(p + 8, 3, 1000);
		return s;
	}
	space = memchr(p, ' ', len);
	if (!space || space == p || *p == '\t' || len < 8 ||
	    p[len - 8] != ' ' || !same_text(p + len - 7, 7, VERSION))
		return s;
	uri = (size_t)(space - p) + 1;
	if (uri + 8 > len)
		return s;	/* "OPTIONS SIP/2.0": one space is missing */
	s.class = SIP_REQUEST;
	s.method_end = line->start + (u32)uri - 1;
	s.uri_end = line->end - 8;
	s.bad = uri + 8 == len;
	for (i = 0; i + 1 < uri; i++)
		s.bad |= !is_token(p[i]);
	for (i = uri; i < len - 8; i++)
		s.bad |= p[i] == ' ' || ref_control(p[i]);
	return s;
}

/* ---- Header fields ---- */

/* A header field, its lines joined: the bytes, and where each was. */
struct unfolded {
	u32 len;
	u8 text[2 * SIP_WINDOW];
	u32 at[2 * SIP_WINDOW + 1];
};

/* Join line @first with those that start with white space; the next one. */
static u32 unfold(const u8 *data, const struct lines *lines, u32 first,
		  struct unfolded *u)
{
	const struct line *line;
	u32 i, at;

	u->len = 0;
	for (i = first; i < lines->count; i++) {
		line = &lines->line[i];
		if (i > first && data[line->start] != ' ' &&
		    data[line->start] != '\t')
			break;
		if (i > first) {
			u->at[u->len] = line->start;
			u->text[u->len++] = FOLD;
		}
		for (at = line->start; at < line->end; at++) {
			u->at[u->len] = at;
			u->text[u->len++] = data[at];
		}
		u->at[u->len] = line->end;
	}
	return i;
}

static u8 field_by_name(const u8 *p, size_t len)
{
	static const struct {
		const char *name;
		u8 field;
	} rows[] = {
		{ "via", SIP_VIA }, { "v", SIP_VIA },
		{ "from", SIP_FROM }, { "f", SIP_FROM },
		{ "to", SIP_TO }, { "t", SIP_TO },
		{ "call-id", SIP_CALL_ID }, { "i", SIP_CALL_ID },
		{ "cseq", SIP_CSEQ },
		{ "content-length", SIP_CONTENT_LENGTH },
		{ "l", SIP_CONTENT_LENGTH },
		{ "user-agent", SIP_USER_AGENT }, { "server", SIP_SERVER },
		{ "authorization", SIP_AUTHORIZATION },
		{ "proxy-authorization", SIP_PROXY_AUTHORIZATION },
		{ "contact", SIP_CONTACT }, { "m", SIP_CONTACT },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (same_text(p, len, rows[i].name))
			return rows[i].field;
	return SIP_FIELD_NONE;
}

/*
 * A name, white space, a colon, a value. The name ends where the first byte
 * stands that no name has; of a line without name or colon, what comes from
 * there on counts as value.
 */
static u16 read_field(const struct unfolded *u, struct ref_value *value)
{
	u32 name_end, colon, start, end, i;
	u16 defects = 0;

	for (name_end = 0; name_end < u->len; name_end++)
		if (u->text[name_end] == ':' || ref_control(u->text[name_end]))
			break;
	for (colon = name_end; colon < u->len; colon++)
		if (u->text[colon] != ' ' && u->text[colon] != '\t' &&
		    u->text[colon] != FOLD)
			break;
	while (name_end && u->text[name_end - 1] == ' ')
		name_end--;
	value->field = SIP_FIELD_NONE;
	start = colon;
	if (colon == u->len || u->text[colon] != ':' || !name_end ||
	    u->text[0] == ' ') {
		defects |= BIT(XT_SIP_HEADER);
	} else {
		value->field = field_by_name(u->text, name_end);
		start++;
	}
	end = u->len;
	for (i = start; i < end; i++)
		if (ref_control(u->text[i]) && u->text[i] != '\t' &&
		    u->text[i] != FOLD)
			defects |= BIT(XT_SIP_CHARSET);
	while (start < end && ref_blank(u->text[end - 1]))
		end--;
	while (start < end && ref_blank(u->text[start]))
		start++;
	value->start = u->at[start];
	value->end = start < end ? u->at[end - 1] + 1 : value->start;
	return defects;
}

/* All fields. Returns whether the empty line was found. */
static bool read_fields(const struct sip_payload *pl,
			const struct lines *lines, struct reference *ref)
{
	static struct unfolded u;
	bool more = pl->stream || pl->window < pl->size;
	struct ref_value value;
	const struct line *line;
	u16 defects, bit;
	u32 i = 1;

	while (i < lines->count) {
		line = &lines->line[i];
		if (line->start == line->end) {
			ref->body = line->next;
			return true;
		}
		i = unfold(pl->data, lines, i, &u);
		if (i == lines->count && more)
			break;	/* it may go on elsewhere */
		defects = read_field(&u, &value);
		ref->defects |= defects;
		if (value.field == SIP_FIELD_NONE)
			continue;
		bit = (u16)BIT(value.field);
		ref->repeated |= ref->present & bit;
		ref->present |= bit;
		ref->value[ref->values++] = value;
	}
	ref->body = pl->window;
	return false;
}

struct ref_text ref_field(const struct sip_payload *pl,
			  const struct reference *ref, enum sip_field field)
{
	u32 i;

	for (i = 0; i < ref->values; i++)
		if (ref->value[i].field == field)
			return (struct ref_text){
				pl->data + ref->value[i].start,
				ref->value[i].end - ref->value[i].start,
			};
	return (struct ref_text){ NULL, 0 };
}

/* ---- What the fields say ---- */

/* "1*DIGIT LWS Method", and the method is the request's. */
static void check_cseq(const struct sip_payload *pl, struct reference *ref,
		       const struct line *start, const struct start *s)
{
	struct ref_text cseq = ref_field(pl, ref, SIP_CSEQ);
	size_t digits = 0, method, end;
	bool good;

	while (digits < cseq.len && is_digit(cseq.p[digits]))
		digits++;
	for (method = digits; method < cseq.len; method++)
		if (!ref_blank(cseq.p[method]))
			break;
	for (end = method; end < cseq.len; end++)
		if (!is_token(cseq.p[end]))
			break;
	good = number(cseq.p, digits, 1ULL << 31) < 1ULL << 31 &&
		method > digits && end > method && end == cseq.len;
	if (ref->class == SIP_RESPONSE)
		ref->method = method_by_name(cseq.p + method, end - method);
	else
		good = good && end - method == s->method_end - start->start &&
			!memcmp(cseq.p + method, pl->data + start->start,
				end - method);
	if (!good)
		ref->defects |= BIT(XT_SIP_CSEQ);
}

static bool message_at(const struct sip_payload *pl, u64 at)
{
	struct line line;
	u32 start;

	if (at >= pl->window)
		return false;
	start = skip_ends(pl->data, (u32)at, pl->window);
	if (start == pl->window)
		return false;
	line = line_at(pl->data, start, pl->window);
	return read_start(pl->data, &line).class != SIP_JUNK;
}

static void check_length(const struct sip_payload *pl, struct reference *ref,
			 bool ended)
{
	u64 first = U64_MAX, length;
	u32 i;

	for (i = 0; i < ref->values; i++) {
		if (ref->value[i].field != SIP_CONTENT_LENGTH)
			continue;
		length = number(pl->data + ref->value[i].start,
				ref->value[i].end - ref->value[i].start,
				U32_MAX);
		if (first == U64_MAX)
			first = length;
		if (length != first)
			ref->defects |= BIT(XT_SIP_DUPLICATE) |
					BIT(XT_SIP_CONTENT_LENGTH);
	}
	if (first == U64_MAX)
		return;
	if (first == U32_MAX ||
	    (!pl->stream && ref->body + first > pl->size))
		ref->defects |= BIT(XT_SIP_CONTENT_LENGTH);
	else if (!pl->stream && ended && message_at(pl, ref->body + first))
		ref->defects |= BIT(XT_SIP_PIPELINE);
}

static void check_fields(const struct sip_payload *pl, struct reference *ref)
{
	static const u8 once[] = { SIP_FROM, SIP_TO, SIP_CALL_ID, SIP_CSEQ };
	struct ref_text branch;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(once); i++)
		if (ref->repeated & BIT(once[i]))
			ref->defects |= BIT(XT_SIP_DUPLICATE);
	if (!(ref->present & BIT(SIP_VIA)))
		return;
	branch = ref_param(ref_field(pl, ref, SIP_VIA), "branch");
	if (branch.len < strlen(COOKIE) ||
	    !same_text(branch.p, strlen(COOKIE), COOKIE))
		ref->defects |= BIT(XT_SIP_COOKIE);
}

/* The end of the header fields, which a lone segment need not have. */
static void check_end(const struct sip_payload *pl, struct reference *ref,
		      const struct lines *lines, bool ended)
{
	static const u8 mandatory[] = {
		SIP_VIA, SIP_FROM, SIP_TO, SIP_CALL_ID, SIP_CSEQ,
	};
	size_t i;

	if (!ended && pl->stream)
		return;
	if (!ended && pl->window < pl->size) {
		ref->defects |= BIT(XT_SIP_LONG);
		return;
	}
	if (!ended)
		ref->defects |= BIT(XT_SIP_NO_END);
	if (!ended && !lines->line[lines->count - 1].ended)
		ref->defects |= BIT(XT_SIP_HEADER);
	for (i = 0; i < ARRAY_SIZE(mandatory); i++)
		if (!(ref->present & BIT(mandatory[i])))
			ref->defects |= BIT(XT_SIP_MISSING);
}

/* ---- Payloads ---- */

static bool is_keepalive(const struct sip_payload *pl)
{
	const u8 *p = pl->data;
	bool whole = pl->window == pl->size;

	if (!pl->size || p[0] >= 0xf8)		/* nothing; SigComp */
		return true;
	if (whole && only(p, pl->size, " \t\r\n", 4))
		return true;
	if (whole && only(p, pl->size, "", 1))	/* NULs */
		return true;
	/* STUN: two zero bits, a type, the length of what follows 20 bytes */
	return pl->size >= 20 && p[0] < 2 && p[3] % 4 == 0 &&
		p[2] * 256U + p[3] == pl->size - 20;
}

void ref_parse(const struct sip_payload *pl, struct reference *ref)
{
	static struct lines lines;
	const struct line *first = &lines.line[0];
	struct start s = { .class = SIP_JUNK };
	bool ended;

	memset(ref, 0, offsetof(struct reference, value));
	if (!pl->stream && is_keepalive(pl)) {
		ref->class = SIP_KEEPALIVE;
		return;
	}
	split(pl->data, skip_ends(pl->data, 0, pl->window), pl->window,
	      &lines);
	if (lines.count && (first->ended || !pl->stream))
		s = read_start(pl->data, first);
	if (s.class == SIP_JUNK) {
		ref->class = pl->stream ? SIP_UNJUDGED : SIP_JUNK;
		ref->defects = pl->stream ? 0 : BIT(XT_SIP_START_LINE);
		return;
	}
	ref->class = s.class;
	ref->method = XT_SIP_OTHER;
	ref->status = s.status;
	if (s.class == SIP_REQUEST) {
		ref->method = method_by_name(pl->data + first->start,
					     s.method_end - first->start);
		ref->uri_start = s.method_end + 1;
		ref->uri_end = s.uri_end;
	}
	if (s.bad)
		ref->defects |= BIT(XT_SIP_START_LINE);
	ended = read_fields(pl, &lines, ref);
	check_end(pl, ref, &lines, ended);
	if (ref->present & BIT(SIP_CSEQ))
		check_cseq(pl, ref, first, &s);
	check_length(pl, ref, ended);
	check_fields(pl, ref);
}
