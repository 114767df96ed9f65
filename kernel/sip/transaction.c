// SPDX-License-Identifier: GPL-2.0
/* Names the transaction of a message; tells own requests from relayed ones. */
#include "transaction.h"

static bool is_white(u8 byte)
{
	return byte <= ' ';
}

/* Skip white space. Control bytes count as white space where servers differ. */
static const u8 *skip_white(const u8 *p, const u8 *end)
{
	while (p < end && is_white(*p))
		p++;
	return p;
}

static struct xsip_range first_run(struct xsip_range value)
{
	struct xsip_range run = { value.p, value.p };
	u64 word;

	if (xsip_range_size(value) > SIP_CALL_ID_MAX)
		value.end = value.p + SIP_CALL_ID_MAX;
	for (; value.end - run.end >= 8; run.end += 8) {
		word = xsip_port_load64(run.end);
		if (xsip_word_controls(word) | xsip_word_bytes(word, ' '))
			break;
	}
	while (run.end < value.end && !is_white(*run.end))
		run.end++;
	return run;
}

static void name_other(const u8 *p, const u8 *end, struct xsip_transaction *t)
{
	u32 len;

	memset(t->other, 0, sizeof(t->other));
	for (len = 0; p < end && len < SIP_OTHER_MAX; p++, len++) {
		if (!xsip_is(*p, SIP_TOKEN))
			break;
		t->other[len] = xsip_lower(*p);
	}
}

bool xsip_transaction_of(const struct xsip_parsed *parsed,
			 struct xsip_transaction *t)
{
	const struct xsip_msg *msg = &parsed->msg;
	struct xsip_range cseq, name;

	t->method = msg->method;
	if (~msg->present & (BIT(SIP_CALL_ID) | BIT(SIP_CSEQ)))
		return false;
	t->call_id = first_run(xsip_parsed_field(parsed, SIP_CALL_ID));
	cseq = xsip_parsed_field(parsed, SIP_CSEQ);
	name.p = xsip_text_number(cseq.p, cseq.end, &t->number);
	if (name.p == cseq.p)
		return false;
	if (msg->method != XT_SIP_OTHER)
		return true;
	name.end = cseq.end;
	if (msg->class == SIP_REQUEST)
		name = xsip_parsed_text(parsed, msg->name);
	name_other(skip_white(name.p, name.end), name.end, t);
	return true;
}

/* Is there anything that a server may read as a tag? */
static bool may_have_tag(struct xsip_range to)
{
	const u8 *p = to.p;

	for (;;) {
		p = xsip_text_find(p, to.end, ';');
		if (p == to.end)
			return false;
		p = skip_white(p + 1, to.end);
		if (to.end - p >= 3 && xsip_text_equal(p, p + 3, "tag") &&
		    (p + 3 == to.end || !xsip_is(p[3], SIP_TOKEN)))
			return true;
	}
}

bool xsip_transaction_own(const struct xsip_parsed *parsed)
{
	const struct xsip_msg *msg = &parsed->msg;
	struct xsip_range via;

	if (xsip_msg_malformed(msg) || !msg->ended ||
	    ~msg->present & (BIT(SIP_VIA) | BIT(SIP_TO)) ||
	    msg->repeated & (BIT(SIP_VIA) | BIT(SIP_TO)))
		return false;
	via = xsip_parsed_field(parsed, SIP_VIA);
	return xsip_text_find(via.p, via.end, ',') == via.end &&
		!may_have_tag(xsip_parsed_field(parsed, SIP_TO));
}
