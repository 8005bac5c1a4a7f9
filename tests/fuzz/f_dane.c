/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target: a chain and a TLSA set cut from the input, and the check of it.  Layout:
 * a kind octet, two octets of length, that many octets of data; kinds 0..127 add a
 * certificate, 128..255 a record whose numbers are in the three octets that follow.
 * Matching data with digests cannot be guessed, so some records are made to match.
 */
#include <stdlib.h>
#include <string.h>
#include "tls/tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct tls_chain chain;
static struct tls_tlsa set[TLS_MAX_TLSA];
static uint8_t hashes[TLS_MAX_TLSA][32];
static unsigned n;

static void add_record(uint8_t kind, const uint8_t *p, size_t len)
{
	struct tls_tlsa *t = &set[n];
	struct tls_cert c;
	br_sha256_context h;
	unsigned i = kind & 15u;

	if (n >= TLS_MAX_TLSA || len < 3)
		return;
	t->usage = p[0];
	t->selector = p[1];
	t->mtype = p[2];
	t->data = p + 3;
	t->len = (uint16_t)(len - 3);
	if ((kind & 64) != 0 && i < chain.n &&
	    tls_cert_parse(&c, chain.der + chain.off[i], chain.len[i]) == 0) {
		br_sha256_init(&h);
		br_sha256_update(&h, t->selector == 0 ? c.der : c.spki,
		    t->selector == 0 ? c.len : c.spki_len);
		br_sha256_out(&h, hashes[n]);
		t->data = hashes[n];
		t->len = 32;
		t->mtype = 1;
	}
	n++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const names[] = { "mx.example.test" };
	struct tls_dane d = { set, 0, names, 1, 1795500000 };
	struct tls_dane_result r;
	size_t k;

	memset(&chain, 0, sizeof chain);
	n = 0;
	while (len >= 3) {
		uint8_t kind = data[0];

		k = (size_t)(data[1] << 8 | data[2]);
		data += 3;
		len -= 3;
		k = k < len ? k : len;
		if (kind < 128)
			tls_chain_add(&chain, data, k);
		else
			add_record(kind, data, k);
		data += k;
		len -= k;
	}
	d.ntlsa = n;
	memset(&r, 0xff, sizeof r);
	tls_dane_check(&d, &chain, &r);
	if (memchr(r.reason, 0, sizeof r.reason) == NULL || memchr(r.code, 0, sizeof r.code) == NULL ||
	    memchr(r.hint, 0, sizeof r.hint) == NULL)
		abort();
	if (r.verdict != TLS_MATCH)
		return r.tlsa == -1 && r.reason[0] != '\0' ? 0 : (abort(), 0);
	if (r.tlsa < 0 || (unsigned)r.tlsa >= n || chain.overflow ||
	    tls_tlsa_usable(&set[r.tlsa]) != TLS_USABLE ||
	    (set[r.tlsa].usage == 3) != (r.depth == 0) ||
	    r.row[r.tlsa].state != TLS_ROW_MATCHED || r.row[r.tlsa].depth != r.depth)
		abort();
	return 0;
}
