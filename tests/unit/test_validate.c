// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_validate: every invalid rule, one line for each; and that all
 * bytes that pass are safe to compile and have no second encoding.
 *
 * Above 600 lines, as the tables of bad values have a line for each.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "random.h"
#include "sip/validate.h"
#include "sip/pattern.h"
#include "sip/rate.h"

/* ---- Valid rules ---- */

enum sample {
	REQUEST,
	NOT_RESPONSE,
	METHOD,
	STATUS,
	UA,
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
		.ua = UA_BYTES,
		.ua_count = 3,
		.ua_size = UA_SIZE,
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
		.ua = UA_BYTES,
		.ua_count = 3,
		.ua_size = UA_SIZE,
		TABLE,
	},
};

/* Validate a copy in a block of its own: ASan sees reads outside of it. */
static const char *validate(const struct xt_sip_mtinfo *info)
{
	struct xt_sip_mtinfo *block = malloc(SIP_RULE_SIZE);
	const char *error;

	assert_non_null(block);
	memcpy(block, info, SIP_RULE_SIZE);
	error = xsip_validate(block);
	assert_memory_equal(block, info, SIP_RULE_SIZE);
	free(block);
	return error;
}

static void test_samples(void **state)
{
	const char *error;
	int i;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		error = validate(&samples[i]);
		if (error)
			fail_msg("sample %d: %s", i, error);
	}
}

/* ---- One wrong value in a valid rule ---- */

#define SET(sample, field, value, error)				\
	{ sample, offsetof(struct xt_sip_mtinfo, field),		\
	  sizeof(((struct xt_sip_mtinfo *)0)->field), value, error }

static const struct {
	enum sample sample;
	size_t offset;
	size_t size;
	u32 value;
	const char *error;	/* part of it; NULL: it stays valid */
} rows[] = {
	SET(REQUEST, flags, 0, "at least one option"),
	SET(REQUEST, flags, XT_SIP_BY_DST, "at least one option"),
	SET(REQUEST, flags, XT_SIP_REQUEST | 1 << 16, "unknown flag"),
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

	SET(METHOD, methods, 0, "--method"),
	SET(METHOD, methods, 1 << XT_SIP_METHOD_COUNT, "--method"),
	SET(METHOD, methods, 1U << 31, "--method"),
	SET(METHOD, flags, XT_SIP_REQUEST, "--method"),
	SET(METHOD, invert, XT_SIP_METHOD, NULL),
	SET(DEFECT, defects, 0, "--defect"),
	SET(DEFECT, defects, 1 << XT_SIP_DEFECT_COUNT, "--defect"),
	SET(DEFECT, flags, XT_SIP_REQUEST, "--defect"),

	SET(STATUS, status_count, 0, "--status"),
	SET(STATUS, status_count, 1, "--status"),
	SET(STATUS, status_count, 3, "--status"),
	SET(STATUS, status_count, XT_SIP_STATUS_MAX, "--status"),
	SET(STATUS, status_count, XT_SIP_STATUS_MAX + 1, "--status"),
	SET(STATUS, status_count, 255, "--status"),
	SET(STATUS, status[0].first, 99, "--status"),
	SET(STATUS, status[0].first, 199, NULL),
	SET(STATUS, status[0].first, 200, "--status"),
	SET(STATUS, status[1].last, 485, "--status"),
	SET(STATUS, status[1].first, 150, "--status"),
	SET(STATUS, status[1].first, 199, "--status"),
	SET(STATUS, status[1].first, 200, "--status"),
	SET(STATUS, status[1].first, 201, NULL),
	SET(UA, ua[1], '\n', "--ua"),
	SET(UA, ua[1], 0x7f, "--ua"),
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
	SET(SOLICITED, name[0], 0, "--name"),
	SET(SOLICITED, prefix4, 33, "--prefix4"),
	SET(AUTH, flags, XT_SIP_AUTH | XT_SIP_SOLICITED, "--name"),

	SET(UA, ua_count, 0, "--ua"),
	SET(UA, ua_count, 2, "--ua"),
	SET(UA, ua_count, 4, "--ua"),
	SET(UA, ua_count, 65535, "--ua"),
	SET(UA, ua_size, 0, "--ua"),
	SET(UA, ua_size, UA_SIZE - 1, "--ua"),
	SET(UA, ua_size, UA_SIZE + 1, "--ua"),
	SET(UA, ua_size, XT_SIP_UA_SPACE, "--ua"),
	SET(UA, ua_size, XT_SIP_UA_SPACE + 1, "--ua"),
	SET(UA, ua_size, 65535, "--ua"),
	SET(UA, ua[0], 0, "--ua"),
	SET(UA, ua[0], XT_SIP_UA_START, "--ua"),
	SET(UA, ua[0], 4 | XT_SIP_UA_START | XT_SIP_UA_END, NULL),
	SET(UA, ua[0], 63, "--ua"),
	SET(UA, ua[1], 0, "--ua"),
	SET(UA, ua[1], 0xff, NULL),
	SET(UA, ua[UA_SIZE], 1, "--ua"),
	SET(UA, ua[XT_SIP_UA_SPACE - 1], 1, "--ua"),
	SET(UA, flags, XT_SIP_REQUEST, "inverted flag"),
	SET(UA, invert, 0, NULL),

	SET(RATE, rate, 0, "--rate"),
	SET(RATE, rate, 1, NULL),
	SET(RATE, rate, XT_SIP_RATE_MAX, NULL),
	SET(RATE, rate, XT_SIP_RATE_MAX + 1, "--rate"),
	SET(RATE, rate, U32_MAX, "--rate"),
	SET(RATE, rate_unit, 0, "--rate"),
	SET(RATE, rate_unit, 2, "--rate"),
	SET(RATE, rate_unit, 60, NULL),
	SET(RATE, rate_unit, 3600, NULL),
	SET(RATE, rate_unit, 86400, NULL),
	SET(RATE, rate_unit, 86401, "--rate"),
	SET(RATE, rate_unit, U32_MAX, "--rate"),
	SET(RATE, burst, 0, "--burst"),
	SET(RATE, burst, XT_SIP_RATE_MAX, NULL),
	SET(RATE, burst, XT_SIP_RATE_MAX + 1, "--burst"),
	SET(RATE, burst, U32_MAX, "--burst"),
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

	SET(USERS, users, 0, "--users: expected 1 to 200"),
	SET(USERS, users, 1, NULL),
	SET(USERS, users, XT_SIP_USERS_MAX, NULL),
	SET(USERS, users, XT_SIP_USERS_MAX + 1, "--users: expected 1 to 200"),
	SET(USERS, users, U32_MAX, "--users: expected 1 to 200"),
	SET(USERS, users_unit, 0, "--users: expected per"),
	SET(USERS, users_unit, 1, NULL),
	SET(USERS, users_unit, 2, "--users: expected per"),
	SET(USERS, users_unit, 60, NULL),
	SET(USERS, users_unit, 86400, NULL),
	SET(USERS, users_unit, 86401, "--users: expected per"),
	SET(USERS, users_unit, U32_MAX, "--users: expected per"),
	SET(USERS, flags, XT_SIP_METHOD | XT_SIP_BANNED,
	    "--users: value without its flag"),
	SET(USERS, flags, XT_SIP_METHOD | XT_SIP_USERS | XT_SIP_BY_DST, NULL),
	SET(USERS, flags, XT_SIP_METHOD | XT_SIP_USERS | XT_SIP_FORGIVE,
	    NULL),
	SET(USERS, rate, 1, "--burst"),
	SET(USERS, burst, 1, "--burst"),
	SET(USERS, name[0], 0, "--name"),
	SET(USERS, prefix4, 33, "--prefix4"),
	SET(REQUEST, users, 1, "--users"),
	SET(REQUEST, users_unit, 60, "--users"),
	SET(REQUEST, flags, XT_SIP_REQUEST | XT_SIP_USERS, "--users"),
	SET(RATE, users, 1, "--users"),
	SET(ALL, users, 0, "--users"),

	SET(FORGIVE, flags, XT_SIP_STATUS | XT_SIP_FORGIVE, NULL),
	SET(FORGIVE, flags, XT_SIP_STATUS | XT_SIP_BY_DST,
	    "need --banned, --rate, --users, --ban or --forgive"),
	SET(FORGIVE, flags, XT_SIP_STATUS | XT_SIP_FORGIVE | XT_SIP_BANNED,
	    NULL),
	SET(FORGIVE, flags, XT_SIP_STATUS | XT_SIP_FORGIVE | XT_SIP_BAN,
	    "--ban and --forgive"),
	SET(FORGIVE, ban, 3600, "--ban"),
	SET(FORGIVE, name[0], 0, "--name"),
	SET(FORGIVE, prefix6, 129, "--prefix6"),
	SET(REQUEST, flags, XT_SIP_REQUEST | XT_SIP_FORGIVE, "--name"),
	SET(BAN, flags, XT_SIP_BAN | XT_SIP_FORGIVE, "--ban and --forgive"),

	SET(BAN, ban, 0, "--ban"),
	SET(BAN, ban, 1, NULL),
	SET(BAN, ban, XT_SIP_BAN_MAX, NULL),
	SET(BAN, ban, XT_SIP_BAN_MAX + 1, "--ban"),
	SET(BAN, ban, U32_MAX, "--ban"),
	SET(BAN, flags, XT_SIP_BANNED, "--ban"),
	SET(ALL, invert, XT_SIP_BANNED, "--ban"),

	SET(REQUEST, prefix4, 1, "--prefix4"),
	SET(REQUEST, prefix6, 1, "--prefix6"),
	SET(REQUEST, name[0], 'a', "--name"),
	SET(REQUEST, name[31], 'a', "--name"),
	SET(BANNED, prefix4, 0, NULL),
	SET(BANNED, prefix4, 33, "--prefix4"),
	SET(BANNED, prefix4, 255, "--prefix4"),
	SET(BANNED, prefix6, 0, NULL),
	SET(BANNED, prefix6, 128, NULL),
	SET(BANNED, prefix6, 129, "--prefix6"),
	SET(BANNED, name[0], 0, "--name"),
	SET(BANNED, name[1], 0, "--name"),
	SET(BANNED, name[1], '/', "--name"),
	SET(BANNED, name[1], ' ', "--name"),
	SET(BANNED, name[1], '"', "--name"),
	SET(BANNED, name[1], 0x80, "--name"),
	SET(BANNED, name[1], '_', NULL),
	SET(BANNED, name[4], 'a', "--name"),
	SET(BANNED, name[31], 'a', "--name"),
};

static void test_bad_values(void **state)
{
	struct xt_sip_mtinfo info;
	const char *error;
	u16 narrow;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		info = samples[rows[i].sample];
		narrow = (u16)rows[i].value;
		if (rows[i].size == 1)
			((u8 *)&info)[rows[i].offset] = (u8)rows[i].value;
		else if (rows[i].size == 2)
			memcpy((u8 *)&info + rows[i].offset, &narrow, 2);
		else
			memcpy((u8 *)&info + rows[i].offset, &rows[i].value,
			       4);
		error = validate(&info);
		if (!error != !rows[i].error ||
		    (error && !strstr(error, rows[i].error)))
			fail_msg("row %zu: sample %d, byte %zu = %u: %s", i,
				 rows[i].sample, rows[i].offset,
				 rows[i].value, error ? error : "accepted");
	}
}

/* Every reserved byte, of every sample, whatever it holds. */
static void test_reserved(void **state)
{
	struct xt_sip_mtinfo info;
	const char *error;
	size_t byte;
	int i, bit;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		for (byte = 0; byte <= sizeof(info.reserved); byte++) {
			for (bit = 0; bit < 8; bit++) {
				info = samples[i];
				if (byte < sizeof(info.reserved))
					info.reserved[byte] = (u8)(1 << bit);
				else
					info.reserved0 = (u8)(1 << bit);
				error = validate(&info);
				assert_non_null(error);
				assert_non_null(strstr(error, "reserved"));
			}
		}
	}
}

/* As many codes as there can be, and one more. */
static void test_all_codes(void **state)
{
	struct xt_sip_mtinfo info = samples[STATUS];
	const char *error;
	int i;

	(void)state;
	for (i = 0; i < XT_SIP_STATUS_MAX; i++) {
		info.status[i].first = (u16)(200 + 2 * i);
		info.status[i].last = (u16)(200 + 2 * i);
	}
	info.status_count = XT_SIP_STATUS_MAX;
	assert_null(validate(&info));
	info.status_count++;
	error = validate(&info);
	assert_non_null(error);
	assert_non_null(strstr(error, "--status: expected at most 16"));
}

/* A text at the end of the rule's buffer, and one that runs past it. */
static void test_all_texts(void **state)
{
	struct xt_sip_mtinfo info = samples[UA];
	const char *error;
	int at;

	(void)state;
	memset(info.ua, 'x', sizeof(info.ua));
	for (at = 0; at < XT_SIP_UA_SPACE; at += 64)
		info.ua[at] = 63;
	info.ua_size = XT_SIP_UA_SPACE;
	info.ua_count = XT_SIP_UA_SPACE / 64;
	assert_null(validate(&info));
	info.ua[XT_SIP_UA_SPACE - 64] = 62;
	info.ua[XT_SIP_UA_SPACE - 1] = 1;
	info.ua_count++;
	error = validate(&info);
	assert_non_null(error);
	assert_non_null(strstr(error, "--ua"));
}

/* The kernel's own pointer is nothing that a rule says. */
static void test_pointer(void **state)
{
	struct xt_sip_mtinfo info = samples[REQUEST];

	(void)state;
	info.rule = (struct xsip_rule *)0x1234;
	assert_null(xsip_validate(&info));
	assert_int_equal(SIP_RULE_SIZE, sizeof(info) - 8);
}

static void test_names(void **state)
{
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
	char *name = malloc(XT_SIP_NAME_LEN);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		memset(name, 0, XT_SIP_NAME_LEN);
		memcpy(name, names[i].name, strlen(names[i].name));
		if (xsip_name_valid(name) != names[i].valid)
			fail_msg("name \"%s\"", names[i].name);
	}
	memset(name, 0, XT_SIP_NAME_LEN);
	name[0] = 'a';
	for (i = 2; i < XT_SIP_NAME_LEN; i++) {
		name[i] = 'b';
		assert_false(xsip_name_valid(name));
		name[i] = 0;
	}
	free(name);
}

/* Two options that cannot both hold, and the same where they can. */
static void test_conflicts(void **state)
{
	static const struct {
		u32 flags;
		u32 invert;
		bool valid;
	} pairs[] = {
		{ XT_SIP_REQUEST | XT_SIP_RESPONSE, 0, false },
		{ XT_SIP_REQUEST | XT_SIP_RESPONSE, XT_SIP_RESPONSE, true },
		{ XT_SIP_REQUEST | XT_SIP_RESPONSE,
		  XT_SIP_REQUEST | XT_SIP_RESPONSE, true },
		{ XT_SIP_REQUEST | XT_SIP_STATUS, 0, false },
		{ XT_SIP_REQUEST | XT_SIP_STATUS, XT_SIP_REQUEST, true },
		{ XT_SIP_REQUEST | XT_SIP_STATUS, XT_SIP_STATUS, true },
		{ XT_SIP_RESPONSE | XT_SIP_AUTH, 0, true },
		{ XT_SIP_STATUS | XT_SIP_AUTH, 0, true },
		{ XT_SIP_REQUEST | XT_SIP_SOLICITED, 0, false },
		{ XT_SIP_REQUEST | XT_SIP_SOLICITED, XT_SIP_SOLICITED, true },
		{ XT_SIP_REQUEST | XT_SIP_SOLICITED, XT_SIP_REQUEST, true },
		{ XT_SIP_SCANNER | XT_SIP_SOLICITED, 0, false },
		{ XT_SIP_SCANNER | XT_SIP_SOLICITED, XT_SIP_SCANNER, true },
		{ XT_SIP_RESPONSE | XT_SIP_SOLICITED, 0, true },
		{ XT_SIP_RESPONSE | XT_SIP_SCANNER, 0, false },
		{ XT_SIP_RESPONSE | XT_SIP_SCANNER, XT_SIP_SCANNER, true },
		{ XT_SIP_RESPONSE | XT_SIP_SCANNER, XT_SIP_RESPONSE, true },
		{ XT_SIP_STATUS | XT_SIP_SCANNER, 0, false },
		{ XT_SIP_STATUS | XT_SIP_SCANNER, XT_SIP_SCANNER, true },
		{ XT_SIP_STATUS | XT_SIP_SCANNER, XT_SIP_STATUS, true },
		{ XT_SIP_REQUEST | XT_SIP_SCANNER, 0, true },
		{ XT_SIP_REQUEST | XT_SIP_SCANNER, XT_SIP_REQUEST, true },
	};
	struct xt_sip_mtinfo info;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		memset(&info, 0, sizeof(info));
		info.flags = pairs[i].flags;
		info.invert = pairs[i].invert;
		if (info.flags & XT_SIP_SOLICITED)
			info.name[0] = 's';
		if (info.flags & XT_SIP_STATUS) {
			info.status_count = 1;
			info.status[0].first = 200;
			info.status[0].last = 299;
		}
		if (!validate(&info) != pairs[i].valid)
			fail_msg("flags %#x, inverted %#x", pairs[i].flags,
				 pairs[i].invert);
	}
}

/* ---- Bytes that nobody chose ---- */

static bool zeroes(const void *start, size_t size)
{
	const u8 *p = start;

	while (size && !*p) {
		p++;
		size--;
	}
	return !size;
}

/* What no flag asks for is zero, so that a rule has one encoding. */
static void check_canonical(const struct xt_sip_mtinfo *i)
{
	size_t used = i->status_count;

	assert_false(i->flags & ~(u32)XT_SIP_FLAGS_ALL);
	assert_false(i->invert & ~i->flags);
	assert_int_equal(!!(i->flags & XT_SIP_METHOD), !!i->methods);
	assert_int_equal(!!(i->flags & XT_SIP_DEFECT), !!i->defects);
	assert_int_equal(!!(i->flags & XT_SIP_STATUS), !!used);
	assert_in_range(used, 0, XT_SIP_STATUS_MAX);
	assert_true(zeroes(&i->status[used],
			   (XT_SIP_STATUS_MAX - used) * sizeof(*i->status)));
	assert_int_equal(!!(i->flags & XT_SIP_UA), !!i->ua_count);
	assert_in_range(i->ua_size, 0, XT_SIP_UA_SPACE);
	assert_int_equal(!!i->ua_size, !!i->ua_count);
	assert_true(zeroes(&i->ua[i->ua_size], XT_SIP_UA_SPACE - i->ua_size));
	assert_int_equal(!!(i->flags & XT_SIP_RATE),
			 i->rate || i->rate_unit || i->burst);
	assert_int_equal(!!(i->flags & XT_SIP_BAN), !!i->ban);
	assert_int_equal(!!(i->flags & XT_SIP_USERS), !!i->users);
	assert_int_equal(!i->users, !i->users_unit);
	assert_in_range(i->users, 0, XT_SIP_USERS_MAX);
	assert_int_equal(i->reserved0, 0);
	assert_true(!(i->flags & XT_SIP_BAN) || !(i->flags & XT_SIP_FORGIVE));
	assert_true(zeroes(i->reserved, sizeof(i->reserved)));
	if (i->flags & XT_SIP_NEEDS_TABLE)
		assert_true(xsip_name_valid(i->name));
	else
		assert_true(zeroes(i->name, sizeof(i->name)) &&
			    !i->prefix4 && !i->prefix6);
}

/* What a rule that passed is used for. */
static void use(const struct xt_sip_mtinfo *info)
{
	struct xsip_pattern *pattern;
	u8 *texts, value[64];
	struct xsip_rate rate;
	u32 i;

	check_canonical(info);
	if (info->flags & XT_SIP_RATE)
		assert_true(xsip_rate_init(&rate, info->rate, info->rate_unit,
					   info->burst));
	texts = malloc(info->ua_size);
	memcpy(texts, info->ua, info->ua_size);
	pattern = xsip_pattern_compile(texts, info->ua_size);
	free(texts);
	assert_non_null(pattern);
	for (i = 0; i < sizeof(value); i++)
		value[i] = (u8)random_below(256);
	xsip_pattern_match(pattern, value, value + sizeof(value));
	xsip_pattern_free(pattern);
}

/* A rule full of texts, lengths and anchors by chance. */
static void fill_texts(struct xt_sip_mtinfo *info)
{
	u32 wanted = 1 + random_below(XT_SIP_UA_SPACE);
	u32 len, i;

	memset(info->ua, 0, sizeof(info->ua));
	info->ua_size = 0;
	info->ua_count = 0;
	while (info->ua_size + 2 <= (int)wanted) {
		len = 1 + random_below(63);
		if (len >= wanted - info->ua_size)
			len = wanted - info->ua_size - 1;
		info->ua[info->ua_size++] = (u8)(random_below(4) << 6 | len);
		/* No control byte: 0x20 to 0x7e, 0x80 to 0xff. */
		for (i = 0; i < len; i++) {
			info->ua[info->ua_size] =
				(u8)(0x20 + random_below(223));
			info->ua[info->ua_size] +=
				info->ua[info->ua_size] >= 0x7f;
			info->ua_size++;
		}
		info->ua_count++;
	}
	if (!info->ua_count) {
		info->ua[0] = 1;
		info->ua[1] = 'x';
		info->ua_size = 2;
		info->ua_count = 1;
	}
}

static void mutate(struct xt_sip_mtinfo *info)
{
	u8 *bytes = (u8 *)info;
	u32 n = 1 + random_below(3);
	u32 at;

	while (n--) {
		at = random_below(4) ?
			random_below(offsetof(struct xt_sip_mtinfo, reserved)) :
			random_below(SIP_RULE_SIZE);
		switch (random_below(3)) {
		case 0:
			bytes[at] ^= (u8)(1 << random_below(8));
			break;
		case 1:
			bytes[at] += random_bit() ? 1 : 255;
			break;
		default:
			bytes[at] = (u8)random_below(256);
		}
	}
}

static void test_mutations(void **state)
{
	u32 accepted = 0, rounds = 100000;
	struct xt_sip_mtinfo info;
	u32 i;

	(void)state;
	for (i = 0; i < rounds; i++) {
		info = samples[i % SAMPLES];
		if (info.flags & XT_SIP_UA && random_bit()) {
			fill_texts(&info);
			assert_null(validate(&info));
		}
		mutate(&info);
		if (!validate(&info)) {
			accepted++;
			use(&info);
		}
	}
	assert_in_range(accepted, rounds / 200, rounds - rounds / 4);
}

static void test_noise(void **state)
{
	struct xt_sip_mtinfo info;
	u32 i, j;

	(void)state;
	for (i = 0; i < 5000; i++) {
		for (j = 0; j < sizeof(info); j++)
			((u8 *)&info)[j] = (u8)random_below(256);
		assert_non_null(validate(&info));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_reserved),
		cmocka_unit_test(test_all_codes),
		cmocka_unit_test(test_all_texts),
		cmocka_unit_test(test_pointer),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_conflicts),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
