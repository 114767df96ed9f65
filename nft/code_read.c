// SPDX-License-Identifier: GPL-2.0
/* code_read: expressions to rules, see code.h for the contract. */
#include <stdio.h>
#include <libnftnl/expr.h>
#include <stdlib.h>
#include <string.h>
#include <xtables.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "code.h"
#include "plugin.h"
#include "utils.h"

enum loaded {
	LOADED_NOTHING,
	LOADED_NFPROTO,
	LOADED_L4PROTO,
	LOADED_FIELD,
};

/* Expressions while they are read: what register 1 has, what is known. */
struct reader {
	struct rule *rule;
	enum loaded loaded;
	struct match_field field;
	bool masked;
	uint8_t nfproto, l4proto;
	bool nfproto_used, l4proto_used;
};

typedef bool (*read_fn)(struct reader *reader, const struct nftnl_expr *expr);

static const struct token nowhere = { .text = "" };

static struct item *add(struct reader *reader, enum item_kind kind)
{
	if (reader->rule->count == RULE_ITEMS)
		return NULL;
	return rule_add(reader->rule, kind, &nowhere);
}

static uint32_t get(const struct nftnl_expr *expr, uint16_t attribute)
{
	return nftnl_expr_is_set(expr, attribute) ?
	       nftnl_expr_get_u32(expr, attribute) : 0;
}

/* Register 1, by its number or by that of its first four bytes. */
static bool is_reg(const struct nftnl_expr *expr, uint16_t attribute)
{
	uint32_t reg = get(expr, attribute);

	return reg == NFT_REG_1 || reg == NFT_REG32_00;
}

static bool load_field(struct reader *reader, const struct field *field)
{
	if (!field)
		return false;
	memset(&reader->field, 0, sizeof(reader->field));
	reader->field.field = field;
	reader->field.len = field->len;
	reader->loaded = LOADED_FIELD;
	reader->masked = false;
	reader->nfproto_used |= !!field->nfproto;
	reader->l4proto_used |= !!field->l4proto;
	return true;
}

static bool read_meta(struct reader *reader, const struct nftnl_expr *expr)
{
	uint32_t key = get(expr, NFTNL_EXPR_META_KEY);

	if (!is_reg(expr, NFTNL_EXPR_META_DREG))
		return false;
	if (key == NFT_META_NFPROTO && !reader->nfproto)
		reader->loaded = LOADED_NFPROTO;
	else if (key == NFT_META_L4PROTO && !reader->l4proto)
		reader->loaded = LOADED_L4PROTO;
	else
		return load_field(reader, field_by_meta(key));
	return true;
}

static bool read_payload(struct reader *reader, const struct nftnl_expr *expr)
{
	const struct field *field;

	field = field_by_payload(get(expr, NFTNL_EXPR_PAYLOAD_BASE),
				 get(expr, NFTNL_EXPR_PAYLOAD_OFFSET),
				 get(expr, NFTNL_EXPR_PAYLOAD_LEN),
				 reader->nfproto, reader->l4proto);
	return is_reg(expr, NFTNL_EXPR_PAYLOAD_DREG) &&
	       load_field(reader, field);
}

static bool read_bitwise(struct reader *reader, const struct nftnl_expr *expr)
{
	static const uint8_t none[FIELD_MAX];
	const void *mask, *xor;
	uint32_t mask_len, xor_len;
	int bits;

	mask = nftnl_expr_get(expr, NFTNL_EXPR_BITWISE_MASK, &mask_len);
	xor = nftnl_expr_get(expr, NFTNL_EXPR_BITWISE_XOR, &xor_len);
	if (reader->loaded != LOADED_FIELD || reader->masked || !mask ||
	    !xor || reader->field.field->type != FIELD_ADDRESS ||
	    !is_reg(expr, NFTNL_EXPR_BITWISE_SREG) ||
	    !is_reg(expr, NFTNL_EXPR_BITWISE_DREG) ||
	    mask_len != reader->field.len || xor_len != mask_len ||
	    memcmp(xor, none, xor_len))
		return false;
	bits = field_mask_bits(mask, mask_len);
	reader->masked = true;
	reader->field.how = FIELD_PREFIX;
	reader->field.prefix = bits;
	return bits > 0;
}

/* The field that was loaded, compared with something, is a part. */
static bool end_field(struct reader *reader)
{
	struct item *item = add(reader, ITEM_FIELD);

	if (!item)
		return false;
	item->field = reader->field;
	reader->loaded = LOADED_NOTHING;
	return true;
}

static bool read_proto(struct reader *reader, const uint8_t *data,
		       uint32_t len, uint32_t op)
{
	if (len != 1 || op != NFT_CMP_EQ)
		return false;
	if (reader->loaded == LOADED_NFPROTO)
		reader->nfproto = *data;
	else
		reader->l4proto = *data;
	reader->loaded = LOADED_NOTHING;
	return true;
}

/* Less than a whole name of an interface is the start of one. */
static bool read_cmp(struct reader *reader, const struct nftnl_expr *expr)
{
	uint32_t op = get(expr, NFTNL_EXPR_CMP_OP);
	struct match_field *match = &reader->field;
	const void *data;
	uint32_t len;

	data = nftnl_expr_get(expr, NFTNL_EXPR_CMP_DATA, &len);
	if (!is_reg(expr, NFTNL_EXPR_CMP_SREG) || !data)
		return false;
	if (reader->loaded == LOADED_NFPROTO ||
	    reader->loaded == LOADED_L4PROTO)
		return read_proto(reader, data, len, op);
	if (reader->loaded != LOADED_FIELD || !len || len > match->len ||
	    (op != NFT_CMP_EQ && op != NFT_CMP_NEQ) ||
	    (len < match->len && match->field->type != FIELD_INTERFACE))
		return false;
	match->invert = op == NFT_CMP_NEQ;
	match->len = len;
	memcpy(match->value, data, len);
	return end_field(reader);
}

static bool read_range(struct reader *reader, const struct nftnl_expr *expr)
{
	struct match_field *match = &reader->field;
	uint32_t from_len, to_len;
	const void *from, *to;

	from = nftnl_expr_get(expr, NFTNL_EXPR_RANGE_FROM_DATA, &from_len);
	to = nftnl_expr_get(expr, NFTNL_EXPR_RANGE_TO_DATA, &to_len);
	if (reader->loaded != LOADED_FIELD || !from || !to ||
	    match->field->type != FIELD_PORT || from_len != match->len ||
	    to_len != match->len || !is_reg(expr, NFTNL_EXPR_RANGE_SREG))
		return false;
	match->how = FIELD_RANGE;
	match->invert = get(expr, NFTNL_EXPR_RANGE_OP) == NFT_RANGE_NEQ;
	memcpy(match->value, from, from_len);
	memcpy(match->last, to, to_len);
	return end_field(reader);
}

static bool read_lookup(struct reader *reader, const struct nftnl_expr *expr)
{
	const char *name = nftnl_expr_get_str(expr, NFTNL_EXPR_LOOKUP_SET);

	/* "__set" is nft's, and lives with its rule. */
	if (reader->loaded != LOADED_FIELD || reader->masked || !name ||
	    !strncmp(name, "__", 2) ||
	    !is_reg(expr, NFTNL_EXPR_LOOKUP_SREG))
		return false;
	reader->field.how = FIELD_SET;
	reader->field.invert = get(expr, NFTNL_EXPR_LOOKUP_FLAGS) &
			       NFT_LOOKUP_F_INV;
	reader->field.set = xtables_strdup(name);
	return end_field(reader);
}

static bool read_match(struct reader *reader, const struct nftnl_expr *expr)
{
	const char *name = nftnl_expr_get_str(expr, NFTNL_EXPR_MT_NAME);
	const void *info;
	struct item *item;
	uint32_t len;

	info = nftnl_expr_get(expr, NFTNL_EXPR_MT_INFO, &len);
	if (!name || strcmp(name, PLUGIN_MATCH) || !info ||
	    len != plugin_size() ||
	    get(expr, NFTNL_EXPR_MT_REV) != plugin_revision())
		return false;
	item = add(reader, ITEM_SIP);
	if (!item)
		return false;
	item->sip = xtables_malloc(len);
	memcpy(item->sip, info, len);
	return true;
}

static bool take_counter(struct reader *reader, const struct nftnl_expr *expr)
{
	struct item *item = add(reader, ITEM_COUNTER);

	if (!item)
		return false;
	if (nftnl_expr_is_set(expr, NFTNL_EXPR_CTR_PACKETS))
		item->counter.packets =
			nftnl_expr_get_u64(expr, NFTNL_EXPR_CTR_PACKETS);
	if (nftnl_expr_is_set(expr, NFTNL_EXPR_CTR_BYTES))
		item->counter.bytes =
			nftnl_expr_get_u64(expr, NFTNL_EXPR_CTR_BYTES);
	return true;
}

static bool take_log(struct reader *reader, const struct nftnl_expr *expr)
{
	const char *prefix = nftnl_expr_get_str(expr, NFTNL_EXPR_LOG_PREFIX);
	struct item *item = add(reader, ITEM_LOG);

	if (!item || get(expr, NFTNL_EXPR_LOG_FLAGS) ||
	    (nftnl_expr_is_set(expr, NFTNL_EXPR_LOG_QTHRESHOLD) &&
	     nftnl_expr_get_u16(expr, NFTNL_EXPR_LOG_QTHRESHOLD)))
		return false;
	if (prefix && *prefix)
		item->log.prefix = xtables_strdup(prefix);
	item->log.level = LOG_LEVEL;
	if (nftnl_expr_is_set(expr, NFTNL_EXPR_LOG_LEVEL))
		item->log.level = get(expr, NFTNL_EXPR_LOG_LEVEL);
	item->log.to_group = nftnl_expr_is_set(expr, NFTNL_EXPR_LOG_GROUP);
	if (item->log.to_group)
		item->log.group = nftnl_expr_get_u16(expr,
						     NFTNL_EXPR_LOG_GROUP);
	item->log.snaplen = get(expr, NFTNL_EXPR_LOG_SNAPLEN);
	return item->log.level < 8;
}

static bool take_limit(struct reader *reader, const struct nftnl_expr *expr)
{
	struct item *item = add(reader, ITEM_LIMIT);

	if (!item || get(expr, NFTNL_EXPR_LIMIT_TYPE) != NFT_LIMIT_PKTS)
		return false;
	item->limit.rate = nftnl_expr_get_u64(expr, NFTNL_EXPR_LIMIT_RATE);
	item->limit.unit = nftnl_expr_get_u64(expr, NFTNL_EXPR_LIMIT_UNIT);
	item->limit.burst = get(expr, NFTNL_EXPR_LIMIT_BURST);
	item->limit.over = get(expr, NFTNL_EXPR_LIMIT_FLAGS) &
			   NFT_LIMIT_F_INV;
	return item->limit.burst;
}

static bool read_dynset(struct reader *reader, const struct nftnl_expr *expr)
{
	const char *name = nftnl_expr_get_str(expr,
					      NFTNL_EXPR_DYNSET_SET_NAME);
	uint32_t op = get(expr, NFTNL_EXPR_DYNSET_OP);
	const struct field *field = reader->field.field;
	struct item *item;

	if (reader->loaded != LOADED_FIELD || reader->masked || !name ||
	    field->type != FIELD_ADDRESS || strcmp(field->name, "saddr") ||
	    !is_reg(expr, NFTNL_EXPR_DYNSET_SREG_KEY) ||
	    get(expr, NFTNL_EXPR_DYNSET_SREG_DATA) ||
	    nftnl_expr_is_set(expr, NFTNL_EXPR_DYNSET_EXPR) ||
	    (op != NFT_DYNSET_OP_ADD && op != NFT_DYNSET_OP_UPDATE))
		return false;
	item = add(reader, ITEM_SET);
	if (!item)
		return false;
	item->set.name = xtables_strdup(name);
	item->set.update = op == NFT_DYNSET_OP_UPDATE;
	item->set.is_ip6 = field->nfproto == NFPROTO_IPV6;
	item->set.is_known = true;
	if (nftnl_expr_is_set(expr, NFTNL_EXPR_DYNSET_TIMEOUT))
		item->set.timeout =
			nftnl_expr_get_u64(expr, NFTNL_EXPR_DYNSET_TIMEOUT);
	reader->loaded = LOADED_NOTHING;
	return item->set.timeout % 1000 == 0;
}

static bool read_immediate(struct reader *reader,
			   const struct nftnl_expr *expr)
{
	const char *chain = nftnl_expr_get_str(expr, NFTNL_EXPR_IMM_CHAIN);
	int code = get(expr, NFTNL_EXPR_IMM_VERDICT);
	struct item *item;

	if (!nftnl_expr_is_set(expr, NFTNL_EXPR_IMM_VERDICT) ||
	    !verdict_name(code))
		return false;
	item = add(reader, ITEM_VERDICT);
	if (!item)
		return false;
	item->verdict.code = code;
	if (chain)
		item->verdict.chain = xtables_strdup(chain);
	return true;
}

static const struct {
	const char *name;
	read_fn read;
} readers[] = {
	{ "meta", read_meta },
	{ "payload", read_payload },
	{ "bitwise", read_bitwise },
	{ "cmp", read_cmp },
	{ "range", read_range },
	{ "lookup", read_lookup },
	{ "match", read_match },
	{ "counter", take_counter },
	{ "log", take_log },
	{ "limit", take_limit },
	{ "dynset", read_dynset },
	{ "immediate", read_immediate },
};

static bool read_expr(struct reader *reader, struct nftnl_expr *expr,
		      const char **why)
{
	size_t i;

	*why = nftnl_expr_get_str(expr, NFTNL_EXPR_NAME) ?: "?";
	for (i = 0; i < ARRAY_SIZE(readers); i++)
		if (!strcmp(readers[i].name, *why))
			return readers[i].read(reader, expr);
	return false;
}

/* A family or a protocol that was tested for nothing that followed. */
static bool is_complete(const struct reader *reader, const char **why)
{
	*why = "meta";
	return reader->loaded == LOADED_NOTHING &&
	       (!reader->nfproto || reader->nfproto_used) &&
	       (!reader->l4proto || reader->l4proto_used);
}

struct rule *code_read(const struct nftnl_rule *from, const char **why)
{
	uint8_t family = nftnl_rule_get_u32(from, NFTNL_RULE_FAMILY);
	struct reader reader = {
		.rule = xtables_calloc(1, sizeof(*reader.rule)),
		.nfproto = family == NFPROTO_INET ? 0 : family,
		.nfproto_used = family != NFPROTO_INET,
	};
	struct nftnl_expr_iter *iter = nftnl_expr_iter_create(from);
	struct nftnl_expr *expr;
	bool good = !!iter;

	reader.rule->handle = nftnl_rule_get_u64(from, NFTNL_RULE_HANDLE);
	while (good && (expr = nftnl_expr_iter_next(iter)))
		good = read_expr(&reader, expr, why);
	nftnl_expr_iter_destroy(iter);
	if (good && is_complete(&reader, why))
		return reader.rule;
	rule_free(reader.rule);
	return NULL;
}

char *code_sip_text(const struct nftnl_rule *from)
{
	struct nftnl_expr_iter *iter = nftnl_expr_iter_create(from);
	struct reader reader = { 0 };
	struct nftnl_expr *expr;
	char *text = NULL;
	const char *name;

	reader.rule = xtables_calloc(1, sizeof(*reader.rule));
	while (iter && !text && (expr = nftnl_expr_iter_next(iter))) {
		name = nftnl_expr_get_str(expr, NFTNL_EXPR_NAME);
		if (name && !strcmp(name, "match") &&
		    read_match(&reader, expr))
			text = rule_sip_text(reader.rule);
	}
	nftnl_expr_iter_destroy(iter);
	rule_free(reader.rule);
	return text;
}
