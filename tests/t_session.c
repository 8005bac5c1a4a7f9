/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of tls/session.c against BearSSL's server, in memory: what is handed
 * over octet by octet or in blocks must not matter, and only a handshake that was
 * finished with a matching key is ok.
 */
#include "tests/tls_vectors.h"

static struct tls_session client;
static struct vec_set set;
static const char *const names[] = { "mx.example.test" };
static const uint8_t entropy[32] = { 1, 2, 3 };

static struct server {
	br_ssl_server_context cc;
	br_skey_decoder_context key;
	br_x509_certificate certs[40];
	size_t ncerts;
	struct tls_chain chain;
	unsigned char io[BR_SSL_BUFSIZE_BIDI];
} server;

/* ---- the peer ----------------------------------------------------------------------- */

static void key_bytes(void *ctx, const void *p, size_t n)
{
	br_skey_decoder_push(ctx, p, n);
}

static void load_key(const char *name)
{
	static char text[8192];
	br_pem_decoder_context d;
	size_t n = vec_file(name, text, sizeof text), k;
	const char *p = text;

	br_skey_decoder_init(&server.key);
	br_pem_decoder_init(&d);
	while (n > 0) {
		k = br_pem_decoder_push(&d, p, n);
		p += k;
		n -= k;
		if (br_pem_decoder_event(&d) == BR_PEM_BEGIN_OBJ)
			br_pem_decoder_setdest(&d, key_bytes, &server.key);
	}
	assert_int_equal(br_skey_decoder_last_error(&server.key), 0);
}

/* Certificates of a server, and the key that it really has. */
static void serve(const char *certs, const char *key)
{
	static const uint8_t seed[32] = { 9 };
	unsigned i;

	vec_chain(&server.chain, certs);
	server.ncerts = server.chain.n;
	for (i = 0; i < server.chain.n; i++) {
		server.certs[i].data = server.chain.der + server.chain.off[i];
		server.certs[i].data_len = server.chain.len[i];
	}
	load_key(key);
	if (br_skey_decoder_key_type(&server.key) == BR_KEYTYPE_RSA)
		br_ssl_server_init_full_rsa(&server.cc, server.certs, server.ncerts,
		    br_skey_decoder_get_rsa(&server.key));
	else
		br_ssl_server_init_full_ec(&server.cc, server.certs, server.ncerts, BR_KEYTYPE_RSA,
		    br_skey_decoder_get_ec(&server.key));
	br_ssl_engine_set_buffer(&server.cc.eng, server.io, sizeof server.io, 1);
	br_ssl_engine_inject_entropy(&server.cc.eng, seed, sizeof seed);
	br_ssl_server_reset(&server.cc);
}

/* Present these instead; the pointers must live on. */
static void present(size_t n)
{
	server.ncerts = n;
	if (br_skey_decoder_key_type(&server.key) == BR_KEYTYPE_RSA)
		br_ssl_server_set_single_rsa(&server.cc, server.certs, n,
		    br_skey_decoder_get_rsa(&server.key), BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN,
		    br_rsa_private_get_default(), br_rsa_pkcs1_sign_get_default());
	else
		br_ssl_server_set_single_ec(&server.cc, server.certs, n,
		    br_skey_decoder_get_ec(&server.key), BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN,
		    BR_KEYTYPE_RSA, br_ec_get_default(), br_ecdsa_sign_asn1_get_default());
	br_ssl_server_reset(&server.cc);
}

static void connect_to(const char *records)
{
	struct tls_dane d = { set.t, 0, names, 1, VEC_NOW };

	vec_records(&set, records);
	d.ntlsa = set.n;
	memset(&client, 0xa5, sizeof client);
	tls_session_init(&client, "mx.example.test", &d, TLS_OFFER_ALL, entropy);
	assert_int_equal(tls_session_state(&client), TLS_HANDSHAKE);
	assert_false(tls_session_ok(&client));
}

/* ---- the wire ------------------------------------------------------------------------- */

/* Give the client octets; false when it wants no more. */
static bool give(const uint8_t *p, size_t n, size_t piece)
{
	size_t room, k;
	uint8_t *to;

	while (n > 0) {
		to = tls_session_rec_in(&client, &room);
		if (to == NULL)
			return false;
		k = n < room ? n : room;
		k = k < piece ? k : piece;
		memcpy(to, p, k);
		tls_session_rec_in_ack(&client, k);
		p += k;
		n -= k;
	}
	return true;
}

static bool client_to_server(void)
{
	const uint8_t *p;
	size_t n, room;
	uint8_t *to;

	p = tls_session_rec_out(&client, &n);
	to = br_ssl_engine_recvrec_buf(&server.cc.eng, &room);
	if (p == NULL)
		return false;
	if (to == NULL) { /* the server is dead: lost */
		tls_session_rec_out_ack(&client, n);
		return true;
	}
	n = n < room ? n : room;
	memcpy(to, p, n);
	tls_session_rec_out_ack(&client, n);
	br_ssl_engine_recvrec_ack(&server.cc.eng, n);
	return true;
}

static bool server_to_client(size_t piece)
{
	unsigned char *p;
	size_t n;

	p = br_ssl_engine_sendrec_buf(&server.cc.eng, &n);
	if (p == NULL)
		return false;
	(void)give(p, n, piece);
	br_ssl_engine_sendrec_ack(&server.cc.eng, n);
	return true;
}

static void pump(size_t piece)
{
	bool moved = true;
	unsigned turns;

	for (turns = 0; moved && turns < 100000; turns++) {
		moved = client_to_server();
		moved |= server_to_client(piece);
	}
	assert_true(turns < 100000);
}

static const char *why(void)
{
	static char buf[TLS_REASON_MAX];

	return tls_session_error(&client, buf, sizeof buf);
}

static void why_has(const char *part)
{
	if (strstr(why(), part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, why());
}

/* ---- good ones ------------------------------------------------------------------------- */

static void good_with(const char *certs, const char *key, const char *records, size_t piece)
{
	serve(certs, key);
	connect_to(records);
	pump(piece);
	if (tls_session_state(&client) != TLS_OPEN)
		fail_msg("%s: %s", certs, why());
	assert_true(tls_session_ok(&client));
	assert_int_equal(client.result.verdict, TLS_MATCH);
	assert_true(client.leaf.parsed);
	assert_int_equal(client.chain.n, server.chain.n);
	assert_string_equal(tls_session_version(&client), "TLSv1.2");
	assert_memory_equal(tls_session_suite(&client), "TLS_ECDHE_", 10);
	assert_string_equal(why(), "");
}

static void good_handshakes(void **state)
{
	(void)state;
	good_with("leaf int", "leaf.key", "3 1 1 leaf", 100000);
	good_with("leaf-rsa int", "rsa.key", "3 1 1 leaf-rsa", 100000);
	good_with("leaf int root", "leaf.key", "2 1 1 root", 100000);
	good_with("leaf-self", "leaf.key", "3 0 2 leaf-self", 100000);
	good_with("leaf int", "leaf.key", "3 1 1 leaf", 1);
}

static void one_octet_at_a_time_from_the_client(void **state)
{
	const uint8_t *p;
	size_t n, room;
	uint8_t *to;

	(void)state;
	serve("leaf int", "leaf.key");
	connect_to("3 1 1 leaf");
	do {
		while ((p = tls_session_rec_out(&client, &n)) != NULL) {
			to = br_ssl_engine_recvrec_buf(&server.cc.eng, &room);
			assert_non_null(to);
			*to = *p;
			tls_session_rec_out_ack(&client, 1);
			br_ssl_engine_recvrec_ack(&server.cc.eng, 1);
		}
	} while (server_to_client(3));
	assert_true(tls_session_ok(&client));
}

static void not_ok_before_the_end(void **state)
{
	unsigned i;

	(void)state;
	serve("leaf int", "leaf.key");
	connect_to("3 1 1 leaf");
	while (client_to_server())
		;
	for (i = 0; i < 10000 && client.result.verdict != TLS_MATCH; i++)
		assert_true(server_to_client(1));
	assert_int_equal(client.result.verdict, TLS_MATCH);
	while (server_to_client(1))
		;
	/* matched, and the client's Finished is out; the server's is not in */
	assert_int_equal(tls_session_state(&client), TLS_HANDSHAKE);
	assert_false(tls_session_ok(&client));
	assert_string_equal(tls_session_version(&client), "");
	assert_string_equal(tls_session_suite(&client), "");
	pump(100000);
	assert_true(tls_session_ok(&client));
}

static void sni_is_sent(void **state)
{
	struct tls_dane d = { NULL, 0, NULL, 0, 0 };

	(void)state;
	serve("leaf int", "leaf.key");
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_string_equal(br_ssl_engine_get_server_name(&server.cc.eng), "mx.example.test");
	serve("leaf int", "leaf.key");
	tls_session_init(&client, NULL, &d, TLS_OFFER_ALL, entropy);
	pump(100000);
	assert_string_equal(br_ssl_engine_get_server_name(&server.cc.eng), "");
	assert_int_equal(tls_session_state(&client), TLS_OPEN);
	assert_false(tls_session_ok(&client)); /* there was nothing to match */
	assert_int_equal(client.result.verdict, TLS_NO_USABLE);
}

static void sni_too_long(void **state)
{
	struct tls_dane d = { NULL, 0, NULL, 0, 0 };
	char sni[400];

	(void)state;
	memset(sni, 'a', sizeof sni - 1);
	sni[sizeof sni - 1] = '\0';
	tls_session_init(&client, sni, &d, TLS_OFFER_ALL, entropy);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_false(tls_session_ok(&client));
	why_has("SNI");
}

static void the_entropy_given_is_all(void **state)
{
	static uint8_t first[1024];
	const uint8_t *p;
	size_t n, m;

	(void)state;
	connect_to("3 1 1 leaf");
	p = tls_session_rec_out(&client, &n);
	assert_true(p != NULL && n > 100 && n <= sizeof first);
	memcpy(first, p, n);
	connect_to("3 1 1 leaf");
	p = tls_session_rec_out(&client, &m);
	assert_int_equal(n, m);
	assert_memory_equal(first, p, n);
}

static void data_and_close(void **state)
{
	static uint8_t text[40000], got[40000];
	size_t n, sent = 0, have = 0;
	const uint8_t *q;
	unsigned char *p;
	unsigned turns;

	(void)state;
	serve("leaf int", "leaf.key");
	connect_to("3 1 1 leaf");
	assert_int_equal(tls_session_app_out(&client, text, 10), 0); /* not open yet */
	pump(100000);
	for (n = 0; n < sizeof text; n++)
		text[n] = (uint8_t)(n * 31 >> 3);
	for (turns = 0; turns < 1000 && have < sizeof text; turns++) { /* to the server and back */
		sent += tls_session_app_out(&client, text + sent, sizeof text - sent);
		pump(1000);
		while ((p = br_ssl_engine_recvapp_buf(&server.cc.eng, &n)) != NULL) {
			size_t room;
			unsigned char *to = br_ssl_engine_sendapp_buf(&server.cc.eng, &room);

			if (to == NULL)
				break;
			n = n < room ? n : room;
			memcpy(to, p, n);
			br_ssl_engine_recvapp_ack(&server.cc.eng, n);
			br_ssl_engine_sendapp_ack(&server.cc.eng, n);
			br_ssl_engine_flush(&server.cc.eng, 0);
			pump(1000);
			while ((q = tls_session_app_in(&client, &n)) != NULL) {
				memcpy(got + have, q, n);
				have += n;
				tls_session_app_in_ack(&client, n);
			}
		}
	}
	assert_int_equal(have, sizeof text);
	assert_memory_equal(got, text, sizeof text);
	tls_session_close(&client);
	pump(1000);
	assert_int_equal(tls_session_state(&client), TLS_CLOSED);
	assert_true(tls_session_ok(&client));
	assert_string_equal(tls_session_version(&client), "TLSv1.2");
}

static void server_closes(void **state)
{
	(void)state;
	serve("leaf int", "leaf.key");
	connect_to("3 1 1 leaf");
	pump(100000);
	br_ssl_engine_close(&server.cc.eng);
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_CLOSED);
	assert_true(tls_session_ok(&client));
	assert_false(tls_session_declined(&client));
}

/* A stream that ends without close_notify is not TLS_CLOSED, so the caller can tell. */
static void truncated_stream_is_not_closed(void **state)
{
	unsigned i;

	(void)state;
	serve("leaf int", "leaf.key");
	connect_to("3 1 1 leaf");
	for (i = 0; i < 30; i++)
		(void)client_to_server();
	(void)server_to_client(100); /* then nothing more */
	assert_int_equal(tls_session_state(&client), TLS_HANDSHAKE);
	assert_false(tls_session_ok(&client));
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_OPEN);
}

static void closed_in_the_handshake(void **state)
{
	static const uint8_t close_notify[] = { 21, 3, 3, 0, 2, 1, 0 };
	size_t n;

	(void)state;
	connect_to("3 1 1 leaf");
	(void)give(close_notify, sizeof close_notify, 100);
	assert_false(tls_session_ok(&client));
	while (tls_session_rec_out(&client, &n) != NULL)
		tls_session_rec_out_ack(&client, n);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_false(tls_session_ok(&client));
	assert_true(strlen(why()) > 10);
}

static void wipe_keeps_the_verdict(void **state)
{
	size_t i;

	(void)state;
	serve("leaf int", "leaf.key");
	connect_to("3 1 1 leaf");
	pump(100000);
	tls_session_wipe(&client);
	for (i = 0; i < sizeof client.iobuf; i++)
		assert_int_equal(client.iobuf[i], 0);
	for (i = 0; i < sizeof client.cc; i++)
		assert_int_equal(((const uint8_t *)&client.cc)[i], 0);
	assert_true(tls_session_ok(&client));
	assert_int_equal(tls_session_state(&client), TLS_CLOSED);
	assert_string_equal(tls_session_version(&client), "TLSv1.2");
}

/* ---- bad ones ------------------------------------------------------------------------------ */

static void wrong_record_opens_but_is_not_ok(void **state)
{
	(void)state;
	serve("leaf int", "leaf.key");
	connect_to("3 1 1 leaf-rsa");
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_OPEN);
	assert_false(tls_session_ok(&client));
	assert_int_equal(client.result.verdict, TLS_NO_MATCH);
	assert_string_equal(client.result.code, "tlsa-mismatch");
	assert_string_equal(client.leaf.subject, "CN=mx.example.test,O=Test");
	assert_int_equal(client.chain.n, 2);
}

static void expired_under_dane_ta_is_not_ok(void **state)
{
	(void)state;
	serve("leaf-expired int root", "leaf.key");
	connect_to("2 1 1 root");
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_OPEN);
	assert_false(tls_session_ok(&client));
	assert_string_equal(client.result.code, "cert-expired");
}

static void server_without_the_key_fails(void **state)
{
	(void)state;
	serve("leaf int", "other.key"); /* of the same type, but not the leaf's */
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_int_equal(client.result.verdict, TLS_MATCH); /* the certificate is the right one */
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_false(tls_session_ok(&client));
	why_has("could not prove");
}

static void server_without_the_rsa_key_fails(void **state)
{
	static const uint16_t rsa_only[] = { BR_TLS_RSA_WITH_AES_128_GCM_SHA256 };
	static struct tls_chain other;

	(void)state;
	/* RSA key exchange: nothing is signed, but the wrong key cannot finish */
	serve("leaf-rsa int", "rsa.key");
	br_ssl_engine_set_suites(&server.cc.eng, rsa_only, 1);
	connect_to("3 1 1 leaf-rsa");
	pump(100000);
	assert_true(tls_session_ok(&client));
	assert_string_equal(tls_session_suite(&client), "TLS_RSA_WITH_AES_128_GCM_SHA256");
	serve("leaf-rsa int", "rsa.key");
	br_ssl_engine_set_suites(&server.cc.eng, rsa_only, 1);
	vec_chain(&other, "int");
	server.certs[0].data = other.der; /* another RSA certificate, whose key it lacks */
	server.certs[0].data_len = other.len[0];
	connect_to("3 1 1 int");
	pump(100000);
	assert_int_equal(client.result.verdict, TLS_MATCH);
	assert_int_not_equal(tls_session_state(&client), TLS_OPEN);
	assert_false(tls_session_ok(&client));
}

static void altered_finished_fails(void **state)
{
	unsigned char *p;
	size_t n;

	(void)state;
	serve("leaf int", "leaf.key");
	connect_to("3 1 1 leaf");
	while (client_to_server())
		;
	while (server_to_client(100000))
		;
	while (client_to_server())
		;
	while ((p = br_ssl_engine_sendrec_buf(&server.cc.eng, &n)) != NULL) {
		p[n - 1] ^= p[0] == 22; /* the last octet of Finished's record */
		(void)give(p, n, n);
		br_ssl_engine_sendrec_ack(&server.cc.eng, n);
	}
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_false(tls_session_ok(&client));
	assert_true(strlen(why()) > 10);
	while (client_to_server()) /* encrypted, as the next record: the server can read it */
		;
	assert_int_equal(br_ssl_engine_last_error(&server.cc.eng), BR_ERR_RECV_FATAL_ALERT + 20);
}

/* The engine answers a HelloRequest after the handshake with no_renegotiation, and goes on. */
static void rfc5246_7_4_1_1_renegotiation_is_refused(void **state)
{
	(void)state;
	serve("leaf int", "leaf.key");
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_int_equal(br_ssl_engine_renegotiate(&server.cc.eng), 1);
	pump(100000);
	/* BearSSL's server takes that for fatal */
	assert_int_equal(br_ssl_engine_last_error(&server.cc.eng), BR_ERR_RECV_FATAL_ALERT + 100);
	assert_int_equal(tls_session_state(&client), TLS_OPEN);
	assert_int_equal(tls_session_app_out(&client, (const uint8_t *)"QUIT\r\n", 6), 6);
	assert_true(client_to_server());
}

/* The server's records after the client's flight, with something done to them. */
enum spoil { AS_IT_IS, NO_CCS, CCS_TWICE, CCS_OF_2, FINISHED_TWICE, DATA_FIRST, CLEAR_FINISHED,
	ALTERED };

static void finish_with(enum spoil how)
{
	static const uint8_t ccs[] = { 20, 3, 3, 0, 1, 1 }, data[] = { 23, 3, 3, 0, 1, 'x' };
	static const uint8_t finished[21] = { 22, 3, 3, 0, 16, 20, 0, 0, 12 };
	unsigned char *p;
	size_t n;

	connect_to("3 1 1 leaf");
	while (client_to_server())
		;
	while (server_to_client(100000))
		;
	while (client_to_server())
		;
	if (how == DATA_FIRST)
		(void)give(data, sizeof data, 100);
	while ((p = br_ssl_engine_sendrec_buf(&server.cc.eng, &n)) != NULL) {
		bool is_ccs = p[0] == 20;

		if (is_ccs && how == CCS_OF_2)
			p[5] = 2;
		if (!is_ccs && how == ALTERED)
			p[n - 1] ^= 1;
		if (is_ccs && how == CCS_TWICE)
			(void)give(ccs, sizeof ccs, 100);
		if (!is_ccs && how == CLEAR_FINISHED)
			(void)give(finished, sizeof finished, 100);
		else if (!is_ccs || (how != NO_CCS && how != CLEAR_FINISHED))
			(void)give(p, n, 100);
		if (!is_ccs && how == FINISHED_TWICE)
			(void)give(p, n, 100);
		br_ssl_engine_sendrec_ack(&server.cc.eng, n);
	}
}

/* The client's alert, in a record of the engine's, as the server reads it. */
static void alerted(int alert)
{
	while (client_to_server())
		;
	assert_int_equal(br_ssl_engine_last_error(&server.cc.eng), BR_ERR_RECV_FATAL_ALERT + alert);
}

/* RFC 5246 sections 7.1, 7.4.9: change_cipher_spec, once and well formed, and then Finished, under the
   new keys. */
static void rfc5246_7_1_the_end_of_the_handshake(void **state)
{
	static const struct { enum spoil how; int alert; } cases[] = {
		{ NO_CCS, 10 }, { CCS_TWICE, 22 }, { CCS_OF_2, 47 }, { FINISHED_TWICE, 20 },
		{ DATA_FIRST, 10 }, { CLEAR_FINISHED, 10 }, { ALTERED, 20 } };
	unsigned i;

	(void)state;
	serve("leaf int", "leaf.key");
	finish_with(AS_IT_IS);
	assert_true(tls_session_ok(&client));
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		serve("leaf int", "leaf.key");
		finish_with(cases[i].how);
		assert_int_equal(tls_session_state(&client), TLS_FAILED);
		assert_int_equal(tls_session_opened(&client), cases[i].how == FINISHED_TWICE);
		assert_null(strstr(why(), "protocol error")); /* it is named */
		alerted(cases[i].alert);
	}
}

static void alerts_in_each_kind_of_record(void **state)
{
	static const struct { uint16_t suite; unsigned version; } kinds[] = {
		{ BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, BR_TLS12 },
		{ BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, BR_TLS12 },
		{ BR_TLS_ECDHE_ECDSA_WITH_AES_128_CCM, BR_TLS12 },
		{ BR_TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8, BR_TLS12 },
		{ BR_TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, BR_TLS12 },
		{ BR_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, BR_TLS11 },
		{ BR_TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, BR_TLS10 },
		{ BR_TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA, BR_TLS10 } };
	unsigned i, how;

	(void)state;
	for (i = 0; i < 2 * sizeof kinds / sizeof kinds[0]; i++) {
		how = i % 2 == 0 ? AS_IT_IS : ALTERED;
		serve("leaf int", "leaf.key");
		br_ssl_engine_set_suites(&server.cc.eng, &kinds[i / 2].suite, 1);
		br_ssl_engine_set_versions(&server.cc.eng, kinds[i / 2].version, kinds[i / 2].version);
		finish_with(how);
		assert_int_equal(tls_session_ok(&client), how == AS_IT_IS);
		if (how == ALTERED)
			alerted(20);
	}
}

static void garbage_instead_of_tls(void **state)
{
	static const char *const junk[] = {
		"220 mx.example.test ESMTP Postfix\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
		"HTTP/1.1 400 Bad Request\r\n\r\n", "\x16\x03\x03\xff\xff junk of a great length",
		"\x17\x03\x03\x00\x05hello", "\x80\x2e\x01\x03\x01 SSL version 2",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof junk / sizeof junk[0]; i++) {
		connect_to("3 1 1 leaf");
		(void)give((const uint8_t *)junk[i], i == 3 ? 20 : 10, 100);
		assert_int_equal(tls_session_state(&client), TLS_FAILED);
		assert_false(tls_session_ok(&client));
		assert_int_equal(client.result.verdict, TLS_UNCHECKED);
		assert_true(strlen(why()) > 10);
		if (i < 3)
			why_has("may not speak TLS");
	}
}

static void fatal_alerts_are_named(void **state)
{
	static const struct { uint8_t n; const char *name; } alerts[] = {
		{ 40, "handshake_failure" }, { 70, "protocol_version" }, { 80, "internal_error" },
		{ 112, "unrecognized_name" }, { 116, "certificate_required" }, { 99, "number 99" },
	};
	uint8_t rec[] = { 21, 3, 3, 0, 2, 2, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof alerts / sizeof alerts[0]; i++) {
		connect_to("3 1 1 leaf");
		rec[6] = alerts[i].n;
		(void)give(rec, sizeof rec, 100);
		assert_int_equal(tls_session_state(&client), TLS_FAILED);
		assert_false(tls_session_ok(&client));
		why_has(alerts[i].name);
		why_has("the server ended TLS with the alert");
	}
}

static void no_common_suite_is_an_alert(void **state)
{
	static const uint16_t other[] = { BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 };

	(void)state;
	serve("leaf int", "leaf.key");
	br_ssl_engine_set_suites(&server.cc.eng, other, 1); /* and an ECDSA key */
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	why_has("handshake_failure");
}

/* RFC 6066 section 3: a server may warn that it does not know the name, and go on. */
static void unrecognized_name_warning_is_passed_over(void **state)
{
	static const uint8_t warning[] = { 21, 3, 3, 0, 2, 1, 112 };

	(void)state;
	serve("leaf int", "leaf.key");
	connect_to("3 1 1 leaf");
	while (client_to_server())
		;
	assert_true(give(warning, sizeof warning, 100));
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_OPEN);
	assert_true(tls_session_ok(&client));
}

static void forty_certificates_refused(void **state)
{
	size_t i;

	(void)state;
	serve("leaf int", "leaf.key");
	for (i = 2; i < 40; i++)
		server.certs[i] = server.certs[1];
	present(16);
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_true(tls_session_ok(&client));
	present(17);
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_string_equal(client.result.code, "cert-limit");
	present(40);
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_false(tls_session_ok(&client));
	assert_int_equal(client.result.verdict, TLS_BAD_CHAIN);
	assert_string_equal(client.result.code, "cert-limit");
	why_has("more than 16 certificates");
}

static void one_mebibyte_chain_refused(void **state)
{
	static uint8_t big[1 << 20];

	(void)state;
	serve("leaf int", "leaf.key");
	server.certs[1].data = big;
	server.certs[1].data_len = sizeof big;
	present(2);
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_false(tls_session_ok(&client));
	assert_string_equal(client.result.code, "cert-limit");
}

static void not_der_refused(void **state)
{
	static uint8_t junk[] = "this is no certificate";

	(void)state;
	serve("leaf int", "leaf.key");
	server.certs[1].data = junk;
	server.certs[1].data_len = sizeof junk;
	present(2);
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_false(tls_session_ok(&client));
	assert_string_equal(client.result.code, "cert-parse");
	why_has("certificate 1");
	server.certs[0] = server.certs[1];
	present(1);
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_string_equal(client.result.code, "cert-parse");
}

static void empty_certificates_refused(void **state)
{
	(void)state;
	serve("leaf int", "leaf.key");
	server.certs[0].data_len = 0;
	present(1);
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_false(tls_session_ok(&client));
	serve("leaf int", "leaf.key");
	present(0);
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_false(tls_session_ok(&client));
}

static void unsupported_key_says_so(void **state)
{
	(void)state;
	serve("../tls13/k256", "leaf.key"); /* secp256k1 */
	connect_to("3 1 1 ../tls13/k256");
	pump(100000);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_false(tls_session_ok(&client));
	why_has("not supported here");
	why_has("of TLS 1.2 Ed25519 and RSA-PSS too");
}

/* It may well have the key: that is not known here. */
static void an_rsa_key_over_4096_bits_says_so(void **state)
{
	(void)state;
	serve("../tls13/rsa4104", "rsa.key");
	connect_to("3 1 1 ../tls13/rsa4104");
	pump(100000);
	assert_int_equal(client.leaf.key_bits, 4104);
	assert_int_equal(tls_session_state(&client), TLS_FAILED);
	assert_false(tls_session_opened(&client));
	why_has("or size not supported here");
	why_has("up to 4096 bits");
}

/* With the exponent 1 anybody has the key: one is the private exponent too. */
static void rfc8017_3_1_an_exponent_of_1_proves_nothing(void **state)
{
	static const uint16_t suites[] = { BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		BR_TLS_RSA_WITH_AES_128_GCM_SHA256 };
	static unsigned char d[] = { 1 };
	br_rsa_private_key sk;
	struct tls_cert c;
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		serve("leaf-rsa", "rsa.key");
		vec_exponent_1(&server.chain);
		server.certs[0].data_len = server.chain.len[0];
		assert_int_equal(tls_cert_parse(&c, server.certs[0].data, server.certs[0].data_len), 0);
		assert_int_equal(c.key_bits, 2048);
		sk = *br_skey_decoder_get_rsa(&server.key);
		sk.dp = sk.dq = d;
		sk.dplen = sk.dqlen = 1;
		br_ssl_server_set_single_rsa(&server.cc, server.certs, 1, &sk,
		    BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN, br_rsa_private_get_default(),
		    br_rsa_pkcs1_sign_get_default());
		br_ssl_engine_set_suites(&server.cc.eng, suites + i, 1);
		connect_to("3 1 1 leaf-rsa");
		pump(100000);
		assert_int_equal(client.chain.n, 1);
		assert_int_equal(tls_session_state(&client), TLS_FAILED);
		assert_false(tls_session_opened(&client));
		why_has("exponent");
	}
}

static void old_versions_are_spoken(void **state)
{
	(void)state;
	serve("leaf int", "leaf.key");
	br_ssl_engine_set_versions(&server.cc.eng, BR_TLS10, BR_TLS10);
	connect_to("3 1 1 leaf");
	pump(100000);
	assert_true(tls_session_ok(&client));
	assert_string_equal(tls_session_version(&client), "TLSv1.0");
}

/* Every octet of the server's flights changed in turn: never ok with anything but the truth. */
static void no_changed_octet_is_ok(void **state)
{
	size_t at, pos, n, i, total = 0;
	unsigned char *p;
	bool moved, hit;

	(void)state;
	for (at = 0; at == 0 || at < total; at += 7) {
		serve("leaf-root root", "leaf.key");
		connect_to("2 0 1 root");
		pos = 0;
		hit = false;
		do {
			moved = client_to_server();
			p = br_ssl_engine_sendrec_buf(&server.cc.eng, &n);
			if (p == NULL)
				continue;
			moved = true;
			if (at > 0 && at >= pos && at < pos + n) {
				i = at - pos;
				p[i] ^= 0x20;
				hit = true;
			}
			pos += n;
			(void)give(p, n, n);
			br_ssl_engine_sendrec_ack(&server.cc.eng, n);
		} while (moved);
		if (at == 0) {
			total = pos;
			assert_true(tls_session_ok(&client));
		} else if (hit) {
			if (tls_session_ok(&client))
				fail_msg("octet %zu of %zu changed, and ok", at, total);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_handshakes),
		cmocka_unit_test(one_octet_at_a_time_from_the_client),
		cmocka_unit_test(not_ok_before_the_end),
		cmocka_unit_test(sni_is_sent),
		cmocka_unit_test(sni_too_long),
		cmocka_unit_test(the_entropy_given_is_all),
		cmocka_unit_test(data_and_close),
		cmocka_unit_test(server_closes),
		cmocka_unit_test(truncated_stream_is_not_closed),
		cmocka_unit_test(closed_in_the_handshake),
		cmocka_unit_test(wipe_keeps_the_verdict),
		cmocka_unit_test(wrong_record_opens_but_is_not_ok),
		cmocka_unit_test(expired_under_dane_ta_is_not_ok),
		cmocka_unit_test(server_without_the_key_fails),
		cmocka_unit_test(server_without_the_rsa_key_fails),
		cmocka_unit_test(altered_finished_fails),
		cmocka_unit_test(rfc5246_7_4_1_1_renegotiation_is_refused),
		cmocka_unit_test(rfc5246_7_1_the_end_of_the_handshake),
		cmocka_unit_test(alerts_in_each_kind_of_record),
		cmocka_unit_test(garbage_instead_of_tls),
		cmocka_unit_test(fatal_alerts_are_named),
		cmocka_unit_test(no_common_suite_is_an_alert),
		cmocka_unit_test(unrecognized_name_warning_is_passed_over),
		cmocka_unit_test(forty_certificates_refused),
		cmocka_unit_test(one_mebibyte_chain_refused),
		cmocka_unit_test(not_der_refused),
		cmocka_unit_test(empty_certificates_refused),
		cmocka_unit_test(unsupported_key_says_so),
		cmocka_unit_test(an_rsa_key_over_4096_bits_says_so),
		cmocka_unit_test(rfc8017_3_1_an_exponent_of_1_proves_nothing),
		cmocka_unit_test(old_versions_are_spoken),
		cmocka_unit_test(no_changed_octet_is_ok),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
