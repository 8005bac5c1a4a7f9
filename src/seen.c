/* SPDX-License-Identifier: ISC */
/* src/seen.c: dialogues that have ended, by address, port, SNI, the way TLS begins and the algorithm of
   certificates asked for, so that a host that many domains share is connected to once.  What it
   presented is kept; whether that matches is worked out anew for each domain, with its own reference
   identifiers. */
#include <stdlib.h>
#include <string.h>

#include "src/probe.h"

static const char *sni(const struct host *h)
{
	return h->base ? h->base : "";
}

/* Would h at a have the dialogue with `to` that begins so? */
static bool is_dialogue(const struct dns_addr *to, const char *name, bool tls_on_connect,
    enum tls_offer offer, const struct host *h, const struct addr *a)
{
	return dns_addr_eq(to, &a->a) && tls_on_connect == h->tls_on_connect && offer == a->offer &&
	    !strcmp(name, sni(h));
}

bool seen_same(const struct host *x, const struct addr *a, const struct host *y,
    const struct addr *b)
{
	return is_dialogue(&a->a, sni(x), x->tls_on_connect, a->offer, y, b);
}

static bool is_of(const struct seen *s, const struct host *h, const struct addr *a)
{
	return s->used && is_dialogue(&s->to, s->sni, s->tls_on_connect, s->offer, h, a);
}

static void forget(struct probe *p, struct seen *s)
{
	p->seen_octets -= s->octets;
	free(s->sni);
	free(s->der);
	memset(s, 0, sizeof *s);
}

void seen_free(struct probe *p)
{
	unsigned i;

	for (i = 0; i < PROBE_MAX_SEEN; i++)
		forget(p, &p->seen[i]);
}

/* The one not used for longest; octets: of those that hold a chain.  NULL: there is none. */
static struct seen *oldest(struct probe *p, bool octets)
{
	struct seen *s = NULL;
	unsigned i;

	for (i = 0; i < PROBE_MAX_SEEN; i++) {
		struct seen *x = &p->seen[i];

		if (x->used && (x->octets || !octets) && (!s || x->used < s->used))
			s = x;
	}
	return s;
}

/* A free place, with room for the octets of a chain: who was not used for longest makes it. */
static struct seen *place(struct probe *p, size_t n)
{
	struct seen *s;
	unsigned i;

	while (p->seen_octets + n > PROBE_SEEN_OCTETS && (s = oldest(p, true)) != NULL)
		forget(p, s);
	for (i = 0; i < PROBE_MAX_SEEN; i++)
		if (!p->seen[i].used)
			return &p->seen[i];
	s = oldest(p, false);
	forget(p, s);
	return s;
}

void seen_add(struct probe *p, const struct host *h, const struct addr *a,
    const struct ended *e, const struct tls_chain *chain)
{
	size_t n = chain ? tls_chain_octets(chain) : 0;
	struct seen *s;
	unsigned i;

	if (n > PROBE_SEEN_OCTETS)
		return;
	s = place(p, n);
	s->used = ++p->seen_tick;
	s->to = a->a;
	s->tls_on_connect = h->tls_on_connect;
	s->offer = a->offer;
	s->sni = text_dup(sni(h));
	s->e = *e;
	if (!chain)
		return;
	s->overflow = chain->overflow;
	s->n = chain->n;
	for (i = 0; i < chain->n; i++)
		s->len[i] = chain->len[i];
	s->octets = n;
	p->seen_octets += n;
	if (!n)
		return;
	s->der = text_alloc(n);
	memcpy(s->der, chain->der, n);
}

static void chain_of(const struct seen *s, struct tls_chain *c)
{
	size_t at = 0;
	unsigned i;

	memset(c, 0, sizeof *c);
	for (i = 0; i < s->n; at += s->len[i++])
		tls_chain_add(c, s->der + at, s->len[i]);
	c->overflow = c->overflow || s->overflow;
}

bool seen_judge(struct probe *p, struct host *h, struct addr *a)
{
	struct tls_dane_result *r;
	struct tls_chain *c;
	struct tls_dane d;
	unsigned i;

	for (i = 0; i < PROBE_MAX_SEEN && !is_of(&p->seen[i], h, a); i++)
		;
	if (i == PROBE_MAX_SEEN)
		return false;
	p->seen[i].used = ++p->seen_tick;
	r = text_alloc(sizeof *r);
	c = text_alloc(sizeof *c);
	chain_of(&p->seen[i], c);
	judge_dane(p, h, &d);
	tls_dane_check(&d, c, r);
	judge(p, h, a, &p->seen[i].e, c, r);
	free(c);
	free(r);
	return true;
}
