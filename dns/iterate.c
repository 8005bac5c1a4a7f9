/* SPDX-License-Identifier: ISC */
/*
 * dns/iterate.c: finds the servers to ask when there is no resolver: from the root hints down,
 * referral by referral (RFC 1034 section 5.3.3), with the shortest name that serves (RFC 9156).
 * Referrals and glue are only hints about whom to ask: whatever they lead to is proven by
 * prove.c or not believed.  What is known of zones is in cuts.c.  Their number, depth and fan-out
 * are bounded (NXNSAttack).
 */
#include "dns/resolver.h"

#include <string.h>

#include "dns/wire.h"

enum {
	UNKNOWN4 = 300, UNKNOWN6 = 350, /* cost of a server never asked: IPv4 first */
	FAULT_MS = 400, WORST_MS = 5000, LAME_MS = 4500, ERROR_MS = 4000,
	ALL_LABELS = 255,               /* e->minlabels: no more shortened questions */
	NO_ROUTE_MS = 60000             /* an address family that is not there is tried again */
};

/* ---- whom to ask ------------------------------------------------------------------ */

static bool family_ok(const struct dns_res *r, unsigned family, uint64_t mono)
{
	bool any = !r->cfg.use4 && !r->cfg.use6;

	return (any || (family == 4 ? r->cfg.use4 : r->cfg.use6)) &&
	    mono >= r->no_route[family == 6];
}

/* Nothing can be sent over this family from here: wait for none of it.  One of the two stays. */
static void no_route(struct dns_res *r, unsigned family, uint64_t mono)
{
	r->no_route[family == 6] = mono + NO_ROUTE_MS;
	r->no_route[family != 6] = 0;
}

/* An address not tried for this entry in this pass: the fastest known, then IPv4, then IPv6. */
static int pick(const struct dns_res *r, const struct dns_cut *c, const struct dns_entry *e,
    uint64_t mono)
{
	unsigned i, cost, best_cost = UINT32_MAX;
	int best = -1;

	for (i = 0; i < c->naddr; i++) {
		if ((e->tried & UINT32_C(1) << i) || !family_ok(r, c->addr[i].family, mono))
			continue;
		cost = c->rtt[i] ? c->rtt[i] : c->addr[i].family == 4 ? UNKNOWN4 : UNKNOWN6;
		if (cost < best_cost) {
			best_cost = cost;
			best = (int)i;
		}
	}
	return best;
}

/* What the others are held against wears off as servers are picked, so that a lost packet does
   not banish the best one for the life of the process. */
static void forgive(struct dns_cut *c, unsigned but)
{
	unsigned i;

	for (i = 0; i < c->naddr; i++)
		if (i != but)
			c->rtt[i] -= c->rtt[i] / 32;
}

/* The server asked last failed: the more often, the later it is asked again. */
static void blame(struct dns_cut *c, unsigned i, unsigned at_least, const char *why)
{
	unsigned ms = 2 * c->rtt[i] + FAULT_MS;

	c->rtt[i] = ms < at_least ? at_least : ms < WORST_MS ? ms : WORST_MS;
	c->fault[i] = why;
}

static void praise(struct dns_cut *c, unsigned i, unsigned ms)
{
	c->rtt[i] = c->rtt[i] ? (c->rtt[i] + ms) / 2 + 1 : ms + 1;
	c->fault[i] = NULL;
}

/* The zone that referred to c, if it has a server besides the one which did; *by is that one. */
static struct dns_cut *referrer(struct dns_res *r, const struct dns_cut *c, unsigned *by,
    uint64_t mono)
{
	struct dns_cut *p = c == &r->cuts[0] ? NULL :
	    dns_cut_find(r, dns_name_suffix(c->zone, c->vialabels), mono);
	unsigned i;
	bool other = false;

	for (i = 0, *by = 0; p != NULL && i < p->naddr; i++)
		if (dns_addr_eq(&p->addr[i], &c->via))
			*by = i;
		else
			other = other || family_ok(r, p->addr[i].family, mono);
	return other ? p : NULL;
}

/* All servers of c are of no use: perhaps it was the referral that lied.  True: c is forgotten, and
   another server of the zone above is to be asked. */
static bool regret(struct dns_res *r, struct dns_entry *e, struct dns_cut *c, uint64_t mono)
{
	unsigned by;
	struct dns_cut *p = referrer(r, c, &by, mono);

	if (p == NULL || c->confirmed || e->regrets >= DNS_MAX_REGRETS)
		return false;
	blame(p, by, WORST_MS, "its referral led to no server that is of use");
	e->regrets++;
	c->expires = mono ? mono : 1;
	c->used = ++r->store.tick;
	return true;
}

bool dns_iter_has_other(struct dns_res *r, const struct dns_entry *e, uint64_t mono)
{
	const struct dns_cut *c = &r->cuts[e->cut];
	unsigned by;

	return e->cutused != c->used || pick(r, c, e, mono) >= 0 ||
	    (!c->confirmed && e->regrets < DNS_MAX_REGRETS && referrer(r, c, &by, mono) != NULL);
}

/* Addresses of a server name that another entry fetched. */
static void take_addrs(struct dns_res *r, struct dns_cut *c, const struct dns_entry *a)
{
	struct dns_rr rr;
	size_t pos = 0;

	while (dns_flat_next(r->store.data + a->off, a->len, &pos, &rr))
		if (rr.section == DNS_ANSWER && rr.type == a->type && dns_name_eq(rr.owner, a->name))
			dns_cut_add_addr(c, &rr, 53);
}

/* An entry for a server's address.  NULL: too deep, too many (NXNSAttack), or no place. */
static struct dns_entry *fetch_addr(struct dns_res *r, const struct dns_entry *e,
    const uint8_t *name, uint16_t type, uint64_t mono)
{
	struct dns_lookup *lk = e->lookup >= 0 ? &r->lk[e->lookup] : NULL;
	struct dns_entry *a;

	if (e->depth >= DNS_MAX_NS_DEPTH || (lk != NULL && lk->fetches >= DNS_MAX_NS_FETCHES))
		return NULL;
	a = dns_store_new(&r->store, name, type);
	if (a == NULL)
		return NULL;
	if (lk != NULL)
		lk->fetches++;
	a->depth = (uint8_t)(e->depth + 1);
	a->lookup = e->lookup;
	a->born = mono;
	return a;
}

/* What was found of the address, when it was last asked for, has had its time.  What came since e
   began serves e, whatever its TTL. */
static bool is_over(const struct dns_entry *a, const struct dns_entry *e, uint64_t mono)
{
	return !dns_entry_is_pending(a) && mono >= a->expires && a->fetched < e->born;
}

/* No address is left to ask: look up those of a few names, then, if these come to nothing, of a
   few more.  True: something is under way.  A name inside the zone itself cannot be found
   without glue. */
static bool ask_addrs(struct dns_res *r, struct dns_cut *c, const struct dns_entry *e,
    uint64_t mono)
{
	static const uint16_t types[] = { DNS_A, DNS_AAAA };
	bool busy = false;
	unsigned i, k, asked = 0, total = 0;

	for (i = 0; i < c->nns && asked < DNS_MAX_NS_ASKED && total < DNS_MAX_NS_TOTAL; i++) {
		bool pending = false;

		if (dns_name_is_under(c->ns[i], c->zone))
			continue;
		total++;
		for (k = 0; k < 2; k++) {
			struct dns_entry *a;

			if (!family_ok(r, k == 0 ? 4 : 6, mono))
				continue;
			a = dns_store_find(&r->store, c->ns[i], types[k]);
			if (a != NULL && is_over(a, e, mono)) {
				dns_store_drop(a);
				a = NULL;
			}
			if (a == NULL) {
				a = fetch_addr(r, e, c->ns[i], types[k], mono);
				r->again = r->again || a != NULL;
			}
			if (a == NULL || a->state == DNS_E_FAILED)
				continue;
			if (a->state == DNS_E_MSG) {
				take_addrs(r, c, a);
				continue;
			}
			pending = pending || a != e;
			if (a->lookup < 0)
				a->lookup = e->lookup;
		}
		asked += pending;
		busy = busy || pending;
	}
	return busy;
}

/* Has another entry just asked this zone's servers about the next label?  Its referral will serve
   this one too.  Only the first server is waited for: the next may be as silent. */
static bool being_asked(const struct dns_res *r, const struct dns_entry *e, const uint8_t *name)
{
	unsigned i;

	for (i = 0; i < r->store.n; i++) {
		const struct dns_entry *o = &r->store.e[i];

		if (o != e && o->state == DNS_E_ASKING && o->cut == e->cut && !o->anew && o->tries == 0 &&
		    (o->tried & (o->tried - 1)) == 0 &&
		    o->asklabels == dns_name_labels(name) && o->type != DNS_DS &&
		    dns_name_eq(dns_name_suffix(o->name, o->asklabels), name))
			return true;
	}
	return false;
}

/* What to ask the servers of c for: a label or more below the zone, or below what an earlier
   answer showed to be no cut, or the whole (RFC 9156 section 2.3). */
static void choose_name(const struct dns_res *r, const struct dns_cut *c, struct dns_entry *e)
{
	unsigned total = dns_name_labels(e->name), n = dns_name_labels(c->zone), step = 1;

	if (n < e->minlabels)
		n = e->minlabels;
	if (n >= total || r->cfg.no_minimise || e->minimised >= DNS_MAX_MINIMISE) {
		n = total;
	} else {
		if (e->minimised >= DNS_ONE_LABEL)
			step = (total - n) / (DNS_MAX_MINIMISE - e->minimised);
		n += step ? step : 1;
		/* RFC 9156 section 2.3: no cut is to be expected at _labels */
		while (n < total && dns_name_suffix(e->name, n)[1] == '_')
			n++;
	}
	e->asklabels = (uint8_t)n;
	e->asktype = n == total ? e->type : DNS_A;
}

/* The deepest zone known for the entry; a new one is begun with. */
static struct dns_cut *stand(struct dns_res *r, struct dns_entry *e, uint64_t mono)
{
	struct dns_cut *c = dns_cut_deepest(r, e, mono);

	if (e->cut != c - r->cuts || e->cutused != c->used) {
		e->cut = (uint16_t)(c - r->cuts);
		e->cutused = c->used;
		e->tried = 0;
		e->tries = 0;
	}
	choose_name(r, c, e);
	return c;
}

/* All were asked: once more, slower, then over TCP, for datagrams may not get through (RFC 7766
   section 5).  Some drop what is not asked for the usual way: no more shortened questions. */
static int once_more(struct dns_res *r, const struct dns_cut *c, struct dns_entry *e, uint64_t mono)
{
	int i = pick(r, c, e, mono);

	if (i >= 0 || e->tried == 0 || e->tries >= DNS_TCP_PASS)
		return i;
	e->tries = (uint8_t)(e->tries + 2);
	e->tried = 0;
	e->minlabels = ALL_LABELS;
	choose_name(r, c, e);
	return pick(r, c, e, mono);
}

static enum dns_iter_next ask_server(struct dns_cut *c, struct dns_entry *e, unsigned i,
    struct dns_addr *to, uint64_t mono)
{
	e->addr = (uint8_t)i;
	e->tried |= UINT32_C(1) << i;
	e->minimised = (uint8_t)(e->minimised + (e->asklabels < dns_name_labels(e->name)));
	e->tcp = e->tcp || e->tries >= DNS_TCP_PASS;
	forgive(c, i);
	e->sent = mono;
	*to = c->addr[i];
	return DNS_ITER_ASK;
}

enum dns_iter_next dns_iter_next(struct dns_res *r, struct dns_entry *e, struct dns_addr *to,
    uint64_t mono)
{
	struct dns_cut *c;
	int i;

	for (;;) { /* anew for each regret: DNS_MAX_REGRETS times */
		c = stand(r, e, mono);
		if (e->type != DNS_DS && e->asklabels > dns_name_labels(c->zone) &&
		    being_asked(r, e, dns_name_suffix(e->name, e->asklabels)))
			return DNS_ITER_WAIT;
		i = pick(r, c, e, mono);
		if (i < 0 && e->anew && regret(r, e, c, mono))
			continue;
		if (i < 0 && e->tries < 2 && c != &r->cuts[0] && ask_addrs(r, c, e, mono))
			return DNS_ITER_WAIT;
		if (i < 0)
			i = once_more(r, c, e, mono);
		if (i >= 0)
			return ask_server(c, e, (unsigned)i, to, mono);
		if (!regret(r, e, c, mono))
			break;
	}
	if (e->fault[0] == NULL)
		e->fault[0] = "no address of its zone's name servers could be found";
	if (c->naddr == 0 && c->expires > mono + DNS_FAILED_MS && c != &r->cuts[0])
		c->expires = mono + DNS_FAILED_MS; /* the next look-up asks the parent again */
	return DNS_ITER_FAILED;
}

/* The family of the address is not to be had, by what net_why() says of it. */
static bool is_no_route(const char *why)
{
	return strstr(why, "unreachable") || strstr(why, "no source address") ||
	    strstr(why, "address family");
}

void dns_iter_no_reply(struct dns_res *r, struct dns_entry *e, const char *why, bool sent,
    uint64_t mono)
{
	struct dns_cut *c = &r->cuts[e->cut];

	if (e->addr < c->naddr && e->cutused == c->used) {
		blame(c, e->addr, 0, why);
		if (!sent && is_no_route(why)) /* once sent, it is what somebody on the way says */
			no_route(r, c->addr[e->addr].family, mono);
	}
	e->fault[0] = "its zone's name servers cannot be reached";
	e->tcp = false;
	e->state = DNS_E_QUEUED;
}

void dns_iter_useless(struct dns_res *r, struct dns_entry *e, const char *why)
{
	struct dns_cut *c = &r->cuts[e->cut];

	if (e->addr < c->naddr && e->cutused == c->used)
		blame(c, e->addr, ERROR_MS, why);
	e->fault[0] = why;
	e->tcp = false;
	e->state = DNS_E_QUEUED;
}

static const char *error_of(unsigned rcode)
{
	return rcode == DNS_SERVFAIL ? "SERVFAIL" : rcode == DNS_REFUSED ? "REFUSED" :
	    rcode == DNS_FORMERR ? "FORMERR" : rcode == DNS_NOTIMP ? "NOTIMP" : "an unexpected RCODE";
}

/* RFC 9156 section 3: some servers choke on short names; the same one is asked for the whole. */
static void ask_whole(struct dns_entry *e)
{
	e->minlabels = ALL_LABELS;
	e->tried &= ~(UINT32_C(1) << e->addr);
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
		if (whole)
			blame(c, e->addr, ERROR_MS, error_of(m->rcode));
		else
			ask_whole(e);
		return false;
	}
	praise(c, e->addr, (unsigned)(mono - e->sent));
	to = referral(m, c->zone, asked);
	if (to != NULL && m->rcode == DNS_NOERROR && !(e->type == DNS_DS && dns_name_eq(to, e->name))) {
		if (++e->referrals > DNS_MAX_REFERRALS) {
			e->fault[0] = "more referrals than the limit";
			dns_x_give_up(e, mono);
			return false;
		}
		if (dns_cut_find(r, to, mono) == NULL) /* what is known of its servers stays */
			dns_cut_learn(r, c, to, &c->addr[e->addr], m, mono);
		e->minlabels = 0;
		return false;
	}
	if (!(m->flags & DNS_F_AA) && to == NULL) {
		e->fault[0] = "its zone's name servers do not serve it (lame delegation)";
		blame(c, e->addr, LAME_MS, "it does not serve the zone (lame)");
		return false;
	}
	if (!whole) { /* no cut there: a longer name; after NXDOMAIN the whole, as a check */
		e->minlabels = m->rcode == DNS_NXDOMAIN ? ALL_LABELS : e->asklabels;
		e->tried = 0;
		e->tries = 0;
		return false;
	}
	if (c == &r->cuts[0] && e->type == DNS_NS && e->name[0] == 0)
		dns_iter_primed(r, m, c->addr[e->addr].port, mono);
	strip_foreign(m, c->zone);
	return true;
}
