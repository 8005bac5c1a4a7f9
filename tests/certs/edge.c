/* SPDX-License-Identifier: ISC */
/*
 * tests/certs/edge.c: signatures at the edges, made here, judged by tls/sig.c and by OpenSSL.
 * The rule: what tls_scheme_verify() takes, OpenSSL takes; what OpenSSL takes and RFC 8446 section
 * 4.2.3 allows, tls_scheme_verify() takes.  Where they may differ, edge() is given the reason, and
 * how often they did is told at the end.  Each signature that is made on purpose has its verdict
 * beside it, so both being wrong is seen as well.
 *
 *	sig-edge [-n FACTOR] [-seed N]     FACTOR: so many times the random changes
 */
#define OPENSSL_SUPPRESS_DEPRECATED /* RAND_set_rand_method: nothing else makes it repeatable */
#include "tests/certs/edge.h"
#include "tls/hello.h"
#include "tls/sig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

unsigned long rounds = 1;
BN_CTX *bnctx;

void die(const char *what)
{
	fprintf(stderr, "sig-edge: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(2);
}

/* ---- chance ------------------------------------------------------------------------- */

static uint64_t state;

uint64_t rnd(void) /* splitmix64 */
{
	uint64_t z = (state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static int fill(unsigned char *p, int n)
{
	int i;

	for (i = 0; i < n; i++)
		p[i] = (unsigned char)rnd();
	return 1;
}

static int seeded(void)
{
	return 1;
}

struct blob rnd_octets(size_t n)
{
	struct blob b = { 0 };

	b.n = n;
	(void)fill(b.p, (int)n);
	return b;
}

BIGNUM *bn_new(void)
{
	BIGNUM *v = BN_new();

	if (v == NULL)
		die("BN_new");
	return v;
}

BIGNUM *bn_rnd(const BIGNUM *below)
{
	BIGNUM *v = bn_new();

	do {
		if (!BN_rand_range(v, below))
			die("BN_rand_range");
	} while (BN_is_zero(v));
	return v;
}

/* ---- octets ------------------------------------------------------------------------- */

struct blob blob(const void *p, size_t n)
{
	struct blob b = { 0 };

	if (n > sizeof b.p)
		die("too many octets");
	b.n = n;
	memcpy(b.p, p, n);
	return b;
}

struct blob cat(struct blob a, struct blob b)
{
	if (a.n + b.n > sizeof a.p)
		die("too many octets");
	memcpy(a.p + a.n, b.p, b.n);
	a.n += b.n;
	return a;
}

struct blob cut(struct blob a, size_t from, size_t n)
{
	return blob(a.p + from, n);
}

struct blob tlv(unsigned tag, struct blob in)
{
	uint8_t head[4] = { (uint8_t)tag, 0, 0, 0 };
	size_t n = 2;

	if (in.n < 0x80) {
		head[1] = (uint8_t)in.n;
	} else if (in.n < 0x100) {
		head[1] = 0x81;
		head[2] = (uint8_t)in.n;
		n = 3;
	} else {
		head[1] = 0x82;
		head[2] = (uint8_t)(in.n >> 8);
		head[3] = (uint8_t)in.n;
		n = 4;
	}
	return cat(blob(head, n), in);
}

struct blob bn_octets(const BIGNUM *v, size_t len)
{
	struct blob b = { 0 };

	b.n = len;
	if (len > sizeof b.p || BN_bn2binpad(v, b.p, (int)len) < 0)
		die("a number too large for its octets");
	return b;
}

struct blob der_uint(const BIGNUM *v)
{
	return tlv(0x02, bn_octets(v, (size_t)BN_num_bits(v) / 8 + 1));
}

struct blob spki(struct blob alg, struct blob key)
{
	return tlv(0x30, cat(alg, tlv(0x03, cat(BLOB("\0"), key))));
}

struct blob digest(const EVP_MD *md, struct blob in)
{
	struct blob out = { 0 };
	unsigned n;

	if (!EVP_Digest(in.p, in.n, out.p, &n, md, NULL))
		die("EVP_Digest");
	out.n = n;
	return out;
}

/* ---- the two verifiers -------------------------------------------------------------- */

struct how schemes[SCHEMES] = {
	[PSS256] = { .name = "rsa_pss_rsae_sha256", .scheme = TLS_PSS_RSAE_SHA256, .type = EVP_PKEY_RSA },
	[PSS384] = { .name = "rsa_pss_rsae_sha384", .scheme = TLS_PSS_RSAE_SHA384, .type = EVP_PKEY_RSA },
	[PSS512] = { .name = "rsa_pss_rsae_sha512", .scheme = TLS_PSS_RSAE_SHA512, .type = EVP_PKEY_RSA },
	[PSSK256] = { .name = "rsa_pss_pss_sha256", .scheme = TLS_PSS_PSS_SHA256, .type = EVP_PKEY_RSA_PSS },
	[PSSK384] = { .name = "rsa_pss_pss_sha384", .scheme = TLS_PSS_PSS_SHA384, .type = EVP_PKEY_RSA_PSS },
	[PSSK512] = { .name = "rsa_pss_pss_sha512", .scheme = TLS_PSS_PSS_SHA512, .type = EVP_PKEY_RSA_PSS },
	[P256] = { .name = "ecdsa_secp256r1_sha256", .scheme = TLS_ECDSA_P256_SHA256,
	    .type = EVP_PKEY_EC, .curve = NID_X9_62_prime256v1 },
	[P384] = { .name = "ecdsa_secp384r1_sha384", .scheme = TLS_ECDSA_P384_SHA384,
	    .type = EVP_PKEY_EC, .curve = NID_secp384r1 },
	[P521] = { .name = "ecdsa_secp521r1_sha512", .scheme = TLS_ECDSA_P521_SHA512,
	    .type = EVP_PKEY_EC, .curve = NID_secp521r1 },
	[ED] = { .name = "ed25519", .scheme = TLS_ED25519, .type = EVP_PKEY_ED25519 },
};

static void fill_schemes(void)
{
	const EVP_MD *md[3] = { EVP_sha256(), EVP_sha384(), EVP_sha512() };
	int i;

	for (i = PSS256; i <= P521; i++) {
		schemes[i].md = md[i % 3];
		schemes[i].mgf = i < P256 ? md[i % 3] : NULL; /* RFC 8446 4.2.3: the same hash */
		schemes[i].salt = i < P256 ? EVP_MD_get_size(md[i % 3]) : 0;
	}
}

/* Exact-size copies, so that the address sanitizer sees octet n. */
static uint8_t *copy(const struct blob *b)
{
	uint8_t *p = malloc(b->n + (b->n == 0));

	if (p == NULL)
		die("malloc");
	memcpy(p, b->p, b->n);
	return p;
}

static bool ours_by(const struct how *h, const struct tls_key *k, const uint8_t *msg, size_t len,
    const uint8_t *sig, size_t siglen)
{
	struct tls_der r = tls_der_init(h->alg.p, h->alg.n);
	struct tls_tlv alg;

	if (h->scheme != 0)
		return tls_scheme_verify(h->scheme, k, msg, len, sig, siglen);
	if (h->digested)
		return k->kind == TLS_KEY_EC && tls_ecdsa_verify(&k->br.key.ec, msg, len, sig, siglen);
	if (!tls_der_get(&r, DER_SEQUENCE, &alg))
		die("an algorithm that is none");
	return tls_sig_verify(&alg, msg, len, sig, siglen, k) == TLS_SIG_GOOD;
}

static bool ours(const struct how *h, const struct blob *key, const struct blob *msg,
    const struct blob *sig)
{
	uint8_t *k = copy(key), *m = copy(msg), *s = copy(sig);
	struct tls_key parsed;
	bool good = tls_key_parse(&parsed, k, key->n) &&
	    ours_by(h, &parsed, m, msg->n, s, sig->n);

	free(k);
	free(m);
	free(s);
	return good;
}

static EVP_PKEY *read_key(const struct blob *key)
{
	const unsigned char *p = key->p;
	EVP_PKEY *k = d2i_PUBKEY(NULL, &p, (long)key->n);

	if (k != NULL && p != key->p + key->n) {
		EVP_PKEY_free(k);
		k = NULL;
	}
	return k;
}

/* That of the last question is kept. */
static EVP_PKEY *their_key(const struct blob *key)
{
	static struct blob last;
	static EVP_PKEY *k;
	static bool any;

	if (any && last.n == key->n && memcmp(last.p, key->p, key->n) == 0)
		return k;
	EVP_PKEY_free(k);
	k = read_key(key);
	last = *key;
	any = true;
	return k;
}

/* RFC 8446 4.2.3: the kind of key, and the curve, belong to the scheme. */
static bool type_fits(const struct how *h, const EVP_PKEY *k)
{
	char name[64];
	int type = EVP_PKEY_get_base_id(k);

	if (type != h->type && !(h->scheme == 0 && h->mgf != NULL && type == EVP_PKEY_RSA_PSS))
		return false;
	return h->curve == 0 || (EVP_PKEY_get_group_name(k, name, sizeof name, NULL) == 1 &&
	    OBJ_sn2nid(name) == h->curve);
}

static bool set_padding(const struct how *h, EVP_PKEY_CTX *c)
{
	if (h->type != EVP_PKEY_RSA && h->type != EVP_PKEY_RSA_PSS)
		return true;
	if (h->mgf == NULL)
		return EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) > 0;
	return EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) > 0 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(c, h->mgf) > 0 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(c, h->salt) > 0;
}

static bool their_digested(EVP_PKEY *k, const struct blob *msg, const struct blob *sig)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(k, NULL);
	bool good = c != NULL && EVP_PKEY_verify_init(c) == 1 &&
	    EVP_PKEY_verify(c, sig->p, sig->n, msg->p, msg->n) == 1;

	EVP_PKEY_CTX_free(c);
	return good;
}

static bool theirs(const struct how *h, const struct blob *key, const struct blob *msg,
    const struct blob *sig)
{
	EVP_PKEY *k = their_key(key);
	EVP_PKEY_CTX *pc = NULL;
	EVP_MD_CTX *c;
	bool good;

	if (k == NULL || !type_fits(h, k))
		return false;
	if (h->digested)
		return their_digested(k, msg, sig);
	c = EVP_MD_CTX_new();
	good = c != NULL && EVP_DigestVerifyInit(c, &pc, h->md, NULL, k) == 1 && set_padding(h, pc) &&
	    EVP_DigestVerify(c, sig->p, sig->n, msg->p, msg->n) == 1;
	EVP_MD_CTX_free(c);
	ERR_clear_error();
	return good;
}

/* ---- questions and results ---------------------------------------------------------- */

static const char *group_name;
static unsigned asked, taken, differ, wrong, failed;
static char first[300];
static struct { const char *why; unsigned n; } unlikes[64];

static void note(const char *why)
{
	unsigned i;

	differ++;
	for (i = 0; i < COUNT(unlikes); i++) {
		if (unlikes[i].why == NULL)
			unlikes[i].why = why;
		if (strcmp(unlikes[i].why, why) == 0) {
			unlikes[i].n++;
			return;
		}
	}
	die("too many reasons");
}

static void print_hex(const char *name, const struct blob *b)
{
	size_t i;

	printf("#   %s ", name);
	for (i = 0; i < b->n; i++)
		printf("%02x", b->p[i]);
	putchar('\n');
}

static void complain(const char *what, const struct how *h, bool a, bool b, const struct blob *key,
    const struct blob *msg, const struct blob *sig)
{
	char line[300];

	snprintf(line, sizeof line, "%s: %s: %s here, %s by OpenSSL", h->name, what,
	    a ? "taken" : "refused", b ? "taken" : "refused");
	if (wrong++ == 0)
		memcpy(first, line, sizeof first);
	if (wrong > 5)
		return;
	printf("# %s: %s\n", group_name, line);
	print_hex("key", key);
	print_hex("message", msg);
	print_hex("signature", sig);
}

void edge(const char *what, enum want want, const char *unlike, const struct how *h,
    const struct blob *key, const struct blob *msg, const struct blob *sig)
{
	bool a = ours(h, key, msg, sig), b = theirs(h, key, msg, sig), good;

	asked++;
	taken += a;
	if (want == EITHER)
		good = true;
	else if (want == AGREE)
		good = a == b || (b && unlike != NULL);
	else
		good = a == (want == TAKE) && (a == b || unlike != NULL);
	if (!good)
		complain(what, h, a, b, key, msg, sig);
	else if (a != b)
		note(unlike);
}

void edge_own(const char *what, const struct how *h, const struct blob *key,
    const struct blob *msg, const struct blob *sig)
{
	/* PKCS #1, SHA-1, Ed448, Brainpool, SM2, none: not for CertificateVerify, or not known here */
	static const uint16_t others[] = { 0, 0x0201, 0x0203, 0x0401, 0x0501, 0x0601, 0x0808, 0x081a,
		0x0708, 0xffff };
	uint8_t *k = copy(key);
	struct tls_key parsed;
	unsigned i;

	for (i = 0; i < SCHEMES; i++)
		edge(what, &schemes[i] == h ? TAKE : REFUSE, NULL, &schemes[i], key, msg, sig);
	if (!tls_key_parse(&parsed, k, key->n))
		die("a good key does not parse");
	for (i = 0; i < COUNT(others); i++) {
		asked++;
		if (tls_scheme_verify(others[i], &parsed, msg->p, msg->n, sig->p, sig->n))
			complain("a scheme that is not for it", h, true, false, key, msg, sig);
	}
	free(k);
}

/* ---- random changes ----------------------------------------------------------------- */

static struct blob change(struct blob b)
{
	if (b.n > 0)
		b.p[rnd() % b.n] ^= (uint8_t)(1 + rnd() % 255);
	return b;
}

/* An octet more or less, somewhere. */
static struct blob stretch(struct blob b)
{
	size_t at = rnd() % (b.n + 1);

	if (rnd() % 2 == 0 || at == b.n)
		return cat(cat(cut(b, 0, at), rnd_octets(1)), cut(b, at, b.n - at));
	return cat(cut(b, 0, at), cut(b, at + 1, b.n - at - 1));
}

const char edge_short[] = "RSA signature without its leading zero octets: RFC 8017 section 8.1.2 "
    "step 1 refuses it, OpenSSL takes the number";

/* Is it in the NULL behind the rsaEncryption of a key that these differ? */
static bool null_changed(const struct how *h, const struct blob *a, const struct blob *b)
{
	size_t at = 2 + (a->p[1] >= 0x80 ? a->p[1] & 0x7f : 0) + 13;

	return h->type == EVP_PKEY_RSA && memcmp(a->p + at, b->p + at, 2) != 0;
}

static const char PARAMS[] = "rsaEncryption with parameters that are not NULL (RFC 4055 section 1.2): not looked "
    "at here, for they say nothing; OpenSSL wants DER of them; the modulus and exponent are the same";

void edge_random(const struct how *h, const struct blob *key, const struct blob *msg,
    const struct blob *sig)
{
	bool rsa = h->type == EVP_PKEY_RSA || h->type == EVP_PKEY_RSA_PSS;
	unsigned long i;
	struct blob b;

	edge("good", TAKE, NULL, h, key, msg, sig);
	for (i = 0; i < 20 * rounds; i++) {
		b = change(*sig);
		edge("an octet of the signature changed", AGREE, NULL, h, key, msg, &b);
		if (i % 4 == 0) {
			b = change(*msg);
			edge("an octet of the message changed", REFUSE, NULL, h, key, &b, sig);
			b = stretch(*sig);
			edge("an octet more or less", AGREE, rsa && b.n < sig->n ? edge_short : NULL, h, key, msg, &b);
		}
		if (i % 2 == 0) {
			b = change(*key);
			if (null_changed(h, key, &b))
				edge("an octet of the NULL changed", EITHER, PARAMS, h, &b, msg, sig);
			else
				edge("an octet of the key changed", AGREE, NULL, h, &b, msg, sig);
		}
	}
}

/* ---- groups ------------------------------------------------------------------------- */

void group(const char *name)
{
	group_name = name;
	asked = taken = differ = wrong = 0;
}

void group_end(void)
{
	if (wrong == 0 && taken > 0 && taken < asked)
		printf("ok sig-edge %s (%u signatures, %u taken, %u apart from OpenSSL)\n", group_name, asked,
		    taken, differ);
	else if (wrong == 0)
		printf("not ok sig-edge %s: all %u the same\n", group_name, asked);
	else
		printf("not ok sig-edge %s: %u of %u, first: %s\n", group_name, wrong, asked, first);
	failed += wrong != 0 || taken == 0 || taken == asked;
	fflush(stdout);
}

static void tell_unlikes(void)
{
	unsigned i;

	printf("# where OpenSSL said otherwise, and may:\n");
	for (i = 0; i < COUNT(unlikes) && unlikes[i].why != NULL; i++)
		printf("# %6u  %s\n", unlikes[i].n, unlikes[i].why);
}

int main(int argc, char **argv)
{
	static RAND_METHOD chance = { NULL, fill, NULL, NULL, fill, seeded };
	int i;

	state = 20261124;
	for (i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "-n") == 0)
			rounds = strtoul(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "-seed") == 0)
			state = strtoull(argv[i + 1], NULL, 10);
		else
			break;
	}
	if (i != argc || rounds == 0) {
		fprintf(stderr, "usage: sig-edge [-n FACTOR] [-seed N]\n");
		return 2;
	}
	bnctx = BN_CTX_new();
	if (bnctx == NULL || RAND_set_rand_method(&chance) != 1)
		die("RAND_set_rand_method");
	fill_schemes();
	edge_rsa();
	edge_ec();
	edge_ed();
	tell_unlikes();
	return failed != 0;
}
