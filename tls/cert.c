/* SPDX-License-Identifier: ISC */
/*
 * tls/cert.c: what a report shows of a certificate: names in text, serial, dates,
 * key, signature algorithm, fingerprint.  Decides nothing.
 */
#include "tls/tls.h"
#include "tls/x509.h"
#include "tls/text.h"

#include <string.h>

#define MAX_RDNS 32 /* of one name shown; the text is cut long before */

static const char *attribute_str(const struct tls_tlv *oid)
{
	static const struct { const char *name; uint8_t n, oid[10]; } known[] = {
		{ "CN", 3, { 0x55, 4, 3 } }, { "SN", 3, { 0x55, 4, 4 } },
		{ "serialNumber", 3, { 0x55, 4, 5 } }, { "C", 3, { 0x55, 4, 6 } },
		{ "L", 3, { 0x55, 4, 7 } }, { "ST", 3, { 0x55, 4, 8 } },
		{ "STREET", 3, { 0x55, 4, 9 } }, { "O", 3, { 0x55, 4, 10 } },
		{ "OU", 3, { 0x55, 4, 11 } },
		{ "UID", 10, { 9, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1 } },
		{ "DC", 10, { 9, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25 } },
		{ "emailAddress", 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1 } },
	};
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (tls_der_eq(oid, known[i].oid, known[i].n))
			return known[i].name;
	}
	return NULL;
}

/* An OID in dots; arcs over 63 bits are shown as "?". */
static void oid_text(struct tls_text *t, const struct tls_tlv *oid)
{
	uint64_t v = 0;
	size_t i;
	bool first = true, big = false;

	for (i = 0; i < oid->len; i++) {
		big |= v >> 56 != 0;
		v = v << 7 | (oid->val[i] & 0x7f);
		if (oid->val[i] & 0x80)
			continue;
		if (first) {
			uint64_t top = v < 40 ? 0 : v < 80 ? 1 : 2;

			tls_text_uint(t, top);
			v -= top * 40;
			first = false;
		}
		tls_text_char(t, '.');
		if (big)
			tls_text_char(t, '?');
		else
			tls_text_uint(t, v);
		v = 0;
		big = false;
	}
}

/* RFC 4514 section 2.4: these are special in a value. */
static void value_text(struct tls_text *t, const struct tls_tlv *v)
{
	size_t i;

	for (i = 0; i < v->len; i++) {
		if (v->val[i] != 0 && strchr(",+\"<>;", v->val[i]) != NULL)
			tls_text_char(t, '\\');
		tls_text_escaped(t, v->val + i, 1);
	}
}

static void rdn_text(struct tls_text *t, const struct tls_tlv *set)
{
	struct tls_der s = tls_der_init(set->val, set->len);
	bool first = true;

	while (!tls_der_is_end(&s)) {
		struct tls_der a = tls_der_enter(&s, DER_SEQUENCE);
		struct tls_tlv oid, v;
		const char *name;

		if (!tls_der_get(&a, DER_OID, &oid) || !tls_der_next(&a, &v))
			return;
		if (!first)
			tls_text_char(t, '+');
		first = false;
		name = attribute_str(&oid);
		if (name != NULL)
			tls_text_str(t, name);
		else
			oid_text(t, &oid);
		tls_text_char(t, '=');
		value_text(t, &v);
	}
}

/* Last part first, as RFC 4514 section 2.1 has it. */
void tls_dn_text(const struct tls_tlv *dn, char *buf, size_t cap)
{
	struct tls_text t = tls_text_init(buf, cap);
	struct tls_der r = tls_der_init(dn->val, dn->len);
	struct tls_tlv rdn[MAX_RDNS];
	unsigned n = 0;

	while (n < MAX_RDNS && !tls_der_is_end(&r) && tls_der_get(&r, DER_SET, &rdn[n]))
		n++;
	if (!tls_der_is_end(&r))
		tls_text_str(&t, "...,");
	while (n-- > 0) {
		rdn_text(&t, &rdn[n]);
		if (n > 0)
			tls_text_char(&t, ',');
	}
}

static void fingerprint(struct tls_cert *c)
{
	br_sha256_context h;

	br_sha256_init(&h);
	br_sha256_update(&h, c->der, c->len);
	br_sha256_out(&h, c->fp_sha256);
}

static unsigned count_sans(const struct tls_x509 *x)
{
	struct tls_der pos = { NULL, NULL, false };
	struct tls_tlv name;
	unsigned n = 0;

	while (tls_x509_san_next(x, &pos, &name))
		n++;
	return n;
}

int tls_cert_parse(struct tls_cert *c, const uint8_t *der, size_t len)
{
	struct tls_x509 x;
	struct tls_text serial;

	memset(c, 0, sizeof *c);
	c->der = der;
	c->len = len;
	c->key_type = c->sig_alg = "unknown";
	fingerprint(c);
	if (tls_x509_parse(&x, der, len) != 0)
		return -1;
	c->spki = x.spki.all;
	c->spki_len = x.spki.all_len;
	c->not_before = x.not_before;
	c->not_after = x.not_after;
	tls_dn_text(&x.subject, c->subject, sizeof c->subject);
	tls_dn_text(&x.issuer, c->issuer, sizeof c->issuer);
	serial = tls_text_init(c->serial, sizeof c->serial);
	tls_text_hex(&serial, x.serial.val, x.serial.len);
	c->key_type = x.key_type;
	c->key_bits = x.key_bits;
	c->sig_alg = tls_x509_sig_str(&x);
	c->self_issued = tls_der_eq(&x.subject, x.issuer.val, x.issuer.len);
	c->nsans = count_sans(&x);
	c->parsed = true;
	return 0;
}

bool tls_cert_san(const struct tls_cert *c, unsigned i, char *buf, size_t cap)
{
	struct tls_der pos = { NULL, NULL, false };
	struct tls_text t = tls_text_init(buf, cap);
	struct tls_tlv name;
	struct tls_x509 x;

	if (!c->parsed || tls_x509_parse(&x, c->der, c->len) != 0)
		return false;
	while (tls_x509_san_next(&x, &pos, &name)) {
		if (i-- == 0) {
			tls_text_escaped(&t, name.val, name.len);
			return true;
		}
	}
	return false;
}
