// SPDX-License-Identifier: GPL-2.0
/* The reference parser's reading of messages, see reference.h. */
#include "reference.h"

#define COOKIE		"z9hg4bk"

/* Marks in an unfolded line where a line ended: no line has it inside. */
#define FOLD		'\n'

/* ---- Header fields ---- */

/* A header field, its lines joined: the bytes, and where each was. */
struct unfolded {
	u32 len;
	u8 text[2 * SIP_WINDOW];
	u32 at[2 * SIP_WINDOW + 1];
};

/* Join line @first with those that start with white space; the next one. */
static u32 unfold(const u8 *data, const struct ref_lines *lines, u32 first,
		  struct unfolded *u)
{
	u32 after = first + ref_folded(data, lines, first);
	const struct ref_line *line;
	u32 i, at;

	u->len = 0;
	for (i = first; i < after; i++) {
		line = &lines->line[i];
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
	return after;
}

u8 ref_field_by_name(const u8 *p, size_t len)
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
		if (ref_same(p, len, rows[i].name))
			return rows[i].field;
	return SIP_FIELD_NONE;
}

/* After the spaces and tabs at @i. */
static u32 skip_blanks(const struct unfolded *u, u32 i)
{
	while (i < u->len && (u->text[i] == ' ' || u->text[i] == '\t'))
		i++;
	return i;
}

static struct ref_text part_of(const struct unfolded *u, u32 start, u32 end)
{
	return (struct ref_text){ u->text + start, end - start };
}

/* Does a line that is folded read "Content-Length:" or "l:"? */
static bool is_folded_length(const struct unfolded *u, u32 i)
{
	u32 name = skip_blanks(u, i);
	u32 end = name;

	while (end < u->len && ref_token(u->text[end]))
		end++;
	i = skip_blanks(u, end);
	return i < u->len && u->text[i] == ':' &&
		ref_field_by_name(u->text + name, end - name) ==
		SIP_CONTENT_LENGTH;
}

/*
 * A name, white space, a colon, a value. The name ends where the first byte
 * stands that no name has; of a line without name or colon, what comes from
 * there on counts as value. What begins with white space has a name for
 * FreeSWITCH, and a defect.
 */
static u16 read_field(const struct unfolded *u, struct ref_value *value)
{
	/* Only the line after the start line begins with blanks. */
	u32 name = skip_blanks(u, 0);
	u32 name_end, colon, start, end, i;
	u16 defects = name ? BIT(XT_SIP_HEADER) : 0;

	for (name_end = name; name_end < u->len; name_end++)
		if (u->text[name_end] == ':' || ref_control(u->text[name_end]))
			break;
	for (colon = name_end; colon < u->len; colon++)
		if (u->text[colon] != ' ' && u->text[colon] != '\t' &&
		    u->text[colon] != FOLD)
			break;
	while (name_end > name && u->text[name_end - 1] == ' ')
		name_end--;
	value->field = SIP_FIELD_NONE;
	start = colon;
	end = u->len;
	if (colon == u->len || u->text[colon] != ':' || name_end == name)
		defects |= BIT(XT_SIP_HEADER);
	else
		value->field = ref_field_by_name(u->text + name,
						 name_end - name);
	if (colon < u->len && u->text[colon] == ':') {
		start++;
		if (ref_joined(part_of(u, name, name_end),
			       part_of(u, start, end)))
			defects |= BIT(XT_SIP_AMBIGUOUS);
	}
	for (i = start; i < end; i++)
		if (u->text[i] == FOLD && is_folded_length(u, i + 1))
			defects |= BIT(XT_SIP_AMBIGUOUS);
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

/* All fields, from line @i on; whether the empty line was found. */
static bool read_fields(const struct xsip_payload *pl,
			const struct ref_lines *lines, u32 i,
			struct reference *ref)
{
	static struct unfolded u;
	bool more = pl->stream || pl->window < pl->size;
	struct ref_value value;
	const struct ref_line *line;
	u16 defects, bit;
	u32 first;

	while (i < lines->count) {
		line = &lines->line[i];
		if (line->start == line->end) {
			ref->body = line->next;
			return true;
		}
		first = i;
		i = unfold(pl->data, lines, i, &u);
		if (i == lines->count && more)
			break;	/* it may go on elsewhere */
		defects = read_field(&u, &value);
		if (ref_lone_cr(pl, lines, first, i))
			defects |= BIT(XT_SIP_AMBIGUOUS);
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

struct ref_text ref_field(const struct xsip_payload *pl,
			  const struct reference *ref, enum xsip_field field)
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

static bool same_name(const u8 *a, const u8 *b, size_t len)
{
	size_t i;

	for (i = 0; i < len && ref_lower(a[i]) == ref_lower(b[i]);)
		i++;
	return i == len;
}

/* Is the request line's method the end of a longer one, where a cut was? */
static bool is_cut(const struct xsip_payload *pl, const struct reference *ref,
		   const u8 *name, size_t len)
{
	size_t rest = ref->name_end - ref->name_start;
	bool ack = ref->method == XT_SIP_ACK &&
		ref_method_by_name(name, len) == XT_SIP_PRACK;

	return pl->stream && (ref->method == XT_SIP_OTHER || ack) &&
		len > rest && same_name(name + len - rest,
					pl->data + ref->name_start, rest);
}

/* Is CSeq's method the end of the request line's, after a body's end? */
static bool follows_body(const struct xsip_payload *pl,
			 const struct reference *ref, const u8 *name,
			 size_t len)
{
	size_t whole = ref->name_end - ref->name_start;

	return pl->stream && ref->class == SIP_REQUEST && len &&
		ref->method == XT_SIP_OTHER && len < whole &&
		same_name(name, pl->data + ref->name_end - len, len);
}

/*
 * "1*DIGIT LWS Method", and the method is the request's. FreeSWITCH counts
 * beyond 2^31.
 */
static void check_cseq(const struct xsip_payload *pl, struct reference *ref)
{
	struct ref_text cseq = ref_field(pl, ref, SIP_CSEQ);
	size_t name_len = ref->name_end - ref->name_start;
	size_t digits = 0, method, end;
	bool good, inside;

	while (digits < cseq.len && ref_digit(cseq.p[digits]))
		digits++;
	method = ref_spaces(cseq.p, digits, cseq.len);
	for (end = method; end < cseq.len; end++)
		if (!ref_token(cseq.p[end]))
			break;
	good = ref_number(cseq.p, digits, 1ULL << 32) < 1ULL << 32 &&
		method > digits && end > method && end == cseq.len;
	inside = follows_body(pl, ref, cseq.p + method, end - method);
	if (inside)
		ref->inside = true;
	if (ref->class == SIP_RESPONSE || inside ||
	    is_cut(pl, ref, cseq.p + method, end - method))
		ref->method = ref_method_by_name(cseq.p + method, end - method);
	else
		good = good && end - method == name_len &&
			same_name(cseq.p + method, pl->data + ref->name_start,
				  end - method);
	if (!good)
		ref->defects |= BIT(XT_SIP_CSEQ);
}

static bool message_at(const struct xsip_payload *pl, u64 at)
{
	static struct ref_lines lines;
	u32 count;

	if (at >= pl->window)
		return false;
	ref_split(pl->data, (u32)ref_spaces(pl->data, at, pl->window),
		  pl->window, &lines);
	return ref_start_line(pl, &lines, &count).class != SIP_JUNK;
}

static void check_length(const struct xsip_payload *pl, struct reference *ref)
{
	u64 first = U64_MAX, length;
	u32 i;

	for (i = 0; i < ref->values; i++) {
		if (ref->value[i].field != SIP_CONTENT_LENGTH)
			continue;
		length = ref_number(pl->data + ref->value[i].start,
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
	ref->length = (u32)first;
	if (first == U32_MAX ||
	    (!pl->stream && ref->body + first > pl->size))
		ref->defects |= BIT(XT_SIP_CONTENT_LENGTH);
	else if (!pl->stream && ref->ended &&
		 message_at(pl, ref->body + first))
		ref->defects |= BIT(XT_SIP_PIPELINE);
}

static void check_fields(const struct xsip_payload *pl, struct reference *ref)
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
	    !ref_same(branch.p, strlen(COOKIE), COOKIE))
		ref->defects |= BIT(XT_SIP_COOKIE);
	if (ref->class == SIP_REQUEST && ref_maddr(ref_field(pl, ref, SIP_VIA)))
		ref->defects |= BIT(XT_SIP_AMBIGUOUS);
}

/* The end of the header fields, which a lone segment need not have. */
static void check_end(const struct xsip_payload *pl, struct reference *ref,
		      const struct ref_lines *lines)
{
	static const u8 mandatory[] = {
		SIP_VIA, SIP_FROM, SIP_TO, SIP_CALL_ID, SIP_CSEQ,
	};
	size_t i;

	if (!ref->ended && pl->window < pl->size) {
		ref->defects |= BIT(XT_SIP_LONG);
		return;
	}
	if (!ref->ended && pl->stream)
		return;
	if (!ref->ended)
		ref->defects |= BIT(XT_SIP_NO_END);
	if (!ref->ended && !lines->line[lines->count - 1].ended)
		ref->defects |= BIT(XT_SIP_HEADER);
	for (i = 0; i < ARRAY_SIZE(mandatory); i++)
		if (!(ref->present & BIT(mandatory[i])))
			ref->defects |= BIT(XT_SIP_MISSING);
}

/* ---- Payloads ---- */

static bool is_keepalive(const struct xsip_payload *pl)
{
	const u8 *p = pl->data;
	bool whole = pl->window == pl->size;

	if (!pl->size || p[0] >= 0xf8)		/* nothing; SigComp */
		return true;
	if (whole && ref_only(p, pl->size, " \t\r\n", 5))	/* and NULs */
		return true;
	/* STUN: two zero bits, a type, the length of what follows 20 bytes */
	return pl->size >= 20 && p[0] < 2 && p[3] % 4 == 0 &&
		p[2] * 256U + p[3] == pl->size - 20;
}

/*
 * Keepalives of products: too short for a message, as in Kamailio, or that of
 * Cirpack, whatever follows it.
 */
static bool is_keepalive_text(const struct xsip_payload *pl)
{
	static const char cirpack[] = "cirpack keepalive packet";
	size_t len = sizeof(cirpack) - 1;

	return pl->size < 32 ||
		(pl->window >= len && ref_same(pl->data, len, cirpack));
}

/* A status line, or a request line with a method and a URI, in a stream? */
static bool is_start(const struct xsip_payload *pl, const struct ref_start *s)
{
	u32 i;

	if (s->class != SIP_REQUEST)
		return s->class == SIP_RESPONSE;
	if (ref_method_by_name(pl->data + s->name_start,
			       s->name_end - s->name_start) != XT_SIP_OTHER)
		return true;
	for (i = s->name_start; i < s->name_end; i++)
		if (!ref_token(pl->data[i]))
			return false;
	for (i = s->uri_start; i < s->uri_end; i++)
		if (ref_blank(pl->data[i]))
			return false;
	return s->uri_start < s->uri_end;
}

/*
 * A segment of a stream may begin anywhere, and a body may be a status line:
 * a method of no name counts with a CSeq, too long a header or two ways to read
 * it.
 */
static bool begins_in_stream(const struct xsip_payload *pl,
			     const struct reference *ref)
{
	if (ref->class == SIP_RESPONSE)
		return ref->present || !ref->ended;
	if (ref->method != XT_SIP_OTHER)
		return true;
	if (ref->present & BIT(SIP_CSEQ) ||
	    ref->defects & BIT(XT_SIP_AMBIGUOUS))
		return true;
	return ref->present && !ref->ended && pl->window < pl->size;
}

static void no_message(const struct xsip_payload *pl, struct reference *ref)
{
	memset(ref, 0, offsetof(struct reference, value));
	if (pl->stream)
		ref->class = SIP_UNJUDGED;
	else
		ref->class = is_keepalive_text(pl) ? SIP_KEEPALIVE : SIP_JUNK;
	if (ref->class == SIP_JUNK)
		ref->defects = BIT(XT_SIP_START_LINE);
}

/* What the start line says, and where it stands. */
static void record_start(const u8 *data, u32 at, const struct ref_start *s,
			 struct reference *ref)
{
	ref->class = s->class;
	ref->method = XT_SIP_OTHER;
	ref->status = s->status;
	if (s->class == SIP_REQUEST) {
		ref->method = ref_method_by_name(data + s->name_start,
						 s->name_end - s->name_start);
		ref->name_start = s->name_start;
		ref->name_end = s->name_end;
		ref->uri_start = s->uri_start;
		ref->uri_end = s->uri_end;
	}
	/* Servers skip line ends in front of it, and some more than these. */
	if (s->bad || !ref_only(data, at, "\r\n", 2))
		ref->defects |= BIT(XT_SIP_START_LINE);
}

/* The start line, if it is whole; @cr: has it a CR without LF? */
static struct ref_start read_start(const struct xsip_payload *pl,
				   const struct ref_lines *lines, u32 *count,
				   bool *cr)
{
	struct ref_start s = ref_start_line(pl, lines, count);

	*cr = s.class != SIP_JUNK && ref_lone_cr(pl, lines, 0, *count);
	if (pl->stream && s.class != SIP_JUNK &&
	    !lines->line[*count - 1].ended && !*cr)
		s.class = SIP_JUNK;
	return s;
}

void ref_parse(const struct xsip_payload *pl, struct reference *ref)
{
	static struct ref_lines lines;
	u32 count, at, body, inside;
	struct ref_start s;
	bool cr;

	memset(ref, 0, offsetof(struct reference, value));
	if (!pl->stream && is_keepalive(pl)) {
		ref->class = SIP_KEEPALIVE;
		return;
	}
	for (at = 0; at < pl->window; at++)
		if (pl->data[at] && !ref_blank(pl->data[at]))
			break;
	ref_split(pl->data, at, pl->window, &lines);
	s = read_start(pl, &lines, &count, &cr);
	if (pl->stream && at < pl->window &&
	    (s.class == SIP_JUNK || !is_start(pl, &s))) {
		inside = ref_inside(pl, at);
		if (inside > at) {
			ref->inside = true;
			ref_split(pl->data, inside, pl->window, &lines);
			s = read_start(pl, &lines, &count, &cr);
		} else {
			s.class = SIP_JUNK;
		}
	}
	if (s.class == SIP_JUNK) {
		no_message(pl, ref);
		return;
	}
	record_start(pl->data, at, &s, ref);
	if (cr)
		ref->defects |= BIT(XT_SIP_AMBIGUOUS);
	ref->ended = read_fields(pl, &lines, count, ref);
	if (pl->stream && !begins_in_stream(pl, ref)) {
		body = ref->body;
		no_message(pl, ref);
		ref->body = body;	/* where a walk goes on */
		return;
	}
	check_end(pl, ref, &lines);
	if (ref->present & BIT(SIP_CSEQ))
		check_cseq(pl, ref);
	check_length(pl, ref);
	check_fields(pl, ref);
	if (ref->inside)
		ref->defects &= BIT(XT_SIP_AMBIGUOUS);
}
