/* SPDX-License-Identifier: ISC */
/* src/look.c: one look-up of a probe.  A dns_result is large, so what is needed of it is
   copied here and its place given back at once. */
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/probe.h"
#include "src/report_dns.h"
#include "src/report_out.h"

void look_init(struct look *k, const uint8_t *name, uint16_t type)
{
	memset(k, 0, sizeof *k);
	k->wanted = true;
	k->handle = -1;
	k->type = type;
	k->ede = DNS_EDE_NONE;
	dns_name_copy(k->name, name);
}

static void aliases(struct look *k, const struct dns_result *r)
{
	unsigned i;

	k->nlinks = r->nlinks;
	k->links_secure = r->nlinks > 0;
	k->first_secure = r->nlinks > 0 && r->links[0].state == DNS_SEC_SECURE;
	for (i = 0; i < r->nlinks; i++)
		if (r->links[i].state != DNS_SEC_SECURE)
			k->links_secure = false;
}

/* The dates of the signature that proved the set itself. */
static void signature(struct look *k, const struct dns_result *r)
{
	unsigned i;

	for (i = 0; i < r->nsteps; i++) {
		const struct dns_step *s = &r->steps[i];

		if (s->kind != DNS_STEP_SIG || s->type != r->qtype || !dns_name_eq(s->owner, r->name))
			continue;
		k->sig_from = s->inception;
		k->sig_until = s->expiration;
	}
}

static void fact(const struct look *k)
{
	char name[DNS_NAME_TEXT], type[32], rcode[32];

	if (!debug_is_on())
		return;
	debug_line("lookup name=%s type=%s status=%s rcode=%s data=%d links=%u ede=%d rounds=%u "
	    "reason=\"%s\"", dns_name_str(k->name, name, sizeof name),
	    dns_type_str(k->type, type, sizeof type), dns_sec_str(k->state),
	    dns_rcode_str(k->rcode, rcode, sizeof rcode), (int)k->has_data, k->nlinks, k->ede,
	    k->rounds, k->reason);
}

static void copy(const struct probe *p, struct look *k, const struct dns_result *r)
{
	struct text zones = { 0 }, steps = { 0 };

	k->state = r->state;
	k->last = r->last;
	k->rcode = r->rcode;
	k->ede = r->ede;
	k->failed_local = r->failed_local;
	k->rounds = r->rounds;
	k->orig_ttl = r->orig_ttl;
	k->sig_expires = r->sig_expires;
	k->has_data = dns_result_has_data(r);
	dns_name_copy(k->end, r->name);
	aliases(k, r);
	signature(k, r);
	if (k->has_data) {
		k->len = r->len;
		k->flat = text_alloc(r->len);
		memcpy(k->flat, r->buf, r->len);
	}
	report_dns_zones(&zones, r);
	if (p->o.explain_json)
		report_dns_chain_json(&steps, r);
	else if (p->o.explain)
		report_dns_trail(&steps, r, "      ");
	k->zones = text_dup(text_str(&zones));
	k->trail = text_dup(text_str(&steps));
	k->reason = text_dup(r->reason);
	text_free(&zones);
	text_free(&steps);
}

bool look_poll(struct probe *p, struct look *k)
{
	const struct dns_result *r;

	if (k->done || !k->wanted)
		return true;
	if (k->handle < 0)
		k->handle = dns_res_lookup(p->res, k->name, k->type, clock_wall(), clock_mono());
	if (k->handle < 0 || !(r = dns_res_result(p->res, k->handle)))
		return false;
	copy(p, k, r);
	dns_res_done(p->res, k->handle);
	k->handle = -1;
	k->done = true;
	fact(k);
	return true;
}

bool look_ready(const struct probe *p, const struct look *k)
{
	return k->handle >= 0 && dns_res_result(p->res, k->handle);
}

void look_cancel(struct probe *p, struct look *k)
{
	if (k->handle >= 0)
		dns_res_done(p->res, k->handle);
	k->handle = -1;
}

void look_free(struct probe *p, struct look *k)
{
	look_cancel(p, k);
	free(k->flat);
	free(k->reason);
	free(k->zones);
	free(k->trail);
	memset(k, 0, sizeof *k);
	k->handle = -1;
}

bool look_next(const struct look *k, size_t *pos, struct dns_rr *rr)
{
	while (k->has_data && dns_flat_next(k->flat, k->len, pos, rr))
		if (rr->type == k->type && dns_name_eq(rr->owner, k->end))
			return true;
	return false;
}

const char *look_denial(enum dns_sec state)
{
	return state == DNS_SEC_SECURE ? "proven by DNSSEC" : "which DNSSEC does not prove";
}

const char *look_why(const struct look *k)
{
	return k->reason && *k->reason ? k->reason : "no reason is known";
}

const char *look_sign(const struct look *k)
{
	enum { UNSUPPORTED_KEY = 1, UNSUPPORTED_DIGEST = 2 }; /* RFC 8914 sections 4.2, 4.3 */

	if (k->ede == UNSUPPORTED_KEY || k->ede == UNSUPPORTED_DIGEST)
		return "sign the zone with an algorithm that validators know, as 8, 13 or 15 (RFC 8624), and a "
		    "DS digest of SHA-256";
	return "sign the zone and have its DS records published in the parent zone";
}
