/* SPDX-License-Identifier: GPL-2.0 */
/* Fake of linux/local_lock.h for fuzz_cache: knows whether it is held. */
#ifndef _FAKE_LOCAL_LOCK_H
#define _FAKE_LOCAL_LOCK_H

#include <stdlib.h>

typedef struct {
	int held;
} local_lock_t;

#define local_lock_init(lock)	((void)((lock)->held = 0))
#define local_lock_nested_bh(lock)				\
	((lock)->held++ ? abort() : (void)0)
#define local_unlock_nested_bh(lock)				\
	(--(lock)->held ? abort() : (void)0)

#endif /* _FAKE_LOCAL_LOCK_H */
