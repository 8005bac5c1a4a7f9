/* SPDX-License-Identifier: ISC */
/* src/host.c: from a host to its addresses and its TLSA set.  The addresses decide first:
   whether the host's zone is signed, and where aliases lead (RFC 7672 sections 2.2.2 and
   2.2.3, RFC 7671 section 7).  A TLSA answer that came early counts only when they call
   for it.  Whether a certificate matches is for tls/. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/probe.h"
#include "src/report_out.h"

bool host_chars_ok(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
	    strlen(s);
}

bool host_name_ok(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 253 && s[0] != '.' && host_chars_ok(s);
}

static int tlsa_owner(const uint8_t *name, uint16_t port, uint8_t *out)
{
	uint8_t tcp[DNS_NAME_MAX];
	char label[8];
	int n = snprintf(label, sizeof label, "_%u", (unsigned)port);

	return dns_name_prepend((const uint8_t *)"_tcp", 4, name, tcp) ||
	    dns_name_prepend((const uint8_t *)label, (size_t)n, tcp, out) ? -1 : 0;
}

struct host *host_new(struct target *t, const uint8_t *name, uint16_t port,
    const struct probe_options *o)
{
	struct host *h = text_alloc(sizeof *h);
	uint8_t owner[DNS_NAME_MAX];
	char buf[DNS_NAME_TEXT];

	h->target = t;
	h->port = port;
	h->preference = h->weight = -1;
	h->tls_on_connect = o->tls_on_connect;
	h->all_certs = o->all_certs;
	h->addrs = text_alloc(PROBE_MAX_ADDRS * (o->all_certs ? PROBE_OFFERS : 1) * sizeof *h->addrs);
	dns_name_copy(h->name, name);
	dns_name_lower(h->name);
	snprintf(h->text, sizeof h->text, "%s", t->literal.family ? t->text :
	    dns_name_str(h->name, buf, sizeof buf));
	h->a.handle = h->aaaa.handle = h->tlsa.handle = h->end_tlsa.handle = -1;
	if (t->literal.family || (o->ntlsa && o->chain))
		return h; /* no DNS at all */
	if (!o->only6)
		look_init(&h->a, h->name, DNS_A);
	if (!o->only4)
		look_init(&h->aaaa, h->name, DNS_AAAA);
	if (!o->ntlsa && tlsa_owner(h->name, port, owner) == 0)
		look_init(&h->tlsa, owner, DNS_TLSA);
	return h;
}

void host_addr_reset(struct addr *a)
{
	struct addr was = *a;
	unsigned i;

	for (i = 0; i < a->ncerts; i++) {
		free(a->certs[i].names);
		free(a->certs[i].suggest);
		free(a->certs[i].der);
	}
	free(a->certs);
	free(a->table);
	free(a->ocsp);
	problem_free(&a->problems);
	memset(a, 0, sizeof *a);
	a->a = was.a;
	a->place = was.place;
	a->offer = was.offer;
	a->match = -1;
	a->time = (struct timing){ -1, -1, -1 };
	memset(a->data_depth, -1, sizeof a->data_depth);
}

void host_free(struct probe *p, struct host *h)
{
	unsigned i;

	look_free(p, &h->a);
	look_free(p, &h->aaaa);
	look_free(p, &h->tlsa);
	look_free(p, &h->end_tlsa);
	stray_free(p, h);
	problem_free(&h->problems);
	for (i = 0; i < h->nnames; i++)
		free(h->names[i]);
	for (i = 0; i < h->naddrs; i++)
		host_addr_reset(&h->addrs[i]);
	free(h->addrs);
	free(h->base);
	free(h->tlsa_name);
	free(h->advice);
	free(h);
}

/* ---- the end ------------------------------------------------------------------------- */

/* A host is ok only when one address at least was proven ok and nothing else is wrong. */
void host_finish(struct host *h)
{
	enum verdict v = problem_worst(h->problems, VERDICT_NONE);
	unsigned i, good = 0;

	offer_settle(h);
	for (i = 0; i < h->naddrs; i++) {
		good += h->addrs[i].verdict == VERDICT_OK || h->addrs[i].verdict == VERDICT_WARNING;
		if (h->addrs[i].verdict > v)
			v = h->addrs[i].verdict;
	}
	if (v < VERDICT_FAIL && !good)
		v = VERDICT_FAIL;
	h->verdict = v;
	h->state = HOST_DONE;
	debug_line("host name=%s port=%u verdict=%s", h->text, (unsigned)h->port, verdict_str(v));
}

/* Addresses stay unprobed; the problem says why. */
void host_give_up(struct host *h)
{
	unsigned i;

	for (i = 0; i < h->naddrs; i++)
		h->addrs[i].state = ADDR_SKIPPED;
	host_finish(h);
}

/* The proxy has IPv6 after all: what it said of an address was not of the whole family. */
static void take_back(const struct probe *p, struct addr *a)
{
	if (!a->by_proxy || !p->proxy_has6)
		return;
	problem_add(&a->problems, VERDICT_FAIL, "connect-failed", "the proxy says that the network of the "
	    "address is unreachable, while it connects to other IPv6 addresses; check that the server runs "
	    "and that its network is routed");
	a->no_route = a->by_proxy = false;
	a->verdict = VERDICT_FAIL;
	a->state = ADDR_DONE;
}

/* Addresses of a family that this machine or the proxy does not have are listed and no problem,
   unless that leaves nothing, or the family was asked for by -4 or -6. */
static void probing_done(const struct probe *p, struct host *h)
{
	unsigned i, none = 0;
	bool proxy = false;

	for (i = 0; i < h->naddrs; i++) {
		take_back(p, &h->addrs[i]);
		none += h->addrs[i].no_route;
		proxy = proxy || h->addrs[i].by_proxy;
	}
	if (none && (none == h->naddrs || p->o.only4 || p->o.only6))
		problem_add(&h->problems, VERDICT_FAIL, proxy ? "local-proxy" : "local-network", "%s has no "
		    "route to %s of %s%s; check its network", proxy ? "the proxy" : "this machine",
		    none == h->naddrs ? "any address" : "addresses", h->text,
		    p->o.only4 ? " (and -4 was given)" : p->o.only6 ? " (and -6 was given)" : "");
	host_finish(h);
}

const char *addr_why_skipped(const struct addr *a)
{
	static const char *const text[2][2] = { { "no IPv4 here", "no IPv6 here" },
		{ "no IPv4 beyond the proxy", "no IPv6 beyond the proxy" } };

	return a->no_route ? text[a->by_proxy][a->a.family == 6] : a->special;
}

/* ---- addresses ------------------------------------------------------------------------ */

void host_add_addr(struct host *h, const struct dns_addr *x)
{
	struct addr *a;
	unsigned i;

	for (i = 0; i < h->naddrs; i++)
		if (dns_addr_eq(&h->addrs[i].a, x))
			return;
	if (h->naddrs == PROBE_MAX_ADDRS) {
		problem_add(&h->problems, VERDICT_FAIL, "address-limit", "%s has more than %d "
		    "addresses; only the first %d are probed", h->text, PROBE_MAX_ADDRS,
		    PROBE_MAX_ADDRS);
		return;
	}
	a = &h->addrs[h->naddrs];
	a->a = *x;
	a->place = h->naddrs++;
	a->offer = h->all_certs ? TLS_OFFER_RSA : TLS_OFFER_ALL;
	host_addr_reset(a);
}

static void add_record(struct host *h, const struct dns_rr *rr)
{
	struct dns_addr x;

	memset(&x, 0, sizeof x);
	x.family = rr->type == DNS_A ? 4 : 6;
	x.port = h->port;
	if (rr->rdlen != (x.family == 4 ? 4 : 16))
		return;
	memcpy(x.a, rr->rdata, rr->rdlen);
	host_add_addr(h, &x);
}

/* Bogus or failing: RFC 7672 section 2.1.2 has the sender defer, unless it makes do with the other
   family.  False: not of use. */
static bool judge_family(struct host *h, const struct look *k, const struct look *other)
{
	const char *type = k->type == DNS_A ? "A" : "AAAA";
	const char *then = other->has_data ? "mail would be deferred, or go by the other family alone" :
	    "mail would be deferred";

	if (k->state == DNS_SEC_SECURE || k->state == DNS_SEC_INSECURE)
		return true;
	if (k->state == DNS_SEC_BOGUS)
		problem_add(&h->problems, VERDICT_FAIL, "address-bogus", "the %s records of %s are "
		    "bogus and not used, and %s: %s; " LOOK_BOGUS, type, h->text, then, look_why(k));
	else if (k->failed_local)
		problem_add(&h->problems, VERDICT_FAIL, "local-dns", "no DNS server answered the %s "
		    "query for %s: %s; " LOOK_LOCAL, type,
		    h->text, look_why(k));
	else
		problem_add(&h->problems, VERDICT_FAIL, "address-lookup-failed", "the %s look-up "
		    "for %s failed, and %s: %s; " LOOK_FAILED, type, h->text, then, look_why(k));
	return false;
}

/* Of two look-ups the one whose aliases and state count: with data, then secure, then A. */
static const struct look *better(const struct look *x, const struct look *y)
{
	if (!x || !y)
		return x ? x : y;
	if (x->has_data != y->has_data)
		return x->has_data ? x : y;
	return y->state > x->state ? y : x;
}

/* With -check-chain the host may not be on the network yet: only a warning. */
static void no_address(struct host *h, enum verdict v)
{
	if (h->main && h->main->rcode == DNS_NXDOMAIN)
		problem_add(&h->problems, VERDICT_FAIL, "no-address", "%s does not exist; correct "
		    "its name or publish its addresses", h->text);
	else
		problem_add(&h->problems, v, "no-address", "%s has no %s; publish "
		    "its addresses", h->text, !h->aaaa.wanted ? "A record (and -4 was given)" :
		    !h->a.wanted ? "AAAA record (and -6 was given)" : "A or AAAA record");
}

void host_addresses(struct probe *p, struct host *h)
{
	const struct look *both[2] = { &h->a, &h->aaaa };
	char end[DNS_NAME_TEXT];
	struct dns_rr rr;
	unsigned i, tried = 0, useful = 0;

	h->main = NULL;
	for (i = 0; i < 2; i++) {
		size_t pos = 0;

		if (!both[i]->wanted)
			continue;
		tried++;
		if (!judge_family(h, both[i], both[1 - i]))
			continue;
		useful++;
		h->main = better(h->main, both[i]);
		while (look_next(both[i], &pos, &rr))
			add_record(h, &rr);
	}
	if (!h->naddrs && useful == tried)
		no_address(h, p->o.chain ? VERDICT_WARNING : VERDICT_FAIL);
	if (h->main && h->main->nlinks && h->target->mx && !h->target->implicit)
		problem_add(&h->problems, VERDICT_WARNING, "mx-alias", "the mail exchanger %s is an "
		    "alias; DANE allows that (RFC 7671 section 7), but RFC 5321 section 5.1 does not, and "
		    "some senders refuse it: name %s in the MX record", h->text,
		    dns_name_str(h->main->end, end, sizeof end));
	h->secure_alias = h->main && h->main->nlinks && h->main->links_secure &&
	    h->main->last == DNS_SEC_SECURE;
}

/* ---- where to look for TLSA ------------------------------------------------------------- */

/* RFC 7672 section 2.2.2: true when TLSA records may be looked for at all. */
static bool is_signed(struct host *h)
{
	const struct look *k = h->main;

	if (k->nlinks == 0 ? k->state == DNS_SEC_SECURE : k->first_secure)
		return true;
	h->insecure = true;
	problem_add(&h->problems, VERDICT_FAIL, "dane-none", "the %s of %s %s not secured by "
	    "DNSSEC%s%s%s, so no sender applies DANE to it (RFC 7672 section 2.2.2); %s",
	    k->nlinks ? "alias" : "address records", h->text, k->nlinks ? "is" : "are",
	    *k->reason ? " (" : "", k->reason, *k->reason ? ")" : "", look_sign(k));
	return false;
}

/* RFC 7671 section 7: the expanded name comes first when every alias and its end are secure;
   otherwise the original name is the only one. */
static bool addresses_done(struct probe *p, struct host *h)
{
	uint8_t owner[DNS_NAME_MAX];
	const struct look *k;

	if (p->o.ntlsa) {
		set_given(p, h);
		return true;
	}
	host_addresses(p, h);
	k = h->main;
	if ((!h->naddrs && !p->o.chain) || !k || k->rcode == DNS_NXDOMAIN || !is_signed(h)) {
		host_give_up(h);
		return true;
	}
	if (h->secure_alias && tlsa_owner(k->end, h->port, owner) == 0)
		look_init(&h->end_tlsa, owner, DNS_TLSA);
	h->state = HOST_ALIAS;
	return true;
}

/* ---- the machine ---------------------------------------------------------------------------- */

static bool advance(struct probe *p, struct host *h)
{
	bool a, aaaa;
	unsigned i;

	switch (h->state) {
	case HOST_LOOKING: /* all three are asked for at once; the addresses decide */
		a = look_poll(p, &h->a);
		aaaa = look_poll(p, &h->aaaa);
		look_poll(p, &h->tlsa);
		return a && aaaa ? addresses_done(p, h) : false;
	case HOST_ALIAS: /* addresses are known; TLSA is called for */
		look_poll(p, &h->tlsa);
		return set_find(p, h);
	case HOST_STRAY: /* it is denied; is it somewhere else? */
		if (!stray_poll(p, h))
			return false;
		set_none(p, h);
		return true;
	case HOST_PROBING: /* the set is known; connections are queued or live */
		offer_next(h);
		for (i = 0; i < h->naddrs; i++)
			if (h->addrs[i].state == ADDR_QUEUED || h->addrs[i].state == ADDR_LIVE)
				return false;
		probing_done(p, h);
		return true;
	case HOST_DONE:
		break;
	}
	return false;
}

/* A host that is done gives back the places of look-ups that nobody waits for any more:
   they are few, and other hosts may be in need of them. */
bool host_step(struct probe *p, struct host *h)
{
	enum host_state before = h->state;
	bool moved = advance(p, h);

	if (moved && before < HOST_PROBING)
		h->target->proven = clock_mono();
	if (moved && h->state == HOST_DONE) {
		look_cancel(p, &h->a);
		look_cancel(p, &h->aaaa);
		look_cancel(p, &h->tlsa);
		look_cancel(p, &h->end_tlsa);
	}
	return moved;
}
