// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the plugin, from words to a rule and from a rule to words.
 *
 * An input that starts with an even byte is a line of options as they stand
 * after "-m sip", then perhaps a NUL and the bytes of every --ua-file. What
 * the plugin takes must be a valid rule. One that starts with an odd byte is
 * a rule as in fuzz_validate. Either rule is saved, and what is saved must read
 * back, as iptables-restore splits words, as the same bytes.
 *
 * The plugin runs as in iptables, through libxtables, except that its errors
 * jump back to this program.
 */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <xtables.h>

#include "fuzz.h"
#include "rule.h"

#define WORDS_MAX	256
#define WORD_SIZE	1024	/* of iptables-restore 1.8, NUL included */
#define LINE_SIZE	10240	/* the same */

/* ---- What the plugin is given ---- */

static jmp_buf refused;
static char error[2048];
static struct xtables_match *match;

static struct {
	const u8 *bytes;
	size_t size;
	FILE *open;
} text_file;

/* Every file that the plugin reads has the bytes of the input. */
FILE *__wrap_fopen(const char *path, const char *mode)
{
	if (!text_file.bytes)
		return __real_fopen(path, mode);
	if (!*path)
		return NULL;
	text_file.open = fmemopen((void *)text_file.bytes, text_file.size,
				  "r");
	return text_file.open;
}

int __wrap_fclose(FILE *file)
{
	if (file == text_file.open)
		text_file.open = NULL;
	return __real_fclose(file);
}

/* Declared as libxtables wants it, which includes that it does not return. */
static struct xtables_globals globals;
static __typeof__(*globals.exit_err) fail;

static void fail(enum xtables_exittype status, const char *format, ...)
{
	va_list args;

	(void)status;
	va_start(args, format);
	vsnprintf(error, sizeof(error), format, args);
	va_end(args);
	longjmp(refused, 1);
}

static int any_revision(const char *name, uint8_t revision, int opt)
{
	(void)name;
	(void)revision;
	(void)opt;
	return 1;
}

static struct option no_options[] = { { 0 } };

static struct xtables_globals globals = {
	.program_name		= "fuzz",
	.program_version	= "0",
	.orig_opts		= no_options,
	.exit_err		= fail,
	.compat_rev		= any_revision,
};

/* ---- Words ---- */

struct words {
	size_t count;
	char *word[WORDS_MAX];
	size_t used;
	char space[LINE_SIZE + WORDS_MAX];
};

/*
 * Split a line as iptables-restore does: blanks are between words, a quoted
 * word may hold some, and in it a backslash stands before any byte. False if
 * it is too much.
 */
static bool split(const char *line, struct words *words)
{
	char *out = words->space;
	bool quoted = false, any = false;
	char *start = out;

	words->count = 0;
	if (strlen(line) >= LINE_SIZE)
		return false;
	for (;; line++) {
		if (*line == '"' || !*line ||
		    (!quoted && strchr(" \t\n", *line))) {
			any |= *line == '"' && quoted;
			if (any) {
				*out++ = '\0';
				if (words->count == WORDS_MAX ||
				    out - start > WORD_SIZE)
					return false;
				words->word[words->count++] = start;
				start = out;
			}
			quoted = *line == '"' && !quoted;
			any = false;
			if (!*line)
				return true;
			continue;
		}
		if (quoted && *line == '\\' && line[1])
			line++;
		*out++ = *line;
		any = true;
	}
}

static const struct xt_option_entry *find_option(const char *word)
{
	const struct xt_option_entry *entry;

	if (strncmp(word, "--", 2))
		return NULL;
	for (entry = match->x6_options; entry->name; entry++)
		if (!strcmp(entry->name, word + 2))
			return entry;
	return NULL;
}

/* Give the words to the plugin as getopt_long() would; it may jump away. */
static void read_words(const struct words *words)
{
	const struct xt_option_entry *entry;
	bool invert = false;
	char *none = NULL;
	size_t i;

	for (i = 0; i < words->count; i++) {
		if (!strcmp(words->word[i], "!") && !invert) {
			invert = true;
			continue;
		}
		entry = find_option(words->word[i]);
		if (!entry)
			fail(PARAMETER_PROBLEM, "unknown option \"%s\"",
			     words->word[i]);
		optarg = NULL;
		if (entry->type != XTTYPE_NONE) {
			if (++i == words->count)
				fail(PARAMETER_PROBLEM, "no argument");
			optarg = words->word[i];
		}
		xtables_option_mpcall(entry->id, &none, invert, match, NULL);
		invert = false;
	}
	if (invert)
		fail(PARAMETER_PROBLEM, "nothing to invert");
	xtables_option_mfcall(match);
}

/* The rule that the words make, in a block of exactly its size. */
static bool read_rule(const struct words *words, struct xt_sip_mtinfo *info)
{
	size_t size = sizeof(struct xt_entry_match) + match->size;
	/* Static: a jump leaves them as they are. */
	static struct xt_entry_match *m;
	static bool good;

	m = calloc(1, size);
	if (!m)
		abort();
	good = false;
	match->m = m;
	match->mflags = 0;
	text_file.open = NULL;
	*error = '\0';
	if (!setjmp(refused)) {
		read_words(words);
		good = true;
	} else if (text_file.open) {
		fclose(text_file.open);
	}
	if (good)
		memcpy(info, m->data, sizeof(*info));
	free(m);
	return good;
}

/* ---- Saving ---- */

/* What -S prints, or -L; free it. */
static char *print_rule(const struct xt_sip_mtinfo *info, bool save)
{
	size_t size = sizeof(struct xt_entry_match) + match->size;
	struct xt_entry_match *m = calloc(1, size);
	FILE *terminal = stdout;
	char *text = NULL;
	size_t len;

	if (!m)
		abort();
	memcpy(m->data, info, sizeof(*info));
	stdout = open_memstream(&text, &len);
	if (save)
		match->save(NULL, m);
	else
		match->print(NULL, m, 1);
	fclose(stdout);
	stdout = terminal;
	free(m);
	if (strchr(text, '\n') || strlen(text) != len)
		fuzz_fail("printed on more than one line: %s", text);
	return text;
}

/* A valid rule; if it needs too many words, the plugin says so. */
static void check_saved(const struct xt_sip_mtinfo *info, bool read)
{
	static struct words words;
	struct xt_sip_mtinfo again;
	char *text = print_rule(info, true);

	free(print_rule(info, false));
	memset(&again, 0xff, sizeof(again));
	if (!split(text, &words)) {
		if (read)
			fuzz_fail("saved as more than a line holds: %s", text);
	} else if (!read_rule(&words, &again)) {
		if (read || !strstr(error, "when saved"))
			fuzz_fail("saved as%s: %s", text, error);
	} else if (memcmp(info, &again, SIP_RULE_SIZE)) {
		fuzz_fail("saved as%s: reads as another rule", text);
	}
	free(text);
}

/* ---- An input ---- */

static void check_rule(const u8 *data, size_t size)
{
	struct xt_sip_mtinfo info;

	rule_load(&info, data, size);
	if (!xsip_validate(&info))
		check_saved(&info, false);
}

static void check_line(const u8 *data, size_t size)
{
	static struct words words;
	struct xt_sip_mtinfo info;
	char *line = (char *)fuzz_block(data, size + 1);

	/* The caller's block ends with a NUL. */
	text_file.size = size - strlen(line) > 0 ? size - strlen(line) - 1 : 0;
	text_file.bytes = data + size - text_file.size;
	if (split(line, &words)) {
		if (!read_rule(&words, &info)) {
			if (!*error || strchr(error, '\0') - error < 8)
				fuzz_fail("refused without a word");
		} else if (!rule_valid(&info)) {
			fuzz_fail("a rule that is not valid: %s", line);
		} else {
			check_saved(&info, true);
		}
	}
	text_file.bytes = NULL;
	free(line);
}

int fuzz_start(void)
{
	if (xtables_init_all(&globals, NFPROTO_IPV4) < 0)
		abort();
	match = xtables_find_match("sip", XTF_DONT_LOAD, NULL);
	if (!match)
		fuzz_fail("no plugin");
	return 0;
}

int fuzz_one(const u8 *data, size_t size)
{
	u8 *block;

	if (!size)
		return 0;
	if (*data & 1) {
		check_rule(data + 1, size - 1);
		return 0;
	}
	block = malloc(size);
	if (!block)
		abort();
	memcpy(block, data + 1, size - 1);
	block[size - 1] = '\0';
	check_line(block, size - 1);
	free(block);
	return 0;
}
