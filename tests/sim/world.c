/* SPDX-License-Identifier: ISC */
/*
 * tests/sim/world.c: the zones of the miniature DNS, their keys, signatures and servers; see
 * world.h.
 */
#include "tests/sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sw_zone sw_zones[SW_ZONES];
unsigned sw_nzones;
static struct sw_server servers[SW_SERVERS];
static unsigned nservers;
static struct sg_key keys[2 * SW_ZONES];
static unsigned nkeys;

static void die(const char *why)
{
	fprintf(stderr, "tests/sim/world.c: %s\n", why);
	exit(2);
}

const void *sw_keep(const void *data, size_t len)
{
	static uint8_t arena[32u << 20];
	static size_t used;
	void *p = arena + used;

	if (sizeof arena - used < len)
		die("the arena is full");
	memcpy(p, data, len);
	used += len;
	return p;
}

const uint8_t *sw_name(const char *text)
{
	uint8_t n[DNS_NAME_MAX];

	if (dns_name_parse(text, n) != 0)
		die(text);
	return sw_keep(n, dns_name_len(n));
}

/* ---- zone data ------------------------------------------------------------------- */

/* "label" in front of the zone's name; "" is the apex. */
static const uint8_t *in_zone(const struct sw_zone *z, const char *label)
{
	char t[300];

	snprintf(t, sizeof t, "%s%s%s", label, *label && z->apex[0] ? "." : "",
	    z->apex[0] || !*label ? z->text : "");
	return sw_name(t);
}

static void add(struct sw_zone *z, const uint8_t *owner, uint16_t type, uint32_t ttl,
    const void *rd, size_t len)
{
	struct dns_rr *rr = &z->rr[z->n++];

	if (z->n > SW_RRS)
		die("too many records");
	rr->owner = owner;
	rr->type = type;
	rr->class = DNS_IN;
	rr->ttl = ttl;
	rr->rdata = sw_keep(rd, len);
	rr->rdlen = (uint16_t)len;
	rr->section = DNS_ANSWER;
}

static void add_a(struct sw_zone *z, const char *label, unsigned a, unsigned b, unsigned c)
{
	uint8_t rd[4] = { 10, (uint8_t)a, (uint8_t)b, (uint8_t)c };

	add(z, in_zone(z, label), DNS_A, 3600, rd, sizeof rd);
}

static void add_name(struct sw_zone *z, const char *label, uint16_t type, const uint8_t *to)
{
	add(z, in_zone(z, label), type, 1800, to, dns_name_len(to));
}

const struct dns_rr *sw_find(const struct sw_zone *z, const uint8_t *name, uint16_t type)
{
	unsigned i;

	for (i = 0; i < z->n; i++)
		if (z->rr[i].type == type && dns_name_eq(z->rr[i].owner, name))
			return &z->rr[i];
	return NULL;
}

bool sw_has_type(const struct sw_zone *z, const uint8_t *name, uint16_t type)
{
	return sw_find(z, name, type) != NULL;
}

bool sw_has_name(const struct sw_zone *z, const uint8_t *name)
{
	unsigned i;

	for (i = 0; i < z->n; i++)
		if (dns_name_is_under(z->rr[i].owner, name))
			return true;
	return false;
}

const uint8_t *sw_source(const struct sw_zone *z, const uint8_t *name, uint8_t wild[DNS_NAME_MAX])
{
	unsigned n = dns_name_labels(name);

	if (sw_has_name(z, name))
		return name;
	while (!sw_has_name(z, dns_name_suffix(name, n)))
		n--;
	if (dns_name_prepend((const uint8_t *)"*", 1, dns_name_suffix(name, n), wild) != 0)
		return NULL;
	return sw_has_name(z, wild) ? wild : NULL;
}

const struct dns_rr *sw_dname(const struct sw_zone *z, const uint8_t *name,
    uint8_t to[DNS_NAME_MAX])
{
	unsigned i;
	size_t head;

	for (i = 0; i < z->n; i++) {
		const struct dns_rr *rr = &z->rr[i];

		if (rr->type != DNS_DNAME || !dns_name_is_under(name, rr->owner) ||
		    dns_name_eq(name, rr->owner))
			continue;
		head = dns_name_len(name) - dns_name_len(rr->owner);
		if (head + rr->rdlen > DNS_NAME_MAX)
			die("a name that a DNAME makes is too long");
		memcpy(to, name, head);
		memcpy(to + head, rr->rdata, rr->rdlen);
		return rr;
	}
	return NULL;
}

struct sw_zone *sw_zone_of(const uint8_t *name, uint16_t type)
{
	struct sw_zone *best = NULL;
	unsigned i;

	for (i = 0; i < sw_nzones; i++) {
		struct sw_zone *z = &sw_zones[i];

		if (!dns_name_is_under(name, z->apex) ||
		    (type == DNS_DS && z->apex[0] && dns_name_eq(name, z->apex)))
			continue;
		if (best == NULL || dns_name_labels(z->apex) > dns_name_labels(best->apex))
			best = z;
	}
	return best;
}

/* ---- signatures ------------------------------------------------------------------ */

static struct sg_rr to_sg(const struct dns_rr *rr)
{
	return sg_rr(rr->owner, rr->type, rr->ttl, rr->rdata, rr->rdlen);
}

const struct dns_rr *sw_sign(struct sw_zone *z, const struct dns_rr *const *set, unsigned n)
{
	struct sg_rr rr[16], out;
	struct sg_sig s;
	struct dns_rr *sig;
	unsigned i;

	for (i = 0; i < z->nsig; i++) /* covered type, then owner */
		if (z->sig[i].rdata[1] == (set[0]->type & 255) &&
		    dns_name_eq(z->sig[i].owner, set[0]->owner))
			return &z->sig[i];
	if (n > 16 || z->nsig == SW_SIGS)
		die("too many records to sign");
	for (i = 0; i < n; i++)
		rr[i] = to_sg(set[i]);
	sg_sig_init(&s, set[0]->type == DNS_DNSKEY ? z->key : z->zsk, z->apex, &rr[0]);
	s.inception = SG_NOW - 10 * 86400;
	s.expiration = z->expired ? SG_NOW - 86400 : SG_NOW + 10 * 86400;
	out = sg_sign(&s, rr, n);
	sig = &z->sig[z->nsig++];
	sig->owner = sw_keep(set[0]->owner, dns_name_len(set[0]->owner));
	sig->type = DNS_RRSIG;
	sig->class = DNS_IN;
	sig->ttl = out.ttl;
	sig->rdata = sw_keep(out.rd, out.rdlen);
	sig->rdlen = out.rdlen;
	return sig;
}

/* ---- servers --------------------------------------------------------------------- */

static struct dns_addr address(unsigned a, unsigned b, unsigned c)
{
	struct dns_addr x = { .family = 4, .a = { 10, (uint8_t)a, (uint8_t)b, (uint8_t)c }, .port = 53 };

	return x;
}

const struct sw_server *sw_server_at(const struct dns_addr *a)
{
	unsigned i;

	for (i = 0; i < nservers; i++)
		if (dns_addr_eq(&servers[i].addr, a))
			return &servers[i];
	return NULL;
}

static void serve(struct sw_zone *z, struct dns_addr a, bool dead)
{
	struct sw_server *s = (struct sw_server *)sw_server_at(&a);

	if (s == NULL && nservers < SW_SERVERS) {
		s = &servers[nservers++];
		s->addr = a;
		s->dead = dead;
	}
	if (s == NULL || s->n == 4)
		die("too many servers or zones of one server");
	if (z != NULL)
		s->zone[s->n++] = z;
}

/* Two name servers inside the zone, each with an address; nobody listens on the IPv6 one. */
static void own_servers(struct sw_zone *z, bool first_dead, bool first_lame)
{
	unsigned id = (unsigned)(z - sw_zones);
	uint8_t v6[16] = { 0xfd, [15] = (uint8_t)(id + 1) };

	add_name(z, "", DNS_NS, in_zone(z, "ns1"));
	add_name(z, "", DNS_NS, in_zone(z, "ns2"));
	add_a(z, "ns1", 1, id, 1);
	add_a(z, "ns2", 1, id, 2);
	if (id % 3 == 0)
		add(z, in_zone(z, "ns2"), DNS_AAAA, 3600, v6, sizeof v6);
	serve(first_lame ? NULL : z, address(1, id, 1), first_dead);
	serve(z, address(1, id, 2), false);
}

/* Served by the servers of another zone: together with it (inside), or without glue. */
static void servers_of(struct sw_zone *z, const struct sw_zone *other)
{
	unsigned id = (unsigned)(other - sw_zones);

	add_name(z, "", DNS_NS, in_zone(other, "ns1"));
	add_name(z, "", DNS_NS, in_zone(other, "ns2"));
	serve(z, address(1, id, 1), false);
	serve(z, address(1, id, 2), false);
}

/* ---- zones ------------------------------------------------------------------------ */

static struct sg_key *new_key(unsigned alg, unsigned flags, unsigned bits)
{
	struct sg_key *k = &keys[nkeys++];

	sg_key_make(k, alg, flags, bits);
	return k;
}

static struct sw_zone *zone(const char *text, unsigned alg, unsigned bits, enum sg_denial denial)
{
	struct sw_zone *z = &sw_zones[sw_nzones++];
	uint8_t soa[22] = { 0, 0, 0, 0, 0, 1, [19] = 0, [20] = 1, [21] = 44 };

	if (sw_nzones > SW_ZONES)
		die("too many zones");
	z->text = text;
	z->apex = sw_name(text);
	z->parent = z->apex[0] ? sw_zone_of(z->apex, DNS_DS) : NULL;
	z->denial = denial;
	add(z, z->apex, DNS_SOA, 900, soa, sizeof soa);
	if (alg == 0)
		return z;
	z->key = new_key(alg, 257, bits);
	z->zsk = z->key;
	add(z, z->apex, DNS_DNSKEY, 7200, z->key->rd, z->key->rdlen);
	return z;
}

static void split_keys(struct sw_zone *z, unsigned alg)
{
	z->zsk = new_key(alg, 256, 0);
	add(z, z->apex, DNS_DNSKEY, 7200, z->zsk->rd, z->zsk->rdlen);
}

/* NS and, where ds is set, DS in the parent.  The state of what is in the zone follows. */
static void delegate(struct sw_zone *z, bool ds)
{
	struct sw_zone *p = z->parent;
	unsigned i;
	struct sg_rr rr;

	for (i = 0; i < z->n; i++)
		if (z->rr[i].type == DNS_NS && dns_name_eq(z->rr[i].owner, z->apex))
			add(p, z->apex, DNS_NS, 3600, z->rr[i].rdata, z->rr[i].rdlen);
	z->has_ds = ds;
	if (ds) {
		rr = sg_rr_ds(z->apex, z->key, 2);
		if (z->odd_ds)
			rr.rd[2] = 253;
		add(p, z->apex, DNS_DS, 3600, rr.rd, rr.rdlen);
	}
	if (p->state != DNS_SEC_SECURE)
		z->state = p->state;
	else if (!ds || z->odd_ds)
		z->state = DNS_SEC_INSECURE;
	else
		z->state = z->expired ? DNS_SEC_BOGUS : DNS_SEC_SECURE;
}

/* The same names everywhere, so that each kind of denial meets each kind of zone. */
static void fill(struct sw_zone *z, const struct sw_zone *next)
{
	static const uint8_t tlsa[35] = { 3, 1, 1, 0xab, 0xcd }, txt[] = "\004text";
	uint8_t mx[2 + DNS_NAME_MAX] = { 0, 10 };
	unsigned id = (unsigned)(z - sw_zones);

	memcpy(mx + 2, in_zone(z, "mx"), dns_name_len(in_zone(z, "mx")));
	add(z, z->apex, DNS_MX, 3600, mx, 2 + dns_name_len(mx + 2));
	add_a(z, "", 2, id, 1);
	add_a(z, "www", 2, id, 2);
	add_a(z, "www", 2, id, 3);
	add_a(z, "a.ent", 2, id, 4);
	add_a(z, "*.wild", 2, id, 5);
	add_a(z, "mx", 2, id, 6);
	add(z, in_zone(z, "y.wild"), DNS_TXT, 60, txt, sizeof txt - 1); /* closer than *.wild */
	add(z, in_zone(z, "www"), DNS_TXT, 60, txt, sizeof txt - 1);
	add(z, in_zone(z, "_25._tcp.mx"), DNS_TLSA, 600, tlsa, sizeof tlsa);
	add_name(z, "alias", DNS_CNAME, in_zone(z, "www"));
	add_name(z, "far", DNS_CNAME, in_zone(next, "www"));
	add_name(z, "gone", DNS_CNAME, in_zone(next, "no.such"));
	add_name(z, "out", DNS_CNAME, sw_name("www.un.alpha"));
	add_name(z, "*.wc", DNS_CNAME, in_zone(z, "www"));
	add_name(z, "dn", DNS_DNAME, in_zone(z, "ent"));
	add_name(z, "loop1", DNS_CNAME, in_zone(z, "loop2"));
	add_name(z, "loop2", DNS_CNAME, in_zone(z, "loop1"));
}

static void upper_zones(void)
{
	static const char *const tld[] = { "alpha", "beta", "gamma" };
	static const enum sg_denial denial[] = { SG_NSEC, SG_NSEC3, SG_NSEC3 };
	struct sw_zone *z = zone(".", 15, 0, SG_NSEC);
	unsigned i;

	own_servers(z, false, false);
	split_keys(z, 15);
	z->state = DNS_SEC_SECURE;
	for (i = 0; i < 3; i++) {
		z = zone(tld[i], i == 1 ? 13 : 15, 0, denial[i]);
		own_servers(z, false, false);
		z->opt_out = i == 2;
		delegate(z, true);
	}
}

/* name, algorithm, bits, denial, what is special */
enum { OPT_OUT = 1, EXPIRED = 2, ODD = 4, NO_DS = 8, SPLIT = 16, MANY = 32, DEAD = 64, LAME = 128,
	SALT = 256, WITH_EX = 512, GLUELESS = 1024, NOBODY = 2048 };
static const struct plan {
	const char *name;
	unsigned alg, bits;
	enum sg_denial denial;
	unsigned special;
} plans[] = {
	{ "ex.alpha", 15, 0, SG_NSEC, SPLIT },
	{ "n3.beta", 13, 0, SG_NSEC3, SALT },
	{ "oo.beta", 15, 0, SG_NSEC3, OPT_OUT },
	{ "sec.gamma", 15, 0, SG_NSEC, 0 },
	{ "n3.gamma", 15, 0, SG_NSEC3, 0 },
	{ "rsa.alpha", 8, 1024, SG_NSEC, DEAD },
	{ "p256.beta", 13, 0, SG_NSEC, LAME },
	{ "p384.alpha", 14, 0, SG_NSEC3, 0 },
	{ "many.beta", 15, 0, SG_NSEC3, MANY },
	{ "old.alpha", 15, 0, SG_NSEC, EXPIRED },
	{ "odd.alpha", 15, 0, SG_NSEC, ODD },
	{ "un.alpha", 0, 0, SG_UNSIGNED, NO_DS },
	{ "un.beta", 0, 0, SG_UNSIGNED, NO_DS | DEAD },
	{ "un.gamma", 0, 0, SG_UNSIGNED, NO_DS },
	{ "island.alpha", 15, 0, SG_NSEC, NO_DS },
	{ "far.gamma", 15, 0, SG_NSEC3, GLUELESS },
	{ "deep.ex.alpha", 15, 0, SG_NSEC, WITH_EX },
	{ "un.ex.alpha", 0, 0, SG_UNSIGNED, NO_DS | WITH_EX },
	{ "un.n3.beta", 0, 0, SG_UNSIGNED, NO_DS },
	{ "un.oo.beta", 0, 0, SG_UNSIGNED, NO_DS },
	{ "sec.oo.beta", 15, 0, SG_NSEC3, 0 },
	{ "below.un.alpha", 15, 0, SG_NSEC, 0 },
	{ "nobody1.alpha", 0, 0, SG_UNSIGNED, NO_DS | NOBODY },
	{ "nobody2.beta", 0, 0, SG_UNSIGNED, NO_DS | NOBODY },
};
enum { NPLANS = sizeof plans / sizeof plans[0], FIRST = 4, NOBODIES = 2 };

static void lower_zone(const struct plan *p)
{
	struct sw_zone *z = zone(p->name, p->alg, p->bits, p->denial);

	if (p->special & SPLIT)
		split_keys(z, p->alg);
	z->opt_out = p->special & OPT_OUT;
	z->expired = p->special & EXPIRED;
	z->odd_ds = p->special & ODD;
	z->nobody = p->special & NOBODY;
	z->iterations = p->special & MANY ? 51 : p->special & SALT ? 3 : 0;
	if (p->special & NOBODY) /* each served by a name in the other, and by none else */
		add_name(z, "", DNS_NS, sw_name(z->text[6] == '1' ? "ns.nobody2.beta" : "ns.nobody1.alpha"));
	else if (p->special & (GLUELESS | WITH_EX))
		servers_of(z, &sw_zones[FIRST]);
	else
		own_servers(z, p->special & DEAD, p->special & LAME);
	delegate(z, !(p->special & NO_DS));
}

void sw_init(void)
{
	unsigned i;

	if (sw_nzones > 0)
		return;
	upper_zones();
	for (i = 0; i < NPLANS; i++)
		lower_zone(&plans[i]);
	for (i = 0; i < NPLANS - NOBODIES; i++)
		fill(&sw_zones[FIRST + i], &sw_zones[FIRST + (i + 1) % (NPLANS - NOBODIES)]);
	add_name(&sw_zones[FIRST], "lost", DNS_CNAME, sw_name("www.nobody1.alpha"));
}

void sw_config(struct dns_config *c)
{
	struct sg_rr ds = sg_rr_ds(sw_zones[0].apex, sw_zones[0].key, 2);
	struct dns_anchor *a = &c->anchors.a[0];

	memset(c, 0, sizeof *c);
	c->anchors.n = 1;
	dns_name_copy(a->owner, ds.owner);
	a->type = DNS_DS;
	a->rdlen = ds.rdlen;
	a->from = INT64_MIN;
	a->until = INT64_MAX;
	memcpy(a->rdata, ds.rd, ds.rdlen);
	c->hints.n = 2;
	c->hints.a[0] = address(1, 0, 1);
	c->hints.a[1] = address(1, 0, 2);
}

/* ---- questions ------------------------------------------------------------------- */

static const char *const labels[] = { "", "www", "a.ent", "ent", "x.wild", "y.wild", "x.y.wild",
	"wild",	"*.wild", "nosuch", "no.such", "x.www", "alias", "far", "gone", "out", "x.wc", "wc", "a.dn",
	"b.dn", "dn", "mx", "_25._tcp.mx", "_tcp.mx", "loop1", "un", "www.un", "no.un", "lost",
	"_25._tcp.alias", "_25._tcp.x.wild" };
static const uint16_t types[] = { DNS_A, DNS_AAAA, DNS_MX, DNS_TLSA, DNS_TXT, DNS_NS, DNS_SOA, DNS_DS,
	DNS_DNSKEY, DNS_CNAME, DNS_A, DNS_TLSA };
enum { NLABELS = sizeof labels / sizeof labels[0], NTYPES = sizeof types / sizeof types[0] };

unsigned sw_questions(void)
{
	return sw_nzones * NLABELS * NTYPES;
}

void sw_question(unsigned i, const uint8_t **name, uint16_t *type)
{
	static const uint8_t *names[SW_ZONES][NLABELS];
	unsigned k = i / NTYPES % NLABELS, z = i / NTYPES / NLABELS;
	uint8_t to[DNS_NAME_MAX];

	if (names[z][k] == NULL)
		names[z][k] = in_zone(&sw_zones[z], labels[k]);
	*name = names[z][k];
	*type = types[i % NTYPES];
	if (*type == DNS_DS && (*name)[0] == 0) /* the root has no parent */
		*type = DNS_DNSKEY;
	/* a CNAME that a DNAME makes has no signature of its own: asked for by other types alone */
	if (*type == DNS_CNAME && sw_dname(sw_zone_of(*name, *type), *name, to) != NULL)
		*type = DNS_A;
}
