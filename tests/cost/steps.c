// SPDX-License-Identifier: GPL-2.0
/* Counts the instructions of a piece of work, with callgrind of valgrind. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include "steps.h"

/* The count of the next file of STEPS_FILE that callgrind has written. */
static bool read_count(unsigned long *steps)
{
	static unsigned int number;
	char path[4096], line[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s.%u", getenv("STEPS_FILE"), ++number);
	file = fopen(path, "r");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "totals: %lu", steps) == 1;
	fclose(file);
	unlink(path);
	return found;
}

bool steps_can_count(void)
{
	return RUNNING_ON_VALGRIND && getenv("STEPS_FILE");
}

bool steps_count(void (*run)(size_t job), size_t jobs, unsigned long *steps)
{
	size_t i;

	if (!steps_can_count())
		return false;
	for (i = 0; i < jobs; i++) {
		CALLGRIND_ZERO_STATS;
		run(i);
		CALLGRIND_DUMP_STATS;
		if (!read_count(&steps[i]))
			return false;
	}
	for (i = 1; i < jobs; i++)
		steps[i] -= steps[0];
	return true;
}
