/* SPDX-License-Identifier: ISC */
/*
 * dns/anchor.h: what anchor.c (zone-file text) and anchorxml.c share.  Private to dns/.
 */
#ifndef DNS_ANCHOR_H
#define DNS_ANCHOR_H

#include "dns/dns.h"

/* Judge an anchor and append it.  NULL, or a constant sentence that says why not. */
const char *dns_anchor_add(struct dns_anchors *a, const struct dns_anchor *one);
/* dns_anchors_parse() for text that begins with "<". */
int dns_anchors_xml(struct dns_anchors *a, const char *txt, size_t len, unsigned *line,
    const char **err);

#endif
