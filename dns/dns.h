/* SPDX-License-Identifier: ISC */
/*
 * dns/dns.h: the public face of the DNSSEC resolver.
 *
 * Sans-I/O: nothing here opens a socket, reads a clock, allocates or prints.
 * The caller hands in messages, the time and random ids, and gets messages to
 * send, a deadline, or a proven result.
 *
 * A "wire name" is a const uint8_t * to an uncompressed, valid domain name in
 * wire format (RFC 1035 section 3.1), root label included, at most
 * DNS_NAME_MAX octets.  Storage for one is uint8_t name[DNS_NAME_MAX].
 */
#ifndef DNS_DNS_H
#define DNS_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- limits: all of them, with their reasons ---------------------------- */

#define DNS_NAME_MAX 255      /* octets, RFC 1035 section 2.3.4 */
#define DNS_NAME_TEXT 1024    /* presentation form: 4 characters an octet, and a NUL */
#define DNS_LABELS_MAX 127    /* labels in a name without the root */
#define DNS_WIRE_MAX 65535    /* a message over TCP */
#define DNS_FLAT_MAX 131072   /* a message with its names expanded; more is refused */
#define DNS_MAX_RRS 1024      /* records of one message; more is refused */
#define DNS_MAX_RRSET 256     /* records of one RRset; more is bogus */
#define DNS_MAX_SIGS 8        /* RRSIGs looked at for one RRset */
#define DNS_MAX_KEY_TRIES 4   /* keys tried for one RRSIG (KeyTrap) */
#define DNS_MAX_KEYS 32       /* DNSKEYs of one zone */
#define DNS_MAX_DS 32         /* DS records of one zone */
#define DNS_MAX_FAIL_COST 40  /* failed verifications a look-up, in cost units */
#define DNS_MAX_WORK 3600000  /* all that a look-up may cost, in steps of some 20 ns: see dns_spend() */
#define DNS_COST_STEPS 40000  /* of them for a P-256 verification, some 0.8 ms: 90 in all, or 18 of
                                 P-384, 900 of Ed25519; an honest look-up needs 5 to 10 */
#define DNS_MAX_GOOD 64       /* good verifications for each link of an alias chain */
#define DNS_CANON_MAX 131072  /* octets of an RRset in canonical form; more is bogus */
#define DNS_MAX_HASHES 130    /* NSEC3 names hashed for one denial (CVE-2023-50868) */
#define DNS_MAX_ITERATIONS 50 /* NSEC3, RFC 9276 section 3.2 */
#define DNS_MAX_DENIAL 8      /* NSEC and NSEC3 RRsets verified for one denial; no proof needs more than 4,
                                 and a P-384 signature takes 8 ms */
#define DNS_MAX_LINKS 12      /* CNAME and DNAME links of one look-up */
#define DNS_MAX_ZONES 32      /* zones between an anchor and a name */
#define DNS_MAX_QUERIES 200   /* queries caused by one look-up */
#define DNS_MAX_SERVERS 8     /* resolvers used at most */
#define DNS_MAX_ANCHORS 32    /* DS and DNSKEY trust anchors */
#define DNS_ANCHOR_RDATA 1100 /* octets of an anchor's RDATA: a 4096 bit RSA key and some */
#define DNS_MAX_HINTS 32      /* addresses of root servers: as many as of any zone are asked */
#define DNS_MAX_XCHG 128     /* exchanges with servers under way at once; the rest queue */
#define DNS_MAX_STORE 512     /* messages remembered */
#define DNS_MAX_STEPS 96      /* lines of a proof trail */
#define DNS_REASON_MAX 1024   /* a reason: a sentence or two, may hold two names */
#define DNS_RDATA_TEXT 700000 /* presentation form of the longest RDATA: a bitmap of all types */

/* ---- numbers ------------------------------------------------------------ */

enum {
	DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_SOA = 6, DNS_PTR = 12, DNS_MX = 15,
	DNS_TXT = 16, DNS_AAAA = 28, DNS_SRV = 33, DNS_DNAME = 39, DNS_OPT = 41,
	DNS_DS = 43, DNS_RRSIG = 46, DNS_NSEC = 47, DNS_DNSKEY = 48, DNS_NSEC3 = 50,
	DNS_NSEC3PARAM = 51, DNS_TLSA = 52, DNS_NXNAME = 128, DNS_ANY = 255
};
enum { DNS_IN = 1 };
enum {
	DNS_NOERROR = 0, DNS_FORMERR = 1, DNS_SERVFAIL = 2, DNS_NXDOMAIN = 3,
	DNS_NOTIMP = 4, DNS_REFUSED = 5, DNS_YXDOMAIN = 6
};
enum { DNS_ANSWER = 0, DNS_AUTHORITY = 1, DNS_ADDITIONAL = 2 };
enum { DNS_F_QR = 0x8000, DNS_F_AA = 0x0400, DNS_F_TC = 0x0200, DNS_F_RD = 0x0100,
	DNS_F_RA = 0x0080, DNS_F_AD = 0x0020, DNS_F_CD = 0x0010 };

/* ---- names (name.c) ------------------------------------------------------ */

/* Parse presentation format (RFC 1035 section 5.1; \X and \DDD), relative names
   taken as absolute.  Rejects empty labels, labels over 63 and names over 255
   octets.  0, or -1. */
int dns_name_parse(const char *text, uint8_t out[DNS_NAME_MAX]);
/* As above for text[0..len). */
int dns_name_parse_n(const char *text, size_t len, uint8_t out[DNS_NAME_MAX]);
/* Presentation format, escaped so that it is printable ASCII; no final dot except
   for the root ".".  cap >= DNS_NAME_TEXT.  Returns buf. */
char *dns_name_str(const uint8_t *name, char *buf, size_t cap);
/* Octets of the name, final root label included. */
size_t dns_name_len(const uint8_t *name);
/* Labels, root not counted; "*" counts. */
unsigned dns_name_labels(const uint8_t *name);
void dns_name_copy(uint8_t *to, const uint8_t *from);
/* Lower-case ASCII in place (RFC 4343). */
void dns_name_lower(uint8_t *name);
/* Equality, blind to ASCII case. */
bool dns_name_eq(const uint8_t *a, const uint8_t *b);
/* Canonical order, RFC 4034 section 6.1: <0, 0, >0. */
int dns_name_cmp(const uint8_t *a, const uint8_t *b);
/* Is name at or below zone? */
bool dns_name_is_under(const uint8_t *name, const uint8_t *zone);
/* Labels that a and b share, counted from the root. */
unsigned dns_name_common(const uint8_t *a, const uint8_t *b);
/* The suffix of name with n labels (n <= labels(name)): points into name. */
const uint8_t *dns_name_suffix(const uint8_t *name, unsigned n);
/* label (1..63 octets) in front of parent.  0, or -1 when too long. */
int dns_name_prepend(const uint8_t *label, size_t len, const uint8_t *parent,
    uint8_t out[DNS_NAME_MAX]);
/* Is the first label "*"? */
bool dns_name_is_wild(const uint8_t *name);

/* ---- records and messages (wire.c) --------------------------------------- */

/* One record.  owner is a wire name; names inside RDATA are expanded for the
   types that RFC 3597 section 4 lets be compressed.  Both point into the flat
   message that the record was read from. */
struct dns_rr {
	const uint8_t *owner, *rdata;
	uint32_t ttl;
	uint16_t type, class, rdlen;
	uint8_t section;
};

/*
 * A message in flat form: header fields, then `len` octets of records in `buf`,
 * each: section(1) owner type(2) class(2) ttl(4) rdlen(2) rdata, big-endian, as
 * dns_flat_next() reads and dns_flat_add() writes.
 */
struct dns_msg {
	uint16_t id, flags, qtype, qclass;
	uint16_t rcode;          /* extended by OPT (RFC 6891 section 6.1.3) */
	uint16_t nrr;
	int ede;                 /* first RFC 8914 info-code, or -1 */
	bool edns, has_question;
	uint8_t qname[DNS_NAME_MAX];
	size_t len;
	uint8_t buf[DNS_FLAT_MAX];
};

/*
 * Parse a whole message (RFC 1035 section 4).  Refuses: truncated fields, trailing
 * octets, more than one question, compression pointers that do not go back,
 * label types 01 and 10, RDATA of the wrong length for the types whose RDATA
 * we look into (A AAAA NS CNAME DNAME SOA PTR MX SRV DS DNSKEY RRSIG NSEC NSEC3
 * NSEC3PARAM TLSA), two OPT records, over DNS_MAX_RRS or DNS_FLAT_MAX.  TTLs with
 * the top bit become 0 (RFC 2181 section 8).  Records of OPT are not put into buf.
 * 0, or -1 with *err a constant sentence.
 */
int dns_msg_parse(struct dns_msg *m, const uint8_t *wire, size_t len, const char **err);

/* Next record of a flat buffer: true and *rr, or false at the end.  Start with
   *pos = 0.  The buffer must come from dns_msg_parse or dns_flat_add. */
bool dns_flat_next(const uint8_t *buf, size_t len, size_t *pos, struct dns_rr *rr);
/* Append rr to buf (cap octets, *len used).  0, or -1 when full (nothing added). */
int dns_flat_add(uint8_t *buf, size_t cap, size_t *len, const struct dns_rr *rr);

#define DNS_QUERY_MAX 320
/* Build a query: one question, EDNS0 with DO, 1232 octets (RFC 6891, RFC 9715 sec. 3.2),
   the flags given (DNS_F_RD, DNS_F_CD).  Returns its length. */
size_t dns_query_build(uint8_t out[DNS_QUERY_MAX], uint16_t id, uint16_t flags,
    const uint8_t *name, uint16_t type);

/* ---- presentation format (text.c) and zone files (zonefile.c) ------------- */

/* "A", "TLSA", "TYPE65280": buf of 16 or more.  Returns buf. */
char *dns_type_str(uint16_t type, char *buf, size_t cap);
/* Mnemonic or TYPEnnn, any case; 0, or -1. */
int dns_type_parse(const char *text, uint16_t *type);
/* "NOERROR" ..., or "RCODE24". */
char *dns_rcode_str(unsigned rcode, char *buf, size_t cap);
/* "RSASHA256", "ECDSAP256SHA256", ..., "ALG99". */
char *dns_alg_str(unsigned alg, char *buf, size_t cap);
/* RDATA in presentation format, RFC 3597 form for types not known or RDATA that does
   not parse.  Names end in a dot.  Printable ASCII always.  Returns the length (cut at
   cap - 1, NUL-ended). */
size_t dns_rdata_str(uint16_t type, const uint8_t *rdata, size_t len, char *buf, size_t cap);
/* Unix seconds as "2026-11-24T05:00:00Z"; buf of 32 or more.  No libc time zone. */
char *dns_time_str(int64_t t, char *buf, size_t cap);
/* Unix seconds, YYYYMMDDHHMMSS (UTC) or RFC 3339.  0, or -1. */
int dns_time_parse(const char *text, int64_t *t);

/*
 * Read records in zone-file format (RFC 1035 section 5.1: comments, parentheses, $TTL,
 * $ORIGIN, inherited owners, optional TTL and class in either order).  Types: A AAAA
 * NS DS DNSKEY TLSA and TYPEnnn \# (RFC 3597); others are an error.  Each
 * record is appended to the flat buffer (section DNS_ANSWER).
 * 0; or -1 with *line (from 1) and *err (constant sentence) of the first fault.
 */
int dns_zonefile_parse(const char *text, size_t len, uint8_t *flat, size_t cap,
    size_t *flatlen, unsigned *line, const char **err);

/* ---- verdicts (reason.c) -------------------------------------------------- */

enum dns_sec {
	DNS_SEC_UNCHECKED = 0, DNS_SEC_BOGUS, DNS_SEC_INDETERMINATE, DNS_SEC_INSECURE,
	DNS_SEC_SECURE
};
const char *dns_sec_str(enum dns_sec s); /* "secure", ... */

/* RFC 8914 section 4, the codes used here */
enum {
	DNS_EDE_NONE = -1, DNS_EDE_OTHER = 0, DNS_EDE_ALG = 1, DNS_EDE_DIGEST = 2,
	DNS_EDE_INDETERMINATE = 5, DNS_EDE_BOGUS = 6, DNS_EDE_SIG_EXPIRED = 7,
	DNS_EDE_SIG_EARLY = 8, DNS_EDE_NO_DNSKEY = 9, DNS_EDE_NO_RRSIG = 10,
	DNS_EDE_NO_ZONE_KEY = 11, DNS_EDE_NO_NSEC = 12, DNS_EDE_NO_REACHABLE = 22,
	DNS_EDE_ITERATIONS = 27
};

/* What stands behind a code: an id that never changes, and the rule ("": there is none). */
struct dns_reason_info {
	int ede;
	const char *id, *rule;
};
/* Never NULL: a code not used here is "other". */
const struct dns_reason_info *dns_reason_info(int ede);

/* One line of the proof trail. */
enum dns_step_kind {
	DNS_STEP_ANCHOR,   /* zone: the anchor used; tag, alg, digest */
	DNS_STEP_DS,       /* zone: DS that matched; tag, alg, digest type */
	DNS_STEP_DNSKEY,   /* zone: key that signed the key set; tag, alg, bits, and that signature's dates */
	DNS_STEP_SIG,      /* owner/type signed: signer zone, tag, alg, bits, inception, expiration */
	DNS_STEP_DENIAL,   /* owner/type denied: zone; text says by which records */
	DNS_STEP_INSECURE, /* zone proven to be outside DNSSEC; text says how */
	DNS_STEP_ALIAS     /* owner is an alias; text holds the target */
};
struct dns_step {
	enum dns_step_kind kind;
	enum dns_sec state;
	uint16_t type, tag;
	uint8_t alg, digest;
	unsigned bits;
	uint32_t inception, expiration;
	uint8_t zone[DNS_NAME_MAX], owner[DNS_NAME_MAX];
	char text[320];
};

struct dns_link {
	enum dns_sec state; /* of this link alone */
	uint16_t type;      /* DNS_CNAME or DNS_DNAME */
	uint8_t owner[DNS_NAME_MAX], target[DNS_NAME_MAX];
};

struct dns_result {
	enum dns_sec state;  /* of the whole: the weakest link counts */
	enum dns_sec last;   /* of the final RRset or denial alone */
	uint16_t rcode;      /* NOERROR, NXDOMAIN, YXDOMAIN where there was an answer; else the failure's */
	uint16_t qtype;
	int ede;             /* RFC 8914 code, or DNS_EDE_NONE */
	bool failed_local;   /* no server answered anything at all */
	char reason[DNS_REASON_MAX]; /* "" when secure and there is nothing to add */
	uint8_t qname[DNS_NAME_MAX];
	uint8_t name[DNS_NAME_MAX];  /* the end of the alias chain */
	unsigned nlinks;
	struct dns_link links[DNS_MAX_LINKS];
	/* RRset of qtype at `name`, and the aliases on the way (each DNAME with the CNAME that
	   it makes, RFC 6672 section 3.1), as flat records; empty unless secure or insecure.
	   RRSIGs are left out; TTLs are capped (RFC 4035 5.3.3). */
	size_t len;
	uint8_t buf[DNS_FLAT_MAX];
	uint32_t orig_ttl;    /* of the final RRset, by its signature: how long caches may hold it; 0 */
	uint32_t sig_expires; /* soonest expiration of a signature relied on; 0: none */
	unsigned rounds, queries; /* for the benchmark */
	unsigned nsteps;
	struct dns_step steps[DNS_MAX_STEPS];
};
/* Does the result hold records of qtype? (secure or insecure alone do) */
bool dns_result_has_data(const struct dns_result *r);

/* ---- trust anchors and hints (anchor.c) ------------------------------------ */

struct dns_anchor {
	uint8_t owner[DNS_NAME_MAX];
	uint16_t type, rdlen; /* DNS_DS or DNS_DNSKEY */
	int64_t from, until;  /* unix seconds between which it may be used, both ends included */
	uint8_t rdata[DNS_ANCHOR_RDATA];
};
struct dns_anchors {
	unsigned n;
	struct dns_anchor a[DNS_MAX_ANCHORS];
};
/* From zone-file text, or IANA's root-anchors.xml (RFC 9718).  At least one DS or DNSKEY must be
   there and nothing else.
   0; or -1 with *line and *err. */
int dns_anchors_parse(struct dns_anchors *a, const char *text, size_t len,
    unsigned *line, const char **err);

/* Is the anchor within its dates (RFC 9718 section 2)? */
bool dns_anchor_is_current(const struct dns_anchor *a, int64_t now);
/* Is this DNSKEY of `owner` the key that the anchor names?  The key must be a zone key.  Its REVOKE
   flag, which changes key tag and digest (RFC 5011 section 2.1), is passed over: the caller looks
   at it.  False too for a digest type that is not known here. */
bool dns_anchor_matches_key(const struct dns_anchor *a, const uint8_t *owner,
    const uint8_t *rdata, size_t len);

/* A DNSKEY for reports. */
enum { DNS_KEY_SEP = 0x0001, DNS_KEY_REVOKE = 0x0080, DNS_KEY_ZONE = 0x0100 };
struct dns_key_info {
	uint16_t flags, tag;
	uint8_t alg;
	unsigned bits; /* 0: not known */
};
/* False when the RDATA is too short to be a DNSKEY. */
bool dns_key_info(const uint8_t *rdata, size_t len, struct dns_key_info *k);

struct dns_addr {
	uint8_t family; /* 4 or 6; 0: unset */
	uint8_t a[16];
	uint16_t port;
	uint32_t scope; /* zone index of a link-local address, 0: none */
};
bool dns_addr_eq(const struct dns_addr *a, const struct dns_addr *b);
struct dns_hints {
	unsigned n;
	struct dns_addr a[DNS_MAX_HINTS]; /* port 53 */
};
/* Root hints: NS of the root and A/AAAA of their targets.  At least one address. */
int dns_hints_parse(struct dns_hints *h, const char *text, size_t len,
    unsigned *line, const char **err);

/* ---- the resolver (resolver.c) --------------------------------------------- */

/* An exchange with a server that the caller carries out; see dns_res. */
enum dns_xchg_state {
	DNS_X_FREE = 0, /* nothing to do: close what you hold for this slot */
	DNS_X_START,    /* open a new socket to `to`, call dns_res_sent(), send `out` */
	DNS_X_WAIT      /* sent; feed what comes in until the state changes */
};
struct dns_xchg {
	enum dns_xchg_state state;
	uint32_t serial;       /* changes with each new exchange in this slot */
	bool tcp;              /* `out` goes with a 2-octet length prefix, which the caller adds */
	struct dns_addr to;
	uint64_t deadline;     /* monotonic milliseconds */
	size_t outlen;
	uint8_t out[DNS_QUERY_MAX];
	/* private to resolver.c */
	uint16_t id, entry;
	uint8_t server;
	bool late, stray;      /* late: others are asked beside; stray: what came did not match */
};

struct dns_config {
	unsigned nservers;     /* 0: iterate from the hints */
	struct dns_addr servers[DNS_MAX_SERVERS];
	bool allow_weak, no_minimise, use4, use6;
	int64_t at;            /* validation time (unix seconds) if at_fixed */
	bool at_fixed;
	bool tcp;              /* all over TCP, never a datagram: for a proxy */
	unsigned attempt_ms;   /* wait for one datagram; 0: 1500; with tcp as long as for TCP */
	unsigned lookup_ms;    /* wait for a look-up as a whole; 0: 20000 */
	struct dns_hints hints;
	struct dns_anchors anchors;
};

struct dns_res; /* resolver.h; the caller sizes it with dns_res_size() */

/* Octets that a resolver takes; the caller allocates them, zeroed. */
size_t dns_res_size(void);
void dns_res_init(struct dns_res *r, const struct dns_config *c);

/* Begin a look-up.  Returns its number (0..), or -1 when no place is free (try later).
   now: unix seconds; mono: monotonic milliseconds. */
#define DNS_MAX_LOOKUPS 24
int dns_res_lookup(struct dns_res *r, const uint8_t *name, uint16_t type,
    int64_t now, uint64_t mono);
/* The result, once it is there, else NULL.  Valid until dns_res_done(). */
const struct dns_result *dns_res_result(const struct dns_res *r, int lookup);
/* The message that the resolver last got for a question, as flat records, UNPROVEN: only to
   report what is there.  NULL: none is held.  Valid until the resolver is fed again. */
const uint8_t *dns_res_seen(struct dns_res *r, const uint8_t *name, uint16_t type, size_t *len);
/* Give the place back (also before there is a result). */
void dns_res_done(struct dns_res *r, int lookup);

/* Slots 0..DNS_MAX_XCHG-1, looked at before each select(). */
const struct dns_xchg *dns_res_xchg(const struct dns_res *r, unsigned slot);
/* The caller opened a socket for a DNS_X_START slot: gives it the random id, and fills
   in `out`.  State becomes DNS_X_WAIT. */
void dns_res_sent(struct dns_res *r, unsigned slot, uint16_t id, uint64_t mono);
/* A datagram from `from`, or one whole message over TCP, came in for the slot.  What
   does not match in address, id or question is ignored (RFC 5452 section 9.1). */
void dns_res_feed(struct dns_res *r, unsigned slot, const struct dns_addr *from,
    const uint8_t *wire, size_t len, int64_t now, uint64_t mono);
/* The exchange failed: why is a short constant text ("connection refused"). */
void dns_res_fail(struct dns_res *r, unsigned slot, const char *why, int64_t now, uint64_t mono);
/* Next deadline, UINT64_MAX: none. */
uint64_t dns_res_deadline(const struct dns_res *r);
void dns_res_expire(struct dns_res *r, int64_t now, uint64_t mono);
/* Totals for -debug and the benchmark. */
void dns_res_stats(const struct dns_res *r, unsigned *queries, unsigned *verifies);

#endif
