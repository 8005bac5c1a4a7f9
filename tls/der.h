/* SPDX-License-Identifier: ISC */
/*
 * tls/der.h: a bounded reader of DER (X.690) with one sticky error.
 * Definite, minimal lengths and one-octet tags only; private to tls/.
 */
#ifndef TLS_DER_H
#define TLS_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DER_BOOLEAN = 0x01, DER_INTEGER = 0x02, DER_BITSTRING = 0x03, DER_OCTETS = 0x04,
	DER_NULL = 0x05, DER_OID = 0x06, DER_ENUM = 0x0a, DER_UTCTIME = 0x17, DER_GENTIME = 0x18,
	DER_SEQUENCE = 0x30, DER_SET = 0x31
};

struct tls_der {
	const uint8_t *p, *end;
	bool bad;
};

/* One element: all of it (tag and length included), and its contents. */
struct tls_tlv {
	uint8_t tag;
	const uint8_t *all, *val;
	size_t all_len, len;
};

struct tls_der tls_der_init(const uint8_t *p, size_t len);
/* At the end of the input, or bad. */
bool tls_der_is_end(const struct tls_der *r);
/* Read without error to the very end? */
bool tls_der_is_done(const struct tls_der *r);
/* Tag of the next element, -1: none. */
int tls_der_peek(const struct tls_der *r);
/* Next element of any tag.  False (and bad) when there is none or it is malformed. */
bool tls_der_next(struct tls_der *r, struct tls_tlv *out);
/* Next element, which must have this tag. */
bool tls_der_get(struct tls_der *r, uint8_t tag, struct tls_tlv *out);
/* As above, and a reader of its contents (bad at once when the element is not there). */
struct tls_der tls_der_enter(struct tls_der *r, uint8_t tag);
/* BIT STRING of whole octets: contents without the count of unused bits. */
bool tls_der_bits(struct tls_der *r, struct tls_tlv *out);
/* INTEGER, also zero and negative (serial numbers are met so, RFC 5280 4.1.2.2): its octets. */
bool tls_der_int(struct tls_der *r, struct tls_tlv *out);
/* INTEGER >= 0: magnitude without leading zeros (zero itself: len 0). */
bool tls_der_uint(struct tls_der *r, struct tls_tlv *out);
bool tls_der_eq(const struct tls_tlv *t, const void *p, size_t len);

#endif
