/* SPDX-License-Identifier: ISC */
/* Unit tests of tls/key.c, tls/pss.c and tls/sig.c: each check of a signature, with what it rejects. */
#define VEC_DIR "pki"
#include "tests/tls_vectors.h"
#include "tls/x509.h"

static struct tls_chain chain, other;
static struct tls_x509 cert, issuer;

static enum tls_sig sig(const char *name, const char *by)
{
	vec_chain(&chain, name);
	vec_chain(&other, by);
	assert_int_equal(tls_x509_parse(&cert, chain.der, chain.len[0]), 0);
	assert_int_equal(tls_x509_parse(&issuer, other.der, other.len[0]), 0);
	return tls_x509_verify(&cert, &issuer.pub);
}

/* The last octet of each signature changed, and its first: never good. */
static void good(const char *name, const char *by)
{
	uint8_t *s;

	if (sig(name, by) != TLS_SIG_GOOD)
		fail_msg("%s by %s: %d", name, by, (int)sig(name, by));
	s = (uint8_t *)cert.signature.val;
	s[cert.signature.len - 1] ^= 1;
	assert_int_equal(tls_x509_verify(&cert, &issuer.pub), TLS_SIG_BAD);
	s[cert.signature.len - 1] ^= 1;
	s[0] ^= 1;
	assert_int_equal(tls_x509_verify(&cert, &issuer.pub), TLS_SIG_BAD);
	s[0] ^= 1;
	((uint8_t *)cert.tbs.val)[20] ^= 1;
	assert_int_equal(tls_x509_verify(&cert, &issuer.pub), TLS_SIG_BAD);
}

/* ---- PKCS #1, ECDSA, Ed25519 -------------------------------------------------------- */

static void rfc8017_8_2_pkcs1(void **state)
{
	(void)state;
	good("rsa2048-leaf", "rsa2048-root");
	good("rsa-sha384-leaf", "rsa2048-root");
	good("rsa-sha512-leaf", "rsa2048-root");
	good("rsa4096-leaf", "rsa4096-root");
	good("rsa1024-leaf", "rsa1024-root");
	assert_int_equal(sig("rsa2048-leaf", "rsa4096-root"), TLS_SIG_BAD);
	assert_int_equal(sig("rsa2048-leaf", "ec256-root"), TLS_SIG_BAD);
}

static void rsa_sizes(void **state)
{
	(void)state;
	assert_int_equal(sig("rsa4104-leaf", "rsa4104-root"), TLS_SIG_LARGE);
	assert_int_equal(sig("rsa1024-leaf", "rsa1024-root"), TLS_SIG_GOOD);
	issuer.pub.bits = 1023;
	assert_int_equal(tls_x509_verify(&cert, &issuer.pub), TLS_SIG_WEAK);
}

static void rsa_exponents(void **state)
{
	static unsigned char one[] = { 1 }, nine[9] = { 1, 0, 0, 0, 0, 0, 0, 0, 1 };

	(void)state;
	assert_int_equal(sig("rsa2048-leaf", "rsa2048-root"), TLS_SIG_GOOD);
	issuer.pub.rsa.e = one;
	issuer.pub.rsa.elen = 1;
	assert_int_equal(tls_x509_verify(&cert, &issuer.pub), TLS_SIG_WEAK);
	issuer.pub.rsa.e = nine;
	issuer.pub.rsa.elen = 9;
	assert_int_equal(tls_x509_verify(&cert, &issuer.pub), TLS_SIG_LARGE);
}

static void rfc5758_3_2_ecdsa(void **state)
{
	static const char *const b[] = { "256", "384", "521" }, *const h[] = { "256", "384", "512" };
	char leaf[64], root[64];
	unsigned i, j;

	(void)state;
	for (i = 0; i < 3; i++) {
		for (j = 0; j < 3; j++) {
			snprintf(leaf, sizeof leaf, "ec%s-sha%s-leaf", b[i], h[j]);
			snprintf(root, sizeof root, "ec%s-root", b[i]);
			good(leaf, root);
		}
	}
	assert_int_equal(sig("ec256-sha256-leaf", "ec384-root"), TLS_SIG_BAD);
	assert_int_equal(sig("ec-sha1-leaf", "ec256-root"), TLS_SIG_WEAK);
}

static void rfc3279_2_2_3_ecdsa_signature_is_der(void **state)
{
	uint8_t long_form[80];
	size_t n;

	(void)state;
	assert_int_equal(sig("ec256-sha256-leaf", "ec256-root"), TLS_SIG_GOOD);
	n = cert.signature.len;
	assert_true(n < 76);
	long_form[0] = 0x30;
	long_form[1] = 0x81; /* the same numbers, a length that is not DER */
	memcpy(long_form + 2, cert.signature.val + 1, n - 1);
	assert_int_equal(tls_sig_verify(&cert.sig_alg, cert.tbs.all, cert.tbs.all_len, long_form, n + 1,
	    &issuer.pub), TLS_SIG_BAD);
	memcpy(long_form, cert.signature.val, n);
	long_form[n] = 0; /* and a rest */
	assert_int_equal(tls_sig_verify(&cert.sig_alg, cert.tbs.all, cert.tbs.all_len, long_form, n + 1,
	    &issuer.pub), TLS_SIG_BAD);
	assert_int_equal(tls_sig_verify(&cert.sig_alg, cert.tbs.all, cert.tbs.all_len, long_form, n,
	    &issuer.pub), TLS_SIG_GOOD);
}

/* With a hash of 0 that r, and any s, would be good for BearSSL, by every key. */
static void x962_r_and_s_are_not_zero(void **state)
{
	static const uint8_t r[] = { 0x30, 6, 2, 1, 0, 2, 1, 1 }, s[] = { 0x30, 6, 2, 1, 1, 2, 1, 0 };
	static const uint8_t both[] = { 0x30, 6, 2, 1, 0, 2, 1, 0 };
	static const unsigned char hash[64];
	static const char *const by[] = { "ec256-root", "ec384-root", "ec521-root" };
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		(void)sig("ec256-sha256-leaf", by[i]);
		assert_int_equal(issuer.pub.kind, TLS_KEY_EC);
		assert_false(tls_ecdsa_verify(&issuer.pub.br.key.ec, hash, 32, r, sizeof r));
		assert_false(tls_ecdsa_verify(&issuer.pub.br.key.ec, hash, 64, r, sizeof r));
		assert_false(tls_ecdsa_verify(&issuer.pub.br.key.ec, hash, 32, s, sizeof s));
		assert_false(tls_ecdsa_verify(&issuer.pub.br.key.ec, hash, 32, both, sizeof both));
	}
}

static void rfc8410_ed25519(void **state)
{
	uint8_t longer[65] = { 0 };

	(void)state;
	good("ed-leaf", "ed-int");
	good("ed-int", "ed-root");
	good("ed-edleaf", "ed-int");
	assert_int_equal(sig("ed-leaf", "ed-root"), TLS_SIG_BAD);
	assert_int_equal(sig("ed-leaf", "ec256-root"), TLS_SIG_BAD);
	assert_int_equal(sig("rsa2048-leaf", "ed-root"), TLS_SIG_BAD);
	assert_int_equal(sig("ed-int", "ed-root"), TLS_SIG_GOOD);
	memcpy(longer, cert.signature.val, 64);
	assert_int_equal(tls_sig_verify(&cert.sig_alg, cert.tbs.all, cert.tbs.all_len, longer, 65,
	    &issuer.pub), TLS_SIG_BAD);
	assert_int_equal(tls_sig_verify(&cert.sig_alg, cert.tbs.all, cert.tbs.all_len, longer, 63,
	    &issuer.pub), TLS_SIG_BAD);
}

/* ---- parameters ------------------------------------------------------------------------ */

/* Verify cert with another AlgorithmIdentifier outside. */
static enum tls_sig with_alg(const void *der, size_t n)
{
	struct tls_der r = tls_der_init(der, n);
	struct tls_tlv alg;

	assert_true(tls_der_get(&r, DER_SEQUENCE, &alg));
	return tls_sig_verify(&alg, cert.tbs.all, cert.tbs.all_len, cert.signature.val,
	    cert.signature.len, &issuer.pub);
}
#define ALG(s) with_alg(s, sizeof s - 1)

static void rfc4055_5_rsa_parameters_null_or_absent(void **state)
{
	(void)state;
	assert_int_equal(sig("rsa2048-leaf", "rsa2048-root"), TLS_SIG_GOOD);
	assert_int_equal(ALG("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"), TLS_SIG_GOOD);
	assert_int_equal(ALG("\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"), TLS_SIG_GOOD);
	assert_int_equal(ALG("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x04\x00"), TLS_SIG_PARAMS);
	assert_int_equal(ALG("\x30\x0e\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x01\x00"), TLS_SIG_PARAMS);
	assert_int_equal(ALG("\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00\x05\x00"), TLS_SIG_PARAMS);
	assert_int_equal(ALG("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c\x05\x00"), TLS_SIG_BAD);
	assert_int_equal(ALG("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04\x05\x00"), TLS_SIG_WEAK);
	assert_int_equal(ALG("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05\x05\x00"), TLS_SIG_WEAK);
	assert_int_equal(ALG("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x7b\x05\x00"), TLS_SIG_UNSUPPORTED);
}

static void rfc8410_3_no_parameters(void **state)
{
	(void)state;
	assert_int_equal(sig("ed-leaf", "ed-int"), TLS_SIG_GOOD);
	assert_int_equal(ALG("\x30\x05\x06\x03\x2b\x65\x70"), TLS_SIG_GOOD);
	assert_int_equal(ALG("\x30\x07\x06\x03\x2b\x65\x70\x05\x00"), TLS_SIG_PARAMS);
}

static void rfc5758_3_2_ecdsa_parameters(void **state)
{
	(void)state;
	assert_int_equal(sig("ec256-sha256-leaf", "ec256-root"), TLS_SIG_GOOD);
	assert_int_equal(ALG("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"), TLS_SIG_GOOD);
	assert_int_equal(ALG("\x30\x0e\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02\x30\x02\x05\x00"), TLS_SIG_PARAMS);
}

#define PSS_OID "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
#define H256 "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00"
#define H256N "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define MGF256 "\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08" H256

static void rfc4055_3_1_parameters(void **state)
{
	(void)state;
	assert_int_equal(sig("pss-256-leaf", "rsa2048-root"), TLS_SIG_GOOD);
	/* with and without the NULL of the hash, with the trailer spelled out */
	assert_int_equal(ALG("\x30\x41" PSS_OID "\x30\x34\xa0\x0f" H256 "\xa1\x1c" MGF256
	    "\xa2\x03\x02\x01\x20"), TLS_SIG_GOOD);
	assert_int_equal(ALG("\x30\x3f" PSS_OID "\x30\x32\xa0\x0d" H256N "\xa1\x1c" MGF256
	    "\xa2\x03\x02\x01\x20"), TLS_SIG_GOOD);
	assert_int_equal(ALG("\x30\x46" PSS_OID "\x30\x39\xa0\x0f" H256 "\xa1\x1c" MGF256
	    "\xa2\x03\x02\x01\x20\xa3\x03\x02\x01\x01"), TLS_SIG_GOOD);
}

static void rfc4055_3_1_parameters_refused(void **state)
{
	(void)state;
	assert_int_equal(sig("pss-256-leaf", "rsa2048-root"), TLS_SIG_GOOD);
	assert_int_equal(ALG("\x30\x0b" PSS_OID), TLS_SIG_PARAMS);                 /* absent */
	assert_int_equal(ALG("\x30\x0d" PSS_OID "\x05\x00"), TLS_SIG_PARAMS);      /* NULL */
	assert_int_equal(ALG("\x30\x0d" PSS_OID "\x30\x00"), TLS_SIG_WEAK);        /* all SHA-1 */
	assert_int_equal(ALG("\x30\x46" PSS_OID "\x30\x39\xa0\x0f" H256 "\xa1\x1c" MGF256
	    "\xa2\x03\x02\x01\x20\xa3\x03\x02\x01\x02"), TLS_SIG_PARAMS);             /* trailer 2 */
	assert_int_equal(ALG("\x30\x41" PSS_OID "\x30\x34\xa0\x0f" H256 "\xa1\x1c" MGF256
	    "\xa2\x03\x02\x01\x1f"), TLS_SIG_BAD);                                    /* another salt */
	assert_int_equal(ALG("\x30\x41" PSS_OID "\x30\x34\xa0\x0f" H256 "\xa1\x1c" MGF256
	    "\xa2\x03\x02\x01\xff"), TLS_SIG_PARAMS);                                 /* negative */
	assert_int_equal(ALG("\x30\x42" PSS_OID "\x30\x35\xa0\x0f" H256 "\xa1\x1c" MGF256
	    "\xa2\x04\x02\x02\x01\x00"), TLS_SIG_BAD);                                /* no room */
	assert_int_equal(ALG("\x30\x41" PSS_OID "\x30\x34\xa1\x1c" MGF256 "\xa0\x0f" H256
	    "\xa2\x03\x02\x01\x20"), TLS_SIG_PARAMS);                                 /* order */
	assert_int_equal(ALG("\x30\x43" PSS_OID "\x30\x34\xa0\x0f" H256 "\xa1\x1c" MGF256
	    "\xa2\x03\x02\x01\x20\x05\x00"), TLS_SIG_PARAMS);                         /* a rest */
	assert_int_equal(ALG("\x30\x43" PSS_OID "\x30\x36\xa0\x11" H256 "\x05\x00\xa1\x1c" MGF256
	    "\xa2\x03\x02\x01\x20"), TLS_SIG_PARAMS);                                 /* in [0] */
}

/* ---- PSS ------------------------------------------------------------------------------- */

static void rfc8017_8_1_2_pss(void **state)
{
	(void)state;
	good("pss-256-leaf", "rsa2048-root");
	good("pss-384-leaf", "rsa2048-root");
	good("pss-512-leaf", "rsa2048-root");
	good("pss-salt0-leaf", "rsa2048-root");
	good("pss-salt20-leaf", "rsa2048-root");
	good("pss-max-leaf", "rsa2048-root");
	good("pss-mixed-leaf", "rsa2048-root");
	good("pss-leaf", "pss-int");
	assert_int_equal(sig("pss-256-leaf", "rsa4096-root"), TLS_SIG_BAD);
	assert_int_equal(sig("pss-256-leaf", "psskey-root"), TLS_SIG_BAD);
	assert_int_equal(sig("pss-256-leaf", "ec256-root"), TLS_SIG_BAD);
}

static void rfc4055_hashes_that_do_not_count(void **state)
{
	(void)state;
	assert_int_equal(sig("pss-sha1-leaf", "rsa2048-root"), TLS_SIG_WEAK);
	assert_int_equal(sig("pss-mgfsha1-leaf", "rsa2048-root"), TLS_SIG_WEAK);
	assert_int_equal(sig("pss-sha224-leaf", "rsa2048-root"), TLS_SIG_UNSUPPORTED);
}

static void rfc4055_1_2_pss_key_is_for_pss_alone(void **state)
{
	(void)state;
	good("psskey-leaf", "psskey-root");
	assert_int_equal(issuer.pub.kind, TLS_KEY_RSA_PSS);
	assert_false(issuer.pub.limited);
	assert_int_equal(issuer.key.key_type, 0); /* and not for TLS with BearSSL */
	assert_int_equal(sig("rsa2048-leaf", "rsa2048-root"), TLS_SIG_GOOD);
	issuer.pub.kind = TLS_KEY_RSA_PSS;
	assert_int_equal(tls_x509_verify(&cert, &issuer.pub), TLS_SIG_LIMITED);
}

static void rfc4055_3_3_key_with_parameters(void **state)
{
	(void)state;
	good("psslim-leaf", "psslim-root");
	assert_true(issuer.pub.limited);
	assert_int_equal(issuer.pub.pss.salt, 32);
	assert_ptr_equal(issuer.pub.pss.hash, &br_sha384_vtable);
	assert_int_equal(sig("psslim-leaf", "psslim-root"), TLS_SIG_GOOD);
	issuer.pub.pss.salt = 48;
	assert_int_equal(tls_x509_verify(&cert, &issuer.pub), TLS_SIG_GOOD);
	issuer.pub.pss.salt = 49;
	assert_int_equal(tls_x509_verify(&cert, &issuer.pub), TLS_SIG_LIMITED);
	issuer.pub.pss.salt = 32;
	issuer.pub.pss.hash = &br_sha256_vtable;
	assert_int_equal(tls_x509_verify(&cert, &issuer.pub), TLS_SIG_LIMITED);
	issuer.pub.pss.hash = &br_sha384_vtable;
	issuer.pub.pss.mgf = &br_sha256_vtable;
	assert_int_equal(tls_x509_verify(&cert, &issuer.pub), TLS_SIG_LIMITED);
}

/* ---- EMSA-PSS-VERIFY, RFC 8017 section 9.1.2, check by check ------------------------------- */

/*
 * With the exponent 1 the public operation does nothing, so the signature is the encoded message
 * itself: EM with any one thing wrong can be made here.
 */
static uint8_t em[256], modulus[256];
static const unsigned char mhash[32] = { 1, 2, 3 };
static struct tls_pss par = { &br_sha256_vtable, &br_sha256_vtable, 32 };

static void xor_mask(void)
{
	br_sha256_context h;
	uint8_t ctr[4] = { 0 }, block[32];
	unsigned i, n;

	for (n = 0; n < 223; n += 32, ctr[3]++) {
		br_sha256_init(&h);
		br_sha256_update(&h, em + 223, 32);
		br_sha256_update(&h, ctr, 4);
		br_sha256_out(&h, block);
		for (i = 0; i < 32 && n + i < 223; i++)
			em[n + i] ^= block[i];
	}
}

/* DB = zeros, 01 at `one`, salt; then H, and the mask over DB. */
static void encode(void)
{
	static const uint8_t zero[8];
	br_sha256_context h;
	unsigned i;

	memset(em, 0, sizeof em);
	em[190] = 1;
	for (i = 191; i < 223; i++)
		em[i] = (uint8_t)i;
	br_sha256_init(&h);
	br_sha256_update(&h, zero, 8);
	br_sha256_update(&h, mhash, 32);
	br_sha256_update(&h, em + 191, 32);
	br_sha256_out(&h, em + 223);
	em[255] = 0xbc;
	xor_mask();
	em[0] &= 0x7f;
}

static bool verify(void)
{
	static unsigned char e[] = { 1 };
	br_rsa_public_key pk = { modulus, sizeof modulus, e, 1 };

	memset(modulus, 0xff, sizeof modulus);
	return tls_pss_verify(&pk, 2048, &par, mhash, em, sizeof em);
}

/* Change DB under the mask. */
static bool with_db(unsigned at, uint8_t flip)
{
	encode();
	em[at] ^= flip; /* the mask is an exclusive or */
	return verify();
}

static void rfc8017_9_1_2_good(void **state)
{
	(void)state;
	encode();
	assert_true(verify());
}

static void rfc8017_9_1_2_step_3_too_short(void **state)
{
	(void)state;
	encode();
	par.salt = 256 - 32 - 1;
	assert_false(verify());
	par.salt = UINT32_MAX;
	assert_false(verify());
	par.salt = 32;
}

static void rfc8017_9_1_2_step_4_trailer(void **state)
{
	(void)state;
	encode();
	em[255] = 0xcc;
	assert_false(verify());
	em[255] = 0xbd;
	assert_false(verify());
}

static void rfc8017_9_1_2_step_6_top_bits(void **state)
{
	(void)state;
	encode();
	em[0] |= 0x80;
	assert_false(verify());
}

static void rfc8017_9_1_2_step_10_padding(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < 190; i++)
		assert_false(with_db(i, 0x10));
	assert_false(with_db(190, 1)); /* no 01 */
	assert_false(with_db(190, 2)); /* 03 */
	par.salt = 31;                 /* 01 not where the salt length says */
	encode();
	assert_false(verify());
	par.salt = 33;
	assert_false(verify());
	par.salt = 32;
}

static void rfc8017_9_1_2_step_14_hash(void **state)
{
	unsigned i;

	(void)state;
	for (i = 191; i < 223; i++) /* salt */
		assert_false(with_db(i, 1));
	for (i = 223; i < 255; i++) /* H itself */
		assert_false(with_db(i, 1));
}

static void rfc8017_8_1_2_step_1_length(void **state)
{
	static unsigned char e[] = { 1 };
	br_rsa_public_key pk = { modulus, sizeof modulus, e, 1 };

	(void)state;
	encode();
	assert_true(verify());
	assert_false(tls_pss_verify(&pk, 2048, &par, mhash, em, 255));
	assert_false(tls_pss_verify(&pk, 2048, &par, mhash, em + 1, 255));
	assert_false(tls_pss_verify(&pk, 2048, &par, mhash, em, 0));
}

static void rfc8017_8_1_2_step_2_signature_over_the_modulus(void **state)
{
	static unsigned char e[] = { 1 };
	br_rsa_public_key pk = { modulus, sizeof modulus, e, 1 };

	(void)state;
	encode();
	assert_true(verify());
	modulus[0] = 0; /* now smaller than EM; still odd */
	modulus[1] = 0;
	assert_false(tls_pss_verify(&pk, 2048, &par, mhash, em, sizeof em));
}

/* A modulus of 2049 bits: EM is an octet shorter than it, and has no top bits to clear. */
static void rfc8017_8_1_2_step_2_c_modulus_of_8n_plus_1_bits(void **state)
{
	static unsigned char e[] = { 1 }, n[257], s[257];
	br_rsa_public_key pk = { n, sizeof n, e, 1 };
	uint8_t top;

	(void)state;
	memset(n, 0xff, sizeof n);
	n[0] = 1;
	encode();
	xor_mask(); /* 2048 bits of EM: the top bit is of use */
	em[0] = 0;
	xor_mask();
	memcpy(s + 1, em, sizeof em);
	top = s[1];
	assert_true(tls_pss_verify(&pk, 2049, &par, mhash, s, sizeof s));
	s[1] = top ^ 0x80;
	assert_false(tls_pss_verify(&pk, 2049, &par, mhash, s, sizeof s));
	s[1] = top;
	s[0] = 1; /* below the modulus, the low octets those of a good EM */
	assert_true(memcmp(s, n, sizeof s) < 0);
	assert_false(tls_pss_verify(&pk, 2049, &par, mhash, s, sizeof s));
}

/* ---- keys ------------------------------------------------------------------------------- */

static void rfc8410_4_key(void **state)
{
	static uint8_t spki[] = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"
	    "0123456789abcdef0123456789abcdef";
	static const uint8_t with_null[] = "\x30\x2c\x30\x07\x06\x03\x2b\x65\x70\x05\x00\x03\x21\x00"
	    "0123456789abcdef0123456789abcdef";
	static const uint8_t brief[] = "\x30\x09\x30\x05\x06\x03\x2b\x65\x70\x03\x00";
	struct tls_key k;

	(void)state;
	assert_true(tls_key_parse(&k, spki, 44));
	assert_int_equal(k.kind, TLS_KEY_ED25519);
	assert_memory_equal(k.ed, "0123456789abcdef0123456789abcdef", 32);
	assert_int_equal(k.br.key_type, 0);
	assert_true(tls_key_parse(&k, with_null, 46));
	assert_int_equal(k.kind, TLS_KEY_OTHER);
	assert_false(tls_key_parse(&k, brief, 11));
	spki[1] = 0x29;
	assert_false(tls_key_parse(&k, spki, 44));
}

static void unknown_keys_parse_and_verify_nothing(void **state)
{
	struct tls_key k;
	static const uint8_t dsa[] = "\x30\x10\x30\x09\x06\x07\x2a\x86\x48\xce\x38\x04\x01\x03\x03\x00\x02\x00";

	(void)state;
	assert_true(tls_key_parse(&k, dsa, 18));
	assert_int_equal(k.kind, TLS_KEY_OTHER);
	assert_string_equal(k.type, "unknown");
	(void)sig("rsa2048-leaf", "rsa2048-root");
	assert_int_equal(tls_x509_verify(&cert, &k), TLS_SIG_UNSUPPORTED);
}

static void key_kinds(void **state)
{
	(void)state;
	(void)sig("psskey-leaf", "psskey-root");
	assert_string_equal(issuer.key_type, "RSA-PSS");
	assert_int_equal(issuer.key_bits, 2048);
	(void)sig("ed-edleaf", "ed-int");
	assert_string_equal(cert.key_type, "Ed25519");
	(void)sig("rsa4104-leaf", "rsa4104-root");
	assert_int_equal(issuer.key_bits, 4104);
	assert_int_equal(issuer.key.key_type, BR_KEYTYPE_RSA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc8017_8_2_pkcs1),
		cmocka_unit_test(rsa_sizes),
		cmocka_unit_test(rsa_exponents),
		cmocka_unit_test(rfc5758_3_2_ecdsa),
		cmocka_unit_test(rfc3279_2_2_3_ecdsa_signature_is_der),
		cmocka_unit_test(x962_r_and_s_are_not_zero),
		cmocka_unit_test(rfc8410_ed25519),
		cmocka_unit_test(rfc4055_5_rsa_parameters_null_or_absent),
		cmocka_unit_test(rfc8410_3_no_parameters),
		cmocka_unit_test(rfc5758_3_2_ecdsa_parameters),
		cmocka_unit_test(rfc4055_3_1_parameters),
		cmocka_unit_test(rfc4055_3_1_parameters_refused),
		cmocka_unit_test(rfc8017_8_1_2_pss),
		cmocka_unit_test(rfc4055_hashes_that_do_not_count),
		cmocka_unit_test(rfc4055_1_2_pss_key_is_for_pss_alone),
		cmocka_unit_test(rfc4055_3_3_key_with_parameters),
		cmocka_unit_test(rfc8017_9_1_2_good),
		cmocka_unit_test(rfc8017_9_1_2_step_3_too_short),
		cmocka_unit_test(rfc8017_9_1_2_step_4_trailer),
		cmocka_unit_test(rfc8017_9_1_2_step_6_top_bits),
		cmocka_unit_test(rfc8017_9_1_2_step_10_padding),
		cmocka_unit_test(rfc8017_9_1_2_step_14_hash),
		cmocka_unit_test(rfc8017_8_1_2_step_1_length),
		cmocka_unit_test(rfc8017_8_1_2_step_2_signature_over_the_modulus),
		cmocka_unit_test(rfc8017_8_1_2_step_2_c_modulus_of_8n_plus_1_bits),
		cmocka_unit_test(rfc8410_4_key),
		cmocka_unit_test(unknown_keys_parse_and_verify_nothing),
		cmocka_unit_test(key_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
