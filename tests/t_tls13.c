/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of tls/tls13.c and tls/shake13.c against the server of peer13.c, in memory: each good
 * variation opens; each thing left out, repeated, changed or sent at the wrong time is refused with
 * the alert of RFC 8446, which the server decrypts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/hex.h"
#include "tests/stand13.h"
#include "tests/vectors/rfc8448.h"

#define ALL ((size_t)-1)

static struct peer13_key *key(const char *name)
{
	static struct { char name[16]; struct peer13_key key; } known[12];
	size_t i;

	for (i = 0; i < 12 && known[i].name[0] != '\0'; i++) {
		if (strcmp(known[i].name, name) == 0)
			return &known[i].key;
	}
	assert_true(i < 12);
	if (!peer13_key_load(&known[i].key, "tls13", name, name))
		fail_msg("tests/vectors/tls13/%s cannot be read (run from the top folder)", name);
	snprintf(known[i].name, sizeof known[i].name, "%s", name);
	return &known[i].key;
}

/* ---- flights and outcomes -------------------------------------------------------------- */

enum { EE, REQ, CERT, VERIFY, FIN, DONE };

static void message(unsigned which)
{
	/* signature_algorithms, and an extension that nobody knows */
	static const uint8_t request[] = { 0, 0, 14, 0, 13, 0, 4, 0, 2, 4, 3, 0xfa, 0xfa, 0, 2, 1, 2 };

	switch (which) {
	case EE: peer13_ee(&peer, NULL, 0); break;
	case REQ: peer13_msg(&peer, PEER13_REQUEST, request, sizeof request); break;
	case CERT: peer13_cert(&peer, NULL, 0); break;
	case VERIFY: peer13_verify(&peer, peer.key, TLS_ECDSA_P256_SHA256, NULL); break;
	case FIN: peer13_finished(&peer); break;
	}
}

/* A list of messages that ends in DONE. */
static void messages(const unsigned *which)
{
	for (; *which != DONE; which++)
		message(*which);
}

static void begin(void)
{
	stand(0x1301, key("p256"));
}

/* The flight goes out whole; the server is at its application keys. */
static void go(void)
{
	peer13_flush(&peer, TLS_MAX_PLAIN);
	peer13_open(&peer);
	run(ALL);
}

static void is_open(void)
{
	assert_int_equal(told.alert, -1);
	assert_int_equal(told.alerted, -1);
	assert_true(client.opened);
	assert_int_equal(client.version, 0x0304);
	assert_true(told.begun == 1 && told.ended == 1);
	assert_true(peer.finished);
	assert_false(peer.bad);
	assert_int_equal(peer.alert, -1);
	assert_int_equal(peer.ccs, 1); /* appendix D.4, before the first encrypted record */
	assert_false(peer.ccs_late);
	assert_false(tls13_is_closed(&client));
}

static void is_dead(void)
{
	size_t n;

	assert_null(tls13_rec_in(&client, &n));
	assert_null(tls13_rec_out(&client, &n));
	assert_null(tls13_app_in(&client, &n));
	assert_int_equal(tls13_app_out(&client, (const uint8_t *)"x", 1), 0);
	assert_false(tls13_is_closed(&client));
}

/* It failed with this alert, which the server got; opened tells whether it had been open before. */
static void is_refused_after(unsigned alert, bool opened)
{
	if (told.alert != (int)alert)
		fail_msg("alert %d instead of %u: %s", told.alert, alert, told.why ? told.why : "");
	assert_non_null(told.why);
	assert_true(strlen(told.why) > 10 && told.why[strlen(told.why) - 1] != '.');
	assert_int_equal(peer.alert, alert);
	assert_false(peer.bad);
	assert_true(client.opened == opened && peer.finished == opened);
	is_dead();
}

static void is_refused(unsigned alert)
{
	is_refused_after(alert, false);
	assert_int_equal(client.version, 0);
}

static void open_it(unsigned suite)
{
	static const unsigned good[] = { EE, CERT, VERIFY, FIN, DONE };

	stand(suite, key("p256"));
	messages(good);
	go();
	is_open();
}

/* ---- what is good ---------------------------------------------------------------------- */

static void rfc8446_2_each_suite(void **state)
{
	unsigned suite;

	(void)state;
	for (suite = 0x1301; suite <= 0x1303; suite++) {
		open_it(suite);
		assert_int_equal(client.scheme, TLS_ECDSA_P256_SHA256);
		assert_int_equal(client.chain.n, 1);
		assert_int_equal(client.chain.len[0], peer.key->chain.len[0]);
		assert_memory_equal(client.chain.der, peer.key->chain.der, peer.key->chain.len[0]);
		assert_int_equal(client.staple_len, 0);
	}
}

static void rfc8446_4_2_3_each_scheme(void **state)
{
	static const struct { const char *key; unsigned scheme; } v[] = {
		{ "rsa", TLS_PSS_RSAE_SHA256 }, { "rsa", TLS_PSS_RSAE_SHA384 },
		{ "rsa", TLS_PSS_RSAE_SHA512 }, { "pss", TLS_PSS_PSS_SHA256 },
		{ "pss", TLS_PSS_PSS_SHA384 }, { "pss", TLS_PSS_PSS_SHA512 },
		{ "pss256", TLS_PSS_PSS_SHA256 }, { "p256", TLS_ECDSA_P256_SHA256 },
		{ "p384", TLS_ECDSA_P384_SHA384 }, { "p521", TLS_ECDSA_P521_SHA512 },
		{ "ed25519", TLS_ED25519 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof v / sizeof v[0]; i++) {
		stand(0x1302, key(v[i].key));
		message(EE);
		message(CERT);
		peer13_verify(&peer, peer.key, v[i].scheme, NULL);
		message(FIN);
		go();
		is_open();
		assert_int_equal(client.scheme, v[i].scheme);
	}
}

static void rfc8446_5_1_any_fragmentation(void **state)
{
	static const size_t records[] = { 1, 2, 3, 5, 64, 501, 16384 }, pieces[] = { 1, 2, 7, 1000, ALL };
	static const unsigned good[] = { EE, REQ, CERT, VERIFY, FIN, DONE };
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof records / sizeof records[0]; i++) {
		for (j = 0; j < sizeof pieces / sizeof pieces[0]; j++) {
			stand(0x1303, key("p256"));
			messages(good);
			peer13_flush(&peer, records[i]);
			peer13_open(&peer);
			run(pieces[j]);
			is_open();
			assert_true(peer.cert);
		}
	}
}

static void padded_records(void **state)
{
	static const unsigned good[] = { EE, CERT, VERIFY, FIN, DONE };
	size_t i;

	(void)state;
	begin();
	messages(good);
	for (i = 0; i < peer.nflight; i += 200)
		peer13_padded(&peer, TLS_HANDSHAKE_DATA, peer.flight + i,
		    peer.nflight - i < 200 ? peer.nflight - i : 200, i);
	peer13_open(&peer);
	run(ALL);
	is_open();
}

/* A chain of n times the same certificate. */
static struct peer13_key *repeated(const char *name, unsigned n)
{
	static struct peer13_key many;
	const struct tls_chain *one = &key(name)->chain;

	many = *key(name);
	while (many.chain.n < n)
		tls_chain_add(&many.chain, one->der, one->len[0]);
	return &many;
}

static void a_chain_of_16_certificates(void **state)
{
	struct peer13_key *k = repeated("rsa", 16);

	(void)state;
	assert_true(k->chain.used > 10 * 1024);
	stand(0x1301, k);
	message(EE);
	message(CERT);
	peer13_verify(&peer, k, TLS_PSS_RSAE_SHA256, NULL);
	message(FIN);
	go();
	is_open();
	assert_int_equal(client.chain.n, 16);
	assert_memory_equal(client.chain.der, k->chain.der, k->chain.used);
	assert_int_equal(client.chain.off[15], k->chain.off[15]);
}

static void rfc8446_4_3_2_certificate_requested(void **state)
{
	static const unsigned good[] = { EE, REQ, CERT, VERIFY, FIN, DONE };

	(void)state;
	begin();
	messages(good);
	go();
	is_open();
	assert_true(peer.cert); /* an empty one, and no CertificateVerify: the server checks Finished */
}

static void not_asked_no_certificate(void **state)
{
	(void)state;
	open_it(0x1301);
	assert_false(peer.cert);
	assert_int_equal(peer.records, 1);
}

static void rfc8446_4_3_1_extensions_asked_for(void **state)
{
	static const uint8_t ext[] = { 0, 0, 0, 0, 0, 10, 0, 6, 0, 4, 0, 29, 0, 23 };

	(void)state;
	begin();
	peer13_ee(&peer, ext, sizeof ext);
	message(CERT);
	message(VERIFY);
	message(FIN);
	go();
	is_open();
}

/* ---- the order of messages ------------------------------------------------------------- */

static void refused_order(const unsigned *which)
{
	begin();
	messages(which);
	go();
	is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
}

static void rfc8446_4_a_message_left_out(void **state)
{
	static const unsigned v[][6] = {
		{ CERT, VERIFY, FIN, DONE }, { EE, VERIFY, FIN, DONE }, { EE, CERT, FIN, DONE },
		{ FIN, DONE }, { EE, FIN, DONE }, { EE, REQ, VERIFY, FIN, DONE }, { EE, REQ, FIN, DONE },
		{ REQ, CERT, VERIFY, FIN, DONE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof v / sizeof v[0]; i++)
		refused_order(v[i]);
	begin(); /* and without Finished there is nothing to open it */
	message(EE);
	message(CERT);
	message(VERIFY);
	go();
	assert_true(!client.opened && told.alert == -1 && peer.records == 0);
}

static void rfc8446_4_a_message_repeated(void **state)
{
	static const unsigned v[][7] = {
		{ EE, EE, CERT, VERIFY, FIN, DONE }, { EE, CERT, CERT, VERIFY, FIN, DONE },
		{ EE, CERT, VERIFY, VERIFY, FIN, DONE }, { EE, REQ, REQ, CERT, VERIFY, FIN, DONE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof v / sizeof v[0]; i++)
		refused_order(v[i]);
	open_it(0x1301);
	message(FIN);
	peer13_flush(&peer, TLS_MAX_PLAIN);
	run(ALL);
	is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
}

static void rfc8446_4_messages_out_of_order(void **state)
{
	static const unsigned v[][6] = {
		{ CERT, EE, VERIFY, FIN, DONE }, { EE, VERIFY, CERT, FIN, DONE },
		{ EE, CERT, REQ, VERIFY, FIN, DONE }, { EE, CERT, VERIFY, REQ, FIN, DONE },
		{ REQ, EE, CERT, VERIFY, FIN, DONE }, { EE, CERT, FIN, VERIFY, DONE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof v / sizeof v[0]; i++)
		refused_order(v[i]);
}

/* Of TLS 1.2, of the client, or of nobody, in every state. */
static void a_message_that_is_no_answer(void **state)
{
	static const uint8_t types[] = { 0, 1, 2, 3, 5, 6, 12, 14, 16, 21, 22, 23, 25, 67, 254, 255 };
	static const unsigned good[] = { EE, CERT, VERIFY, FIN };
	static const uint8_t body[4];
	unsigned before, j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof types; i++) {
		for (before = 0; before < 4; before++) {
			begin();
			for (j = 0; j < before; j++)
				message(good[j]);
			peer13_msg(&peer, types[i], body, sizeof body);
			go();
			is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
		}
		open_it(0x1301);
		peer13_msg(&peer, types[i], body, sizeof body);
		peer13_flush(&peer, TLS_MAX_PLAIN);
		run(ALL);
		is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
	}
}

/* It is refused as soon as its header is there. */
static void nothing_is_read_of_a_wrong_message(void **state)
{
	static const uint8_t head[4] = { 11, 0xff, 0xff, 0xff };

	(void)state;
	begin();
	peer13_record(&peer, TLS_HANDSHAKE_DATA, head, sizeof head);
	run(ALL);
	is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
}

/* ---- EncryptedExtensions --------------------------------------------------------------- */

static void refused_ee(const uint8_t *ext, size_t n, unsigned alert)
{
	begin();
	peer13_ee(&peer, ext, n);
	message(CERT);
	message(VERIFY);
	message(FIN);
	go();
	is_refused(alert);
}

static void rfc8446_4_2_extension_not_asked_for(void **state)
{
	static const uint16_t types[] = { 1, 14, 15, 16, 18, 19, 20, 21, 28, 35, 41, 42, 45, 47, 49,
		0xff01, 0xfafa };
	uint8_t ext[4] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof types / sizeof types[0]; i++) {
		ext[0] = (uint8_t)(types[i] >> 8);
		ext[1] = (uint8_t)types[i];
		refused_ee(ext, sizeof ext, TLS_ALERT_UNSUPPORTED_EXTENSION);
	}
}

static void rfc8446_4_2_server_name_not_asked_for(void **state)
{
	static const uint8_t ext[4] = { 0 };

	(void)state;
	begin();
	client.cc.eng.server_name[0] = '\0';
	peer13_ee(&peer, ext, sizeof ext);
	go();
	is_refused(TLS_ALERT_UNSUPPORTED_EXTENSION);
}

static void rfc8446_4_2_extension_of_another_message(void **state)
{
	static const uint8_t types[] = { 5, 13, 43, 44, 50, 51 };
	uint8_t ext[4] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof types; i++) {
		ext[1] = types[i];
		refused_ee(ext, sizeof ext, TLS_ALERT_ILLEGAL_PARAMETER);
	}
}

static void rfc8446_4_2_extension_twice(void **state)
{
	static const uint8_t sni[] = { 0, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t groups[] = { 0, 10, 0, 4, 0, 2, 0, 29, 0, 0, 0, 0, 0, 10, 0, 4, 0, 2, 0, 29 };

	(void)state;
	refused_ee(sni, sizeof sni, TLS_ALERT_ILLEGAL_PARAMETER);
	refused_ee(groups, sizeof groups, TLS_ALERT_ILLEGAL_PARAMETER);
}

static void rfc8446_4_3_1_malformed(void **state)
{
	static const struct { uint8_t n, ext[12]; } v[] = {
		{ 1, { 0 } }, { 3, { 0, 0, 0 } }, { 4, { 0, 0, 0, 1 } }, { 5, { 0, 0, 0, 1, 0 } },
		{ 4, { 0, 10, 0, 0 } }, { 6, { 0, 10, 0, 2, 0, 0 } }, { 7, { 0, 10, 0, 3, 0, 1, 29 } },
		{ 9, { 0, 10, 0, 5, 0, 3, 0, 29, 0 } }, { 9, { 0, 10, 0, 5, 0, 2, 0, 29, 0 } },
	};
	static const uint8_t bodies[][6] = { { 0 }, { 0, 1 }, { 0, 5, 0, 0, 0, 0 }, { 0, 3, 0, 0, 0, 0 } };
	static const uint8_t lens[] = { 1, 2, 6, 6 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof v / sizeof v[0]; i++)
		refused_ee(v[i].ext, v[i].n, TLS_ALERT_DECODE_ERROR);
	for (i = 0; i < sizeof lens; i++) {
		begin();
		peer13_msg(&peer, PEER13_EXTENSIONS, bodies[i], lens[i]);
		go();
		is_refused(TLS_ALERT_DECODE_ERROR);
	}
	begin();
	peer13_msg(&peer, PEER13_EXTENSIONS, NULL, 0);
	go();
	is_refused(TLS_ALERT_DECODE_ERROR);
}

static void a_message_over_4_kib(void **state)
{
	static uint8_t ext[TLS13_MAX_MESSAGE];

	(void)state;
	ext[0] = 0xfa;
	ext[2] = (uint8_t)((TLS13_MAX_MESSAGE - 6) >> 8);
	ext[3] = (uint8_t)(TLS13_MAX_MESSAGE - 6);
	refused_ee(ext, TLS13_MAX_MESSAGE - 2, TLS_ALERT_UNSUPPORTED_EXTENSION); /* read */
	ext[3]++;
	refused_ee(ext, TLS13_MAX_MESSAGE - 1, TLS_ALERT_DECODE_ERROR);
}

/* ---- CertificateRequest ---------------------------------------------------------------- */

static void request(const uint8_t *body, size_t n)
{
	begin();
	message(EE);
	peer13_msg(&peer, PEER13_REQUEST, body, n);
	message(CERT);
	message(VERIFY);
	message(FIN);
	go();
}

static void rfc8446_4_3_2_context(void **state)
{
	static const uint8_t body[] = { 1, 9, 0, 8, 0, 13, 0, 4, 0, 2, 4, 3 };

	(void)state;
	request(body, sizeof body);
	is_refused(TLS_ALERT_ILLEGAL_PARAMETER);
}

static void rfc8446_4_3_2_without_signature_algorithms(void **state)
{
	static const uint8_t none[] = { 0, 0, 0 }, cert_only[] = { 0, 0, 8, 0, 50, 0, 4, 0, 2, 4, 3 };

	(void)state;
	request(none, sizeof none);
	is_refused(TLS_ALERT_MISSING_EXTENSION);
	request(cert_only, sizeof cert_only);
	is_refused(TLS_ALERT_MISSING_EXTENSION);
}

static void rfc8446_4_3_2_extensions(void **state)
{
	static const uint8_t known[] = { 0, 0, 28, 0, 13, 0, 4, 0, 2, 4, 3, 0, 50, 0, 4, 0, 2, 4, 3,
		0, 5, 0, 0, 0, 18, 0, 0, 0, 47, 0, 0 };
	static const uint8_t wrong[] = { 0, 0, 12, 0, 13, 0, 4, 0, 2, 4, 3, 0, 51, 0, 0 };
	static const uint8_t twice[] = { 0, 0, 16, 0, 13, 0, 4, 0, 2, 4, 3, 0, 13, 0, 4, 0, 2, 4, 3 };

	(void)state;
	request(known, sizeof known);
	is_open();
	assert_true(peer.cert);
	request(wrong, sizeof wrong);
	is_refused(TLS_ALERT_ILLEGAL_PARAMETER);
	request(twice, sizeof twice);
	is_refused(TLS_ALERT_ILLEGAL_PARAMETER);
}

static void rfc8446_4_3_2_malformed(void **state)
{
	static const struct { uint8_t n, body[14]; } v[] = {
		{ 0, { 0 } }, { 1, { 0 } }, { 2, { 0, 0 } }, { 4, { 0, 0, 0, 0 } }, { 3, { 1, 0, 0 } },
		{ 11, { 0, 0, 8, 0, 13, 0, 4, 0, 2, 4 } }, { 9, { 0, 0, 6, 0, 13, 0, 2, 0, 0 } },
		{ 10, { 0, 0, 7, 0, 13, 0, 3, 0, 1, 4 } }, { 11, { 0, 0, 8, 0, 13, 0, 4, 0, 1, 4, 3 } },
	};
	static const uint8_t good[] = { 0, 0, 8, 0, 13, 0, 4, 0, 2, 4, 3 };
	size_t i;

	(void)state;
	request(good, sizeof good);
	is_open();
	request(v[0].body, v[0].n);
	is_refused(TLS_ALERT_DECODE_ERROR);
	for (i = 1; i < sizeof v / sizeof v[0]; i++) {
		if (v[i].n == 11 && v[i].body[8] == 2)
			request(good, 10);
		else
			request(v[i].body, v[i].n);
		is_refused(TLS_ALERT_DECODE_ERROR);
	}
}

/* ---- RFC 8448 section 6 ---------------------------------------------------------------- */

/* Both ends after the hello messages of the trace. */
static void trace(void)
{
	uint8_t hello[512], secret[32];
	size_t n = hex_read(RFC8448_6_CH RFC8448_6_SH, hello, sizeof hello);

	stand(0x1301, NULL);
	(void)hex_read(RFC8448_6_SHARED, secret, sizeof secret);
	br_multihash_init(&client.transcript);
	br_multihash_update(&client.transcript, hello, n);
	tls13_begin(&client, secret, sizeof secret);
	peer13_begin(&peer, 0x1301, NULL, hello, n, secret, sizeof secret);
}

static void trace_says(const char *message)
{
	uint8_t b[1024];
	size_t n = hex_read(message, b, sizeof b);

	peer13_msg(&peer, b[0], b + 4, n - 4);
}

/*
 * The trace's hello asks for record_size_limit, ours does not.  So its EncryptedExtensions, which
 * answer that, go into both transcripts without being read; all that follows is read.
 */
static void trace_after_ee(void)
{
	trace();
	trace_says(RFC8448_6_EE);
	br_multihash_update(&client.transcript, peer.flight, peer.nflight);
	client.t13.step = TLS13_CERT_OR_REQUEST;
	peer.nflight = 0;
}

/* As it stands: the record opens, and the answer to what was not asked for is refused. */
static void rfc8448_6_record_size_limit(void **state)
{
	uint8_t b[1024];
	size_t n = hex_read(RFC8448_6_FLIGHT, b, sizeof b);

	(void)state;
	trace();
	assert_int_equal(give(b, n, ALL), n);
	drain();
	is_refused(TLS_ALERT_UNSUPPORTED_EXTENSION);
}

/* Its server's messages, and no certificate as the answer; the application keys, which do not come
   from that answer (RFC 8446 section 7.1), are those of the trace both ways. */
static void rfc8448_6_certificate_request(void **state)
{
	uint8_t b[1024];
	const uint8_t *out;
	size_t n;

	(void)state;
	trace_after_ee();
	trace_says(RFC8448_6_REQUEST);
	trace_says(RFC8448_6_CERT);
	trace_says(RFC8448_6_CV);
	trace_says(RFC8448_6_SERVER_FINISHED);
	go();
	is_open();
	assert_true(peer.cert);
	assert_int_equal(client.scheme, TLS_ECDSA_P256_SHA256);
	n = hex_read(RFC8448_6_CERT, b, sizeof b);
	assert_true(client.chain.n == 1 && client.chain.len[0] == n - 13);
	assert_memory_equal(client.chain.der, b + 11, n - 13);
	tls13_close(&client);
	out = tls13_rec_out(&client, &n);
	assert_non_null(out);
	assert_int_equal(n, hex_read(RFC8448_6_CLIENT_CLOSE, b, sizeof b));
	assert_memory_equal(out, b, n);
	tls13_rec_out_ack(&client, n);
	n = hex_read(RFC8448_6_SERVER_CLOSE, b, sizeof b);
	assert_int_equal(give(b, n, ALL), n);
	assert_true(tls13_is_closed(&client));
}

/* The request is part of what the server signs. */
static void rfc8448_6_another_request(void **state)
{
	uint8_t b[64];
	size_t n = hex_read(RFC8448_6_REQUEST, b, sizeof b);

	(void)state;
	trace_after_ee();
	trace_says(RFC8448_6_CERT);
	trace_says(RFC8448_6_CV);
	trace_says(RFC8448_6_SERVER_FINISHED);
	go();
	is_refused(TLS_ALERT_DECRYPT_ERROR);
	trace_after_ee();
	b[n - 1] ^= 1; /* the last algorithm of its list */
	peer13_msg(&peer, b[0], b + 4, n - 4);
	trace_says(RFC8448_6_CERT);
	trace_says(RFC8448_6_CV);
	trace_says(RFC8448_6_SERVER_FINISHED);
	go();
	is_refused(TLS_ALERT_DECRYPT_ERROR);
}

/* 64 extensions are taken, 65 are not. */
static void extensions_are_counted(void **state)
{
	static uint8_t body[3 + 8 + 64 * 4];
	unsigned n, i;

	(void)state;
	for (n = 63; n <= 64; n++) {
		memcpy(body + 3, "\0\15\0\4\0\2\4\3", 8);
		body[1] = (uint8_t)((8 + 4 * n) >> 8);
		body[2] = (uint8_t)(8 + 4 * n);
		for (i = 0; i < n; i++) {
			body[11 + 4 * i] = 0xfa;
			body[12 + 4 * i] = (uint8_t)i;
			body[13 + 4 * i] = body[14 + 4 * i] = 0;
		}
		request(body, 11 + 4 * n);
		if (n == 63)
			is_open();
		else
			is_refused(TLS_ALERT_DECODE_ERROR);
	}
}

static void rfc8446_4_6_2_request_after_the_handshake(void **state)
{
	(void)state;
	open_it(0x1301);
	message(REQ);
	peer13_flush(&peer, TLS_MAX_PLAIN);
	run(ALL);
	is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
}

/* ---- Certificate ----------------------------------------------------------------------- */

static void refused_cert(const uint8_t *body, size_t n, unsigned alert)
{
	begin();
	message(EE);
	peer13_msg(&peer, PEER13_CERT, body, n);
	message(VERIFY);
	message(FIN);
	go();
	is_refused(alert);
}

static void rfc8446_4_4_2_4_no_certificate(void **state)
{
	static const uint8_t body[4];

	(void)state;
	refused_cert(body, sizeof body, TLS_ALERT_DECODE_ERROR);
	assert_int_equal(told.begun, 0);
}

static void rfc8446_4_4_2_context(void **state)
{
	static const uint8_t body[] = { 1, 7, 0, 0, 6, 0, 0, 1, 0x30, 0, 0 };

	(void)state;
	refused_cert(body, sizeof body, TLS_ALERT_ILLEGAL_PARAMETER);
}

/* Each cut of a good message, and octets behind it. */
static void rfc8446_4_4_2_malformed(void **state)
{
	static uint8_t body[8192];
	const struct tls_chain *c;
	size_t n, i;

	(void)state;
	c = &key("p256")->chain;
	n = c->len[0] + 9;
	memcpy(body + 7, c->der, c->len[0]);
	body[2] = (uint8_t)((n - 4) >> 8);
	body[3] = (uint8_t)(n - 4);
	body[5] = (uint8_t)(c->len[0] >> 8);
	body[6] = (uint8_t)c->len[0];
	for (i = 0; i < n; i++)
		refused_cert(body, i, TLS_ALERT_DECODE_ERROR);
	refused_cert(body, n + 1, TLS_ALERT_DECODE_ERROR);
	body[3]++; /* half an entry behind it */
	refused_cert(body, n + 1, TLS_ALERT_DECODE_ERROR);
	body[3]--;
	body[6]++; /* certificate longer, extensions cut */
	refused_cert(body, n, TLS_ALERT_DECODE_ERROR);
	body[6]--;
	body[n - 1] = 1; /* extensions longer than they are */
	refused_cert(body, n, TLS_ALERT_DECODE_ERROR);
	body[n - 1] = 0;
	memset(body + 4, 0, 5); /* an empty certificate */
	body[2] = 0;
	body[3] = 5;
	refused_cert(body, 9, TLS_ALERT_DECODE_ERROR);
}

static void not_x509(void **state)
{
	static const uint8_t body[] = { 0, 0, 0, 7, 0, 0, 2, 0x30, 0, 0, 0 };

	(void)state;
	refused_cert(body, sizeof body, TLS_ALERT_BAD_CERTIFICATE);
	assert_true(told.begun == 1 && told.ended == 1);
}

static void refused_key(const struct peer13_key *k, unsigned scheme, unsigned alert)
{
	stand(0x1301, k);
	message(EE);
	message(CERT);
	peer13_verify(&peer, key("rsa"), scheme, NULL);
	message(FIN);
	go();
	is_refused(alert);
}

/* The certificate of one key file, signatures by another. */
static struct peer13_key *shown(const char *cert)
{
	static struct peer13_key k;

	assert_true(peer13_key_load(&k, "tls13", cert, "rsa"));
	return &k;
}

static void keys_that_are_not_supported(void **state)
{
	(void)state;
	refused_key(shown("k256"), TLS_PSS_RSAE_SHA256, TLS_ALERT_UNSUPPORTED_CERTIFICATE);
	refused_key(shown("rsa4104"), TLS_PSS_RSAE_SHA256, TLS_ALERT_UNSUPPORTED_CERTIFICATE);
	assert_non_null(strstr(told.why, "over 4096 bits"));
	refused_key(shown("rsa504"), TLS_PSS_RSAE_SHA256, TLS_ALERT_UNSUPPORTED_CERTIFICATE);
	assert_non_null(strstr(told.why, "under 512 bits"));
}

static void too_many_certificates(void **state)
{
	static struct peer13_key k;
	struct tls_chain *c = &k.chain;

	(void)state;
	k = *repeated("p256", 16);
	assert_true(c->n == TLS_MAX_CERTS);
	stand(0x1301, &k);
	message(EE);
	peer13_cert(&peer, NULL, 0);
	/* one entry more, in the message as it lies there */
	memcpy(peer.flight + peer.nflight, peer.flight + 6 + 4 + 4, c->len[0] + 5);
	peer.nflight += c->len[0] + 5;
	peer.flight[6 + 2] = (uint8_t)((4 + 17 * (c->len[0] + 5)) >> 8);
	peer.flight[6 + 3] = (uint8_t)(4 + 17 * (c->len[0] + 5));
	peer.flight[6 + 6] = (uint8_t)((17 * (c->len[0] + 5)) >> 8);
	peer.flight[6 + 7] = (uint8_t)(17 * (c->len[0] + 5));
	go();
	is_refused(TLS_ALERT_BAD_CERTIFICATE);
	assert_non_null(strstr(told.why, "too many"));
	assert_true(client.chain.overflow);
}

/* The header alone is enough. */
static void a_chain_over_64_kib(void **state)
{
	static const uint8_t head[4] = { PEER13_CERT, 1, 0, 1 };

	(void)state;
	begin();
	message(EE);
	peer13_flush(&peer, TLS_MAX_PLAIN);
	peer13_record(&peer, TLS_HANDSHAKE_DATA, head, sizeof head);
	run(ALL);
	is_refused(TLS_ALERT_BAD_CERTIFICATE);
	assert_true(client.chain.overflow && told.ended == 1);
}

/* The largest message that is taken: one certificate, of 65527 octets, which is none. */
static void a_message_of_64_kib(void **state)
{
	static uint8_t body[TLS13_MAX_LARGE] = { 0, 0, 0xff, 0xfc, 0, 0xff, 0xf7 };

	(void)state;
	refused_cert(body, sizeof body, TLS_ALERT_BAD_CERTIFICATE);
	assert_false(client.chain.overflow);
	assert_int_equal(client.chain.len[0], 65527);
}

static void with_entry(const uint8_t *ext, size_t n)
{
	begin();
	message(EE);
	peer13_cert(&peer, ext, n);
	message(VERIFY);
	message(FIN);
	go();
}

static void rfc8446_4_4_2_1_stapled_ocsp(void **state)
{
	static uint8_t ext[8 + TLS_MAX_STAPLE + 1] = { 0, 5 };
	static const size_t lens[] = { 1, 2, 1000, TLS_MAX_STAPLE, TLS_MAX_STAPLE + 1 };
	size_t i, n;

	(void)state;
	memset(ext + 8, 'o', sizeof ext - 8);
	for (i = 0; i < sizeof lens / sizeof lens[0]; i++) {
		n = lens[i];
		ext[2] = (uint8_t)((n + 4) >> 8);
		ext[3] = (uint8_t)(n + 4);
		ext[4] = 1; /* ocsp */
		ext[6] = (uint8_t)(n >> 8);
		ext[7] = (uint8_t)n;
		with_entry(ext, n + 8);
		is_open();
		assert_int_equal(client.staple_len, n);
		if (n <= TLS_MAX_STAPLE)
			assert_memory_equal(client.staple, ext + 8, n);
		assert_memory_equal(client.chain.der, peer.key->chain.der, peer.key->chain.len[0]);
	}
}

static void refused_entry(const uint8_t *ext, size_t n, unsigned alert)
{
	with_entry(ext, n);
	is_refused(alert);
}

static void rfc8446_4_4_2_1_malformed_staple(void **state)
{
	static const uint8_t type[] = { 0, 5, 0, 5, 2, 0, 0, 1, 'o' };
	static const uint8_t empty[] = { 0, 5, 0, 4, 1, 0, 0, 0 };
	static const uint8_t none[] = { 0, 5, 0, 0 }, cut[] = { 0, 5, 0, 5, 1, 0, 0, 2, 'o' };
	static const uint8_t more[] = { 0, 5, 0, 6, 1, 0, 0, 1, 'o', 'o' };

	(void)state;
	refused_entry(type, sizeof type, TLS_ALERT_ILLEGAL_PARAMETER);
	refused_entry(empty, sizeof empty, TLS_ALERT_DECODE_ERROR);
	refused_entry(none, sizeof none, TLS_ALERT_DECODE_ERROR);
	refused_entry(cut, sizeof cut, TLS_ALERT_DECODE_ERROR);
	refused_entry(more, sizeof more, TLS_ALERT_DECODE_ERROR);
}

static void rfc8446_4_4_2_extensions_of_entries(void **state)
{
	static const uint8_t sct[] = { 0, 18, 0, 0 }, unknown[] = { 0xfa, 0xfa, 0, 0 };
	static const uint8_t name[] = { 0, 0, 0, 0 }, groups[] = { 0, 10, 0, 4, 0, 2, 0, 29 };
	static const uint8_t twice[] = { 0, 5, 0, 5, 1, 0, 0, 1, 'o', 0, 5, 0, 5, 1, 0, 0, 1, 'o' };
	static const uint8_t half[] = { 0, 5, 0 };

	(void)state;
	refused_entry(sct, sizeof sct, TLS_ALERT_UNSUPPORTED_EXTENSION);
	refused_entry(unknown, sizeof unknown, TLS_ALERT_UNSUPPORTED_EXTENSION);
	refused_entry(name, sizeof name, TLS_ALERT_ILLEGAL_PARAMETER);
	refused_entry(groups, sizeof groups, TLS_ALERT_ILLEGAL_PARAMETER);
	refused_entry(twice, sizeof twice, TLS_ALERT_ILLEGAL_PARAMETER);
	refused_entry(half, sizeof half, TLS_ALERT_DECODE_ERROR);
}

/* One for a certificate further up is nobody's here; the leaf's counts. */
static void staple_of_another_certificate(void **state)
{
	static const uint8_t ext[] = { 0, 5, 0, 5, 1, 0, 0, 1, 'o' };
	static uint8_t body[4096];
	const struct tls_chain *c = &key("p256")->chain;
	size_t n = c->len[0], at = 4, i;

	(void)state;
	for (i = 0; i < 2; i++) {
		body[at++] = 0;
		body[at++] = (uint8_t)(n >> 8);
		body[at++] = (uint8_t)n;
		memcpy(body + at, c->der, n);
		at += n;
		body[at++] = 0;
		body[at++] = i == 1 ? sizeof ext : 0;
		if (i == 1)
			memcpy(body + at, ext, sizeof ext);
	}
	at += sizeof ext;
	body[2] = (uint8_t)((at - 4) >> 8);
	body[3] = (uint8_t)(at - 4);
	begin();
	message(EE);
	peer13_msg(&peer, PEER13_CERT, body, at);
	message(VERIFY);
	message(FIN);
	go();
	is_open();
	assert_int_equal(client.staple_len, 0);
	assert_int_equal(client.chain.n, 2);
	assert_memory_equal(client.chain.der + n, c->der, n);
}

/* ---- CertificateVerify ----------------------------------------------------------------- */

static void verify_with(const char *shown_key, const char *by, unsigned scheme, const char *context)
{
	stand(0x1301, key(shown_key));
	message(EE);
	message(CERT);
	peer13_verify(&peer, key(by), scheme, context);
	message(FIN);
	go();
}

static void rfc8446_4_4_3_another_key(void **state)
{
	static const struct { const char *shown, *by; unsigned scheme; } v[] = {
		{ "p256", "other", TLS_ECDSA_P256_SHA256 }, { "rsa", "pss", TLS_PSS_RSAE_SHA256 },
		{ "pss", "pss256", TLS_PSS_PSS_SHA256 }, { "p384", "p256", TLS_ECDSA_P384_SHA384 },
		{ "p521", "p384", TLS_ECDSA_P521_SHA512 }, { "ed25519", "p256", TLS_ED25519 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof v / sizeof v[0]; i++) {
		verify_with(v[i].shown, v[i].by, v[i].scheme, NULL);
		is_refused(TLS_ALERT_DECRYPT_ERROR);
	}
}

static void rfc8446_4_4_3_another_context(void **state)
{
	static const char *const v[] = {
		"TLS 1.3, client CertificateVerify", "TLS 1.3, server CertificateVerifz", "",
		"TLS 1.3, server CertificateVerify "
	};
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		verify_with("p256", "p256", TLS_ECDSA_P256_SHA256, v[i]);
		is_refused(TLS_ALERT_DECRYPT_ERROR);
		verify_with("ed25519", "ed25519", TLS_ED25519, v[i]);
		is_refused(TLS_ALERT_DECRYPT_ERROR);
	}
}

/* A signature over another handshake. */
static void rfc8446_4_4_3_another_transcript(void **state)
{
	static const uint8_t groups[] = { 0, 10, 0, 4, 0, 2, 0, 29 };

	(void)state;
	begin();
	peer13_ee(&peer, groups, sizeof groups);
	message(CERT);
	peer.flight[4 + 2 + 7] = 30; /* on the wire, not in the server's transcript */
	message(VERIFY);
	message(FIN);
	go();
	is_refused(TLS_ALERT_DECRYPT_ERROR);
}

static void rfc8446_4_2_3_pkcs1_and_sha1_are_not_for_this(void **state)
{
	static const struct { const char *key; unsigned scheme; } v[] = {
		{ "rsa", TLS_RSA_PKCS1_SHA256 }, { "rsa", TLS_RSA_PKCS1_SHA384 },
		{ "rsa", TLS_RSA_PKCS1_SHA512 }, { "rsa", 0x0201 }, { "p256", 0x0203 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof v / sizeof v[0]; i++) {
		verify_with(v[i].key, v[i].key, v[i].scheme, NULL);
		is_refused(TLS_ALERT_ILLEGAL_PARAMETER);
	}
}

static void rfc8446_4_4_3_scheme_not_offered(void **state)
{
	(void)state;
	begin();
	told.missing = TLS_ECDSA_P256_SHA256;
	message(EE);
	message(CERT);
	message(VERIFY);
	message(FIN);
	go();
	is_refused(TLS_ALERT_ILLEGAL_PARAMETER);
	verify_with("p256", "p256", 0x0303, NULL); /* nobody's */
	is_refused(TLS_ALERT_ILLEGAL_PARAMETER);
}

static void rfc8446_4_2_3_scheme_does_not_fit_the_key(void **state)
{
	static const struct { const char *key; unsigned scheme; } v[] = {
		{ "rsa", TLS_PSS_PSS_SHA256 }, { "pss", TLS_PSS_RSAE_SHA256 },
		{ "rsa", TLS_ECDSA_P256_SHA256 }, { "p256", TLS_PSS_RSAE_SHA256 }, { "p256", TLS_ED25519 },
		{ "ed25519", TLS_ECDSA_P256_SHA256 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof v / sizeof v[0]; i++) {
		verify_with(v[i].key, v[i].key, v[i].scheme, NULL);
		is_refused(TLS_ALERT_ILLEGAL_PARAMETER);
	}
}

/* ECDSA: the curve is part of the scheme; a limited key signs with its own hash alone. */
static void rfc8446_4_2_3_another_curve_or_hash(void **state)
{
	static const struct { const char *key; unsigned scheme; } v[] = {
		{ "p256", TLS_ECDSA_P384_SHA384 }, { "p384", TLS_ECDSA_P256_SHA256 },
		{ "p521", TLS_ECDSA_P384_SHA384 }, { "p256", TLS_ECDSA_P521_SHA512 },
		{ "pss256", TLS_PSS_PSS_SHA384 }, { "pss256", TLS_PSS_PSS_SHA512 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof v / sizeof v[0]; i++) {
		verify_with(v[i].key, v[i].key, v[i].scheme, NULL);
		assert_true(told.alert == TLS_ALERT_DECRYPT_ERROR || told.alert == TLS_ALERT_ILLEGAL_PARAMETER);
		is_refused((unsigned)told.alert);
	}
}

static void rfc8446_4_4_3_malformed(void **state)
{
	static const uint8_t v[][6] = { { 4, 3 }, { 4, 3, 0 }, { 4, 3, 0, 1 }, { 4, 3, 0, 1, 0, 0 } };
	static const uint8_t lens[] = { 2, 3, 4, 6 }, empty[] = { 4, 3, 0, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		begin();
		message(EE);
		message(CERT);
		if (i < 4)
			peer13_msg(&peer, PEER13_VERIFY, v[i], lens[i]);
		else
			peer13_msg(&peer, PEER13_VERIFY, NULL, 0);
		go();
		is_refused(TLS_ALERT_DECODE_ERROR);
	}
	begin();
	message(EE);
	message(CERT);
	peer13_msg(&peer, PEER13_VERIFY, empty, sizeof empty);
	go();
	is_refused(TLS_ALERT_DECRYPT_ERROR);
}

/* Every octet of a signature changed, and cut short. */
static void a_changed_signature(void **state)
{
	static const struct { const char *key; unsigned scheme; } v[] = {
		{ "p256", TLS_ECDSA_P256_SHA256 }, { "ed25519", TLS_ED25519 },
		{ "rsa", TLS_PSS_RSAE_SHA256 },
	};
	size_t i, at, from, to;

	(void)state;
	for (i = 0; i < 3; i++) {
		for (at = 0, to = 1; at < to; at += 3) {
			stand(0x1301, key(v[i].key));
			message(EE);
			message(CERT);
			from = peer.nflight + 8;
			peer13_verify(&peer, peer.key, v[i].scheme, NULL);
			to = peer.nflight - from;
			peer.flight[from + at] ^= 0x10;
			message(FIN);
			go();
			is_refused(TLS_ALERT_DECRYPT_ERROR);
		}
	}
}

/* ---- Finished -------------------------------------------------------------------------- */

static void rfc8446_4_4_4_wrong_finished(void **state)
{
	unsigned suite;
	size_t i, n;

	(void)state;
	for (suite = 0x1301; suite <= 0x1303; suite++) {
		n = suite == 0x1302 ? 48 : 32;
		for (i = 0; i < n; i++) {
			stand(suite, key("p256"));
			message(EE);
			message(CERT);
			message(VERIFY);
			message(FIN);
			peer.flight[peer.nflight - n + i] ^= 1;
			go();
			is_refused(TLS_ALERT_DECRYPT_ERROR);
		}
	}
}

static void rfc8446_4_4_4_of_another_length(void **state)
{
	static const uint8_t zeros[64];
	static const size_t lens[] = { 0, 12, 31, 33, 48 };
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		begin();
		message(EE);
		message(CERT);
		message(VERIFY);
		peer13_msg(&peer, PEER13_FINISHED, zeros, lens[i]);
		go();
		is_refused(TLS_ALERT_DECODE_ERROR);
	}
}

/* What the client itself would send. */
static void the_clients_own_finished(void **state)
{
	uint8_t hash[32], out[32];

	(void)state;
	begin();
	message(EE);
	message(CERT);
	message(VERIFY);
	(void)br_multihash_out(&peer.transcript, br_sha256_ID, hash);
	tls_sched_finished(&br_sha256_vtable, peer.theirs, hash, out);
	peer13_msg(&peer, PEER13_FINISHED, out, sizeof out);
	go();
	is_refused(TLS_ALERT_DECRYPT_ERROR);
}

/* ---- records --------------------------------------------------------------------------- */

static void rfc8446_5_plaintext_after_the_keys(void **state)
{
	static const uint8_t alert[2] = { 2, 40 };

	(void)state;
	begin();
	message(EE);
	peer13_plain(&peer, TLS_HANDSHAKE_DATA, peer.flight, peer.nflight);
	run(ALL);
	is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	begin();
	message(EE);
	peer13_flush(&peer, TLS_MAX_PLAIN);
	peer13_plain(&peer, TLS_ALERT, alert, sizeof alert);
	run(ALL);
	is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	open_it(0x1301);
	peer13_plain(&peer, TLS_ALERT, alert, sizeof alert);
	run(ALL);
	is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
}

/* Of a server that failed before it changed its keys the alert is told; nothing goes on after it. */
static void rfc8446_6_alert_in_the_clear(void **state)
{
	static const unsigned good[] = { EE, CERT, VERIFY, FIN, DONE };
	uint8_t alert[4] = { 2, 0, 2, 40 };
	unsigned n;

	(void)state;
	for (n = 0; n < 256; n++) {
		alert[1] = (uint8_t)n;
		begin();
		peer13_plain(&peer, TLS_ALERT, alert, 2);
		messages(good);
		go();
		if (n == 0 || n == 90) {
			is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
			continue;
		}
		assert_true(told.alerted == (int)n && told.alert == -1);
		assert_true(peer.records == 0 && !client.opened); /* section 6: nothing is sent */
		is_dead();
	}
	for (n = 1; n <= 4; n += n == 1 ? 2 : 1) {
		begin();
		peer13_plain(&peer, TLS_ALERT, alert + 4 - n, n);
		run(ALL);
		is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	}
}

static void rfc8446_5_unknown_record_types(void **state)
{
	unsigned type;

	(void)state;
	for (type = 0; type < 256; type++) {
		if (type != TLS_APP_DATA && type != TLS_CCS) {
			begin();
			peer13_plain(&peer, type, (const uint8_t *)"\1", 1);
			run(ALL);
			is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
		}
		if (type == TLS_APP_DATA || type == TLS_HANDSHAKE_DATA || type == TLS_ALERT || type == 0)
			continue;
		open_it(0x1301);
		peer13_record(&peer, type, (const uint8_t *)"\1", 1);
		run(ALL);
		is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
	}
}

static void rfc8446_2_data_before_finished(void **state)
{
	static const unsigned good[] = { EE, CERT, VERIFY };
	unsigned n, i;

	(void)state;
	for (n = 0; n <= 3; n++) {
		begin();
		for (i = 0; i < n; i++)
			message(good[i]);
		peer13_flush(&peer, TLS_MAX_PLAIN);
		peer13_record(&peer, TLS_APP_DATA, (const uint8_t *)"220 mx\r\n", 8);
		run(ALL);
		is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	}
}

/* Application keys before Finished, handshake keys after it. */
static void keys_of_another_epoch(void **state)
{
	(void)state;
	begin();
	message(EE);
	message(CERT);
	message(VERIFY);
	peer13_flush(&peer, TLS_MAX_PLAIN);
	message(FIN);
	peer13_open(&peer);
	peer13_flush(&peer, TLS_MAX_PLAIN);
	run(ALL);
	is_refused(TLS_ALERT_BAD_RECORD_MAC);
	begin();
	message(EE);
	message(CERT);
	message(VERIFY);
	message(FIN);
	peer13_flush(&peer, TLS_MAX_PLAIN);
	peer13_record(&peer, TLS_APP_DATA, (const uint8_t *)"220 mx\r\n", 8);
	peer13_open(&peer);
	run(ALL);
	is_refused_after(TLS_ALERT_BAD_RECORD_MAC, true);
}

static void rfc8446_5_1_finished_ends_its_record(void **state)
{
	static const uint8_t ticket[] = { 4, 0, 0, 1, 0 };

	(void)state;
	begin();
	message(EE);
	message(CERT);
	message(VERIFY);
	message(FIN);
	peer13_msg(&peer, ticket[0], ticket + 4, 1);
	go();
	is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	begin(); /* half a header is enough */
	message(EE);
	message(CERT);
	message(VERIFY);
	message(FIN);
	peer.flight[peer.nflight++] = 4;
	go();
	is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
}

static void rfc8446_5_4_empty_records(void **state)
{
	static const unsigned types[] = { TLS_HANDSHAKE_DATA, TLS_ALERT };
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		begin();
		peer13_record(&peer, types[i], NULL, 0);
		run(ALL);
		is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
		begin();
		peer13_padded(&peer, types[i], NULL, 0, 100);
		run(ALL);
		is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
		open_it(0x1301);
		peer13_record(&peer, types[i], NULL, 0);
		run(ALL);
		is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
	}
	begin();
	peer13_record(&peer, TLS_APP_DATA, NULL, 0);
	run(ALL);
	is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
}

static void rfc8446_5_4_no_type(void **state)
{
	(void)state;
	begin();
	peer13_padded(&peer, 0, NULL, 0, 1);
	run(ALL);
	is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
}

static void rfc8446_5_1_interleaved(void **state)
{
	static const uint8_t warning[2] = { 1, 90 }, fatal[2] = { 2, 40 };
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		begin();
		message(EE);
		peer13_record(&peer, TLS_HANDSHAKE_DATA, peer.flight, 1 + i);
		if (i == 0)
			peer13_record(&peer, TLS_ALERT, warning, 2);
		else if (i == 1)
			peer13_record(&peer, TLS_ALERT, fatal, 2);
		else if (i == 2)
			peer13_plain(&peer, TLS_CCS, (const uint8_t *)"\1", 1);
		else
			peer13_record(&peer, TLS_APP_DATA, (const uint8_t *)"x", 1);
		run(ALL);
		is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	}
	open_it(0x1301);
	peer13_record(&peer, TLS_HANDSHAKE_DATA, (const uint8_t *)"\4\0", 2);
	peer13_record(&peer, TLS_APP_DATA, (const uint8_t *)"x", 1);
	run(ALL);
	is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
}

static void rfc8446_5_2_altered_or_too_large(void **state)
{
	static uint8_t big[TLS_MAX_PLAIN + 1];

	(void)state;
	begin();
	message(EE);
	peer13_flush(&peer, TLS_MAX_PLAIN);
	peer.wire[TLS_RECORD_HEAD] ^= 1;
	run(ALL);
	is_refused(TLS_ALERT_BAD_RECORD_MAC);
	begin(); /* the header alone */
	peer13_plain(&peer, TLS_APP_DATA, NULL, 0);
	peer.wire[3] = (uint8_t)((TLS_MAX_CIPHER + 1) >> 8);
	peer.wire[4] = (uint8_t)(TLS_MAX_CIPHER + 1);
	run(ALL);
	is_refused(TLS_ALERT_RECORD_OVERFLOW);
	open_it(0x1301);
	peer13_record(&peer, TLS_APP_DATA, big, sizeof big);
	run(ALL);
	is_refused_after(TLS_ALERT_RECORD_OVERFLOW, true);
	begin();
	peer13_plain(&peer, TLS_APP_DATA, NULL, 0);
	run(ALL);
	is_refused(TLS_ALERT_BAD_RECORD_MAC);
}

static void rfc8446_5_5_limits(void **state)
{
	(void)state;
	open_it(0x1301);
	client.t13.in.seq = peer.out.seq = TLS_MAX_RECORDS;
	peer13_record(&peer, TLS_APP_DATA, (const uint8_t *)"x", 1);
	run(ALL);
	is_refused_after(TLS_ALERT_INTERNAL_ERROR, true);
	open_it(0x1301);
	client.t13.out.seq = peer.in.seq = TLS_MAX_RECORDS;
	assert_int_equal(tls13_app_out(&client, (const uint8_t *)"x", 1), 0);
	drain();
	is_refused_after(TLS_ALERT_INTERNAL_ERROR, true);
}

/* ---- change_cipher_spec ---------------------------------------------------------------- */

static void rfc8446_d_4_change_cipher_spec_is_ignored(void **state)
{
	static const unsigned good[] = { EE, CERT, VERIFY, FIN };
	unsigned i;

	(void)state;
	begin();
	for (i = 0; i < 4; i++) {
		peer13_plain(&peer, TLS_CCS, (const uint8_t *)"\1", 1);
		message(good[i]);
		peer13_flush(&peer, TLS_MAX_PLAIN);
	}
	peer13_open(&peer);
	run(ALL);
	is_open();
}

static void rfc8446_5_change_cipher_spec_that_is_not(void **state)
{
	static const struct { uint8_t n, b[2]; } v[] = {
		{ 0, { 0 } }, { 1, { 0 } }, { 1, { 2 } }, { 2, { 1, 1 } }
	};
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		begin();
		peer13_plain(&peer, TLS_CCS, v[i].b, v[i].n);
		run(ALL);
		is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	}
	begin(); /* encrypted */
	peer13_record(&peer, TLS_CCS, (const uint8_t *)"\1", 1);
	run(ALL);
	is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
	open_it(0x1301); /* after Finished */
	peer13_plain(&peer, TLS_CCS, (const uint8_t *)"\1", 1);
	run(ALL);
	is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
}

static void change_cipher_specs_are_counted(void **state)
{
	unsigned i;

	(void)state;
	begin();
	for (i = 0; i < TLS13_MAX_CCS; i++)
		peer13_plain(&peer, TLS_CCS, (const uint8_t *)"\1", 1);
	run(ALL);
	assert_int_equal(told.alert, -1);
	peer13_plain(&peer, TLS_CCS, (const uint8_t *)"\1", 1);
	run(ALL);
	is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
}

/* ---- after the handshake --------------------------------------------------------------- */

static void reads(const char *text)
{
	const uint8_t *p;
	size_t n, room;

	p = tls13_app_in(&client, &n);
	assert_non_null(p);
	assert_int_equal(n, strlen(text));
	assert_memory_equal(p, text, n);
	assert_null(tls13_rec_in(&client, &room)); /* not before it is read */
	tls13_app_in_ack(&client, n - 1);
	assert_null(tls13_rec_in(&client, &room));
	assert_ptr_equal(tls13_app_in(&client, &n), p + strlen(text) - 1);
	assert_int_equal(n, 1);
	tls13_app_in_ack(&client, 1);
	assert_null(tls13_app_in(&client, &n));
	assert_non_null(tls13_rec_in(&client, &room));
}

static void data_is(const char *text)
{
	peer13_record(&peer, TLS_APP_DATA, (const uint8_t *)text, strlen(text));
	run(ALL);
	reads(text);
}

static void writes(const char *text)
{
	peer.napp = 0;
	assert_int_equal(tls13_app_out(&client, (const uint8_t *)text, strlen(text)), strlen(text));
	drain();
	assert_false(peer.bad);
	assert_int_equal(peer.napp, strlen(text));
	assert_memory_equal(peer.app, text, peer.napp);
}

static void data_both_ways(void **state)
{
	unsigned suite;

	(void)state;
	for (suite = 0x1301; suite <= 0x1303; suite++) {
		open_it(suite);
		data_is("220 mx.example.test ESMTP\r\n");
		writes("EHLO probe.example.test\r\n");
		data_is("250 mx.example.test\r\n");
		writes("QUIT\r\n");
	}
}

static void nothing_to_send_before_it_is_open(void **state)
{
	(void)state;
	begin();
	assert_int_equal(tls13_app_out(&client, (const uint8_t *)"x", 1), 0);
	drain();
	assert_true(peer.records == 0 && peer.ccs == 0);
}

static void large_data(void **state)
{
	static uint8_t big[60000];
	size_t n, done = 0, room;
	const uint8_t *p;

	(void)state;
	open_it(0x1303);
	memset(big, 'x', sizeof big);
	peer13_record(&peer, TLS_APP_DATA, big, TLS_MAX_PLAIN);
	run(ALL);
	p = tls13_app_in(&client, &n);
	assert_int_equal(n, TLS_MAX_PLAIN);
	assert_memory_equal(p, big, n);
	tls13_app_in_ack(&client, n);
	while (done < sizeof big) {
		n = tls13_app_out(&client, big + done, sizeof big - done);
		assert_true(n > 0);
		done += n;
		assert_int_equal(tls13_app_out(&client, big, 1), done < sizeof big ? 0 : 1);
		/* an answer must always find room */
		assert_non_null(tls13_rec_in(&client, &room));
		drain();
	}
	assert_int_equal(peer.napp, sizeof big + 1);
	assert_memory_equal(peer.app, big, sizeof big);
	assert_false(peer.bad);
}

/* Records leave in whatever pieces the socket takes. */
static void output_octet_by_octet(void **state)
{
	static const unsigned good[] = { EE, CERT, VERIFY, FIN, DONE };
	const uint8_t *p;
	size_t n;

	(void)state;
	begin();
	messages(good);
	peer13_flush(&peer, TLS_MAX_PLAIN);
	peer13_open(&peer);
	give(peer.wire, peer.nwire, ALL);
	while ((p = tls13_rec_out(&client, &n)) != NULL) {
		peer13_read(&peer, p, 1);
		tls13_rec_out_ack(&client, 1);
	}
	is_open();
}

static void rfc8446_4_6_1_tickets_are_ignored(void **state)
{
	static uint8_t body[TLS13_MAX_TICKET + 1];
	static const size_t lens[] = { 14, 200, 0, 5000, 70000, TLS13_MAX_TICKET };
	static const size_t pieces[] = { 1000, 1, 16384 };
	size_t i, j;

	(void)state;
	for (j = 0; j < 3; j++) {
		open_it(0x1302);
		for (i = 0; i < 6; i++) {
			if (pieces[j] == 1 && lens[i] > 5000)
				continue;
			peer13_msg(&peer, PEER13_TICKET, body, lens[i]);
			peer13_flush(&peer, pieces[j]);
			run(ALL);
			data_is("still here");
		}
	}
	peer13_msg(&peer, PEER13_TICKET, body, TLS13_MAX_TICKET + 1);
	peer13_flush(&peer, TLS_MAX_PLAIN);
	run(ALL);
	is_refused_after(TLS_ALERT_DECODE_ERROR, true);
}

static void tickets_are_counted(void **state)
{
	static const uint8_t body[14];
	unsigned i;

	(void)state;
	open_it(0x1301);
	for (i = 0; i < TLS13_MAX_TICKETS; i++)
		peer13_msg(&peer, PEER13_TICKET, body, sizeof body);
	peer13_flush(&peer, TLS_MAX_PLAIN); /* all in one record */
	run(ALL);
	data_is("still here");
	peer13_msg(&peer, PEER13_TICKET, body, sizeof body);
	peer13_flush(&peer, TLS_MAX_PLAIN);
	run(ALL);
	is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
}

static void rfc8446_4_6_3_key_update(void **state)
{
	unsigned suite;

	(void)state;
	for (suite = 0x1301; suite <= 0x1303; suite++) {
		open_it(suite);
		peer13_update(&peer, 0);
		run(ALL);
		assert_int_equal(peer.updates, 0);
		data_is("under the next key");
		writes("under the first key");
		peer13_update(&peer, 1);
		run(ALL);
		assert_int_equal(peer.updates, 1);
		data_is("under the third key");
		writes("under the second key");
	}
}

/* The old key is of no use any more. */
static void rfc8446_4_6_3_old_key(void **state)
{
	static const uint8_t msg[5] = { PEER13_KEY_UPDATE, 0, 0, 1, 0 };

	(void)state;
	open_it(0x1301);
	peer13_record(&peer, TLS_HANDSHAKE_DATA, msg, sizeof msg);
	peer13_record(&peer, TLS_APP_DATA, (const uint8_t *)"old", 3);
	run(ALL);
	is_refused_after(TLS_ALERT_BAD_RECORD_MAC, true);
}

static void rfc8446_4_6_3_wrong_values(void **state)
{
	static const struct { uint8_t n, b[6]; unsigned alert; } v[] = {
		{ 5, { 24, 0, 0, 1, 2 }, TLS_ALERT_ILLEGAL_PARAMETER },
		{ 5, { 24, 0, 0, 1, 255 }, TLS_ALERT_ILLEGAL_PARAMETER },
		{ 4, { 24, 0, 0, 0 }, TLS_ALERT_DECODE_ERROR },
		{ 6, { 24, 0, 0, 2, 0, 0 }, TLS_ALERT_DECODE_ERROR },
	};
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		open_it(0x1301);
		peer13_record(&peer, TLS_HANDSHAKE_DATA, v[i].b, v[i].n);
		run(ALL);
		is_refused_after(v[i].alert, true);
	}
}

static void rfc8446_5_1_key_update_ends_its_record(void **state)
{
	static const uint8_t two[] = { 24, 0, 0, 1, 0, 24, 0, 0, 1, 0 };
	static const uint8_t before[] = { 4, 0, 0, 0, 24, 0, 0, 1, 0 };

	(void)state;
	open_it(0x1301);
	peer13_record(&peer, TLS_HANDSHAKE_DATA, two, sizeof two);
	run(ALL);
	is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
	open_it(0x1301); /* what comes before it in the record does not matter */
	peer13_record(&peer, TLS_HANDSHAKE_DATA, before, sizeof before);
	run(ALL);
	tls_sched_update(peer.sched.hash, peer.ours);
	tls_record_init(&peer.out, peer.suite, peer.ours);
	data_is("under the next key");
}

static void key_update_in_the_handshake(void **state)
{
	static const uint8_t body[1] = { 0 };

	(void)state;
	begin();
	message(EE);
	peer13_msg(&peer, PEER13_KEY_UPDATE, body, 1);
	go();
	is_refused(TLS_ALERT_UNEXPECTED_MESSAGE);
}

static void key_update_storm(void **state)
{
	unsigned i;

	(void)state;
	open_it(0x1301);
	for (i = 0; i < TLS13_MAX_UPDATES; i++)
		peer13_update(&peer, 1);
	run(ALL);
	assert_int_equal(peer.updates, TLS13_MAX_UPDATES);
	data_is("still here");
	writes("still here");
	peer13_update(&peer, 1);
	run(ALL);
	is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
}

/* With the output full, the client reads no request that it could not answer. */
static void no_room_for_an_answer(void **state)
{
	static uint8_t big[20000];
	size_t n, room;

	(void)state;
	open_it(0x1301);
	n = tls13_app_out(&client, big, sizeof big);
	assert_true(n > 0 && n < sizeof big);
	peer13_update(&peer, 1);
	peer13_update(&peer, 1);
	n = give(peer.wire, peer.nwire, ALL);
	assert_true(n < peer.nwire);
	assert_null(tls13_rec_in(&client, &room));
	assert_true(tls13_rec_out(&client, &room) != NULL && room > 16000);
	drain();
	memmove(peer.wire, peer.wire + n, peer.nwire - n);
	peer.nwire -= n;
	run(ALL);
	assert_false(peer.bad);
	assert_int_equal(peer.updates, 2);
	data_is("still here");
}

static void records_without_anything_are_counted(void **state)
{
	static const uint8_t canceled[2] = { 1, 90 };
	unsigned i;

	(void)state;
	open_it(0x1301);
	for (i = 0; i < 2 * TLS13_MAX_IDLE; i++) {
		if (i == TLS13_MAX_IDLE)
			data_is("in between");
		peer13_padded(&peer, TLS_APP_DATA, NULL, 0, i);
	}
	run(ALL);
	assert_int_equal(told.alert, -1);
	peer13_record(&peer, TLS_ALERT, canceled, 2);
	run(ALL);
	is_refused_after(TLS_ALERT_UNEXPECTED_MESSAGE, true);
}

/* ---- alerts and the end ---------------------------------------------------------------- */

static void rfc8446_6_every_alert_is_fatal(void **state)
{
	unsigned n, level;
	uint8_t alert[2];

	(void)state;
	for (n = 1; n < 256; n++) {
		if (n == 90)
			continue;
		for (level = 0; level < 3; level++) { /* the level means nothing */
			alert[0] = (uint8_t)level;
			alert[1] = (uint8_t)n;
			begin();
			peer13_record(&peer, TLS_ALERT, alert, 2);
			message(EE);
			go();
			assert_true(told.alerted == (int)n && told.alert == -1);
			assert_true(peer.records == 0 && peer.alert == -1); /* section 6: nothing is sent */
			assert_false(client.opened);
			is_dead();
		}
	}
	open_it(0x1301);
	peer13_record(&peer, TLS_ALERT, alert, 2);
	run(ALL);
	assert_int_equal(told.alerted, 255);
	is_dead();
}

static void rfc8446_6_1_user_canceled_is_no_error(void **state)
{
	static const uint8_t canceled[2] = { 1, 90 };
	static const unsigned good[] = { EE, CERT, VERIFY, FIN, DONE };

	(void)state;
	begin();
	peer13_record(&peer, TLS_ALERT, canceled, 2);
	messages(good);
	go();
	is_open();
}

static void rfc8446_5_1_malformed_alerts(void **state)
{
	static const uint8_t two[4] = { 1, 90, 1, 90 };
	static const size_t lens[] = { 1, 3, 4 };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		begin();
		peer13_record(&peer, TLS_ALERT, two, lens[i]);
		run(ALL);
		is_refused(TLS_ALERT_DECODE_ERROR);
	}
}

static const uint8_t close_notify[2] = { 1, 0 };

static void rfc8446_6_1_the_server_closes(void **state)
{
	size_t n;

	(void)state;
	open_it(0x1301);
	peer13_record(&peer, TLS_ALERT, close_notify, 2);
	peer13_record(&peer, TLS_APP_DATA, (const uint8_t *)"too late", 8);
	give(peer.wire, peer.nwire, ALL);
	assert_false(tls13_is_closed(&client)); /* our own is not out yet */
	assert_null(tls13_rec_in(&client, &n));
	assert_null(tls13_app_in(&client, &n));
	assert_int_equal(tls13_app_out(&client, (const uint8_t *)"x", 1), 0);
	drain();
	assert_true(tls13_is_closed(&client) && client.opened);
	assert_true(peer.alert == 0 && !peer.bad);
	assert_true(told.alert == -1 && told.alerted == -1);
}

static void rfc8446_6_1_the_client_closes(void **state)
{
	size_t n;

	(void)state;
	open_it(0x1301);
	tls13_close(&client);
	tls13_close(&client);
	drain();
	assert_true(peer.alert == 0 && !peer.bad);
	assert_int_equal(peer.records, 2); /* Finished and one close_notify */
	assert_false(tls13_is_closed(&client));
	assert_int_equal(tls13_app_out(&client, (const uint8_t *)"x", 1), 0);
	/* what was still under way is dropped, and a KeyUpdate not answered */
	peer13_record(&peer, TLS_APP_DATA, (const uint8_t *)"221 bye\r\n", 9);
	peer13_update(&peer, 1);
	run(ALL);
	assert_null(tls13_app_in(&client, &n));
	assert_int_equal(peer.records, 2);
	peer13_record(&peer, TLS_ALERT, close_notify, 2);
	run(ALL);
	assert_true(tls13_is_closed(&client) && peer.records == 2);
	assert_true(told.alert == -1 && told.alerted == -1);
}

/* After our close_notify nothing more is sent, not even an alert (section 6.1). */
static void nothing_after_close_notify(void **state)
{
	(void)state;
	open_it(0x1301);
	tls13_close(&client);
	drain();
	peer13_plain(&peer, TLS_HANDSHAKE_DATA, (const uint8_t *)"x", 1);
	run(ALL);
	assert_int_equal(told.alert, TLS_ALERT_UNEXPECTED_MESSAGE);
	assert_true(peer.records == 2 && !peer.bad);
	is_dead();
}

static void closed_in_the_handshake(void **state)
{
	(void)state;
	begin();
	peer13_record(&peer, TLS_ALERT, close_notify, 2);
	message(EE);
	go();
	assert_true(tls13_is_closed(&client) && !client.opened);
	assert_true(peer.alert == 0 && !peer.bad && peer.ccs == 1);
}

/* The client gives up: it does not go on with the handshake, and cannot be opened by the rest. */
static void given_up_in_the_handshake(void **state)
{
	static const unsigned good[] = { EE, CERT, VERIFY, FIN, DONE };
	unsigned n;

	(void)state;
	for (n = 0; n < 5; n++) {
		begin();
		messages(good);
		peer13_flush(&peer, n == 0 ? TLS_MAX_PLAIN : 100);
		give(peer.wire, n * (100 + TLS_RECORD_EXTRA), TLS_MAX_PLAIN);
		tls13_close(&client);
		give(peer.wire + n * (100 + TLS_RECORD_EXTRA), peer.nwire - n * (100 + TLS_RECORD_EXTRA), ALL);
		drain();
		assert_true(!client.opened && client.version == 0);
		assert_true(peer.alert == 0 && peer.records == 1 && !peer.bad);
		assert_int_equal(told.alert, -1);
		peer.nwire = 0;
		peer13_record(&peer, TLS_ALERT, close_notify, 2);
		run(ALL);
		assert_true(!client.opened && tls13_is_closed(&client));
	}
}

/* The first failure counts, and there is one alert. */
static void one_alert(void **state)
{
	(void)state;
	begin();
	tls_session_fail(&client, TLS_ALERT_HANDSHAKE_FAILURE, "did what another part did not like");
	tls13_alert(&client, TLS_ALERT_INTERNAL_ERROR);
	drain();
	assert_int_equal(peer.records, 1);
	is_refused(TLS_ALERT_HANDSHAKE_FAILURE);
}

/* ---- nothing changed is taken ---------------------------------------------------------- */

/* Every octet of what the server sends, records and headers, changed in turn.  The version of the
   dummy change_cipher_spec record is the one thing that RFC 8446 (section 5.1) orders ignored. */
static void every_octet_of_the_flight_changed(void **state)
{
	static const unsigned good[] = { EE, REQ, CERT, VERIFY, FIN, DONE };
	size_t at, n = 1;

	(void)state;
	for (at = 0; at < n; at++) {
		begin();
		peer13_plain(&peer, TLS_CCS, (const uint8_t *)"\1", 1);
		messages(good);
		peer13_flush(&peer, 100);
		peer13_open(&peer);
		n = peer.nwire;
		peer.wire[at] ^= (uint8_t)(1 << at % 8);
		run(ALL);
		assert_true(client.opened == (at == 1 || at == 2));
		assert_true(peer.finished == client.opened && !peer.bad);
	}
	assert_true(n > 400);
}

/* The same with messages that are changed before they are encrypted. */
static void every_octet_of_the_messages_changed(void **state)
{
	static const unsigned good[] = { EE, REQ, CERT, VERIFY, FIN, DONE };
	size_t at, n = 1;

	(void)state;
	for (at = 0; at < n; at++) {
		begin();
		messages(good);
		n = peer.nflight;
		peer.flight[at] ^= (uint8_t)(1 << at % 8);
		go();
		assert_true(!client.opened && !peer.finished);
		drain();
		assert_false(peer.bad);
	}
	assert_true(n > 400);
}

#define T(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(rfc8446_2_each_suite), T(rfc8446_4_2_3_each_scheme), T(rfc8446_5_1_any_fragmentation),
		T(padded_records), T(a_chain_of_16_certificates), T(rfc8446_4_3_2_certificate_requested),
		T(not_asked_no_certificate), T(rfc8446_4_3_1_extensions_asked_for),
		T(rfc8446_4_a_message_left_out), T(rfc8446_4_a_message_repeated),
		T(rfc8446_4_messages_out_of_order), T(a_message_that_is_no_answer),
		T(nothing_is_read_of_a_wrong_message), T(rfc8446_4_2_extension_not_asked_for),
		T(rfc8446_4_2_server_name_not_asked_for), T(rfc8446_4_2_extension_of_another_message),
		T(rfc8446_4_2_extension_twice), T(rfc8446_4_3_1_malformed), T(a_message_over_4_kib),
		T(rfc8446_4_3_2_context), T(rfc8446_4_3_2_without_signature_algorithms),
		T(rfc8446_4_3_2_extensions), T(rfc8446_4_3_2_malformed), T(rfc8448_6_record_size_limit),
		T(rfc8448_6_certificate_request), T(rfc8448_6_another_request), T(extensions_are_counted),
		T(rfc8446_4_6_2_request_after_the_handshake), T(rfc8446_4_4_2_4_no_certificate),
		T(rfc8446_4_4_2_context), T(rfc8446_4_4_2_malformed), T(not_x509),
		T(keys_that_are_not_supported), T(too_many_certificates), T(a_chain_over_64_kib),
		T(a_message_of_64_kib), T(rfc8446_4_4_2_1_stapled_ocsp), T(rfc8446_4_4_2_1_malformed_staple),
		T(rfc8446_4_4_2_extensions_of_entries), T(staple_of_another_certificate),
		T(rfc8446_4_4_3_another_key), T(rfc8446_4_4_3_another_context),
		T(rfc8446_4_4_3_another_transcript), T(rfc8446_4_2_3_pkcs1_and_sha1_are_not_for_this),
		T(rfc8446_4_4_3_scheme_not_offered), T(rfc8446_4_2_3_scheme_does_not_fit_the_key),
		T(rfc8446_4_2_3_another_curve_or_hash), T(rfc8446_4_4_3_malformed), T(a_changed_signature),
		T(rfc8446_4_4_4_wrong_finished), T(rfc8446_4_4_4_of_another_length),
		T(the_clients_own_finished), T(rfc8446_5_plaintext_after_the_keys),
		T(rfc8446_6_alert_in_the_clear),
		T(rfc8446_5_unknown_record_types), T(rfc8446_2_data_before_finished), T(keys_of_another_epoch),
		T(rfc8446_5_1_finished_ends_its_record), T(rfc8446_5_4_empty_records),
		T(rfc8446_5_4_no_type), T(rfc8446_5_1_interleaved), T(rfc8446_5_2_altered_or_too_large),
		T(rfc8446_5_5_limits), T(rfc8446_d_4_change_cipher_spec_is_ignored),
		T(rfc8446_5_change_cipher_spec_that_is_not), T(change_cipher_specs_are_counted),
		T(data_both_ways), T(nothing_to_send_before_it_is_open), T(large_data),
		T(output_octet_by_octet), T(rfc8446_4_6_1_tickets_are_ignored), T(tickets_are_counted),
		T(rfc8446_4_6_3_key_update), T(rfc8446_4_6_3_old_key), T(rfc8446_4_6_3_wrong_values),
		T(rfc8446_5_1_key_update_ends_its_record), T(key_update_in_the_handshake),
		T(key_update_storm), T(no_room_for_an_answer), T(records_without_anything_are_counted),
		T(rfc8446_6_every_alert_is_fatal), T(rfc8446_6_1_user_canceled_is_no_error),
		T(rfc8446_5_1_malformed_alerts), T(rfc8446_6_1_the_server_closes),
		T(rfc8446_6_1_the_client_closes), T(nothing_after_close_notify), T(closed_in_the_handshake),
		T(given_up_in_the_handshake),
		T(one_alert), T(every_octet_of_the_flight_changed), T(every_octet_of_the_messages_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
