// SPDX-License-Identifier: GPL-2.0
/*
 * bench: measures the cost of parsing a message, compared to other parsers and
 * to just reading the bytes.
 *
 * All subjects take turns in each round, so that other load on the machine
 * affects all of them alike; a turn parses all messages of a set several times.
 * A row shows the time per message, in the fastest round and in the median one,
 * and the instructions per message of some messages of the set. The targets
 * are ratios of medians.
 *
 * Usage: bench [-r ROUNDS] [-i FILE]; prints Markdown
 *	-r	how often each subject has its turn, default 31
 *	-i	the instructions: what this program prints instead, without
 *		measuring the time, where tests/cost/run-counted starts it
 *
 * The directory XT_SIP_CORPUS has the real messages, as in the unit tests.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "messages.h"
#include "steps.h"
#include "subjects.h"

#define SETS_MAX	8
#define ROUNDS_MAX	1001
#define TURN_NS		1000000.0	/* about what a turn takes */

/* The cost of a subject per message of a set. */
struct cost {
	double min;
	double median;
	double steps;		/* 0 if they were not counted */
};

static struct message_set sets[SETS_MAX];
static size_t sets_count;
static size_t rounds = 31;
static double steps_of[SETS_MAX][SUBJECT_COUNT];

/* ---- Measuring ---- */

/* Of this process: what others do meanwhile is not counted. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/* Nanoseconds of a message, over @passes passes through the set. */
static double turn(const struct subject *subject,
		   const struct message_set *set, size_t passes)
{
	double start = now();
	size_t i, j;

	for (i = 0; i < passes; i++)
		for (j = 0; j < set->count; j++)
			subject->run(&set->payloads[j]);
	return (now() - start) / (double)(passes * set->count);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure_time(const struct message_set *set, struct cost *costs)
{
	static double took[SUBJECT_COUNT][ROUNDS_MAX];
	size_t passes[SUBJECT_COUNT];
	size_t i, round;

	for (i = 0; i < SUBJECT_COUNT; i++)
		passes[i] = 1 + (size_t)(TURN_NS / (double)set->count /
					 turn(&subjects[i], set, 1));
	for (round = 0; round < rounds; round++)
		for (i = 0; i < SUBJECT_COUNT; i++)
			took[i][round] = turn(&subjects[i], set, passes[i]);
	for (i = 0; i < SUBJECT_COUNT; i++) {
		qsort(took[i], rounds, sizeof(took[i][0]), compare);
		costs[i].min = took[i][0];
		costs[i].median = took[i][rounds / 2];
	}
}

static const struct message_set *stepped;

/* Job 0 is nothing, then come the subjects with a few messages each. */
static void run_steps(size_t job)
{
	const struct subject *subject = &subjects[job ? job - 1 : 0];
	size_t i;

	for (i = 0; job && i < subject->stepped; i++)
		subject->run(&stepped->payloads[i * stepped->count /
						subject->stepped]);
}

/* Prints a line for each subject: set, subject, instructions per message. */
static void print_steps(size_t set)
{
	unsigned long steps[SUBJECT_COUNT + 1];
	size_t i;

	stepped = &sets[set];
	if (!steps_count(run_steps, SUBJECT_COUNT + 1, steps))
		exit(1);
	for (i = 0; i < SUBJECT_COUNT; i++)
		printf("%zu %zu %.2f\n", set, i,
		       (double)steps[i + 1] / subjects[i].stepped);
}

static bool read_steps(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t set, subject;
	double steps;
	bool good;

	if (!file)
		return false;
	while (fscanf(file, "%zu %zu %lf", &set, &subject, &steps) == 3)
		if (set < SETS_MAX && subject < SUBJECT_COUNT)
			steps_of[set][subject] = steps;
	good = feof(file);
	fclose(file);
	return good;
}

/* ---- Tables ---- */

static const struct target {
	const char *text;
	size_t subject;
	double ratio;		/* of the subject's time over ours, at least */
} targets[] = {
	{ "at least 20 times faster than libosip2", SUBJECT_OSIP, 20 },
	{ "at least 10 times faster than sofia-sip", SUBJECT_SOFIA, 10 },
	{ "at most 2.5 times a newline count by words", SUBJECT_NEWLINES,
	  1 / 2.5 },
};

static void show_target(const struct target *target, const struct cost *costs)
{
	double ratio = costs[target->subject].median /
		costs[SUBJECT_PARSE].median;

	printf("- %s: %s (%.2f)\n", target->text,
	       ratio >= target->ratio ? "met" : "**not met**",
	       ratio < 1 ? 1 / ratio : ratio);
}

static void show(const struct message_set *set, const struct cost *costs)
{
	double mean = messages_mean(set);
	size_t i;

	printf("\n### %s: %zu messages of %.0f bytes\n\n", set->name,
	       set->count, mean);
	printf("| %-33s | ns min | ns median | ratio | instructions | a byte |\n",
	       "");
	puts("|-----------------------------------|-------:|----------:|------:|-------------:|-------:|");
	for (i = 0; i < SUBJECT_COUNT; i++)
		printf("| %-33s | %6.0f | %9.0f | %5.2f | %12.0f | %6.2f |\n",
		       subjects[i].name, costs[i].min, costs[i].median,
		       costs[i].median / costs[SUBJECT_PARSE].median,
		       costs[i].steps, costs[i].steps / mean);
	puts("");
	for (i = 0; i < ARRAY_SIZE(targets); i++)
		show_target(&targets[i], costs);
	fflush(stdout);
}

/* ---- Arguments ---- */

static void complain(void)
{
	fputs("usage: bench [-r ROUNDS] [-i FILE]\n", stderr);
	exit(2);
}

static void read_arguments(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "r:i:")) != -1)
		switch (option) {
		case 'r':
			rounds = (size_t)atoi(optarg);
			if (rounds < 1 || rounds > ROUNDS_MAX) {
				fprintf(stderr,
					"bench: -r %s: expected 1 to %d\n",
					optarg, ROUNDS_MAX);
				exit(2);
			}
			break;
		case 'i':
			if (!read_steps(optarg)) {
				fprintf(stderr,
					"bench: -i %s: expected what this program prints under run-counted\n",
					optarg);
				exit(2);
			}
			break;
		default:
			complain();
		}
	if (optind < argc)
		complain();
}

static void measure(size_t set)
{
	struct cost costs[SUBJECT_COUNT];
	size_t i;

	measure_time(&sets[set], costs);
	for (i = 0; i < SUBJECT_COUNT; i++)
		costs[i].steps = steps_of[set][i];
	show(&sets[set], costs);
}

int main(int argc, char **argv)
{
	size_t i;

	read_arguments(argc, argv);
	if (!subjects_prepare()) {
		fputs("bench: no memory\n", stderr);
		return 1;
	}
	while (messages_make(sets_count, &sets[sets_count]))
		sets_count++;
	if (messages_read(subjects_agree, &sets[sets_count]))
		sets_count++;
	for (i = 0; i < sets_count; i++)
		if (steps_can_count())
			print_steps(i);
		else
			measure(i);
	return 0;
}
