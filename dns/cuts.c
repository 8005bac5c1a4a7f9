/* SPDX-License-Identifier: ISC */
/*
 * dns/cuts.c: the delegations known, when iterating: which servers a zone has, by its parent's
 * referral, with glue of the parent's own bailiwick alone; the root's, by hints and priming (RFC
 * 9609); and what was wrong with each, for reasons.  Hints about whom to ask, and no more.
 */
#include "dns/resolver.h"

#include <string.h>

#include "dns/str.h"
#include "dns/wire.h"

/* ---- delegations known ------------------------------------------------------------ */

void dns_iter_init(struct dns_res *r)
{
	struct dns_cut *root = &r->cuts[0];
	unsigned i;

	r->ncuts = 1;
	root->used = 1;
	root->expires = UINT64_MAX;
	for (i = 0; i < r->cfg.hints.n; i++)
		root->addr[root->naddr++] = r->cfg.hints.a[i];
	memset(root->of, DNS_MAX_CUT_NS, sizeof root->of);
}

struct dns_cut *dns_cut_find(struct dns_res *r, const uint8_t *zone, uint64_t mono)
{
	unsigned i;

	for (i = 0; i < r->ncuts; i++)
		if (r->cuts[i].used && r->cuts[i].expires > mono && dns_name_eq(r->cuts[i].zone, zone))
			return &r->cuts[i];
	return NULL;
}

/* The deepest zone known at or above the entry's name; for DS, strictly above. */
struct dns_cut *dns_cut_deepest(struct dns_res *r, const struct dns_entry *e, uint64_t mono)
{
	unsigned n = dns_name_labels(e->name);
	struct dns_cut *c;

	if (e->type == DNS_DS && n > 0)
		n--;
	while ((c = dns_cut_find(r, dns_name_suffix(e->name, n), mono)) == NULL && n > 0)
		n--;
	c = c != NULL ? c : &r->cuts[0];
	c->looked = ++r->store.tick;
	return c;
}

static struct dns_cut *new_cut(struct dns_res *r, const uint8_t *zone, uint64_t mono)
{
	struct dns_cut *c = dns_cut_find(r, zone, 0);
	unsigned i;

	if (c == NULL && r->ncuts < DNS_MAX_CUTS)
		c = &r->cuts[r->ncuts++];
	if (c == NULL) {
		c = &r->cuts[1]; /* the root stays */
		for (i = 1; i < DNS_MAX_CUTS; i++)
			if (r->cuts[i].looked < c->looked)
				c = &r->cuts[i];
	}
	memset(c, 0, sizeof *c);
	c->used = c->looked = ++r->store.tick;
	c->expires = mono + (uint64_t)DNS_MAX_TTL * 1000;
	dns_name_copy(c->zone, zone);
	return c;
}

static unsigned ns_index(const struct dns_cut *c, const uint8_t *name)
{
	unsigned i;

	for (i = 0; i < c->nns && !dns_name_eq(c->ns[i], name); i++)
		;
	return i;
}

static bool is_ns(const struct dns_cut *c, const uint8_t *name)
{
	return ns_index(c, name) < c->nns;
}

void dns_cut_add_addr(struct dns_cut *c, const struct dns_rr *rr, uint16_t port)
{
	struct dns_addr a = { .family = rr->type == DNS_A ? 4 : 6, .port = port };
	unsigned i;

	memcpy(a.a, rr->rdata, rr->rdlen);
	for (i = 0; i < c->naddr && !dns_addr_eq(&c->addr[i], &a); i++)
		;
	if (i == DNS_MAX_CUT_ADDRS)
		return;
	c->of[i] = (uint8_t)ns_index(c, rr->owner);
	if (i < c->naddr)
		return;
	c->addr[i] = a;
	c->naddr++;
}

/* Keep what a referral says: the servers' names, and glue that lies in the zone that refers. */
void dns_cut_learn(struct dns_res *r, const struct dns_cut *from, const uint8_t *zone,
    const struct dns_addr *via, const struct dns_msg *m, uint64_t mono)
{
	uint8_t above[DNS_NAME_MAX];
	struct dns_addr by = *via;
	struct dns_cut *c, *was = dns_cut_find(r, zone, 0);
	struct dns_addr old[DNS_MAX_CUT_ADDRS];
	unsigned i, k, same = 0, nold = was != NULL ? was->naddr : 0;
	struct dns_rr rr;
	size_t pos = 0;

	dns_name_copy(above, from->zone);
	if (was != NULL)
		memcpy(old, was->addr, sizeof old);
	c = new_cut(r, zone, mono);
	c->via = by;
	c->vialabels = (uint8_t)dns_name_labels(above);
	while (dns_flat_next(m->buf, m->len, &pos, &rr)) {
		if (rr.section != DNS_AUTHORITY || rr.type != DNS_NS || !dns_name_eq(rr.owner, c->zone))
			continue;
		if (mono + (uint64_t)rr.ttl * 1000 < c->expires)
			c->expires = mono + (uint64_t)(rr.ttl ? rr.ttl : 1) * 1000;
		if (c->nns < DNS_MAX_CUT_NS)
			dns_name_copy(c->ns[c->nns++], rr.rdata);
	}
	pos = 0;
	while (dns_flat_next(m->buf, m->len, &pos, &rr))
		if (rr.section == DNS_ADDITIONAL && (rr.type == DNS_A || rr.type == DNS_AAAA) &&
		    is_ns(c, rr.owner) && dns_name_is_under(rr.owner, above))
			dns_cut_add_addr(c, &rr, 53);
	for (i = 0; i < c->naddr; i++)
		for (k = 0; k < nold; k++)
			same += dns_addr_eq(&c->addr[i], &old[k]);
	c->confirmed = nold > 0 && same == c->naddr;
}

/* ---- priming (RFC 9609) ------------------------------------------------------------- */

void dns_iter_prime(struct dns_res *r, int lookup, uint64_t mono)
{
	static const uint8_t root[1] = { 0 };
	struct dns_entry *e;

	if (mono < r->prime_at)
		return;
	e = dns_store_find(&r->store, root, DNS_NS);
	if (e != NULL && (dns_entry_is_pending(e) || mono < e->expires))
		return;
	if (e != NULL)
		dns_store_drop(e);
	e = dns_store_new(&r->store, root, DNS_NS);
	if (e == NULL)
		return;
	e->born = mono;
	e->lookup = (int16_t)lookup;
	r->prime_at = mono + DNS_PRIME_MS; /* if nothing comes of it */
}

/* The root's servers as they say themselves: asked beside the hints, which stay, so that the
   fastest of all is found and a hint that went stale is asked last.  Nothing here is proven, and
   nothing is believed for it.  The port is that of the server which answered. */
void dns_iter_primed(struct dns_res *r, const struct dns_msg *m, uint16_t port, uint64_t mono)
{
	struct dns_cut *root = &r->cuts[0];
	struct dns_rr rr;
	size_t pos = 0;

	r->prime_at = mono + (uint64_t)DNS_MAX_TTL * 1000;
	root->nns = 0;
	memset(root->of, DNS_MAX_CUT_NS, sizeof root->of);
	while (dns_flat_next(m->buf, m->len, &pos, &rr))
		if (rr.section == DNS_ANSWER && rr.type == DNS_NS && rr.owner[0] == 0 &&
		    root->nns < DNS_MAX_CUT_NS)
			dns_name_copy(root->ns[root->nns++], rr.rdata);
	pos = 0;
	while (dns_flat_next(m->buf, m->len, &pos, &rr)) /* RFC 9609 section 4.2 */
		if (rr.section == DNS_ADDITIONAL && (rr.type == DNS_A || rr.type == DNS_AAAA) &&
		    is_ns(root, rr.owner))
			dns_cut_add_addr(root, &rr, port);
}

void dns_iter_faults(const struct dns_res *r, const struct dns_entry *e, struct dns_str *t)
{
	const struct dns_cut *c = &r->cuts[e->cut];
	unsigned i, n = 0;

	if (e->cutused != c->used)
		return;
	dns_str_add(t, "; the zone is ");
	dns_str_name(t, c->zone);
	for (i = 0; i < c->naddr; i++) {
		if (c->fault[i] == NULL || n++ >= DNS_MAX_FAULTS)
			continue;
		dns_str_add(t, ", ");
		if (c->of[i] < c->nns) {
			dns_str_name(t, c->ns[c->of[i]]);
			dns_str_char(t, ' ');
		}
		dns_str_char(t, '(');
		dns_str_addr(t, &c->addr[i]);
		dns_str_add(t, "): ");
		dns_str_add(t, c->fault[i]);
	}
	if (n > DNS_MAX_FAULTS)
		dns_str_add(t, ", and others");
	for (i = 0; i < c->nns && i < DNS_MAX_FAULTS && c->naddr == 0; i++) {
		dns_str_add(t, i ? ", " : ", served by ");
		dns_str_name(t, c->ns[i]);
	}
}
