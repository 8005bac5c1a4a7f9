/* SPDX-License-Identifier: ISC */
/*
 * tls/sched.h: the key schedule of TLS 1.3 (RFC 8446 section 7), without pre-shared keys; private
 * to tls/.
 */
#ifndef TLS_SCHED_H
#define TLS_SCHED_H

#include <stddef.h>
#include <stdint.h>
#include <bearssl.h>

#define TLS_MAX_HASH 48          /* octets of a hash of a TLS 1.3 cipher suite: SHA-384 */

struct tls_sched {
	const br_hash_class *hash;
	size_t len;                   /* octets of the hash, and of every secret */
	uint8_t secret[TLS_MAX_HASH]; /* the early, handshake and master secret, one after the other */
};

/* The hash of a cipher suite, NULL: it is not one that is known here. */
const br_hash_class *tls_sched_hash(unsigned suite);
/* To the early secret. */
void tls_sched_init(struct tls_sched *k, const br_hash_class *hash);
/* To the next secret: with what (EC)DHE gave to the handshake secret, with nothing (NULL, 0) to the
   master secret. */
void tls_sched_next(struct tls_sched *k, const uint8_t *ikm, size_t n);
/* Derive-Secret(secret, label, messages): the hash of the messages is given; k->len octets. */
void tls_sched_derive(const struct tls_sched *k, const char *label, const uint8_t *hash,
    uint8_t *out);
/* HKDF-Expand-Label of a secret as long as the hash, with a context of hash's length or none
   (NULL); n up to the octets of the hash. */
void tls_sched_expand(const br_hash_class *h, const uint8_t *secret, const char *label,
    const uint8_t *context, uint8_t *out, size_t n);
/* The verify_data of a Finished message under this traffic secret (section 4.4.4). */
void tls_sched_finished(const br_hash_class *h, const uint8_t *secret, const uint8_t *hash,
    uint8_t *out);
/* The next application traffic secret, in place of this one (section 7.2). */
void tls_sched_update(const br_hash_class *h, uint8_t *secret);

#endif
