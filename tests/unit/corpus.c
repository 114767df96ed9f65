// SPDX-License-Identifier: GPL-2.0
/* Loads the messages of tests/corpus and their index for the tests. */
#include <stdio.h>
#include "corpus.h"

/* Columns of index.tsv, as index_row() in corpus.py writes them. */
enum column {
	COL_NAME,
	COL_PATH,
	COL_EXPECT,
	COL_TRANSPORT,
	COL_KIND,
	COL_METHOD,
	COL_STATUS,
	COL_DEFECTS,
	COL_TOOL,
	COL_FROM,
	COL_TO,
	COL_UA_COUNT,
	COL_UA,
	COL_MAX = COL_UA + 16
};

static const char *const expect_names[] = {
	[CORPUS_EXACT]		= "exact",
	[CORPUS_PASS]		= "pass",
	[CORPUS_MALFORMED]	= "malformed",
	[CORPUS_EITHER]		= "either",
};

static const char *const class_names[] = {
	[SIP_UNJUDGED]		= "unjudged",
	[SIP_KEEPALIVE]		= "keepalive",
	[SIP_JUNK]		= "junk",
	[SIP_REQUEST]		= "request",
	[SIP_RESPONSE]		= "response",
};

static struct corpus_message *messages;
static size_t count;

static void require(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "corpus, row %zu: %s\n", count, what);
	exit(1);
}

/* -1: it is none of them. */
static int find_name(const char *const *names, size_t size, const char *name)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (names[i] && !strcmp(names[i], name))
			return (int)i;
	return -1;
}

/* Text with \xHH in it. */
static struct xsip_range decode(const char *text)
{
	u8 *copy = malloc(strlen(text) + 1), *out = copy;
	unsigned int byte;

	require(copy, "no memory");
	for (; *text; text++) {
		byte = (u8)*text;
		if (byte == '\\') {
			require(sscanf(text, "\\x%2x", &byte) == 1, text);
			text += 3;
		}
		*out++ = (u8)byte;
	}
	return (struct xsip_range){ copy, out };
}

static void read_data(struct corpus_message *m, const char *path)
{
	const size_t space = 0x20000; /* shared messages outgrow a datagram */
	FILE *file = fopen(path, "rb");

	require(file, path);
	m->data = malloc(space);
	m->size = m->data ? fread(m->data, 1, space, file) : 0;
	require(m->data && feof(file), path);
	fclose(file);
}

static u16 read_defects(char *text)
{
	u16 defects = 0;
	char *name;
	int bit;

	if (!strcmp(text, "-"))
		return 0;
	while ((name = strsep(&text, ","))) {
		bit = find_name(xsip_defect_names, XT_SIP_DEFECT_COUNT, name);
		require(bit >= 0, name);
		defects |= (u16)BIT(bit);
	}
	return defects;
}

/* A method without a name here is XT_SIP_OTHER. */
static int read_method(const char *text)
{
	int method = find_name(xsip_method_names, XT_SIP_OTHER, text);

	return !strcmp(text, "?") ? -1 : method < 0 ? XT_SIP_OTHER : method;
}

static void read_row(struct corpus_message *m, char *line)
{
	char *column[COL_MAX], *rest = line;
	int i, columns = 0, expect;

	line[strcspn(line, "\n")] = '\0';
	while (rest && columns < COL_MAX)
		column[columns++] = strsep(&rest, "\t");
	require(columns >= COL_UA && !rest, "columns");
	m->name = strdup(column[COL_NAME]);
	expect = find_name(expect_names, ARRAY_SIZE(expect_names),
			   column[COL_EXPECT]);
	require(expect >= 0, column[COL_EXPECT]);
	m->expect = (enum corpus_expect)expect;
	m->stream = !strcmp(column[COL_TRANSPORT], "stream");
	m->class = find_name(class_names, ARRAY_SIZE(class_names),
			     column[COL_KIND]);
	m->method = read_method(column[COL_METHOD]);
	m->status = *column[COL_STATUS] == '?' ? -1 : atoi(column[COL_STATUS]);
	m->defects = read_defects(column[COL_DEFECTS]);
	if (strcmp(column[COL_TOOL], "-"))
		m->tool = find_name(xsip_tool_names, SIP_TOOL_COUNT,
				    column[COL_TOOL]);
	require(m->tool >= 0, column[COL_TOOL]);
	if (strcmp(column[COL_FROM], "?")) {
		m->from = decode(column[COL_FROM]);
		m->to = decode(column[COL_TO]);
	}
	m->ua_count = columns - COL_UA;
	if (!strcmp(column[COL_UA_COUNT], "?"))
		m->ua_count = -1;
	for (i = 0; i < m->ua_count; i++)
		m->ua[i] = decode(column[COL_UA + i]);
	read_data(m, column[COL_PATH]);
}

static void load(void)
{
	const char *dir = getenv("XT_SIP_CORPUS");
	char *path, *line = NULL;
	size_t space = 0;
	FILE *index;

	require(dir, "XT_SIP_CORPUS names no directory");
	path = malloc(strlen(dir) + sizeof("/index.tsv"));
	sprintf(path, "%s/index.tsv", dir);
	index = fopen(path, "r");
	require(index, path);
	while (getline(&line, &space, index) > 0) {
		messages = realloc(messages, (count + 1) * sizeof(*messages));
		require(messages, "no memory");
		memset(&messages[count], 0, sizeof(*messages));
		read_row(&messages[count++], line);
	}
	free(line);
	free(path);
	fclose(index);
}

const struct corpus_message *corpus_next(const struct corpus_message *m)
{
	if (!messages)
		load();
	m = m ? m + 1 : messages;
	return m < messages + count ? m : NULL;
}
