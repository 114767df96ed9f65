/* SPDX-License-Identifier: GPL-2.0 */
/*
 * field: conditions on plain fields of a packet, as nft spells them.
 *
 *   ip|ip6 saddr|daddr [!=] ADDRESS[/LENGTH] | @SET
 *   udp|tcp|udplite|sctp sport|dport [!=] PORT[-PORT] | @SET
 *   iifname|oifname [!=] NAME[*]
 *
 * Enough for a rule beside those of the sip match; for more a chain of plain
 * nft jumps to ours.
 */
#ifndef _NFT_FIELD_H
#define _NFT_FIELD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lexer.h"

#define FIELD_MAX	16	/* bytes of a value */

enum field_type {
	FIELD_ADDRESS,
	FIELD_PORT,
	FIELD_INTERFACE,
};

struct field {
	const char *header;	/* "ip", or NULL */
	const char *name;	/* "saddr" */
	enum field_type type;
	uint8_t nfproto;	/* only in packets of this family, or 0 */
	uint8_t l4proto;	/* only in packets of this protocol, or 0 */
	uint32_t base;		/* payload: where, unless an interface */
	uint32_t offset;
	uint32_t key;		/* meta: which, if an interface */
	uint32_t len;
	uint32_t set_type;	/* nft's number for the type of a set */
	const char *set_type_name;
};

enum field_how {
	FIELD_VALUE,
	FIELD_PREFIX,
	FIELD_RANGE,
	FIELD_SET,
};

struct match_field {
	const struct field *field;
	enum field_how how;
	bool invert;
	uint8_t value[FIELD_MAX];
	uint8_t last[FIELD_MAX];	/* of a range */
	uint32_t len;			/* of value, that is compared */
	uint32_t prefix;		/* bits */
	char *set;
};

/* Do these words name a field? */
bool field_begins(const struct lexer *lexer);

/* Read a whole condition. */
void field_read(struct lexer *lexer, struct match_field *match);

void field_write(FILE *out, const struct match_field *match);

/* By what an expression loads; NULL if there is none. */
const struct field *field_by_payload(uint32_t base, uint32_t offset,
				     uint32_t len, uint8_t nfproto,
				     uint8_t l4proto);
const struct field *field_by_meta(uint32_t key);

/* The mask of a prefix. */
void field_mask(uint8_t mask[FIELD_MAX], uint32_t len, uint32_t bits);

/* How many bits of a mask are a prefix; -1 if it is none. */
int field_mask_bits(const uint8_t *mask, uint32_t len);

#endif /* _NFT_FIELD_H */
