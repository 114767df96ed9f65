// SPDX-License-Identifier: GPL-2.0
/* sip_texts: parses and prints the texts of --ua, --uri and others. */
#include <errno.h>
#include <stdarg.h>
#include <xtables.h>

#include "sip/text.h"
#include "sip_texts.h"

/*
 * iptables-restore 1.8 reads lines of 10239 bytes and words of 1023 bytes
 * (without quotes). Each word stays below the second limit; all words leave
 * 2000 bytes of the first one for the rest of the rule.
 */
#define WORD_MAX	1000
#define SAVED_MAX	8192

/* Longest text with all of it escaped, and its anchors. */
#define ESCAPED_MAX	(2 * XT_SIP_TEXT_LEN + 2)

/* The options, and for errors an argument of each. */
static const struct option_name {
	u32 flag;
	const char *name;
	const char *example;
} option_names[] = {
	{ XT_SIP_UA, "ua", "friendly-scanner,sipcli" },
	{ XT_SIP_URI, "uri", "^sip:00,^sip:900" },
	{ XT_SIP_FROM, "from", "@example.com" },
	{ XT_SIP_TO, "to", "^sip:00,^sip:900" },
	{ XT_SIP_CONTACT, "contact", "@192.0.2." },
};

/* Where a text was read, for errors: in a file, or in an argument. */
struct origin {
	const struct option_name *option;
	const char *file;
	unsigned int line;
	const char *text;
	int len;
};

/* A text that is being parsed. */
struct text {
	u8 anchors;
	u32 len;		/* may exceed the size of bytes: an error */
	u8 bytes[XT_SIP_TEXT_LEN];
};

static const struct option_name *option_of(u32 flag)
{
	const struct option_name *option = option_names;

	while (option->flag != flag)
		option++;
	return option;
}

const char *sip_texts_option(u32 flag)
{
	return option_of(flag)->name;
}

static __attribute__((noreturn, format(printf, 2, 3)))
void refuse(const struct origin *origin, const char *format, ...)
{
	char why[256];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	if (origin->file)
		xtables_error(PARAMETER_PROBLEM, "sip: --%s-file %s:%u: %s",
			      origin->option->name, origin->file, origin->line,
			      why);
	xtables_error(PARAMETER_PROBLEM, "sip: --%s \"%.*s\": %s",
		      origin->option->name, origin->len, origin->text, why);
}

static void append(struct xt_sip_mtinfo *info, const struct text *text,
		   const struct origin *origin)
{
	u32 left = XT_SIP_TEXT_SPACE - info->text_size;
	const struct option_name *option = origin->option;
	u8 *p = &info->texts[info->text_size];

	if (!text->len)
		refuse(origin, "empty text: expected 1 to %d bytes, for example --%s %s",
		       XT_SIP_TEXT_LEN, option->name, option->example);
	if (text->len > XT_SIP_TEXT_LEN)
		refuse(origin, "text of %u bytes: expected 1 to %d, for example --%s %s",
		       text->len, XT_SIP_TEXT_LEN, option->name,
		       option->example);
	if (text->len + 1 > left)
		refuse(origin, "too many texts: a rule holds %d bytes of them, and one more for each: expected two rules",
		       XT_SIP_TEXT_SPACE);
	*p++ = text->anchors | text->len;
	memcpy(p, text->bytes, text->len);
	info->text_size += text->len + 1;
	info->text_count++;
}

static void add_byte(struct text *text, u8 byte, const struct origin *origin)
{
	if (xsip_is(byte, SIP_CTL))
		refuse(origin, "control byte 0x%02x: expected text; a space in it stands for any white space",
		       byte);
	if (text->len < XT_SIP_TEXT_LEN)
		text->bytes[text->len] = byte;
	text->len++;
}

/* One text that is all of [p, end). */
static void read_text(struct xt_sip_mtinfo *info, const u8 *p, const u8 *end,
		      const struct origin *origin)
{
	struct text text = { 0 };

	if (p < end && *p == '^') {
		text.anchors |= XT_SIP_TEXT_START;
		p++;
	}
	for (; p < end; p++) {
		if (*p == '$' && p + 1 == end) {
			text.anchors |= XT_SIP_TEXT_END;
			break;
		}
		if (*p == '\\') {
			p++;
			if (p == end || !*p || !strchr(",\\^$", *p))
				refuse(origin, "expected , \\ ^ or $ after a backslash; \\\\ is a backslash");
		}
		add_byte(&text, *p, origin);
	}
	append(info, &text, origin);
}

/* The first comma without a backslash, or the end of @arg. */
static const char *text_end(const char *arg)
{
	while (*arg && *arg != ',')
		arg += arg[0] == '\\' && arg[1] ? 2 : 1;
	return arg;
}

void sip_texts_read(struct xt_sip_mtinfo *info, u32 flag, const char *arg)
{
	struct origin origin = { .option = option_of(flag) };
	const char *end;

	for (;; arg = end + 1) {
		end = text_end(arg);
		origin.text = arg;
		origin.len = (int)(end - arg);
		read_text(info, (const u8 *)arg, (const u8 *)end, &origin);
		if (!*end)
			return;
	}
}

static bool is_space(u8 byte)
{
	return xsip_is(byte, SIP_LWS);
}

static void read_line(struct xt_sip_mtinfo *info, const u8 *p, const u8 *end,
		      const struct origin *origin)
{
	static const u8 mark[] = { 0xef, 0xbb, 0xbf };	/* of UTF-8 editors */

	if (origin->line == 1 && end - p >= 3 && !memcmp(p, mark, 3))
		p += 3;
	while (p < end && is_space(*p))
		p++;
	while (end > p && is_space(end[-1]))
		end--;
	if (p < end && *p != '#')
		read_text(info, p, end, origin);
}

void sip_texts_read_file(struct xt_sip_mtinfo *info, u32 flag,
			 const char *path)
{
	struct origin origin = { .option = option_of(flag), .file = path };
	u32 before = info->text_count;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	FILE *file;

	file = fopen(path, "re");
	if (!file)
		xtables_error(PARAMETER_PROBLEM,
			      "sip: --%s-file \"%s\": %s: expected a readable file, one text a line",
			      origin.option->name, path, strerror(errno));
	while ((len = getline(&line, &size, file)) >= 0) {
		origin.line++;
		read_line(info, (u8 *)line, (u8 *)line + len, &origin);
	}
	if (ferror(file))
		xtables_error(PARAMETER_PROBLEM, "sip: --%s-file \"%s\": %s",
			      origin.option->name, path, strerror(errno));
	free(line);
	fclose(file);
	if (info->text_count == before)
		xtables_error(PARAMETER_PROBLEM,
			      "sip: --%s-file \"%s\": no text in it: expected at least one line such as friendly-scanner",
			      origin.option->name, path);
}

/* A text as sip_texts_read() parses it; the number of bytes written to @out. */
static u32 escape(char out[ESCAPED_MAX], u8 head, const u8 *p)
{
	u32 len = head & XT_SIP_TEXT_LEN;
	char *start = out;
	u32 i;

	if (head & XT_SIP_TEXT_START)
		*out++ = '^';
	for (i = 0; i < len; i++) {
		if (p[i] == ',' || p[i] == '\\' || (p[i] == '^' && !i) ||
		    (p[i] == '$' && i + 1 == len))
			*out++ = '\\';
		*out++ = (char)p[i];
	}
	if (head & XT_SIP_TEXT_END)
		*out++ = '$';
	return (u32)(out - start);
}

/* A word as iptables-restore reads it. */
static void write_word(FILE *out, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_.,/:+@%=-";

	if (!word[strspn(word, plain)]) {
		fprintf(out, " %s", word);
		return;
	}
	fputs(" \"", out);
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			fputc('\\', out);
		fputc(*word, out);
	}
	fputc('"', out);
}

/* One option, " ! --name TEXT[,TEXT...]". */
static void write_list(FILE *out, const struct xt_sip_mtinfo *info,
		       const char *dashes, const char *word)
{
	u32 flag = info->flags & XT_SIP_TEXTS;

	fprintf(out, "%s %s%s", info->invert & flag ? " !" : "", dashes,
		sip_texts_option(flag));
	write_word(out, word);
}

void sip_texts_write(FILE *out, const struct xt_sip_mtinfo *info,
		     const char *dashes)
{
	char text[ESCAPED_MAX];
	char word[WORD_MAX + 1];
	u32 used = 0;
	u32 i, len;

	for (i = 0; i < info->text_size;
	     i += (info->texts[i] & XT_SIP_TEXT_LEN) + 1) {
		len = escape(text, info->texts[i], &info->texts[i + 1]);
		if (used && used + 1 + len > WORD_MAX) {
			write_list(out, info, dashes, word);
			used = 0;
		}
		if (used)
			word[used++] = ',';
		memcpy(word + used, text, len);
		used += len;
		word[used] = '\0';
	}
	write_list(out, info, dashes, word);
}

void sip_texts_check(const struct xt_sip_mtinfo *info)
{
	char *saved = NULL;
	size_t size = 0;
	FILE *out;

	out = open_memstream(&saved, &size);
	if (!out)
		xtables_error(RESOURCE_PROBLEM, "sip: texts: %s",
			      strerror(errno));
	sip_texts_write(out, info, "--");
	fclose(out);
	free(saved);
	if (size > SAVED_MAX)
		xtables_error(PARAMETER_PROBLEM,
			      "sip: --%s: these texts take %zu bytes when saved, more than iptables-restore can read back: expected at most %d: use two rules",
			      sip_texts_option(info->flags & XT_SIP_TEXTS),
			      size, SAVED_MAX);
}
