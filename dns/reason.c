/* SPDX-License-Identifier: ISC */
/*
 * dns/reason.c: names of the states and of the kinds of reason, and what a result holds.
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

/* Ids are interface: add, never rename. */
static const struct dns_reason_info reasons[] = {
	{ DNS_EDE_OTHER, "other", "" },
	{ DNS_EDE_NONE, "none", "" },
	{ DNS_EDE_ALG, "no-supported-algorithm", "RFC 4035 section 5.2" },
	{ DNS_EDE_DIGEST, "no-supported-digest", "RFC 4509 section 3" },
	{ DNS_EDE_INDETERMINATE, "no-proof-possible", "RFC 4033 section 5" },
	{ DNS_EDE_BOGUS, "does-not-verify", "RFC 4035 section 5.3" },
	{ DNS_EDE_SIG_EXPIRED, "sig-expired", "RFC 4035 section 5.3.1" },
	{ DNS_EDE_SIG_EARLY, "sig-early", "RFC 4035 section 5.3.1" },
	{ DNS_EDE_NO_DNSKEY, "no-dnskey", "RFC 4035 section 5.2" },
	{ DNS_EDE_NO_RRSIG, "no-rrsig", "RFC 4035 section 5.3" },
	{ DNS_EDE_NO_ZONE_KEY, "no-zone-key", "RFC 4034 section 2.1.1" },
	{ DNS_EDE_NO_NSEC, "no-denial", "RFC 4035 section 5.4" },
	{ DNS_EDE_NO_REACHABLE, "no-answer", "RFC 4033 section 5" },
	{ DNS_EDE_ITERATIONS, "nsec3-iterations", "RFC 9276 section 3.2" }
};

const struct dns_reason_info *dns_reason_info(int ede)
{
	size_t i;

	for (i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].ede == ede)
			return &reasons[i];
	return &reasons[0];
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
