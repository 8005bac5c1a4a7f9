/* SPDX-License-Identifier: ISC */
/* src/report_cert.c: the certificates in detail (-show-cert-info) and whole (-showcerts).  What peers
   wrote is escaped. */
#include "src/report.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

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
