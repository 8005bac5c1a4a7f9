/* SPDX-License-Identifier: ISC */
/* tls/shake13.h: the two halves of the TLS 1.3 client, records and messages; private to tls/. */
#ifndef TLS_SHAKE13_H
#define TLS_SHAKE13_H

#include "tls/session.h"

/* Octets of handshake messages, all that one record has, n > 0.  False: it has failed. */
bool tls13_shake(struct tls_session *s, const uint8_t *p, size_t n);
/* Has a message begun that is not yet whole? */
bool tls13_is_within(const struct tls_session *s);
/* The hash of all messages up to here, TLS_MAX_HASH octets (section 4.4.1). */
void tls13_transcript(const struct tls_session *s, uint8_t *hash);
/* Queue one protected record; there is room for what the handshake sends. */
void tls13_send(struct tls_session *s, unsigned type, const uint8_t *p, size_t n);
/* End in failure; false. */
bool tls13_fail(struct tls_session *s, unsigned alert, const char *why);

#endif
