/* SPDX-License-Identifier: ISC */
/*
 * X.509 certificates (RFC 5280), written back to front so that every length is known
 * when its header is written; and the TLSA records (RFC 6698) that go with them.
 */
#include "tests/lab/lab.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The octets written so far are b[at..cap). */
struct der { uint8_t *b; size_t at, cap; };

static void pre(struct der *d, const void *p, size_t n)
{
	if (n > d->at)
		die("certificate too large");
	d->at -= n;
	memcpy(d->b + d->at, p, n);
}

/* Header for what was written since the mark (an earlier `at`). */
static void wrap(struct der *d, unsigned tag, size_t mark)
{
	size_t n = mark - d->at;
	uint8_t h[6];
	size_t i = sizeof h;

	if (n < 128) {
		h[--i] = (uint8_t)n;
	} else {
		size_t k = 0;
		for (; n; n >>= 8, k++)
			h[--i] = (uint8_t)n;
		h[--i] = (uint8_t)(0x80 | k);
	}
	h[--i] = (uint8_t)tag;
	pre(d, h + i, sizeof h - i);
}

static void prim(struct der *d, unsigned tag, const void *p, size_t n)
{
	size_t mark = d->at;

	pre(d, p, n);
	wrap(d, tag, mark);
}

/* A positive INTEGER, minimal. */
static void integer(struct der *d, const uint8_t *p, size_t n)
{
	size_t mark = d->at;

	while (n > 1 && *p == 0)
		p++, n--;
	pre(d, p, n);
	if (*p & 0x80)
		pre(d, "", 1);
	wrap(d, 0x02, mark);
}

static void bits(struct der *d, size_t mark)
{
	pre(d, "", 1); /* no unused bits */
	wrap(d, 0x03, mark);
}

#define OID(d, s) prim(d, 0x06, s, sizeof s - 1)
static const char oid_rsa[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
static const char oid_rsa_sha256[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b";
static const char oid_ec[] = "\x2a\x86\x48\xce\x3d\x02\x01";
static const char oid_p256[] = "\x2a\x86\x48\xce\x3d\x03\x01\x07";
static const char oid_p384[] = "\x2b\x81\x04\x00\x22";
static const char oid_ecdsa_sha256[] = "\x2a\x86\x48\xce\x3d\x04\x03\x02";
static const char oid_ecdsa_sha384[] = "\x2a\x86\x48\xce\x3d\x04\x03\x03";
static const char oid_cn[] = "\x55\x04\x03";
static const char oid_san[] = "\x55\x1d\x11", oid_bc[] = "\x55\x1d\x13", oid_ku[] = "\x55\x1d\x0f";
static const char oid_pad[] = "\x2b\x06\x01\x04\x01\x81\xfd\x59\x01";

static void spki(struct der *d, const struct pkey *k)
{
	size_t end = d->at, alg;

	if (k->kind == K_RSA) {
		integer(d, k->rpk.e, k->rpk.elen);
		integer(d, k->rpk.n, k->rpk.nlen);
		wrap(d, 0x30, end);
	} else {
		pre(d, k->pub, k->publen);
	}
	bits(d, end);
	alg = d->at;
	if (k->kind == K_RSA) {
		prim(d, 0x05, "", 0);
		OID(d, oid_rsa);
	} else {
		if (k->kind == K_P256)
			OID(d, oid_p256);
		else
			OID(d, oid_p384);
		OID(d, oid_ec);
	}
	wrap(d, 0x30, alg);
	wrap(d, 0x30, end);
}

static void sig_alg(struct der *d, const struct pkey *k)
{
	size_t mark = d->at;

	if (k->kind == K_RSA) {
		prim(d, 0x05, "", 0);
		OID(d, oid_rsa_sha256);
	} else if (k->kind == K_P256) {
		OID(d, oid_ecdsa_sha256);
	} else {
		OID(d, oid_ecdsa_sha384);
	}
	wrap(d, 0x30, mark);
}

static void dn(struct der *d, const char *cn)
{
	size_t mark = d->at;

	prim(d, 0x0c, cn, strlen(cn));
	OID(d, oid_cn);
	wrap(d, 0x30, mark);
	wrap(d, 0x31, mark);
	wrap(d, 0x30, mark);
}

static void when(struct der *d, time_t t)
{
	struct tm tm;
	char s[20];

	gmtime_r(&t, &tm);
	strftime(s, sizeof s, "%y%m%d%H%M%SZ", &tm);
	prim(d, 0x17, s, strlen(s)); /* UTCTime: until 2049 */
}

/* What is since mark becomes the value of an extension. */
static void ext(struct der *d, const char *oid, size_t oidlen, bool critical, size_t mark)
{
	wrap(d, 0x04, mark);
	if (critical)
		prim(d, 0x01, "\xff", 1);
	prim(d, 0x06, oid, oidlen);
	wrap(d, 0x30, mark);
}

static void extensions(struct der *d, const struct cert *c)
{
	size_t end = d->at, mark;

	if (c->padding) {
		uint8_t *z = xalloc(c->padding);
		mark = d->at;
		prim(d, 0x04, z, c->padding);
		free(z);
		ext(d, oid_pad, sizeof oid_pad - 1, false, mark);
	}
	if (c->san) {
		mark = d->at;
		prim(d, 0x82, c->san, strlen(c->san));
		wrap(d, 0x30, mark);
		ext(d, oid_san, sizeof oid_san - 1, false, mark);
	}
	mark = d->at;
	prim(d, 0x03, c->ca ? "\x01\x06" : "\x07\x80", 2); /* certificates and CRLs; signatures */
	ext(d, oid_ku, sizeof oid_ku - 1, true, mark);
	mark = d->at;
	if (c->ca)
		prim(d, 0x01, "\xff", 1);
	wrap(d, 0x30, mark);
	ext(d, oid_bc, sizeof oid_bc - 1, true, mark);
	wrap(d, 0x30, end);
	wrap(d, 0xa3, end);
}

static void tbs(struct der *d, const struct cert *c)
{
	size_t end = d->at, mark;
	uint8_t serial[16];
	time_t from = time(NULL) + c->from * 86400L - 3600;

	extensions(d, c);
	spki(d, c->key);
	dn(d, c->cn);
	mark = d->at;
	when(d, from + c->days * 86400L);
	when(d, from);
	wrap(d, 0x30, mark);
	dn(d, c->issuer);
	sig_alg(d, c->signer);
	randombytes_buf(serial, sizeof serial);
	serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);
	integer(d, serial, sizeof serial);
	mark = d->at;
	prim(d, 0x02, "\x02", 1); /* v3 */
	wrap(d, 0xa0, mark);
	wrap(d, 0x30, end);
}

static struct blob taken(const struct der *d)
{
	struct blob r = {xalloc(d->cap - d->at), d->cap - d->at};

	memcpy(r.p, d->b + d->at, r.n);
	free(d->b);
	return r;
}

static struct der fresh(size_t cap)
{
	struct der d = {xalloc(cap), cap, cap};

	return d;
}

struct blob cert_make(const struct cert *c)
{
	struct der t = fresh(4000 + c->padding), d = fresh(5000 + c->padding);
	uint8_t sig[600];
	struct blob b;
	size_t n;

	tbs(&t, c);
	b = taken(&t);
	n = pkey_sign(c->signer, false, true, b.p, b.n, sig);
	pre(&d, sig, n);
	bits(&d, d.cap);
	sig_alg(&d, c->signer);
	pre(&d, b.p, b.n);
	free(b.p);
	wrap(&d, 0x30, d.cap);
	return taken(&d);
}

struct blob cert_spki(const struct pkey *k)
{
	struct der d = fresh(1000);

	spki(&d, k);
	return taken(&d);
}

size_t tlsa_make(uint8_t *rd, unsigned u, unsigned s, unsigned m, struct blob cert,
    struct blob key)
{
	struct blob b = s ? key : cert;

	rd[0] = (uint8_t)u;
	rd[1] = (uint8_t)s;
	rd[2] = (uint8_t)m;
	if (m == 1) {
		crypto_hash_sha256(rd + 3, b.p, b.n);
		return 3 + 32;
	}
	if (m == 2) {
		crypto_hash_sha512(rd + 3, b.p, b.n);
		return 3 + 64;
	}
	memcpy(rd + 3, b.p, b.n);
	return 3 + b.n;
}
