/* SPDX-License-Identifier: GPL-2.0 */
/* Messages, parsed, in blocks that end where they do. */
#ifndef _MESSAGE_H
#define _MESSAGE_H

#include "sip/parse.h"
#include "test.h"

/**
 * message_of() - parse a message
 * @data: its bytes
 * @size: how many
 * @stream: is it a segment of a stream?
 *
 * Twice, from two blocks: the results have to be equal in every byte, and all
 * offsets in the window.
 *
 * Return: the message; one declared as __message is freed when its scope ends.
 */
struct xsip_parsed message_of(const void *data, size_t size, bool stream);

void message_free(struct xsip_parsed *m);

#define __message	__attribute__((cleanup(message_free)))

#endif /* _MESSAGE_H */
