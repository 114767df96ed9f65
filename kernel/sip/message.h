/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A payload, and what xsip_parse() finds in it.
 *
 * Offsets count from the first byte of the payload.
 */
#ifndef _XSIP_MESSAGE_H
#define _XSIP_MESSAGE_H

#include "field.h"
#include "names.h"

/* No honest message has more header bytes; whoever does is `long`. */
#define SIP_WINDOW	8192

/**
 * struct xsip_payload - what a packet carries above its transport header
 * @data: the first bytes; never NULL, also when @window is 0
 * @window: how many of them may be read: the smaller of @size and SIP_WINDOW
 * @size: bytes of the whole payload
 * @stream: a segment of a byte stream, which may begin or end anywhere, and
 *          not a whole datagram
 *
 * @window and @size are not neighbours: compilers would compare both as one
 * word, and to load that takes long if they have just been stored one by one.
 */
struct xsip_payload {
	const u8 *data;
	u32 window;
	bool stream;
	u32 size;
};

enum xsip_class {
	SIP_UNJUDGED,		/* a segment that begins no message */
	SIP_KEEPALIVE,		/* see keepalive.h */
	SIP_JUNK,		/* a datagram that is neither */
	SIP_REQUEST,
	SIP_RESPONSE,
	SIP_CLASS_COUNT
};

/* A text in a message. A header field's value is trimmed, not unfolded. */
struct xsip_span {
	u16 start;
	u16 end;
};

/**
 * struct xsip_msg - a parsed payload
 * @class: what it is; the rest means something for requests and responses
 * @method: enum xt_sip_method; on a response that of CSeq
 * @ended: the header section's end was found
 * @inside: a request of a stream that begins inside of a line, after what may
 *          be a body: XT_SIP_AMBIGUOUS is the only defect that it may have
 * @status: of a response, else 0
 * @defects: bits of enum xt_sip_defect; junk has XT_SIP_START_LINE
 * @present: bits of enum xsip_field: there at least once
 * @repeated: bits of enum xsip_field: there more than once
 * @uri: the Request-URI
 * @field: first value of each field that is @present
 * @body: where the body starts; the window's end if the fields do not end. Of
 *        what is unjudged, how many lines were read, in bytes: 0 if the first
 *        one begins no message
 * @branch: where the branch of the first Via begins; 0 if it has none
 * @length: Content-Length, 0 if there is none, U32_MAX if it is no number
 * @headers: where the header fields start, after the start line
 * @name: the method as a request spells it
 */
struct xsip_msg {
	u8 class;
	u8 method;
	bool ended;
	bool inside;
	u16 status;
	u16 defects;
	u16 present;
	u16 repeated;
	u16 body;
	u16 headers;
	u16 branch;
	u32 length;
	struct xsip_span name;
	struct xsip_span uri;
	struct xsip_span field[SIP_FIELD_COUNT];
};

/**
 * struct xsip_parsed - a payload and what was found in it
 * @payload: what xsip_parse() got
 * @msg: what it made of that
 *
 * What comes after the parse reads the start line and the header fields, never
 * the body: bytes from @msg.body on need not be there any more.
 */
struct xsip_parsed {
	struct xsip_payload payload;
	struct xsip_msg msg;
};

static inline bool xsip_msg_is_sip(const struct xsip_msg *msg)
{
	return msg->class >= SIP_REQUEST;
}

/* Of a request: does it carry credentials? */
static inline bool xsip_msg_has_auth(const struct xsip_msg *msg)
{
	return msg->present & (BIT(SIP_AUTHORIZATION) |
			       BIT(SIP_PROXY_AUTHORIZATION));
}

static inline bool xsip_msg_malformed(const struct xsip_msg *msg)
{
	return msg->defects & XT_SIP_DEFINITE;
}

/* The range [start, end) of a payload that begins at @base. */
static inline struct xsip_span xsip_span_of(const u8 *base, const u8 *start,
					    const u8 *end)
{
	return (struct xsip_span){
		.start = (u16)(start - base),
		.end = (u16)(end - base),
	};
}

/* The bytes of a span. */
static inline struct xsip_range xsip_parsed_text(const struct xsip_parsed *p,
						 struct xsip_span span)
{
	return (struct xsip_range){
		p->payload.data + span.start, p->payload.data + span.end,
	};
}

/* The first value of a field; empty if there is none. */
static inline struct xsip_range xsip_parsed_field(const struct xsip_parsed *p,
						  enum xsip_field field)
{
	return xsip_parsed_text(p, p->msg.field[field]);
}

#endif /* _XSIP_MESSAGE_H */
