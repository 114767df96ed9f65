// SPDX-License-Identifier: GPL-2.0
/*
 * The iptables and ip6tables plugin of the sip match, revision 0.
 *
 * Converts options to struct xt_sip_mtinfo and back. Equal rules become equal
 * bytes: defaults are filled in, lists are sorted, unused fields stay zero.
 * Saved rules are read back as the same bytes. xsip_validate() decides, here
 * and in the kernel, which rules are valid.
 *
 * There is no .xlate on purpose: `nft list ruleset` would then show a
 * translation that loads as something else than this match (hashlimit's loads
 * as a meter). Without one, nft says that iptables-nft manages the rule.
 */
#include <stdio.h>
#include <xtables.h>

#include "sip/validate.h"
#include "sip/names.h"
#include "sip/rate.h"
#include "sip_read.h"
#include "sip/text.h"
#include "sip_texts.h"

#define DEFAULT_NAME	"sip"
#define DEFAULT_PREFIX4	32
#define DEFAULT_PREFIX6	64

/* In canonical order. */
enum {
	O_REQUEST,
	O_RESPONSE,
	O_METHOD,
	O_STATUS,
	O_UA,
	O_UA_FILE,
	O_URI,
	O_URI_FILE,
	O_FROM,
	O_FROM_FILE,
	O_TO,
	O_TO_FILE,
	O_CONTACT,
	O_CONTACT_FILE,
	O_SCANNER,
	O_MALFORMED,
	O_DEFECT,
	O_AUTH,
	O_SOLICITED,
	O_BANNED,
	O_TRUSTED,
	O_RATE,
	O_BURST,
	O_USERS,
	O_BY,
	O_PREFIX4,
	O_PREFIX6,
	O_NAME,
	O_BAN,
	O_TRUST,
	O_FORGIVE,
};

#define SIP_FLAG(word, o, f) { .name = word, .id = o, .type = XTTYPE_NONE, \
			       .flags = f }
#define SIP_WORD(word, o, f) { .name = word, .id = o, .type = XTTYPE_STRING, \
			       .flags = f }

#define SIP_TEXTS(word, o) SIP_WORD(word, o, XTOPT_INVERT | XTOPT_MULTI)

static const struct xt_option_entry sip_opts[] = {
	SIP_FLAG("request", O_REQUEST, XTOPT_INVERT),
	SIP_FLAG("response", O_RESPONSE, XTOPT_INVERT),
	SIP_WORD("method", O_METHOD, XTOPT_INVERT),
	SIP_WORD("status", O_STATUS, XTOPT_INVERT),
	SIP_TEXTS("ua", O_UA),
	SIP_TEXTS("ua-file", O_UA_FILE),
	SIP_TEXTS("uri", O_URI),
	SIP_TEXTS("uri-file", O_URI_FILE),
	SIP_TEXTS("from", O_FROM),
	SIP_TEXTS("from-file", O_FROM_FILE),
	SIP_TEXTS("to", O_TO),
	SIP_TEXTS("to-file", O_TO_FILE),
	SIP_TEXTS("contact", O_CONTACT),
	SIP_TEXTS("contact-file", O_CONTACT_FILE),
	SIP_FLAG("scanner", O_SCANNER, XTOPT_INVERT),
	SIP_FLAG("malformed", O_MALFORMED, XTOPT_INVERT),
	SIP_WORD("defect", O_DEFECT, XTOPT_INVERT),
	SIP_FLAG("auth", O_AUTH, XTOPT_INVERT),
	SIP_FLAG("solicited", O_SOLICITED, XTOPT_INVERT),
	SIP_FLAG("banned", O_BANNED, XTOPT_INVERT),
	SIP_FLAG("trusted", O_TRUSTED, XTOPT_INVERT),
	SIP_WORD("rate", O_RATE, XTOPT_INVERT),
	SIP_WORD("burst", O_BURST, 0),
	SIP_WORD("users", O_USERS, 0),
	SIP_WORD("by", O_BY, 0),
	SIP_WORD("prefix4", O_PREFIX4, 0),
	SIP_WORD("prefix6", O_PREFIX6, 0),
	SIP_WORD("name", O_NAME, 0),
	SIP_WORD("ban", O_BAN, 0),
	SIP_WORD("trust", O_TRUST, 0),
	SIP_FLAG("forgive", O_FORGIVE, 0),
	XTOPT_TABLEEND,
};

/*
 * Arguments are parsed by sip_read.c and sip_texts.c, not by libxtables: its
 * errors show no example, and it truncates strings silently.
 */
static void read_method(struct xt_sip_mtinfo *info, const char *arg)
{
	info->methods = sip_read_names("method", arg, xsip_method_names,
				       XT_SIP_METHOD_COUNT, "REGISTER,INVITE");
}

static void read_defect(struct xt_sip_mtinfo *info, const char *arg)
{
	info->defects = sip_read_names("defect", arg, xsip_defect_names,
				       XT_SIP_DEFECT_COUNT, "cseq,no-end");
}

static void read_rate(struct xt_sip_mtinfo *info, const char *arg)
{
	static const struct sip_per per = {
		"rate", "packets", "50/s", XT_SIP_RATE_MAX
	};

	info->rate = sip_read_per(&per, arg, &info->rate_unit);
}

static void read_users(struct xt_sip_mtinfo *info, const char *arg)
{
	static const struct sip_per per = {
		"users", "users", "20/h", XT_SIP_USERS_MAX
	};

	info->users = sip_read_per(&per, arg, &info->users_unit);
}

static void read_burst(struct xt_sip_mtinfo *info, const char *arg)
{
	info->burst = sip_read_number("burst", arg, 1, XT_SIP_RATE_MAX, "100");
}

static void read_by(struct xt_sip_mtinfo *info, const char *arg)
{
	if (!strcmp(arg, "dst"))
		info->flags |= XT_SIP_BY_DST;
	else if (strcmp(arg, "src"))
		sip_read_refuse("by", arg,
				"src or dst, for example --by dst");
}

static void read_prefix4(struct xt_sip_mtinfo *info, const char *arg)
{
	info->prefix4 = sip_read_number("prefix4", arg, 0, 32, "24");
}

static void read_prefix6(struct xt_sip_mtinfo *info, const char *arg)
{
	info->prefix6 = sip_read_number("prefix6", arg, 0, 128, "56");
}

static void read_ban(struct xt_sip_mtinfo *info, const char *arg)
{
	info->ban = sip_read_times("ban", arg, XT_SIP_BAN_MAX, "1h-1w",
				   &info->ban_most);
}

static void read_trust(struct xt_sip_mtinfo *info, const char *arg)
{
	info->trust = sip_read_time("trust", arg, XT_SIP_BAN_MAX, "2h");
}

#define TEXTS(f)	{ .flag = f, .read_texts = sip_texts_read }
#define TEXTS_FILE(f)	{ .flag = f, .read_texts = sip_texts_read_file }

/* The flag that an option sets in the rule, and the parser of its argument. */
static const struct {
	u32 flag;
	void (*read)(struct xt_sip_mtinfo *info, const char *arg);
	void (*read_texts)(struct xt_sip_mtinfo *info, u32 flag,
			   const char *arg);
} sip_actions[] = {
	[O_REQUEST]	= { .flag = XT_SIP_REQUEST },
	[O_RESPONSE]	= { .flag = XT_SIP_RESPONSE },
	[O_METHOD]	= { .flag = XT_SIP_METHOD, .read = read_method },
	[O_STATUS]	= { .flag = XT_SIP_STATUS, .read = sip_read_status },
	[O_UA]		= TEXTS(XT_SIP_UA),
	[O_UA_FILE]	= TEXTS_FILE(XT_SIP_UA),
	[O_URI]		= TEXTS(XT_SIP_URI),
	[O_URI_FILE]	= TEXTS_FILE(XT_SIP_URI),
	[O_FROM]	= TEXTS(XT_SIP_FROM),
	[O_FROM_FILE]	= TEXTS_FILE(XT_SIP_FROM),
	[O_TO]		= TEXTS(XT_SIP_TO),
	[O_TO_FILE]	= TEXTS_FILE(XT_SIP_TO),
	[O_CONTACT]	= TEXTS(XT_SIP_CONTACT),
	[O_CONTACT_FILE] = TEXTS_FILE(XT_SIP_CONTACT),
	[O_SCANNER]	= { .flag = XT_SIP_SCANNER },
	[O_MALFORMED]	= { .flag = XT_SIP_MALFORMED },
	[O_DEFECT]	= { .flag = XT_SIP_DEFECT, .read = read_defect },
	[O_AUTH]	= { .flag = XT_SIP_AUTH },
	[O_SOLICITED]	= { .flag = XT_SIP_SOLICITED },
	[O_BANNED]	= { .flag = XT_SIP_BANNED },
	[O_TRUSTED]	= { .flag = XT_SIP_TRUSTED },
	[O_RATE]	= { .flag = XT_SIP_RATE, .read = read_rate },
	[O_BURST]	= { .read = read_burst },
	[O_USERS]	= { .flag = XT_SIP_USERS, .read = read_users },
	[O_BY]		= { .read = read_by },
	[O_PREFIX4]	= { .read = read_prefix4 },
	[O_PREFIX6]	= { .read = read_prefix6 },
	[O_NAME]	= { .read = sip_read_name },
	[O_BAN]		= { .flag = XT_SIP_BAN, .read = read_ban },
	[O_TRUST]	= { .flag = XT_SIP_TRUST, .read = read_trust },
	[O_FORGIVE]	= { .flag = XT_SIP_FORGIVE },
};

#define HELP_INDENT	24
#define HELP_WIDTH	79

/* Print @head and those of @names whose bits are in @wanted. */
static void help_names(const char *head, const char *const *names,
		       unsigned int count, u32 wanted)
{
	int column = printf("%-*s", HELP_INDENT - 1, head);
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!(wanted & 1U << i))
			continue;
		if (column + 1 + (int)strlen(names[i]) > HELP_WIDTH)
			column = printf("\n%*s", HELP_INDENT - 1, "") - 1;
		column += printf(" %s", names[i]);
	}
	putchar('\n');
}

static void sip_help(void)
{
	puts("sip match options:\n"
"[!] --request, [!] --response  the payload is a SIP request / a SIP response\n"
"[!] --method M[,M...]   method of a request, CSeq method of a response:");
	help_names("", xsip_method_names, XT_SIP_METHOD_COUNT, ~0U);
	puts("[!] --status C[-C][,...]     code of a response; 4xx is 400-499\n"
"[!] --ua TEXT[,TEXT...]      User-Agent or Server has a TEXT, in any case;\n"
"                             \\, is a comma, ^ $ are its ends; or --ua-file FILE\n"
"[!] --uri, --from, --to, --contact TEXT[,TEXT...]  that URI has it; or -file\n"
"[!] --scanner                request of a known attack tool, by fingerprints\n"
"[!] --malformed              no SIP, or SIP with a definite defect");
	help_names("[!] --defect D[,D...]   definite:", xsip_defect_names, XT_SIP_DEFECT_COUNT,
		   XT_SIP_DEFINITE);
	help_names("                        others:", xsip_defect_names, XT_SIP_DEFECT_COUNT,
		   ~XT_SIP_DEFINITE);
	puts("[!] --auth                   request with credentials, or a response to one\n"
"[!] --solicited              response to a request of the last minute\n"
"[!] --banned, [!] --trusted  the source is banned / is a friend\n"
"[!] --rate N/U               the source sent more than N per U (s, m, h, d)\n"
"    --burst N                at once; default: N, but at least 5 of N/s\n"
"    --users N/U              the source named more than N users per U\n"
"    --by src|dst, --name NAME  which address is the source (src), table (sip)\n"
"    --prefix4 L, --prefix6 L count sources by prefix (default 32, 64)\n"
"    --ban TIME[-TIME]        ban the source on a match: 10m; 1h-1w doubles to 1w\n"
"    --trust TIME, --forgive  trust who proved himself; clear the source's counts");
}

/*
 * All texts of a rule are one condition: those of one field, and `!` cannot
 * apply to only some of them. `! --ua A ! --ua B` means: neither A nor B.
 */
static void check_texts(const struct xt_sip_mtinfo *info,
			const struct xt_option_call *cb, u32 flag)
{
	u32 list = info->flags & XT_SIP_TEXTS;
	const char *name;

	if (!list)
		return;
	name = sip_texts_option(list);
	if (list != flag)
		xtables_error(PARAMETER_PROBLEM,
			      "sip: --%s \"%s\": expected one more -m sip in front of it, as the first one has --%s, for example -m sip --ua sipcli -m sip --uri ^sip:00",
			      cb->entry->name, cb->arg, name);
	if (cb->invert != !!(info->invert & list))
		xtables_error(PARAMETER_PROBLEM,
			      "sip: --%s \"%s\": expected \"!\" before every --%s and --%s-file of a rule or before none",
			      cb->entry->name, cb->arg, name, name);
}

static void sip_parse(struct xt_option_call *cb)
{
	unsigned int id = cb->entry->id;
	struct xt_sip_mtinfo *info = cb->data;
	u32 flag = sip_actions[id].flag;

	xtables_option_parse(cb);
	if (flag & XT_SIP_TEXTS)
		check_texts(info, cb, flag);
	info->flags |= flag;
	if (cb->invert)
		info->invert |= flag;
	if (sip_actions[id].read)
		sip_actions[id].read(info, cb->arg);
	if (sip_actions[id].read_texts)
		sip_actions[id].read_texts(info, flag, cb->arg);
}

/* Refuse options about the table in a rule that uses none. */
static void check_no_table(unsigned int given)
{
	static const char *const names[] = {
		[O_BY] = "by", [O_PREFIX4] = "prefix4",
		[O_PREFIX6] = "prefix6", [O_NAME] = "name",
	};
	size_t i;

	for (i = O_BY; i <= O_NAME; i++)
		if (given & (1U << i))
			xtables_error(PARAMETER_PROBLEM,
				      "sip: --%s: expected an option on the source with it, such as --banned or --rate 50/s",
				      names[i]);
}

static void fill_table(struct xt_sip_mtinfo *info, unsigned int given)
{
	if (!(given & (1U << O_PREFIX4)))
		info->prefix4 = DEFAULT_PREFIX4;
	if (!(given & (1U << O_PREFIX6)))
		info->prefix6 = DEFAULT_PREFIX6;
	if (!(given & (1U << O_NAME)))
		memcpy(info->name, DEFAULT_NAME, sizeof(DEFAULT_NAME));
}

static void fill_rate(struct xt_sip_mtinfo *info)
{
	struct xsip_rate rate;

	if (!info->rate) {
		if (info->burst)
			xtables_error(PARAMETER_PROBLEM,
				      "sip: --burst: expected --rate with it, for example --rate 50/s --burst %u",
				      info->burst);
		return;
	}
	if (!info->burst)
		info->burst = xsip_rate_default_burst(info->rate,
						      info->rate_unit);
	if (!xsip_rate_init(&rate, info->rate, info->rate_unit, info->burst))
		xtables_error(PARAMETER_PROBLEM,
			      "sip: --burst \"%u\": expected at most %llu with a rate this low",
			      info->burst,
			      SIP_RATE_SLACK_MAX / rate.interval + 1);
}

static void sip_check(struct xt_fcheck_call *cb)
{
	struct xt_sip_mtinfo *info = cb->data;
	const char *error;

	fill_rate(info);
	if (info->flags & XT_SIP_NEEDS_TABLE)
		fill_table(info, cb->xflags);
	else
		check_no_table(cb->xflags);
	if (info->flags & XT_SIP_TEXTS)
		sip_texts_check(info);
	error = xsip_validate(info);
	if (error)
		xtables_error(PARAMETER_PROBLEM, "sip: %s", error);
}

/* The output of a rule, and the prefix of its options: "--" or nothing. */
struct writer {
	FILE *out;
	const char *dashes;
	const struct xt_sip_mtinfo *info;
};

/* The beginning of what an option prints, " ! --name". */
static void write_option(const struct writer *w, u32 flag, const char *name)
{
	fprintf(w->out, "%s %s%s", w->info->invert & flag ? " !" : "",
		w->dashes, name);
}

/* An option without an argument; true if the rule has it. */
static bool write_flag(const struct writer *w, u32 flag, const char *name)
{
	if (!(w->info->flags & flag))
		return false;
	write_option(w, flag, name);
	return true;
}

static void write_names(const struct writer *w, u32 bits,
			const char *const *names, size_t count)
{
	const char *glue = " ";
	size_t i;

	for (i = 0; i < count; i++) {
		if (!(bits & (1U << i)))
			continue;
		fprintf(w->out, "%s%s", glue, names[i]);
		glue = ",";
	}
}

/* Whole classes as 4xx,5xx; anything else as C or C-C. */
static void write_status(const struct writer *w)
{
	const struct xt_sip_status *range = w->info->status;
	const char *glue = " ";
	u32 i, class;

	for (i = 0; i < w->info->status_count; i++, range++, glue = ",") {
		if (range->first == range->last) {
			fprintf(w->out, "%s%u", glue, range->first);
		} else if (range->first % 100 || range->last % 100 != 99) {
			fprintf(w->out, "%s%u-%u", glue, range->first,
				range->last);
		} else {
			for (class = range->first / 100;
			     class <= range->last / 100; class++) {
				fprintf(w->out, "%s%uxx", glue, class);
				glue = ",";
			}
		}
	}
}

/* "N/U" */
static void write_per(const struct writer *w, u32 n, u32 seconds)
{
	fprintf(w->out, " %u/%c", n, xsip_text_time_unit(&seconds));
}

static void write_rate(const struct writer *w)
{
	const struct xt_sip_mtinfo *info = w->info;

	write_per(w, info->rate, info->rate_unit);
	if (info->burst == xsip_rate_default_burst(info->rate, info->rate_unit))
		return;
	write_option(w, 0, "burst");
	fprintf(w->out, " %u", info->burst);
}

/* The options about sources and tables that are not the default. */
static void write_table(const struct writer *w)
{
	const struct xt_sip_mtinfo *info = w->info;

	if (!(info->flags & XT_SIP_NEEDS_TABLE))
		return;
	if (write_flag(w, XT_SIP_BY_DST, "by"))
		fputs(" dst", w->out);
	if (info->prefix4 != DEFAULT_PREFIX4) {
		write_option(w, 0, "prefix4");
		fprintf(w->out, " %u", info->prefix4);
	}
	if (info->prefix6 != DEFAULT_PREFIX6) {
		write_option(w, 0, "prefix6");
		fprintf(w->out, " %u", info->prefix6);
	}
	if (strcmp(info->name, DEFAULT_NAME)) {
		write_option(w, 0, "name");
		fprintf(w->out, " %s", info->name);
	}
}

static void write_time(const struct writer *w, const char *before, u32 seconds)
{
	u32 n = seconds;
	char unit = xsip_text_time_unit(&n);

	fprintf(w->out, "%s%u%c", before, n, unit);
}

static void write_ban(const struct writer *w)
{
	write_time(w, " ", w->info->ban);
	if (w->info->ban_most)
		write_time(w, "-", w->info->ban_most);
}

/* In canonical order. */
static void write_rule(const struct writer *w)
{
	const struct xt_sip_mtinfo *info = w->info;

	write_flag(w, XT_SIP_REQUEST, "request");
	write_flag(w, XT_SIP_RESPONSE, "response");
	if (write_flag(w, XT_SIP_METHOD, "method"))
		write_names(w, info->methods, xsip_method_names,
			    XT_SIP_METHOD_COUNT);
	if (write_flag(w, XT_SIP_STATUS, "status"))
		write_status(w);
	if (info->flags & XT_SIP_TEXTS)
		sip_texts_write(w->out, info, w->dashes);
	write_flag(w, XT_SIP_SCANNER, "scanner");
	write_flag(w, XT_SIP_MALFORMED, "malformed");
	if (write_flag(w, XT_SIP_DEFECT, "defect"))
		write_names(w, info->defects, xsip_defect_names,
			    XT_SIP_DEFECT_COUNT);
	write_flag(w, XT_SIP_AUTH, "auth");
	write_flag(w, XT_SIP_SOLICITED, "solicited");
	write_flag(w, XT_SIP_BANNED, "banned");
	write_flag(w, XT_SIP_TRUSTED, "trusted");
	if (write_flag(w, XT_SIP_RATE, "rate"))
		write_rate(w);
	if (write_flag(w, XT_SIP_USERS, "users"))
		write_per(w, info->users, info->users_unit);
	write_table(w);
	if (write_flag(w, XT_SIP_BAN, "ban"))
		write_ban(w);
	if (write_flag(w, XT_SIP_TRUST, "trust"))
		write_time(w, " ", info->trust);
	write_flag(w, XT_SIP_FORGIVE, "forgive");
}

static void sip_print(const void *ip, const struct xt_entry_match *match,
		      int numeric)
{
	const struct writer w = {
		.out = stdout,
		.dashes = "",
		.info = (const void *)match->data,
	};

	(void)ip;
	(void)numeric;
	printf(" sip");
	write_rule(&w);
}

static void sip_save(const void *ip, const struct xt_entry_match *match)
{
	const struct writer w = {
		.out = stdout,
		.dashes = "--",
		.info = (const void *)match->data,
	};

	(void)ip;
	write_rule(&w);
}

static struct xtables_match xsip_match = {
	.version	= XTABLES_VERSION,
	.name		= "sip",
	.revision	= 0,
	.family		= NFPROTO_UNSPEC,
	.size		= XT_ALIGN(sizeof(struct xt_sip_mtinfo)),
	.userspacesize	= offsetof(struct xt_sip_mtinfo, rule),
	.help		= sip_help,
	.print		= sip_print,
	.save		= sip_save,
	.x6_parse	= sip_parse,
	.x6_fcheck	= sip_check,
	.x6_options	= sip_opts,
};

static __attribute__((constructor)) void sip_init(void)
{
	xtables_register_match(&xsip_match);
}
