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

bool tls_x509_attr_next(const struct tls_x509 *x, const uint8_t *type, size_t n,
    struct tls_attr_pos *pos, struct tls_tlv *value)
{
	struct tls_tlv oid;

	if (pos->dn.p == NULL) {
		pos->dn = tls_der_init(x->subject.val, x->subject.len);
		pos->rdn = tls_der_init(x->subject.val, 0);
	}
	for (;;) {
		while (!tls_der_is_end(&pos->rdn)) {
			struct tls_der a = tls_der_enter(&pos->rdn, DER_SEQUENCE);

			if (tls_der_get(&a, DER_OID, &oid) && tls_der_next(&a, value) &&
			    tls_der_eq(&oid, type, n))
				return true;
		}
		if (tls_der_is_end(&pos->dn))
			return false;
		pos->rdn = tls_der_enter(&pos->dn, DER_SET);
	}
}

bool tls_x509_cn_next(const struct tls_x509 *x, struct tls_attr_pos *pos, struct tls_tlv *name)
{
	static const uint8_t cn[] = { 0x55, 4, 3 };

	return tls_x509_attr_next(x, cn, sizeof cn, pos, name);
}

bool tls_gn_is_known(uint8_t tag)
{
	return tag == TLS_GN_OTHER || tag == TLS_GN_EMAIL || tag == TLS_GN_DNS || tag == TLS_GN_X400 ||
	    tag == TLS_GN_DN || tag == TLS_GN_EDI || tag == TLS_GN_URI || tag == TLS_GN_IP ||
	    tag == TLS_GN_ID;
}

static int lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

bool tls_name_is_plain(const uint8_t *p, size_t n)
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

/* An address in text is no DNS name: no domain ends in a label of digits (RFC 3696 section 2). */
static bool is_address(const uint8_t *host, size_t n)
{
	while (n > 0 && host[n - 1] >= '0' && host[n - 1] <= '9')
		n--;
	return n == 0 || host[n - 1] == '.' || memchr(host, ':', n) != NULL;
}

/* RFC 6125 section 6.4.1, 6.4.3. */
static bool match(const uint8_t *pat, size_t n, const uint8_t *host, size_t hn)
{
	const uint8_t *dot;

	if (!tls_name_is_plain(pat, n) || !tls_name_is_plain(host, hn) || memchr(host, '*', hn) != NULL ||
	    is_address(host, hn))
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
	struct tls_attr_pos at = { { NULL, NULL, false }, { NULL, NULL, false } };
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
	while (tls_x509_cn_next(x, &at, &name)) {
		if (is_text(name.tag) && match(name.val, name.len, (const uint8_t *)host, hn))
			return true;
	}
	return false;
}
