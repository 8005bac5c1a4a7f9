/* SPDX-License-Identifier: ISC */
/*
 * tls/graft.h: what stands between the wire and BearSSL's engine until the handshake is encrypted;
 * private to tls/.
 */
#ifndef TLS_GRAFT_H
#define TLS_GRAFT_H

#include "tls/hello.h"

struct tls_session;

#define TLS_MAX_MESSAGE 4096     /* octets of a handshake message that is held whole */
#define TLS_MAX_STRAY 16         /* warning alerts, HelloRequests, change_cipher_specs passed over */

enum tls_stage {
	TLS_STAGE_HELLO = 0,  /* the ClientHello is written; a ServerHello is awaited */
	TLS_STAGE_FLIGHT,     /* TLS 1.0 to 1.2: up to ServerHelloDone, message by message */
	TLS_STAGE_ENGINE,     /* the engine does the rest, octet by octet */
	TLS_STAGE_13          /* tls13.c does */
};

struct tls_graft {
	enum tls_stage stage;
	struct tls_hello hello;
	unsigned version, suite;      /* of the ServerHello, or the HelloRetryRequest; 0: not known */
	unsigned retry_group;         /* that a HelloRetryRequest asked for, 0: none */
	bool retried;
	bool too_old;                 /* the version that was chosen has none of what was offered */
	bool status;                  /* the server acknowledged status_request */
	bool foreign;                 /* the leaf's key is of RSASSA-PSS or Ed25519: verified here */
	unsigned last;                /* type of the handshake message before */
	unsigned strays, ccs;
	/* the record that is being read, and the handshake message */
	uint8_t head[5], mhead[4];
	unsigned nhead, nmhead;
	size_t left;                  /* octets of the record still to come */
	size_t mlen, mgot;
	uint8_t *to;                  /* where the message is kept, NULL: nowhere */
	uint8_t msg[TLS_MAX_MESSAGE];
	uint8_t alert[2];
	unsigned nalert;
	/* octets of the server not yet dealt with, and ours not yet sent */
	size_t inoff, inlen, outoff, outlen;
	uint8_t in[1024];
	uint8_t out[TLS_HELLO_MAX + 16];
};

/* Take the ClientHello out of the engine, which has just been reset, and write ours in its place.
   The seed is of the key shares and the session id. */
void tls_graft_begin(struct tls_session *s, unsigned offer, const uint8_t seed[64]);
/* Queue a fatal alert in the clear; nothing once encryption may have begun. */
void tls_graft_alert(struct tls_session *s, unsigned alert);

bool tls_graft_has_failed(const struct tls_session *s);
/* Octets for the engine as they are; how many it took. */
size_t tls_graft_give(struct tls_session *s, const uint8_t *p, size_t n);
/* Nothing of the engine's waits to be sent: an alert of ours would be its next record. */
bool tls_graft_is_quiet(const struct tls_session *s);
/* It was quiet, and took octets: if it has failed on them, which it tells nobody, send the alert. */
void tls_graft_end(struct tls_session *s);
/* A record for the engine, in the version that it expects. */
void tls_graft_feed(struct tls_session *s, unsigned type, const uint8_t *p, size_t n);
/* Handshake octets of one record in the clear; later: those of it that are still to come. */
void tls_graft_handshake(struct tls_session *s, const uint8_t *p, size_t n, size_t later);

/* ---- clear.c: the octets, of a session in whatever stage -------------------------------- */

uint8_t *tls_clear_rec_in(struct tls_session *s, size_t *n);
void tls_clear_rec_in_ack(struct tls_session *s, size_t n);
const uint8_t *tls_clear_rec_out(struct tls_session *s, size_t *n);
void tls_clear_rec_out_ack(struct tls_session *s, size_t n);
/* Deal with the octets that are there, as far as can be: what came with the flight may have had to
   wait until application data before it was read. */
void tls_clear_go_on(struct tls_session *s);

#endif
