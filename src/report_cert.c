/* SPDX-License-Identifier: ISC */
/* src/report_cert.c: the certificates in detail (-show-cert-info) and whole (-showcerts), with what was
   agreed on and stapled in TLS.  What peers wrote is escaped. */
#include "src/report.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

void report_key(struct text *t, const char *type, unsigned bits)
{
	text_puts(t, type);
	if (!strcmp(type, "ECDSA") && (bits == 256 || bits == 384 || bits == 521))
		text_printf(t, " P-%u", bits);
	else if (bits && strcmp(type, "Ed25519"))
		text_printf(t, " %u", bits);
}

static void parameter(struct text *t, const char *what, const char *value)
{
	if (*value)
		text_printf(t, "%s%s", what, value);
}

void report_tls(struct text *t, const struct addr *a, const char *indent)
{
	if (!*a->version)
		return;
	text_printf(t, "%sTLS: %s, %s", indent, a->version, a->suite);
	parameter(t, ", group ", a->group);
	parameter(t, ", signed with ", a->scheme);
	if (a->ncerts && a->certs[0].parsed)
		text_printf(t, ", key %s %u bits", a->certs[0].key_type, a->certs[0].key_bits);
	text_puts(t, "\n");
}

/* Who has signed it; where the signature was not shown to be good, who is said to have. */
static void signer(struct text *t, const struct tls_ocsp_result *o)
{
	if (!*o->responder)
		return;
	if (!staple_verified(o->state) && o->state != TLS_OCSP_STALE)
		text_puts(t, ", said to be signed by ");
	else
		text_puts(t, o->delegated ? ", signed for the issuer by " : ", signed by ");
	text_safe(t, o->responder);
}

/* Green when good, red when a problem says the same, else yellow. */
static const char *colour(const struct addr *a)
{
	const struct problem *p;

	if (a->ocsp && a->ocsp->state == TLS_OCSP_GOOD)
		return "32";
	for (p = a->problems; p; p = p->next)
		if (!strncmp(p->code, "ocsp-", 5))
			return "31";
	return "33";
}

static void dates(struct text *t, const struct tls_ocsp_result *o)
{
	char at[40];

	if (o->this_update)
		text_printf(t, ", of %s", dns_time_str(o->this_update, at, sizeof at));
	if (o->next_update)
		text_printf(t, ", next by %s", dns_time_str(o->next_update, at, sizeof at));
	if (o->revoked_at)
		text_printf(t, ", revoked on %s", dns_time_str(o->revoked_at, at, sizeof at));
	if (o->revoked_why && *o->revoked_why)
		text_printf(t, " (%s)", o->revoked_why);
}

void report_ocsp(struct text *t, const struct report *r, const struct addr *a, const char *indent)
{
	const struct tls_ocsp_result *o = a->ocsp;
	const char *word = o ? staple_state_str(o->state) : "nothing stapled";

	if (!a->opened)
		return;
	text_printf(t, "%sOCSP: ", indent);
	if (r->colour)
		text_printf(t, "\033[%sm%s\033[0m", colour(a), word);
	else
		text_puts(t, word);
	if (o) {
		dates(t, o);
		signer(t, o);
		if (!staple_verified(o->state) && *o->reason) {
			text_puts(t, ": ");
			text_safe(t, o->reason);
		}
		if (!staple_verified(o->state) && staple_says_str(o->says))
			text_printf(t, "; it says %s", staple_says_str(o->says));
	}
	text_puts(t, "\n");
}

/* The i-th of the accepted path; where nothing was accepted, of what was presented. */
static const struct cert_info *nth(const struct addr *a, unsigned i)
{
	unsigned at = a->npath ? (i < a->npath ? a->path[i] : a->ncerts) : i;

	return at < a->ncerts ? &a->certs[at] : NULL;
}

static void line(struct text *t, const char *indent, const char *what, const char *value)
{
	text_printf(t, "%s  %-13s", indent, what);
	text_safe(t, value);
	text_puts(t, "\n");
}

static void one(struct text *t, const struct cert_info *c, const char *indent)
{
	char from[40], to[40];

	line(t, indent, "names:", *c->names ? c->names : "none");
	line(t, indent, "issuer:", c->issuer);
	text_printf(t, "%s  %-13s%s to %s\n", indent, "valid:",
	    dns_time_str(c->not_before, from, sizeof from), dns_time_str(c->not_after, to, sizeof to));
	line(t, indent, "serial:", c->serial);
	text_printf(t, "%s  %-13s%s %u bits\n", indent, "key:", c->key_type, c->key_bits);
	line(t, indent, "signed with:", c->sig_alg);
	line(t, indent, "SHA-256:", c->sha256);
}

void report_cert_info(struct text *t, const struct addr *a, const char *indent)
{
	const struct cert_info *c;
	unsigned i;

	for (i = 0; (c = nth(a, i)) != NULL; i++) {
		text_printf(t, "%s%s certificate %u: ", indent, a->npath ? "path," : "presented,", i);
		text_safe(t, c->parsed ? c->subject : "not understood");
		text_puts(t, "\n");
		if (c->parsed)
			one(t, c, indent);
	}
}

/* RFC 7468 section 3: 64 characters a line. */
static void pem(struct text *t, const struct cert_info *c)
{
	size_t cap = sodium_base64_ENCODED_LEN(c->len, sodium_base64_VARIANT_ORIGINAL), n, at;
	char *b64 = text_alloc(cap);

	sodium_bin2base64(b64, cap, c->der, c->len, sodium_base64_VARIANT_ORIGINAL);
	n = strlen(b64);
	text_puts(t, "-----BEGIN CERTIFICATE-----\n");
	for (at = 0; at < n; at += 64)
		text_printf(t, "%.64s\n", b64 + at);
	text_puts(t, "-----END CERTIFICATE-----\n");
	free(b64);
}

void report_certs(struct text *t, const struct addr *a)
{
	const struct cert_info *c;
	unsigned i;

	for (i = 0; (c = nth(a, i)) != NULL; i++) {
		if (!c->der)
			continue;
		text_puts(t, "# ");
		text_safe(t, c->parsed ? c->subject : "not understood");
		text_puts(t, "\n");
		pem(t, c);
	}
}
