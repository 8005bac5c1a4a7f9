/* SPDX-License-Identifier: ISC */
/*
 * dns/rdata.h: the fields that RDATA in presentation format is made of, shared by rdata.c
 * and rdataodd.c.  A field that does not parse makes the reader bad; what was written by
 * then is worth nothing.  Private to dns/.
 */
#ifndef DNS_RDATA_H
#define DNS_RDATA_H

#include "dns/str.h"
#include "dns/wire.h"

/* ---- rdata.c ---- */

/* RFC 4648 section 4; with bits 5 and no padding it is base32hex, section 7. */
void dns_rdata_base(struct dns_str *s, const uint8_t *p, size_t n, unsigned bits);
/* An octet inside quotes (RFC 1035 section 5.1). */
void dns_rdata_octet(struct dns_str *s, uint8_t c);
/* All that is left: hex 'x', base64 'b', quoted 'q'; at least one octet. */
void dns_rdata_rest(struct dns_str *s, struct dns_rd *r, char form);
/* An address of 4 or 16 octets. */
void dns_rdata_addr(struct dns_str *s, struct dns_rd *r, unsigned n);
void dns_rdata_name(struct dns_str *s, struct dns_rd *r);

/* ---- rdataodd.c ---- */

/* LOC (RFC 1876), whole. */
void dns_rdata_loc(struct dns_str *s, struct dns_rd *r);
/* The SvcParams of SVCB and HTTPS (RFC 9460), each with a blank in front. */
void dns_rdata_svcparams(struct dns_str *s, struct dns_rd *r);
/* Whole: HIP (RFC 8005), IPSECKEY (RFC 4025), AMTRELAY (RFC 8777), APL (RFC 3123) and WKS
   (RFC 1035). */
void dns_rdata_hip(struct dns_str *s, struct dns_rd *r);
void dns_rdata_ipseckey(struct dns_str *s, struct dns_rd *r);
void dns_rdata_amtrelay(struct dns_str *s, struct dns_rd *r);
void dns_rdata_apl(struct dns_str *s, struct dns_rd *r);
void dns_rdata_wks(struct dns_str *s, struct dns_rd *r);

#endif
