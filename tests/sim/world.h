/* SPDX-License-Identifier: ISC */
/*
 * tests/sim/world.h: a miniature DNS for the simulation, the hostile runs and the fuzzer of the
 * validator: some 25 zones, signed and not, what their servers and a resolver would say, and what
 * is true of each question.  The truth is worked out from the zones' data alone; nothing of the
 * validator is used for it.  The keys are the same in every run.
 */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include "dns/dns.h"
#include "tests/signer.h"

enum { SW_ZONES = 40, SW_RRS = 120, SW_SIGS = 400, SW_MSG_RRS = 100, SW_SERVERS = 80, SW_WIRE = 60000 };

struct sw_zone {
	const char *text;
	const uint8_t *apex;
	struct sw_zone *parent;
	const struct sg_key *key, *zsk; /* NULL: unsigned */
	enum sg_denial denial;
	unsigned iterations;
	bool opt_out, expired;
	bool has_ds, odd_ds;            /* in the parent; odd: of an algorithm that nobody knows */
	bool nobody;                    /* its servers cannot be found */
	enum dns_sec state;             /* of all in it that does not rest on opt-out */
	unsigned n, nsig;
	struct dns_rr rr[SW_RRS], sig[SW_SIGS];
};
struct sw_server {
	struct dns_addr addr;
	bool dead;
	unsigned n;
	struct sw_zone *zone[4];
};
struct sw_msg {
	uint8_t qname[DNS_NAME_MAX];
	uint16_t qtype, rcode;
	bool aa;
	unsigned n;
	struct dns_rr rr[SW_MSG_RRS];
};

extern struct sw_zone sw_zones[SW_ZONES];
extern unsigned sw_nzones;

/* Make the zones: once. */
void sw_init(void);
/* The root's DS, and the addresses of its servers. */
void sw_config(struct dns_config *c);
/* Octets that stay. */
const void *sw_keep(const void *data, size_t len);
const uint8_t *sw_name(const char *text);
/* A resolver's answer; an authoritative server's.  Remembered: do not change it. */
const struct sw_msg *sw_recursive(const uint8_t *name, uint16_t type);
const struct sw_server *sw_server_at(const struct dns_addr *a);
const struct sw_msg *sw_authoritative(const struct sw_server *s, const uint8_t *name, uint16_t type);
/* Octets written; out has room for SW_WIRE. */
size_t sw_wire(const struct sw_msg *m, uint16_t id, uint16_t flags, uint8_t *out);

/* ---- zone data (world.c), for answer.c and truth.c ---- */

struct sw_zone *sw_zone_of(const uint8_t *name, uint16_t type);
bool sw_has_type(const struct sw_zone *z, const uint8_t *name, uint16_t type);
bool sw_has_name(const struct sw_zone *z, const uint8_t *name);
/* Where the data at name come from: name, or a wildcard (in wild), or NULL. */
const uint8_t *sw_source(const struct sw_zone *z, const uint8_t *name, uint8_t wild[DNS_NAME_MAX]);
/* The DNAME strictly above name, and what it makes of it; or NULL. */
const struct dns_rr *sw_dname(const struct sw_zone *z, const uint8_t *name,
    uint8_t to[DNS_NAME_MAX]);
const struct dns_rr *sw_find(const struct sw_zone *z, const uint8_t *name, uint16_t type);
const struct dns_rr *sw_sign(struct sw_zone *z, const struct dns_rr *const *set, unsigned n);

/* ---- the truth (truth.c) ---- */

enum sw_kind { SW_DATA, SW_ALIAS, SW_NODATA, SW_NXDOMAIN, SW_NOBODY };
/* What stands at one name. */
struct sw_step {
	const struct sw_zone *zone;
	enum sw_kind kind;
	enum dns_sec state;
	uint16_t type;             /* of the data or the alias */
	uint8_t at[DNS_NAME_MAX];  /* where they are in the zone */
	uint8_t owner[DNS_NAME_MAX], target[DNS_NAME_MAX];
};
void sw_step(const uint8_t *name, uint16_t type, struct sw_step *s);

struct sw_truth {
	enum dns_sec state;
	uint16_t rcode;
	unsigned n;
	struct sw_step step[DNS_MAX_LINKS + 2];
};
void sw_truth(const uint8_t *name, uint16_t type, struct sw_truth *t);
/* Nothing false in r?  NULL, or what is wrong. */
const char *sw_check_sound(const struct dns_result *r);
/* Is r all of the truth?  NULL, or what is wrong. */
const char *sw_check_exact(const struct dns_result *r, const struct sw_truth *t);

/* ---- questions ---- */

/* Question i of many, the same in every run. */
unsigned sw_questions(void);
void sw_question(unsigned i, const uint8_t **name, uint16_t *type);

#endif
