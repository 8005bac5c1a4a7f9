/* SPDX-License-Identifier: ISC */
/*
 * tests/sim/truth.c: what is true of a question, from the zones' data alone, and whether a result
 * says anything else.  A result is judged link by link: whatever path a lie led it down, each
 * part that it calls secure must be so, and none that is secure may be called insecure.
 */
#include "tests/sim/world.h"

#include <string.h>

enum { MAX_ITERATIONS = 50 }; /* RFC 9276 section 3.2 */

static bool is_many(const struct sw_zone *z)
{
	return z->iterations > MAX_ITERATIONS;
}

/* An unsigned delegation under opt-out, or a name that exists only because of some. */
static bool opted_out(const struct sw_zone *z, const uint8_t *name)
{
	unsigned i;

	for (i = 0; i < z->n; i++)
		if (dns_name_is_under(z->rr[i].owner, name) && (z->rr[i].type != DNS_NS ||
		    sw_has_type(z, z->rr[i].owner, DNS_SOA) || sw_has_type(z, z->rr[i].owner, DNS_DS)))
			return false;
	return z->opt_out;
}

void sw_step(const uint8_t *name, uint16_t type, struct sw_step *s)
{
	const struct sw_zone *z = sw_zone_of(name, type);
	uint8_t wild[DNS_NAME_MAX];
	const struct dns_rr *dn = sw_dname(z, name, s->target);
	const uint8_t *at = sw_source(z, name, wild);
	bool weak; /* a proof of what is not there: RFC 5155 section 9.2, RFC 9276 section 3.2 */

	s->zone = z;
	s->state = z->state;
	s->type = type;
	dns_name_copy(s->owner, name);
	if (z->nobody) {
		s->kind = SW_NOBODY;
		s->state = DNS_SEC_INDETERMINATE;
		return;
	}
	if (dn != NULL) {
		s->kind = SW_ALIAS;
		s->type = DNS_DNAME;
		dns_name_copy(s->at, dn->owner);
		return;
	}
	weak = is_many(z) || (at == name ? opted_out(z, name) : z->opt_out);
	if (at != NULL)
		dns_name_copy(s->at, at);
	if (at != NULL && sw_has_type(z, at, type)) {
		s->kind = SW_DATA;
		weak = weak && at == wild;
	} else if (at != NULL && sw_has_type(z, at, DNS_CNAME)) {
		s->kind = SW_ALIAS;
		s->type = DNS_CNAME;
		dns_name_copy(s->target, sw_find(z, at, DNS_CNAME)->rdata);
		weak = weak && at == wild;
	} else {
		s->kind = at != NULL ? SW_NODATA : SW_NXDOMAIN;
	}
	if (weak && s->state == DNS_SEC_SECURE)
		s->state = DNS_SEC_INSECURE;
}

static bool met(const struct sw_truth *t, const uint8_t *name)
{
	unsigned i;

	for (i = 0; i < t->n; i++)
		if (dns_name_eq(t->step[i].owner, name))
			return true;
	return false;
}

void sw_truth(const uint8_t *name, uint16_t type, struct sw_truth *t)
{
	struct sw_step *s;

	t->state = DNS_SEC_SECURE;
	t->rcode = DNS_NOERROR;
	t->n = 0;
	do {
		s = &t->step[t->n];
		sw_step(name, type, s);
		t->n++;
		if (s->state < t->state)
			t->state = s->state;
		if (s->kind == SW_NXDOMAIN)
			t->rcode = DNS_NXDOMAIN;
		if (s->kind != SW_ALIAS || s->state < DNS_SEC_INSECURE)
			return;
		name = s->target;
	} while (!met(t, name) && t->n <= DNS_MAX_LINKS);
	t->state = DNS_SEC_BOGUS; /* a loop */
}

/* ---- judging ----------------------------------------------------------------------- */

/* The zone counts as unsigned once its denials are looked at. */
static bool may_be_insecure(const struct sw_step *s)
{
	return s->state != DNS_SEC_SECURE || is_many(s->zone);
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* The same RDATA; names in it are blind to case. */
static bool same_rdata(const struct dns_rr *a, const struct dns_rr *b)
{
	unsigned i, from = 0, to = 0;

	if (a->rdlen != b->rdlen)
		return false;
	if (a->type == DNS_CNAME || a->type == DNS_DNAME || a->type == DNS_NS || a->type == DNS_MX) {
		from = a->type == DNS_MX ? 2 : 0;
		to = a->rdlen;
	}
	for (i = 0; i < a->rdlen; i++)
		if (a->rdata[i] != b->rdata[i] &&
		    (i < from || i >= to || lower(a->rdata[i]) != lower(b->rdata[i])))
			return false;
	return true;
}

static const char *check_rr(const struct dns_rr *rr, const struct sw_step *s)
{
	unsigned i;

	for (i = 0; i < s->zone->n; i++) {
		const struct dns_rr *x = &s->zone->rr[i];

		if (x->type == rr->type && dns_name_eq(x->owner, s->at) && same_rdata(rr, x))
			return rr->ttl <= x->ttl ? NULL : "a TTL above the signed one";
	}
	return "a record that is called secure and is not in the zone";
}

/* The records of (owner, type) in r, all checked; *n how many. */
static const char *check_set(const struct dns_result *r, const struct sw_step *s,
    const uint8_t *owner, unsigned *n)
{
	struct dns_rr rr;
	size_t pos = 0;
	const char *bad;

	*n = 0;
	while (dns_flat_next(r->buf, r->len, &pos, &rr)) {
		if (rr.type != s->type || !dns_name_eq(rr.owner, owner))
			continue;
		++*n;
		bad = check_rr(&rr, s);
		if (bad != NULL)
			return bad;
	}
	return NULL;
}

static unsigned count_set(const struct sw_step *s)
{
	unsigned i, n = 0;

	for (i = 0; i < s->zone->n; i++)
		n += s->zone->rr[i].type == s->type && dns_name_eq(s->zone->rr[i].owner, s->at);
	return n;
}

static const char *check_link(const struct dns_result *r, const struct dns_link *l)
{
	struct sw_step s;
	const char *bad;
	unsigned n;

	sw_step(l->owner, r->qtype, &s);
	if (l->state == DNS_SEC_INSECURE && !may_be_insecure(&s))
		return "an alias is called insecure where the truth is secure";
	if (l->state != DNS_SEC_SECURE)
		return NULL;
	if (s.state != DNS_SEC_SECURE || s.kind != SW_ALIAS || s.type != l->type ||
	    !dns_name_eq(s.target, l->target))
		return "an alias is called secure that is not in the zone";
	bad = check_set(r, &s, s.type == DNS_DNAME ? s.at : l->owner, &n);
	if (bad == NULL && r->state >= DNS_SEC_INSECURE && n == 0)
		bad = "the records of a secure alias are missing";
	return bad;
}

static const char *check_last(const struct dns_result *r)
{
	struct sw_step s;
	const char *bad;
	unsigned n;

	sw_step(r->name, r->qtype, &s);
	if (r->last == DNS_SEC_INSECURE && !may_be_insecure(&s))
		return "insecure where the truth is secure";
	if (r->last != DNS_SEC_SECURE)
		return NULL;
	if (s.state != DNS_SEC_SECURE)
		return "secure where the truth is not";
	s.type = r->qtype;
	bad = check_set(r, &s, r->name, &n);
	if (bad != NULL)
		return bad;
	if (n == 0 && (s.kind == SW_DATA || s.kind == SW_ALIAS))
		return "a secure denial of what exists";
	if (n > 0 && s.kind != SW_DATA)
		return "secure records of what does not exist";
	if (n > 0 && n != count_set(&s))
		return "a secure set that is not whole";
	if ((r->rcode == DNS_NXDOMAIN) != (s.kind == SW_NXDOMAIN))
		return "secure, with the wrong RCODE";
	return NULL;
}

/* The CNAME that stands for a DNAME, just behind it (RFC 6672 section 3.1). */
static bool is_made(const struct dns_rr *rr, const struct dns_rr *dname, const struct dns_link *l)
{
	return rr->type == DNS_CNAME && l->type == DNS_DNAME && dname->type == DNS_DNAME &&
	    rr->ttl == dname->ttl && dns_name_eq(rr->owner, l->owner) &&
	    rr->rdlen == dns_name_len(l->target) && dns_name_eq(rr->rdata, l->target);
}

/* A record that is neither the answer nor an alias on the way to it. */
static bool has_stray(const struct dns_result *r)
{
	struct dns_rr rr, before = { .type = 0 };
	size_t pos = 0;
	unsigned i;

	for (; dns_flat_next(r->buf, r->len, &pos, &rr); before = rr) {
		bool ok = rr.type == r->qtype && dns_name_eq(rr.owner, r->name);

		for (i = 0; i < r->nlinks; i++)
			ok = ok || (rr.type == r->links[i].type &&
			    dns_name_is_under(r->links[i].owner, rr.owner)) || is_made(&rr, &before, &r->links[i]);
		if (!ok || rr.class != DNS_IN || rr.type == DNS_RRSIG)
			return true;
	}
	return false;
}

const char *sw_check_sound(const struct dns_result *r)
{
	enum dns_sec weakest = r->last;
	const uint8_t *at = r->qname;
	const char *bad;
	unsigned i;

	if (r->state < DNS_SEC_BOGUS || r->state > DNS_SEC_SECURE)
		return "no state";
	if (r->state < DNS_SEC_INSECURE && (r->len > 0 || r->reason[0] == '\0'))
		return r->len > 0 ? "records with a bad state" : "a bad state without a reason";
	for (i = 0; i < r->nlinks; i++) {
		if (!dns_name_eq(r->links[i].owner, at))
			return "links that do not follow on each other";
		at = r->links[i].target;
		if (r->links[i].state < weakest)
			weakest = r->links[i].state;
		bad = check_link(r, &r->links[i]);
		if (bad != NULL)
			return bad;
	}
	if (r->state >= DNS_SEC_INSECURE && (weakest != r->state || !dns_name_eq(at, r->name)))
		return "a state that is not that of the weakest link";
	if (has_stray(r))
		return "records that nobody asked for";
	return r->state >= DNS_SEC_INSECURE ? check_last(r) : NULL;
}

const char *sw_check_exact(const struct dns_result *r, const struct sw_truth *t)
{
	const struct sw_step *s = &t->step[t->n - 1];
	unsigned i, n;

	if (r->state != t->state)
		return "not the true state";
	if (t->state < DNS_SEC_INSECURE)
		return NULL;
	if (r->rcode != t->rcode || r->nlinks != t->n - 1 || !dns_name_eq(r->name, s->owner))
		return "not the true RCODE or chain of aliases";
	for (i = 0; i < r->nlinks; i++)
		if (r->links[i].state != t->step[i].state)
			return "not the true state of an alias";
	if (dns_result_has_data(r) != (s->kind == SW_DATA))
		return "not the true answer";
	if (check_set(r, s, r->name, &n) != NULL || (s->kind == SW_DATA && n != count_set(s)))
		return "not the true records";
	return NULL;
}
