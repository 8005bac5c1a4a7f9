/* SPDX-License-Identifier: ISC */
/*
 * tls/key.c: public keys (RFC 3279, 4055, 5480, 8410).  A key of a kind that is not
 * known here parses all the same: it may be matched by a digest, and verifies nothing.
 */
#include "tls/sig.h"

#include <string.h>

static const uint8_t OID_RSA[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1 };
static const uint8_t OID_MGF1[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8 };
static const uint8_t OID_PSS[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10 };
static const uint8_t OID_EC[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1 };
static const uint8_t OID_ED25519[] = { 0x2b, 0x65, 0x70 };
static const uint8_t OID_P256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 };
static const uint8_t OID_P384[] = { 0x2b, 0x81, 4, 0, 0x22 };
static const uint8_t OID_P521[] = { 0x2b, 0x81, 4, 0, 0x23 };
static const uint8_t OID_SHA256[] = { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1 };
static const uint8_t OID_SHA384[] = { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2 };
static const uint8_t OID_SHA512[] = { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3 };

/* ---- the parameters of PSS, RFC 4055 section 3.1 --------------------------------- */

/* AlgorithmIdentifier of a hash whose parameters are NULL or absent (RFC 4055 2.1). */
static enum tls_pss_state parse_hash(struct tls_der *r, const br_hash_class **h)
{
	struct tls_der a = tls_der_enter(r, DER_SEQUENCE);
	struct tls_tlv oid, null;

	if (!tls_der_get(&a, DER_OID, &oid))
		return TLS_PSS_BAD;
	if (!tls_der_is_end(&a) && (!tls_der_get(&a, DER_NULL, &null) || null.len != 0))
		return TLS_PSS_BAD;
	if (!tls_der_is_done(&a))
		return TLS_PSS_BAD;
	if (tls_der_eq(&oid, OID_SHA256, sizeof OID_SHA256))
		*h = &br_sha256_vtable;
	else if (tls_der_eq(&oid, OID_SHA384, sizeof OID_SHA384))
		*h = &br_sha384_vtable;
	else if (tls_der_eq(&oid, OID_SHA512, sizeof OID_SHA512))
		*h = &br_sha512_vtable;
	else
		return TLS_PSS_UNSUPPORTED;
	return TLS_PSS_GOOD;
}

static enum tls_pss_state parse_mgf(struct tls_der *r, const br_hash_class **h)
{
	struct tls_der a = tls_der_enter(r, DER_SEQUENCE);
	enum tls_pss_state s;
	struct tls_tlv oid;

	if (!tls_der_get(&a, DER_OID, &oid))
		return TLS_PSS_BAD;
	if (!tls_der_eq(&oid, OID_MGF1, sizeof OID_MGF1))
		return TLS_PSS_UNSUPPORTED;
	s = parse_hash(&a, h);
	return s == TLS_PSS_GOOD && !tls_der_is_done(&a) ? TLS_PSS_BAD : s;
}

/* One [n] EXPLICIT element, if it is the next. */
static bool optional(struct tls_der *s, uint8_t tag, struct tls_der *in)
{
	if (tls_der_peek(s) != tag)
		return false;
	*in = tls_der_enter(s, tag);
	return true;
}

/* [n] INTEGER; false: malformed.  Left alone when it is not there. */
static bool optional_uint(struct tls_der *s, uint8_t tag, uint32_t *v)
{
	struct tls_der in;
	struct tls_tlv n;
	size_t i;

	if (!optional(s, tag, &in))
		return true;
	if (!tls_der_uint(&in, &n) || !tls_der_is_done(&in) || n.len > 3)
		return false;
	for (*v = 0, i = 0; i < n.len; i++)
		*v = *v << 8 | n.val[i];
	return true;
}

enum tls_pss_state tls_pss_parse(const struct tls_tlv *param, struct tls_pss *p)
{
	struct tls_der r = tls_der_init(param->all, param->all_len);
	struct tls_der s = tls_der_enter(&r, DER_SEQUENCE), in;
	enum tls_pss_state h = TLS_PSS_GOOD, m = TLS_PSS_GOOD;
	uint32_t trailer = 1;

	p->hash = p->mgf = NULL; /* SHA-1 by default */
	p->salt = 20;
	if (optional(&s, 0xa0, &in) && (h = parse_hash(&in, &p->hash)) == TLS_PSS_GOOD &&
	    !tls_der_is_done(&in))
		return TLS_PSS_BAD;
	if (optional(&s, 0xa1, &in) && (m = parse_mgf(&in, &p->mgf)) == TLS_PSS_GOOD &&
	    !tls_der_is_done(&in))
		return TLS_PSS_BAD;
	if (!optional_uint(&s, 0xa2, &p->salt) || !optional_uint(&s, 0xa3, &trailer) ||
	    !tls_der_is_done(&s) || !tls_der_is_done(&r))
		return TLS_PSS_BAD;
	if (h == TLS_PSS_BAD || m == TLS_PSS_BAD || trailer != 1) /* 0xbc is the only one */
		return TLS_PSS_BAD;
	return h == TLS_PSS_GOOD ? m : h;
}

/* ---- keys ---------------------------------------------------------------------------- */

static unsigned bit_length(const struct tls_tlv *n)
{
	unsigned bits = (unsigned)n->len * 8;
	uint8_t top;

	if (n->len == 0)
		return 0;
	for (top = n->val[0]; top < 0x80; top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

/* BearSSL's RSAPublicKey wants pointers that are not const, and does not write there. */
static bool parse_rsa(const struct tls_tlv *bits, struct tls_key *k)
{
	struct tls_der r = tls_der_init(bits->val, bits->len), s = tls_der_enter(&r, DER_SEQUENCE);
	struct tls_tlv n, e;

	if (!tls_der_uint(&s, &n) || !tls_der_uint(&s, &e) || !tls_der_is_done(&s) ||
	    !tls_der_is_done(&r) || n.len == 0 || e.len == 0)
		return false;
	k->rsa.n = (unsigned char *)n.val;
	k->rsa.nlen = n.len;
	k->rsa.e = (unsigned char *)e.val;
	k->rsa.elen = e.len;
	k->bits = bit_length(&n);
	return true;
}

bool tls_key_is_open(const struct tls_key *k)
{
	return k->rsa.elen == 1 && k->rsa.e[0] < 3;
}

bool tls_key_is_large(const struct tls_key *k)
{
	return k->rsa.nlen != 0 && (k->bits > TLS_MAX_RSA_BITS || k->rsa.elen > 8);
}

/* rsaEncryption is for every use; id-RSASSA-PSS (RFC 4055 1.2) is not for TLS as BearSSL has it. */
static bool parse_rsa_key(const struct tls_tlv *param, const struct tls_tlv *bits, bool pss,
    struct tls_key *k)
{
	k->type = pss ? "RSA-PSS" : "RSA";
	if (!parse_rsa(bits, k))
		return false;
	if (!pss) {
		k->kind = TLS_KEY_RSA;
		k->br.key_type = BR_KEYTYPE_RSA;
		k->br.key.rsa = k->rsa;
		return true;
	}
	k->kind = TLS_KEY_RSA_PSS;
	k->limited = param->all != NULL;
	if (k->limited && tls_pss_parse(param, &k->pss) != TLS_PSS_GOOD)
		k->kind = TLS_KEY_OTHER;
	return true;
}

static void parse_ec(const struct tls_tlv *curve, const struct tls_tlv *point, struct tls_key *k)
{
	static const struct { const uint8_t *oid; size_t n; int id; unsigned bits; } curves[] = {
		{ OID_P256, sizeof OID_P256, BR_EC_secp256r1, 256 },
		{ OID_P384, sizeof OID_P384, BR_EC_secp384r1, 384 },
		{ OID_P521, sizeof OID_P521, BR_EC_secp521r1, 521 },
	};
	size_t i;

	for (i = 0; i < sizeof curves / sizeof curves[0]; i++) {
		if (curve->tag != DER_OID || !tls_der_eq(curve, curves[i].oid, curves[i].n))
			continue;
		k->bits = curves[i].bits;
		/* uncompressed points alone (RFC 8422 section 5.1.2) */
		if (point->len != 1 + 2 * ((curves[i].bits + 7) / 8) || point->val[0] != 4)
			return;
		k->kind = TLS_KEY_EC;
		k->br.key_type = BR_KEYTYPE_EC;
		k->br.key.ec.curve = curves[i].id;
		k->br.key.ec.q = (unsigned char *)point->val;
		k->br.key.ec.qlen = point->len;
	}
}

/* RFC 8410 sections 3, 4: no parameters, 32 octets. */
static void parse_ed25519(const struct tls_tlv *param, const struct tls_tlv *bits, struct tls_key *k)
{
	k->bits = 256;
	if (param->all != NULL || bits->len != 32)
		return;
	k->kind = TLS_KEY_ED25519;
	k->ed = bits->val;
}

bool tls_key_parse(struct tls_key *k, const uint8_t *der, size_t len)
{
	struct tls_der r = tls_der_init(der, len), s = tls_der_enter(&r, DER_SEQUENCE);
	struct tls_der a = tls_der_enter(&s, DER_SEQUENCE);
	struct tls_tlv oid, param, data;

	memset(k, 0, sizeof *k);
	memset(&param, 0, sizeof param);
	k->type = "unknown";
	if (!tls_der_get(&a, DER_OID, &oid) || !tls_der_bits(&s, &data) || !tls_der_is_done(&s) ||
	    !tls_der_is_done(&r))
		return false;
	if (!tls_der_is_end(&a) && (!tls_der_next(&a, &param) || !tls_der_is_done(&a)))
		return false;
	if (tls_der_eq(&oid, OID_RSA, sizeof OID_RSA))
		return parse_rsa_key(&param, &data, false, k);
	if (tls_der_eq(&oid, OID_PSS, sizeof OID_PSS))
		return parse_rsa_key(&param, &data, true, k);
	if (tls_der_eq(&oid, OID_EC, sizeof OID_EC)) {
		k->type = "ECDSA";
		parse_ec(&param, &data, k);
	} else if (tls_der_eq(&oid, OID_ED25519, sizeof OID_ED25519)) {
		k->type = "Ed25519";
		parse_ed25519(&param, &data, k);
	}
	return true;
}
