/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every unit test is made of.
 *
 * TEST(name) { ... } defines a test; test.c runs those of a program. A test
 * goes on after wrong() and the expect_ functions, which say what is wrong, and
 * fails at its end; the assert_ macros of cmocka end it.
 */
#ifndef _TEST_H
#define _TEST_H

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "sip/value.h"

#define TEST(name)							\
	static void test_##name(void);					\
	static void __attribute__((constructor)) add_##name(void)	\
	{								\
		test_add(#name, test_##name);				\
	}								\
	static void test_##name(void)

/* What TEST() does with a test. */
void test_add(const char *name, void (*function)(void));

/* Of the test that runs. */
extern unsigned int test_failures;

#define wrong(format, ...)						\
	do {								\
		if (test_failures++ < 40)				\
			print_error(format "\n", ##__VA_ARGS__);	\
	} while (0)

/* A pointer to each element of an array. */
#define for_each(row, rows)						\
	for (const typeof((rows)[0]) *row = (rows);			\
	     row < (rows) + ARRAY_SIZE(rows); row++)

/**
 * expect_int() - is a number as expected?
 * @what: the input, for whoever reads that it is not
 * @got: the number
 * @expected: what it should be
 */
void expect_int(const char *what, long got, long expected);

/**
 * expect_text() - is a range as expected?
 * @what: the input
 * @got: the range
 * @expected: its bytes
 */
void expect_text(const char *what, struct xsip_range got,
		 const char *expected);

/* ---- Blocks ---- */

/**
 * block_of() - copy bytes to a heap block of their own size
 * @bytes: what to copy
 * @len: how many
 *
 * So that ASan reports the first byte that is read outside of them.
 *
 * Return: the block; one that is declared as __block is freed when its scope
 * ends.
 */
struct xsip_range block_of(const void *bytes, size_t len);

void block_free(struct xsip_range *block);

#define __block		__attribute__((cleanup(block_free)))

/* ---- Random numbers ---- */

/*
 * The same in every run of a test, so that a failure can be reproduced
 * (xorshift, George Marsaglia, 2003).
 */
u64 random_u64(void);

/* 0 to @below - 1 */
static inline u32 random_below(u32 below)
{
	return (u32)((random_u64() >> 20) % below);
}

static inline bool random_bit(void)
{
	return random_below(2);
}

/* ---- Memory that runs out ---- */

/*
 * How many allocations succeed before all fail; programs are linked with
 * --wrap=calloc (Makefile). Negative: none fails.
 */
extern int allocations_left;

#endif /* _TEST_H */
