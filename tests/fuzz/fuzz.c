// SPDX-License-Identifier: GPL-2.0
/* Implements what the fuzz targets share, see fuzz.h. */
#include <stdarg.h>
#include "fuzz.h"

#define FLAG_STREAM	0x01
#define FLAG_FILL	0x10
#define FILL_MAX	16384

int fuzz_allocations = -1;

void *__wrap_calloc(size_t count, size_t size)
{
	if (!fuzz_allocations)
		return NULL;
	if (fuzz_allocations > 0)
		fuzz_allocations--;
	return __real_calloc(count, size);
}

void fuzz_fail(const char *format, ...)
{
	va_list args;

	fputs("DISAGREE: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

u8 *fuzz_block(const void *data, size_t size)
{
	u8 *block = malloc(size);

	if (!block)
		abort();
	if (size)
		memcpy(block, data, size);
	return block;
}

static size_t u16_at(const u8 *p)
{
	return (size_t)p[0] | (size_t)p[1] << 8;
}

bool fuzz_message(const u8 *data, size_t size, struct fuzz_message *m)
{
	const u8 *text = data + FUZZ_HEAD;
	size_t at = 0, fill = 0;

	if (size < FUZZ_HEAD)
		return false;
	size -= FUZZ_HEAD;
	if (data[0] & FLAG_FILL) {
		at = u16_at(data + 3) % (size + 1);
		fill = u16_at(data + 5) % FILL_MAX;
	}
	m->stream = data[0] & FLAG_STREAM;
	m->align = data[0] >> 1 & 7;
	m->size = size + fill;
	m->cut = u16_at(data + 1) % (m->size + 1);
	m->bytes = malloc(m->size);
	if (!m->bytes)
		abort();
	if (!m->size)
		return true;
	memcpy(m->bytes, text, at);
	memset(m->bytes + at, data[7], fill);
	memcpy(m->bytes + at + fill, text + at, size - at);
	return true;
}
