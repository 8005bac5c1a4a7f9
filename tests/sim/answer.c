/* SPDX-License-Identifier: ISC */
/*
 * tests/sim/answer.c: what the servers of the miniature DNS say: resolvers that follow aliases
 * and do not validate, and authoritative servers that refer.  Answers are remembered.
 */
#include "tests/sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns/wire.h"

static const uint8_t salt[2] = { 0xaa, 0x55 };

static size_t salt_len(const struct sw_zone *z)
{
	return z->iterations == 3 ? sizeof salt : 0;
}

static void put(struct sw_msg *m, unsigned section, const struct dns_rr *rr, const uint8_t *owner)
{
	if (m->n == SW_MSG_RRS) {
		fprintf(stderr, "tests/sim/answer.c: too many records\n");
		exit(2);
	}
	m->rr[m->n] = *rr;
	m->rr[m->n].owner = owner;
	m->rr[m->n++].section = (uint8_t)section;
}

/* The set at `at` under the name `as`, with its signature. */
static void put_set(struct sw_zone *z, struct sw_msg *m, unsigned section, const uint8_t *at,
    const uint8_t *as, uint16_t type)
{
	const struct dns_rr *set[16];
	unsigned i, n = 0;

	as = sw_keep(as, dns_name_len(as));
	for (i = 0; i < z->n && n < 16; i++)
		if (z->rr[i].type == type && dns_name_eq(z->rr[i].owner, at))
			set[n++] = &z->rr[i];
	for (i = 0; i < n; i++)
		put(m, section, set[i], as);
	if (n > 0 && z->key != NULL)
		put(m, section, sw_sign(z, set, n), as);
}

static void put_signed(struct sw_zone *z, struct sw_msg *m, const struct sg_rr *rr)
{
	struct dns_rr d = { .type = rr->type, .class = DNS_IN, .ttl = rr->ttl, .rdlen = rr->rdlen };
	const struct dns_rr *set[1] = { &d };
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->rr[i].type == rr->type && dns_name_eq(m->rr[i].owner, rr->owner))
			return; /* once is enough */
	d.owner = sw_keep(rr->owner, dns_name_len(rr->owner));
	d.rdata = sw_keep(rr->rd, rr->rdlen);
	put(m, DNS_AUTHORITY, &d, d.owner);
	put(m, DNS_AUTHORITY, sw_sign(z, set, 1), d.owner);
}

/* ---- denial ----------------------------------------------------------------------- */

static bool is_cut(const struct sw_zone *z, const uint8_t *name)
{
	return sw_has_type(z, name, DNS_NS) && !sw_has_type(z, name, DNS_SOA);
}

static void types_at(const struct sw_zone *z, const uint8_t *name, uint16_t types[20])
{
	unsigned i, n = 0;

	for (i = 0; i < z->n && n < 16; i++)
		if (dns_name_eq(z->rr[i].owner, name))
			types[n++] = z->rr[i].type;
	if (z->denial == SG_NSEC)
		types[n++] = DNS_NSEC;
	if (z->denial == SG_NSEC || n > 0)
		types[n++] = DNS_RRSIG;
	types[n] = 0;
}

/* The NSEC at name or the one that covers it. */
static void put_nsec(struct sw_zone *z, struct sw_msg *m, const uint8_t *name)
{
	const uint8_t *at = z->apex, *next = NULL;
	uint16_t types[20];
	struct sg_rr rr;
	unsigned i;

	for (i = 0; i < z->n; i++)
		if (dns_name_cmp(z->rr[i].owner, name) <= 0 && dns_name_cmp(z->rr[i].owner, at) > 0)
			at = z->rr[i].owner;
	for (i = 0; i < z->n; i++)
		if (dns_name_cmp(z->rr[i].owner, at) > 0 &&
		    (next == NULL || dns_name_cmp(z->rr[i].owner, next) < 0))
			next = z->rr[i].owner;
	types_at(z, at, types);
	rr = sg_rr_nsec(at, next != NULL ? next : z->apex, types);
	put_signed(z, m, &rr);
}

/* In the NSEC3 chain?  Empty non-terminals are, unsigned delegations under opt-out are not. */
static bool in_chain(const struct sw_zone *z, const uint8_t *name)
{
	unsigned i;

	for (i = 0; i < z->n; i++)
		if (dns_name_is_under(z->rr[i].owner, name) && !(z->opt_out &&
		    is_cut(z, z->rr[i].owner) && !sw_has_type(z, z->rr[i].owner, DNS_DS)))
			return true;
	return false;
}

struct hashed {
	uint8_t h[20];
	const uint8_t *name;
};

static int by_hash(const void *a, const void *b)
{
	return memcmp(a, b, 20);
}

static void hash_in(const struct sw_zone *z, const uint8_t *name, uint8_t out[20])
{
	sg_nsec3_hash(name, salt, salt_len(z), z->iterations, out);
}

static unsigned chain_of(const struct sw_zone *z, struct hashed *c)
{
	unsigned i, k, n = 0;

	for (i = 0; i < z->n; i++)
		for (k = dns_name_labels(z->apex); k <= dns_name_labels(z->rr[i].owner); k++) {
			c[n].name = dns_name_suffix(z->rr[i].owner, k);
			if (!in_chain(z, c[n].name))
				continue;
			hash_in(z, c[n].name, c[n].h);
			n++;
		}
	qsort(c, n, sizeof c[0], by_hash);
	return n;
}

static void put_nsec3(struct sw_zone *z, struct sw_msg *m, const uint8_t *name)
{
	static struct hashed c[SW_RRS * 5 + 1];
	uint8_t h[20], rd[SG_RDATA], owner[255];
	unsigned i, n = chain_of(z, c), at = n - 1, next;
	uint16_t types[20];
	struct sg_rr rr;
	size_t len = salt_len(z);

	hash_in(z, name, h);
	for (i = 0; i < n; i++)
		if (memcmp(c[i].h, h, 20) <= 0)
			at = i;
	if (memcmp(c[0].h, h, 20) > 0)
		at = n - 1; /* before the first: the last one wraps */
	for (next = (at + 1) % n; next != at && memcmp(c[next].h, c[at].h, 20) == 0;)
		next = (next + 1) % n;
	rd[0] = 1;
	rd[1] = z->opt_out;
	rd[2] = 0;
	rd[3] = (uint8_t)z->iterations;
	rd[4] = (uint8_t)len;
	memcpy(rd + 5, salt, len);
	len += 5;
	rd[len++] = 20;
	memcpy(rd + len, c[next].h, 20);
	len += 20;
	types_at(z, c[at].name, types);
	rr = sg_rr_nsec(c[at].name, (const uint8_t *)"", types); /* for its bitmap */
	memcpy(rd + len, rr.rd + 1, rr.rdlen - 1u);
	len += rr.rdlen - 1u;
	sg_nsec3_owner(c[at].h, z->apex, owner);
	rr = sg_rr(owner, DNS_NSEC3, 300, rd, len);
	put_signed(z, m, &rr);
}

/* The name does not exist: closest encloser, next closer name, wildcard. */
static void put_absent(struct sw_zone *z, struct sw_msg *m, const uint8_t *name, bool wild)
{
	unsigned n = dns_name_labels(name);
	bool n3 = z->denial == SG_NSEC3;
	uint8_t w[DNS_NAME_MAX];

	while (n3 ? !in_chain(z, dns_name_suffix(name, n)) : !sw_has_name(z, dns_name_suffix(name, n)))
		n--;
	dns_name_prepend((const uint8_t *)"*", 1, dns_name_suffix(name, n), w);
	if (!n3) {
		put_nsec(z, m, name);
		if (wild)
			put_nsec(z, m, w);
		return;
	}
	put_nsec3(z, m, dns_name_suffix(name, n));
	put_nsec3(z, m, dns_name_suffix(name, n + 1));
	if (wild)
		put_nsec3(z, m, w);
}

/* Proof that the type is not at name, which exists. */
static void put_nodata(struct sw_zone *z, struct sw_msg *m, const uint8_t *name)
{
	if (z->denial == SG_NSEC)
		put_nsec(z, m, name);
	else if (in_chain(z, name))
		put_nsec3(z, m, name);
	else
		put_absent(z, m, name, false);
}

static void deny(struct sw_zone *z, struct sw_msg *m, const uint8_t *name)
{
	uint8_t wild[DNS_NAME_MAX];

	put_set(z, m, DNS_AUTHORITY, z->apex, z->apex, DNS_SOA);
	if (sw_source(z, name, wild) == NULL)
		m->rcode = DNS_NXDOMAIN;
	if (z->key == NULL)
		return;
	if (sw_has_name(z, name))
		put_nodata(z, m, name);
	else
		put_absent(z, m, name, true);
}

/* ---- answers ---------------------------------------------------------------------- */

/* One name.  True: an alias was followed, go on with name. */
static bool answer_name(struct sw_zone *z, struct sw_msg *m, uint8_t name[DNS_NAME_MAX],
    uint16_t type)
{
	uint8_t wild[DNS_NAME_MAX], to[DNS_NAME_MAX];
	const struct dns_rr *dn = sw_dname(z, name, to);
	const uint8_t *at;
	struct dns_rr cname;
	bool alias;

	if (dn != NULL) {
		put_set(z, m, DNS_ANSWER, dn->owner, dn->owner, DNS_DNAME);
		cname = *dn;
		cname.type = DNS_CNAME;
		cname.rdata = sw_keep(to, dns_name_len(to));
		cname.rdlen = (uint16_t)dns_name_len(to);
		put(m, DNS_ANSWER, &cname, sw_keep(name, dns_name_len(name)));
		dns_name_copy(name, to);
		return true;
	}
	at = sw_source(z, name, wild);
	alias = at != NULL && !sw_has_type(z, at, type) && sw_has_type(z, at, DNS_CNAME);
	if (at == NULL || (!alias && !sw_has_type(z, at, type))) {
		deny(z, m, name);
		return false;
	}
	put_set(z, m, DNS_ANSWER, at, name, alias ? DNS_CNAME : type);
	if (at == wild && z->key != NULL)
		put_absent(z, m, name, false);
	if (alias)
		dns_name_copy(name, sw_find(z, at, DNS_CNAME)->rdata);
	return alias;
}

static void recurse(struct sw_msg *m)
{
	uint8_t name[DNS_NAME_MAX];
	unsigned i;

	dns_name_copy(name, m->qname);
	for (i = 0; i < 10; i++) {
		struct sw_zone *z = sw_zone_of(name, m->qtype);

		if (z->nobody) {
			m->rcode = DNS_SERVFAIL;
			m->n = 0;
			return;
		}
		if (!answer_name(z, m, name, m->qtype))
			return;
	}
}

/* NS, DS or the proof that there is none, and glue. */
static void refer(struct sw_zone *z, struct sw_msg *m, const uint8_t *cut)
{
	unsigned i, k, first = m->n, last;
	struct sw_zone *child = sw_zone_of(cut, DNS_NS);

	m->aa = false;
	for (i = 0; i < z->n; i++)
		if (z->rr[i].type == DNS_NS && dns_name_eq(z->rr[i].owner, cut))
			put(m, DNS_AUTHORITY, &z->rr[i], z->rr[i].owner);
	last = m->n;
	if (sw_has_type(z, cut, DNS_DS))
		put_set(z, m, DNS_AUTHORITY, cut, cut, DNS_DS);
	else if (z->key != NULL)
		put_nodata(z, m, cut);
	for (k = first; k < last; k++)
		for (i = 0; i < child->n; i++)
			if ((child->rr[i].type == DNS_A || child->rr[i].type == DNS_AAAA) &&
			    dns_name_eq(child->rr[i].owner, m->rr[k].rdata))
				put(m, DNS_ADDITIONAL, &child->rr[i], child->rr[i].owner);
}

static void speak(const struct sw_server *s, struct sw_msg *m)
{
	struct sw_zone *z = NULL;
	uint8_t name[DNS_NAME_MAX];
	unsigned i, n, total;

	for (i = 0; i < s->n; i++) {
		struct sw_zone *c = s->zone[i];

		if (!dns_name_is_under(m->qname, c->apex) || (z != NULL && m->qtype == DNS_DS &&
		    dns_name_eq(m->qname, c->apex)))
			continue;
		if (z == NULL || dns_name_labels(c->apex) > dns_name_labels(z->apex) ||
		    (m->qtype == DNS_DS && dns_name_eq(m->qname, z->apex)))
			z = c;
	}
	if (z == NULL) {
		m->rcode = DNS_REFUSED;
		return;
	}
	m->aa = true;
	dns_name_copy(name, m->qname);
	for (i = 0; i < 10; i++) {
		if (i > 0 && !dns_name_is_under(name, z->apex))
			return;
		total = dns_name_labels(name);
		for (n = dns_name_labels(z->apex) + 1; n <= total; n++) {
			const uint8_t *cut = dns_name_suffix(name, n);

			if (!is_cut(z, cut) || (n == total && m->qtype == DNS_DS))
				continue;
			if (i == 0)
				refer(z, m, cut);
			return;
		}
		if (!answer_name(z, m, name, m->qtype))
			return;
	}
}

/* ---- memory ------------------------------------------------------------------------ */

struct known {
	struct known *next;
	const struct sw_server *by;
	struct sw_msg *m;
};

static uint32_t hash(const void *by, const uint8_t *name, uint16_t type)
{
	uint32_t h = UINT32_C(2166136261) ^ type ^ (uint32_t)(uintptr_t)by;
	size_t i, n = dns_name_len(name);

	for (i = 0; i < n; i++)
		h = (h ^ name[i]) * UINT32_C(16777619);
	return h ^ h >> 16;
}

static const struct sw_msg *known(const struct sw_server *by, const uint8_t *name, uint16_t type)
{
	static struct known *table[16384];
	static struct sw_msg fresh;
	struct known **at = &table[hash(by, name, type) % 16384], *k;
	size_t size;

	for (k = *at; k != NULL; k = k->next)
		if (k->by == by && k->m->qtype == type && dns_name_eq(k->m->qname, name))
			return k->m;
	memset(&fresh, 0, sizeof fresh);
	dns_name_copy(fresh.qname, name);
	fresh.qtype = type;
	if (by == NULL)
		recurse(&fresh);
	else
		speak(by, &fresh);
	size = offsetof(struct sw_msg, rr) + fresh.n * sizeof fresh.rr[0];
	k = malloc(sizeof *k);
	if (k == NULL || (k->m = malloc(size)) == NULL)
		exit(2);
	memcpy(k->m, &fresh, size);
	k->by = by;
	k->next = *at;
	*at = k;
	return k->m;
}

const struct sw_msg *sw_recursive(const uint8_t *name, uint16_t type)
{
	return known(NULL, name, type);
}

const struct sw_msg *sw_authoritative(const struct sw_server *s, const uint8_t *name, uint16_t type)
{
	return known(s, name, type);
}

/* ---- wire format ------------------------------------------------------------------- */

size_t sw_wire(const struct sw_msg *m, uint16_t id, uint16_t flags, uint8_t *out)
{
	static const uint8_t opt[11] = { 0, 0, 41, 4, 208, 0, 0, 128, 0, 0, 0 };
	unsigned i, s, count[3] = { 0, 0, 0 };
	size_t n = 12, len = dns_name_len(m->qname);

	memcpy(out + n, m->qname, len);
	n += len;
	dns_put16(out + n, m->qtype);
	dns_put16(out + n + 2, DNS_IN);
	n += 4;
	for (s = 0; s < 3; s++)
		for (i = 0; i < m->n; i++) {
			const struct dns_rr *rr = &m->rr[i];

			len = dns_name_len(rr->owner);
			if (rr->section != s || SW_WIRE - n < len + 30 + rr->rdlen)
				continue;
			if (len > 2 && len == dns_name_len(m->qname) && !memcmp(rr->owner, m->qname, len)) {
				dns_put16(out + n, 0xc00c); /* the name asked for */
				len = 2;
			} else {
				memcpy(out + n, rr->owner, len);
			}
			n += len;
			dns_put16(out + n, rr->type);
			dns_put16(out + n + 2, rr->class);
			dns_put32(out + n + 4, rr->ttl);
			dns_put16(out + n + 8, rr->rdlen);
			memcpy(out + n + 10, rr->rdata, rr->rdlen);
			n += 10u + rr->rdlen;
			count[s]++;
		}
	memcpy(out + n, opt, sizeof opt);
	dns_put16(out, id);
	dns_put16(out + 2, (uint16_t)(flags | m->rcode));
	dns_put16(out + 4, 1);
	for (s = 0; s < 3; s++)
		dns_put16(out + 6 + 2 * s, (uint16_t)(count[s] + (s == 2)));
	return n + sizeof opt;
}
