/* SPDX-License-Identifier: ISC */
/*
 * tests/certs/edge_ec.c: ECDSA on P-256, P-384 and P-521 with numbers of our choosing.  The key that
 * makes a wanted (r, s) good for a message can be computed: d = (s k - h) / r, and where the point
 * itself is wanted, without its logarithm, Q = (s R - h G) / r.
 */
#include "tests/certs/edge.h"

#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#define OID_EC BLOB("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01")

struct ec {
	const struct how *how;
	EC_GROUP *g;
	const BIGNUM *n;
	BIGNUM *p, *a, *b;
	size_t len, nlen; /* octets of a coordinate, and of n */
	struct blob oid;
};

static void ec_init(struct ec *c, const struct how *h, struct blob oid)
{
	c->how = h;
	c->g = EC_GROUP_new_by_curve_name(h->curve);
	c->p = bn_new();
	c->a = bn_new();
	c->b = bn_new();
	if (c->g == NULL || !EC_GROUP_get_curve(c->g, c->p, c->a, c->b, bnctx))
		die("EC_GROUP_new_by_curve_name");
	c->n = EC_GROUP_get0_order(c->g);
	c->len = (size_t)(BN_num_bits(c->p) + 7) / 8;
	c->nlen = (size_t)(BN_num_bits(c->n) + 7) / 8;
	c->oid = oid;
}

static void ec_done(struct ec *c)
{
	EC_GROUP_free(c->g);
	BN_free(c->p);
	BN_free(c->a);
	BN_free(c->b);
}

/* ---- arithmetic: results are new numbers and points --------------------------------- */

static EC_POINT *point(const struct ec *c)
{
	EC_POINT *q = EC_POINT_new(c->g);

	if (q == NULL)
		die("EC_POINT_new");
	return q;
}

/* u G + v Q; Q NULL: u G. */
static EC_POINT *mul(const struct ec *c, const BIGNUM *u, const EC_POINT *q, const BIGNUM *v)
{
	EC_POINT *r = point(c);

	if (!EC_POINT_mul(c->g, r, u, q, q == NULL ? NULL : v, bnctx))
		die("EC_POINT_mul");
	return r;
}

/* The x coordinate, mod n. */
static BIGNUM *x_of(const struct ec *c, const EC_POINT *q)
{
	BIGNUM *x = bn_new();

	if (!EC_POINT_get_affine_coordinates(c->g, q, x, NULL, bnctx) || !BN_nnmod(x, x, c->n, bnctx))
		die("x_of");
	return x;
}

static struct blob octets_of(const struct ec *c, const EC_POINT *q, point_conversion_form_t form)
{
	struct blob b = { 0 };

	b.n = EC_POINT_point2oct(c->g, q, form, b.p, sizeof b.p, bnctx);
	if (b.n == 0)
		die("EC_POINT_point2oct");
	return b;
}

static struct blob key_octets(const struct ec *c, struct blob q)
{
	return spki(tlv(0x30, cat(OID_EC, c->oid)), q);
}

static struct blob key_of(const struct ec *c, const EC_POINT *q)
{
	return key_octets(c, octets_of(c, q, POINT_CONVERSION_UNCOMPRESSED));
}

static struct blob key_by(const struct ec *c, const BIGNUM *d)
{
	EC_POINT *q = mul(c, d, NULL, NULL);
	struct blob b = key_of(c, q);

	EC_POINT_free(q);
	return b;
}

/* The hash as a number (here never longer than n). */
static BIGNUM *hash_of(const struct ec *c, const struct blob *msg)
{
	struct blob h = c->how->digested ? *msg : digest(c->how->md, *msg);
	BIGNUM *v = BN_bin2bn(h.p, (int)h.n, NULL);

	if (v == NULL || !BN_nnmod(v, v, c->n, bnctx))
		die("hash_of");
	return v;
}

/* (a b + e d) / over, mod n. */
static BIGNUM *calc(const struct ec *c, const BIGNUM *a, const BIGNUM *b, const BIGNUM *e,
    const BIGNUM *d, const BIGNUM *over)
{
	BIGNUM *t = bn_new(), *r = bn_new();

	if (!BN_mod_mul(r, a, b, c->n, bnctx) || !BN_mod_mul(t, e, d, c->n, bnctx) ||
	    !BN_mod_add(r, r, t, c->n, bnctx) || BN_mod_inverse(t, over, c->n, bnctx) == NULL ||
	    !BN_mod_mul(r, r, t, c->n, bnctx))
		die("calc");
	BN_free(t);
	return r;
}

static BIGNUM *minus(const struct ec *c, const BIGNUM *v)
{
	BIGNUM *r = bn_new();

	if (!BN_mod_sub(r, r, v, c->n, bnctx))
		die("minus");
	return r;
}

/* ---- signatures --------------------------------------------------------------------- */

static struct blob seq(struct blob r, struct blob s)
{
	return tlv(0x30, cat(r, s));
}

static struct blob sig_of(const BIGNUM *r, const BIGNUM *s)
{
	return seq(der_uint(r), der_uint(s));
}

struct sample { BIGNUM *d, *r, *s; struct blob key, msg, sig; };

static void sample_free(struct sample *m)
{
	BN_free(m->d);
	BN_free(m->r);
	BN_free(m->s);
}

/* A good one: by this key (NULL: chance), with this k (NULL: chance). */
static struct sample make(const struct ec *c, const BIGNUM *d, const BIGNUM *k)
{
	struct sample m = { 0 };
	BIGNUM *nonce = k == NULL ? bn_rnd(c->n) : BN_dup(k), *h;
	EC_POINT *r = mul(c, nonce, NULL, NULL);

	m.msg = rnd_octets(c->how->digested ? (size_t)EVP_MD_get_size(c->how->md) : 130);
	h = hash_of(c, &m.msg);
	m.d = d == NULL ? bn_rnd(c->n) : BN_dup(d);
	m.r = x_of(c, r);
	m.s = calc(c, h, BN_value_one(), m.r, m.d, nonce);
	m.key = key_by(c, m.d);
	m.sig = sig_of(m.r, m.s);
	EC_POINT_free(r);
	BN_free(nonce);
	BN_free(h);
	return m;
}

/* The key by which (x of kG, s) is good for a message. */
static struct sample make_s(const struct ec *c, const BIGNUM *s)
{
	struct sample m = { 0 };
	BIGNUM *k = bn_rnd(c->n), *h, *minus_h;
	EC_POINT *r = mul(c, k, NULL, NULL);

	m.msg = rnd_octets(130);
	h = hash_of(c, &m.msg);
	minus_h = minus(c, h);
	m.r = x_of(c, r);
	m.s = BN_dup(s);
	m.d = calc(c, s, k, minus_h, BN_value_one(), m.r);
	m.key = key_by(c, m.d);
	m.sig = sig_of(m.r, m.s);
	EC_POINT_free(r);
	BN_free(k);
	BN_free(h);
	BN_free(minus_h);
	return m;
}

static void take(const char *what, const struct ec *c, struct sample m)
{
	edge(what, TAKE, NULL, c->how, &m.key, &m.msg, &m.sig);
	sample_free(&m);
}

/* ---- numbers ------------------------------------------------------------------------ */

/* v + times * n. */
static BIGNUM *plus(const BIGNUM *v, const BIGNUM *n, unsigned times)
{
	BIGNUM *r = BN_dup(n);

	if (r == NULL || !BN_mul_word(r, times) || !BN_add(r, r, v))
		die("plus");
	return r;
}

static BIGNUM *power(int bits)
{
	BIGNUM *r = bn_new();

	if (!BN_set_bit(r, bits))
		die("BN_set_bit");
	return r;
}

static BIGNUM *less(BIGNUM *v)
{
	BN_sub_word(v, 1);
	return v;
}

enum { KIN = 18 };

/* Numbers that are not v, though some are like it mod n or mod a power of 2. */
static void kin(const struct ec *c, const BIGNUM *v, BIGNUM *out[KIN])
{
	int bits = BN_num_bits(c->n), octets = (int)(8 * c->nlen);
	unsigned i = 0;

	out[i++] = bn_new();                       /* 0 */
	out[i++] = power(0);                       /* 1 */
	out[i++] = BN_dup(c->n);
	out[i++] = less(BN_dup(c->n));
	out[i++] = plus(BN_value_one(), c->n, 1);  /* n + 1 */
	out[i++] = plus(v, c->n, 1);
	out[i++] = plus(v, c->n, 2);
	out[i++] = plus(v, c->n, 255);
	out[i++] = BN_dup(c->p);
	out[i++] = less(BN_dup(c->p));
	out[i++] = plus(v, c->p, 1);
	out[i++] = power(bits - 1);
	out[i++] = less(power(bits));
	out[i++] = power(octets);
	out[i++] = less(power(octets));
	out[i++] = power(octets);
	BN_add(out[i - 1], out[i - 1], v);         /* v + 2^8len */
	out[i++] = power(2 * octets);
	BN_add(out[i - 1], out[i - 1], v);
	out[i++] = power(8 * 400);
}

/* RFC 8446 4.2.3: the curve belongs to the scheme; with its hash, the signature itself is good. */
static void hash_of_another_curve(const struct ec *c)
{
	struct how h = *c->how;
	struct ec with = *c;
	struct sample m;
	unsigned i;

	with.how = &h;
	for (i = P256; i <= P521; i++) {
		if (&schemes[i] == c->how)
			continue;
		h.md = schemes[i].md;
		m = make(&with, NULL, NULL);
		edge("the scheme of another curve", REFUSE, NULL, &schemes[i], &m.key, &m.msg, &m.sig);
		edge("the hash of another curve", REFUSE, NULL, c->how, &m.key, &m.msg, &m.sig);
		sample_free(&m);
	}
}

static void numbers_group(const struct ec *c)
{
	struct sample m = make(c, NULL, NULL);
	BIGNUM *r[KIN], *s[KIN], *high = minus(c, m.s), *back = minus(c, m.r);
	struct blob sig = sig_of(m.r, high);
	unsigned i, j;

	hash_of_another_curve(c);
	edge_own("good", c->how, &m.key, &m.msg, &m.sig);
	edge_own("n - s", c->how, &m.key, &m.msg, &sig);
	sig = sig_of(back, m.s);
	edge("n - r", REFUSE, NULL, c->how, &m.key, &m.msg, &sig);
	sig = sig_of(m.s, m.r);
	edge("s and r in the other order", REFUSE, NULL, c->how, &m.key, &m.msg, &sig);
	kin(c, m.r, r);
	kin(c, m.s, s);
	for (i = 0; i < KIN; i++) {
		sig = sig_of(r[i], m.s);
		edge("another r", REFUSE, NULL, c->how, &m.key, &m.msg, &sig);
		sig = sig_of(m.r, s[i]);
		edge("another s", REFUSE, NULL, c->how, &m.key, &m.msg, &sig);
	}
	for (i = 0; i < KIN; i += 1 + i / 3) {
		for (j = 0; j < KIN; j += 1 + j / 3) {
			sig = sig_of(r[i], s[j]);
			edge("another r, another s", REFUSE, NULL, c->how, &m.key, &m.msg, &sig);
		}
	}
	for (i = 0; i < KIN; i++) {
		BN_free(r[i]);
		BN_free(s[i]);
	}
	BN_free(high);
	BN_free(back);
	sample_free(&m);
}

/* ---- numbers that are good, though not every day's ---------------------------------- */

static BIGNUM *word(unsigned long v)
{
	BIGNUM *r = bn_new();

	BN_set_word(r, v);
	return r;
}

static void small_numbers(const struct ec *c)
{
	BIGNUM *v, *w;
	unsigned i;

	for (i = 1; i <= 2; i++) {
		v = word(i);
		w = minus(c, v);
		take("small s", c, make_s(c, v));
		take("large s", c, make_s(c, w));
		take("small k", c, make(c, NULL, v));
		take("large k", c, make(c, NULL, w));
		take("small d", c, make(c, v, NULL));
		take("large d", c, make(c, w, NULL));
		take("small d, small k", c, make(c, v, v));
		take("small d, large k", c, make(c, v, w));
		BN_free(v);
		BN_free(w);
	}
	for (i = 8; i < 8 * c->nlen - 8; i += 8 * (2 + i / 32)) { /* s with leading zero octets */
		v = power((int)i);
		take("s a power of 2", c, make_s(c, v));
		BN_free(v);
		v = less(power((int)i));
		take("s all ones", c, make_s(c, v));
		BN_free(v);
	}
}

/* r, k and message with r beginning with a zero octet: one of 256. */
static void short_r(const struct ec *c)
{
	struct sample m;
	unsigned i;

	for (i = 0; i < 100000; i++) {
		m = make(c, NULL, NULL);
		if (BN_num_bits(m.r) <= (int)(8 * (c->nlen - 1)))
			break;
		sample_free(&m);
	}
	edge_own("a short r", c->how, &m.key, &m.msg, &m.sig);
	sample_free(&m);
}

/* u1 G = u2 Q, a doubling; and u1 G = -u2 Q, the point at infinity, for whatever r and s. */
static void meeting_points(const struct ec *c)
{
	struct sample m = make(c, NULL, NULL);
	BIGNUM *k = bn_rnd(c->n), *h = hash_of(c, &m.msg), *zero = bn_new(), *d, *s, *neg, *vals[3];
	EC_POINT *p = mul(c, k, NULL, NULL);
	BIGNUM *r = x_of(c, p);
	struct blob key, sig;
	unsigned i;

	d = calc(c, h, BN_value_one(), zero, zero, r);
	s = calc(c, h, BN_value_one(), r, d, k);
	key = key_by(c, d);
	sig = sig_of(r, s);
	edge("u1 G and u2 Q are the same", TAKE, NULL, c->how, &key, &m.msg, &sig);
	neg = minus(c, d);
	key = key_by(c, neg);
	vals[0] = s;
	vals[1] = BN_dup(BN_value_one());
	vals[2] = less(BN_dup(c->n));
	for (i = 0; i < 3; i++) {
		sig = sig_of(r, vals[i]);
		edge("u1 G + u2 Q is the point at infinity", REFUSE, NULL, c->how, &key, &m.msg, &sig);
		BN_free(vals[i]);
	}
	BN_free(k);
	BN_free(h);
	BN_free(zero);
	BN_free(d);
	BN_free(r);
	BN_free(neg);
	EC_POINT_free(p);
	sample_free(&m);
}

/* A point with this x, if the curve has one. */
static EC_POINT *lift(const struct ec *c, const BIGNUM *x)
{
	EC_POINT *q = point(c);

	if (BN_cmp(x, c->p) < 0 && EC_POINT_set_compressed_coordinates(c->g, q, x, 0, bnctx))
		return q;
	EC_POINT_free(q);
	return NULL;
}

/* (r, s), r being x of R mod n, and the key by which it is good: Q = (s R - h G) / r. */
static struct sample make_r(const struct ec *c, const EC_POINT *R)
{
	struct sample m = { 0 };
	BIGNUM *h, *u, *v, *neg, *zero = bn_new();
	EC_POINT *q;

	m.msg = rnd_octets(130);
	h = hash_of(c, &m.msg);
	neg = minus(c, h);
	m.d = bn_new(); /* not known */
	m.r = x_of(c, R);
	m.s = bn_rnd(c->n);
	u = calc(c, neg, BN_value_one(), zero, zero, m.r);
	v = calc(c, m.s, BN_value_one(), zero, zero, m.r);
	q = mul(c, u, R, v);
	m.key = key_of(c, q);
	m.sig = sig_of(m.r, m.s);
	EC_POINT_free(q);
	BN_free(h);
	BN_free(u);
	BN_free(v);
	BN_free(neg);
	BN_free(zero);
	return m;
}

/* x of R from n to p - 1 is more than r, and the same mod n; r + n instead of r is not good. */
static void wrapped_r(const struct ec *c)
{
	static const char *const what[] = { "r is x of R, and small", "r is x of R less n" };
	BIGNUM *r = bn_new(), *x;
	struct blob sig;
	struct sample m;
	unsigned i, w;
	EC_POINT *R;

	for (i = 1; i < 12; i++) {
		for (w = 0; w < 2; w++) {
			BN_set_word(r, i);
			x = plus(r, c->n, w);
			R = lift(c, x);
			BN_free(x);
			if (R == NULL)
				continue;
			m = make_r(c, R);
			edge(what[w], TAKE, NULL, c->how, &m.key, &m.msg, &m.sig);
			x = plus(r, c->n, 1);
			sig = sig_of(x, m.s);
			edge("r + n", REFUSE, NULL, c->how, &m.key, &m.msg, &sig);
			BN_free(x);
			x = plus(r, c->p, 1);
			sig = sig_of(x, m.s);
			edge("r + p", REFUSE, NULL, c->how, &m.key, &m.msg, &sig);
			BN_free(x);
			sample_free(&m);
			EC_POINT_free(R);
		}
	}
	BN_free(r);
}

/* ---- DER ---------------------------------------------------------------------------- */

/* INTEGER of -v. */
static struct blob der_minus(const BIGNUM *v)
{
	int octets = BN_num_bits(v) / 8 + 1;
	BIGNUM *t = power(8 * octets);
	struct blob b;

	BN_sub(t, t, v);
	b = tlv(0x02, bn_octets(t, (size_t)octets));
	BN_free(t);
	return b;
}

static struct blob long_length(struct blob t, unsigned octets)
{
	size_t n = t.p[1] < 0x80 ? t.p[1] : t.p[2], head = t.p[1] < 0x80 ? 2 : 3;
	uint8_t len[8] = { t.p[0], (uint8_t)(0x80 | octets) };

	len[1 + octets] = (uint8_t)n;
	return cat(blob(len, 2 + octets), cut(t, head, n));
}

static void refuse(const char *what, const struct ec *c, const struct sample *m, struct blob sig)
{
	edge(what, REFUSE, NULL, c->how, &m->key, &m->msg, &sig);
}

/* The contents, with another tag or a length that is not theirs. */
static void wrong_heads(const struct ec *c, const struct sample *m)
{
	static const uint8_t tags[] = { 0x10, 0x31, 0x70, 0xb0, 0x02, 0x04, 0x24, 0xa0, 0x00, 0x3f };
	size_t head = m->sig.p[1] < 0x80 ? 2 : 3;
	struct blob in = cut(m->sig, head, m->sig.n - head), b;
	unsigned i;

	for (i = 0; i < COUNT(tags); i++)
		refuse("another tag for the SEQUENCE", c, m, tlv(tags[i], in));
	for (i = 0; i < COUNT(tags); i++) {
		b = der_uint(m->s);
		if (tags[i] != 0x02)
			b.p[0] = tags[i];
		else
			b.p[0] = 0x0a;
		refuse("another tag for s", c, m, seq(der_uint(m->r), b));
	}
	for (i = 1; i <= 4; i++) {
		refuse("a length in too many octets", c, m, long_length(m->sig, i + (head == 3)));
		refuse("the same, of r", c, m, seq(long_length(der_uint(m->r), i), der_uint(m->s)));
		refuse("the same, of s", c, m, seq(der_uint(m->r), long_length(der_uint(m->s), i)));
	}
	refuse("no length", c, m, cat(cat(BLOB("\x30\x80"), in), BLOB("\0\0")));
	refuse("no length, no end", c, m, cat(BLOB("\x30\x80"), in));
	refuse("a length of 4 GiB", c, m, cat(BLOB("\x30\x84\xff\xff\xff\xff"), in));
	for (i = 0; i < 3; i++) {
		b = m->sig;
		b.p[head - 1] = (uint8_t)(b.p[head - 1] + (i == 0 ? 1 : i == 1 ? 255 : 2));
		refuse("a length that is not that of the contents", c, m, b);
	}
}

static void wrong_numbers(const struct ec *c, const struct sample *m)
{
	struct blob r = der_uint(m->r), s = der_uint(m->s), zr, zs, none = { 0 }, b;

	zr = tlv(0x02, cat(BLOB("\0"), cut(r, 2, r.n - 2)));
	zs = tlv(0x02, cat(BLOB("\0"), cut(s, 2, s.n - 2)));
	if (r.p[2] == 0) /* already one zero */
		refuse("r without its sign octet", c, m, seq(tlv(0x02, cut(r, 3, r.n - 3)), s));
	if (s.p[2] == 0)
		refuse("s without its sign octet", c, m, seq(r, tlv(0x02, cut(s, 3, s.n - 3))));
	refuse("a zero octet before r", c, m, seq(zr, s));
	refuse("a zero octet before s", c, m, seq(r, zs));
	refuse("zero octets before both", c, m, seq(zr, zs));
	refuse("-r", c, m, seq(der_minus(m->r), s));
	refuse("-s", c, m, seq(r, der_minus(m->s)));
	refuse("-r, -s", c, m, seq(der_minus(m->r), der_minus(m->s)));
	refuse("an r of no octets", c, m, seq(tlv(0x02, none), s));
	refuse("an s of no octets", c, m, seq(r, tlv(0x02, none)));
	refuse("nothing but r", c, m, tlv(0x30, r));
	refuse("an empty SEQUENCE", c, m, tlv(0x30, none));
	refuse("nothing", c, m, none);
	refuse("r and s as octets", c, m, cat(bn_octets(m->r, c->nlen), bn_octets(m->s, c->nlen)));
	refuse("a third number", c, m, tlv(0x30, cat(cat(r, s), BLOB("\x02\x01\x01"))));
	refuse("NULL behind s", c, m, tlv(0x30, cat(cat(r, s), BLOB("\x05\x00"))));
	refuse("zeros behind s", c, m, tlv(0x30, cat(cat(r, s), BLOB("\0\0"))));
	refuse("an octet behind", c, m, cat(m->sig, BLOB("\0")));
	refuse("NULL behind", c, m, cat(m->sig, BLOB("\x05\x00")));
	refuse("twice", c, m, cat(m->sig, m->sig));
	refuse("a SEQUENCE in a SEQUENCE", c, m, tlv(0x30, m->sig));
	refuse("both in an OCTET STRING", c, m, tlv(0x04, m->sig));
	b = rnd_octets(600);
	refuse("600 octets", c, m, b);
	refuse("r of 500 octets", c, m, seq(tlv(0x02, cat(BLOB("\1"), rnd_octets(499))), s));
}

static void der_group(const struct ec *c)
{
	struct sample m;
	unsigned i, j;

	for (i = 0; i < 6; i++) { /* with and without sign octets */
		m = make(c, NULL, NULL);
		edge("good", TAKE, NULL, c->how, &m.key, &m.msg, &m.sig);
		wrong_heads(c, &m);
		wrong_numbers(c, &m);
		for (j = 0; i == 0 && j < m.sig.n; j++)
			refuse("cut short", c, &m, cut(m.sig, 0, j));
		sample_free(&m);
	}
}

/* ---- keys --------------------------------------------------------------------------- */

static const char COMPRESSED[] = "EC key as a compressed or hybrid point: RFC 8422 section 5.1.2 has "
    "uncompressed points alone, OpenSSL reads all";
static const char EXPLICIT[] = "EC key with the parameters of its curve spelled out, which RFC 5480 section "
    "2.1.1 forbids: OpenSSL knows the curve again";

/* Field and curve as SpecifiedECDomain of the same numbers, SEC 1 C.2. */
static struct blob explicit_curve(const struct ec *c)
{
	struct blob field = tlv(0x30, cat(BLOB("\x06\x07\x2a\x86\x48\xce\x3d\x01\x01"), der_uint(c->p)));
	struct blob curve = tlv(0x30, cat(tlv(0x04, bn_octets(c->a, c->len)),
	    tlv(0x04, bn_octets(c->b, c->len))));
	struct blob base = tlv(0x04, octets_of(c, EC_GROUP_get0_generator(c->g),
	    POINT_CONVERSION_UNCOMPRESSED));

	return tlv(0x30, cat(cat(cat(cat(BLOB("\x02\x01\x01"), field), curve), base),
	    cat(der_uint(c->n), BLOB("\x02\x01\x01"))));
}

static void with_key(const char *what, const char *unlike, const struct ec *c, const struct sample *m,
    struct blob key)
{
	edge(what, REFUSE, unlike, c->how, &key, &m->msg, &m->sig);
}

static void point_forms(const struct ec *c, const struct sample *m, const EC_POINT *q)
{
	struct blob u = octets_of(c, q, POINT_CONVERSION_UNCOMPRESSED), b;
	struct blob h = octets_of(c, q, POINT_CONVERSION_HYBRID);
	unsigned i;

	with_key("compressed", COMPRESSED, c, m,
	    key_octets(c, octets_of(c, q, POINT_CONVERSION_COMPRESSED)));
	with_key("hybrid", COMPRESSED, c, m, key_octets(c, h));
	for (i = 0; i < 10; i++) {
		b = i == 4 ? h : u;
		b.p[0] = (uint8_t)(i == 4 ? h.p[0] ^ 1 : i);
		if (b.p[0] != 6 && b.p[0] != 7)
			with_key("another form octet", NULL, c, m, key_octets(c, b));
	}
	with_key("the point at infinity", NULL, c, m, key_octets(c, BLOB("\0")));
	b = u;
	b.n = 0;
	with_key("no octets", NULL, c, m, key_octets(c, b));
	with_key("a zero octet behind", NULL, c, m, key_octets(c, cat(u, BLOB("\0"))));
	with_key("an octet missing", NULL, c, m, key_octets(c, cut(u, 0, u.n - 1)));
	with_key("x alone", NULL, c, m, key_octets(c, cut(u, 0, 1 + c->len)));
	b = cat(BLOB("\4"), (struct blob){ .n = 2 * c->len });
	with_key("zeros", NULL, c, m, key_octets(c, b));
	b = cat(BLOB("\4"), cat(bn_octets(c->p, c->len), bn_octets(c->p, c->len)));
	with_key("p, p", NULL, c, m, key_octets(c, b));
}

static void curve_forms(const struct ec *c, const struct sample *m, const EC_POINT *q)
{
	static const uint8_t k1[] = { 0x06, 5, 0x2b, 0x81, 4, 0, 0x0a };
	static const uint8_t bp[] = { 0x06, 9, 0x2b, 0x24, 3, 3, 2, 8, 1, 1, 7 };
	struct blob u = octets_of(c, q, POINT_CONVERSION_UNCOMPRESSED), none = { 0 };

	with_key("secp256k1", NULL, c, m, spki(tlv(0x30, cat(OID_EC, blob(k1, sizeof k1))), u));
	with_key("brainpoolP256r1", NULL, c, m, spki(tlv(0x30, cat(OID_EC, blob(bp, sizeof bp))), u));
	with_key("no curve", NULL, c, m, spki(tlv(0x30, cat(OID_EC, none)), u));
	with_key("NULL for a curve", NULL, c, m, spki(tlv(0x30, cat(OID_EC, BLOB("\x05\x00"))), u));
	with_key("explicit parameters", EXPLICIT, c, m,
	    spki(tlv(0x30, cat(OID_EC, explicit_curve(c))), u));
}

static void keys_group(const struct ec *c)
{
	struct sample m = make(c, NULL, NULL);
	EC_POINT *q = mul(c, m.d, NULL, NULL);

	edge("good", TAKE, NULL, c->how, &m.key, &m.msg, &m.sig);
	point_forms(c, &m, q);
	curve_forms(c, &m, q);
	EC_POINT_invert(c->g, q, bnctx);
	with_key("-Q", NULL, c, &m, key_of(c, q));
	EC_POINT_free(q);
	sample_free(&m);
}

/* ---- hashes that no message is known for, and points that go with them -------------- */

static struct blob raw_key(const struct ec *c, const BIGNUM *x, const BIGNUM *y)
{
	return key_octets(c, cat(BLOB("\4"), cat(bn_octets(x, c->len), bn_octets(y, c->len))));
}

/* The digest that counts as h: its leftmost bits, as many as n has. */
static struct blob digest_of(const struct ec *c, const BIGNUM *h)
{
	BIGNUM *v = bn_new();
	struct blob b;

	BN_lshift(v, h, (int)(8 * c->nlen) - BN_num_bits(c->n));
	b = bn_octets(v, c->nlen);
	BN_free(v);
	return b;
}

/* x of P + (x, y) by the line through both, in which the curve's b has no part; mod n. */
static BIGNUM *slope(const struct ec *c, const EC_POINT *P, const BIGNUM *x, const BIGNUM *y)
{
	BIGNUM *px = bn_new(), *py = bn_new(), *l = bn_new(), *t = bn_new();

	if (!EC_POINT_get_affine_coordinates(c->g, P, px, py, bnctx) ||
	    !BN_mod_sub(l, py, y, c->p, bnctx) || !BN_mod_sub(t, px, x, c->p, bnctx) ||
	    BN_mod_inverse(t, t, c->p, bnctx) == NULL || !BN_mod_mul(l, l, t, c->p, bnctx) ||
	    !BN_mod_sqr(l, l, c->p, bnctx) || !BN_mod_sub(l, l, px, c->p, bnctx) ||
	    !BN_mod_sub(l, l, x, c->p, bnctx) || !BN_nnmod(l, l, c->n, bnctx))
		die("slope");
	BN_free(px);
	BN_free(py);
	BN_free(t);
	return l;
}

/*
 * A digest and the signature that is good for it by the key (x, y), were that on the curve or not:
 * u2 = 1, so R = u1 G + Q is had from a line alone.
 */
static void by_slope(const struct ec *c, const BIGNUM *x, const BIGNUM *y, struct blob *msg,
    struct blob *sig)
{
	BIGNUM *u = bn_rnd(c->n), *h = bn_new(), *r;
	EC_POINT *P = mul(c, u, NULL, NULL);

	r = slope(c, P, x, y);
	if (!BN_mod_mul(h, u, r, c->n, bnctx))
		die("by_slope");
	*msg = digest_of(c, h);
	*sig = sig_of(r, r);
	EC_POINT_free(P);
	BN_free(u);
	BN_free(h);
	BN_free(r);
}

static void off_curve(const struct ec *c)
{
	struct sample m = make(c, NULL, NULL);
	EC_POINT *q = mul(c, m.d, NULL, NULL);
	BIGNUM *x = bn_new(), *y = bn_new();
	struct blob msg, key, sig;
	unsigned i;

	EC_POINT_get_affine_coordinates(c->g, q, x, y, bnctx);
	for (i = 0; i < 8; i++) {
		by_slope(c, x, y, &msg, &sig);
		key = raw_key(c, x, y);
		edge(i == 0 ? "a point" : "a point that is not on the curve", i == 0 ? TAKE : REFUSE, NULL,
		    c->how, &key, &msg, &sig);
		BN_free(y);
		y = bn_rnd(c->p);
	}
	BN_zero(y);
	by_slope(c, x, y, &msg, &sig);
	key = raw_key(c, x, y);
	edge("y = 0", REFUSE, NULL, c->how, &key, &msg, &sig);
	BN_free(x);
	BN_free(y);
	EC_POINT_free(q);
	sample_free(&m);
}

static void one_small(const struct ec *c, const BIGNUM *x, const EC_POINT *q)
{
	BIGNUM *y = bn_new(), *xp = plus(x, c->p, 1), *yp;
	struct blob msg, key, sig;

	EC_POINT_get_affine_coordinates(c->g, q, NULL, y, bnctx);
	by_slope(c, x, y, &msg, &sig);
	key = raw_key(c, x, y);
	edge("a small x", TAKE, NULL, c->how, &key, &msg, &sig);
	key = raw_key(c, xp, y);
	edge("a small x, p added", REFUSE, NULL, c->how, &key, &msg, &sig);
	yp = plus(y, c->p, 1);
	if (BN_num_bits(yp) <= (int)(8 * c->len)) {
		key = raw_key(c, x, yp);
		edge("p added to y", REFUSE, NULL, c->how, &key, &msg, &sig);
	}
	BN_free(y);
	BN_free(xp);
	BN_free(yp);
}

/* x + p fits in the octets where x is small, and is the same mod p. */
static void over_p(const struct ec *c)
{
	BIGNUM *x = bn_new();
	EC_POINT *q;
	unsigned i;

	for (i = 0; i < 16; i++) {
		BN_set_word(x, i);
		q = lift(c, x);
		if (q != NULL)
			one_small(c, x, q);
		EC_POINT_free(q);
	}
	BN_free(x);
}

static const char ZERO[] = "ECDSA with a hash that is 0 mod n: BearSSL computes with no multiplier of 0; "
    "no message has such a hash that anyone knows of";

static void zero_r(const struct ec *c, struct sample *m)
{
	BIGNUM *zero = bn_new(), *one = power(0);
	const BIGNUM *s[] = { m->s, zero, one, c->n };
	unsigned i;

	for (i = 0; i < COUNT(s); i++) {
		m->sig = sig_of(zero, s[i]);
		edge("r = 0", REFUSE, NULL, c->how, &m->key, &m->msg, &m->sig);
		m->sig = sig_of(c->n, s[i]);
		edge("r = n", REFUSE, NULL, c->how, &m->key, &m->msg, &m->sig);
		m->sig = sig_of(s[i], zero);
		edge("s = 0", REFUSE, NULL, c->how, &m->key, &m->msg, &m->sig);
	}
	BN_free(zero);
	BN_free(one);
}

static void sign_digest(const char *what, const struct ec *c, const BIGNUM *v)
{
	struct sample m = make(c, NULL, NULL);
	BIGNUM *k = bn_rnd(c->n), *h;
	EC_POINT *R = mul(c, k, NULL, NULL);
	bool zero;

	m.msg = bn_octets(v, (size_t)EVP_MD_get_size(c->how->md));
	h = hash_of(c, &m.msg);
	zero = BN_is_zero(h);
	BN_free(m.r);
	BN_free(m.s);
	m.r = x_of(c, R);
	m.s = calc(c, h, BN_value_one(), m.r, m.d, k);
	m.sig = sig_of(m.r, m.s);
	edge(what, zero ? REFUSE : TAKE, zero ? ZERO : NULL, c->how, &m.key, &m.msg, &m.sig);
	m.sig.p[m.sig.n - 1] ^= 1;
	edge(what, REFUSE, NULL, c->how, &m.key, &m.msg, &m.sig);
	zero_r(c, &m);
	BN_free(k);
	BN_free(h);
	EC_POINT_free(R);
	sample_free(&m);
}

static void digest_group(const struct ec *with)
{
	struct how h = *with->how;
	struct ec c = *with;
	int bits = 8 * EVP_MD_get_size(h.md);
	BIGNUM *v = bn_new();
	unsigned i;

	h.scheme = 0;
	h.digested = true;
	c.how = &h;
	sign_digest("hash 0", &c, v);
	BN_one(v);
	sign_digest("hash 1", &c, v);
	BN_free(v);
	v = less(power(bits));
	sign_digest("hash all ones", &c, v);
	BN_free(v);
	if (BN_num_bits(c.n) <= bits) {
		for (i = 0; i < 3; i++) {
			v = BN_dup(c.n);
			BN_sub_word(v, 1);
			BN_add_word(v, i);
			sign_digest("hash about n", &c, v);
			BN_free(v);
		}
	}
	off_curve(&c);
	over_p(&c);
}

/* ---- groups ------------------------------------------------------------------------- */

static void good_group(const struct ec *c)
{
	small_numbers(c);
	short_r(c);
	meeting_points(c);
	wrapped_r(c);
}

static void random_group(const struct ec *c)
{
	struct sample m;
	unsigned i;

	for (i = 0; i < 3; i++) {
		m = make(c, NULL, NULL);
		edge_random(c->how, &m.key, &m.msg, &m.sig);
		sample_free(&m);
	}
}

/* One group for each curve. */
static void groups(const char *const name[3], const struct ec c[3], void (*run)(const struct ec *))
{
	unsigned i;

	for (i = 0; i < 3; i++) {
		group(name[i]);
		run(&c[i]);
		group_end();
	}
}
#define GROUPS(what, run) groups((const char *const []){ "P-256, " what, "P-384, " what, \
    "P-521, " what }, c, run)

void edge_ec(void)
{
	struct ec c[3];
	unsigned i;

	ec_init(&c[0], &schemes[P256], BLOB("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"));
	ec_init(&c[1], &schemes[P384], BLOB("\x06\x05\x2b\x81\x04\x00\x22"));
	ec_init(&c[2], &schemes[P521], BLOB("\x06\x05\x2b\x81\x04\x00\x23"));
	GROUPS("r and s that are others", numbers_group);
	GROUPS("r, s and keys that are rare and good", good_group);
	GROUPS("DER", der_group);
	GROUPS("keys", keys_group);
	GROUPS("chosen hashes", digest_group);
	GROUPS("octets changed at random", random_group);
	for (i = 0; i < 3; i++)
		ec_done(&c[i]);
}
