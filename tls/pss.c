/* SPDX-License-Identifier: ISC */
/*
 * tls/pss.c: RSASSA-PSS-VERIFY (RFC 8017 sections 8.1.2 and 9.1.2) on BearSSL's raw public
 * operation.  Every check of EMSA-PSS-VERIFY is one line here, numbered as there.
 */
#include "tls/sig.h"

#include <string.h>

#define MAX_RSA_LEN (TLS_MAX_RSA_BITS / 8)

size_t tls_hash_len(const br_hash_class *h)
{
	return (h->desc >> BR_HASHDESC_OUT_OFF) & BR_HASHDESC_OUT_MASK;
}

size_t tls_hash(const br_hash_class *h, const uint8_t *p, size_t n, uint8_t *out)
{
	br_hash_compat_context c;

	h->init(&c.vtable);
	h->update(&c.vtable, p, n);
	h->out(&c.vtable, out);
	return tls_hash_len(h);
}

/* RFC 8017 B.2.1: out ^= MGF1(seed), len octets. */
static void mgf1_xor(const br_hash_class *h, const uint8_t *seed, size_t seedlen, uint8_t *out,
    size_t len)
{
	size_t hlen = tls_hash_len(h), i, done;
	br_hash_compat_context c;
	uint8_t ctr[4] = { 0 }, block[64];

	for (done = 0; done < len; done += hlen) {
		h->init(&c.vtable);
		h->update(&c.vtable, seed, seedlen);
		h->update(&c.vtable, ctr, sizeof ctr);
		h->out(&c.vtable, block);
		for (i = 0; i < hlen && done + i < len; i++)
			out[done + i] ^= block[i];
		if (++ctr[3] == 0) /* 512 octets are 16 blocks at most */
			ctr[2]++;
	}
}

/* Hash of eight zero octets, mHash and the salt (steps 12, 13). */
static void hash_prime(const br_hash_class *h, const unsigned char *hash, const uint8_t *salt,
    size_t saltlen, uint8_t *out)
{
	static const uint8_t zero[8];
	br_hash_compat_context c;

	h->init(&c.vtable);
	h->update(&c.vtable, zero, sizeof zero);
	h->update(&c.vtable, hash, tls_hash_len(h));
	h->update(&c.vtable, salt, saltlen);
	h->out(&c.vtable, out);
}

/* RFC 8017 section 9.1.2; em is spoiled. */
static bool emsa_pss_verify(uint8_t *em, size_t emlen, unsigned embits, const struct tls_pss *p,
    const unsigned char *hash)
{
	size_t hlen = tls_hash_len(p->hash), dblen, i;
	uint8_t top = (uint8_t)(0xff >> (8 * emlen - embits)), prime[64];

	if (emlen < hlen + 2 || emlen - hlen - 2 < p->salt) /* 3 */
		return false;
	if (em[emlen - 1] != 0xbc) /* 4 */
		return false;
	dblen = emlen - hlen - 1;
	if ((em[0] & (uint8_t)~top) != 0) /* 6 */
		return false;
	mgf1_xor(p->mgf, em + dblen, hlen, em, dblen); /* 7, 8 */
	em[0] &= top; /* 9 */
	for (i = 0; i < dblen - p->salt - 1; i++) { /* 10 */
		if (em[i] != 0)
			return false;
	}
	if (em[i] != 0x01) /* 10 */
		return false;
	hash_prime(p->hash, hash, em + i + 1, p->salt, prime);
	return memcmp(prime, em + dblen, hlen) == 0; /* 14 */
}

bool tls_pss_verify(const br_rsa_public_key *pk, unsigned bits, const struct tls_pss *p,
    const unsigned char *hash, const uint8_t *sig, size_t len)
{
	uint8_t em[MAX_RSA_LEN];
	size_t skip = bits % 8 == 1; /* then EM is one octet shorter than the modulus */

	if (len != pk->nlen || len > sizeof em || bits < 16 || p->hash == NULL || p->mgf == NULL)
		return false; /* 8.1.2 step 1 */
	memcpy(em, sig, len);
	if (br_rsa_public_get_default()(em, len, pk) != 1) /* 8.1.2 step 2 b */
		return false;
	if (skip && em[0] != 0) /* 8.1.2 step 2 c */
		return false;
	return emsa_pss_verify(em + skip, len - skip, bits - 1, p, hash);
}
