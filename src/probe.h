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
#include "src/text.h"

#define PROBE_MAX_HOSTS 64    /* MX hosts of one domain */
#define PROBE_MAX_ADDRS 32    /* addresses of one host */
#define PROBE_MAX_CONNS 16    /* live connections; a smtp_client takes some 100 KiB */
#define PROBE_PER_ADDRESS 2   /* connections to one address at a time */
#define PROBE_MAX_ACTIVE 8    /* targets worked on at a time */
#define PROBE_MAX_AKA 10      /* -aka names, leaving room in TLS_MAX_NAMES */

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
bool problem_is_local(const struct problem *p); /* a failure of our own side */
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
	bool first_secure, links_secure; /* of the aliases, when nlinks > 0 */
	size_t len;
	uint8_t *flat;            /* the records, when has_data */
	char *reason, *zones, *trail;
};

enum addr_state { ADDR_WAITING = 0, ADDR_QUEUED, ADDR_LIVE, ADDR_DONE, ADDR_SKIPPED };
struct cert_info {
	bool parsed;
	int64_t not_before, not_after;
	char subject[TLS_DN_TEXT], issuer[TLS_DN_TEXT], serial[64], sha256[65], key_type[16],
	    sig_alg[48];
	unsigned key_bits;
	char *names;              /* SAN dNSNames, blank separated */
	char *suggest;            /* "2 1 1 HEX" that it would satisfy, or NULL */
};
struct addr {
	enum addr_state state;
	struct dns_addr a;
	enum verdict verdict;
	bool no_route;            /* skipped, since this machine has no route */
	struct problem *problems;
	char version[16], suite[64];
	int match;                /* index of the TLSA record that matched, or -1 */
	unsigned depth, ncerts;
	unsigned npath;           /* certificates of the accepted path: their places in certs */
	uint8_t path[TLS_MAX_CERTS];
	struct cert_info *certs;
	int8_t data_depth[TLS_MAX_TLSA];
	uint64_t ms;              /* from connect to the end */
};

enum host_state { HOST_LOOKING = 0, HOST_ALIAS, HOST_PROBING, HOST_DONE };
struct host {
	enum host_state state;
	enum verdict verdict;
	struct target *target;
	uint8_t name[DNS_NAME_MAX];
	char text[TLS_NAME_TEXT * 4];
	uint16_t port;
	int preference;           /* -1: not from an MX record */
	struct problem *problems;
	struct look a, aaaa, tlsa, end_tlsa; /* end_tlsa: at the end of a secure alias */
	const struct look *main;  /* whose aliases count */
	const struct look *used;  /* the TLSA look-up that the set came from, or NULL */
	bool secure_alias;
	char *base, *tlsa_name;
	unsigned ntlsa, nusable, nnames;
	struct tls_tlsa set[TLS_MAX_TLSA];
	char *names[TLS_MAX_NAMES];
	unsigned naddrs;
	struct addr addrs[PROBE_MAX_ADDRS];
};

enum target_state { TARGET_NEW = 0, TARGET_MX, TARGET_HOSTS, TARGET_DONE };
struct target {
	enum target_state state;
	enum verdict verdict;
	bool mx, implicit;
	uint16_t port;
	uint8_t name[DNS_NAME_MAX];
	char text[TLS_NAME_TEXT * 4];
	struct problem *problems;
	struct look look;         /* of MX */
	unsigned nhosts;
	struct host *hosts[PROBE_MAX_HOSTS]; /* in order of preference */
};

struct probe_options {
	bool mx, tls_on_connect, only4, only6, explain;
	const char *helo;
	int64_t connect_timeout, expiration_warning; /* nanoseconds */
	unsigned naka;
	const char *aka[PROBE_MAX_AKA];
	bool at_fixed;
	int64_t at;
};

struct conn {
	bool used, connecting;
	int fd;
	uint64_t started, deadline;
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
	unsigned turn;            /* which target may connect first */
	bool has6;                /* a connection over IPv6 got further than "no route" */
	unsigned rounds;          /* the longest way from a target to a TLSA set */
};

/* The driver.  names and ports: the targets, in order; each is handed to `report` when it and
   all before it are done, then freed.  0; or -1 when select() failed. */
struct dnsio;
struct probe_target {
	uint8_t name[DNS_NAME_MAX];
	uint16_t port;
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

/* target.c and host.c: true when the state moved on. */
bool target_step(struct probe *p, struct target *t);
void target_free(struct probe *p, struct target *t);
struct host *host_new(struct target *t, const uint8_t *name, uint16_t port, int preference,
    const struct probe_options *o);
bool host_step(struct probe *p, struct host *h);
void host_free(struct probe *p, struct host *h);
bool host_chars_ok(const char *text); /* letters, digits, dots, - and _ alone */
bool host_name_ok(const char *text); /* these, and of a length that the DNS can hold */

/* conn.c */
void conn_begin(struct probe *p);                        /* open what is queued */
void conn_want(struct probe *p, struct loop *l);
void conn_turn(struct probe *p, const struct loop *l);
void conn_close(struct probe *p);

#endif
