/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Measures work in instructions instead of time, so that the result does not
 * depend on the machine's load: a child does the work, and its parent lets it
 * do one instruction after the other (ptrace) and counts them.
 */
#ifndef _STEPS_H
#define _STEPS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * steps_stay_here() - bind this process and its children to the CPU it is on
 *
 * On one CPU a step is a switch; between two it is a call to wake one up.
 */
void steps_stay_here(void);

/**
 * steps_count() - count the instructions of some jobs
 * @run: does the job with a number; 0 does nothing, and is what a job costs
 *       before it begins
 * @jobs: how many there are, job 0 included
 * @max: a job that takes more is counted as so many
 * @steps: the result, one for each job; that of job 0 is not to be used
 *
 * All jobs run in one child, one after the other.
 *
 * Return: whether they could be counted.
 */
bool steps_count(void (*run)(size_t job), size_t jobs, unsigned long max,
		 unsigned long *steps);

#endif /* _STEPS_H */
