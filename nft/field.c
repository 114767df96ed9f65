// SPDX-License-Identifier: GPL-2.0
/* field: see field.h for the contract. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "field.h"
#include "rule.h"
#include "utils.h"

/* nft's own numbers of types, in its datatype.h; sets carry them. */
#define TYPE_IP		7
#define TYPE_IP6	8
#define TYPE_PORT	13
#define TYPE_IFNAME	41

#define IP(n, o) { .header = "ip", .name = n, .type = FIELD_ADDRESS, \
	.nfproto = NFPROTO_IPV4, .base = NFT_PAYLOAD_NETWORK_HEADER, \
	.offset = o, .len = 4, .set_type = TYPE_IP, \
	.set_type_name = "ipv4_addr" }
#define IP6(n, o) { .header = "ip6", .name = n, .type = FIELD_ADDRESS, \
	.nfproto = NFPROTO_IPV6, .base = NFT_PAYLOAD_NETWORK_HEADER, \
	.offset = o, .len = 16, .set_type = TYPE_IP6, \
	.set_type_name = "ipv6_addr" }
#define PORT(h, p, n, o) { .header = h, .name = n, .type = FIELD_PORT, \
	.l4proto = p, .base = NFT_PAYLOAD_TRANSPORT_HEADER, .offset = o, \
	.len = 2, .set_type = TYPE_PORT, .set_type_name = "inet_service" }
#define NAME(n, k) { .name = n, .type = FIELD_INTERFACE, .key = k, \
	.len = IFNAMSIZ, .set_type = TYPE_IFNAME, .set_type_name = "ifname" }

static const struct field fields[] = {
	IP("saddr", 12),
	IP("daddr", 16),
	IP6("saddr", 8),
	IP6("daddr", 24),
	PORT("udp", IPPROTO_UDP, "sport", 0),
	PORT("udp", IPPROTO_UDP, "dport", 2),
	PORT("tcp", IPPROTO_TCP, "sport", 0),
	PORT("tcp", IPPROTO_TCP, "dport", 2),
	PORT("udplite", IPPROTO_UDPLITE, "sport", 0),
	PORT("udplite", IPPROTO_UDPLITE, "dport", 2),
	PORT("sctp", IPPROTO_SCTP, "sport", 0),
	PORT("sctp", IPPROTO_SCTP, "dport", 2),
	NAME("iifname", NFT_META_IIFNAME),
	NAME("oifname", NFT_META_OIFNAME),
};

#define FIELDS ARRAY_SIZE(fields)

bool field_begins(const struct lexer *lexer)
{
	const struct token *token = lexer_peek(lexer);
	size_t i;

	for (i = 0; i < FIELDS; i++)
		if (token_is(token, fields[i].header ?: fields[i].name))
			return true;
	return false;
}

static const struct field *read_which(struct lexer *lexer)
{
	const struct token *first = lexer_take(lexer);
	const struct token *second = lexer_peek(lexer);
	const struct field *only = NULL;
	size_t i;

	for (i = 0; i < FIELDS; i++) {
		if (!token_is(first, fields[i].header ?: fields[i].name))
			continue;
		if (!fields[i].header)
			return &fields[i];
		only = &fields[i];
		if (token_is(second, fields[i].name)) {
			lexer_take(lexer);
			return &fields[i];
		}
	}
	if (only->type == FIELD_PORT)
		token_error(second, "expected sport or dport behind \"%s\", for example: %s dport 5060",
			    first->text, first->text);
	token_error(second, "expected saddr or daddr behind \"%s\", for example: ip saddr 198.51.100.0/24",
		    first->text);
}

static void read_address(const struct token *token, struct match_field *match)
{
	const char *example = match->field->len == 4 ?
		"an IPv4 address, for example: ip saddr 198.51.100.0/24" :
		"an IPv6 address, for example: ip6 saddr 2001:db8::/32";
	int family = match->field->len == 4 ? AF_INET : AF_INET6;
	uint8_t mask[FIELD_MAX];
	struct token bits = *token;
	char text[64] = "";
	size_t len;
	uint32_t i;

	len = strcspn(token->text, "/");
	if (len < sizeof(text))
		memcpy(text, token->text, len);
	if (inet_pton(family, text, match->value) != 1)
		token_error(token, "expected %s", example);
	if (!token->text[len])
		return;
	bits.text += len + 1;
	match->prefix = token_number(&bits, 1, match->len * 8,
				     match->len == 4 ?
				     "a prefix length from 1 to 32, for example: ip saddr 198.51.100.0/24" :
				     "a prefix length from 1 to 128, for example: ip6 saddr 2001:db8::/32");
	if (match->prefix == match->len * 8)
		return;
	match->how = FIELD_PREFIX;
	field_mask(mask, match->len, match->prefix);
	for (i = 0; i < match->len; i++)
		match->value[i] &= mask[i];
}

static void put_port(uint8_t *value, unsigned int port)
{
	value[0] = port >> 8;
	value[1] = port;
}

static void read_port(const struct token *token, struct match_field *match)
{
	static const char what[] =
		"a port from 0 to 65535 or PORT-PORT, for example: udp dport 5060-5061";
	char *text = xtables_strdup(token->text);
	struct token part = *token;
	char *dash = strchr(text, '-');
	unsigned int first, last;

	if (dash)
		*dash = '\0';
	part.text = text;
	first = token_number(&part, 0, 65535, what);
	put_port(match->value, first);
	if (dash) {
		part.text = dash + 1;
		last = token_number(&part, 0, 65535, what);
		if (last < first)
			token_error(token, "the second port is below the first: expected for example: udp dport 5060-5061");
		put_port(match->last, last);
		if (last != first)
			match->how = FIELD_RANGE;
	}
	free(text);
}

/* With * at its end: every interface whose name begins so. */
static void read_interface(const struct token *token, struct match_field *match)
{
	size_t len = strlen(token->text);

	if (!len || len >= IFNAMSIZ || token->mark ||
	    strcspn(token->text, "*") + 1 < len ||
	    token->text[strcspn(token->text, "\"\\ ")])
		token_error(token, "expected the name of an interface, up to 15 bytes, for example: iifname eth0");
	if (token->text[len - 1] == '*')
		match->len = --len;
	if (!len)
		token_error(token, "expected the name of an interface before the *, for example: iifname ppp*");
	memcpy(match->value, token->text, len);
}

void field_read(struct lexer *lexer, struct match_field *match)
{
	const struct token *token;

	match->field = read_which(lexer);
	match->len = match->field->len;
	match->invert = lexer_accept(lexer, "!=");
	lexer_accept(lexer, "==");
	token = lexer_peek(lexer);
	if (token->text[0] == '@') {
		match->how = FIELD_SET;
		match->set = lexer_name(lexer, "a set", "ip saddr @trunks");
		return;
	}
	if (token_is(token, "{"))
		token_error(token, "expected one value or a named set, for example: udp dport @sip_ports; a set without a name is nft's: let its rule jump to this chain");
	lexer_take(lexer);
	if (match->field->type == FIELD_ADDRESS)
		read_address(token, match);
	else if (match->field->type == FIELD_PORT)
		read_port(token, match);
	else
		read_interface(token, match);
}

static void write_value(FILE *out, const struct match_field *match)
{
	const uint8_t *value = match->value;
	char text[INET6_ADDRSTRLEN];

	switch (match->field->type) {
	case FIELD_ADDRESS:
		fputs(inet_ntop(match->len == 4 ? AF_INET : AF_INET6, value,
				text, sizeof(text)), out);
		if (match->how == FIELD_PREFIX)
			fprintf(out, "/%u", match->prefix);
		break;
	case FIELD_PORT:
		fprintf(out, "%u", value[0] << 8 | value[1]);
		if (match->how == FIELD_RANGE)
			fprintf(out, "-%u", match->last[0] << 8 |
				match->last[1]);
		break;
	case FIELD_INTERFACE:
		snprintf(text, sizeof(text), "%.*s%s", (int)match->len, value,
			 match->len < IFNAMSIZ ? "*" : "");
		fprintf(out, "\"%s\"", text);
		break;
	}
}

void field_write(FILE *out, const struct match_field *match)
{
	const struct field *field = match->field;

	fprintf(out, "%s%s%s %s", field->header ?: "",
		field->header ? " " : "", field->name,
		match->invert ? "!= " : "");
	if (match->how == FIELD_SET)
		fprintf(out, "@%s", match->set);
	else
		write_value(out, match);
}

const struct field *field_by_payload(uint32_t base, uint32_t offset,
				     uint32_t len, uint8_t nfproto,
				     uint8_t l4proto)
{
	const struct field *field;

	for (field = fields; field < fields + FIELDS; field++)
		if (field->type != FIELD_INTERFACE && field->base == base &&
		    field->offset == offset && field->len == len &&
		    (!field->nfproto || field->nfproto == nfproto) &&
		    (!field->l4proto || field->l4proto == l4proto))
			return field;
	return NULL;
}

const struct field *field_by_meta(uint32_t key)
{
	const struct field *field;

	for (field = fields; field < fields + FIELDS; field++)
		if (field->type == FIELD_INTERFACE && field->key == key)
			return field;
	return NULL;
}

void field_mask(uint8_t mask[FIELD_MAX], uint32_t len, uint32_t bits)
{
	uint32_t i;

	for (i = 0; i < len; i++, bits = bits > 8 ? bits - 8 : 0)
		mask[i] = bits >= 8 ? 0xff : 0xff << (8 - bits);
}

int field_mask_bits(const uint8_t *mask, uint32_t len)
{
	uint8_t want[FIELD_MAX];
	uint32_t bits;

	for (bits = 0; bits <= len * 8; bits++) {
		field_mask(want, len, bits);
		if (!memcmp(mask, want, len))
			return bits;
	}
	return -1;
}
