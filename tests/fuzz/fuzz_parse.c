// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes xsip_parse, xsip_value, xsip_user, xsip_agent and xsip_challenge.
 *
 * A message, and the same one cut somewhere, is parsed from a heap block that
 * ends where the window does, at two alignments: equal results, equal to those
 * of the reference parser in every value.
 */
#include "fuzz.h"
#include "reference.h"
#include "sip/agent.h"
#include "sip/challenge.h"
#include "sip/names.h"
#include "sip/transaction.h"
#include "sip/uri.h"
#include "sip/user.h"
#include "sip/text.h"
#include "sip/value.h"

static struct reference ref;

/* ---- Two parses of the same bytes ---- */

static void check_inside(const struct xsip_msg *msg, u32 window)
{
	struct xsip_span span = msg->uri;
	int i;

	for (i = 0; i <= SIP_FIELD_COUNT; i++) {
		if (span.start > span.end || span.end > window)
			fuzz_fail("span %d: %u to %u of %u", i - 1, span.start,
				  span.end, window);
		if (i < SIP_FIELD_COUNT)
			span = msg->field[i];
	}
	if (msg->body > window)
		fuzz_fail("body at %u of %u", msg->body, window);
}

/* Parse a copy at another alignment, with other garbage around it. */
static void parse_elsewhere(const struct xsip_payload *pl, u8 align,
			    struct xsip_msg *msg)
{
	struct xsip_payload copy = *pl;
	u8 *block = malloc(align + (size_t)pl->window);

	if (!block)
		abort();
	memset(block, ':', align);
	if (pl->window)
		memcpy(block + align, pl->data, pl->window);
	memset(msg, 0x55, sizeof(*msg));
	copy.data = block + align;
	xsip_parse(&copy, msg);
	free(block);
}

/* ---- Against the reference ---- */

static void same(const char *what, u32 ours, u32 theirs)
{
	if (ours != theirs)
		fuzz_fail("%s: %#x, reference %#x", what, ours, theirs);
}

static void check_head(const struct xsip_msg *msg)
{
	same("class", msg->class, ref.class);
	same("defects", msg->defects, ref.defects);
	same("malformed", xsip_msg_malformed(msg), (ref.defects & XT_SIP_DEFINITE) != 0);
	same("method", msg->method, ref.method);
	same("status", msg->status, ref.status);
	same("present", msg->present, ref.present);
	same("repeated", msg->repeated, ref.repeated);
	same("ended", msg->ended, ref.ended);
	same("body", msg->body, ref.body);
	same("length", msg->length, ref.length);
	same("method's start", msg->name.start, ref.name_start);
	same("method's end", msg->name.end, ref.name_end);
	same("URI's start", msg->uri.start, ref.uri_start);
	same("URI's end", msg->uri.end, ref.uri_end);
}

static void check_span(struct xsip_span span, const struct ref_value *value)
{
	if (span.start == span.end && value->start == value->end)
		return;
	if (span.start != value->start || span.end != value->end)
		fuzz_fail("field %u: %u to %u, reference %u to %u",
			  value->field, span.start, span.end, value->start,
			  value->end);
}

static bool next_span(struct xsip_again *again, struct xsip_span *span)
{
	struct xsip_line line;

	if (!xsip_again_next(again, &line))
		return false;
	*span = xsip_span_of(again->payload->data, line.value, line.value_end);
	return true;
}

/* All values of a field, in their order. */
static void check_values(const struct xsip_parsed *parsed,
			 enum xsip_field field)
{
	struct xsip_span span = parsed->msg.field[field];
	struct xsip_again again;
	bool first = true;
	u32 i;

	if (!(parsed->msg.present & BIT(field)))
		return;
	xsip_again_start(&again, parsed, field);
	for (i = 0; i < ref.values; i++) {
		if (ref.value[i].field != field)
			continue;
		if (!first && !next_span(&again, &span))
			fuzz_fail("field %d: no value at %u", field,
				  ref.value[i].start);
		first = false;
		check_span(span, &ref.value[i]);
	}
	if (next_span(&again, &span))
		fuzz_fail("field %d: one more value at %u", field, span.start);
}

static void check_range(const char *what, bool found, struct xsip_range range,
			struct ref_text text)
{
	if (found != !!text.p)
		fuzz_fail("%s: %s in \"%.*s\"", what,
			  found ? "none" : "not found", (int)text.len,
			  text.p ? text.p : (const u8 *)"");
	if (found && (range.p != text.p || xsip_range_size(range) != text.len))
		fuzz_fail("%s: \"%.*s\", reference \"%.*s\"", what,
			  (int)xsip_range_size(range), range.p, (int)text.len,
			  text.p);
}

/* Parameters and URI of fields that have them. */
static void check_value(const struct xsip_parsed *parsed, enum xsip_field field)
{
	static const struct {
		const char *name;
		struct xsip_param_name param;
	} params[] = {
		{ "branch", { SIP_WORD8('b', 'r', 'a', 'n', 'c', 'h', 0, 0),
			      6 } },
		{ "tag", { SIP_WORD4('t', 'a', 'g', 0), 3 } },
		{ "a", { SIP_CHAR('a', 0), 1 } },
	};
	struct xsip_range value = xsip_parsed_field(parsed, field);
	struct ref_text text = ref_field(&parsed->payload, &ref, field);
	struct xsip_range found = value;
	size_t i;
	bool has;

	if (!text.p)
		return;
	for (i = 0; i < ARRAY_SIZE(params); i++) {
		has = xsip_value_param(value, &params[i].param, &found);
		check_range(params[i].name, has, found,
			    ref_param(text, params[i].name));
	}
	found = xsip_value_uri(value);
	if (xsip_range_size(found))
		check_range("URI", true, found, ref_uri(text));
	else
		same("URI's length", 0, ref_uri(text).len);
}

/* The pieces of an identity: are they @text, all but the last full? */
static void check_pieces(struct xsip_range user, struct ref_text text)
{
	u8 buffer[SIP_USER_CHUNK];
	struct xsip_range piece;
	size_t n, at = 0;

	do {
		piece = xsip_user_next(&user, buffer);
		n = xsip_range_size(piece);
		if (n > text.len - at || memcmp(piece.p, text.p + at, n))
			fuzz_fail("identity is not \"%.*s\" from %zu on",
				  (int)text.len, text.p, at);
		at += n;
		if (n != SIP_USER_CHUNK && at != text.len)
			fuzz_fail("%zu bytes, and more to come", n);
	} while (user.p < user.end);
	if (at != text.len)
		fuzz_fail("identity: %zu bytes, reference \"%.*s\"", at,
			  (int)text.len, text.p);
}

static void check_user(const struct xsip_parsed *parsed)
{
	const struct xsip_payload *pl = &parsed->payload;
	const struct xsip_msg *msg = &parsed->msg;
	static const enum xsip_field fields[] = { SIP_FROM, SIP_TO };
	struct ref_text identity;
	struct xsip_range user;
	size_t i;

	if (!xsip_msg_is_sip(msg))
		return;
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		user = xsip_user_of(parsed, fields[i]);
		identity = ref_identity(pl, &ref, fields[i]);
		if (xsip_range_size(user) != identity.len ||
		    (identity.len && user.p != identity.p))
			fuzz_fail("identity: \"%.*s\", reference \"%.*s\"",
				  (int)xsip_range_size(user), user.p,
				  (int)identity.len, identity.p);
		check_pieces(user, ref_unescape(identity));
	}
}

static u32 count_of(enum xsip_field field)
{
	u32 count = 0;
	u32 i;

	for (i = 0; i < ref.values; i++)
		count += ref.value[i].field == field;
	return count;
}

/* A request with a second Via or a tag in To is not its sender's own. */
static void check_transaction(const struct xsip_parsed *parsed)
{
	const struct xsip_payload *pl = &parsed->payload;
	const struct xsip_msg *msg = &parsed->msg;
	struct xsip_transaction t;

	if (!xsip_msg_is_sip(msg))
		return;
	if (xsip_transaction_of(parsed, &t) &&
	    (t.call_id.p < pl->data || t.call_id.end < t.call_id.p ||
	     t.call_id.end > pl->data + pl->window ||
	     xsip_range_size(t.call_id) > SIP_CALL_ID_MAX))
		fuzz_fail("a Call-ID that is none");
	if (msg->class == SIP_REQUEST && xsip_transaction_own(parsed) &&
	    (count_of(SIP_VIA) != 1 || count_of(SIP_TO) != 1 ||
	     ref_param(ref_field(pl, &ref, SIP_TO), "tag").p))
		fuzz_fail("own, with %u Via", count_of(SIP_VIA));
}

/* ---- User-Agent and Server ---- */

static const char *const lists[] = {
	"\020friendly-scanner\006sipcli",
	"\101a", "\201a", "\301a", "\103a b", "\203b a",
	"\004a  b\003 a \104zoip", "\001 ", "\303\377\376z",
};

static struct xsip_pattern *patterns[ARRAY_SIZE(lists)];

static int ref_agent(const struct xsip_payload *pl, const char *list)
{
	const u8 *texts = (const u8 *)list;
	int found = ref_find_in(pl, &ref, SIP_USER_AGENT, texts, strlen(list));

	return found >= 0 || ref.class != SIP_RESPONSE ? found :
		ref_find_in(pl, &ref, SIP_SERVER, texts, strlen(list));
}

static void check_agent(const struct xsip_parsed *parsed)
{
	const struct xsip_payload *pl = &parsed->payload;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		if (xsip_agent_find(patterns[i], parsed) !=
		    ref_agent(pl, lists[i]))
			fuzz_fail("User-Agent against \"%s\": reference %d",
				  lists[i] + 1, ref_agent(pl, lists[i]));
}

/* ---- URIs ---- */

static const char *const uri_lists[] = {
	"\105sip:a", "\201h", "\001@\002b:",
};

static struct xsip_pattern *uri_patterns[ARRAY_SIZE(uri_lists)];

static bool ref_uri_has(struct ref_text uri, const char *list)
{
	uri = ref_resolve(uri);
	return ref_find((const u8 *)list, strlen(list), ref_normal(uri)) >= 0;
}

/* Does a URI of any value of a Contact have a text? */
static bool ref_contacts(const struct xsip_payload *pl, const char *list)
{
	struct ref_text rest, value;
	bool found = false;
	u32 i;

	for (i = 0; i < ref.values && !found; i++) {
		if (ref.value[i].field != SIP_CONTACT)
			continue;
		rest.p = pl->data + ref.value[i].start;
		rest.len = ref.value[i].end - ref.value[i].start;
		while (rest.len && !found) {
			value = ref_first_value(rest);
			found = ref_uri_has(ref_uri(value), list);
			if (value.len < rest.len)
				value.len++;
			rest.p += value.len;
			rest.len -= value.len;
		}
	}
	return found;
}

static bool ref_request_uri(const struct xsip_payload *pl, const char *list)
{
	struct ref_text uri = {
		pl->data + ref.uri_start, ref.uri_end - ref.uri_start,
	};
	const u8 *end;

	if (ref.class != SIP_REQUEST)
		return false;
	if (uri.len && *uri.p == '<') {
		uri.p++;
		uri.len--;
		end = memchr(uri.p, '>', uri.len);
		if (end)
			uri.len = (size_t)(end - uri.p);
	}
	return ref_uri_has(uri, list);
}

static void check_uris(const struct xsip_parsed *parsed)
{
	static const enum xsip_field fields[] = { SIP_FROM, SIP_TO };
	const struct xsip_payload *pl = &parsed->payload;
	size_t i, j;
	bool found;

	for (i = 0; i < ARRAY_SIZE(uri_lists); i++) {
		if (xsip_uri_match(uri_patterns[i], parsed, SIP_FIELD_NONE) !=
		    ref_request_uri(pl, uri_lists[i]))
			fuzz_fail("Request-URI against \"%s\"", uri_lists[i]);
		if (xsip_uri_match(uri_patterns[i], parsed, SIP_CONTACT) !=
		    ref_contacts(pl, uri_lists[i]))
			fuzz_fail("Contact against \"%s\"", uri_lists[i]);
		for (j = 0; j < ARRAY_SIZE(fields); j++) {
			struct ref_text value = ref_field(pl, &ref, fields[j]);

			found = value.p && ref_uri_has(ref_uri(value),
						       uri_lists[i]);
			if (xsip_uri_match(uri_patterns[i], parsed,
					   fields[j]) != found)
				fuzz_fail("field %d against \"%s\"",
					  fields[j], uri_lists[i]);
		}
	}
}

/* Only a message with these words has a stale nonce. */
static void check_challenge(const struct xsip_parsed *parsed)
{
	const struct xsip_payload *pl = &parsed->payload;
	const struct xsip_msg *msg = &parsed->msg;
	bool field = false, word = false;
	u32 i;

	if (!xsip_challenge_stale(parsed))
		return;
	for (i = 0; i < msg->body; i++) {
		field |= msg->body - i >= 12 &&
			ref_same(pl->data + i, 12, "authenticate");
		word |= field && msg->body - i >= 5 &&
			ref_same(pl->data + i, 5, "stale");
	}
	if (!word)
		fuzz_fail("stale, and no challenge says so");
}

/* ---- One message ---- */

static void check(const u8 *data, size_t size, bool stream, u8 align)
{
	u32 window = size < SIP_WINDOW ? (u32)size : SIP_WINDOW;
	u8 *block = fuzz_block(data, window);
	struct xsip_parsed parsed = {
		.payload = { block, window, stream, (u32)size },
	};
	const struct xsip_payload *pl = &parsed.payload;
	struct xsip_msg *msg = &parsed.msg;
	struct xsip_msg again;
	int field;

	memset(msg, 0xaa, sizeof(*msg));
	xsip_parse(pl, msg);
	parse_elsewhere(pl, align, &again);
	if (memcmp(msg, &again, sizeof(again)))
		fuzz_fail("two results for the same bytes");
	check_inside(msg, window);
	ref_parse(pl, &ref);
	check_head(msg);
	for (field = 0; field < SIP_FIELD_COUNT; field++) {
		check_values(&parsed, field);
		check_value(&parsed, field);
	}
	check_user(&parsed);
	check_transaction(&parsed);
	check_agent(&parsed);
	check_uris(&parsed);
	check_challenge(&parsed);
	if (window && memcmp(block, data, window))
		fuzz_fail("the payload was written to");
	free(block);
}

static struct xsip_pattern *compile(const char *list)
{
	struct xsip_pattern *pattern;

	pattern = xsip_pattern_compile((const u8 *)list, (u32)strlen(list));
	if (!pattern)
		abort();
	return pattern;
}

int fuzz_start(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		patterns[i] = compile(lists[i]);
	for (i = 0; i < ARRAY_SIZE(uri_lists); i++)
		uri_patterns[i] = compile(uri_lists[i]);
	return 0;
}

int fuzz_one(const u8 *data, size_t size)
{
	struct fuzz_message m;

	if (!fuzz_message(data, size, &m))
		return 0;
	check(m.bytes, m.size, m.stream, m.align);
	if (m.cut < m.size)
		check(m.bytes, m.cut, m.stream, m.align);
	free(m.bytes);
	return 0;
}
