/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of tls/record.c: the records of the traces of RFC 8448 octet for octet, each suite
 * against AES-GCM and ChaCha20-Poly1305 of Python's cryptography module, and every reject.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tls/record.h"
#include "tls/sched.h"
#include "tls/session.h"
#include "tests/hex.h"
#include "tests/vectors/rfc8448.h"

static struct tls_record in, out;
static uint8_t rec[TLS_RECORD_HEAD + TLS_MAX_CIPHER + 64], plain[TLS_MAX_PLAIN + 64];
static const unsigned suites[] = { 0x1301, 0x1302, 0x1303 };

static void secret_of(struct tls_record *r, const char *hex)
{
	uint8_t secret[TLS_MAX_HASH];

	(void)hex_read(hex, secret, sizeof secret);
	tls_record_init(r, 0x1301, secret);
}

/* Open rec[0..n) in a copy of its exact size, which comes back. */
static unsigned open_rec(struct tls_record *r, size_t n, unsigned *type, size_t *len)
{
	uint8_t *copy = malloc(n);
	unsigned alert;

	memcpy(copy, rec, n);
	alert = tls_record_open(r, copy, n - TLS_RECORD_HEAD, type, len);
	memcpy(rec, copy, n);
	free(copy);
	return alert;
}

/* ---- RFC 8448 -------------------------------------------------------------------------- */

static void opens(const char *record, unsigned type, const char *content)
{
	uint8_t want[1024];
	size_t n = hex_read(record, rec, sizeof rec), len = hex_read(content, want, sizeof want), got;
	unsigned t;

	assert_int_equal(open_rec(&in, n, &t, &got), 0);
	assert_int_equal(t, type);
	assert_int_equal(got, len);
	assert_memory_equal(rec + TLS_RECORD_HEAD, want, len);
}

static void seals(unsigned type, const char *content, const char *record)
{
	uint8_t want[1024];
	size_t n = hex_read(content, rec + TLS_RECORD_HEAD, 1024);
	size_t len = hex_read(record, want, sizeof want);

	assert_int_equal(tls_record_seal(&out, type, rec, n), len);
	assert_memory_equal(rec, want, len);
}

#define DATA "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627" \
	"28292a2b2c2d2e2f3031"

static void rfc8448_3_records(void **state)
{
	unsigned type;
	size_t n;

	(void)state;
	secret_of(&in, "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
	opens(RFC8448_3_FLIGHT, TLS_HANDSHAKE_DATA, RFC8448_3_EE RFC8448_CERT RFC8448_3_CV
	    RFC8448_3_SERVER_FINISHED);
	secret_of(&out, "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21");
	seals(TLS_HANDSHAKE_DATA, RFC8448_3_CLIENT_FINISHED, RFC8448_3_CLIENT_FLIGHT);
	secret_of(&in, "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");
	n = hex_read(RFC8448_3_TICKET, rec, sizeof rec);
	assert_int_equal(open_rec(&in, n, &type, &n), 0);
	assert_int_equal(type, TLS_HANDSHAKE_DATA);
	assert_int_equal(n, 205);
	assert_int_equal(rec[TLS_RECORD_HEAD], 4); /* NewSessionTicket */
	opens(RFC8448_3_SERVER_DATA, TLS_APP_DATA, DATA);
	opens(RFC8448_3_SERVER_CLOSE, TLS_ALERT, "0100");
	secret_of(&out, "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
	seals(TLS_APP_DATA, DATA, RFC8448_3_CLIENT_DATA);
	seals(TLS_ALERT, "0100", RFC8448_3_CLIENT_CLOSE);
}

/* From the shared secret and the hello messages to the records. */
static void trace(struct tls_sched *k, const uint8_t *secret, const br_sha256_context *hello)
{
	uint8_t hash[32], traffic[32];

	br_sha256_out(hello, hash);
	tls_sched_init(k, &br_sha256_vtable);
	tls_sched_next(k, secret, 32);
	tls_sched_derive(k, "s hs traffic", hash, traffic);
	tls_record_init(&in, 0x1301, traffic);
	tls_sched_derive(k, "c hs traffic", hash, traffic);
	tls_record_init(&out, 0x1301, traffic);
}

static void trace_open(struct tls_sched *k, const br_sha256_context *all)
{
	uint8_t hash[32], traffic[32];

	br_sha256_out(all, hash);
	tls_sched_next(k, NULL, 0);
	tls_sched_derive(k, "s ap traffic", hash, traffic);
	tls_record_init(&in, 0x1301, traffic);
	tls_sched_derive(k, "c ap traffic", hash, traffic);
	tls_record_init(&out, 0x1301, traffic);
}

static void said(br_sha256_context *c, const char *message)
{
	uint8_t b[1024];

	br_sha256_update(c, b, hex_read(message, b, sizeof b));
}

static void rfc8448_5_records(void **state)
{
	static const uint8_t zeros[175], head[4] = { 254, 0, 0, 32 };
	uint8_t hash[32], secret[32];
	br_sha256_context c;
	struct tls_sched k;

	(void)state;
	br_sha256_init(&c);
	said(&c, RFC8448_5_CH1);
	br_sha256_out(&c, hash);
	br_sha256_init(&c); /* RFC 8446 section 4.4.1 */
	br_sha256_update(&c, head, sizeof head);
	br_sha256_update(&c, hash, sizeof hash);
	said(&c, RFC8448_5_HRR);
	said(&c, RFC8448_5_CH2);
	br_sha256_update(&c, zeros, sizeof zeros);
	said(&c, RFC8448_5_SH);
	(void)hex_read("c142ce13ca11b5c2233652e63ad3d97844f1621fbfb9de69d547dc8fedeabeb4", secret, 32);
	trace(&k, secret, &c);
	opens(RFC8448_5_FLIGHT, TLS_HANDSHAKE_DATA, RFC8448_5_EE RFC8448_CERT RFC8448_5_CV
	    RFC8448_5_SERVER_FINISHED);
	seals(TLS_HANDSHAKE_DATA, RFC8448_5_CLIENT_FINISHED, RFC8448_5_CLIENT_FLIGHT);
	said(&c, RFC8448_5_EE RFC8448_CERT RFC8448_5_CV RFC8448_5_SERVER_FINISHED);
	trace_open(&k, &c);
	opens(RFC8448_5_SERVER_CLOSE, TLS_ALERT, "0100");
	seals(TLS_ALERT, "0100", RFC8448_5_CLIENT_CLOSE);
}

static void rfc8448_6_records(void **state)
{
	uint8_t secret[32];
	br_sha256_context c;
	struct tls_sched k;

	(void)state;
	br_sha256_init(&c);
	said(&c, RFC8448_6_CH RFC8448_6_SH);
	(void)hex_read(RFC8448_6_SHARED, secret, sizeof secret);
	trace(&k, secret, &c);
	opens(RFC8448_6_FLIGHT, TLS_HANDSHAKE_DATA, RFC8448_6_EE RFC8448_6_REQUEST RFC8448_6_CERT
	    RFC8448_6_CV RFC8448_6_SERVER_FINISHED);
	seals(TLS_HANDSHAKE_DATA, RFC8448_6_CLIENT_CERT RFC8448_6_CLIENT_CV RFC8448_6_CLIENT_FINISHED,
	    RFC8448_6_CLIENT_FLIGHT);
	said(&c, RFC8448_6_EE RFC8448_6_REQUEST RFC8448_6_CERT RFC8448_6_CV RFC8448_6_SERVER_FINISHED);
	trace_open(&k, &c);
	opens(RFC8448_6_SERVER_CLOSE, TLS_ALERT, "0100");
	seals(TLS_ALERT, "0100", RFC8448_6_CLIENT_CLOSE);
}

/* The secret is X25519 of the client's private key and the server's share, which the trace has. */
static void rfc8448_7_records(void **state)
{
	uint8_t secret[32], traffic[32], hash[32], finished[36] = { 20, 0, 0, 32 };
	br_sha256_context c;
	struct tls_sched k;
	unsigned type;
	size_t n;
	uint8_t want[64];

	(void)state;
	br_sha256_init(&c);
	said(&c, RFC8448_7_CH);
	said(&c, RFC8448_7_SH);
	(void)hex_read("eef790559077db5bb63b6684e4169f051e8fb34ce59bafce2f9c8ee68cc4eb79", secret, 32);
	br_sha256_out(&c, hash);
	trace(&k, secret, &c);
	tls_sched_derive(&k, "c hs traffic", hash, traffic);
	n = hex_read(RFC8448_7_FLIGHT, rec, sizeof rec);
	assert_int_equal(open_rec(&in, n, &type, &n), 0);
	assert_int_equal(type, TLS_HANDSHAKE_DATA);
	assert_int_equal(n, 657);
	br_sha256_update(&c, rec + TLS_RECORD_HEAD, n);
	trace_open(&k, &c);
	br_sha256_out(&c, hash);
	tls_sched_finished(&br_sha256_vtable, traffic, hash, finished + 4);
	tls_record_init(&out, 0x1301, traffic);
	memcpy(rec + TLS_RECORD_HEAD, finished, sizeof finished);
	n = hex_read(RFC8448_7_CLIENT_FLIGHT, want, sizeof want);
	assert_int_equal(tls_record_seal(&out, TLS_HANDSHAKE_DATA, rec, sizeof finished), n);
	assert_memory_equal(rec, want, n);
	opens(RFC8448_7_SERVER_CLOSE, TLS_ALERT, "0100");
}

/* ---- suites ------------------------------------------------------------------------------- */

static void begin(unsigned suite)
{
	uint8_t secret[TLS_MAX_HASH], i;

	for (i = 0; i < sizeof secret; i++)
		secret[i] = i;
	tls_record_init(&in, suite, secret);
	tls_record_init(&out, suite, secret);
}

/* "ping", application data, under the secret 00 01 02 ...; by AESGCM and ChaCha20Poly1305 of
   Python's cryptography module. */
static void rfc8446_5_2_each_suite(void **state)
{
	static const struct { unsigned suite; uint64_t seq; const char *record; } v[] = {
		{ 0x1301, 0, "170303001555618959bc369cd9665ade9c7de4d46ef7b514756f" },
		{ 0x1301, 1, "170303001525945078ba4242c2af4f2fcc3a065b362c0b0c662a" },
		{ 0x1301, 16777215, "17030300156c6d477e96320aa93cda4bf96514ba74f5d3b7e34b" },
		{ 0x1302, 0, "1703030015385e115b02d22227fa0708cd20a09ce9ce9d95ca6c" },
		{ 0x1302, 1, "1703030015ed781797d3381aa25d68f3f092847713fd3dc4f633" },
		{ 0x1302, 16777215, "170303001504ee424b4350bfb162e0b7c221793a9f705dd10c8e" },
		{ 0x1303, 0, "1703030015c2c70599101e74a22e011ef5b38bb02e26a7ee9603" },
		{ 0x1303, 1, "17030300157bdc5bbd9045824e0c9f4519538e4711898d2eb2d2" },
		{ 0x1303, 16777215, "17030300158db85e2a082fc190d90701b9a4db475876b086cca2" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof v / sizeof v[0]; i++) {
		begin(v[i].suite);
		out.seq = in.seq = v[i].seq;
		seals(TLS_APP_DATA, "70696e67", v[i].record);
		opens(v[i].record, TLS_APP_DATA, "70696e67");
		assert_int_equal(in.seq, v[i].seq + 1);
	}
}

static void rfc8446_5_1_every_length(void **state)
{
	static const size_t lens[] = { 0, 1, 15, 16, 17, 255, 256, 1000, 16383, 16384 };
	unsigned type;
	size_t i, j, n;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(suites[i]);
		for (j = 0; j < sizeof lens / sizeof lens[0]; j++) {
			memset(rec + TLS_RECORD_HEAD, (int)j + 1, lens[j]);
			n = tls_record_seal(&out, TLS_APP_DATA, rec, lens[j]);
			assert_int_equal(n, lens[j] + TLS_RECORD_EXTRA);
			assert_int_equal(open_rec(&in, n, &type, &n), 0);
			assert_int_equal(type, TLS_APP_DATA);
			assert_int_equal(n, lens[j]);
			memset(plain, (int)j + 1, lens[j]);
			assert_memory_equal(rec + TLS_RECORD_HEAD, plain, lens[j]);
		}
	}
}

/* ---- what is refused ---------------------------------------------------------------------- */

static size_t seal_text(unsigned type, const char *text)
{
	memcpy(rec + TLS_RECORD_HEAD, text, strlen(text));
	return tls_record_seal(&out, type, rec, strlen(text));
}

/* Every bit of it, header included, is protected. */
static void rfc8446_5_2_any_octet_changed(void **state)
{
	static uint8_t good[64];
	unsigned type;
	size_t i, at, n, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(suites[i]);
		n = seal_text(TLS_HANDSHAKE_DATA, "hello");
		memcpy(good, rec, n);
		for (at = 0; at < 8 * n; at++) {
			memcpy(rec, good, n);
			rec[at / 8] ^= (uint8_t)(1 << at % 8);
			in.seq = 0;
			assert_int_equal(open_rec(&in, n, &type, &len), TLS_ALERT_BAD_RECORD_MAC);
		}
		memcpy(rec, good, n);
		in.seq = 0;
		assert_int_equal(open_rec(&in, n, &type, &len), 0);
	}
}

static void rfc8446_5_3_out_of_sequence(void **state)
{
	unsigned type;
	size_t i, n, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(suites[i]);
		(void)seal_text(TLS_APP_DATA, "one");
		n = seal_text(TLS_APP_DATA, "two");
		assert_int_equal(open_rec(&in, n, &type, &len), TLS_ALERT_BAD_RECORD_MAC);
		in.seq = 1;
		n = seal_text(TLS_APP_DATA, "three");
		in.seq = 2;
		assert_int_equal(open_rec(&in, n, &type, &len), 0);
		n = seal_text(TLS_APP_DATA, "four");
		in.seq = 2; /* that of the record before: a repetition */
		assert_int_equal(open_rec(&in, n, &type, &len), TLS_ALERT_BAD_RECORD_MAC);
	}
}

static void another_key(void **state)
{
	uint8_t secret[TLS_MAX_HASH] = { 1 };
	unsigned type;
	size_t i, n, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(suites[i]);
		tls_record_init(&in, suites[i], secret);
		n = seal_text(TLS_APP_DATA, "hello");
		assert_int_equal(open_rec(&in, n, &type, &len), TLS_ALERT_BAD_RECORD_MAC);
	}
}

static void rfc8446_5_2_too_short(void **state)
{
	unsigned type;
	size_t i, n, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		for (n = 0; n < 16; n++) {
			begin(suites[i]);
			(void)seal_text(TLS_APP_DATA, "");
			rec[4] = (uint8_t)n;
			assert_int_equal(open_rec(&in, TLS_RECORD_HEAD + n, &type, &len),
			    TLS_ALERT_BAD_RECORD_MAC);
		}
	}
}

/* The plaintext before protection: content, type and padding. */
static size_t seal_inner(size_t content, size_t padding)
{
	memset(rec + TLS_RECORD_HEAD, 'a', content);
	rec[TLS_RECORD_HEAD + content] = TLS_APP_DATA;
	memset(rec + TLS_RECORD_HEAD + content + 1, 0, padding);
	if (padding == 0)
		return tls_record_seal(&out, TLS_APP_DATA, rec, content);
	return tls_record_seal(&out, 0, rec, content + padding); /* the last zero */
}

static void rfc8446_5_4_padding(void **state)
{
	unsigned type;
	size_t i, n, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(suites[i]);
		n = seal_inner(3, 1);
		assert_int_equal(open_rec(&in, n, &type, &len), 0);
		assert_true(len == 3 && type == TLS_APP_DATA);
		n = seal_inner(0, 200);
		assert_int_equal(open_rec(&in, n, &type, &len), 0);
		assert_true(len == 0 && type == TLS_APP_DATA);
		n = seal_inner(1, TLS_MAX_PLAIN - 1);
		assert_int_equal(n, TLS_MAX_PLAIN + TLS_RECORD_EXTRA);
		assert_int_equal(open_rec(&in, n, &type, &len), 0);
		assert_true(len == 1 && type == TLS_APP_DATA);
	}
}

static void rfc8446_5_4_no_type(void **state)
{
	static const size_t lens[] = { 0, 1, 100, TLS_MAX_PLAIN };
	unsigned type;
	size_t i, j, n, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(suites[i]);
		for (j = 0; j < 4; j++) {
			memset(rec, 0, sizeof rec);
			n = tls_record_seal(&out, 0, rec, lens[j]);
			assert_int_equal(open_rec(&in, n, &type, &len), TLS_ALERT_UNEXPECTED_MESSAGE);
		}
	}
}

static void nothing_inside(void **state)
{
	uint8_t tag_only[16];
	br_gcm_context gcm;
	unsigned type;
	size_t len;
	static const uint8_t head[5] = { 23, 3, 3, 0, 16 };

	(void)state;
	begin(0x1301);
	br_gcm_init(&gcm, &out.aes.vtable, br_ghash_ctmul64);
	br_gcm_reset(&gcm, out.iv, 12);
	br_gcm_aad_inject(&gcm, head, 5);
	br_gcm_flip(&gcm);
	br_gcm_get_tag(&gcm, tag_only);
	memcpy(rec, head, 5);
	memcpy(rec + 5, tag_only, 16);
	assert_int_equal(open_rec(&in, 21, &type, &len), TLS_ALERT_UNEXPECTED_MESSAGE);
}

static void rfc8446_5_4_inner_too_large(void **state)
{
	unsigned type;
	size_t i, n, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(suites[i]);
		n = seal_inner(TLS_MAX_PLAIN + 1, 0);
		assert_int_equal(open_rec(&in, n, &type, &len), TLS_ALERT_RECORD_OVERFLOW);
		n = seal_inner(1, TLS_MAX_PLAIN);
		assert_int_equal(open_rec(&in, n, &type, &len), TLS_ALERT_RECORD_OVERFLOW);
	}
}

static void rfc8446_5_2_record_too_large(void **state)
{
	unsigned type;
	size_t i, n, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin(suites[i]);
		n = seal_inner(1, TLS_MAX_CIPHER - 17);
		assert_int_equal(n, TLS_RECORD_HEAD + TLS_MAX_CIPHER + 1);
		assert_int_equal(open_rec(&in, n, &type, &len), TLS_ALERT_RECORD_OVERFLOW);
		assert_int_equal(in.seq, 0); /* not even looked at */
	}
}

static void rfc8446_5_5_limit(void **state)
{
	(void)state;
	begin(0x1301);
	assert_false(tls_record_is_spent(&out));
	out.seq = TLS_MAX_RECORDS - 1;
	assert_false(tls_record_is_spent(&out));
	(void)seal_text(TLS_APP_DATA, "the last");
	assert_true(tls_record_is_spent(&out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc8448_3_records),
		cmocka_unit_test(rfc8448_5_records),
		cmocka_unit_test(rfc8448_6_records),
		cmocka_unit_test(rfc8448_7_records),
		cmocka_unit_test(rfc8446_5_2_each_suite),
		cmocka_unit_test(rfc8446_5_1_every_length),
		cmocka_unit_test(rfc8446_5_2_any_octet_changed),
		cmocka_unit_test(rfc8446_5_3_out_of_sequence),
		cmocka_unit_test(another_key),
		cmocka_unit_test(rfc8446_5_2_too_short),
		cmocka_unit_test(rfc8446_5_4_padding),
		cmocka_unit_test(rfc8446_5_4_no_type),
		cmocka_unit_test(nothing_inside),
		cmocka_unit_test(rfc8446_5_4_inner_too_large),
		cmocka_unit_test(rfc8446_5_2_record_too_large),
		cmocka_unit_test(rfc8446_5_5_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
