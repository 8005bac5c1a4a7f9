/* SPDX-License-Identifier: ISC */
/*
 * tls/x509.h: a certificate taken apart (RFC 5280), as the DANE check needs it.
 * Private to tls/.  Everything points into the certificate that was parsed.
 */
#ifndef TLS_X509_H
#define TLS_X509_H

#include <bearssl.h>
#include "tls/der.h"
#include "tls/sig.h"

enum tls_eku { TLS_EKU_NONE = 0, TLS_EKU_SERVER, TLS_EKU_OTHER };

#define TLS_KU_SIGN 0x80       /* digitalSignature */
#define TLS_KU_ENCIPHER 0x20   /* keyEncipherment */
#define TLS_KU_AGREE 0x08      /* keyAgreement */
#define TLS_KU_CERTSIGN 0x04   /* keyCertSign */

/* Forms of GeneralName (RFC 5280 4.2.1.6) by their tag. */
enum {
	TLS_GN_OTHER = 0xa0, TLS_GN_EMAIL = 0x81, TLS_GN_DNS = 0x82, TLS_GN_X400 = 0xa3,
	TLS_GN_DN = 0xa4, TLS_GN_EDI = 0xa5, TLS_GN_URI = 0x86, TLS_GN_IP = 0x87, TLS_GN_ID = 0x88
};

struct tls_x509 {
	const uint8_t *der;
	size_t len;
	unsigned version;               /* 1, 2, 3 */
	struct tls_tlv tbs, serial, issuer, subject, spki, sig_alg, signature;
	bool alg_mismatch;              /* inner and outer algorithm differ, RFC 5280 4.1.1.2 */
	bool bad_dates;                 /* then both dates are 0 */
	int64_t not_before, not_after;
	struct tls_key pub;
	br_x509_pkey key;               /* of pub; key_type 0: not one that BearSSL can use */
	const char *key_type;
	unsigned key_bits;
	/* extensions */
	uint64_t seen[2];               /* of id-ce, one bit each */
	bool bad_ext;                   /* malformed, double, or not in a version 3 certificate */
	bool unknown_critical;
	bool minimal_refuses;           /* critical ones that we know and br_x509_minimal does not */
	bool bad_nc;                    /* name constraints malformed, or with minimum or maximum */
	struct tls_tlv permitted, excluded; /* GeneralSubtrees; val NULL: none */
	bool has_bc, ca;
	int pathlen;                    /* -1: none */
	bool has_ku;
	uint8_t ku;                     /* first octet of the bits */
	enum tls_eku eku;
	bool ocsp_signing;              /* id-kp-OCSPSigning itself is in the EKU (RFC 6960 4.2.2.2) */
	struct tls_tlv san;             /* GeneralNames; val NULL: no such extension */
};

/* Parse one certificate that fills der[0..len) to the last octet.  0, or -1. */
int tls_x509_parse(struct tls_x509 *x, const uint8_t *der, size_t len);
/* Name of the signature algorithm, or "unknown". */
const char *tls_x509_sig_str(const struct tls_x509 *x);

/* Is x signed by key? */
enum tls_sig tls_x509_verify(const struct tls_x509 *x, const struct tls_key *key);

/* A place in a subject: among its RDNs, and in one of them. */
struct tls_attr_pos {
	struct tls_der dn, rdn;
};

/* Next dNSName of the SAN extension; start with *pos zeroed (its p NULL). */
bool tls_x509_san_next(const struct tls_x509 *x, struct tls_der *pos, struct tls_tlv *name);
/* Next commonName of the subject, same manner. */
bool tls_x509_cn_next(const struct tls_x509 *x, struct tls_attr_pos *pos, struct tls_tlv *name);
/* Next attribute of this type in the subject; start with *pos zeroed. */
bool tls_x509_attr_next(const struct tls_x509 *x, const uint8_t *oid, size_t n,
    struct tls_attr_pos *pos, struct tls_tlv *value);
/* A host name as certificates have them: visible ASCII, labels of 1 to 63, 253 in all. */
bool tls_name_is_plain(const uint8_t *p, size_t n);
/* Does the certificate name this host (RFC 6125 section 6.4; RFC 7672 section 3.2.3)? */
bool tls_x509_has_name(const struct tls_x509 *x, const char *host);
bool tls_gn_is_known(uint8_t tag);

/* RFC 5280 4.1.2.5: UTCTime YYMMDDHHMMSSZ or GeneralizedTime YYYYMMDDHHMMSSZ, to unix seconds. */
bool tls_time_parse(const struct tls_tlv *t, int64_t *out);

/* A Name as printable text, RFC 4514 like; cut with "..." when it is longer. */
void tls_dn_text(const struct tls_tlv *dn, char *buf, size_t cap);
/* Are two Names the same (RFC 5280 section 7.1)? */
bool tls_dn_eq(const struct tls_tlv *a, const struct tls_tlv *b);
/* Does the name begin with all the RDNs of base (section 4.2.1.10)? */
bool tls_dn_is_within(const struct tls_tlv *name, const struct tls_tlv *base);

#endif
