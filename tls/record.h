/* SPDX-License-Identifier: ISC */
/*
 * tls/record.h: protected records of TLS 1.3 (RFC 8446 section 5); private to tls/.
 */
#ifndef TLS_RECORD_H
#define TLS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bearssl.h>

#define TLS_RECORD_HEAD 5
#define TLS_MAX_PLAIN 16384                    /* octets that a record may carry, section 5.1 */
#define TLS_MAX_CIPHER (TLS_MAX_PLAIN + 256)   /* of a protected one after its header */
#define TLS_RECORD_EXTRA (TLS_RECORD_HEAD + 1 + 16) /* what protection adds: header, type, tag */
/* Records under one key, over which no more are made or taken: section 5.5 has 2^24.5 of full size
   for AES-GCM. */
#define TLS_MAX_RECORDS (UINT64_C(1) << 24)

/* Content types. */
enum { TLS_CCS = 20, TLS_ALERT = 21, TLS_HANDSHAKE_DATA = 22, TLS_APP_DATA = 23 };

/* One direction under one key.  No copies: it may hold pointers into itself. */
struct tls_record {
	unsigned suite;
	uint8_t key[32], iv[12];
	uint64_t seq;                /* of the next record */
	br_aes_gen_ctr_keys aes;
};

/* The keys of a suite (0x1301, 0x1302, 0x1303) from a traffic secret (section 7.3). */
void tls_record_init(struct tls_record *r, unsigned suite, const uint8_t *secret);
/* Have TLS_MAX_RECORDS been made or taken? */
bool tls_record_is_spent(const struct tls_record *r);
/* Protect rec[TLS_RECORD_HEAD..][0..n), n up to TLS_MAX_PLAIN, in place: n + TLS_RECORD_EXTRA
   octets, which is returned. */
size_t tls_record_seal(struct tls_record *r, unsigned type, uint8_t *rec, size_t n);
/* Open a whole protected record in place, rec[TLS_RECORD_HEAD..][0..n) after its header: its
   content is then rec[TLS_RECORD_HEAD..][0..*len), of this type.  0, or the alert (section 6.2). */
unsigned tls_record_open(struct tls_record *r, uint8_t *rec, size_t n, unsigned *type, size_t *len);

#endif
