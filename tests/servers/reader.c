// SPDX-License-Identifier: GPL-2.0
/*
 * reader: says what the parser makes of payloads, for tests/servers.
 *
 * Input, again and again: four bytes of length (the lowest first), a byte that
 * is 1 for a segment of a stream and else 0, then the payload. Output, a line
 * for each of them: a word for each message in it, with these parts between
 * colons:
 *
 *   class:method:status:defects:auth:from:to:call-id:cseq
 *
 * Methods and defects have the names that rules give them, defects with commas
 * between; "auth" is 0 or 1; users, Call-ID and CSeq are in hexadecimal digits.
 * What there is none of is empty.
 */
#include <stdio.h>

#include "payload.h"
#include "sip_names.h"
#include "sip_user.h"

static const char *const classes[SIP_CLASS_COUNT] = {
	[SIP_UNJUDGED] = "unjudged",
	[SIP_KEEPALIVE] = "keepalive",
	[SIP_JUNK] = "junk",
	[SIP_REQUEST] = "request",
	[SIP_RESPONSE] = "response",
};

static void print_bytes(const u8 *p, const u8 *end)
{
	for (; p < end; p++)
		printf("%02x", *p);
}

static void print_field(const struct sip_payload *pl, const struct sip_msg *msg,
			enum sip_field field)
{
	const struct sip_span *span = &msg->field[field];

	putchar(':');
	print_bytes(pl->data + span->start, pl->data + span->end);
}

static void print_defects(const struct sip_msg *msg)
{
	const char *comma = "";
	int i;

	for (i = 0; i < XT_SIP_DEFECT_COUNT; i++) {
		if (!(msg->defects & BIT(i)))
			continue;
		printf("%s%s", comma, sip_defect_names[i]);
		comma = ",";
	}
}

/* Whom a field names, as --users counts it. */
static void print_user(const struct sip_payload *pl, const struct sip_msg *msg,
		       enum sip_field field)
{
	struct sip_range part, user = sip_user_of(pl, msg, field);
	u8 buffer[SIP_USER_CHUNK];

	putchar(':');
	while (sip_range_size(user)) {
		part = sip_user_next(&user, buffer);
		print_bytes(part.p, part.end);
	}
}

static void print_message(const struct sip_payload *pl,
			  const struct sip_msg *msg)
{
	bool auth = msg->present & (BIT(SIP_AUTHORIZATION) |
				    BIT(SIP_PROXY_AUTHORIZATION));

	printf("%s:%s:%u:", classes[msg->class],
	       sip_msg_is_sip(msg) ? sip_method_names[msg->method] : "",
	       msg->status);
	print_defects(msg);
	printf(":%d", auth);
	print_user(pl, msg, SIP_FROM);
	print_user(pl, msg, SIP_TO);
	print_field(pl, msg, SIP_CALL_ID);
	print_field(pl, msg, SIP_CSEQ);
}

static void print_payload(const struct sip_payload *pl)
{
	struct sip_msg msg;

	sip_parse(pl, &msg);
	print_message(pl, &msg);
	putchar('\n');
}

static bool read_all(u8 *bytes, size_t size)
{
	return fread(bytes, 1, size, stdin) == size;
}

int main(void)
{
	static u8 payload[1 << 17];
	struct block b;
	u8 head[5];
	u32 size;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	while (read_all(head, sizeof(head))) {
		size = (u32)head[0] | head[1] << 8 | head[2] << 16 |
			(u32)head[3] << 24;
		if (!size) {	/* who asks wants to have what there is */
			fflush(stdout);
			continue;
		}
		if (size > sizeof(payload) || !read_all(payload, size))
			return 1;
		block_make(&b, payload, size, head[4]);
		print_payload(&b.payload);
		free(b.bytes);
	}
	return !feof(stdin);
}
