/* SPDX-License-Identifier: ISC */
/*
 * dns/denial.c: takes the NSEC and NSEC3 records of a message, keeps those that the zone's keys
 * sign, and asks nsec.c or nsec3.c what they prove.
 */
#include "dns/sec.h"

#include "dns/str.h"
#include "dns/wire.h"

static void add(struct dns_denials *d, const struct dns_rrset *set)
{
	if (set->type == DNS_NSEC && d->nnsec < DNS_MAX_DENIAL &&
	    dns_nsec_parse(set->owner, set->rd[0].p, set->rd[0].len, &d->nsec[d->nnsec]))
		d->nnsec++;
	if (set->type == DNS_NSEC3 && d->nnsec3 < DNS_MAX_DENIAL &&
	    dns_nsec3_parse(set->owner, d->zone, set->rd[0].p, set->rd[0].len,
	    &d->nsec3[d->nnsec3]))
		d->nnsec3++;
}

static bool have(const struct dns_denials *d, const struct dns_rr *rr)
{
	unsigned i;

	if (rr->type == DNS_NSEC) {
		for (i = 0; i < d->nnsec; i++)
			if (dns_name_eq(d->nsec[i].owner, rr->owner))
				return true;
	}
	return false;
}

/* Verify one set and keep it.  An NSEC expanded from a wildcard is no NSEC of that name
   (RFC 4035 section 5.4), and a set of two NSECs at one name is no NSEC set. */
static void take(struct dns_ctx *c, const struct dns_rrset *set, const struct dns_keys *keys,
    struct dns_denials *d, struct dns_why *why)
{
	struct dns_sig used;

	if (!dns_rrset_verify(c, set, keys, &used, why)) {
		d->failed = true;
		return;
	}
	dns_step_sig(c, set, &used, DNS_SEC_SECURE);
	if (!dns_sig_is_wild(set, &used) && set->n == 1)
		add(d, set);
}

/* At a zone cut the parent and the child have an NSEC each, and a message that ends an alias of
   the one in the other may hold both: two sets, told apart by who signed them. */
static void take_both(struct dns_ctx *c, struct dns_rrset *set, const struct dns_keys *keys,
    struct dns_denials *d, struct dns_why *why)
{
	struct dns_rdata second = set->rd[1];

	set->n = 1;
	take(c, set, keys, d, why);
	set->rd[0] = second;
	take(c, set, keys, d, why);
}

static bool has_two_signers(const struct dns_rrset *set)
{
	unsigned i;

	for (i = 1; i < set->nsigs; i++)
		if (!dns_name_eq(set->sig[i].signer, set->sig[0].signer))
			return true;
	return false;
}

/* Collect what verifies. */
static void collect(struct dns_ctx *c, const struct dns_keys *keys, const struct dns_view *v,
    struct dns_denials *d, struct dns_why *why)
{
	struct dns_rrset set;
	struct dns_rr rr;
	size_t pos = 0;
	unsigned seen = 0;

	d->zone = keys->zone;
	d->nnsec = d->nnsec3 = 0;
	d->failed = d->over = false;
	while (dns_flat_next(v->buf, v->len, &pos, &rr)) {
		if ((rr.type != DNS_NSEC && rr.type != DNS_NSEC3) || rr.section != DNS_AUTHORITY ||
		    rr.class != DNS_IN || !dns_name_is_under(rr.owner, keys->zone) || have(d, &rr))
			continue;
		if (seen++ == DNS_MAX_DENIAL) {
			d->over = true;
			break;
		}
		if (!dns_find(c, v, rr.owner, rr.type, DNS_AUTHORITY, &set))
			continue;
		if (rr.type == DNS_NSEC && set.n == 2 && has_two_signers(&set))
			take_both(c, &set, keys, d, why);
		else
			take(c, &set, keys, d, why);
	}
}

static void none(const struct dns_keys *keys, const uint8_t *name, uint16_t type,
    struct dns_why *why)
{
	struct dns_str t;

	why->ede = DNS_EDE_NO_NSEC;
	dns_str_init(&t, why->text, sizeof why->text);
	dns_str_add(&t, "zone ");
	dns_str_name(&t, keys->zone);
	dns_str_add(&t, " is signed, but the answer for ");
	dns_str_name(&t, name);
	dns_str_add(&t, " ");
	dns_str_type(&t, type);
	dns_str_add(&t, " comes without the NSEC or NSEC3 records that would prove it");
}

/* why: a signature's failure tells more than the gap that it leaves. */
static void settle(const struct dns_denials *d, const struct dns_denied *out,
    const struct dns_why *sigs, struct dns_why *why)
{
	if (out->kind != DNS_DENY_NOT)
		return;
	if (d->failed)
		*why = *sigs;
	else if (d->over)
		dns_why_set(why, DNS_EDE_NO_NSEC, "zone ", d->zone, ": the denial does not hold by its first 8 "
		    "NSEC and NSEC3 sets, which is the limit of those looked at");
}

void dns_deny(struct dns_ctx *c, const struct dns_keys *keys, const struct dns_view *v,
    const uint8_t *name, uint16_t type, struct dns_denied *out, struct dns_why *why)
{
	struct dns_denials d;
	struct dns_why sigs;

	out->kind = DNS_DENY_NOT;
	out->cut = out->opt_out = out->iterations = false;
	c->hashes = 0;
	none(keys, name, type, why);
	collect(c, keys, v, &d, &sigs);
	if (d.nnsec > 0)
		dns_nsec_deny(&d, name, type, out, why);
	if (out->kind == DNS_DENY_NOT && d.nnsec3 > 0)
		dns_nsec3_deny(c, &d, name, type, out, why);
	settle(&d, out, &sigs, why);
}

void dns_deny_closer(struct dns_ctx *c, const struct dns_keys *keys, const struct dns_view *v,
    const uint8_t *name, unsigned labels, struct dns_denied *out, struct dns_why *why)
{
	struct dns_denials d;
	struct dns_why sigs;
	struct dns_str t;

	out->kind = DNS_DENY_NOT;
	out->cut = out->opt_out = out->iterations = false;
	c->hashes = 0;
	why->ede = DNS_EDE_NO_NSEC;
	dns_str_init(&t, why->text, sizeof why->text);
	dns_str_add(&t, "zone ");
	dns_str_name(&t, keys->zone);
	dns_str_add(&t, ": the answer for ");
	dns_str_name(&t, name);
	dns_str_add(&t, " was made from a wildcard, without proof that no closer name exists");
	collect(c, keys, v, &d, &sigs);
	if (dns_nsec_no_closer(&d, name, labels) ||
	    (d.nnsec3 > 0 && dns_nsec3_no_closer(c, &d, name, labels, out)))
		out->kind = DNS_DENY_NODATA;
	settle(&d, out, &sigs, why);
}
