// SPDX-License-Identifier: GPL-2.0
/*
 * Asserts the table of layout.h at compile time. test_abi.py compiles it for
 * 64-bit and 32-bit programs and as a part of a module.
 */
#include <linux/netfilter/xt_sip.h>

#define RULE			struct xt_sip_mtinfo
#define OFFSET(type, name)	__builtin_offsetof(type, name)
#define SIZE(type, name)	sizeof(((type *)0)->name)

#define FIELD(name, offset, size)					\
	_Static_assert(OFFSET(RULE, name) == (offset), #name " moved");	\
	_Static_assert(SIZE(RULE, name) == (size), #name " resized");
#define PART(name, offset, size)					\
	_Static_assert(OFFSET(struct xt_sip_status, name) == (offset) &&\
		       SIZE(struct xt_sip_status, name) == (size),	\
		       "xt_sip_status." #name " changed");
#define VALUE(name, value)						\
	_Static_assert((name) == (value), #name " is not " #value);
#define FLAG(name, value)	VALUE(name, value)
#define METHOD(name, value)	VALUE(name, value)
#define DEFECT(name, value)	VALUE(name, value)
#define NUMBER(field, flag, least, most)
#define UNIT(field, flag)
#define CONFLICT(one, other)
#define NEEDS(one, other, needed)
#include "layout.h"
#undef FIELD
#undef PART
#undef VALUE

/* All fields together: none is missing in the table, there is no padding. */
#define FIELD(name, offset, size)	+ (size)
#define PART(name, offset, size)
#define VALUE(name, value)
_Static_assert((0
#include "layout.h"
) == OFFSET(RULE, rule), "a field is missing in layout.h");

_Static_assert(OFFSET(RULE, rule) == 3064, "the kernel's pointer moved");
_Static_assert(SIZE(RULE, rule) == sizeof(void *), "it is a pointer");
_Static_assert(sizeof(RULE) == 3072, "the rule was resized");
_Static_assert(_Alignof(RULE) == 8, "the rule is aligned to 8 bytes");
_Static_assert(sizeof(struct xt_sip_status) == 4, "a range was resized");
