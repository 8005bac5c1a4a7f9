/* SPDX-License-Identifier: ISC */
/*
 * tls/constraint.c: name constraints (RFC 5280 section 4.2.1.10): may this CA vouch for the
 * names of a certificate below it?  dNSName, iPAddress, directoryName and rfc822Name are
 * processed; a constraint on another form refuses each certificate that has such a name.
 */
#include "tls/constraint.h"

#include <string.h>

enum fit { NO, YES, ODD }; /* ODD: cannot be told */

/* ---- one name against one base ------------------------------------------------------ */

static int lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool same_text(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (lower(a[i]) != lower(b[i]))
			return false;
	}
	return true;
}

static bool ends_with(const uint8_t *p, size_t n, const uint8_t *tail, size_t len)
{
	return n >= len && same_text(p + n - len, tail, len);
}

/* "example.org" is that name and all below it; ".example.org" what is below it. */
static enum fit fit_dns(const struct tls_tlv *base, const uint8_t *p, size_t n)
{
	size_t dot = base->len > 0 && base->val[0] == '.', len = base->len;

	if (!tls_name_is_plain(p, n))
		return ODD;
	if (len == 0)
		return YES;
	if (!tls_name_is_plain(base->val + dot, len - dot) || memchr(base->val, '*', len) != NULL)
		return ODD;
	if (!ends_with(p, n, base->val, len))
		return NO;
	return (dot && n > len) || (!dot && (n == len || p[n - len - 1] == '.')) ? YES : NO;
}

static enum fit fit_ip(const struct tls_tlv *base, const struct tls_tlv *name)
{
	size_t n = base->len / 2, i;
	bool gap = false;

	if ((base->len != 8 && base->len != 32) || (name->len != 4 && name->len != 16))
		return ODD;
	for (i = 0; i < 8 * n; i++) { /* RFC 4632: ones, then zeros */
		bool one = (base->val[n + i / 8] >> (7 - i % 8)) & 1;

		if (one && gap)
			return ODD;
		gap |= !one;
	}
	if (name->len != n)
		return NO;
	for (i = 0; i < n; i++) {
		if ((name->val[i] ^ base->val[i]) & base->val[n + i])
			return NO;
	}
	return YES;
}

/* A whole mailbox, a host, or with a dot before it what is below a domain. */
static enum fit fit_email(const struct tls_tlv *base, const struct tls_tlv *name)
{
	const uint8_t *at = name->len > 0 ? memchr(name->val, '@', name->len) : NULL;
	const uint8_t *bat = base->len > 0 ? memchr(base->val, '@', base->len) : NULL;
	size_t local, host, dot = base->len > 0 && base->val[0] == '.';

	if (at == NULL)
		return ODD;
	local = (size_t)(at - name->val);
	host = name->len - local - 1;
	if (!tls_name_is_plain(at + 1, host) || memchr(at + 1, '@', host) != NULL)
		return ODD;
	if (base->len == 0)
		return YES;
	if (bat != NULL) /* the local part has its case */
		return base->len == name->len && (size_t)(bat - base->val) == local &&
		    memcmp(base->val, name->val, local) == 0 && same_text(bat + 1, at + 1, host);
	if (!tls_name_is_plain(base->val + dot, base->len - dot))
		return ODD;
	return ends_with(at + 1, host, base->val, base->len) && (host > base->len) == (dot != 0);
}

/* [4] holds a Name as a whole. */
static bool inner_name(const struct tls_tlv *general, struct tls_tlv *dn)
{
	struct tls_der r = tls_der_init(general->val, general->len);

	return tls_der_get(&r, DER_SEQUENCE, dn) && tls_der_is_done(&r);
}

static enum fit fit_dn(const struct tls_tlv *base, const struct tls_tlv *name)
{
	struct tls_tlv a, b;

	if (!inner_name(base, &b) || !inner_name(name, &a))
		return ODD;
	return tls_dn_is_within(&a, &b) ? YES : NO;
}

static enum fit fits(const struct tls_tlv *base, const struct tls_tlv *name)
{
	switch (base->tag) {
	case TLS_GN_EMAIL: return fit_email(base, name);
	case TLS_GN_DNS: return fit_dns(base, name->val, name->len);
	case TLS_GN_DN: return fit_dn(base, name);
	case TLS_GN_IP: return fit_ip(base, name);
	default: return ODD;
	}
}

/* ---- one name against all -------------------------------------------------------------- */

/* GeneralSubtree: base, minimum and maximum.  False: malformed, or with these set. */
static bool next_subtree(struct tls_der *list, struct tls_tlv *base)
{
	struct tls_der s = tls_der_enter(list, DER_SEQUENCE);
	struct tls_tlv min;

	if (!tls_der_next(&s, base) || !tls_gn_is_known(base->tag))
		return false;
	if (tls_der_peek(&s) == 0x80 && (!tls_der_next(&s, &min) || min.len != 1 || min.val[0] != 0))
		return false;
	return tls_der_is_done(&s);
}

struct tally {
	bool any, within, odd;
};

static struct tally count(const struct tls_tlv *list, const struct tls_tlv *name, unsigned *budget)
{
	struct tls_der r = tls_der_init(list->val, list->len);
	struct tally t = { false, false, false };
	struct tls_tlv base;

	while (list->val != NULL && *budget > 0 && !tls_der_is_end(&r) && next_subtree(&r, &base)) {
		enum fit f;

		--*budget;
		if (base.tag != name->tag)
			continue;
		f = fits(&base, name);
		t.any = true;
		t.within |= f == YES;
		t.odd |= f == ODD;
	}
	return t;
}

static enum tls_nc check_name(const struct tls_x509 *ca, const struct tls_tlv *name,
    unsigned *budget, struct tls_tlv *culprit)
{
	struct tally in = count(&ca->permitted, name, budget), ex = count(&ca->excluded, name, budget);

	*culprit = *name;
	if (*budget == 0)
		return TLS_NC_LIMIT;
	if (in.odd || ex.odd)
		return TLS_NC_UNSUPPORTED;
	return ex.within || (in.any && !in.within) ? TLS_NC_REFUSED : TLS_NC_OK;
}

/* ---- the names of a certificate ----------------------------------------------------------- */

static enum tls_nc check_san(const struct tls_x509 *ca, const struct tls_x509 *x,
    unsigned *budget, struct tls_tlv *culprit, bool *dns)
{
	struct tls_der r = tls_der_init(x->san.val, x->san.len);
	struct tls_tlv name;
	enum tls_nc c;

	while (x->san.val != NULL && !tls_der_is_end(&r) && tls_der_next(&r, &name)) {
		*dns |= name.tag == TLS_GN_DNS;
		c = check_name(ca, &name, budget, culprit);
		if (c != TLS_NC_OK)
			return c;
	}
	return TLS_NC_OK;
}

static enum tls_nc check_attrs(const struct tls_x509 *ca, const struct tls_x509 *x,
    unsigned *budget, struct tls_tlv *culprit, uint8_t tag)
{
	static const uint8_t cn[] = { 0x55, 4, 3 };
	static const uint8_t email[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1 };
	bool is_cn = tag == TLS_GN_DNS;
	struct tls_attr_pos pos = { { NULL, NULL, false }, { NULL, NULL, false } };
	struct tls_tlv v;
	enum tls_nc c;

	while (tls_x509_attr_next(x, is_cn ? cn : email, is_cn ? sizeof cn : sizeof email, &pos, &v)) {
		if (is_cn && !tls_name_is_plain(v.val, v.len))
			continue; /* no host has such a name */
		v.tag = tag;
		c = check_name(ca, &v, budget, culprit);
		if (c != TLS_NC_OK)
			return c;
	}
	return TLS_NC_OK;
}

enum tls_nc tls_nc_check(const struct tls_x509 *ca, const struct tls_x509 *x, bool leaf,
    unsigned *budget, struct tls_tlv *culprit)
{
	struct tls_tlv dn = x->subject;
	enum tls_nc c = TLS_NC_OK;
	bool dns = false;

	dn.tag = TLS_GN_DN;
	dn.val = x->subject.all;
	dn.len = x->subject.all_len;
	if (x->subject.len > 0)
		c = check_name(ca, &dn, budget, culprit);
	if (c == TLS_NC_OK)
		c = check_attrs(ca, x, budget, culprit, TLS_GN_EMAIL);
	if (c == TLS_NC_OK)
		c = check_san(ca, x, budget, culprit, &dns);
	if (c == TLS_NC_OK && leaf && !dns) /* the CN may be taken for the host's name */
		c = check_attrs(ca, x, budget, culprit, TLS_GN_DNS);
	return c;
}

enum tls_nc tls_nc_check_host(const struct tls_x509 *ca, const char *host, unsigned *budget)
{
	struct tls_tlv name, culprit;

	memset(&name, 0, sizeof name);
	name.tag = TLS_GN_DNS;
	name.val = (const uint8_t *)host;
	name.len = strlen(host);
	return check_name(ca, &name, budget, &culprit);
}

/* ---- the extension ----------------------------------------------------------------------------- */

static bool parse_list(struct tls_der *s, uint8_t tag, struct tls_tlv *list)
{
	struct tls_der r;
	struct tls_tlv base, dn;

	if (tls_der_peek(s) != tag)
		return true;
	if (!tls_der_next(s, list) || list->len == 0)
		return false;
	r = tls_der_init(list->val, list->len);
	while (!tls_der_is_end(&r)) {
		if (!next_subtree(&r, &base) || (base.tag == TLS_GN_DN && !inner_name(&base, &dn)))
			return false;
	}
	return !r.bad;
}

bool tls_nc_parse(struct tls_x509 *x, const struct tls_tlv *v)
{
	struct tls_der r = tls_der_init(v->val, v->len), s = tls_der_enter(&r, DER_SEQUENCE);

	return tls_der_is_done(&r) && parse_list(&s, 0xa0, &x->permitted) &&
	    parse_list(&s, 0xa1, &x->excluded) && tls_der_is_done(&s) &&
	    (x->permitted.val != NULL || x->excluded.val != NULL);
}
