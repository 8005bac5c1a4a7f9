/* SPDX-License-Identifier: ISC */
/*
 * tls/x509.c: takes a certificate apart (RFC 5280 section 4.1).  The frame must be right for
 * the certificate to count as one; what only a path needs (dates, extensions) is noted as bad
 * and refused there, since DANE-EE(3) does not look at it (RFC 7671 section 5.1).
 */
#include "tls/x509.h"
#include "tls/constraint.h"

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

bool tls_time_parse(const struct tls_tlv *t, int64_t *out)
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
	    !tls_time_parse(&a, &x->not_before) || !tls_time_parse(&b, &x->not_after)) {
		x->bad_dates = true;
		x->not_before = x->not_after = 0;
	}
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
	static const uint8_t ocsp[] = { 0x2b, 6, 1, 5, 5, 7, 3, 9 };
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
		x->ocsp_signing |= tls_der_eq(&t, ocsp, sizeof ocsp);
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
		if (!tls_der_next(&s, &name) || !tls_gn_is_known(name.tag))
			return false;
	}
	x->san = t;
	return !s.bad;
}

/* Is it the second of its kind (RFC 5280 4.2)?  Told for those of id-ce, with one octet. */
static bool is_repeated(struct tls_x509 *x, uint8_t id)
{
	uint64_t bit = UINT64_C(1) << id % 64;
	bool repeated = id < 128 && (x->seen[id / 64] & bit) != 0;

	if (id > 0 && id < 128)
		x->seen[id / 64] |= bit;
	return repeated;
}

/* One extension whose value is v.  False: malformed. */
static bool parse_ext_value(struct tls_x509 *x, const struct tls_tlv *oid, bool critical,
    const struct tls_tlv *v)
{
	uint8_t id = oid->len == 3 && oid->val[0] == 0x55 && oid->val[1] == 0x1d ? oid->val[2] : 0;

	x->bad_ext |= is_repeated(x, id);
	switch (id) {
	case 15:
		return parse_ku(x, v);
	case 17:
		return parse_san(x, v);
	case 19:
		return parse_bc(x, v);
	case 30:
		x->minimal_refuses |= critical;
		x->bad_nc |= x->permitted.val != NULL || x->excluded.val != NULL || !tls_nc_parse(x, v);
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

	if (!parse_version(x, &t) || !tls_der_int(&t, &x->serial) ||
	    !tls_der_get(&t, DER_SEQUENCE, alg) || !tls_der_get(&t, DER_SEQUENCE, &x->issuer))
		return false;
	v = tls_der_enter(&t, DER_SEQUENCE);
	if (!tls_der_get(&t, DER_SEQUENCE, &x->subject) || !tls_der_get(&t, DER_SEQUENCE, &x->spki))
		return false;
	parse_validity(x, v);
	if (!tls_key_parse(&x->pub, x->spki.all, x->spki.all_len))
		return false;
	x->key = x->pub.br;
	x->key_type = x->pub.type;
	x->key_bits = x->pub.bits;
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

const char *tls_x509_sig_str(const struct tls_x509 *x)
{
	return tls_sig_str(&x->sig_alg);
}

enum tls_sig tls_x509_verify(const struct tls_x509 *x, const struct tls_key *key)
{
	if (x->alg_mismatch) /* RFC 5280 4.1.1.2 */
		return TLS_SIG_BAD;
	return tls_sig_verify(&x->sig_alg, x->tbs.all, x->tbs.all_len, x->signature.val,
	    x->signature.len, key);
}
