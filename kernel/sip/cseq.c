// SPDX-License-Identifier: GPL-2.0
/* Reads CSeq and compares its method with the start line. */
#include "cseq.h"
#include "method.h"
#include "text.h"

/*
 * A method: its number, and its name for those without a number of their own.
 */
struct method {
	const u8 *name;
	size_t len;
	u8 number;
};

/* Skip the number that CSeq begins with. Returns whether it fits 32 bits. */
static __always_inline const u8 *skip_number(const u8 *p, const u8 *end,
					     bool *fits)
{
	const u8 *digits;

	while (p < end && *p == '0')
		p++;
	digits = p;
	while (p < end && xsip_is(*p, SIP_DIGIT))
		p++;
	*fits = p - digits < 10 ||
		(p - digits == 10 && memcmp(digits, "4294967295", 10) <= 0);
	return p;
}

/* Does the name of @a end with the name of @b, in any case? */
static bool same_tail(const struct method *a, const struct method *b)
{
	const u8 *p = a->name + a->len;
	const u8 *q = b->name + b->len;

	if (a->len < b->len)
		return false;
	while (q > b->name)
		if (xsip_lower(*--p) != xsip_lower(*--q))
			return false;
	return true;
}

/* Is the method of CSeq, @cseq, the one of the request line? */
static bool same_method(const struct method *cseq, const struct method *line)
{
	if (cseq->number != line->number)
		return false;
	return cseq->number != XT_SIP_OTHER ||
		(cseq->len == line->len && same_tail(cseq, line));
}

/*
 * Can the request line be the rest of a longer one that was cut by the start of
 * the segment? CSeq then ends with this method.
 */
static bool is_cut(const struct method *cseq, const struct method *line)
{
	if (line->number != XT_SIP_OTHER &&
	    (line->number != XT_SIP_ACK || cseq->number != XT_SIP_PRACK))
		return false;
	return same_tail(cseq, line);
}

/*
 * Can the segment begin with the last bytes of a body, directly followed by the
 * method: "lloMESSAGE sip:..."?
 */
static bool follows_body(const struct method *cseq, const struct method *line)
{
	return line->number == XT_SIP_OTHER && cseq->len &&
		cseq->len < line->len && same_tail(line, cseq);
}

/* Read the token after the number. Anything after that token is a defect. */
static bool read_method(const u8 *name, const u8 *end, struct method *method)
{
	const u8 *stop = name;

	while (stop < end && xsip_is(*stop, SIP_TOKEN))
		stop++;
	method->name = name;
	method->len = (size_t)(stop - name);
	method->number = xsip_method_of(name, stop, end);
	return stop == end && stop > name;
}

/* The rare cases: CSeq does not plainly have the method of the request. */
static void check_odd_method(const u8 *base, const u8 *name, const u8 *end,
			     bool stream, struct xsip_msg *msg)
{
	const struct method line = {
		.name = base + msg->name.start,
		.len = (size_t)(msg->name.end - msg->name.start),
		.number = msg->method,
	};
	struct method cseq;
	bool inside;

	if (!read_method(name, end, &cseq))
		msg->defects |= BIT(XT_SIP_CSEQ);
	inside = stream && msg->class == SIP_REQUEST &&
		follows_body(&cseq, &line);
	if (inside)
		msg->inside = true;
	if (msg->class == SIP_RESPONSE || inside ||
	    (stream && is_cut(&cseq, &line)))
		msg->method = cseq.number;
	else if (!same_method(&cseq, &line))
		msg->defects |= BIT(XT_SIP_CSEQ);
}

void xsip_cseq_check(const u8 *base, const u8 *limit, bool stream,
		     struct xsip_msg *msg)
{
	const u8 *p = base + msg->field[SIP_CSEQ].start;
	const u8 *end = base + msg->field[SIP_CSEQ].end;
	const u8 *name;
	bool fits;
	u8 method;

	name = skip_number(p, end, &fits);
	if (name == p || name == end || !xsip_is(*name, SIP_LWS) || !fits)
		msg->defects |= BIT(XT_SIP_CSEQ);
	name = xsip_skip_lws(name, end);
	method = xsip_method_of(name, end, limit);
	if (method != XT_SIP_OTHER && msg->class == SIP_RESPONSE)
		msg->method = method;
	else if (method == XT_SIP_OTHER || method != msg->method)
		check_odd_method(base, name, end, stream, msg);
}
