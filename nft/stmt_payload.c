// SPDX-License-Identifier: GPL-2.0
/*
 * Matches addresses and ports.
 *
 *   ip|ip6 saddr|daddr [!=] ADDRESS[/LENGTH] | @SET
 *   udp|tcp|udplite|sctp sport|dport [!=] PORT[-PORT] | @SET
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "datatype.h"
#include "delinearize.h"
#include "match.h"
#include "stmt_payload.h"
#include "utils.h"

struct payload {
	struct match_field field;
	uint32_t base;		/* NFT_PAYLOAD_* */
	uint32_t offset;	/* bytes */
};

static void parse_address(const struct token *token, struct match *match)
{
	const char *example = match->field->len == 4 ?
		"an IPv4 address, for example: ip saddr 198.51.100.0/24" :
		"an IPv6 address, for example: ip6 saddr 2001:db8::/32";
	int family = match->field->len == 4 ? AF_INET : AF_INET6;
	uint8_t mask[MATCH_MAX];
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
	match->how = MATCH_PREFIX;
	match_mask(mask, match->len, match->prefix);
	for (i = 0; i < match->len; i++)
		match->value[i] &= mask[i];
}

static void print_address(FILE *out, const struct match *match)
{
	char text[INET6_ADDRSTRLEN];

	fputs(inet_ntop(match->len == 4 ? AF_INET : AF_INET6, match->value,
			text, sizeof(text)), out);
	if (match->how == MATCH_PREFIX)
		fprintf(out, "/%u", match->prefix);
}

static void put_port(uint8_t *value, unsigned int port)
{
	value[0] = port >> 8;
	value[1] = port;
}

static unsigned int get_port(const uint8_t *value)
{
	return value[0] << 8 | value[1];
}

static void parse_port(const struct token *token, struct match *match)
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
			match->how = MATCH_RANGE;
	}
	free(text);
}

static void print_port(FILE *out, const struct match *match)
{
	fprintf(out, "%u", get_port(match->value));
	if (match->how == MATCH_RANGE)
		fprintf(out, "-%u", get_port(match->last));
}

#define ADDRESS(n, o) .field.name = n, .field.has_prefixes = true, \
	.field.parse = parse_address, .field.print = print_address, \
	.base = NFT_PAYLOAD_NETWORK_HEADER, .offset = o
#define IP(n, o) { ADDRESS(n, o), .field.header = "ip", .field.len = 4, \
	.field.nfproto = NFPROTO_IPV4, .field.set_type = TYPE_IPADDR, \
	.field.set_type_name = "ipv4_addr" }
#define IP6(n, o) { ADDRESS(n, o), .field.header = "ip6", .field.len = 16, \
	.field.nfproto = NFPROTO_IPV6, .field.set_type = TYPE_IP6ADDR, \
	.field.set_type_name = "ipv6_addr" }
#define PORT(h, p, n, o) { .field.header = h, .field.name = n, \
	.field.l4proto = p, .field.len = 2, .field.has_ranges = true, \
	.field.parse = parse_port, .field.print = print_port, \
	.field.set_type = TYPE_INET_SERVICE, \
	.field.set_type_name = "inet_service", \
	.base = NFT_PAYLOAD_TRANSPORT_HEADER, .offset = o }

static const struct payload payloads[] = {
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
};

static const struct match_field *parse_field(struct lexer *lexer)
{
	const struct token *header = lexer_take(lexer);
	const struct token *name = lexer_peek(lexer);
	bool has_ports = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		if (!token_is(header, payloads[i].field.header))
			continue;
		has_ports = payloads[i].field.has_ranges;
		if (lexer_accept(lexer, payloads[i].field.name))
			return &payloads[i].field;
	}
	if (has_ports)
		token_error(name, "expected sport or dport after \"%s\", for example: %s dport 5060",
			    header->text, header->text);
	token_error(name, "expected saddr or daddr after \"%s\", for example: ip saddr 198.51.100.0/24",
		    header->text);
}

static void parse(struct lexer *lexer, struct stmt *stmt)
{
	match_init(stmt, parse_field(lexer));
	match_parse(lexer, stmt);
}

static void load(struct linearize *ctx, const struct match_field *field)
{
	const struct payload *payload;

	payload = container_of(field, const struct payload, field);
	linearize_payload(ctx, payload->base, payload->offset, field->len);
}

static void linearize(struct linearize *ctx, const struct stmt *stmt)
{
	const struct match *match = stmt_data(stmt);

	load(ctx, match->field);
	match_linearize(ctx, match);
}

/* Offsets are of the header that was tested for. */
static bool delinearize(struct delinearize *ctx, const struct nftnl_expr *expr)
{
	uint32_t offset = delinearize_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET);
	uint32_t base = delinearize_u32(expr, NFTNL_EXPR_PAYLOAD_BASE);
	uint32_t len = delinearize_u32(expr, NFTNL_EXPR_PAYLOAD_LEN);
	const struct match_field *field;
	struct stmt *stmt;
	size_t i;

	if (!delinearize_is_reg1(expr, NFTNL_EXPR_PAYLOAD_DREG))
		return false;
	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		field = &payloads[i].field;
		if (payloads[i].base != base || payloads[i].offset != offset ||
		    field->len != len ||
		    (field->nfproto && field->nfproto != ctx->nfproto) ||
		    (field->l4proto && field->l4proto != ctx->l4proto))
			continue;
		stmt = stmt_alloc(&stmt_payload_ops, NULL);
		match_init(stmt, field);
		delinearize_load(ctx, stmt);
		return true;
	}
	return false;
}

void stmt_payload_load_saddr(struct linearize *ctx, uint8_t nfproto)
{
	const struct match_field *field;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		field = &payloads[i].field;
		if (field->nfproto == nfproto && !strcmp(field->name, "saddr"))
			load(ctx, field);
	}
}

bool stmt_payload_is_saddr(const struct stmt *stmt)
{
	const struct match *match;

	if (!stmt || stmt->ops != &stmt_payload_ops)
		return false;
	match = stmt_data(stmt);
	return !strcmp(match->field->name, "saddr") &&
	       match->how == MATCH_VALUE;
}

const struct stmt_ops stmt_payload_ops = {
	.name		= "payload",
	.class		= STMT_CLASS_FIELD,
	.size		= sizeof(struct match),
	.words		= { "ip", "ip6", "udp", "tcp", "udplite", "sctp" },
	.expr		= "payload",
	.parse		= parse,
	.print		= match_print,
	.check		= match_check,
	.linearize	= linearize,
	.delinearize	= delinearize,
	.compare	= match_compare,
	.free		= match_free,
};
