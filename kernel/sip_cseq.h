/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sip_cseq: CSeq (RFC 3261 sections 8.1.1.5 and 20.16): "1*DIGIT LWS Method",
 * the request's own method. The number is to be less than 2^31 there;
 * FreeSWITCH and Grandstream count on, up to 2^32 - 1. Pure.
 */
#ifndef _SIP_CSEQ_H
#define _SIP_CSEQ_H

#include "sip_msg.h"

/**
 * sip_cseq_check() - find the defects of CSeq, and what it tells
 * @base: first byte of the payload
 * @limit: end of what may be read
 * @stream: the payload is a segment, which may begin inside a request line:
 *          "VITE sip:..." with a CSeq of INVITE is the rest of an INVITE, and
 *          "loINVITE" stands behind a body
 * @msg: has a CSeq; its method becomes that of CSeq for a response, for the
 *       rest of a request and for one behind a body, which is @msg->inside
 *       then; XT_SIP_CSEQ goes to its defects
 */
void sip_cseq_check(const u8 *base, const u8 *limit, bool stream,
		    struct sip_msg *msg);

#endif /* _SIP_CSEQ_H */
