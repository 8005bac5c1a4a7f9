/* SPDX-License-Identifier: ISC */
/*
 * tls/session.h: what the parts of the TLS client share; private to tls/.  session.c has the
 * state, the certificate class and the texts; hello.c the ClientHello and ServerHello of all versions;
 * graft.c puts them into BearSSL's engine, for TLS 1.0 to 1.2; tls13.c is the client of TLS 1.3.
 */
#ifndef TLS_SESSION_H
#define TLS_SESSION_H

#include "tls/tls.h"

/* Alerts that this client sends (RFC 8446 section 6). */
enum {
	TLS_ALERT_UNEXPECTED_MESSAGE = 10, TLS_ALERT_BAD_RECORD_MAC = 20,
	TLS_ALERT_RECORD_OVERFLOW = 22, TLS_ALERT_HANDSHAKE_FAILURE = 40,
	TLS_ALERT_BAD_CERTIFICATE = 42, TLS_ALERT_UNSUPPORTED_CERTIFICATE = 43,
	TLS_ALERT_ILLEGAL_PARAMETER = 47, TLS_ALERT_DECODE_ERROR = 50, TLS_ALERT_DECRYPT_ERROR = 51,
	TLS_ALERT_PROTOCOL_VERSION = 70, TLS_ALERT_INTERNAL_ERROR = 80,
	TLS_ALERT_MISSING_EXTENSION = 109, TLS_ALERT_UNSUPPORTED_EXTENSION = 110
};

/* End in failure: queue this alert for the server (by tls13_alert() once TLS 1.3 is on) and keep why, a
   sentence without a final dot that goes on "the server ...".  The first failure counts. */
void tls_session_fail(struct tls_session *s, unsigned alert, const char *why);
/* The server sent this fatal alert: it has failed. */
void tls_session_alerted(struct tls_session *s, unsigned alert);
/* A new chain is about to come: what was judged before counts no more. */
void tls_session_chain_begin(struct tls_session *s);
/* The chain in s->chain is whole: fills result and leaf.  0, or the error of BearSSL
   (BR_ERR_X509_...) for a chain without a leaf whose key can be used.  Keys that BearSSL cannot use
   (Ed25519, RSA-PSS) are good for TLS 1.3, and for ECDHE suites of TLS 1.2, where graft.c verifies
   with them; refused here for the others. */
unsigned tls_session_chain_end(struct tls_session *s);
/* Was this signature scheme offered? */
bool tls_session_offered(const struct tls_session *s, unsigned scheme);

#endif
