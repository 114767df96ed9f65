/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_field: the header fields that xt_sip knows, by their names.
 *
 * RFC 3261 section 20, compact forms of section 7.3.3. Pure.
 */
#ifndef _SIP_FIELD_H
#define _SIP_FIELD_H

#include "sip_port.h"

enum sip_field {
	SIP_VIA,
	SIP_FROM,
	SIP_TO,
	SIP_CALL_ID,
	SIP_CSEQ,
	SIP_CONTENT_LENGTH,
	SIP_USER_AGENT,
	SIP_SERVER,
	SIP_AUTHORIZATION,
	SIP_PROXY_AUTHORIZATION,
	SIP_CONTACT,
	SIP_FIELD_COUNT,
	SIP_FIELD_NONE = SIP_FIELD_COUNT
};

/**
 * sip_field_of() - which header field has this name?
 * @name: start of the name, without white space around it
 * @name_end: its end, behind @name; no control byte lies between
 * @end: end of what may be read
 *
 * The whole name decides, in any case: "To-X" is not "To".
 *
 * Return: the field, or SIP_FIELD_NONE.
 */
enum sip_field sip_field_of(const u8 *name, const u8 *name_end, const u8 *end);

#endif /* _SIP_FIELD_H */
