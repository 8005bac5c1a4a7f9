/* SPDX-License-Identifier: ISC */
/* Reads the certificates and keys of tests/vectors/tls, or of the folder that VEC_DIR names; run
   from the top folder. */
#ifndef TESTS_TLS_VECTORS_H
#define TESTS_TLS_VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tls/tls.h"

#ifndef VEC_DIR
#define VEC_DIR "tls"
#endif

#define VEC_NOW INT64_C(1795500000)  /* 2026-11-24 */
#define VEC_FROM INT64_C(1735689600) /* 2025-01-01, notBefore of what is in date */
#define VEC_TO INT64_C(2398377600)   /* 2046-01-01, notAfter */

static inline size_t vec_file(const char *name, char *buf, size_t cap)
{
	char path[256];
	FILE *f;
	size_t n;

	snprintf(path, sizeof path, "tests/vectors/" VEC_DIR "/%s", name);
	f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("%s: cannot be read (run from the top folder)", path);
	n = fread(buf, 1, cap, f);
	fclose(f);
	assert_true(n > 0 && n < cap);
	return n;
}

/* Append the certificates of one PEM file. */
static inline void vec_add(struct tls_chain *c, const char *name)
{
	static struct tls_chain one;
	static char pem[65536];
	char file[128];
	const char *err;
	unsigned i;
	size_t n;

	snprintf(file, sizeof file, "%s.pem", name);
	n = vec_file(file, pem, sizeof pem);
	if (tls_chain_pem(&one, pem, n, &err) != 0)
		fail_msg("%s: %s", file, err);
	for (i = 0; i < one.n; i++)
		tls_chain_add(c, one.der + one.off[i], one.len[i]);
}

/* A chain of the files named, separated by blanks. */
static inline void vec_chain(struct tls_chain *c, const char *names)
{
	char copy[512], *p, *save;

	memset(c, 0, sizeof *c);
	snprintf(copy, sizeof copy, "%s", names);
	for (p = strtok_r(copy, " ", &save); p != NULL; p = strtok_r(NULL, " ", &save))
		vec_add(c, p);
}

/* The chain's leaf, leaf-rsa.pem, with the exponent 1 in place of 65537. */
static inline void vec_exponent_1(struct tls_chain *c)
{
	static const uint8_t f4[] = { 2, 3, 1, 0, 1 }, one[] = { 2, 1, 1 };
	/* how far before it the length is: of RSAPublicKey, the BIT STRING and SubjectPublicKeyInfo */
	static const size_t at[] = { 263, 268, 287 };
	uint8_t *e = c->der;
	unsigned i;

	while (memcmp(e, f4, sizeof f4) != 0)
		assert_true((size_t)(++e - c->der) < c->len[0] - sizeof f4);
	for (i = 0; i < 3; i++)
		e[1 - (ptrdiff_t)at[i]] = (uint8_t)(e[1 - (ptrdiff_t)at[i]] - 2);
	c->der[3] = (uint8_t)(c->der[3] - 2); /* Certificate, TBSCertificate */
	c->der[7] = (uint8_t)(c->der[7] - 2);
	memcpy(e, one, sizeof one);
	memmove(e + sizeof one, e + sizeof f4, c->len[0] - (size_t)(e - c->der) - sizeof f4);
	c->len[0] -= 2;
}

/* Data of a TLSA record for the certificate in a file.  Returns its length. */
static inline uint16_t vec_tlsa(const char *name, unsigned selector, unsigned mtype, uint8_t *out)
{
	static struct tls_chain one;
	struct tls_cert c;
	const uint8_t *p;
	size_t n;

	vec_chain(&one, name);
	assert_int_equal(tls_cert_parse(&c, one.der, one.len[0]), 0);
	p = selector == 0 ? c.der : c.spki;
	n = selector == 0 ? c.len : c.spki_len;
	if (mtype == 1) {
		br_sha256_context h;

		br_sha256_init(&h);
		br_sha256_update(&h, p, n);
		br_sha256_out(&h, out);
		return 32;
	}
	if (mtype == 2) {
		br_sha512_context h;

		br_sha512_init(&h);
		br_sha512_update(&h, p, n);
		br_sha512_out(&h, out);
		return 64;
	}
	assert_true(n <= 4096);
	memcpy(out, p, n);
	return (uint16_t)n;
}

/* A TLSA set under construction, and the check of it. */
struct vec_set {
	unsigned n;
	struct tls_tlsa t[TLS_MAX_TLSA];
	uint8_t data[TLS_MAX_TLSA][4096];
};

static inline void vec_record(struct vec_set *s, unsigned u, unsigned sel, unsigned m,
    const char *name)
{
	struct tls_tlsa *t = &s->t[s->n];

	t->usage = (uint8_t)u;
	t->selector = (uint8_t)sel;
	t->mtype = (uint8_t)m;
	t->data = s->data[s->n];
	t->len = vec_tlsa(name, sel, m, s->data[s->n]);
	s->n++;
}

/* "3 1 1 leaf; 2 0 1 int": records separated by ";". */
static inline void vec_records(struct vec_set *s, const char *text)
{
	char name[64];
	unsigned u, sel, m;
	const char *p;

	s->n = 0;
	for (p = text; p != NULL; p = strchr(p, ';')) {
		p += *p == ';';
		assert_int_equal(sscanf(p, "%u %u %u %63[^; ]", &u, &sel, &m, name), 4);
		vec_record(s, u, sel, m, name);
	}
}

#endif
