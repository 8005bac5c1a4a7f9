/* SPDX-License-Identifier: ISC */
/*
 * tls/tls13.h: the client of TLS 1.3 (RFC 8446) from the ServerHello on; private to tls/.
 * tls/hello.c made the hello, chose the version and agreed on the shared secret.
 */
#ifndef TLS_TLS13_H
#define TLS_TLS13_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bearssl.h>
#include "tls/record.h"
#include "tls/sched.h"

struct tls_session;

#define TLS13_MAX_MESSAGE 4096   /* octets of a handshake message; a longer one is refused, save: */
#define TLS13_MAX_LARGE 65536    /* of a Certificate or CertificateRequest message */
#define TLS13_MAX_TICKET 131341  /* of a NewSessionTicket: the most that it can have; not kept */
#define TLS13_MAX_TICKETS 64     /* more in one connection are refused */
#define TLS13_MAX_UPDATES 32     /* of keys, by the server */
#define TLS13_MAX_IDLE 32        /* records in a row that carry nothing */
#define TLS13_MAX_CCS 8          /* dummy change_cipher_spec records */
#define TLS13_MAX_EXTENSIONS 64  /* in one block of them */
#define TLS13_MIN_RSA_BITS 512   /* of a key that can have signed the handshake */

/* What is awaited. */
enum tls13_step {
	TLS13_EXTENSIONS = 0, TLS13_CERT_OR_REQUEST, TLS13_CERT, TLS13_VERIFY, TLS13_FINISHED,
	TLS13_OPEN
};

struct tls13 {
	enum tls13_step step;
	bool on;                      /* begun, and not failed since; what is queued goes out anyhow */
	bool ccs_sent, close_sent, close_got;
	bool asked;                   /* for a certificate of ours */
	unsigned ccs, idle, tickets, updates;
	struct tls_sched sched;
	uint8_t ours[TLS_MAX_HASH], theirs[TLS_MAX_HASH]; /* traffic secrets */
	struct tls_record in, out;
	/* iobuf: the record that comes in, of which so many octets are there, and the plaintext in it
	   that is not yet read; behind it what goes out */
	size_t have, app, appleft, outoff, outlen;
	/* the handshake message that comes in; to: where its body goes, NULL: nowhere */
	uint8_t head[4];
	size_t nhead, mlen, mgot;
	uint8_t *to;
	uint8_t msg[TLS13_MAX_MESSAGE];
};

/*
 * Go on from a ServerHello that chose TLS 1.3.  s->suite is 0x1301, 0x1302 or 0x1303;
 * s->transcript has been fed ClientHello to ServerHello (with a HelloRetryRequest: from the
 * message_hash on, RFC 8446 section 4.4.1); secret[0..n) is what (EC)DHE gave (section 7.4), and is
 * wiped by the caller; s->cc.eng.server_name still is the name that was asked for, and all of iobuf
 * is free.  No octet may have followed the ServerHello in its record (section 5.1).  From here on
 * the functions below are called instead of BearSSL's, with the same meaning.
 */
void tls13_begin(struct tls_session *s, const uint8_t *secret, size_t n);
uint8_t *tls13_rec_in(struct tls_session *s, size_t *n);
void tls13_rec_in_ack(struct tls_session *s, size_t n);
const uint8_t *tls13_rec_out(struct tls_session *s, size_t *n);
void tls13_rec_out_ack(struct tls_session *s, size_t n);
const uint8_t *tls13_app_in(struct tls_session *s, size_t *n);
void tls13_app_in_ack(struct tls_session *s, size_t n);
size_t tls13_app_out(struct tls_session *s, const uint8_t *p, size_t n);
void tls13_close(struct tls_session *s);              /* send close_notify */
void tls13_alert(struct tls_session *s, unsigned n);  /* queue a fatal alert; nothing after it */
bool tls13_is_closed(const struct tls_session *s);    /* both sides closed, without error */

#endif
