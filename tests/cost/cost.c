// SPDX-License-Identifier: GPL-2.0
/*
 * cost: measures what messages made to be expensive cost the files of
 * kernel/sip/, in instructions (see steps.h).
 *
 * Jobs are what a rule may ask: to parse; --scanner; --ua or --contact with 200
 * texts; --users. For each kind of message and each size, in instructions per
 * byte that may be read, the parse has to be within 3 times that of an ordinary
 * REGISTER, and all jobs together within 4 times; of a few kinds that are read
 * byte by byte, within some times that.
 *
 * Usage: cost [PART OF A NAME]. Prints a table, then "N passed, N failed".
 */
#include <stdio.h>

#include "sip/agent.h"
#include "sip/scanner.h"
#include "sip/uri.h"
#include "sip/user.h"
#include "kinds.h"
#include "steps.h"

#define PARSE_FACTOR	3
/* Every job may look at a repeated User-Agent again. */
#define ALL_FACTOR	4
/* Small, and so large that a cost above linear shows. */
static const size_t sizes[] = { 600, 2048 };

/* ---- Jobs ---- */

static struct xsip_pattern *texts;
static struct xsip_parsed parsed;

static void do_nothing(void)
{
}

static void do_parse(void)
{
	xsip_parse(&parsed.payload, &parsed.msg);
}

static void do_scanner(void)
{
	xsip_scanner_tool(&parsed);
}

static void do_texts(void)
{
	xsip_agent_match(texts, &parsed);
}

static void do_contacts(void)
{
	xsip_uri_match(texts, &parsed, SIP_CONTACT);
}

/* As --users reads them, but for the hash. */
static void do_user(void)
{
	static const enum xsip_field fields[] = { SIP_FROM, SIP_TO };
	struct xsip_range user;
	u8 bytes[SIP_USER_CHUNK];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		user = xsip_user_of(&parsed, fields[i]);
		while (user.p < user.end)
			xsip_user_next(&user, bytes);
	}
}

static const struct {
	const char *name;
	void (*run)(void);
} jobs[] = {
	{ "nothing", do_nothing },
	{ "parse", do_parse },
	{ "scanner", do_scanner },
	{ "ua", do_texts },
	{ "contact", do_contacts },
	{ "users", do_user },
};

#define JOBS	ARRAY_SIZE(jobs)
#define PARSE	1		/* the first of them that does something */

/* Texts such as an administrator has, and each begins like another. */
static bool prepare(void)
{
	static u8 space[XT_SIP_TEXT_SPACE];
	size_t at = 0;
	int i;

	for (i = 0; i < 200; i++) {
		space[at] = (u8)sprintf((char *)space + at + 1,
					"scanner-%d", i);
		at += space[at] + 1U;
	}
	texts = xsip_pattern_compile(space, (u32)at);
	return texts && xsip_scanner_init();
}

static void run_job(size_t job)
{
	jobs[job].run();
}

/* Instructions of each job on a message; false if they cannot be counted. */
static bool count(const u8 *data, size_t size, unsigned long steps[JOBS])
{
	parsed.payload.data = data;
	parsed.payload.size = (u32)size;
	parsed.payload.window = size < SIP_WINDOW ? (u32)size : SIP_WINDOW;
	return steps_count(run_job, JOBS, steps);
}

/* ---- The table ---- */

static double per_byte(unsigned long steps, size_t size)
{
	return steps / (double)(size < SIP_WINDOW ? size : SIP_WINDOW);
}

/* The parse, and all jobs. */
struct cost {
	double parse;
	double all;
};

/* A row of the table; what it costs per byte. */
static struct cost show(const char *name, size_t size,
			const unsigned long steps[JOBS])
{
	struct cost cost = { .parse = per_byte(steps[PARSE], size) };
	size_t i;

	printf("%-28s %6zu", name, size);
	for (i = PARSE; i < JOBS; i++) {
		printf(" %8lu", steps[i]);
		cost.all += per_byte(steps[i], size);
	}
	printf(" %8.2f %8.2f", cost.parse, cost.all);
	return cost;
}

static size_t put(u8 *space, size_t at, const char *text)
{
	memcpy(space + at, text, strlen(text));
	return at + strlen(text);
}

/* A message of a kind and of about @size bytes; its size. */
static size_t make(const struct kind *kind, size_t size, u8 *space)
{
	const char *tail = kind->tail ?: "\r\n\r\n";
	size_t room = strlen(kind->unit) + strlen(tail);
	size_t at = put(space, 0, kind->head ?: START);

	while (at + room <= size)
		at = put(space, at, kind->unit);
	return put(space, at, tail);
}

static bool check(const struct kind *kind, size_t size, struct cost limit)
{
	static u8 space[KIND_SPACE + 1];
	unsigned int times = kind->times ?: 1;
	unsigned long steps[JOBS];
	struct cost cost;
	bool good;

	size = make(kind, size, space);
	if (!count(space, size, steps)) {
		printf("%-28s cannot count instructions\n", kind->name);
		return false;
	}
	cost = show(kind->name, size, steps);
	good = cost.parse <= times * limit.parse &&
		cost.all <= times * limit.all;
	puts(good ? "" : "  FAIL");
	return good;
}

/* What the ordinary message costs, times the factors, and the table's head. */
static bool find_limit(struct cost *limit)
{
	size_t size = strlen(ordinary);
	unsigned long steps[JOBS];
	size_t i;

	if (!prepare() || !count((const u8 *)ordinary, size, steps))
		return false;
	printf("%-28s %6s", "instructions", "bytes");
	for (i = PARSE; i < JOBS; i++)
		printf(" %8s", jobs[i].name);
	printf(" %8s %8s\n", "parse/B", "all/B");
	*limit = show("ordinary REGISTER", size, steps);
	limit->parse *= PARSE_FACTOR;
	limit->all *= ALL_FACTOR;
	printf("\n%82s %8.2f %8.2f\n", "at most", limit->parse, limit->all);
	return true;
}

int main(int argc, char **argv)
{
	int failed = 0, passed = 0;
	struct cost limit;
	const struct kind *kind;
	size_t i, size;

	if (!find_limit(&limit)) {
		puts("cannot count instructions: run-counted has to start this\n"
		     "0 passed, 1 failed");
		return 1;
	}
	for (i = 0; i < ARRAY_SIZE(kinds) * ARRAY_SIZE(sizes); i++) {
		kind = &kinds[i / ARRAY_SIZE(sizes)];
		size = kind->size ?: sizes[i % ARRAY_SIZE(sizes)];
		if ((argc > 1 && !strstr(kind->name, argv[1])) ||
		    (kind->size && i % ARRAY_SIZE(sizes)))
			continue;
		if (check(kind, size, limit))
			passed++;
		else
			failed++;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
