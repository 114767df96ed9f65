/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_scanner: a request -> the attack tool that wrote it.
 *
 * Two constant tables in sip_scanner.c: marks that survive a changed
 * User-Agent, and User-Agents that no honest product bears. Every mark says
 * why an honest stack cannot carry it. A mark begins with what is cheapest and
 * rarest, so that it costs next to nothing on messages that lack it.
 *
 * sipp and sipsak are no attack tools: people test and watch servers with
 * them. A product's name proves nothing either: attackers borrow them. Only
 * requests are judged, since a response repeats the From of its request.
 *
 * Pure, but for the automaton of the names, which is made once.
 */
#ifndef _SIP_SCANNER_H
#define _SIP_SCANNER_H

#include "sip_names.h"
#include "sip_parse.h"

/**
 * sip_scanner_init() - make the automaton of the names
 *
 * May sleep. Before any other call, once.
 *
 * Return: whether there was memory.
 */
bool sip_scanner_init(void);

/**
 * sip_scanner_exit() - free the automaton
 */
void sip_scanner_exit(void);

/**
 * sip_scanner_tool() - which attack tool wrote a message?
 * @payload: what was parsed
 * @msg: the result
 *
 * Marks count before names; of several names the first one said.
 *
 * Return: the tool, SIP_TOOL_NONE if it is none that is known.
 */
enum sip_tool sip_scanner_tool(const struct sip_payload *payload,
			       const struct sip_msg *msg);

#endif /* _SIP_SCANNER_H */
