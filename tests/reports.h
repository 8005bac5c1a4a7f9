/* SPDX-License-Identifier: ISC */
/* tests/reports.h: a target whose one host has been probed, with everything filled in by hand, for the
   tests of the reports. */
#ifndef TESTS_REPORTS_H
#define TESTS_REPORTS_H

#include "tests/hosts.h"
#include "src/report.h"

#define REPORT_NOW INT64_C(1795500000) /* 2026-11-24T06:00:00Z */

static struct report *r;

/* An address with an answer to this offer: a leaf of this key, TLS 1.3, ok. */
static inline struct addr *probed(unsigned octet, enum tls_offer o, const char *key, unsigned bits)
{
	struct addr *a = &h->addrs[h->naddrs++];

	a->a = (struct dns_addr){ .family = 4, .a = { 127, 0, 0, (uint8_t)octet }, .port = 25 };
	a->place = octet;
	a->offer = o;
	host_addr_reset(a);
	a->state = ADDR_DONE;
	a->verdict = VERDICT_OK;
	a->opened = a->finished = true;
	strcpy(a->version, "TLSv1.3");
	strcpy(a->suite, "TLS_AES_128_GCM_SHA256");
	strcpy(a->group, "x25519");
	strcpy(a->scheme, "ecdsa_secp256r1_sha256");
	a->ncerts = 1;
	a->certs = text_alloc(sizeof *a->certs);
	a->certs[0].parsed = true;
	a->certs[0].names = text_dup("mx.example.org");
	a->certs[0].key_bits = bits;
	strcpy(a->certs[0].key_type, key);
	strcpy(a->certs[0].subject, "CN=mx.example.org");
	a->certs[0].not_after = REPORT_NOW + 86400 * 30;
	return a;
}

static inline void not_shown(unsigned octet, enum tls_offer o)
{
	struct addr *a = probed(octet, o, "RSA", 2048);

	host_addr_reset(a);
	a->state = ADDR_SKIPPED;
	a->not_shown = true;
}

static inline struct tls_ocsp_result *staple(struct addr *a, enum tls_ocsp_state s,
    enum tls_ocsp_says says)
{
	a->ocsp = text_alloc(sizeof *a->ocsp);
	a->ocsp->state = s;
	a->ocsp->says = says;
	a->ocsp->this_update = REPORT_NOW - 3600;
	a->ocsp->next_update = REPORT_NOW + 3600;
	a->ocsp->revoked_why = "";
	strcpy(a->ocsp->responder, "CN=Responder");
	return a->ocsp;
}

static inline int report_begin(void **state)
{
	begin(state);
	p->o.all_certs = true; /* room for as many */
	make_host();
	h->all_certs = false;
	h->state = HOST_DONE;
	h->verdict = t->verdict = VERDICT_OK;
	h->a.wanted = h->aaaa.wanted = h->tlsa.wanted = false; /* no look-up has ended */
	h->base = text_dup("mx.example.org");
	strcpy(t->text, "example.org");
	t->state = TARGET_DONE;
	t->port = 25;
	t->hosts[t->nhosts++] = h;
	r = text_alloc(sizeof *r);
	r->form = REPORT_NAGIOS; /* which is held back, so that it can be read */
	r->now = REPORT_NOW;
	return 0;
}

static inline int report_over(void **state)
{
	unsigned i;

	for (i = 0; i < PROM_METRICS; i++)
		text_free(&r->prom[i]);
	text_free(&r->held);
	text_free(&r->perf);
	free(r);
	return end(state);
}

#endif
