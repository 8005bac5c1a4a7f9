/* SPDX-License-Identifier: ISC */
/*
 * dns/iterate.c: finds the servers to ask when there is no resolver: from the root hints down,
 * referral by referral (RFC 1034 section 5.3.3), with the shortest name that serves (RFC 9156).
 * Referrals and glue are only hints about whom to ask: whatever they lead to is proven by
 * prove.c or not believed.  Their number, depth and fan-out are bounded (NXNSAttack).
 */
#include "dns/resolver.h"

#include <string.h>

#include "dns/wire.h"

/* ---- delegations known ------------------------------------------------------------ */

void dns_iter_init(struct dns_res *r)
{
	struct dns_cut *root = &r->cuts[0];
	unsigned i;

	r->ncuts = 1;
	root->used = 1;
	root->expires = UINT64_MAX;
	for (i = 0; i < r->cfg.hints.n && i < DNS_MAX_CUT_ADDRS; i++)
		root->addr[root->naddr++] = r->cfg.hints.a[i];
}

static struct dns_cut *find_cut(struct dns_res *r, const uint8_t *zone, uint64_t mono)
{
	unsigned i;

	for (i = 0; i < r->ncuts; i++)
		if (r->cuts[i].used && r->cuts[i].expires > mono && dns_name_eq(r->cuts[i].zone, zone))
			return &r->cuts[i];
	return NULL;
}

/* The deepest zone known at or above the entry's name; for DS, strictly above. */
static struct dns_cut *deepest(struct dns_res *r, const struct dns_entry *e, uint64_t mono)
{
	unsigned n = dns_name_labels(e->name);
	struct dns_cut *c;

	if (e->type == DNS_DS && n > 0)
		n--;
	while ((c = find_cut(r, dns_name_suffix(e->name, n), mono)) == NULL && n > 0)
		n--;
	return c != NULL ? c : &r->cuts[0];
}

static struct dns_cut *new_cut(struct dns_res *r, const uint8_t *zone, uint64_t mono)
{
	struct dns_cut *c = find_cut(r, zone, 0);
	unsigned i;

	if (c == NULL && r->ncuts < DNS_MAX_CUTS)
		c = &r->cuts[r->ncuts++];
	if (c == NULL) {
		c = &r->cuts[1]; /* the root stays */
		for (i = 1; i < DNS_MAX_CUTS; i++)
			if (r->cuts[i].used < c->used)
				c = &r->cuts[i];
	}
	memset(c, 0, sizeof *c);
	c->used = ++r->store.tick;
	c->expires = mono + (uint64_t)DNS_MAX_TTL * 1000;
	dns_name_copy(c->zone, zone);
	return c;
}

static void add_addr(struct dns_cut *c, const struct dns_rr *rr)
{
	struct dns_addr a = { .family = rr->type == DNS_A ? 4 : 6, .port = 53 };
	unsigned i;

	if (c->naddr == DNS_MAX_CUT_ADDRS)
		return;
	memcpy(a.a, rr->rdata, rr->rdlen);
	for (i = 0; i < c->naddr; i++)
		if (dns_addr_eq(&c->addr[i], &a))
			return;
	c->addr[c->naddr++] = a;
}

static bool is_ns(const struct dns_cut *c, const uint8_t *name)
{
	unsigned i;

	for (i = 0; i < c->nns; i++)
		if (dns_name_eq(c->ns[i], name))
			return true;
	return false;
}

/* Keep what a referral says: the servers' names, and glue that lies in the zone that refers. */
static void learn(struct dns_res *r, const struct dns_cut *from, const uint8_t *zone,
    const struct dns_msg *m, uint64_t mono)
{
	uint8_t above[DNS_NAME_MAX];
	struct dns_cut *c;
	struct dns_rr rr;
	size_t pos = 0;

	dns_name_copy(above, from->zone);
	c = new_cut(r, zone, mono);
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
			add_addr(c, &rr);
}

/* ---- whom to ask ------------------------------------------------------------------ */

static bool family_ok(const struct dns_res *r, const struct dns_addr *a)
{
	bool any = !r->cfg.use4 && !r->cfg.use6;

	return a->family == 4 ? any || r->cfg.use4 : (any || r->cfg.use6) && !r->no6;
}

/* An address not tried for this entry in this pass: the fastest known, then IPv4, then IPv6. */
static int pick(const struct dns_res *r, const struct dns_cut *c, const struct dns_entry *e)
{
	unsigned i, cost, best_cost = UINT32_MAX;
	int best = -1;

	for (i = 0; i < c->naddr; i++) {
		if ((e->tried & UINT32_C(1) << i) || !family_ok(r, &c->addr[i]))
			continue;
		cost = c->rtt[i] ? c->rtt[i] : c->addr[i].family == 4 ? 300 : 350;
		if (cost < best_cost) {
			best_cost = cost;
			best = (int)i;
		}
	}
	return best;
}

bool dns_iter_has_other(const struct dns_res *r, const struct dns_entry *e)
{
	const struct dns_cut *c = &r->cuts[e->cut];

	return e->cutused == c->used && pick(r, c, e) >= 0;
}

/* Addresses of a server name that another entry fetched. */
static void take_addrs(struct dns_res *r, struct dns_cut *c, const struct dns_entry *a)
{
	struct dns_rr rr;
	size_t pos = 0;

	while (dns_flat_next(r->store.data + a->off, a->len, &pos, &rr))
		if (rr.section == DNS_ANSWER && rr.type == a->type && dns_name_eq(rr.owner, a->name))
			add_addr(c, &rr);
}

/* The servers' addresses are not known: ask for those of a few names.  True: something is under
   way.  A name inside the zone itself cannot be found without glue. */
static bool ask_addrs(struct dns_res *r, struct dns_cut *c, const struct dns_entry *e,
    uint64_t mono)
{
	static const uint16_t types[] = { DNS_A, DNS_AAAA };
	bool busy = false;
	unsigned i, k, asked = 0;

	for (i = 0; i < c->nns && asked < DNS_MAX_NS_ASKED; i++) {
		if (dns_name_is_under(c->ns[i], c->zone))
			continue;
		asked++;
		for (k = 0; k < 2; k++) {
			struct dns_entry *a = dns_store_find(&r->store, c->ns[i], types[k]);

			if (a != NULL && a->state == DNS_E_MSG)
				take_addrs(r, c, a);
			else if (a != NULL && a->state != DNS_E_FAILED) {
				busy = busy || a != e;
				if (a->lookup < 0)
					a->lookup = e->lookup;
			} else if (a == NULL && e->depth < DNS_MAX_NS_DEPTH &&
			    (k == 0 || (!r->no6 && (r->cfg.use6 || !r->cfg.use4)))) {
				a = dns_store_new(&r->store, c->ns[i], types[k]);
				if (a == NULL)
					continue;
				a->depth = (uint8_t)(e->depth + 1);
				a->lookup = e->lookup;
				a->born = mono;
				busy = r->again = true;
			}
		}
	}
	return busy;
}

/* Is another entry asking this zone's servers about the next label already?  Its referral will
   serve this one too. */
static bool being_asked(const struct dns_res *r, const struct dns_entry *e, const uint8_t *name)
{
	unsigned i;

	for (i = 0; i < r->store.n; i++) {
		const struct dns_entry *o = &r->store.e[i];

		if (o != e && o->state == DNS_E_ASKING && o->cut == e->cut &&
		    o->asklabels == dns_name_labels(name) && o->type != DNS_DS &&
		    dns_name_eq(dns_name_suffix(o->name, o->asklabels), name))
			return true;
	}
	return false;
}

/* What to ask the servers of c for: one label more than the zone has, or what an earlier answer
   showed to be needed (RFC 9156 section 2.3), or the whole. */
static void choose_name(const struct dns_res *r, const struct dns_cut *c, struct dns_entry *e)
{
	unsigned total = dns_name_labels(e->name), n = dns_name_labels(c->zone) + 1;

	if (n < e->minlabels)
		n = e->minlabels;
	if (n >= total || r->cfg.no_minimise || e->minlabels > DNS_MAX_MINIMISE)
		n = total;
	e->asklabels = (uint8_t)n;
	e->asktype = n == total ? e->type : DNS_A;
}

enum dns_iter_next dns_iter_next(struct dns_res *r, struct dns_entry *e, struct dns_addr *to,
    uint64_t mono)
{
	struct dns_cut *c = deepest(r, e, mono);
	int i;

	if (e->cut != c - r->cuts || e->cutused != c->used) {
		e->cut = (uint16_t)(c - r->cuts);
		e->cutused = c->used;
		e->tried = 0;
		e->tries = 0;
	}
	choose_name(r, c, e);
	if (e->type != DNS_DS && e->asklabels > dns_name_labels(c->zone) &&
	    being_asked(r, e, dns_name_suffix(e->name, e->asklabels)))
		return DNS_ITER_WAIT;
	i = pick(r, c, e);
	if (i < 0 && e->tried == 0 && ask_addrs(r, c, e, mono))
		return DNS_ITER_WAIT;
	if (i < 0)
		i = pick(r, c, e);
	if (i < 0 && e->tried != 0 && e->tries < 2) { /* once more, slower */
		e->tries = 2;
		e->tried = 0;
		i = pick(r, c, e);
	}
	if (i < 0) {
		if (e->fault[0] == NULL)
			e->fault[0] = "no address of its zone's name servers could be found";
		if (c->naddr == 0 && c->expires > mono + DNS_FAILED_MS && c != &r->cuts[0])
			c->expires = mono + DNS_FAILED_MS; /* the next look-up asks the parent again */
		return DNS_ITER_FAILED;
	}
	e->addr = (uint8_t)i;
	e->tried |= UINT32_C(1) << i;
	e->sent = mono;
	*to = c->addr[i];
	return DNS_ITER_ASK;
}

void dns_iter_no_reply(struct dns_res *r, struct dns_entry *e, const char *why)
{
	struct dns_cut *c = &r->cuts[e->cut];

	if (e->addr < c->naddr && e->cutused == c->used) {
		c->rtt[e->addr] = 5000;
		if (c->addr[e->addr].family == 6 && strstr(why, "unreachable") != NULL)
			r->no6 = true; /* no IPv6 here: wait for none of it */
	}
	e->fault[0] = why;
	e->state = DNS_E_QUEUED;
}

/* ---- what came back ----------------------------------------------------------------- */

/* The zone that m refers to: below `zone`, at or above what was asked for; NULL: none. */
static const uint8_t *referral(const struct dns_msg *m, const uint8_t *zone, const uint8_t *asked)
{
	const uint8_t *to = NULL;
	struct dns_rr rr;
	size_t pos = 0;

	while (dns_flat_next(m->buf, m->len, &pos, &rr)) {
		if (rr.section == DNS_ANSWER || (rr.section == DNS_AUTHORITY && rr.type == DNS_SOA))
			return NULL;
		if (rr.section == DNS_AUTHORITY && rr.type == DNS_NS && to == NULL &&
		    dns_name_is_under(rr.owner, zone) && !dns_name_eq(rr.owner, zone) &&
		    dns_name_is_under(asked, rr.owner))
			to = rr.owner;
	}
	return to;
}

/* Keep only what the zone's servers may speak of. */
static void strip_foreign(struct dns_msg *m, const uint8_t *zone)
{
	struct dns_rr rr;
	size_t pos = 0, len = 0;

	while (dns_flat_next(m->buf, m->len, &pos, &rr))
		if (rr.section != DNS_ADDITIONAL && dns_name_is_under(rr.owner, zone)) {
			size_t n = dns_name_len(rr.owner) + 11 + rr.rdlen, at = pos - n;

			memmove(m->buf + len, m->buf + at, n);
			len += n;
		}
	m->len = len;
}

bool dns_iter_take(struct dns_res *r, struct dns_entry *e, struct dns_msg *m, uint64_t mono)
{
	struct dns_cut *c = &r->cuts[e->cut];
	const uint8_t *asked = dns_name_suffix(e->name, e->asklabels), *to;
	bool whole = e->asklabels == dns_name_labels(e->name);

	e->state = DNS_E_QUEUED;
	if (e->cutused != c->used) /* the delegation was forgotten meanwhile: begin again */
		return false;
	if (m->rcode != DNS_NOERROR && m->rcode != DNS_NXDOMAIN && m->rcode != DNS_YXDOMAIN) {
		e->fault[0] = "only errors from its zone's name servers (SERVFAIL, REFUSED or the like)";
		c->rtt[e->addr] = 4000;
		if (!whole) /* RFC 9156 section 3: servers that choke on short names */
			e->minlabels = DNS_MAX_MINIMISE + 1;
		return false;
	}
	c->rtt[e->addr] = (unsigned)(mono - e->sent) + 1;
	to = referral(m, c->zone, asked);
	if (to != NULL && m->rcode == DNS_NOERROR && !(e->type == DNS_DS && dns_name_eq(to, e->name))) {
		if (++e->referrals > DNS_MAX_REFERRALS) {
			e->fault[0] = "more referrals than the limit";
			dns_x_give_up(e, mono);
			return false;
		}
		if (find_cut(r, to, mono) == NULL) /* what is known of its servers stays */
			learn(r, c, to, m, mono);
		e->minlabels = 0;
		return false;
	}
	if (!(m->flags & DNS_F_AA) && to == NULL) {
		e->fault[0] = "its zone's name servers do not serve it (lame delegation)";
		c->rtt[e->addr] = 4500;
		return false;
	}
	if (!whole) { /* no cut there: a longer name; after NXDOMAIN the whole, as a check */
		e->minlabels = m->rcode == DNS_NXDOMAIN ? DNS_MAX_MINIMISE + 1u : e->asklabels + 1u;
		e->tried = 0;
		e->tries = 0;
		return false;
	}
	strip_foreign(m, c->zone);
	return true;
}
