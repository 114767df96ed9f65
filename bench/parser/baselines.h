/* SPDX-License-Identifier: GPL-2.0 */
/*
 * baselines: other parsers to compare with, each in a file of its own without
 * headers of xt_sip, since some of their headers define the same names.
 */
#ifndef _BASELINES_H
#define _BASELINES_H

#include <stdbool.h>
#include <stddef.h>

/**
 * osip_prepare() - initialize libosip2, once
 *
 * Return: whether it could be done.
 */
bool osip_prepare(void);

/**
 * osip_run() - init, parse and free a message with libosip2
 * @data: the message
 * @size: bytes of it
 *
 * Return: 0 if it is a good one.
 */
size_t osip_run(const void *data, size_t size);

/**
 * sofia_run() - make, parse and destroy a message with sofia-sip
 * @data: the message
 * @size: bytes of it
 *
 * Return: 0 if it is a good one.
 */
size_t sofia_run(const void *data, size_t size);

#endif /* _BASELINES_H */
