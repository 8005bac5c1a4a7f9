/* SPDX-License-Identifier: ISC */
/*
 * tls/sig.c: which signature algorithms count (RFC 4055, 5758, 8410), and whether one
 * signature is good.  Says apart what is wrong, what is weak and what is not known here.
 */
#include "tls/sig.h"
#include "tls/hello.h"

#include <sodium.h>
#include <string.h>

enum params { NONE, NULL_OR_NONE, PSS };

struct sig_info {
	uint8_t n, oid[10];
	const char *name;
	enum tls_key_kind kind;
	enum params params;
	const br_hash_class *hash;   /* NULL: too weak to prove anything */
	const unsigned char *hash_oid;
};

#define RSA(n) { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, n }
#define ECDSA2(n) { 8, { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, n }
static const struct sig_info SIGS[] = {
	RSA(2), "md2WithRSAEncryption", TLS_KEY_RSA, NULL_OR_NONE, NULL, NULL },
	RSA(4), "md5WithRSAEncryption", TLS_KEY_RSA, NULL_OR_NONE, NULL, NULL },
	RSA(5), "sha1WithRSAEncryption", TLS_KEY_RSA, NULL_OR_NONE, NULL, NULL },
	RSA(10), "rsassaPss", TLS_KEY_RSA_PSS, PSS, NULL, NULL },
	RSA(14), "sha224WithRSAEncryption", TLS_KEY_RSA, NULL_OR_NONE, &br_sha224_vtable,
	    BR_HASH_OID_SHA224 },
	RSA(11), "sha256WithRSAEncryption", TLS_KEY_RSA, NULL_OR_NONE, &br_sha256_vtable,
	    BR_HASH_OID_SHA256 },
	RSA(12), "sha384WithRSAEncryption", TLS_KEY_RSA, NULL_OR_NONE, &br_sha384_vtable,
	    BR_HASH_OID_SHA384 },
	RSA(13), "sha512WithRSAEncryption", TLS_KEY_RSA, NULL_OR_NONE, &br_sha512_vtable,
	    BR_HASH_OID_SHA512 },
	{ 7, { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1 }, "ecdsa-with-SHA1", TLS_KEY_EC, NULL_OR_NONE,
	    NULL, NULL },
	ECDSA2(1), "ecdsa-with-SHA224", TLS_KEY_EC, NULL_OR_NONE, &br_sha224_vtable, NULL },
	ECDSA2(2), "ecdsa-with-SHA256", TLS_KEY_EC, NULL_OR_NONE, &br_sha256_vtable, NULL },
	ECDSA2(3), "ecdsa-with-SHA384", TLS_KEY_EC, NULL_OR_NONE, &br_sha384_vtable, NULL },
	ECDSA2(4), "ecdsa-with-SHA512", TLS_KEY_EC, NULL_OR_NONE, &br_sha512_vtable, NULL },
	{ 3, { 0x2b, 0x65, 0x70 }, "Ed25519", TLS_KEY_ED25519, NONE, NULL, NULL },
};

/* The algorithm and its parameters (all NULL: there are none). */
static const struct sig_info *sig_find(const struct tls_tlv *alg, struct tls_tlv *param, bool *bad)
{
	struct tls_der r = tls_der_init(alg->val, alg->len);
	struct tls_tlv oid;
	size_t i;

	memset(param, 0, sizeof *param);
	if (!tls_der_get(&r, DER_OID, &oid))
		return NULL;
	*bad = !tls_der_is_end(&r) && (!tls_der_next(&r, param) || !tls_der_is_done(&r));
	for (i = 0; i < sizeof SIGS / sizeof SIGS[0]; i++) {
		if (tls_der_eq(&oid, SIGS[i].oid, SIGS[i].n))
			return &SIGS[i];
	}
	return NULL;
}

const char *tls_sig_str(const struct tls_tlv *alg)
{
	struct tls_tlv param;
	bool bad;
	const struct sig_info *s = sig_find(alg, &param, &bad);

	return s == NULL ? "unknown" : s->name;
}

bool tls_sig_is_plain(const struct tls_tlv *alg)
{
	struct tls_tlv param;
	bool bad;
	const struct sig_info *s = sig_find(alg, &param, &bad);

	return s != NULL && s->hash != NULL;
}

/* RFC 4055 section 5 (NULL, or absent), RFC 5758 section 3.2 (absent; NULL is met), RFC 8410
   section 3 (absent). */
static bool params_ok(const struct sig_info *s, const struct tls_tlv *param)
{
	if (param->all == NULL)
		return s->params != PSS; /* RFC 4055 3.1: must be there in a signature */
	return s->params == PSS ||
	    (s->params == NULL_OR_NONE && param->tag == DER_NULL && param->len == 0);
}

/* What the key alone says; GOOD: nothing against it. */
static enum tls_sig key_fits(const struct sig_info *s, const struct tls_key *k)
{
	if (s->kind == TLS_KEY_RSA && k->kind == TLS_KEY_RSA_PSS)
		return TLS_SIG_LIMITED; /* RFC 4055 1.2 */
	if (k->kind != s->kind && !(k->kind == TLS_KEY_RSA && s->kind == TLS_KEY_RSA_PSS))
		return TLS_SIG_BAD;
	if (k->kind != TLS_KEY_RSA && k->kind != TLS_KEY_RSA_PSS)
		return TLS_SIG_GOOD;
	if (k->bits < TLS_MIN_RSA_BITS || tls_key_is_open(k))
		return TLS_SIG_WEAK;
	return tls_key_is_large(k) ? TLS_SIG_LARGE : TLS_SIG_GOOD;
}

static bool verify_pkcs1(const struct sig_info *s, const unsigned char *hash, size_t n,
    const uint8_t *sig, size_t siglen, const br_rsa_public_key *pk)
{
	unsigned char got[64];

	return siglen == pk->nlen && /* RFC 8017 8.2.2 step 1 */
	    br_rsa_pkcs1_vrfy_get_default()(sig, siglen, s->hash_oid, n, pk, got) == 1 &&
	    memcmp(got, hash, n) == 0;
}

/* RFC 3279 2.2.3: SEQUENCE of two INTEGERs, nothing more; BearSSL is not that strict.  Nor does it
   refuse r = 0 (ANSI X9.62), and u1 G + u2 Q counts as 0 for it where the hash is 0 too. */
bool tls_ecdsa_verify(const br_ec_public_key *pk, const unsigned char *hash, size_t n,
    const uint8_t *sig, size_t siglen)
{
	struct tls_der r = tls_der_init(sig, siglen), s = tls_der_enter(&r, DER_SEQUENCE);
	struct tls_tlv a, b;

	if (!tls_der_uint(&s, &a) || !tls_der_uint(&s, &b) || !tls_der_is_done(&s) ||
	    !tls_der_is_done(&r) || a.len == 0 || b.len == 0)
		return false;
	return br_ecdsa_vrfy_asn1_get_default()(br_ec_get_default(), hash, n, pk, sig, siglen) == 1;
}

/* RFC 4055 3.3: a key may be for some parameters alone. */
static bool pss_allowed(const struct tls_key *k, const struct tls_pss *p)
{
	return !k->limited ||
	    (p->hash == k->pss.hash && p->mgf == k->pss.mgf && p->salt >= k->pss.salt);
}

static enum tls_sig verify_pss(const struct tls_tlv *param, const uint8_t *msg, size_t len,
    const uint8_t *sig, size_t siglen, const struct tls_key *k)
{
	unsigned char hash[64];
	struct tls_pss p;
	enum tls_pss_state st = tls_pss_parse(param, &p);

	if (st != TLS_PSS_GOOD)
		return st == TLS_PSS_BAD ? TLS_SIG_PARAMS : TLS_SIG_UNSUPPORTED;
	if (p.hash == NULL || p.mgf == NULL) /* SHA-1 by default */
		return TLS_SIG_WEAK;
	if (!pss_allowed(k, &p))
		return TLS_SIG_LIMITED;
	(void)tls_hash(p.hash, msg, len, hash);
	return tls_pss_verify(&k->rsa, k->bits, &p, hash, sig, siglen) ? TLS_SIG_GOOD : TLS_SIG_BAD;
}

enum tls_sig tls_sig_verify(const struct tls_tlv *alg, const uint8_t *msg, size_t len,
    const uint8_t *sig, size_t siglen, const struct tls_key *key)
{
	struct tls_tlv param;
	bool bad = false, good;
	const struct sig_info *s = sig_find(alg, &param, &bad);
	unsigned char hash[64];
	enum tls_sig fit;
	size_t n;

	if (s == NULL || key->kind == TLS_KEY_OTHER)
		return TLS_SIG_UNSUPPORTED;
	fit = key_fits(s, key);
	if (fit != TLS_SIG_GOOD)
		return fit;
	if (bad || !params_ok(s, &param))
		return TLS_SIG_PARAMS;
	if (s->params == PSS)
		return verify_pss(&param, msg, len, sig, siglen, key);
	if (s->kind == TLS_KEY_ED25519) /* RFC 8410 6: the message itself */
		return siglen == 64 && crypto_sign_verify_detached(sig, msg, len, key->ed) == 0 ?
		    TLS_SIG_GOOD : TLS_SIG_BAD;
	if (s->hash == NULL)
		return TLS_SIG_WEAK;
	n = tls_hash(s->hash, msg, len, hash);
	good = s->kind == TLS_KEY_RSA ? verify_pkcs1(s, hash, n, sig, siglen, &key->rsa) :
	    tls_ecdsa_verify(&key->br.key.ec, hash, n, sig, siglen);
	return good ? TLS_SIG_GOOD : TLS_SIG_BAD;
}

/* ---- schemes of TLS 1.3, RFC 8446 section 4.2.3 ------------------------------------- */

static const struct scheme {
	uint16_t id;
	enum tls_key_kind kind;
	int curve;
	const br_hash_class *hash;
} SCHEMES[] = {
	{ TLS_PSS_RSAE_SHA256, TLS_KEY_RSA, 0, &br_sha256_vtable },
	{ TLS_PSS_RSAE_SHA384, TLS_KEY_RSA, 0, &br_sha384_vtable },
	{ TLS_PSS_RSAE_SHA512, TLS_KEY_RSA, 0, &br_sha512_vtable },
	{ TLS_PSS_PSS_SHA256, TLS_KEY_RSA_PSS, 0, &br_sha256_vtable },
	{ TLS_PSS_PSS_SHA384, TLS_KEY_RSA_PSS, 0, &br_sha384_vtable },
	{ TLS_PSS_PSS_SHA512, TLS_KEY_RSA_PSS, 0, &br_sha512_vtable },
	{ TLS_ECDSA_P256_SHA256, TLS_KEY_EC, BR_EC_secp256r1, &br_sha256_vtable },
	{ TLS_ECDSA_P384_SHA384, TLS_KEY_EC, BR_EC_secp384r1, &br_sha384_vtable },
	{ TLS_ECDSA_P521_SHA512, TLS_KEY_EC, BR_EC_secp521r1, &br_sha512_vtable },
	{ TLS_ED25519, TLS_KEY_ED25519, 0, NULL },
};

static const struct scheme *scheme_find(unsigned id)
{
	size_t i;

	for (i = 0; i < sizeof SCHEMES / sizeof SCHEMES[0]; i++) {
		if (SCHEMES[i].id == id)
			return &SCHEMES[i];
	}
	return NULL;
}

enum tls_key_kind tls_scheme_kind(unsigned scheme)
{
	const struct scheme *s = scheme_find(scheme);

	return s == NULL ? TLS_KEY_OTHER : s->kind;
}

static bool verify_scheme_pss(const struct scheme *s, const struct tls_key *k,
    const unsigned char *hash, const uint8_t *sig, size_t siglen)
{
	struct tls_pss p = { s->hash, s->hash, (uint32_t)tls_hash_len(s->hash) };

	/* that the key is short is for the report to say: who has it did sign */
	if (tls_key_is_large(k) || tls_key_is_open(k))
		return false;
	return pss_allowed(k, &p) && tls_pss_verify(&k->rsa, k->bits, &p, hash, sig, siglen);
}

bool tls_scheme_verify(unsigned scheme, const struct tls_key *key, const uint8_t *msg, size_t len,
    const uint8_t *sig, size_t siglen)
{
	const struct scheme *s = scheme_find(scheme);
	unsigned char hash[64];
	size_t n;

	if (s == NULL || s->kind != key->kind)
		return false;
	if (s->kind == TLS_KEY_ED25519)
		return siglen == 64 && crypto_sign_verify_detached(sig, msg, len, key->ed) == 0;
	n = tls_hash(s->hash, msg, len, hash);
	if (s->kind == TLS_KEY_EC)
		return key->br.key.ec.curve == s->curve &&
		    tls_ecdsa_verify(&key->br.key.ec, hash, n, sig, siglen);
	return verify_scheme_pss(s, key, hash, sig, siglen);
}
