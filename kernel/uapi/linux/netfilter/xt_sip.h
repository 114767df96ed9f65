/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * xt_sip: the ABI between the `sip` match and its front-ends, revision 0.
 *
 * One fixed-size structure, the same bytes for 32-bit and 64-bit callers, all
 * integers in host byte order. Every field that its flag does not ask for, and
 * every reserved byte, must be zero: one rule has one encoding, so that equal
 * rules are equal memory. kernel/sip/validate.c says what else a valid rule is.
 */
#ifndef _UAPI_LINUX_NETFILTER_XT_SIP_H
#define _UAPI_LINUX_NETFILTER_XT_SIP_H

#include <linux/types.h>

#define XT_SIP_NAME_LEN		32	/* table name, NUL included */
#define XT_SIP_STATUS_MAX	16	/* ranges of one --status */
#define XT_SIP_TEXT_SPACE	2816	/* bytes of xt_sip_mtinfo.texts */
#define XT_SIP_RATE_MAX		1000000	/* N of --rate N/U; of --burst */
#define XT_SIP_USERS_MAX	200	/* N of --users N/U */
#define XT_SIP_BAN_MAX		31536000 /* seconds; 365 days; of trust, too */

/* Conditions and actions: bits of xt_sip_mtinfo.flags. */
enum xt_sip_flags {
	XT_SIP_REQUEST		= 1 << 0,
	XT_SIP_RESPONSE		= 1 << 1,
	XT_SIP_METHOD		= 1 << 2,
	XT_SIP_STATUS		= 1 << 3,
	XT_SIP_UA		= 1 << 4,
	XT_SIP_SCANNER		= 1 << 5,
	XT_SIP_MALFORMED	= 1 << 6,
	XT_SIP_DEFECT		= 1 << 7,
	XT_SIP_AUTH		= 1 << 8,
	XT_SIP_SOLICITED	= 1 << 9,
	XT_SIP_BANNED		= 1 << 10,
	XT_SIP_RATE		= 1 << 11,
	XT_SIP_USERS		= 1 << 12,
	XT_SIP_BY_DST		= 1 << 13,
	XT_SIP_BAN		= 1 << 14,
	XT_SIP_FORGIVE		= 1 << 15,
	XT_SIP_TRUSTED		= 1 << 16,
	XT_SIP_TRUST		= 1 << 17,
	XT_SIP_URI		= 1 << 18,
	XT_SIP_FROM		= 1 << 19,
	XT_SIP_TO		= 1 << 20,
	XT_SIP_CONTACT		= 1 << 21,
};

/* Conditions that have the texts of a rule: it has at most one of them. */
#define XT_SIP_TEXTS		(XT_SIP_UA | XT_SIP_URI | XT_SIP_FROM | \
				 XT_SIP_TO | XT_SIP_CONTACT)
/* Conditions that `!` may invert: the bits allowed in xt_sip_mtinfo.invert. */
#define XT_SIP_INVERTIBLE	(XT_SIP_REQUEST | XT_SIP_RESPONSE | \
				 XT_SIP_METHOD | XT_SIP_STATUS | \
				 XT_SIP_TEXTS | \
				 XT_SIP_SCANNER | XT_SIP_MALFORMED | \
				 XT_SIP_DEFECT | XT_SIP_AUTH | \
				 XT_SIP_SOLICITED | XT_SIP_BANNED | \
				 XT_SIP_RATE | XT_SIP_TRUSTED)
#define XT_SIP_FLAGS_ALL	((1 << 22) - 1)
/* Conditions and actions that need a table of sources. */
#define XT_SIP_NEEDS_TABLE	(XT_SIP_SOLICITED | XT_SIP_BANNED | \
				 XT_SIP_RATE | XT_SIP_USERS | XT_SIP_BAN | \
				 XT_SIP_FORGIVE | XT_SIP_TRUSTED | \
				 XT_SIP_TRUST)

/* Methods: bit numbers of xt_sip_mtinfo.methods. OTHER is any other token. */
enum xt_sip_method {
	XT_SIP_ACK,
	XT_SIP_BYE,
	XT_SIP_CANCEL,
	XT_SIP_INFO,
	XT_SIP_INVITE,
	XT_SIP_MESSAGE,
	XT_SIP_NOTIFY,
	XT_SIP_OPTIONS,
	XT_SIP_PRACK,
	XT_SIP_PUBLISH,
	XT_SIP_REFER,
	XT_SIP_REGISTER,
	XT_SIP_SUBSCRIBE,
	XT_SIP_UPDATE,
	XT_SIP_OTHER,
	XT_SIP_METHOD_COUNT
};

/* Defects: bit numbers of xt_sip_mtinfo.defects. */
enum xt_sip_defect {
	/* definite: no sound implementation sends this */
	XT_SIP_START_LINE,
	XT_SIP_MISSING,
	XT_SIP_DUPLICATE,
	XT_SIP_CSEQ,
	XT_SIP_CONTENT_LENGTH,
	XT_SIP_HEADER,
	XT_SIP_LONG,
	XT_SIP_AMBIGUOUS,
	/* opt-in: odd, but seen from honest implementations */
	XT_SIP_NO_END,
	XT_SIP_COOKIE,
	XT_SIP_PIPELINE,
	XT_SIP_CHARSET,
	XT_SIP_DEFECT_COUNT
};

#define XT_SIP_DEFINITE							\
	(1 << XT_SIP_START_LINE | 1 << XT_SIP_MISSING |			\
	 1 << XT_SIP_DUPLICATE | 1 << XT_SIP_CSEQ |			\
	 1 << XT_SIP_CONTENT_LENGTH | 1 << XT_SIP_HEADER |		\
	 1 << XT_SIP_LONG | 1 << XT_SIP_AMBIGUOUS)

/*
 * One text in xt_sip_mtinfo.texts: a byte of length (1 to 63) and anchors, then
 * the text itself, which holds no NUL.
 */
#define XT_SIP_TEXT_LEN		0x3f
#define XT_SIP_TEXT_START	0x40	/* `^`: at the start of the value */
#define XT_SIP_TEXT_END		0x80	/* `$`: at its end */

struct xt_sip_status {
	__u16 first;
	__u16 last;			/* inclusive, not below first */
};

struct xsip_rule;

struct xt_sip_mtinfo {
	__u32 flags;			/* enum xt_sip_flags */
	__u32 invert;			/* a subset of flags */
	__u32 methods;			/* 1 << enum xt_sip_method */
	__u32 defects;			/* 1 << enum xt_sip_defect */
	__u32 rate;			/* more than this many ... */
	__u32 rate_unit;		/* ... per so many seconds */
	__u32 burst;			/* packets */
	__u32 users;			/* more than this many users ... */
	__u32 users_unit;		/* ... per so many seconds */
	__u32 ban;			/* seconds */
	__u16 text_count;		/* how many texts */
	__u16 text_size;		/* bytes they take in texts */
	__u8 status_count;
	__u8 prefix4;			/* 0 to 32 */
	__u8 prefix6;			/* 0 to 128 */
	__u8 reserved0;
	struct xt_sip_status status[XT_SIP_STATUS_MAX];
	char name[XT_SIP_NAME_LEN];	/* of the table; NUL-padded */
	__u32 ban_most;			/* seconds; 0: bans do not grow */
	__u32 trust;			/* seconds */
	__u8 reserved[96];
	__u8 texts[XT_SIP_TEXT_SPACE];

	/* Used internally by the kernel; never shown to users. */
	struct xsip_rule *rule __attribute__((aligned(8)));
};

#endif /* _UAPI_LINUX_NETFILTER_XT_SIP_H */
