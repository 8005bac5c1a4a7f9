/* SPDX-License-Identifier: ISC */
/* src/report_dns.c: what a look-up ended in, as text and as JSON.  Nothing is judged here; the
   trail as a tree is in report_trail.c. */
#include "src/report_dns.h"

#include <stdio.h>
#include <string.h>

static char rdata_text[DNS_RDATA_TEXT];

/* "example.org (ECDSAP256SHA256)" for each zone whose keys were proven, from the root down. */
void report_dns_zones(struct text *t, const struct dns_result *r)
{
	char name[DNS_NAME_TEXT], alg[32];
	const uint8_t *last = NULL;
	bool any = false;
	unsigned i;

	for (i = 0; i < r->nsteps; i++) {
		const struct dns_step *s = &r->steps[i];

		if (s->kind != DNS_STEP_DNSKEY || s->state != DNS_SEC_SECURE ||
		    (last && dns_name_eq(last, s->zone)))
			continue;
		text_printf(t, "%s%s (%s)", any ? ", " : "",
		    dns_name_str(s->zone, name, sizeof name), dns_alg_str(s->alg, alg, sizeof alg));
		any = true;
		last = s->zone;
	}
}

/* ---- text ------------------------------------------------------------------------- */

void report_dns_text(struct text *t, const struct dns_result *r, bool explain, int64_t now)
{
	char name[DNS_NAME_TEXT], type[32], rcode[32];
	struct dns_rr rr;
	size_t pos = 0;

	text_printf(t, "%s %s: %s, %s", dns_name_str(r->qname, name, sizeof name),
	    dns_type_str(r->qtype, type, sizeof type), dns_sec_str(r->state),
	    dns_rcode_str(r->rcode, rcode, sizeof rcode));
	if (r->rcode == DNS_NOERROR && r->state >= DNS_SEC_INSECURE && !dns_result_has_data(r))
		text_puts(t, ", no record of this type");
	text_puts(t, "\n");
	while (dns_flat_next(r->buf, r->len, &pos, &rr)) {
		dns_rdata_str(rr.type, rr.rdata, rr.rdlen, rdata_text, sizeof rdata_text);
		text_printf(t, "  %s %lu IN %s %s\n", dns_name_str(rr.owner, name, sizeof name),
		    (unsigned long)rr.ttl, dns_type_str(rr.type, type, sizeof type), rdata_text);
	}
	if (*r->reason) {
		text_puts(t, "  reason: ");
		text_safe(t, r->reason);
		if (r->ede != DNS_EDE_NONE)
			text_printf(t, " (EDE %d)", r->ede);
		text_puts(t, "\n");
	}
	if (explain) {
		text_puts(t, "  proof trail:\n");
		report_dns_trail(t, r, "    ");
		report_dns_end(t, r, "  ", now);
	}
}

/* ---- JSON ----------------------------------------------------------------------------- */

static const char *kind_str(enum dns_step_kind k)
{
	switch (k) {
	case DNS_STEP_ANCHOR: return "anchor";
	case DNS_STEP_DS: return "ds";
	case DNS_STEP_DNSKEY: return "dnskey";
	case DNS_STEP_SIG: return "signature";
	case DNS_STEP_DENIAL: return "denial";
	case DNS_STEP_INSECURE: return "insecure";
	case DNS_STEP_ALIAS: return "alias";
	}
	return "step";
}

static int64_t when(uint32_t t)
{
	return (int64_t)t;
}

static void name_member(struct text *t, const char *key, const uint8_t *name)
{
	char buf[DNS_NAME_TEXT];

	text_printf(t, "\"%s\":", key);
	text_json(t, dns_name_str(name, buf, sizeof buf));
}

static void str_member(struct text *t, const char *key, const char *s)
{
	text_printf(t, ",\"%s\":", key);
	text_json(t, s);
}

static void answer_json(struct text *t, const struct dns_result *r)
{
	struct dns_rr rr;
	char type[32];
	size_t pos = 0;
	bool any = false;

	text_puts(t, ",\"answer\":[");
	while (dns_flat_next(r->buf, r->len, &pos, &rr)) {
		dns_rdata_str(rr.type, rr.rdata, rr.rdlen, rdata_text, sizeof rdata_text);
		text_puts(t, any ? ",{" : "{");
		any = true;
		name_member(t, "name", rr.owner);
		text_printf(t, ",\"ttl\":%lu,\"class\":\"IN\"", (unsigned long)rr.ttl);
		str_member(t, "type", dns_type_str(rr.type, type, sizeof type));
		str_member(t, "data", rdata_text);
		text_puts(t, "}");
	}
	text_puts(t, "]");
}

/* Is there an owner and a type in this kind of step? */
static bool of_rrset(enum dns_step_kind k)
{
	return k == DNS_STEP_SIG || k == DNS_STEP_DENIAL || k == DNS_STEP_ALIAS;
}

static bool of_key(enum dns_step_kind k)
{
	return k == DNS_STEP_ANCHOR || k == DNS_STEP_DS || k == DNS_STEP_DNSKEY ||
	    k == DNS_STEP_SIG;
}

static void key_json(struct text *t, const struct dns_step *s)
{
	char buf[40];

	text_printf(t, ",\"keytag\":%u", (unsigned)s->tag);
	str_member(t, "algorithm", dns_alg_str(s->alg, buf, sizeof buf));
	if (s->kind == DNS_STEP_ANCHOR || s->kind == DNS_STEP_DS) {
		text_printf(t, ",\"digest\":%u", (unsigned)s->digest);
		return;
	}
	text_printf(t, ",\"bits\":%u", s->bits);
	str_member(t, "inception", dns_time_str(when(s->inception), buf, sizeof buf));
	str_member(t, "expiration", dns_time_str(when(s->expiration), buf, sizeof buf));
}

/* link: of an alias, or NULL.  The step's own text may be cut, the link's target is not. */
static void step_json(struct text *t, const struct dns_step *s, const struct dns_link *link)
{
	char buf[40];

	text_puts(t, "{");
	name_member(t, "zone", s->zone);
	str_member(t, "kind", kind_str(s->kind));
	str_member(t, "status", dns_sec_str(s->state));
	if (of_rrset(s->kind)) {
		text_puts(t, ",");
		name_member(t, "owner", s->owner);
		str_member(t, "type", dns_type_str(s->type, buf, sizeof buf));
	}
	if (of_key(s->kind))
		key_json(t, s);
	if (link) {
		text_puts(t, ",");
		name_member(t, "target", link->target);
	} else
		str_member(t, "text", s->text);
	text_puts(t, "}");
}

void report_dns_chain_json(struct text *t, const struct dns_result *r)
{
	unsigned i, links = 0;

	text_puts(t, "\"chain\":[");
	for (i = 0; i < r->nsteps; i++) {
		const struct dns_link *l = NULL;

		if (r->steps[i].kind == DNS_STEP_ALIAS && links < r->nlinks)
			l = &r->links[links++];
		text_puts(t, i ? "," : "");
		step_json(t, &r->steps[i], l);
	}
	text_puts(t, "]");
}

void report_dns_json(struct text *t, const struct dns_result *r)
{
	char buf[40];

	text_puts(t, "{");
	name_member(t, "name", r->qname);
	str_member(t, "type", dns_type_str(r->qtype, buf, sizeof buf));
	str_member(t, "status", dns_sec_str(r->state));
	str_member(t, "rcode", dns_rcode_str(r->rcode, buf, sizeof buf));
	answer_json(t, r);
	str_member(t, "reason", r->reason);
	if (r->ede == DNS_EDE_NONE)
		text_puts(t, ",\"ede\":null");
	else
		text_printf(t, ",\"ede\":%d", r->ede);
	text_puts(t, ",");
	report_dns_chain_json(t, r);
	text_puts(t, "}\n");
}
