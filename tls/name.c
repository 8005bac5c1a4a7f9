/* SPDX-License-Identifier: ISC */
/*
 * tls/name.c: the names in a certificate, and whether they name a host.  SAN dNSNames
 * count; the subject's CN only when there is no SAN dNSName (RFC 6125 section
 * 6.4.4).  "*" counts only as the whole left-most label and for exactly one label.
 */
#include "tls/x509.h"

#include <string.h>

bool tls_x509_san_next(const struct tls_x509 *x, struct tls_der *pos, struct tls_tlv *name)
{
	if (x->san.val == NULL)
		return false;
	if (pos->p == NULL)
		*pos = tls_der_init(x->san.val, x->san.len);
	while (!tls_der_is_end(pos)) {
		if (tls_der_next(pos, name) && name->tag == 0x82) /* dNSName [2] */
			return true;
	}
	return false;
}

/* One RelativeDistinguishedName: a commonName in it? */
static bool rdn_cn(const struct tls_tlv *set, struct tls_tlv *name)
{
	static const uint8_t cn[] = { 0x55, 4, 3 };
	struct tls_der s = tls_der_init(set->val, set->len);

	while (!tls_der_is_end(&s)) {
		struct tls_der a = tls_der_enter(&s, DER_SEQUENCE);
		struct tls_tlv oid;

		if (tls_der_get(&a, DER_OID, &oid) && tls_der_next(&a, name) &&
		    tls_der_eq(&oid, cn, sizeof cn))
			return true;
	}
	return false;
}

bool tls_x509_cn_next(const struct tls_x509 *x, struct tls_der *pos, struct tls_tlv *name)
{
	struct tls_tlv set;

	if (pos->p == NULL)
		*pos = tls_der_init(x->subject.val, x->subject.len);
	while (!tls_der_is_end(pos)) {
		if (tls_der_get(pos, DER_SET, &set) && rdn_cn(&set, name))
			return true;
	}
	return false;
}

static int lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* A host name as certificates have them: visible ASCII, no empty label. */
static bool is_plain(const uint8_t *p, size_t n)
{
	size_t i, start = 0;

	if (n == 0 || n > 253)
		return false;
	for (i = 0; i <= n; i++) {
		if (i == n || p[i] == '.') {
			if (i == start || i - start > 63)
				return false;
			start = i + 1;
		} else if (p[i] <= 0x20 || p[i] >= 0x7f) {
			return false;
		}
	}
	return true;
}

static bool same(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (lower(a[i]) != lower(b[i]))
			return false;
	}
	return true;
}

/* RFC 6125 section 6.4.1, 6.4.3. */
static bool match(const uint8_t *pat, size_t n, const uint8_t *host, size_t hn)
{
	const uint8_t *dot;

	if (!is_plain(pat, n) || !is_plain(host, hn) || memchr(host, '*', hn) != NULL)
		return false;
	if (n > 2 && pat[0] == '*' && pat[1] == '.') {
		dot = memchr(host, '.', hn);
		if (dot == NULL || memchr(pat + 1, '*', n - 1) != NULL)
			return false;
		pat++;
		n--;
		hn -= (size_t)(dot - host);
		host = dot;
	} else if (memchr(pat, '*', n) != NULL) {
		return false;
	}
	return n == hn && same(pat, host, n);
}

/* DirectoryStrings of one octet a character. */
static bool is_text(uint8_t tag)
{
	return tag == 0x0c || tag == 0x13 || tag == 0x14 || tag == 0x16;
}

bool tls_x509_has_name(const struct tls_x509 *x, const char *host)
{
	struct tls_der pos = { NULL, NULL, false };
	struct tls_tlv name;
	size_t hn = strlen(host);
	bool any = false;

	while (tls_x509_san_next(x, &pos, &name)) {
		any = true;
		if (match(name.val, name.len, (const uint8_t *)host, hn))
			return true;
	}
	if (any)
		return false;
	pos.p = NULL;
	while (tls_x509_cn_next(x, &pos, &name)) {
		if (is_text(name.tag) && match(name.val, name.len, (const uint8_t *)host, hn))
			return true;
	}
	return false;
}
