/* SPDX-License-Identifier: ISC */
/*
 * dns/alias.c: which alias a message has for a name, and where it leads (RFC 1034 section 3.6.2,
 * RFC 6672).  Whether the alias is proven is decided in prove.c.
 */
#include "dns/sec.h"

#include <string.h>

/* RFC 6672 section 2.2: the suffix `owner` of name replaced by `target`.  False: too long. */
static bool substitute(const uint8_t *name, const uint8_t *owner, const uint8_t *target,
    uint8_t out[DNS_NAME_MAX])
{
	size_t head = dns_name_len(name) - dns_name_len(owner), tail = dns_name_len(target);

	if (head + tail > DNS_NAME_MAX)
		return false;
	memcpy(out, name, head);
	memcpy(out + head, target, tail);
	return true;
}

bool dns_alias_target(const struct dns_rrset *set, const uint8_t *name, uint8_t out[DNS_NAME_MAX])
{
	if (set->type == DNS_DNAME)
		return substitute(name, set->owner, set->rd[0].p, out);
	dns_name_copy(out, set->rd[0].p);
	return true;
}

static bool has_dname(const struct dns_ctx *c, const struct dns_view *v)
{
	struct dns_rr rr;
	size_t pos = 0;

	dns_spend_scan(c, v->len);
	while (dns_flat_next(v->buf, v->len, &pos, &rr))
		if (rr.type == DNS_DNAME && rr.section == DNS_ANSWER)
			return true;
	return false;
}

static bool find_dname(const struct dns_ctx *c, const struct dns_view *v, const uint8_t *name,
    struct dns_rrset *set)
{
	unsigned n;

	if (!has_dname(c, v)) /* as a rule: no need to look at each name above */
		return false;
	for (n = dns_name_labels(name); n-- > 0;) /* strictly above: RFC 6672 section 2.3 */
		if (dns_may_sign(c, dns_name_suffix(name, n), name) &&
		    dns_find(c, v, dns_name_suffix(name, n), DNS_DNAME, DNS_ANSWER, set))
			return true;
	return false;
}

/* RFC 6672 section 3.1: is this CNAME the one that the DNAME makes? */
static bool is_made_from(const struct dns_rrset *cname, const struct dns_rrset *dname)
{
	uint8_t target[DNS_NAME_MAX];

	return cname->n == 1 && dname->n == 1 && dname->nsigs > 0 &&
	    dns_alias_target(dname, cname->owner, target) && dns_name_eq(target, cname->rd[0].p);
}

bool dns_alias_find(const struct dns_ctx *c, const struct dns_view *v, const uint8_t *name,
    struct dns_rrset *set)
{
	struct dns_rrset cname;
	bool has = dns_find(c, v, name, DNS_CNAME, DNS_ANSWER, &cname);

	if (find_dname(c, v, name, set) && (!has || cname.nsigs == 0 || is_made_from(&cname, set)))
		return true;
	if (has)
		*set = cname;
	return has;
}
