// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_walk: which messages a walk finds in the data of TCP segments, and
 * that its cost is linear in the number of bytes.
 */
#include "walk.h"

#define X10	"xxxxxxxxx\n"
#define X100	X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X1000	X100 X100 X100 X100 X100 X100 X100 X100 X100 X100
#define X8000	X1000 X1000 X1000 X1000 X1000 X1000 X1000 X1000

static const struct {
	const char *name;
	const char *segment;
	const char *found;
} segments[] = {
	{ "a message", REGISTER("1", "0"), "REGISTER:1" },
	{ "two", REGISTER("1", "0") INVITE("2", "0"), "REGISTER:1 INVITE:2" },
	{ "request and answer", REGISTER("1", "0") ANSWER("2"),
	  "REGISTER:1 401:2" },
	{ "a body between", INVITE("1", "5") "v=0\r\n" REGISTER("2", "0"),
	  "INVITE:1 REGISTER:2" },
	{ "a message is the body", INVITE("1", "49") NO_CALL_ID("b")
	  "0123456789abc" REGISTER("2", "0"), "INVITE:1 REGISTER:2" },
	{ "line ends between", REGISTER("1", "0") "\r\n\r\n"
	  REGISTER("2", "0"), "REGISTER:1 REGISTER:2" },
	{ "bytes between", REGISTER("1", "0") "x\r\n" REGISTER("2", "0"),
	  "REGISTER:1 REGISTER:2?" },
	{ "a defect after a message", REGISTER("1", "0") NO_CALL_ID("2"),
	  "REGISTER:1 BYE:2!" },
	{ "no Content-Length, then the next", NO_CALL_ID("1")
	  REGISTER("2", "0"), "BYE:1! REGISTER:2" },
	{ "no length that can be read", INVITE("1", "x") "v=0\r\n"
	  REGISTER("2", "0"), "INVITE:1! REGISTER:2?" },
	{ "a body that goes on elsewhere", INVITE("1", "9999") "v=0\r\n"
	  REGISTER("2", "0"), "INVITE:1 REGISTER:2?" },
	{ "after a cut", "o\r\nCSeq: 1 INVITE\r\n\r\n" REGISTER("1", "0")
	  REGISTER("2", "0"), "- REGISTER:1? REGISTER:2?" },
	{ "after a cut, a method of no name", "o\r\nFOO sip:h SIP/2.0\r\n"
	  FIELDS("1", "FOO", "0"), "- other:1?" },
	{ "the same with an odd line", "o\r\n+INVITE\tsip:h SIP/2.0\r\n"
	  FIELDS("1", "INVITE", "0"), "- INVITE:1?" },
	{ "after a cut, a line that reads as one",
	  "o\r\nFOO sip:h SIP/2.0\r\n\r\n" REGISTER("1", "0"),
	  "- REGISTER:1?" },
	{ "after a cut, inside of a line",
	  "o\r\n{}REGISTER sip:h SIP/2.0\r\n" FIELDS("1", "REGISTER", "0"),
	  "- REGISTER:1?" },
	{ "after a frame that is no message",
	  "GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\n}" REGISTER("1", "0"),
	  "- REGISTER:1?" },
	{ "after a cut defects do not count", "o\r\n" NO_CALL_ID("1"),
	  "- BYE:1?" },
	{ "after a cut a length hides nothing", "o\r\n" INVITE("1", "300")
	  REGISTER("2", "0"), "- INVITE:1? REGISTER:2?" },
	{ "the last one is cut in a field", REGISTER("1", "0")
	  "REGISTER sip:h SIP/2.0\r\nTo: <sip:2@h>\r\nCall-",
	  "REGISTER:1 REGISTER:2" },
	{ "the last one is cut in the start line", REGISTER("1", "0")
	  "REGISTER sip:h SIP/2", "REGISTER:1" },
	{ "the start of a method is missing", "VITE sip:h SIP/2.0\r\n"
	  FIELDS("1", "INVITE", "0") REGISTER("2", "0"),
	  "INVITE:1 REGISTER:2" },
	{ "the same after a message", REGISTER("1", "0")
	  "VITE sip:h SIP/2.0\r\n" FIELDS("2", "INVITE", "0")
	  REGISTER("3", "0"), "REGISTER:1 INVITE:2 REGISTER:3" },
	{ "a status line alone", "SIP/2.0 200 OK\r\n\r\n" REGISTER("1", "0"),
	  "- REGISTER:1?" },
	{ "status lines", "SIP/2.0 200 OK\r\n\r\nSIP/2.0 180 Ringing\r\n\r\n",
	  "-" },
	{ "not at the start of a line", "o " REGISTER("1", "0")
	  NO_CALL_ID("2"), "REGISTER:1? BYE:2?" },
	{ "a line folded", "o\r\n " REGISTER("1", "0"), "- REGISTER:1?" },
	{ "nothing", "\r\n\r\n", "-" },
	{ "text", "hello\r\nworld\r\n", "-" },
	{ "a body larger than the window", INVITE("1", "8100") X8000 X100
	  REGISTER("2", "0"), "INVITE:1 REGISTER:2" },
	{ "after a cut farther than the window", X8000 X1000
	  REGISTER("1", "0"), "- REGISTER:1?" },
	{ "fields longer than the window", "INVITE sip:h SIP/2.0\r\nA: "
	  X8000 X1000 FIELDS("1", "INVITE", "0") REGISTER("2", "0"),
	  "INVITE:sip:h! REGISTER:2?" },
};

TEST(segments)
{
	const char *found;

	for_each(row, segments) {
		start_tcp();
		add_text(row->segment);
		found = walk_packet();
		if (strcmp(found, row->found))
			wrong("%s: found %s", row->name, found);
	}
}

static void check_text(const char *text, const char *found)
{
	start_tcp();
	add_text(text);
	assert_string_equal(walk_packet(), found);
}

/* A message lies at the end of a window, at each place. */
TEST(windows)
{
	static const char message[] = REGISTER("2", "0");
	char text[10000];
	size_t place, body;

	for (place = SIP_WINDOW - sizeof(message) - 5;
	     place < SIP_WINDOW + 5; place++) {
		body = place - strlen(INVITE("1", "0000"));
		snprintf(text, sizeof(text), INVITE("1", "%04zu") "%*s%s",
			 body, (int)body, "", message);
		check_text(text, "INVITE:1 REGISTER:2");
		snprintf(text, sizeof(text), "x\n%*s\n%s", (int)place, "",
			 message);
		check_text(text, "- REGISTER:2?");
		snprintf(text, sizeof(text), "x\n%*s\n" ANSWER("3"),
			 (int)place, "");
		check_text(text, "- 401:3?");
	}
}

/* ---- Costs ---- */

static const char *const costly[] = {
	"SIP/2.0 200 OK\r\n", "SIP/2.0 200 OK\r\n\r\n", "SIP/2.0 200 OK\r\nA:\r\n",
	"OPTIONS sip:a SIP/2.0\r\n", "OPTIONS sip:a SIP/2.0\r\n\r\n",
	"OPTIONS sip:a SIP/2.0\r\nl:1\r\n\r\n", "OPTIONS sip:a SIP/1.0\r\n",
	"OPTIONS ", "\n", "\r\n", "a\n", "A", " ", "INVITE sip:a", "JUMP a SIP/2.0\n",
	"OPTIONS sip:a SIP/2.0\r\nl:99999\r\n\r\n", REGISTER("1", "0"),
	REGISTER("1", "x"), "SIP/2.0 200 OK\r\nl:10\r\n\r\n" X1000,
	X1000 "REGISTER sip:a SIP/2.0\r\n",
	"INVITE sip:a SIP/2.0\r\n" X8000 "\r\n\r\n",
	"SIP/2.0 200 OK\r\n" X1000 X1000 X1000 X1000, X1000 X1000 X1000 X1000
	"SIP/2.0 200 OK\r\n",
};

TEST(linear)
{
	unsigned long copied;
	int start;

	for_each(text, costly)
		for (start = 0; start < 2; start++) {
			start_tcp();
			add_text(start ? "x\n" : "");
			while (packet.skb.len + strlen(*text) < 300000)
				add_text(*text);
			packet.skb.linear = 40;
			packet.skb.copied = &copied;
			copied = 0;
			bytes_read = 0;
			count_all();
			assert_true(copied < 3 * packet.skb.len);
			assert_true(bytes_read < 3 * packet.skb.len);
		}
}

/* Copies are few where many messages lie in a window. */
TEST(copies)
{
	unsigned long copied = 0;

	start_tcp();
	while (packet.skb.len < 64000)
		add_text(REGISTER("1", "0"));
	packet.skb.linear = 40;
	packet.skb.copied = &copied;
	assert_true(count_all() > 300);
	assert_in_range(copied, packet.skb.len - 40, packet.skb.len * 11 / 10);
}
