// SPDX-License-Identifier: GPL-2.0
/*
 * parse: runs what iptables does with a rule before the kernel gets it.
 *
 * Usage: parse [-p PROTO] [-m MATCH [!] [--option [WORD]]...]... [-h]
 *
 * Drives plugins found by XTABLES_LIBDIR through libxtables as iptables does:
 * parse, final check, save, print. Needs neither root nor the module. Prints
 * three lines: the rule as iptables -S would, the matches as iptables -L
 * would, and the bytes the kernel would get, in hexadecimal. With -h it prints
 * the help of the last match instead. A mistake in the rule goes to stderr;
 * the exit status is then iptables' own (2).
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xtables.h>

/* Options of one match lie this far from those of the next in libxtables. */
#define OFFSET_SCALE	256

static struct option base_options[] = {
	{ "protocol", required_argument, NULL, 'p' },
	{ "match", required_argument, NULL, 'm' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static struct xtables_rule_match *matches;
static const char *protocol;

static __attribute__((noreturn, format(printf, 2, 3)))
void fail(enum xtables_exittype status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(status);
}

/* Every revision is fine: there may be no kernel to ask. */
static int any_revision(const char *name, uint8_t revision, int opt)
{
	(void)name;
	(void)revision;
	(void)opt;
	return 1;
}

static struct xtables_globals globals = {
	.program_name		= "parse",
	.program_version	= "0",
	.orig_opts		= base_options,
	.exit_err		= fail,
	.compat_rev		= any_revision,
};

static void load_match(const char *name)
{
	struct xtables_match *match;
	struct option *opts;
	size_t size;

	match = xtables_find_match(name, XTF_LOAD_MUST_SUCCEED, &matches);
	size = XT_ALIGN(sizeof(struct xt_entry_match)) + match->size;
	match->m = xtables_calloc(1, size);
	match->m->u.match_size = size;
	match->m->u.user.revision = match->revision;
	strncpy(match->m->u.user.name, match->name,
		sizeof(match->m->u.user.name) - 1);
	if (match->udata_size)
		match->udata = xtables_calloc(1, match->udata_size);
	if (match->init)
		match->init(match->m);
	if (match == match->next)
		return;		/* a second -m of this name shares options */
	opts = match->x6_options ?
		xtables_options_xfrm(globals.orig_opts, globals.opts,
				     match->x6_options,
				     &match->option_offset) :
		xtables_merge_options(globals.orig_opts, globals.opts,
				      match->extra_opts,
				      &match->option_offset);
	if (!opts)
		fail(OTHER_PROBLEM, "no memory for options of %s", name);
	globals.opts = opts;
}

/* Give option @c to the match it belongs to. */
static void match_option(int c, char **argv, bool invert)
{
	struct xtables_rule_match *i;

	for (i = matches; i; i = i->next) {
		if (i->completed ||
		    (unsigned int)c < i->match->option_offset ||
		    (unsigned int)c >= i->match->option_offset + OFFSET_SCALE)
			continue;
		xtables_option_mpcall(c, argv, invert, i->match, NULL);
		return;
	}
	fail(PARAMETER_PROBLEM, "unknown option \"%s\"", argv[optind - 1]);
}

static void show_help(void)
{
	struct xtables_rule_match *last = matches;

	while (last && last->next)
		last = last->next;
	if (last)
		last->match->help();
	exit(0);
}

static void parse(int argc, char **argv)
{
	bool invert = false;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "-:p:m:h", globals.opts, NULL)) !=
	       -1) {
		if (c == 1) {
			if (strcmp(optarg, "!"))
				fail(PARAMETER_PROBLEM, "Bad argument `%s'",
				     optarg);
			if (invert)
				fail(PARAMETER_PROBLEM,
				     "multiple consecutive ! not allowed");
			invert = true;
			continue;
		}
		if (c == ':')
			fail(PARAMETER_PROBLEM,
			     "option \"%s\" requires an argument",
			     argv[optind - 1]);
		else if (c == 'h')
			show_help();
		else if (c == 'm')
			load_match(optarg);
		else if (c == 'p')
			protocol = optarg;
		else
			match_option(c, argv, invert);
		invert = false;
	}
	if (invert)
		fail(PARAMETER_PROBLEM, "nothing appropriate following !");
}

static void show_bytes(const struct xtables_match *match)
{
	size_t i;

	for (i = 0; i < match->userspacesize; i++)
		printf("%02x", match->m->data[i]);
}

static void show_rule(void)
{
	struct xtables_rule_match *i;

	if (protocol)
		printf("-p %s", protocol);
	for (i = matches; i; i = i->next) {
		printf("%s-m %s", protocol || i != matches ? " " : "",
		       i->match->name);
		i->match->save(NULL, i->match->m);
	}
	putchar('\n');
	for (i = matches; i; i = i->next)
		i->match->print(NULL, i->match->m, 1);
	putchar('\n');
	for (i = matches; i; i = i->next)
		show_bytes(i->match);
	putchar('\n');
}

int main(int argc, char **argv)
{
	struct xtables_rule_match *i;

	if (xtables_init_all(&globals, NFPROTO_IPV4) < 0)
		return OTHER_PROBLEM;
	parse(argc, argv);
	for (i = matches; i; i = i->next)
		xtables_option_mfcall(i->match);
	show_rule();
	return 0;
}
