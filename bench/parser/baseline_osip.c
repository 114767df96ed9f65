// SPDX-License-Identifier: GPL-2.0
/* baseline_osip: parses a message with libosip2. */
#include <osipparser2/osip_parser.h>
#include <osipparser2/osip_port.h>

#include "baselines.h"

static void ignore(const char *file, int line, osip_trace_level_t level,
		   const char *text, va_list args)
{
	(void)file, (void)line, (void)level, (void)text, (void)args;
}

/* By default libosip2 prints parse errors on stdout. */
bool osip_prepare(void)
{
	osip_trace_initialize_func(TRACE_LEVEL0, ignore);
	return !parser_init();
}

size_t osip_run(const void *data, size_t size)
{
	osip_message_t *msg;
	size_t result;

	if (osip_message_init(&msg))
		return 0;
	result = (size_t)osip_message_parse(msg, data, size);
	osip_message_free(msg);
	return result;
}
