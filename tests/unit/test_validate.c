// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_validate: every invalid rule, one line for each. tests/fuzz
 * compares it with a second check, and uses what passes.
 */
#include "sip/validate.h"
#include "test.h"

/* ---- Valid rules ---- */

enum sample {
	REQUEST,
	NOT_RESPONSE,
	METHOD,
	STATUS,
	UA,
	URI,
	SCANNER,
	MALFORMED,
	DEFECT,
	AUTH,
	SOLICITED,
	BANNED,
	RATE,
	USERS,
	BAN,
	FORGIVE,
	ALL,
	SAMPLES
};

#define UA_BYTES	"\x04" "evil" "\x43" "sip" "\x81" "x"
#define UA_SIZE		(sizeof(UA_BYTES) - 1)
#define TABLE		.name = "sip", .prefix4 = 32, .prefix6 = 64

static const struct xt_sip_mtinfo samples[SAMPLES] = {
	[REQUEST] = { .flags = XT_SIP_REQUEST },
	[NOT_RESPONSE] = {
		.flags = XT_SIP_RESPONSE,
		.invert = XT_SIP_RESPONSE,
	},
	[METHOD] = {
		.flags = XT_SIP_METHOD,
		.methods = 1 << XT_SIP_REGISTER | 1 << XT_SIP_OTHER,
	},
	[STATUS] = {
		.flags = XT_SIP_RESPONSE | XT_SIP_STATUS,
		.status_count = 2,
		.status = { { 100, 199 }, { 486, 486 } },
	},
	[UA] = {
		.flags = XT_SIP_UA,
		.invert = XT_SIP_UA,
		.texts = UA_BYTES,
		.text_count = 3,
		.text_size = UA_SIZE,
	},
	[URI] = {
		.flags = XT_SIP_URI,
		.texts = UA_BYTES,
		.text_count = 3,
		.text_size = UA_SIZE,
	},
	[SCANNER] = { .flags = XT_SIP_REQUEST | XT_SIP_SCANNER },
	[MALFORMED] = { .flags = XT_SIP_MALFORMED },
	[DEFECT] = {
		.flags = XT_SIP_DEFECT,
		.defects = 1 << XT_SIP_CSEQ | 1 << XT_SIP_CHARSET,
	},
	[AUTH] = { .flags = XT_SIP_REQUEST | XT_SIP_AUTH },
	[SOLICITED] = {
		.flags = XT_SIP_RESPONSE | XT_SIP_AUTH | XT_SIP_SOLICITED,
		TABLE,
	},
	[BANNED] = { .flags = XT_SIP_BANNED, TABLE },
	[RATE] = {
		.flags = XT_SIP_RATE | XT_SIP_BY_DST,
		.rate = 50,
		.rate_unit = 1,
		.burst = 100,
		TABLE,
	},
	[USERS] = {
		.flags = XT_SIP_METHOD | XT_SIP_USERS,
		.methods = 1 << XT_SIP_REGISTER,
		.users = 20,
		.users_unit = 3600,
		TABLE,
	},
	[BAN] = { .flags = XT_SIP_BAN, .ban = 3600, TABLE },
	[FORGIVE] = {
		.flags = XT_SIP_STATUS | XT_SIP_BY_DST | XT_SIP_FORGIVE,
		.status_count = 1,
		.status = { { 200, 299 } },
		TABLE,
	},
	[ALL] = {
		.flags = XT_SIP_REQUEST | XT_SIP_METHOD | XT_SIP_UA |
			 XT_SIP_SCANNER | XT_SIP_MALFORMED | XT_SIP_DEFECT |
			 XT_SIP_AUTH | XT_SIP_BANNED | XT_SIP_RATE |
			 XT_SIP_USERS | XT_SIP_BY_DST | XT_SIP_BAN,
		.invert = XT_SIP_AUTH | XT_SIP_DEFECT | XT_SIP_RATE,
		.methods = (1 << XT_SIP_METHOD_COUNT) - 1,
		.defects = (1 << XT_SIP_DEFECT_COUNT) - 1,
		.rate = XT_SIP_RATE_MAX,
		.rate_unit = 86400,
		.burst = XT_SIP_RATE_MAX,
		.users = XT_SIP_USERS_MAX,
		.users_unit = 86400,
		.ban = XT_SIP_BAN_MAX,
		.texts = UA_BYTES,
		.text_count = 3,
		.text_size = UA_SIZE,
		TABLE,
	},
};

/* A copy is validated; @error is part of what is said, NULL if it is valid. */
static void check(const struct xt_sip_mtinfo *info, const char *error,
		  const char *what, size_t row)
{
	struct xsip_range block __block = block_of(info, SIP_RULE_SIZE);
	const char *said;

	said = xsip_validate((const struct xt_sip_mtinfo *)block.p);
	assert_memory_equal(block.p, info, SIP_RULE_SIZE);
	if (!said != !error || (said && !strstr(said, error)))
		wrong("%s, row %zu: %s", what, row, said ?: "accepted");
}

TEST(samples)
{
	for_each(sample, samples)
		check(sample, NULL, "sample", (size_t)(sample - samples));
}

/* ---- One wrong value in a valid rule ---- */

struct place {
	size_t offset;
	size_t size;
};

#define FIELD(field)							\
	{ offsetof(struct xt_sip_mtinfo, field),			\
	  sizeof(((struct xt_sip_mtinfo *)0)->field) }
#define SET(sample, field, value, error)				\
	{ sample, FIELD(field), value, error }

static const struct {
	enum sample sample;
	struct place place;
	u32 value;
	const char *error;	/* part of it; NULL: it stays valid */
} rows[] = {
	SET(REQUEST, flags, 0, "at least one option"),
	SET(REQUEST, flags, XT_SIP_BY_DST, "at least one option"),
	SET(REQUEST, flags, XT_SIP_REQUEST | (XT_SIP_FLAGS_ALL + 1),
	    "unknown flag"),
	SET(REQUEST, flags, XT_SIP_REQUEST | 1U << 31, "unknown flag"),
	SET(REQUEST, flags, XT_SIP_REQUEST | XT_SIP_RESPONSE,
	    "--request and --response"),
	SET(REQUEST, flags, XT_SIP_REQUEST | XT_SIP_BY_DST, "--by"),
	SET(REQUEST, invert, XT_SIP_REQUEST, NULL),
	SET(REQUEST, invert, XT_SIP_RESPONSE, "inverted flag"),
	SET(REQUEST, invert, 1U << 31, "inverted flag"),
	SET(RATE, invert, XT_SIP_RATE, NULL),
	SET(RATE, invert, XT_SIP_BY_DST, "inverted flag"),
	SET(BAN, invert, XT_SIP_BAN, "inverted flag"),
	SET(USERS, invert, XT_SIP_METHOD, NULL),
	SET(USERS, invert, XT_SIP_USERS, "inverted flag"),
	SET(FORGIVE, invert, XT_SIP_STATUS, NULL),
	SET(FORGIVE, invert, XT_SIP_FORGIVE, "inverted flag"),
	SET(FORGIVE, invert, XT_SIP_BY_DST, "inverted flag"),

	SET(METHOD, flags, XT_SIP_REQUEST, "--method"),
	SET(METHOD, invert, XT_SIP_METHOD, NULL),
	SET(DEFECT, flags, XT_SIP_REQUEST, "--defect"),

	SET(STATUS, status_count, 0, "--status"),
	SET(STATUS, status_count, 3, "--status"),
	SET(STATUS, status_count, XT_SIP_STATUS_MAX, "--status"),
	SET(STATUS, status_count, XT_SIP_STATUS_MAX + 1, "--status"),
	SET(STATUS, status[0].first, 99, "--status"),
	SET(STATUS, status[0].first, 199, NULL),
	SET(STATUS, status[0].first, 200, "--status"),
	SET(STATUS, status[1].last, 485, "--status"),
	SET(STATUS, status[1].first, 200, "--status"),
	SET(STATUS, status[1].first, 201, NULL),
	SET(UA, texts[1], '\n', "texts"),
	SET(UA, texts[1], 0x7f, "texts"),
	SET(STATUS, status[1].last, 999, NULL),
	SET(STATUS, status[1].last, 1000, "--status"),
	SET(STATUS, status[2].first, 100, "--status"),
	SET(STATUS, status[15].last, 1, "--status"),
	SET(STATUS, flags, XT_SIP_RESPONSE, "--status"),
	SET(STATUS, flags, XT_SIP_STATUS, NULL),
	SET(STATUS, flags, XT_SIP_STATUS | XT_SIP_REQUEST, "--status"),
	SET(STATUS, flags, XT_SIP_STATUS | XT_SIP_AUTH, NULL),
	SET(AUTH, flags, XT_SIP_AUTH | XT_SIP_RESPONSE, NULL),
	SET(SOLICITED, flags, XT_SIP_SOLICITED, NULL),
	SET(SOLICITED, flags, XT_SIP_SOLICITED | XT_SIP_BY_DST, NULL),
	SET(SOLICITED, flags, XT_SIP_SOLICITED | XT_SIP_REQUEST,
	    "--solicited needs a response: leave out --request"),
	SET(SOLICITED, flags, XT_SIP_SOLICITED | XT_SIP_SCANNER,
	    "--scanner needs a request, --solicited a response"),
	SET(SOLICITED, invert, XT_SIP_SOLICITED, NULL),
	SET(AUTH, flags, XT_SIP_AUTH | XT_SIP_SOLICITED, "--name"),

	SET(UA, text_count, 0, "texts"),
	SET(UA, text_count, 2, "texts"),
	SET(UA, text_count, 4, "texts"),
	SET(UA, text_size, 0, "texts"),
	SET(UA, text_size, UA_SIZE - 1, "texts"),
	SET(UA, text_size, UA_SIZE + 1, "texts"),
	SET(UA, text_size, XT_SIP_TEXT_SPACE, "texts"),
	SET(UA, text_size, XT_SIP_TEXT_SPACE + 1, "texts"),
	SET(UA, texts[0], 0, "texts"),
	SET(UA, texts[0], XT_SIP_TEXT_START, "texts"),
	SET(UA, texts[0], 4 | XT_SIP_TEXT_START | XT_SIP_TEXT_END, NULL),
	SET(UA, texts[0], 63, "texts"),
	SET(UA, texts[1], 0, "texts"),
	SET(UA, texts[1], 0xff, NULL),
	SET(UA, texts[UA_SIZE], 1, "texts"),
	SET(UA, texts[XT_SIP_TEXT_SPACE - 1], 1, "texts"),
	SET(UA, flags, XT_SIP_REQUEST, "inverted flag"),
	SET(UA, flags, XT_SIP_UA | XT_SIP_FROM,
	    "--ua, --uri, --from, --to and --contact exclude each other"),
	SET(URI, flags, XT_SIP_URI | XT_SIP_CONTACT,
	    "--ua, --uri, --from, --to and --contact exclude each other"),
	SET(URI, flags, XT_SIP_REQUEST, "texts: expected at least one"),
	SET(URI, flags, XT_SIP_FROM, NULL),
	SET(URI, flags, XT_SIP_TO, NULL),
	SET(URI, flags, XT_SIP_CONTACT | XT_SIP_RESPONSE, NULL),
	SET(URI, flags, XT_SIP_URI | XT_SIP_REQUEST, NULL),
	SET(URI, flags, XT_SIP_URI | XT_SIP_RESPONSE,
	    "--uri needs a request: a response has no Request-URI"),
	SET(URI, invert, XT_SIP_URI, NULL),
	SET(UA, invert, 0, NULL),

	SET(RATE, flags, XT_SIP_BANNED, "--burst"),
	SET(REQUEST, burst, 5, "--burst"),
	SET(REQUEST, rate, 5, "--rate"),
	SET(ALL, rate, 1, "--burst"),

	SET(SCANNER, flags, XT_SIP_SCANNER, NULL),
	SET(SCANNER, flags, XT_SIP_SCANNER | XT_SIP_AUTH, NULL),
	SET(SCANNER, flags, XT_SIP_SCANNER | XT_SIP_RESPONSE,
	    "--scanner needs a request: leave out --response"),
	SET(STATUS, flags, XT_SIP_SCANNER | XT_SIP_STATUS,
	    "--scanner needs a request, --status a response"),
	SET(SCANNER, flags, XT_SIP_SCANNER | XT_SIP_BY_DST, "--by"),
	SET(SCANNER, flags, XT_SIP_SCANNER | XT_SIP_BANNED, "--name"),
	SET(SCANNER, invert, XT_SIP_SCANNER, NULL),
	SET(SCANNER, prefix4, 32, "--prefix4"),

	SET(USERS, flags, XT_SIP_METHOD | XT_SIP_BANNED,
	    "--users: value without its flag"),
	SET(USERS, flags, XT_SIP_METHOD | XT_SIP_USERS | XT_SIP_BY_DST, NULL),
	SET(USERS, flags, XT_SIP_METHOD | XT_SIP_USERS | XT_SIP_FORGIVE,
	    NULL),
	SET(USERS, rate, 1, "--burst"),
	SET(USERS, burst, 1, "--burst"),
	SET(REQUEST, users, 1, "--users"),
	SET(REQUEST, users_unit, 60, "--users"),
	SET(REQUEST, flags, XT_SIP_REQUEST | XT_SIP_USERS, "--users"),
	SET(RATE, users, 1, "--users"),
	SET(ALL, users, 0, "--users"),

	SET(FORGIVE, flags, XT_SIP_STATUS | XT_SIP_FORGIVE, NULL),
	SET(FORGIVE, flags, XT_SIP_STATUS | XT_SIP_BY_DST,
	    "need an option on the source, such as --banned"),
	SET(FORGIVE, flags, XT_SIP_STATUS | XT_SIP_FORGIVE | XT_SIP_BANNED,
	    NULL),
	SET(FORGIVE, flags, XT_SIP_STATUS | XT_SIP_FORGIVE | XT_SIP_BAN |
	    XT_SIP_BY_DST, "--ban and --forgive"),
	SET(FORGIVE, flags, XT_SIP_STATUS | XT_SIP_BAN, "expected --by dst"),
	SET(BAN, flags, XT_SIP_BAN | XT_SIP_RESPONSE, "expected --by dst"),
	SET(BAN, flags, XT_SIP_BAN | XT_SIP_RESPONSE | XT_SIP_BY_DST, NULL),
	SET(BAN, ban_most, 3600, "a longer time"),
	SET(BAN, ban_most, 3601, NULL),
	SET(BAN, ban_most, 31536000, NULL),
	SET(BAN, ban_most, 31536001, "at most 365d"),
	SET(BANNED, ban_most, 5, "--ban"),
	SET(BANNED, flags, XT_SIP_TRUSTED, NULL),
	SET(BANNED, flags, XT_SIP_BANNED | XT_SIP_TRUSTED, "nobody is both"),
	SET(BANNED, flags, XT_SIP_TRUST, "--trust: expected a time"),
	SET(BANNED, trust, 7200, "--trust"),
	SET(FORGIVE, ban, 3600, "--ban"),
	SET(REQUEST, flags, XT_SIP_REQUEST | XT_SIP_FORGIVE, "--name"),
	SET(BAN, flags, XT_SIP_BAN | XT_SIP_FORGIVE, "--ban and --forgive"),

	SET(BAN, flags, XT_SIP_BANNED, "--ban"),
	SET(ALL, invert, XT_SIP_BANNED, "--ban"),

	SET(REQUEST, prefix4, 1, "--prefix4"),
	SET(REQUEST, prefix6, 1, "--prefix6"),
	SET(REQUEST, name[0], 'a', "--name"),
	SET(REQUEST, name[31], 'a', "--name"),
	SET(BANNED, name[0], 0, "--name"),
	SET(BANNED, name[1], 0, "--name"),
	SET(BANNED, name[4], 'a', "--name"),
	SET(BANNED, name[31], 'a', "--name"),
};

#define LIMIT(sample, field, least, most, error)			\
	{ sample, FIELD(field), least, most, error }

static const struct {
	enum sample sample;
	struct place place;
	u32 least;
	u32 most;
	const char *error;	/* for any other value */
} limits[] = {
	LIMIT(METHOD, methods, 1, (1 << XT_SIP_METHOD_COUNT) - 1, "--method"),
	LIMIT(DEFECT, defects, 1, (1 << XT_SIP_DEFECT_COUNT) - 1, "--defect"),
	LIMIT(RATE, rate, 1, XT_SIP_RATE_MAX, "--rate"),
	LIMIT(RATE, burst, 1, XT_SIP_RATE_MAX, "--burst"),
	LIMIT(USERS, users, 1, XT_SIP_USERS_MAX, "--users: expected 1 to 200"),
	LIMIT(BAN, ban, 1, XT_SIP_BAN_MAX, "--ban"),
	LIMIT(BANNED, prefix4, 0, 32, "--prefix4"),
	LIMIT(BANNED, prefix6, 0, 128, "--prefix6"),
};

/* Of the units of --rate and --users. */
static const struct {
	u32 seconds;
	bool good;
} units[] = {
	{ 0, false }, { 1, true }, { 2, false }, { 60, true }, { 3600, true },
	{ 86400, true }, { 86401, false }, { U32_MAX, false },
};

static void check_value(enum sample sample, struct place place, u32 value,
			const char *error)
{
	struct xt_sip_mtinfo info = samples[sample];

	/* Little-endian: the low bytes. */
	memcpy((u8 *)&info + place.offset, &value, place.size);
	check(&info, error, "byte", place.offset);
}

TEST(values)
{
	static const struct place rate_unit = FIELD(rate_unit);
	static const struct place users_unit = FIELD(users_unit);

	for_each(row, rows)
		check_value(row->sample, row->place, row->value, row->error);
	for_each(row, limits) {
		check_value(row->sample, row->place, row->least, NULL);
		check_value(row->sample, row->place, row->most, NULL);
		check_value(row->sample, row->place, row->most + 1, row->error);
		check_value(row->sample, row->place, U32_MAX, row->error);
		if (row->least)
			check_value(row->sample, row->place, 0, row->error);
	}
	for_each(unit, units) {
		check_value(RATE, rate_unit, unit->seconds,
			    unit->good ? NULL : "--rate");
		check_value(USERS, users_unit, unit->seconds,
			    unit->good ? NULL : "--users: expected per");
	}
}

/* Every reserved byte, of every sample, whatever it holds. */
TEST(reserved)
{
	struct xt_sip_mtinfo info;
	size_t byte;
	int bit;

	for_each(sample, samples)
		for (byte = 0; byte <= sizeof(info.reserved); byte++)
			for (bit = 0; bit < 8; bit++) {
				info = *sample;
				if (byte < sizeof(info.reserved))
					info.reserved[byte] = (u8)(1 << bit);
				else
					info.reserved0 = (u8)(1 << bit);
				check(&info, "reserved", "reserved", byte);
			}
}

/* As many codes as there can be, and one more. */
TEST(all_codes)
{
	struct xt_sip_mtinfo info = samples[STATUS];
	int i;

	for (i = 0; i < XT_SIP_STATUS_MAX; i++) {
		info.status[i].first = (u16)(200 + 2 * i);
		info.status[i].last = (u16)(200 + 2 * i);
	}
	info.status_count = XT_SIP_STATUS_MAX;
	check(&info, NULL, "codes", 16);
	info.status_count++;
	check(&info, "--status: expected at most 16", "codes", 17);
}

/* A text at the end of the rule's buffer, and one that runs past it. */
TEST(all_texts)
{
	struct xt_sip_mtinfo info = samples[UA];
	int at;

	memset(info.texts, 'x', sizeof(info.texts));
	for (at = 0; at < XT_SIP_TEXT_SPACE; at += 64)
		info.texts[at] = 63;
	info.text_size = XT_SIP_TEXT_SPACE;
	info.text_count = XT_SIP_TEXT_SPACE / 64;
	check(&info, NULL, "texts", 44);
	info.texts[XT_SIP_TEXT_SPACE - 64] = 62;
	info.texts[XT_SIP_TEXT_SPACE - 1] = 1;
	info.text_count++;
	check(&info, "texts", "texts", 45);
}

/* The kernel's own pointer is nothing that a rule says. */
TEST(pointer)
{
	struct xt_sip_mtinfo info = samples[REQUEST];

	info.rule = (struct xsip_rule *)0x1234;
	assert_null(xsip_validate(&info));
	assert_int_equal(SIP_RULE_SIZE, sizeof(info) - 8);
}

static const struct {
	const char *name;
	bool valid;
} names[] = {
	{ "", false },
	{ "a", true },
	{ "0", true },
	{ "sip", true },
	{ "Trunk-1_b.c", true },
	{ "1234567890123456789012345678901", true },
	{ "12345678901234567890123456789012", false },
	{ ".", false },
	{ "..", false },
	{ ".a", false },
	{ "a b", false },
	{ "a\n", false },
	{ "a/b", false },
	{ "a=b", false },
	{ "a\"", false },
	{ "a\\", false },
	{ "caf\xc3\xa9", false },
};

TEST(names)
{
	char name[XT_SIP_NAME_LEN] = "a";
	size_t i;

	for_each(row, names) {
		struct xsip_range block __block;
		char copy[XT_SIP_NAME_LEN + 1] = "";

		strcpy(copy, row->name);
		block = block_of(copy, XT_SIP_NAME_LEN);
		expect_int(row->name, xsip_name_valid((char *)block.p),
			   row->valid);
	}
	for (i = 2; i < XT_SIP_NAME_LEN; i++) {
		name[i] = 'b';
		assert_false(xsip_name_valid(name));
		name[i] = 0;
	}
}

/* Two options: can both hold? If not, one of them may be inverted. */
static const struct {
	u32 one;
	u32 other;
	bool valid;
} pairs[] = {
	{ XT_SIP_REQUEST, XT_SIP_RESPONSE, false },
	{ XT_SIP_REQUEST, XT_SIP_STATUS, false },
	{ XT_SIP_REQUEST, XT_SIP_SOLICITED, false },
	{ XT_SIP_SCANNER, XT_SIP_SOLICITED, false },
	{ XT_SIP_SCANNER, XT_SIP_RESPONSE, false },
	{ XT_SIP_SCANNER, XT_SIP_STATUS, false },
	{ XT_SIP_REQUEST, XT_SIP_SCANNER, true },
	{ XT_SIP_RESPONSE, XT_SIP_AUTH, true },
	{ XT_SIP_RESPONSE, XT_SIP_SOLICITED, true },
	{ XT_SIP_STATUS, XT_SIP_AUTH, true },
};

TEST(pairs)
{
	struct xt_sip_mtinfo info;

	for_each(row, pairs) {
		const u32 inverted[] = {
			0, row->one, row->other, row->one | row->other,
		};

		memset(&info, 0, sizeof(info));
		info.flags = row->one | row->other;
		if (info.flags & XT_SIP_SOLICITED)
			info.name[0] = 's';
		if (info.flags & XT_SIP_STATUS) {
			info.status_count = 1;
			info.status[0].first = 200;
			info.status[0].last = 299;
		}
		for_each(invert, inverted) {
			info.invert = *invert;
			check(&info, *invert || row->valid ? NULL : "--",
			      "flags", info.flags);
		}
	}
}
