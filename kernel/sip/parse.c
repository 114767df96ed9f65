// SPDX-License-Identifier: GPL-2.0
/*
 * Parses a payload in one pass.
 *
 * In the order of the message: keep-alives, the start line, header fields one
 * by one, and then the defects that only a whole message can have.
 */
#include "cseq.h"
#include "keepalive.h"
#include "parse.h"
#include "start_line.h"
#include "via.h"

/*
 * Copying this beats memset(): at this size compilers take rep stos, which is
 * slow to start.
 */
static const struct xsip_msg nothing;

/* Bytes of the shortest start line: "SIP/2.0 200". */
#define START_LINE_MIN	11

/* ---- Header fields: RFC 3261 section 7.3 ---- */

/*
 * The value of Content-Length: 1*DIGIT. Anything else, and what does not fit 32
 * bits, is U32_MAX. Most have one digit.
 */
static __always_inline u32 content_length(const struct xsip_line *line)
{
	const u8 *p = line->value;
	const u8 *end = line->value_end;
	u32 length;

	if (likely(end == p + 1 && xsip_is(*p, SIP_DIGIT)))
		return (u32)*p - '0';
	return xsip_text_number(p, end, &length) == end && p < end ?
		length : U32_MAX;
}

#define ONCE	(BIT(SIP_FROM) | BIT(SIP_TO) | BIT(SIP_CALL_ID) |	\
		 BIT(SIP_CSEQ))

/* Each length is read once, so that many of them cost linear time. */
static __always_inline void repeated_length(const struct xsip_line *line,
					    u32 first, struct xsip_msg *msg)
{
	if (!(msg->defects & BIT(XT_SIP_CONTENT_LENGTH)) &&
	    content_length(line) != first)
		msg->defects |= BIT(XT_SIP_DUPLICATE) |
				BIT(XT_SIP_CONTENT_LENGTH);
}

/* @length: value of the first Content-Length. */
static __always_inline void record(const u8 *base, const struct xsip_line *line,
				   u32 *length, struct xsip_msg *msg)
{
	u32 bit = (u32)BIT(line->field);

	if (likely(!(msg->present & bit))) {
		msg->present |= (u16)bit;
		msg->field[line->field] = xsip_span_of(base, line->value,
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

static bool has(const struct xsip_msg *msg, enum xsip_field field)
{
	return msg->present & BIT(field);
}

/* Does another message start after a body of @length bytes? */
static bool another_follows(const u8 *base, const struct xsip_lines *lines,
			    u32 length)
{
	struct xsip_lines rest = *lines;
	struct xsip_msg msg = nothing;

	if (length >= (size_t)(lines->end - lines->p))
		return false;
	rest.p = lines->p + length;
	rest.p = xsip_skip_lws(rest.p, rest.end);
	return xsip_start_line(base, &rest, &msg);
}

/*
 * RFC 3261 section 18.3. In a segment of a stream the body may go on elsewhere.
 */
static void check_length(const struct xsip_payload *pl,
			 const struct xsip_lines *lines, u32 length,
			 struct xsip_msg *msg)
{
	if (length == U32_MAX ||
	    (!pl->stream && length > pl->size - msg->body))
		msg->defects |= BIT(XT_SIP_CONTENT_LENGTH);
	else if (!pl->stream && lines->ended &&
		 another_follows(pl->data, lines, length))
		msg->defects |= BIT(XT_SIP_PIPELINE);
}

/* Defects of how the header section ends. */
static void check_end(const struct xsip_payload *pl,
		      const struct xsip_lines *lines, struct xsip_msg *msg)
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

static void check_fields(const struct xsip_payload *pl,
			 const struct xsip_lines *lines, struct xsip_msg *msg)
{
	const struct xsip_span *via = &msg->field[SIP_VIA];
	const u8 *base = pl->data;
	struct xsip_range range = { base + via->start, base + via->end };

	check_end(pl, lines, msg);
	if (has(msg, SIP_CSEQ))
		xsip_cseq_check(base, lines->end, pl->stream, msg);
	if (has(msg, SIP_CONTENT_LENGTH))
		check_length(pl, lines, msg->length, msg);
	if (has(msg, SIP_VIA))
		xsip_via_check(base, range, msg);
}

/*
 * Is the field that was just read incomplete, because the message goes on in
 * another segment? That is also possible if its last line is complete: the next
 * line may be folded.
 */
static bool half_field(const struct xsip_payload *pl,
		       const struct xsip_lines *lines)
{
	return lines->p == lines->end &&
		(pl->stream || pl->window < pl->size);
}

/* An incomplete field does not count, and neither do its defects. */
static bool next_odd_field(const struct xsip_payload *pl,
			   struct xsip_lines *lines, struct xsip_line *line)
{
	u16 defects = lines->defects;

	if (!xsip_line_any(lines, line))
		return false;
	if (likely(!half_field(pl, lines)))
		return true;
	lines->defects = defects;
	return false;
}

/* Read the empty line that ends the header section, if it comes next. */
static bool is_empty_line(struct xsip_lines *lines)
{
	const u8 *next = NULL;

	if (lines->p < lines->end)
		next = xsip_line_end(lines->p, lines->end);
	if (!next)
		return false;
	lines->p = next;
	lines->ended = true;
	return true;
}

static void parse_fields(const struct xsip_payload *pl,
			 struct xsip_lines *lines, struct xsip_msg *msg)
{
	const u8 *end = lines->end;
	const u8 *p = lines->p;
	struct xsip_line line, odd;
	u32 length = 0;
	const u8 *next;

	for (;; p = next) {
		next = xsip_line_plain(p, end, &line);
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

/* A token for a method, and a Request-URI without white space. */
static bool has_method_and_uri(const u8 *base, const struct xsip_msg *msg)
{
	const u8 *p = base + msg->name.start;
	const u8 *end = base + msg->uri.end;

	while (xsip_is(*p, SIP_TOKEN))
		p++;
	if (p != base + msg->name.end || msg->uri.start == msg->uri.end)
		return false;
	for (p = base + msg->uri.start; p < end; p++)
		if (xsip_is(*p, SIP_LWS))
			return false;
	return true;
}

/*
 * Does a line that looks like a start line begin a message of a stream? A
 * segment may begin anywhere, and bodies have such lines, too. A request with
 * an unknown method counts if it has a Request-URI and, in addition, a CSeq, or
 * header fields that do not end, or something ambiguous. A status line counts
 * if a header field follows.
 */
static bool begins_in_stream(const struct xsip_payload *pl,
			     const struct xsip_lines *lines,
			     const struct xsip_msg *msg)
{
	if (msg->class == SIP_RESPONSE)
		return msg->present || !lines->ended;
	if (msg->method != XT_SIP_OTHER)
		return true;
	return has(msg, SIP_CSEQ) || msg->defects & BIT(XT_SIP_AMBIGUOUS) ||
		(msg->present && !lines->ended && pl->window < pl->size);
}

const u8 *xsip_parse_find_start(const u8 *p, const u8 *end)
{
	struct xsip_lines lines = { .end = end };
	struct xsip_msg msg = nothing;
	const u8 *inside;

	while ((p = xsip_text_find(p, end, '\n')) < end) {
		p++;
		if (end - p < START_LINE_MIN)
			break;
		lines.p = p;
		if (xsip_is(*p, SIP_TOKEN) && xsip_start_line(p, &lines,
							      &msg) &&
		    !lines.cut &&
		    (msg.class == SIP_RESPONSE || msg.method != XT_SIP_OTHER ||
		     has_method_and_uri(p, &msg)))
			return p;
		inside = xsip_start_inside(p, end);
		if (inside)
			return inside;
	}
	return end;
}

/* A payload that begins no message. */
static void no_message(const struct xsip_payload *pl, struct xsip_msg *msg)
{
	*msg = nothing;
	if (pl->stream)
		msg->class = SIP_UNJUDGED;
	else if (xsip_is_keepalive_text(pl))
		msg->class = SIP_KEEPALIVE;
	else
		msg->class = SIP_JUNK;
	if (msg->class == SIP_JUNK)
		msg->defects = (u16)BIT(XT_SIP_START_LINE);
}

/*
 * CR and LF may come before the start line (RFC 3261 section 7.5); servers
 * accept blanks and NULs as well. Returns whether there are blanks or NULs.
 */
static bool skip_padding(struct xsip_lines *lines)
{
	const u8 *p = lines->p;

	while (p < lines->end && (*p == '\r' || *p == '\n'))
		p++;
	lines->p = p;
	while (lines->p < lines->end && xsip_is(*lines->p, SIP_PADDING))
		lines->p++;
	return lines->p > p;
}

/*
 * Is the start line complete, or does it end in a lone CR, as some servers read
 * it?
 */
static __always_inline bool whole_start(const struct xsip_payload *pl,
					struct xsip_lines *lines,
					struct xsip_msg *msg)
{
	return xsip_start_line(pl->data, lines, msg) &&
		(!lines->cut || lines->defects & BIT(XT_SIP_AMBIGUOUS));
}

/*
 * Read the start line of a message of a stream, which may follow body bytes in
 * the same line.
 */
static bool start_in_stream(const struct xsip_payload *pl,
			    struct xsip_lines *lines, struct xsip_msg *msg)
{
	const u8 *p = lines->p;
	const u8 *inside;

	if (likely(whole_start(pl, lines, msg) &&
		   (msg->class == SIP_RESPONSE || msg->method != XT_SIP_OTHER ||
		    has_method_and_uri(pl->data, msg))))
		return true;
	inside = xsip_start_inside(p, lines->end);
	if (!inside)
		return false;
	*lines = (struct xsip_lines){ .p = inside, .end = lines->end };
	*msg = nothing;
	msg->inside = true;
	return whole_start(pl, lines, msg);
}

static bool start(const struct xsip_payload *pl, struct xsip_lines *lines,
		  struct xsip_msg *msg)
{
	bool padded = skip_padding(lines);

	if (pl->stream ? !start_in_stream(pl, lines, msg) :
			 !xsip_start_line(pl->data, lines, msg))
		return false;
	if (unlikely(padded))
		msg->defects |= BIT(XT_SIP_START_LINE);
	/* What the start line had there is no header field. */
	lines->defects &= (u16)BIT(XT_SIP_AMBIGUOUS);
	return true;
}

void xsip_parse(const struct xsip_payload *pl, struct xsip_msg *msg)
{
	struct xsip_lines lines = {
		.p = pl->data,
		.end = pl->data + pl->window,
	};

	*msg = nothing;
	if (!pl->stream && xsip_is_keepalive(pl)) {
		msg->class = SIP_KEEPALIVE;
		return;
	}
	if (!start(pl, &lines, msg)) {
		no_message(pl, msg);
		return;
	}
	msg->headers = (u16)(lines.p - pl->data);
	parse_fields(pl, &lines, msg);
	if (pl->stream && !begins_in_stream(pl, &lines, msg)) {
		no_message(pl, msg);
		msg->body = (u16)(lines.p - pl->data);
		return;
	}
	check_fields(pl, &lines, msg);
	if (unlikely(msg->inside))
		msg->defects &= (u16)BIT(XT_SIP_AMBIGUOUS);
}

void xsip_again_start(struct xsip_again *again,
		      const struct xsip_parsed *parsed, enum xsip_field field)
{
	const struct xsip_payload *pl = &parsed->payload;

	*again = (struct xsip_again){
		.payload = pl,
		.lines = {
			.p = xsip_parsed_field(parsed, field).end,
			.end = pl->data + parsed->msg.body,
		},
		.field = field,
	};
	/* Blank folded lines after the trimmed value belong to it. */
	xsip_line_rest(&again->lines, true);
}

bool xsip_again_odd(struct xsip_again *again, struct xsip_line *line)
{
	return next_odd_field(again->payload, &again->lines, line);
}
