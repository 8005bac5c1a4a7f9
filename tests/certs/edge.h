/* SPDX-License-Identifier: ISC */
/*
 * tests/certs/edge.h: what the groups of signatures at the edges share: octets, the ways a signature
 * may be verified, and edge(), which asks tls/sig.c and OpenSSL about one signature.
 */
#ifndef TESTS_CERTS_EDGE_H
#define TESTS_CERTS_EDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <openssl/bn.h>
#include <openssl/evp.h>

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

/* ---- octets and DER, by value ------------------------------------------------------- */

struct blob { size_t n; uint8_t p[1200]; };
struct blob blob(const void *p, size_t n);
#define BLOB(s) blob(s, sizeof (s) - 1)
struct blob cat(struct blob a, struct blob b);
struct blob cut(struct blob a, size_t from, size_t n);
struct blob tlv(unsigned tag, struct blob in);
/* INTEGER of a number that is not negative; its magnitude in len octets. */
struct blob der_uint(const BIGNUM *v);
struct blob bn_octets(const BIGNUM *v, size_t len);
/* SubjectPublicKeyInfo. */
struct blob spki(struct blob alg, struct blob key);
struct blob digest(const EVP_MD *md, struct blob in);

/* ---- chance: all of it, OpenSSL's too, comes from one seed ----------------------------- */

uint64_t rnd(void);
struct blob rnd_octets(size_t n);
extern unsigned long rounds;   /* random changes for each sample */
extern BN_CTX *bnctx;
BIGNUM *bn_new(void);
BIGNUM *bn_rnd(const BIGNUM *below);   /* 1 .. below - 1 */
void die(const char *what);

/* ---- ways to verify --------------------------------------------------------------------- */

struct how {
	const char *name;
	unsigned scheme;      /* of TLS 1.3; 0: as in a certificate, by alg */
	int type, curve;      /* EVP_PKEY_...; NID_... */
	const EVP_MD *md, *mgf; /* mgf: of PSS; NULL: PKCS #1 v1.5 */
	int salt;
	struct blob alg;      /* AlgorithmIdentifier */
	bool digested;        /* ECDSA: the message is a digest already */
};
enum { PSS256, PSS384, PSS512, PSSK256, PSSK384, PSSK512, P256, P384, P521, ED, SCHEMES };
extern struct how schemes[SCHEMES];

enum want {
	REFUSE, TAKE, /* ours must; OpenSSL too, but for the reason given */
	AGREE,        /* both the same; with a reason: OpenSSL may take what ours refuses */
	EITHER        /* as they like, for this reason */
};
/* One signature.  unlike: why OpenSSL may say otherwise; NULL: it may not. */
void edge(const char *what, enum want want, const char *unlike, const struct how *h,
    const struct blob *key, const struct blob *msg, const struct blob *sig);
/* Good in its own scheme, and in no other one. */
void edge_own(const char *what, const struct how *h, const struct blob *key,
    const struct blob *msg, const struct blob *sig);
/* A good one, and octets of it, of the message and of the key changed at random. */
void edge_random(const struct how *h, const struct blob *key, const struct blob *msg,
    const struct blob *sig);
extern const char edge_short[]; /* the reason that goes with RSA signatures that are too short */
void group(const char *name);
void group_end(void);

void edge_rsa(void);
void edge_ec(void);
void edge_ed(void);

#endif
