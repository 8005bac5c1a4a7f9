/* SPDX-License-Identifier: ISC */
/* tests/hosts.h: a host whose look-ups are filled in by hand, for the tests of src/host.c. */
#ifndef TESTS_HOSTS_H
#define TESTS_HOSTS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/probes.h"

static struct probe *p;
static struct target *t;
static struct host *h;

static inline int begin(void **state)
{
	(void)state;
	p = probe_new();
	t = calloc(1, sizeof *t);
	dns_name_parse("example.org", t->name);
	t->look.handle = -1;
	h = NULL;
	return 0;
}

static inline int end(void **state)
{
	(void)state;
	if (h)
		host_free(p, h);
	free(t);
	probe_free(p);
	return 0;
}

static inline void make_host(void)
{
	uint8_t name[DNS_NAME_MAX];

	dns_name_parse("mx.example.org", name);
	h = host_new(t, name, 25, &p->o);
	h->preference = 10;
}

/* A look-up that has ended, at its own name. */
static inline void ended(struct look *k, enum dns_sec state)
{
	k->done = true;
	k->state = k->last = state;
	dns_name_copy(k->end, k->name);
	free(k->reason);
	k->reason = text_dup("");
}

static inline void data(struct look *k, const uint8_t *rdata, size_t n)
{
	struct dns_rr rr = { .owner = k->end, .rdata = rdata, .ttl = 60, .type = k->type,
		.class = DNS_IN, .rdlen = (uint16_t)n };

	if (!k->flat)
		k->flat = calloc(1, DNS_FLAT_MAX);
	assert_int_equal(dns_flat_add(k->flat, DNS_FLAT_MAX, &k->len, &rr), 0);
	k->has_data = true;
}

/* Through an alias to host.example.net. */
static inline void alias(struct look *k, bool first, bool all, enum dns_sec last)
{
	k->nlinks = 2;
	k->first_secure = first;
	k->links_secure = all;
	k->last = last;
	dns_name_parse("host.example.net", k->end);
}

static inline void a_record(void)
{
	static const uint8_t a[4] = { 127, 0, 0, 9 };

	data(&h->a, a, sizeof a);
}

static inline void tlsa_record(struct look *k, uint8_t usage)
{
	uint8_t rd[35] = { usage, 1, 1, 42 };

	data(k, rd, sizeof rd);
}

static inline void run(void)
{
	while (host_step(p, h))
		;
}

static inline bool has(const char *code)
{
	const struct problem *x;

	for (x = h->problems; x; x = x->next)
		if (!strcmp(x->code, code))
			return true;
	return false;
}

static inline bool is_name(const char *name)
{
	unsigned i;

	for (i = 0; i < h->nnames; i++)
		if (!strcmp(h->names[i], name))
			return true;
	return false;
}

/* A host with one secure address and no AAAA. */
static inline void plain(void)
{
	make_host();
	ended(&h->a, DNS_SEC_SECURE);
	a_record();
	ended(&h->aaaa, DNS_SEC_SECURE);
}

/* The same behind an alias. */
static inline void aliased(bool first, bool all, enum dns_sec last)
{
	enum dns_sec whole = all && last == DNS_SEC_SECURE ? DNS_SEC_SECURE : DNS_SEC_INSECURE;

	make_host();
	ended(&h->a, whole);
	alias(&h->a, first, all, last);
	a_record();
	ended(&h->aaaa, whole);
	alias(&h->aaaa, first, all, last);
}

/* Nor are there records in wrong places. */
static inline void no_stray(void)
{
	unsigned i;

	for (i = 0; h->stray && i < HOST_STRAYS; i++) {
		if (!h->stray[i].wanted)
			continue;
		dns_res_done(p->res, h->stray[i].handle);
		h->stray[i].handle = -1;
		ended(&h->stray[i], DNS_SEC_SECURE);
	}
}

static inline void refused(const char *code)
{
	assert_int_equal(h->state, HOST_DONE);
	assert_int_equal(h->verdict, VERDICT_FAIL);
	assert_true(has(code));
	for (unsigned i = 0; i < h->naddrs; i++)
		assert_int_equal(h->addrs[i].state, ADDR_SKIPPED);
}

static inline void queued(const char *base)
{
	assert_int_equal(h->state, HOST_PROBING);
	assert_string_equal(h->base, base);
	assert_string_equal(h->names[0], base);
	assert_int_equal(h->addrs[0].state, ADDR_QUEUED);
}

#endif
