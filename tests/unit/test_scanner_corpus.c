// SPDX-License-Identifier: GPL-2.0
/*
 * Tests xsip_scanner with whole messages: every message of the corpus is that
 * of the tool in its index, or of none. Those of attack tools are recognized
 * with any User-Agent and without one, cut anywhere, and never as a response.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "corpus.h"
#include "random.h"
#include "tool.h"

#define AGENT	"User-Agent:"

/* Does its name begin with one of these words? */
static bool is_one_of(const struct corpus_message *m, const char *const *words)
{
	for (; *words; words++)
		if (!strncmp(m->name, *words, strlen(*words)))
			return true;
	return false;
}

/* These carry a mark, whatever they are called. */
static bool has_mark(const struct corpus_message *m)
{
	static const char *const words[] = {
		"svmap-", "svwar-", "svcrack-", "sippts-", "nmap-",
		"metasploit-", "sipcli-", NULL,
	};

	return is_one_of(m, words);
}

/* These have nothing but their name. */
static bool has_name(const struct corpus_message *m)
{
	static const char *const words[] = { "named-", NULL };

	return is_one_of(m, words);
}

static void test_corpus(void **state)
{
	const struct corpus *corpus = *state;
	const struct corpus_message *m;
	size_t seen[SIP_TOOL_COUNT] = { 0 };
	size_t wrong = 0;
	int tool;

	for (m = corpus->messages; m < corpus->messages + corpus->count; m++) {
		tool = tool_of(m->data, m->size, m->stream);
		if (tool != m->tool) {
			print_error("%s: got %s, expected %s\n", m->name,
				    tool_name(tool), tool_name(m->tool));
			wrong++;
		}
		seen[m->tool]++;
	}
	print_message("%zu messages, %zu of XT_SIP_MESSAGES, %zu of tools\n",
		      corpus->count, corpus->shared,
		      corpus->count - seen[SIP_TOOL_NONE]);
	assert_int_equal(wrong, 0);
	for (tool = SIP_TOOL_NONE; tool < SIP_TOOL_COUNT; tool++)
		if (!seen[tool])
			fail_msg("no message of %s", tool_name(tool));
}

/* ---- Under other names ---- */

/* The line at @p, its end of line included. */
static size_t line_length(const u8 *p, const u8 *end)
{
	const u8 *newline = memchr(p, '\n', (size_t)(end - p));

	return (size_t)((newline ? newline + 1 : end) - p);
}

/* The message with another User-Agent, NULL none; returns its size. */
static size_t renamed(const struct corpus_message *m, const char *agent,
		      u8 *out)
{
	const u8 *p = m->data, *end = m->data + m->size;
	size_t size = 0, len;

	for (; p < end; p += len) {
		len = line_length(p, end);
		if (len >= strlen(AGENT) &&
		    !strncasecmp((const char *)p, AGENT, strlen(AGENT)))
			continue;
		memcpy(out + size, p, len);
		size += len;
		if (p == m->data && agent)
			size += (size_t)sprintf((char *)out + size,
						AGENT " %s\r\n", agent);
	}
	return size;
}

static void check_renamed(const struct corpus_message *m, const char *agent)
{
	u8 *data = malloc(m->size + 256);
	size_t size = renamed(m, agent, data);
	int tool = tool_of(data, size, m->stream);
	int expected = has_mark(m) ? m->tool : SIP_TOOL_NONE;

	if (tool != expected)
		fail_msg("%s as %s: got %s, expected %s", m->name,
			 agent ? agent : "nobody", tool_name(tool),
			 tool_name(expected));
	free(data);
}

static void test_other_names(void **state)
{
	const struct corpus *corpus = *state;
	const struct corpus_message *m;
	size_t marked = 0, i, j;
	char agent[24];

	for (m = corpus->messages; m < corpus->messages + corpus->count; m++) {
		if (!has_mark(m) && !has_name(m))
			continue;
		marked += has_mark(m);
		check_renamed(m, NULL);
		check_renamed(m, "Zoiper");
		check_renamed(m, "");
		for (i = 0; i < 50; i++) {
			for (j = 0; j < sizeof(agent) - 1; j++)
				agent[j] = (char)(0x21 + random_below(94));
			agent[1 + random_below(sizeof(agent) - 1)] = '\0';
			check_renamed(m, agent);
		}
	}
	assert_true(marked > 30);
}

/* A name of the table makes every request of the corpus a tool's. */
static void test_bad_name(void **state)
{
	const struct corpus *corpus = *state;
	const struct corpus_message *m;
	size_t size, line, asked = 0;
	static u8 data[0x20000];
	int tool;

	for (m = corpus->messages; m < corpus->messages + corpus->count; m++) {
		line = line_length(m->data, m->data + m->size);
		if (m->expect != CORPUS_EXACT || m->stream ||
		    m->class != SIP_REQUEST || m->data[0] < 'A' ||
		    line == m->size || strchr(" \t", m->data[line]))
			continue;
		size = renamed(m, "friendly-scanner", data);
		tool = tool_of(data, size, false);
		if (tool != (has_mark(m) ? m->tool : SIP_TOOL_SIPVICIOUS))
			fail_msg("%s: got %s", m->name, tool_name(tool));
		asked++;
	}
	assert_true(asked > 200);
}

/* ---- Responses, cuts, damage ---- */

/* Another start line turns a request into a response. */
static void test_responses(void **state)
{
	static const char status[] = "SIP/2.0 401 Unauthorized\r\n";
	const struct corpus *corpus = *state;
	const struct corpus_message *m;
	size_t line, len = strlen(status);
	u8 *data;

	for (m = corpus->messages; m < corpus->messages + corpus->count; m++) {
		if (m->tool == SIP_TOOL_NONE)
			continue;
		line = line_length(m->data, m->data + m->size);
		data = malloc(len + m->size - line);
		memcpy(data, status, len);
		memcpy(data + len, m->data + line, m->size - line);
		assert_int_equal(tool_of(data, len + m->size - line, m->stream),
				 SIP_TOOL_NONE);
		free(data);
	}
}

/* Cut anywhere it is the tool's, or nobody's yet: of two marks one is left. */
static void test_cuts(void **state)
{
	const struct corpus *corpus = *state;
	const struct corpus_message *m;
	size_t len;
	int tool, last;

	for (m = corpus->messages; m < corpus->messages + corpus->count; m++) {
		if (m->tool == SIP_TOOL_NONE)
			continue;
		last = SIP_TOOL_NONE;
		for (len = 0; len < m->size; len++) {
			tool = tool_of(m->data, len, true);
			if (tool != m->tool && tool != SIP_TOOL_NONE)
				fail_msg("%s, %zu bytes: %s", m->name, len,
					 tool_name(tool));
			if (last != SIP_TOOL_NONE && tool != last)
				fail_msg("%s, %zu bytes: lost again", m->name,
					 len);
			last = tool;
			tool_of(m->data, len, false);
		}
		assert_int_equal(last, m->tool);
	}
}

/* Some bytes of a message changed: only ASan and UBSan can fail. */
static void test_damaged(void **state)
{
	const struct corpus *corpus = *state;
	const struct corpus_message *m;
	static u8 data[0x20000];
	u32 i, j;

	for (m = corpus->messages; m < corpus->messages + corpus->count; m++) {
		for (i = 0; m->size && i < 40; i++) {
			memcpy(data, m->data, m->size);
			for (j = random_below(6); j < 6; j++)
				data[random_below((u32)m->size)] =
					"\r\n \t:;,<>\"\\@=\0\377a"
					[random_below(16)];
			tool_of(data, m->size, random_bit());
		}
	}
}

static int load(void **state)
{
	static struct corpus corpus;
	const char *dir = getenv("XT_SIP_CORPUS");

	*state = &corpus;
	return corpus_load(dir ? dir : "build/corpus", &corpus) &&
		xsip_scanner_init() ? 0 : -1;
}

static int unload(void **state)
{
	xsip_scanner_exit();
	corpus_free(*state);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_other_names),
		cmocka_unit_test(test_bad_name),
		cmocka_unit_test(test_responses),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
