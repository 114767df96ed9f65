// SPDX-License-Identifier: GPL-2.0
/* Tests xsip_keepalive: NAT keepalives, and packets that only resemble them. */
#include "sip/keepalive.h"
#include "test.h"

#define STUN(length)	"\0\1\0" length "!\022\244B123456789012"
#define ROW(name, bytes, first, text)					\
	{ name, bytes, sizeof(bytes) - 1, first, text }

static const struct {
	const char *name;
	const char *bytes;
	size_t size;
	bool first;		/* known before it is read as a message */
	bool text;		/* a text, where it begins no message */
} rows[] = {
	ROW("nothing", "", true, true),
	ROW("line ends", "\r\n\r\n", true, true),
	ROW("white space and NULs", "\0 \t\r\n\0", true, true),
	ROW("NULs and a letter", "\0\0a", false, true),
	ROW("STUN", STUN("\0"), true, true),
	ROW("STUN of a wrong length", STUN("\4"), false, true),
	ROW("SigComp", "\xf8\x01\x02", true, true),
	ROW("Obihai", "keep-alive\r\n", false, true),
	ROW("VOS3000", "HELLO", false, true),
	ROW("Cirpack", "Cirpack KeepAlive Packet", false, true),
	ROW("Cirpack and more", "Cirpack KeepAlive Packet 0123456789",
	    false, true),
	ROW("31 bytes", "0123456789012345678901234567890", false, true),
	ROW("32 bytes", "01234567890123456789012345678901", false, false),
	ROW("GoIP", "req:27;id:gateway;pass:secret;num:;signal:29;",
	    false, false),
};

TEST(rows)
{
	for_each(row, rows) {
		struct xsip_range block __block = block_of(row->bytes,
							   row->size);
		struct xsip_payload payload = {
			.data = block.p,
			.window = (u32)row->size,
			.size = (u32)row->size,
		};

		expect_int(row->name, xsip_is_keepalive(&payload), row->first);
		expect_int(row->name, xsip_is_keepalive_text(&payload),
			   row->text);
	}
}
