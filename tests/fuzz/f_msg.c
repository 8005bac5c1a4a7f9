/* SPDX-License-Identifier: ISC */
/*
 * Fuzz dns_msg_parse: what it accepts must hold up under everything that later code
 * relies on: valid names, RDATA that fits its type, flat records that come back whole,
 * printable presentation.
 */
#include "dns/wire.h"

#include <stdlib.h>

static struct dns_msg m;
static uint8_t copy[DNS_FLAT_MAX];
static char text[DNS_RDATA_TEXT];

static void check(int holds)
{
	if (!holds)
		abort();
}

static void check_name(const uint8_t *name)
{
	char t[DNS_NAME_TEXT];
	uint8_t back[DNS_NAME_MAX];
	size_t n = dns_name_len(name);

	check(n <= DNS_NAME_MAX && dns_name_labels(name) <= DNS_LABELS_MAX);
	dns_name_str(name, t, sizeof t);
	check(dns_name_parse(t, back) == 0 && !memcmp(back, name, n));
	check(dns_name_cmp(back, name) == 0 && dns_name_is_under(back, name));
}

static void check_rr(const struct dns_rr *rr)
{
	size_t i, n;

	check_name(rr->owner);
	check(rr->ttl <= 0x7fffffff && rr->type != DNS_OPT && rr->section <= DNS_ADDITIONAL);
	check(dns_rdata_is_valid(rr->type, rr->rdata, rr->rdlen));
	n = dns_rdata_str(rr->type, rr->rdata, rr->rdlen, text, sizeof text);
	check(n < sizeof text && text[n] == '\0');
	for (i = 0; i < n; i++)
		check(text[i] >= 0x20 && text[i] < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_rr rr;
	const char *err;
	size_t pos = 0, len = 0;
	unsigned n = 0;

	if (dns_msg_parse(&m, data, size, &err)) {
		check(err && !m.len && !m.nrr);
		return 0;
	}
	check_name(m.qname);
	for (; dns_flat_next(m.buf, m.len, &pos, &rr); n++) {
		check_rr(&rr);
		check(dns_flat_add(copy, sizeof copy, &len, &rr) == 0);
	}
	check(pos == m.len && n == m.nrr);
	check(len == m.len && !memcmp(copy, m.buf, len));
	return 0;
}
