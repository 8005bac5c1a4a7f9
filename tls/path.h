/* SPDX-License-Identifier: ISC */
/* tls/path.h: the certificate path of DANE-TA(2); private to tls/. */
#ifndef TLS_PATH_H
#define TLS_PATH_H

#include "tls/constraint.h"
#include "tls/text.h"
#include "tls/tls.h"
#include "tls/x509.h"

/* One certificate at the end of one way up from the leaf. */
struct tls_step {
	uint8_t cert;                 /* its place in the chain */
	uint8_t below;                /* the step towards the leaf; of the leaf: itself */
	uint8_t level;                /* depth */
	uint8_t counted;              /* intermediates up to here that are not self-issued */
};

struct tls_path {
	const struct tls_dane *d;
	const bool *active;           /* per TLSA record: usable and not outranked */
	const struct tls_x509 *x;     /* certificates presented, leaf first, all parsed */
	unsigned n;
	/* out: the record and depth accepted, -1: none, then code ("": nothing to say) and reason */
	int tlsa;
	unsigned depth, npath;        /* npath, path, weak_rsa: as in tls_dane_result */
	uint8_t path[TLS_MAX_CERTS];
	unsigned weak_rsa;
	int8_t accepted[TLS_MAX_TLSA]; /* per record: the depth that it was accepted at, or -1 */
	char code[32];
	char reason[TLS_REASON_MAX];
	/* private */
	bool skip[TLS_MAX_CERTS];     /* the leaf, and doubles */
	bool reached[TLS_MAX_CERTS];
	bool aim[TLS_MAX_TLSA];       /* DANE-TA records that the chain may still satisfy */
	uint64_t covers[TLS_MAX_CERTS]; /* per certificate: records, one bit each, that match it */
	uint8_t issued[TLS_MAX_CERTS][TLS_MAX_CERTS]; /* [v][j]: 1 + enum tls_sig, 0: not yet known */
	uint8_t given[TLS_MAX_CERTS][TLS_MAX_TLSA];   /* the same for the keys in records */
	unsigned nsteps;
	struct tls_step step[TLS_MAX_STEPS];
	unsigned sigs, runs, rank, names_left;
	bool stop;
};

/* Does the record's data match this certificate (usage apart)? */
bool tls_tlsa_covers(const struct tls_tlsa *t, const struct tls_x509 *x);
/* Look for paths from the leaf to the anchors that active DANE-TA records name. */
void tls_path_find(struct tls_path *p);

/* ---- vet.c: is a certificate fit for its place? ------------------------------------- */

/* Keep the most telling reason: a higher rank, and of equals the first.  The text to fill in. */
struct tls_text tls_path_fail(struct tls_path *p, unsigned rank, const char *code);
void tls_path_who(struct tls_text *t, const struct tls_x509 *x, unsigned depth);
bool tls_x509_is_self_issued(const struct tls_x509 *x);
/* May x issue the certificate of step s? */
bool tls_vet_ca(struct tls_path *p, const struct tls_x509 *x, unsigned s, bool anchor);
/* All that the leaf must satisfy on any path, a name of the host included. */
bool tls_vet_leaf(struct tls_path *p);
/* The host's name that the leaf has and the CAs up to step s and the anchor (or NULL) may
   vouch for, or NULL. */
const char *tls_vet_host(struct tls_path *p, unsigned s, const struct tls_x509 *anchor);

/* ---- minimal.c: the second judge ------------------------------------------------------- */

/* Is the path of a kind that br_x509_minimal can judge? */
bool tls_minimal_can(const struct tls_path *p, const uint8_t *path, unsigned n,
    const struct tls_tlv *dn, const struct tls_key *key);
/* NULL when it finds the path good, else what it has against it. */
const char *tls_minimal_run(const struct tls_path *p, const uint8_t *path, unsigned n,
    const struct tls_tlv *dn, const struct tls_key *key, const char *name);

#endif
