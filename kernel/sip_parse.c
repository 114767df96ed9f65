// SPDX-License-Identifier: GPL-2.0
/*
 * sip_parse: see sip_parse.h for the contract.
 *
 * Reading order is the order of a message: keep-alives, the start line, header
 * fields one by one, then what only a whole message can tell.
 */
#include "sip_text.h"
#include "sip_parse.h"
#include "sip_value.h"

/* A letter's case is its bit 0x20; here in the bytes of "SIP". */
#define FOLD_VERSION	SIP_WORD4(0x20, 0x20, 0x20, 0)
#define VERSION		SIP_WORD8('s', 'i', 'p', '/', '2', '.', '0', 0)
#define VERSION_LEN	7

/* Where reading has come to; @field to @value_end are the last field read. */
struct scan {
	const u8 *base;		/* first byte of the payload */
	const u8 *end;		/* end of the window */
	const u8 *p;		/* next byte to read */
	const u8 *value;
	const u8 *value_end;
	enum sip_field field;
	u32 length;		/* the first Content-Length */
	u16 defects;
	bool cut;		/* the window ended inside a line */
	bool ended;		/* the empty line was found */
};

static bool is_blank(u8 byte)
{
	return byte == ' ' || byte == '\t';
}

static struct sip_span span_of(const u8 *base, const u8 *start, const u8 *end)
{
	return (struct sip_span){
		.start = (u16)(start - base),
		.end = (u16)(end - base),
	};
}

/* ---- Payloads that are no message and yet honest ---- */

static bool all_bytes_in(const u8 *p, const u8 *end, const char *set)
{
	for (; p < end; p++)
		if (*p != set[0] && *p != set[1] && *p != set[2] &&
		    *p != set[3])
			return false;
	return true;
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
			all_bytes_in(p, p + pl->window, "\r\n \t");
	case 0:
		if (pl->window == pl->size &&
		    all_bytes_in(p, p + pl->window, "\0\0\0\0"))
			return true;
		fallthrough;
	case 1:
		return is_stun(p, pl->size);
	default:
		return p[0] >= 0xf8;	/* SigComp, RFC 3320 section 7 */
	}
}

/* ---- Lines ---- */

/*
 * Does a line end at @p? Returns the start of the next one, else NULL. A lone
 * CR ends nothing.
 */
static const u8 *line_end(const u8 *p, const u8 *end)
{
	if (*p == '\n')
		return p + 1;
	if (*p == '\r' && end - p > 1 && p[1] == '\n')
		return p + 2;
	return NULL;
}

/*
 * Read the rest of a header field or start line from s->p: sets value_end to
 * where its text ends and p behind its end of line. @fold: lines that start
 * with white space belong to it.
 */
static __always_inline void rest_of_line(struct scan *s, bool fold)
{
	const u8 *p = s->p;
	const u8 *next;

	while (p < s->end) {
		/* One byte, or control bytes in a row, are worth no call. */
		if (!sip_is(*p, SIP_CTL)) {
			p++;
			if (p < s->end && !sip_is(*p, SIP_CTL))
				p = sip_text_control(p + 1, s->end);
			continue;
		}
		next = line_end(p, s->end);
		if (!next) {
			if (*p != '\t')
				s->defects |= BIT(XT_SIP_CHARSET);
			p++;
			continue;
		}
		if (!fold || next == s->end || !is_blank(*next)) {
			s->value_end = p;
			s->p = next;
			return;
		}
		p = next + 1;
	}
	s->cut = true;
	s->value_end = p;
	s->p = p;
}

/* ---- The start line: RFC 3261 sections 7.1 and 7.2 ---- */

struct method_word {
	u64 head;		/* first 8 characters */
	u8 len;
	u8 method;
};

static const struct method_word method_words[] = {
	{ SIP_WORD8('R', 'E', 'G', 'I', 'S', 'T', 'E', 'R'), 8,
	  XT_SIP_REGISTER },
	{ SIP_WORD8('O', 'P', 'T', 'I', 'O', 'N', 'S', 0), 7, XT_SIP_OPTIONS },
	{ SIP_WORD8('I', 'N', 'V', 'I', 'T', 'E', 0, 0), 6, XT_SIP_INVITE },
	{ SIP_WORD4('A', 'C', 'K', 0), 3, XT_SIP_ACK },
	{ SIP_WORD4('B', 'Y', 'E', 0), 3, XT_SIP_BYE },
	{ SIP_WORD8('S', 'U', 'B', 'S', 'C', 'R', 'I', 'B'), 9,
	  XT_SIP_SUBSCRIBE },
	{ SIP_WORD8('N', 'O', 'T', 'I', 'F', 'Y', 0, 0), 6, XT_SIP_NOTIFY },
	{ SIP_WORD8('C', 'A', 'N', 'C', 'E', 'L', 0, 0), 6, XT_SIP_CANCEL },
	{ SIP_WORD8('M', 'E', 'S', 'S', 'A', 'G', 'E', 0), 7, XT_SIP_MESSAGE },
	{ SIP_WORD8('P', 'U', 'B', 'L', 'I', 'S', 'H', 0), 7, XT_SIP_PUBLISH },
	{ SIP_WORD8('U', 'P', 'D', 'A', 'T', 'E', 0, 0), 6, XT_SIP_UPDATE },
	{ SIP_WORD8('P', 'R', 'A', 'C', 'K', 0, 0, 0), 5, XT_SIP_PRACK },
	{ SIP_WORD8('R', 'E', 'F', 'E', 'R', 0, 0, 0), 5, XT_SIP_REFER },
	{ SIP_WORD4('I', 'N', 'F', 'O'), 4, XT_SIP_INFO },
};

/* Methods are case-sensitive (7.1). */
static u8 method_of(const u8 *p, const u8 *end)
{
	u64 head = sip_word(p, end);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(method_words); i++)
		if (method_words[i].head == head &&
		    method_words[i].len == end - p)
			return end - p == 9 && p[8] != 'E' ?
				XT_SIP_OTHER : method_words[i].method;
	return XT_SIP_OTHER;
}

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
	    !sip_is(p[2], SIP_DIGIT) || (end - p > 3 && !is_blank(p[3])))
		return false;
	msg->class = SIP_RESPONSE;
	msg->method = XT_SIP_OTHER;	/* until there is a CSeq */
	msg->status = (u16)(100 * (p[0] - '0') + 10 * (p[1] - '0') +
			    (p[2] - '0'));
	return true;
}

/*
 * "Method SP Request-URI SP SIP/2.0". What has these three parts is a request,
 * so that the rest of it can be judged; parts of a wrong form are a defect.
 */
static bool request_line(const u8 *base, const u8 *p, const u8 *end,
			 struct sip_msg *msg)
{
	const u8 *method = p;
	const u8 *uri_end, *uri;

	if (end - p < VERSION_LEN + 3 || is_blank(*p))
		return false;
	uri_end = end - VERSION_LEN - 1;
	if (*uri_end != ' ' || !is_version(uri_end + 1, end))
		return false;
	while (sip_is(*p, SIP_TOKEN))
		p++;
	if (*p != ' ') {
		msg->defects |= BIT(XT_SIP_START_LINE);
		while (*p != ' ')
			p++;
	}
	if (p == uri_end)
		return false;
	msg->class = SIP_REQUEST;
	msg->method = method_of(method, p);
	uri = p + 1;
	msg->uri = span_of(base, uri, uri_end);
	for (p = uri; p < uri_end; p++)
		if (*p == ' ' || sip_is(*p, SIP_CTL))
			break;
	if (uri == uri_end || p < uri_end)
		msg->defects |= BIT(XT_SIP_START_LINE);
	return true;
}

/* Is the line [p, end) the start of a message? Fills in what it says. */
static bool start_line(const u8 *base, const u8 *p, const u8 *end,
		       struct sip_msg *msg)
{
	return status_line(p, end, msg) || request_line(base, p, end, msg);
}

/* ---- Header fields: RFC 3261 section 7.3 ---- */

/* Behind blanks and ends of line that are folded: "Call-ID CRLF SP :". */
static const u8 *skip_blanks(const u8 *p, const u8 *end)
{
	const u8 *next;

	while (p < end) {
		next = is_blank(*p) ? p : line_end(p, end);
		if (!next || next == end || !is_blank(*next))
			break;
		p = next + 1;
	}
	return p;
}

/* What most names are: no blank before them nor before their colon. */
static bool is_plain_name(const u8 *name, const u8 *colon, const u8 *end)
{
	return colon < end && *colon == ':' && colon > name &&
		*name != ' ' && colon[-1] != ' ';
}

/* Read the value at s->p; that of a known field without white space around. */
static __always_inline void field_value(struct scan *s)
{
	const u8 *p = s->p;
	const u8 *end;

	rest_of_line(s, true);
	if (s->field == SIP_FIELD_NONE)
		return;
	end = s->value_end;
	p = sip_skip_lws(p, end);
	while (p < end && sip_is(end[-1], SIP_LWS))
		end--;
	s->value = p;
	s->value_end = end;
}

/*
 * The first colon or control byte of the line at s->p is @colon and there is
 * no plain name before it: blanks before the colon are good, the rest is a
 * defect, and reading goes on where the name ended.
 */
static void odd_name(struct scan *s, const u8 *colon)
{
	const u8 *name = s->p;
	const u8 *name_end = colon;

	while (name_end > name && name_end[-1] == ' ')
		name_end--;
	s->p = skip_blanks(colon, s->end);
	if (s->p == s->end)
		return;
	if (*s->p != ':') {
		s->defects |= BIT(XT_SIP_HEADER);
		return;
	}
	s->p++;
	if (name_end == name || is_blank(*name))
		s->defects |= BIT(XT_SIP_HEADER);
	else
		s->field = sip_field_of(name, name_end, s->end);
}

/*
 * A line at s->p that has no plain name before @colon, the first colon or
 * control byte. Returns whether that was all: it is empty, or has no colon.
 */
static __always_inline bool odd_line(struct scan *s, const u8 *colon)
{
	const u8 *next;

	if (*s->p == ':') {
		s->defects |= BIT(XT_SIP_HEADER);
		s->p++;
		return false;
	}
	next = colon < s->end ? line_end(colon, s->end) : NULL;
	if (next && colon == s->p) {
		s->p = next;
		s->ended = true;
		return true;
	}
	if (next && (next == s->end || !is_blank(*next))) {
		s->defects |= BIT(XT_SIP_HEADER);
		s->p = next;
		return true;
	}
	odd_name(s, colon);
	return false;
}

/*
 * The next header field; value and value_end are set if it has a name here.
 * False at the empty line or the window's end.
 */
static __always_inline bool next_field(struct scan *s)
{
	const u8 *name = s->p;
	const u8 *end = s->end;
	const u8 *colon = name;

	if (name == end)
		return false;
	while (colon < end && !sip_is(*colon, SIP_NAME_END))
		colon++;
	s->field = SIP_FIELD_NONE;
	if (is_plain_name(name, colon, end)) {
		s->field = sip_field_of(name, colon, end);
		s->p = colon + 1;
	} else if (odd_line(s, colon)) {
		return !s->ended;
	}
	field_value(s);
	return true;
}

/* 1*DIGIT; anything else and what 32 bits cannot hold is U32_MAX. */
static u32 content_length(const u8 *p, const u8 *end)
{
	u32 length;

	return sip_text_number(p, end, &length) == end && p < end ?
		length : U32_MAX;
}

#define ONCE	(BIT(SIP_FROM) | BIT(SIP_TO) | BIT(SIP_CALL_ID) |	\
		 BIT(SIP_CSEQ))

/* Lengths are read once each: all against all would cost the square. */
static void repeated_length(struct scan *s, struct sip_msg *msg)
{
	if (!(msg->defects & BIT(XT_SIP_CONTENT_LENGTH)) &&
	    content_length(s->value, s->value_end) != s->length)
		msg->defects |= BIT(XT_SIP_DUPLICATE) |
				BIT(XT_SIP_CONTENT_LENGTH);
}

static void record(struct scan *s, struct sip_msg *msg)
{
	u32 bit = (u32)BIT(s->field);

	if (!(msg->present & bit)) {
		msg->present |= (u16)bit;
		msg->field[s->field] = span_of(s->base, s->value, s->value_end);
		if (s->field == SIP_CONTENT_LENGTH)
			s->length = content_length(s->value, s->value_end);
		return;
	}
	msg->repeated |= (u16)bit;
	if (bit & ONCE)
		msg->defects |= BIT(XT_SIP_DUPLICATE);
	else if (s->field == SIP_CONTENT_LENGTH)
		repeated_length(s, msg);
}

/* ---- What the fields say together ---- */

#define MANDATORY	(BIT(SIP_VIA) | ONCE)

static bool has(const struct sip_msg *msg, enum sip_field field)
{
	return msg->present & BIT(field);
}

/* RFC 3261 section 8.1.1.5: "1*DIGIT LWS Method", the request's own method. */
static void check_cseq(const u8 *base, struct sip_msg *msg,
		       const u8 *method, size_t method_len)
{
	const u8 *p = base + msg->field[SIP_CSEQ].start;
	const u8 *end = base + msg->field[SIP_CSEQ].end;
	const u8 *name;
	u32 number;

	name = sip_text_number(p, end, &number);
	if (name == p || number > 0x7fffffff || name == end ||
	    !sip_is(*name, SIP_LWS))
		msg->defects |= BIT(XT_SIP_CSEQ);
	name = sip_skip_lws(name, end);
	for (p = name; p < end && sip_is(*p, SIP_TOKEN); p++)
		;
	if (p < end || p == name)
		msg->defects |= BIT(XT_SIP_CSEQ);
	if (msg->class == SIP_RESPONSE)
		msg->method = method_of(name, p);
	else if ((size_t)(p - name) != method_len ||
		 memcmp(name, method, method_len))
		msg->defects |= BIT(XT_SIP_CSEQ);
}

/* RFC 3261 section 8.1.1.7: the branch of the first Via has the cookie. */
static bool has_cookie(const u8 *p, const u8 *end)
{
	struct sip_range via = { p, end };
	struct sip_range branch;

	return sip_value_param(via, "branch", &branch) &&
		sip_text_starts(branch.p, branch.end, "z9hg4bk");
}

/* Does another message start behind a body of @length bytes? */
static bool another_follows(const struct scan *s, u32 length)
{
	struct scan rest = *s;
	struct sip_msg msg;

	if (length >= (size_t)(s->end - s->p))
		return false;
	rest.p = s->p + length;
	while (rest.p < s->end && (*rest.p == '\r' || *rest.p == '\n'))
		rest.p++;
	rest.value = rest.p;
	rest_of_line(&rest, false);
	return start_line(s->base, rest.value, rest.value_end, &msg);
}

/* RFC 3261 section 18.3; a lone segment of a stream cannot tell a length. */
static void check_length(const struct sip_payload *pl, const struct scan *s,
			 struct sip_msg *msg)
{
	u32 length = s->length;

	if (length == U32_MAX ||
	    (!pl->stream && length > pl->size - msg->body))
		msg->defects |= BIT(XT_SIP_CONTENT_LENGTH);
	else if (!pl->stream && s->ended && another_follows(s, length))
		msg->defects |= BIT(XT_SIP_PIPELINE);
}

/* How the header section ended, or why it did not. */
static void check_end(const struct sip_payload *pl, const struct scan *s,
		      struct sip_msg *msg)
{
	if (!s->ended && pl->stream)
		return;
	if (!s->ended && pl->window < pl->size) {
		msg->defects |= BIT(XT_SIP_LONG);
		return;
	}
	if (!s->ended)
		msg->defects |= BIT(XT_SIP_NO_END);
	if (s->cut)
		msg->defects |= BIT(XT_SIP_HEADER);
	if (~msg->present & MANDATORY)
		msg->defects |= BIT(XT_SIP_MISSING);
}

static void check_fields(const struct sip_payload *pl, const struct scan *s,
			 struct sip_msg *msg, const u8 *method)
{
	const struct sip_span *via = &msg->field[SIP_VIA];
	const u8 *base = s->base;

	check_end(pl, s, msg);
	if (has(msg, SIP_CSEQ))
		check_cseq(base, msg, method, msg->class == SIP_REQUEST ?
			   (size_t)(base + msg->uri.start - 1 - method) : 0);
	if (has(msg, SIP_CONTENT_LENGTH))
		check_length(pl, s, msg);
	if (has(msg, SIP_VIA) &&
	    !has_cookie(base + via->start, base + via->end))
		msg->defects |= BIT(XT_SIP_COOKIE);
}

/*
 * Was the field just read cut off, of a message that goes on elsewhere? Also
 * with a whole last line: the next one may be folded.
 */
static bool half_field(const struct sip_payload *pl, const struct scan *s)
{
	return s->p == s->end && (pl->stream || pl->window < pl->size);
}

static void parse_fields(const struct sip_payload *pl, struct scan *s,
			 struct sip_msg *msg)
{
	u16 defects = s->defects;

	while (next_field(s)) {
		if (unlikely(half_field(pl, s))) {
			s->defects = defects;
			break;
		}
		defects = s->defects;
		if (s->field != SIP_FIELD_NONE)
			record(s, msg);
	}
	msg->defects |= s->defects;
	msg->body = (u16)(s->p - s->base);
}

void sip_parse(const struct sip_payload *pl, struct sip_msg *msg)
{
	struct scan s = {
		.base = pl->data,
		.p = pl->data,
		.end = pl->data + pl->window,
	};
	const u8 *method;

	memset(msg, 0, sizeof(*msg));
	if (!pl->stream && is_keepalive(pl)) {
		msg->class = SIP_KEEPALIVE;
		return;
	}
	while (s.p < s.end && (*s.p == '\r' || *s.p == '\n'))
		s.p++;
	method = s.p;
	rest_of_line(&s, false);
	if ((pl->stream && s.cut) ||
	    !start_line(s.base, method, s.value_end, msg)) {
		msg->class = pl->stream ? SIP_UNJUDGED : SIP_JUNK;
		msg->defects = pl->stream ? 0 : (u16)BIT(XT_SIP_START_LINE);
		return;
	}
	s.defects = 0;	/* the start line is no header field's value */
	parse_fields(pl, &s, msg);
	check_fields(pl, &s, msg, method);
}

bool sip_parse_again(const struct sip_payload *pl, const struct sip_msg *msg,
		     enum sip_field field, struct sip_span *span)
{
	struct scan s = {
		.base = pl->data,
		.p = pl->data + span->end,
		.end = pl->data + msg->body,
	};

	/* A trimmed value may be followed by blank folded lines of its own. */
	rest_of_line(&s, true);
	while (next_field(&s) && !half_field(pl, &s)) {
		if (s.field != field)
			continue;
		*span = span_of(s.base, s.value, s.value_end);
		return true;
	}
	return false;
}
