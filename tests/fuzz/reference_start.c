// SPDX-License-Identifier: GPL-2.0
/*
 * The reference parser's reading of lines, and of the start line as servers
 * read it, see reference.h.
 */
#include "reference.h"

#define VERSION		"sip/2.0"

/* ---- Text ---- */

bool ref_same(const u8 *p, size_t len, const char *lower)
{
	size_t i;

	if (len != strlen(lower))
		return false;
	for (i = 0; i < len; i++)
		if (ref_lower(p[i]) != (u8)lower[i])
			return false;
	return true;
}

bool ref_only(const u8 *p, size_t len, const char *set, size_t set_len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!memchr(set, p[i], set_len))
			return false;
	return true;
}

/*
 * 1*DIGIT as a number; @limit if it is more than that, or no such text. With
 * leading zeroes gone, 10 digits decide.
 */
u64 ref_number(const u8 *p, size_t len, u64 limit)
{
	u64 n = 0;
	size_t i;

	if (!len || !ref_only(p, len, "0123456789", 10))
		return limit;
	for (; len && *p == '0'; len--)
		p++;
	if (len > 10)
		return limit;
	for (i = 0; i < len; i++)
		n = n * 10 + p[i] - '0';
	return n < limit ? n : limit;
}

size_t ref_spaces(const u8 *p, size_t at, size_t len)
{
	while (at < len && ref_blank(p[at]))
		at++;
	return at;
}

struct ref_text ref_trim(struct ref_text text)
{
	size_t start = ref_spaces(text.p, 0, text.len);

	while (text.len > start && ref_blank(text.p[text.len - 1]))
		text.len--;
	return (struct ref_text){ text.p + start, text.len - start };
}

bool ref_is_name(const u8 *p, size_t len)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz0123456789_-.";
	size_t i;

	for (i = 0; i < len; i++)
		if (!p[i] || !strchr(good, ref_lower(p[i])))
			return false;
	return len && len < XT_SIP_NAME_LEN && *p != '.';
}

/* ---- Lines ---- */

static struct ref_line line_at(const u8 *data, u32 start, u32 size)
{
	const u8 *feed = memchr(data + start, '\n', size - start);
	struct ref_line line = { start, size, size, feed };

	if (feed) {
		line.end = (u32)(feed - data);
		line.next = line.end + 1;
		if (line.end > start && data[line.end - 1] == '\r')
			line.end--;
	}
	return line;
}

void ref_split(const u8 *data, u32 at, u32 size, struct ref_lines *lines)
{
	lines->count = 0;
	while (at < size) {
		lines->line[lines->count] = line_at(data, at, size);
		at = lines->line[lines->count++].next;
	}
}

/* ---- The start line ---- */

u8 ref_method_by_name(const u8 *p, size_t len)
{
	static const struct {
		const char *name;
		u8 method;
	} rows[] = {
		{ "ack", XT_SIP_ACK }, { "bye", XT_SIP_BYE },
		{ "cancel", XT_SIP_CANCEL }, { "info", XT_SIP_INFO },
		{ "invite", XT_SIP_INVITE }, { "message", XT_SIP_MESSAGE },
		{ "notify", XT_SIP_NOTIFY }, { "options", XT_SIP_OPTIONS },
		{ "prack", XT_SIP_PRACK }, { "publish", XT_SIP_PUBLISH },
		{ "refer", XT_SIP_REFER }, { "register", XT_SIP_REGISTER },
		{ "subscribe", XT_SIP_SUBSCRIBE }, { "update", XT_SIP_UPDATE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (ref_same(p, len, rows[i].name))
			return rows[i].method;
	return XT_SIP_OTHER;
}

static size_t word_end(const u8 *p, size_t at, size_t len)
{
	while (at < len && !ref_blank(p[at]))
		at++;
	return at;
}

/* After "SIP / 2.0" at @at, with white space or without; 0 for no version. */
static size_t version_end(const u8 *p, size_t at, size_t len)
{
	if (len - at < 3 || !ref_same(p + at, 3, "sip"))
		return 0;
	at = ref_spaces(p, at + 3, len);
	if (at == len || p[at] != '/')
		return 0;
	at = ref_spaces(p, at + 1, len);
	return len - at >= 3 && ref_same(p + at, 3, "2.0") ? at + 3 : 0;
}

/*
 * Where the version starts that ends the line: for Asterisk and FreeSWITCH its
 * parts may stand apart, to Asterisk it may follow a port without a blank, and
 * Kamailio takes a last word that begins with it. @len if there is none.
 */
static size_t find_version(const u8 *p, size_t from, size_t len)
{
	size_t at, last = len;

	for (at = from; at < len; at++)
		if (version_end(p, at, len) == len)
			last = at;
	if (last < len)
		return last;
	for (last = len; last > from && !ref_blank(p[last - 1]);)
		last--;
	return len - last >= 7 && ref_same(p + last, 7, VERSION) ? last : len;
}

/* A version, white space, three digits, and nothing or white space. */
static void read_status(const u8 *p, size_t at, size_t len, struct ref_start *s)
{
	size_t code = ref_spaces(p, at, len);

	if (code == at || len - code < 3 || !ref_digit(p[code]) ||
	    !ref_digit(p[code + 1]) || !ref_digit(p[code + 2]) ||
	    (len - code > 3 && !ref_blank(p[code + 3])))
		return;
	s->class = SIP_RESPONSE;
	s->status = (u16)ref_number(p + code, 3, 1000);
	s->bad = at != 7 || p[at] != ' ' || code != 8;
}

/* A method, white space, a URI or none, a version. */
static void read_request(const u8 *p, size_t len, struct ref_start *s)
{
	size_t method = word_end(p, 0, len);
	size_t uri = ref_spaces(p, method, len);
	size_t version = find_version(p, uri, len);
	size_t end = version;
	size_t i;

	if (version == len)
		return;
	while (end > uri && ref_blank(p[end - 1]))
		end--;
	s->class = SIP_REQUEST;
	s->name_end = (u32)method;
	s->uri_start = (u32)uri;
	s->uri_end = (u32)end;
	s->bad = uri != method + 1 || p[method] != ' ' || end == uri ||
		version != end + 1 || p[end] != ' ' || len - version != 7;
	for (i = 0; i < method; i++)
		s->bad |= !ref_token(p[i]);
	for (i = uri; i < end; i++)
		s->bad |= ref_blank(p[i]) || ref_control(p[i]);
}

u32 ref_inside(const struct xsip_payload *pl, u32 start)
{
	const u8 *p = pl->data + start;
	size_t size = pl->window - start;
	size_t len = 0;
	size_t version, uri, i;

	while (len < size && p[len] != '\n' && p[len] != '\r')
		len++;
	if (len == size)
		return start;
	while (len && ref_blank(p[len - 1]))
		len--;
	version = find_version(p, 0, len);
	if (version == len)
		return start;
	while (version && ref_blank(p[version - 1]))
		version--;
	for (uri = version; uri && !ref_blank(p[uri - 1]);)
		uri--;
	if (uri == version)
		return start;
	while (uri && ref_blank(p[uri - 1]))
		uri--;
	for (i = 0; i < uri; i++)
		if (ref_method_by_name(p + i, uri - i) != XT_SIP_OTHER)
			return start + (u32)i;
	return start;
}

/* @start, @end: a line's text, or that of folded lines. */
static struct ref_start read_start(const u8 *data, u32 start, u32 end)
{
	struct ref_start s = { .class = SIP_JUNK };
	struct ref_text line = { data + start, end - start };
	struct ref_text text = ref_trim(line);
	u32 first = (u32)(text.p - data);
	size_t version = version_end(text.p, 0, text.len);

	if (version)
		read_status(text.p, version, text.len, &s);
	else
		read_request(text.p, text.len, &s);
	s.bad |= first != start || (s.class == SIP_REQUEST &&
				    first + text.len != end);
	s.name_start += first;
	s.name_end += first;
	s.uri_start += first;
	s.uri_end += first;
	return s;
}

/* How many lines, from @first on, belong together by folding. */
u32 ref_folded(const u8 *data, const struct ref_lines *lines, u32 first)
{
	u32 i = first + 1;

	while (i < lines->count && (data[lines->line[i].start] == ' ' ||
				    data[lines->line[i].start] == '\t'))
		i++;
	return i - first;
}

/* Is there a CR, in lines @first to @after, that no LF follows? */
bool ref_lone_cr(const struct xsip_payload *pl, const struct ref_lines *lines,
		 u32 first, u32 after)
{
	u32 at = lines->line[first].start;
	u32 end = lines->line[after - 1].next;

	/* What follows the last byte is not known. */
	for (; at < end && at + 1 < pl->window; at++)
		if (pl->data[at] == '\r' && pl->data[at + 1] != '\n')
			return true;
	return false;
}

/* Where [start, end) has a lone CR; with @fold one in front of no blank. */
static u32 lone_cr(const struct xsip_payload *pl, u32 start, u32 end, bool fold)
{
	u8 next;
	u32 at;

	for (at = start; at < end; at++) {
		if (pl->data[at] != '\r')
			continue;
		next = at + 1 < pl->window ? pl->data[at + 1] : 0;
		if (next != '\n' && !(fold && (next == ' ' || next == '\t')))
			break;
	}
	return at;
}

/* The first @count lines as one, or what of them comes before a lone CR. */
static struct ref_start read_lines(const struct xsip_payload *pl,
				   const struct ref_lines *lines, u32 count)
{
	u32 start = lines->line[0].start;
	u32 end = lines->line[count - 1].end;
	struct ref_start s = read_start(pl->data, start, end);
	int fold;

	if (!ref_lone_cr(pl, lines, 0, count))
		return s;
	for (fold = 0; fold < 2 && s.class == SIP_JUNK; fold++)
		s = read_start(pl->data, start,
			       lone_cr(pl, start, end, fold));
	return s;
}

/*
 * The start line: of one line, or of as many as are folded; up to a lone CR,
 * where Asterisk, FreeSWITCH and Kamailio end it. @count: how many lines it
 * has.
 */
struct ref_start ref_start_line(const struct xsip_payload *pl,
				const struct ref_lines *lines, u32 *count)
{
	struct ref_start s = { .class = SIP_JUNK };

	*count = 1;
	if (!lines->count)
		return s;
	s = read_lines(pl, lines, 1);
	if (s.class != SIP_JUNK)
		return s;
	*count = ref_folded(pl->data, lines, 0);
	return read_lines(pl, lines, *count);
}
