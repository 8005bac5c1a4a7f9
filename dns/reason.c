/* SPDX-License-Identifier: ISC */
/*
 * dns/reason.c: names of the states, and what a result holds.
 */
#include "dns/dns.h"

const char *dns_sec_str(enum dns_sec s)
{
	switch (s) {
	case DNS_SEC_SECURE:
		return "secure";
	case DNS_SEC_INSECURE:
		return "insecure";
	case DNS_SEC_BOGUS:
		return "bogus";
	case DNS_SEC_INDETERMINATE:
		return "indeterminate";
	default:
		return "unchecked";
	}
}

bool dns_result_has_data(const struct dns_result *r)
{
	struct dns_rr rr;
	size_t pos = 0;

	if (r->state != DNS_SEC_SECURE && r->state != DNS_SEC_INSECURE)
		return false;
	while (dns_flat_next(r->buf, r->len, &pos, &rr))
		if ((rr.type == r->qtype || r->qtype == DNS_ANY) && dns_name_eq(rr.owner, r->name))
			return true;
	return false;
}
