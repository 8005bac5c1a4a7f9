/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of tls/graft.c: a server's plain flight, message by message; what is out of order or
 * out of bounds is refused with its alert.  Whole handshakes are in t_session.c, and with OpenSSL in
 * tests/hostile/flight.c.
 */
#include "tests/tls_vectors.h"
#include "tests/feed.h"
#include "tls/session.h"
#include "tls/wire.h"

static struct tls_session s;

static void begin(enum tls_offer offer)
{
	static const char *const names[] = { "mx.example.test" };
	static const uint8_t entropy[32] = { 7 };
	struct tls_dane d = { NULL, 0, names, 1, VEC_NOW };

	memset(&s, 0xa5, sizeof s);
	tls_session_init(&s, "mx.example.test", &d, offer, entropy);
}

/* ---- the wire ------------------------------------------------------------------------ */

static size_t drain(uint8_t *out, size_t cap)
{
	size_t n, all = 0;
	const uint8_t *p;

	while ((p = tls_session_rec_out(&s, &n)) != NULL && n > 0) {
		assert_true(n <= cap - all);
		memcpy(out + all, p, n);
		all += n;
		tls_session_rec_out_ack(&s, n);
	}
	return all;
}

static void record(unsigned type, const uint8_t *p, size_t n)
{
	uint8_t head[5] = { (uint8_t)type, 3, 3, (uint8_t)(n >> 8), (uint8_t)n };

	session_feed(&s, head, sizeof head);
	session_feed(&s, p, n);
}

static void message(unsigned type, const uint8_t *p, size_t n)
{
	static uint8_t msg[20000];

	msg[0] = (uint8_t)type;
	msg[1] = (uint8_t)(n >> 16);
	msg[2] = (uint8_t)(n >> 8);
	msg[3] = (uint8_t)n;
	if (n > 0)
		memcpy(msg + 4, p, n);
	record(22, msg, n + 4 < 16384 ? n + 4 : 16384);
	if (n + 4 > 16384)
		record(22, msg + 16384, n + 4 - 16384);
}

/* It has failed, and the last that it says is this alert in the clear. */
static void refused_so(unsigned alert, bool declined)
{
	static uint8_t out[8192];
	char why[1024];
	size_t n = drain(out, sizeof out);

	assert_int_equal(tls_session_state(&s), TLS_FAILED);
	assert_false(tls_session_opened(&s));
	assert_int_equal(tls_session_declined(&s), declined);
	assert_true(strlen(tls_session_error(&s, why, sizeof why)) > 20);
	assert_true(n >= 7);
	assert_int_equal(out[n - 7], 21);
	assert_int_equal(out[n - 2], 2);
	assert_int_equal(out[n - 1], alert);
	session_feed(&s, (const uint8_t *)"\x16", 1); /* wants no more */
	assert_int_equal(drain(out, sizeof out), 0);
}

static void refused(unsigned alert)
{
	refused_so(alert, false); /* it is we who end it */
}

static void goes_on(void)
{
	char why[1024];

	if (tls_session_state(&s) == TLS_FAILED)
		print_message("%s\n", tls_session_error(&s, why, sizeof why));
	assert_int_equal(tls_session_state(&s), TLS_HANDSHAKE);
}

/* ---- ServerHello ------------------------------------------------------------------------ */

static struct made { unsigned legacy, suite, version, group; bool retry, echo, status, sentinel;
	const uint8_t *share; size_t sharelen; } made;

static size_t make(uint8_t *out)
{
	static const uint8_t retry[32] = { 0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d,
		0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07,
		0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c };
	static const uint8_t plain[32] = { 9 };
	uint8_t down[32] = { 9 };
	struct tls_wr w = tls_wr_init(out, 1024);
	size_t x;

	memcpy(down + 24, "DOWNGRD\x01", 8);
	tls_wr_uint(&w, made.legacy, 2);
	tls_wr_put(&w, made.retry ? retry : made.sentinel ? down : plain, 32);
	tls_wr_uint(&w, made.echo ? 32 : 0, 1);
	tls_wr_put(&w, s.graft.hello.sid, made.echo ? 32 : 0);
	tls_wr_uint(&w, made.suite, 2);
	tls_wr_uint(&w, 0, 1);
	x = tls_wr_begin(&w, 2);
	if (made.status)
		tls_wr_uint(&w, TLS_X_STATUS_REQUEST << 16, 4);
	if (made.version != 0) {
		tls_wr_uint(&w, TLS_X_VERSIONS << 16 | 2, 4);
		tls_wr_uint(&w, made.version, 2);
	}
	if (made.group != 0) {
		tls_wr_uint(&w, TLS_X_KEY_SHARE, 2);
		tls_wr_uint(&w, made.retry ? 2 : (unsigned)made.sharelen + 4, 2);
		tls_wr_uint(&w, made.group, 2);
		if (!made.retry) {
			tls_wr_uint(&w, (unsigned)made.sharelen, 2);
			tls_wr_put(&w, made.share, made.sharelen);
		}
	}
	tls_wr_end(&w, x, 2);
	assert_false(w.bad);
	return w.n;
}

static void hello12(enum tls_offer offer)
{
	begin(offer);
	made = (struct made){ 0x0303, BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 0, 0, false, false, true,
		false, NULL, 0 };
}

static void hello13(void)
{
	static const uint8_t share[32] = { 9 };

	begin(TLS_OFFER_ALL);
	made = (struct made){ 0x0303, 0x1301, 0x0304, TLS_X25519, false, true, false, false, share, 32 };
}

static void send_hello(void)
{
	uint8_t msg[1024];

	message(2, msg, make(msg));
}

static void rfc8446_4_1_3_downgrade_sentinels(void **state)
{
	uint8_t msg[1024];
	size_t n;

	(void)state;
	hello12(TLS_OFFER_ALL);
	send_hello();
	goes_on();
	hello12(TLS_OFFER_ALL);
	made.sentinel = true;
	send_hello();
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
	hello12(TLS_OFFER_RSA); /* ...01: TLS 1.2; ...00: TLS 1.1 or less */
	made.sentinel = true;
	made.legacy = 0x0302;
	n = make(msg);
	msg[33] = 0;
	message(2, msg, n);
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
}

static void rfc5246_7_4_1_3_nothing_is_resumed(void **state)
{
	(void)state;
	hello12(TLS_OFFER_ALL);
	made.echo = true;
	send_hello();
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
}

static void narrowed_offers_are_kept_to(void **state)
{
	(void)state;
	hello12(TLS_OFFER_RSA);
	send_hello();
	goes_on();
	hello12(TLS_OFFER_ECDSA);
	send_hello();
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
	hello12(TLS_OFFER_ED25519);
	send_hello(); /* ECDHE_RSA */
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
	hello12(TLS_OFFER_ED25519);
	made.suite = BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
	send_hello();
	goes_on();
	hello12(TLS_OFFER_ED25519);
	made.suite = BR_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
	made.legacy = 0x0302;
	send_hello();
	refused_so(TLS_ALERT_PROTOCOL_VERSION, true); /* that has no Ed25519: nothing to show */
	hello12(TLS_OFFER_ED25519);
	made.suite = BR_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
	made.legacy = 0x0302;
	made.sentinel = true; /* it has more, by what it says */
	send_hello();
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
}

/* What says that the server has no certificate of a kind, and what says something else. */
static void alerts_that_decline(void **state)
{
	static const struct { uint8_t n; bool declines; } cases[] = {
		{ 10, false }, { 20, false }, { 40, true }, { 41, true }, { 42, false }, { 43, true },
		{ 47, false }, { 50, false }, { 51, false }, { 70, true }, { 71, true }, { 80, false },
		{ 86, false }, { 112, false }, { 116, false },
	};
	uint8_t alert[2] = { 2, 0 };
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(TLS_OFFER_RSA);
		assert_false(tls_session_declined(&s));
		alert[1] = cases[i].n;
		record(21, alert, 2);
		assert_int_equal(tls_session_declined(&s), cases[i].declines);
	}
	alert[1] = 47; /* of OpenSSL 1.0.2 and 1.1.0, which know no Ed25519 */
	begin(TLS_OFFER_ED25519);
	record(21, alert, 2);
	assert_true(tls_session_declined(&s));
	begin(TLS_OFFER_ECDSA);
	record(21, alert, 2);
	assert_false(tls_session_declined(&s));
	begin(TLS_OFFER_RSA);
	session_feed(&s, (const uint8_t *)"220 mx\r\n", 8); /* a fault of another kind */
	assert_false(tls_session_declined(&s));
}

static void suites_and_versions_not_offered(void **state)
{
	(void)state;
	hello12(TLS_OFFER_ALL);
	made.suite = 0xcca0;
	send_hello();
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
	hello12(TLS_OFFER_ALL);
	made.legacy = 0x0300; /* SSL 3.0 */
	send_hello();
	refused(TLS_ALERT_PROTOCOL_VERSION);
}

static void rfc8446_4_2_8_bad_key_shares(void **state)
{
	static const uint8_t zero[133] = { 0 }, point[65] = { 4, 1 };

	(void)state;
	hello13();
	send_hello();
	goes_on(); /* into tls13.c */
	assert_int_equal(s.graft.stage, TLS_STAGE_13);
	hello13();
	made.share = zero; /* section 7.4.2: no secret */
	send_hello();
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
	hello13();
	made.group = TLS_SECP256R1;
	made.share = point; /* not on the curve */
	made.sharelen = sizeof point;
	send_hello();
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
	hello13();
	made.group = TLS_SECP384R1; /* offered, but of which no share was sent */
	made.share = point;
	made.sharelen = sizeof point;
	send_hello();
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
}

static void rfc8446_5_1_nothing_follows_the_server_hello_in_its_record(void **state)
{
	uint8_t msg[1100] = { 2, 0 };
	size_t n;

	(void)state;
	hello13();
	n = make(msg + 4);
	msg[2] = (uint8_t)(n >> 8);
	msg[3] = (uint8_t)n;
	msg[4 + n] = 8; /* EncryptedExtensions, in the clear */
	record(22, msg, n + 5);
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
}

/* ---- HelloRetryRequest ----------------------------------------------------------------------- */

static void retry(unsigned group)
{
	static uint8_t out[8192];

	hello13();
	(void)drain(out, sizeof out);
	made.retry = true;
	made.group = group;
	send_hello();
	goes_on();
}

static void rfc8446_4_1_4_second_hello(void **state)
{
	static uint8_t first[4096], second[4096];
	size_t n, k;

	(void)state;
	hello13();
	n = drain(first, sizeof first);
	made.retry = true;
	made.group = TLS_SECP384R1;
	send_hello();
	k = drain(second, sizeof second);
	assert_int_equal(second[0], 22);
	assert_int_equal(second[1] << 8 | second[2], 0x0303); /* section 5.1 */
	/* section 4.1.2: nothing else is changed; random and session id are the same */
	assert_memory_equal(first + 9, second + 9, 2 + 32 + 1 + 32);
	/* one share of 97 octets for 32 and 65 of two */
	assert_int_equal(k, n - (4 + 32 + 4 + 65) + 4 + 97);
}

static void rfc8446_4_1_4_what_a_retry_binds(void **state)
{
	static const uint8_t share[32] = { 9 };

	(void)state;
	retry(TLS_SECP384R1);
	send_hello(); /* a second one */
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	retry(TLS_SECP384R1);
	made.retry = false;
	made.group = TLS_X25519;
	made.share = share;
	send_hello();
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
	retry(TLS_SECP384R1);
	made.retry = false;
	made.suite = 0x1303;
	send_hello();
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
	retry(TLS_SECP384R1); /* an older version than that of the retry */
	made = (struct made){ 0x0303, BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 0, 0, false, false, false,
		false, NULL, 0 };
	send_hello();
	refused(TLS_ALERT_ILLEGAL_PARAMETER);
}

/* ---- the order of messages ----------------------------------------------------------------------- */

static void messages_out_of_order(void **state)
{
	static const uint8_t first[] = { 1, 4, 8, 11, 12, 13, 14, 16, 20, 22 };
	static const uint8_t body[8] = { 0 };
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof first; i++) { /* before the ServerHello */
		begin(TLS_OFFER_ALL);
		message(first[i], body, first[i] == 14 ? 0 : sizeof body);
		refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	}
	for (i = 0; i < sizeof first; i++) { /* instead of the Certificate */
		if (first[i] == 11)
			continue;
		hello12(TLS_OFFER_ALL);
		send_hello();
		message(first[i], body, first[i] == 14 ? 0 : sizeof body);
		refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	}
	hello12(TLS_OFFER_ALL);
	send_hello();
	send_hello();
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
}

static void rfc5246_7_4_1_1_hello_requests_are_passed_over(void **state)
{
	unsigned i;

	(void)state;
	hello12(TLS_OFFER_ALL);
	for (i = 0; i < TLS_MAX_STRAY; i++)
		message(0, NULL, 0);
	send_hello();
	goes_on();
	message(0, NULL, 0);
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	begin(TLS_OFFER_ALL);
	message(0, (const uint8_t *)"x", 1);
	refused(TLS_ALERT_DECODE_ERROR);
}

static void rfc8446_5_dummy_change_cipher_spec(void **state)
{
	(void)state;
	hello13();
	record(20, (const uint8_t *)"\x01", 1);
	send_hello();
	goes_on();
	hello12(TLS_OFFER_ALL); /* in TLS 1.2 it is none */
	record(20, (const uint8_t *)"\x01", 1);
	send_hello();
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	hello12(TLS_OFFER_ALL);
	send_hello();
	record(20, (const uint8_t *)"\x01", 1);
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	begin(TLS_OFFER_ALL);
	record(20, (const uint8_t *)"\x02", 1);
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	begin(TLS_OFFER_ALL);
	record(20, (const uint8_t *)"\x01\x01", 2);
	refused(TLS_ALERT_DECODE_ERROR);
}

static void rfc8446_5_1_records_in_the_clear(void **state)
{
	static const uint8_t half[6] = { 2, 0, 0, 70, 3, 3 }, big[16385] = { 0 };

	(void)state;
	begin(TLS_OFFER_ALL);
	record(23, half, sizeof half); /* application data */
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	begin(TLS_OFFER_ALL);
	record(22, NULL, 0);
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	begin(TLS_OFFER_ALL);
	record(22, big, sizeof big);
	refused(TLS_ALERT_RECORD_OVERFLOW);
	begin(TLS_OFFER_ALL);
	record(22, half, sizeof half);
	record(21, (const uint8_t *)"\x01\x70", 2); /* an alert within a message */
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	begin(TLS_OFFER_ALL);
	session_feed(&s, (const uint8_t *)"220 mx\r\n", 8);
	refused(TLS_ALERT_PROTOCOL_VERSION);
	begin(TLS_OFFER_ALL);
	record(21, half, 1);
	refused(TLS_ALERT_DECODE_ERROR);
}

static void messages_of_absurd_size(void **state)
{
	static const uint8_t hello[8] = { 2, 0xff, 0xff, 0xff }, done[8] = { 14, 0, 0, 1 };
	static const uint8_t key[8] = { 12, 0, 0x10, 1 };

	(void)state;
	begin(TLS_OFFER_ALL);
	record(22, hello, sizeof hello);
	refused(TLS_ALERT_DECODE_ERROR);
	hello12(TLS_OFFER_ALL);
	send_hello();
	record(22, done, sizeof done);
	refused(TLS_ALERT_DECODE_ERROR);
	hello12(TLS_OFFER_ALL);
	send_hello();
	record(22, key, sizeof key); /* 4097 octets */
	refused(TLS_ALERT_DECODE_ERROR);
}

static void rfc6066_3_warnings_end_nothing_but_are_bounded(void **state)
{
	unsigned i;

	(void)state;
	hello12(TLS_OFFER_ALL);
	for (i = 0; i < TLS_MAX_STRAY; i++)
		record(21, (const uint8_t *)"\x01\x70", 2);
	send_hello();
	goes_on();
	record(21, (const uint8_t *)"\x01\x70", 2);
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
}

static void alerts_that_end_it(void **state)
{
	static uint8_t out[8192];
	char why[1024];

	(void)state;
	begin(TLS_OFFER_ALL);
	record(21, (const uint8_t *)"\x02\x28", 2);
	assert_int_equal(tls_session_state(&s), TLS_FAILED);
	assert_non_null(strstr(tls_session_error(&s, why, sizeof why), "handshake_failure"));
	begin(TLS_OFFER_ALL);
	assert_false(tls_session_declined(&s));
	(void)drain(out, sizeof out);
	record(21, (const uint8_t *)"\x01\x00", 2); /* close_notify, which is answered */
	assert_int_equal(drain(out, sizeof out), 7);
	assert_int_equal(tls_session_state(&s), TLS_FAILED);
	assert_non_null(strstr(tls_session_error(&s, why, sizeof why), "closed TLS before"));
}

/* ---- CertificateStatus ------------------------------------------------------------------------------ */

/* A Certificate message of one of the vectors' leaves. */
static void certificate_of(const char *leaf)
{
	static struct tls_chain c;
	static uint8_t msg[4096];
	struct tls_wr w = tls_wr_init(msg, sizeof msg);
	size_t x;

	vec_chain(&c, leaf);
	x = tls_wr_begin(&w, 3);
	tls_wr_uint(&w, (unsigned)c.len[0], 3);
	tls_wr_put(&w, c.der, c.len[0]);
	tls_wr_end(&w, x, 3);
	message(11, msg, w.n);
}

static void certificate(void)
{
	certificate_of("leaf-rsa");
}

static void rfc6066_8_certificate_status(void **state)
{
	static uint8_t status[TLS_MAX_STAPLE + 100] = { 1, 0, 0, 5, 'h', 'e', 'l', 'l', 'o' };

	(void)state;
	hello12(TLS_OFFER_ALL);
	send_hello();
	certificate();
	message(22, status, 9);
	goes_on();
	assert_int_equal(s.staple_len, 5);
	assert_memory_equal(s.staple, "hello", 5);
	message(22, status, 9); /* a second one */
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	hello12(TLS_OFFER_ALL); /* not acknowledged */
	made.status = false;
	send_hello();
	certificate();
	message(22, status, 9);
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	hello12(TLS_OFFER_ALL); /* before the Certificate */
	send_hello();
	message(22, status, 9);
	refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	hello12(TLS_OFFER_ALL);
	send_hello();
	certificate();
	status[0] = 2; /* ocsp_multi: not asked for */
	message(22, status, 9);
	status[0] = 1;
	refused(TLS_ALERT_DECODE_ERROR);
	hello12(TLS_OFFER_ALL);
	send_hello();
	certificate();
	message(22, status, 10); /* trailing octet */
	refused(TLS_ALERT_DECODE_ERROR);
	hello12(TLS_OFFER_ALL);
	send_hello();
	certificate();
	message(22, status, 4 + TLS_MAX_STAPLE + 1); /* too long to be kept: noted */
	goes_on();
	assert_true(s.staple_len > TLS_MAX_STAPLE);
}

/* ---- ServerKeyExchange --------------------------------------------------------------------------------- */

static void rfc8446_4_2_3_a_pss_signature_that_is_none(void **state)
{
	static uint8_t ske[4 + 65 + 4 + 256];
	unsigned scheme;

	(void)state;
	for (scheme = TLS_PSS_RSAE_SHA256; scheme <= TLS_PSS_PSS_SHA512; scheme++) {
		hello12(TLS_OFFER_ALL);
		send_hello();
		certificate();
		ske[0] = 3;
		ske[2] = TLS_SECP256R1;
		ske[3] = 65;
		ske[4] = 4;
		ske[69] = (uint8_t)(scheme >> 8);
		ske[70] = (uint8_t)scheme;
		ske[71] = 1;
		ske[72] = 0;
		message(12, ske, sizeof ske);
		refused(scheme == 0x0808 || scheme == TLS_ED25519 ? TLS_ALERT_ILLEGAL_PARAMETER :
		    TLS_ALERT_DECRYPT_ERROR);
	}
}

/* The hash in place of the signature passes for a message that was verified by PSS alone. */
static void the_stand_in_is_for_one_message(void **state)
{
	static uint8_t ske[4 + 65 + 4 + 32] = { 3, 0, TLS_SECP256R1, 65, 4 };

	(void)state;
	hello12(TLS_OFFER_ALL);
	send_hello();
	certificate();
	ske[69] = 4;
	ske[70] = 1;
	ske[72] = 32;
	message(12, ske, sizeof ske);
	refused(TLS_ALERT_DECRYPT_ERROR);
	assert_true(br_ssl_engine_get_rsavrfy(&s.cc.eng) == br_rsa_pkcs1_vrfy_get_default());
}

/* A key exchange on P-256 signed in this scheme with n zeros, by a server with that leaf. */
static size_t key_exchange(const char *leaf, unsigned scheme, size_t n, uint8_t *ske)
{
	struct tls_wr w = tls_wr_init(ske, 512);
	static const uint8_t zero[256], point[65] = { 4 };

	hello12(TLS_OFFER_ALL);
	if (strcmp(leaf, "leaf-rsa") != 0)
		made.suite = BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
	send_hello();
	certificate_of(leaf);
	goes_on();
	tls_wr_uint(&w, 3, 1); /* named_curve */
	tls_wr_uint(&w, TLS_SECP256R1, 2);
	tls_wr_uint(&w, sizeof point, 1);
	tls_wr_put(&w, point, sizeof point);
	tls_wr_uint(&w, scheme, 2);
	tls_wr_uint(&w, (unsigned)n, 2);
	tls_wr_put(&w, zero, n);
	return w.n;
}

static void rfc8422_5_4_malformed_key_exchange(void **state)
{
	static const struct { const char *leaf; unsigned scheme; size_t n; } k[] = {
		{ "leaf-rsa", TLS_RSA_PKCS1_SHA256, 256 }, { "leaf-ed", TLS_ED25519, 64 } };
	uint8_t ske[512];
	unsigned i;
	size_t n;

	(void)state;
	for (i = 0; i < 2; i++) {
		n = key_exchange(k[i].leaf, k[i].scheme, k[i].n, ske);
		ske[0] = 1; /* explicit_prime */
		message(12, ske, n);
		refused(TLS_ALERT_DECODE_ERROR);
		n = key_exchange(k[i].leaf, k[i].scheme, k[i].n, ske);
		message(12, ske, n - 1);
		refused(TLS_ALERT_DECODE_ERROR);
		n = key_exchange(k[i].leaf, k[i].scheme, k[i].n, ske);
		ske[n] = 0;
		message(12, ske, n + 1);
		refused(TLS_ALERT_DECODE_ERROR);
	}
}

/* The accepts are in tests/vectors/flight. */
static void rfc8422_5_11_a_secret_of_zeros(void **state)
{
	uint8_t ske[512] = { 3, 0, TLS_X25519, 32, 0 };
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) { /* the points 0 and 1: of small order */
		hello12(TLS_OFFER_ALL);
		send_hello();
		certificate();
		ske[4] = (uint8_t)i;
		ske[36] = 4; /* rsa_pkcs1_sha256 */
		ske[37] = 1;
		ske[38] = 1;
		message(12, ske, 4 + 32 + 4 + 256);
		refused(TLS_ALERT_ILLEGAL_PARAMETER);
	}
	hello12(TLS_OFFER_ALL);
	send_hello();
	certificate();
	ske[4] = 9;
	message(12, ske, 4 + 32 + 4 + 256); /* it is not signed */
	refused(TLS_ALERT_DECRYPT_ERROR);
}

/* The accept is in tests/vectors/flight: BearSSL's server has no such key. */
static void rfc8422_5_10_ed25519_in_tls_1_2_needs_its_key(void **state)
{
	static const struct { unsigned scheme; size_t n; unsigned alert; } k[] = {
		{ TLS_ED25519, 64, TLS_ALERT_DECRYPT_ERROR }, { TLS_ED25519, 0, TLS_ALERT_DECRYPT_ERROR },
		{ TLS_ECDSA_P256_SHA256, 32, TLS_ALERT_DECRYPT_ERROR }, /* as long as the stand-in */
		{ TLS_RSA_PKCS1_SHA256, 32, TLS_ALERT_DECRYPT_ERROR },
		{ 0x0808, 64, TLS_ALERT_ILLEGAL_PARAMETER } }; /* Ed448: not offered */
	uint8_t ske[512];
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof k / sizeof k[0]; i++) {
		message(12, ske, key_exchange("leaf-ed", k[i].scheme, k[i].n, ske));
		refused(k[i].alert);
	}
	hello12(TLS_OFFER_ALL);
	made.suite = BR_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA;
	made.legacy = 0x0302; /* TLS 1.1 */
	send_hello();
	certificate_of("leaf-ed");
	refused(TLS_ALERT_UNSUPPORTED_CERTIFICATE);
}

static void one_octet_at_a_time(void **state)
{
	uint8_t msg[1024], head[4] = { 2, 0 };
	size_t n, i;

	(void)state;
	hello12(TLS_OFFER_ALL);
	n = make(msg);
	head[2] = (uint8_t)(n >> 8);
	head[3] = (uint8_t)n;
	for (i = 0; i < 4; i++)
		record(22, head + i, 1);
	for (i = 0; i < n; i++)
		record(22, msg + i, 1);
	goes_on();
	assert_int_equal(s.graft.version, 0x0303);
	certificate();
	goes_on();
}

/* ---- what comes with the flight ------------------------------------------------------------------ */

/* RFC 8446 section 2: a server may speak right after its Finished.  All its records came in one read
   with the flight; they must be had without another octet from the server. */
static void rfc8446_2_data_that_came_with_the_flight(void **state)
{
	static const uint8_t secret[TLS_MAX_HASH] = { 5 };
	static struct tls_record peer;
	uint8_t rec[64];
	const uint8_t *p;
	size_t n, room, i;

	(void)state;
	begin(TLS_OFFER_ALL);
	tls_record_init(&peer, 0x1303, secret);
	tls_record_init(&s.t13.in, 0x1303, secret);
	s.graft.stage = TLS_STAGE_13;
	s.t13.on = true;
	s.t13.step = TLS13_OPEN;
	for (i = 0; i < 5; i++) {
		rec[TLS_RECORD_HEAD] = (uint8_t)('a' + i);
		n = tls_record_seal(&peer, TLS_APP_DATA, rec, 1);
		memcpy(s.graft.in + s.graft.inlen, rec, n);
		s.graft.inlen += n;
	}
	assert_null(tls_session_rec_in(&s, &room));
	for (i = 0; i < 5; i++) {
		p = tls_session_app_in(&s, &n);
		assert_non_null(p);
		assert_int_equal(n, 1);
		assert_int_equal(*p, 'a' + i);
		tls_session_app_in_ack(&s, 1);
	}
	assert_null(tls_session_app_in(&s, &n));
	assert_non_null(tls_session_rec_in(&s, &room));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc8446_4_1_3_downgrade_sentinels),
		cmocka_unit_test(rfc5246_7_4_1_3_nothing_is_resumed),
		cmocka_unit_test(narrowed_offers_are_kept_to),
		cmocka_unit_test(alerts_that_decline),
		cmocka_unit_test(suites_and_versions_not_offered),
		cmocka_unit_test(rfc8446_4_2_8_bad_key_shares),
		cmocka_unit_test(rfc8446_5_1_nothing_follows_the_server_hello_in_its_record),
		cmocka_unit_test(rfc8446_4_1_4_second_hello),
		cmocka_unit_test(rfc8446_4_1_4_what_a_retry_binds),
		cmocka_unit_test(messages_out_of_order),
		cmocka_unit_test(rfc5246_7_4_1_1_hello_requests_are_passed_over),
		cmocka_unit_test(rfc8446_5_dummy_change_cipher_spec),
		cmocka_unit_test(rfc8446_5_1_records_in_the_clear),
		cmocka_unit_test(messages_of_absurd_size),
		cmocka_unit_test(rfc6066_3_warnings_end_nothing_but_are_bounded),
		cmocka_unit_test(alerts_that_end_it),
		cmocka_unit_test(rfc6066_8_certificate_status),
		cmocka_unit_test(rfc8446_4_2_3_a_pss_signature_that_is_none),
		cmocka_unit_test(the_stand_in_is_for_one_message),
		cmocka_unit_test(rfc8422_5_4_malformed_key_exchange),
		cmocka_unit_test(rfc8422_5_11_a_secret_of_zeros),
		cmocka_unit_test(rfc8422_5_10_ed25519_in_tls_1_2_needs_its_key),
		cmocka_unit_test(one_octet_at_a_time),
		cmocka_unit_test(rfc8446_2_data_that_came_with_the_flight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
