/* SPDX-License-Identifier: GPL-2.0 */
/*
 * messages: sets of messages to parse, many of each kind, since a single
 * repeated message would train the branch predictor.
 *
 * Generated messages are the same on every machine. Real ones are those that
 * tests/lib/corpus.py writes.
 */
#ifndef _MESSAGES_H
#define _MESSAGES_H

#include <stddef.h>

#include "sip/parse.h"

/**
 * struct message_set - messages of one kind
 * @name: of the kind
 * @count: how many there are
 * @payloads: whole datagrams
 */
struct message_set {
	const char *name;
	size_t count;
	struct xsip_payload *payloads;
};

/**
 * messages_make() - make one of the sets
 * @number: which, from 0
 * @set: the result
 *
 * Exits with a message if there is no memory.
 *
 * Return: whether there is a set of that number.
 */
bool messages_make(size_t number, struct message_set *set);

/**
 * messages_read() - read the set of real messages
 * @wanted: says which requests and responses without a definite defect
 * @set: the result
 *
 * Reads the directory XT_SIP_CORPUS (tests/unit/corpus.h); where it cannot be
 * read the program ends, with a message.
 *
 * Return: whether there are any.
 */
bool messages_read(bool (*wanted)(const struct xsip_payload *payload),
		   struct message_set *set);

/**
 * messages_mean() - the mean size of a set's messages
 * @set: a set
 *
 * Return: bytes.
 */
double messages_mean(const struct message_set *set);

#endif /* _MESSAGES_H */
