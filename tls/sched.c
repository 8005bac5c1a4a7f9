/* SPDX-License-Identifier: ISC */
/*
 * tls/sched.c: which secret comes from which (RFC 8446 section 7), on BearSSL's HKDF and HMAC.
 * There is no pre-shared key: the early secret is that of zeros.
 */
#include "tls/sched.h"
#include "tls/sig.h"

#include <sodium.h>
#include <string.h>

#define MAX_LABEL 18 /* "tls13 " and the longest of ours, "c hs traffic" */

const br_hash_class *tls_sched_hash(unsigned suite)
{
	switch (suite) {
	case 0x1301: case 0x1303: /* TLS_AES_128_GCM_SHA256, TLS_CHACHA20_POLY1305_SHA256 */
		return &br_sha256_vtable;
	case 0x1302: /* TLS_AES_256_GCM_SHA384 */
		return &br_sha384_vtable;
	default:
		return NULL;
	}
}

/* HKDF-Extract(salt, ikm), into the place of the salt (RFC 5869 section 2.2). */
static void extract(struct tls_sched *k, const uint8_t *ikm, size_t n)
{
	br_hmac_key_context key;
	br_hmac_context mac;

	br_hmac_key_init(&key, k->hash, k->secret, k->len);
	br_hmac_init(&mac, &key, 0);
	br_hmac_update(&mac, ikm, n);
	(void)br_hmac_out(&mac, k->secret);
	sodium_memzero(&key, sizeof key);
	sodium_memzero(&mac, sizeof mac);
}

void tls_sched_init(struct tls_sched *k, const br_hash_class *hash)
{
	static const uint8_t zero[TLS_MAX_HASH];

	memset(k, 0, sizeof *k);
	k->hash = hash;
	k->len = tls_hash_len(hash);
	extract(k, zero, k->len); /* section 7.1: salt and PSK are zeros */
}

void tls_sched_next(struct tls_sched *k, const uint8_t *ikm, size_t n)
{
	static const uint8_t zero[TLS_MAX_HASH];
	uint8_t none[TLS_MAX_HASH];

	(void)tls_hash(k->hash, zero, 0, none);
	tls_sched_derive(k, "derived", none, k->secret);
	if (ikm == NULL)
		extract(k, zero, k->len);
	else
		extract(k, ikm, n);
}

void tls_sched_derive(const struct tls_sched *k, const char *label, const uint8_t *hash,
    uint8_t *out)
{
	tls_sched_expand(k->hash, k->secret, label, hash, out, k->len);
}

/* HKDF-Expand(secret, info, n), RFC 5869 section 2.3, of which one block is enough here; out may be
   where the secret is. */
static void expand(const br_hash_class *h, const uint8_t *secret, const uint8_t *info,
    size_t infolen, uint8_t *out, size_t n)
{
	static const uint8_t one = 1;
	uint8_t block[TLS_MAX_HASH];
	br_hmac_key_context key;
	br_hmac_context mac;

	br_hmac_key_init(&key, h, secret, tls_hash_len(h));
	br_hmac_init(&mac, &key, 0);
	br_hmac_update(&mac, info, infolen);
	br_hmac_update(&mac, &one, 1);
	(void)br_hmac_out(&mac, block);
	memcpy(out, block, n);
	sodium_memzero(&key, sizeof key);
	sodium_memzero(&mac, sizeof mac);
	sodium_memzero(block, sizeof block);
}

void tls_sched_expand(const br_hash_class *h, const uint8_t *secret, const char *label,
    const uint8_t *context, uint8_t *out, size_t n)
{
	uint8_t info[4 + MAX_LABEL + TLS_MAX_HASH];
	size_t l = strlen(label), c = context == NULL ? 0 : tls_hash_len(h);

	/* struct HkdfLabel of section 7.1 */
	info[0] = 0;
	info[1] = (uint8_t)n;
	info[2] = (uint8_t)(6 + l);
	memcpy(info + 3, "tls13 ", 6);
	memcpy(info + 9, label, l);
	info[9 + l] = (uint8_t)c;
	if (c > 0)
		memcpy(info + 10 + l, context, c);
	expand(h, secret, info, 10 + l + c, out, n);
}

void tls_sched_finished(const br_hash_class *h, const uint8_t *secret, const uint8_t *hash,
    uint8_t *out)
{
	uint8_t key[TLS_MAX_HASH];
	size_t len = tls_hash_len(h);
	br_hmac_key_context k;
	br_hmac_context mac;

	tls_sched_expand(h, secret, "finished", NULL, key, len);
	br_hmac_key_init(&k, h, key, len);
	br_hmac_init(&mac, &k, 0);
	br_hmac_update(&mac, hash, len);
	(void)br_hmac_out(&mac, out);
	sodium_memzero(key, sizeof key);
	sodium_memzero(&k, sizeof k);
	sodium_memzero(&mac, sizeof mac);
}

void tls_sched_update(const br_hash_class *h, uint8_t *secret)
{
	tls_sched_expand(h, secret, "traffic upd", NULL, secret, tls_hash_len(h));
}
