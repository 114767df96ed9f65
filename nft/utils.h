/* SPDX-License-Identifier: GPL-2.0 */
/* Defines small macros that several files use. */
#ifndef _NFT_UTILS_H
#define _NFT_UTILS_H

#include <stddef.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

#endif /* _NFT_UTILS_H */
