/* SPDX-License-Identifier: ISC */
/* src/host.c: from a host to its addresses and its TLSA set.  The addresses decide first:
   whether the host's zone is signed, and where aliases lead (RFC 7672 sections 2.2.2 and
   2.2.3, RFC 7671 section 7).  A TLSA answer that came early counts only when they call
   for it.  Whether a certificate matches is for tls/. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct host *host_new(struct target *t, const uint8_t *name, uint16_t port, int preference,
    const struct probe_options *o)
{
	struct host *h = text_alloc(sizeof *h);
	uint8_t owner[DNS_NAME_MAX];
	char buf[DNS_NAME_TEXT];

	h->target = t;
	h->port = port;
	h->preference = preference;
	dns_name_copy(h->name, name);
	dns_name_lower(h->name);
	snprintf(h->text, sizeof h->text, "%s", dns_name_str(h->name, buf, sizeof buf));
	h->a.handle = h->aaaa.handle = h->tlsa.handle = h->end_tlsa.handle = -1;
	if (!o->only6)
		look_init(&h->a, h->name, DNS_A);
	if (!o->only4)
		look_init(&h->aaaa, h->name, DNS_AAAA);
	if (tlsa_owner(h->name, port, owner) == 0)
		look_init(&h->tlsa, owner, DNS_TLSA);
	return h;
}

void host_free(struct probe *p, struct host *h)
{
	unsigned i, j;

	look_free(p, &h->a);
	look_free(p, &h->aaaa);
	look_free(p, &h->tlsa);
	look_free(p, &h->end_tlsa);
	problem_free(&h->problems);
	for (i = 0; i < h->nnames; i++)
		free(h->names[i]);
	for (i = 0; i < h->naddrs; i++) {
		for (j = 0; j < h->addrs[i].ncerts; j++) {
			free(h->addrs[i].certs[j].names);
			free(h->addrs[i].certs[j].suggest);
		}
		free(h->addrs[i].certs);
		problem_free(&h->addrs[i].problems);
	}
	free(h->base);
	free(h->tlsa_name);
	free(h);
}

/* ---- the end ------------------------------------------------------------------------- */

/* A host is ok only when one address at least was proven ok and nothing else is wrong. */
static void finish(struct host *h)
{
	enum verdict v = problem_worst(h->problems, VERDICT_NONE);
	unsigned i, good = 0;

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
static void give_up(struct host *h)
{
	unsigned i;

	for (i = 0; i < h->naddrs; i++)
		h->addrs[i].state = ADDR_SKIPPED;
	finish(h);
}

/* Addresses of a family that this machine cannot reach are listed and no problem, unless
   that leaves nothing. */
static void probing_done(struct host *h)
{
	unsigned i, none = 0;
	bool v4 = false;

	for (i = 0; i < h->naddrs; i++)
		if (h->addrs[i].no_route) {
			none++;
			v4 = v4 || h->addrs[i].a.family == 4;
		}
	if (none && (none == h->naddrs || v4))
		problem_add(&h->problems, VERDICT_FAIL, "local-network", "this machine has no route "
		    "to %s of %s; check its network", none == h->naddrs ? "any address" :
		    "the IPv4 addresses", h->text);
	finish(h);
}

/* ---- addresses ------------------------------------------------------------------------ */

static void add_addr(struct host *h, const struct dns_rr *rr)
{
	struct addr *a;
	struct dns_addr x;
	unsigned i;

	memset(&x, 0, sizeof x);
	x.family = rr->type == DNS_A ? 4 : 6;
	x.port = h->port;
	if (rr->rdlen != (x.family == 4 ? 4 : 16))
		return;
	memcpy(x.a, rr->rdata, rr->rdlen);
	for (i = 0; i < h->naddrs; i++)
		if (dns_addr_eq(&h->addrs[i].a, &x))
			return;
	if (h->naddrs == PROBE_MAX_ADDRS) {
		problem_add(&h->problems, VERDICT_FAIL, "address-limit", "%s has more than %d "
		    "addresses; only the first %d are probed", h->text, PROBE_MAX_ADDRS,
		    PROBE_MAX_ADDRS);
		return;
	}
	a = &h->addrs[h->naddrs++];
	a->a = x;
	a->match = -1;
	memset(a->data_depth, -1, sizeof a->data_depth);
}

/* Bogus or failing: RFC 7672 section 2.1.2 has the sender defer.  False: not of use. */
static bool judge_family(struct host *h, const struct look *k)
{
	const char *type = k->type == DNS_A ? "A" : "AAAA";

	if (k->state == DNS_SEC_SECURE || k->state == DNS_SEC_INSECURE)
		return true;
	if (k->state == DNS_SEC_BOGUS)
		problem_add(&h->problems, VERDICT_FAIL, "address-bogus", "the %s records of %s are "
		    "bogus and not used, and mail is deferred: %s", type, h->text, look_why(k));
	else if (k->failed_local)
		problem_add(&h->problems, VERDICT_FAIL, "local-dns", "no DNS server answered the %s "
		    "query for %s: %s; check -resolver and the network of this machine", type,
		    h->text, look_why(k));
	else
		problem_add(&h->problems, VERDICT_FAIL, "address-lookup-failed", "the %s look-up "
		    "for %s failed, and mail is deferred: %s", type, h->text, look_why(k));
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

static void collect(struct host *h)
{
	const struct look *both[2] = { &h->a, &h->aaaa };
	struct dns_rr rr;
	unsigned i, tried = 0, useful = 0;

	h->main = NULL;
	for (i = 0; i < 2; i++) {
		size_t pos = 0;

		if (!both[i]->wanted)
			continue;
		tried++;
		if (!judge_family(h, both[i]))
			continue;
		useful++;
		h->main = better(h->main, both[i]);
		while (look_next(both[i], &pos, &rr))
			add_addr(h, &rr);
	}
	if (h->naddrs || useful < tried)
		return;
	if (h->main && h->main->rcode == DNS_NXDOMAIN)
		problem_add(&h->problems, VERDICT_FAIL, "no-address", "%s does not exist; correct "
		    "its name or publish its addresses", h->text);
	else
		problem_add(&h->problems, VERDICT_FAIL, "no-address", "%s has no %s; publish "
		    "its addresses", h->text, !h->aaaa.wanted ? "A record (and -4 was given)" :
		    !h->a.wanted ? "AAAA record (and -6 was given)" : "A or AAAA record");
}

/* ---- where to look for TLSA ------------------------------------------------------------- */

/* RFC 7672 section 2.2.2: true when TLSA records may be looked for at all. */
static bool is_signed(struct host *h)
{
	const struct look *k = h->main;

	if (k->nlinks == 0 ? k->state == DNS_SEC_SECURE : k->first_secure)
		return true;
	problem_add(&h->problems, VERDICT_FAIL, "dane-none", "the %s of %s %s not secured by "
	    "DNSSEC, so no sender applies DANE to it (RFC 7672 section 2.2.2); sign the zone of %s "
	    "and have its DS records published in the parent zone%s%s", k->nlinks ? "alias" :
	    "address records", h->text, k->nlinks ? "is" : "are", h->text, *k->reason ? ": " : "",
	    k->reason);
	return false;
}

/* RFC 7671 section 7: the expanded name comes first when every alias and its end are secure;
   otherwise the original name is the only one. */
static bool addresses_done(struct host *h)
{
	uint8_t owner[DNS_NAME_MAX];
	const struct look *k;

	collect(h);
	if (!h->naddrs || !is_signed(h)) {
		give_up(h);
		return true;
	}
	k = h->main;
	h->secure_alias = k->nlinks && k->links_secure && k->last == DNS_SEC_SECURE;
	if (h->secure_alias && tlsa_owner(k->end, h->port, owner) == 0)
		look_init(&h->end_tlsa, owner, DNS_TLSA);
	h->state = HOST_ALIAS;
	return true;
}

/* ---- the TLSA set ------------------------------------------------------------------------ */

static void add_name(struct host *h, const char *name)
{
	struct text t = { 0 };
	unsigned i;

	for (; *name; name++) {
		char c = *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name;

		text_add(&t, &c, 1);
	}
	if (t.len && t.p[t.len - 1] == '.')
		t.p[--t.len] = '\0';
	for (i = 0; i < h->nnames; i++)
		if (!strcmp(h->names[i], text_str(&t)))
			break;
	if (i == h->nnames && t.len && h->nnames < TLS_MAX_NAMES)
		h->names[h->nnames++] = text_dup(text_str(&t));
	text_free(&t);
}

static void add_wire_name(struct host *h, const uint8_t *name)
{
	char buf[DNS_NAME_TEXT];

	dns_name_str(name, buf, sizeof buf);
	if (host_name_ok(buf))
		add_name(h, buf);
}

/* RFC 7672 section 3.2.2: the base domain; the next-hop domain, as given and expanded, when
   the MX look-up was secure; both ends of a secure alias; and what the user adds. */
static void reference_names(const struct probe *p, struct host *h, const uint8_t *base)
{
	const struct target *t = h->target;
	unsigned i;

	add_wire_name(h, base);
	if (t->mx && t->look.state == DNS_SEC_SECURE) {
		add_wire_name(h, t->name);
		add_wire_name(h, t->look.end);
	}
	if (h->secure_alias) {
		add_wire_name(h, h->name);
		add_wire_name(h, h->main->end);
	}
	for (i = 0; i < p->o.naka; i++)
		add_name(h, p->o.aka[i]);
}

/* False: too many for us to judge; a part of a set is never judged. */
static bool read_set(struct host *h)
{
	struct dns_rr rr;
	size_t pos = 0;

	while (look_next(h->used, &pos, &rr)) {
		struct tls_tlsa *s = &h->set[h->ntlsa];

		if (h->ntlsa == TLS_MAX_TLSA || rr.rdlen < 3) {
			problem_add(&h->problems, VERDICT_FAIL, "tlsa-limit", "%s has %s; the set "
			    "is not judged, publish a well-formed one", h->tlsa_name, rr.rdlen < 3 ?
			    "a malformed TLSA record" : "more TLSA records than are looked at");
			h->ntlsa = 0;
			return false;
		}
		s->usage = rr.rdata[0];
		s->selector = rr.rdata[1];
		s->mtype = rr.rdata[2];
		s->len = (uint16_t)(rr.rdlen - 3);
		s->data = rr.rdata + 3;
		h->nusable += tls_tlsa_usable(s) == TLS_USABLE;
		h->ntlsa++;
	}
	return h->ntlsa > 0;
}

/* The TLSA set is proven: now the addresses may be connected to. */
static void use(struct probe *p, struct host *h, const struct look *k, const uint8_t *base)
{
	char buf[DNS_NAME_TEXT];
	unsigned i;

	h->used = k;
	h->tlsa_name = text_dup(dns_name_str(k->name, buf, sizeof buf));
	h->base = text_dup(dns_name_str(base, buf, sizeof buf));
	reference_names(p, h, base);
	if (!host_name_ok(h->base)) {
		problem_add(&h->problems, VERDICT_FAIL, "dane-none", "the alias %s leads to %s, which "
		    "is not a host name; correct it", h->text, h->base);
		give_up(h);
		return;
	}
	if (!read_set(h)) {
		problem_add(&h->problems, VERDICT_FAIL, "dane-none", "no TLSA record of %s can be "
		    "judged", h->tlsa_name);
		give_up(h);
		return;
	}
	if (!h->nusable)
		problem_add(&h->problems, VERDICT_FAIL, "tlsa-unusable", "none of the TLSA records at "
		    "%s can be used with SMTP (RFC 7672 section 3.1), so senders do not "
		    "authenticate %s; publish \"3 1 1\" or \"2 1 1\" records", h->tlsa_name, h->text);
	if (k != &h->tlsa) /* its answer is not called for any more, and nobody would take it */
		look_cancel(p, &h->tlsa);
	for (i = 0; i < h->naddrs; i++)
		h->addrs[i].state = ADDR_QUEUED;
	h->state = HOST_PROBING;
}

/* RFC 7672 section 2.1.2: bogus or failing TLSA look-ups make the host unreachable. */
static bool tlsa_failed(struct host *h, const struct look *k)
{
	char buf[DNS_NAME_TEXT];

	if (k->state == DNS_SEC_SECURE || k->state == DNS_SEC_INSECURE)
		return false;
	dns_name_str(k->name, buf, sizeof buf);
	if (k->state == DNS_SEC_BOGUS)
		problem_add(&h->problems, VERDICT_FAIL, "tlsa-bogus", "the TLSA records at %s are "
		    "bogus, and mail is deferred (RFC 7672 section 2.1.2): %s", buf, look_why(k));
	else if (k->failed_local)
		problem_add(&h->problems, VERDICT_FAIL, "local-dns", "no DNS server answered the "
		    "TLSA query for %s: %s; check -resolver and the network of this machine", buf,
		    look_why(k));
	else
		problem_add(&h->problems, VERDICT_FAIL, "tlsa-lookup-failed", "the TLSA look-up at "
		    "%s failed, and mail is deferred (RFC 7672 section 2.1.2): %s; the name "
		    "servers must answer TLSA queries", buf, look_why(k));
	return true;
}

static void no_tlsa(struct host *h)
{
	const struct look *k = &h->tlsa;
	char buf[DNS_NAME_TEXT];

	if (!k->wanted)
		problem_add(&h->problems, VERDICT_FAIL, "dane-none", "the name %s is too long to "
		    "have TLSA records", h->text);
	else if (k->has_data)
		problem_add(&h->problems, VERDICT_FAIL, "dane-none", "the TLSA records at %s are "
		    "not secured by DNSSEC, so no sender uses them: %s",
		    dns_name_str(k->name, buf, sizeof buf), look_why(k));
	else
		problem_add(&h->problems, VERDICT_FAIL, "dane-none", "%s has no TLSA records at %s "
		    "(the denial is %s), so senders do not apply DANE to it; publish a "
		    "\"3 1 1\" record for its key", h->text, dns_name_str(k->name, buf, sizeof buf),
		    dns_sec_str(k->state));
	give_up(h);
}

/* First the end of a secure alias, then the original name (RFC 7671 section 7).  Insecure
   counts as absent (RFC 7672 section 2.2.3). */
static bool find_set(struct probe *p, struct host *h)
{
	struct look *k = &h->end_tlsa;

	if (k->wanted) {
		if (!look_poll(p, k))
			return false;
		if (tlsa_failed(h, k)) {
			give_up(h);
			return true;
		}
		if (k->state == DNS_SEC_SECURE && k->has_data) {
			use(p, h, k, h->main->end);
			return true;
		}
	}
	k = &h->tlsa;
	if (!look_poll(p, k))
		return false;
	if (k->wanted && tlsa_failed(h, k))
		give_up(h);
	else if (k->wanted && k->state == DNS_SEC_SECURE && k->has_data)
		use(p, h, k, h->name);
	else
		no_tlsa(h);
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
		return a && aaaa ? addresses_done(h) : false;
	case HOST_ALIAS: /* addresses are known; TLSA is called for */
		look_poll(p, &h->tlsa);
		return find_set(p, h);
	case HOST_PROBING: /* the set is known; connections are queued or live */
		for (i = 0; i < h->naddrs; i++)
			if (h->addrs[i].state == ADDR_QUEUED || h->addrs[i].state == ADDR_LIVE)
				return false;
		probing_done(h);
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
	bool moved = advance(p, h);

	if (moved && h->state == HOST_DONE) {
		look_cancel(p, &h->a);
		look_cancel(p, &h->aaaa);
		look_cancel(p, &h->tlsa);
		look_cancel(p, &h->end_tlsa);
	}
	return moved;
}
