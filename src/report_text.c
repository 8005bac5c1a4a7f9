/* SPDX-License-Identifier: ISC */
/* src/report_text.c: smtpdane's report for people, the one-line forms, and Nagios'.  The
   verdict comes first, then why, then what was proven.  Nothing is judged here; what peers
   wrote is escaped. */
#include "src/report.h"

#include <stdio.h>
#include <string.h>

#include "src/castore.h"
#include "src/net.h"
#include "src/report_out.h"

/* ---- words -------------------------------------------------------------------------- */

static void verdict(struct text *t, const struct report *r, enum verdict v)
{
	static const char *const word[] = { "FAIL", "OK", "WARNING", "FAIL" };
	static const char *const colour[] = { "31", "32", "33", "31" };

	if (r->colour)
		text_printf(t, "\033[%sm%s\033[0m", colour[v], word[v]);
	else
		text_puts(t, word[v]);
}

static void problems(struct text *t, const struct report *r, const struct problem *p,
    const char *indent)
{
	for (; p; p = p->next) {
		text_puts(t, indent);
		verdict(t, r, p->severity);
		text_printf(t, " %s: ", p->code);
		text_safe(t, p->text);
		text_puts(t, "\n");
	}
}

/* " (MX)", " (SRV submission)" */
static void mode(struct text *t, const struct target *g)
{
	if (g->mx)
		text_puts(t, " (MX)");
	else if (g->srv)
		text_printf(t, " (SRV %s)", g->service);
}

#define PLACE_TEXT (NET_ADDR_TEXT + 16)

/* The address, with -all-certs and the algorithm that was asked for, as "192.0.2.1 (RSA)"; or for
   -check-chain what stood in for a server. */
static const char *place(const struct addr *a, bool port, char *buf)
{
	const char *asked = offer_str(a->offer);
	size_t n;

	if (!a->a.family)
		return "chain from the file";
	n = strlen(net_addr_str(&a->a, port, buf, NET_ADDR_TEXT));
	snprintf(buf + n, PLACE_TEXT - n, asked ? " (%s)" : "%s", asked ? asked : "");
	return buf;
}

void report_note(struct text *t, const struct addr *a)
{
	const char *why = addr_why_skipped(a);

	if (a->not_shown)
		text_puts(t, "not shown: the server agrees to no handshake with a certificate of that kind");
	else
		text_printf(t, "not probed%s%s", why ? ": " : "", why ? why : "");
}

/* ---- an address ----------------------------------------------------------------------- */

static void match_line(struct text *t, const struct host *h, const struct addr *a)
{
	const struct cert_info *c = a->depth < a->npath && a->path[a->depth] < a->ncerts ?
	    &a->certs[a->path[a->depth]] : NULL;

	text_puts(t, "      TLSA ");
	set_record(t, &h->set[a->match], false);
	if (a->depth == 0)
		text_puts(t, " matches the leaf certificate");
	else
		text_printf(t, " matches %s at depth %u", c ? "the certificate" :
		    "as a trust anchor", a->depth);
	if (c && c->parsed) {
		text_puts(t, " (");
		text_safe(t, c->subject);
		text_puts(t, ")");
	}
	text_puts(t, "\n");
}

static void suggestion(struct text *t, const struct host *h, const struct cert_info *c)
{
	text_printf(t, "        %s. IN TLSA ", h->tlsa_name);
	text_safe(t, c->suggest);
	text_puts(t, " ; ");
	text_safe(t, c->subject);
	text_puts(t, "\n");
}

/* What the chain would satisfy: of use when records are the fault, not the chain. */
static void suggestions(struct text *t, const struct host *h, const struct addr *a)
{
	unsigned i, n = 0;

	if (!problem_has(a->problems, "tlsa-mismatch") &&
	    !problem_has(a->problems, "tlsa-unusable") &&
	    !problem_has(a->problems, "tlsa-not-checked"))
		return;
	for (i = 0; i < a->ncerts; i++)
		n += a->certs[i].suggest != NULL;
	if (n)
		text_printf(t, "      If the server has the wrong certificate, mend that; if it is right, %s would match it:\n",
		    n == 1 ? "this record" : "any of these records");
	for (i = 0; i < a->ncerts; i++)
		if (a->certs[i].suggest)
			suggestion(t, h, &a->certs[i]);
}

static void chain_lines(struct text *t, const struct addr *a)
{
	char from[40], to[40];
	unsigned i;

	for (i = 0; i < a->ncerts; i++) {
		const struct cert_info *c = &a->certs[i];

		text_printf(t, "      certificate %u: ", i);
		if (!c->parsed) {
			text_puts(t, "not understood\n");
			continue;
		}
		text_safe(t, c->subject);
		text_printf(t, ", %s %u bits, valid %s to %s\n", c->key_type, c->key_bits,
		    dns_time_str(c->not_before, from, sizeof from),
		    dns_time_str(c->not_after, to, sizeof to));
	}
}

/* ", not of 0, 2": those whose bit in the mask is `on`. */
static void certificates(struct text *t, const char *before, const struct addr *a, uint16_t mask,
    bool on)
{
	unsigned i, n = 0;

	for (i = 0; i < a->ncerts; i++)
		if ((mask >> i & 1) == on)
			text_printf(t, "%s%u", n++ ? ", " : before, i);
}

static void row(struct text *t, const struct host *h, const struct addr *a, unsigned i)
{
	const struct table_row *x = &a->table[i];

	switch (x->row.state) {
	case TLS_ROW_UNCHECKED:
		text_puts(t, "not compared");
		return;
	case TLS_ROW_UNUSABLE:
		text_puts(t, tls_usable_str(set_usable(h, i)));
		return;
	case TLS_ROW_OUTRANKED:
		text_puts(t, "does not count, a stronger digest is there");
		break;
	case TLS_ROW_NO_DATA:
		text_puts(t, "did not match");
		return;
	case TLS_ROW_NOT_ACCEPTED:
		text_printf(t, "not accepted by the rules of its usage%s", a->problems ? ", see above" : "");
		break;
	case TLS_ROW_MATCHED:
		text_printf(t, "matched at depth %u", x->row.depth);
		if (!x->data_mask)
			text_puts(t, ", as an anchor that is not presented");
		break;
	}
	certificates(t, ", has the data of certificate ", a, x->data_mask, true);
	certificates(t, ", not of ", a, x->data_mask, false);
}

/* Each record against the certificates above; the only one that there is was told of already when it
   matched. */
static void table(struct text *t, const struct host *h, const struct addr *a)
{
	unsigned i;

	if (h->ntlsa == 1 && a->match == 0)
		return;
	for (i = 0; a->table && i < h->ntlsa; i++) {
		text_puts(t, "      TLSA ");
		set_record(t, &h->set[i], false);
		text_puts(t, ": ");
		row(t, h, a, i);
		text_puts(t, "\n");
	}
}

/* What key the leaf has, between words. */
static void key(struct text *t, const char *before, const struct addr *a, const char *after)
{
	if (!a->ncerts || !a->certs[0].parsed)
		return;
	text_puts(t, before);
	report_key(t, a->certs[0].key_type, a->certs[0].key_bits);
	text_puts(t, after);
}

/* ", TLSv1.3 TLS_AES_128_GCM_SHA256, x25519, ed25519, Ed25519 certificate" */
static void agreed(struct text *t, const struct addr *a)
{
	text_printf(t, ", %s %s", a->version, a->suite);
	if (*a->group)
		text_printf(t, ", %s", a->group);
	if (*a->scheme)
		text_printf(t, ", %s", a->scheme);
	key(t, ", ", a, " certificate");
}

static void address(struct text *t, const struct report *r, const struct host *h,
    const struct addr *a)
{
	char buf[PLACE_TEXT];

	text_printf(t, "    %s: ", place(a, false, buf));
	if (a->state != ADDR_DONE) {
		report_note(t, a);
		text_puts(t, !a->not_shown && !addr_why_skipped(a) && h->problems ? ", see above\n" : "\n");
		return;
	}
	verdict(t, r, a->verdict);
	if (*a->version)
		agreed(t, a);
	text_puts(t, "\n");
	problems(t, r, a->problems, "      ");
	if (a->match >= 0)
		match_line(t, h, a);
	else
		suggestions(t, h, a);
	if (r->cert_info)
		report_tls(t, a, "      ");
	if (r->cert_info || r->ocsp)
		report_ocsp(t, r, a, "      ");
	if (r->cert_info)
		report_cert_info(t, a, "      ");
	else
		chain_lines(t, a);
	table(t, h, a);
	if (r->certs)
		report_certs(t, a);
}

/* ---- a host ------------------------------------------------------------------------------ */

static bool was_matched(const struct host *h, unsigned rec)
{
	unsigned i;

	for (i = 0; i < h->naddrs; i++) {
		const struct addr *a = &h->addrs[i];

		if (a->match >= 0 && a->table && a->table[rec].row.state == TLS_ROW_MATCHED)
			return true;
	}
	return false;
}

/* Depth at which some address's chain holds the data of record i, though not accepted. */
static int seen_at(const struct host *h, unsigned rec)
{
	unsigned i;

	for (i = 0; i < h->naddrs; i++)
		if (h->addrs[i].ncerts && h->addrs[i].data_depth[rec] >= 0)
			return h->addrs[i].data_depth[rec];
	return -1;
}

static bool any_chain(const struct host *h)
{
	unsigned i;

	for (i = 0; i < h->naddrs; i++)
		if (h->addrs[i].ncerts)
			return true;
	return false;
}

static void record(struct text *t, const struct report *r, const struct host *h, unsigned i)
{
	const char *name = r->cert_names ? castore_name(&h->set[i]) : NULL;
	enum tls_usable u = set_usable(h, i);

	text_puts(t, "      ");
	set_record(t, &h->set[i], true);
	if (u == TLS_NOT_CHECKED_PKIX) /* RFC 7673 section 4 */
		text_printf(t, " %s", tls_usable_str(u));
	else if (u != TLS_USABLE)
		text_printf(t, " not used: %s", tls_usable_str(u));
	else if (was_matched(h, i))
		text_puts(t, " matched");
	else if (tls_tlsa_outranked(h->set, h->ntlsa, i))
		text_puts(t, " not used: a record with a stronger digest is there (RFC 7671 "
		    "section 9)");
	else if (seen_at(h, i) >= 0)
		text_printf(t, " usable, its data is in the chain at depth %d, but not accepted",
		    seen_at(h, i));
	else
		text_puts(t, any_chain(h) ? " usable, matched nothing" :
		    " usable, not compared: no certificate was seen");
	if (name)
		text_printf(t, " ; %s", name);
	text_puts(t, "\n");
}

/* before: the zones of the line above, which need not be said again; or NULL. */
static void proof(struct text *t, const char *indent, const char *what, const struct look *k,
    bool explain, const char *before)
{
	text_printf(t, "%s%s: DNSSEC %s", indent, what, dns_sec_str(k->state));
	if (k->zones && *k->zones && before && !strcmp(before, k->zones))
		text_puts(t, ", the same zones");
	else if (k->zones && *k->zones) {
		text_puts(t, ", zones ");
		text_safe(t, k->zones);
	}
	text_puts(t, "\n");
	if (explain && k->trail)
		text_puts(t, k->trail);
}

/* What was proven of the host's records. */
static void proofs(struct text *t, const struct report *r, const struct host *h)
{
	const char *zones = h->target->mx || h->target->srv ? h->target->look.zones : NULL;
	bool both = r->explain && h->a.has_data && h->aaaa.has_data; /* each has its trail */
	struct text what = { 0 };
	char name[DNS_NAME_TEXT];

	if (h->main && h->a.wanted && h->aaaa.wanted && (both || h->a.state != h->aaaa.state)) {
		proof(t, "    ", "A records", &h->a, r->explain, zones);
		proof(t, "    ", "AAAA records", &h->aaaa, r->explain, h->a.zones);
		zones = h->aaaa.zones;
	} else if (h->main) {
		proof(t, "    ", "address records", h->main, r->explain, zones);
		zones = h->main->zones;
	}
	if (h->used || (h->asked && r->explain)) { /* the proof, too, that there are none */
		const struct look *k = h->used ? h->used : h->asked;

		text_printf(&what, "%sTLSA records at %s", k->state == DNS_SEC_SECURE && !k->has_data ?
		    "no " : "", dns_name_str(k->name, name, sizeof name));
		proof(t, "    ", text_str(&what), k, r->explain, zones);
		text_free(&what);
	} else if (h->ntlsa)
		text_puts(t, "    TLSA records as given with -tlsa\n");
}

static void host(struct text *t, const struct report *r, const struct host *h)
{
	unsigned i;

	text_printf(t, "  %s port %u", h->text, (unsigned)h->port);
	if (h->preference >= 0 && h->weight < 0)
		text_printf(t, ", MX %d", h->preference);
	else if (h->preference >= 0)
		text_printf(t, ", priority %d, weight %d", h->preference, h->weight);
	text_puts(t, ": ");
	verdict(t, r, h->verdict);
	text_puts(t, "\n");
	problems(t, r, h->problems, "    ");
	proofs(t, r, h);
	for (i = 0; i < h->ntlsa; i++)
		record(t, r, h, i);
	for (i = 0; i < h->naddrs; i++)
		address(t, r, h, &h->addrs[i]);
	if (h->advice) {
		text_puts(t, "    ");
		text_safe(t, h->advice);
		text_puts(t, "\n");
	}
}

static void full(struct text *t, const struct report *r, const struct target *g)
{
	unsigned i;

	text_puts(t, g->text);
	mode(t, g);
	text_puts(t, ": ");
	verdict(t, r, g->verdict);
	text_puts(t, "\n");
	problems(t, r, g->problems, "  ");
	if (g->mx && g->look.done)
		proof(t, "  ", g->implicit ? "no MX record, so the domain itself" : "MX records",
		    &g->look, r->explain, NULL);
	if (g->srv && g->look.done)
		proof(t, "  ", "SRV records", &g->look, r->explain, NULL);
	for (i = 0; i < g->nhosts; i++)
		host(t, r, g->hosts[i]);
}

/* ---- one line each ---------------------------------------------------------------------------- */

static void terse_problem(struct text *t, const struct report *r, const char *where,
    const struct problem *p)
{
	for (; p; p = p->next) {
		verdict(t, r, p->severity);
		text_printf(t, " %s %s: ", where, p->code);
		text_safe(t, p->text);
		text_puts(t, "\n");
	}
}

static void terse_addr(struct text *t, const struct report *r, const char *where,
    const struct host *h, const struct addr *a)
{
	char buf[PLACE_TEXT];
	const char *at = place(a, true, buf);
	const struct problem *p = problem_first(a->problems);

	if (a->state != ADDR_DONE) {
		if (r->quiet)
			return;
		text_printf(t, "SKIP %s %s: ", where, at);
		report_note(t, a);
		text_puts(t, "\n");
		return;
	}
	if (r->quiet && a->verdict == VERDICT_OK)
		return;
	verdict(t, r, a->verdict);
	text_printf(t, " %s %s", where, at);
	if (a->match >= 0) {
		text_puts(t, " ");
		set_record(t, &h->set[a->match], false);
		text_printf(t, " depth %u", a->depth);
	}
	if (*a->version) {
		text_printf(t, " %s", a->version);
		key(t, " ", a, "");
	}
	if (p) {
		text_printf(t, " %s: ", p->code);
		text_safe(t, p->text);
	} else if (a->verdict != VERDICT_OK && h->problems)
		text_printf(t, " %s", h->problems->code);
	text_puts(t, "\n");
}

static void terse(struct text *t, const struct report *r, const struct target *g)
{
	struct text where = { 0 };
	unsigned i, j;

	terse_problem(t, r, g->text, g->problems);
	for (i = 0; i < g->nhosts; i++) {
		const struct host *h = g->hosts[i];

		text_free(&where);
		text_printf(&where, "%s %s", g->text, h->text);
		terse_problem(t, r, text_str(&where), h->problems);
		for (j = 0; j < h->naddrs; j++)
			terse_addr(t, r, text_str(&where), h, &h->addrs[j]);
	}
	text_free(&where);
}

/* ---- the whole ------------------------------------------------------------------------------------ */

/* Keep the first of the worst: a failure of theirs, one of ours, a warning. */
static void note(struct report *r, const char *a, const char *b, const struct problem *p)
{
	struct text t = { 0 };

	for (; p; p = p->next) {
		bool local = problem_is_local(p), fails = p->severity == VERDICT_FAIL;
		enum verdict rank = !fails ? VERDICT_OK : local ? VERDICT_WARNING : VERDICT_FAIL;

		r->failed = r->failed || (fails && !local);
		r->local = r->local || (fails && local);
		r->warned = r->warned || !fails;
		if (rank <= r->first_rank)
			continue;
		r->first_rank = rank;
		text_printf(&t, "%s%s%s: ", a, *b ? " " : "", b);
		text_safe(&t, p->text);
		snprintf(r->first, sizeof r->first, "%s", text_str(&t));
		text_free(&t);
	}
}

void report_count(struct report *r, const struct target *g)
{
	char buf[PLACE_TEXT];
	unsigned i, j;

	r->targets++;
	r->bad += g->verdict != VERDICT_OK;
	note(r, g->text, "", g->problems);
	for (i = 0; i < g->nhosts; i++) {
		const struct host *h = g->hosts[i];

		r->hosts++;
		note(r, h->text, "", h->problems);
		offer_count(h, &r->addresses);
		for (j = 0; j < h->naddrs; j++)
			note(r, h->text, place(&h->addrs[j], true, buf), h->addrs[j].problems);
	}
	if (g->verdict == VERDICT_FAIL && !r->failed && !r->local)
		r->failed = true; /* a failure without a reason is one all the same */
}

static void out(const struct report *r, struct text *t)
{
	struct text wrapped = { 0 };

	if (!r->width) {
		report_out(t);
		return;
	}
	text_wrap(&wrapped, text_str(t), r->width, " IN TLSA ");
	text_free(t);
	report_out(&wrapped);
}

void report_target(struct report *r, const struct target *g)
{
	struct text t = { 0 };

	report_count(r, g);
	if (r->form == REPORT_NAGIOS)
		report_perf(r, g);
	if (r->form == REPORT_PROM)
		report_prom(r, g);
	else if (r->quiet && g->verdict == VERDICT_OK)
		return;
	else if (r->form == REPORT_JSON)
		report_json(&t, g, r->cert_names);
	else if (r->form == REPORT_TERSE)
		terse(&t, r, g);
	else
		full(&t, r, g);
	if (r->form == REPORT_NAGIOS) {
		text_puts(&r->held, text_str(&t));
		text_free(&t);
	} else
		out(r, &t);
}

static const char *s(unsigned n)
{
	return n == 1 ? "" : "s";
}

static void summary(struct text *t, const struct report *r)
{
	unsigned n = r->targets;

	if (r->bad)
		text_printf(t, "%u of %u target%s %s not well", r->bad, n, s(n),
		    r->bad == 1 ? "is" : "are");
	else
		text_printf(t, "all is well: %u target%s, %u host%s, %u address%s verified", n, s(n),
		    r->hosts, s(r->hosts), r->addresses, r->addresses == 1 ? "" : "es");
}

static int nagios_status(const struct report *r)
{
	if (r->failed)
		return 2;
	if (r->local)
		return 3;
	if (!r->bad)
		return 0;
	return r->warned ? 1 : 2;
}

/* '|' begins performance data: it must not come from a peer. */
static void no_bars(struct text *t)
{
	size_t i;

	for (i = 0; i < t->len; i++)
		if (t->p[i] == '|')
			t->p[i] = '/';
}

static void nagios_end(struct report *r)
{
	static const char *const word[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	struct text t = { 0 };

	text_printf(&t, "SMTPDANE %s - ", word[nagios_status(r)]);
	summary(&t, r);
	if (*r->first)
		text_printf(&t, ": %s", r->first);
	no_bars(&t);
	text_printf(&t, " |%s\n", text_str(&r->perf));
	no_bars(&r->held);
	text_puts(&t, text_str(&r->held));
	text_free(&r->held);
	text_free(&r->perf);
	report_out(&t);
}

void report_end(struct report *r)
{
	struct text t = { 0 };

	if (r->form == REPORT_NAGIOS)
		nagios_end(r);
	else if (r->form == REPORT_PROM)
		report_prom_end(r);
	else if (r->form == REPORT_TEXT && !(r->quiet && !r->bad)) {
		text_puts(&t, "smtpdane: ");
		summary(&t, r);
		text_puts(&t, "\n");
		report_out(&t);
	}
}

int report_status(const struct report *r)
{
	if (r->form == REPORT_NAGIOS)
		return nagios_status(r);
	return r->bad || !r->targets ? 1 : 0;
}
