/* SPDX-License-Identifier: ISC */
/*
 * tls/x509.c: takes a certificate apart (RFC 5280 section 4.1) and verifies one
 * signature.  The frame must be right for the certificate to count as one; what
 * only a path needs (dates, extensions) is noted as bad and refused there, since
 * DANE-EE(3) does not look at it (RFC 7671 section 5.1).
 */
#include "tls/x509.h"

#include <string.h>

/* ---- dates ------------------------------------------------------------------ */

static bool two_digits(const uint8_t *p, unsigned *v)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*v = (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
	return true;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar, year 0 or later. */
static int64_t days_from_civil(int64_t y, unsigned m, unsigned d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (int64_t)(m + (m > 2 ? -3u : 9u)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static unsigned month_days(unsigned y, unsigned m)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))
		return 29;
	return days[m - 1];
}

/* RFC 5280 4.1.2.5: UTCTime YYMMDDHHMMSSZ, GeneralizedTime YYYYMMDDHHMMSSZ. */
static bool parse_time(const struct tls_tlv *t, int64_t *out)
{
	unsigned f[7] = { 0, 0, 0, 0, 0, 0, 0 }, i, year;
	bool utc = t->tag == DER_UTCTIME;
	size_t want = utc ? 13 : 15;

	if ((!utc && t->tag != DER_GENTIME) || t->len != want || t->val[want - 1] != 'Z')
		return false;
	for (i = 0; i < want / 2; i++) {
		if (!two_digits(t->val + 2 * i, &f[i + (utc ? 1 : 0)]))
			return false;
	}
	year = utc ? f[1] + (f[1] >= 50 ? 1900 : 2000) : f[0] * 100 + f[1];
	if (f[2] < 1 || f[2] > 12 || f[3] < 1 || f[3] > month_days(year, f[2]) ||
	    f[4] > 23 || f[5] > 59 || f[6] > 59)
		return false;
	*out = days_from_civil(year, f[2], f[3]) * 86400 + (int64_t)(f[4] * 3600 + f[5] * 60 + f[6]);
	return true;
}

static void parse_validity(struct tls_x509 *x, struct tls_der v)
{
	struct tls_tlv a, b;

	if (!tls_der_next(&v, &a) || !tls_der_next(&v, &b) || !tls_der_is_done(&v) ||
	    !parse_time(&a, &x->not_before) || !parse_time(&b, &x->not_after)) {
		x->bad_dates = true;
		x->not_before = x->not_after = 0;
	}
}

/* ---- keys ------------------------------------------------------------------- */

static const uint8_t OID_RSA[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1 };
static const uint8_t OID_EC[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1 };
static const uint8_t OID_ED25519[] = { 0x2b, 0x65, 0x70 };
static const uint8_t OID_P256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 };
static const uint8_t OID_P384[] = { 0x2b, 0x81, 4, 0, 0x22 };
static const uint8_t OID_P521[] = { 0x2b, 0x81, 4, 0, 0x23 };

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
static bool parse_rsa(const struct tls_tlv *bits, br_x509_pkey *key, unsigned *nbits)
{
	struct tls_der r = tls_der_init(bits->val, bits->len), s = tls_der_enter(&r, DER_SEQUENCE);
	struct tls_tlv n, e;

	if (!tls_der_uint(&s, &n) || !tls_der_uint(&s, &e) || !tls_der_is_done(&s) ||
	    !tls_der_is_done(&r) || n.len == 0 || e.len == 0)
		return false;
	key->key_type = BR_KEYTYPE_RSA;
	key->key.rsa.n = (unsigned char *)n.val;
	key->key.rsa.nlen = n.len;
	key->key.rsa.e = (unsigned char *)e.val;
	key->key.rsa.elen = e.len;
	*nbits = bit_length(&n);
	return true;
}

static void parse_ec(const struct tls_tlv *curve, const struct tls_tlv *point,
    br_x509_pkey *key, unsigned *nbits)
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
		*nbits = curves[i].bits;
		/* uncompressed points alone (RFC 8422 section 5.1.2) */
		if (point->len != 1 + 2 * ((curves[i].bits + 7) / 8) || point->val[0] != 4)
			return;
		key->key_type = BR_KEYTYPE_EC;
		key->key.ec.curve = curves[i].id;
		key->key.ec.q = (unsigned char *)point->val;
		key->key.ec.qlen = point->len;
	}
}

bool tls_spki_parse(const uint8_t *der, size_t len, br_x509_pkey *key, const char **type,
    unsigned *bits)
{
	struct tls_der r = tls_der_init(der, len), s = tls_der_enter(&r, DER_SEQUENCE);
	struct tls_der a = tls_der_enter(&s, DER_SEQUENCE);
	struct tls_tlv oid, param, data;

	memset(key, 0, sizeof *key);
	memset(&param, 0, sizeof param);
	*type = "unknown";
	*bits = 0;
	if (!tls_der_get(&a, DER_OID, &oid) || !tls_der_bits(&s, &data) || !tls_der_is_done(&s) ||
	    !tls_der_is_done(&r))
		return false;
	if (!tls_der_is_end(&a) && (!tls_der_next(&a, &param) || !tls_der_is_done(&a)))
		return false;
	if (tls_der_eq(&oid, OID_RSA, sizeof OID_RSA)) {
		*type = "RSA";
		return parse_rsa(&data, key, bits);
	}
	if (tls_der_eq(&oid, OID_EC, sizeof OID_EC)) {
		*type = "ECDSA";
		parse_ec(&param, &data, key, bits);
	} else if (tls_der_eq(&oid, OID_ED25519, sizeof OID_ED25519)) {
		*type = "Ed25519";
		*bits = 256;
	}
	return true;
}

/* ---- extensions --------------------------------------------------------------- */

static bool parse_bc(struct tls_x509 *x, const struct tls_tlv *v)
{
	struct tls_der r = tls_der_init(v->val, v->len), s = tls_der_enter(&r, DER_SEQUENCE);
	struct tls_tlv t;

	if (x->has_bc || !tls_der_is_done(&r))
		return false;
	x->has_bc = true;
	if (tls_der_peek(&s) == DER_BOOLEAN) {
		if (!tls_der_get(&s, DER_BOOLEAN, &t) || t.len != 1)
			return false;
		x->ca = t.val[0] == 0xff; /* X.690 11.1 */
	}
	if (tls_der_peek(&s) == DER_INTEGER) {
		if (!tls_der_uint(&s, &t))
			return false;
		x->pathlen = t.len == 0 ? 0 : t.len > 1 ? 255 : t.val[0];
	}
	return tls_der_is_done(&s);
}

static bool parse_ku(struct tls_x509 *x, const struct tls_tlv *v)
{
	struct tls_der r = tls_der_init(v->val, v->len);
	struct tls_tlv t;

	if (x->has_ku || !tls_der_get(&r, DER_BITSTRING, &t) || !tls_der_is_done(&r) ||
	    t.len < 1 || t.val[0] > 7)
		return false;
	x->has_ku = true;
	x->ku = t.len >= 2 ? t.val[1] : 0;
	return true;
}

static bool parse_eku(struct tls_x509 *x, const struct tls_tlv *v)
{
	static const uint8_t server[] = { 0x2b, 6, 1, 5, 5, 7, 3, 1 }, any[] = { 0x55, 0x1d, 0x25, 0 };
	struct tls_der r = tls_der_init(v->val, v->len), s = tls_der_enter(&r, DER_SEQUENCE);
	struct tls_tlv t;

	if (x->eku != TLS_EKU_NONE || !tls_der_is_done(&r))
		return false;
	x->eku = TLS_EKU_OTHER;
	while (!tls_der_is_end(&s)) {
		if (!tls_der_get(&s, DER_OID, &t))
			return false;
		if (tls_der_eq(&t, server, sizeof server) || tls_der_eq(&t, any, sizeof any))
			x->eku = TLS_EKU_SERVER;
	}
	return !s.bad;
}

static bool parse_san(struct tls_x509 *x, const struct tls_tlv *v)
{
	struct tls_der r = tls_der_init(v->val, v->len), s;
	struct tls_tlv t, name;

	if (x->san.val != NULL || !tls_der_get(&r, DER_SEQUENCE, &t) || !tls_der_is_done(&r))
		return false;
	s = tls_der_init(t.val, t.len);
	while (!tls_der_is_end(&s)) {
		if (!tls_der_next(&s, &name))
			return false;
	}
	x->san = t;
	return !s.bad;
}

/* One extension whose value is v.  False: malformed. */
static bool parse_ext_value(struct tls_x509 *x, const struct tls_tlv *oid, bool critical,
    const struct tls_tlv *v)
{
	uint8_t id = oid->len == 3 && oid->val[0] == 0x55 && oid->val[1] == 0x1d ? oid->val[2] : 0;

	switch (id) {
	case 15:
		return parse_ku(x, v);
	case 17:
		return parse_san(x, v);
	case 19:
		return parse_bc(x, v);
	case 30: /* not processed here: refused in a path, critical or not */
		x->name_constraints = true;
		x->minimal_refuses |= critical;
		return true;
	case 37:
		x->minimal_refuses |= critical;
		return parse_eku(x, v);
	case 32: /* certificatePolicies: we ask for none, so any will do (RFC 5280 6.1.1 c) */
		x->minimal_refuses |= critical;
		return true;
	case 14: case 18: case 31: case 35: /* key ids, issuerAltName, CRL points: hints */
		return true;
	default:
		x->unknown_critical |= critical;
		return true;
	}
}

static bool parse_ext(struct tls_x509 *x, struct tls_der e)
{
	struct tls_tlv oid, b, v;
	bool critical = false;

	if (!tls_der_get(&e, DER_OID, &oid))
		return false;
	if (tls_der_peek(&e) == DER_BOOLEAN) {
		if (!tls_der_get(&e, DER_BOOLEAN, &b) || b.len != 1)
			return false;
		critical = b.val[0] != 0;
	}
	if (!tls_der_get(&e, DER_OCTETS, &v) || !tls_der_is_done(&e))
		return false;
	return parse_ext_value(x, &oid, critical, &v);
}

/* What follows the key in the TBSCertificate.  False: the frame is broken. */
static bool parse_tail(struct tls_x509 *x, struct tls_der *t)
{
	struct tls_der w, list;
	struct tls_tlv skip;

	while (tls_der_peek(t) == 0x81 || tls_der_peek(t) == 0x82) { /* unique identifiers */
		if (!tls_der_next(t, &skip))
			return false;
	}
	if (tls_der_is_end(t))
		return tls_der_is_done(t);
	w = tls_der_enter(t, 0xa3);
	list = tls_der_enter(&w, DER_SEQUENCE);
	if (!tls_der_is_done(&w) || !tls_der_is_done(t))
		return false;
	x->bad_ext |= x->version != 3; /* RFC 5280 4.1.2.1 */
	while (!tls_der_is_end(&list)) {
		struct tls_der e = tls_der_enter(&list, DER_SEQUENCE);

		x->bad_ext |= !parse_ext(x, e);
	}
	return tls_der_is_done(&list);
}

/* ---- the certificate ------------------------------------------------------------ */

static bool parse_version(struct tls_x509 *x, struct tls_der *t)
{
	struct tls_der v;
	struct tls_tlv n;

	x->version = 1;
	if (tls_der_peek(t) != 0xa0)
		return true;
	v = tls_der_enter(t, 0xa0);
	if (!tls_der_uint(&v, &n) || !tls_der_is_done(&v) || n.len > 1)
		return false;
	x->version = n.len == 0 ? 1 : n.val[0] + 1u;
	return x->version <= 3;
}

static bool parse_tbs(struct tls_x509 *x, struct tls_tlv *alg)
{
	struct tls_der t = tls_der_init(x->tbs.val, x->tbs.len), v;

	if (!parse_version(x, &t) || !tls_der_get(&t, DER_INTEGER, &x->serial) ||
	    !tls_der_get(&t, DER_SEQUENCE, alg) || !tls_der_get(&t, DER_SEQUENCE, &x->issuer))
		return false;
	v = tls_der_enter(&t, DER_SEQUENCE);
	if (!tls_der_get(&t, DER_SEQUENCE, &x->subject) || !tls_der_get(&t, DER_SEQUENCE, &x->spki))
		return false;
	parse_validity(x, v);
	if (!tls_spki_parse(x->spki.all, x->spki.all_len, &x->key, &x->key_type, &x->key_bits))
		return false;
	return parse_tail(x, &t);
}

int tls_x509_parse(struct tls_x509 *x, const uint8_t *der, size_t len)
{
	struct tls_der r = tls_der_init(der, len), c = tls_der_enter(&r, DER_SEQUENCE);
	struct tls_tlv alg;

	memset(x, 0, sizeof *x);
	x->der = der;
	x->len = len;
	x->pathlen = -1;
	x->key_type = "unknown";
	if (!tls_der_is_done(&r) || !tls_der_get(&c, DER_SEQUENCE, &x->tbs) ||
	    !tls_der_get(&c, DER_SEQUENCE, &x->sig_alg) || !tls_der_bits(&c, &x->signature) ||
	    !tls_der_is_done(&c))
		return -1;
	if (!parse_tbs(x, &alg))
		return -1;
	x->alg_mismatch = alg.all_len != x->sig_alg.all_len ||
	    memcmp(alg.all, x->sig_alg.all, alg.all_len) != 0;
	return 0;
}

/* ---- signatures ------------------------------------------------------------------ */

struct sig_info {
	const uint8_t *oid;
	size_t n;
	const char *name;
	unsigned char key_type;      /* 0: not one that BearSSL can verify */
	const br_hash_class *hash;   /* NULL: too weak to prove anything */
	const unsigned char *hash_oid;
};

static const uint8_t SIG_MD5_RSA[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4 };
static const uint8_t SIG_SHA1_RSA[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5 };
static const uint8_t SIG_PSS[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10 };
static const uint8_t SIG_SHA256_RSA[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11 };
static const uint8_t SIG_SHA384_RSA[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12 };
static const uint8_t SIG_SHA512_RSA[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13 };
static const uint8_t SIG_SHA224_RSA[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 14 };
static const uint8_t SIG_SHA1_EC[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1 };
static const uint8_t SIG_SHA224_EC[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 1 };
static const uint8_t SIG_SHA256_EC[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2 };
static const uint8_t SIG_SHA384_EC[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3 };
static const uint8_t SIG_SHA512_EC[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4 };

static const struct sig_info SIGS[] = {
	{ SIG_MD5_RSA, sizeof SIG_MD5_RSA, "md5WithRSAEncryption", BR_KEYTYPE_RSA, NULL, NULL },
	{ SIG_SHA1_RSA, sizeof SIG_SHA1_RSA, "sha1WithRSAEncryption", BR_KEYTYPE_RSA, NULL, NULL },
	{ SIG_PSS, sizeof SIG_PSS, "rsassaPss", 0, NULL, NULL },
	{ SIG_SHA224_RSA, sizeof SIG_SHA224_RSA, "sha224WithRSAEncryption", BR_KEYTYPE_RSA,
	    &br_sha224_vtable, BR_HASH_OID_SHA224 },
	{ SIG_SHA256_RSA, sizeof SIG_SHA256_RSA, "sha256WithRSAEncryption", BR_KEYTYPE_RSA,
	    &br_sha256_vtable, BR_HASH_OID_SHA256 },
	{ SIG_SHA384_RSA, sizeof SIG_SHA384_RSA, "sha384WithRSAEncryption", BR_KEYTYPE_RSA,
	    &br_sha384_vtable, BR_HASH_OID_SHA384 },
	{ SIG_SHA512_RSA, sizeof SIG_SHA512_RSA, "sha512WithRSAEncryption", BR_KEYTYPE_RSA,
	    &br_sha512_vtable, BR_HASH_OID_SHA512 },
	{ SIG_SHA1_EC, sizeof SIG_SHA1_EC, "ecdsa-with-SHA1", BR_KEYTYPE_EC, NULL, NULL },
	{ SIG_SHA224_EC, sizeof SIG_SHA224_EC, "ecdsa-with-SHA224", BR_KEYTYPE_EC,
	    &br_sha224_vtable, NULL },
	{ SIG_SHA256_EC, sizeof SIG_SHA256_EC, "ecdsa-with-SHA256", BR_KEYTYPE_EC,
	    &br_sha256_vtable, NULL },
	{ SIG_SHA384_EC, sizeof SIG_SHA384_EC, "ecdsa-with-SHA384", BR_KEYTYPE_EC,
	    &br_sha384_vtable, NULL },
	{ SIG_SHA512_EC, sizeof SIG_SHA512_EC, "ecdsa-with-SHA512", BR_KEYTYPE_EC,
	    &br_sha512_vtable, NULL },
	{ OID_ED25519, sizeof OID_ED25519, "Ed25519", 0, NULL, NULL },
};

static const struct sig_info *sig_find(const struct tls_x509 *x)
{
	struct tls_der r = tls_der_init(x->sig_alg.val, x->sig_alg.len);
	struct tls_tlv oid;
	size_t i;

	if (!tls_der_get(&r, DER_OID, &oid))
		return NULL;
	for (i = 0; i < sizeof SIGS / sizeof SIGS[0]; i++) {
		if (tls_der_eq(&oid, SIGS[i].oid, SIGS[i].n))
			return &SIGS[i];
	}
	return NULL;
}

const char *tls_x509_sig_str(const struct tls_x509 *x)
{
	const struct sig_info *s = sig_find(x);

	return s == NULL ? "unknown" : s->name;
}

static bool verify_rsa(const struct tls_x509 *x, const br_rsa_public_key *pk,
    const struct sig_info *s, const unsigned char *hash, size_t n)
{
	unsigned char got[64];

	return br_rsa_pkcs1_vrfy_get_default()(x->signature.val, x->signature.len, s->hash_oid, n,
	    pk, got) == 1 && memcmp(got, hash, n) == 0;
}

enum tls_sig tls_x509_verify(const struct tls_x509 *x, const br_x509_pkey *key)
{
	const struct sig_info *s = sig_find(x);
	br_hash_compat_context h;
	unsigned char hash[64];
	size_t n;
	bool good;

	if (x->alg_mismatch) /* RFC 5280 4.1.1.2 */
		return TLS_SIG_BAD;
	if (s == NULL || s->key_type == 0 || key->key_type == 0)
		return TLS_SIG_UNSUPPORTED;
	if (s->key_type != key->key_type)
		return TLS_SIG_BAD;
	if (s->hash == NULL || (key->key_type == BR_KEYTYPE_RSA && key->key.rsa.nlen < 128))
		return TLS_SIG_WEAK;
	n = (s->hash->desc >> BR_HASHDESC_OUT_OFF) & BR_HASHDESC_OUT_MASK;
	s->hash->init(&h.vtable);
	s->hash->update(&h.vtable, x->tbs.all, x->tbs.all_len);
	s->hash->out(&h.vtable, hash);
	if (key->key_type == BR_KEYTYPE_RSA)
		good = verify_rsa(x, &key->key.rsa, s, hash, n);
	else
		good = br_ecdsa_vrfy_asn1_get_default()(br_ec_get_default(), hash, n,
		    &key->key.ec, x->signature.val, x->signature.len) == 1;
	return good ? TLS_SIG_GOOD : TLS_SIG_BAD;
}
