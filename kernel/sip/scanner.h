/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fingerprints of attack tools: request -> the tool that wrote it.
 *
 * scanner.c has marks, functions that find what survives a changed User-Agent,
 * and a table of User-Agents that no honest product sends. Every mark says why
 * no honest stack can produce it, and tests first what is cheapest and rarest,
 * so that it costs next to nothing for messages without it.
 *
 * sipp and sipsak are not attack tools: people test and monitor servers with
 * them. The name of a product proves nothing either, since attackers borrow it.
 * Only requests are looked at: a response repeats the From of its request.
 */
#ifndef _XSIP_SCANNER_H
#define _XSIP_SCANNER_H

#include "names.h"
#include "parse.h"

/**
 * xsip_scanner_init() - make the automaton of the names
 *
 * May sleep. Before any other call, once.
 *
 * Return: whether there was memory.
 */
bool xsip_scanner_init(void);

/**
 * xsip_scanner_exit() - free the automaton
 */
void xsip_scanner_exit(void);

/**
 * xsip_scanner_tool() - which attack tool wrote a message?
 * @parsed: the message
 *
 * Marks count before names; of several names the first one said.
 *
 * Return: the tool, SIP_TOOL_NONE if it is none that is known.
 */
enum xsip_tool xsip_scanner_tool(const struct xsip_parsed *parsed);

#endif /* _XSIP_SCANNER_H */
