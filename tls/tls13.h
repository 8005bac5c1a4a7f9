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

struct tls_session;

struct tls13 {
	bool on;
};

/*
 * Go on from a ServerHello that chose TLS 1.3.  s->suite is 0x1301, 0x1302 or 0x1303;
 * s->transcript has been fed ClientHello to ServerHello (with a HelloRetryRequest: from the
 * message_hash on, RFC 8446 section 4.4.1); secret[0..n) is what (EC)DHE gave (section 7.4), and is
 * wiped by the caller.  From here on the functions below are called instead of BearSSL's, with the
 * same meaning.
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
