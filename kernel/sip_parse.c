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
/* Parameters of a Via: ";branch=", "maddr". */
#define FOLD_BRANCH	SIP_WORD8(0, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0)
#define BRANCH		SIP_WORD8(';', 'b', 'r', 'a', 'n', 'c', 'h', '=')
#define FOLD_MADDR	SIP_WORD8(0x20, 0x20, 0x20, 0x20, 0x20, 0, 0, 0)
#define MADDR		SIP_WORD8('m', 'a', 'd', 'd', 'r', 0, 0, 0)
#define MADDR_LEN	5

static struct sip_span span_of(const u8 *base, const u8 *start, const u8 *end)
{
	return (struct sip_span){
		.start = (u16)(start - base),
		.end = (u16)(end - base),
	};
}

/* ---- Payloads that are no message and yet honest ---- */

/* White space and NULs, in any mix. */
static bool is_padding(const u8 *p, const u8 *end)
{
	while (p < end && sip_is(*p, SIP_PADDING))
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
	case 0:
		if (pl->window == pl->size && is_padding(p, p + pl->window))
			return true;
		return is_stun(p, pl->size);
	case 1:
		return is_stun(p, pl->size);
	default:
		return p[0] >= 0xf8;	/* SigComp, RFC 3320 section 7 */
	}
}

/*
 * Words that products keep a NAT's port open with. Most are so short that no
 * message fits: Obihai's "keep-alive", the "HELLO" of VOS3000, and what people
 * type into a field for it. Kamailio drops what is shorter than this, too.
 */
#define KEEPALIVE_MAX	31

static bool is_keepalive_text(const struct sip_payload *pl)
{
	return pl->size <= KEEPALIVE_MAX ||
		sip_text_starts(pl->data, pl->data + pl->window,
				"cirpack keepalive packet");
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

/*
 * Behind the SIP-Version that a line begins with, or NULL. Asterisk and
 * FreeSWITCH take white space around the slash.
 */
static const u8 *version_end(const u8 *p, const u8 *end)
{
	if (is_version(p, end))
		return p + VERSION_LEN;
	if (!sip_text_starts(p, end, "sip"))
		return NULL;
	p = sip_skip_lws(p + 3, end);
	if (p == end || *p != '/')
		return NULL;
	p = sip_skip_lws(p + 1, end);
	return sip_text_starts(p, end, "2.0") ? p + 3 : NULL;
}

/* Before the white space that ends at @p. */
static const u8 *back_over_lws(const u8 *p, const u8 *start)
{
	while (p > start && sip_is(p[-1], SIP_LWS))
		p--;
	return p;
}

/*
 * Where the SIP-Version begins that ends a request line, or NULL. Kamailio
 * takes any text that follows it without white space.
 */
static const u8 *find_version(const u8 *p, const u8 *end)
{
	const u8 *version = end - 3;

	if (end - p >= VERSION_LEN && sip_text_equal(version, end, "2.0")) {
		version = back_over_lws(version, p);
		if (version > p && version[-1] == '/')
			version = back_over_lws(version - 1, p);
		if (version - p >= 3 && *version != '2' &&
		    sip_text_equal(version - 3, version, "sip"))
			return version - 3;
	}
	for (version = end; version > p; version--)
		if (sip_is(version[-1], SIP_LWS))
			break;
	return is_version(version, end) ? version : NULL;
}

/*
 * "SIP/2.0 3DIGIT", then white space or the end of the line. More white space
 * than the one blank is a defect.
 */
static bool status_line(const u8 *p, const u8 *end, struct sip_msg *msg)
{
	const u8 *after = version_end(p, end);
	const u8 *code;

	if (!after)
		return false;
	code = sip_skip_lws(after, end);
	if (code == after || end - code < 3 ||
	    !sip_is(code[0], SIP_DIGIT) || !sip_is(code[1], SIP_DIGIT) ||
	    !sip_is(code[2], SIP_DIGIT) ||
	    (end - code > 3 && !sip_is(code[3], SIP_LWS)))
		return false;
	msg->class = SIP_RESPONSE;
	msg->method = XT_SIP_OTHER;	/* until there is a CSeq */
	msg->status = (u16)(100 * (code[0] - '0') + 10 * (code[1] - '0') +
			    (code[2] - '0'));
	if (after != p + VERSION_LEN || *after != ' ' || code != after + 1)
		msg->defects |= BIT(XT_SIP_START_LINE);
	return true;
}

static bool is_token(const u8 *p, const u8 *end)
{
	while (p < end && sip_is(*p, SIP_TOKEN))
		p++;
	return p == end;
}

static const u8 *find_lws(const u8 *p, const u8 *end)
{
	while (p < end && !sip_is(*p, SIP_LWS))
		p++;
	return p;
}

/* Is this what the grammar allows between the method and the version? */
static bool is_plain_uri(const u8 *p, const u8 *end)
{
	return p < end && find_lws(p, end) == end &&
		sip_text_control(p, end) == end;
}

/*
 * "Method SP Request-URI SP SIP/2.0", read as servers do: white space may stand
 * around and inside the parts, none in front of the version. Whatever has the
 * three parts is a request, so that the rest of it can be judged; parts of
 * another form than RFC 3261 section 7.1 has are a defect.
 */
static bool request_line(const u8 *base, const u8 *p, const u8 *end,
			 struct sip_msg *msg)
{
	const u8 *method_end = find_lws(p, end);
	const u8 *uri = sip_skip_lws(method_end, end);
	const u8 *version = find_version(uri, end);
	const u8 *uri_end;

	if (method_end == p || !version || version_end(p, end))
		return false;
	uri_end = back_over_lws(version, uri);
	msg->class = SIP_REQUEST;
	msg->method = sip_method_of(p, method_end, end);
	msg->name = span_of(base, p, method_end);
	msg->uri = span_of(base, uri, uri_end);
	if (!is_token(p, method_end) || *method_end != ' ' ||
	    uri != method_end + 1 || !is_plain_uri(uri, uri_end) ||
	    *uri_end != ' ' || uri_end + 1 != version ||
	    version + VERSION_LEN != end)
		msg->defects |= BIT(XT_SIP_START_LINE);
	return true;
}

/* @p, @end: a line without its end; white space around it is a defect. */
static bool start_text(const u8 *base, const u8 *p, const u8 *end,
		       struct sip_msg *msg)
{
	const u8 *first = sip_skip_lws(p, end);
	const u8 *last = back_over_lws(end, first);

	if (!status_line(first, last, msg) &&
	    !request_line(base, first, last, msg))
		return false;
	if (first != p || (msg->class == SIP_REQUEST && last != end))
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
	msg->name = span_of(base, lines->p, uri - 1);
	msg->uri = span_of(base, uri, uri_end);
	lines->p = p + 2;
	return true;
}

/*
 * Read a line. Is it the start of a message? Fills in what it says. Servers go
 * on reading where a request line is folded, though not where it can be read
 * without the fold. Some end it at a lone CR.
 */
static bool start_line(const u8 *base, struct sip_lines *lines,
		       struct sip_msg *msg)
{
	const u8 *p = lines->p;
	const u8 *end;

	if (likely(plain_request_line(base, lines, msg)))
		return true;
	end = sip_line_rest(lines, false);
	if (start_text(base, p, end, msg))
		return true;
	if (lines->defects & BIT(XT_SIP_AMBIGUOUS) &&
	    start_text(base, p, sip_text_find(p, end, '\r'), msg))
		return true;
	if (lines->p == lines->end || !sip_is_blank(*lines->p))
		return false;
	end = sip_line_rest(lines, true);
	return start_text(base, p, end, msg);
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
	if (likely(!(bit & (ONCE | BIT(SIP_CONTENT_LENGTH)))))
		return;
	if (bit & ONCE)
		msg->defects |= BIT(XT_SIP_DUPLICATE);
	else
		repeated_length(line, *length, msg);
}

/* ---- What the fields say together ---- */

#define MANDATORY	(BIT(SIP_VIA) | ONCE)

static bool has(const struct sip_msg *msg, enum sip_field field)
{
	return msg->present & BIT(field);
}

static bool same_name(const u8 *a, const u8 *b, size_t len)
{
	while (len && sip_lower(a[len - 1]) == sip_lower(b[len - 1]))
		len--;
	return !len;
}

/*
 * What CSeq says of the method, which is none that has a name here: the first
 * token counts, what stands behind it is a defect.
 */
static u8 other_method(const u8 *base, const u8 *name, const u8 *end,
		       struct sip_msg *msg)
{
	size_t len = (size_t)(msg->name.end - msg->name.start);
	const u8 *stop = name;
	u8 known;

	while (stop < end && sip_is(*stop, SIP_TOKEN))
		stop++;
	if (stop < end || stop == name)
		msg->defects |= BIT(XT_SIP_CSEQ);
	known = sip_method_of(name, stop, end);
	if (known == XT_SIP_OTHER && msg->class == SIP_REQUEST &&
	    ((size_t)(stop - name) != len ||
	     !same_name(name, base + msg->name.start, len)))
		msg->defects |= BIT(XT_SIP_CSEQ);
	return known;
}

/* More than 32 bits? sip_text_number() says so of their last value, too. */
static bool is_beyond_u32(const u8 *p, const u8 *end, u32 number)
{
	if (likely(number < U32_MAX))
		return false;
	while (end - p > 10 && *p == '0')
		p++;
	return end - p != 10 || memcmp(p, "4294967295", 10);
}

/*
 * RFC 3261 section 8.1.1.5: "1*DIGIT LWS Method", the request's own method. The
 * number is to be less than 2^31 there; FreeSWITCH and Grandstream count on.
 */
static void check_cseq(const u8 *base, const u8 *limit, struct sip_msg *msg)
{
	const u8 *p = base + msg->field[SIP_CSEQ].start;
	const u8 *end = base + msg->field[SIP_CSEQ].end;
	const u8 *name;
	u32 number;
	u8 method;

	name = sip_text_number(p, end, &number);
	if (name == p || name == end || !sip_is(*name, SIP_LWS) ||
	    is_beyond_u32(p, name, number))
		msg->defects |= BIT(XT_SIP_CSEQ);
	name = sip_skip_lws(name, end);
	method = sip_method_of(name, end, limit);
	if (method == XT_SIP_OTHER)
		method = other_method(base, name, end, msg);
	if (msg->class == SIP_RESPONSE)
		msg->method = method;
	else if (msg->method != method)
		msg->defects |= BIT(XT_SIP_CSEQ);
}

/* RFC 3261 section 8.1.1.7: the branch of the first Via has the cookie. */
static bool is_cookie(const u8 *branch, const u8 *end)
{
	u64 word = sip_word_head(sip_word(branch, end), COOKIE_LEN);

	return (word | FOLD_COOKIE) == COOKIE;
}

static bool has_cookie(const u8 *p, const u8 *end)
{
	struct sip_range via = { p, end };
	const u8 *branch = sip_value_param_at(via, &sip_param_branch);

	return branch && is_cookie(branch, end);
}

/*
 * A host that no answer leaves the local network for: 224.0.0.0/4. Leading
 * zeroes make it an octal number to some.
 */
static bool is_multicast(const u8 *p, const u8 *end)
{
	const u8 *host_end = p;
	u8 addr[4];

	while (host_end < end && !sip_is(*host_end, SIP_PARAM_END))
		host_end++;
	return p < end && *p == '2' &&
		sip_port_addr4((const char *)p, (int)(host_end - p), addr) &&
		addr[0] >> 4 == 14;
}

/*
 * RFC 3261 section 18.2.2 sends the answer to the maddr of the first Via, and
 * servers do, to whomever it names. Quotes and commas are no hiding place: servers
 * differ in what they take for one. @p: after the name of the parameter.
 */
static bool sends_elsewhere(const u8 *p, const u8 *end)
{
	p = sip_skip_lws(p, end);
	return p < end && *p == '=' &&
		!is_multicast(sip_skip_lws(p + 1, end), end);
}

/*
 * The parameters of the first Via. Nearly all begin with a branch, written
 * without white space.
 */
static void check_via(const u8 *via, const u8 *end, struct sip_msg *msg)
{
	const u8 *p = sip_value_mark(via, end);
	u64 word;

	word = end - p > 8 ? sip_port_load64(p) | FOLD_BRANCH : 0;
	if (likely(word == BRANCH)) {
		if (unlikely(!is_cookie(p + 8, end)))
			msg->defects |= BIT(XT_SIP_COOKIE);
		p += 8;
	} else if (!has_cookie(via, end)) {
		msg->defects |= BIT(XT_SIP_COOKIE);
	}
	if (msg->class != SIP_REQUEST)
		return;
	while ((p = sip_text_find(p, end, ';')) < end) {
		p = sip_skip_lws(p + 1, end);
		word = sip_word_head(sip_word(p, end), MADDR_LEN);
		if (unlikely((word | FOLD_MADDR) == MADDR) &&
		    sends_elsewhere(p + MADDR_LEN, end))
			msg->defects |= BIT(XT_SIP_AMBIGUOUS);
	}
}

/* Does another message start behind a body of @length bytes? */
static bool another_follows(const u8 *base, const struct sip_lines *lines,
			    u32 length)
{
	struct sip_lines rest = *lines;
	struct sip_msg msg = { .length = 0 };

	if (length >= (size_t)(lines->end - lines->p))
		return false;
	rest.p = lines->p + length;
	rest.p = sip_skip_lws(rest.p, rest.end);
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
	if (!lines->ended && pl->window < pl->size) {
		msg->defects |= BIT(XT_SIP_LONG);
		return;
	}
	if (!lines->ended && pl->stream)
		return;
	if (!lines->ended)
		msg->defects |= BIT(XT_SIP_NO_END);
	if (lines->cut)
		msg->defects |= BIT(XT_SIP_HEADER);
	if (~msg->present & MANDATORY)
		msg->defects |= BIT(XT_SIP_MISSING);
}

static void check_fields(const struct sip_payload *pl,
			 const struct sip_lines *lines, struct sip_msg *msg)
{
	const struct sip_span *via = &msg->field[SIP_VIA];
	const u8 *base = pl->data;

	check_end(pl, lines, msg);
	if (has(msg, SIP_CSEQ))
		check_cseq(base, lines->end, msg);
	if (has(msg, SIP_CONTENT_LENGTH))
		check_length(pl, lines, msg->length, msg);
	if (has(msg, SIP_VIA))
		check_via(base + via->start, base + via->end, msg);
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

/* Read the empty line that ends the header section, if it comes next. */
static bool is_empty_line(struct sip_lines *lines)
{
	const u8 *next = NULL;

	if (lines->p < lines->end)
		next = sip_line_end(lines->p, lines->end);
	if (!next)
		return false;
	lines->p = next;
	lines->ended = true;
	return true;
}

static void parse_fields(const struct sip_payload *pl, struct sip_lines *lines,
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
			if (is_empty_line(lines) ||
			    !next_odd_field(pl, lines, &odd))
				break;
			next = lines->p;
			line = odd;
		}
		if (line.field != SIP_FIELD_NONE)
			record(pl->data, &line, &length, msg);
	}
	msg->defects |= lines->defects;
	msg->body = (u16)(lines->p - pl->data);
	msg->length = length;
	msg->ended = lines->ended;
}

/*
 * To copy nothing is faster than to write zeroes: for that, compilers take an
 * instruction that is slow to start.
 */
static const struct sip_msg nothing;

/*
 * Does a line that reads as one begin a message, in a stream? A segment may
 * begin anywhere: "VITE sip:..." is the rest of an INVITE, as its CSeq tells,
 * and "ACK sip:..." may be that of a PRACK. A body may be a status line.
 */
static bool begins_in_stream(const u8 *base, const struct sip_lines *lines,
			     const struct sip_msg *msg)
{
	const struct sip_span *cseq = &msg->field[SIP_CSEQ];
	const u8 *end = base + cseq->end;
	const u8 *name;
	u32 number;

	if (msg->class == SIP_RESPONSE)
		return msg->present || !lines->ended;
	if (msg->method != XT_SIP_ACK && msg->method != XT_SIP_OTHER)
		return true;
	name = sip_text_number(base + cseq->start, end, &number);
	name = sip_skip_lws(name, end);
	if (msg->method == XT_SIP_ACK)
		return sip_method_of(name, end, lines->end) != XT_SIP_PRACK;
	return end - name == msg->name.end - msg->name.start &&
		same_name(name, base + msg->name.start, (size_t)(end - name));
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
		if (start_line(p, &lines, &msg) && !lines.cut &&
		    (msg.class == SIP_RESPONSE || msg.method != XT_SIP_OTHER))
			return p;
	}
	return end;
}

/* A payload that begins no message. */
static void no_message(const struct sip_payload *pl, struct sip_msg *msg)
{
	*msg = nothing;
	if (pl->stream)
		msg->class = SIP_UNJUDGED;
	else if (is_keepalive_text(pl))
		msg->class = SIP_KEEPALIVE;
	else
		msg->class = SIP_JUNK;
	if (msg->class == SIP_JUNK)
		msg->defects = (u16)BIT(XT_SIP_START_LINE);
}

/*
 * CR and LF may come before the start line (RFC 3261 section 7.5), for servers
 * also blanks and NULs. Returns whether there are some of these.
 */
static bool skip_padding(struct sip_lines *lines)
{
	const u8 *p = lines->p;

	while (p < lines->end && (*p == '\r' || *p == '\n'))
		p++;
	lines->p = p;
	while (lines->p < lines->end && sip_is(*lines->p, SIP_PADDING))
		lines->p++;
	return lines->p > p;
}

void sip_parse(const struct sip_payload *pl, struct sip_msg *msg)
{
	struct sip_lines lines = {
		.p = pl->data,
		.end = pl->data + pl->window,
	};
	bool padded;

	*msg = nothing;
	if (!pl->stream && is_keepalive(pl)) {
		msg->class = SIP_KEEPALIVE;
		return;
	}
	padded = skip_padding(&lines);
	if (!start_line(pl->data, &lines, msg) ||
	    (pl->stream && lines.cut &&
	     !(lines.defects & BIT(XT_SIP_AMBIGUOUS)))) {
		no_message(pl, msg);
		return;
	}
	if (unlikely(padded))
		msg->defects |= BIT(XT_SIP_START_LINE);
	/* The start line is no header field's value. */
	lines.defects &= (u16)BIT(XT_SIP_AMBIGUOUS);
	parse_fields(pl, &lines, msg);
	if (pl->stream && !begins_in_stream(pl->data, &lines, msg)) {
		no_message(pl, msg);
		msg->body = (u16)(lines.p - pl->data);
		return;
	}
	check_fields(pl, &lines, msg);
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
