// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_method: every method in every case, and names that are nearly
 * one, with the end of the readable bytes at every distance.
 */
#include "sip/method.h"
#include "sip/names.h"
#include "test.h"

/* @len bytes of @text, at the end of a heap block and before other bytes. */
static void check(const char *text, size_t len, u8 expected)
{
	u8 bytes[64];
	size_t after;

	memcpy(bytes, text, len);
	for (after = 0; after <= 20; after++) {
		struct xsip_range block __block = { NULL, NULL };

		memset(bytes + len, 'A' + (int)after, after);
		block = block_of(bytes, len + after);
		if (xsip_method_of(block.p, block.p + len, block.end) !=
		    expected)
			wrong("%.*s before %zu bytes", (int)len, text, after);
	}
}

/* Every combination of upper and lower case, and parts of a name. */
TEST(names)
{
	size_t i, at, len;
	unsigned int how;
	char text[16];

	for (i = 0; i < XT_SIP_OTHER; i++) {
		strcpy(text, xsip_method_names[i]);
		len = strlen(text);
		for (at = 0; at < len; at++)
			check(text, at, XT_SIP_OTHER);
		check(text, len + 1, XT_SIP_OTHER);
		for (how = 0; how < BIT(len); how++) {
			for (at = 0; at < len; at++)
				text[at] = (char)(xsip_method_names[i][at] |
						  (how >> at & 1 ? 0x20 : 0));
			check(text, len, (u8)i);
		}
	}
}

/* One byte differs. */
TEST(near_names)
{
	const char *name;
	size_t i, at;
	char text[16];
	int byte;

	for (i = 0; i < XT_SIP_OTHER; i++) {
		name = xsip_method_names[i];
		for (at = 0; name[at]; at++) {
			strcpy(text, name);
			for (byte = 0; byte < 256; byte++) {
				text[at] = (char)byte;
				if ((byte | 0x20) != (name[at] | 0x20))
					check(text, strlen(name), XT_SIP_OTHER);
			}
		}
	}
	check("SUBSCRIBER", 10, XT_SIP_OTHER);
	check("subscribf", 9, XT_SIP_OTHER);
}
