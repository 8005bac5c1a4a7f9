/* SPDX-License-Identifier: ISC */
/*
 * tests/signer.h: a small signer and a miniature DNS in memory, for unit tests alone.  It makes
 * keys, signs RRsets with a canonical form of its own (nothing of dns/rrsig.c is used, so that
 * the two can disagree), builds NSEC and NSEC3 chains, and answers questions the way that a
 * recursive resolver without validation would.  It asserts on misuse: its input is ours.
 */
#ifndef TESTS_SIGNER_H
#define TESTS_SIGNER_H

#include <bearssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SG_NOW 1790000000 /* the time at which all signatures made by default are good */
#define SG_RDATA 700

/* ---- names, records, messages -------------------------------------------------- */

/* Wire name out of text; the last 16 stay valid. */
const uint8_t *sg_name(const char *text);

struct sg_rr {
	uint8_t owner[255], section;
	uint16_t type, class, rdlen;
	uint32_t ttl;
	uint8_t rd[SG_RDATA];
};
struct sg_msg {
	uint8_t qname[255];
	uint16_t qtype, rcode;
	unsigned n;
	struct sg_rr rr[64];
};
void sg_msg_init(struct sg_msg *m, const uint8_t *qname, uint16_t qtype);
struct sg_rr *sg_msg_add(struct sg_msg *m, unsigned section, const struct sg_rr *rr);
void sg_msg_remove(struct sg_msg *m, unsigned i);
/* The flat form that dns/ works on; the wire form.  Octets written. */
size_t sg_msg_flat(const struct sg_msg *m, uint8_t *out, size_t cap);
size_t sg_msg_wire(const struct sg_msg *m, uint16_t id, uint16_t flags, uint8_t *out, size_t cap);

/* A record, section answer, class IN. */
struct sg_rr sg_rr(const uint8_t *owner, uint16_t type, uint32_t ttl, const void *rd, size_t len);
struct sg_rr sg_rr_name(const uint8_t *owner, uint16_t type, const uint8_t *target);
struct sg_rr sg_rr_a(const uint8_t *owner, unsigned last);
struct sg_rr sg_rr_soa(const uint8_t *zone);
/* types: up to 16, any order, ended by 0. */
struct sg_rr sg_rr_nsec(const uint8_t *owner, const uint8_t *next, const uint16_t *types);

/* ---- keys and signatures ----------------------------------------------------------- */

struct sg_key {
	unsigned alg, bits;
	uint16_t tag, rdlen;
	uint8_t rd[SG_RDATA]; /* DNSKEY RDATA */
	br_rsa_private_key rsa;
	br_ec_private_key ec;
	uint8_t priv[2600]; /* do not copy the struct: rsa and ec point here */
};
/* bits: of an RSA key.  Flags 256 or 257. */
void sg_key_make(struct sg_key *k, unsigned alg, unsigned flags, unsigned bits);
/* After a change of rd: the key tag again. */
void sg_key_retag(struct sg_key *k);
struct sg_rr sg_rr_dnskey(const uint8_t *zone, const struct sg_key *k);
struct sg_rr sg_rr_ds(const uint8_t *zone, const struct sg_key *k, unsigned digest);
/* Octets of the signature over data. */
size_t sg_sign_raw(const struct sg_key *k, const uint8_t *data, size_t len, uint8_t *sig);

/* What goes into an RRSIG; a test changes fields between init and sign. */
struct sg_sig {
	const struct sg_key *key;
	const uint8_t *signer;
	uint16_t covered, tag;
	uint8_t alg, labels;
	uint32_t ottl, inception, expiration;
	const uint8_t *owner; /* as signed: for a wildcard, the wildcard */
};
void sg_sig_init(struct sg_sig *s, const struct sg_key *k, const uint8_t *signer,
    const struct sg_rr *rr);
/* Sign rr[0..n), one RRset, in canonical order; the RRSIG comes back with owner rr[0].owner. */
struct sg_rr sg_sign(const struct sg_sig *s, const struct sg_rr *rr, unsigned n);

/* ---- zones --------------------------------------------------------------------------- */

enum sg_denial { SG_NSEC, SG_NSEC3, SG_UNSIGNED };
struct sg_zone {
	uint8_t apex[255];
	const struct sg_key *key; /* one key signs all; NULL: unsigned */
	enum sg_denial denial;
	unsigned iterations, saltlen;
	uint8_t salt[8];
	bool opt_out;
	uint32_t inception, expiration;
	unsigned n;
	struct sg_rr rr[64];
};
struct sg_world {
	unsigned n;
	struct sg_zone *zone[16];
	void (*mangle)(struct sg_msg *m); /* the last word on each answer; may be NULL */
};
/* With SOA and, where there is a key, DNSKEY; added to the world. */
void sg_zone_init(struct sg_world *w, struct sg_zone *z, const char *apex,
    const struct sg_key *k, enum sg_denial denial);
void sg_zone_add(struct sg_zone *z, const struct sg_rr *rr);
/* NS at child, and DS (SHA-256) when it has a key and ds is set. */
void sg_zone_delegate(struct sg_zone *z, const struct sg_zone *child, bool ds);
void sg_nsec3_hash(const uint8_t *name, const uint8_t *salt, size_t slen, unsigned iterations,
    uint8_t out[20]);
/* hash as a label in front of zone */
void sg_nsec3_owner(const uint8_t hash[20], const uint8_t *zone, uint8_t out[255]);
/* Answer as a resolver that does not validate: aliases followed, RRSIGs and denials included. */
void sg_answer(const struct sg_world *w, struct sg_msg *m, const uint8_t *qname, uint16_t qtype);

#endif
