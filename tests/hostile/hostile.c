/* SPDX-License-Identifier: ISC */
/*
 * tests/hostile/hostile.c: takes good runs of each kind of answer apart.  Every octet of every
 * message changed in turn, every record removed in turn, every pair of messages swapped: whatever
 * comes of it is compared with what is true.  Forwarded and iterated; NSEC and NSEC3.
 *
 *	hostile [KIND...]	(kinds whose names begin so)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns/wire.h"
#include "tests/sim/reuse.h"
#include "tests/sim/world.h"

enum { MESSAGES = 64, NOBODY = -1 };

static const struct kind {
	const char *text, *name;
	uint16_t type;
	enum dns_sec state;
} kinds[] = {
	{ "positive", "www.%s", DNS_A, DNS_SEC_SECURE },
	{ "nxdomain", "nosuch.%s", DNS_A, DNS_SEC_SECURE },
	{ "nodata", "www.%s", DNS_TLSA, DNS_SEC_SECURE },
	{ "ent-nodata", "ent.%s", DNS_A, DNS_SEC_SECURE },
	{ "wildcard", "x.wild.%s", DNS_A, DNS_SEC_SECURE },
	{ "wildcard-nodata", "x.wild.%s", DNS_TLSA, DNS_SEC_SECURE },
	{ "alias", "alias.%s", DNS_A, DNS_SEC_SECURE },
	{ "alias-nxdomain", "gone.%s", DNS_A, DNS_SEC_SECURE },
	{ "dname", "a.dn.%s", DNS_A, DNS_SEC_SECURE },
};
static const struct kind others[] = {
	{ "insecure-nsec", "www.un.ex.alpha", DNS_A, DNS_SEC_INSECURE },
	{ "insecure-nsec3", "www.un.n3.beta", DNS_A, DNS_SEC_INSECURE },
	{ "insecure-opt-out", "www.un.gamma", DNS_A, DNS_SEC_INSECURE },
	{ "opt-out-nxdomain", "nosuch.oo.beta", DNS_A, DNS_SEC_INSECURE },
	{ "opt-out-wildcard", "x.wild.oo.beta", DNS_A, DNS_SEC_INSECURE },
	{ "unsupported", "www.odd.alpha", DNS_A, DNS_SEC_INSECURE },
};

/* A message of the good run. */
struct said {
	struct dns_addr by;
	const struct sw_msg *m;
	size_t len;
	uint8_t wire[4096];
};

static struct said said[MESSAGES];
static unsigned nsaid;
static struct dns_config cfg;
static struct dns_res *res;
static const uint8_t *qname;
static uint16_t qtype;
static bool recording;

/* what is changed */
static int changed, swapped;     /* numbers of messages, or NOBODY */
static size_t octet;
static uint8_t flip;
static int removed;
static bool whole;               /* swap whole messages, question and all */

static unsigned long changes, states[5], wrong;

/* All servers of a zone say the same, so that no good one makes up for a bad one. */
static bool same_servers(const struct dns_addr *a, const struct dns_addr *b)
{
	const struct sw_server *x = sw_server_at(a), *y = sw_server_at(b);

	return cfg.nservers || (x != NULL && y != NULL && x->n > 0 && y->n > 0 &&
	    x->zone[0] == y->zone[0]);
}

static struct said *find(const struct dns_addr *by, const uint8_t *name, uint16_t type)
{
	unsigned i;

	for (i = 0; i < nsaid; i++)
		if (said[i].m->qtype == type && dns_name_eq(said[i].m->qname, name) &&
		    same_servers(&said[i].by, by))
			return &said[i];
	return NULL;
}

static const struct sw_msg *honest(const struct dns_addr *to, const uint8_t *name, uint16_t type)
{
	const struct sw_server *s;

	if (cfg.nservers)
		return sw_recursive(name, type);
	s = sw_server_at(to);
	return s == NULL || s->dead ? NULL : sw_authoritative(s, name, type);
}

static uint16_t flags_of(const struct sw_msg *m)
{
	return (uint16_t)(cfg.nservers ? 0x8180 : m->aa ? 0x8400 : 0x8000);
}

static void record(const struct dns_addr *by, const struct sw_msg *m)
{
	struct said *s = &said[nsaid];

	if (!recording || nsaid == MESSAGES || find(by, m->qname, m->qtype) != NULL)
		return;
	s->by = *by;
	s->m = m;
	s->len = sw_wire(m, 0, flags_of(m), s->wire);
	nsaid++;
}

/* The message as changed, with the id asked for. */
static size_t spoiled(const struct said *s, uint16_t id, uint8_t *wire)
{
	static struct sw_msg m;
	int i = (int)(s - said);
	size_t len = s->len;

	if ((i == changed && swapped != NOBODY) || i == swapped) {
		const struct said *o = &said[i == changed ? swapped : changed];

		memcpy(&m, o->m, offsetof(struct sw_msg, rr) + o->m->n * sizeof m.rr[0]);
		if (!whole) {
			memcpy(m.qname, s->m->qname, sizeof m.qname);
			m.qtype = s->m->qtype;
		}
		return sw_wire(&m, id, flags_of(&m), wire);
	}
	if (i == changed && removed >= 0) {
		memcpy(&m, s->m, offsetof(struct sw_msg, rr) + s->m->n * sizeof m.rr[0]);
		memmove(&m.rr[removed], &m.rr[removed + 1], (--m.n - (unsigned)removed) * sizeof m.rr[0]);
		return sw_wire(&m, id, flags_of(&m), wire);
	}
	memcpy(wire, s->wire, len);
	dns_put16(wire, id);
	if (i == changed)
		wire[octet] ^= flip;
	return len;
}

static void reply(unsigned slot)
{
	static uint8_t wire[SW_WIRE];
	const struct dns_xchg *x = dns_res_xchg(res, slot);
	struct dns_addr from = x->to;
	const uint8_t *name = x->out + 12;
	uint16_t type = dns_get16(name + dns_name_len(name)), id = dns_get16(x->out);
	const struct sw_msg *m;
	const struct said *s = recording ? NULL : find(&from, name, type);
	size_t len;

	if (s != NULL) {
		len = spoiled(s, id, wire);
	} else if ((m = honest(&from, name, type)) != NULL) {
		record(&from, m);
		len = sw_wire(m, id, flags_of(m), wire);
	} else {
		return;
	}
	dns_res_feed(res, slot, &from, wire, len, SG_NOW, 0);
}

/* One look-up by a fresh resolver. */
static const struct dns_result *look_up(void)
{
	uint64_t mono = 0;
	unsigned slot, turns;
	int lk;

	sw_reuse(res, &cfg);
	lk = dns_res_lookup(res, qname, qtype, SG_NOW, mono);
	for (turns = 0; dns_res_result(res, lk) == NULL && turns < 3000; turns++) {
		bool any = false;

		for (slot = 0; slot < DNS_MAX_XCHG; slot++)
			if (dns_res_xchg(res, slot)->state == DNS_X_START) {
				dns_res_sent(res, slot, (uint16_t)(turns * 64 + slot), mono);
				any = true;
				reply(slot);
			}
		if (any)
			continue;
		mono = dns_res_deadline(res); /* nothing more comes */
		dns_res_expire(res, SG_NOW, mono);
	}
	return dns_res_result(res, lk);
}

static void attempt(const char *kind)
{
	const struct dns_result *r = look_up();
	const char *bad = r == NULL ? "no end" : sw_check_sound(r);

	changes++;
	if (r != NULL)
		states[r->state]++;
	if (bad == NULL || wrong++ > 5)
		return;
	printf("not ok hostile %s: %s: message %d, octet %u ^ %02x, record %d removed, swapped with %d\n",
	    kind, bad, changed, (unsigned)octet, flip, removed, swapped);
}

static void all_octets(const char *kind)
{
	static const uint8_t flips[] = { 0x01, 0x20, 0x80, 0xff };
	unsigned k;

	for (changed = 0; changed < (int)nsaid; changed++)
		for (octet = 0; octet < said[changed].len; octet++)
			for (k = 0; k < sizeof flips; k++) {
				flip = flips[k];
				attempt(kind);
			}
	octet = flip = 0;
}

static void all_records(const char *kind)
{
	for (changed = 0; changed < (int)nsaid; changed++)
		for (removed = 0; removed < (int)said[changed].m->n; removed++)
			attempt(kind);
	removed = -1;
}

static void all_pairs(const char *kind)
{
	for (changed = 0; changed < (int)nsaid; changed++)
		for (swapped = changed + 1; swapped < (int)nsaid; swapped++) {
			whole = false;
			attempt(kind);
			whole = true;
			attempt(kind);
		}
}

/* The good run, then all that can be done to it.  False: something was wrong. */
static bool kind_run(const char *kind, const char *name, uint16_t type, enum dns_sec want)
{
	const struct dns_result *r;
	struct sw_truth t;
	unsigned i;
	unsigned long octets = 0;

	qname = sw_name(name);
	qtype = type;
	sw_truth(qname, qtype, &t);
	nsaid = 0;
	changed = swapped = removed = -1;
	changes = wrong = 0;
	memset(states, 0, sizeof states);
	recording = true;
	r = look_up();
	recording = false;
	if (r == NULL || r->state != want || sw_check_exact(r, &t) != NULL) {
		printf("not ok hostile %s: the good run is %s: %s\n", kind,
		    r ? dns_sec_str(r->state) : "without an end", r ? r->reason : "");
		return false;
	}
	for (i = 0; i < nsaid; i++)
		octets += said[i].len;
	all_octets(kind);
	all_records(kind);
	all_pairs(kind);
	printf("%-34s %3u %6lu %8lu %8lu %8lu %8lu %8lu %6lu\n", kind, nsaid, octets, changes,
	    states[DNS_SEC_SECURE], states[DNS_SEC_INSECURE], states[DNS_SEC_BOGUS],
	    states[DNS_SEC_INDETERMINATE], wrong);
	printf("%sok hostile %s: %lu changes\n", wrong ? "not " : "", kind, changes);
	fflush(stdout);
	return wrong == 0;
}

static bool is_wanted(const char *kind, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strncmp(kind, argv[i], strlen(argv[i])))
			return true;
	return argc == 1;
}

static void configure(bool forward)
{
	sw_config(&cfg);
	cfg.nservers = forward;
	cfg.servers[0].family = 4;
	cfg.servers[0].a[0] = 127;
	cfg.servers[0].port = 53;
}

int main(int argc, char **argv)
{
	static const struct { const char *zone, *text; } zones[] = {
		{ "ex.alpha", "nsec" }, { "n3.gamma", "nsec3" }
	};
	char name[128], kind[128];
	unsigned i, z, f;
	bool ok = true;

	sw_init();
	res = calloc(1, dns_res_size());
	if (res == NULL)
		return 2;
	printf("%-34s %3s %6s %8s %8s %8s %8s %8s %6s\n", "kind", "msg", "octets", "changes", "secure",
	    "insecure", "bogus", "indet.", "wrong");
	for (f = 0; f < 2; f++) {
		configure(f == 0);
		for (z = 0; z < 2; z++)
			for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
				snprintf(name, sizeof name, kinds[i].name, zones[z].zone);
				snprintf(kind, sizeof kind, "%s-%s-%s", kinds[i].text, zones[z].text,
				    f ? "iterated" : "forwarded");
				if (is_wanted(kind, argc, argv))
					ok &= kind_run(kind, name, kinds[i].type, kinds[i].state);
			}
		for (i = 0; i < sizeof others / sizeof others[0]; i++) {
			snprintf(kind, sizeof kind, "%s-%s", others[i].text, f ? "iterated" : "forwarded");
			if (is_wanted(kind, argc, argv))
				ok &= kind_run(kind, others[i].name, others[i].type, others[i].state);
		}
	}
	free(res);
	return !ok;
}
