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

static int find_name(const char *const *names, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (names[i] && !strcmp(names[i], name))
			return (int)i;
	return -1;
}

/* Text with \xHH in it. */
static struct corpus_text decode(const char *text)
{
	struct corpus_text result = { .start = malloc(strlen(text) + 1) };
	unsigned int byte;

	while (result.start && *text) {
		byte = (u8)*text++;
		if (byte == '\\') {
			if (sscanf(text, "x%2x", &byte) != 1)
				abort();
			text += 3;
		}
		result.start[result.len++] = (u8)byte;
	}
	return result;
}

static bool read_data(struct corpus_message *m)
{
	const size_t space = 0x20000; /* shared messages outgrow a datagram */
	FILE *file = fopen(m->path, "rb");
	bool good;

	if (!file)
		return false;
	m->data = malloc(space);
	m->size = m->data ? fread(m->data, 1, space, file) : 0;
	good = m->data && !ferror(file) && feof(file);
	fclose(file);
	return good;
}

static bool read_defects(struct corpus_message *m, char *text)
{
	char *name, *rest = text;
	int bit;

	if (!strcmp(text, "-"))
		return true;
	while ((name = strsep(&rest, ","))) {
		bit = find_name(xsip_defect_names, XT_SIP_DEFECT_COUNT, name);
		if (bit < 0)
			return false;
		m->defects |= (u16)BIT(bit);
	}
	return true;
}

static bool read_tool(struct corpus_message *m, const char *name)
{
	m->tool = SIP_TOOL_NONE;
	if (strcmp(name, "-"))
		m->tool = find_name(xsip_tool_names, SIP_TOOL_COUNT, name);
	return m->tool >= 0;
}

static bool read_users(struct corpus_message *m, char **column)
{
	m->users = strcmp(column[COL_FROM], "?");
	if (!m->users)
		return true;
	m->from = decode(column[COL_FROM]);
	m->to = decode(column[COL_TO]);
	return m->from.start && m->to.start;
}

static bool read_uas(struct corpus_message *m, char **column, int count)
{
	int i;

	m->ua_count = -1;
	if (!strcmp(column[COL_UA_COUNT], "?"))
		return true;
	m->ua_count = atoi(column[COL_UA_COUNT]);
	if (m->ua_count < 0 || m->ua_count + COL_UA != count)
		return false;
	m->ua = calloc((size_t)m->ua_count + 1, sizeof(*m->ua));
	for (i = 0; m->ua && i < m->ua_count; i++)
		m->ua[i] = decode(column[COL_UA + i]);
	return m->ua;
}

static bool read_row(struct corpus_message *m, char *line)
{
	char *column[COL_MAX];
	int expect, count = 0;

	line[strcspn(line, "\n")] = '\0';
	while (line && count < COL_MAX)
		column[count++] = strsep(&line, "\t");
	if (count < COL_UA || line)
		return false;
	m->name = strdup(column[COL_NAME]);
	m->path = strdup(column[COL_PATH]);
	expect = find_name(expect_names, ARRAY_SIZE(expect_names),
			   column[COL_EXPECT]);
	m->expect = (enum corpus_expect)expect;
	m->stream = !strcmp(column[COL_TRANSPORT], "stream");
	m->class = find_name(class_names, ARRAY_SIZE(class_names),
			     column[COL_KIND]);
	if (strcmp(column[COL_METHOD], "?"))
		m->method = decode(column[COL_METHOD]);
	m->status = -1;
	if (strcmp(column[COL_STATUS], "?"))
		m->status = atoi(column[COL_STATUS]);
	return m->name && m->path && expect >= 0 &&
		read_defects(m, column[COL_DEFECTS]) &&
		read_tool(m, column[COL_TOOL]) && read_users(m, column) &&
		read_uas(m, column, count) && read_data(m);
}

static bool add_row(struct corpus *corpus, char *line)
{
	struct corpus_message *grown;

	grown = realloc(corpus->messages,
			(corpus->count + 1) * sizeof(*grown));
	if (!grown)
		return false;
	corpus->messages = grown;
	grown += corpus->count++;
	memset(grown, 0, sizeof(*grown));
	if (!read_row(grown, line))
		return false;
	corpus->shared += grown->expect != CORPUS_EXACT;
	return true;
}

bool corpus_load(const char *dir, struct corpus *corpus)
{
	char path[4096];
	char *line = NULL;
	size_t space = 0;
	bool good = true;
	FILE *index;

	memset(corpus, 0, sizeof(*corpus));
	snprintf(path, sizeof(path), "%s/index.tsv", dir);
	index = fopen(path, "r");
	if (!index) {
		perror(path);
		return false;
	}
	while (good && getline(&line, &space, index) > 0) {
		good = add_row(corpus, line);
		if (!good)
			fprintf(stderr, "%s:%zu: bad row or no such file\n",
				path, corpus->count);
	}
	free(line);
	fclose(index);
	return good;
}

void corpus_free(struct corpus *corpus)
{
	struct corpus_message *m;
	int i;

	for (m = corpus->messages; m < corpus->messages + corpus->count; m++) {
		for (i = 0; i < m->ua_count; i++)
			free(m->ua[i].start);
		free(m->ua);
		free(m->method.start);
		free(m->from.start);
		free(m->to.start);
		free(m->name);
		free(m->path);
		free(m->data);
	}
	free(corpus->messages);
}
