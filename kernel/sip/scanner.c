// SPDX-License-Identifier: GPL-2.0
/* Recognises the requests of attack tools by their fingerprints. */
#include "agent.h"
#include "marks.h"
#include "scanner.h"
#include "shape.h"
#include "text.h"
#include "value.h"

/* ---- What marks are made of ---- */

/**
 * struct request - a request, and what most marks begin with
 * @parsed: what was parsed
 * @tag: of From; empty if it has none
 * @call_id: empty if it has none
 */
struct request {
	const struct xsip_parsed *parsed;
	struct xsip_range tag;
	struct xsip_range call_id;
};

static struct xsip_range empty(const struct xsip_parsed *parsed)
{
	const u8 *start = parsed->payload.data;

	return (struct xsip_range){ start, start };
}

static struct xsip_range field_of(const struct request *rq,
				  enum xsip_field field)
{
	return xsip_parsed_field(rq->parsed, field);
}

/* Of the first Via; empty if it has none. Few requests come so far. */
static struct xsip_range branch_of(const struct request *rq)
{
	const struct xsip_parsed *parsed = rq->parsed;

	if (!parsed->msg.branch)
		return empty(parsed);
	return xsip_value_param_text(parsed->payload.data + parsed->msg.branch,
				     field_of(rq, SIP_VIA).end);
}

static bool is_digit(u8 byte)
{
	return xsip_is(byte, SIP_DIGIT);
}

/* Is the range exactly @text, case included? */
static bool equals(struct xsip_range range, const char *text)
{
	return xsip_range_size(range) == strlen(text) &&
		!memcmp(range.p, text, strlen(text));
}

/* Does the range end with @len bytes of @text? */
static bool ends(struct xsip_range range, const u8 *text, size_t len)
{
	return xsip_range_size(range) >= len &&
		!memcmp(range.end - len, text, len);
}

/* Is no byte of the range, of digits and small letters, there twice? */
static bool all_differ(struct xsip_range range)
{
	u64 seen = 0, bit;

	for (; range.p < range.end; range.p++) {
		bit = 1ULL << (is_digit(*range.p) ? *range.p - '0' :
						    *range.p - 'a' + 10);
		if (seen & bit)
			return false;
		seen |= bit;
	}
	return true;
}

/* The rest of the range after the prefix @text; empty without that prefix. */
static struct xsip_range after_prefix(struct xsip_range range, const char *text)
{
	size_t len = strlen(text);

	if (xsip_range_size(range) < len || memcmp(range.p, text, len))
		range.p = range.end;
	else
		range.p += len;
	return range;
}

/* ---- SIPVicious ---- */

/* The byte of two hex digits. */
static u8 hex_pair(const u8 *p)
{
	u8 high = is_digit(p[0]) ? p[0] - '0' : p[0] - 'a' + 10;
	u8 low = is_digit(p[1]) ? p[1] - '0' : p[1] - 'a' + 10;

	return (u8)(high << 4 | low);
}

#define TAG_NUMBER_MAX	10	/* digits of a 32-bit number */
/* So many digits (7 in 10,000 tags have fewer) need no second mark. */
#define TAG_NUMBER_SURE	7

/*
 * How many digits end a tag of the form that all its tools make in every
 * version (svhelper.py, createTag): the lower-case hex of printable text (a
 * target, an extension, "user:password"), then of 0x01, then of the digits of
 * a random number. 0 if it has another form.
 */
static unsigned int tag_digits(struct xsip_range tag)
{
	unsigned int digits = 0;
	const u8 *p = tag.end;

	while (p - tag.p >= 2 && p[-2] == '3' && is_digit(p[-1])) {
		p -= 2;
		digits++;
	}
	if (!digits || digits > TAG_NUMBER_MAX || p - tag.p < 4 ||
	    xsip_range_size(tag) % 2 || p[-2] != '0' || p[-1] != '1')
		return 0;
	tag.end = p - 2;
	if (!xsip_shape_matches(tag, "%x"))
		return 0;
	for (p = tag.p; p < tag.end; p += 2)
		if (hex_pair(p) < 0x20 || hex_pair(p) > 0x7e)
			return 0;
	return digits;
}

#define CALL_ID_DIGITS	25	/* of an 80-bit number */

/* All its tools have decimal numbers as Call-ID and branch. */
static bool has_sipvicious_numbers(const struct request *rq)
{
	return xsip_range_size(rq->call_id) <= CALL_ID_DIGITS &&
		xsip_shape_matches(rq->call_id, "%d") &&
		xsip_shape_matches(branch_of(rq), "z9hG4bK-%d");
}

/*
 * No honest stack: to make such a tag by chance, random hex digits have to hit
 * eight or more given bytes (10^-12); none of 851 tags of public stacks does.
 */
static bool is_sipvicious(const struct request *rq)
{
	unsigned int digits = tag_digits(rq->tag);

	return digits >= TAG_NUMBER_SURE ||
		(digits && has_sipvicious_numbers(rq));
}

/*
 * svcrack's first request, without credentials, has a constant tag. A stack
 * with random decimal tags hits it once in 2^32, with such numbers never.
 */
static bool is_svcrack_first(const struct request *rq)
{
	return equals(rq->tag, "3206210844") && has_sipvicious_numbers(rq);
}

/* ---- Others ---- */

/*
 * sipcli: the Call-ID, 32 hex digits, is used again as the branch. An honest
 * stack draws the branch anew for each transaction (RFC 3261 section 8.1.1.7).
 */
static bool is_sipcli(const struct request *rq)
{
	struct xsip_range number;

	if (!xsip_shape_matches(rq->call_id, "%32X"))
		return false;
	number = after_prefix(branch_of(rq), "z9hG4bK-");
	return xsip_range_size(number) == 32 &&
		!memcmp(number.p, rq->call_id.p, 32);
}

/*
 * inviteflood: ten digits, with zeroes in front, are the CSeq and end branch,
 * tag and Call-ID. What is honest draws each of them on its own, and writes a
 * CSeq without zeroes.
 */
static bool is_inviteflood(const struct request *rq)
{
	struct xsip_range cseq = field_of(rq, SIP_CSEQ);
	const u8 *number = cseq.p;

	if (xsip_range_size(cseq) <= 10 || *number != '0')
		return false;
	cseq.end = number + 10;
	return xsip_shape_matches(cseq, "%10d") &&
		ends(branch_of(rq), number, 10) &&
		ends(rq->tag, number, 10) && ends(rq->call_id, number, 10);
}

/*
 * Mr.SIP (sip_packet.py): it draws ten digits of a branch and the first 27
 * characters of a Call-ID without putting any back. That 27 random ones of 36
 * all differ happens once in some 10^7.
 */
static bool is_mrsip(const struct request *rq)
{
	struct xsip_range id = rq->call_id;

	if (xsip_range_size(id) < 32 ||
	    !xsip_shape_matches(branch_of(rq), "z9hG4bK-%10d") ||
	    !xsip_shape_matches(rq->tag, "%6d"))
		return false;
	id.end = id.p + 27;
	return xsip_shape_matches(id, "%27z") && all_differ(id) &&
		all_differ(after_prefix(branch_of(rq), "z9hG4bK-"));
}

/*
 * The extension scanner "VOIP" of 2026: Call-ID and tag are hex and begin
 * alike. eyeBeam, whose branch it has, draws them on their own; JavaForce,
 * which writes such hex, has another branch.
 */
static bool is_voip(const struct request *rq)
{
	return xsip_range_size(rq->call_id) > 8 &&
		xsip_range_size(rq->tag) > 8 &&
		!memcmp(rq->call_id.p, rq->tag.p, 8) &&
		xsip_shape_matches(rq->tag, "%x") &&
		xsip_shape_matches(rq->call_id, "%x") &&
		xsip_shape_matches(branch_of(rq), "z9hG4bK-d87543-%d-1--d87543-");
}

/* Does a Via say that it was sent by 0.0.0.0? */
static bool sent_by_nobody(struct xsip_range via)
{
	const u8 *p = xsip_text_find(via.p, via.end, ' ');

	p = xsip_skip_lws(p, via.end);
	return xsip_text_starts(p, via.end, "0.0.0.0");
}

static bool any_sent_by_nobody(const struct request *rq)
{
	struct xsip_again again;
	struct xsip_range via;
	struct xsip_line line;

	if (sent_by_nobody(field_of(rq, SIP_VIA)))
		return true;
	if (!(rq->parsed->msg.repeated & BIT(SIP_VIA)))
		return false;
	xsip_again_start(&again, rq->parsed, SIP_VIA);
	while (xsip_again_next(&again, &line)) {
		via = (struct xsip_range){ line.value, line.value_end };
		if (sent_by_nobody(via))
			return true;
	}
	return false;
}

/*
 * A caller that calls itself pplsip, as sippts does, also behind a proxy: three
 * numbers as Call-ID, of which the last is its tag. Phones without an address
 * yet may say 0.0.0.0, but none has such a pair.
 */
static bool is_pplsip(const struct request *rq)
{
	size_t len = xsip_range_size(rq->tag);

	return len && xsip_range_size(rq->call_id) > len &&
		!memcmp(rq->call_id.end - len, rq->tag.p, len) &&
		xsip_shape_matches(rq->call_id, "%d-%d-%d") &&
		any_sent_by_nobody(rq);
}

/* Sizes of the texts of xsip_marks[]; 0: any. They rule out nearly all. */
static struct {
	size_t tag;
	size_t call_id;
} sizes[ARRAY_SIZE(xsip_marks)];

static size_t size_of(const char *shape)
{
	return shape ? xsip_shape_size(shape) : 0;
}

static void measure_marks(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(xsip_marks); i++) {
		sizes[i].tag = size_of(xsip_marks[i].tag);
		sizes[i].call_id = size_of(xsip_marks[i].call_id);
	}
}

static bool has_size(struct xsip_range text, size_t size)
{
	return !size || xsip_range_size(text) == size;
}

static bool has_shape(struct xsip_range text, const char *shape)
{
	return !shape || xsip_shape_matches(text, shape);
}

static bool has_mark(const struct request *rq, const struct xsip_mark *mark)
{
	if (mark->no_cookie &&
	    !(rq->parsed->msg.defects & BIT(XT_SIP_COOKIE)))
		return false;
	return has_shape(rq->tag, mark->tag) &&
		has_shape(rq->call_id, mark->call_id) &&
		(!mark->branch || has_shape(branch_of(rq), mark->branch)) &&
		(!mark->from ||
		 has_shape(xsip_value_uri(field_of(rq, SIP_FROM)),
			   mark->from));
}

static enum xsip_tool tool_by_shape(const struct request *rq)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(xsip_marks); i++)
		if (has_size(rq->tag, sizes[i].tag) &&
		    has_size(rq->call_id, sizes[i].call_id) &&
		    has_mark(rq, &xsip_marks[i]))
			return xsip_marks[i].tool;
	return SIP_TOOL_NONE;
}

/*
 * No table of functions: kernels that mitigate Spectre make each call through
 * a pointer as dear as several of these marks.
 */
static enum xsip_tool tool_by_marks(const struct request *rq)
{
	if (is_sipvicious(rq) || is_svcrack_first(rq))
		return SIP_TOOL_SIPVICIOUS;
	if (is_sipcli(rq))
		return SIP_TOOL_SIPCLI;
	if (is_inviteflood(rq))
		return SIP_TOOL_INVITEFLOOD;
	if (is_mrsip(rq))
		return SIP_TOOL_MRSIP;
	if (is_voip(rq))
		return SIP_TOOL_VOIP;
	if (is_pplsip(rq))
		return SIP_TOOL_PPLSIP;
	return tool_by_shape(rq);
}

/* ---- Names ---- */

/*
 * User-Agents that no honest product bears, anchored where the text is short
 * or could be part of another name. Left out of the lists that go around are
 * real products and kits (PortSIP, Ozeki, Conaito, CSipSimple, MizuPhone,
 * VaxSIP, X-Lite), words that a product may use ("voip", "Test Agent", "SIP
 * Call") and whatever borrows a product's name ("Asterisk PBX",
 * "Cisco-SIPGateway").
 *
 * sipcli, a test client, is listed: its mark, the Call-ID used again as the
 * branch, is what only that program does, and in all captures at hand its name
 * is a scanner's.
 */
static const struct {
	enum xsip_tool tool;
	const char *text;	/* '^' and '$' are anchors, as in --ua */
} names[] = {
	{ SIP_TOOL_SIPVICIOUS,	"friendly-scanner" },
	{ SIP_TOOL_SIPVICIOUS,	"friendly-request" },
	{ SIP_TOOL_SIPVICIOUS,	"sipvicious" },
	{ SIP_TOOL_SIPVICIOUS,	"sundayddr" },
	{ SIP_TOOL_SIPPTS,	"pplsip" },
	{ SIP_TOOL_SIPPTS,	"^sippts" },
	{ SIP_TOOL_NMAP,	"^Nmap NSE" },
	{ SIP_TOOL_SIPCLI,	"^sipcli$" },
	{ SIP_TOOL_SIPCLI,	"^sipcli/" },
	{ SIP_TOOL_SIPCLI,	"^sipcli " },
	{ SIP_TOOL_SMAP,	"^smap$" },
	{ SIP_TOOL_SMAP,	"^smap/" },
	{ SIP_TOOL_SMAP,	"^smap " },
	{ SIP_TOOL_IWAR,	"^iWar$" },
	{ SIP_TOOL_IWAR,	"^iWar/" },
	{ SIP_TOOL_IWAR,	"^iWar " },
	{ SIP_TOOL_SIVUS,	"^SIVuS" },
	{ SIP_TOOL_SIPSCAN,	"^sip-scan" },
	{ SIP_TOOL_SIPSCAN,	"^sipscan" },
	{ SIP_TOOL_SIPARMYKNIFE, "siparmyknife" },
	{ SIP_TOOL_OTHER,	"UsaAirport" },
	{ SIP_TOOL_OTHER,	"zxcvfdf11" },
	{ SIP_TOOL_OTHER,	"fdgddfg546df4g8d5f" },
	{ SIP_TOOL_OTHER,	"fgfdhgfxjfhyjhkj" },
	{ SIP_TOOL_OTHER,	"^Gulp$" },
	{ SIP_TOOL_OTHER,	"^sipv$" },
	{ SIP_TOOL_OTHER,	"^QNQ$" },
	{ SIP_TOOL_OTHER,	"^NiceGuy$" },
	{ SIP_TOOL_OTHER,	"^A_B_C$" },
	{ SIP_TOOL_OTHER,	"^aaaaaaaa$" },
	{ SIP_TOOL_OTHER,	"^dr.pes$" },
	{ SIP_TOOL_OTHER,	"^FourCats$" },
};

static struct xsip_pattern *pattern;	/* texts as in names[] */

/* Write a name as xsip_pattern_compile() wants it; returns the end. */
static u8 *encode(u8 *out, const char *text)
{
	size_t len = strlen(text);
	u8 head = 0;

	if (*text == '^') {
		head |= XT_SIP_TEXT_START;
		text++;
		len--;
	}
	if (text[len - 1] == '$') {
		head |= XT_SIP_TEXT_END;
		len--;
	}
	*out++ = (u8)(head | len);
	memcpy(out, text, len);
	return out + len;
}

bool xsip_scanner_init(void)
{
	u8 *space = xsip_port_alloc(XT_SIP_TEXT_SPACE);
	u8 *end = space;
	size_t i;

	measure_marks();
	if (!space)
		return false;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		end = encode(end, names[i].text);
	pattern = xsip_pattern_compile(space, (u32)(end - space));
	xsip_port_free(space);
	return pattern;
}

void xsip_scanner_exit(void)
{
	xsip_pattern_free(pattern);
	pattern = NULL;
}

/* ---- The question ---- */

enum xsip_tool xsip_scanner_tool(const struct xsip_parsed *parsed)
{
	struct request rq = { .parsed = parsed };
	enum xsip_tool tool;
	int name;

	if (parsed->msg.class != SIP_REQUEST)
		return SIP_TOOL_NONE;
	rq.call_id = field_of(&rq, SIP_CALL_ID);
	if (!xsip_value_param(field_of(&rq, SIP_FROM), &xsip_param_tag,
			      &rq.tag))
		rq.tag = empty(parsed);
	tool = tool_by_marks(&rq);
	if (tool != SIP_TOOL_NONE)
		return tool;
	name = xsip_agent_find(pattern, parsed);
	return name == SIP_PATTERN_NONE ? SIP_TOOL_NONE : names[name].tool;
}
