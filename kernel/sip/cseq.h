/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CSeq (RFC 3261 sections 8.1.1.5 and 20.16): "1*DIGIT LWS Method".
 *
 * The method has to be that of the request. The number must be below 2^31;
 * FreeSWITCH and Grandstream phones count on, up to 2^32 - 1.
 */
#ifndef _XSIP_CSEQ_H
#define _XSIP_CSEQ_H

#include "message.h"

/**
 * xsip_cseq_check() - find the defects of CSeq, and what it tells
 * @base: first byte of the payload
 * @limit: end of what may be read
 * @stream: the payload is a segment, which may begin inside a request line:
 *          "VITE sip:..." with a CSeq of INVITE is the rest of an INVITE, and
 *          "loINVITE" stands after a body
 * @msg: has a CSeq; its method becomes that of CSeq for a response, for the
 *       rest of a request and for one after a body, which is @msg->inside
 *       then; XT_SIP_CSEQ goes to its defects
 */
void xsip_cseq_check(const u8 *base, const u8 *limit, bool stream,
		     struct xsip_msg *msg);

#endif /* _XSIP_CSEQ_H */
