// SPDX-License-Identifier: GPL-2.0
/* Checks the first Via: its branch, and a maddr that redirects the response. */
#include "value.h"
#include "via.h"

/* The magic cookie of a branch: "z9hG4bK". */
#define FOLD_COOKIE	SIP_WORD8(0x20, 0, 0x20, 0x20, 0, 0x20, 0x20, 0)
#define COOKIE		SIP_WORD8('z', '9', 'h', 'g', '4', 'b', 'k', 0)
#define COOKIE_LEN	7
/* Parameters of Via: ";branch=", "maddr". */
#define FOLD_BRANCH	SIP_WORD8(0, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0)
#define BRANCH		SIP_WORD8(';', 'b', 'r', 'a', 'n', 'c', 'h', '=')
#define FOLD_MADDR	SIP_WORD8(0x20, 0x20, 0x20, 0x20, 0x20, 0, 0, 0)
#define MADDR		SIP_WORD8('m', 'a', 'd', 'd', 'r', 0, 0, 0)
#define MADDR_LEN	5

/* RFC 3261 section 8.1.1.7: the branch of the first Via has the cookie. */
static bool is_cookie(const u8 *branch, const u8 *end)
{
	u64 word = xsip_word_head(xsip_word(branch, end), COOKIE_LEN);

	return (word | FOLD_COOKIE) == COOKIE;
}

/* The first ';', or @end. A ';' at once, as in ";;;", costs no word. */
static __always_inline const u8 *find_semicolon(const u8 *p, const u8 *end)
{
	u64 marks;

	if (p < end && *p == ';')
		return p;
	for (; end - p >= 8; p += 8) {
		marks = xsip_word_bytes(xsip_port_load64(p), ';');
		if (marks)
			return p + xsip_word_first(marks);
	}
	while (p < end && *p != ';')
		p++;
	return p;
}

/*
 * Is the host an IPv4 multicast address? A response to one does not leave the
 * local network. All servers read a first number without leading zeroes alike.
 */
static bool is_multicast(const u8 *p, const u8 *end)
{
	const u8 *host = p;

	while (p < end && (xsip_is(*p, SIP_DIGIT) || *p == '.'))
		p++;
	if (p < end && !xsip_is(*p, SIP_PARAM_END))
		return false;
	return p - host > 3 && host[0] == '2' && host[3] == '.' &&
		((host[1] == '2' && host[2] >= '4' && host[2] <= '9') ||
		 (host[1] == '3' && host[2] >= '0' && host[2] <= '9'));
}

/*
 * RFC 3261 section 18.2.2 sends the response to the maddr of the first Via, and
 * so do servers, whatever address it names. Quotes and commas hide no maddr,
 * since servers read them differently. A second maddr is ambiguous as well.
 */
static bool sends_elsewhere(const u8 *p, const u8 *end)
{
	bool multicast = false;
	u64 word;

	while ((p = find_semicolon(p, end)) < end) {
		p++;
		if (unlikely(p < end && xsip_is(*p, SIP_LWS)))
			p = xsip_skip_lws(p, end);
		if (end - p <= MADDR_LEN)
			break;
		if (likely((*p | 0x20) != 'm'))
			continue;
		word = xsip_word_head(xsip_word(p, end), MADDR_LEN);
		if ((word | FOLD_MADDR) != MADDR)
			continue;
		p = xsip_skip_lws(p + MADDR_LEN, end);
		if (p == end || *p != '=')
			continue;
		if (multicast || !is_multicast(xsip_skip_lws(p + 1, end), end))
			return true;
		multicast = true;
	}
	return false;
}

/* A branch in any place: the defect that it may have. */
static void find_branch(const u8 *base, struct xsip_range via,
			struct xsip_msg *msg)
{
	const u8 *branch = xsip_value_param_at(via, &xsip_param_branch);

	if (branch)
		msg->branch = (u16)(branch - base);
	if (!branch || !is_cookie(branch, via.end))
		msg->defects |= BIT(XT_SIP_COOKIE);
}

void xsip_via_check(const u8 *base, struct xsip_range via,
		    struct xsip_msg *msg)
{
	const u8 *end = via.end;
	const u8 *p = xsip_value_mark(via.p, end);
	u64 word = end - p > 8 ? xsip_port_load64(p) | FOLD_BRANCH : 0;

	/*
	 * Nearly all Vias begin with a branch, without white space around it.
	 */
	if (likely(word == BRANCH && is_cookie(p + 8, end))) {
		p += 8;
		msg->branch = (u16)(p - base);
	} else {
		p = via.p;
		find_branch(base, via, msg);
	}
	if (msg->class == SIP_REQUEST && sends_elsewhere(p, end))
		msg->defects |= BIT(XT_SIP_AMBIGUOUS);
}
