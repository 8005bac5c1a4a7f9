/* SPDX-License-Identifier: ISC */
/*
 * dns/exchange.c: the exchanges with servers: which question goes out when and to whom, what is a
 * reply to it (RFC 5452 section 9.1), and which server comes next when one is of no use.
 */
#include "dns/resolver.h"

#include <string.h>

#include "dns/wire.h"

enum { TCP_MS = 5000, ITER_MS = 800 };

/* The server to ask first: the one that failed least of late. */
unsigned dns_x_best_server(const struct dns_res *r)
{
	unsigned i, best = 0;

	for (i = 1; i < r->cfg.nservers; i++)
		if (r->distrust[i] < r->distrust[best] ||
		    (r->distrust[i] == r->distrust[best] && r->timeouts[i] < r->timeouts[best]))
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

/* Returns whether to run again: an entry failed meanwhile, or others were made. */
bool dns_x_start(struct dns_res *r, uint64_t mono)
{
	unsigned i, slot = 0;
	bool failed = false;
	struct load load;

	load_init(&load, r);
	r->again = false;
	for (i = 0; i < r->store.n; i++) {
		struct dns_entry *e = &r->store.e[i];
		struct dns_xchg *x;

		if (e->state != DNS_E_QUEUED || !load_allows(&load, e))
			continue;
		while (slot < DNS_MAX_XCHG && r->x[slot].state != DNS_X_FREE)
			slot++;
		if (slot == DNS_MAX_XCHG)
			break; /* the rest waits for a free slot */
		x = &r->x[slot];
		if (!address(r, e, &x->to, mono)) {
			failed = failed || e->state == DNS_E_FAILED;
			continue;
		}
		x->state = DNS_X_START;
		x->serial++;
		x->tcp = e->tcp;
		x->entry = (uint16_t)i;
		x->deadline = UINT64_MAX;
		e->state = DNS_E_ASKING;
		load_add(&load, e);
	}
	return failed || r->again || end_deadlock(r, mono);
}

static unsigned attempt_ms(const struct dns_res *r, const struct dns_entry *e)
{
	if (e->tcp)
		return TCP_MS;
	if (dns_res_iterates(r))
		return e->tries ? ITER_MS * 3 : ITER_MS;
	return r->cfg.attempt_ms << (e->tries / r->cfg.nservers);
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

/* Ask the next server that may still be of use; none: the entry has failed. */
static void next_server(struct dns_res *r, struct dns_entry *e, uint64_t mono)
{
	unsigned n = r->cfg.nservers, i;

	e->tcp = false;
	for (i = 0; i < n; i++) {
		e->tries++;
		e->server = (uint8_t)((e->server + 1) % n);
		if (!(e->dead & 1u << e->server) && e->tries < n * DNS_TRIES) {
			e->state = DNS_E_QUEUED;
			return;
		}
	}
	dns_x_give_up(e, mono);
}

/* The server answered, and the answer is of no use. */
static void server_is_dead(struct dns_res *r, struct dns_entry *e, const char *why, uint64_t mono)
{
	if (dns_res_iterates(r)) {
		e->fault[0] = why;
		e->state = DNS_E_QUEUED;
		e->tcp = false;
		return;
	}
	e->fault[e->server] = why;
	e->dead = (uint8_t)(e->dead | 1u << e->server);
	next_server(r, e, mono);
}

static uint64_t expiry(const struct dns_entry *e, const uint8_t *data, uint64_t mono)
{
	uint32_t ttl = DNS_MAX_TTL;
	struct dns_rr rr;
	size_t pos = 0;

	if (e->len == 0) /* says nothing of how long that holds */
		return mono;
	while (dns_flat_next(data + e->off, e->len, &pos, &rr))
		if (rr.section != DNS_ADDITIONAL && rr.ttl < ttl)
			ttl = rr.ttl;
	return mono + (uint64_t)ttl * 1000;
}

static const char *rcode_fault(unsigned rcode)
{
	switch (rcode) {
	case DNS_NOERROR: case DNS_NXDOMAIN: case DNS_YXDOMAIN:
		return NULL;
	case DNS_FORMERR:
		return "FORMERR (does it know EDNS0?)";
	case DNS_SERVFAIL:
		return "SERVFAIL";
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

void dns_x_take(struct dns_res *r, struct dns_entry *e, const uint8_t *wire, size_t len,
    uint64_t mono)
{
	bool truncated = dns_get16(wire + 2) & DNS_F_TC;
	const char *err;

	r->timeouts[e->server] = 0;
	if (truncated && !e->tcp) { /* RFC 7766 section 5 */
		e->tcp = true;
		if (dns_res_iterates(r)) /* the same server again */
			e->tried &= ~(UINT32_C(1) << e->addr);
		e->state = DNS_E_QUEUED;
		return;
	}
	if (truncated) {
		server_is_dead(r, e, "a reply that is truncated even over TCP", mono);
		return;
	}
	if (dns_msg_parse(&r->msg, wire, len, &err) != 0) {
		server_is_dead(r, e, err, mono);
		return;
	}
	if (dns_res_iterates(r)) {
		e->tcp = false;
		if (!dns_iter_take(r, e, &r->msg, mono))
			return;
	}
	err = rcode_fault(r->msg.rcode);
	if (err != NULL) {
		server_is_dead(r, e, err, mono);
		return;
	}
	if (!dns_store_put(&r->store, e, &r->msg)) {
		server_is_dead(r, e, "a reply too large to keep", mono);
		return;
	}
	e->fetched = mono;
	e->expires = expiry(e, r->store.data, mono);
}

void dns_x_failed(struct dns_res *r, unsigned slot, const char *why, uint64_t mono)
{
	struct dns_entry *e = &r->store.e[r->x[slot].entry];

	r->x[slot].state = DNS_X_FREE;
	if (dns_res_iterates(r)) {
		dns_iter_no_reply(r, e, why);
		return;
	}
	e->fault[e->server] = why;
	if (r->timeouts[e->server] < 255)
		r->timeouts[e->server]++;
	next_server(r, e, mono);
}
