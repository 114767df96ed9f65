// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_parse with the corpus: every message as the index says, and cut
 * anywhere, as a datagram and as a segment of a stream.
 */
#include "corpus.h"
#include "message.h"
#include "sip/text.h"

/*
 * Rows of XT_SIP_MESSAGES/corpus that are wrong for us, each with what we find
 * in place of what they say, and why.
 */
static const struct {
	const char *name;
	u16 defects;
	const char *reason;
} exceptions[] = {
	{ "real/datagrams/zeek__sip-long-request-response-paths.pcap.00001.dat",
	  BIT(XT_SIP_LONG), "9,563 bytes of header fields, SIP_WINDOW is 8,192" },
	{ "real/datagrams/zeek__sip-long-request-response-paths.pcap.00002.dat",
	  BIT(XT_SIP_LONG), "9,548 bytes of header fields, SIP_WINDOW is 8,192" },
};

/* ---- What a rule sees of User-Agent and Server ---- */

/* Runs of linear white space become one space; returns the new length. */
static size_t squeeze(const u8 *p, const u8 *end, u8 *out)
{
	u8 *start = out;

	while (p < end) {
		*out++ = xsip_is(*p, SIP_LWS) ? ' ' : *p;
		p = xsip_is(*p, SIP_LWS) ? xsip_skip_lws(p, end) : p + 1;
	}
	return (size_t)(out - start);
}

/* Strike a text seen off the @left ones that are expected. */
static void strike(const struct corpus_message *c, u32 *left,
		   const struct xsip_line *line)
{
	u8 text[SIP_WINDOW];
	size_t len = squeeze(line->value, line->value_end, text);
	int i;

	for (i = 0; i < c->ua_count; i++)
		if (*left & BIT(i) && xsip_range_size(c->ua[i]) == len &&
		    !memcmp(c->ua[i].p, text, len)) {
			*left &= ~(u32)BIT(i);
			return;
		}
	wrong("%s: unexpected User-Agent \"%.*s\"", c->name, (int)len, text);
}

static void check_uas(const struct corpus_message *c,
		      const struct xsip_parsed *m)
{
	static const enum xsip_field fields[] = { SIP_USER_AGENT, SIP_SERVER };
	/* EXPECT.tsv does not list the texts of Server. */
	bool server = m->msg.class == SIP_RESPONSE && c->expect == CORPUS_EXACT;
	u32 left = (u32)BIT(c->ua_count) - 1;
	struct xsip_again again;
	struct xsip_line line;

	for_each(field, fields) {
		struct xsip_range first = xsip_parsed_field(m, *field);

		if (!(m->msg.present & BIT(*field)) ||
		    (*field == SIP_SERVER && !server))
			continue;
		line.value = first.p;
		line.value_end = first.end;
		strike(c, &left, &line);
		xsip_again_start(&again, m, *field);
		while (m->msg.repeated & BIT(*field) &&
		       xsip_again_next(&again, &line))
			strike(c, &left, &line);
	}
	if (left)
		wrong("%s: a User-Agent was not seen", c->name);
}

/* ---- Whole messages against the index ---- */

/* Names of defects in one of two buffers, so that a line can show two sets. */
static const char *defects_text(u16 defects)
{
	static char buffers[2][32 * XT_SIP_DEFECT_COUNT];
	static int turn;
	char *out = buffers[turn ^= 1];
	int i;

	out[0] = '\0';
	for (i = 0; i < XT_SIP_DEFECT_COUNT; i++)
		if (defects & BIT(i))
			strcat(strcat(out, " "), xsip_defect_names[i]);
	return *out ? out : " none";
}

/* Is the row an exception, and right as that? */
static bool excepted(const struct corpus_message *c, u16 defects)
{
	for_each(row, exceptions)
		if (!strcmp(row->name, c->name))
			return row->defects == defects;
	return false;
}

static void check_defects(const struct corpus_message *c,
			  const struct xsip_msg *msg)
{
	const bool good[] = {
		[CORPUS_EXACT] = msg->defects == c->defects,
		[CORPUS_PASS] = !xsip_msg_malformed(msg),
		[CORPUS_MALFORMED] = msg->defects & c->defects,
		[CORPUS_EITHER] = true,
	};

	if (!good[c->expect] && !excepted(c, msg->defects))
		wrong("%s: expected defects:%s; found:%s", c->name,
		      defects_text(c->defects), defects_text(msg->defects));
}

TEST(messages)
{
	size_t own = 0;

	for_each_message(c) {
		struct xsip_parsed m __message = message_of(c->data, c->size,
							c->stream);

		check_defects(c, &m.msg);
		own += c->expect == CORPUS_EXACT;
		if (c->expect > CORPUS_PASS)
			continue;
		expect_int(c->name, m.msg.class, c->class);
		if (c->method >= 0)
			expect_int(c->name, m.msg.method, c->method);
		if (m.msg.class == SIP_RESPONSE)
			expect_int(c->name, m.msg.status, c->status);
		if (xsip_msg_is_sip(&m.msg) && c->ua_count >= 0)
			check_uas(c, &m);
	}
	assert_true(own >= 150);
}

/* ---- Cut anywhere ---- */

static struct xsip_msg parse(const u8 *data, size_t size, bool stream)
{
	struct xsip_parsed m __message = message_of(data, size, stream);

	return m.msg;
}

/* How much of a message is cut off byte by byte. */
static size_t cuts_of(const struct corpus_message *c)
{
	return c->size < SIP_WINDOW + 2 ? c->size : SIP_WINDOW + 2;
}

TEST(cut_datagrams)
{
	struct xsip_msg msg;
	size_t size;

	for_each_message(c)
		for (size = 0; size < cuts_of(c); size++) {
			msg = parse(c->data, size, false);
			if (msg.class == SIP_UNJUDGED)
				wrong("%s: %zu bytes: unjudged", c->name, size);
			if (msg.class == SIP_JUNK &&
			    msg.defects != BIT(XT_SIP_START_LINE))
				wrong("%s: %zu bytes: junk with other defects",
				      c->name, size);
			if (msg.class == SIP_KEEPALIVE && msg.defects)
				wrong("%s: %zu bytes: keep-alive with defects",
				      c->name, size);
		}
}

/*
 * A segment shows no defect that the whole message does not have. One that is
 * unjudged for what comes late in it, be it more of a folded start line, may be
 * judged without that; and where a start line with a lone CR ends depends on
 * what follows.
 */
static void check_cut_segments(const struct corpus_message *c)
{
	struct xsip_msg whole = parse(c->data, c->size, true), msg;
	size_t size;
	u16 extra;

	for (size = 0; size < cuts_of(c); size++) {
		msg = parse(c->data, size, true);
		extra = msg.defects & ~whole.defects;
		if (whole.class == SIP_UNJUDGED ||
		    msg.defects & BIT(XT_SIP_AMBIGUOUS))
			extra &= ~(u16)BIT(XT_SIP_START_LINE);
		if (msg.class != SIP_UNJUDGED && msg.class != whole.class &&
		    whole.class != SIP_UNJUDGED)
			wrong("%s: segment of %zu bytes: class %d", c->name,
			      size, msg.class);
		if (extra)
			wrong("%s: segment of %zu bytes:%s", c->name, size,
			      defects_text(extra));
	}
}

/* How many bytes the start line has, and line ends in front of it. */
static size_t start_line_of(const struct corpus_message *c)
{
	const u8 *p = c->data, *end = p + c->size;

	while (p < end && (*p == '\r' || *p == '\n'))
		p++;
	return (size_t)(xsip_text_find(p, end, '\n') - c->data);
}

/*
 * Segments that begin in the middle of a message. A sound message is no defect
 * of one that begins in its start line: the busier a connection, the more
 * segments do.
 */
static void check_late_segments(const struct corpus_message *c)
{
	struct xsip_msg whole = parse(c->data, c->size, true), msg;
	bool sound = whole.class != SIP_UNJUDGED && !xsip_msg_malformed(&whole);
	size_t start;

	for (start = 1; start < cuts_of(c); start++) {
		msg = parse(c->data + start, c->size - start, true);
		if (msg.class == SIP_JUNK || msg.class == SIP_KEEPALIVE)
			wrong("%s: segment from %zu: class %d", c->name, start,
			      msg.class);
		if (sound && start < start_line_of(c) &&
		    xsip_msg_malformed(&msg))
			wrong("%s: segment from %zu:%s", c->name, start,
			      defects_text(msg.defects));
	}
}

TEST(segments)
{
	for_each_message(c) {
		check_cut_segments(c);
		check_late_segments(c);
	}
}
