/* SPDX-License-Identifier: ISC */
/* src/set.c: the TLSA set of a host: where it comes from (RFC 7671 section 7, RFC 7672 section
   2.2.3, or the user), what it means when it cannot be had (RFC 7672 section 2.1.2), the names that
   go with it (RFC 7672 section 3.2.2), and on to the addresses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/net.h"
#include "src/probe.h"
#include "src/special.h"

/* ---- names ---------------------------------------------------------------------------- */

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
	if (t->srv && t->look.state == DNS_SEC_SECURE) { /* RFC 7673 section 4 */
		add_wire_name(h, t->name);
		add_wire_name(h, h->name);
	}
	if (h->secure_alias) {
		add_wire_name(h, h->name);
		add_wire_name(h, h->main->end);
	}
	for (i = 0; i < p->o.naka; i++)
		add_name(h, p->o.aka[i]);
}

void set_record(struct text *t, const struct tls_tlsa *s, bool whole)
{
	size_t n = !whole && s->len > 8 ? 8 : s->len;

	text_printf(t, "%u %u %u ", (unsigned)s->usage, (unsigned)s->selector,
	    (unsigned)s->mtype);
	text_hex(t, s->data, n);
	if (n < s->len)
		text_puts(t, "...");
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
			    "is not judged, publish %s", h->tlsa_name, rr.rdlen < 3 ?
			    "a malformed TLSA record" : "more TLSA records than are looked at",
			    rr.rdlen < 3 ? "a well-formed one" : "fewer");
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
	if (!h->ntlsa) /* cannot be; but never good */
		problem_add(&h->problems, VERDICT_FAIL, "dane-none", "no TLSA record of %s can be "
		    "judged", h->tlsa_name);
	return h->ntlsa > 0;
}

enum tls_usable set_usable(const struct host *h, unsigned i)
{
	enum tls_usable u = tls_tlsa_usable(&h->set[i]);

	return u == TLS_UNUSABLE_PKIX && h->target->srv ? TLS_NOT_CHECKED_PKIX : u;
}

bool set_is_pkix(const struct host *h)
{
	unsigned i;

	for (i = 0; i < h->ntlsa; i++)
		if (set_usable(h, i) != TLS_NOT_CHECKED_PKIX)
			return false;
	return h->ntlsa > 0;
}

/* Nothing in the set can be used.  For a client of submission, usages 0 and 1 are legitimate
   (RFC 7673 section 4), but what they ask for is not checked here. */
static void none_usable(struct host *h)
{
	if (set_is_pkix(h))
		problem_add(&h->problems, VERDICT_FAIL, "tlsa-not-checked", "the TLSA records at %s have "
		    "usages 0 and 1 alone, which ask for a check against public CAs that is not made "
		    "here: nothing is known of %s; publish a \"3 1 1\" record beside them to have it "
		    "checked", h->tlsa_name, h->text);
	else
		problem_add(&h->problems, VERDICT_FAIL, "tlsa-unusable", "none of the TLSA records at "
		    "%s can be used%s, so %s encrypt but do not authenticate %s; publish \"3 1 1\" or "
		    "\"2 1 1\" records", h->tlsa_name, h->target->srv ? "" : " with SMTP (RFC 7672 section 3.1)",
		    h->target->srv ? "clients" : "senders", h->text);
}

/* -check-chain: the file takes the place of what a server would present. */
static void check_file(struct probe *p, struct host *h)
{
	static const struct ended finished = { .outcome = SMTP_FINISHED, .tls_started = true,
		.opened = true, .time = { -1, -1, -1 } };
	struct tls_dane_result *r = text_alloc(sizeof *r);
	struct dns_addr file;
	struct tls_dane d;

	memset(&file, 0, sizeof file);
	h->naddrs = 0;
	host_add_addr(h, &file);
	judge_dane(p, h, &d);
	tls_dane_check(&d, p->o.chain, r);
	judge(p, h, &h->addrs[0], &finished, p->o.chain, r);
	free(r);
	advise(p, h);
	host_finish(h);
}

/* -refuse-reserved: a name that is not one's own may lead to what only looks like a mail server of
   its own, in this machine's network.  The user's own literal is the user's choice. */
static bool refuse_reserved(const struct probe *p, struct host *h, struct addr *a)
{
	char buf[NET_ADDR_TEXT];

	if (!p->o.refuse_reserved || h->target->literal.family || !(a->special = special_address(&a->a)))
		return false;
	problem_add(&h->problems, VERDICT_FAIL, "address-reserved", "%s of %s is a special-purpose address "
	    "(%s), which nobody can reach by the Internet; it was not connected to (-refuse-reserved): "
	    "remove it from the DNS", net_addr_str(&a->a, false, buf, sizeof buf), h->text, a->special);
	a->state = ADDR_SKIPPED;
	return true;
}

/* The set is known: on to the addresses. */
static void go(struct probe *p, struct host *h)
{
	unsigned i;

	if (!h->nusable)
		none_usable(h);
	if (p->o.chain) {
		check_file(p, h);
		return;
	}
	for (i = 0; i < h->naddrs; i++)
		if (!refuse_reserved(p, h, &h->addrs[i]))
			h->addrs[i].state = ADDR_QUEUED;
	h->state = HOST_PROBING;
}

/* -tlsa: the records are taken as proven; of the addresses it is only wanted that they are not
   forged. */
void set_given(struct probe *p, struct host *h)
{
	char buf[DNS_NAME_TEXT];
	struct text owner = { 0 };
	unsigned i;

	h->ntlsa = p->o.ntlsa;
	for (i = 0; i < h->ntlsa; i++) {
		h->set[i] = p->o.tlsa[i];
		h->nusable += tls_tlsa_usable(&h->set[i]) == TLS_USABLE;
	}
	h->base = text_dup(*h->name ? dns_name_str(h->name, buf, sizeof buf) : "");
	text_printf(&owner, "_%u._tcp.%s", (unsigned)h->port, *h->base ? h->base : "HOST");
	h->tlsa_name = text_dup(text_str(&owner));
	text_free(&owner);
	if (h->target->literal.family) {
		h->target->literal.port = h->port;
		host_add_addr(h, &h->target->literal);
	} else if (!p->o.chain)
		host_addresses(p, h);
	reference_names(p, h, h->name);
	if (!h->naddrs && !p->o.chain)
		host_give_up(h);
	else
		go(p, h);
}

/* The TLSA set is proven: now the addresses may be connected to. */
static void use(struct probe *p, struct host *h, const struct look *k, const uint8_t *base)
{
	char buf[DNS_NAME_TEXT];

	h->used = k;
	h->tlsa_name = text_dup(dns_name_str(k->name, buf, sizeof buf));
	h->base = text_dup(dns_name_str(base, buf, sizeof buf));
	reference_names(p, h, base);
	if (!host_name_ok(h->base)) {
		problem_add(&h->problems, VERDICT_FAIL, "dane-none", "the alias %s leads to %s, which "
		    "is not a host name; correct it", h->text, h->base);
		host_give_up(h);
		return;
	}
	if (!read_set(h)) {
		host_give_up(h);
		return;
	}
	if (k != &h->tlsa) /* its answer is not called for any more, and nobody would take it */
		look_cancel(p, &h->tlsa);
	go(p, h);
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
		    "bogus, and mail would be deferred (RFC 7672 section 2.1.2): %s; " LOOK_BOGUS, buf,
		    look_why(k));
	else if (k->failed_local)
		problem_add(&h->problems, VERDICT_FAIL, "local-dns", "no DNS server answered the "
		    "TLSA query for %s: %s; " LOOK_LOCAL, buf,
		    look_why(k));
	else
		problem_add(&h->problems, VERDICT_FAIL, "tlsa-lookup-failed", "the TLSA look-up at "
		    "%s failed, and mail would be deferred (RFC 7672 section 2.1.2): %s; the name "
		    "servers must answer TLSA queries", buf, look_why(k));
	return true;
}

/* "_25._tcp.mx.example.org", or both names of a secure alias. */
static void asked_names(const struct host *h, struct text *t)
{
	char buf[DNS_NAME_TEXT];

	if (h->end_tlsa.wanted)
		text_printf(t, "%s%s nor at ", dns_name_str(h->end_tlsa.name, buf, sizeof buf),
		    h->end_tlsa.has_data ? " (but insecure ones, which do not count)" : "");
	text_puts(t, dns_name_str(h->tlsa.name, buf, sizeof buf));
}

static void denied(struct host *h)
{
	struct text at = { 0 }, found = { 0 };

	asked_names(h, &at);
	if (h->stray)
		stray_say(h, &found);
	problem_add(&h->problems, VERDICT_FAIL, "dane-none", "%s has no TLSA records at %s (%s), "
	    "so %s do not apply DANE to it; publish a \"3 1 1\" record for its key "
	    "(the examples in the manual show how to get it)%s", h->text,
	    text_str(&at), look_denial(h->tlsa.state), h->target->srv ? "clients" : "senders",
	    text_str(&found));
	text_free(&at);
	text_free(&found);
}

void set_none(struct probe *p, struct host *h)
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
		denied(h);
	stray_free(p, h);
	advise_none(p, h);
	host_give_up(h);
}

/* First the end of a secure alias, then the original name (RFC 7671 section 7).  Insecure
   counts as absent (RFC 7672 section 2.2.3). */
bool set_find(struct probe *p, struct host *h)
{
	struct look *k = &h->end_tlsa;

	if (k->wanted) {
		if (!look_poll(p, k))
			return false;
		h->asked = k;
		if (tlsa_failed(h, k)) {
			host_give_up(h);
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
	if (k->wanted)
		h->asked = k;
	if (k->wanted && tlsa_failed(h, k))
		host_give_up(h);
	else if (k->wanted && k->state == DNS_SEC_SECURE && k->has_data)
		use(p, h, k, h->name);
	else if (k->wanted && !k->has_data) {
		stray_begin(h);
		h->state = HOST_STRAY;
	} else
		set_none(p, h);
	return true;
}
