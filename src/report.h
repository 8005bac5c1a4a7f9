/* SPDX-License-Identifier: ISC */
/* src/report.h: smtpdane's reports, one target at a time and then the whole. */
#ifndef SRC_REPORT_H
#define SRC_REPORT_H

#include "src/probe.h"

enum report_form { REPORT_TEXT = 0, REPORT_TERSE, REPORT_NAGIOS, REPORT_JSON, REPORT_PROM };

/* The metrics of -prometheus. */
enum prom_metric {
	PROM_BUILD, PROM_VERDICT, PROM_HOSTS, PROM_ADDRESSES, PROM_ADDRESSES_OK, PROM_DNS, PROM_PROBE,
	PROM_SIGNATURE, PROM_HOST, PROM_STATE, PROM_ADDRESS, PROM_MATCH, PROM_TLS, PROM_CERT, PROM_OCSP,
	PROM_OCSP_THIS, PROM_OCSP_NEXT, PROM_CONNECT, PROM_HANDSHAKE, PROM_DIALOGUE, PROM_PROBLEM,
	PROM_TIME, PROM_METRICS
};

/* What was seen so far, over all targets. */
struct report {
	enum report_form form;
	bool quiet, colour, explain;
	unsigned width;             /* columns to fit the text into; 0: as wide as it is */
	bool cert_names, cert_info, certs; /* name TLSA records; details, PEM of the certificates */
	bool ocsp;                  /* show what was stapled also without details */
	unsigned targets, hosts, addresses, bad; /* addresses: proven ok; bad: targets not ok */
	bool failed, local, warned; /* a failure of theirs, of our own side, a warning */
	char first[768];            /* the worst problem, in a line, for Nagios */
	enum verdict first_rank;
	struct text held;           /* Nagios: what follows the first line; Prometheus: the targets */
	struct text prom[PROM_METRICS];
	struct text perf;           /* Nagios: performance data */
	int64_t now, expiration_warning, signature_warning; /* seconds; 0: no threshold */
};

/* report_text.c; why there is no verdict of an address, as "not probed: ..." */
void report_note(struct text *out, const struct addr *a);
void report_count(struct report *r, const struct target *t);
void report_target(struct report *r, const struct target *t);
void report_end(struct report *r);
int report_status(const struct report *r); /* exit status */
/* report_cert.c: the algorithm and size of a key, "ECDSA P-256"; the parameters of TLS, and what was
   stapled, a line each; the certificates of the accepted path, or of what was presented where none was: what
   they say; PEM, each headed by its subject. */
void report_key(struct text *out, const char *type, unsigned bits);
void report_tls(struct text *out, const struct addr *a, const char *indent);
void report_ocsp(struct text *out, const struct report *r, const struct addr *a, const char *indent);
void report_cert_info(struct text *out, const struct addr *a, const char *indent);
void report_certs(struct text *out, const struct addr *a);
/* report_prom.c: held back, then printed as a whole. */
void report_prom(struct report *r, const struct target *t);
void report_prom_end(struct report *r);
/* report_perf.c: performance data of a target, for Nagios; of one that was given twice once. */
void report_perf(struct report *r, const struct target *t);
/* report_json.c: one line, one object; names: name TLSA records of the system's store. */
void report_json(struct text *out, const struct target *t, bool names);

#endif
