/* SPDX-License-Identifier: ISC */
/* src/anchors.c: takes stock of the trust anchors of a zone: which of them proves the zone's key
   set today, which keys the zone publishes, and whether the anchors will outlive the key in use.
   Each anchor is tried by itself, by the same validator as everything else; key tags are
   only for the reader. */
#include "src/anchors.h"

#include <stdlib.h>
#include <string.h>

const uint8_t *anchors_next(const struct dns_anchors *a, unsigned *i)
{
	unsigned j;

	for (; *i < a->n; ++*i) {
		for (j = 0; j < *i && !dns_name_eq(a->a[j].owner, a->a[*i].owner); j++)
			;
		if (j == *i)
			return a->a[(*i)++].owner;
	}
	return NULL;
}

/* ---- what is published --------------------------------------------------------------- */

/* Key tag and algorithm of a signature over the key set (RFC 4034 section 3.1). */
static bool signs(const struct anchors_reply *m, const uint8_t *owner,
    const struct dns_key_info *k)
{
	struct dns_rr rr;
	size_t pos = 0;

	while (dns_flat_next(m->flat, m->len, &pos, &rr))
		if (rr.type == DNS_RRSIG && rr.section == DNS_ANSWER && rr.rdlen > 18 &&
		    dns_name_eq(rr.owner, owner) &&
		    (rr.rdata[0] << 8 | rr.rdata[1]) == DNS_DNSKEY && rr.rdata[2] == k->alg &&
		    (rr.rdata[16] << 8 | rr.rdata[17]) == k->tag)
			return true;
	return false;
}

/* Which published key does the anchor name?  Of several, one that is not revoked. */
static void match(struct anchors_zone *z, struct anchors_one *o, const struct dns_rr *rr, int key)
{
	if (!dns_anchor_matches_key(o->a, z->owner, rr->rdata, rr->rdlen))
		return;
	if (z->key[key].revoked) {
		if (o->key < 0)
			o->use = ANCHORS_REVOKED;
		return;
	}
	o->key = key;
	o->use = ANCHORS_STANDBY;
}

static void keys(struct anchors_zone *z)
{
	struct dns_rr rr;
	size_t pos = 0;
	unsigned i;

	while (dns_flat_next(z->reply.flat, z->reply.len, &pos, &rr)) {
		struct anchors_key *k = &z->key[z->nkeys];

		if (rr.type != DNS_DNSKEY || rr.section != DNS_ANSWER || rr.class != DNS_IN ||
		    !dns_name_eq(rr.owner, z->owner))
			continue;
		if (z->nkeys == DNS_MAX_KEYS) {
			z->cut = true;
			return;
		}
		if (!dns_key_info(rr.rdata, rr.rdlen, &k->k))
			continue;
		k->revoked = k->k.flags & DNS_KEY_REVOKE;
		k->ksk = k->k.flags & DNS_KEY_SEP;
		k->signs = signs(&z->reply, z->owner, &k->k);
		k->is_new = k->ksk && !k->revoked && (k->k.flags & DNS_KEY_ZONE);
		for (i = 0; i < z->nanchors; i++) {
			match(z, &z->anchor[i], &rr, (int)z->nkeys);
			if (z->anchor[i].key == (int)z->nkeys && z->anchor[i].dates != ANCHORS_PAST)
				k->is_new = false;
		}
		z->has_new = z->has_new || k->is_new;
		z->nkeys++;
	}
}

/* ---- the anchors ------------------------------------------------------------------------ */

static void list(struct anchors_zone *z, const struct dns_anchors *all, int64_t now)
{
	unsigned i;

	for (i = 0; i < all->n; i++) {
		struct anchors_one *o = &z->anchor[z->nanchors];
		const struct dns_anchor *a = &all->a[i];

		if (!dns_name_eq(a->owner, z->owner))
			continue;
		o->a = a;
		o->key = -1;
		o->dates = dns_anchor_is_current(a, now) ? ANCHORS_CURRENT : now < a->from ?
		    ANCHORS_FUTURE : ANCHORS_PAST;
		z->any_current = z->any_current || o->dates == ANCHORS_CURRENT;
		if (a->type == DNS_DNSKEY)
			dns_key_info(a->rdata, a->rdlen, &o->k);
		else {
			o->k.tag = (uint16_t)(a->rdata[0] << 8 | a->rdata[1]);
			o->k.alg = a->rdata[2];
			o->digest = a->rdata[3];
		}
		z->nanchors++;
	}
}

static bool ask_with(struct anchors_zone *z, struct dns_config *d, const struct anchors_one *only,
    struct anchors_reply *out, anchors_ask *ask, void *arg)
{
	unsigned i;

	d->anchors.n = 0;
	for (i = 0; i < z->nanchors; i++)
		if (!only || only == &z->anchor[i])
			d->anchors.a[d->anchors.n++] = *z->anchor[i].a;
	memset(out, 0, sizeof *out);
	return ask(arg, d, z->owner, out);
}

/* The anchor that the proof began with. */
static void find_prover(struct anchors_zone *z)
{
	unsigned i;

	for (i = 0; i < z->nanchors && z->proven_by < 0; i++) {
		struct anchors_one *o = &z->anchor[i];

		if (z->reply.state == DNS_SEC_SECURE && z->reply.has_step && o->key >= 0 &&
		    o->dates == ANCHORS_CURRENT && o->digest == z->reply.digest &&
		    z->key[o->key].k.tag == z->reply.tag && o->k.alg == z->reply.alg) {
			o->use = ANCHORS_PROVES;
			z->proven_by = (int)i;
		}
	}
}

/* What does each of the others prove by itself? */
static bool try_others(struct anchors_zone *z, struct dns_config *d, anchors_ask *ask, void *arg)
{
	struct anchors_reply *r = text_alloc(sizeof *r);
	bool good = true;
	unsigned i;

	for (i = 0; i < z->nanchors && good; i++) {
		struct anchors_one *o = &z->anchor[i];

		if ((int)i == z->proven_by || o->dates != ANCHORS_CURRENT)
			continue;
		good = ask_with(z, d, o, r, ask, arg);
		if (r->state == DNS_SEC_SECURE)
			o->use = ANCHORS_PROVES;
		else if (r->state == DNS_SEC_INSECURE)
			o->use = ANCHORS_UNSUPPORTED;
		else if (o->use == ANCHORS_STANDBY && z->key[o->key].signs)
			o->use = ANCHORS_BROKEN;
	}
	free(r);
	return good;
}

/* Will this one do once the key in use is gone?  A key that does not sign the set today is taken
   for a stand-by only when it is flagged as a KSK. */
static bool is_ready(const struct anchors_zone *z, const struct anchors_one *o)
{
	if (o->dates == ANCHORS_PAST || o->key < 0 || o->key == z->anchor[z->proven_by].key)
		return false;
	return o->use == ANCHORS_PROVES || (o->use == ANCHORS_STANDBY && z->key[o->key].ksk);
}

static void look_ahead(struct anchors_zone *z)
{
	unsigned i;

	for (i = 0; i < z->nanchors && z->proven_by >= 0; i++)
		if (is_ready(z, &z->anchor[i]))
			z->outlives = true;
}

bool anchors_zone(struct anchors_zone *z, struct dns_config *d, const uint8_t *owner, int64_t now,
    anchors_ask *ask, void *arg)
{
	struct dns_anchors *all = text_alloc(sizeof *all);
	unsigned i;
	bool good;

	memset(z, 0, sizeof *z);
	dns_name_copy(z->owner, owner);
	z->proven_by = -1;
	*all = d->anchors;
	list(z, all, now);
	good = ask_with(z, d, NULL, &z->reply, ask, arg);
	if (good && z->reply.seen) {
		for (i = 0; i < z->nanchors; i++)
			z->anchor[i].use = ANCHORS_MISSING;
		keys(z);
		find_prover(z);
		good = try_others(z, d, ask, arg);
		look_ahead(z);
	}
	d->anchors = *all;
	for (i = 0; i < z->nanchors; i++) /* they point into the copy */
		z->anchor[i].a = &d->anchors.a[z->anchor[i].a - all->a];
	free(all);
	return good;
}

enum dns_sec anchors_state(const struct anchors_zone *z)
{
	return z->reply.seen && !z->any_current ? DNS_SEC_BOGUS : z->reply.state;
}
