// SPDX-License-Identifier: GPL-2.0
/* What comes before the first input of a target that says nothing of it. */
#include "fuzz.h"

int fuzz_start(void)
{
	return 0;
}
