/* SPDX-License-Identifier: ISC */
/*
 * tests/certs/edge_ed.c: Ed25519 (RFC 8032 section 5.1.7).  libsodium refuses what OpenSSL takes: keys
 * and R of small order, and encodings that are not canonical.  That is harmless both ways: such a
 * key is nobody's, and such an R is made by nobody whose signatures are made as RFC 8032 has it; and
 * a TLSA record covers the octets of the key, so another encoding of it is another key.
 */
#include "tests/certs/edge.h"

#include <string.h>
#include <sodium.h>

static const char SMALL_KEY[] = "Ed25519 key of small order, or one encoded otherwise: anybody signs with it; "
    "libsodium refuses it";
static const char SMALL_R[] = "Ed25519 signature with an R of small order: nobody gets one who follows RFC 8032; "
    "libsodium refuses it";

/* L, least octet first. */
static const uint8_t L[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2,
	0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };
/* A point of order 8. */
static const uint8_t T8[32] = { 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76,
	0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
	0x92, 0xac, 0x03, 0x7a };
static uint8_t torsion[8][32]; /* 0 .. 7 times T8 */

static void fill_torsion(void)
{
	static const uint8_t one[32] = { 1 };
	uint8_t end[32];
	unsigned i;

	memcpy(torsion[0], one, 32);
	for (i = 1; i < 8; i++) {
		if (crypto_core_ed25519_add(torsion[i], torsion[i - 1], T8) != 0)
			die("T8 is not on the curve");
	}
	if (crypto_core_ed25519_add(end, torsion[7], T8) != 0 || memcmp(end, one, 32) != 0 ||
	    memcmp(torsion[4], one, 32) == 0)
		die("T8 is not of order 8");
}

static struct blob ed_key(const uint8_t a[32])
{
	return spki(BLOB("\x30\x05\x06\x03\x2b\x65\x70"), blob(a, 32));
}

static void scalar(uint8_t out[32])
{
	struct blob b = rnd_octets(64);

	crypto_core_ed25519_scalar_reduce(out, b.p);
}

/* R = r B; r of 0 has no such point in libsodium. */
static void base(uint8_t out[32], const uint8_t r[32])
{
	if (crypto_scalarmult_ed25519_base_noclamp(out, r) != 0)
		die("crypto_scalarmult_ed25519_base_noclamp");
}

/* k = SHA-512(R, A, M) mod L. */
static void challenge(uint8_t k[32], const uint8_t R[32], const uint8_t A[32], const struct blob *msg)
{
	struct blob h = digest(EVP_sha512(), cat(cat(blob(R, 32), blob(A, 32)), *msg));

	crypto_core_ed25519_scalar_reduce(k, h.p);
}

static struct blob sig_of(const uint8_t R[32], const uint8_t S[32])
{
	return cat(blob(R, 32), blob(S, 32));
}

/* S = r + k a. */
static struct blob finish(const uint8_t R[32], const uint8_t r[32], const uint8_t k[32],
    const uint8_t a[32])
{
	uint8_t s[32];

	crypto_core_ed25519_scalar_mul(s, k, a);
	crypto_core_ed25519_scalar_add(s, s, r);
	return sig_of(R, s);
}

struct ed { uint8_t a[32], A[32]; struct blob key, msg, sig; };

static struct ed ed_make(void)
{
	uint8_t r[32], R[32], k[32];
	struct ed e;

	scalar(e.a);
	base(e.A, e.a);
	scalar(r);
	base(R, r);
	e.key = ed_key(e.A);
	e.msg = rnd_octets(130);
	challenge(k, R, e.A, &e.msg);
	e.sig = finish(R, r, k, e.a);
	return e;
}

static const struct how *const how = &schemes[ED];

static void refuse(const char *what, const struct ed *e, struct blob sig)
{
	edge(what, REFUSE, NULL, how, &e->key, &e->msg, &sig);
}

/* ---- S ------------------------------------------------------------------------------ */

/* s += v, 256 bits; false: over. */
static bool add_256(uint8_t s[32], const uint8_t v[32])
{
	unsigned i, c = 0;

	for (i = 0; i < 32; i++) {
		c += (unsigned)s[i] + v[i];
		s[i] = (uint8_t)c;
		c >>= 8;
	}
	return c == 0;
}

static void s_group(void)
{
	static const uint8_t zero[32];
	struct ed e = ed_make();
	struct blob b = e.sig;
	uint8_t ones[32], neg[32];
	unsigned i;

	group("Ed25519, S");
	edge_own("good", how, &e.key, &e.msg, &e.sig);
	while (add_256(b.p + 32, L)) /* up to 15 times */
		refuse("S + L", &e, b);
	refuse("S = 0", &e, sig_of(e.sig.p, zero));
	refuse("S = L", &e, sig_of(e.sig.p, L));
	memset(ones, 0xff, 32);
	refuse("S all ones", &e, sig_of(e.sig.p, ones));
	crypto_core_ed25519_scalar_negate(neg, e.sig.p + 32);
	refuse("-S", &e, sig_of(e.sig.p, neg));
	for (i = 0; i < 8; i++) {
		b = e.sig;
		b.p[63] |= (uint8_t)(0x20 << i % 3);
		b.p[63] ^= (uint8_t)(i << 5);
		if (b.p[63] != e.sig.p[63])
			refuse("top bits of S", &e, b);
	}
	group_end();
}

/* ---- octets ------------------------------------------------------------------------- */

static void octets_group(void)
{
	struct ed e = ed_make(), other = ed_make();
	struct blob b, none = { 0 };
	unsigned i;

	group("Ed25519, octets");
	edge("good", TAKE, NULL, how, &e.key, &e.msg, &e.sig);
	for (i = 0; i < 64; i++)
		refuse("cut short", &e, cut(e.sig, 0, i));
	refuse("an octet behind", &e, cat(e.sig, BLOB("\0")));
	refuse("an octet before", &e, cat(BLOB("\0"), e.sig));
	refuse("twice", &e, cat(e.sig, e.sig));
	refuse("S before R", &e, cat(cut(e.sig, 32, 32), cut(e.sig, 0, 32)));
	refuse("another's", &e, other.sig);
	edge("another key", REFUSE, NULL, how, &other.key, &e.msg, &e.sig);
	edge("no message", REFUSE, NULL, how, &e.key, &none, &e.sig);
	b = cut(e.key, 0, e.key.n - 1);
	edge("a key cut short", REFUSE, NULL, how, &b, &e.msg, &e.sig);
	b = spki(BLOB("\x30\x05\x06\x03\x2b\x65\x70"), blob(e.A, 31));
	edge("a key of 31 octets", REFUSE, NULL, how, &b, &e.msg, &e.sig);
	b = spki(BLOB("\x30\x05\x06\x03\x2b\x65\x70"), cat(blob(e.A, 32), BLOB("\0")));
	edge("a key of 33 octets", REFUSE, NULL, how, &b, &e.msg, &e.sig);
	b = spki(BLOB("\x30\x07\x06\x03\x2b\x65\x70\x05\x00"), blob(e.A, 32));
	edge("NULL for parameters", REFUSE, NULL, how, &b, &e.msg, &e.sig);
	b = spki(BLOB("\x30\x05\x06\x03\x2b\x65\x71"), blob(e.A, 32));
	edge("a key of Ed448", REFUSE, NULL, how, &b, &e.msg, &e.sig);
	b = spki(BLOB("\x30\x05\x06\x03\x2b\x65\x6e"), blob(e.A, 32));
	edge("a key of X25519", REFUSE, NULL, how, &b, &e.msg, &e.sig);
	b = ed_key(e.A);
	b.p[b.n - 1] ^= 0x80;
	edge("-A", REFUSE, NULL, how, &b, &e.msg, &e.sig);
	b = e.sig;
	b.p[31] ^= 0x80;
	refuse("-R", &e, b);
	group_end();
}

/* ---- points of small order ---------------------------------------------------------- */

/* The key is A, of small order: with k a multiple of 8, R = r B and S = r are good for it. */
static void key_of_small_order(const char *what, const uint8_t A[32])
{
	static const uint8_t zero[32];
	struct blob msg = rnd_octets(130), key = ed_key(A), sig;
	uint8_t r[32], R[32], k[32];

	do {
		scalar(r);
		base(R, r);
		challenge(k, R, A, &msg);
	} while (k[0] % 8 != 0);
	sig = finish(R, r, k, zero);
	edge(what, REFUSE, SMALL_KEY, how, &key, &msg, &sig);
	sig = sig_of(A, zero); /* R = A, S = 0: good where A (1 + k) = 0 */
	edge(what, REFUSE, SMALL_KEY, how, &key, &msg, &sig);
}

/* y = p - 1, p, p + 1 and 2^255 - 1, with either sign: the same as small ones mod p. */
static void not_canonical(void)
{
	uint8_t y[32];
	unsigned i, sign;

	for (i = 0; i < 20; i++) {
		for (sign = 0; sign < 2; sign++) {
			memset(y, 0xff, 32);
			y[0] = (uint8_t)(0xec + i);
			y[31] = (uint8_t)(0x7f | sign << 7);
			key_of_small_order("A of y = p and about", y);
		}
	}
	memset(y, 0, 32);
	for (sign = 0; sign < 2; sign++) {
		y[0] = 1;
		y[31] = (uint8_t)(sign << 7);
		key_of_small_order("A the neutral point, with a sign", y);
		y[0] = 0;
		key_of_small_order("A of order 4", y);
	}
}

/* S B = R + k A with R the neutral point: S = k a, and whoever has the key can make it. */
static void r_of_small_order(void)
{
	static const uint8_t zero[32];
	struct ed e = ed_make();
	uint8_t k[32], R[32];
	struct blob sig;
	unsigned i;

	for (i = 0; i < 8; i++) {
		challenge(k, torsion[i], e.A, &e.msg);
		sig = finish(torsion[i], zero, k, e.a);
		edge("R of small order", REFUSE, i == 0 ? SMALL_R : NULL, how, &e.key, &e.msg, &sig);
	}
	for (i = 0; i < 4; i++) { /* the neutral point otherwise: y = p + 1, and a sign */
		memset(R, i < 2 ? 0 : 0xff, 32);
		R[0] = i < 2 ? 1 : 0xee;
		R[31] = (uint8_t)((i < 2 ? 0 : 0x7f) | (i % 2) << 7);
		if (i == 0)
			continue;
		challenge(k, R, e.A, &e.msg);
		sig = finish(R, zero, k, e.a);
		edge("R not canonical", REFUSE, NULL, how, &e.key, &e.msg, &sig);
	}
}

/*
 * A = a B + T: a key with a part of small order.  Good without the cofactor when R makes up for k T,
 * and both check without it: (RFC 8032 section 5.1.7 allows that); good with it alone when not.
 */
static void mixed(unsigned t)
{
	uint8_t a[32], A[32], r[32], rB[32], R[32], k[32];
	struct blob msg = rnd_octets(130), key, sig;
	unsigned j, both = 0;

	scalar(a);
	base(A, a);
	if (crypto_core_ed25519_add(A, A, torsion[t]) != 0)
		die("crypto_core_ed25519_add");
	key = ed_key(A);
	while (both != 3) {
		scalar(r);
		base(rB, r);
		j = (unsigned)(rnd() % 8);
		if (crypto_core_ed25519_sub(R, rB, torsion[t * j % 8]) != 0)
			die("crypto_core_ed25519_sub");
		challenge(k, R, A, &msg);
		sig = finish(R, r, k, a);
		if (t * k[0] % 8 == t * j % 8)
			edge("a key with a part of small order", TAKE, NULL, how, &key, &msg, &sig);
		else
			edge("good with the cofactor alone", REFUSE, NULL, how, &key, &msg, &sig);
		both |= t * k[0] % 8 == t * j % 8 ? 1 : 2;
	}
}

static void small_group(void)
{
	unsigned i;

	group("Ed25519, points of small order and other encodings");
	for (i = 0; i < 8; i++)
		key_of_small_order("A of small order", torsion[i]);
	not_canonical();
	r_of_small_order();
	for (i = 1; i < 8; i++)
		mixed(i);
	group_end();
}

/* Half of all y have no x: such a key, or R, is no point. */
static void no_point_group(void)
{
	struct ed e = ed_make();
	struct blob y, key, sig;
	unsigned i;

	group("Ed25519, octets that are no point, and octets changed at random");
	for (i = 0; i < 40; i++) {
		y = rnd_octets(32);
		key = ed_key(y.p);
		edge("any key", REFUSE, NULL, how, &key, &e.msg, &e.sig);
		sig = sig_of(y.p, e.sig.p + 32);
		edge("any R", REFUSE, NULL, how, &e.key, &e.msg, &sig);
	}
	for (i = 0; i < 20; i++) {
		e = ed_make();
		edge_random(how, &e.key, &e.msg, &e.sig);
	}
	group_end();
}

void edge_ed(void)
{
	if (sodium_init() < 0)
		die("sodium_init");
	fill_torsion();
	s_group();
	octets_group();
	small_group();
	no_point_group();
}
