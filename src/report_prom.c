/* SPDX-License-Identifier: ISC */
/* src/report_prom.c: smtpdane -prometheus, the text exposition format, for node_exporter's textfile
   collector.  All samples of a metric stand together, so they are held back until the end.  Nothing
   is judged here; what peers wrote is escaped. */
#include "src/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "src/clock.h"
#include "src/net.h"
#include "src/report_out.h"
#include "src/version.h"

/* In the order in which they are printed. */
static const struct {
	const char *name, *help;
} metric[PROM_METRICS] = {
	[PROM_BUILD] = { "build_info", "Always 1; the version of the program" },
	[PROM_VERDICT] = { "target_verdict", "Of the whole target: 0 ok, 1 warning, 2 fail" },
	[PROM_HOSTS] = { "target_hosts", "Hosts that the target led to" },
	[PROM_ADDRESSES] = { "target_addresses", "Addresses of its hosts" },
	[PROM_ADDRESSES_OK] = { "target_addresses_ok", "Addresses whose certificate was proven and "
	    "has nothing wrong" },
	[PROM_DNS] = { "target_dns_seconds", "From the first query to the last TLSA set" },
	[PROM_PROBE] = { "target_probe_seconds", "From the first query to the last address" },
	[PROM_SIGNATURE] = { "signature_expiry_timestamp_seconds", "When the first DNSSEC signature "
	    "that the verdict rests on ends" },
	[PROM_HOST] = { "host_verdict", "Of a host with its addresses: 0 ok, 1 warning, 2 fail" },
	[PROM_STATE] = { "dnssec_info", "Always 1; state: what DNSSEC validation of the RRset said" },
	[PROM_ADDRESS] = { "address_verdict", "Of an address: 0 ok, 1 warning, 2 fail" },
	[PROM_MATCH] = { "tlsa_match", "Whether the certificate of the address matches the TLSA record" },
	[PROM_TLS] = { "tls_info", "Always 1; version, cipher suite, group and signature scheme that were "
	    "agreed on, and the key of the leaf" },
	[PROM_CERT] = { "certificate_not_after_timestamp_seconds", "When a presented certificate ends; "
	    "position 0 is the leaf" },
	[PROM_OCSP] = { "ocsp_info", "Always 1; status: what the stapled OCSP response is worth" },
	[PROM_OCSP_THIS] = { "ocsp_this_update_timestamp_seconds", "Since when the stapled OCSP response "
	    "is right, by what it says" },
	[PROM_OCSP_NEXT] = { "ocsp_next_update_timestamp_seconds", "When the stapled OCSP response ends, "
	    "by what it says" },
	[PROM_CONNECT] = { "address_connect_seconds", "Until the TCP connection stood" },
	[PROM_HANDSHAKE] = { "address_tls_seconds", "The TLS handshake" },
	[PROM_DIALOGUE] = { "address_dialogue_seconds", "From connect to the end of the SMTP dialogue" },
	[PROM_PROBLEM] = { "problem_info", "Always 1; what is wrong, by code" },
	[PROM_TIME] = { "probe_timestamp_seconds", "When this was written" },
};

/* ---- labels ------------------------------------------------------------------------------- */

/* name="value", RFC-less but documented: backslash, quote and line feed are escaped; what is not
   printable ASCII comes escaped from text_safe(). */
static void label(struct text *t, const char *name, const char *value)
{
	struct text safe = { 0 };
	const char *s;

	text_safe(&safe, value);
	text_printf(t, "%s%s=\"", t->len ? "," : "", name);
	for (s = text_str(&safe); *s; s++) {
		if (*s == '\\' || *s == '"')
			text_puts(t, "\\");
		text_add(t, s, 1);
	}
	text_puts(t, "\"");
	text_free(&safe);
}

static void label_u(struct text *t, const char *name, unsigned v)
{
	char buf[16];

	snprintf(buf, sizeof buf, "%u", v);
	label(t, name, buf);
}

/* The labels of what is above, to add to. */
static struct text with(const struct text *above)
{
	struct text t = { 0 };

	text_puts(&t, text_str(above));
	return t;
}

static void sample(struct report *r, enum prom_metric m, const struct text *labels, double v)
{
	text_printf(&r->prom[m], "smtpdane_%s%s%s%s %.15g\n", metric[m].name, labels->len ? "{" : "",
	    text_str(labels), labels->len ? "}" : "", v);
}

/* One with further labels, which are given back. */
static void sample_with(struct report *r, enum prom_metric m, struct text *labels, double v)
{
	sample(r, m, labels, v);
	text_free(labels);
}

static double level(enum verdict v)
{
	return v == VERDICT_OK ? 0 : v == VERDICT_WARNING ? 1 : 2;
}

static void seconds(struct report *r, enum prom_metric m, const struct text *labels, int64_t ms)
{
	if (ms >= 0)
		sample(r, m, labels, (double)ms / 1000);
}

/* ---- what was found ------------------------------------------------------------------------- */

/* Each code once: two samples with the same labels would make the whole invalid. */
static void problems(struct report *r, const struct text *labels, const struct problem *list)
{
	const struct problem *p, *q;

	for (p = list; p; p = p->next) {
		struct text t = with(labels);

		for (q = list; q != p && strcmp(q->code, p->code); q = q->next)
			;
		label(&t, "severity", verdict_str(p->severity));
		label(&t, "code", p->code);
		if (q == p)
			sample(r, PROM_PROBLEM, &t, 1);
		text_free(&t);
	}
}

static void state(struct report *r, const struct text *labels, const char *rrset,
    const struct look *k)
{
	struct text t = with(labels);

	label(&t, "rrset", rrset);
	label(&t, "state", dns_sec_str(k->state));
	if (k->done)
		sample(r, PROM_STATE, &t, 1);
	text_free(&t);
}

/* The data, or what stands for it where it is a whole certificate or key. */
static void data_of(const struct tls_tlsa *s, char *out, size_t cap)
{
	uint8_t sum[32];
	const uint8_t *p = s->data;
	size_t n = s->len;

	if (n > 64) {
		crypto_hash_sha256(sum, p, n);
		p = sum;
		n = sizeof sum;
	}
	sodium_bin2hex(out, cap, p, n);
}

static void matches(struct report *r, const struct text *labels, const struct host *h,
    const struct addr *a)
{
	char data[129];
	unsigned i, j;

	for (i = 0; a->table && i < h->ntlsa; i++) {
		const struct tls_tlsa *s = &h->set[i];
		struct text t = with(labels);

		for (j = 0; j < i && (h->set[j].usage != s->usage || h->set[j].selector != s->selector ||
		    h->set[j].mtype != s->mtype || h->set[j].len != s->len ||
		    memcmp(h->set[j].data, s->data, s->len)); j++)
			;
		data_of(s, data, sizeof data);
		label_u(&t, "usage", s->usage);
		label_u(&t, "selector", s->selector);
		label_u(&t, "mtype", s->mtype);
		label(&t, "data", data);
		if (j == i) /* with -tlsa one may be given twice */
			sample(r, PROM_MATCH, &t, a->table[i].row.state == TLS_ROW_MATCHED);
		text_free(&t);
	}
}

static void certificates(struct report *r, const struct text *labels, const struct addr *a)
{
	unsigned i;

	for (i = 0; i < a->ncerts; i++) {
		struct text t = with(labels);

		label_u(&t, "position", i);
		label(&t, "subject", a->certs[i].subject);
		label(&t, "serial", a->certs[i].serial);
		if (a->certs[i].parsed)
			sample(r, PROM_CERT, &t, (double)a->certs[i].not_after);
		text_free(&t);
	}
}

static void tls(struct report *r, const struct text *labels, const struct addr *a)
{
	struct text t = with(labels);
	bool known = a->ncerts && a->certs[0].parsed;

	label(&t, "version", a->version);
	label(&t, "suite", a->suite);
	label(&t, "group", a->group);
	label(&t, "signature_scheme", a->scheme);
	label(&t, "key_type", known ? a->certs[0].key_type : "");
	label_u(&t, "key_bits", known ? a->certs[0].key_bits : 0);
	sample_with(r, PROM_TLS, &t, 1);
}

/* Of each address whose handshake was finished, so that what is missing can be told as well. */
static void ocsp(struct report *r, const struct text *labels, const struct addr *a)
{
	const struct tls_ocsp_result *o = a->ocsp;
	struct text t = with(labels);

	label(&t, "status", staple_state_str(o ? o->state : TLS_OCSP_NONE));
	sample_with(r, PROM_OCSP, &t, 1);
	if (o && o->this_update)
		sample(r, PROM_OCSP_THIS, labels, (double)o->this_update);
	if (o && o->next_update)
		sample(r, PROM_OCSP_NEXT, labels, (double)o->next_update);
}

static void address(struct report *r, const struct text *above, const struct host *h,
    const struct addr *a)
{
	struct text labels = with(above);
	char buf[NET_ADDR_TEXT];

	label(&labels, "address", a->a.family ? net_addr_str(&a->a, false, buf, sizeof buf) : "");
	if (offer_str(a->offer)) /* with -all-certs */
		label(&labels, "algorithm", offer_str(a->offer));
	problems(r, &labels, a->problems);
	if (a->state == ADDR_DONE) {
		sample(r, PROM_ADDRESS, &labels, level(a->verdict));
		matches(r, &labels, h, a);
		certificates(r, &labels, a);
		seconds(r, PROM_CONNECT, &labels, a->time.connect);
		seconds(r, PROM_HANDSHAKE, &labels, a->time.tls);
		seconds(r, PROM_DIALOGUE, &labels, a->time.whole);
	}
	if (*a->version)
		tls(r, &labels, a);
	if (a->opened)
		ocsp(r, &labels, a);
	text_free(&labels);
}

static void host(struct report *r, const struct text *above, const struct host *h)
{
	struct text labels = with(above);
	unsigned i;

	label(&labels, "host", h->text);
	label_u(&labels, "port", h->port);
	sample(r, PROM_HOST, &labels, level(h->verdict));
	state(r, &labels, "a", &h->a);
	state(r, &labels, "aaaa", &h->aaaa);
	if (h->used || h->asked) /* what was asked ahead and not called for does not count */
		state(r, &labels, "tlsa", h->used ? h->used : h->asked);
	problems(r, &labels, h->problems);
	for (i = 0; i < h->naddrs; i++)
		address(r, &labels, h, &h->addrs[i]);
	text_free(&labels);
}

/* What the target comes to. */
static void whole(struct report *r, const struct text *labels, const struct target *g)
{
	unsigned i, all = 0, good = 0;

	for (i = 0; i < g->nhosts; i++)
		all += offer_count(g->hosts[i], &good);
	sample(r, PROM_VERDICT, labels, level(g->verdict));
	sample(r, PROM_HOSTS, labels, g->nhosts);
	sample(r, PROM_ADDRESSES, labels, all);
	sample(r, PROM_ADDRESSES_OK, labels, good);
	if (g->proven)
		seconds(r, PROM_DNS, labels, (int64_t)(g->proven - g->began));
	seconds(r, PROM_PROBE, labels, (int64_t)(g->ended - g->began));
	if (target_signature(g))
		sample(r, PROM_SIGNATURE, labels, target_signature(g));
}

void report_prom(struct report *r, const struct target *g)
{
	struct text labels = { 0 }, once = { 0 };
	unsigned i;

	label(&labels, "target", g->text);
	label(&labels, "mode", g->mx ? "mx" : g->srv ? g->service : "host");
	if (g->srv && !g->port_given) /* each of its records has one */
		label(&labels, "target_port", "");
	else
		label_u(&labels, "target_port", g->port);
	text_printf(&once, "\n%s\n", text_str(&labels));
	if (!strstr(text_str(&r->held), text_str(&once))) { /* a target given twice is reported once */
		text_puts(&r->held, text_str(&once));
		whole(r, &labels, g);
		problems(r, &labels, g->problems);
		if (g->mx || g->srv)
			state(r, &labels, g->mx ? "mx" : "srv", &g->look);
		for (i = 0; i < g->nhosts; i++)
			host(r, &labels, g->hosts[i]);
	}
	text_free(&labels);
	text_free(&once);
}

void report_prom_end(struct report *r)
{
	struct text t = { 0 }, none = { 0 }, version = { 0 };
	unsigned i;

	label(&version, "version", VERSION);
	sample_with(r, PROM_BUILD, &version, 1);
	sample(r, PROM_TIME, &none, (double)clock_wall());
	for (i = 0; i < PROM_METRICS; i++) {
		if (r->prom[i].len)
			text_printf(&t, "# HELP smtpdane_%s %s\n# TYPE smtpdane_%s gauge\n%s", metric[i].name,
			    metric[i].help, metric[i].name, text_str(&r->prom[i]));
		text_free(&r->prom[i]);
	}
	text_free(&r->held);
	report_out(&t);
}
