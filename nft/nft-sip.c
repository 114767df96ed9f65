// SPDX-License-Identifier: GPL-2.0
/*
 * Runs nft-sip, which puts the sip match into rules of nftables.
 *
 * Text goes to the kernel through lexer, rule_parse(), rule_check(),
 * linearize_rule() and netlink_batch_end(); what the kernel dumps becomes text
 * through delinearize_rule() and rule_text(). All rules are parsed before the
 * first message is sent, so an error in one changes nothing. All changes of a
 * command are one transaction.
 *
 * show_usage() below is the summary, nft-sip(8) the manual.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "error.h"
#include "plugin.h"
#include "utils.h"

struct options {
	const char *file;
	bool check;
	unsigned int list;
};

static void show_usage(void)
{
	puts("usage: nft-sip [OPTION...] VERB ...\n"
"\n"
"  add rule FAMILY TABLE CHAIN [handle N] RULE      at the end, or after rule N\n"
"  insert rule FAMILY TABLE CHAIN [handle N] RULE   at the start, or before it\n"
"  replace rule FAMILY TABLE CHAIN handle N RULE\n"
"  delete rule FAMILY TABLE CHAIN handle N\n"
"  list [FAMILY [TABLE [CHAIN]]]        rules, in the format of FILE\n"
"  apply -f FILE                        make the chains in FILE as it says\n"
"  diff -f FILE                         status 1 if they are not\n"
"  save [-f FILE] [FAMILY [TABLE [CHAIN]]]\n"
"\n"
"  -f, --file FILE      \"-\" is stdin or stdout\n"
"  -c, --check          with apply: see if it could be done, change nothing\n"
"  -a, --handle         with list: show handles\n"
"  -s, --stateless      with list: do not show what counters have counted\n"
"  -h, --help           this text;  -V, --version\n"
"\n"
"FAMILY is ip, ip6 or inet. RULE is of these parts, in any order, the verdict\n"
"last:\n"
"  [!] --OPTION...      of the sip match, see iptables -m sip --help\n"
"  ip|ip6 saddr|daddr [!=] ADDRESS[/LENGTH]|@SET, iifname|oifname [!=] NAME,\n"
"  udp|tcp|udplite|sctp sport|dport [!=] PORT[-PORT]|@SET\n"
"  counter, log [prefix TEXT] [level L|group N], limit rate [over] N/UNIT [burst N]\n"
"  add|update @SET [timeout TIME]       the source goes to the set\n"
"  accept, drop, return, continue, jump CHAIN, goto CHAIN\n"
"\n"
"Example: nft-sip add rule inet filter sip --scanner --ban 1d counter drop\n"
"FILE has table FAMILY TABLE { chain CHAIN { RULE; ... } }. See nft-sip(8).");
}

static const struct option long_options[] = {
	{ "file", required_argument, NULL, 'f' },
	{ "check", no_argument, NULL, 'c' },
	{ "handle", no_argument, NULL, 'a' },
	{ "stateless", no_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static void set_option(struct options *options, int c, const char *word)
{
	switch (c) {
	case 'f':
		options->file = optarg;
		break;
	case 'c':
		options->check = true;
		break;
	case 'a':
		options->list |= CMD_HANDLES;
		break;
	case 's':
		options->list &= ~CMD_COUNTERS;
		break;
	case 'h':
		show_usage();
		exit(0);
	case 'V':
		puts("nft-sip " VERSION);
		exit(0);
	case ':':
		error_exit("\"%s\": expected a file after it, for example: nft-sip apply -f /etc/nft-sip.conf",
			   word);
	default:
		error_exit("\"%s\": unknown option: expected -f FILE, --check, -a, -s, -h or -V before the words of a rule",
			   word);
	}
}

/* Options up to a word that is none. */
static void read_options(int argc, char **argv, struct options *options)
{
	int at, c;

	opterr = 0;
	while (at = optind,
	       (c = getopt_long(argc, argv, "+:f:cashV", long_options,
				NULL)) != -1)
		set_option(options, c, argv[at]);
}

static const char *need_file(const struct options *options, const char *verb)
{
	if (!options->file)
		error_exit("%s: expected a file, for example: nft-sip %s -f /etc/nft-sip.conf",
			   verb, verb);
	return options->file;
}

static void need_no_words(const struct lexer *lexer)
{
	if (lexer->count)
		token_error(&lexer->list[0], "expected only options, for example: -f /etc/nft-sip.conf");
}

static int run(const char *verb, struct lexer *lexer, struct options *options)
{
	if (!strcmp(verb, "list"))
		return cmd_ruleset_list(lexer, options->list);
	if (!strcmp(verb, "save"))
		return cmd_ruleset_save(lexer, options->file);
	need_no_words(lexer);
	if (!strcmp(verb, "apply"))
		return cmd_file_apply(need_file(options, verb), options->check);
	return cmd_file_diff(need_file(options, verb));
}

/* Verbs that a rule follows, which has options of its own. */
static const struct {
	const char *name;
	int (*run)(struct lexer *lexer);
} rule_verbs[] = {
	{ "add", cmd_rule_add },
	{ "insert", cmd_rule_insert },
	{ "replace", cmd_rule_replace },
	{ "delete", cmd_rule_delete },
};

static bool is_other_verb(const char *verb)
{
	return !strcmp(verb, "list") || !strcmp(verb, "save") ||
	       !strcmp(verb, "apply") || !strcmp(verb, "diff");
}

int main(int argc, char **argv)
{
	struct options options = { .list = CMD_COUNTERS };
	struct lexer *lexer;
	const char *verb;
	int status;
	size_t i;

	read_options(argc, argv, &options);
	if (optind == argc)
		error_exit("expected a verb: add, insert, replace, delete, list, apply, diff or save, see nft-sip --help");
	verb = argv[optind++];
	for (i = 0; i < ARRAY_SIZE(rule_verbs); i++) {
		if (strcmp(rule_verbs[i].name, verb))
			continue;
		plugin_load();
		lexer = lexer_from_args(argc, argv, optind);
		status = rule_verbs[i].run(lexer);
		lexer_free(lexer);
		return status;
	}
	if (!is_other_verb(verb))
		error_exit("\"%s\": unknown verb: expected add, insert, replace, delete, list, apply, diff or save, for example: nft-sip list",
			   verb);
	for (i = optind; (int)i < argc; i = optind) {
		read_options(argc, argv, &options);
		if (optind == (int)i)
			break;
	}
	plugin_load();
	lexer = lexer_from_args(argc, argv, optind);
	status = run(verb, lexer, &options);
	lexer_free(lexer);
	if (fflush(stdout) || ferror(stdout))
		error_exit("stdout: cannot be written");
	return status;
}
