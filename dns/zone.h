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

#endif
