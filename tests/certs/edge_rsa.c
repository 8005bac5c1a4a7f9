/* SPDX-License-Identifier: ISC */
/*
 * tests/certs/edge_rsa.c: RSASSA-PSS and PKCS #1 v1.5 signatures whose encoded message is made here,
 * octet by octet, and then signed: right but for one thing (RFC 8017 sections 8 and 9).
 */
#include "tests/certs/edge.h"

#include <stdio.h>
#include <string.h>

#define OID_RSA BLOB("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define OID_MGF1 BLOB("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08")
#define OID_PSS BLOB("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")
#define DER_NULL BLOB("\x05\x00")

/* ---- keys --------------------------------------------------------------------------- */

struct rsa {
	unsigned bits;
	size_t len;
	BIGNUM *n, *p, *q, *e, *d, *dp, *dq, *qi;
	struct blob key, pss; /* as rsaEncryption; as id-RSASSA-PSS without parameters */
};

/* A prime for which each of the exponents will do. */
static void make_prime(BIGNUM *p, unsigned bits)
{
	do {
		if (!BN_generate_prime_ex(p, (int)bits, 0, NULL, NULL, NULL))
			die("BN_generate_prime_ex");
	} while (BN_mod_word(p, 3) == 1 || BN_mod_word(p, 17) == 1 || BN_mod_word(p, 65537) == 1);
}

static struct blob rsa_public(const BIGNUM *n, const BIGNUM *e)
{
	return tlv(0x30, cat(der_uint(n), der_uint(e)));
}

static void set_exponent(struct rsa *k, unsigned long e)
{
	BIGNUM *p1 = BN_dup(k->p), *q1 = BN_dup(k->q), *phi = bn_new();

	BN_sub_word(p1, 1);
	BN_sub_word(q1, 1);
	BN_set_word(k->e, e);
	if (!BN_mul(phi, p1, q1, bnctx) || !BN_mod_inverse(k->d, k->e, phi, bnctx) ||
	    !BN_mod(k->dp, k->d, p1, bnctx) || !BN_mod(k->dq, k->d, q1, bnctx) ||
	    !BN_mod_inverse(k->qi, k->q, k->p, bnctx))
		die("set_exponent");
	BN_free(p1);
	BN_free(q1);
	BN_free(phi);
	k->key = spki(tlv(0x30, cat(OID_RSA, DER_NULL)), rsa_public(k->n, k->e));
	k->pss = spki(tlv(0x30, OID_PSS), rsa_public(k->n, k->e));
}

/* q: NULL, or a prime to be used once more. */
static void rsa_make(struct rsa *k, unsigned bits, const BIGNUM *q)
{
	BIGNUM **all[] = { &k->n, &k->p, &k->q, &k->e, &k->d, &k->dp, &k->dq, &k->qi };
	unsigned i;

	for (i = 0; i < COUNT(all); i++)
		*all[i] = bn_new();
	k->bits = bits;
	k->len = (bits + 7) / 8;
	do {
		make_prime(k->p, (bits + 1) / 2);
		if (q != NULL)
			BN_copy(k->q, q);
		else
			make_prime(k->q, bits - (bits + 1) / 2);
		if (!BN_mul(k->n, k->p, k->q, bnctx))
			die("BN_mul");
	} while (BN_num_bits(k->n) != (int)bits || BN_cmp(k->p, k->q) == 0);
	set_exponent(k, 65537);
}

static void rsa_free(struct rsa *k)
{
	BIGNUM *all[] = { k->n, k->p, k->q, k->e, k->d, k->dp, k->dq, k->qi };
	unsigned i;

	for (i = 0; i < COUNT(all); i++)
		BN_free(all[i]);
}

/* The private operation, by the remainders (RFC 8017 section 5.2.1). */
static struct blob sign_raw(const struct rsa *k, const BIGNUM *m)
{
	BIGNUM *a = bn_new(), *b = bn_new(), *t = bn_new();
	struct blob out;

	if (!BN_mod(t, m, k->p, bnctx) || !BN_mod_exp(a, t, k->dp, k->p, bnctx) ||
	    !BN_mod(t, m, k->q, bnctx) || !BN_mod_exp(b, t, k->dq, k->q, bnctx) ||
	    !BN_mod_sub(a, a, b, k->p, bnctx) || !BN_mod_mul(a, a, k->qi, k->p, bnctx) ||
	    !BN_mul(t, a, k->q, bnctx) || !BN_add(t, t, b))
		die("sign_raw");
	out = bn_octets(t, k->len);
	BN_free(a);
	BN_free(b);
	BN_free(t);
	return out;
}

static struct blob sign_em(const struct rsa *k, struct blob em)
{
	BIGNUM *m = BN_bin2bn(em.p, (int)em.n, NULL);
	struct blob out = sign_raw(k, m);

	BN_free(m);
	return out;
}

/* ---- EMSA-PSS-ENCODE, RFC 8017 section 9.1.1, with one thing wrong ------------------ */

struct form {
	const EVP_MD *md, *mgf;
	size_t saltlen;
	int salt;            /* octet it is made of; < 0: random */
	int at;              /* octet of DB to change, < 0: from its end; after H is made */
	uint8_t flip;
	uint8_t trailer;
	bool no_prefix;      /* H without the eight zero octets */
	uint8_t flip_h;
	bool top;            /* the topmost bit of the modulus set */
	bool zero;           /* EM begins with a zero octet */
};

static struct form form_of(const struct how *h)
{
	struct form f = { 0 };

	f.md = h->md;
	f.mgf = h->mgf;
	f.saltlen = (size_t)h->salt;
	f.salt = -1;
	f.trailer = 0xbc;
	return f;
}

static void mask(struct blob *db, const struct blob *seed, const EVP_MD *md)
{
	uint8_t ctr[4] = { 0 };
	struct blob block;
	size_t i, done;

	for (done = 0; done < db->n; done += block.n) {
		block = digest(md, cat(*seed, blob(ctr, 4)));
		for (i = 0; i < block.n && done + i < db->n; i++)
			db->p[done + i] ^= block.p[i];
		ctr[3]++;
	}
}

/* Octets of PS; < 0: it does not fit. */
static int padding(const struct rsa *k, const struct form *f)
{
	return (int)((k->bits + 6) / 8) - EVP_MD_get_size(f->md) - (int)f->saltlen - 2;
}

static struct blob encode(const struct rsa *k, const struct form *f, const struct blob *msg)
{
	size_t emlen = (k->bits + 6) / 8, unused = 8 * emlen - (k->bits - 1);
	struct blob db = { 0 }, salt = rnd_octets(f->saltlen), h;

	if (f->salt >= 0)
		memset(salt.p, f->salt, salt.n);
	h = cat(digest(f->md, *msg), salt);
	h = digest(f->md, f->no_prefix ? h : cat(BLOB("\0\0\0\0\0\0\0\0"), h));
	db.n = (size_t)padding(k, f);
	db = cat(cat(db, BLOB("\1")), salt);
	db.p[f->at < 0 ? db.n - (size_t)-f->at : (size_t)f->at] ^= f->flip;
	mask(&db, &h, f->mgf);
	h.p[0] ^= f->flip_h;
	db.p[0] &= (uint8_t)(0xff >> unused);
	return cat(cat(db, h), blob(&f->trailer, 1));
}

static struct blob sign_form(const struct rsa *k, const struct form *f, const struct blob *msg)
{
	BIGNUM *m = bn_new();
	struct blob em, out;
	unsigned i;

	for (i = 0; i < 20000; i++) {
		em = encode(k, f, msg);
		BN_bin2bn(em.p, (int)em.n, m);
		if (f->top && !BN_set_bit(m, (int)k->bits - 1))
			die("BN_set_bit");
		if ((!f->zero || em.p[0] == 0) && BN_cmp(m, k->n) < 0)
			break;
	}
	if (i == 20000)
		die("no encoded message of this form");
	out = sign_raw(k, m);
	BN_free(m);
	return out;
}

/* ---- forms of PSS ------------------------------------------------------------------- */

static void one_form(const char *what, enum want want, const struct rsa *k, const struct form *f,
    const struct how *h, const struct blob *key, const struct blob *msg)
{
	struct blob sig;

	if (padding(k, f) < 0)
		return;
	sig = sign_form(k, f, msg);
	edge(what, want, NULL, h, key, msg, &sig);
}
#define FORM(what, want, change) do { \
	struct form f = form_of(h); \
	change; \
	one_form(what, want, k, &f, h, key, msg); \
} while (0)

static void salts(const struct rsa *k, const struct how *h, const struct blob *key,
    const struct blob *msg)
{
	size_t hlen = (size_t)EVP_MD_get_size(h->md), max = (k->bits + 6) / 8 - hlen - 2, i;
	size_t lens[] = { 0, 1, hlen - 1, hlen, hlen + 1, 20, max };

	for (i = 0; i < COUNT(lens); i++)
		FORM("salt of another length", lens[i] == (size_t)h->salt ? TAKE : REFUSE,
		    f.saltlen = lens[i]);
	FORM("salt of zeros", TAKE, f.salt = 0);
	FORM("salt of ones", TAKE, f.salt = 1);
	FORM("salt of 255", TAKE, f.salt = 0xff);
}

/* Is there such a bit in octet `at` of DB, or is it one of those that EM does not have? */
static bool there(const struct rsa *k, int at, unsigned bit)
{
	unsigned unused = 8 * ((k->bits + 6) / 8) - (k->bits - 1);

	return at > 0 || (0xff >> unused & bit) != 0;
}

static void wrong_padding(const struct rsa *k, const struct how *h, const struct blob *key,
    const struct blob *msg, int pad)
{
	int i;

	FORM("no separator", REFUSE, (f.at = pad, f.flip = 1));
	if (there(k, pad, 2))
		FORM("separator 3", REFUSE, (f.at = pad, f.flip = 2));
	if (there(k, pad, 0x80))
		FORM("separator 81", REFUSE, (f.at = pad, f.flip = 0x80));
	for (i = 0; i < pad; i += 1 + pad / 4) /* of the first octet one bit is left at least */
		FORM("PS not zero", REFUSE, (f.at = i, f.flip = 1));
	if (pad > 0)
		FORM("PS ends in 1", REFUSE, (f.at = pad - 1, f.flip = 1));
	if (there(k, 0, 0x80) && pad > 0)
		FORM("the top bit of PS", REFUSE, f.flip = 0x80);
	FORM("the salt's first octet", REFUSE, (f.at = pad + 1, f.flip = 1));
	FORM("the salt's last octet", REFUSE, (f.at = -1, f.flip = 0x80));
	FORM("EM with a leading zero octet", TAKE, f.zero = pad > 0);
}

static void wrong_forms(const struct rsa *k, const struct how *h, const struct blob *key,
    const struct blob *msg)
{
	FORM("trailer cc", REFUSE, f.trailer = 0xcc);
	FORM("trailer bd", REFUSE, f.trailer = 0xbd);
	FORM("trailer 0", REFUSE, f.trailer = 0);
	FORM("MGF1 with SHA-1", REFUSE, f.mgf = EVP_sha1());
	FORM("MGF1 with another hash", REFUSE,
	    f.mgf = h->md == EVP_sha256() ? EVP_sha512() : EVP_sha256());
	FORM("SHA-1", REFUSE, f.md = f.mgf = EVP_sha1());
	FORM("SHA3-256", REFUSE, f.md = EVP_sha3_256());
	FORM("H", REFUSE, f.flip_h = 0x40);
	FORM("H without eight zeros before it", REFUSE, f.no_prefix = true);
	FORM("the top bit of the modulus", REFUSE, f.top = true);
}

/* ---- the signature as a number and as octets ---------------------------------------- */

static void number(const char *what, const struct rsa *k, const struct how *h,
    const struct blob *key, const struct blob *msg, const BIGNUM *v)
{
	size_t len = (size_t)(BN_num_bits(v) + 7) / 8;
	struct blob s = bn_octets(v, len > k->len ? len : k->len);

	edge(what, REFUSE, NULL, h, key, msg, &s);
}

/* Other numbers than sig; as EM 0, 1, n - 1, and those of sig and its kin. */
static void numbers(const struct rsa *k, const struct how *h, const struct blob *key,
    const struct blob *msg, const struct blob *sig)
{
	BIGNUM *s = BN_bin2bn(sig->p, (int)sig->n, NULL), *v = bn_new();

	number("0", k, h, key, msg, v);
	BN_one(v);
	number("1", k, h, key, msg, v);
	BN_sub(v, k->n, v);
	number("n - 1", k, h, key, msg, v);
	number("n", k, h, key, msg, k->n);
	BN_add(v, k->n, BN_value_one());
	number("n + 1", k, h, key, msg, v);
	BN_sub(v, k->n, s);
	number("n - s", k, h, key, msg, v);
	BN_add(v, k->n, s);
	number("n + s", k, h, key, msg, v);
	BN_add(v, v, k->n);
	number("2n + s", k, h, key, msg, v);
	BN_zero(v);
	BN_set_bit(v, (int)(8 * k->len));
	BN_sub_word(v, 1);
	number("all ones", k, h, key, msg, v);
	BN_free(s);
	BN_free(v);
}

static void octets(const struct how *h, const struct blob *key, const struct blob *msg,
    const struct blob *sig)
{
	struct blob b = cat(BLOB("\0"), *sig), none = { 0 };
	size_t i;

	edge("a zero octet before it", REFUSE, NULL, h, key, msg, &b);
	b = cat(*sig, BLOB("\0"));
	edge("a zero octet behind it", REFUSE, NULL, h, key, msg, &b);
	b = cut(*sig, 0, sig->n - 1);
	edge("its last octet missing", REFUSE, NULL, h, key, msg, &b);
	b = cut(*sig, 1, sig->n - 1);
	edge("its first octet missing", REFUSE, sig->p[0] == 0 ? edge_short : NULL, h, key, msg, &b);
	edge("no octets", REFUSE, NULL, h, key, msg, &none);
	for (b = *sig, i = 0; i < b.n; i++)
		b.p[i] = sig->p[sig->n - 1 - i];
	edge("the least octet first", REFUSE, NULL, h, key, msg, &b);
}

/* ---- PKCS #1 v1.5 ------------------------------------------------------------------- */

static struct blob hash_alg(const EVP_MD *md, bool null)
{
	struct blob oid = BLOB("\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01");

	if (md == EVP_sha1())
		oid = BLOB("\x06\x05\x2b\x0e\x03\x02\x1a");
	else
		oid.p[10] = md == EVP_sha256() ? 1 : md == EVP_sha384() ? 2 : md == EVP_sha512() ? 3 : 4;
	return tlv(0x30, null ? cat(oid, DER_NULL) : oid);
}

static struct blob digest_info(const EVP_MD *md, bool null, const struct blob *msg)
{
	return tlv(0x30, cat(hash_alg(md, null), tlv(0x04, digest(md, *msg))));
}

/* 0, type, pad octets, 0, t, rest. */
static struct blob pkcs1(unsigned type, size_t pad, struct blob t, struct blob rest)
{
	uint8_t head[2] = { 0, (uint8_t)type };
	struct blob ps = { 0 };

	ps.n = pad;
	memset(ps.p, 0xff, pad);
	return cat(cat(cat(cat(blob(head, 2), ps), BLOB("\0")), t), rest);
}

static void one_pkcs1(const char *what, enum want want, const char *unlike, const struct rsa *k,
    const struct how *h, const struct blob *msg, struct blob em)
{
	struct blob sig = sign_em(k, em);

	if (em.n != k->len)
		die("an encoded message of another length");
	edge(what, want, unlike, h, &k->key, msg, &sig);
}

static const char NO_NULL[] = "DigestInfo without the NULL of the hash: RFC 8017 section A.2.4 has both "
    "read, OpenSSL does not";

static void pkcs1_forms(const struct rsa *k, const struct how *h, const struct blob *msg)
{
	struct blob t = digest_info(h->md, true, msg), bare = digest_info(h->md, false, msg), none = { 0 };
	struct blob other = digest_info(EVP_sha1(), true, msg), em, ber;
	size_t pad = k->len - 3 - t.n;

	one_pkcs1("good", TAKE, NULL, k, h, msg, pkcs1(1, pad, t, none));
	one_pkcs1("without NULL", TAKE, NO_NULL, k, h, msg, pkcs1(1, pad + 2, bare, none));
	one_pkcs1("type 2", REFUSE, NULL, k, h, msg, pkcs1(2, pad, t, none));
	one_pkcs1("type 0", REFUSE, NULL, k, h, msg, pkcs1(0, pad, t, none));
	one_pkcs1("eight of padding, rest behind", REFUSE, NULL, k, h, msg,
	    pkcs1(1, 8, t, rnd_octets(pad - 8)));
	one_pkcs1("an octet behind", REFUSE, NULL, k, h, msg, pkcs1(1, pad - 1, t, BLOB("\0")));
	one_pkcs1("no padding", REFUSE, NULL, k, h, msg, pkcs1(1, 0, t, rnd_octets(pad)));
	one_pkcs1("the hash alone", REFUSE, NULL, k, h, msg,
	    pkcs1(1, k->len - 3 - digest(h->md, *msg).n, digest(h->md, *msg), none));
	one_pkcs1("SHA-1", REFUSE, NULL, k, h, msg, pkcs1(1, k->len - 3 - other.n, other, none));
	ber = tlv(0x30, cat(cat(BLOB("\x30\x81"), cut(hash_alg(h->md, true), 1, 14)),
	    tlv(0x04, digest(h->md, *msg))));
	one_pkcs1("a length that is not DER", REFUSE, NULL, k, h, msg, pkcs1(1, pad - 1, ber, none));
	ber = tlv(0x30, cat(tlv(0x30, cat(cut(hash_alg(h->md, false), 2, 11), tlv(0x05, rnd_octets(9)))),
	    tlv(0x04, digest(h->md, *msg))));
	one_pkcs1("nine octets in the NULL", REFUSE, NULL, k, h, msg, pkcs1(1, pad - 9, ber, none));
	em = pkcs1(1, pad, t, none);
	em.p[2 + pad / 2] = 0xfe;
	one_pkcs1("padding with another octet", REFUSE, NULL, k, h, msg, em);
	em.p[2 + pad / 2] = 0;
	one_pkcs1("padding with a zero", REFUSE, NULL, k, h, msg, em);
	em = pkcs1(1, pad, t, none);
	em.p[em.n - 1] ^= 1;
	one_pkcs1("the hash's last bit", REFUSE, NULL, k, h, msg, em);
	em = pkcs1(1, pad, t, none);
	em.p[2 + pad] = 1;
	one_pkcs1("separator 1", REFUSE, NULL, k, h, msg, em);
}

/* ---- parameters, as keys and certificates have them --------------------------------- */

static struct blob number_der(unsigned v)
{
	BIGNUM *n = bn_new();
	struct blob b;

	BN_set_word(n, v);
	b = der_uint(n);
	BN_free(n);
	return b;
}

/* RFC 4055 section 3.1.  salt and trailer < 0: left out; hashes NULL: left out. */
static struct blob pss_params(const EVP_MD *md, const EVP_MD *mgf, int salt, int trailer)
{
	struct blob b = { 0 };

	if (md != NULL)
		b = cat(b, tlv(0xa0, hash_alg(md, true)));
	if (mgf != NULL)
		b = cat(b, tlv(0xa1, tlv(0x30, cat(OID_MGF1, hash_alg(mgf, true)))));
	if (salt >= 0)
		b = cat(b, tlv(0xa2, number_der((unsigned)salt)));
	if (trailer >= 0)
		b = cat(b, tlv(0xa3, number_der((unsigned)trailer)));
	return tlv(0x30, b);
}

static struct how cert_pss(const EVP_MD *md, const EVP_MD *mgf, int salt)
{
	struct how h = { .name = "rsassaPss in a certificate", .type = EVP_PKEY_RSA };

	h.md = md;
	h.mgf = mgf;
	h.salt = salt;
	h.alg = tlv(0x30, cat(OID_PSS, pss_params(md, mgf, salt, -1)));
	return h;
}

static struct how cert_pkcs1(const EVP_MD *md)
{
	struct how h = { .name = "PKCS #1 v1.5 in a certificate", .type = EVP_PKEY_RSA };
	struct blob oid = BLOB("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b");

	h.md = md;
	oid.p[10] = md == EVP_sha256() ? 11 : md == EVP_sha384() ? 12 : md == EVP_sha512() ? 13 : 14;
	h.alg = tlv(0x30, cat(oid, DER_NULL));
	return h;
}

/* ---- groups ------------------------------------------------------------------------- */

static const unsigned SIZES[] = { 522, 1024, 1025, 1031, 1032, 1033, 1034, 2047, 2048, 2049, 3072, 4096 };
static const unsigned long EXPONENTS[] = { 65537, 17, 3 };
static struct rsa keys[COUNT(SIZES)];

/* One key in one scheme. */
static void everything(const struct rsa *k, const struct how *h, const struct blob *key, bool all)
{
	struct blob msg = rnd_octets(130), sig;
	struct form f = form_of(h);

	if (padding(k, &f) < 0)
		return;
	sig = sign_form(k, &f, &msg);
	edge_own("good", h, key, &msg, &sig);
	octets(h, key, &msg, &sig);
	if (!all)
		return;
	salts(k, h, key, &msg);
	wrong_forms(k, h, key, &msg);
	wrong_padding(k, h, key, &msg, padding(k, &f));
	numbers(k, h, key, &msg, &sig);
}

/* The larger, the fewer: what their sizes decide is the same for each hash and exponent. */
static void sizes_group(const char *name, unsigned first, bool pss)
{
	unsigned i, j, m;
	bool all;

	group(name);
	for (i = 0; i < COUNT(SIZES); i++) {
		for (j = 0; j < COUNT(EXPONENTS); j++) {
			set_exponent(&keys[i], EXPONENTS[j]);
			for (m = 0; m < 3; m++) {
				all = SIZES[i] < 2000 || m == (i + j) % 3;
				if (j > 0 && (pss || SIZES[i] > 3000))
					all = false;
				everything(&keys[i], &schemes[first + m], pss ? &keys[i].pss : &keys[i].key, all);
			}
		}
		set_exponent(&keys[i], 65537);
	}
	group_end();
}

/* A signature that begins with a zero octet is one of 256. */
static void leading_zero(const struct rsa *k, const struct how *h)
{
	struct blob msg = rnd_octets(130), sig;
	struct form f = form_of(h);
	unsigned i;

	for (i = 0; i < 20000; i++) {
		sig = sign_form(k, &f, &msg);
		if (sig.p[0] == 0)
			break;
	}
	edge_own("a leading zero octet", h, &k->key, &msg, &sig);
	octets(h, &k->key, &msg, &sig);
	numbers(k, h, &k->key, &msg, &sig);
}

static void zero_group(void)
{
	unsigned i;

	group("RSA signatures that begin with a zero octet");
	for (i = 1; i <= 6; i++)
		leading_zero(&keys[i], &schemes[PSS256]);
	group_end();
}

static void pkcs1_group(void)
{
	const EVP_MD *md[4] = { EVP_sha256(), EVP_sha384(), EVP_sha512(), EVP_sha224() };
	struct blob msg = rnd_octets(130), none = { 0 }, t, sig;
	struct how h;
	unsigned i, j;

	group("PKCS #1 v1.5, and PSS taken for it");
	for (i = 1; i < 11; i++) {
		for (j = 0; j < 4; j++) {
			h = cert_pkcs1(md[j]);
			pkcs1_forms(&keys[i], &h, &msg);
			t = digest_info(md[j], true, &msg);
			sig = sign_em(&keys[i], pkcs1(1, keys[i].len - 3 - t.n, t, none));
			octets(&h, &keys[i].key, &msg, &sig);
			numbers(&keys[i], &h, &keys[i].key, &msg, &sig);
			if (j == 3)
				continue;
			edge("PKCS #1 as PSS", REFUSE, NULL, &schemes[PSS256 + j], &keys[i].key, &msg, &sig);
			edge("PKCS #1 by a PSS key", REFUSE, NULL, &schemes[PSSK256 + j], &keys[i].pss, &msg, &sig);
			edge("PKCS #1 by a PSS key", REFUSE, NULL, &h, &keys[i].pss, &msg, &sig);
			if ((keys[i].bits + 6) / 8 < 2 * (size_t)schemes[PSS256 + j].salt + 2)
				continue;
			sig = sign_form(&keys[i], &(struct form){ md[j], md[j], (size_t)schemes[PSS256 + j].salt,
			    -1, 0, 0, 0xbc, false, 0, false, false }, &msg);
			edge("PSS as PKCS #1", REFUSE, NULL, &h, &keys[i].key, &msg, &sig);
		}
	}
	group_end();
}

/* Salts of all lengths, and an MGF of another hash, where the certificate says so. */
static void cert_pss_group(void)
{
	const EVP_MD *md[3] = { EVP_sha256(), EVP_sha384(), EVP_sha512() };
	struct blob msg = rnd_octets(130), sig;
	unsigned i, j, m, s;
	struct form f;
	struct how h;

	group("PSS of certificates, with each length of salt");
	for (i = 1; i <= 9; i++) {
		for (j = 0; j < 9; j++) {
			int hlen = EVP_MD_get_size(md[j / 3]), max = (int)(keys[i].bits + 6) / 8 - hlen - 2;
			int lens[] = { 0, 1, hlen - 1, hlen, hlen + 1, max - 1, max };

			for (s = 0; s < COUNT(lens); s++) {
				h = cert_pss(md[j / 3], md[j % 3], lens[s]);
				f = form_of(&h);
				if (padding(&keys[i], &f) < 0)
					continue;
				sig = sign_form(&keys[i], &f, &msg);
				for (m = 0; m < COUNT(lens); m++) {
					h = cert_pss(md[j / 3], md[j % 3], lens[m]);
					edge("a salt", lens[m] == lens[s] ? TAKE : REFUSE, NULL, &h, &keys[i].key, &msg,
					    &sig);
				}
				h = cert_pss(md[j / 3], md[(j + 1) % 3], lens[s]);
				edge("another MGF", REFUSE, NULL, &h, &keys[i].key, &msg, &sig);
			}
		}
	}
	group_end();
}

/* ---- keys of RSASSA-PSS with parameters, RFC 4055 section 3.3 ----------------------- */

static const char TRAILER[] = "RSASSA-PSS key with a trailer field other than 1: RFC 4055 section 3.1 has no "
    "other, OpenSSL does not look";

static void with_params(const char *what, enum want want, const char *unlike, const struct how *h,
    struct blob params)
{
	const struct rsa *k = &keys[8];
	struct blob key = spki(tlv(0x30, cat(OID_PSS, params)), rsa_public(k->n, k->e));
	struct blob msg = rnd_octets(130), sig;
	struct form f = form_of(h);

	sig = sign_form(k, &f, &msg);
	if (want == TAKE)
		edge_own(what, h, &key, &msg, &sig);
	else
		edge(what, REFUSE, unlike, h, &key, &msg, &sig);
	f.saltlen--;
	sig = sign_form(k, &f, &msg);
	edge("a shorter salt", REFUSE, NULL, h, &key, &msg, &sig);
}

static void limited_group(void)
{
	const EVP_MD *md[4] = { EVP_sha256(), EVP_sha384(), EVP_sha512(), EVP_sha224() };
	struct blob none = { 0 };
	const struct how *h;
	unsigned i, j;
	int len;

	group("RSASSA-PSS keys with parameters");
	for (i = 0; i < 3; i++) {
		h = &schemes[PSSK256 + i];
		len = h->salt;
		with_params("no parameters", TAKE, NULL, h, none);
		for (j = 0; j < 16; j++)
			with_params("each hash and MGF", j / 4 == i && j % 4 == i ? TAKE : REFUSE, NULL, h,
			    pss_params(md[j / 4], md[j % 4], len, -1));
		with_params("salt 0", TAKE, NULL, h, pss_params(h->md, h->md, 0, -1));
		with_params("the default salt", TAKE, NULL, h, pss_params(h->md, h->md, -1, -1));
		with_params("a shorter salt", TAKE, NULL, h, pss_params(h->md, h->md, len - 1, -1));
		with_params("a longer salt", REFUSE, NULL, h, pss_params(h->md, h->md, len + 1, -1));
		with_params("a salt of all there is", REFUSE, NULL, h, pss_params(h->md, h->md, 254 - len, -1));
		with_params("the trailer spelled out", TAKE, NULL, h, pss_params(h->md, h->md, len, 1));
		with_params("trailer 2", REFUSE, TRAILER, h, pss_params(h->md, h->md, len, 2));
		with_params("trailer 0", REFUSE, TRAILER, h, pss_params(h->md, h->md, len, 0));
		with_params("MGF1 with SHA-1 by default", REFUSE, NULL, h, pss_params(h->md, NULL, len, -1));
		with_params("SHA-1 by default", REFUSE, NULL, h, pss_params(NULL, h->md, len, -1));
		with_params("all by default", REFUSE, NULL, h, pss_params(NULL, NULL, -1, -1));
		with_params("NULL", REFUSE, NULL, h, DER_NULL);
		with_params("a number", REFUSE, NULL, h, number_der(1));
	}
	group_end();
}

/* ---- keys that are odd -------------------------------------------------------------- */

static const char NOT_DER[] = "key that is not DER or has what RFC 3279 and 4055 do not allow: OpenSSL reads it";
static const char LARGE[] = "RSA over 4096 bits or with an exponent over 64 bits: not computed here, and the "
    "report says so";
static const char TINY_E[] = "RSA with an exponent under 3: a signature by nobody (1), or no RSA (2)";

/* Exponent 1: what is signed is EM itself. */
static void exponent_one(const struct how *h)
{
	struct rsa k = keys[8];
	struct blob msg = rnd_octets(130), key, sig;
	struct form f = form_of(h);
	BIGNUM *one = bn_new();

	BN_one(one);
	key = spki(tlv(0x30, cat(OID_RSA, DER_NULL)), rsa_public(k.n, one));
	do {
		sig = encode(&k, &f, &msg);
	} while (sig.n != k.len);
	edge("exponent 1", REFUSE, TINY_E, h, &key, &msg, &sig);
	BN_free(one);
}

static void odd_key(const char *what, enum want want, const char *unlike, struct blob key)
{
	const struct how *h = &schemes[PSS256];
	struct blob msg = rnd_octets(130), sig;
	struct form f = form_of(h);

	sig = sign_form(&keys[8], &f, &msg);
	edge(what, want, unlike, h, &key, &msg, &sig);
}

static void exponents(void)
{
	const struct rsa *k = &keys[8];
	struct blob alg = tlv(0x30, cat(OID_RSA, DER_NULL));
	BIGNUM *v = bn_new(), *n = BN_dup(k->n);

	exponent_one(&schemes[PSS256]);
	BN_zero(v);
	odd_key("exponent 0", REFUSE, NULL, spki(alg, rsa_public(k->n, v)));
	BN_set_word(v, 2);
	odd_key("exponent 2", REFUSE, NULL, spki(alg, rsa_public(k->n, v)));
	BN_sub_word(n, 1);
	odd_key("a modulus that is even", REFUSE, NULL, spki(alg, rsa_public(n, k->e)));
	BN_zero(n);
	odd_key("modulus 0", REFUSE, NULL, spki(alg, rsa_public(n, k->e)));
	BN_one(n);
	odd_key("modulus 1", REFUSE, NULL, spki(alg, rsa_public(n, k->e)));
	/* e + phi(n) does what e does */
	BN_mul(v, k->p, k->q, bnctx);
	BN_sub(v, v, k->p);
	BN_sub(v, v, k->q);
	BN_add_word(v, 1);
	BN_add(v, v, k->e);
	odd_key("an exponent as long as the modulus", REFUSE, LARGE, spki(alg, rsa_public(k->n, v)));
	BN_free(v);
	BN_free(n);
}

static void key_group(void)
{
	const struct rsa *k = &keys[8];
	struct blob alg = tlv(0x30, cat(OID_RSA, DER_NULL)), pub = rsa_public(k->n, k->e), b;
	struct blob n = der_uint(k->n), e = der_uint(k->e);

	group("RSA keys that are odd");
	odd_key("good", TAKE, NULL, k->key);
	odd_key("no parameters", TAKE, NULL, spki(tlv(0x30, OID_RSA), pub));
	odd_key("an octet behind", REFUSE, NULL, cat(k->key, BLOB("\0")));
	odd_key("an octet missing", REFUSE, NULL, cut(k->key, 0, k->key.n - 1));
	odd_key("an octet in the BIT STRING", REFUSE, NOT_DER, spki(alg, cat(pub, BLOB("\0"))));
	odd_key("a third number", REFUSE, NOT_DER, spki(alg, tlv(0x30, cat(cat(n, e), e))));
	odd_key("a number missing", REFUSE, NULL, spki(alg, tlv(0x30, n)));
	odd_key("unused bits", REFUSE, NOT_DER,
	    tlv(0x30, cat(alg, tlv(0x03, cat(BLOB("\1"), pub)))));
	b = cat(tlv(0x02, cat(BLOB("\0\0"), cut(n, 5, n.n - 5))), e);
	odd_key("a modulus with two zeros before it", REFUSE, NOT_DER, spki(alg, tlv(0x30, b)));
	b = cat(tlv(0x02, cut(n, 5, n.n - 5)), e);
	odd_key("a modulus that is negative", REFUSE, NOT_DER, spki(alg, tlv(0x30, b)));
	b = cat(n, BLOB("\x02\x04\x00\x01\x00\x01"));
	odd_key("an exponent with a zero before it", REFUSE, NOT_DER, spki(alg, tlv(0x30, b)));
	exponents();
	group_end();
}

static void large(const char *what, enum want want, const struct rsa *k, const struct how *h,
    const struct blob *key)
{
	struct blob msg = rnd_octets(130), sig;
	struct form f = form_of(h);

	sig = sign_form(k, &f, &msg);
	edge(what, want, want == REFUSE ? LARGE : NULL, h, key, &msg, &sig);
}

static void large_group(void)
{
	struct rsa *top = &keys[COUNT(SIZES) - 1], over;

	rsa_make(&over, 4097, top->q); /* primes of this size take their time */
	group("RSA of 4096 and 4097 bits");
	large("4096 bits", TAKE, top, &schemes[PSS256], &top->key);
	large("4096 bits", TAKE, top, &schemes[PSSK384], &top->pss);
	large("4097 bits", REFUSE, &over, &schemes[PSS256], &over.key);
	large("4097 bits", REFUSE, &over, &schemes[PSSK384], &over.pss);
	group_end();
	rsa_free(&over);
}

/* In a certificate under 1024 bits prove nothing; in CertificateVerify that is for the report. */
static const char WEAK[] = "RSA under 1024 bits in a certificate: too weak to prove anything";

static void weak_group(void)
{
	const struct rsa *k = &keys[0];
	struct blob msg = rnd_octets(130), t, sig;
	struct blob none = { 0 };
	struct how h = cert_pss(EVP_sha256(), EVP_sha256(), 32);
	struct form f = form_of(&h);

	group("RSA of 522 bits");
	sig = sign_form(k, &f, &msg);
	edge("PSS, certificate", REFUSE, WEAK, &h, &k->key, &msg, &sig);
	edge_own("PSS, CertificateVerify", &schemes[PSS256], &k->key, &msg, &sig);
	h = cert_pkcs1(EVP_sha256());
	t = digest_info(h.md, true, &msg);
	sig = sign_em(k, pkcs1(1, k->len - 3 - t.n, t, none));
	edge("PKCS #1, certificate", REFUSE, WEAK, &h, &k->key, &msg, &sig);
	group_end();
}

static void random_group(void)
{
	struct blob msg = rnd_octets(130), sig;
	const struct how *h;
	struct form f;
	unsigned i, m;

	group("RSA, octets changed at random");
	for (i = 0; i < COUNT(SIZES); i++) {
		for (m = 0; m < 6; m++) {
			h = &schemes[PSS256 + m];
			f = form_of(h);
			if (padding(&keys[i], &f) < 0)
				continue;
			sig = sign_form(&keys[i], &f, &msg);
			edge_random(h, m < 3 ? &keys[i].key : &keys[i].pss, &msg, &sig);
		}
	}
	group_end();
}

void edge_rsa(void)
{
	unsigned i;

	for (i = 0; i < COUNT(SIZES); i++)
		rsa_make(&keys[i], SIZES[i], NULL);
	sizes_group("RSA-PSS of each size", PSS256, false);
	sizes_group("RSA-PSS of each size, RSASSA-PSS keys", PSSK256, true);
	zero_group();
	pkcs1_group();
	cert_pss_group();
	limited_group();
	key_group();
	large_group();
	weak_group();
	random_group();
	for (i = 0; i < COUNT(SIZES); i++)
		rsa_free(&keys[i]);
}
