/* SPDX-License-Identifier: ISC */
/* src/report_dns.h: results of look-ups as text and JSON; used by both programs. */
#ifndef SRC_REPORT_DNS_H
#define SRC_REPORT_DNS_H

#include "dns/dns.h"
#include "src/text.h"

/* The zones that a result rests on, in one line: ". RSASHA256, org ..., ". */
void report_dns_zones(struct text *t, const struct dns_result *r);
/* The proof trail as an indented tree, one line a step. */
void report_dns_trail(struct text *t, const struct dns_result *r, const char *indent);
/* dnsvouch's reports. */
void report_dns_text(struct text *t, const struct dns_result *r, bool explain);
void report_dns_json(struct text *t, const struct dns_result *r);

#endif
