/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transactions: what a response has in common with its request (RFC 3261
 * section 17), and whether a request was made by the host that sends it.
 *
 * A response repeats Call-ID and CSeq of its request. The method of a request
 * is the one in its request line, so a response to OPTIONS whose CSeq names
 * REGISTER belongs to no request.
 */
#ifndef _XSIP_TRANSACTION_H
#define _XSIP_TRANSACTION_H

#include "parse.h"
#include "value.h"

#define SIP_CALL_ID_MAX		256	/* bytes of a Call-ID that count */
#define SIP_OTHER_MAX		32	/* and of a method without number */

/**
 * struct xsip_transaction - what names a transaction between two addresses
 * @call_id: the first run of bytes without white space, which may be empty
 * @number: of CSeq; U32_MAX if it is that or more
 * @method: enum xt_sip_method
 * @other: if @method is XT_SIP_OTHER, its name in lower case, then NULs
 */
struct xsip_transaction {
	struct xsip_range call_id;
	u32 number;
	u8 method;
	u8 other[SIP_OTHER_MAX];
};

/**
 * xsip_transaction_of() - the transaction that a message belongs to
 * @parsed: a request or a response
 * @t: the result
 *
 * Return: whether the message has a Call-ID and a CSeq with a number.
 */
bool xsip_transaction_of(const struct xsip_parsed *parsed,
			 struct xsip_transaction *t);

/**
 * xsip_transaction_own() - was a request made where it is sent from?
 * @parsed: the request
 *
 * A request that begins here has one Via and, outside of a dialog, no tag in
 * To; what a proxy passes on, or a peer has brought about within a dialog, has
 * more. Doubts are decided against it: any comma in Via, anything like a tag
 * anywhere in To, a definite defect, header fields without an end.
 *
 * Return: whether it was, beyond doubt.
 */
bool xsip_transaction_own(const struct xsip_parsed *parsed);

#endif /* _XSIP_TRANSACTION_H */
