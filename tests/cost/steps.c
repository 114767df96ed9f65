// SPDX-License-Identifier: GPL-2.0
/* Counts the instructions of a piece of work with ptrace. */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "steps.h"

void steps_stay_here(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* The child: stops before and after each job. */
static void work(void (*run)(size_t job), size_t jobs)
{
	size_t i;

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(1);
	for (i = 0; i < jobs; i++) {
		raise(SIGSTOP);
		run(i);
		raise(SIGSTOP);
	}
	_exit(0);
}

/* Let the child go to its next stop, in steps or at once. */
static bool go(pid_t child, int how, unsigned long max, unsigned long *steps)
{
	int status;

	*steps = 0;
	do {
		if (ptrace(how, child, NULL, NULL) ||
		    waitpid(child, &status, 0) != child ||
		    !WIFSTOPPED(status))
			return false;
		++*steps;
	} while (WSTOPSIG(status) == SIGTRAP && *steps < max);
	return *steps == max || WSTOPSIG(status) == SIGSTOP;
}

/* One job; leaves the child before the next one, if there is a @next. */
static bool count_job(pid_t child, bool next, unsigned long max,
		      unsigned long *steps)
{
	unsigned long none;

	if (!go(child, PTRACE_SINGLESTEP, max, steps))
		return false;
	if (*steps == max && !go(child, PTRACE_CONT, max, &none))
		return false;
	return !next || go(child, PTRACE_CONT, max, &none);
}

bool steps_count(void (*run)(size_t job), size_t jobs, unsigned long max,
		 unsigned long *steps)
{
	pid_t child;
	int status;
	size_t i;
	bool good;

	fflush(stdout);
	child = fork();
	if (child < 0)
		return false;
	if (!child)
		work(run, jobs);
	good = waitpid(child, &status, 0) == child && WIFSTOPPED(status);
	for (i = 0; good && i < jobs; i++)
		good = count_job(child, i + 1 < jobs, max, &steps[i]);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	for (i = 1; good && i < jobs; i++)
		steps[i] -= steps[0];
	return good;
}
