/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declares what the fuzz targets share. Each fuzz_NAME.c is a target: it
 * defines fuzz_one() and perhaps fuzz_start(), which the Makefile renames to
 * what libFuzzer calls, and is linked with all of kernel/sip/. In the second
 * build, which only measures coverage, replay.c calls them.
 *
 * A target turns each input into arguments for the code under test and compares
 * the result with an oracle's. It calls fuzz_fail() if they differ.
 */
#ifndef _FUZZ_H
#define _FUZZ_H

#include <stdio.h>
#include "sip/port.h"

/* Before the first input; a target need not have it. */
int fuzz_start(void);

/* One input. Always 0. */
int fuzz_one(const u8 *data, size_t size);

/* Print what is wrong and abort: libFuzzer keeps the input. */
void fuzz_fail(const char *format, ...);

/* What comes before the message in a message target's input. */
#define FUZZ_HEAD	8

/**
 * struct fuzz_message - what a message target makes of an input
 * @bytes: the message, a block of exactly @size bytes; free it
 * @size: bytes
 * @cut: a place in it, 0 to @size
 * @stream: a segment of a stream
 * @align: 0 to 7
 */
struct fuzz_message {
	u8 *bytes;
	size_t size;
	size_t cut;
	bool stream;
	u8 align;
};

/*
 * An input is FUZZ_HEAD bytes and a message: flags, place of the cut (2),
 * place (2), length (2) and byte of a filling that makes long messages of
 * short inputs. False if it is too short.
 */
bool fuzz_message(const u8 *data, size_t size, struct fuzz_message *m);

/* A copy of exactly @size bytes on the heap, so that ASan sees an over-read. */
u8 *fuzz_block(const void *data, size_t size);

/*
 * How many allocations of kernel/sip/ succeed before one fails: programs are
 * linked with --wrap=calloc. Negative: none fails.
 */
extern int fuzz_allocations;

/* What --wrap makes of the tested code's calls, and the real ones. */
void *__wrap_calloc(size_t count, size_t size);
void *__real_calloc(size_t count, size_t size);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__real_fopen(const char *path, const char *mode);
int __wrap_fclose(FILE *file);
int __real_fclose(FILE *file);

#endif /* _FUZZ_H */
