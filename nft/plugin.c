// SPDX-License-Identifier: GPL-2.0
/* Calls the iptables plugin of the sip match through libxtables. */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xtables.h>

#include "error.h"
#include "plugin.h"

#define EXAMPLE		"for example: --scanner --ban 1d counter drop"
#define MESSAGE_MAX	1024

static struct option no_options[] = { { 0 } };
static struct xtables_match *match;
/* The option that the plugin is parsing, for its errors; or NULL. */
static const struct token *current;

/* libxtables and the plugin call this for an error. */
static __attribute__((noreturn, format(printf, 2, 3)))
void on_error(enum xtables_exittype status, const char *format, ...)
{
	char text[MESSAGE_MAX], *start = text;
	size_t len;
	va_list args;

	(void)status;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!strncmp(text, "sip: ", 5))
		start += 5;
	for (len = strlen(start); len && strchr("\n.", start[len - 1]); len--)
		start[len - 1] = '\0';
	if (!current)
		error_exit("%s", start);
	location_error(&current->at, "%s%s", start,
		       strstr(start, "for example") ? "" : ", " EXAMPLE);
}

/* netlink_need_match() asks the kernel, when there is something to send. */
static int any_revision(const char *name, uint8_t revision, int opt)
{
	(void)name;
	(void)revision;
	(void)opt;
	return 1;
}

static struct xtables_globals globals = {
	.program_name		= "nft-sip",
	.program_version	= "0",
	.orig_opts		= no_options,
	.exit_err		= on_error,
	.compat_rev		= any_revision,
};

/* libxtables has no inet; the match is the same for all families. */
void plugin_load(void)
{
	if (match)
		return;
	if (xtables_init_all(&globals, NFPROTO_IPV4) < 0)
		error_exit("libxtables does not start");
	match = xtables_find_match(PLUGIN_MATCH, XTF_TRY_LOAD, NULL);
	if (!match || !match->x6_options || !match->save)
		error_exit("the iptables plugin libxt_sip.so is not installed%s%s: expected it beside the other plugins of iptables, or XTABLES_LIBDIR to say where it is",
			   getenv("XTABLES_LIBDIR") ? " in " : "",
			   getenv("XTABLES_LIBDIR") ?: "");
}

size_t plugin_size(void)
{
	return match->size;
}

uint32_t plugin_revision(void)
{
	return match->revision;
}

bool plugin_begins(const struct token *token)
{
	return token_is(token, "!") || token->text[0] == '-';
}

/* Allocate a match, and give its options to getopt. */
static void start(void)
{
	size_t size = XT_ALIGN(sizeof(struct xt_entry_match)) + match->size;

	match->m = xtables_calloc(1, size);
	match->m->u.match_size = size;
	match->m->u.user.revision = match->revision;
	strcpy(match->m->u.user.name, match->name);
	match->mflags = 0;
	if (match->init)
		match->init(match->m);
	globals.opts = xtables_options_xfrm(globals.orig_opts, globals.opts,
					    match->x6_options,
					    &match->option_offset);
	if (!globals.opts)
		error_exit("no memory for options");
}

static void *finish(void)
{
	void *info = xtables_malloc(match->size);

	memcpy(info, match->m->data, match->size);
	free(match->m);
	match->m = NULL;
	xtables_free_opts(1);
	return info;
}

/* The tokens up to the next mark, as arguments for getopt; to be freed. */
static char **arguments(const struct lexer *lexer, int *argc)
{
	size_t room = lexer->count - lexer->next + 2, i;
	char **argv = xtables_calloc(room, sizeof(*argv));

	*argc = 1;
	argv[0] = (char *)globals.program_name;
	for (i = lexer->next; i < lexer->count && !lexer->list[i].mark; i++)
		argv[(*argc)++] = lexer->list[i].text;
	return argv;
}

/* One option or `!`; false when the word is neither. */
static bool read_option(int argc, char **argv, const struct token *first,
			bool *invert)
{
	int at = optind;
	int c;

	current = &first[at - 1];
	if (at < argc && token_is(current, "-m"))
		return false;
	c = getopt_long(argc, argv, "-:", globals.opts, NULL);
	if (c == -1 || (c == 1 && strcmp(optarg, "!"))) {
		optind = at;
		return false;
	}
	if (c == 1) {
		if (*invert)
			token_error(current, "expected an option after \"!\", for example: ! --scanner");
		*invert = true;
		return true;
	}
	if (c == '?')
		token_error(current, "unknown option: expected an option of the sip match (see iptables -m sip --help), "
			    EXAMPLE);
	if (c == ':')
		token_error(current, "expected a value after it, for example: --method REGISTER --rate 10/m --ban 1h");
	if (optind > at + 1)
		current++;
	xtables_option_mpcall(c, argv, *invert, match, NULL);
	*invert = false;
	return true;
}

void *plugin_parse(struct lexer *lexer)
{
	const struct token *first = lexer_peek(lexer);
	bool invert = false;
	char **argv;
	int argc;

	start();
	argv = arguments(lexer, &argc);
	optind = 0;
	getopt_long(1, argv, "-:", globals.opts, NULL);
	opterr = 0;
	while (read_option(argc, argv, first, &invert))
		;
	if (invert)
		token_error(current, "expected an option after \"!\", for example: ! --scanner");
	lexer->next += optind - 1;
	current = first;
	xtables_option_mfcall(match);
	current = NULL;
	free(argv);
	return finish();
}

/*
 * The plugin writes to stdout, which glibc lets one replace. Nothing else
 * writes meanwhile.
 */
char *plugin_text(const void *info)
{
	size_t size = XT_ALIGN(sizeof(struct xt_entry_match)) + match->size;
	struct xt_entry_match *entry = xtables_calloc(1, size);
	FILE *screen = stdout;
	char *text = NULL;
	size_t len = 0;

	memcpy(entry->data, info, match->size);
	stdout = open_memstream(&text, &len);
	if (!stdout) {
		stdout = screen;
		error_exit("no memory");
	}
	match->save(NULL, entry);
	fclose(stdout);
	stdout = screen;
	free(entry);
	if (text[0] == ' ')
		memmove(text, text + 1, len);
	return text;
}
