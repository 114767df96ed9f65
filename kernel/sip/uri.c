// SPDX-License-Identifier: GPL-2.0
/* Compares the URIs of a message with the texts of a rule. */
#include "uri.h"
#include "value.h"

static bool matches(const struct xsip_pattern *pattern, struct xsip_range uri)
{
	if (likely(xsip_text_find(uri.p, uri.end, '%') == uri.end))
		return xsip_pattern_match(pattern, uri.p, uri.end);
	return xsip_pattern_match_escaped(pattern, uri.p, uri.end);
}

/* Kamailio serves a Request-URI in angle brackets; others refuse it. */
static struct xsip_range request_uri(const struct xsip_parsed *parsed)
{
	struct xsip_range uri = xsip_parsed_text(parsed, parsed->msg.uri);

	if (uri.p < uri.end && *uri.p == '<') {
		uri.p++;
		uri.end = xsip_text_find(uri.p, uri.end, '>');
	}
	return uri;
}

/* Any URI of a list, "<sip:a@h>;q=1, <sip:b@h>". */
static bool any_matches(const struct xsip_pattern *pattern,
			struct xsip_range list)
{
	struct xsip_values values = xsip_values_of(list);
	struct xsip_range value;

	while (xsip_values_next(&values, &value))
		if (matches(pattern, xsip_value_uri(value)))
			return true;
	return false;
}

static bool contact_matches(const struct xsip_pattern *pattern,
			    const struct xsip_parsed *parsed)
{
	struct xsip_again again;
	struct xsip_range list;
	struct xsip_line line;

	if (any_matches(pattern, xsip_parsed_field(parsed, SIP_CONTACT)))
		return true;
	if (likely(!(parsed->msg.repeated & BIT(SIP_CONTACT))))
		return false;
	xsip_again_start(&again, parsed, SIP_CONTACT);
	while (xsip_again_next(&again, &line)) {
		list = (struct xsip_range){ line.value, line.value_end };
		if (any_matches(pattern, list))
			return true;
	}
	return false;
}

bool xsip_uri_match(const struct xsip_pattern *pattern,
		    const struct xsip_parsed *parsed, enum xsip_field field)
{
	const struct xsip_msg *msg = &parsed->msg;

	if (field == SIP_FIELD_NONE)
		return msg->class == SIP_REQUEST &&
			matches(pattern, request_uri(parsed));
	if (!xsip_msg_is_sip(msg) || !(msg->present & BIT(field)))
		return false;
	if (field == SIP_CONTACT)
		return contact_matches(pattern, parsed);
	return matches(pattern,
		       xsip_value_uri(xsip_parsed_field(parsed, field)));
}
