/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of tls/sched.c: the secrets of the traces of RFC 8448, and with SHA-384 those that
 * Python's hmac module gives for HKDF written out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tls/hello.h"
#include "tls/record.h"
#include "tls/sched.h"
#include "tls/x509.h"
#include "tests/hex.h"
#include "tests/vectors/rfc8448.h"

static struct tls_sched k;
static br_sha256_context messages;

static void assert_hex(const uint8_t *got, size_t n, const char *want)
{
	uint8_t b[256];

	assert_int_equal(hex_read(want, b, sizeof b), n);
	assert_memory_equal(got, b, n);
}

static void said(const char *message)
{
	uint8_t b[1024];

	br_sha256_update(&messages, b, hex_read(message, b, sizeof b));
}

static void derives(const char *label, const char *want)
{
	uint8_t hash[32], out[32];

	br_sha256_out(&messages, hash);
	tls_sched_derive(&k, label, hash, out);
	assert_hex(out, sizeof out, want);
}

static void shared(const char *secret)
{
	uint8_t b[32];

	tls_sched_init(&k, &br_sha256_vtable);
	tls_sched_next(&k, b, hex_read(secret, b, sizeof b));
}

/* ---- RFC 8448 ---------------------------------------------------------------------------- */

#define C_HS "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21"
#define S_HS "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"
#define C_AP "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5"
#define S_AP "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643"

static void rfc8448_3_secrets(void **state)
{
	(void)state;
	tls_sched_init(&k, &br_sha256_vtable);
	assert_hex(k.secret, 32, "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a");
	shared("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d");
	assert_hex(k.secret, 32, "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac");
	br_sha256_init(&messages);
	said(RFC8448_3_CH);
	said(RFC8448_3_SH);
	derives("c hs traffic", C_HS);
	derives("s hs traffic", S_HS);
	tls_sched_next(&k, NULL, 0);
	assert_hex(k.secret, 32, "18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919");
	said(RFC8448_3_EE);
	said(RFC8448_CERT);
	said(RFC8448_3_CV);
	said(RFC8448_3_SERVER_FINISHED);
	derives("c ap traffic", C_AP);
	derives("s ap traffic", S_AP);
}

static void keys_are(const char *secret, const char *key, const char *iv)
{
	static struct tls_record r;
	uint8_t b[32];

	(void)hex_read(secret, b, sizeof b);
	tls_record_init(&r, 0x1301, b);
	assert_hex(r.key, 16, key);
	assert_hex(r.iv, 12, iv);
}

static void rfc8448_3_traffic_keys(void **state)
{
	(void)state;
	keys_are(S_HS, "3fce516009c21727d0f2e4e86ee403bc", "5d313eb2671276ee13000b30");
	keys_are(C_HS, "dbfaa693d1762c5b666af5d950258d01", "5bd3c71b836e0b76bb73265f");
	keys_are(S_AP, "9f02283b6c9c07efc26bb9f2ac92e356", "cf782b88dd83549aadf1e984");
	keys_are(C_AP, "17422dda596ed5d9acd890e3c63f5051", "5b78923dee08579033e523d9");
}

/* finished: the message, whose verify_data are over all before it. */
static void finished_is(const char *secret, const char *finished)
{
	uint8_t base[32], hash[32], out[32], want[36];

	(void)hex_read(secret, base, sizeof base);
	(void)hex_read(finished, want, sizeof want);
	br_sha256_out(&messages, hash);
	tls_sched_finished(&br_sha256_vtable, base, hash, out);
	assert_memory_equal(out, want + 4, 32);
	said(finished);
}

static void rfc8448_3_finished(void **state)
{
	(void)state;
	br_sha256_init(&messages);
	said(RFC8448_3_CH);
	said(RFC8448_3_SH);
	said(RFC8448_3_EE);
	said(RFC8448_CERT);
	said(RFC8448_3_CV);
	finished_is(S_HS, RFC8448_3_SERVER_FINISHED);
	finished_is(C_HS, RFC8448_3_CLIENT_FINISHED);
}

/* RFC 8446 section 4.4.1: message_hash stands for the first ClientHello. */
static void said_retry(void)
{
	static const uint8_t zeros[175], head[4] = { 254, 0, 0, 32 };
	uint8_t hash[32];

	br_sha256_init(&messages);
	said(RFC8448_5_CH1);
	br_sha256_out(&messages, hash);
	br_sha256_init(&messages);
	br_sha256_update(&messages, head, sizeof head);
	br_sha256_update(&messages, hash, sizeof hash);
	said(RFC8448_5_HRR);
	said(RFC8448_5_CH2);
	br_sha256_update(&messages, zeros, sizeof zeros);
	said(RFC8448_5_SH);
}

static void secret_keys(const char *label, const char *key, const char *iv)
{
	static struct tls_record r;
	uint8_t hash[32], secret[32];

	br_sha256_out(&messages, hash);
	tls_sched_derive(&k, label, hash, secret);
	tls_record_init(&r, 0x1301, secret);
	assert_hex(r.key, 16, key);
	assert_hex(r.iv, 12, iv);
}

static void traffic_finished(const char *label, const br_sha256_context *hello,
    const char *finished)
{
	uint8_t hash[32], secret[32], out[32], want[36];

	(void)hex_read(finished, want, sizeof want);
	br_sha256_out(hello, hash);
	tls_sched_derive(&k, label, hash, secret);
	br_sha256_out(&messages, hash);
	tls_sched_finished(&br_sha256_vtable, secret, hash, out);
	assert_memory_equal(out, want + 4, 32);
	said(finished);
}

static void rfc8448_5_hello_retry_request(void **state)
{
	br_sha256_context hello;

	(void)state;
	said_retry();
	hello = messages;
	shared("c142ce13ca11b5c2233652e63ad3d97844f1621fbfb9de69d547dc8fedeabeb4");
	secret_keys("s hs traffic", "4646bfac1712c426cd78d8a24a8a6f6b", "c7d395c08d62f297d13768ea");
	secret_keys("c hs traffic", "2f1f918663d590e7421149a29d94b0b6", "414d5485235e1a688793bd74");
	said(RFC8448_5_EE);
	said(RFC8448_CERT);
	said(RFC8448_5_CV);
	traffic_finished("s hs traffic", &hello, RFC8448_5_SERVER_FINISHED);
	tls_sched_next(&k, NULL, 0);
	secret_keys("s ap traffic", "f27a5d97bd25550c4823b0f3e5d29388", "0dd631f7b71cbbc797c35fe7");
}

static void rfc8448_5_client_finished(void **state)
{
	br_sha256_context hello;

	(void)state;
	said_retry();
	hello = messages;
	shared("c142ce13ca11b5c2233652e63ad3d97844f1621fbfb9de69d547dc8fedeabeb4");
	said(RFC8448_5_EE);
	said(RFC8448_CERT);
	said(RFC8448_5_CV);
	said(RFC8448_5_SERVER_FINISHED);
	traffic_finished("c hs traffic", &hello, RFC8448_5_CLIENT_FINISHED);
}

/* Section 6 up to its handshake secret; the messages so far. */
static br_sha256_context said_hellos_6(void)
{
	br_sha256_context hello;

	br_sha256_init(&messages);
	said(RFC8448_6_CH);
	said(RFC8448_6_SH);
	hello = messages;
	shared(RFC8448_6_SHARED);
	return hello;
}

static void rfc8448_6_client_authentication(void **state)
{
	br_sha256_context hello = said_hellos_6();

	(void)state;
	assert_hex(k.secret, 32, "d995243674fb6400d7d37bc0e9861bdbd9ed095601dcf2994874f2803de22e39");
	secret_keys("s hs traffic", "6cb6e60619d8c7355c5d4c4bc2be90d5", "64f239530c3b888fde85e0be");
	secret_keys("c hs traffic", "916948f728d9823fa41a004d083f217f", "64153d79bac9ea10ca5a0a88");
	said(RFC8448_6_EE);
	said(RFC8448_6_REQUEST);
	said(RFC8448_6_CERT);
	said(RFC8448_6_CV);
	traffic_finished("s hs traffic", &hello, RFC8448_6_SERVER_FINISHED);
	tls_sched_next(&k, NULL, 0);
	assert_hex(k.secret, 32, "57c15d7b9d441b3d40a9c6ea8a3d730e07b3a1ea7a3339ed7070b9a74a3f4f28");
	secret_keys("s ap traffic", "88b3123ddecadf8c1ba298e2c18176b0", "4e0978513f9de8327c08e4f3");
	secret_keys("c ap traffic", "cdc09c806aa8f86dfcd51efc44a0c039", "6ef852e78b46d913668e53e7");
}

/* It is over the client's certificate and signature too. */
static void rfc8448_6_client_finished(void **state)
{
	br_sha256_context hello = said_hellos_6();

	(void)state;
	said(RFC8448_6_EE);
	said(RFC8448_6_REQUEST);
	said(RFC8448_6_CERT);
	said(RFC8448_6_CV);
	said(RFC8448_6_SERVER_FINISHED);
	said(RFC8448_6_CLIENT_CERT);
	said(RFC8448_6_CLIENT_CV);
	traffic_finished("c hs traffic", &hello, RFC8448_6_CLIENT_FINISHED);
}

#define SERVER "TLS 1.3, server CertificateVerify"
#define CLIENT "TLS 1.3, client CertificateVerify"

/* RFC 8446 section 4.4.3, by the key of the certificate. */
static bool is_signed(const char *certificate, const char *context, const char *cv)
{
	uint8_t cert[512], text[160], sig[256];
	size_t n = 64 + strlen(context) + 1;
	struct tls_x509 x;

	(void)hex_read(certificate, cert, sizeof cert);
	assert_int_equal(tls_x509_parse(&x, cert + 11, cert[9] << 8 | cert[10]), 0);
	memset(text, 0x20, 64);
	memcpy(text + 64, context, n - 64);
	br_sha256_out(&messages, text + n);
	(void)hex_read(cv, sig, sizeof sig);
	return tls_scheme_verify(sig[4] << 8 | sig[5], &x.pub, text, n + 32, sig + 8,
	    sig[6] << 8 | sig[7]);
}

static void verifies(const char *cv, bool good)
{
	assert_true(is_signed(RFC8448_CERT, SERVER, cv) == good);
}

static void rfc8448_certificate_verify(void **state)
{
	(void)state;
	br_sha256_init(&messages);
	said(RFC8448_3_CH);
	said(RFC8448_3_SH);
	said(RFC8448_3_EE);
	verifies(RFC8448_3_CV, false); /* the certificate is part of what is signed */
	said(RFC8448_CERT);
	verifies(RFC8448_3_CV, true);
	verifies(RFC8448_5_CV, false);
	said_retry();
	said(RFC8448_5_EE);
	said(RFC8448_CERT);
	verifies(RFC8448_5_CV, true);
}

/* The server's by ECDSA, the client's by RSASSA-PSS. */
static void rfc8448_6_certificate_verify(void **state)
{
	br_sha256_context begun;

	(void)state;
	br_sha256_init(&messages);
	said(RFC8448_6_CH);
	said(RFC8448_6_SH);
	said(RFC8448_6_EE);
	begun = messages;
	said(RFC8448_6_CERT); /* the request left out */
	assert_false(is_signed(RFC8448_6_CERT, SERVER, RFC8448_6_CV));
	messages = begun;
	said(RFC8448_6_REQUEST);
	assert_false(is_signed(RFC8448_6_CERT, SERVER, RFC8448_6_CV));
	said(RFC8448_6_CERT);
	assert_true(is_signed(RFC8448_6_CERT, SERVER, RFC8448_6_CV));
	assert_false(is_signed(RFC8448_6_CERT, CLIENT, RFC8448_6_CV));
	said(RFC8448_6_CV);
	said(RFC8448_6_SERVER_FINISHED);
	said(RFC8448_6_CLIENT_CERT);
	assert_true(is_signed(RFC8448_6_CLIENT_CERT, CLIENT, RFC8448_6_CLIENT_CV));
	assert_false(is_signed(RFC8448_6_CLIENT_CERT, SERVER, RFC8448_6_CLIENT_CV));
}

/* ---- RFC 8446 section 7 ------------------------------------------------------------------ */

/*
 * Made with Python, HKDF by hand: hmac.new(key, msg, hashlib.sha384), the shared secret 00..1f, the
 * transcript hashes those of b"hello" and b"finished".
 */
static void rfc8446_7_1_sha384(void **state)
{
	static struct tls_record r;
	uint8_t ikm[32], hello[48], finished[48], secret[48], out[48], i;

	(void)state;
	for (i = 0; i < 32; i++)
		ikm[i] = i;
	(void)tls_hash(&br_sha384_vtable, (const uint8_t *)"hello", 5, hello);
	(void)tls_hash(&br_sha384_vtable, (const uint8_t *)"finished", 8, finished);
	tls_sched_init(&k, &br_sha384_vtable);
	assert_hex(k.secret, 48, "7ee8206f5570023e6dc7519eb1073bc4e791ad37b5c382aa10ba18e2357e7169"
	    "71f9362f2c2fe2a76bfd78dfec4ea9b5");
	tls_sched_next(&k, ikm, sizeof ikm);
	assert_hex(k.secret, 48, "03e67b8797b8868b32c737ad09d2454266b47b828fe83999484501c1d0f12bfe"
	    "fdecf2341ab055c50f8f81a4d91610dd");
	tls_sched_derive(&k, "c hs traffic", hello, secret);
	assert_hex(secret, 48, "f25365c21b4126ef85513aa32e3b18efd06b14918c66b776135f72763a43b8bb"
	    "c97ac114e456e3c050dc880fc985858f");
	tls_record_init(&r, 0x1302, secret);
	assert_hex(r.key, 32, "fb02e29328adbf41693807aaa96ba669aa2f037886c2b2c25514122e129f1616");
	assert_hex(r.iv, 12, "29d7599082428aa870c78906");
	tls_sched_finished(&br_sha384_vtable, secret, hello, out);
	assert_hex(out, 48, "148d785bb64a8bb3511af2267e178e011396d5ab4557c234acb13abcf4c866d6"
	    "c02d9b9407a6793b48179fb851324399");
	tls_sched_next(&k, NULL, 0);
	assert_hex(k.secret, 48, "16d23b35c31232dd08cf8189bfb64942b4232e1b8787e94fa3fbf16413dc38ed"
	    "5a7b3410e633a2cc9c790e22541ffae7");
	tls_sched_derive(&k, "s ap traffic", finished, secret);
	assert_hex(secret, 48, "c7a56d1af59a738dc690684da9e29f7182c239024c91c6ed907b2a6bbdb41fc0"
	    "551e056d6d435b3ec26eeb17264b7c6a");
	tls_sched_update(&br_sha384_vtable, secret); /* section 7.2 */
	assert_hex(secret, 48, "73bab04fc052ab5148079d08793bf704cf7e1926e165f26d66e8209ab1a71418"
	    "d041eb1626b71d65f4818e87def3de51");
}

static void rfc8446_b_4_hash_of_suites(void **state)
{
	(void)state;
	assert_ptr_equal(tls_sched_hash(0x1301), &br_sha256_vtable);
	assert_ptr_equal(tls_sched_hash(0x1302), &br_sha384_vtable);
	assert_ptr_equal(tls_sched_hash(0x1303), &br_sha256_vtable);
	assert_null(tls_sched_hash(0x1304));
	assert_null(tls_sched_hash(0xc02f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc8448_3_secrets),
		cmocka_unit_test(rfc8448_3_traffic_keys),
		cmocka_unit_test(rfc8448_3_finished),
		cmocka_unit_test(rfc8448_5_hello_retry_request),
		cmocka_unit_test(rfc8448_5_client_finished),
		cmocka_unit_test(rfc8448_6_client_authentication),
		cmocka_unit_test(rfc8448_6_client_finished),
		cmocka_unit_test(rfc8448_certificate_verify),
		cmocka_unit_test(rfc8448_6_certificate_verify),
		cmocka_unit_test(rfc8446_7_1_sha384),
		cmocka_unit_test(rfc8446_b_4_hash_of_suites),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
