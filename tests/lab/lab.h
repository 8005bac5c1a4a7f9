/* SPDX-License-Identifier: ISC */
/*
 * tests/lab/lab.h: a miniature internet on loopback addresses, for the tests.
 *
 * Everything is made at start: keys, zones, signatures, certificates.  None of
 * the code of dns/, tls/ and smtp/ is used, so that a rule misunderstood there is
 * not misunderstood here in the same way.  This is test code: it may use stdio,
 * the heap and the clock, and stops at its own errors with die().
 */
#ifndef LAB_H
#define LAB_H

#include <bearssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { A = 1, NS = 2, CNAME = 5, SOA = 6, MX = 15, TXT = 16, AAAA = 28, SRV = 33, OPT = 41, DS = 43, RRSIG = 46, NSEC = 47,
	DNSKEY = 48, NSEC3 = 50, NSEC3PARAM = 51, ANY = 255, TLSA = 52 };

void die(const char *fmt, ...);
void say(const char *fmt, ...); /* to stderr, with -v */
void *xalloc(size_t n);
uint64_t mono_ms(void);

/* ---- names and messages (lab_wire.c) ----------------------------------- */

#define NAME 256
void nm(uint8_t out[NAME], const char *fmt, ...);
size_t nm_len(const uint8_t *n);
int nm_labels(const uint8_t *n);
int nm_cmp(const uint8_t *a, const uint8_t *b);
bool nm_eq(const uint8_t *a, const uint8_t *b);
bool nm_under(const uint8_t *n, const uint8_t *apex);
const uint8_t *nm_up(const uint8_t *n, int labels_left);
void nm_wild(uint8_t out[NAME], const uint8_t *parent);
char *nm_str(const uint8_t *n, char *buf);
void b32hex(const uint8_t *in, size_t n, char *out);

struct msg {
	uint8_t b[65535];
	size_t n;
	unsigned names;
	uint16_t off[512];
};
void put(struct msg *m, const void *p, size_t n);
void put8(struct msg *m, unsigned v);
void put16(struct msg *m, unsigned v);
void put32(struct msg *m, uint32_t v);
void put_name(struct msg *m, const uint8_t *n); /* compressed */

struct query {
	uint16_t id, flags, type, class, size;
	bool edns, dnssec_ok;
	size_t qlen;             /* octets of the question section */
	uint8_t question[NAME + 4]; /* as it came, case kept */
	uint8_t name[NAME];      /* lower case */
};
int query_parse(struct query *q, const uint8_t *p, size_t n);

/* ---- keys and zones (lab_sign.c) ----------------------------------------- */

enum { K_RSA = 1, K_P256, K_P384, K_ED };
struct pkey {
	int kind;
	unsigned bits;
	br_rsa_private_key rsk;
	br_rsa_public_key rpk;
	br_ec_private_key esk;
	uint8_t sbuf[BR_RSA_KBUF_PRIV_SIZE(2048)], pbuf[BR_RSA_KBUF_PUB_SIZE(2048)];
	uint8_t pub[BR_EC_KBUF_PUB_MAX_SIZE]; /* EC: uncompressed point; Ed25519: 32 octets */
	size_t publen;
	uint8_t ed[64];
};
struct pkey *pkey_make(int kind, unsigned bits);
/* Signs data with the hash that belongs to the key; sha512 concerns RSA alone.  asn1: the
   form of ECDSA signatures in certificates, otherwise that of DNSSEC. */
size_t pkey_sign(const struct pkey *k, bool sha512, bool asn1, const void *p, size_t n,
    uint8_t *sig);

struct rr {
	uint8_t owner[NAME];
	uint16_t type, len;
	uint32_t ttl;
	uint8_t *rd;
};
struct zkey {
	struct pkey *k;
	unsigned flags, alg, tag;
	size_t len;
	uint8_t rd[300];
};
enum odd { ODD_NONE, ODD_BADSIG, ODD_EXPIRED, ODD_EARLY, ODD_STRIPPED };
struct zone {
	uint8_t apex[NAME];
	int level;               /* 0 root, 1 TLD, 2 domain */
	bool is_signed, csk, nsec3, optout, bad_ds, unknown_alg;
	unsigned alg, iterations, saltlen, digest;
	uint8_t salt[8];
	unsigned nkeys;
	struct zkey key[2];      /* key signing key first */
	uint16_t odd_type;       /* the type whose signatures are odd */
	enum odd odd;
	bool no_denial, always_tc;
	uint16_t servfail_type;
	struct rr *rr;           /* sorted once signed */
	size_t n, cap;
};
struct zone *zone_new(int level, unsigned alg, const char *fmt, ...);
void zone_add(struct zone *z, const uint8_t *owner, uint16_t type, const void *rd, size_t len);
void zone_keys(struct zone *z);
size_t zone_ds(const struct zone *z, uint8_t *rd);
void zone_sign(struct zone *z, uint32_t now);
void zone_hash(const struct zone *z, const uint8_t *name, uint8_t out[20]);
const uint8_t *zone_cut(const struct zone *z, const uint8_t *name);
void zone_dump(const struct zone *z, const char *dir);

/* ---- certificates (lab_cert.c) --------------------------------------------- */

struct cert {
	const char *cn, *san;
	const char *issuer;
	const struct pkey *key, *signer;
	long from, days;         /* days from now */
	bool ca;
	size_t padding;          /* octets of an extension that means nothing */
};
struct blob {
	uint8_t *p;
	size_t n;
};
struct blob cert_make(const struct cert *c);
struct blob cert_spki(const struct pkey *k);
/* RDATA of a TLSA record: cert for selector 0, key for 1. */
size_t tlsa_make(uint8_t *rd, unsigned u, unsigned s, unsigned m, struct blob cert,
    struct blob spki);

/* ---- the world (lab_world.c, lab_table.c) ------------------------------------------------- */

enum behave { B_GOOD, B_REFUSED, B_SILENT, B_RESET, B_CLOSE, B_421, B_554, B_450, B_NOSTARTTLS,
	B_454, B_TLS_AT_ONCE, B_SSH, B_HTTP, B_ENDLESS, B_NUL, B_FLOOD, B_INJECT, B_NOT_TLS,
	B_PLAIN_REPLY, B_STALL, B_DRIP, B_BADCODE, B_LATE, B_LONG_GREETING, B_HELO_ALONE, B_NO_HELLO,
	B_421_EHLO, B_421_STARTTLS, B_502_STARTTLS, B_LOWER_CASE, B_PARAMETERS, B_ALERT,
	B_ALERT_AND_ON, B_CLOSE_HELLO, B_TLS_554, B_TLS_421, B_TLS_CLOSE, B_QUIT_SILENT,
	B_QUIT_CLOSE, B_QUIT_RESET, B_QUIT_421, B_QUIT_PLAIN, B_TLS_HELO_ALONE, B_421_TOO,
	B_421_TOO_TLS, B_TEASER, B_TLS10 };
#define HOST_CERTS 40
struct host {
	unsigned octet;          /* 127.0.0.octet */
	enum behave behave;
	uint8_t alert;           /* of B_ALERT and B_ALERT_AND_ON */
	br_x509_certificate chain[HOST_CERTS];
	size_t nchain;
	const struct pkey *key;
	unsigned issuer_type;    /* BR_KEYTYPE_RSA or BR_KEYTYPE_EC */
};
struct world {
	struct zone *zone[256];
	unsigned nzones;
	struct host *host[200];
	unsigned nhosts;
	struct host *evil;
	size_t evil_tlsa_len;
	uint8_t evil_tlsa[40];
	unsigned smtp_port, smtps_port, auth_port;
};
extern struct world W;
void world_make(void);
void world_list(void);

/* ---- DNS answers (lab_dns.c) ---------------------------------------------------- */

enum role { R_PLAIN, R_STRIP, R_LIE, R_SILENT, R_SERVFAIL, R_REFUSED, R_NOISE, R_GARBAGE,
	R_ROLES, R_AUTH = 16 /* + level */ };
/* The reply, or length 0 for none.  `decoy` 1..3 makes the replies that come before the
   right one with R_NOISE. */
size_t dns_reply(int role, int decoy, bool tcp, const uint8_t *q, size_t n, struct msg *m);

/* ---- connections and the loop (lab.c, lab_smtp.c) --------------------------------- */

struct conn {
	int fd;
	int role;                /* DNS over TCP, or -1: SMTP */
	struct host *host;
	bool tls_wanted, tls, quiet, closing, notified, reset, answered;
	br_ssl_server_context *sc;
	uint8_t *iobuf;
	size_t nraw, nline, nout, capout, napp;
	uint8_t raw[66000];      /* octets in, not yet taken */
	char line[1100];
	uint8_t *out;
	char app[2000];          /* plaintext waiting for the TLS engine */
	uint64_t hold;           /* nothing is sent before */
	unsigned drip;           /* octets a turn, 0: no limit */
	bool flood;
};
void conn_out(struct conn *c, const void *p, size_t n);
void smtp_start(struct conn *c);
void smtp_input(struct conn *c); /* c->raw has something new */
void smtp_more(struct conn *c);  /* the output was sent, a flood goes on */

#endif
