// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes xsip_scanner against the marks as the comments of sip/scanner.c
 * describe them, each read here the simplest way.
 *
 * Shapes and the names of tools come from the tables of sip/marks.h and
 * sip/scanner.c, which is why that file is included. Unit tests check the
 * tables; this checks how they are searched.
 *
 * An input is a message as in fuzz.h; or, if its first byte has FLAG_PARTS,
 * what marks look at, a line each, and all else comes from a template.
 */
#include "fuzz.h"
#include "reference.h"
#include "sip/scanner.c"

static struct reference ref;

/* ---- Forms of values ---- */

#define DECIMAL		"0123456789"
#define LOWER_HEX	DECIMAL "abcdef"
#define LOWER		"abcdefghijklmnopqrstuvwxyz"
#define WORD		DECIMAL LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"

static bool made_of(struct ref_text text, const char *set)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if (!text.p[i] || !strchr(set, text.p[i]))
			return false;
	return text.len;
}

static bool is_text(struct ref_text text, const char *literal)
{
	return text.len == strlen(literal) &&
		!memcmp(text.p, literal, text.len);
}

/* What follows @head in @text; empty if it does not begin so. */
static struct ref_text after(struct ref_text text, const char *head)
{
	size_t len = strlen(head);
	struct ref_text none = { text.p, 0 };

	if (text.len < len || memcmp(text.p, head, len))
		return none;
	return (struct ref_text){ text.p + len, text.len - len };
}

/* ---- The marks ---- */

struct facts {
	struct ref_text tag;
	struct ref_text branch;
	struct ref_text call_id;
	struct ref_text from_uri;
	struct ref_text cseq;
	bool no_cookie;
};

static u8 nibble(u8 byte)
{
	return byte <= '9' ? byte - '0' : byte - 'a' + 10;
}

/*
 * The tag is hex of printable text, 0x01 and 1 to 10 digits: how many, else 0.
 */
static size_t hidden_digits(struct ref_text tag)
{
	static u8 plain[SIP_WINDOW];
	size_t len = tag.len / 2, i, one;

	if (tag.len % 2 || !made_of(tag, LOWER_HEX))
		return 0;
	for (i = 0; i < len; i++)
		plain[i] = (u8)(nibble(tag.p[2 * i]) * 16 +
				nibble(tag.p[2 * i + 1]));
	for (one = 0; one < len && plain[one] != 1; one++)
		if (plain[one] < ' ' || plain[one] > '~')
			return 0;
	for (i = one + 1; i < len; i++)
		if (plain[i] < '0' || plain[i] > '9')
			return 0;
	return one && one < len && len - one - 1 <= 10 ? len - one - 1 : 0;
}

static bool by_numbers(const struct facts *f)
{
	return f->call_id.len <= 25 && made_of(f->call_id, DECIMAL) &&
		made_of(after(f->branch, "z9hG4bK-"), DECIMAL);
}

#define LETTERS		LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The bytes of a class of shapes; NULL: any. */
static const char *class_bytes(char class)
{
	switch (class) {
	case 'd': return DECIMAL;
	case 'x': return LOWER_HEX;
	case 'X': return LOWER_HEX "ABCDEF";
	case 'l': return LOWER;
	case 'a': return LETTERS;
	case 'z': return DECIMAL LOWER;
	case 'n': return DECIMAL LETTERS;
	case 'w': return WORD;
	}
	return NULL;
}

/* Has a text a shape? Tries each length that a class may take. */
static bool shaped(struct ref_text text, const char *shape)
{
	const char *set;
	size_t n, least;
	char *end;

	if (*shape != '%')
		return *shape ? text.len && *text.p == (u8)*shape &&
			shaped((struct ref_text){ text.p + 1, text.len - 1 },
			       shape + 1) : !text.len;
	least = strtoul(shape + 1, &end, 10);
	set = class_bytes(*end);
	for (n = 0; n < text.len && (!least || n < least); n++)
		if (set && (!text.p[n] || !strchr(set, text.p[n])))
			break;
	return n && n >= least &&
		shaped((struct ref_text){ text.p + n, text.len - n }, end + 1);
}

static bool fits(struct ref_text text, const char *shape)
{
	return !shape || shaped(text, shape);
}

static enum xsip_tool tool_of_shapes(const struct facts *f)
{
	const struct xsip_mark *mark = xsip_marks;

	for (; mark < xsip_marks + ARRAY_SIZE(xsip_marks); mark++)
		if ((f->no_cookie || !mark->no_cookie) &&
		    fits(f->branch, mark->branch) && fits(f->tag, mark->tag) &&
		    fits(f->call_id, mark->call_id) &&
		    fits(f->from_uri, mark->from))
			return mark->tool;
	return SIP_TOOL_NONE;
}

static bool tail_is(struct ref_text text, struct ref_text tail)
{
	return text.len >= tail.len && tail.len &&
		!memcmp(text.p + text.len - tail.len, tail.p, tail.len);
}

static bool like_inviteflood(const struct facts *f)
{
	struct ref_text number = { f->cseq.p, 10 };

	return f->cseq.len > 10 && *f->cseq.p == '0' &&
		made_of(number, DECIMAL) && tail_is(f->branch, number) &&
		tail_is(f->tag, number) && tail_is(f->call_id, number);
}

/* Of each byte there is one. */
static bool no_byte_twice(const u8 *p, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < len; i++)
		if (memchr(p + i + 1, p[i], len - i - 1))
			return false;
	return true;
}

static bool like_mrsip(const struct facts *f)
{
	struct ref_text first = { f->call_id.p, 27 };

	return f->call_id.len >= 32 && made_of(first, DECIMAL LOWER) &&
		no_byte_twice(first.p, 27) && f->tag.len == 6 &&
		made_of(f->tag, DECIMAL) &&
		shaped(f->branch, "z9hG4bK-%10d") &&
		no_byte_twice(f->branch.p + 8, 10);
}

static bool like_voip(const struct facts *f)
{
	return f->tag.len > 8 && f->call_id.len > 8 &&
		!memcmp(f->tag.p, f->call_id.p, 8) &&
		made_of(f->tag, LOWER_HEX) && made_of(f->call_id, LOWER_HEX) &&
		shaped(f->branch, "z9hG4bK-d87543-%d-1--d87543-");
}

static bool like_pplsip(const struct xsip_payload *pl, const struct facts *f)
{
	u32 i, at, end;

	if (!shaped(f->call_id, "%d-%d-%d") || !tail_is(f->call_id, f->tag) ||
	    f->call_id.len == f->tag.len)
		return false;
	for (i = 0; i < ref.values; i++) {
		at = ref.value[i].start;
		end = ref.value[i].end;
		if (ref.value[i].field != SIP_VIA)
			continue;
		while (at < end && pl->data[at] != ' ')
			at++;
		while (at < end && ref_blank(pl->data[at]))
			at++;
		if (end - at >= 7 && !memcmp(pl->data + at, "0.0.0.0", 7))
			return true;
	}
	return false;
}

static bool like_sipcli(const struct facts *f)
{
	struct ref_text number = after(f->branch, "z9hG4bK-");

	return f->call_id.len == 32 &&
		made_of(f->call_id, LOWER_HEX "ABCDEF") &&
		number.len == 32 && !memcmp(number.p, f->call_id.p, 32);
}

static enum xsip_tool tool_by_mark(const struct xsip_payload *pl,
				   const struct facts *f)
{
	size_t digits = hidden_digits(f->tag);

	if (digits >= 7 ||
	    ((digits || is_text(f->tag, "3206210844")) && by_numbers(f)))
		return SIP_TOOL_SIPVICIOUS;
	if (like_sipcli(f))
		return SIP_TOOL_SIPCLI;
	if (like_inviteflood(f))
		return SIP_TOOL_INVITEFLOOD;
	if (like_mrsip(f))
		return SIP_TOOL_MRSIP;
	if (like_voip(f))
		return SIP_TOOL_VOIP;
	return like_pplsip(pl, f) ? SIP_TOOL_PPLSIP : tool_of_shapes(f);
}

/* ---- The names ---- */

/* All names as in xt_sip_mtinfo.texts; returns how many bytes. */
static size_t names_list(u8 *list)
{
	size_t i, len, size = 0;
	const char *text;
	u8 head;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		text = names[i].text;
		head = *text == '^' ? XT_SIP_TEXT_START : 0;
		text += *text == '^';
		len = strlen(text);
		if (text[len - 1] == '$') {
			head |= XT_SIP_TEXT_END;
			len--;
		}
		list[size] = (u8)(head | len);
		memcpy(&list[size + 1], text, len);
		size += 1 + len;
	}
	return size;
}

static int ref_tool_by_name(const struct xsip_payload *pl)
{
	u8 list[XT_SIP_TEXT_SPACE];
	int name = ref_find_in(pl, &ref, SIP_USER_AGENT, list,
			       names_list(list));

	return name < 0 ? SIP_TOOL_NONE : (int)names[name].tool;
}

static int ref_tool(const struct xsip_payload *pl)
{
	struct ref_text from = ref_field(pl, &ref, SIP_FROM);
	struct facts f = {
		.tag = ref_param(from, "tag"),
		.branch = ref_param(ref_field(pl, &ref, SIP_VIA), "branch"),
		.call_id = ref_field(pl, &ref, SIP_CALL_ID),
		.from_uri = ref_uri(from),
		.cseq = ref_field(pl, &ref, SIP_CSEQ),
		.no_cookie = ref.defects & BIT(XT_SIP_COOKIE),
	};
	int tool;

	if (ref.class != SIP_REQUEST)
		return SIP_TOOL_NONE;
	tool = tool_by_mark(pl, &f);
	return tool == SIP_TOOL_NONE ? ref_tool_by_name(pl) : tool;
}

/* ---- One message ---- */

static void check(const u8 *data, size_t size, bool stream)
{
	u32 window = size < SIP_WINDOW ? (u32)size : SIP_WINDOW;
	u8 *block = fuzz_block(data, window);
	struct xsip_parsed parsed = {
		.payload = { block, window, stream, (u32)size },
	};
	const struct xsip_payload *pl = &parsed.payload;
	int tool, expected;

	xsip_parse(pl, &parsed.msg);
	ref_parse(pl, &ref);
	tool = xsip_scanner_tool(&parsed);
	expected = ref_tool(pl);
	if (tool != expected)
		fuzz_fail("tool %d, reference %d", tool, expected);
	free(block);
}

/* Whichever allocation fails: nothing leaks, and the next try succeeds. */
int fuzz_start(void)
{
	int good = 0;

	for (fuzz_allocations = 0; !xsip_scanner_init();)
		fuzz_allocations = ++good;
	fuzz_allocations = -1;
	if (good < 3)
		fuzz_fail("done with %d allocations", good);
	xsip_scanner_exit();
	if (!xsip_scanner_init())
		fuzz_fail("not ready a second time");
	return 0;
}

#define FLAG_PARTS	0x20

/* Cut the next line off @rest. */
static struct ref_text next_line(struct ref_text *rest)
{
	const u8 *end = rest->len ? memchr(rest->p, '\n', rest->len) : NULL;
	struct ref_text line = *rest;

	if (end)
		line.len = (size_t)(end - rest->p);
	rest->p += end ? line.len + 1 : line.len;
	rest->len -= end ? line.len + 1 : line.len;
	return line;
}

/* What comes before the lines of an input; then comes the rest of it. */
static const char *const template[] = {
	"REGISTER sip:h SIP/2.0\r\nt:<sip:a@h>\r\nCSeq: 1 REGISTER\r\nf:<",
	">;tag=",
	"\r\nv:SIP/2.0/UDP h;branch=",
	"\r\ni:",
	"\r\nUser-Agent: ",
	"\r\n",
};

static void check_parts(const u8 *data, size_t size)
{
	struct ref_text rest = { data, size };
	struct ref_text line = { data, 0 };
	char *text = NULL;
	size_t len, i;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	for (i = 0; i < ARRAY_SIZE(template); i++) {
		fputs(template[i], out);
		line = next_line(&rest);
		fwrite(line.p, 1, line.len, out);
	}
	fputs("\r\n\r\n", out);
	fclose(out);
	check((const u8 *)text, len, false);
	free(text);
}

int fuzz_one(const u8 *data, size_t size)
{
	struct fuzz_message m;

	if (!fuzz_message(data, size, &m))
		return 0;
	if (data[0] & FLAG_PARTS) {
		check_parts(data + FUZZ_HEAD, size - FUZZ_HEAD);
		free(m.bytes);
		return 0;
	}
	check(m.bytes, m.size, m.stream);
	if (m.cut < m.size)
		check(m.bytes, m.cut, m.stream);
	free(m.bytes);
	return 0;
}
