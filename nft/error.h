/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ends the program with an error: status 2 and one sentence on stderr.
 *
 * None of these functions returns. An error that belongs to a place in the
 * input is reported by location_error() or token_error().
 */
#ifndef _NFT_ERROR_H
#define _NFT_ERROR_H

#include <stdarg.h>

#include "location.h"

#define ERROR_STATUS	2	/* 1 is diff's status for a difference */

/* An error without a place in the input. */
__attribute__((noreturn, format(printf, 1, 2)))
void error_exit(const char *format, ...);

/*
 * The same with a place and the text that is wrong there, which is quoted.
 * @at and @text may be NULL; @text "\n" is the end of a line, "" the end of
 * the input.
 */
__attribute__((noreturn, format(printf, 3, 0)))
void error_vexit(const struct location *at, const char *text,
		 const char *format, va_list args);

#endif /* _NFT_ERROR_H */
