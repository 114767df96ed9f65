// SPDX-License-Identifier: GPL-2.0
/* Prints an error and ends the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

#define SHOWN_MAX	60	/* bytes of a token in an error */

void error_vexit(const struct location *at, const char *text,
		 const char *format, va_list args)
{
	fprintf(stderr, "nft-sip: %s", at ? location_text(at) : "");
	if (text && *text == '\n')
		fputs("end of line: ", stderr);
	else if (text && !*text)
		fputs("the end: ", stderr);
	else if (text)
		fprintf(stderr, "\"%.*s%s\": ", SHOWN_MAX, text,
			strlen(text) > SHOWN_MAX ? "..." : "");
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	exit(ERROR_STATUS);
}

void error_exit(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_vexit(NULL, NULL, format, args);
}
