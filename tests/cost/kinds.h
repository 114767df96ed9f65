/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Makes messages that cost as much as they can, one kind a row, and an
 * ordinary one to compare them with.
 */
#ifndef _KINDS_H
#define _KINDS_H

#include "sip/port.h"

#define KIND_SPACE	65507	/* the largest UDP payload over IPv4 */

/**
 * struct kind - a kind of message
 * @name: of the row
 * @head: what it begins with; NULL: the start line and mandatory fields
 * @unit: repeated
 * @tail: what it ends with
 * @size: bytes, about; 0: the sizes of cost.c
 */
struct kind {
	const char *name;
	const char *head;
	const char *unit;
	const char *tail;
	size_t size;
};

extern const struct kind kinds[];
extern const size_t kinds_count;

/*
 * How many times the limit a kind may cost: more than once, if its lines and
 * values are read byte by byte.
 */
unsigned int kind_times(const struct kind *kind);

/* The ordinary message, as a phone sends it. */
extern const char ordinary[];

/*
 * Write a message of a kind and of about @size bytes into KIND_SPACE bytes;
 * its size.
 */
size_t kind_make(const struct kind *kind, size_t size, u8 *space);

#endif /* _KINDS_H */
