/* SPDX-License-Identifier: ISC */
/* src/advice.c: the operator's question to -check-chain: may this chain be deployed now, or after
   when, and which published records would then match nothing?  RFC 7671 section 8.1: a record
   must be in every cache before the chain that needs it is in use, and the records of the old chain
   may go only after that. */
#include <stdio.h>
#include <string.h>

#include "src/probe.h"

/* Seconds that a cache may hold the set; 0: not known (-tlsa). */
static uint32_t set_ttl(const struct host *h)
{
	struct dns_rr rr;
	size_t pos = 0;
	uint32_t ttl = 0;

	if (h->used && h->used->orig_ttl)
		return h->used->orig_ttl;
	while (h->used && look_next(h->used, &pos, &rr))
		ttl = rr.ttl > ttl ? rr.ttl : ttl;
	return ttl;
}

static void record(struct text *t, const struct tls_tlsa *s)
{
	text_puts(t, "\"");
	set_record(t, s, false);
	text_puts(t, "\"");
}

static void wait_for(struct text *t, uint32_t ttl, int64_t now)
{
	char at[40];

	text_printf(t, "%lu seconds (the TTL of the set): until %s", (unsigned long)ttl,
	    dns_time_str(now + ttl, at, sizeof at));
}

/* What the operator may tell from them: since when the set is as it is, and until when it counts. */
static void signed_until(struct text *t, const struct host *h)
{
	char from[40], to[40];

	if (h->used->sig_until)
		text_printf(t, " (by a signature of %s, good until %s)",
		    dns_time_str(h->used->sig_from, from, sizeof from),
		    dns_time_str(h->used->sig_until, to, sizeof to));
}

static void may_go(struct text *t, const struct host *h, const struct addr *a, uint32_t ttl,
    int64_t now)
{
	text_puts(t, "this chain satisfies ");
	record(t, &h->set[a->match]);
	if (!h->used) {
		text_puts(t, ", which was given with -tlsa: it may be deployed once that record is published "
		    "and has been for as long as its TTL");
		return;
	}
	text_puts(t, ", which is published and proven");
	signed_until(t, h);
	text_puts(t, ": it may be deployed, now if that record has been there for longer than its TTL; if it "
	    "is new, caches may still hold the set without it for ");
	wait_for(t, ttl, now);
	text_puts(t, " at the latest");
}

static void publish(struct text *t, const struct host *h, const struct addr *a, uint32_t ttl,
    int64_t now)
{
	if (!a->ncerts || !a->certs[0].suggest)
		return;
	text_printf(t, ". If this chain is the right one, publish %s. IN TLSA %s beside the present records, and "
	    "deploy no sooner than ", h->tlsa_name, a->certs[0].suggest);
	if (h->used)
		wait_for(t, ttl, now);
	else
		text_puts(t, "the TTL of the set later");
	text_puts(t, h->used ? " if it is published now" : "");
}

/* It matches, and is no good all the same: its key proves nothing. */
static bool is_bad_key(const struct addr *a)
{
	const struct problem *p;

	for (p = a->problems; p; p = p->next)
		if (p->severity == VERDICT_FAIL && (!strcmp(p->code, "cert-key-short") ||
		    !strcmp(p->code, "cert-unverified")))
			return true;
	return false;
}

/* True: a record for the leaf would make the chain match. */
static bool must_wait(struct text *t, const struct addr *a)
{
	if (problem_has(a->problems, "tlsa-unusable"))
		text_puts(t, "as far as DANE goes this chain may be deployed at any time: no record can be "
		    "used, so nothing is deferred, and nothing authenticated");
	else if (problem_has(a->problems, "tlsa-not-checked"))
		text_puts(t, "whether this chain may be deployed is not known: no record could be checked "
		    "here");
	else
		text_puts(t, "do not deploy this chain: with it, mail to this host would be deferred");
	return !is_bad_key(a) && !problem_has(a->problems, "cert-expired") && !problem_has(a->problems, "cert-not-yet-valid") && !problem_has(a->problems, "cert-chain") &&
	    !problem_has(a->problems, "cert-parse") && !problem_has(a->problems, "cert-limit");
}

/* Is there nothing in the chain that record i matches? */
static bool matches_nothing(const struct host *h, const struct addr *a, unsigned i)
{
	return set_usable(h, i) == TLS_USABLE && (a->data_depth[i] < 0 ||
	    (a->table && a->table[i].row.state == TLS_ROW_NOT_ACCEPTED));
}

static void left_over(struct text *t, const struct host *h, const struct addr *a, const char *before)
{
	unsigned i, n = 0;

	for (i = 0; i < h->ntlsa; i++)
		if (matches_nothing(h, a, i)) {
			text_puts(t, n++ ? ", " : before);
			record(t, &h->set[i]);
		}
}

void advise(const struct probe *p, struct host *h)
{
	const struct addr *a = &h->addrs[0];
	uint32_t ttl = set_ttl(h);
	struct text t = { 0 };

	if (a->match >= 0 && !is_bad_key(a)) {
		may_go(&t, h, a, ttl, probe_now(p));
		left_over(&t, h, a, ". Once it is in use these records match nothing any more, and may be "
		    "removed when the old chain is gone: ");
	} else if (must_wait(&t, a)) {
		publish(&t, h, a, ttl, probe_now(p));
		left_over(&t, h, a, ". The records that would no longer match anything, and may be removed "
		    "when the old chain is gone: ");
	}
	h->advice = text_dup(text_str(&t));
	text_free(&t);
}

void advise_none(const struct probe *p, struct host *h)
{
	if (p->o.chain)
		h->advice = text_dup("as far as DANE goes this chain may be deployed at any time: it is not "
		    "applied to this host");
}
