/* SPDX-License-Identifier: ISC */
/* src/offer.c: -all-certs.  A server may hold a certificate of each algorithm, and shows the one that the
   ClientHello lets it choose; so an address is asked once for each, one dialogue after the other.
   Decides which comes next, and whether one that showed nothing means that the server has none: only when
   the server itself ended the handshake, and a certificate of another algorithm was had.  A server that
   closed the connection instead of saying so may as well have had enough of us, and hide a certificate
   that is wrong: that is believed only if it finishes an ordinary handshake afterwards.  What was shown
   keeps its verdict, and so does whatever failed otherwise. */
#include <stdlib.h>
#include <string.h>

#include "src/probe.h"

const char *offer_str(enum tls_offer o)
{
	switch (o) {
	case TLS_OFFER_RSA: return "RSA";
	case TLS_OFFER_ECDSA: return "ECDSA";
	case TLS_OFFER_ED25519: return "Ed25519";
	case TLS_OFFER_ALL: break;
	}
	return NULL;
}

/* The offer that a leaf is an answer to; TLS_OFFER_ALL: to none. */
static enum tls_offer of_leaf(const struct addr *a)
{
	const char *type = a->ncerts && a->certs[0].parsed ? a->certs[0].key_type : "";

	if (!strcmp(type, "RSA") || !strcmp(type, "RSA-PSS"))
		return TLS_OFFER_RSA;
	if (!strcmp(type, "ECDSA"))
		return TLS_OFFER_ECDSA;
	return strcmp(type, "Ed25519") ? TLS_OFFER_ALL : TLS_OFFER_ED25519;
}

/* A certificate came of the algorithm that was asked for, whatever became of it. */
static bool shows(const struct addr *a)
{
	return a->state == ADDR_DONE && a->offer != TLS_OFFER_ALL && of_leaf(a) == a->offer;
}

static struct addr *attempt(const struct host *h, unsigned place, enum tls_offer o)
{
	unsigned i;

	for (i = 0; i < h->naddrs; i++)
		if (h->addrs[i].place == place && h->addrs[i].offer == o &&
		    h->addrs[i].state != ADDR_GONE)
			return &h->addrs[i];
	return NULL;
}

static bool any_shown(const struct host *h, unsigned place)
{
	unsigned i;

	for (i = 0; i < h->naddrs; i++)
		if (h->addrs[i].place == place && shows(&h->addrs[i]))
			return true;
	return false;
}

/* ---- what comes next --------------------------------------------------------------------- */

/* What ended before TLS, or in a way that has nothing to do with certificates, would end so again. */
static bool is_of_use(const struct addr *a)
{
	return a->state == ADDR_DONE && (a->offer != TLS_OFFER_RSA || a->ncerts || a->refused);
}

static void queue(struct host *h, const struct addr *before, enum tls_offer o)
{
	struct addr *a = &h->addrs[h->naddrs++];

	a->a = before->a;
	a->place = before->place;
	a->offer = o;
	host_addr_reset(a);
	a->state = ADDR_QUEUED;
}

/* The handshake came to nothing: the server ended it, or its certificate is of no use.  What else it
   sent that we had to refuse is wrong, and says nothing of what it has. */
static bool came_to_nothing(const struct addr *a)
{
	return a->state == ADDR_DONE && (a->declined || (a->refused && a->ncerts));
}

/* That was so for all of them: an ordinary one tells why, or does. */
static void all_refused(struct host *h, unsigned place)
{
	struct addr *a;
	unsigned o;

	for (o = TLS_OFFER_RSA; o <= TLS_OFFER_ED25519; o++) {
		a = attempt(h, place, (enum tls_offer)o);
		if (!a || !came_to_nothing(a) || shows(a))
			return;
	}
	for (o = TLS_OFFER_RSA; o <= TLS_OFFER_ED25519; o++) {
		a = attempt(h, place, (enum tls_offer)o);
		host_addr_reset(a);
		a->state = o == TLS_OFFER_RSA ? ADDR_QUEUED : ADDR_GONE;
		if (o == TLS_OFFER_RSA)
			a->offer = TLS_OFFER_ALL;
	}
}

/* It closed the connection when it was asked for one algorithm, and showed another. */
static bool is_in_doubt(const struct host *h, unsigned place)
{
	unsigned i;

	for (i = 0; i < h->naddrs; i++)
		if (h->addrs[i].place == place && h->addrs[i].state == ADDR_DONE &&
		    h->addrs[i].hung_up && !h->addrs[i].ncerts)
			return any_shown(h, place);
	return false;
}

static void last_one(struct host *h, const struct addr *a)
{
	unsigned place = a->place;

	if (!is_in_doubt(h, place))
		all_refused(h, place);
	else if (!attempt(h, place, TLS_OFFER_ALL))
		queue(h, a, TLS_OFFER_ALL);
}

void offer_next(struct host *h)
{
	unsigned i, n = h->naddrs;

	for (i = 0; h->all_certs && i < n; i++) {
		const struct addr *a = &h->addrs[i];

		if (a->offer == TLS_OFFER_ALL || !is_of_use(a))
			continue;
		if (a->offer == TLS_OFFER_ED25519)
			last_one(h, a);
		else if (!attempt(h, a->place, a->offer + 1))
			queue(h, a, a->offer + 1);
	}
}

/* ---- what came of it ---------------------------------------------------------------------- */

/* Those of an address stand together, as they were asked; what is gone comes last. */
static int order(const void *x, const void *y)
{
	const struct addr *a = x, *b = y;

	if ((a->state == ADDR_GONE) != (b->state == ADDR_GONE))
		return a->state == ADDR_GONE ? 1 : -1;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return (int)a->offer - (int)b->offer;
}

/* The attempt that was shown this very leaf when its algorithm was asked for, or NULL. */
static const struct addr *shown_there(const struct host *h, const struct addr *a)
{
	enum tls_offer o = of_leaf(a);
	const struct addr *b = o == TLS_OFFER_ALL ? NULL : attempt(h, a->place, o);

	return b && b != a && shows(b) && !strcmp(a->certs[0].sha256, b->certs[0].sha256) ? b : NULL;
}

/* A certificate of another algorithm came.  It is of no account only when its verdict stands where it
   was asked for, and nothing went worse than there. */
static bool is_another(const struct host *h, const struct addr *a)
{
	const struct addr *b = shown_there(h, a);

	return b && (a->refused || (a->finished && a->verdict <= b->verdict));
}

/* Did it finish an ordinary handshake after all that, without a certificate of the kind it is to lack? */
static bool is_at_ease(const struct host *h, const struct addr *a)
{
	const struct addr *b = attempt(h, a->place, TLS_OFFER_ALL);

	return b && b->state == ADDR_DONE && b->finished && of_leaf(b) != a->offer;
}

static bool has_none(const struct host *h, const struct addr *a)
{
	if (a->state != ADDR_DONE || a->offer == TLS_OFFER_ALL || shows(a))
		return false;
	if (a->ncerts)
		return is_another(h, a);
	return a->declined && any_shown(h, a->place) && (!a->hung_up || is_at_ease(h, a));
}

/* Out of time (-t) before any was shown, or before it was seen whether who hung up is well: what was
   refused says nothing yet. */
static bool is_open(const struct host *h, const struct addr *a)
{
	unsigned o;

	if (a->state != ADDR_DONE || a->offer == TLS_OFFER_ALL || a->ncerts || !a->declined ||
	    (any_shown(h, a->place) && !a->hung_up))
		return false;
	for (o = TLS_OFFER_ALL; o <= TLS_OFFER_ED25519; o++) {
		const struct addr *b = attempt(h, a->place, (enum tls_offer)o);

		if (b && b->state == ADDR_SKIPPED && !b->no_route && !b->not_shown)
			return true;
	}
	return false;
}

/* The way to it was lost between two attempts: then it is not known what it would have shown. */
static void lost(struct addr *a)
{
	problem_add(&a->problems, VERDICT_FAIL, "local-network", "this machine has no route to the address "
	    "any more, after it was connected to before; check its network");
	a->no_route = false;
	a->verdict = VERDICT_FAIL;
	a->state = ADDR_DONE;
}

static void settle(struct host *h, struct addr *a)
{
	bool none = a->not_shown;

	if (none || is_open(h, a)) {
		host_addr_reset(a);
		a->state = ADDR_SKIPPED;
		a->not_shown = none;
	} else if (a->no_route && a->offer > TLS_OFFER_RSA)
		lost(a);
}

/* The ordinary dialogue that was asked for in doubt: nothing more than is known already? */
static bool is_said(const struct host *h, const struct addr *a)
{
	const struct addr *b = shown_there(h, a);

	if (a->state == ADDR_SKIPPED && !a->no_route)
		return false; /* out of time: see is_open() */
	return !a->finished || (b && a->verdict <= b->verdict);
}

static bool is_alone(const struct host *h, unsigned i)
{
	return (i == 0 || h->addrs[i - 1].place != h->addrs[i].place) &&
	    (i + 1 == h->naddrs || h->addrs[i + 1].place != h->addrs[i].place);
}

void offer_settle(struct host *h)
{
	unsigned i;

	if (!h->all_certs)
		return;
	for (i = 0; i < h->naddrs; i++)
		if (h->addrs[i].offer != TLS_OFFER_ALL && has_none(h, &h->addrs[i]))
			h->addrs[i].not_shown = true;
	for (i = 0; i < h->naddrs; i++)
		if (h->addrs[i].offer == TLS_OFFER_ALL && any_shown(h, h->addrs[i].place) &&
		    is_said(h, &h->addrs[i]))
			h->addrs[i].state = ADDR_GONE;
	qsort(h->addrs, h->naddrs, sizeof *h->addrs, order); /* no connection points to them any more */
	while (h->naddrs && h->addrs[h->naddrs - 1].state == ADDR_GONE)
		host_addr_reset(&h->addrs[--h->naddrs]);
	for (i = 0; i < h->naddrs; i++)
		if (is_alone(h, i))
			h->addrs[i].offer = TLS_OFFER_ALL; /* it is as any address that was asked once */
		else
			settle(h, &h->addrs[i]);
}

/* An address is ok when everything that it showed is. */
unsigned offer_count(const struct host *h, unsigned *ok)
{
	unsigned i, j, n = 0;

	for (i = 0; i < h->naddrs; i = j, n++) {
		bool good = false, bad = false;

		for (j = i; j < h->naddrs && h->addrs[j].place == h->addrs[i].place; j++) {
			good = good || h->addrs[j].verdict == VERDICT_OK;
			bad = bad || (h->addrs[j].verdict != VERDICT_OK && !h->addrs[j].not_shown);
		}
		*ok += good && !bad;
	}
	return n;
}
