/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of dns/crypto.c: every algorithm accepts what tests/signer.c signed and nothing
 * else; digests and NSEC3 hashes against the vectors of the RFCs; keys of odd shapes.
 */
#include "dns/crypto.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/signer.h"

static const uint8_t text[] = "what is signed";
static struct sg_key key;
static uint8_t sig[512];
static size_t siglen;

/* Everything in exact-size heap copies: a sanitizer sees one octet too many. */
static enum dns_crypto verify(unsigned alg, size_t klen, size_t slen)
{
	uint8_t *k = malloc(klen ? klen : 1), *s = malloc(slen ? slen : 1);
	enum dns_crypto r;

	memcpy(k, key.rd + 4, klen);
	memcpy(s, sig, slen);
	r = dns_crypto_verify(alg, k, klen, s, slen, text, sizeof text);
	free(k);
	free(s);
	return r;
}

static void one_algorithm(unsigned alg, unsigned bits)
{
	size_t klen;
	unsigned i;

	sg_key_make(&key, alg, 256, bits);
	klen = key.rdlen - 4u;
	siglen = sg_sign_raw(&key, text, sizeof text, sig);
	assert_int_equal(verify(alg, klen, siglen), DNS_CRYPTO_GOOD);
	for (i = 0; i < siglen; i += siglen / 16) {
		sig[i] ^= 1;
		assert_int_equal(verify(alg, klen, siglen), DNS_CRYPTO_BAD);
		sig[i] ^= 1;
	}
	for (i = 0; i < siglen; i += 7) /* any shorter signature */
		assert_int_equal(verify(alg, klen, i), DNS_CRYPTO_BAD);
	sig[siglen] = 0;
	assert_int_equal(verify(alg, klen, siglen + 1), DNS_CRYPTO_BAD);
	for (i = 0; i < klen; i += 5) /* any shorter key */
		assert_int_equal(verify(alg, i, siglen), DNS_CRYPTO_BAD);
	key.rd[4 + klen - 2] ^= 0x10;
	assert_int_equal(verify(alg, klen, siglen), DNS_CRYPTO_BAD);
	key.rd[4 + klen - 2] ^= 0x10;
	assert_int_equal(dns_crypto_verify(alg, key.rd + 4, klen, sig, siglen, text, sizeof text - 1),
	    DNS_CRYPTO_BAD);
	assert_int_equal(verify(alg, klen, siglen), DNS_CRYPTO_GOOD);
}

static void rfc5702_rsasha256(void **state)
{
	(void)state;
	one_algorithm(8, 1024);
	assert_int_equal(verify(10, key.rdlen - 4u, siglen), DNS_CRYPTO_BAD); /* another hash */
	assert_int_equal(verify(5, key.rdlen - 4u, siglen), DNS_CRYPTO_BAD);
}

static void rfc5702_rsasha512(void **state)
{
	(void)state;
	one_algorithm(10, 1280);
}

static void rfc3110_rsasha1(void **state)
{
	(void)state;
	one_algorithm(5, 1024);
	assert_int_equal(verify(7, key.rdlen - 4u, siglen), DNS_CRYPTO_GOOD); /* RFC 5155 section 2 */
}

static void rfc6605_p256(void **state)
{
	(void)state;
	one_algorithm(13, 0);
}

static void rfc6605_p384(void **state)
{
	(void)state;
	one_algorithm(14, 0);
}

static void rfc8080_ed25519(void **state)
{
	(void)state;
	one_algorithm(15, 0);
}

static void rfc6605_zero_signature(void **state)
{
	(void)state;
	sg_key_make(&key, 13, 256, 0);
	memset(sig, 0, sizeof sig);
	assert_int_equal(verify(13, 64, 64), DNS_CRYPTO_BAD);
	memset(key.rd + 4, 0, 64); /* not on the curve */
	assert_int_equal(verify(13, 64, 64), DNS_CRYPTO_BAD);
}

static void rfc8080_small_order_key(void **state)
{
	(void)state;
	memset(key.rd, 0, sizeof key.rd);
	memset(sig, 0, sizeof sig);
	key.rd[4] = sig[0] = 1; /* A = R = the neutral element, S = 0: verifies anything if let in */
	assert_int_equal(verify(15, 32, 64), DNS_CRYPTO_BAD);
}

static void unknown_algorithms_unsupported(void **state)
{
	static const unsigned algs[] = { 0, 1, 2, 3, 4, 6, 9, 11, 12, 16, 17, 23, 252, 253, 254, 255 };
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof algs / sizeof algs[0]; i++) {
		assert_int_equal(verify(algs[i], 32, 64), DNS_CRYPTO_UNSUPPORTED);
		assert_false(dns_crypto_alg_ok(algs[i], false));
		assert_false(dns_crypto_alg_ok(algs[i], true));
	}
}

static void rfc9905_sha1_only_when_weak(void **state)
{
	(void)state;
	assert_false(dns_crypto_alg_ok(5, false));
	assert_false(dns_crypto_alg_ok(7, false));
	assert_true(dns_crypto_alg_ok(5, true));
	assert_true(dns_crypto_alg_ok(7, true));
	assert_true(dns_crypto_alg_ok(8, false));
	assert_false(dns_crypto_digest_ok(1, false));
	assert_true(dns_crypto_digest_ok(1, true));
	assert_true(dns_crypto_digest_ok(2, false));
	assert_true(dns_crypto_digest_ok(4, false));
	assert_false(dns_crypto_digest_ok(0, true));
	assert_false(dns_crypto_digest_ok(3, true)); /* GOST: not built in */
	assert_false(dns_crypto_digest_ok(5, true));
}

static void rsa_sizes(void **state)
{
	(void)state;
	sg_key_make(&key, 8, 256, 1024);
	assert_int_equal(dns_crypto_key_bits(8, key.rd + 4, key.rdlen - 4u), 1024);
	assert_false(dns_crypto_key_small(8, key.rd + 4, key.rdlen - 4u));
	sg_key_make(&key, 8, 256, 1016);
	assert_int_equal(dns_crypto_key_bits(8, key.rd + 4, key.rdlen - 4u), 1016);
	assert_true(dns_crypto_key_small(8, key.rd + 4, key.rdlen - 4u));
	assert_false(dns_crypto_key_small(13, key.rd + 4, 64));
}

/* A modulus with zeros in front is as small as without them. */
static void rsa_leading_zeros_do_not_count(void **state)
{
	uint8_t padded[4 + 64 + 300] = { 3, 1, 0, 1 };

	(void)state;
	sg_key_make(&key, 8, 256, 512);
	memcpy(padded + 4 + 100, key.rd + 8, 64);
	assert_int_equal(dns_crypto_key_bits(8, padded, 4 + 100 + 64), 512);
	assert_true(dns_crypto_key_small(8, padded, 4 + 100 + 64));
}

static void rfc3110_odd_keys_rejected(void **state)
{
	static const struct { size_t n; uint8_t k[8]; } bad[] = {
		{ 0, { 0 } }, { 1, { 1 } }, { 2, { 1, 3 } }, { 3, { 0, 0, 0 } }, { 4, { 0, 0, 0, 3 } },
		{ 4, { 3, 1, 0, 1 } },    /* no modulus */
		{ 4, { 200, 1, 0, 1 } },  /* exponent longer than the key */
		{ 5, { 0, 255, 255, 1, 1 } }, { 4, { 1, 0, 0, 0 } }, { 4, { 1, 3, 0, 0 } }
	};
	unsigned i;

	(void)state;
	memset(sig, 1, sizeof sig);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		memcpy(key.rd + 4, bad[i].k, bad[i].n);
		assert_int_equal(verify(8, bad[i].n, 64), DNS_CRYPTO_BAD);
		memcpy(key.rd + 4, bad[i].k, bad[i].n);
		assert_int_equal(dns_crypto_key_bits(8, key.rd + 4, bad[i].n), 0);
	}
}

/* Exponent 1 makes every padded digest its own signature. */
static void rsa_exponent_1_rejected(void **state)
{
	uint8_t h[32], *em = sig;
	static const uint8_t info[] = { 0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2,
		1, 5, 0, 4, 32 };
	br_sha256_context c;

	(void)state;
	sg_key_make(&key, 8, 256, 1024);
	br_sha256_init(&c);
	br_sha256_update(&c, text, sizeof text);
	br_sha256_out(&c, h);
	memset(em, 255, 128);
	em[0] = 0;
	em[1] = 1;
	em[128 - 32 - sizeof info - 1] = 0;
	memcpy(em + 128 - 32 - sizeof info, info, sizeof info);
	memcpy(em + 128 - 32, h, 32);
	memmove(key.rd + 4 + 2, key.rd + 4 + 4, 128);
	key.rd[4] = 1;
	key.rd[5] = 1;
	assert_int_equal(verify(8, 130, 128), DNS_CRYPTO_BAD);
}

/* RFC 4509 section 2.3 and RFC 6605 section 6: published DNSKEYs and their DS. */
static void ds_digests(void **state)
{
	static const char b64[] = "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDR"
	    "D99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==";
	static const uint8_t sha1[] = { 0x2B, 0xB1, 0x83, 0xAF, 0x5F, 0x22, 0x58, 0x81, 0x79, 0xA5, 0x3B,
		0x0A, 0x98, 0x63, 0x1F, 0xAD, 0x1A, 0x29, 0x21, 0x18 };
	static const uint8_t sha256[] = { 0xD4, 0xB7, 0xD5, 0x20, 0xE7, 0xBB, 0x5F, 0x0F, 0x67, 0x67, 0x4A,
		0x0C, 0xCE, 0xB1, 0xE3, 0xE0, 0x61, 0x4B, 0x93, 0xC4, 0xF9, 0xE9, 0x9B, 0x83, 0x83, 0xF6, 0xA1,
		0xE4, 0x46, 0x9D, 0xA5, 0x0A };
	uint8_t rd[300] = { 1, 0, 3, 5 }, out[DNS_DIGEST_MAX];
	const uint8_t *owner = sg_name("dskey.example.com");
	size_t n;

	(void)state;
	assert_int_equal(sodium_base642bin(rd + 4, sizeof rd - 4, b64, sizeof b64 - 1, NULL, &n, NULL,
	    sodium_base64_VARIANT_ORIGINAL), 0);
	assert_int_equal(dns_crypto_ds(1, owner, 19, rd, n + 4, out), 20);
	assert_memory_equal(out, sha1, 20);
	assert_int_equal(dns_crypto_ds(2, owner, 19, rd, n + 4, out), 32);
	assert_memory_equal(out, sha256, 32);
	assert_int_equal(dns_crypto_ds(4, owner, 19, rd, n + 4, out), 48);
	assert_int_equal(dns_crypto_ds(3, owner, 19, rd, n + 4, out), 0);
	assert_int_equal(dns_crypto_ds(0, owner, 19, rd, n + 4, out), 0);
}

/* RFC 5155 appendix A: salt aabbccdd, 12 iterations. */
static void rfc5155_a_hashes(void **state)
{
	static const struct { const char *name, *hash; } v[] = {
		{ "example", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom" },
		{ "a.example", "35mthgpgcu1qg68fab165klnsnk3dpvl" },
		{ "ai.example", "gjeqe526plbf1g8mklp59enfd789njgi" },
		{ "ns1.example", "2t7b4g4vsa5smi47k61mv5bv1a22bojr" },
		{ "w.example", "k8udemvp1j2f7eg6jebps17vp3n8i58h" },
		{ "*.w.example", "r53bq7cc2uvmubfu5ocmm6pers9tk9en" },
		{ "x.y.w.example", "2vptu5timamqttgl4luu9kg21e0aor3s" }
	};
	static const uint8_t salt[] = { 0xaa, 0xbb, 0xcc, 0xdd };
	uint8_t h[DNS_SHA1_LEN], owner[255];
	unsigned i;
	size_t n;

	(void)state;
	for (i = 0; i < sizeof v / sizeof v[0]; i++) {
		const uint8_t *name = sg_name(v[i].name);

		for (n = 0; name[n]; n += name[n] + 1u)
			;
		dns_crypto_nsec3(name, n + 1, salt, 4, 12, h);
		sg_nsec3_owner(h, sg_name("."), owner);
		assert_memory_equal(owner + 1, v[i].hash, 32);
	}
}

static void id_depends_on_every_part(void **state)
{
	uint8_t a[DNS_ID_LEN], b[DNS_ID_LEN];

	(void)state;
	dns_crypto_id(text, 4, text + 4, 4, text + 8, 4, a);
	dns_crypto_id(text, 5, text + 5, 3, text + 8, 4, b); /* other borders */
	assert_memory_not_equal(a, b, sizeof a);
	dns_crypto_id(text, 4, text + 4, 4, text + 8, 4, b);
	assert_memory_equal(a, b, sizeof a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc5702_rsasha256),
		cmocka_unit_test(rfc5702_rsasha512),
		cmocka_unit_test(rfc3110_rsasha1),
		cmocka_unit_test(rfc6605_p256),
		cmocka_unit_test(rfc6605_p384),
		cmocka_unit_test(rfc8080_ed25519),
		cmocka_unit_test(rfc6605_zero_signature),
		cmocka_unit_test(rfc8080_small_order_key),
		cmocka_unit_test(unknown_algorithms_unsupported),
		cmocka_unit_test(rfc9905_sha1_only_when_weak),
		cmocka_unit_test(rsa_sizes),
		cmocka_unit_test(rsa_leading_zeros_do_not_count),
		cmocka_unit_test(rfc3110_odd_keys_rejected),
		cmocka_unit_test(rsa_exponent_1_rejected),
		cmocka_unit_test(ds_digests),
		cmocka_unit_test(rfc5155_a_hashes),
		cmocka_unit_test(id_depends_on_every_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
