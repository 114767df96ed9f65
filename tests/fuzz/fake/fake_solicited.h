/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fake of solicited.h, which reports its arguments. Include it before walk.c,
 * so that walk.c's own include of solicited.h has no effect.
 */
#ifndef _XSIP_SOLICITED_H
#define _XSIP_SOLICITED_H

#include <linux/skbuff.h>

/**
 * struct xsip_net - a namespace
 * @used: requests are remembered
 * @noted: how many were, since the caller set this to 0
 * @left: so many of them left the host
 * @last: the last of them
 */
struct xsip_net {
	bool used;
	unsigned int noted;
	unsigned int left;
	struct xsip_msg last;
};

static inline bool xsip_solicited_used(const struct xsip_net *sn)
{
	return sn->used;
}

static inline void xsip_solicited_note(struct xsip_net *sn,
				       const struct sk_buff *skb, u8 family,
				       bool leaves,
				       const struct xsip_payload *payload,
				       const struct xsip_msg *msg)
{
	(void)skb;
	(void)family;
	(void)payload;
	sn->noted++;
	sn->left += leaves;
	sn->last = *msg;
}

#endif /* _XSIP_SOLICITED_H */
