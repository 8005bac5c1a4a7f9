/* SPDX-License-Identifier: ISC */
/*
 * tls/sig.h: public keys as certificates have them, and signatures made with them.
 * Private to tls/.  Everything points into the octets that were parsed.
 */
#ifndef TLS_SIG_H
#define TLS_SIG_H

#include <bearssl.h>
#include "tls/der.h"
#include "tls/tls.h"

#define TLS_MAX_RSA_BITS 4096    /* what BearSSL computes with */
#define TLS_GOOD_RSA_BITS 2048   /* shorter is worth a warning */

/* Parameters of RSASSA-PSS, RFC 4055 section 3.1; a hash of NULL is SHA-1. */
struct tls_pss {
	const br_hash_class *hash, *mgf;
	uint32_t salt;
};

enum tls_key_kind {
	TLS_KEY_OTHER = 0,  /* not one that can be verified with here */
	TLS_KEY_RSA,
	TLS_KEY_RSA_PSS,    /* id-RSASSA-PSS: for no other kind of signature */
	TLS_KEY_EC,
	TLS_KEY_ED25519
};

struct tls_key {
	enum tls_key_kind kind;
	br_x509_pkey br;            /* key_type 0: not one that BearSSL's engine can use */
	br_rsa_public_key rsa;      /* both kinds of RSA */
	const uint8_t *ed;          /* 32 octets */
	bool limited;               /* RSA_PSS: these parameters only, RFC 4055 section 3.3 */
	struct tls_pss pss;
	const char *type;           /* "RSA", "RSA-PSS", "ECDSA", "Ed25519", "unknown" */
	unsigned bits;
};

/* An RSA key with an exponent under 3 (RFC 8017 section 3.1): with 1 anybody can sign. */
bool tls_key_is_open(const struct tls_key *k);
/* An RSA key that is more than is computed with here: over TLS_MAX_RSA_BITS, or with an exponent over
   64 bits. */
bool tls_key_is_large(const struct tls_key *k);
/* A SubjectPublicKeyInfo that fills der[0..len).  False when it is not one. */
bool tls_key_parse(struct tls_key *k, const uint8_t *der, size_t len);

enum tls_pss_state { TLS_PSS_BAD = 0, TLS_PSS_UNSUPPORTED, TLS_PSS_GOOD };
/* The parameters of an id-RSASSA-PSS AlgorithmIdentifier. */
enum tls_pss_state tls_pss_parse(const struct tls_tlv *param, struct tls_pss *p);
/* RFC 8017 section 8.1.2: is sig a PSS signature by pk of a message with this hash? */
bool tls_pss_verify(const br_rsa_public_key *pk, unsigned bits, const struct tls_pss *p,
    const unsigned char *hash, const uint8_t *sig, size_t len);
/* RFC 3279 section 2.2.3: is sig (DER) an ECDSA signature by pk of a message with this hash? */
bool tls_ecdsa_verify(const br_ec_public_key *pk, const unsigned char *hash, size_t n,
    const uint8_t *sig, size_t siglen);
/* Octets of a digest. */
size_t tls_hash_len(const br_hash_class *h);
/* The digest of p[0..n), into out (64 octets are enough for each); its octets. */
size_t tls_hash(const br_hash_class *h, const uint8_t *p, size_t n, uint8_t *out);

enum tls_sig {
	TLS_SIG_BAD = 0,
	TLS_SIG_UNSUPPORTED,  /* algorithm or key not known here */
	TLS_SIG_WEAK,         /* MD5, SHA-1, RSA under 1024 bits or with an exponent under 3 */
	TLS_SIG_PARAMS,       /* parameters that the algorithm does not have */
	TLS_SIG_LIMITED,      /* the key is not for such signatures, RFC 4055 section 1.2, 3.3 */
	TLS_SIG_LARGE,        /* RSA over TLS_MAX_RSA_BITS, or an exponent over 64 bits */
	TLS_SIG_GOOD
};
/* Is sig, by the algorithm of this AlgorithmIdentifier, a signature of msg by key? */
enum tls_sig tls_sig_verify(const struct tls_tlv *alg, const uint8_t *msg, size_t len,
    const uint8_t *sig, size_t siglen, const struct tls_key *key);
/* Name of the algorithm, or "unknown". */
const char *tls_sig_str(const struct tls_tlv *alg);
/* Is sig a signature of msg by key in this scheme of TLS 1.3 (RFC 8446 section 4.2.3: RSASSA-PSS with
   a salt as long as the hash, ECDSA on the curve of its name, Ed25519)?  All others: false. */
bool tls_scheme_verify(unsigned scheme, const struct tls_key *key, const uint8_t *msg, size_t len,
    const uint8_t *sig, size_t siglen);
/* The kind of key that this scheme of TLS 1.3 is for; TLS_KEY_OTHER: it is not one of them. */
enum tls_key_kind tls_scheme_kind(unsigned scheme);
/* Can br_x509_minimal verify this algorithm? */
bool tls_sig_is_plain(const struct tls_tlv *alg);

#endif
