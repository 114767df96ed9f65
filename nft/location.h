/* SPDX-License-Identifier: GPL-2.0 */
/* Says where in a file or on the command line something was read. */
#ifndef _NFT_LOCATION_H
#define _NFT_LOCATION_H

struct location {
	const char *file;	/* NULL: the command line; not owned */
	unsigned int line;	/* from 1; 0 on the command line */
	unsigned int column;	/* from 1; command line: which argument */
};

/*
 * "FILE:LINE:COLUMN: " or "argument N: ", or "" if neither is known. In a
 * buffer that the next call overwrites.
 */
const char *location_text(const struct location *location);

/* Ends the program with this message for this location. */
__attribute__((noreturn, format(printf, 2, 3)))
void location_error(const struct location *location, const char *format, ...);

#endif /* _NFT_LOCATION_H */
