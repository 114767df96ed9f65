/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The URIs of a message, compared with the texts of a rule: the Request-URI
 * (RFC 3261 section 7.1) and those of From, To and Contact (20.20, 20.39,
 * 20.10). A response repeats From and To of its request.
 *
 * Percent escapes are resolved, as servers do before they compare (19.1.4).
 * From and To have one URI; the first field counts. Of Contact every URI does.
 */
#ifndef _XSIP_URI_H
#define _XSIP_URI_H

#include "parse.h"
#include "pattern.h"

/**
 * xsip_uri_match() - is a text of a pattern in the URI of a field?
 * @pattern: the texts
 * @parsed: the message
 * @field: SIP_FROM, SIP_TO or SIP_CONTACT; SIP_FIELD_NONE for the Request-URI
 *
 * Return: whether there is such a URI and it has a text; false for what is no
 * SIP.
 */
bool xsip_uri_match(const struct xsip_pattern *pattern,
		    const struct xsip_parsed *parsed, enum xsip_field field);

#endif /* _XSIP_URI_H */
