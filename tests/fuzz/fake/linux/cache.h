/* SPDX-License-Identifier: GPL-2.0 */
/* Fake of linux/cache.h: alignment does not matter here; see percpu.h */
#ifndef _FAKE_CACHE_H
#define _FAKE_CACHE_H

#define __aligned(bytes)

#endif /* _FAKE_CACHE_H */
