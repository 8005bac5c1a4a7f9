/* SPDX-License-Identifier: ISC */
/*
 * tls/hello.h: the ClientHello for TLS 1.0 to 1.3, and what a server answers to it; private to tls/.
 */
#ifndef TLS_HELLO_H
#define TLS_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bearssl.h>

#define TLS_HELLO_MAX 3072       /* octets of a ClientHello */
#define TLS_MAX_COOKIE 1024      /* of the cookie of a HelloRetryRequest; a longer one is an error */
#define TLS_MAX_SECRET 66        /* octets that (EC)DHE gives, of P-521 */

/* Groups (RFC 8446 section 4.2.7). */
enum { TLS_SECP256R1 = 23, TLS_SECP384R1 = 24, TLS_SECP521R1 = 25, TLS_X25519 = 29 };

/* Signature schemes (RFC 8446 section 4.2.3). */
enum {
	TLS_RSA_PKCS1_SHA256 = 0x0401, TLS_RSA_PKCS1_SHA384 = 0x0501, TLS_RSA_PKCS1_SHA512 = 0x0601,
	TLS_ECDSA_P256_SHA256 = 0x0403, TLS_ECDSA_P384_SHA384 = 0x0503, TLS_ECDSA_P521_SHA512 = 0x0603,
	TLS_PSS_RSAE_SHA256 = 0x0804, TLS_PSS_RSAE_SHA384 = 0x0805, TLS_PSS_RSAE_SHA512 = 0x0806,
	TLS_ED25519 = 0x0807,
	TLS_PSS_PSS_SHA256 = 0x0809, TLS_PSS_PSS_SHA384 = 0x080a, TLS_PSS_PSS_SHA512 = 0x080b
};

/* Extensions (RFC 8446 section 4.2). */
enum {
	TLS_X_SERVER_NAME = 0, TLS_X_STATUS_REQUEST = 5, TLS_X_GROUPS = 10, TLS_X_SIGALGS = 13,
	TLS_X_VERSIONS = 43, TLS_X_COOKIE = 44, TLS_X_SIGALGS_CERT = 50, TLS_X_KEY_SHARE = 51
};

/* What is offered. */
struct tls_hello {
	unsigned offer;            /* enum tls_offer */
	uint8_t seed[32];          /* of the private keys: secret */
	uint8_t sid[32];           /* legacy_session_id, RFC 8446 section 4.1.2 */
	size_t baselen;
	uint8_t base[1024];        /* the ClientHello of BearSSL's engine, the message with its header */
};

/* Write the ClientHello message: that of the engine with all that TLS 1.3 and OCSP want.  group: the
   one that a HelloRetryRequest asks for, 0: none did, and X25519 and P-256 are there; cookie: its
   cookie, n octets, or NULL.  Its octets; 0: no room, or the engine's hello is not as known. */
size_t tls_hello_write(const struct tls_hello *h, unsigned group, const uint8_t *cookie, size_t n,
    uint8_t *out, size_t cap);
/* Were they offered? */
bool tls_hello_has_scheme(unsigned offer, unsigned scheme);
bool tls_hello_has_group(unsigned group);
/* Is a share of this group in the first hello? */
bool tls_hello_shares(unsigned group);
/* The certificates that a cipher suite of TLS 1.2 is for; an enum tls_offer. */
unsigned tls_suite_kind(unsigned suite);
bool tls_suite_is_ecdhe(unsigned suite);
/* Is a cipher suite of TLS 1.2, of those of the engine, offered? */
bool tls_hello_has_suite(unsigned offer, unsigned suite);
/* (EC)DHE (RFC 8446 section 7.4): the secret from the server's share, into out (TLS_MAX_SECRET
   octets); its octets, 0: the share is not a good one. */
size_t tls_hello_secret(const struct tls_hello *h, unsigned group, const uint8_t *share, size_t n,
    uint8_t *out);

struct tls_server_hello {
	bool retry;                /* it is a HelloRetryRequest */
	unsigned version;          /* that was chosen: 0x0304, or legacy_version as it came */
	unsigned suite;
	const uint8_t *random;     /* 32 octets */
	unsigned group;            /* of key_share; 0: none */
	const uint8_t *share, *cookie; /* or NULL */
	size_t sharelen, cookielen;
	bool sid_echoed;           /* legacy_session_id is ours */
	bool status;               /* status_request is acknowledged (TLS 1.2) */
};
/* Parse a ServerHello or HelloRetryRequest, msg[0..n) without the four octets of its header, and
   check what RFC 8446 sections 4.1.3, 4.1.4, 4.2 ask of it alone.  0; or the alert and *why ("sent
   ..."). */
unsigned tls_server_hello_parse(const struct tls_hello *h, const uint8_t *msg, size_t n,
    struct tls_server_hello *out, const char **why);
/* The message of a TLS 1.2 ServerHello without the extensions that the engine did not ask for, into
   out (n + 4 octets are enough): its octets with the header. */
size_t tls_server_hello_trim(const uint8_t *msg, size_t n, uint8_t *out, size_t cap);

#endif
