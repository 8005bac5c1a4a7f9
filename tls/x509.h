/* SPDX-License-Identifier: ISC */
/*
 * tls/x509.h: a certificate taken apart (RFC 5280), as the DANE check needs it.
 * Private to tls/.  Everything points into the certificate that was parsed.
 */
#ifndef TLS_X509_H
#define TLS_X509_H

#include <bearssl.h>
#include "tls/der.h"

enum tls_eku { TLS_EKU_NONE = 0, TLS_EKU_SERVER, TLS_EKU_OTHER };

#define TLS_KU_SIGN 0x80       /* digitalSignature */
#define TLS_KU_ENCIPHER 0x20   /* keyEncipherment */
#define TLS_KU_AGREE 0x08      /* keyAgreement */
#define TLS_KU_CERTSIGN 0x04   /* keyCertSign */

struct tls_x509 {
	const uint8_t *der;
	size_t len;
	unsigned version;               /* 1, 2, 3 */
	struct tls_tlv tbs, serial, issuer, subject, spki, sig_alg, signature;
	bool alg_mismatch;              /* inner and outer algorithm differ, RFC 5280 4.1.1.2 */
	bool bad_dates;                 /* then both dates are 0 */
	int64_t not_before, not_after;
	br_x509_pkey key;               /* key_type 0: not one that BearSSL can use */
	const char *key_type;
	unsigned key_bits;
	/* extensions */
	bool bad_ext;                   /* malformed, double, or not in a version 3 certificate */
	bool unknown_critical;
	bool minimal_refuses;           /* critical ones that we know and br_x509_minimal does not */
	bool name_constraints;
	bool has_bc, ca;
	int pathlen;                    /* -1: none */
	bool has_ku;
	uint8_t ku;                     /* first octet of the bits */
	enum tls_eku eku;
	struct tls_tlv san;             /* GeneralNames; val NULL: no such extension */
};

/* Parse one certificate that fills der[0..len) to the last octet.  0, or -1. */
int tls_x509_parse(struct tls_x509 *x, const uint8_t *der, size_t len);
/* Parse a SubjectPublicKeyInfo alone into key, type, bits.  False when it is not one. */
bool tls_spki_parse(const uint8_t *der, size_t len, br_x509_pkey *key, const char **type,
    unsigned *bits);
/* Name of the signature algorithm, or "unknown". */
const char *tls_x509_sig_str(const struct tls_x509 *x);

enum tls_sig { TLS_SIG_BAD = 0, TLS_SIG_UNSUPPORTED, TLS_SIG_WEAK, TLS_SIG_GOOD };
/* Is x signed by key?  MD5 and SHA-1 signatures and RSA keys under 1024 bits are weak. */
enum tls_sig tls_x509_verify(const struct tls_x509 *x, const br_x509_pkey *key);

/* Next dNSName of the SAN extension; start with *pos zeroed (its p NULL). */
bool tls_x509_san_next(const struct tls_x509 *x, struct tls_der *pos, struct tls_tlv *name);
/* Next commonName of the subject, same manner. */
bool tls_x509_cn_next(const struct tls_x509 *x, struct tls_der *pos, struct tls_tlv *name);
/* Does the certificate name this host (RFC 6125 section 6.4; RFC 7672 section 3.2.3)? */
bool tls_x509_has_name(const struct tls_x509 *x, const char *host);

#endif
