/* SPDX-License-Identifier: ISC */
/* src/staple.c: what a stapled OCSP response means for an address.  What it is worth is for tls/; here
   it becomes a problem, or none: revoked always is one, whoever says so; anything else but good only
   with -expect-ocsp, since DANE does not ask for OCSP. */
#include <stdio.h>
#include <string.h>

#include "src/probe.h"

const char *staple_state_str(enum tls_ocsp_state s)
{
	switch (s) {
	case TLS_OCSP_NONE: return "none";
	case TLS_OCSP_GOOD: return "good";
	case TLS_OCSP_REVOKED: return "revoked";
	case TLS_OCSP_UNKNOWN: return "unknown";
	case TLS_OCSP_STALE: return "stale";
	case TLS_OCSP_NO_STATUS: return "no-status";
	case TLS_OCSP_UNVERIFIABLE: return "unverifiable";
	case TLS_OCSP_BAD: break;
	}
	return "bad";
}

bool staple_verified(enum tls_ocsp_state s)
{
	return s == TLS_OCSP_GOOD || s == TLS_OCSP_REVOKED || s == TLS_OCSP_UNKNOWN;
}

const char *staple_says_str(enum tls_ocsp_says s)
{
	switch (s) {
	case TLS_OCSP_SAYS_GOOD: return "good";
	case TLS_OCSP_SAYS_REVOKED: return "revoked";
	case TLS_OCSP_SAYS_UNKNOWN: return "unknown";
	case TLS_OCSP_SAYS_NOTHING: break;
	}
	return NULL;
}

/* " on 2026-11-24T06:00:00Z (keyCompromise)": what of it is known. */
static void when_and_why(struct text *t, const struct tls_ocsp_result *o)
{
	char at[40];

	if (o->revoked_at)
		text_printf(t, " on %s", dns_time_str(o->revoked_at, at, sizeof at));
	if (o->revoked_why && *o->revoked_why)
		text_printf(t, " (%s)", o->revoked_why);
}

/* It came inside TLS, from the owner of the leaf's key: an owner who shows that of his own
   certificate is believed also when the signature cannot be checked. */
static void revoked(struct addr *a, const struct tls_ocsp_result *o)
{
	struct text t = { 0 };

	text_puts(&t, "the stapled OCSP response says that the certificate was revoked");
	when_and_why(&t, o);
	if (!staple_verified(o->state))
		text_printf(&t, "; that could not be verified (%s), but the server itself presented it "
		    "inside TLS", *o->reason ? o->reason : staple_state_str(o->state));
	text_puts(&t, ": replace the certificate and its key; if no TLSA record covers the new ones, "
	    "publish one first");
	problem_add(&a->problems, VERDICT_FAIL, "ocsp-revoked", "%s", text_str(&t));
	text_free(&t);
}

/* What is wrong, and what to do, around the reason. */
static const struct {
	const char *what, *then;
} expected[] = {
	[TLS_OCSP_NONE] = { "the server staples no OCSP response", "turn on OCSP stapling in the server; "
	    "if the CA of the certificate has no OCSP, leave out -expect-ocsp" },
	[TLS_OCSP_UNKNOWN] = { "the stapled OCSP response says that its responder does not know the "
	    "certificate", "ask the CA, or have the certificate issued anew" },
	[TLS_OCSP_STALE] = { "the stapled OCSP response is out of date, or not yet valid", "see to it that "
	    "the server fetches new ones from its CA, and that the clocks are right" },
	[TLS_OCSP_NO_STATUS] = { "the stapled OCSP response has no answer in it", "see the server's log, "
	    "and ask the CA if it stays" },
	[TLS_OCSP_UNVERIFIABLE] = { "the stapled OCSP response cannot be verified", "have the server "
	    "present the certificate of its issuer as well" },
	[TLS_OCSP_BAD] = { "the stapled OCSP response is not to be believed", "have the server fetch a new "
	    "one, and check where it has it from" },
};

/* An issuer that is not presented can be; an algorithm that is not known here cannot be helped there. */
static const char *what_then(const struct tls_ocsp_result *o, size_t i)
{
	return strcmp(o->code, "ocsp-unsupported") ? expected[i].then : "senders do not ask for OCSP, so that "
	    "mail is not in danger: check it with another tool, or leave out -expect-ocsp";
}

static void not_good(struct addr *a, const struct tls_ocsp_result *o)
{
	size_t i = (size_t)o->state < sizeof expected / sizeof expected[0] && expected[o->state].what ?
	    (size_t)o->state : TLS_OCSP_BAD;
	const char *code = o->state == TLS_OCSP_NONE ? "ocsp-missing" : *o->code ? o->code : "ocsp-bad";

	problem_add(&a->problems, VERDICT_FAIL, code, "%s, and -expect-ocsp wants a good one%s%s; %s",
	    expected[i].what, *o->reason ? ": " : "", o->reason, what_then(o, i));
}

void staple_judge(const struct probe *p, struct addr *a, const struct tls_ocsp_result *o)
{
	if (o->state != TLS_OCSP_NONE) {
		a->ocsp = text_alloc(sizeof *a->ocsp);
		*a->ocsp = *o;
	}
	if (o->state == TLS_OCSP_REVOKED || o->says == TLS_OCSP_SAYS_REVOKED)
		revoked(a, o);
	else if (p->o.expect_ocsp && o->state != TLS_OCSP_GOOD)
		not_good(a, o);
}
