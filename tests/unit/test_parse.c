// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_parse with the corpus: every message as the index says, and cut
 * anywhere, as a datagram and as a segment of a stream.
 *
 * XT_SIP_CORPUS names the directory that `corpus.py write` filled.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>

#include "corpus.h"
#include "payload.h"
#include "sip/text.h"

static struct corpus corpus;
static unsigned int failures;

#define COMPLAIN(...)							\
	do {								\
		if (failures++ < 40) {					\
			print_error(__VA_ARGS__);			\
			print_error("\n");				\
		}							\
	} while (0)

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

/* Parse; an error of payload_parse() is a failure. */
static void parse_bytes(const char *name, const u8 *data, size_t size,
			bool stream, struct xsip_msg *msg)
{
	const char *wrong = payload_parse(data, size, stream, msg);

	if (wrong)
		COMPLAIN("%s: %zu bytes: %s", name, size, wrong);
}

/* ---- What a rule sees of User-Agent and Server ---- */

/* Runs of linear white space become one space; returns the new length. */
static size_t squeeze(const u8 *p, const u8 *end, u8 *out)
{
	u8 *start = out;

	while (p < end) {
		if (!xsip_is(*p, SIP_LWS)) {
			*out++ = *p++;
			continue;
		}
		*out++ = ' ';
		while (p < end && xsip_is(*p, SIP_LWS))
			p++;
	}
	return (size_t)(out - start);
}

/* Strike a text seen off the @left ones that are expected. */
static bool strike(const struct corpus_message *m, u32 *left,
		   const struct block *b, struct xsip_span span)
{
	u8 *text = malloc((size_t)(span.end - span.start) + 1);
	size_t len = squeeze(b->bytes + span.start, b->bytes + span.end, text);
	bool found = false;
	int i;

	for (i = 0; i < m->ua_count && !found; i++) {
		found = *left & BIT(i) && m->ua[i].len == len &&
			!memcmp(m->ua[i].start, text, len);
		if (found)
			*left &= ~(u32)BIT(i);
	}
	if (!found)
		COMPLAIN("%s: unexpected User-Agent \"%.*s\"", m->name,
			 (int)len, text);
	free(text);
	return found;
}

static void check_uas(const struct corpus_message *m,
		      const struct xsip_msg *msg)
{
	static const enum xsip_field fields[] = { SIP_USER_AGENT, SIP_SERVER };
	/* EXPECT.tsv does not list the texts of Server. */
	bool server = msg->class == SIP_RESPONSE && m->expect == CORPUS_EXACT;
	u32 left = (u32)BIT(m->ua_count) - 1;
	struct xsip_again again;
	struct xsip_span span;
	struct block b;
	size_t i;

	block_make(&b, m->data, m->size, m->stream);
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!(msg->present & BIT(fields[i])) ||
		    (fields[i] == SIP_SERVER && !server))
			continue;
		span = msg->field[fields[i]];
		xsip_again_start(&again, &b.payload, msg, fields[i]);
		do {
			strike(m, &left, &b, span);
		} while (msg->repeated & BIT(fields[i]) &&
			 next_span(&again, &span));
	}
	if (left)
		COMPLAIN("%s: a User-Agent was not seen", m->name);
	free(b.bytes);
}

/* ---- Whole messages against the index ---- */

static bool method_is(const struct xsip_msg *msg, struct corpus_text text)
{
	const char *name;
	int i;

	for (i = 0; i < XT_SIP_OTHER; i++) {
		name = xsip_method_names[i];
		if (text.len == strlen(name) &&
		    !memcmp(text.start, name, text.len))
			return msg->method == i;
	}
	return msg->method == XT_SIP_OTHER;
}

/* Names of defects in one of two buffers, so that a line can show two sets. */
static const char *defects_text(u16 defects)
{
	static char buffers[2][128];
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
static bool excepted(const struct corpus_message *m, const struct xsip_msg *msg)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(exceptions); i++)
		if (!strcmp(exceptions[i].name, m->name))
			return exceptions[i].defects == msg->defects;
	return false;
}

static void check_defects(const struct corpus_message *m,
			  const struct xsip_msg *msg)
{
	bool good = excepted(m, msg);

	switch (m->expect) {
	case CORPUS_EXACT:
		good |= msg->defects == m->defects;
		break;
	case CORPUS_PASS:
		good |= !xsip_msg_malformed(msg);
		break;
	case CORPUS_MALFORMED:
		good |= !!(msg->defects & m->defects);
		break;
	case CORPUS_EITHER:
		good = true;
		break;
	}
	if (!good)
		COMPLAIN("%s: expected defects:%s; found:%s", m->name,
			 defects_text(m->defects), defects_text(msg->defects));
}

static void check_message(const struct corpus_message *m)
{
	struct xsip_msg msg;

	parse_bytes(m->name, m->data, m->size, m->stream, &msg);
	check_defects(m, &msg);
	if (m->expect == CORPUS_EITHER || m->expect == CORPUS_MALFORMED)
		return;
	if (msg.class != m->class) {
		COMPLAIN("%s: class %d, not %d", m->name, msg.class, m->class);
		return;
	}
	if (m->method.start && !method_is(&msg, m->method))
		COMPLAIN("%s: method %s", m->name,
			 xsip_method_names[msg.method]);
	if (msg.class == SIP_RESPONSE && msg.status != m->status)
		COMPLAIN("%s: status %d", m->name, msg.status);
	if (xsip_msg_is_sip(&msg) && m->ua_count >= 0)
		check_uas(m, &msg);
}

/* The message after @m; the first one, with a new count, for NULL. */
static const struct corpus_message *
next_message(const struct corpus_message *m)
{
	if (!m)
		failures = 0;
	m = m ? m + 1 : corpus.messages;
	return m < corpus.messages + corpus.count ? m : NULL;
}

static void test_messages(void **state)
{
	const struct corpus_message *m = NULL;

	(void)state;
	while ((m = next_message(m)))
		check_message(m);
	assert_int_equal(failures, 0);
	assert_true(corpus.count - corpus.shared >= 150);
}

/* ---- Cut anywhere ---- */

/* How much of a message is cut off byte by byte. */
static size_t cuts_of(const struct corpus_message *m)
{
	return m->size < SIP_WINDOW + 2 ? m->size : SIP_WINDOW + 2;
}

static void check_cut_datagrams(const struct corpus_message *m)
{
	struct xsip_msg msg;
	size_t size;

	for (size = 0; size < cuts_of(m); size++) {
		parse_bytes(m->name, m->data, size, false, &msg);
		if (msg.class == SIP_UNJUDGED)
			COMPLAIN("%s: %zu bytes: unjudged", m->name, size);
		if (msg.class == SIP_JUNK &&
		    msg.defects != BIT(XT_SIP_START_LINE))
			COMPLAIN("%s: %zu bytes: junk with other defects",
				 m->name, size);
		if (msg.class == SIP_KEEPALIVE && msg.defects)
			COMPLAIN("%s: %zu bytes: keep-alive with defects",
				 m->name, size);
	}
}

/*
 * A segment shows no defect that the whole message does not have. One that is
 * unjudged for what comes late in it, be it more of a folded start line, may be
 * judged without that; and where a start line with a lone CR ends depends on
 * what follows.
 */
static void check_cut_segments(const struct corpus_message *m)
{
	struct xsip_msg whole, msg;
	size_t size;
	u16 extra;

	parse_bytes(m->name, m->data, m->size, true, &whole);
	for (size = 0; size < cuts_of(m); size++) {
		parse_bytes(m->name, m->data, size, true, &msg);
		extra = msg.defects & ~whole.defects;
		if (whole.class == SIP_UNJUDGED ||
		    msg.defects & BIT(XT_SIP_AMBIGUOUS))
			extra &= ~(u16)BIT(XT_SIP_START_LINE);
		if (msg.class != SIP_UNJUDGED && msg.class != whole.class &&
		    whole.class != SIP_UNJUDGED)
			COMPLAIN("%s: segment of %zu bytes: class %d", m->name,
				 size, msg.class);
		if (extra) {
			COMPLAIN("%s: segment of %zu bytes:%s", m->name, size,
				 defects_text(extra));
			return;
		}
	}
}

/* Segments that begin in the middle of a message. */
static void check_late_segments(const struct corpus_message *m)
{
	struct xsip_msg msg;
	size_t start;

	for (start = 1; start < cuts_of(m); start++) {
		parse_bytes(m->name, m->data + start, m->size - start, true,
			    &msg);
		if (msg.class == SIP_JUNK || msg.class == SIP_KEEPALIVE)
			COMPLAIN("%s: segment from %zu: class %d", m->name,
				 start, msg.class);
	}
}

/* How many bytes the start line has, and line ends in front of it. */
static size_t start_line_of(const struct corpus_message *m)
{
	size_t at = 0;

	while (at < m->size && strchr("\r\n", m->data[at]) && m->data[at])
		at++;
	while (at < m->size && m->data[at] != '\n')
		at++;
	return at;
}

/*
 * A sound message is no defect of a segment that begins in its start line: the
 * busier a connection, the more segments do.
 */
static void check_rest_of_start_line(const struct corpus_message *m)
{
	struct xsip_msg whole, msg;
	size_t start;

	parse_bytes(m->name, m->data, m->size, true, &whole);
	if (whole.class == SIP_UNJUDGED || xsip_msg_malformed(&whole))
		return;
	for (start = 1; start < start_line_of(m); start++) {
		parse_bytes(m->name, m->data + start, m->size - start, true,
			    &msg);
		if (xsip_msg_malformed(&msg))
			COMPLAIN("%s: segment from %zu:%s", m->name, start,
				 defects_text(msg.defects));
	}
}

static void test_cut_datagrams(void **state)
{
	const struct corpus_message *m = NULL;

	(void)state;
	while ((m = next_message(m)))
		check_cut_datagrams(m);
	assert_int_equal(failures, 0);
}

static void test_cut_segments(void **state)
{
	const struct corpus_message *m = NULL;

	(void)state;
	while ((m = next_message(m)))
		check_cut_segments(m);
	assert_int_equal(failures, 0);
}

static void test_late_segments(void **state)
{
	const struct corpus_message *m = NULL;

	(void)state;
	while ((m = next_message(m)))
		check_late_segments(m);
	assert_int_equal(failures, 0);
}

static void test_rest_of_start_line(void **state)
{
	const struct corpus_message *m = NULL;

	(void)state;
	while ((m = next_message(m)))
		check_rest_of_start_line(m);
	assert_int_equal(failures, 0);
}

/* ---- */

static int load(void **state)
{
	const char *dir = getenv("XT_SIP_CORPUS");

	(void)state;
	if (!dir || !corpus_load(dir, &corpus)) {
		print_error("XT_SIP_CORPUS: no directory of corpus.py\n");
		return -1;
	}
	print_message("corpus: %zu messages of our own, ",
		      corpus.count - corpus.shared);
	if (corpus.shared)
		print_message("%zu of XT_SIP_MESSAGES\n", corpus.shared);
	else
		print_message("none of XT_SIP_MESSAGES\n");
	return 0;
}

static int unload(void **state)
{
	(void)state;
	corpus_free(&corpus);
	return 0;
}

/* ---- Work is linear ---- */

#define LONG_MESSAGE	8192

/* Processor time of messages whose fields begin with @first, then @more. */
static clock_t time_of(const char *first, size_t zeroes, const char *more)
{
	static const char start[] = "OPTIONS sip:a@h SIP/2.0\n";
	char *text = malloc(LONG_MESSAGE);
	size_t len = sizeof(start) - 1;
	struct xsip_msg msg;
	struct block block;
	clock_t begin;
	int i;

	memcpy(text, start, len);
	len += (size_t)sprintf(text + len, "%s%0*d\n", first, (int)zeroes, 0);
	while (len + strlen(more) < LONG_MESSAGE)
		len += (size_t)sprintf(text + len, "%s", more);
	block_make(&block, (u8 *)text, len, false);
	free(text);
	begin = clock();
	for (i = 0; i < 20; i++)
		xsip_parse(&block.payload, &msg);
	begin = clock() - begin;
	free(block.bytes);
	return begin;
}

/*
 * Each repetition of a field must not cost its first value again: that was
 * 150 times a message of other fields, found by fuzzing.
 */
static void test_repeated_fields(void **state)
{
	static const char *const names[] = { "l:", "CSeq:", "v:", "f:" };
	clock_t plain, time;
	size_t i;

	(void)state;
	plain = time_of("x:", 4000, "x:\n");
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		char more[8];

		sprintf(more, "%s\n", names[i]);
		time = time_of(names[i], 4000, more);
		if (time > 20 * plain + CLOCKS_PER_SEC / 100)
			fail_msg("%s takes %ld, other fields %ld", names[i],
				 (long)time, (long)plain);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_cut_datagrams),
		cmocka_unit_test(test_cut_segments),
		cmocka_unit_test(test_late_segments),
		cmocka_unit_test(test_rest_of_start_line),
		cmocka_unit_test(test_repeated_fields),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
