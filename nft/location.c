// SPDX-License-Identifier: GPL-2.0
/* Prints locations, and errors at a location. */
#include <stdio.h>

#include "error.h"
#include "location.h"

const char *location_text(const struct location *location)
{
	static char text[512];

	if (location->file)
		snprintf(text, sizeof(text), "%s:%u:%u: ", location->file,
			 location->line, location->column);
	else if (location->column)
		snprintf(text, sizeof(text), "argument %u: ",
			 location->column);
	else
		text[0] = '\0';
	return text;
}

void location_error(const struct location *location, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error_vexit(location, NULL, format, args);
}
