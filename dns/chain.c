/* SPDX-License-Identifier: ISC */
/*
 * dns/chain.c: from a trust anchor to the keys of a zone, and from an anchor down to the zone cut
 * below which nothing is signed (RFC 4035 section 5.2, RFC 6840).  Zone cuts are found by who
 * signed what; the cut that makes something insecure is looked for label by label.
 */
#include "dns/sec.h"

#include "dns/str.h"
#include "dns/wire.h"

/* ---- fetching ------------------------------------------------------------------ */

enum dns_sec dns_fetch(struct dns_ctx *c, const uint8_t *name, uint16_t type,
    struct dns_view *v, struct dns_why *why)
{
	if (dns_is_spent(c)) {
		dns_why_spent(c, why);
		return DNS_SEC_BOGUS;
	}
	switch (c->get(c->arg, name, type, v, why)) {
	case DNS_HAVE_MSG:
		return DNS_SEC_SECURE;
	case DNS_HAVE_FAILED:
		return DNS_SEC_INDETERMINATE;
	case DNS_HAVE_SPOILT:
		return DNS_SEC_BOGUS;
	default:
		return DNS_SEC_UNCHECKED;
	}
}

/* ---- zones --------------------------------------------------------------------- */

const uint8_t *dns_closest_anchor(const struct dns_ctx *c, const uint8_t *name)
{
	const uint8_t *best = NULL;
	unsigned i;

	for (i = 0; i < c->anchors->n; i++) {
		const uint8_t *o = c->anchors->a[i].owner;

		if (dns_anchor_is_current(&c->anchors->a[i], c->now) && dns_name_is_under(name, o) &&
		    (best == NULL || dns_name_labels(o) > dns_name_labels(best)))
			best = o;
	}
	return best;
}

/* RFC 4033 section 5; anchors may be there that are outside their dates (RFC 9718 section 2). */
static enum dns_sec no_anchor(const struct dns_ctx *c, const uint8_t *name, struct dns_why *why)
{
	bool dated = false;
	unsigned i;

	for (i = 0; i < c->anchors->n; i++)
		dated = dated || dns_name_is_under(name, c->anchors->a[i].owner);
	dns_why_set(why, DNS_EDE_INDETERMINATE, "no trust anchor at or above ", name, dated ?
	    " is valid at this time (validFrom and validUntil in its file): get a newer file, or "
	    "set the local clock" : "");
	return DNS_SEC_INDETERMINATE;
}

/* RFC 6840 appendix C.1: the closest encloser */
bool dns_may_sign(const struct dns_ctx *c, const uint8_t *zone, const uint8_t *name)
{
	const uint8_t *anchor = dns_closest_anchor(c, name);

	return anchor == NULL || dns_name_is_under(zone, anchor);
}

static void insecure_step(struct dns_ctx *c, const uint8_t *zone, const char *text)
{
	struct dns_step *s = dns_step_add(c, DNS_STEP_INSECURE, DNS_SEC_INSECURE, zone);

	if (s != NULL)
		dns_step_text(s, text);
}

static enum dns_sec anchor_keys(struct dns_ctx *c, const uint8_t *zone, struct dns_keys *keys,
    struct dns_why *why)
{
	struct dns_view v;
	enum dns_sec s = dns_fetch(c, zone, DNS_DNSKEY, &v, why);

	if (s != DNS_SEC_SECURE)
		return s;
	s = dns_keys_by_anchor(c, zone, &v, keys, why);
	if (s == DNS_SEC_INSECURE)
		insecure_step(c, zone, why->text);
	return s;
}

/* Who signed the response for (name, DS)?  The parent zone, if the response carries anything
   signed; NULL: nothing there.  A hint only: the signer must still be proven. */
static const uint8_t *ds_signer(const struct dns_view *v, const uint8_t *name)
{
	struct dns_rr rr;
	struct dns_sig s;
	size_t pos = 0;
	const uint8_t *ds = NULL, *other = NULL, **best;

	while (dns_flat_next(v->buf, v->len, &pos, &rr)) {
		if (rr.section == DNS_ADDITIONAL || rr.class != DNS_IN || !dns_sig_parse(&rr, &s))
			continue;
		if (!dns_name_is_under(name, s.signer) || dns_name_eq(name, s.signer))
			continue;
		if (s.covered == DNS_DS && dns_name_eq(rr.owner, name))
			best = &ds;
		else if (rr.section == DNS_AUTHORITY &&
		    (s.covered == DNS_NSEC || s.covered == DNS_NSEC3 || s.covered == DNS_SOA))
			best = &other;
		else
			continue;
		/* of several the closest: what a zone further up signed beside it does not count */
		if (*best == NULL || dns_name_labels(s.signer) > dns_name_labels(*best))
			*best = s.signer;
	}
	return ds != NULL ? ds : other;
}

enum cut { CUT_WAIT, CUT_SIGNED, CUT_INSECURE, CUT_NONE, CUT_NO_NAME, CUT_BOGUS, CUT_FAILED };

/* An alias at or above name, signed by the parent zone: no zone cut can be there. */
static bool is_alias(struct dns_ctx *c, const struct dns_keys *parent, const struct dns_view *v,
    const uint8_t *name, struct dns_why *why)
{
	struct dns_rrset set;
	struct dns_sig sig;
	unsigned n;

	if (dns_find(c, v, name, DNS_CNAME, DNS_ANSWER, &set) &&
	    dns_rrset_verify(c, &set, parent, &sig, why))
		return true;
	for (n = dns_name_labels(name); n-- > dns_name_labels(parent->zone);)
		if (dns_find(c, v, dns_name_suffix(name, n), DNS_DNAME, DNS_ANSWER, &set) &&
		    dns_rrset_verify(c, &set, parent, &sig, why) && !dns_sig_is_wild(&set, &sig))
			return true;
	return false;
}

/* A proven set of DS records: the keys of the child, or why there are none. */
static enum cut cut_signed(struct dns_ctx *c, const uint8_t *name, const struct dns_rrset *ds,
    struct dns_keys *child, struct dns_why *why)
{
	struct dns_view v;

	switch (dns_fetch(c, name, DNS_DNSKEY, &v, why)) {
	case DNS_SEC_UNCHECKED:
		return CUT_WAIT;
	case DNS_SEC_SECURE:
		break;
	case DNS_SEC_BOGUS:
		return CUT_BOGUS;
	default: {
		/* unsupported algorithms need no key set to be known as such */
		static const struct dns_view empty = { (const uint8_t *)"", 0, 0, -1 };
		struct dns_why w;

		if (dns_keys_by_ds(c, name, ds->rd, ds->n, &empty, child, &w) != DNS_SEC_INSECURE)
			return CUT_FAILED;
		v = empty;
	}
	}
	switch (dns_keys_by_ds(c, name, ds->rd, ds->n, &v, child, why)) {
	case DNS_SEC_SECURE:
		return CUT_SIGNED;
	case DNS_SEC_INSECURE:
		insecure_step(c, name, why->text);
		return CUT_INSECURE;
	default:
		return CUT_BOGUS;
	}
}

static enum cut cut_denied(struct dns_ctx *c, const struct dns_keys *parent,
    const struct dns_view *v, const uint8_t *name, struct dns_why *why)
{
	struct dns_denied d;

	dns_deny(c, parent, v, name, DNS_DS, &d, why);
	if (d.kind == DNS_DENY_NOT)
		return is_alias(c, parent, v, name, why) ? CUT_NONE : CUT_BOGUS;
	if (d.iterations) {
		dns_why_set(why, DNS_EDE_ITERATIONS, "zone ", parent->zone, " uses NSEC3 with more than 50 "
		    "iterations; what it denies is treated as unsigned (RFC 9276 section 3.2)");
		insecure_step(c, name, why->text);
		return CUT_INSECURE;
	}
	if (d.cut || d.opt_out) {
		dns_why_set(why, DNS_EDE_NONE, d.cut ? "the delegation of " : "an opt-out span covers ", name,
		    d.cut ? " is proven to be unsigned: its parent has no DS record for it" :
		    ": it may be an unsigned delegation, and nothing below it can be proven");
		dns_step_denial(c, parent->zone, name, DNS_DS, DNS_SEC_SECURE, d.text);
		insecure_step(c, name, why->text);
		return CUT_INSECURE;
	}
	return d.kind == DNS_DENY_NXDOMAIN ? CUT_NO_NAME : CUT_NONE;
}

/* Is there a zone cut at name, just below the proven zone of `parent`? */
static enum cut judge_cut(struct dns_ctx *c, const struct dns_keys *parent, const uint8_t *name,
    struct dns_keys *child, struct dns_why *why)
{
	struct dns_view v;
	struct dns_rrset set;
	struct dns_sig sig;
	enum dns_sec s = dns_fetch(c, name, DNS_DS, &v, why);

	if (s != DNS_SEC_SECURE)
		return s == DNS_SEC_UNCHECKED ? CUT_WAIT : s == DNS_SEC_BOGUS ? CUT_BOGUS : CUT_FAILED;
	c->blame = v.entry;
	if (!dns_find(c, &v, name, DNS_DS, DNS_ANSWER, &set))
		return cut_denied(c, parent, &v, name, why);
	if (!dns_rrset_verify(c, &set, parent, &sig, why))
		return CUT_BOGUS;
	if (dns_sig_is_wild(&set, &sig)) {
		dns_why_set(why, DNS_EDE_BOGUS, "the DS set of ", name, " was made from a wildcard");
		return CUT_BOGUS;
	}
	dns_step_sig(c, &set, &sig, DNS_SEC_SECURE);
	return cut_signed(c, name, &set, child, why);
}

static enum dns_sec cut_state(enum cut k)
{
	switch (k) {
	case CUT_WAIT:
		return DNS_SEC_UNCHECKED;
	case CUT_SIGNED:
		return DNS_SEC_SECURE;
	case CUT_INSECURE:
		return DNS_SEC_INSECURE;
	case CUT_FAILED:
		return DNS_SEC_INDETERMINATE;
	default:
		return DNS_SEC_BOGUS;
	}
}

/* The zones from `zone` up to the anchor, found by who signed each one's DS response.
   SECURE: stack[0..*n) holds them, zone first, without the anchor's. */
static enum dns_sec climb(struct dns_ctx *c, const uint8_t *zone, const uint8_t *anchor,
    uint8_t stack[DNS_MAX_ZONES][DNS_NAME_MAX], unsigned *n, struct dns_why *why)
{
	uint8_t at[DNS_NAME_MAX];
	struct dns_view v;

	dns_name_copy(at, zone);
	for (*n = 0; !dns_name_eq(at, anchor); ++*n) {
		const uint8_t *up;
		enum dns_sec s;

		if (*n == DNS_MAX_ZONES) {
			dns_why_set(why, DNS_EDE_BOGUS, "more than 32 zones above ", zone, "");
			return DNS_SEC_BOGUS;
		}
		dns_name_copy(stack[*n], at);
		c->get(c->arg, at, DNS_DNSKEY, &v, why); /* foreseen */
		s = dns_fetch(c, at, DNS_DS, &v, why);
		if (s != DNS_SEC_SECURE)
			return s;
		c->blame = v.entry;
		up = ds_signer(&v, at);
		if (up == NULL || !dns_name_is_under(up, anchor)) {
			dns_why_set(why, DNS_EDE_NO_NSEC, "no signed answer says whether ", at,
			    " has DS records in its parent zone");
			return DNS_SEC_BOGUS;
		}
		dns_name_copy(at, up);
	}
	return DNS_SEC_SECURE;
}

enum dns_sec dns_zone_prove(struct dns_ctx *c, const uint8_t *zone, struct dns_keys *keys,
    struct dns_why *why)
{
	uint8_t stack[DNS_MAX_ZONES][DNS_NAME_MAX];
	const uint8_t *anchor = dns_closest_anchor(c, zone);
	struct dns_keys child;
	enum dns_sec s, up;
	unsigned n;

	if (anchor == NULL)
		return no_anchor(c, zone, why);
	up = climb(c, zone, anchor, stack, &n, why);
	s = anchor_keys(c, anchor, keys, why);
	if (s != DNS_SEC_SECURE)
		return s;
	if (up != DNS_SEC_SECURE)
		return up;
	while (n-- > 0) {
		enum cut k = judge_cut(c, keys, stack[n], &child, why);

		if (k == CUT_NONE || k == CUT_NO_NAME)
			dns_why_set(why, DNS_EDE_BOGUS, "a signature names ", stack[n],
			    " as its zone, which its parent proves to be no zone");
		if (k != CUT_SIGNED)
			return cut_state(k);
		*keys = child;
	}
	return DNS_SEC_SECURE;
}

enum { ASK_AHEAD = 6 }; /* labels whose DS sets dns_walk_down asks for at once */

/* From the anchor, label by label, to the cut below which nothing is signed. */
enum dns_sec dns_walk_down(struct dns_ctx *c, const uint8_t *name, struct dns_why *why)
{
	const uint8_t *anchor = dns_closest_anchor(c, name);
	struct dns_keys keys, child;
	struct dns_why w;
	struct dns_view v;
	unsigned n, total = dns_name_labels(name), ahead = 0;
	bool waiting = false;
	enum dns_sec s;

	if (anchor == NULL)
		return no_anchor(c, name, why);
	s = anchor_keys(c, anchor, &keys, &w);
	if (s != DNS_SEC_SECURE) {
		if (s != DNS_SEC_UNCHECKED)
			*why = w;
		return s;
	}
	for (n = dns_name_labels(anchor) + 1; n <= total; n++) {
		const uint8_t *at = dns_name_suffix(name, n);
		enum cut k;

		if (waiting && ++ahead > ASK_AHEAD)
			break;
		if (waiting) { /* ask ahead for the rest of the way */
			c->get(c->arg, at, DNS_DS, &v, &w);
			continue;
		}
		k = judge_cut(c, &keys, at, &child, &w);
		if (k == CUT_WAIT)
			waiting = true;
		else if (k == CUT_SIGNED)
			keys = child;
		else if (k == CUT_NO_NAME)
			break; /* nothing can be below: what came is not of this zone */
		else if (k != CUT_NONE) {
			*why = w;
			return cut_state(k);
		}
	}
	c->blame = -1; /* what came at name itself is at fault */
	return waiting ? DNS_SEC_UNCHECKED : DNS_SEC_BOGUS;
}
