/* SPDX-License-Identifier: ISC */
/*
 * dns/exchange.c: the exchanges with servers: which question goes out when and to whom, what is a
 * reply to it (RFC 5452 section 9.1), and which server comes next when one is of no use.
 */
#include "dns/resolver.h"

#include <string.h>

#include "dns/wire.h"

/* DEAD_AFTER: replies missed in a row; more than the questions that one look-up asks at once, so
   that one lost burst condemns nobody */
enum { TCP_MS = 5000, ITER_MS = 800, LATE_MS = 10000, DEAD_AFTER = 30 };

/* Silence costs the most, then a lie, then an error. */
static unsigned badness(const struct dns_res *r, unsigned i, unsigned spoiled)
{
	bool lies = r->distrust[i] || (spoiled & 1u << i);

	return r->timeouts[i] * 4u + (lies ? 2u : 0) + r->useless[i];
}

unsigned dns_x_best_server(const struct dns_res *r, unsigned spoiled)
{
	unsigned i, best = 0;

	for (i = 1; i < r->cfg.nservers; i++)
		if (badness(r, i, spoiled) < badness(r, best, spoiled))
			best = i;
	return best;
}

void dns_x_give_up(struct dns_entry *e, uint64_t mono)
{
	e->state = DNS_E_FAILED;
	e->fetched = mono;
	/* asked anew after a bogus answer: the next look-up may have what the first server says */
	e->expires = mono + (e->anew ? 0 : DNS_FAILED_MS);
}

/* Where the entry's question goes.  False: nowhere now. */
static bool address(struct dns_res *r, struct dns_entry *e, struct dns_addr *to, uint64_t mono)
{
	struct dns_lookup *lk = e->lookup >= 0 ? &r->lk[e->lookup] : NULL;

	if (!dns_res_iterates(r)) {
		*to = r->cfg.servers[e->server];
		return true;
	}
	switch (dns_iter_next(r, e, to, mono)) {
	case DNS_ITER_ASK:
		if (lk == NULL || !lk->used || lk->queries++ < DNS_MAX_QUERIES)
			return true;
		e->fault[0] = "the limit of queries for one look-up was met";
		/* fall through */
	case DNS_ITER_FAILED:
		dns_x_give_up(e, mono);
		return false;
	default:
		e->state = DNS_E_WAITING;
		return false;
	}
}

/* Exchanges under way, by look-up; [DNS_MAX_LOOKUPS] is nobody's. */
struct load {
	unsigned of[DNS_MAX_LOOKUPS + 1], shared;
};

static unsigned owner(const struct dns_entry *e)
{
	return e->lookup >= 0 ? (unsigned)e->lookup : DNS_MAX_LOOKUPS;
}

static void load_add(struct load *l, const struct dns_entry *e)
{
	if (l->of[owner(e)]++ >= DNS_OWN_XCHG)
		l->shared++;
}

/* May the entry have an exchange?  Some are kept for each look-up, so that one whose servers
   are dead does not starve the others. */
static bool load_allows(const struct load *l, const struct dns_entry *e)
{
	return (e->lookup >= 0 && l->of[owner(e)] < DNS_OWN_XCHG) || l->shared < DNS_SHARED_XCHG;
}

static void load_init(struct load *l, const struct dns_res *r)
{
	unsigned i;

	memset(l, 0, sizeof *l);
	for (i = 0; i < r->store.n; i++)
		if (r->store.e[i].state == DNS_E_ASKING)
			load_add(l, &r->store.e[i]);
}

/* Nothing is under way, so what waits would wait for ever: name servers whose addresses can be
   found only through each other.  True: there was something. */
static bool end_deadlock(struct dns_res *r, uint64_t mono)
{
	bool any = false;
	unsigned i;

	for (i = 0; i < r->store.n; i++)
		if (r->store.e[i].state == DNS_E_ASKING || r->store.e[i].state == DNS_E_QUEUED)
			return false;
	for (i = 0; i < r->store.n; i++)
		if (r->store.e[i].state == DNS_E_WAITING) {
			r->store.e[i].fault[0] = "the addresses of its zone's name servers depend on each "
			    "other: no glue for any of them";
			dns_x_give_up(&r->store.e[i], mono);
			any = true;
		}
	return any;
}

/* The entry that the exchange's question is of, if it still waits for an answer that this server
   may give; else NULL. */
static struct dns_entry *waits_for(struct dns_res *r, const struct dns_xchg *x)
{
	struct dns_entry *e = &r->store.e[x->entry];
	size_t n = dns_name_len(x->out + 12);

	return dns_entry_is_pending(e) && dns_name_eq(e->name, x->out + 12) &&
	    e->type == dns_get16(x->out + 12 + n) && !(e->dead & 1u << x->server) ? e : NULL;
}

/* Late exchanges that nobody waits for any more. */
static void free_late(struct dns_res *r)
{
	unsigned i;

	for (i = 0; i < DNS_MAX_XCHG; i++)
		if (r->x[i].state != DNS_X_FREE && r->x[i].late && waits_for(r, &r->x[i]) == NULL)
			r->x[i].state = DNS_X_FREE;
}

/* A slot for a new exchange: a free one, else one that only waits for what is late.  From `from`
   on; DNS_MAX_XCHG: none. */
static unsigned find_slot(const struct dns_res *r, unsigned from)
{
	unsigned i;

	for (i = from; i < DNS_MAX_XCHG; i++)
		if (r->x[i].state == DNS_X_FREE)
			return i;
	for (i = 0; i < DNS_MAX_XCHG && !r->x[i].late; i++)
		;
	return i;
}

/* Returns whether to run again: an entry failed meanwhile, or others were made. */
bool dns_x_start(struct dns_res *r, uint64_t mono)
{
	unsigned i, slot = 0;
	bool failed = false;
	struct load load;

	load_init(&load, r);
	free_late(r);
	r->again = false;
	for (i = 0; i < r->store.n; i++) {
		struct dns_entry *e = &r->store.e[i];
		struct dns_xchg *x;

		if (e->state != DNS_E_QUEUED || !load_allows(&load, e))
			continue;
		slot = find_slot(r, slot);
		if (slot == DNS_MAX_XCHG)
			break; /* the rest waits for a free slot */
		x = &r->x[slot];
		if (!address(r, e, &x->to, mono)) {
			failed = failed || e->state == DNS_E_FAILED;
			continue;
		}
		x->state = DNS_X_START;
		x->serial++;
		x->tcp = e->tcp || r->cfg.tcp;
		x->late = x->stray = false;
		x->entry = (uint16_t)i;
		x->server = e->server;
		x->deadline = UINT64_MAX;
		e->state = DNS_E_ASKING;
		load_add(&load, e);
	}
	return failed || r->again || end_deadlock(r, mono);
}

/* Twice as long in each round.  With others to ask the wait for one is short: it goes on beside
   (see dns_x_expired). */
static unsigned attempt_ms(const struct dns_res *r, const struct dns_entry *e)
{
	if (dns_res_iterates(r))
		return r->cfg.tcp || (e->tcp && e->tries < DNS_TCP_PASS) ? TCP_MS :
		    e->tries ? ITER_MS * 3 : ITER_MS;
	if (r->cfg.tcp)
		return TCP_MS;
	return (r->cfg.attempt_ms << (e->tries / r->cfg.nservers)) / (r->cfg.nservers > 1 ? 2 : 1);
}

const struct dns_xchg *dns_res_xchg(const struct dns_res *r, unsigned slot)
{
	return &r->x[slot];
}

void dns_res_sent(struct dns_res *r, unsigned slot, uint16_t id, uint64_t mono)
{
	struct dns_xchg *x = &r->x[slot];
	const struct dns_entry *e = &r->store.e[x->entry];

	x->state = DNS_X_WAIT;
	x->id = id;
	x->deadline = mono + attempt_ms(r, e);
	/* CD: the proof is ours to make, and a resolver that validates must not withhold what it
	   finds bad (RFC 4035 section 3.2.2) */
	if (dns_res_iterates(r))
		x->outlen = dns_query_build(x->out, id, 0, dns_name_suffix(e->name, e->asklabels),
		    e->asktype);
	else
		x->outlen = dns_query_build(x->out, id, DNS_F_RD | DNS_F_CD, e->name, e->type);
	r->queries++;
}

/* Is it not worth asking again: known to be silent, while others answer? */
static bool is_hopeless(const struct dns_res *r, const struct dns_entry *e, unsigned server)
{
	return e->tries >= r->cfg.nservers && e->dead != 0 && r->timeouts[server] >= DEAD_AFTER;
}

/* Ask the next server that may still be of use; none: the entry has failed.  The second round goes
   over TCP: datagrams, or only large ones, may not get through (RFC 7766 section 5). */
static void next_server(struct dns_res *r, struct dns_entry *e, uint64_t mono)
{
	unsigned n = r->cfg.nservers, i;

	for (i = 0; i < n; i++) {
		e->tries++;
		e->server = (uint8_t)((e->server + 1) % n);
		if (e->tries >= n * DNS_TRIES)
			break;
		if (e->dead & 1u << e->server || is_hopeless(r, e, e->server))
			continue;
		e->tcp = e->tries / n == 1;
		e->state = DNS_E_QUEUED;
		return;
	}
	dns_x_give_up(e, mono);
}

static void note(struct dns_entry *e, unsigned server, bool tcp, const char *why)
{
	if (tcp)
		e->tcp_fault[server] = why;
	else
		e->fault[server] = why;
}

/* The server answered, and the answer is of no use. */
static void server_is_dead(struct dns_res *r, struct dns_xchg *x, struct dns_entry *e,
    const char *why, uint64_t mono)
{
	if (dns_res_iterates(r)) {
		dns_iter_useless(r, e, why);
		return;
	}
	note(e, x->server, x->tcp, why);
	e->dead = (uint8_t)(e->dead | 1u << x->server);
	r->useless[x->server] = true;
	if (!x->late) /* else the question went on already */
		next_server(r, e, mono);
}

/* For how many seconds a record may be remembered: no longer than its signer meant (RFC 4035
   section 5.3.3), a denial no longer than the SOA says (RFC 2308 section 5). */
static uint32_t rr_ttl(const struct dns_rr *rr)
{
	uint32_t most = UINT32_MAX;

	if (rr->type == DNS_RRSIG && rr->rdlen >= 8)
		most = dns_get32(rr->rdata + 4);
	else if (rr->type == DNS_SOA && rr->section == DNS_AUTHORITY && rr->rdlen >= 4)
		most = dns_get32(rr->rdata + rr->rdlen - 4);
	return rr->ttl < most ? rr->ttl : most;
}

static uint64_t expiry(const struct dns_entry *e, const uint8_t *data, uint64_t mono)
{
	uint32_t ttl = DNS_MAX_TTL;
	bool lasts = false;
	struct dns_rr rr;
	size_t pos = 0;

	while (dns_flat_next(data + e->off, e->len, &pos, &rr)) {
		uint32_t most;

		if (rr.section == DNS_ADDITIONAL)
			continue;
		most = rr_ttl(&rr);
		if (most < ttl)
			ttl = most;
		/* no answer and no SOA: says nothing of how long that holds (RFC 2308 section 5) */
		lasts = lasts || rr.section == DNS_ANSWER || rr.type == DNS_SOA;
	}
	return mono + (lasts ? (uint64_t)ttl * 1000 : 0);
}

static const char *rcode_fault(unsigned rcode)
{
	switch (rcode) {
	case DNS_NOERROR: case DNS_NXDOMAIN: case DNS_YXDOMAIN:
		return NULL;
	case DNS_FORMERR:
		return "FORMERR (does it know EDNS0?)";
	case DNS_SERVFAIL:
		return "SERVFAIL (though CD asks it not to validate)";
	case DNS_NOTIMP:
		return "NOTIMP (does it know EDNS0?)";
	case DNS_REFUSED:
		return "REFUSED (it does not serve this client)";
	default:
		return "an unexpected RCODE";
	}
}

/* RFC 5452 section 9.1: address, id and question as sent. */
bool dns_x_is_reply(const struct dns_xchg *x, const struct dns_addr *from, const uint8_t *wire,
    size_t len)
{
	size_t i, end;

	if (len < 12 || (!x->tcp && !dns_addr_eq(from, &x->to)) || dns_get16(wire) != x->id)
		return false;
	if ((dns_get16(wire + 2) & 0xf800) != DNS_F_QR) /* a response to a standard query */
		return false;
	if (dns_get16(wire + 4) == 0) /* some servers leave the question out of an error */
		return (wire[3] & 15) != DNS_NOERROR && (wire[3] & 15) != DNS_NXDOMAIN;
	end = 12 + dns_name_len(x->out + 12) + 4;
	if (dns_get16(wire + 4) != 1 || len < end)
		return false;
	for (i = 12; i < end - 4; i++) /* the name; type and class follow */
		if (dns_lower(wire[i]) != dns_lower(x->out[i]))
			return false;
	return memcmp(wire + i, x->out + i, 4) == 0;
}

/* Does the message carry anything of DNSSEC? */
static bool has_dnssec(const struct dns_msg *m)
{
	struct dns_rr rr;
	size_t pos = 0;

	while (dns_flat_next(m->buf, m->len, &pos, &rr))
		if (rr.type == DNS_DNSKEY || rr.type == DNS_DS || rr.type == DNS_RRSIG)
			return true;
	return false;
}

/* The same server again, over TCP (RFC 7766 section 5). */
static void over_tcp(struct dns_res *r, const struct dns_xchg *x, struct dns_entry *e,
    const char *why)
{
	if (x->late) /* the question went on to others */
		return;
	if (dns_res_iterates(r))
		e->tried &= ~(UINT32_C(1) << e->addr);
	else
		note(e, x->server, false, why);
	e->tcp = true;
	e->state = DNS_E_QUEUED;
}

/* The reply to x serves the entry: what else was asked for it is not waited for. */
static void settle(struct dns_res *r, const struct dns_xchg *x, struct dns_entry *e)
{
	unsigned i;

	r->timeouts[x->server] = 0;
	r->useless[x->server] = false;
	e->server = x->server;
	for (i = 0; i < DNS_MAX_XCHG; i++)
		if (r->x[i].entry == x->entry)
			r->x[i].state = DNS_X_FREE;
}

/* Counted as work of the look-up that asked: names that are compressed well take the time that they
   take when written out. */
static bool parse(struct dns_res *r, const struct dns_entry *e, const uint8_t *wire, size_t len,
    const char **err)
{
	bool ok = dns_msg_parse(&r->msg, wire, len, err) == 0;
	struct dns_ctx c = { .work = e->lookup < 0 ? NULL : &r->lk[e->lookup].work };

	if (c.work != NULL)
		dns_spend(&c, (ok ? r->msg.len : DNS_FLAT_MAX) / 6);
	return ok;
}

void dns_x_take(struct dns_res *r, unsigned slot, const uint8_t *wire, size_t len, uint64_t mono)
{
	struct dns_xchg *x = &r->x[slot];
	struct dns_entry *e = &r->store.e[x->entry];
	bool truncated = dns_get16(wire + 2) & DNS_F_TC;
	const char *err = NULL;

	x->state = DNS_X_FREE;
	if (x->late && waits_for(r, x) == NULL)
		return;
	if (truncated && !x->tcp) {
		over_tcp(r, x, e, "a truncated reply");
		return;
	}
	if (truncated)
		err = "a reply that is truncated even over TCP";
	else if (parse(r, e, wire, len, &err))
		err = NULL;
	else if (!x->tcp && !dns_res_iterates(r)) { /* cut short on the way, perhaps */
		over_tcp(r, x, e, err);
		return;
	}
	r->dnssec = r->dnssec || (err == NULL && has_dnssec(&r->msg));
	if (err == NULL && dns_res_iterates(r)) {
		e->tcp = false;
		if (!dns_iter_take(r, e, &r->msg, mono))
			return;
	}
	if (err == NULL)
		err = rcode_fault(r->msg.rcode);
	if (err == NULL && !dns_store_put(&r->store, e, &r->msg))
		err = "a reply too large to keep";
	if (err != NULL) {
		r->timeouts[x->server] = 0;
		server_is_dead(r, x, e, err, mono);
		return;
	}
	settle(r, x, e);
	e->fetched = mono;
	e->expires = expiry(e, r->store.data, mono);
}

/* True: the question goes on. */
static bool no_reply(struct dns_res *r, struct dns_xchg *x, const char *why, bool sent,
    uint64_t mono)
{
	struct dns_entry *e = &r->store.e[x->entry];

	if (x->late)
		return false;
	if (dns_res_iterates(r)) {
		if (!sent && e->lookup >= 0) /* counted in address() */
			r->lk[e->lookup].queries--;
		dns_iter_no_reply(r, e, why, sent, mono);
		return true;
	}
	note(e, x->server, x->tcp, why);
	if (r->timeouts[x->server] < 255)
		r->timeouts[x->server]++;
	next_server(r, e, mono);
	return true;
}

void dns_x_failed(struct dns_res *r, unsigned slot, const char *why, uint64_t mono)
{
	bool sent = r->x[slot].state == DNS_X_WAIT;

	r->x[slot].state = DNS_X_FREE;
	no_reply(r, &r->x[slot], why, sent, mono);
}

bool dns_x_expired(struct dns_res *r, unsigned slot, uint64_t mono)
{
	struct dns_xchg *x = &r->x[slot];
	bool on = no_reply(r, x, x->stray ? "only replies that do not match the question" :
	    "no reply in time", true, mono);

	if (!on || dns_res_iterates(r)) {
		x->state = DNS_X_FREE;
		return on;
	}
	x->late = true; /* slow is not dead: what it says in the end still counts */
	x->deadline = mono + LATE_MS;
	return true;
}
