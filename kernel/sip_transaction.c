// SPDX-License-Identifier: GPL-2.0
/* sip_transaction: see sip_transaction.h for the contract. */
#include "sip_transaction.h"

static struct sip_range range_of(const struct sip_payload *pl,
				 struct sip_span span)
{
	return (struct sip_range){
		pl->data + span.start, pl->data + span.end,
	};
}

static struct sip_range field_of(const struct sip_payload *pl,
				 const struct sip_msg *msg,
				 enum sip_field field)
{
	return range_of(pl, msg->field[field]);
}

static bool is_white(u8 byte)
{
	return byte <= ' ';
}

/* Behind white space, to which control bytes count where servers differ. */
static const u8 *skip_white(const u8 *p, const u8 *end)
{
	while (p < end && is_white(*p))
		p++;
	return p;
}

static struct sip_range first_run(struct sip_range value)
{
	struct sip_range run = { value.p, value.p };
	u64 word;

	if (sip_range_size(value) > SIP_CALL_ID_MAX)
		value.end = value.p + SIP_CALL_ID_MAX;
	for (; value.end - run.end >= 8; run.end += 8) {
		word = sip_port_load64(run.end);
		if (sip_word_controls(word) | sip_word_bytes(word, ' '))
			break;
	}
	while (run.end < value.end && !is_white(*run.end))
		run.end++;
	return run;
}

static void name_other(const u8 *p, const u8 *end, struct sip_transaction *t)
{
	u32 len;

	for (len = 0; p < end && len < SIP_OTHER_MAX; p++, len++) {
		if (!sip_is(*p, SIP_TOKEN))
			break;
		t->other[len] = sip_lower(*p);
	}
}

bool sip_transaction_of(const struct sip_payload *pl,
			const struct sip_msg *msg, struct sip_transaction *t)
{
	struct sip_range cseq, name;

	*t = (struct sip_transaction){ .method = msg->method };
	if (~msg->present & (BIT(SIP_CALL_ID) | BIT(SIP_CSEQ)))
		return false;
	t->call_id = first_run(field_of(pl, msg, SIP_CALL_ID));
	cseq = field_of(pl, msg, SIP_CSEQ);
	name.p = sip_text_number(cseq.p, cseq.end, &t->number);
	if (name.p == cseq.p)
		return false;
	if (msg->method != XT_SIP_OTHER)
		return true;
	name.end = cseq.end;
	if (msg->class == SIP_REQUEST)
		name = range_of(pl, msg->name);
	name_other(skip_white(name.p, name.end), name.end, t);
	return true;
}

/* Is there anything that a server may take for a tag? */
static bool may_have_tag(struct sip_range to)
{
	const u8 *p = to.p;

	for (;;) {
		p = sip_text_find(p, to.end, ';');
		if (p == to.end)
			return false;
		p = skip_white(p + 1, to.end);
		if (to.end - p >= 3 && sip_text_equal(p, p + 3, "tag") &&
		    (p + 3 == to.end || !sip_is(p[3], SIP_TOKEN)))
			return true;
	}
}

bool sip_transaction_own(const struct sip_payload *pl,
			 const struct sip_msg *msg)
{
	struct sip_range via;

	if (sip_msg_malformed(msg) || !msg->ended ||
	    ~msg->present & (BIT(SIP_VIA) | BIT(SIP_TO)) ||
	    msg->repeated & (BIT(SIP_VIA) | BIT(SIP_TO)))
		return false;
	via = field_of(pl, msg, SIP_VIA);
	return sip_text_find(via.p, via.end, ',') == via.end &&
		!may_have_tag(field_of(pl, msg, SIP_TO));
}
