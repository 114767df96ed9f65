// SPDX-License-Identifier: GPL-2.0
/* Reads the start line of a message as tolerantly as servers do. */
#include "method.h"
#include "start_line.h"

/* Bit 0x20 is the case of a letter; here for the bytes of "SIP". */
#define FOLD_VERSION	SIP_WORD4(0x20, 0x20, 0x20, 0)
#define VERSION		SIP_WORD8('s', 'i', 'p', '/', '2', '.', '0', 0)
#define VERSION_LEN	7

static bool is_version(const u8 *p, const u8 *end)
{
	u64 word;

	if (end - p < VERSION_LEN)
		return false;
	word = xsip_word_head(xsip_word(p, end), VERSION_LEN);
	return (word | FOLD_VERSION) == VERSION;
}

/*
 * Returns the end of a SIP-Version at the start of a line, or NULL. Asterisk
 * and FreeSWITCH accept white space around the slash.
 */
static const u8 *version_end(const u8 *p, const u8 *end)
{
	if (is_version(p, end))
		return p + VERSION_LEN;
	if (!xsip_text_starts(p, end, "sip"))
		return NULL;
	p = xsip_skip_lws(p + 3, end);
	if (p == end || *p != '/')
		return NULL;
	p = xsip_skip_lws(p + 1, end);
	return xsip_text_starts(p, end, "2.0") ? p + 3 : NULL;
}

/* Returns where the white space begins that ends at @p. */
static const u8 *back_over_lws(const u8 *p, const u8 *start)
{
	while (p > start && xsip_is(p[-1], SIP_LWS))
		p--;
	return p;
}

/*
 * Returns where "SIP / 2.0", with or without white space, begins that ends at
 * @end, or NULL.
 */
static const u8 *spaced_version(const u8 *p, const u8 *end)
{
	const u8 *version = end - 3;

	if (end - p < VERSION_LEN || !xsip_text_equal(version, end, "2.0"))
		return NULL;
	version = back_over_lws(version, p);
	if (version == p || version[-1] != '/')
		return NULL;
	version = back_over_lws(version - 1, p);
	if (version - p < 3 || !xsip_text_equal(version - 3, version, "sip"))
		return NULL;
	return version - 3;
}

/*
 * Returns where the SIP-Version of a request line begins, or NULL. Kamailio
 * accepts any text directly after it.
 */
static const u8 *find_version(const u8 *p, const u8 *end)
{
	const u8 *version = spaced_version(p, end);

	if (version)
		return version;
	for (version = end; version > p; version--)
		if (xsip_is(version[-1], SIP_LWS))
			break;
	return is_version(version, end) ? version : NULL;
}

/*
 * "SIP/2.0 3DIGIT", then white space or the end of the line. More white space
 * than one blank is a defect.
 */
static bool status_line(const u8 *p, const u8 *end, struct xsip_msg *msg)
{
	const u8 *after = version_end(p, end);
	const u8 *code;

	if (!after)
		return false;
	code = xsip_skip_lws(after, end);
	if (code == after || end - code < 3 ||
	    !xsip_is(code[0], SIP_DIGIT) || !xsip_is(code[1], SIP_DIGIT) ||
	    !xsip_is(code[2], SIP_DIGIT) ||
	    (end - code > 3 && !xsip_is(code[3], SIP_LWS)))
		return false;
	msg->class = SIP_RESPONSE;
	msg->method = XT_SIP_OTHER;	/* until CSeq is read */
	msg->status = (u16)(100 * (code[0] - '0') + 10 * (code[1] - '0') +
			    (code[2] - '0'));
	if (after != p + VERSION_LEN || *after != ' ' || code != after + 1)
		msg->defects |= BIT(XT_SIP_START_LINE);
	return true;
}

static bool is_token(const u8 *p, const u8 *end)
{
	while (p < end && xsip_is(*p, SIP_TOKEN))
		p++;
	return p == end;
}

/* Whether a byte of @word may be white space: all of it is below 0x21. */
static bool may_have_lws(u64 word)
{
	return (word - 0x21 * SIP_ONES) & ~word & SIP_HIGHS;
}

static const u8 *find_lws(const u8 *p, const u8 *end)
{
	while (end - p >= 8 && !may_have_lws(xsip_port_load64(p)))
		p += 8;
	while (p < end && !xsip_is(*p, SIP_LWS))
		p++;
	return p;
}

/* Is this what the grammar allows between the method and the version? */
static bool is_plain_uri(const u8 *p, const u8 *end)
{
	return p < end && find_lws(p, end) == end &&
		xsip_text_control(p, end) == end;
}

/*
 * "Method SP Request-URI SP SIP/2.0", as servers read it: there may be white
 * space around and inside the parts, and none before the version. Everything
 * with these three parts is a request, so that the rest of it is judged. A part
 * that RFC 3261 section 7.1 does not allow is a defect.
 */
static bool request_line(const u8 *base, const u8 *p, const u8 *end,
			 struct xsip_msg *msg)
{
	const u8 *method_end = find_lws(p, end);
	const u8 *uri = xsip_skip_lws(method_end, end);
	const u8 *version = find_version(uri, end);
	const u8 *uri_end;

	if (method_end == p || !version || version_end(p, end))
		return false;
	uri_end = back_over_lws(version, uri);
	msg->class = SIP_REQUEST;
	msg->method = xsip_method_of(p, method_end, end);
	msg->name = xsip_span_of(base, p, method_end);
	msg->uri = xsip_span_of(base, uri, uri_end);
	if (!is_token(p, method_end) || *method_end != ' ' ||
	    uri != method_end + 1 || !is_plain_uri(uri, uri_end) ||
	    *uri_end != ' ' || uri_end + 1 != version ||
	    version + VERSION_LEN != end)
		msg->defects |= BIT(XT_SIP_START_LINE);
	return true;
}

/* @p, @end: a line without its line end. White space around it is a defect. */
static bool start_text(const u8 *base, const u8 *p, const u8 *end,
		       struct xsip_msg *msg)
{
	const u8 *first = xsip_skip_lws(p, end);
	const u8 *last = back_over_lws(end, first);

	if (!status_line(first, last, msg) &&
	    !request_line(base, first, last, msg))
		return false;
	if (first != p || (msg->class == SIP_REQUEST && last != end))
		msg->defects |= BIT(XT_SIP_START_LINE);
	return true;
}

/* The first blank or control byte of [p, end), to whole words; else @end. */
static const u8 *uri_stop(const u8 *p, const u8 *end)
{
	u64 word, marks;

	for (; end - p >= 8; p += 8) {
		word = xsip_port_load64(p);
		marks = xsip_word_controls(word) | xsip_word_bytes(word, ' ');
		if (marks)
			return p + xsip_word_first(marks);
	}
	return end;
}

/*
 * Returns the blank after a known method, or any other byte if it is not known.
 */
static const u8 *plain_method_end(const u8 *p)
{
	u64 blanks = xsip_word_bytes(xsip_port_load64(p), ' ');

	if (blanks)
		return p + xsip_word_first(blanks);
	return p[8] == ' ' ? p + 8 : p + SIP_METHOD_MAX;
}

/*
 * Fast path: read a request line with a known method and without a defect, as
 * nearly all are. Returns false, with nothing changed, for any other.
 */
static bool plain_request_line(const u8 *base, struct xsip_lines *lines,
			       struct xsip_msg *msg)
{
	const u8 *p = lines->p;
	const u8 *end = lines->end;
	const u8 *uri, *uri_end;
	u8 method;

	if (end - p <= SIP_METHOD_MAX)
		return false;
	uri = plain_method_end(p);
	method = xsip_method_of(p, uri, end);
	if (method == XT_SIP_OTHER || *uri != ' ')
		return false;
	uri_end = uri_stop(++uri, end);
	p = uri_end + 1 + VERSION_LEN;
	if (end - p < 2 || uri == uri_end || *uri_end != ' ' ||
	    p[0] != '\r' || p[1] != '\n' || !is_version(uri_end + 1, p))
		return false;
	msg->class = SIP_REQUEST;
	msg->method = method;
	msg->name = xsip_span_of(base, lines->p, uri - 1);
	msg->uri = xsip_span_of(base, uri, uri_end);
	lines->p = p + 2;
	return true;
}

/*
 * Returns the first CR of [p, end) that is not followed by LF, or @end. With
 * @fold a CR that is followed by a blank does not count either.
 */
static const u8 *lone_cr(const u8 *p, const u8 *end, bool fold)
{
	for (; p < end; p++)
		if (*p == '\r' &&
		    (end - p < 2 ||
		     (p[1] != '\n' && !(fold && xsip_is_blank(p[1])))))
			break;
	return p;
}

/*
 * Servers go on reading if a request line is folded, unless it is complete
 * without the fold. Some end it at a lone CR, also inside the fold, and some
 * fold it there.
 */
static bool odd_start_line(const u8 *base, struct xsip_lines *lines,
			   struct xsip_msg *msg)
{
	const u8 *p = lines->p;
	const u8 *end, *cr;
	bool fold = false;

	do {
		end = xsip_line_rest(lines, fold);
		/* In a start line only a lone CR is ambiguous. */
		cr = end;
		if (lines->defects & BIT(XT_SIP_AMBIGUOUS))
			cr = lone_cr(p, end, false);
		if (cr == end)
			lines->defects = 0;
		if (start_text(base, p, end, msg) ||
		    (cr < end &&
		     (start_text(base, p, cr, msg) ||
		      start_text(base, p, lone_cr(p, end, true), msg))))
			return true;
		fold = !fold;
	} while (fold && lines->p < lines->end && xsip_is_blank(*lines->p));
	return false;
}

bool xsip_start_line(const u8 *base, struct xsip_lines *lines,
		     struct xsip_msg *msg)
{
	return likely(plain_request_line(base, lines, msg)) ||
		odd_start_line(base, lines, msg);
}

/* Returns where the longest known method begins that ends at @end, or NULL. */
static const u8 *method_tail(const u8 *p, const u8 *end)
{
	size_t len = (size_t)(end - p);

	if (len > SIP_METHOD_MAX)
		len = SIP_METHOD_MAX;
	for (; len >= SIP_METHOD_MIN; len--)
		if (xsip_method_of(end - len, end, end) != XT_SIP_OTHER)
			return end - len;
	return NULL;
}

const u8 *xsip_start_inside(const u8 *p, const u8 *end)
{
	const u8 *line_end = xsip_text_find(p, end, '\n');
	const u8 *version, *uri, *uri_end, *method;

	/* Some servers end a line at a lone CR as well. */
	line_end = xsip_text_find(p, line_end, '\r');
	version = line_end < end ?
		find_version(p, back_over_lws(line_end, p)) : NULL;
	if (!version)
		return NULL;
	uri_end = back_over_lws(version, p);
	uri = uri_end;
	while (uri > p && !xsip_is(uri[-1], SIP_LWS))
		uri--;
	if (uri == uri_end)
		return NULL;
	method = method_tail(p, back_over_lws(uri, p));
	return method > p ? method : NULL;
}
