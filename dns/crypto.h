/* SPDX-License-Identifier: ISC */
/*
 * dns/crypto.h: the only door from dns/ to BearSSL and libsodium.  Raw octets in;
 * good, bad or unsupported out.  Which algorithm may be trusted is decided here
 * (RFC 9905, and our policy for small RSA keys), what follows from it is not.
 */
#ifndef DNS_CRYPTO_H
#define DNS_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dns_crypto { DNS_CRYPTO_BAD = 0, DNS_CRYPTO_GOOD, DNS_CRYPTO_UNSUPPORTED };

/* May signatures of this algorithm be used?  weak: RSASHA1 (5, 7) too. */
bool dns_crypto_alg_ok(unsigned alg, bool weak);
/* May DS digests of this type be used?  weak: SHA-1 (1) too. */
bool dns_crypto_digest_ok(unsigned type, bool weak);
/* Size of a public key in bits, 0 when it does not parse.  key is the public key field
   of a DNSKEY. */
unsigned dns_crypto_key_bits(unsigned alg, const uint8_t *key, size_t klen);
/* Is it an RSA key under 1024 bits, which we don't trust without weak? */
bool dns_crypto_key_small(unsigned alg, const uint8_t *key, size_t klen);
/* Can signatures by the key be verified here?  Not by one of the wrong shape, nor RSA beyond 512 to
   4096 bits or with another exponent than an odd one from 3 to 2^64-1. */
bool dns_crypto_key_usable(unsigned alg, const uint8_t *key, size_t klen);
/* Verify sig over data.  A key or signature of the wrong shape is bad, an algorithm not
   implemented here is unsupported. */
enum dns_crypto dns_crypto_verify(unsigned alg, const uint8_t *key, size_t klen,
    const uint8_t *sig, size_t slen, const uint8_t *data, size_t len)
    __attribute__((warn_unused_result));
/* What a verification costs, in steps of dns_spend(): P-256 is DNS_COST_STEPS, about 1 ms on a
   small machine. */
size_t dns_crypto_steps(unsigned alg, const uint8_t *key, size_t klen);
/* The same in whole units, rounded up: P-256 is 1, P-384 5, RSA 1 to 4. */
unsigned dns_crypto_cost(unsigned alg, const uint8_t *key, size_t klen);

#define DNS_DIGEST_MAX 48
/* DS digest (RFC 4034 section 5.1.4) of owner (already lower-case) and DNSKEY RDATA.
   Octets written, 0 when the type is unknown. */
size_t dns_crypto_ds(unsigned type, const uint8_t *owner, size_t olen, const uint8_t *rdata,
    size_t rdlen, uint8_t out[DNS_DIGEST_MAX]);

#define DNS_SHA1_LEN 20
/* NSEC3 hash (RFC 5155 section 5) of a lower-case wire name. */
void dns_crypto_nsec3(const uint8_t *name, size_t nlen, const uint8_t *salt, size_t slen,
    unsigned iterations, uint8_t out[DNS_SHA1_LEN]);

#define DNS_ID_LEN 32
/* Name of a verification, for remembering its outcome: SHA-256 over all that goes into it. */
void dns_crypto_id(const uint8_t *key, size_t klen, const uint8_t *sig, size_t slen,
    const uint8_t *data, size_t len, uint8_t out[DNS_ID_LEN]);

#endif
