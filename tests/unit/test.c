// SPDX-License-Identifier: GPL-2.0
/* Runs the tests of a program, and has what they share. */
#include "test.h"

/* ---- Tests ---- */

static struct CMUnitTest tests[32];
static void (*functions[ARRAY_SIZE(tests)])(void);
static size_t count;

unsigned int test_failures;
static u64 random_state;

static void run(void **state)
{
	void (**function)(void) = *state;

	test_failures = 0;
	random_state = 88172645463325252ULL;
	(*function)();
	assert_int_equal(test_failures, 0);
}

void test_add(const char *name, void (*function)(void))
{
	assert(count < ARRAY_SIZE(tests));
	functions[count] = function;
	tests[count] = (struct CMUnitTest){
		.name = name,
		.test_func = run,
		.initial_state = &functions[count],
	};
	count++;
}

int main(int argc, char **argv)
{
	(void)argc;
	return _cmocka_run_group_tests(*argv, tests, count, NULL, NULL);
}

void expect_int(const char *what, long got, long expected)
{
	if (got != expected)
		wrong("%s: %ld, expected %ld", what, got, expected);
}

void expect_text(const char *what, struct xsip_range got, const char *expected)
{
	size_t len = xsip_range_size(got);

	if (len != strlen(expected) || memcmp(got.p, expected, len))
		wrong("%s: \"%.*s\", expected \"%s\"", what, (int)len,
		      (const char *)got.p, expected);
}

/* ---- Blocks ---- */

struct xsip_range block_of(const void *bytes, size_t len)
{
	u8 *block = malloc(len);

	if (!block)
		abort();
	if (len)
		memcpy(block, bytes, len);
	return (struct xsip_range){ block, block + len };
}

void block_free(struct xsip_range *block)
{
	free((u8 *)block->p);
}

/* ---- Random numbers ---- */

u64 random_u64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* ---- Memory that runs out ---- */

int allocations_left = -1;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
	if (!allocations_left)
		return NULL;
	if (allocations_left > 0)
		allocations_left--;
	return __real_calloc(count, size);
}
