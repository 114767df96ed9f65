// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_user: users in From and To, in messages of all kinds and in every
 * row of the corpus that names one. Checks which field and which line counts,
 * and what is counted where no user can be read. test_value.c tests the values
 * themselves.
 */
#include "corpus.h"
#include "message.h"
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
	{ REQUEST("X-NEW", "sip:r@h", "To: <sip:204@h>\r\n"), "", "204" },
	{ REQUEST("INVITE", "sip:r@h",
		  "To-Do: <sip:x@h>\r\nTo: <sip:204@h>\r\n"), "", "204" },
	/* no user: what else tells one from another */
	{ TO("<sip:h>"), "", "sip:h" },
	{ TO("A <sip:h> ;tag=1"), "", "sip:h" },
	{ TO("<sip:@h>"), "", "sip:@h" },
	{ TO("<sip:;x@h>"), "", "sip:;x@h" },
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
	{ TO("<sip:%00204@h>"), "", "" },
	{ TO("<sip:2%0%g0%2@h>"), "", "2%0%g0%2" },
	{ TO("<sip:%e4%F6%Fc@h>"), "", "\344\366\374" },
	{ TO("<sip:%@h>"), "", "%" },
	{ TO("<%73ip:h>"), "", "sip:h" },
	/* the Request-URI stands for a To that is missing */
	{ REQUEST("INVITE", "sip:r@h", "X-To: <sip:204@h>\r\n"), "", "r" },
	{ REQUEST("INVITE", "sip:r:p@h;x=1?y=2", FROM), "from", "r" },
	{ REQUEST("INVITE", "tel:911;phone-context=h", ""), "", "911" },
	{ REQUEST("INVITE", "sip:%72@h", ""), "", "r" },
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
static const typeof(rows[0]) segments[] = {
	{ REQUEST("INVITE", "sip:r@h", "To: <sip:204@h>\r\n"), "", "204" },
	{ "INVITE sip:r@h SIP/2.0\r\nTo: <sip:204@h>\r\nX", "", "204" },
	{ "INVITE sip:r@h SIP/2.0\r\nTo: <sip:204@h>\r\n", "", "r" },
	{ "INVITE sip:r@h SIP/2.0\r\nTo: <sip:204@h", "", "r" },
	{ "INVITE sip:r@h SIP/2.0\r\n" FROM, "", "r" },
	{ "INVITE sip:r@h SIP/2.0\r\n", "", "r" },
};

/* An identity, with its escapes resolved. */
static void check_identity(const char *name, const struct xsip_parsed *m,
			   enum xsip_field field, struct xsip_range expected)
{
	struct xsip_range user = xsip_user_of(m, field);
	const u8 *end = m->payload.data + m->payload.window;
	u8 buffer[SIP_USER_CHUNK], all[SIP_WINDOW];
	struct xsip_range piece;
	size_t size = 0;

	assert_true(m->payload.data <= user.p && user.p <= user.end &&
		    user.end <= end);
	do {
		piece = xsip_user_next(&user, buffer);
		memcpy(all + size, piece.p, xsip_range_size(piece));
		size += xsip_range_size(piece);
		assert_true(xsip_range_size(piece) == SIP_USER_CHUNK ||
			    user.p == user.end);
	} while (user.p < user.end);
	if (!expected.p)
		return;
	if (size != xsip_range_size(expected) || memcmp(all, expected.p, size))
		wrong("%s: %s \"%.*s\"", name,
		      field == SIP_FROM ? "From" : "To", (int)size, all);
}

static struct xsip_range range_of(const char *text)
{
	return (struct xsip_range){ (u8 *)text, (u8 *)text + strlen(text) };
}

static void check(const char *text, bool stream, const char *from,
		  const char *to)
{
	struct xsip_parsed m __message = message_of(text, strlen(text), stream);

	assert_true(xsip_msg_is_sip(&m.msg));
	check_identity(text, &m, SIP_FROM, range_of(from));
	check_identity(text, &m, SIP_TO, range_of(to));
}

TEST(users)
{
	for_each(row, rows)
		check(row->message, false, row->from, row->to);
	for_each(row, segments)
		check(row->message, true, row->from, row->to);
}

/* What the corpus says, if it says anything. */
TEST(corpus)
{
	size_t asked = 0;

	for_each_message(c) {
		struct xsip_parsed m __message = message_of(c->data, c->size,
							c->stream);

		if (!xsip_msg_is_sip(&m.msg))
			continue;
		check_identity(c->name, &m, SIP_FROM, c->from);
		check_identity(c->name, &m, SIP_TO, c->to);
		asked += !!c->from.p;
	}
	assert_true(asked > 40);
}

/* Cut anywhere, it is a part of what is there. */
TEST(cuts)
{
	static const struct xsip_range anyone;
	size_t len;

	for_each(row, rows)
		for (len = 0; len <= strlen(row->message); len++) {
			struct xsip_parsed m __message =
				message_of(row->message, len, len & 1);

			if (!xsip_msg_is_sip(&m.msg))
				continue;
			check_identity("", &m, SIP_FROM, anyone);
			check_identity("", &m, SIP_TO, anyone);
		}
}

/*
 * An identity comes in the same pieces however it is spelled: @size bytes, one
 * of them escaped.
 */
static void check_pieces(size_t size, size_t escaped)
{
	u8 buffers[2][SIP_USER_CHUNK], plain[200], spelled[204];
	struct xsip_range a = { plain, plain + size }, first;
	struct xsip_range b = { spelled, spelled + size + 2 }, second;

	memset(plain, 'x', size);
	memset(spelled, 'x', size + 2);
	plain[escaped] = 'A';
	memcpy(spelled + escaped, "%41", 3);
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

TEST(pieces)
{
	size_t size, escaped;

	for (size = 1; size <= 200; size++)
		for (escaped = 0; escaped < size; escaped++)
			check_pieces(size, escaped);
}
