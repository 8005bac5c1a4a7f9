/* SPDX-License-Identifier: ISC */
/*
 * tls/record.c: makes and opens the protected records of TLS 1.3 (RFC 8446 section 5.2) with
 * BearSSL's constant-time AES-GCM and ChaCha20-Poly1305, the same that its engine would choose.
 */
#include "tls/record.h"
#include "tls/sched.h"
#include "tls/session.h"

#include <sodium.h>
#include <string.h>

#define TAG 16

/* ---- the primitives ---------------------------------------------------------------- */

/* As br_ssl_engine_set_default_aes_gcm() and br_ssl_engine_set_default_chapol() have it. */
static const br_block_ctr_class *aes_class(void)
{
	const br_block_ctr_class *c = br_aes_x86ni_ctr_get_vtable();

	if (c == NULL)
		c = br_aes_pwr8_ctr_get_vtable();
	if (c == NULL)
		c = sizeof(void *) >= 8 ? &br_aes_ct64_ctr_vtable : &br_aes_ct_ctr_vtable;
	return c;
}

static br_ghash ghash(void)
{
	br_ghash g = br_ghash_pclmul_get();

	if (g == NULL)
		g = br_ghash_pwr8_get();
	if (g == NULL)
		g = sizeof(void *) >= 8 ? &br_ghash_ctmul64 : &br_ghash_ctmul;
	return g;
}

static void gcm_run(struct tls_record *r, bool seal, const uint8_t *nonce, const uint8_t *head,
    uint8_t *data, size_t n, uint8_t *tag)
{
	br_gcm_context gcm;

	br_gcm_init(&gcm, &r->aes.vtable, ghash());
	br_gcm_reset(&gcm, nonce, sizeof r->iv);
	br_gcm_aad_inject(&gcm, head, TLS_RECORD_HEAD);
	br_gcm_flip(&gcm);
	br_gcm_run(&gcm, seal, data, n);
	br_gcm_get_tag(&gcm, tag);
	sodium_memzero(&gcm, sizeof gcm);
}

static void chapol_run(const struct tls_record *r, bool seal, const uint8_t *nonce,
    const uint8_t *head, uint8_t *data, size_t n, uint8_t *tag)
{
	br_chacha20_run chacha = br_chacha20_sse2_get();
	br_poly1305_run poly = br_poly1305_ctmulq_get();

	if (chacha == NULL)
		chacha = &br_chacha20_ct_run;
	if (poly == NULL)
		poly = &br_poly1305_ctmul_run;
	poly(r->key, nonce, data, n, head, TLS_RECORD_HEAD, tag, chacha, seal);
}

/* Encrypt or decrypt data[0..n) in place, and the tag over it; to the next record. */
static void run(struct tls_record *r, bool seal, const uint8_t *head, uint8_t *data, size_t n,
    uint8_t *tag)
{
	uint8_t nonce[12];
	unsigned i;

	memcpy(nonce, r->iv, sizeof nonce); /* section 5.3 */
	for (i = 0; i < 8; i++)
		nonce[4 + i] ^= (uint8_t)(r->seq >> (56 - 8 * i));
	r->seq++;
	if (r->suite == 0x1303)
		chapol_run(r, seal, nonce, head, data, n, tag);
	else
		gcm_run(r, seal, nonce, head, data, n, tag);
}

/* ---- records ----------------------------------------------------------------------- */

void tls_record_init(struct tls_record *r, unsigned suite, const uint8_t *secret)
{
	const br_hash_class *h = tls_sched_hash(suite);
	size_t n = suite == 0x1301 ? 16 : 32;

	sodium_memzero(r, sizeof *r);
	r->suite = suite;
	tls_sched_expand(h, secret, "key", NULL, r->key, n);
	tls_sched_expand(h, secret, "iv", NULL, r->iv, sizeof r->iv);
	if (suite != 0x1303)
		aes_class()->init(&r->aes.vtable, r->key, n);
}

bool tls_record_is_spent(const struct tls_record *r)
{
	return r->seq >= TLS_MAX_RECORDS;
}

size_t tls_record_seal(struct tls_record *r, unsigned type, uint8_t *rec, size_t n)
{
	size_t len = n + 1 + TAG;

	rec[TLS_RECORD_HEAD + n] = (uint8_t)type;
	rec[0] = TLS_APP_DATA; /* section 5.2: opaque_type, legacy_record_version, length */
	rec[1] = rec[2] = 3;
	rec[3] = (uint8_t)(len >> 8);
	rec[4] = (uint8_t)len;
	run(r, true, rec, rec + TLS_RECORD_HEAD, n + 1, rec + TLS_RECORD_HEAD + n + 1);
	return TLS_RECORD_HEAD + len;
}

unsigned tls_record_open(struct tls_record *r, uint8_t *rec, size_t n, unsigned *type, size_t *len)
{
	uint8_t *data = rec + TLS_RECORD_HEAD, tag[TAG];

	if (n > TLS_MAX_CIPHER) /* section 5.2 */
		return TLS_ALERT_RECORD_OVERFLOW;
	if (n < TAG)
		return TLS_ALERT_BAD_RECORD_MAC;
	n -= TAG;
	run(r, false, rec, data, n, tag);
	if (sodium_memcmp(tag, data + n, TAG) != 0) /* section 5.2 */
		return TLS_ALERT_BAD_RECORD_MAC;
	if (n > TLS_MAX_PLAIN + 1) /* section 5.4 */
		return TLS_ALERT_RECORD_OVERFLOW;
	while (n > 0 && data[n - 1] == 0) /* section 5.4: padding */
		n--;
	if (n == 0) /* section 5.4: no content type */
		return TLS_ALERT_UNEXPECTED_MESSAGE;
	*type = data[n - 1];
	*len = n - 1;
	return 0;
}
