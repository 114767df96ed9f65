/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shapes: what a generated text, such as a branch or a tag, always looks like.
 *
 * A shape is a string. "%", a number N and a letter stand for N bytes of the
 * letter's class; without a number for one or more, as many as there are. Any
 * other byte stands for itself; case counts. The classes:
 *
 *	d	digits			l	lower-case letters
 *	x	lower-case hex digits	a	letters
 *	X	hex digits		n	letters and digits
 *	z	digits and lower-case	w	letters, digits and "_"
 *		letters			*	any byte
 *
 * Pure and bounded by the text; nothing outside of it is read.
 */
#ifndef _XSIP_SHAPE_H
#define _XSIP_SHAPE_H

#include "text.h"

/**
 * xsip_shape_matches() - has a text this shape?
 * @text: the text
 * @shape: the shape, valid
 *
 * Return: whether all of the text has all of the shape.
 */
bool xsip_shape_matches(struct xsip_range text, const char *shape);

/**
 * xsip_shape_size() - how long are texts of a shape?
 * @shape: the shape, valid
 *
 * Return: bytes, or 0 if they differ.
 */
size_t xsip_shape_size(const char *shape);

#endif /* _XSIP_SHAPE_H */
