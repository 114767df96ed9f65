// SPDX-License-Identifier: GPL-2.0
/* baseline_sofia: parses a message with sofia-sip. */
#include <sofia-sip/msg.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_parser.h>

#include "baselines.h"

size_t sofia_run(const void *data, size_t size)
{
	msg_t *msg = msg_make(sip_default_mclass(), 0, data,
			      (ssize_t)size);
	sip_t *sip = msg ? sip_object(msg) : NULL;
	size_t result = !sip || sip->sip_flags & MSG_FLG_ERROR;

	msg_destroy(msg);
	return result;
}
