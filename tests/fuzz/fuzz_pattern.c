// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes patterns against a search for each text at each position.
 *
 * An input: flags, bytes of texts (2), the texts as in xt_sip_mtinfo.texts,
 * then the value. Texts are changed to be valid for xsip_validate(); what does
 * not fit is cut off.
 */
#include "fuzz.h"
#include "reference.h"
#include "sip/pattern.h"
#include "sip/validate.h"

#define HEAD		4
#define FLAG_NARROW	0x01	/* few letters: more to find */
#define FLAG_FAIL	0x02	/* an allocation fails */

static const u8 narrow[16] = "aAbB  \t\r\nab%61-\xc3";

/* Make texts that a rule may have of any bytes; how many of them are good. */
static size_t mend(u8 *texts, size_t size, bool few)
{
	size_t i = 0, j, len;

	while (i < size) {
		len = texts[i] & XT_SIP_TEXT_LEN;
		if (few)
			len = 1 + len % 5;
		if (!len)
			len = 1;
		if (len >= size - i)
			break;
		texts[i] = (u8)((texts[i] & ~XT_SIP_TEXT_LEN) | len);
		for (j = i + 1; j <= i + len; j++) {
			if (few)
				texts[j] = narrow[texts[j] % sizeof(narrow)];
			if (ref_control(texts[j]))
				texts[j] = ' ';
		}
		i += len + 1;
	}
	return i;
}

/* A value is without white space around it, as xsip_parse() gives it. */
static struct ref_text value_of(u8 *p, size_t size, bool few)
{
	struct ref_text value = { p, size };
	size_t i;

	for (i = 0; few && i < size; i++)
		p[i] = narrow[p[i] % sizeof(narrow)];
	return ref_trim(value);
}

/* Is a list of texts one that a rule may have? */
static void check_valid(const u8 *texts, size_t size)
{
	struct xt_sip_mtinfo info = { .flags = XT_SIP_UA };
	const char *error;
	size_t i;

	memcpy(info.texts, texts, size);
	info.text_size = (u16)size;
	for (i = 0; i < size; i += (texts[i] & XT_SIP_TEXT_LEN) + 1)
		info.text_count++;
	error = xsip_validate(&info);
	if (size && error)
		fuzz_fail("refused texts: %s", error);
}

static struct xsip_pattern *compile(const u8 *texts, size_t size, bool fail)
{
	u8 *block = fuzz_block(texts, size);
	struct xsip_pattern *pattern;

	for (fuzz_allocations = 0; fail && fuzz_allocations < 2;) {
		int good = fuzz_allocations;

		if (xsip_pattern_compile(block, (u32)size))
			fuzz_fail("a pattern without memory");
		fuzz_allocations = good + 1;
	}
	fuzz_allocations = -1;
	xsip_pattern_free(NULL);
	pattern = xsip_pattern_compile(block, (u32)size);
	if (!pattern)
		fuzz_fail("no pattern");
	if (memcmp(block, texts, size))
		fuzz_fail("the texts were written to");
	free(block);
	return pattern;
}

static void check(const u8 *texts, size_t size, struct ref_text value,
		  bool fail)
{
	struct xsip_pattern *pattern = compile(texts, size, fail);
	u8 *block = fuzz_block(value.p, value.len);
	int expected = ref_find(texts, size, ref_normal(value));
	int found = xsip_pattern_find(pattern, block, block + value.len);

	if (found != expected)
		fuzz_fail("found text %d, reference %d", found, expected);
	free(block);
	xsip_pattern_free(pattern);
}

/* The same with escapes. */
static void check_escaped(const u8 *texts, size_t size, struct ref_text value)
{
	struct xsip_pattern *pattern = compile(texts, size, false);
	u8 *block = fuzz_block(value.p, value.len);
	bool found = xsip_pattern_match_escaped(pattern, block,
						block + value.len);

	value = ref_resolve(value);
	if (found != (ref_find(texts, size, ref_normal(value)) >= 0))
		fuzz_fail("escapes: found %d, reference %d", found, !found);
	free(block);
	xsip_pattern_free(pattern);
}

int fuzz_one(const u8 *data, size_t size)
{
	struct ref_text value;
	size_t texts;
	u8 *copy;
	bool few;

	if (size < HEAD)
		return 0;
	few = data[0] & FLAG_NARROW;
	texts = data[1] | (size_t)data[2] << 8;
	copy = fuzz_block(data + HEAD, size - HEAD);
	size -= HEAD;
	texts %= XT_SIP_TEXT_SPACE + 1;
	texts = mend(copy, texts < size ? texts : size, few);
	check_valid(copy, texts);
	value = value_of(copy + texts, size - texts, few);
	check(copy, texts, value, data[0] & FLAG_FAIL);
	check_escaped(copy, texts, value);
	free(copy);
	return 0;
}
