/* SPDX-License-Identifier: ISC */
/*
 * dns/trail.c: the lines of a proof trail, and the sentences that say why something is not proven.
 */
#include "dns/sec.h"

#include <string.h>

#include "dns/str.h"

struct dns_step *dns_step_add(struct dns_ctx *c, enum dns_step_kind kind, enum dns_sec state,
    const uint8_t *zone)
{
	struct dns_result *r = c->out;
	struct dns_step *s;
	unsigned i;

	if (kind != DNS_STEP_ALIAS && kind != DNS_STEP_SIG && kind != DNS_STEP_DENIAL)
		for (i = 0; i < r->nsteps; i++) /* a zone is proven more than once; show it once */
			if (r->steps[i].kind == kind && dns_name_eq(r->steps[i].zone, zone))
				return NULL;
	if (r->nsteps == DNS_MAX_STEPS)
		return NULL;
	s = &r->steps[r->nsteps++];
	memset(s, 0, offsetof(struct dns_step, zone));
	s->kind = kind;
	s->state = state;
	dns_name_copy(s->zone, zone);
	s->owner[0] = 0;
	s->text[0] = '\0';
	return s;
}

void dns_step_text(struct dns_step *s, const char *text)
{
	struct dns_str t;

	dns_str_init(&t, s->text, sizeof s->text);
	dns_str_add(&t, text);
}

/* Size of the key, told from the signature: RSA signatures are as long as the modulus. */
static unsigned sig_bits(const struct dns_sig *sig)
{
	switch (sig->alg) {
	case 13: /* RFC 6605 section 4: two numbers */
	case 14:
	case 15: /* RFC 8080 section 4 */
	case 16:
		return sig->siglen * 4u;
	default:
		return sig->siglen * 8u;
	}
}

static bool has_sig(const struct dns_result *r, const struct dns_rrset *set,
    const struct dns_sig *sig)
{
	unsigned i;

	for (i = 0; i < r->nsteps; i++)
		if (r->steps[i].kind == DNS_STEP_SIG && r->steps[i].type == set->type &&
		    r->steps[i].tag == sig->tag && r->steps[i].expiration == sig->expiration &&
		    dns_name_eq(r->steps[i].owner, set->owner) &&
		    dns_name_eq(r->steps[i].zone, sig->signer))
			return true;
	return false;
}

/* RFC 4035 section 5.3.4: said of an answer whose proof of that was there. */
static void wild_text(struct dns_step *s, const struct dns_rrset *set, const struct dns_sig *sig)
{
	struct dns_str t;

	dns_str_init(&t, s->text, sizeof s->text);
	dns_str_add(&t, sig->labels ? "made from the wildcard *." : "made from the wildcard *");
	if (sig->labels)
		dns_str_name(&t, dns_name_suffix(set->owner, sig->labels));
	dns_str_add(&t, ", no closer name exists");
}

void dns_step_sig(struct dns_ctx *c, const struct dns_rrset *set, const struct dns_sig *sig,
    enum dns_sec state)
{
	struct dns_step *s;

	if (has_sig(c->out, set, sig))
		return;
	s = dns_step_add(c, DNS_STEP_SIG, state, sig->signer);
	if (s == NULL)
		return;
	s->bits = sig_bits(sig);
	dns_name_copy(s->owner, set->owner);
	s->type = set->type;
	s->tag = sig->tag;
	s->alg = sig->alg;
	s->inception = sig->inception;
	s->expiration = sig->expiration;
	if (dns_sig_is_wild(set, sig))
		wild_text(s, set, sig);
}

void dns_step_denial(struct dns_ctx *c, const uint8_t *zone, const uint8_t *name, uint16_t type,
    enum dns_sec state, const char *text)
{
	struct dns_step *s = dns_step_add(c, DNS_STEP_DENIAL, state, zone);

	if (s == NULL)
		return;
	dns_name_copy(s->owner, name);
	s->type = type;
	dns_step_text(s, text);
}

void dns_why_set(struct dns_why *why, int ede, const char *a, const uint8_t *name, const char *b)
{
	struct dns_str t;

	why->ede = ede;
	dns_str_init(&t, why->text, sizeof why->text);
	dns_str_add(&t, a);
	dns_str_name(&t, name);
	dns_str_add(&t, b);
}

void dns_why_spent(const struct dns_ctx *c, struct dns_why *why)
{
	dns_why_set(why, DNS_EDE_BOGUS, "the answers on the way to ", c->out->qname, " take more work "
	    "than the limit for a look-up: somebody made them large or many on purpose");
}

void dns_why_deny(struct dns_why *why, const uint8_t *zone, const char *a,
    const uint8_t *name, uint16_t type, const char *b)
{
	struct dns_str t;

	why->ede = DNS_EDE_NO_NSEC;
	dns_str_init(&t, why->text, sizeof why->text);
	dns_str_add(&t, "zone ");
	dns_str_name(&t, zone);
	dns_str_add(&t, ": ");
	dns_str_add(&t, a);
	dns_str_name(&t, name);
	dns_str_add(&t, " ");
	dns_str_type(&t, type);
	dns_str_add(&t, b);
}
