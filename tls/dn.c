/* SPDX-License-Identifier: ISC */
/*
 * tls/dn.c: when are two distinguished names the same (RFC 5280 section 7.1)?  Strings that
 * are ASCII at heart are compared without regard to case, to their string type, and to
 * the number of blanks; what is beyond ASCII, octet for octet.
 */
#include "tls/x509.h"

#include <string.h>

#define MAX_ATTRS 16 /* of one RDN; with more, octets alone are compared */

struct fold {
	const uint8_t *p, *end;
};

static struct fold fold_init(const struct tls_tlv *v)
{
	struct fold f = { v->val, v->val + v->len };

	while (f.p < f.end && *f.p == ' ')
		f.p++;
	while (f.p < f.end && f.end[-1] == ' ')
		f.end--;
	return f;
}

/* Next character, a run of blanks as one; -1 at the end. */
static int fold_next(struct fold *f)
{
	int c;

	if (f->p == f->end)
		return -1;
	c = *f->p++;
	while (c == ' ' && *f->p == ' ') /* the last octet is no blank */
		f->p++;
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool is_ascii(const struct tls_tlv *v)
{
	size_t i;

	for (i = 0; i < v->len; i++) {
		if (v->val[i] >= 0x80)
			return false;
	}
	return true;
}

/* UTF8String, PrintableString, IA5String, VisibleString; TeletexString when it is ASCII. */
static bool is_folded(const struct tls_tlv *v)
{
	return v->tag == 0x0c || v->tag == 0x13 || v->tag == 0x16 || v->tag == 0x1a ||
	    (v->tag == 0x14 && is_ascii(v));
}

static bool same_value(const struct tls_tlv *a, const struct tls_tlv *b)
{
	struct fold x, y;
	int c;

	if (a->tag == b->tag && tls_der_eq(a, b->val, b->len))
		return true;
	if (!is_folded(a) || !is_folded(b))
		return false;
	x = fold_init(a);
	y = fold_init(b);
	do {
		c = fold_next(&x);
		if (c != fold_next(&y))
			return false;
	} while (c >= 0);
	return true;
}

struct attr {
	struct tls_tlv type, value;
};

/* The attributes of one RDN; 0: malformed, or too many. */
static unsigned attributes(const struct tls_tlv *rdn, struct attr a[MAX_ATTRS])
{
	struct tls_der s = tls_der_init(rdn->val, rdn->len);
	unsigned n = 0;

	while (!tls_der_is_end(&s)) {
		struct tls_der e = tls_der_enter(&s, DER_SEQUENCE);

		if (n == MAX_ATTRS || !tls_der_get(&e, DER_OID, &a[n].type) ||
		    !tls_der_next(&e, &a[n].value) || !tls_der_is_done(&e))
			return 0;
		n++;
	}
	return n;
}

/* Is each of a also in b? */
static bool all_in(const struct attr *a, const struct attr *b, unsigned n)
{
	unsigned i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < n; j++) {
			if (tls_der_eq(&a[i].type, b[j].type.val, b[j].type.len) &&
			    same_value(&a[i].value, &b[j].value))
				break;
		}
		if (j == n)
			return false;
	}
	return true;
}

static bool same_rdn(const struct tls_tlv *a, const struct tls_tlv *b)
{
	struct attr x[MAX_ATTRS], y[MAX_ATTRS];
	unsigned n;

	if (tls_der_eq(a, b->val, b->len))
		return true;
	n = attributes(a, x);
	return n > 0 && n == attributes(b, y) && all_in(x, y, n) && all_in(y, x, n);
}

bool tls_dn_is_within(const struct tls_tlv *name, const struct tls_tlv *base)
{
	struct tls_der n = tls_der_init(name->val, name->len), b = tls_der_init(base->val, base->len);
	struct tls_tlv x, y;

	while (!tls_der_is_end(&b)) {
		if (tls_der_is_end(&n) || !tls_der_get(&n, DER_SET, &x) ||
		    !tls_der_get(&b, DER_SET, &y) || !same_rdn(&x, &y))
			return false;
	}
	return !b.bad;
}

bool tls_dn_eq(const struct tls_tlv *a, const struct tls_tlv *b)
{
	return tls_der_eq(a, b->val, b->len) || (tls_dn_is_within(a, b) && tls_dn_is_within(b, a));
}
