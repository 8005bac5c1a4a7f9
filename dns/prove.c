/* SPDX-License-Identifier: ISC */
/*
 * dns/prove.c: from a trust anchor to an answer (RFC 4035 section 5, RFC 6840).  A pure function
 * of the messages at hand: it is run again from the start whenever one more has come in, and
 * what it needs and does not find it asks for.  Signatures once verified are remembered, so a
 * run costs little.  Every path that ends in "secure" or "insecure" does so by a proof;
 * whatever falls through is bogus or indeterminate.
 */
#include "dns/sec.h"

#include <string.h>

#include "dns/str.h"
#include "dns/wire.h"

/* ---- answers -------------------------------------------------------------------- */

/* Where the data at (name, type) live: DS belongs to the parent (RFC 4035 section 2.4). */
static const uint8_t *home(const uint8_t *name, uint16_t type)
{
	unsigned n = dns_name_labels(name);

	return type == DNS_DS && n > 0 ? dns_name_suffix(name, n - 1) : name;
}

static bool seen_signer(const struct dns_sig *s, unsigned i)
{
	unsigned j;

	for (j = 0; j < i; j++)
		if (dns_name_eq(s[j].signer, s[i].signer))
			return true;
	return false;
}

static enum dns_sec wildcard(struct dns_ctx *c, const struct dns_rrset *set,
    const struct dns_sig *sig, const struct dns_keys *keys, const struct dns_view *v,
    struct dns_why *why)
{
	struct dns_denied d;

	/* RFC 4592 section 4.4: at "*" it would redirect only what lies below a name made from "*" */
	if (set->type == DNS_DNAME && !dns_name_eq(set->owner, c->out->name)) {
		dns_why_set(why, DNS_EDE_BOGUS, "the DNAME at ", set->owner,
		    " was made from a wildcard, and such a one redirects nothing (RFC 4592 section 4.4)");
		return DNS_SEC_BOGUS;
	}
	dns_deny_closer(c, keys, v, set->owner, sig->labels, &d, why);
	if (d.kind == DNS_DENY_NOT)
		return DNS_SEC_BOGUS;
	if (!d.opt_out && !d.iterations)
		return DNS_SEC_SECURE;
	dns_why_set(why, d.iterations ? DNS_EDE_ITERATIONS : DNS_EDE_NONE, "the wildcard answer for ",
	    set->owner, d.iterations ? " rests on NSEC3 with more than 50 iterations" :
	    " rests on an opt-out span, under which the name may exist unsigned (RFC 5155 section 9.2)");
	return DNS_SEC_INSECURE;
}

/* What came in v at a name lacks a good signature or denial: in order (INSECURE) or not?  broken:
   the keys of the zone were proven and what they should have signed did not verify, which neither
   a failure to look further up takes back, nor that the zone asks for too much work to tell
   whether it has an unsigned delegation here (RFC 9276 section 3.2). */
static enum dns_sec unsigned_state(struct dns_ctx *c, const uint8_t *at, const struct dns_view *v,
    bool broken, struct dns_why *why)
{
	struct dns_why w = *why;
	enum dns_sec s = dns_walk_down(c, at, &w);

	if (broken && (s == DNS_SEC_INDETERMINATE ||
	    (s == DNS_SEC_INSECURE && w.ede == DNS_EDE_ITERATIONS))) {
		c->blame = v->entry;
		return DNS_SEC_BOGUS;
	}
	if (s == DNS_SEC_BOGUS && c->blame < 0)
		c->blame = v->entry;
	*why = w;
	return s;
}

/* Signed sets of these types stand at a zone's apex alone, so that the signer is their owner: RFC
   4034 section 2, RFC 4035 sections 2.2 and 5.3.1 b2. */
static bool is_foreign(const struct dns_rrset *set, const struct dns_sig *s)
{
	return (set->type == DNS_DNSKEY || set->type == DNS_SOA || set->type == DNS_NS) &&
	    !dns_name_eq(set->owner, s->signer);
}

/* An RRset that came in v: SECURE with *ttl, or what else it is. */
static enum dns_sec judge_rrset(struct dns_ctx *c, const struct dns_rrset *set,
    const struct dns_view *v, uint32_t *ttl, struct dns_why *why)
{
	/* an alias in the place of a DS set is the parent's too */
	const uint8_t *at = home(set->owner, c->out->qtype == DNS_DS && set->type == DNS_CNAME ?
	    DNS_DS : set->type);
	struct dns_keys keys;
	struct dns_sig used;
	enum dns_sec s;
	bool broken = false;
	unsigned i;

	dns_why_set(why, DNS_EDE_NO_RRSIG, "", set->owner, set->nsigs > 0 ?
	    " lies in a signed zone, but all signatures of its records are by zones that have no say "
	    "about it: somebody on the way made them, or took them from elsewhere" :
	    " lies in a signed zone, but its records came without a signature: the server or a "
	    "resolver on the way strips DNSSEC");
	for (i = 0; i < set->nsigs; i++) {
		if (seen_signer(set->sig, i) || !dns_name_is_under(at, set->sig[i].signer) ||
		    !dns_may_sign(c, set->sig[i].signer, at))
			continue;
		if (is_foreign(set, &set->sig[i])) {
			dns_why_set(why, DNS_EDE_BOGUS, "a set that stands at the apex of a zone alone is signed "
			    "by a zone above ", set->owner, ", not by its own (RFC 4035 section 5.3.1)");
			continue;
		}
		s = dns_zone_prove(c, set->sig[i].signer, &keys, why);
		if (s == DNS_SEC_UNCHECKED)
			return s;
		if (s != DNS_SEC_SECURE)
			continue; /* walk_down finds out whether that is in order */
		broken = true;
		if (!dns_rrset_verify(c, set, &keys, &used, why))
			continue;
		c->out->orig_ttl = used.ottl;
		*ttl = set->ttl < used.ottl ? set->ttl : used.ottl; /* RFC 4035 section 5.3.3 */
		if (*ttl > used.ttl)
			*ttl = used.ttl;
		if (*ttl > used.expiration - (uint32_t)c->now)
			*ttl = used.expiration - (uint32_t)c->now;
		s = dns_sig_is_wild(set, &used) ? wildcard(c, set, &used, &keys, v, why) :
		    DNS_SEC_SECURE;
		if (s != DNS_SEC_BOGUS) {
			dns_step_sig(c, set, &used, s);
			return s;
		}
	}
	*ttl = set->ttl;
	return unsigned_state(c, at, v, broken, why);
}

/* No records of (name, type) in v: proven?  *rcode is what the proof says. */
static enum dns_sec judge_denial(struct dns_ctx *c, const struct dns_view *v, const uint8_t *name,
    uint16_t type, uint16_t *rcode, struct dns_why *why)
{
	const uint8_t *at = home(name, type), *tried[DNS_MAX_SIGS];
	struct dns_keys keys;
	struct dns_denied d;
	struct dns_rr rr;
	struct dns_sig sig;
	size_t pos = 0;
	unsigned n = 0, i;
	bool broken = false;
	enum dns_sec s;

	*rcode = v->rcode;
	dns_why_set(why, DNS_EDE_NO_NSEC, "", name, " lies in a signed zone, but the denial came without "
	    "the NSEC or NSEC3 records that would prove it: the server or a resolver on the way "
	    "strips DNSSEC");
	while (dns_flat_next(v->buf, v->len, &pos, &rr)) {
		if (rr.section != DNS_AUTHORITY || rr.class != DNS_IN || !dns_sig_parse(&rr, &sig) ||
		    (sig.covered != DNS_NSEC && sig.covered != DNS_NSEC3 && sig.covered != DNS_SOA) ||
		    !dns_name_is_under(at, sig.signer) || !dns_may_sign(c, sig.signer, at))
			continue;
		for (i = 0; i < n && !dns_name_eq(tried[i], sig.signer); i++)
			;
		if (i < n || n == DNS_MAX_SIGS)
			continue;
		tried[n++] = sig.signer;
		s = dns_zone_prove(c, sig.signer, &keys, why);
		if (s == DNS_SEC_UNCHECKED)
			return s;
		if (s != DNS_SEC_SECURE)
			continue;
		broken = true;
		dns_deny(c, &keys, v, name, type, &d, why);
		if (d.kind == DNS_DENY_NOT)
			continue;
		if (!d.iterations && !d.opt_out) /* else the proof does not tell */
			*rcode = d.kind == DNS_DENY_NXDOMAIN ? DNS_NXDOMAIN : DNS_NOERROR;
		s = d.opt_out || d.iterations ? DNS_SEC_INSECURE : DNS_SEC_SECURE;
		dns_step_denial(c, keys.zone, name, type, s, d.text);
		if (s == DNS_SEC_INSECURE)
			dns_why_set(why, d.iterations ? DNS_EDE_ITERATIONS : DNS_EDE_NONE, "the denial of ", name,
			    d.iterations ? " rests on NSEC3 with more than 50 iterations (RFC 9276 section 3.2)" :
			    " rests on an opt-out span (RFC 5155 section 9.2)");
		return s;
	}
	return unsigned_state(c, at, v, broken, why);
}

/* ---- the result ------------------------------------------------------------------- */

static void keep(struct dns_result *r, const struct dns_rrset *set, uint32_t ttl)
{
	struct dns_rr rr = { .owner = set->owner, .ttl = ttl, .type = set->type, .class = DNS_IN,
	    .section = DNS_ANSWER };
	unsigned i;

	for (i = 0; i < set->n; i++) {
		rr.rdata = set->rd[i].p;
		rr.rdlen = set->rd[i].len;
		if (dns_flat_add(r->buf, sizeof r->buf, &r->len, &rr) != 0) {
			r->state = DNS_SEC_INDETERMINATE;
			strcpy(r->reason, "the answer with all its aliases is larger than the limit");
			return;
		}
	}
}

/* The first of the weakest links gives the reason, and which one it is: what DANE does depends on
   where a chain leaves the proven world (RFC 7671 section 7).  n: the alias's number,
   0 for none; target: not the alias itself, but the name that it leads to. */
static void lower(struct dns_result *r, enum dns_sec s, const struct dns_why *why, unsigned n,
    bool target)
{
	struct dns_str t;

	if (s >= r->state)
		return;
	r->state = s;
	r->ede = why->ede;
	dns_str_init(&t, r->reason, sizeof r->reason);
	if (n > 0) {
		dns_str_name(&t, r->name);
		dns_str_add(&t, target ? ", where alias " : ", alias ");
		dns_str_num(&t, n);
		dns_str_add(&t, target ? " leads: " : " on the way: ");
	}
	dns_str_add(&t, why->text);
}

static void finish(struct dns_result *r, enum dns_sec s, const struct dns_why *why)
{
	r->last = s;
	lower(r, s, why, r->nlinks, true);
	if (r->state < DNS_SEC_INSECURE)
		r->len = 0;
}

/* ---- names, one after the other ------------------------------------------------------ */

/* A step of the proof: what comes next? */
enum next {
	WAIT,  /* more messages are needed */
	FINAL, /* the result is there */
	NEXT,  /* go on from r->name */
	ASK    /* this message does not tell: ask for the name itself */
};

/* What the aliases themselves say is wrong.  When all are proven no other server would say
   otherwise; else v, which brought the last one, is to blame. */
static void fail(struct dns_ctx *c, const struct dns_view *v, int ede, const char *a,
    const uint8_t *name, const char *b)
{
	struct dns_why why;

	c->blame = c->out->state < DNS_SEC_SECURE ? v->entry : -1;
	dns_why_set(&why, ede, a, name, b);
	finish(c->out, DNS_SEC_BOGUS, &why);
}

/* RFC 6672 section 3.1: the CNAME that stands for the DNAME at r->name.  Ours, not the message's:
   that one is not signed. */
static void keep_synthesized(struct dns_result *r, const uint8_t *target, uint32_t ttl)
{
	struct dns_rrset set = { .owner = r->name, .type = DNS_CNAME, .n = 1 };

	set.rd[0].p = target;
	set.rd[0].len = (uint16_t)dns_name_len(target);
	keep(r, &set, ttl);
}

/* The link holds: what it says goes into the result. */
static void add_link(struct dns_ctx *c, const struct dns_rrset *set, const struct dns_link *l,
    uint32_t ttl, const struct dns_why *why)
{
	struct dns_result *r = c->out;
	struct dns_step *st = dns_step_add(c, DNS_STEP_ALIAS, l->state, set->owner);

	lower(r, l->state, why, r->nlinks, false);
	if (st != NULL) {
		dns_name_copy(st->owner, r->name);
		st->type = set->type;
		dns_name_str(l->target, st->text, sizeof st->text);
	}
	r->last = l->state;
	keep(r, set, ttl);
	if (set->type == DNS_DNAME)
		keep_synthesized(r, l->target, ttl);
}

/* RFC 6672 section 2.2: there is no such name as the proven DNAME would make. */
static enum next too_long(struct dns_ctx *c, const struct dns_rrset *set, enum dns_sec s,
    uint32_t ttl, struct dns_why *why)
{
	if (s >= DNS_SEC_INSECURE) {
		c->out->rcode = DNS_YXDOMAIN;
		keep(c->out, set, ttl);
	}
	finish(c->out, s, why);
	if (s == DNS_SEC_SECURE) {
		dns_why_set(why, DNS_EDE_NONE, "the DNAME at ", set->owner,
		    " makes a name that is too long (RFC 6672 section 2.2)");
		memcpy(c->out->reason, why->text, sizeof why->text);
	}
	return FINAL;
}

/* Follow one link. */
static enum next follow(struct dns_ctx *c, const struct dns_rrset *set, const struct dns_view *v,
    bool own)
{
	struct dns_result *r = c->out;
	struct dns_link *l = &r->links[r->nlinks];
	struct dns_why why;
	uint32_t ttl = 0;

	if (r->nlinks == DNS_MAX_LINKS) {
		fail(c, v, DNS_EDE_OTHER, "more than 12 aliases on the way from ", r->qname, "");
		return FINAL;
	}
	l->state = judge_rrset(c, set, v, &ttl, &why);
	if (l->state == DNS_SEC_UNCHECKED)
		return WAIT;
	if (!own && l->state < DNS_SEC_INSECURE)
		return ASK;
	l->type = set->type;
	dns_name_copy(l->owner, r->name);
	if (set->n != 1 && l->state >= DNS_SEC_INSECURE) {
		lower(r, l->state, &why, r->nlinks + 1, false);
		fail(c, v, DNS_EDE_BOGUS, "more than one alias record at ", set->owner, "");
		return FINAL;
	}
	if (!dns_alias_target(set, r->name, l->target))
		return too_long(c, set, l->state, ttl, &why);
	r->nlinks++;
	if (l->state < DNS_SEC_INSECURE) {
		lower(r, l->state, &why, r->nlinks, false);
		finish(r, l->state, &why);
		return FINAL;
	}
	add_link(c, set, l, ttl, &why);
	if (r->qtype == DNS_CNAME || r->qtype == DNS_ANY) /* asked for: the synthesized CNAME */
		return FINAL;
	dns_name_copy(r->name, l->target);
	return NEXT;
}

static bool loops(const struct dns_result *r)
{
	unsigned i;

	for (i = 0; i < r->nlinks; i++)
		if (dns_name_eq(r->links[i].owner, r->name))
			return true;
	return false;
}

/* Records of the type at r->name, or an alias there, in v? */
static bool answers(const struct dns_ctx *c, const struct dns_view *v, struct dns_rrset *set)
{
	const struct dns_result *r = c->out;

	if (r->qtype == DNS_CNAME) /* one made from a DNAME has no signature: prove the DNAME */
		return dns_alias_find(c, v, r->name, set);
	return dns_find(c, v, r->name, r->qtype, DNS_ANSWER, set) ||
	    dns_alias_find(c, v, r->name, set);
}

/* Does v say from which zone its denial of name comes?  An unsigned message that ends with an
   alias and says nothing of the target denies nothing. */
static bool has_soa(const struct dns_view *v, const uint8_t *name)
{
	struct dns_rr rr;
	size_t pos = 0;

	while (dns_flat_next(v->buf, v->len, &pos, &rr))
		if (rr.section == DNS_AUTHORITY && rr.type == DNS_SOA && dns_name_is_under(name, rr.owner))
			return true;
	return false;
}

/* The end of the chain, negative; own as in prove_from(). */
static enum next deny_end(struct dns_ctx *c, const struct dns_view *v, bool own)
{
	struct dns_result *r = c->out;
	struct dns_why why;
	enum dns_sec s;
	uint16_t rcode;

	if (!own && !has_soa(v, r->name))
		return ASK;
	s = judge_denial(c, v, r->name, r->qtype, &rcode, &why);
	if (s == DNS_SEC_UNCHECKED)
		return WAIT;
	if (!own && s < DNS_SEC_INSECURE)
		return ASK; /* what it said counts for nothing, its RCODE included */
	r->rcode = rcode;
	finish(r, s, &why);
	return FINAL;
}

static void reset(struct dns_ctx *c)
{
	struct dns_result *r = c->out;

	r->state = DNS_SEC_SECURE; /* the top: lowered by each link */
	r->last = DNS_SEC_UNCHECKED;
	r->rcode = DNS_NOERROR;
	r->ede = DNS_EDE_NONE;
	r->reason[0] = '\0';
	r->nlinks = r->nsteps = 0;
	r->orig_ttl = 0;
	r->len = 0;
	dns_name_copy(r->name, r->qname);
	c->sig_expires = 0;
	c->blame = -1;
}

/* The records asked for.  RFC 4035 section 2.2: there are no signatures over signatures. */
static enum next take_data(struct dns_ctx *c, const struct dns_rrset *set,
    const struct dns_view *v, bool own)
{
	struct dns_result *r = c->out;
	struct dns_why why;
	uint32_t ttl = set->ttl;
	enum dns_sec s = DNS_SEC_INSECURE;

	if (set->type == DNS_RRSIG)
		dns_why_set(&why, DNS_EDE_NONE, "RRSIG records cannot be proven (here of ", r->name,
		    "): there are no signatures over signatures (RFC 4035 section 2.2)");
	else
		s = judge_rrset(c, set, v, &ttl, &why);
	if (s == DNS_SEC_UNCHECKED)
		return WAIT;
	if (!own && s < DNS_SEC_INSECURE)
		return ASK;
	keep(r, set, ttl);
	finish(r, s, &why);
	return FINAL;
}

/* What v says of r->name.  own: it is the answer to this very question, else the one that brought
   the alias: what that one says of other names beside counts only when it is proven. */
static enum next prove_from(struct dns_ctx *c, const struct dns_view *v, bool own)
{
	struct dns_result *r = c->out;
	struct dns_rrset set;
	enum next k;

	if (!answers(c, v, &set))
		return deny_end(c, v, own);
	if (set.type == r->qtype)
		return take_data(c, &set, v, own);
	k = follow(c, &set, v, own);
	if (k == NEXT && loops(r)) {
		fail(c, v, DNS_EDE_OTHER, "the aliases go round in a loop at ", r->name, "");
		return FINAL;
	}
	return k;
}

/* One name of the chain; v: the last message, and the next one. */
static enum next prove_name(struct dns_ctx *c, struct dns_view *v)
{
	struct dns_result *r = c->out;
	struct dns_why why;
	enum dns_sec s;
	enum next k = r->nlinks > 0 ? prove_from(c, v, false) : ASK;

	if (k != ASK)
		return k;
	c->blame = -1;
	s = dns_fetch(c, r->name, r->qtype, v, &why);
	if (s == DNS_SEC_UNCHECKED)
		return WAIT;
	if (s == DNS_SEC_SECURE)
		return prove_from(c, v, true);
	r->rcode = DNS_SERVFAIL; /* no answer */
	finish(r, s, &why);
	return FINAL;
}

/* Was the type of the record that ends at `end` met before in the answer at name? */
static bool met_before(const struct dns_ctx *c, const struct dns_view *v, const uint8_t *name,
    uint16_t type, size_t end)
{
	struct dns_rr rr;
	size_t pos = 0;

	dns_spend_scan(c, end);
	while (dns_flat_next(v->buf, v->len, &pos, &rr) && pos < end)
		if (rr.section == DNS_ANSWER && rr.type == type && dns_name_eq(rr.owner, name))
			return true;
	return false;
}

/* RFC 6840 section 4.2: each RRset by itself; that all are there is not claimed. */
static enum next judge_any(struct dns_ctx *c, const struct dns_view *v)
{
	struct dns_result *r = c->out;
	struct dns_rrset set;
	struct dns_why why;
	struct dns_rr rr;
	size_t pos = 0;
	unsigned n = 0;
	uint32_t ttl;
	enum dns_sec s;

	if (dns_alias_find(c, v, r->name, &set) && set.type == DNS_DNAME)
		return follow(c, &set, v, true);
	while (dns_flat_next(v->buf, v->len, &pos, &rr)) {
		if (rr.section != DNS_ANSWER || rr.type == DNS_RRSIG || !dns_name_eq(rr.owner, r->name) ||
		    met_before(c, v, r->name, rr.type, pos) ||
		    !dns_find(c, v, r->name, rr.type, DNS_ANSWER, &set))
			continue;
		s = judge_rrset(c, &set, v, &ttl, &why);
		if (s == DNS_SEC_UNCHECKED)
			return WAIT;
		n++;
		keep(r, &set, ttl);
		finish(r, s, &why);
		if (s < DNS_SEC_INSECURE)
			return FINAL;
	}
	return n > 0 ? FINAL : deny_end(c, v, true);
}

static enum next prove_any(struct dns_ctx *c)
{
	struct dns_result *r = c->out;
	struct dns_view v;
	struct dns_why why;
	enum dns_sec s = dns_fetch(c, r->name, r->qtype, &v, &why);

	if (s == DNS_SEC_UNCHECKED)
		return WAIT;
	if (s == DNS_SEC_SECURE)
		return judge_any(c, &v);
	r->rcode = DNS_SERVFAIL;
	finish(r, s, &why);
	return FINAL;
}

bool dns_prove(struct dns_ctx *c)
{
	struct dns_view v = { (const uint8_t *)"", 0, 0, -1 };
	enum next k;

	reset(c);
	do
		k = c->out->qtype == DNS_ANY ? prove_any(c) : prove_name(c, &v);
	while (k == NEXT);
	if (k == WAIT) {
		c->out->state = DNS_SEC_UNCHECKED;
		return false;
	}
	c->out->sig_expires = c->sig_expires;
	return true;
}
