/* SPDX-License-Identifier: ISC */
/*
 * dns/again.c: what one server spoiled another may mend.  Decides, after a bogus result, which message
 * is asked for again and of whom, or whether all of them are; and says in the reason what each resolver
 * did wrong.
 */
#include "dns/resolver.h"

#include <string.h>

#include "dns/str.h"

/* ---- what is said of them ---------------------------------------------------------- */

static void add_addr(struct dns_str *t, const struct dns_addr *a)
{
	dns_str_add(t, a->family == 4 ? "" : "[");
	dns_str_addr(t, a);
	if (a->scope != 0) {
		dns_str_add(t, "%");
		dns_str_num(t, a->scope);
	}
	dns_str_add(t, a->family == 4 ? ":" : "]:");
	dns_str_num(t, a->port);
}

static void add_server(struct dns_str *t, const struct dns_res *r, unsigned i)
{
	dns_str_add(t, "; resolver ");
	add_addr(t, &r->cfg.servers[i]);
	dns_str_add(t, ": ");
}

/* What became of the question at the resolvers, those in `but` left out. */
void dns_add_faults(struct dns_str *t, const struct dns_res *r, const struct dns_entry *e,
    unsigned but)
{
	unsigned i;

	for (i = 0; i < r->cfg.nservers; i++) {
		if ((e->fault[i] == NULL && e->tcp_fault[i] == NULL) || (but & 1u << i))
			continue;
		add_server(t, r, i);
		if (e->fault[i] != NULL)
			dns_str_add(t, e->fault[i]);
		if (e->tcp_fault[i] == NULL)
			continue;
		dns_str_add(t, e->fault[i] != NULL ? "; over TCP: " : "over TCP: ");
		dns_str_add(t, e->tcp_fault[i]);
	}
}

void dns_why_failed(const struct dns_res *r, const struct dns_entry *e, struct dns_why *why)
{
	struct dns_str t;

	why->ede = e->spoilt ? DNS_EDE_BOGUS : DNS_EDE_NO_REACHABLE;
	dns_str_init(&t, why->text, sizeof why->text);
	dns_str_add(&t, e->spoilt ? "no answer that validates to be had for " : "no answer to be had for ");
	dns_str_name(&t, e->name);
	dns_str_add(&t, " ");
	dns_str_type(&t, e->type);
	if (dns_res_iterates(r) && e->fault[0] != NULL) {
		dns_str_add(&t, ": ");
		dns_str_add(&t, e->fault[0]);
		dns_iter_faults(r, e, &t);
	}
	dns_add_faults(&t, r, e, 0);
}

/* ---- asking them -------------------------------------------------------------------- */

/* Another server for the entry, which was not asked for it yet.  False: there is none. */
static bool other_server(struct dns_res *r, struct dns_entry *e, uint64_t mono)
{
	unsigned i, n = r->cfg.nservers;

	if (dns_res_iterates(r))
		return dns_iter_has_other(r, e, mono);
	e->dead = (uint8_t)(e->dead | 1u << e->server);
	e->fault[e->server] = "an answer that does not validate";
	e->tcp_fault[e->server] = NULL;
	e->tries = 0; /* the rounds begin anew, for those that are left */
	for (i = 0; i < n; i++) {
		unsigned s = (e->server + 1 + i) % n;

		if (e->dead & 1u << s)
			continue;
		e->server = (uint8_t)s;
		return true;
	}
	return false;
}

/* What one server spoiled is not held against the next. */
static void next_part(struct dns_lookup *lk)
{
	if (lk->work.part + 1 < lk->work.parts)
		lk->work.part++;
}

static void ask_anew(struct dns_res *r, struct dns_lookup *lk, struct dns_entry *e, uint64_t mono)
{
	e->lookup = (int16_t)(lk - r->lk);
	e->anew = true;
	e->born = mono;
	e->state = DNS_E_QUEUED;
	e->tcp = false;
	e->len = 0;
	lk->queries++;
	lk->rounds++;
}

/* RFC 4035 section 4.7: no verdict of bogus rests on what was remembered from an earlier
   look-up; the server may be well by now. */
static bool refresh(struct dns_res *r, struct dns_lookup *lk, struct dns_entry *e, uint64_t mono)
{
	if (e->fetched >= lk->start || mono - e->fetched < DNS_FAILED_MS ||
	    lk->stale++ >= DNS_MAX_AGAIN)
		return false;
	e->dead = e->tries = 0;
	e->tried = 0;
	e->spoilt = false;
	ask_anew(r, lk, e, mono);
	return true;
}

/* The server to ask for all anew: one that spoiled nothing yet, if there is one.  False: none is
   left. */
static bool next_sweep(const struct dns_res *r, struct dns_lookup *lk, unsigned *s)
{
	unsigned i, n = r->cfg.nservers;

	*s = n;
	if (dns_res_iterates(r))
		return lk->swept++ < DNS_MAX_SWEEPS;
	for (i = 0; i < n; i++)
		if (!(lk->swept & 1u << i) &&
		    (*s == n || ((lk->spoiled & 1u << *s) && !(lk->spoiled & 1u << i))))
			*s = i;
	if (*s == n)
		return false;
	lk->sweeper = *s;
	lk->swept |= 1u << *s;
	return true;
}

/* A question that another server had not answered yet when all was asked of the sweeper. */
static bool is_stray(const struct dns_res *r, const struct dns_lookup *lk, const struct dns_entry *e)
{
	return lk->swept && e->lookup == lk - r->lk && e->state == DNS_E_MSG &&
	    e->fetched >= lk->start && e->server != lk->sweeper && !(e->swept & 1u << lk->sweeper);
}

static void ask_sweeper(struct dns_res *r, struct dns_lookup *lk, struct dns_entry *e, uint64_t mono)
{
	e->server = (uint8_t)lk->sweeper;
	e->swept |= (uint8_t)(1u << lk->sweeper);
	e->tries = e->dead = 0;
	ask_anew(r, lk, e, mono);
}

void dns_again_strays(struct dns_res *r, struct dns_lookup *lk, uint64_t mono)
{
	unsigned i;

	for (i = 0; i < r->store.n && !dns_res_iterates(r); i++) {
		struct dns_entry *e = &r->store.e[i];

		if (!is_stray(r, lk, e) || lk->queries >= DNS_MAX_QUERIES)
			continue;
		ask_sweeper(r, lk, e, mono);
	}
}

/* Did the last evaluation look at it, or would it have, had it come so far? */
static bool is_involved(const struct dns_res *r, const struct dns_lookup *lk,
    const struct dns_entry *e)
{
	return e->used > lk->tick || (!dns_res_iterates(r) && e->lookup == lk - r->lk);
}

/* All that the last evaluation looked at, from one server after the other: an old key or DS set
   whose signatures are still good makes what is new look bogus, and so does one that costs more
   than its share of work, so that the message blamed is not the one at fault. */
static bool sweep(struct dns_res *r, struct dns_lookup *lk, uint64_t mono)
{
	bool iter = dns_res_iterates(r), any = false;
	unsigned i, s;

	while (!any && next_sweep(r, lk, &s)) {
		for (i = 0; i < r->store.n && lk->queries < DNS_MAX_QUERIES; i++) {
			struct dns_entry *e = &r->store.e[i];

			if (!is_involved(r, lk, e) || (e->state != DNS_E_MSG && e->state != DNS_E_FAILED) ||
			    (iter ? !dns_iter_has_other(r, e, mono) : e->server == s && e->fetched >= lk->start))
				continue;
			if (iter)
				ask_anew(r, lk, e, mono);
			else
				ask_sweeper(r, lk, e, mono);
			any = true;
		}
	}
	if (any)
		next_part(lk);
	return any;
}

static const char *spoil_what(int ede)
{
	switch (ede) {
	case DNS_EDE_NO_RRSIG:
		return "without its signatures";
	case DNS_EDE_NO_NSEC:
		return "without the proof of what it denies";
	case DNS_EDE_NO_DNSKEY:
		return "without a usable DNSKEY set";
	case DNS_EDE_SIG_EXPIRED:
		return "with an expired signature";
	case DNS_EDE_SIG_EARLY:
		return "with a signature of the future";
	default:
		return "that does not validate";
	}
}

/* Server `by` gave the entry's message, and something bogus. */
static void note_spoil(struct dns_lookup *lk, const struct dns_entry *e, unsigned by)
{
	struct dns_spoil *s = &lk->spoil[by];

	if (lk->spoiled & 1u << by) /* the first is told */
		return;
	lk->spoiled |= 1u << by;
	s->what = spoil_what(lk->res->ede);
	s->type = e->type;
	dns_name_copy(s->name, e->name);
}

/* A bogus result may be the fault of one server: if there is another that was not asked for
   the message at fault, ask it; then for the others that it rests on.  For all at once when a server
   has used up its part of the work: message by message the others' parts would follow. */
bool dns_again(struct dns_res *r, struct dns_lookup *lk, const struct dns_ctx *c,
    uint64_t mono)
{
	struct dns_entry *e;
	bool all, any;
	unsigned by;

	if (lk->again > 0 && lk->res->state == DNS_SEC_INDETERMINATE)
		return sweep(r, lk, mono);
	if (lk->res->state != DNS_SEC_BOGUS || lk->again >= DNS_MAX_AGAIN)
		return false;
	if (c->blame < 0)
		return dns_is_spent(c) && sweep(r, lk, mono);
	e = &r->store.e[c->blame];
	if (e->state != DNS_E_MSG)
		return false;
	if (refresh(r, lk, e, mono))
		return true;
	by = e->server;
	all = lk->swept > 0 || lk->work.met || dns_is_spent(c) || !other_server(r, e, mono);
	any = !all || sweep(r, lk, mono);
	if (!dns_res_iterates(r)) /* over the limit, it may be another's fault: after the choice */
		note_spoil(lk, e, by);
	if (!any)
		return false;
	if (lk->again++ == 0) {
		lk->bogus.ede = lk->res->ede;
		memcpy(lk->bogus.text, lk->res->reason, sizeof lk->bogus.text);
	}
	if (!all) {
		e->spoilt = true;
		ask_anew(r, lk, e, mono);
	}
	return true;
}

/* Which resolver gave what. */
static void add_spoils(struct dns_str *t, struct dns_res *r, const struct dns_lookup *lk)
{
	const struct dns_entry *e = NULL;
	unsigned i;

	for (i = 0; i < r->cfg.nservers; i++) {
		if (!(lk->spoiled & 1u << i))
			continue;
		add_server(t, r, i);
		dns_str_add(t, "an answer to ");
		dns_str_name(t, lk->spoil[i].name);
		dns_str_add(t, " ");
		dns_str_type(t, lk->spoil[i].type);
		dns_str_add(t, " ");
		dns_str_add(t, lk->spoil[i].what);
		if (e == NULL)
			e = dns_store_find(&r->store, lk->spoil[i].name, lk->spoil[i].type);
	}
	if (e != NULL)
		dns_add_faults(t, r, e, lk->spoiled);
}

/* Some server gave what is bogus, and no other made up for it: that is the result. */
void dns_again_keep(struct dns_res *r, struct dns_lookup *lk)
{
	struct dns_result *res = lk->res;
	struct dns_str t;

	if ((lk->again == 0 && lk->spoiled == 0) || res->state > DNS_SEC_INDETERMINATE)
		return;
	if (res->state == DNS_SEC_INDETERMINATE && lk->again > 0) {
		res->state = res->last = DNS_SEC_BOGUS;
		res->ede = lk->bogus.ede;
		memcpy(res->reason, lk->bogus.text, sizeof res->reason);
	}
	dns_str_more(&t, res->reason, sizeof res->reason);
	if (dns_res_iterates(r))
		dns_str_add(&t, "; other name servers of the zone did no better");
	else
		add_spoils(&t, r, lk);
}

/* Where others made up for them, those that gave something bogus are asked last from now on.  Else
   the fault is the zone's own, and theirs no more than a courier's. */
void dns_again_judge(struct dns_res *r, const struct dns_lookup *lk)
{
	unsigned i;

	if (lk->res->state < DNS_SEC_INSECURE)
		return;
	for (i = 0; i < r->cfg.nservers; i++)
		if (lk->spoiled & 1u << i)
			r->distrust[i] = true;
}

/* Nobody else is left to ask: nothing need be kept for what they would say. */
bool dns_again_rest(struct dns_lookup *lk)
{
	struct dns_work *w = &lk->work;

	if (lk->res->state != DNS_SEC_BOGUS || !w->met || w->part + 1 >= w->parts)
		return false;
	w->part = w->parts - 1;
	lk->done = false;
	return true;
}
