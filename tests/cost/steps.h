/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Measures work in instructions instead of time, so that the result does not
 * depend on the machine's load: valgrind executes the program and counts them.
 * The script run-counted starts a program so.
 */
#ifndef _STEPS_H
#define _STEPS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * steps_can_count() - was this program started by run-counted?
 *
 * Return: whether it was.
 */
bool steps_can_count(void);

/**
 * steps_count() - count the instructions of some jobs
 * @run: does the job with a number; 0 does nothing, and is what a job costs
 *       before it begins
 * @jobs: how many there are, job 0 included
 * @steps: the result, one for each job; that of job 0 is not to be used
 *
 * Return: whether they could be counted.
 */
bool steps_count(void (*run)(size_t job), size_t jobs, unsigned long *steps);

#endif /* _STEPS_H */
