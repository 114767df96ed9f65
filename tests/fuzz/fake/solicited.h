/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_solicited.h without the kernel: it tells what it was given. To be
 * included before sip_walk.c, whose own include of it is then nothing.
 */
#ifndef _SIP_SOLICITED_H
#define _SIP_SOLICITED_H

#include <linux/skbuff.h>

/**
 * struct sip_net - a namespace
 * @used: requests are remembered
 * @noted: so many were, since somebody set this to 0
 * @left: so many of them left the host
 * @last: the last of them
 */
struct sip_net {
	bool used;
	unsigned int noted;
	unsigned int left;
	struct sip_msg last;
};

static inline bool sip_solicited_used(const struct sip_net *sn)
{
	return sn->used;
}

static inline void sip_solicited_note(struct sip_net *sn,
				      const struct sk_buff *skb, u8 family,
				      bool leaves,
				      const struct sip_payload *payload,
				      const struct sip_msg *msg)
{
	(void)skb;
	(void)family;
	(void)payload;
	sn->noted++;
	sn->left += leaves;
	sn->last = *msg;
}

#endif /* _SIP_SOLICITED_H */
