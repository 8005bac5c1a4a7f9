/* SPDX-License-Identifier: ISC */
/*
 * dns/zone.h: records out of zone-file text one at a time, so that whoever judges a
 * record can name its line.  Private to dns/.
 */
#ifndef DNS_ZONE_H
#define DNS_ZONE_H

#include "dns/dns.h"

struct dns_zf {
	const char *p, *end;
	unsigned here;       /* line that p is on */
	unsigned line;       /* line of the last word read: where a fault is */
	const char *err;
	bool in_parens, has_owner;
	bool has_ttl;        /* $TTL was given */
	uint32_t ttl;        /* for records that state none */
	uint8_t origin[DNS_NAME_MAX], owner[DNS_NAME_MAX];
	uint8_t rdata[65535];
};

void dns_zf_init(struct dns_zf *z, const char *text, size_t len);
/* 1 and *rr, which points into z until the next call; 0 at the end; -1 with z->line, z->err. */
int dns_zf_next(struct dns_zf *z, struct dns_rr *rr);

/* ---- between zonefile.c and zonedata.c ---- */

struct dns_word {
	const char *t;
	size_t n;
};

/* -1, and why */
int dns_zf_fail(struct dns_zf *z, const char *why);
/* Blanks, comments, and line ends inside parentheses.  1: at a word; 0: the entry ended;
   -1: unbalanced. */
int dns_zf_skip(struct dns_zf *z);
/* The next word of the entry: 1, 0 when the entry ended, -1. */
int dns_zf_word(struct dns_zf *z, struct dns_word *w);
/* As dns_zf_word, where the end is a fault, which `why` says. */
int dns_zf_want(struct dns_zf *z, struct dns_word *w, const char *why);
/* The entry must end here: 0, or -1. */
int dns_zf_end(struct dns_zf *z);
/* Is the word upper_text, in any case? */
bool dns_zf_is(const struct dns_word *w, const char *upper_text);
/* A decimal number up to max: 0, or -1 without a reason. */
int dns_zf_num(const struct dns_word *w, uint32_t max, uint32_t *out);
/* Value of a hex digit, or -1. */
int dns_zf_hex(char c);
/* A name, relative to the origin: 0, or -1. */
int dns_zf_name(struct dns_zf *z, const struct dns_word *w, uint8_t out[DNS_NAME_MAX]);
/* RDATA of rr->type, and the end of the entry: 0 and rr's rdata and rdlen set, or -1. */
int dns_zf_rdata(struct dns_zf *z, struct dns_rr *rr);

#endif
