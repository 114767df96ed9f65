// SPDX-License-Identifier: GPL-2.0
/*
 * Prints what nft-sip makes of rules, without a kernel module.
 *
 * Usage: print words FAMILY WORD...    one rule, as on a command line
 *        print file PATH               a file of rules
 *
 * Prints each rule as it is saved, and the comment that `nft list` shows. Each
 * rule is converted to a netlink message and read back, as from a dump of the
 * kernel; status 1 if another rule comes back, which is printed. An error ends
 * the program as it ends nft-sip.
 *
 * Every set is taken to exist; those whose name ends in 6 hold IPv6
 * addresses.
 */
#include <libnftnl/common.h>
#include <libnftnl/udata.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>

#include "comment.h"
#include "delinearize.h"
#include "error.h"
#include "family.h"
#include "file.h"
#include "linearize.h"
#include "plugin.h"
#include "stmt_set.h"

static char buffer[65536] __attribute__((aligned(8)));

static void know_sets(struct rule *rule)
{
	const struct stmt_set *set;
	struct stmt *stmt;
	unsigned int i;

	for (i = 0; i < rule->count; i++) {
		stmt = rule->stmts[i];
		if (stmt->ops != &stmt_set_ops)
			continue;
		set = stmt_data(stmt);
		stmt_set_know(stmt, set->is_known ? set->is_ip6 :
			      set->name[strlen(set->name) - 1] == '6');
	}
}

/* Through a message and back. */
static struct nftnl_rule *sent(struct nftnl_rule *rule)
{
	struct nftnl_rule *got = nftnl_rule_alloc();
	struct nlmsghdr *nlh;

	nlh = nftnl_nlmsg_build_hdr(buffer, NFT_MSG_NEWRULE,
				    nftnl_rule_get_u32(rule,
						       NFTNL_RULE_FAMILY),
				    0, 1);
	nftnl_rule_nlmsg_build_payload(nlh, rule);
	if (nftnl_rule_nlmsg_parse(nlh, got) < 0)
		error_exit("the message makes no sense");
	return got;
}

static const char *comment_of(const struct nftnl_rule *rule)
{
	const char *data;
	unsigned int len;

	/* Type, length, text. */
	data = nftnl_rule_get_data(rule, NFTNL_RULE_USERDATA, &len);
	return data && len > 2 && !data[len - 1] ? data + 2 : "no comment";
}

static bool print(struct rule *rule, const struct chain *chain)
{
	struct nftnl_rule *made, *got;
	struct rule *back;
	const char *why = "";
	char *text, *again;
	bool same;

	know_sets(rule);
	made = linearize_rule(rule, chain);
	got = sent(made);
	back = delinearize_rule(got, &why);
	text = rule_text(rule, STMT_PRINT_COUNTERS);
	again = back ? rule_text(back, STMT_PRINT_COUNTERS) : strdup(why);
	same = !strcmp(text, again) && comment_is_ours(got) == true;
	if (!same)
		printf("reads back as: %s\n", again);
	free(text);
	text = rule_text(rule, 0);
	printf("%s\n%s\n", text, comment_of(got));
	free(text);
	free(again);
	rule_free(back);
	nftnl_rule_free(got);
	nftnl_rule_free(made);
	return same;
}

static bool print_words(int argc, char **argv)
{
	struct lexer *lexer = lexer_from_args(argc, argv, 2);
	struct chain chain = { .table = "t", .name = "c" };
	struct rule *rule;
	bool good;

	chain.family = family_parse(lexer);
	rule = rule_parse(lexer);
	good = print(rule, &chain);
	rule_free(rule);
	lexer_free(lexer);
	return good;
}

static bool print_file(const char *path)
{
	struct file *file = file_parse(path);
	struct file_chain *chain;
	bool good = true;
	unsigned int i;

	for (chain = file->chains; chain < file->chains + file->count; chain++)
		for (i = 0; i < chain->count; i++)
			good &= print(chain->rules[i], &chain->ref);
	file_free(file);
	return good;
}

int main(int argc, char **argv)
{
	plugin_load();
	if (argc > 2 && !strcmp(argv[1], "words"))
		return !print_words(argc, argv);
	if (argc == 3 && !strcmp(argv[1], "file"))
		return !print_file(argv[2]);
	error_exit("usage: print words FAMILY WORD... | print file PATH");
}
