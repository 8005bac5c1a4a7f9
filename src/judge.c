/* SPDX-License-Identifier: ISC */
/* src/judge.c: from a chain and what tls/ found about it to the verdict of an address: what the
   report needs of each certificate, the dates that other clients than DANE's look at.  One and the
   same for a live probe, for a chain seen for another domain, and for -check-chain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "src/offline.h"
#include "src/probe.h"

void judge_dane(const struct probe *p, const struct host *h, struct tls_dane *d)
{
	memset(d, 0, sizeof *d);
	d->tlsa = h->set;
	d->ntlsa = h->ntlsa;
	d->names = (const char *const *)h->names;
	d->nnames = h->nnames;
	d->now = probe_now(p);
}

static void names_of(const struct tls_cert *c, struct cert_info *i)
{
	char san[TLS_NAME_TEXT * 4], *s;
	struct text t = { 0 };
	unsigned n;

	for (n = 0; n < TLS_MAX_SANS && tls_cert_san(c, n, san, sizeof san); n++) {
		text_puts(&t, n ? " " : "");
		for (s = san; *s; s++) /* a blank parts names */
			text_add(&t, *s == ' ' ? "\\x20" : s, *s == ' ' ? 4 : 1);
	}
	i->names = text_dup(text_str(&t));
	text_free(&t);
}

static void cert(const struct host *h, const struct tls_chain *chain, unsigned n, struct cert_info *i)
{
	unsigned usage = n ? 2 : 3;
	char hint[256];
	struct tls_cert c;

	memset(&c, 0, sizeof c);
	i->parsed = tls_cert_parse(&c, chain->der + chain->off[n], chain->len[n]) == 0;
	if (!i->parsed) {
		i->names = text_dup("");
		return;
	}
	i->not_before = c.not_before;
	i->not_after = c.not_after;
	i->key_bits = c.key_bits;
	snprintf(i->subject, sizeof i->subject, "%s", c.subject);
	snprintf(i->issuer, sizeof i->issuer, "%s", c.issuer);
	snprintf(i->serial, sizeof i->serial, "%s", c.serial);
	snprintf(i->key_type, sizeof i->key_type, "%s", c.key_type ? c.key_type : "unknown");
	snprintf(i->sig_alg, sizeof i->sig_alg, "%s", c.sig_alg ? c.sig_alg : "unknown");
	sodium_bin2hex(i->sha256, sizeof i->sha256, c.fp_sha256, sizeof c.fp_sha256);
	names_of(&c, i);
	if (tls_dane_suggest(chain, n, usage, 1, tls_tlsa_mtype(h->set, h->ntlsa, usage, 1), hint,
	    sizeof hint))
		i->suggest = text_dup(hint);
}

/* A record of an issuer is only suggested where it would match: the path, the dates and the names
   count too (RFC 7671 section 5.2).  All are tried at once. */
static void drop_suggestions(const struct probe *p, const struct host *h, struct addr *a,
    const struct tls_chain *chain)
{
	struct tls_dane_result *r = text_alloc(sizeof *r);
	struct tls_tlsa set[TLS_MAX_CERTS];
	unsigned i, n, of[TLS_MAX_CERTS];
	struct tls_dane d;

	for (i = 1, n = 0; i < a->ncerts; i++) {
		const char *s = a->certs[i].suggest;

		if (s && !tlsa_given(s, strlen(s), &set[n]))
			of[n++] = i;
	}
	judge_dane(p, h, &d);
	d.tlsa = set;
	d.ntlsa = n;
	if (n)
		tls_dane_check(&d, chain, r);
	for (i = 0; i < n; i++) {
		free((uint8_t *)set[i].data);
		if (r->row[i].state == TLS_ROW_MATCHED)
			continue;
		free(a->certs[of[i]].suggest);
		a->certs[of[i]].suggest = NULL;
	}
	free(r);
}

static void certificates(const struct probe *p, const struct host *h, struct addr *a,
    const struct tls_chain *chain)
{
	unsigned i, n = chain->n < TLS_MAX_CERTS ? chain->n : TLS_MAX_CERTS;

	if (!n)
		return;
	a->certs = text_alloc(n * sizeof *a->certs);
	a->ncerts = n;
	for (i = 0; i < n; i++) {
		cert(h, chain, i, &a->certs[i]);
		if (!p->o.keep_der)
			continue;
		a->certs[i].len = chain->len[i];
		a->certs[i].der = text_alloc(chain->len[i]);
		memcpy(a->certs[i].der, chain->der + chain->off[i], chain->len[i]);
	}
	drop_suggestions(p, h, a, chain);
}

/* DANE-EE ignores dates (RFC 7672 section 3.1.1), other clients do not. */
static void dates_ee(const struct cert_info *c, struct addr *a, int64_t now, int64_t warn)
{
	char at[40];

	if (warn == 0)
		return;
	if (c->not_before == 0 && c->not_after == 0) {
		problem_add(&a->problems, VERDICT_FAIL, "cert-parse", "the validity dates of the "
		    "certificate are malformed; senders that apply DANE may still deliver, since "
		    "DANE-EE(3) ignores dates, but other clients will not: make a new one with the same "
		    "key (-expiration-warning 0s lifts this check)");
		return;
	}
	if (c->not_after < now)
		problem_add(&a->problems, VERDICT_FAIL, "cert-expired", "the certificate expired on "
		    "%s; senders that apply DANE still deliver, since DANE-EE(3) ignores dates, but "
		    "other clients may not: renew it with the same key (-expiration-warning 0s "
		    "lifts this check)", dns_time_str(c->not_after, at, sizeof at));
	else if (c->not_after - now < warn)
		problem_add(&a->problems, VERDICT_WARNING, "cert-expiring", "the certificate expires "
		    "on %s: renew it", dns_time_str(c->not_after, at, sizeof at));
	if (c->not_before > now)
		problem_add(&a->problems, VERDICT_WARNING, "cert-not-yet-valid", "the certificate is "
		    "valid from %s on only; DANE-EE(3) ignores that, other clients may not: check "
		    "the clock that it was issued by", dns_time_str(c->not_before, at, sizeof at));
}

/* The anchor may be in the record instead of the chain. */
static void date_given(const struct tls_tlsa *t, struct addr *a, int64_t now, int64_t warn)
{
	char at[40];
	struct tls_cert c;

	if (t->selector == 0 && t->mtype == 0 && tls_cert_parse(&c, t->data, t->len) == 0 &&
	    c.not_after - now < warn)
		problem_add(&a->problems, VERDICT_WARNING, "cert-expiring", "the certificate in the "
		    "TLSA record (%s) expires on %s, and mail is deferred from then on: renew it and "
		    "publish the new one first", c.subject, dns_time_str(c.not_after, at, sizeof at));
}

/* Under DANE-TA tls/ has refused what is expired; what is about to be is warned of. */
static void dates_ta(const struct tls_tlsa *t, struct addr *a, int64_t now, int64_t warn)
{
	char at[40];
	unsigned i;

	if (warn && a->npath == a->depth) /* not presented */
		date_given(t, a, now, warn);
	for (i = 0; i < a->npath && a->path[i] < a->ncerts; i++) {
		const struct cert_info *c = &a->certs[a->path[i]];

		if (c->parsed && warn && c->not_after - now < warn)
			problem_add(&a->problems, VERDICT_WARNING, "cert-expiring", "certificate %u of "
			    "the path (%s) expires on %s, and mail would be deferred from then on: "
			    "renew it", i, c->subject, dns_time_str(c->not_after, at, sizeof at));
	}
}

static void matched(struct probe *p, struct host *h, struct addr *a,
    const struct tls_chain *chain, const struct tls_dane_result *r)
{
	int64_t now = probe_now(p), warn = p->o.expiration_warning / 1000000000;
	const char *fault = tls_leaf_fault(chain);

	if (p->o.expiration_warning && !warn)
		warn = 1;
	if (r->tlsa < 0 || (unsigned)r->tlsa >= h->ntlsa) {
		problem_add(&a->problems, VERDICT_FAIL, "cert-unverified", "the certificate check "
		    "names no TLSA record");
		return;
	}
	a->match = r->tlsa;
	a->depth = r->depth;
	a->npath = r->npath;
	memcpy(a->path, r->path, sizeof a->path);
	if (fault) /* only -check-chain comes so far: no handshake would */
		problem_add(&a->problems, VERDICT_FAIL, "cert-unverified", "the key of the certificate %s, so "
		    "that no server could prove here that it has it: make a new one and publish its record "
		    "first", fault);
	if (r->weak_rsa && r->weak_rsa < TLS_MIN_RSA_BITS) /* of a leaf under DANE-EE */
		problem_add(&a->problems, VERDICT_FAIL, "cert-key-short", "the RSA key of the "
		    "certificate has %u bits, which proves nothing, and senders refuse it: make a new "
		    "one of 2048 and publish its record first", r->weak_rsa);
	else if (r->weak_rsa)
		problem_add(&a->problems, VERDICT_WARNING, "cert-key-short", "an RSA key of %u bits is "
		    "relied on: some senders refuse less than 2048; make a longer one and publish its "
		    "record first", r->weak_rsa);
	if (h->set[r->tlsa].usage == 2)
		dates_ta(&h->set[r->tlsa], a, now, warn);
	else if (a->ncerts && a->certs[0].parsed)
		dates_ee(&a->certs[0], a, now, warn);
}

static void table(const struct host *h, struct addr *a, const struct tls_dane_result *r)
{
	unsigned i;

	if (!a->ncerts || !h->ntlsa)
		return;
	memcpy(a->data_depth, r->data_depth, sizeof a->data_depth);
	a->table = text_alloc(h->ntlsa * sizeof *a->table);
	for (i = 0; i < h->ntlsa; i++) {
		a->table[i].row = r->row[i];
		a->table[i].data_mask = r->data_mask[i];
	}
}

/* After a whole handshake, or with the chain that was presented before it failed. */
static void not_matched(const struct host *h, const struct ended *e, struct addr *a,
    const struct tls_dane_result *r)
{
	if (r->verdict == TLS_NO_USABLE && set_is_pkix(h))
		problem_add(&a->problems, VERDICT_FAIL, "tlsa-not-checked", "its TLSA "
		    "records ask for a check against public CAs (RFC 7673), which is not made here");
	else if (r->verdict == TLS_NO_MATCH || r->verdict == TLS_BAD_CHAIN || r->verdict == TLS_NO_USABLE)
		problem_add(&a->problems, VERDICT_FAIL, r->code, "%s", r->reason);
	else if (e->outcome == SMTP_FINISHED || e->opened)
		problem_add(&a->problems, VERDICT_FAIL, "cert-unverified", "the certificate was not "
		    "verified to the end");
}

/* Did we end the handshake for what was presented?  Then that is the reason. */
static bool refused_chain(const struct ended *e, const struct addr *a,
    const struct tls_dane_result *r)
{
	return a->ncerts && e->outcome == SMTP_TLS_FAILED && r->verdict == TLS_BAD_CHAIN;
}

/* RFC 8996 section 2 and 3: no better version was agreed on, though TLS 1.2 at least was offered. */
static void version(struct addr *a)
{
	if (!strcmp(a->version, "TLSv1.0") || !strcmp(a->version, "TLSv1.1"))
		problem_add(&a->problems, VERDICT_WARNING, "tls-version-old", "the server speaks %s at "
		    "best, which must not be used any more (RFC 8996) and which some senders refuse: turn "
		    "on TLS 1.2 and 1.3 there, by newer software if need be", a->version);
}

/* Once the handshake is finished the match is known, whatever becomes of the dialogue; ok is
   only one that went to its end. */
void judge(struct probe *p, struct host *h, struct addr *a, const struct ended *e,
    const struct tls_chain *chain, const struct tls_dane_result *r)
{
	bool ok = e->outcome == SMTP_FINISHED && e->opened && r->verdict == TLS_MATCH;

	a->time = e->time;
	a->opened = e->opened && !p->o.chain; /* -check-chain: nobody was asked */
	a->finished = e->outcome == SMTP_FINISHED && e->opened;
	a->refused = e->refused;
	a->hung_up = e->hung_up;
	a->declined = e->declined;
	if (e->tls_started) {
		snprintf(a->version, sizeof a->version, "%s", e->version);
		snprintf(a->suite, sizeof a->suite, "%s", e->suite);
		snprintf(a->group, sizeof a->group, "%s", e->group);
		snprintf(a->scheme, sizeof a->scheme, "%s", e->scheme);
		certificates(p, h, a, chain);
		table(h, a, r);
	}
	if (e->opened && r->verdict == TLS_MATCH)
		matched(p, h, a, chain, r);
	else if (e->outcome == SMTP_FINISHED || e->opened ||
	    (a->ncerts && e->outcome == SMTP_TLS_FAILED))
		not_matched(h, e, a, r);
	if (e->outcome != SMTP_FINISHED && !refused_chain(e, a, r))
		problem_add(&a->problems, VERDICT_FAIL, e->code, "%s", e->reason);
	if (a->opened) {
		staple_judge(p, a, &e->ocsp);
		version(a);
	}
	a->verdict = problem_worst(a->problems, ok && a->match >= 0 ? VERDICT_OK : VERDICT_FAIL);
	a->state = ADDR_DONE;
}
