/* SPDX-License-Identifier: ISC */
/*
 * dns/resolver.c: decides what to ask, of whom, and when to give up.  Questions are shared by all
 * look-ups; what comes back is kept in the store, and each look-up is worked out anew by
 * prove.c until it has a result.  Opens nothing: the caller carries out the exchanges.
 */
#include "dns/resolver.h"

#include <string.h>

#include "dns/str.h"
#include "dns/wire.h"

enum { ATTEMPT_MS = 1500, LOOKUP_MS = 20000, PREFETCH_MAX = 6 };

size_t dns_res_size(void)
{
	return sizeof(struct dns_res);
}

/* Each resolver once: a second mention makes it no better. */
static void servers_once(struct dns_res *r, const struct dns_config *c)
{
	unsigned i, k, n = 0;

	for (i = 0; i < c->nservers && i < DNS_MAX_SERVERS; i++) {
		for (k = 0; k < n && !dns_addr_eq(&r->cfg.servers[k], &c->servers[i]); k++)
			;
		if (k == n)
			r->cfg.servers[n++] = c->servers[i];
	}
	r->cfg.nservers = n;
}

void dns_res_init(struct dns_res *r, const struct dns_config *c)
{
	/* what is used of it: the anchors have room for many */
	memcpy(&r->cfg, c, offsetof(struct dns_config, anchors));
	r->cfg.anchors.n = c->anchors.n;
	memcpy(r->cfg.anchors.a, c->anchors.a, c->anchors.n * sizeof c->anchors.a[0]);
	servers_once(r, c);
	if (r->cfg.attempt_ms == 0)
		r->cfg.attempt_ms = ATTEMPT_MS;
	if (r->cfg.lookup_ms == 0)
		r->cfg.lookup_ms = LOOKUP_MS;
	dns_iter_init(r);
}

/* ---- questions ------------------------------------------------------------------ */

static bool is_valid(const struct dns_entry *e, const struct dns_lookup *lk, uint64_t mono)
{
	if (dns_entry_is_pending(e))
		return true;
	/* what came since the look-up began serves it, whatever its TTL */
	return mono < e->expires || e->fetched >= lk->start;
}

static struct dns_entry *want(struct dns_res *r, struct dns_lookup *lk, const uint8_t *name,
    uint16_t type, uint64_t mono)
{
	struct dns_entry *e = dns_store_find(&r->store, name, type);

	if (e != NULL && e->lookup < 0 && dns_entry_is_pending(e))
		e->lookup = (int16_t)(lk - r->lk); /* its look-up is over: this one's now */
	if (e != NULL && is_valid(e, lk, mono))
		return e;
	if (e != NULL)
		dns_store_drop(e);
	if (lk->queries >= DNS_MAX_QUERIES) {
		lk->overdrawn = true;
		return NULL;
	}
	e = dns_store_new(&r->store, name, type);
	if (e == NULL) /* all are busy: later */
		return NULL;
	e->born = mono;
	e->server = (uint8_t)dns_x_best_server(r, lk->spoiled);
	e->lookup = (int16_t)(lk - r->lk);
	lk->queries++;
	lk->fresh = true;
	return e;
}

/* What dns_prove() is given to fetch with. */
struct fetcher {
	struct dns_res *r;
	struct dns_lookup *lk;
	uint64_t mono;
};

/* The evaluation found the entry pending (NULL: no room for it yet). */
static void note_wait(struct dns_res *r, struct dns_lookup *lk, const struct dns_entry *e)
{
	unsigned i, at = e == NULL ? 0 : (unsigned)(e - r->store.e);

	for (i = 0; i < lk->nwaits && e != NULL; i++)
		if (lk->wait[i].entry == at)
			return;
	if (e == NULL || i == DNS_MAX_WAITS) {
		lk->due = true;
		return;
	}
	lk->wait[i].entry = (uint16_t)at;
	lk->wait[i].hash = e->hash;
	lk->nwaits++;
}

/* Has anything changed for the look-up since its last evaluation?  What comes for others must not
   cost it its work. */
static bool is_due(const struct dns_res *r, const struct dns_lookup *lk)
{
	unsigned i;

	for (i = 0; i < lk->nwaits; i++) {
		const struct dns_entry *e = &r->store.e[lk->wait[i].entry];

		if (!dns_entry_is_pending(e) || e->hash != lk->wait[i].hash)
			return true;
	}
	return lk->due || lk->nwaits == 0;
}

static enum dns_have get(void *arg, const uint8_t *name, uint16_t type, struct dns_view *v,
    struct dns_why *why)
{
	struct fetcher *f = arg;
	struct dns_entry *e = want(f->r, f->lk, name, type, f->mono);

	if (e == NULL && !f->lk->overdrawn) {
		note_wait(f->r, f->lk, NULL);
		return DNS_HAVE_WAIT;
	}
	if (e == NULL) {
		why->ede = DNS_EDE_OTHER;
		strcpy(why->text, "the limit of queries for one look-up was met");
		return DNS_HAVE_FAILED;
	}
	if (e->state == DNS_E_FAILED) {
		dns_why_failed(f->r, e, why);
		/* the look-up that found out may have more to ask */
		return e->spoilt && f->lk->again == 0 ? DNS_HAVE_SPOILT : DNS_HAVE_FAILED;
	}
	if (e->state != DNS_E_MSG) {
		note_wait(f->r, f->lk, e);
		return DNS_HAVE_WAIT;
	}
	v->buf = f->r->store.data + e->off;
	v->len = e->len;
	v->rcode = e->rcode;
	v->entry = (int)(e - f->r->store.e);
	return DNS_HAVE_MSG;
}

/* ---- look-ups ------------------------------------------------------------------- */

static void finish_now(struct dns_lookup *lk, const char *text, int ede)
{
	lk->res->state = lk->res->last = DNS_SEC_INDETERMINATE;
	lk->res->rcode = DNS_SERVFAIL;
	lk->res->ede = ede;
	lk->res->len = 0;
	strcpy(lk->res->reason, text);
	lk->done = true;
}

/* RFC 4033 section 5: when nobody ever carried a DNSKEY, DS or RRSIG record, nothing is known of
   whether the zone is signed, and there is no verdict on it. */
static void no_dnssec_at_all(const struct dns_res *r, struct dns_result *res)
{
	struct dns_str t;

	if (r->dnssec || res->state != DNS_SEC_BOGUS)
		return;
	res->state = res->last = DNS_SEC_INDETERMINATE;
	res->ede = DNS_EDE_INDETERMINATE;
	dns_str_more(&t, res->reason, sizeof res->reason);
	dns_str_add(&t, "; no answer held any DNSSEC record: ask a resolver that carries them, or -iterate");
}

static void evaluate(struct dns_res *r, struct dns_lookup *lk, int64_t now, uint64_t mono)
{
	struct fetcher f = { r, lk, mono };
	struct dns_ctx c = {
		.anchors = &r->cfg.anchors, .allow_weak = r->cfg.allow_weak,
		.now = r->cfg.at_fixed ? r->cfg.at : now, .memo = &r->memo, .canon = r->canon,
		.signed_ = r->signed_, .get = get, .arg = &f, .out = lk->res, .blame = -1,
		.work = &lk->work, .verifies = &r->verifies
	};

	dns_again_strays(r, lk, mono);
	lk->fresh = false;
	do {
		lk->tick = r->store.tick;
		lk->nwaits = 0;
		lk->due = lk->work.met = false;
		if (dns_prove(&c)) {
			lk->due = true;
			lk->done = !dns_again(r, lk, &c, mono);
		}
	} while (lk->done && dns_again_rest(lk));
	if (lk->done) {
		dns_again_judge(r, lk);
		dns_again_keep(r, lk);
		no_dnssec_at_all(r, lk->res);
	}
	if (!lk->done && lk->overdrawn)
		finish_now(lk, "the limit of queries for one look-up was met", DNS_EDE_OTHER);
	if (lk->fresh)
		lk->rounds++;
	lk->res->rounds = lk->rounds;
	lk->res->queries = lk->queries;
	lk->res->failed_local = lk->res->state == DNS_SEC_INDETERMINATE && r->answers == 0;
}

/* Entries that wait for others are tried again.  Those that have waited too long go: name servers
   whose addresses depend on each other. */
static void wake(struct dns_res *r, uint64_t mono)
{
	unsigned i;

	for (i = 0; i < r->store.n; i++) {
		struct dns_entry *e = &r->store.e[i];

		if (e->state != DNS_E_WAITING)
			continue;
		e->state = DNS_E_QUEUED;
		if (mono - e->born > DNS_WAIT_MS) {
			e->fault[0] = "the addresses of its zone's name servers could not be found in time";
			dns_x_give_up(e, mono);
		}
	}
}

/* A look-up that waits for the entry, or -1. */
static int waiter(const struct dns_res *r, const struct dns_entry *e)
{
	unsigned i, k;

	for (i = 0; i < r->nlk; i++) {
		const struct dns_lookup *lk = &r->lk[i];

		for (k = 0; lk->used && !lk->done && k < lk->nwaits; k++)
			if (lk->wait[k].entry == e - r->store.e && lk->wait[k].hash == e->hash)
				return (int)i;
	}
	return -1;
}

static void drop_orphans(struct dns_res *r)
{
	unsigned i;

	for (i = 0; i < r->store.n; i++) {
		struct dns_entry *e = &r->store.e[i];

		if (e->lookup >= 0 || (e->state != DNS_E_QUEUED && e->state != DNS_E_WAITING))
			continue;
		e->lookup = (int16_t)waiter(r, e);
		if (e->lookup < 0)
			dns_store_drop(e);
	}
}

static void run(struct dns_res *r, int64_t now, uint64_t mono)
{
	unsigned i;

	do {
		wake(r, mono);
		for (i = 0; i < r->nlk; i++)
			if (r->lk[i].used && !r->lk[i].done && is_due(r, &r->lk[i]))
				evaluate(r, &r->lk[i], now, mono);
		drop_orphans(r); /* before they ask for more: nobody counts what they ask */
	} while (dns_x_start(r, mono));
}

/* What the answer's proof will most likely need: keys and DS sets of the ancestors.  Labels that
   begin with "_" are no zone cuts in practice; when one is, the signer's name shows it. */
static void foresee(struct dns_res *r, struct dns_lookup *lk, const uint8_t *name, uint64_t mono)
{
	unsigned n, total = dns_name_labels(name);

	for (n = 0; n <= total && n <= PREFETCH_MAX; n++) {
		const uint8_t *at = dns_name_suffix(name, n);

		if (n > 0 && at[1] == '_')
			break;
		want(r, lk, at, DNS_DNSKEY, mono);
		if (n > 0)
			want(r, lk, at, DNS_DS, mono);
	}
}

int dns_res_lookup(struct dns_res *r, const uint8_t *name, uint16_t type, int64_t now,
    uint64_t mono)
{
	struct dns_lookup *lk;
	int i;

	for (i = 0; i < DNS_MAX_LOOKUPS && r->lk[i].used; i++)
		;
	if (i == DNS_MAX_LOOKUPS)
		return -1;
	if (r->nlk <= (unsigned)i)
		r->nlk = (unsigned)i + 1;
	lk = &r->lk[i];
	lk->res = &r->res[i];
	lk->used = true;
	lk->done = lk->overdrawn = false;
	lk->work = (struct dns_work){
	    .parts = dns_res_iterates(r) || r->cfg.nservers > DNS_PARTS ? DNS_PARTS : r->cfg.nservers };
	lk->queries = lk->rounds = lk->fetches = 0;
	lk->again = lk->stale = lk->swept = lk->spoiled = 0;
	lk->start = mono;
	lk->deadline = mono + r->cfg.lookup_ms;
	dns_name_copy(lk->res->qname, name);
	dns_name_copy(lk->res->name, name);
	lk->res->qtype = type;
	lk->res->rcode = 0;
	lk->res->sig_expires = 0;
	lk->res->nlinks = lk->res->nsteps = 0;
	lk->fresh = false;
	want(r, lk, name, type, mono);
	foresee(r, lk, name, mono);
	if (dns_res_iterates(r))
		dns_iter_prime(r, i, mono);
	if (lk->fresh)
		lk->rounds = 1;
	evaluate(r, lk, now, mono);
	if (lk->rounds > 1 && !lk->done) /* what the first evaluation adds goes out in the same round */
		lk->rounds = 1;
	drop_orphans(r);
	if (dns_x_start(r, mono))
		run(r, now, mono);
	return i;
}

const struct dns_result *dns_res_result(const struct dns_res *r, int lookup)
{
	const struct dns_lookup *lk = &r->lk[lookup];

	return lk->used && lk->done ? lk->res : NULL;
}

void dns_res_done(struct dns_res *r, int lookup)
{
	unsigned i;

	for (i = 0; i < r->store.n; i++)
		if (r->store.e[i].lookup == lookup)
			r->store.e[i].lookup = -1;
	r->lk[lookup].used = false;
}

/* ---- events ----------------------------------------------------------------------- */

void dns_res_feed(struct dns_res *r, unsigned slot, const struct dns_addr *from,
    const uint8_t *wire, size_t len, int64_t now, uint64_t mono)
{
	if (r->x[slot].state != DNS_X_WAIT)
		return;
	if (!dns_x_is_reply(&r->x[slot], from, wire, len)) {
		if (r->x[slot].tcp)
			dns_res_fail(r, slot, "a reply over TCP to something else", now, mono);
		else
			r->x[slot].stray = true;
		return; /* the wait goes on */
	}
	r->answers++;
	dns_x_take(r, slot, wire, len, mono);
	run(r, now, mono);
}

void dns_res_fail(struct dns_res *r, unsigned slot, const char *why, int64_t now, uint64_t mono)
{
	if (r->x[slot].state == DNS_X_FREE)
		return;
	dns_x_failed(r, slot, why, mono);
	run(r, now, mono);
}

uint64_t dns_res_deadline(const struct dns_res *r)
{
	uint64_t d = UINT64_MAX;
	unsigned i;

	for (i = 0; i < DNS_MAX_XCHG; i++)
		if (r->x[i].state == DNS_X_WAIT && r->x[i].deadline < d)
			d = r->x[i].deadline;
	for (i = 0; i < r->nlk; i++)
		if (r->lk[i].used && !r->lk[i].done && r->lk[i].deadline < d)
			d = r->lk[i].deadline;
	for (i = 0; i < r->store.n; i++)
		if (r->store.e[i].state == DNS_E_WAITING && r->store.e[i].born + DNS_WAIT_MS + 1 < d)
			d = r->store.e[i].born + DNS_WAIT_MS + 1;
	return d;
}

/* The time for the look-up is over: say what it waited for. */
static void time_out(struct dns_res *r, struct dns_lookup *lk)
{
	const struct dns_entry *first = NULL;
	struct dns_str t;
	unsigned i, n = 0;

	finish_now(lk, "", DNS_EDE_NO_REACHABLE);
	lk->res->failed_local = r->answers == 0;
	dns_str_init(&t, lk->res->reason, sizeof lk->res->reason);
	dns_str_add(&t, "no result within the time for a look-up");
	for (i = 0; i < r->store.n && n < 4; i++) {
		const struct dns_entry *e = &r->store.e[i];

		if (!dns_entry_is_pending(e) || e->lookup != lk - r->lk)
			continue;
		if (first == NULL)
			first = e;
		dns_str_add(&t, n++ ? ", " : "; still waiting for ");
		dns_str_name(&t, e->name);
		dns_str_add(&t, " ");
		dns_str_type(&t, e->type);
	}
	if (first != NULL && dns_res_iterates(r))
		dns_iter_faults(r, first, &t);
	else if (first != NULL)
		dns_add_faults(&t, r, first, 0);
	dns_again_keep(r, lk);
}

void dns_res_expire(struct dns_res *r, int64_t now, uint64_t mono)
{
	unsigned i;
	bool any = false;

	for (i = 0; i < r->store.n && !any; i++)
		any = r->store.e[i].state == DNS_E_WAITING &&
		    mono - r->store.e[i].born > DNS_WAIT_MS;
	for (i = 0; i < DNS_MAX_XCHG; i++) {
		if (r->x[i].state != DNS_X_WAIT || r->x[i].deadline > mono)
			continue;
		any = dns_x_expired(r, i, mono) || any;
	}
	if (any)
		run(r, now, mono);
	for (i = 0; i < r->nlk; i++)
		if (r->lk[i].used && !r->lk[i].done && r->lk[i].deadline <= mono)
			time_out(r, &r->lk[i]);
}

const uint8_t *dns_res_seen(struct dns_res *r, const uint8_t *name, uint16_t type, size_t *len)
{
	const struct dns_entry *e = dns_store_find(&r->store, name, type);

	if (e == NULL || e->state != DNS_E_MSG)
		return NULL;
	*len = e->len;
	return r->store.data + e->off;
}

void dns_res_stats(const struct dns_res *r, unsigned *queries, unsigned *verifies)
{
	*queries = r->queries;
	*verifies = r->verifies;
}
