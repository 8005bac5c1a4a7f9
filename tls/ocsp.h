/* SPDX-License-Identifier: ISC */
/*
 * tls/ocsp.h: what the parts of the OCSP check share: ocspread.c reads the response, ocspsig.c
 * judges who signed it, ocsp.c what it says.  Private to tls/.
 */
#ifndef TLS_OCSP_H
#define TLS_OCSP_H

#include "tls/x509.h"

struct tls_ocsp {
	/* of the response, into it */
	struct tls_tlv tbs;             /* ResponseData */
	struct tls_tlv responder;       /* Name, or KeyHash when by_key */
	bool by_key;
	struct tls_tlv responses, alg, signature;
	struct tls_tlv certs;           /* SEQUENCE OF Certificate; val NULL: none */
	/* of the chain, into it */
	struct tls_x509 leaf, issuer;
	bool has_issuer;
	int64_t now;
	unsigned checks;                /* signatures verified so far */
};

/* A SingleResponse. */
struct tls_ocsp_single {
	struct tls_tlv alg, name_hash, key_hash, serial;
	enum tls_ocsp_says says;
	int64_t revoked_at, this_update, next_update;
	bool has_next;
	const char *why;                /* of a revocation, "" when not said */
};

void tls_ocsp_set(struct tls_ocsp_result *out, enum tls_ocsp_state state, const char *code,
    const char *text, const char *more);
/* Note what is wrong, the two texts in one sentence; the first counts.  False. */
bool tls_ocsp_fail(struct tls_ocsp_result *out, enum tls_ocsp_state state, const char *code,
    const char *text, const char *more);
/* The response as far as its SingleResponses; a field that is malformed is named.  False: it does
   not go on, out says why. */
bool tls_ocsp_read(struct tls_ocsp *o, const uint8_t *der, size_t len, struct tls_ocsp_result *out);
/* The next of responses, in the same manner. */
bool tls_ocsp_read_single(struct tls_der *list, struct tls_ocsp_single *s,
    struct tls_ocsp_result *out);
/* Sets issuer and has_issuer; if there is none, out says why.  anchor: see tls_ocsp_check(). */
void tls_ocsp_find_issuer(struct tls_ocsp *o, const struct tls_chain *c,
    const struct tls_tlsa *anchor, struct tls_ocsp_result *out);
/* Is the response signed by the issuer or by one whom it delegated?  False: out says why not. */
bool tls_ocsp_is_signed(struct tls_ocsp *o, struct tls_ocsp_result *out);
/* The hash of a certificate's public key as OCSP has it (RFC 6960 section 4.1.1): the octets of the
   BIT STRING.  0: it cannot be had. */
size_t tls_ocsp_key_hash(const struct tls_x509 *x, const br_hash_class *h, uint8_t out[64]);

#endif
