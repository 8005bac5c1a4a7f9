/* SPDX-License-Identifier: ISC */
/* src/anchors.h: dnsvouch -anchors: which trust anchors prove which keys today. */
#ifndef SRC_ANCHORS_H
#define SRC_ANCHORS_H

#include <stdbool.h>
#include "dns/dns.h"
#include "src/text.h"

/* The DNSKEY set of `owner` under the anchors of d alone. */
struct anchors_reply {
	enum dns_sec state;
	int ede;
	char reason[DNS_REASON_MAX];
	bool has_step;        /* an anchor proved it: its key tag, algorithm, digest type */
	uint16_t tag;
	uint8_t alg, digest;
	uint32_t sig_expires;
	bool seen;            /* a message came: its records, unproven unless state says so */
	size_t len;
	uint8_t flat[DNS_FLAT_MAX];
};
/* False: could not be carried out on this machine. */
typedef bool anchors_ask(void *arg, const struct dns_config *d, const uint8_t *owner,
    struct anchors_reply *out);

struct anchors_key {
	struct dns_key_info k;
	bool revoked, ksk;    /* RFC 5011 section 2.1; RFC 4034 section 2.1.1, SEP */
	bool is_new;          /* a KSK, not revoked, that no anchor here names */
	bool signs;           /* a signature over the key set names it (not: is good) */
};
enum anchors_use {
	ANCHORS_UNCHECKED = 0, /* no key set came */
	ANCHORS_PROVES,        /* by itself, today */
	ANCHORS_STANDBY,       /* its key is published and does not sign yet */
	ANCHORS_BROKEN,        /* its key is published and signs, but that does not verify */
	ANCHORS_REVOKED,       /* its key is published as revoked alone */
	ANCHORS_MISSING,       /* its key is not published */
	ANCHORS_UNSUPPORTED    /* algorithm or digest type not supported, or the key too small */
};
enum anchors_dates { ANCHORS_CURRENT = 0, ANCHORS_FUTURE, ANCHORS_PAST };
struct anchors_one {
	const struct dns_anchor *a;
	struct dns_key_info k; /* of a DS only tag and alg */
	uint8_t digest;        /* 0: a DNSKEY */
	enum anchors_use use;
	enum anchors_dates dates;
	int key;               /* the published key that it names, not revoked; -1: none */
};
struct anchors_zone {
	uint8_t owner[DNS_NAME_MAX];
	struct anchors_reply reply; /* by all anchors of the owner together */
	bool any_current;
	bool cut;             /* more keys were published than the limit */
	unsigned nkeys, nanchors;
	struct anchors_key key[DNS_MAX_KEYS];
	struct anchors_one anchor[DNS_MAX_ANCHORS];
	int proven_by;        /* the anchor that proved the set, or -1 */
	bool outlives;        /* another anchor's key stands ready, or signs already */
	bool has_new;         /* a new key that no anchor here names */
};

/* Owner of the next zone with anchors after *i, in the order of the file; NULL: no more. */
const uint8_t *anchors_next(const struct dns_anchors *a, unsigned *i);
/* Look into one zone.  d is changed and put back.  False: as anchors_ask. */
bool anchors_zone(struct anchors_zone *z, struct dns_config *d, const uint8_t *owner, int64_t now,
    anchors_ask *ask, void *arg);
/* The state that counts: bogus when nothing that is within its dates names a key that came. */
enum dns_sec anchors_state(const struct anchors_zone *z);

/* report_anchors.c */
void report_anchors_text(struct text *t, const struct anchors_zone *z);
void report_anchors_json(struct text *t, const struct anchors_zone *z);
const char *anchors_use_str(enum anchors_use u);

#endif
