/* SPDX-License-Identifier: ISC */
/*
 * tests/stand13.h: one client of tls/tls13.c from the ServerHello on, with what tls/session.c would
 * do for it, and peer13.h at the other end.  For t_tls13 and the fuzzer, which link without
 * session.c.
 */
#ifndef TESTS_STAND13_H
#define TESTS_STAND13_H

#include <string.h>
#include "tests/peer13.h"
#include "tls/chain.h"
#include "tls/session.h"
#include "tls/x509.h"

static struct tls_session client;
static struct peer13 peer;
static const uint8_t HELLO[] = "stands for ClientHello and ServerHello", SECRET[32] = { 1, 2, 3 };

/* What the session was told. */
static struct {
	int alert, alerted;       /* -1: none */
	const char *why;
	unsigned begun, ended;    /* chains */
	unsigned missing;         /* a scheme that was not offered */
} told;

void tls_session_fail(struct tls_session *s, unsigned alert, const char *why)
{
	if (told.alert >= 0 || told.alerted >= 0)
		return;
	told.alert = (int)alert;
	told.why = why;
	tls13_alert(s, alert);
}

void tls_session_alerted(struct tls_session *s, unsigned alert)
{
	(void)s;
	told.alerted = (int)alert;
}

void tls_session_chain_begin(struct tls_session *s)
{
	told.begun++;
	s->opened = false;
	tls_chain_init(&s->chain);
}

unsigned tls_session_chain_end(struct tls_session *s)
{
	const struct tls_chain *c = &s->chain;
	struct tls_x509 x;

	told.ended++;
	if (c->overflow)
		return BR_ERR_X509_LIMIT_EXCEEDED;
	if (c->n == 0)
		return BR_ERR_X509_EMPTY_CHAIN;
	if (tls_x509_parse(&x, c->der + c->off[0], c->len[0]) != 0)
		return BR_ERR_X509_INVALID_VALUE;
	return x.pub.kind == TLS_KEY_OTHER ? BR_ERR_X509_WRONG_KEY_TYPE : 0;
}

/* As the hello offers them; rsa_pkcs1 too, which is for TLS 1.2. */
bool tls_session_offered(const struct tls_session *s, unsigned scheme)
{
	static const unsigned all[] = {
		TLS_RSA_PKCS1_SHA256, TLS_RSA_PKCS1_SHA384, TLS_RSA_PKCS1_SHA512, TLS_ECDSA_P256_SHA256,
		TLS_ECDSA_P384_SHA384, TLS_ECDSA_P521_SHA512, TLS_PSS_RSAE_SHA256, TLS_PSS_RSAE_SHA384,
		TLS_PSS_RSAE_SHA512, TLS_ED25519, TLS_PSS_PSS_SHA256, TLS_PSS_PSS_SHA384,
		TLS_PSS_PSS_SHA512, 0x0201, 0x0203
	};
	size_t i;

	(void)s;
	for (i = 0; i < sizeof all / sizeof all[0]; i++) {
		if (all[i] == scheme)
			return scheme != told.missing;
	}
	return false;
}

/* Both ends, with a server that has this key. */
static void stand(unsigned suite, const struct peer13_key *key)
{
	memset(&client, 0xa5, sizeof client);
	memset(&told, 0, sizeof told);
	told.alert = told.alerted = -1;
	tls_chain_init(&client.chain);
	client.opened = false;
	client.version = client.scheme = 0;
	client.staple_len = 0;
	client.suite = suite;
	memset(client.cc.eng.server_name, 0, sizeof client.cc.eng.server_name);
	strcpy(client.cc.eng.server_name, "mx.example.test");
	br_multihash_zero(&client.transcript);
	br_multihash_setimpl(&client.transcript, br_sha256_ID, &br_sha256_vtable);
	br_multihash_setimpl(&client.transcript, br_sha384_ID, &br_sha384_vtable);
	br_multihash_init(&client.transcript);
	br_multihash_update(&client.transcript, HELLO, sizeof HELLO);
	tls13_begin(&client, SECRET, sizeof SECRET);
	peer13_begin(&peer, suite, key, HELLO, sizeof HELLO, SECRET, sizeof SECRET);
}

/* What the client has to send goes to the peer. */
static void drain(void)
{
	const uint8_t *p;
	size_t n;

	while ((p = tls13_rec_out(&client, &n)) != NULL) {
		peer13_read(&peer, p, n);
		tls13_rec_out_ack(&client, n);
	}
}

/* Octets to the client, as many at once as it has room for, or as piece says.  The number taken. */
static size_t give(const uint8_t *p, size_t n, size_t piece)
{
	size_t done = 0, room, k;
	uint8_t *to;

	while (done < n && (to = tls13_rec_in(&client, &room)) != NULL) {
		k = n - done < room ? n - done : room;
		k = k < piece ? k : piece;
		memcpy(to, p + done, k);
		tls13_rec_in_ack(&client, k);
		done += k;
	}
	return done;
}

/* All that the server has sent, and the client's answer. */
static size_t run(size_t piece)
{
	size_t n = give(peer.wire, peer.nwire, piece);

	memmove(peer.wire, peer.wire + n, peer.nwire - n);
	peer.nwire -= n;
	drain();
	return n;
}

#endif
