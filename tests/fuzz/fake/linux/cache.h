/* SPDX-License-Identifier: GPL-2.0 */
/* linux/cache.h where it does not matter what lies where; see percpu.h */
#ifndef _FAKE_CACHE_H
#define _FAKE_CACHE_H

#define __aligned(bytes)

#endif /* _FAKE_CACHE_H */
