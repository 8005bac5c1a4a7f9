/* SPDX-License-Identifier: ISC */
/*
 * src/probe.h: from targets to verdicts.  A target (a domain, or one host) leads to
 * hosts, a host to a TLSA set and addresses, an address to one SMTP dialogue.
 * probe.c drives, look.c asks the DNS, target.c and host.c decide, conn.c connects.
 */
#ifndef SRC_PROBE_H
#define SRC_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/dns.h"
#include "smtp/smtp.h"
#include "src/loop.h"
#include "src/socks.h"
#include "src/text.h"

#define HOST_STRAYS 7        /* wrong places where TLSA records are looked for */
#define PROBE_MAX_HOSTS 64    /* MX hosts of one domain */
#define PROBE_MAX_ADDRS 32    /* addresses of one host */
#define PROBE_OFFERS 4        /* dialogues of -all-certs: three algorithms, and one in doubt */
#define PROBE_MAX_CONNS 16    /* live connections; a smtp_client takes some 160 KiB */
#define PROBE_PER_ADDRESS 2   /* connections to one address at a time */
#define PROBE_MAX_ACTIVE 8    /* targets worked on at a time */
#define PROBE_MAX_AKA 10      /* -aka names, leaving room in TLS_MAX_NAMES */
#define PROBE_MAX_SEEN 64     /* dialogues remembered */
#define PROBE_SEEN_OCTETS 262144 /* and the octets of all their chains */

enum verdict { VERDICT_NONE = 0, VERDICT_OK, VERDICT_WARNING, VERDICT_FAIL };
const char *verdict_str(enum verdict v); /* "ok", "warning", "fail"; "unknown" for none */

struct problem {
	struct problem *next;
	enum verdict severity;
	char code[32];
	char *text;       /* may hold what a peer wrote: escape it */
};
/* Append; a text that is there already is not added again. */
void problem_add(struct problem **list, enum verdict severity, const char *code,
    const char *fmt, ...) TEXT_PRINTF(4, 5);
enum verdict problem_worst(const struct problem *list, enum verdict than);
const struct problem *problem_first(const struct problem *list); /* of the worst; or NULL */
bool problem_is_local(const struct problem *p); /* a failure of our own side */
bool problem_has(const struct problem *list, const char *code); /* is one of this code there? */
void problem_free(struct problem **list);

/* One look-up and what is kept of its result. */
struct look {
	bool wanted, done;
	int handle;               /* -1: not begun */
	uint16_t type, rcode;
	uint8_t name[DNS_NAME_MAX], end[DNS_NAME_MAX];
	enum dns_sec state, last;
	int ede;
	bool has_data, failed_local;
	unsigned nlinks, rounds;
	uint32_t orig_ttl;        /* RRSIG's: as long as caches may hold the set; 0: unsigned */
	uint32_t sig_from, sig_until; /* of a signature of the set; 0: none is known */
	uint32_t sig_expires;     /* soonest of the signatures relied on, unix seconds; 0: none */
	bool first_secure, links_secure; /* of the aliases, when nlinks > 0 */
	size_t len;
	uint8_t *flat;            /* the records, when has_data */
	char *reason, *zones, *trail; /* trail: with explain, else "" */
};

/* A TLSA record against the certificates that an address presented. */
struct table_row {
	struct tls_row row;
	uint16_t data_mask;       /* bit i: it matches certificate i by data */
};

/* Milliseconds that a dialogue took: until the connection stood; the TLS handshake; the whole, from
   connect to the end.  -1: it did not come to that. */
struct timing {
	int64_t connect, tls, whole;
};

/* ADDR_GONE: an attempt of -all-certs that another one stands for; never in a report. */
enum addr_state { ADDR_WAITING = 0, ADDR_QUEUED, ADDR_LIVE, ADDR_DONE, ADDR_SKIPPED, ADDR_GONE };
struct cert_info {
	bool parsed;
	int64_t not_before, not_after;
	char subject[TLS_DN_TEXT], issuer[TLS_DN_TEXT], serial[64], sha256[65], key_type[16],
	    sig_alg[48];
	unsigned key_bits;
	char *names;              /* SAN dNSNames, blank separated */
	char *suggest;            /* "2 1 1 HEX" of it that the chain would satisfy, or NULL */
	uint8_t *der;             /* with -showcerts alone, or NULL */
	size_t len;
};
/* An address, or with -all-certs one for each algorithm that it was asked for. */
struct addr {
	enum addr_state state;
	struct dns_addr a;
	unsigned place;           /* the same for all of one address */
	enum tls_offer offer;
	bool not_shown;           /* skipped: the server has no certificate of that algorithm */
	bool opened;              /* the handshake was finished with the key of the leaf */
	bool finished;            /* ...and the dialogue went to its end */
	bool refused;             /* the handshake failed, or the server closed the connection in it: */
	bool hung_up;             /* the latter, without a word */
	bool declined;            /* ...since the server declined what was offered, or hung up */
	enum verdict verdict;
	bool no_route;            /* skipped, since this machine has no route */
	bool by_proxy;            /* ...or rather the proxy */
	const char *special;      /* skipped by -refuse-reserved: the kind of address; or NULL */
	struct problem *problems;
	char version[16], suite[64], group[24], scheme[40];
	struct tls_ocsp_result *ocsp; /* what was stapled, or NULL */
	int match;                /* index of the TLSA record that matched, or -1 */
	unsigned depth, ncerts;
	unsigned npath;           /* certificates of the accepted path: their places in certs */
	uint8_t path[TLS_MAX_CERTS];
	struct cert_info *certs;
	int8_t data_depth[TLS_MAX_TLSA];
	struct table_row *table;  /* one for each TLSA record of the host, or NULL */
	struct timing time;
};

/* What a dialogue left: enough to judge its chain for another domain. */
struct ended {
	enum smtp_outcome outcome;
	bool tls_started, opened; /* opened: finished with the key of the presented leaf */
	bool refused;             /* the handshake failed, or the server closed the connection in it: */
	bool hung_up;             /* the latter, without a word */
	bool declined;            /* ...since the server declined what was offered, or hung up */
	struct timing time;
	char code[32], reason[TLS_REASON_MAX]; /* unless SMTP_FINISHED */
	char version[16], suite[64], group[24], scheme[40];
	struct tls_ocsp_result ocsp;
};
struct seen {
	uint32_t used;            /* tick of the last use; 0: free */
	struct dns_addr to;
	bool tls_on_connect, overflow;
	enum tls_offer offer;
	char *sni;
	struct ended e;
	unsigned n;
	size_t len[TLS_MAX_CERTS], octets;
	uint8_t *der;
};

enum host_state { HOST_LOOKING = 0, HOST_ALIAS, HOST_STRAY, HOST_PROBING, HOST_DONE };
struct host {
	enum host_state state;
	enum verdict verdict;
	struct target *target;
	uint8_t name[DNS_NAME_MAX];
	char text[TLS_NAME_TEXT * 4];
	uint16_t port;
	int preference;           /* of the MX record, or the SRV record's priority; -1: from neither */
	int weight;               /* of the SRV record, else -1 */
	struct problem *problems;
	struct look a, aaaa, tlsa, end_tlsa; /* end_tlsa: at the end of a secure alias */
	const struct look *main;  /* whose aliases count */
	const struct look *asked; /* the TLSA look-up that decided; NULL: the addresses call for none */
	const struct look *used;  /* the TLSA look-up that the set came from, or NULL */
	struct look *stray;       /* for TLSA records in wrong places, or NULL */
	bool insecure;            /* by its addresses: no TLSA answer is used */
	bool secure_alias, tls_on_connect, all_certs;
	char *base, *tlsa_name;
	char *advice;             /* -check-chain: may the chain be deployed, and when; or NULL */
	unsigned ntlsa, nusable, nnames;
	struct tls_tlsa set[TLS_MAX_TLSA];
	char *names[TLS_MAX_NAMES];
	unsigned naddrs;          /* PROBE_MAX_ADDRS; with all_certs times PROBE_OFFERS */
	struct addr *addrs;
};

enum target_state { TARGET_NEW = 0, TARGET_MX, TARGET_HOSTS, TARGET_DONE };
struct target {
	enum target_state state;
	enum verdict verdict;
	bool mx, srv, implicit, port_given, offline; /* offline: -check-chain */
	uint16_t port;
	const char *service;      /* of SRV */
	struct dns_addr literal;  /* the target is this address; family 0: it is a name */
	uint8_t name[DNS_NAME_MAX];
	char text[TLS_NAME_TEXT * 4];
	struct problem *problems;
	struct look look;         /* of MX or SRV */
	uint64_t began, ended;    /* monotonic milliseconds */
	uint64_t proven;          /* when the last TLSA set was found, or found wanting */
	unsigned nhosts;
	struct host *hosts[PROBE_MAX_HOSTS]; /* in order of preference */
};

struct probe_options {
	bool mx, tls_on_connect, only4, only6, explain, keep_der,
	    refuse_reserved;
	bool all_certs;           /* probe each address once for each algorithm of certificates */
	bool expect_ocsp;         /* no good OCSP response is stapled: fail */
	bool explain_json;        /* trails are wanted as JSON */
	bool progress;            /* show on the terminal what is under way */
	bool any_order;           /* report each target as soon as it is done */
	const struct socks_proxy *proxy; /* of SMTP connections, or NULL */
	const char *srv;          /* targets are domains with SRV records of this service, or NULL */
	const char *helo;
	unsigned ntlsa;           /* -tlsa: these records, taken as proven */
	struct tls_tlsa tlsa[TLS_MAX_TLSA];
	const struct tls_chain *chain; /* -check-chain: judge this, do not connect; or NULL */
	/* nanoseconds */
	int64_t connect_timeout, dialogue_timeout, expiration_warning, signature_warning;
	int64_t timeout;          /* of the whole run; 0: none */
	unsigned naka;
	const char *aka[PROBE_MAX_AKA];
	bool at_fixed;
	int64_t at;
};

struct conn {
	bool used, connecting;
	bool asking;              /* ...and it is the proxy that is being asked for it */
	struct socks socks;
	int fd;
	uint64_t started, deadline;
	uint64_t up, tls_from, tls_done; /* monotonic milliseconds; 0: not yet */
	struct host *host;
	struct addr *addr;
	struct smtp_config cfg;
	struct smtp_client *client; /* kept from one use to the next */
};

struct probe {
	struct probe_options o;
	struct dns_res *res;
	unsigned active;          /* targets in `at` */
	struct target *at[PROBE_MAX_ACTIVE];
	struct conn conns[PROBE_MAX_CONNS];
	struct look proxy_look[2]; /* A and AAAA of a proxy that was given by name */
	struct dns_addr proxy_at; /* where the proxy is; family 0: not known (yet) */
	bool proxy_has6;          /* it made a connection to an IPv6 address */
	char *proxy_why;          /* why that is not to be found out; or NULL */
	unsigned turn;            /* which target may connect first */
	uint64_t shown;           /* when progress is to be shown next */
	size_t done, all;         /* targets */
	uint64_t deadline;        /* of the whole run, monotonic milliseconds; UINT64_MAX: none */
	struct seen seen[PROBE_MAX_SEEN];
	uint32_t seen_tick;
	size_t seen_octets;
	unsigned rounds;          /* the longest way from a target to a TLSA set */
};

/* The driver.  names and ports: the targets, in order; each is handed to `report` when it and
   all before it are done, then freed.  0; or -1 when select() failed. */
struct dnsio;
struct probe_target {
	uint8_t name[DNS_NAME_MAX]; /* of an address literal the first -aka, or the root */
	struct dns_addr literal;    /* family 0: none */
	uint16_t port;
	bool port_given;            /* with the target itself: overrides that of SRV records */
};
int probe_run(struct probe *p, struct dnsio *io, const struct probe_target *list, size_t n,
    void (*report)(void *ctx, const struct target *t), void *ctx);
int64_t probe_now(const struct probe *p); /* unix seconds, or the time of -at */

/* look.c */
void look_init(struct look *k, const uint8_t *name, uint16_t type);
bool look_poll(struct probe *p, struct look *k); /* begin or collect; true once done */
bool look_ready(const struct probe *p, const struct look *k); /* a result waits */
void look_cancel(struct probe *p, struct look *k); /* give up what is under way */
void look_free(struct probe *p, struct look *k);
bool look_next(const struct look *k, size_t *pos, struct dns_rr *rr); /* records of its type */
/* What went wrong, for the middle of a sentence: the reason and its EDE. */
const char *look_why(const struct look *k);
/* What to do about an insecure one, likewise. */
const char *look_sign(const struct look *k);
#define LOOK_FAILED "check the name servers of its zone, or the resolver: -iterate asks without one"
#define LOOK_LOCAL "check -resolver, the network of this machine, and the proxy if there is one"
#define LOOK_BOGUS "-explain shows the proof; without a resolver (-iterate) it shows whether the zone is at fault"
const char *look_denial(enum dns_sec state); /* in parentheses behind "does not exist" and its like */

/* target.c and host.c: true when the state moved on. */
bool target_step(struct probe *p, struct target *t);
/* The time of -t is over: what is not done is a failure of our own. */
void target_expire(struct probe *p, struct target *t);
void target_free(struct probe *p, struct target *t);
/* When the first signature that its verdict rests on ends, unix seconds; 0: there is none. */
uint32_t target_signature(const struct target *t);
struct host *host_new(struct target *t, const uint8_t *name, uint16_t port,
    const struct probe_options *o);
bool host_step(struct probe *p, struct host *h);
void host_free(struct probe *p, struct host *h);
void host_finish(struct host *h);   /* the verdict from what is known of its addresses */
void host_give_up(struct host *h);  /* its addresses stay unprobed; a problem says why */
void host_add_addr(struct host *h, const struct dns_addr *x);
void host_addr_reset(struct addr *a); /* as one that nothing is known of; who it is stays */
const char *addr_why_skipped(const struct addr *a); /* "no IPv6 here"; NULL: nothing in particular */
void host_addresses(struct probe *p, struct host *h); /* from the look-ups, which are done */
bool host_chars_ok(const char *text); /* letters, digits, dots, - and _ alone */
bool host_name_ok(const char *text); /* these, and of a length that the DNS can hold */

/* judge.c: what to check against; and the verdict of an address from what is left of a dialogue,
   the chain that was presented and what tls/ says of it for this host. */
void judge_dane(const struct probe *p, const struct host *h, struct tls_dane *d);
void judge(struct probe *p, struct host *h, struct addr *a, const struct ended *e,
    const struct tls_chain *chain, const struct tls_dane_result *r);

/* staple.c: what a stapled OCSP response, or its lack, means for an address whose handshake was
   finished; what the response is worth: "good", "revoked", ..., "none"; whether it was verified to the
   end; what it says of the leaf, or NULL. */
void staple_judge(const struct probe *p, struct addr *a, const struct tls_ocsp_result *o);
const char *staple_state_str(enum tls_ocsp_state s);
bool staple_verified(enum tls_ocsp_state s);
const char *staple_says_str(enum tls_ocsp_says s);

/* offer.c: -all-certs.  What is to be tried next at addresses of the host, which is then queued; put
   in order what came of it, once nothing is under way; the algorithm that the address was asked for,
   or NULL; how many addresses there are, and how many of these are ok. */
void offer_next(struct host *h);
void offer_settle(struct host *h);
const char *offer_str(enum tls_offer o);
unsigned offer_count(const struct host *h, unsigned *ok);

/* advice.c: fills h->advice, from the certificate check; or when DANE is not applied. */
void advise(const struct probe *p, struct host *h);
void advise_none(const struct probe *p, struct host *h);

/* stray.c: look for TLSA records in wrong places (poll: true once all is known); say what was found,
   to go on with a sentence. */
void stray_begin(struct host *h);
bool stray_poll(struct probe *p, struct host *h);
bool stray_ready(const struct probe *p, const struct host *h);
void stray_say(const struct host *h, struct text *t);
void stray_free(struct probe *p, struct host *h);

/* seen.c: remember (chain: NULL when TLS did not begin); judge an address by what was remembered
   (false: nothing was); would two addresses' dialogues be the same? */
void seen_add(struct probe *p, const struct host *h, const struct addr *a,
    const struct ended *e, const struct tls_chain *chain);
bool seen_judge(struct probe *p, struct host *h, struct addr *a);
bool seen_same(const struct host *x, const struct addr *a, const struct host *y,
    const struct addr *b);
void seen_free(struct probe *p);

/* set.c: go on with the records of -tlsa; find the set in the DNS (false: it is not here yet); say
   that there is none. */
void set_given(struct probe *p, struct host *h);
bool set_find(struct probe *p, struct host *h);
void set_none(struct probe *p, struct host *h);
/* Are there records of usages 0 and 1 alone, for a client of submission (RFC 7673)? */
bool set_is_pkix(const struct host *h);
/* What is to be said of a record: not checked here is not unusable. */
enum tls_usable set_usable(const struct host *h, unsigned i);
/* A record as "3 1 1 0123456789abcdef...", or whole. */
void set_record(struct text *t, const struct tls_tlsa *s, bool whole);

/* conn.c */
void conn_begin(struct probe *p);                        /* open what is queued */
bool conn_any(const struct probe *p);                    /* is one open? */
void conn_want(struct probe *p, struct loop *l);
void conn_turn(struct probe *p, const struct loop *l);
void conn_drop(struct probe *p, const struct host *h);   /* give up those of a host */
void conn_close(struct probe *p);

#endif
