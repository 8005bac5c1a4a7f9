/* SPDX-License-Identifier: ISC */
/*
 * dns/sec.h: the parts of the validator, private to dns/.  Each is a function of parsed
 * records, keys and the time; what is not there yet is asked for through dns_ctx.get.
 */
#ifndef DNS_SEC_H
#define DNS_SEC_H

#include "dns/crypto.h"
#include "dns/dns.h"

/* ---- why not ------------------------------------------------------------- */

struct dns_why {
	int ede;
	char text[DNS_REASON_MAX];
};

/* ---- messages as evidence -------------------------------------------------- */

/* One message that the resolver holds, in flat form; valid until the next fetch. */
struct dns_view {
	const uint8_t *buf;
	size_t len;
	uint16_t rcode;
	int entry;          /* number of the store's entry, for blame */
};
enum dns_have {
	DNS_HAVE_WAIT = 0,  /* asked for; come back later */
	DNS_HAVE_MSG,
	DNS_HAVE_FAILED,    /* nobody could tell; *why set */
	DNS_HAVE_SPOILT     /* nobody could, save one whose answer proved bogus; *why set */
};

/* ---- work that is remembered ------------------------------------------------ */

#define DNS_MEMO_N 1024   /* outcomes of verifications remembered; a power of two */
#define DNS_MEMO_WAYS 16  /* places for each of them; a power of two */
struct dns_memo {
	uint8_t id[DNS_MEMO_N][DNS_ID_LEN];
	uint8_t state[DNS_MEMO_N]; /* enum dns_crypto + 1; 0: free */
};

/* What a look-up has cost so far, over all evaluations: hostile answers may not cost much (KeyTrap
   CVE-2023-50387, NSEC3 CVE-2023-50868). */
struct dns_work {
	unsigned fail_cost;       /* of failed verifications: DNS_MAX_FAIL_COST */
	unsigned good;            /* good ones: DNS_MAX_GOOD for each link */
	uint32_t good_spent;      /* what those took, in steps */
	uint32_t spent;           /* all of that, records looked through, octets hashed: DNS_MAX_WORK */
	bool met;                 /* a limit was met: with more left the result may be another */
	unsigned part, parts;     /* so far parts 0 to part of the limits may be used up; 0 parts: all */
};

/* What an evaluation needs: one per look-up, set up anew before each step. */
struct dns_ctx {
	const struct dns_anchors *anchors;
	bool allow_weak;
	int64_t now;              /* unix seconds */
	struct dns_memo *memo;
	uint8_t *canon, *signed_; /* scratch, DNS_CANON_MAX and 2 * DNS_CANON_MAX octets */
	/* Get the response to a question, or have it fetched. */
	enum dns_have (*get)(void *arg, const uint8_t *name, uint16_t type, struct dns_view *v,
	    struct dns_why *why);
	void *arg;
	struct dns_result *out;   /* steps go here */
	int blame;                /* entry whose message was at fault, or -1 */
	struct dns_work *work;    /* over the life of a look-up */
	unsigned *verifies;       /* total, for statistics */
	unsigned hashes;          /* NSEC3 names hashed for the denial at hand */
	uint32_t sig_expires;     /* soonest expiration relied on */
};

/* Count n steps of some 20 ns each: a record looked at, 4 octets through SHA-256, an eighth of an
   NSEC3 iteration; DNS_COST_STEPS for a unit of verification, good or bad. */
static inline void dns_spend(const struct dns_ctx *c, size_t n)
{
	struct dns_work *w = c->work;

	w->spent = n > DNS_MAX_WORK || w->spent > DNS_MAX_WORK ? DNS_MAX_WORK + 1 :
	    w->spent + (uint32_t)n;
}

/* Count a look through all records in so many octets of flat form: 12 is the shortest. */
static inline void dns_spend_scan(const struct dns_ctx *c, size_t octets)
{
	dns_spend(c, octets / 12);
}

/* How much of a limit may be used so far: what one server spoils is not held against the next, and
   all of them together keep to the limit.  What verified was no server's to make. */
static inline uint32_t dns_allowed(const struct dns_work *w, uint32_t limit)
{
	return w->parts ? (uint32_t)((uint64_t)limit * (w->part + 1) / w->parts) : limit;
}

/* May so many steps more be spent? */
static inline bool dns_may_spend(const struct dns_ctx *c, size_t steps)
{
	struct dns_work *w = c->work;
	bool may = w->spent + steps <= DNS_MAX_WORK &&
	    w->spent - w->good_spent + steps <= dns_allowed(w, DNS_MAX_WORK);

	w->met = w->met || !may;
	return may;
}

/* Over the limit nothing more is proven, in dns_rrset_verify() and dns_fetch(). */
static inline bool dns_is_spent(const struct dns_ctx *c)
{
	return !dns_may_spend(c, 0);
}

/* ---- RRsets and signatures (rrsig.c) ------------------------------------------ */

struct dns_sig {
	uint16_t covered, tag, siglen, prelen; /* prelen: RDATA before the signature */
	uint8_t alg, labels;
	uint32_t ottl, expiration, inception, ttl;
	const uint8_t *signer, *rdata, *sig;
};
struct dns_rdata {
	const uint8_t *p;
	uint16_t len;
};
struct dns_rrset {
	const uint8_t *owner;
	uint16_t type;
	bool overflow;        /* more records than DNS_MAX_RRSET: never good */
	bool more_sigs;       /* more signatures than DNS_MAX_SIGS: some were not looked at */
	unsigned n, nsigs;
	uint32_t ttl;         /* the smallest */
	struct dns_rdata rd[DNS_MAX_RRSET];
	struct dns_sig sig[DNS_MAX_SIGS];
};

struct dns_key {
	const uint8_t *rdata; /* DNSKEY RDATA: flags(2) protocol(1) algorithm(1) key */
	uint16_t len, tag;
	uint8_t alg;
};
/* Proven keys of a zone; they point into the messages they came in. */
struct dns_keys {
	uint8_t zone[DNS_NAME_MAX];
	unsigned n;
	struct dns_key key[DNS_MAX_KEYS];
};

/* Split an RRSIG's RDATA.  False when malformed. */
bool dns_sig_parse(const struct dns_rr *rr, struct dns_sig *s);
/* Collect the records of owner and type (class IN) and their RRSIGs from a section of v
   (section < 0: answer and authority).  False when there is no record. */
bool dns_rrset_find(const struct dns_view *v, const uint8_t *owner, uint16_t type, int section,
    struct dns_rrset *set);
/* The same, counted as work. */
bool dns_find(const struct dns_ctx *c, const struct dns_view *v, const uint8_t *owner,
    uint16_t type, int section, struct dns_rrset *set);
/* Key tag, RFC 4034 appendix B. */
uint16_t dns_key_tag(const uint8_t *rdata, size_t len);
/* Zone key (RFC 4034 2.1.1), protocol 3 (2.1.2), not revoked (RFC 5011 section 2.1)? */
bool dns_key_is_zone(const struct dns_key *k);
void dns_key_set(struct dns_key *k, const uint8_t *rdata, uint16_t len);

/*
 * Does a key of `keys` sign the set now (RFC 4035 section 5.3)?  True, and *used the
 * signature; a wildcard expansion has used->labels < labels of the owner, and the caller
 * must see the proof that no closer name exists.  False, and *why the most telling reason.
 */
bool dns_rrset_verify(struct dns_ctx *c, const struct dns_rrset *set, const struct dns_keys *keys,
    struct dns_sig *used, struct dns_why *why) __attribute__((warn_unused_result));
/* Is the set the expansion of a wildcard, by this signature? */
bool dns_sig_is_wild(const struct dns_rrset *set, const struct dns_sig *s);
/* RDATA in canonical form (RFC 4034 section 6.2, RFC 6840 5.1, RFC 3597 section 7), lower-cased
   in place. */
void dns_rdata_canon(uint16_t type, uint8_t *rdata, size_t len);

/* ---- keys of a zone (keys.c) ----------------------------------------------------- */

/*
 * The DNSKEY set in v proven by a DS set (RFC 4035 section 5.2).  SECURE: *out holds the
 * zone's keys.  INSECURE: only unsupported algorithms or digests, or only keys too small.
 * BOGUS otherwise.
 */
enum dns_sec dns_keys_by_ds(struct dns_ctx *c, const uint8_t *zone, const struct dns_rdata *ds,
    unsigned nds, const struct dns_view *v, struct dns_keys *out, struct dns_why *why);
/* The same by the trust anchors of exactly this zone. */
enum dns_sec dns_keys_by_anchor(struct dns_ctx *c, const uint8_t *zone, const struct dns_view *v,
    struct dns_keys *out, struct dns_why *why);

/* ---- denial (nsec.c, nsec3.c, denial.c) --------------------------------------------- */

enum dns_deny {
	DNS_DENY_NOT = 0,   /* not proven */
	DNS_DENY_NODATA,    /* the name exists, the type does not */
	DNS_DENY_NXDOMAIN,
	DNS_DENY_WILD       /* NODATA at the wildcard that the name would be made from */
};
struct dns_denied {
	enum dns_deny kind;
	bool cut;           /* DS asked for: the name is an unsigned delegation */
	bool opt_out;       /* rests on an opt-out span (RFC 5155 section 9.2) */
	bool iterations;    /* NSEC3 with too many iterations (RFC 9276 section 3.2) */
	char text[200];     /* by which records, for the trail */
};

struct dns_nsec {
	const uint8_t *owner, *next, *bits;
	size_t nbits;
};
struct dns_nsec3 {
	uint8_t hash[DNS_SHA1_LEN];
	const uint8_t *next, *salt, *bits;
	size_t nbits;
	uint8_t saltlen, flags;
	uint16_t iterations;
};
struct dns_denials {  /* the verified records of one message, all of one zone */
	const uint8_t *zone;
	unsigned nnsec, nnsec3;
	struct dns_nsec nsec[DNS_MAX_DENIAL];
	struct dns_nsec3 nsec3[DNS_MAX_DENIAL];
	bool failed;        /* some did not verify: *why was set */
	bool over;          /* there were more than DNS_MAX_DENIAL: some were not looked at */
};

bool dns_bits_has(const uint8_t *bits, size_t n, uint16_t type);
/* Does the bitmap deny the type?  RFC 4035 section 5.4, first bullet; a CNAME must be absent too
   (RFC 6840 section 4.3), and for ANY all types but the denial's own. */
bool dns_bits_lack(const uint8_t *bits, size_t n, uint16_t type);
/* Is it that of a name which does not exist: NXNAME and no data type (RFC 9824 section 3.1)? */
bool dns_bits_nxname(const uint8_t *bits, size_t n);
bool dns_nsec_parse(const uint8_t *owner, const uint8_t *rdata, size_t len, struct dns_nsec *n);
/* NSEC proofs (RFC 4035 section 5.4, RFC 6840 section 4). */
void dns_nsec_deny(const struct dns_denials *d, const uint8_t *name, uint16_t type,
    struct dns_denied *out, struct dns_why *why);
/* No name closer than the wildcard with `labels` labels exists (RFC 4035 section 5.3.4). */
bool dns_nsec_no_closer(const struct dns_denials *d, const uint8_t *name, unsigned labels);

bool dns_nsec3_parse(const uint8_t *owner, const uint8_t *zone, const uint8_t *rdata, size_t len,
    struct dns_nsec3 *n);
/* NSEC3 proofs (RFC 5155 section 8). */
void dns_nsec3_deny(struct dns_ctx *c, const struct dns_denials *d, const uint8_t *name,
    uint16_t type, struct dns_denied *out, struct dns_why *why);
bool dns_nsec3_no_closer(struct dns_ctx *c, const struct dns_denials *d, const uint8_t *name,
    unsigned labels, struct dns_denied *out);

/*
 * Is (name, type) denied by the verified NSEC or NSEC3 records of the zone in v?
 * out->kind tells; DNS_DENY_NOT leaves *why.
 */
void dns_deny(struct dns_ctx *c, const struct dns_keys *keys, const struct dns_view *v,
    const uint8_t *name, uint16_t type, struct dns_denied *out, struct dns_why *why);
/* A wildcard answer: nothing closer than the wildcard's parent (labels) exists.  out->opt_out
   and ->iterations as above; kind is NODATA when proven, NOT when not. */
void dns_deny_closer(struct dns_ctx *c, const struct dns_keys *keys, const struct dns_view *v,
    const uint8_t *name, unsigned labels, struct dns_denied *out, struct dns_why *why);

/* ---- the trail (trail.c) ------------------------------------------------------------------ */

/* Why not: a + name + b. */
void dns_why_set(struct dns_why *why, int ede, const char *a, const uint8_t *name, const char *b);
/* Over DNS_MAX_WORK. */
void dns_why_spent(const struct dns_ctx *c, struct dns_why *why);
/* Why a denial does not hold: "zone Z: " + a + name type + b. */
void dns_why_deny(struct dns_why *why, const uint8_t *zone, const char *a, const uint8_t *name,
    uint16_t type, const char *b);
/* Append a line to the trail; NULL when it is full (the trail is cut, not the proof). */
struct dns_step *dns_step_add(struct dns_ctx *c, enum dns_step_kind kind, enum dns_sec state,
    const uint8_t *zone);
void dns_step_text(struct dns_step *s, const char *text);
/* The set is signed by sig; said once. */
void dns_step_sig(struct dns_ctx *c, const struct dns_rrset *set, const struct dns_sig *sig,
    enum dns_sec state);
/* The zone denies (name, type), by the records that text names. */
void dns_step_denial(struct dns_ctx *c, const uint8_t *zone, const uint8_t *name, uint16_t type,
    enum dns_sec state, const char *text);

/* ---- the chain (chain.c) -------------------------------------------------------------------- */

/* The response to a question.  UNCHECKED: not here yet; INDETERMINATE: nobody could tell;
   SECURE: *v is a message (nothing is proven by that).  BOGUS: over DNS_MAX_WORK. */
enum dns_sec dns_fetch(struct dns_ctx *c, const uint8_t *name, uint16_t type, struct dns_view *v,
    struct dns_why *why);
/* The closest trust anchor at or above name; NULL: none. */
const uint8_t *dns_closest_anchor(const struct dns_ctx *c, const uint8_t *name);
/* Is zone at or below the closest anchor of name?  What lies above it has no say about name. */
bool dns_may_sign(const struct dns_ctx *c, const uint8_t *zone, const uint8_t *name);
/* Prove the keys of the zone that a signature names.  UNCHECKED: more messages are needed. */
enum dns_sec dns_zone_prove(struct dns_ctx *c, const uint8_t *zone, struct dns_keys *keys,
    struct dns_why *why);
/* Something at name came without a usable signature.  INSECURE: it lies below an unsigned cut.
   BOGUS: there is none, so a signature is missing; *why is then left as it was. */
enum dns_sec dns_walk_down(struct dns_ctx *c, const uint8_t *name, struct dns_why *why);

/* ---- aliases (alias.c) ------------------------------------------------------------------------ */

/*
 * A CNAME at name, or a DNAME strictly above it, in the answer of v.  The DNAME is taken when the
 * CNAME is the one that it makes, or has no signature: that one is not believed, whatever it says
 * (RFC 6672 section 5.3.1).  *set is not proven by this.
 */
bool dns_alias_find(const struct dns_ctx *c, const struct dns_view *v, const uint8_t *name,
    struct dns_rrset *set);
/* Where the first alias of the set leads name.  False: the name would be too long. */
bool dns_alias_target(const struct dns_rrset *set, const uint8_t *name, uint8_t out[DNS_NAME_MAX]);

/* ---- the answer (prove.c) -------------------------------------------------------------------- */

/*
 * Work out the answer to (c->out->qname, c->out->qtype) from what is at hand.
 * True: c->out is final.  False: more messages are needed (asked for through c->get).
 */
bool dns_prove(struct dns_ctx *c);

/* Does serial time a come before b (RFC 1982 as RFC 4034 section 3.1.5 has it)? */
bool dns_serial_before(uint32_t a, uint32_t b);

#endif
