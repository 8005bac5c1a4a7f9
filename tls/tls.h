/* SPDX-License-Identifier: ISC */
/*
 * tls/tls.h: a TLS client session on BearSSL and the DANE check of the
 * certificate that the server presents (RFC 6698, 7671, 7672 section 3).
 *
 * Sans-I/O: bytes in, bytes out; the time and the entropy are arguments; no heap.
 * Knows nothing of DNS: the proven TLSA set comes as plain data.
 */
#ifndef TLS_TLS_H
#define TLS_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bearssl.h>
#include "tls/graft.h"
#include "tls/tls13.h"

/* ---- limits -------------------------------------------------------------- */

#define TLS_MAX_TLSA 64          /* records of one TLSA set; src refuses larger sets */
#define TLS_MAX_CERTS 16         /* certificates presented; more is refused */
#define TLS_MAX_CHAIN 65536      /* octets of all presented certificates; more is refused */
#define TLS_MAX_NAMES 16         /* reference identifiers */
#define TLS_MAX_SIG_CHECKS 32    /* signature verifications in the search of a path */
#define TLS_MAX_STEPS 128        /* certificates met on all ways up from the leaf; at most 255 */
#define TLS_MAX_NAME_CHECKS 65536 /* comparisons of a name with a name constraint */
#define TLS_MIN_RSA_BITS 1024    /* shorter proves nothing */
#define TLS_NAME_TEXT 256        /* a DNS name in text */
#define TLS_DN_TEXT 256          /* a distinguished name in text, cut with "..." */
#define TLS_MAX_SANS 100         /* SAN dNSNames looked at in one certificate */
#define TLS_REASON_MAX 1024 /* with a hint, and two records of SHA2-512 */
#define TLS_HINT_MAX 512
#define TLS_MAX_STAPLE 16384     /* octets of a stapled OCSP response; a longer one is not read */
#define TLS_MAX_OCSP_SINGLES 64  /* SingleResponses in it, and */
#define TLS_MAX_OCSP_CERTS 16    /* certificates that it brings; more is refused */
#define TLS_MAX_OCSP_CHECKS 8    /* signature verifications for one response */
#define TLS_OCSP_SKEW 300        /* seconds by which thisUpdate may be in the future */
#define TLS_OCSP_MAX_AGE (7 * 86400) /* of a response without nextUpdate, see tls_ocsp_check() */

/* ---- TLSA records ---------------------------------------------------------- */

struct tls_tlsa {
	uint8_t usage, selector, mtype;
	uint16_t len;
	const uint8_t *data; /* owned by the caller, must outlive the session */
};

enum tls_usable {
	TLS_USABLE = 1,       /* zero is not "usable" */
	TLS_UNUSABLE_PKIX,    /* usage 0 or 1: RFC 7672 section 3.1.3 */
	TLS_UNUSABLE_USAGE,   /* usage not 0..3 */
	TLS_UNUSABLE_SELECTOR,
	TLS_UNUSABLE_MTYPE,
	TLS_UNUSABLE_LENGTH,  /* digest of the wrong length */
	TLS_UNUSABLE_EMPTY,
	TLS_UNUSABLE_DER,     /* matching type 0 whose data is no certificate or key */
	TLS_NOT_CHECKED_PKIX  /* never found: what the caller may say of usage 0 or 1 where they are
	                         legitimate, for a client of submission (RFC 7673) */
};
enum tls_usable tls_tlsa_usable(const struct tls_tlsa *t);
/* A sentence without a final dot: "the record has no data". */
const char *tls_usable_str(enum tls_usable u);
/* RFC 7671 section 9: is record i, which is usable, put aside since the set has a usable
   record of the same usage and selector with a stronger digest? */
bool tls_tlsa_outranked(const struct tls_tlsa *t, unsigned n, unsigned i);
/* The matching type, 1 or 2, that a record of this usage and selector must have to count beside
   the set (RFC 7671 section 9). */
unsigned tls_tlsa_mtype(const struct tls_tlsa *t, unsigned n, unsigned usage, unsigned selector);

/* ---- certificates ------------------------------------------------------------ */

struct tls_cert {
	const uint8_t *der;     /* into the chain buffer that was parsed */
	size_t len;
	const uint8_t *spki;    /* SubjectPublicKeyInfo, DER, tag included */
	size_t spki_len;
	bool parsed;            /* false: not DER as X.509 has it; only der and len are set */
	int64_t not_before, not_after; /* unix seconds; both 0 when malformed */
	char subject[TLS_DN_TEXT], issuer[TLS_DN_TEXT]; /* printable ASCII, RFC 4514 like */
	char serial[64];        /* hex */
	const char *key_type;   /* "RSA", "RSA-PSS", "ECDSA", "Ed25519", or "unknown" */
	unsigned key_bits;
	const char *sig_alg;    /* "sha256WithRSAEncryption", ..., "unknown" */
	bool self_issued;       /* subject equals issuer octet for octet */
	unsigned nsans;         /* DNS names found (those kept are read with tls_cert_san) */
	unsigned char fp_sha256[32];
};
/* Parse a DER certificate.  0, or -1 (parsed is false, der and len are set all the same). */
int tls_cert_parse(struct tls_cert *c, const uint8_t *der, size_t len);
/* The i-th SAN dNSName as text (escaped, printable); false when there is none. */
bool tls_cert_san(const struct tls_cert *c, unsigned i, char *buf, size_t cap);

/* ---- the DANE check ---------------------------------------------------------- */

enum tls_verdict {
	TLS_UNCHECKED = 0,
	TLS_MATCH,          /* a usable record matched: the only good one */
	TLS_NO_MATCH,       /* usable records are there, none matched */
	TLS_NO_USABLE,      /* no usable record in the set (or none at all) */
	TLS_BAD_CHAIN       /* nothing to check: no certificate, not DER, too many, too large */
};

/* In: what to check against.  Filled in by the caller; pointers must outlive the check. */
struct tls_dane {
	const struct tls_tlsa *tlsa;
	unsigned ntlsa;
	const char *const *names;  /* reference identifiers, ASCII without final dot; for DANE-TA */
	unsigned nnames;
	int64_t now;               /* unix seconds, for certificate dates */
};

/* Out. */
struct tls_dane_result {
	enum tls_verdict verdict;
	int tlsa;                  /* index of the record that matched, else -1 */
	unsigned depth;            /* in the path, of the certificate or anchor matched; 0 is the leaf */
	unsigned npath;            /* of the path that was accepted: depth + 1, or depth when the
	                              anchor was not presented */
	uint8_t path[TLS_MAX_CERTS]; /* its certificates by their place in the chain, leaf first */
	char code[32];             /* stable id: "ok", "tlsa-mismatch", "tlsa-unusable", "cert-name",
	                              "cert-expired", "cert-not-yet-valid", "cert-chain", "cert-parse",
	                              "cert-missing", "cert-limit" */
	char reason[TLS_REASON_MAX]; /* what is wrong and what to do; "" on a match */
	char hint[TLS_HINT_MAX];     /* what was probably meant, "" if nothing is known; without a
	                                match it is at the end of the reason too, if there is room */
	unsigned weak_rsa;           /* bits of the shortest RSA key under 2048 bits that the match
	                                rests on, 0: none; worth a warning */
	/* One per TLSA record, in order: index in the presented chain of the certificate that
	   matches by data (digest equal), or -1; a DANE-TA record can match by data and still
	   not be accepted (path, dates, name).  An accepted anchor that was not presented has
	   its depth here. */
	int8_t data_depth[TLS_MAX_TLSA];
	/* The table, one row per TLSA record, in order.  By data: bit i is set when it matches
	   certificate i of the presented chain, usage and path apart; row says what that is worth. */
	uint16_t data_mask[TLS_MAX_TLSA];
	struct tls_row {
		enum tls_row_state {
			TLS_ROW_UNCHECKED = 0,
			TLS_ROW_UNUSABLE,    /* tls_tlsa_usable() says why */
			TLS_ROW_OUTRANKED,   /* a stronger digest is there: not looked at */
			TLS_ROW_NO_DATA,     /* matches no certificate */
			TLS_ROW_NOT_ACCEPTED, /* matches one, but not by the rules of its usage */
			TLS_ROW_MATCHED      /* at depth */
		} state;
		unsigned depth;
	} row[TLS_MAX_TLSA];
};

/* The chain presented, as one block, and its check. */
struct tls_chain {
	unsigned n;
	bool overflow;             /* more than the limits: nothing may match */
	size_t used;
	size_t off[TLS_MAX_CERTS], len[TLS_MAX_CERTS];
	uint8_t der[TLS_MAX_CHAIN];
};
/* Octets of its certificates, which stand one after the other from der on. */
size_t tls_chain_octets(const struct tls_chain *c);
/* Append one certificate; past the limits sets overflow. */
void tls_chain_add(struct tls_chain *c, const uint8_t *der, size_t len);
/* Judge the chain (leaf first).  Pure. */
void tls_dane_check(const struct tls_dane *d, const struct tls_chain *c,
    struct tls_dane_result *out);
/* NULL, or why no handshake here would prove that a server has the leaf's key, as "is of a kind...". */
const char *tls_leaf_fault(const struct tls_chain *c);
/* Text of the TLSA RDATA "3 1 1 HEX" that certificate i of the chain would satisfy, for
   hints: usage 3 for the leaf, 2 for the others.  cap >= 160.  False if it cannot be had. */
bool tls_dane_suggest(const struct tls_chain *c, unsigned i, unsigned usage, unsigned selector,
    unsigned mtype, char *buf, size_t cap);
/* Read PEM certificates (leaf first) into a chain.  0, or -1 and *err. */
int tls_chain_pem(struct tls_chain *c, const char *pem, size_t len, const char **err);

/* ---- stapled OCSP (RFC 6066 section 8, RFC 6960) ----------------------------- */

/* What the response says of the leaf, whoever says it. */
enum tls_ocsp_says { TLS_OCSP_SAYS_NOTHING = 0, TLS_OCSP_SAYS_GOOD, TLS_OCSP_SAYS_REVOKED,
	TLS_OCSP_SAYS_UNKNOWN };

enum tls_ocsp_state {
	TLS_OCSP_NONE = 0,     /* nothing was stapled */
	TLS_OCSP_GOOD,         /* signed by the issuer or its responder, in time, and good */
	TLS_OCSP_REVOKED,      /* the same, and revoked */
	TLS_OCSP_UNKNOWN,      /* the same, and the responder does not know the certificate */
	TLS_OCSP_STALE,        /* signed as it must be, but out of date or not yet valid */
	TLS_OCSP_NO_STATUS,    /* tryLater and the other response states without an answer */
	TLS_OCSP_UNVERIFIABLE, /* the leaf's issuer is not in the chain that was presented, or the
	                          algorithm is not known here */
	TLS_OCSP_BAD           /* malformed, too large, of another certificate, or not signed by one
	                          who may */
};

struct tls_ocsp_result {
	enum tls_ocsp_state state;
	enum tls_ocsp_says says;   /* of a response that says anything of the leaf, verified or not */
	char code[32];             /* stable id, "ocsp-..."; "ocsp-good" when good, "" when none */
	char reason[TLS_HINT_MAX]; /* a sentence without a final dot, printable ASCII: the field that is
	                              wrong, or what was said; "" when none */
	/* unix seconds, 0: not known or not said */
	int64_t this_update, next_update, revoked_at;
	const char *revoked_why;   /* RFC 5280 section 5.3.1: "keyCompromise", ...; "" when not said */
	char responder[TLS_DN_TEXT]; /* who signed, as a name or a key id in hex; "" when not known;
	                                before the signature is verified: who is said to have */
	bool delegated;            /* by a responder that the issuer delegated, not by the issuer */
};
/*
 * Judge a DER OCSPResponse as stapled, len > 0, for the leaf of the chain as presented (leaf
 * first; the issuer may be anywhere after it).  Pure.  TLS_OCSP_GOOD, _REVOKED and _UNKNOWN need
 * every rule of RFC 6960 section 3.2: CertID of the leaf and issuer (SHA-1 or SHA-256 ids), signed by
 * the issuer or by a delegate with id-kp-OCSPSigning that the issuer signed, and the dates.
 *
 * The issuer is a certificate of the chain whose subject is the leaf's issuer and whose key
 * verifies the leaf's signature; a leaf that signed itself is its own.  So is the one in anchor, a
 * `2 0 0` record (or NULL), which need not be presented (RFC 7671 section 5.2.1).  A response without
 * nextUpdate says that newer ones can be had at any time (RFC 6960 section 4.2.2.1), which says
 * nothing of one that a server kept: older than TLS_OCSP_MAX_AGE it is stale.  Of several
 * SingleResponses for the leaf the worst counts.  A delegate's own revocation is not looked up.
 *
 * state          code
 * GOOD           ocsp-good
 * REVOKED        ocsp-revoked
 * UNKNOWN        ocsp-unknown
 * STALE          ocsp-stale; ocsp-not-yet-valid
 * NO_STATUS      ocsp-try-later; ocsp-status: malformedRequest, internalError, sigRequired,
 *                unauthorized
 * UNVERIFIABLE   ocsp-no-issuer; ocsp-unsupported: an algorithm or key not known here
 * BAD            ocsp-parse: a field is malformed, or over a limit; ocsp-other-cert: nothing about
 *                this leaf in it; ocsp-signature: it does not verify, or by a weak algorithm;
 *                ocsp-responder: signed by one who may not; ocsp-extension: a critical one
 */
void tls_ocsp_check(const uint8_t *der, size_t len, const struct tls_chain *c,
    const struct tls_tlsa *anchor, int64_t now, struct tls_ocsp_result *out);
/* What is to be said of a response over TLS_MAX_STAPLE. */
void tls_ocsp_too_large(struct tls_ocsp_result *out);

/* ---- the session ----------------------------------------------------------- */

/* What the hello offers: which certificates the server can be made to show (RFC 8446 section
   4.2.3).  Ed25519 leaves are had in TLS 1.2 and 1.3 alone. */
enum tls_offer { TLS_OFFER_ALL = 0, TLS_OFFER_RSA, TLS_OFFER_ECDSA, TLS_OFFER_ED25519 };

enum tls_state {
	TLS_HANDSHAKE = 0,
	TLS_OPEN,           /* handshake finished with the key of the certificate checked */
	TLS_CLOSED,         /* closed by both or by us, without error */
	TLS_FAILED          /* see tls_session_error() */
};

/* Large: one per connection, no copies (it holds pointers into itself). */
struct tls_session {
	struct tls_dane_result result;     /* read by the caller */
	struct tls_chain chain;            /* read by the caller: what was presented */
	struct tls_cert leaf;              /* read by the caller; parsed is false: none yet */
	struct tls_ocsp_result ocsp;       /* read by the caller; judged when the session opens */
	/* private: see tls/session.h */
	br_ssl_client_context cc;
	const br_x509_class *vtable;       /* our own certificate class */
	struct tls_dane dane;
	br_x509_pkey key;                  /* of the leaf, into chain */
	bool opened;
	int error;                         /* of BearSSL, kept when the engine is wiped, or our own */
	const char *why;                   /* what our own part of the client found wrong, or NULL */
	unsigned version, suite, group, scheme;
	br_multihash_context transcript;   /* of the handshake as it was on the wire */
	struct tls_graft graft;
	struct tls13 t13;
	size_t staple_len;                 /* of the OCSP response; over TLS_MAX_STAPLE: not kept */
	uint8_t staple[TLS_MAX_STAPLE + 4]; /* with what stands before it in its message */
	unsigned char iobuf[BR_SSL_BUFSIZE_BIDI]; /* the engine's, or those of TLS 1.3 */
};

/*
 * Set up a client: TLS 1.0 to 1.3 with the newest preferred, SNI = sni (TLSA base domain, no
 * final dot; NULL: none), a stapled OCSP response asked for.  The handshake goes on to
 * the end even when the certificate does not match, so that the report can show
 * what was presented; result.verdict and tls_session_ok() tell.  But a key
 * exchange is always checked against the leaf's key: a session that reaches TLS_OPEN
 * was finished by the owner of the presented leaf's key.
 */
void tls_session_init(struct tls_session *s, const char *sni, const struct tls_dane *d,
    enum tls_offer offer, const uint8_t entropy[32]);
enum tls_state tls_session_state(const struct tls_session *s);
/* Was TLS_OPEN reached (also if closed since): did the owner of the presented leaf's key finish
   the handshake? */
bool tls_session_opened(const struct tls_session *s);
/* Of a session that failed before it was open: did the server decline what was offered, by an alert
   that says so, by closing TLS, or by a version that has no such certificates?  Not when this client
   refused anything else that the server sent. */
bool tls_session_declined(const struct tls_session *s);
/* True when it was and the verdict is TLS_MATCH. */
bool tls_session_ok(const struct tls_session *s);
/* Encrypted side.  Room for incoming octets, 0: none wanted now. */
uint8_t *tls_session_rec_in(struct tls_session *s, size_t *n);
void tls_session_rec_in_ack(struct tls_session *s, size_t n);
const uint8_t *tls_session_rec_out(struct tls_session *s, size_t *n);
void tls_session_rec_out_ack(struct tls_session *s, size_t n);
/* Plain side. */
const uint8_t *tls_session_app_in(struct tls_session *s, size_t *n);  /* received plaintext */
void tls_session_app_in_ack(struct tls_session *s, size_t n);
/* Queue plaintext for sending and flush; returns the octets taken. */
size_t tls_session_app_out(struct tls_session *s, const uint8_t *p, size_t n);
void tls_session_close(struct tls_session *s); /* send close_notify */
/* Sentence for a failed session: alert received or sent (by name), protocol error, what it
   usually means.  "" when none. */
const char *tls_session_error(const struct tls_session *s, char *buf, size_t cap);
/* "TLSv1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"; "" before the handshake ended. */
const char *tls_session_version(const struct tls_session *s);
const char *tls_session_suite(const struct tls_session *s);
/* "x25519", "secp256r1", ... (RFC 8446 section 4.2.7): of the key exchange; "" for RSA's own. */
const char *tls_session_group(const struct tls_session *s);
/* "rsa_pss_rsae_sha256", ... (section 4.2.3): what the leaf's key signed with; "" when it did not. */
const char *tls_session_scheme(const struct tls_session *s);
/* Wipe secrets. */
void tls_session_wipe(struct tls_session *s);

#endif
