/* SPDX-License-Identifier: ISC */
/*
 * Fuzz dns_zonefile_parse, dns_anchors_parse and dns_hints_parse: records that they
 * accept are valid, and what is refused has a line and a reason.
 */
#include "dns/wire.h"

#include <stdlib.h>

static uint8_t flat[DNS_FLAT_MAX];
static char text[DNS_RDATA_TEXT];
static struct dns_anchors anchors;
static struct dns_hints hints;

static void check(int holds)
{
	if (!holds)
		abort();
}

static void check_rr(const struct dns_rr *rr)
{
	size_t i, n;

	check(dns_name_len(rr->owner) <= DNS_NAME_MAX && rr->class == DNS_IN);
	check(dns_rdata_is_valid(rr->type, rr->rdata, rr->rdlen));
	n = dns_rdata_str(rr->type, rr->rdata, rr->rdlen, text, sizeof text);
	for (i = 0; i < n; i++)
		check(text[i] >= 0x20 && text[i] < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *t = (const char *)data, *err;
	struct dns_rr rr;
	size_t len = 0, pos = 0;
	unsigned line = 0;
	int64_t when;
	char word[40];

	if (dns_zonefile_parse(t, size, flat, sizeof flat, &len, &line, &err))
		check(err && line);
	else
		check(!err);
	while (dns_flat_next(flat, len, &pos, &rr))
		check_rr(&rr);
	check(pos == len);
	check(dns_anchors_parse(&anchors, t, size, &line, &err) ? err && line : anchors.n > 0);
	check(dns_hints_parse(&hints, t, size, &line, &err) ? err && line : hints.n > 0);
	if (size < sizeof word) {
		memcpy(word, data, size);
		word[size] = '\0';
		if (dns_time_parse(word, &when) == 0)
			check(dns_time_str(when, text, 32) == text);
	}
	return 0;
}
