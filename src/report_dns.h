/* SPDX-License-Identifier: ISC */
/* src/report_dns.h: results of look-ups as text and JSON; used by both programs. */
#ifndef SRC_REPORT_DNS_H
#define SRC_REPORT_DNS_H

#include "dns/dns.h"
#include "src/text.h"

/* The zones that a result rests on, in one line: ". RSASHA256, org ..., ". */
void report_dns_zones(struct text *t, const struct dns_result *r);
/* The proof trail as a tree: each zone below its parent, a line for each step (report_trail.c). */
void report_dns_trail(struct text *t, const struct dns_result *r, const char *indent);
/* The weakest link and the soonest signature to expire; now: the time of validation. */
void report_dns_end(struct text *t, const struct dns_result *r, const char *indent, int64_t now);
/* The same as a member of a JSON object: "chain":[...]. */
void report_dns_chain_json(struct text *t, const struct dns_result *r);
/* "SHA-256", or "digest type 9". */
void report_dns_digest(struct text *t, unsigned digest);
/* dnsvouch's reports. */
void report_dns_text(struct text *t, const struct dns_result *r, bool explain, int64_t now);
void report_dns_json(struct text *t, const struct dns_result *r);

#endif
