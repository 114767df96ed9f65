/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists the frozen ABI of revision 0, kernel/uapi/linux/netfilter/xt_sip.h. A
 * line may be added where reserved bytes or bits get a meaning; no other line
 * may ever change but those of reserved, of masks and of _COUNT.
 *
 * FIELD(name, offset, size): of struct xt_sip_mtinfo, without gaps.
 * PART(field, offset, size): of struct xt_sip_status.
 * FLAG(name, value), METHOD(name, value), DEFECT(name, value): of an enum.
 * VALUE(name, value): of a macro, or a _COUNT.
 * NUMBER(field, flag, least, most): what is valid in a field if one of these
 * flags is set; else it is 0.
 * UNIT(field, flag): the same, of 1, 60, 3600 and 86400 seconds.
 * CONFLICT(flag, flag): not together, unless "!" is before one of them.
 * NEEDS(flag, flag, needed): not together without the third, unless "!" is
 * before one of them.
 *
 * tests/lib/abi.py reads it; tests/blobs and tests/fuzz decide by it which
 * rules are valid, without a line of kernel/sip/validate.c.
 */

FIELD(flags,		0,	4)
FIELD(invert,		4,	4)
FIELD(methods,		8,	4)
FIELD(defects,		12,	4)
FIELD(rate,		16,	4)
FIELD(rate_unit,	20,	4)
FIELD(burst,		24,	4)
FIELD(users,		28,	4)
FIELD(users_unit,	32,	4)
FIELD(ban,		36,	4)
FIELD(ua_count,		40,	2)
FIELD(ua_size,		42,	2)
FIELD(status_count,	44,	1)
FIELD(prefix4,		45,	1)
FIELD(prefix6,		46,	1)
FIELD(reserved0,	47,	1)
FIELD(status,		48,	64)
FIELD(name,		112,	32)
FIELD(ban_most,		144,	4)
FIELD(trust,		148,	4)
FIELD(reserved,		152,	96)
FIELD(ua,		248,	2816)
/* The kernel's pointer is at 3064, of either size; 3072 bytes in all. */

PART(first,		0,	2)
PART(last,		2,	2)

VALUE(XT_SIP_NAME_LEN,		32)
VALUE(XT_SIP_STATUS_MAX,	16)
VALUE(XT_SIP_UA_SPACE,		2816)
VALUE(XT_SIP_RATE_MAX,		1000000)
VALUE(XT_SIP_USERS_MAX,		200)
VALUE(XT_SIP_BAN_MAX,		31536000)

FLAG(XT_SIP_REQUEST,		0x0001)
FLAG(XT_SIP_RESPONSE,		0x0002)
FLAG(XT_SIP_METHOD,		0x0004)
FLAG(XT_SIP_STATUS,		0x0008)
FLAG(XT_SIP_UA,			0x0010)
FLAG(XT_SIP_SCANNER,		0x0020)
FLAG(XT_SIP_MALFORMED,		0x0040)
FLAG(XT_SIP_DEFECT,		0x0080)
FLAG(XT_SIP_AUTH,		0x0100)
FLAG(XT_SIP_SOLICITED,		0x0200)
FLAG(XT_SIP_BANNED,		0x0400)
FLAG(XT_SIP_RATE,		0x0800)
FLAG(XT_SIP_USERS,		0x1000)
FLAG(XT_SIP_BY_DST,		0x2000)
FLAG(XT_SIP_BAN,		0x4000)
FLAG(XT_SIP_FORGIVE,		0x8000)
FLAG(XT_SIP_TRUSTED,		0x10000)
FLAG(XT_SIP_TRUST,		0x20000)
VALUE(XT_SIP_INVERTIBLE,	0x10fff)
VALUE(XT_SIP_FLAGS_ALL,		0x3ffff)
VALUE(XT_SIP_NEEDS_TABLE,	0x3de00)

METHOD(XT_SIP_ACK,		0)
METHOD(XT_SIP_BYE,		1)
METHOD(XT_SIP_CANCEL,		2)
METHOD(XT_SIP_INFO,		3)
METHOD(XT_SIP_INVITE,		4)
METHOD(XT_SIP_MESSAGE,		5)
METHOD(XT_SIP_NOTIFY,		6)
METHOD(XT_SIP_OPTIONS,		7)
METHOD(XT_SIP_PRACK,		8)
METHOD(XT_SIP_PUBLISH,		9)
METHOD(XT_SIP_REFER,		10)
METHOD(XT_SIP_REGISTER,		11)
METHOD(XT_SIP_SUBSCRIBE,	12)
METHOD(XT_SIP_UPDATE,		13)
METHOD(XT_SIP_OTHER,		14)
VALUE(XT_SIP_METHOD_COUNT,	15)

DEFECT(XT_SIP_START_LINE,	0)
DEFECT(XT_SIP_MISSING,		1)
DEFECT(XT_SIP_DUPLICATE,	2)
DEFECT(XT_SIP_CSEQ,		3)
DEFECT(XT_SIP_CONTENT_LENGTH,	4)
DEFECT(XT_SIP_HEADER,		5)
DEFECT(XT_SIP_LONG,		6)
DEFECT(XT_SIP_AMBIGUOUS,	7)
DEFECT(XT_SIP_NO_END,		8)
DEFECT(XT_SIP_COOKIE,		9)
DEFECT(XT_SIP_PIPELINE,		10)
DEFECT(XT_SIP_CHARSET,		11)
VALUE(XT_SIP_DEFECT_COUNT,	12)
VALUE(XT_SIP_DEFINITE,		0xff)

VALUE(XT_SIP_UA_LEN,		0x3f)
VALUE(XT_SIP_UA_START,		0x40)
VALUE(XT_SIP_UA_END,		0x80)

NUMBER(methods,		XT_SIP_METHOD,		1,	0x7fff)
NUMBER(defects,		XT_SIP_DEFECT,		1,	0x0fff)
NUMBER(rate,		XT_SIP_RATE,		1,	1000000)
UNIT(rate_unit,		XT_SIP_RATE)
NUMBER(burst,		XT_SIP_RATE,		1,	1000000)
NUMBER(users,		XT_SIP_USERS,		1,	200)
UNIT(users_unit,	XT_SIP_USERS)
NUMBER(ban,		XT_SIP_BAN,		1,	31536000)
NUMBER(ban_most,	XT_SIP_BAN,		0,	31536000)
NUMBER(trust,		XT_SIP_TRUST,		1,	31536000)
NUMBER(status_count,	XT_SIP_STATUS,		1,	16)
NUMBER(prefix4,		XT_SIP_NEEDS_TABLE,	0,	32)
NUMBER(prefix6,		XT_SIP_NEEDS_TABLE,	0,	128)

CONFLICT(XT_SIP_REQUEST,	XT_SIP_RESPONSE)
CONFLICT(XT_SIP_REQUEST,	XT_SIP_STATUS)
CONFLICT(XT_SIP_REQUEST,	XT_SIP_SOLICITED)
CONFLICT(XT_SIP_SCANNER,	XT_SIP_RESPONSE)
CONFLICT(XT_SIP_SCANNER,	XT_SIP_STATUS)
CONFLICT(XT_SIP_SCANNER,	XT_SIP_SOLICITED)
CONFLICT(XT_SIP_BAN,		XT_SIP_FORGIVE)
CONFLICT(XT_SIP_BAN,		XT_SIP_TRUST)
CONFLICT(XT_SIP_TRUST,		XT_SIP_REQUEST)
CONFLICT(XT_SIP_TRUST,		XT_SIP_SCANNER)
CONFLICT(XT_SIP_BANNED,		XT_SIP_TRUSTED)

NEEDS(XT_SIP_BAN,	XT_SIP_RESPONSE,	XT_SIP_BY_DST)
NEEDS(XT_SIP_BAN,	XT_SIP_STATUS,		XT_SIP_BY_DST)
NEEDS(XT_SIP_BAN,	XT_SIP_SOLICITED,	XT_SIP_BY_DST)
