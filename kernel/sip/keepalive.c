// SPDX-License-Identifier: GPL-2.0
/* Recognises keep-alives: payloads that hold a NAT binding open. */
#include "keepalive.h"
#include "text.h"

/* White space and NULs, in any mix. */
static bool is_padding(const u8 *p, const u8 *end)
{
	while (p < end && xsip_is(*p, SIP_PADDING))
		p++;
	return p == end;
}

/* RFC 5389 section 6; without the magic cookie, RFC 3489. */
static bool is_stun(const u8 *p, u32 size)
{
	u32 length;

	if (size < 20 || p[0] > 1)
		return false;
	length = ((u32)p[2] << 8) | p[3];
	return length + 20 == size && !(length & 3);
}

bool xsip_is_keepalive(const struct xsip_payload *pl)
{
	const u8 *p = pl->data;

	if (!pl->size)
		return true;
	switch (p[0]) {
	case '\r':
	case '\n':
	case ' ':
	case '\t':
	case 0:
		if (pl->window == pl->size && is_padding(p, p + pl->window))
			return true;
		return is_stun(p, pl->size);
	case 1:
		return is_stun(p, pl->size);
	default:
		return p[0] >= 0xf8;	/* SigComp, RFC 3320 section 7 */
	}
}

/*
 * Words that products send as keep-alives: "keep-alive" by Obihai, "HELLO" by
 * VOS3000, and whatever users type into a field for it. Nearly all are too
 * short for a SIP message. Kamailio drops payloads below this length, too.
 */
#define KEEPALIVE_MAX	31

bool xsip_is_keepalive_text(const struct xsip_payload *pl)
{
	return pl->size <= KEEPALIVE_MAX ||
		xsip_text_starts(pl->data, pl->data + pl->window,
				 "cirpack keepalive packet");
}
