/* SPDX-License-Identifier: ISC */
/*
 * dns/crypto.c: signatures, DS digests and NSEC3 hashes with BearSSL and libsodium.
 * Decides whether octets verify; knows nothing of records, names or time.
 */
#include "dns/crypto.h"

#include "dns/dns.h"

#include <bearssl.h>
#include <sodium.h>
#include <string.h>

enum { RSASHA1 = 5, RSASHA1_NSEC3 = 7, RSASHA256 = 8, RSASHA512 = 10, P256 = 13, P384 = 14,
	ED25519 = 15 };
enum { RSA_MIN_BITS = 512, RSA_SMALL_BITS = 1024, RSA_MAX_BITS = 4096 };

bool dns_crypto_alg_ok(unsigned alg, bool weak)
{
	switch (alg) {
	case RSASHA256: case RSASHA512: case P256: case P384: case ED25519:
		return true;
	case RSASHA1: case RSASHA1_NSEC3: /* RFC 9905 section 2 */
		return weak;
	default:
		return false;
	}
}

bool dns_crypto_digest_ok(unsigned type, bool weak)
{
	return type == 2 || type == 4 || (type == 1 && weak);
}

/* RFC 3110 section 2: exponent length, exponent, modulus. */
static bool rsa_parse(const uint8_t *key, size_t klen, br_rsa_public_key *pk)
{
	size_t elen, skip = 1;

	if (klen < 3)
		return false;
	elen = key[0];
	if (elen == 0) {
		elen = (size_t)key[1] << 8 | key[2];
		skip = 3;
	}
	if (elen == 0 || elen >= klen - skip)
		return false;
	pk->e = (unsigned char *)key + skip;
	pk->elen = elen;
	pk->n = pk->e + elen;
	pk->nlen = klen - skip - elen;
	while (pk->elen > 0 && pk->e[0] == 0)
		pk->e++, pk->elen--;
	while (pk->nlen > 0 && pk->n[0] == 0)
		pk->n++, pk->nlen--;
	return pk->nlen > 0 && pk->elen > 0;
}

static unsigned rsa_bits(const br_rsa_public_key *pk)
{
	unsigned bits = (unsigned)pk->nlen * 8;
	unsigned top = pk->n[0];

	while (!(top & 0x80)) {
		top <<= 1;
		bits--;
	}
	return bits;
}

static bool is_rsa(unsigned alg)
{
	return alg == RSASHA1 || alg == RSASHA1_NSEC3 || alg == RSASHA256 || alg == RSASHA512;
}

unsigned dns_crypto_key_bits(unsigned alg, const uint8_t *key, size_t klen)
{
	br_rsa_public_key pk;

	switch (alg) {
	case P256:
		return klen == 64 ? 256 : 0;
	case P384:
		return klen == 96 ? 384 : 0;
	case ED25519:
		return klen == 32 ? 256 : 0;
	default:
		return is_rsa(alg) && rsa_parse(key, klen, &pk) ? rsa_bits(&pk) : 0;
	}
}

bool dns_crypto_key_small(unsigned alg, const uint8_t *key, size_t klen)
{
	unsigned bits = dns_crypto_key_bits(alg, key, klen);

	return is_rsa(alg) && bits > 0 && bits < RSA_SMALL_BITS; /* 0: no key at all, not a small one */
}

/* An even modulus is no RSA key; exponents: odd, 3 to 2^64-1. */
static bool rsa_usable(const br_rsa_public_key *pk)
{
	unsigned bits = rsa_bits(pk);

	return bits >= RSA_MIN_BITS && bits <= RSA_MAX_BITS && (pk->n[pk->nlen - 1] & 1) &&
	    pk->elen <= 8 && (pk->e[pk->elen - 1] & 1) && (pk->elen > 1 || pk->e[0] >= 3);
}

bool dns_crypto_key_usable(unsigned alg, const uint8_t *key, size_t klen)
{
	br_rsa_public_key pk;

	if (is_rsa(alg))
		return rsa_parse(key, klen, &pk) && rsa_usable(&pk);
	return dns_crypto_key_bits(alg, key, klen) > 0;
}

static size_t hash_with(const br_hash_class *h, const uint8_t *data, size_t len, uint8_t *out)
{
	br_hash_compat_context c;

	h->init(&c.vtable);
	h->update(&c.vtable, data, len);
	h->out(&c.vtable, out);
	return (h->desc >> BR_HASHDESC_OUT_OFF) & BR_HASHDESC_OUT_MASK;
}

static enum dns_crypto verify_rsa(unsigned alg, const uint8_t *key, size_t klen,
    const uint8_t *sig, size_t slen, const uint8_t *data, size_t len)
{
	br_rsa_public_key pk;
	const br_hash_class *h = &br_sha256_vtable;
	const unsigned char *oid = BR_HASH_OID_SHA256;
	uint8_t want[64], got[64];
	size_t hlen;

	if (!rsa_parse(key, klen, &pk) || !rsa_usable(&pk))
		return DNS_CRYPTO_BAD;
	if (slen != pk.nlen) /* RFC 5702 section 3: as long as the modulus */
		return DNS_CRYPTO_BAD;
	if (alg == RSASHA512) {
		h = &br_sha512_vtable;
		oid = BR_HASH_OID_SHA512;
	} else if (alg != RSASHA256) {
		h = &br_sha1_vtable;
		oid = BR_HASH_OID_SHA1;
	}
	hlen = hash_with(h, data, len, want);
	if (!br_rsa_pkcs1_vrfy_get_default()(sig, slen, oid, hlen, &pk, got))
		return DNS_CRYPTO_BAD;
	return memcmp(want, got, hlen) == 0 ? DNS_CRYPTO_GOOD : DNS_CRYPTO_BAD;
}

/* RFC 6605 section 4: the key is Q without the leading 4, the signature is r | s. */
static enum dns_crypto verify_ecdsa(unsigned alg, const uint8_t *key, size_t klen,
    const uint8_t *sig, size_t slen, const uint8_t *data, size_t len)
{
	size_t half = alg == P256 ? 32 : 48, hlen;
	uint8_t q[1 + 96], h[64];
	br_ec_public_key pk;

	if (klen != 2 * half || slen != 2 * half)
		return DNS_CRYPTO_BAD;
	q[0] = 4;
	memcpy(q + 1, key, klen);
	pk.curve = alg == P256 ? BR_EC_secp256r1 : BR_EC_secp384r1;
	pk.q = q;
	pk.qlen = klen + 1;
	hlen = hash_with(alg == P256 ? &br_sha256_vtable : &br_sha384_vtable, data, len, h);
	return br_ecdsa_vrfy_raw_get_default()(br_ec_get_default(), h, hlen, &pk, sig, slen) ?
	    DNS_CRYPTO_GOOD : DNS_CRYPTO_BAD;
}

enum dns_crypto dns_crypto_verify(unsigned alg, const uint8_t *key, size_t klen,
    const uint8_t *sig, size_t slen, const uint8_t *data, size_t len)
{
	if (is_rsa(alg))
		return verify_rsa(alg, key, klen, sig, slen, data, len);
	if (alg == P256 || alg == P384)
		return verify_ecdsa(alg, key, klen, sig, slen, data, len);
	if (alg != ED25519)
		return DNS_CRYPTO_UNSUPPORTED;
	/* RFC 8080 section 3 and 4 */
	if (klen != crypto_sign_PUBLICKEYBYTES || slen != crypto_sign_BYTES)
		return DNS_CRYPTO_BAD;
	return crypto_sign_verify_detached(sig, data, len, key) == 0 ?
	    DNS_CRYPTO_GOOD : DNS_CRYPTO_BAD;
}

/* Measured with BearSSL on a 64-bit machine (make bench prints them); an exponent of more than
   three octets, which nobody uses, costs up to 64 squarings instead of 2 or 17. */
size_t dns_crypto_steps(unsigned alg, const uint8_t *key, size_t klen)
{
	br_rsa_public_key pk;

	if (alg == P384)
		return 5 * DNS_COST_STEPS;
	if (alg == ED25519)
		return DNS_COST_STEPS / 10;
	if (!is_rsa(alg) || !rsa_parse(key, klen, &pk))
		return DNS_COST_STEPS;
	return (pk.nlen > 256 ? DNS_COST_STEPS * 6 / 5 : DNS_COST_STEPS / 5) * (pk.elen > 3 ? 3u : 1u);
}

unsigned dns_crypto_cost(unsigned alg, const uint8_t *key, size_t klen)
{
	return (unsigned)((dns_crypto_steps(alg, key, klen) + DNS_COST_STEPS - 1) / DNS_COST_STEPS);
}

size_t dns_crypto_ds(unsigned type, const uint8_t *owner, size_t olen, const uint8_t *rdata,
    size_t rdlen, uint8_t out[DNS_DIGEST_MAX])
{
	const br_hash_class *h;
	br_hash_compat_context c;

	if (type == 1)
		h = &br_sha1_vtable;
	else if (type == 2)
		h = &br_sha256_vtable;
	else if (type == 4)
		h = &br_sha384_vtable;
	else
		return 0;
	h->init(&c.vtable);
	h->update(&c.vtable, owner, olen);
	h->update(&c.vtable, rdata, rdlen);
	h->out(&c.vtable, out);
	return (h->desc >> BR_HASHDESC_OUT_OFF) & BR_HASHDESC_OUT_MASK;
}

void dns_crypto_nsec3(const uint8_t *name, size_t nlen, const uint8_t *salt, size_t slen,
    unsigned iterations, uint8_t out[DNS_SHA1_LEN])
{
	br_sha1_context c;
	unsigned i;

	br_sha1_init(&c);
	br_sha1_update(&c, name, nlen);
	br_sha1_update(&c, salt, slen);
	br_sha1_out(&c, out);
	for (i = 0; i < iterations; i++) {
		br_sha1_init(&c);
		br_sha1_update(&c, out, DNS_SHA1_LEN);
		br_sha1_update(&c, salt, slen);
		br_sha1_out(&c, out);
	}
}

static void id_part(br_sha256_context *c, const uint8_t *p, size_t n)
{
	uint8_t len[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	br_sha256_update(c, len, sizeof len);
	br_sha256_update(c, p, n);
}

void dns_crypto_id(const uint8_t *key, size_t klen, const uint8_t *sig, size_t slen,
    const uint8_t *data, size_t len, uint8_t out[DNS_ID_LEN])
{
	br_sha256_context c;

	br_sha256_init(&c);
	id_part(&c, key, klen);
	id_part(&c, sig, slen);
	id_part(&c, data, len);
	br_sha256_out(&c, out);
}
