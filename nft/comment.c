// SPDX-License-Identifier: GPL-2.0
/* Writes and recognizes the comments of rules that nft-sip made. */
#include <stdio.h>
#include <string.h>
#include <libnftnl/udata.h>

#include "comment.h"
#include "error.h"

#define COMMENT		"nft-sip"
#define COMMENT_LEN	120	/* bytes without NUL; nft takes 128 */

void comment_put(struct nftnl_rule *rule, const char *options)
{
	struct nftnl_udata_buf *buf = nftnl_udata_buf_alloc(256);
	char text[COMMENT_LEN + 1];
	char *p;

	if (!buf)
		error_exit("no memory");
	snprintf(text, sizeof(text), *options ? COMMENT ": %s" : COMMENT,
		 options);
	for (p = text; *p; p++)
		if (*p == '"')
			*p = '\'';
		else if (*p < ' ' || *p > '~')
			*p = '?';
	nftnl_udata_put_strz(buf, NFTNL_UDATA_RULE_COMMENT, text);
	nftnl_rule_set_data(rule, NFTNL_RULE_USERDATA,
			    nftnl_udata_buf_data(buf),
			    nftnl_udata_buf_len(buf));
	nftnl_udata_buf_free(buf);
}

static int find_comment(const struct nftnl_udata *attribute, void *data)
{
	const char **comment = data;

	if (nftnl_udata_type(attribute) == NFTNL_UDATA_RULE_COMMENT &&
	    nftnl_udata_len(attribute))
		*comment = nftnl_udata_get(attribute);
	return 0;
}

bool comment_is_ours(const struct nftnl_rule *rule)
{
	const char *comment = NULL;
	const void *data;
	uint32_t len;

	data = nftnl_rule_get_data(rule, NFTNL_RULE_USERDATA, &len);
	if (!data || nftnl_udata_parse(data, len, find_comment, &comment) < 0 ||
	    !comment || strncmp(comment, COMMENT, strlen(COMMENT)))
		return false;
	comment += strlen(COMMENT);
	return !*comment || *comment == ':';
}
