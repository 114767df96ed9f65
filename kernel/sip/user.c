// SPDX-License-Identifier: GPL-2.0
/* Reads the user that From or To names. */
#include "text.h"
#include "user.h"

/* Cut off the tag. It differs in every message and does not identify a user. */
static struct xsip_range without_tag(struct xsip_range value)
{
	const u8 *p = xsip_text_find(value.p, value.end, ';');
	const u8 *name;

	for (; p < value.end; p++) {
		if (*p != ';')
			continue;
		name = xsip_skip_lws(p + 1, value.end);
		if (name < value.end && (*name | 0x20) == 't' &&
		    xsip_text_starts(name, value.end, "tag")) {
			value.end = p;
			break;
		}
	}
	return value;
}

static struct xsip_range uri_identity(struct xsip_range uri)
{
	struct xsip_range user;

	return xsip_value_user(uri, &user) ? user : uri;
}

/* The first ':', ';', '>' or '@', or @end. */
static const u8 *user_end(const u8 *p, const u8 *end)
{
	u64 word, marks;

	for (; end - p >= 8; p += 8) {
		word = xsip_port_load64(p);
		/* The first two of the four differ in one bit. */
		marks = xsip_word_bytes(word | SIP_ONES, ';') |
			xsip_word_bytes(word, '>') | xsip_word_bytes(word, '@');
		if (marks)
			return p + xsip_word_first(marks);
	}
	while (p < end && *p != ':' && *p != ';' && *p != '>' && *p != '@')
		p++;
	return p;
}

#define FOLD_SIP	SIP_WORD8(0, 0x20, 0x20, 0x20, 0, 0, 0, 0)
#define PLAIN		SIP_WORD8('<', 's', 'i', 'p', ':', 0, 0, 0)

/*
 * Fast path: the user of "<sip:user@...", as nearly all values begin. Returns
 * false for any other form.
 */
static bool plain_user(struct xsip_range value, struct xsip_range *user)
{
	u64 word = xsip_word_head(xsip_word(value.p, value.end), 5);

	if ((word | FOLD_SIP) != PLAIN)
		return false;
	user->p = value.p + 5;
	user->end = user_end(user->p, value.end);
	return user->end < value.end && *user->end == '@' &&
		user->end > user->p;
}

static struct xsip_range value_identity(struct xsip_range value)
{
	struct xsip_range uri;

	if (likely(plain_user(value, &uri)))
		return uri;
	if (xsip_value_bracketed(value, &uri))
		return uri_identity(uri);
	return uri_identity(without_tag(value));
}

struct xsip_range xsip_user_of(const struct xsip_parsed *parsed,
			       enum xsip_field field)
{
	const struct xsip_msg *msg = &parsed->msg;

	if (msg->present & BIT(field))
		return value_identity(xsip_parsed_field(parsed, field));
	if (field == SIP_TO)
		return uri_identity(xsip_parsed_text(parsed, msg->uri));
	return xsip_parsed_field(parsed, field);
}

/* Copy up to @size bytes and resolve escapes. */
static size_t unescape(struct xsip_range *user, u8 *buffer, size_t size)
{
	size_t n = 0;
	int byte;

	while (user->p < user->end && n < size) {
		byte = xsip_text_escaped(user->p, user->end);
		if (!byte) {
			user->p = user->end;
			break;
		}
		buffer[n++] = byte < 0 ? *user->p : (u8)byte;
		user->p += byte < 0 ? 1 : 3;
	}
	return n;
}

struct xsip_range xsip_user_next(struct xsip_range *user,
				 u8 buffer[SIP_USER_CHUNK])
{
	struct xsip_range chunk = *user;

	if (xsip_range_size(chunk) > SIP_USER_CHUNK)
		chunk.end = chunk.p + SIP_USER_CHUNK;
	if (likely(xsip_text_find(chunk.p, chunk.end, '%') == chunk.end)) {
		user->p = chunk.end;
		return chunk;
	}
	chunk.p = buffer;
	chunk.end = buffer + unescape(user, buffer, SIP_USER_CHUNK);
	return chunk;
}
