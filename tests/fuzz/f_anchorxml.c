/* SPDX-License-Identifier: ISC */
/*
 * Fuzz the reader of root-anchors.xml (RFC 9718): what it accepts are valid anchors, and what it
 * refuses has a line and a reason and leaves no anchor behind.
 */
#include "dns/anchor.h"
#include "dns/wire.h"

#include <stdlib.h>

static struct dns_anchors anchors;

static void check(int holds)
{
	if (!holds)
		abort();
}

static void check_anchor(const struct dns_anchor *a)
{
	struct dns_key_info k;

	check(dns_name_len(a->owner) <= DNS_NAME_MAX && a->rdlen <= sizeof a->rdata);
	check(a->type == DNS_DS || a->type == DNS_DNSKEY);
	check(dns_rdata_is_valid(a->type, a->rdata, a->rdlen));
	if (a->type == DNS_DNSKEY)
		check(dns_key_info(a->rdata, a->rdlen, &k));
	check(!dns_anchor_is_current(a, a->until) || a->from <= a->until);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned i, line = 0;
	const char *err = NULL;

	anchors.n = 0;
	if (dns_anchors_xml(&anchors, (const char *)data, size, &line, &err) != 0) {
		check(err != NULL && line > 0 && anchors.n == 0);
		return 0;
	}
	check(anchors.n > 0 && anchors.n <= DNS_MAX_ANCHORS);
	for (i = 0; i < anchors.n; i++)
		check_anchor(&anchors.a[i]);
	return 0;
}
