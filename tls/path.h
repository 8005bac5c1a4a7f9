/* SPDX-License-Identifier: ISC */
/* tls/path.h: the certificate path of DANE-TA(2); private to tls/. */
#ifndef TLS_PATH_H
#define TLS_PATH_H

#include "tls/tls.h"
#include "tls/x509.h"

struct tls_path {
	const struct tls_dane *d;
	const bool *active;           /* per TLSA record: usable and not outranked */
	const struct tls_x509 *x;     /* certificates presented, leaf first, all parsed */
	unsigned n;
	/* out: the record and depth accepted, -1: none, then code ("": nothing to say) and reason */
	int tlsa;
	unsigned depth, npath;        /* npath, path: as in tls_dane_result */
	uint8_t path[TLS_MAX_CERTS];
	char code[32];
	char reason[TLS_REASON_MAX];
	/* private */
	bool skip[TLS_MAX_CERTS];     /* the leaf, and doubles */
	bool reached[TLS_MAX_CERTS];
	uint8_t from[TLS_MAX_CERTS];  /* certificate below, towards the leaf */
	uint8_t level[TLS_MAX_CERTS]; /* depth in the path */
	unsigned nqueue;
	uint8_t queue[TLS_MAX_CERTS];
	unsigned sigs, runs;
	unsigned rank;
	bool stop;
};

/* Does the record's data match this certificate (usage apart)? */
bool tls_tlsa_covers(const struct tls_tlsa *t, const struct tls_x509 *x);
/* Look for a path from the leaf to an anchor that an active DANE-TA record names. */
void tls_path_find(struct tls_path *p);

#endif
