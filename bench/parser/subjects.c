// SPDX-License-Identifier: GPL-2.0
/* subjects: runs xt_sip's parser, other parsers and reference loops. */
#include <stdio.h>

#include "baselines.h"
#include "count.h"
#include "sip/agent.h"
#include "sip/scanner.h"
#include "subjects.h"

static struct xsip_pattern *one_text;
static struct xsip_pattern *many_texts;

#define TEXTS	200

/* Texts as administrators have them: a tool's name, then the rest. */
static struct xsip_pattern *compile(int count)
{
	static u8 space[XT_SIP_TEXT_SPACE];
	size_t at = 0;
	int i;

	for (i = 0; i < count; i++) {
		space[at] = (u8)(i ? sprintf((char *)space + at + 1,
					     "scan-%d", i) :
				     sprintf((char *)space + at + 1,
					     "evilprobe"));
		at += space[at] + 1U;
	}
	return xsip_pattern_compile(space, (u32)at);
}

bool subjects_prepare(void)
{
	one_text = compile(1);
	many_texts = compile(TEXTS);
	return one_text && many_texts && xsip_scanner_init() && osip_prepare();
}

static size_t run_parse(const struct xsip_payload *pl)
{
	struct xsip_msg msg;

	xsip_parse(pl, &msg);
	return msg.class + msg.defects + msg.present;
}

static size_t run_scanner(const struct xsip_payload *pl)
{
	struct xsip_parsed parsed = { .payload = *pl };

	xsip_parse(pl, &parsed.msg);
	return parsed.msg.defects + xsip_scanner_tool(&parsed);
}

static size_t run_rules(const struct xsip_payload *pl,
			const struct xsip_pattern *texts)
{
	struct xsip_parsed parsed = { .payload = *pl };

	xsip_parse(pl, &parsed.msg);
	return parsed.msg.defects + xsip_scanner_tool(&parsed) +
		xsip_agent_match(texts, &parsed);
}

static size_t run_policy(const struct xsip_payload *pl)
{
	return run_rules(pl, one_text);
}

static size_t run_texts(const struct xsip_payload *pl)
{
	return run_rules(pl, many_texts);
}

static size_t run_osip(const struct xsip_payload *pl)
{
	return osip_run(pl->data, pl->size);
}

static size_t run_sofia(const struct xsip_payload *pl)
{
	return sofia_run(pl->data, pl->size);
}

static size_t run_memchr(const struct xsip_payload *pl)
{
	return !memchr(pl->data, 0x01, pl->size);
}

static size_t run_newlines(const struct xsip_payload *pl)
{
	return count_words(pl->data, pl->data + pl->size);
}

static size_t run_bytes(const struct xsip_payload *pl)
{
	return count_bytes(pl->data, pl->data + pl->size);
}

/* Numbers of messages whose instructions are counted in a short time. */
#define OURS	16
#define THEIRS	4

const struct subject subjects[SUBJECT_COUNT] = {
	[SUBJECT_PARSE]	   = { "xt_sip: parse, all defects", run_parse, OURS },
	[SUBJECT_SCANNER]  = { "xt_sip: and --scanner", run_scanner, OURS },
	[SUBJECT_POLICY]   = { "xt_sip: and --ua, 1 text", run_policy, OURS },
	[SUBJECT_TEXTS]	   = { "xt_sip: and --ua, 200 texts", run_texts, OURS },
	[SUBJECT_OSIP]	   = { "libosip2: init, parse, free", run_osip, THEIRS },
	[SUBJECT_SOFIA]	   = { "sofia-sip: make, object, destroy", run_sofia,
			       THEIRS },
	[SUBJECT_MEMCHR]   = { "glibc memchr (SIMD)", run_memchr, OURS },
	[SUBJECT_NEWLINES] = { "newline count, by words", run_newlines, OURS },
	[SUBJECT_BYTES]	   = { "newline count, by bytes", run_bytes, OURS },
};

bool subjects_agree(const struct xsip_payload *pl)
{
	struct xsip_msg msg;

	xsip_parse(pl, &msg);
	return xsip_msg_is_sip(&msg) && !run_osip(pl) && !run_sofia(pl);
}
