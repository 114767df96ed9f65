// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_user: users in From and To, in messages of all kinds and in every
 * row of the corpus that names one. Checks which field and which line counts,
 * and what is counted where no user can be read. test_value.c tests the values
 * themselves.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "corpus.h"
#include "payload.h"
#include "random.h"
#include "sip/user.h"

#define OTHERS								\
	"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nCall-ID: 1\r\n"	\
	"Contact: <sip:contact@h>\r\n"
#define FROM	"From: <sip:from@h>;tag=1\r\n"
#define REQUEST(method, uri, fields)					\
	method " " uri " SIP/2.0\r\n" fields OTHERS			\
	"CSeq: 1 OPTIONS\r\n\r\nTo: <sip:body@h>\r\nFrom: <sip:body@h>\r\n"
#define RESPONSE(fields)						\
	"SIP/2.0 404 Not Found\r\n" fields OTHERS			\
	"CSeq: 1 REGISTER\r\n\r\nTo: <sip:body@h>\r\n"
#define TO(value)	REQUEST("REGISTER", "sip:r@h", "To: " value "\r\n")

/* From and To, escapes resolved. */
static const struct {
	const char *message;
	const char *from;
	const char *to;
} rows[] = {
	/* either */
	{ REQUEST("REGISTER", "sip:h", FROM "To: <sip:204@h>\r\n"),
	  "from", "204" },
	{ REQUEST("OPTIONS", "sip:h", "To: <sip:204@h>\r\n" FROM),
	  "from", "204" },
	{ REQUEST("REGISTER", "sip:h", "f: sip:204@h;tag=1\r\nt:<sip:h>\r\n"),
	  "204", "sip:h" },
	/* To */
	{ TO("<sip:204@h>"), "", "204" },
	{ REQUEST("INVITE", "sip:r@h", "t: \"A\" <sip:204@h>;tag=1\r\n"),
	  "", "204" },
	{ REQUEST("INVITE", "sip:r@h", "TO\t:\r\n sip:204@h ;tag=1\r\n"),
	  "", "204" },
	{ REQUEST("INVITE", "tel:911", "To: <tel:112>\r\n"), "", "112" },
	{ TO("<sip:204:secret@[2001:db8::1]:5060>"), "", "204" },
	{ TO("<sip:204;x=1:secret@h>"), "", "204" },
	{ REQUEST("X-NEW", "sip:r@h", "To: <sip:204@h>\r\n"), "", "204" },
	{ TO("<sip:204@h>\r\nTo: <sip:205@h>"), "", "204" },
	{ TO("<sip:Bob@h>"), "", "Bob" },
	{ REQUEST("INVITE", "sip:r@h",
		  "To-Do: <sip:x@h>\r\nTo: <sip:204@h>\r\n"), "", "204" },
	/* display names of all kinds */
	{ TO("a? <sip:204@h>"), "", "204" },
	{ TO("a;b, c? <sip:204@h>"), "", "204" },
	{ TO("x\";y <sip:204@h>"), "", "204" },
	{ TO("a\"b <sip:204@h>;x=\"<sip:1@h>\""), "", "204" },
	{ TO("sip:1@h <sip:204@h>"), "", "204" },
	{ TO("sip:1@h, b <sip:204@h>"), "", "204" },
	{ TO("sip:204@h;x=<sip:1@h>"), "", "204" },
	{ TO("\"\" sip:204@h"), "", "204" },
	/* no user: what else tells one from another */
	{ TO("<sip:h>"), "", "sip:h" },
	{ TO("A <sip:h> ;tag=1"), "", "sip:h" },
	{ TO("<sip:@h>"), "", "sip:@h" },
	{ TO("<sip:;x@h>"), "", "sip:;x@h" },
	{ TO("<urn:service:sos>"), "", "urn:service:sos" },
	{ TO("<204@h>"), "", "204@h" },
	{ TO("<>"), "", "" },
	{ TO("204@h"), "", "204@h" },
	{ TO("204@h;tag=1"), "", "204@h" },
	{ TO("204@h;x=1 ; TAG = 2;y=3"), "", "204@h;x=1 " },
	{ TO("sip:h;tag=1"), "", "sip:h" },
	{ TO("<204@h"), "", "204@h" },
	{ TO("<204@h;tag=1"), "", "204@h;tag=1" },
	{ TO("x <sip:204@h"), "", "204" },
	{ TO("r"), "", "r" },
	{ TO(""), "", "" },
	{ TO(";tag=1"), "", "" },
	{ TO("<sip:h>\r\nTo: <sip:205@h>"), "", "sip:h" },
	/* escapes */
	{ TO("<sip:%32%304@h>"), "", "204" },
	{ TO("<sip:204%00%39@h>"), "", "204" },
	{ TO("<sip:%00204@h>"), "", "" },
	{ TO("<sip:2%0%g0%2@h>"), "", "2%0%g0%2" },
	{ TO("<sip:2%2504@h>"), "", "2%04" },
	{ TO("<sip:2%3b0%3A4@h>"), "", "2;0:4" },
	{ TO("<sip:%e4%F6%Fc@h>"), "", "\344\366\374" },
	{ TO("<sip:%@h>"), "", "%" },
	{ TO("<%73ip:h>"), "", "sip:h" },
	/* the Request-URI stands for a To that is missing */
	{ REQUEST("INVITE", "sip:r@h", "X-To: <sip:204@h>\r\n"), "", "r" },
	{ REQUEST("INVITE", "sip:r:p@h;x=1?y=2", FROM), "from", "r" },
	{ REQUEST("INVITE", "tel:911;phone-context=h", ""), "", "911" },
	{ REQUEST("INVITE", "sip:%72@h", ""), "", "r" },
	{ REQUEST("REGISTER", "sip:h", ""), "", "sip:h" },
	{ REQUEST("OPTIONS", "*", ""), "", "*" },
	{ "\r\n\r\n" REQUEST("INVITE", "sip:r@h", ""), "", "r" },
	{ "OPTIONS sip:r@h SIP/2.0\r\n\r\n", "", "r" },
	{ "OPTIONS sip:r@h SIP/2.0", "", "r" },
	{ "OPTIONS\r\n sip:r@h\r\n SIP/2.0\r\n\r\n", "", "r" },
	{ "O(TIONS sip:r@h SIP/2.0\r\n\r\n", "", "r" },
	{ "OPTIONS sip:r@h x SIP/2.0\r\n\r\n", "", "r" },
	{ "OPTIONS  SIP/2.0\r\n\r\n", "", "" },
	/* responses repeat both and have no Request-URI */
	{ RESPONSE(FROM "To: <sip:204@h>;tag=1\r\n"), "from", "204" },
	{ RESPONSE("t: sip:204@h;tag=1\r\n"), "", "204" },
	{ RESPONSE("To: <sip:h>;tag=1\r\n"), "", "sip:h" },
	{ RESPONSE(""), "", "" },
	{ "SIP/2.0 200 sip:r@h\r\n\r\n", "", "" },
};

/* As segments of a stream: a line that may go on elsewhere does not count. */
static const struct {
	const char *message;
	const char *from;
	const char *to;
} segments[] = {
	{ REQUEST("INVITE", "sip:r@h", "To: <sip:204@h>\r\n"), "", "204" },
	{ "INVITE sip:r@h SIP/2.0\r\nTo: <sip:204@h>\r\nX", "", "204" },
	{ "INVITE sip:r@h SIP/2.0\r\nTo: <sip:204@h>\r\n", "", "r" },
	{ "INVITE sip:r@h SIP/2.0\r\nTo: <sip:204@h", "", "r" },
	{ "INVITE sip:r@h SIP/2.0\r\n" FROM, "", "r" },
	{ "INVITE sip:r@h SIP/2.0\r\n", "", "r" },
};

/* An identity with its escapes resolved; its size. */
static size_t resolve(struct xsip_range user, u8 space[SIP_WINDOW])
{
	u8 buffer[SIP_USER_CHUNK];
	struct xsip_range piece;
	size_t size = 0;

	do {
		piece = xsip_user_next(&user, buffer);
		memcpy(space + size, piece.p, xsip_range_size(piece));
		size += xsip_range_size(piece);
		assert_true(xsip_range_size(piece) == SIP_USER_CHUNK ||
			    user.p == user.end);
	} while (user.p < user.end);
	return size;
}

static void check_identity(const struct block *b, const struct xsip_msg *msg,
			   enum xsip_field field, const u8 *expected,
			   size_t len)
{
	struct xsip_range user = xsip_user_of(&b->payload, msg, field);
	static u8 space[SIP_WINDOW];
	size_t size = resolve(user, space);

	if (size != len || memcmp(space, expected, len))
		fail_msg("%s: expected \"%.*s\", got \"%.*s\":\n%.*s",
			 field == SIP_FROM ? "From" : "To", (int)len, expected,
			 (int)size, space, (int)b->payload.window, b->bytes);
}

static void check(const char *message, const char *from, const char *to,
		  bool stream)
{
	struct xsip_msg msg;
	struct block b;

	block_make(&b, (const u8 *)message, strlen(message), stream);
	xsip_parse(&b.payload, &msg);
	assert_true(xsip_msg_is_sip(&msg));
	check_identity(&b, &msg, SIP_FROM, (const u8 *)from, strlen(from));
	check_identity(&b, &msg, SIP_TO, (const u8 *)to, strlen(to));
	free(b.bytes);
}

static void test_users(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		check(rows[i].message, rows[i].from, rows[i].to, false);
	for (i = 0; i < ARRAY_SIZE(segments); i++)
		check(segments[i].message, segments[i].from, segments[i].to,
		      true);
}

/* What the corpus says. */
static void test_corpus(void **state)
{
	struct corpus *corpus = *state;
	struct corpus_message *m;
	struct xsip_msg msg;
	struct block b;
	size_t asked = 0;

	for (m = corpus->messages; m < corpus->messages + corpus->count; m++) {
		if (!m->users)
			continue;
		block_make(&b, m->data, m->size, m->stream);
		xsip_parse(&b.payload, &msg);
		check_identity(&b, &msg, SIP_FROM, m->from.start, m->from.len);
		check_identity(&b, &msg, SIP_TO, m->to.start, m->to.len);
		free(b.bytes);
		asked++;
	}
	assert_true(asked > 40);
}

/* ---- Escapes ---- */

/*
 * An identity comes in the same pieces however it is spelled: @size bytes, one
 * of them escaped.
 */
static void check_pieces(size_t size, size_t escaped)
{
	u8 buffers[2][SIP_USER_CHUNK];
	char plain[200], spelled[204];
	struct xsip_range a, b, first, second;

	memset(plain, 'x', size);
	memset(spelled, 'x', size + 2);
	plain[escaped] = 'A';
	memcpy(spelled + escaped, "%41", 3);
	a = (struct xsip_range){ (u8 *)plain, (u8 *)plain + size };
	b = (struct xsip_range){ (u8 *)spelled, (u8 *)spelled + size + 2 };
	while (a.p < a.end) {
		assert_true(b.p < b.end);
		first = xsip_user_next(&a, buffers[0]);
		second = xsip_user_next(&b, buffers[1]);
		assert_int_equal(xsip_range_size(first),
				 xsip_range_size(second));
		assert_memory_equal(first.p, second.p, xsip_range_size(first));
	}
	assert_ptr_equal(b.p, b.end);
}

static void test_pieces(void **state)
{
	size_t size, escaped;

	(void)state;
	for (size = 1; size <= 200; size++)
		for (escaped = 0; escaped < size; escaped++)
			check_pieces(size, escaped);
}

/* ---- The user is a part of the message ---- */

static void check_field(const struct block *b, const struct xsip_msg *msg,
			enum xsip_field field)
{
	struct xsip_range user = xsip_user_of(&b->payload, msg, field);
	const u8 *end = b->bytes + b->payload.window;
	static u8 space[SIP_WINDOW];

	assert_true(b->bytes <= user.p && user.p <= user.end &&
		    user.end <= end);
	assert_true(resolve(user, space) <= xsip_range_size(user));
}

static void check_inside(const u8 *data, size_t size, bool stream)
{
	struct xsip_msg msg;
	struct block b;

	block_make(&b, data, size, stream);
	xsip_parse(&b.payload, &msg);
	if (xsip_msg_is_sip(&msg)) {
		check_field(&b, &msg, SIP_FROM);
		check_field(&b, &msg, SIP_TO);
	}
	free(b.bytes);
}

static void test_cuts(void **state)
{
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (len = 0; len <= strlen(rows[i].message); len++) {
			check_inside((const u8 *)rows[i].message, len, false);
			check_inside((const u8 *)rows[i].message, len, true);
		}
	}
}

/* A few bytes of each message of the corpus changed. */
static void test_damaged(void **state)
{
	struct corpus *corpus = *state;
	struct corpus_message *m;
	u32 at, i, n;
	u8 old[8];

	for (m = corpus->messages; m < corpus->messages + corpus->count; m++) {
		for (i = 0; m->size && i < 20; i++) {
			at = random_below((u32)m->size);
			n = 1 + random_below(8);
			if (n > m->size - at)
				n = (u32)m->size - at;
			memcpy(old, m->data + at, n);
			memset(m->data + at, (int)random_below(256), n);
			check_inside(m->data, m->size, m->stream);
			memcpy(m->data + at, old, n);
		}
	}
}

static int load(void **state)
{
	static struct corpus corpus;
	const char *dir = getenv("XT_SIP_CORPUS");

	*state = &corpus;
	return corpus_load(dir ? dir : "build/corpus", &corpus) ? 0 : -1;
}

static int unload(void **state)
{
	corpus_free(*state);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
