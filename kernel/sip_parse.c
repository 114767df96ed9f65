// SPDX-License-Identifier: GPL-2.0
/*
 * sip_parse: see sip_parse.h for the contract.
 *
 * Reading order is the order of a message: keep-alives, the start line, header
 * fields one by one, then what only a whole message can tell.
 */
#include "sip_method.h"
#include "sip_parse.h"
#include "sip_value.h"

/* A letter's case is its bit 0x20; here in the bytes of "SIP". */
#define FOLD_VERSION	SIP_WORD4(0x20, 0x20, 0x20, 0)
#define VERSION		SIP_WORD8('s', 'i', 'p', '/', '2', '.', '0', 0)
#define VERSION_LEN	7
/* Of a branch, "z9hG4bK". */
#define FOLD_COOKIE	SIP_WORD8(0x20, 0, 0x20, 0x20, 0, 0x20, 0x20, 0)
#define COOKIE		SIP_WORD8('z', '9', 'h', 'g', '4', 'b', 'k', 0)
#define COOKIE_LEN	7

static struct sip_span span_of(const u8 *base, const u8 *start, const u8 *end)
{
	return (struct sip_span){
		.start = (u16)(start - base),
		.end = (u16)(end - base),
	};
}

/* ---- Payloads that are no message and yet honest ---- */

static bool all_nul(const u8 *p, const u8 *end)
{
	while (p < end && !*p)
		p++;
	return p == end;
}

/* RFC 5389 section 6; without the magic cookie, RFC 3489. */
static bool is_stun(const u8 *p, u32 size)
{
	u32 length;

	if (size < 20 || p[0] > 1)
		return false;
	length = ((u32)p[2] << 8) | p[3];
	return length + 20 == size && !(length & 3);
}

static bool is_keepalive(const struct sip_payload *pl)
{
	const u8 *p = pl->data;

	if (!pl->size)
		return true;
	switch (p[0]) {
	case '\r':
	case '\n':
	case ' ':
	case '\t':
		return pl->window == pl->size &&
			sip_skip_lws(p, p + pl->window) == p + pl->window;
	case 0:
		if (pl->window == pl->size &&
		    all_nul(p, p + pl->window))
			return true;
		fallthrough;
	case 1:
		return is_stun(p, pl->size);
	default:
		return p[0] >= 0xf8;	/* SigComp, RFC 3320 section 7 */
	}
}

/* ---- The start line: RFC 3261 sections 7.1 and 7.2 ---- */

static bool is_version(const u8 *p, const u8 *end)
{
	u64 word;

	if (end - p < VERSION_LEN)
		return false;
	word = sip_word_head(sip_word(p, end), VERSION_LEN);
	return (word | FOLD_VERSION) == VERSION;
}

/* "SIP/2.0 3DIGIT", then white space or the end of the line. */
static bool status_line(const u8 *p, const u8 *end, struct sip_msg *msg)
{
	if (end - p < VERSION_LEN + 4 || !is_version(p, end) ||
	    p[VERSION_LEN] != ' ')
		return false;
	p += VERSION_LEN + 1;
	if (!sip_is(p[0], SIP_DIGIT) || !sip_is(p[1], SIP_DIGIT) ||
	    !sip_is(p[2], SIP_DIGIT) || (end - p > 3 && !sip_is_blank(p[3])))
		return false;
	msg->class = SIP_RESPONSE;
	msg->method = XT_SIP_OTHER;	/* until there is a CSeq */
	msg->status = (u16)(100 * (p[0] - '0') + 10 * (p[1] - '0') +
			    (p[2] - '0'));
	return true;
}

static bool is_token(const u8 *p, const u8 *end)
{
	while (p < end && sip_is(*p, SIP_TOKEN))
		p++;
	return p == end;
}

/*
 * "Method SP Request-URI SP SIP/2.0". What has these three parts is a request,
 * so that the rest of it can be judged; parts of a wrong form are a defect.
 * @control: the line's first control byte.
 */
static bool request_line(const u8 *base, const u8 *p, const u8 *end,
			 const u8 *control, struct sip_msg *msg)
{
	const u8 *uri_end, *uri;

	if (end - p < VERSION_LEN + 3 || sip_is_blank(*p))
		return false;
	uri_end = end - VERSION_LEN - 1;
	if (*uri_end != ' ' || !is_version(uri_end + 1, end))
		return false;
	uri = sip_text_find(p, uri_end, ' ');
	if (uri == uri_end)
		return false;
	msg->class = SIP_REQUEST;
	msg->method = sip_method_of(p, uri, end);
	if (msg->method == XT_SIP_OTHER && !is_token(p, uri))
		msg->defects |= BIT(XT_SIP_START_LINE);
	uri++;
	msg->uri = span_of(base, uri, uri_end);
	if (uri == uri_end || control < uri_end ||
	    sip_text_find(uri, uri_end, ' ') < uri_end)
		msg->defects |= BIT(XT_SIP_START_LINE);
	return true;
}

/* The first byte of [p, end) that no Request-URI has, or one near enough. */
static const u8 *uri_stop(const u8 *p, const u8 *end)
{
	u64 word, marks;

	for (; end - p >= 8; p += 8) {
		word = sip_port_load64(p);
		marks = sip_word_controls(word) | sip_word_bytes(word, ' ');
		if (marks)
			return p + sip_word_first(marks);
	}
	return end;
}

/*
 * Read a request line if its method has a name here and it has no defect, as
 * nearly all are. Returns whether it is one; else nothing has changed.
 */
static bool plain_request_line(const u8 *base, struct sip_lines *lines,
			       struct sip_msg *msg)
{
	const u8 *p = lines->p;
	const u8 *end = lines->end;
	const u8 *uri, *uri_end;
	u8 method;

	if (end - p <= SIP_METHOD_MAX)
		return false;
	uri = sip_text_find(p, p + SIP_METHOD_MAX + 1, ' ');
	method = sip_method_of(p, uri, end);
	if (method == XT_SIP_OTHER)
		return false;
	uri_end = uri_stop(++uri, end);
	p = uri_end + 1 + VERSION_LEN;
	if (end - p < 2 || uri == uri_end || *uri_end != ' ' ||
	    p[0] != '\r' || p[1] != '\n' || !is_version(uri_end + 1, p))
		return false;
	msg->class = SIP_REQUEST;
	msg->method = method;
	msg->uri = span_of(base, uri, uri_end);
	lines->p = p + 2;
	return true;
}

/* Read a line. Is it the start of a message? Fills in what it says. */
static bool start_line(const u8 *base, struct sip_lines *lines,
		       struct sip_msg *msg)
{
	const u8 *p = lines->p;
	const u8 *control, *end;

	if (likely(plain_request_line(base, lines, msg)))
		return true;
	control = sip_text_control(p, lines->end);
	end = sip_line_rest(lines, false);
	return status_line(p, end, msg) ||
		request_line(base, p, end, control, msg);
}

/* ---- Header fields: RFC 3261 section 7.3 ---- */

/* 1*DIGIT; anything else and what 32 bits cannot hold is U32_MAX. */
static u32 content_length(const struct sip_line *line)
{
	const u8 *p = line->value;
	const u8 *end = line->value_end;
	u32 length;

	return sip_text_number(p, end, &length) == end && p < end ?
		length : U32_MAX;
}

#define ONCE	(BIT(SIP_FROM) | BIT(SIP_TO) | BIT(SIP_CALL_ID) |	\
		 BIT(SIP_CSEQ))

/*
 * Lengths are read once each: all against all would cost the square. Most have
 * one digit.
 */
static __always_inline void repeated_length(const struct sip_line *line,
					    u32 first, struct sip_msg *msg)
{
	const u8 *p = line->value;

	if (msg->defects & BIT(XT_SIP_CONTENT_LENGTH) ||
	    (line->value_end == p + 1 && sip_is(*p, SIP_DIGIT) &&
	     (u32)*p - '0' == first))
		return;
	if (content_length(line) != first)
		msg->defects |= BIT(XT_SIP_DUPLICATE) |
				BIT(XT_SIP_CONTENT_LENGTH);
}

/* @length: the first Content-Length. */
static __always_inline void record(const u8 *base, const struct sip_line *line,
				   u32 *length, struct sip_msg *msg)
{
	u32 bit = (u32)BIT(line->field);

	if (likely(!(msg->present & bit))) {
		msg->present |= (u16)bit;
		msg->field[line->field] = span_of(base, line->value,
						  line->value_end);
		if (line->field == SIP_CONTENT_LENGTH)
			*length = content_length(line);
		return;
	}
	msg->repeated |= (u16)bit;
	if (bit & ONCE)
		msg->defects |= BIT(XT_SIP_DUPLICATE);
	else if (line->field == SIP_CONTENT_LENGTH)
		repeated_length(line, *length, msg);
}

/* ---- What the fields say together ---- */

#define MANDATORY	(BIT(SIP_VIA) | ONCE)

static bool has(const struct sip_msg *msg, enum sip_field field)
{
	return msg->present & BIT(field);
}

/* What CSeq says of the method, which is none that has a name here. */
static void check_other_method(const u8 *base, const u8 *p, const u8 *end,
			       struct sip_msg *msg, const u8 *method)
{
	size_t len = (size_t)(base + msg->uri.start - 1 - method);
	const u8 *name = p;

	while (p < end && sip_is(*p, SIP_TOKEN))
		p++;
	if (p < end || p == name)
		msg->defects |= BIT(XT_SIP_CSEQ);
	if (msg->class == SIP_RESPONSE)
		msg->method = sip_method_of(name, p, end);
	else if ((size_t)(p - name) != len || memcmp(name, method, len))
		msg->defects |= BIT(XT_SIP_CSEQ);
}

/* RFC 3261 section 8.1.1.5: "1*DIGIT LWS Method", the request's own method. */
static void check_cseq(const u8 *base, const u8 *limit, struct sip_msg *msg,
		       const u8 *method)
{
	const u8 *p = base + msg->field[SIP_CSEQ].start;
	const u8 *end = base + msg->field[SIP_CSEQ].end;
	const u8 *name;
	u32 number;
	u8 known;

	name = sip_text_number(p, end, &number);
	if (name == p || number > 0x7fffffff || name == end ||
	    !sip_is(*name, SIP_LWS))
		msg->defects |= BIT(XT_SIP_CSEQ);
	name = sip_skip_lws(name, end);
	known = sip_method_of(name, end, limit);
	if (known == XT_SIP_OTHER)
		check_other_method(base, name, end, msg, method);
	else if (msg->class == SIP_RESPONSE)
		msg->method = known;
	else if (msg->method != known)
		msg->defects |= BIT(XT_SIP_CSEQ);
}

/* RFC 3261 section 8.1.1.7: the branch of the first Via has the cookie. */
static bool has_cookie(const u8 *p, const u8 *end)
{
	struct sip_range via = { p, end };
	const u8 *branch = sip_value_param_at(via, &sip_param_branch);
	u64 word;

	if (!branch || end - branch < COOKIE_LEN)
		return false;
	word = sip_word_head(sip_word(branch, end), COOKIE_LEN);
	return (word | FOLD_COOKIE) == COOKIE;
}

/* Does another message start behind a body of @length bytes? */
static bool another_follows(const u8 *base, const struct sip_lines *lines,
			    u32 length)
{
	struct sip_lines rest = *lines;
	struct sip_msg msg;

	if (length >= (size_t)(lines->end - lines->p))
		return false;
	rest.p = lines->p + length;
	while (rest.p < rest.end && (*rest.p == '\r' || *rest.p == '\n'))
		rest.p++;
	return start_line(base, &rest, &msg);
}

/* RFC 3261 section 18.3; a lone segment of a stream cannot tell a length. */
static void check_length(const struct sip_payload *pl,
			 const struct sip_lines *lines, u32 length,
			 struct sip_msg *msg)
{
	if (length == U32_MAX ||
	    (!pl->stream && length > pl->size - msg->body))
		msg->defects |= BIT(XT_SIP_CONTENT_LENGTH);
	else if (!pl->stream && lines->ended &&
		 another_follows(pl->data, lines, length))
		msg->defects |= BIT(XT_SIP_PIPELINE);
}

/* How the header section ended, or why it did not. */
static void check_end(const struct sip_payload *pl,
		      const struct sip_lines *lines, struct sip_msg *msg)
{
	if (!lines->ended && pl->stream)
		return;
	if (!lines->ended && pl->window < pl->size) {
		msg->defects |= BIT(XT_SIP_LONG);
		return;
	}
	if (!lines->ended)
		msg->defects |= BIT(XT_SIP_NO_END);
	if (lines->cut)
		msg->defects |= BIT(XT_SIP_HEADER);
	if (~msg->present & MANDATORY)
		msg->defects |= BIT(XT_SIP_MISSING);
}

/* @method: where the request's name stands. */
static void check_fields(const struct sip_payload *pl,
			 const struct sip_lines *lines, u32 length,
			 struct sip_msg *msg, const u8 *method)
{
	const struct sip_span *via = &msg->field[SIP_VIA];
	const u8 *base = pl->data;

	check_end(pl, lines, msg);
	if (has(msg, SIP_CSEQ))
		check_cseq(base, lines->end, msg, method);
	if (has(msg, SIP_CONTENT_LENGTH))
		check_length(pl, lines, length, msg);
	if (has(msg, SIP_VIA) &&
	    !has_cookie(base + via->start, base + via->end))
		msg->defects |= BIT(XT_SIP_COOKIE);
}

/*
 * Was the field just read cut off, of a message that goes on elsewhere? Also
 * with a whole last line: the next one may be folded.
 */
static bool half_field(const struct sip_payload *pl,
		       const struct sip_lines *lines)
{
	return lines->p == lines->end &&
		(pl->stream || pl->window < pl->size);
}

/* A field that is cut off does not count, nor do its defects. */
static bool next_odd_field(const struct sip_payload *pl,
			   struct sip_lines *lines, struct sip_line *line)
{
	u16 defects = lines->defects;

	if (!sip_line_any(lines, line))
		return false;
	if (likely(!half_field(pl, lines)))
		return true;
	lines->defects = defects;
	return false;
}

/* Returns the first Content-Length. */
static u32 parse_fields(const struct sip_payload *pl, struct sip_lines *lines,
			struct sip_msg *msg)
{
	const u8 *end = lines->end;
	const u8 *p = lines->p;
	struct sip_line line, odd;
	u32 length = 0;
	const u8 *next;

	for (;; p = next) {
		next = sip_line_plain(p, end, &line);
		if (unlikely(!next)) {
			lines->p = p;
			if (!next_odd_field(pl, lines, &odd))
				break;
			next = lines->p;
			line = odd;
		}
		if (line.field != SIP_FIELD_NONE)
			record(pl->data, &line, &length, msg);
	}
	msg->defects |= lines->defects;
	msg->body = (u16)(lines->p - pl->data);
	msg->ended = lines->ended;
	msg->length = length;
	return length;
}

/*
 * To copy nothing is faster than to write zeroes: for that, compilers take an
 * instruction that is slow to start.
 */
static const struct sip_msg nothing;

/*
 * What begins a message where bytes of any kind may stand: in the middle of
 * one a line may end like a request line, and a body may have a status line.
 */
static bool begins_message(const struct sip_lines *lines,
			   const struct sip_msg *msg)
{
	return !lines->cut && (msg->class == SIP_RESPONSE ||
			       msg->method != XT_SIP_OTHER);
}

const u8 *sip_parse_find_start(const u8 *p, const u8 *end)
{
	struct sip_lines lines = { .end = end };
	struct sip_msg msg = nothing;

	while ((p = sip_text_find(p, end, '\n')) < end) {
		p++;
		if (end - p < VERSION_LEN || sip_lower(*p) < 'a' ||
		    sip_lower(*p) > 'z')
			continue;
		lines.p = p;
		if (start_line(p, &lines, &msg) &&
		    begins_message(&lines, &msg))
			return p;
	}
	return end;
}

void sip_parse(const struct sip_payload *pl, struct sip_msg *msg)
{
	struct sip_lines lines = {
		.p = pl->data,
		.end = pl->data + pl->window,
	};
	const u8 *method;
	u32 length;

	*msg = nothing;
	if (!pl->stream && is_keepalive(pl)) {
		msg->class = SIP_KEEPALIVE;
		return;
	}
	while (lines.p < lines.end && (*lines.p == '\r' || *lines.p == '\n'))
		lines.p++;
	method = lines.p;
	if (!start_line(pl->data, &lines, msg) ||
	    (pl->stream && !begins_message(&lines, msg))) {
		*msg = nothing;
		msg->class = pl->stream ? SIP_UNJUDGED : SIP_JUNK;
		msg->defects = pl->stream ? 0 : (u16)BIT(XT_SIP_START_LINE);
		return;
	}
	lines.defects = 0; /* the start line is no header field's value */
	length = parse_fields(pl, &lines, msg);
	if (pl->stream && msg->class == SIP_RESPONSE && !msg->present) {
		msg->class = SIP_UNJUDGED;	/* part of a body */
		msg->status = 0;
		msg->defects = 0;
		return;
	}
	check_fields(pl, &lines, length, msg, method);
}

void sip_again_start(struct sip_again *again, const struct sip_payload *pl,
		     const struct sip_msg *msg, enum sip_field field)
{
	*again = (struct sip_again){
		.payload = pl,
		.lines = {
			.p = pl->data + msg->field[field].end,
			.end = pl->data + msg->body,
		},
		.field = field,
	};
	/* A trimmed value may be followed by blank folded lines of its own. */
	sip_line_rest(&again->lines, true);
}

bool sip_again_odd(struct sip_again *again, struct sip_line *line)
{
	return next_odd_field(again->payload, &again->lines, line);
}
