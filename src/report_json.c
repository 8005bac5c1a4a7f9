/* SPDX-License-Identifier: ISC */
/* src/report_json.c: smtpdane -json, one object a target on a line of its own.  Problems of
   a host stand with its target's and name the host. */
#include "src/report.h"

#include <string.h>

#include "src/castore.h"
#include "src/net.h"

static void str(struct text *t, const char *key, const char *v)
{
	text_printf(t, "\"%s\":", key);
	text_json(t, v);
}

/* ,"key":"value", or null for what is not there. */
static void str_or_null(struct text *t, const char *key, const char *v)
{
	text_puts(t, ",");
	if (v && *v)
		str(t, key, v);
	else
		text_printf(t, "\"%s\":null", key);
}

/* Problems as members of an array; host: NULL, or whose they are. */
static bool problems(struct text *t, const struct problem *p, const char *host, bool any)
{
	for (; p; p = p->next) {
		text_puts(t, any ? ",{" : "{");
		any = true;
		str(t, "severity", verdict_str(p->severity));
		text_puts(t, ",");
		str(t, "code", p->code);
		text_puts(t, ",");
		str(t, "text", p->text);
		if (host) {
			text_puts(t, ",");
			str(t, "host", host);
		}
		text_puts(t, "}");
	}
	return any;
}

static void record(struct text *t, const struct host *h, unsigned i, bool named)
{
	const char *name = named ? castore_name(&h->set[i]) : NULL;
	const struct tls_tlsa *s = &h->set[i];
	enum tls_usable u = set_usable(h, i);

	text_printf(t, "{\"usage\":%u,\"selector\":%u,\"mtype\":%u,\"data\":\"",
	    (unsigned)s->usage, (unsigned)s->selector, (unsigned)s->mtype);
	text_hex(t, s->data, s->len);
	text_printf(t, "\",\"usable\":%s", u == TLS_USABLE ? "true" : "false");
	if (u != TLS_USABLE) {
		text_puts(t, ",");
		str(t, "reason", tls_usable_str(u));
	}
	if (name) {
		text_puts(t, ",");
		str(t, "name", name);
	}
	text_puts(t, "}");
}

static void time_or_null(struct text *t, const char *key, int64_t at)
{
	char buf[40];

	str_or_null(t, key, at ? dns_time_str(at, buf, sizeof buf) : NULL);
}

/* Seconds, or null. */
static void seconds(struct text *t, const char *key, int64_t ms)
{
	if (ms < 0)
		text_printf(t, "\"%s\":null", key);
	else
		text_printf(t, "\"%s\":%lu.%03lu", key, (unsigned long)(ms / 1000),
		    (unsigned long)(ms % 1000));
}

static bool look(struct text *t, const struct look *k, bool any)
{
	char buf[DNS_NAME_TEXT];

	if (!k->wanted || !k->done)
		return any;
	text_puts(t, any ? ",{" : "{");
	str(t, "name", dns_name_str(k->name, buf, sizeof buf));
	text_puts(t, ",");
	str(t, "type", dns_type_str(k->type, buf, sizeof buf));
	text_puts(t, ",");
	str(t, "status", dns_sec_str(k->state));
	text_puts(t, ",");
	str(t, "rcode", dns_rcode_str(k->rcode, buf, sizeof buf));
	text_puts(t, ",");
	str(t, "reason", k->reason);
	time_or_null(t, "signatures_expire", k->sig_expires);
	if (*k->trail)
		text_printf(t, ",%s", k->trail);
	text_puts(t, "}");
	return true;
}

/* The set used; without one the name that was asked for last and how that ended.  What was asked
   ahead and then not called for does not count. */
static void tlsa(struct text *t, const struct host *h, bool named)
{
	const struct look *k = h->used ? h->used : h->asked ? h->asked : &h->tlsa;
	char buf[DNS_NAME_TEXT];
	unsigned i;

	text_puts(t, ",\"tlsa\":{");
	str(t, "name", k->wanted ? dns_name_str(k->name, buf, sizeof buf) :
	    h->tlsa_name && *h->base ? h->tlsa_name : "");
	text_puts(t, ",");
	str(t, "status", h->used || h->asked ? dns_sec_str(k->state) : h->ntlsa ? "given" :
	    h->insecure ? "insecure" : "unchecked");
	text_puts(t, ",\"records\":[");
	for (i = 0; i < h->ntlsa; i++) {
		text_puts(t, i ? "," : "");
		record(t, h, i, named);
	}
	text_puts(t, "]}");
}

static void time_member(struct text *t, const char *key, int64_t v)
{
	char buf[40];

	text_puts(t, ",");
	str(t, key, dns_time_str(v, buf, sizeof buf));
}

static void names(struct text *t, const char *s)
{
	bool any = false;

	text_puts(t, ",\"names\":[");
	while (*s) {
		size_t n = strcspn(s, " ");
		struct text one = { 0 };

		text_add(&one, s, n);
		text_puts(t, any ? "," : "");
		text_json(t, text_str(&one));
		text_free(&one);
		any = true;
		s += n + (s[n] == ' ');
	}
	text_puts(t, "]");
}

static void certificate(struct text *t, const struct cert_info *c)
{
	text_printf(t, "{\"parsed\":%s", c->parsed ? "true" : "false");
	if (c->parsed) {
		text_puts(t, ",");
		str(t, "subject", c->subject);
		text_puts(t, ",");
		str(t, "issuer", c->issuer);
		text_puts(t, ",");
		str(t, "serial", c->serial);
		text_puts(t, ",");
		str(t, "sha256", c->sha256);
		text_puts(t, ",");
		str(t, "key", c->key_type);
		text_printf(t, ",\"bits\":%u,", c->key_bits);
		str(t, "signature", c->sig_alg);
		time_member(t, "not_before", c->not_before);
		time_member(t, "not_after", c->not_after);
		names(t, c->names);
		if (c->suggest) {
			text_puts(t, ",");
			str(t, "tlsa", c->suggest);
		}
	}
	text_puts(t, "}");
}

static void tls(struct text *t, const struct addr *a)
{
	if (!*a->version) {
		text_puts(t, ",\"tls\":null");
		return;
	}
	text_puts(t, ",\"tls\":{");
	str(t, "version", a->version);
	text_puts(t, ",");
	str(t, "suite", a->suite);
	str_or_null(t, "group", a->group);
	str_or_null(t, "signature_scheme", a->scheme);
	if (a->ncerts && a->certs[0].parsed) {
		str_or_null(t, "key_type", a->certs[0].key_type);
		text_printf(t, ",\"key_bits\":%u", a->certs[0].key_bits);
	} else
		text_puts(t, ",\"key_type\":null,\"key_bits\":null");
	text_puts(t, "}");
}

static void ocsp(struct text *t, const struct tls_ocsp_result *o)
{
	text_puts(t, ",\"ocsp\":");
	if (!o) {
		text_puts(t, "null");
		return;
	}
	text_puts(t, "{");
	str(t, "status", staple_state_str(o->state));
	text_printf(t, ",\"verified\":%s", staple_verified(o->state) ? "true" : "false");
	str_or_null(t, "says", staple_says_str(o->says));
	time_or_null(t, "this_update", o->this_update);
	time_or_null(t, "next_update", o->next_update);
	str_or_null(t, "responder", o->responder);
	text_printf(t, ",\"delegated\":%s", o->delegated ? "true" : "false");
	time_or_null(t, "revoked_at", o->revoked_at);
	str_or_null(t, "revocation_reason", o->revoked_why);
	str_or_null(t, "code", o->code);
	str_or_null(t, "reason", o->reason);
	text_puts(t, "}");
}

static const char *addr_verdict(const struct addr *a)
{
	return a->state == ADDR_DONE ? verdict_str(a->verdict) : "skipped";
}

static void match(struct text *t, const struct host *h, const struct addr *a)
{
	if (a && a->match >= 0)
		text_printf(t, ",\"match\":{\"usage\":%u,\"selector\":%u,\"mtype\":%u,\"depth\":%u}",
		    (unsigned)h->set[a->match].usage, (unsigned)h->set[a->match].selector,
		    (unsigned)h->set[a->match].mtype, a->depth);
	else
		text_puts(t, ",\"match\":null");
}

/* Each TLSA record against each certificate, in their orders. */
static void table(struct text *t, const struct host *h, const struct addr *a)
{
	static const char *const state[] = { [TLS_ROW_UNCHECKED] = "unchecked",
		[TLS_ROW_UNUSABLE] = "unusable", [TLS_ROW_OUTRANKED] = "outranked",
		[TLS_ROW_NO_DATA] = "no-match", [TLS_ROW_NOT_ACCEPTED] = "not-accepted",
		[TLS_ROW_MATCHED] = "matched" };
	unsigned i, c;

	text_puts(t, ",\"table\":[");
	for (i = 0; a->table && i < h->ntlsa; i++) {
		text_puts(t, i ? ",{" : "{");
		str(t, "state", state[a->table[i].row.state]);
		if (a->table[i].row.state == TLS_ROW_MATCHED)
			text_printf(t, ",\"depth\":%u", a->table[i].row.depth);
		text_puts(t, ",\"certificates\":[");
		for (c = 0; c < a->ncerts; c++)
			text_printf(t, "%s%s", c ? "," : "", a->table[i].data_mask >> c & 1 ? "true" : "false");
		text_puts(t, "]}");
	}
	text_puts(t, "]");
}

static void note(struct text *t, const struct addr *a)
{
	struct text why = { 0 };

	report_note(&why, a);
	str_or_null(t, "note", text_str(&why));
	text_free(&why);
}

static void address(struct text *t, const struct host *h, const struct addr *a)
{
	char buf[NET_ADDR_TEXT];
	unsigned i;

	text_puts(t, "{");
	if (a->a.family)
		str(t, "address", net_addr_str(&a->a, false, buf, sizeof buf));
	else
		text_puts(t, "\"address\":null"); /* -check-chain */
	if (offer_str(a->offer))
		str_or_null(t, "algorithm", offer_str(a->offer));
	text_puts(t, ",");
	str(t, "verdict", addr_verdict(a));
	if (addr_why_skipped(a) || a->not_shown)
		note(t, a);
	tls(t, a);
	match(t, h, a);
	text_puts(t, ",\"certificates\":[");
	for (i = 0; i < a->ncerts; i++) {
		text_puts(t, i ? "," : "");
		certificate(t, &a->certs[i]);
	}
	text_puts(t, "]");
	table(t, h, a);
	text_puts(t, ",\"timing\":{");
	seconds(t, "connect", a->time.connect);
	text_puts(t, ",");
	seconds(t, "tls", a->time.tls);
	text_puts(t, ",");
	seconds(t, "total", a->time.whole);
	text_puts(t, "}");
	ocsp(t, a->ocsp);
	text_puts(t, ",\"problems\":[");
	problems(t, a->problems, NULL, false);
	text_puts(t, "]}");
}

static void host(struct text *t, const struct host *h, bool named)
{
	unsigned i;
	bool any;

	text_puts(t, "{");
	str(t, "name", h->text);
	text_printf(t, ",\"port\":%u", (unsigned)h->port);
	if (h->preference >= 0)
		text_printf(t, ",\"preference\":%d", h->preference);
	else
		text_puts(t, ",\"preference\":null");
	if (h->weight >= 0)
		text_printf(t, ",\"weight\":%d", h->weight);
	text_puts(t, ",");
	str(t, "verdict", verdict_str(h->verdict));
	if (h->advice) {
		text_puts(t, ",");
		str(t, "advice", h->advice);
	}
	tlsa(t, h, named);
	text_puts(t, ",\"lookups\":[");
	any = look(t, &h->a, false);
	any = look(t, &h->aaaa, any);
	if (h->used || h->asked)
		look(t, h->used ? h->used : h->asked, any);
	text_puts(t, "],\"addresses\":[");
	for (i = 0; i < h->naddrs; i++) {
		text_puts(t, i ? "," : "");
		address(t, h, &h->addrs[i]);
	}
	text_puts(t, "]}");
}

/* Of two problems the worse, or the first. */
static void worse(const struct problem **best, const struct host **whose, const struct problem *p,
    const struct host *h)
{
	for (; p; p = p->next)
		if (!*best || p->severity > (*best)->severity) {
			*best = p;
			*whose = h;
		}
}

/* The first of the worst, in the order of the report, and the host that it is of or NULL. */
static const struct problem *worst_problem(const struct target *g, const struct host **whose)
{
	const struct problem *best = NULL;
	unsigned i;

	worse(&best, whose, g->problems, NULL);
	for (i = 0; i < g->nhosts; i++) {
		const struct host *h = g->hosts[i];

		worse(&best, whose, h->problems, h);
		worse(&best, whose, h->naddrs ? h->addrs[0].problems : NULL, h);
	}
	return best;
}

/* Whose it is, where there is a choice. */
static void say_whose(struct text *t, const struct target *g, const struct host *h)
{
	if (h && g->nhosts > 1)
		text_printf(t, "%s: ", h->text);
}

/* -check-chain: the match of the whole (each host's, or null), and what follows from it. */
static void checked(struct text *t, const struct target *g)
{
	const struct host *of = NULL, *whose = NULL;
	const struct problem *p = worst_problem(g, &whose);
	struct text m = { 0 };
	unsigned i;

	for (i = 0; i < g->nhosts; i++)
		if (!of || !of->naddrs || of->addrs[0].match >= 0)
			of = g->hosts[i]; /* one without a match stays */
	match(t, of, of && of->naddrs ? &of->addrs[0] : NULL);
	say_whose(&m, g, whose);
	text_puts(&m, p ? p->text : "");
	if (of && of->advice) {
		text_puts(&m, p ? "; " : "");
		say_whose(&m, g, of);
		text_puts(&m, of->advice);
	}
	text_puts(t, ",");
	str(t, "reason", text_str(&m));
	text_free(&m);
}

void report_json(struct text *t, const struct target *g, bool named)
{
	bool any;
	unsigned i;

	text_puts(t, "{");
	str(t, "target", g->text);
	text_puts(t, ",");
	str(t, "mode", g->mx ? "mx" : g->srv ? g->service : "host");
	text_puts(t, ",");
	str(t, "verdict", verdict_str(g->verdict));
	if (g->offline)
		checked(t, g);
	text_puts(t, ",\"problems\":[");
	any = problems(t, g->problems, NULL, false);
	for (i = 0; i < g->nhosts; i++)
		any = problems(t, g->hosts[i]->problems, g->hosts[i]->text, any);
	text_puts(t, "],\"timing\":{");
	seconds(t, "dns", g->proven ? (int64_t)(g->proven - g->began) : -1);
	text_puts(t, ",");
	seconds(t, "total", g->ended ? (int64_t)(g->ended - g->began) : -1);
	text_puts(t, "}");
	time_or_null(t, "signatures_expire", target_signature(g));
	text_puts(t, ",\"lookups\":[");
	if (g->mx || g->srv)
		look(t, &g->look, false);
	text_puts(t, "],\"hosts\":[");
	for (i = 0; i < g->nhosts; i++) {
		text_puts(t, i ? "," : "");
		host(t, g->hosts[i], named);
	}
	text_puts(t, "]}\n");
}
