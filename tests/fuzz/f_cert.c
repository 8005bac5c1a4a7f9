/* SPDX-License-Identifier: ISC */
/* Fuzz target: one certificate, its names, and its key. */
#include <stdlib.h>
#include <string.h>
#include "tls/tls.h"
#include "tls/constraint.h"
#include "tls/x509.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_cert c;
	struct tls_x509 x;
	char buf[64];
	struct tls_tlv culprit;
	unsigned i, budget = 1000;

	if (tls_cert_parse(&c, data, len) != 0) {
		if (c.parsed)
			abort();
		return 0;
	}
	if (c.spki < data || (size_t)(c.spki - data) + c.spki_len > len)
		abort();
	if (memchr(c.subject, 0, sizeof c.subject) == NULL ||
	    memchr(c.issuer, 0, sizeof c.issuer) == NULL ||
	    memchr(c.serial, 0, sizeof c.serial) == NULL)
		abort();
	for (i = 0; i < 4 && tls_cert_san(&c, i, buf, sizeof buf); i++) {
		if (memchr(buf, 0, sizeof buf) == NULL)
			abort();
	}
	if (i < 4 && i != c.nsans)
		abort();
	if (tls_x509_parse(&x, data, len) == 0) {
		(void)tls_x509_has_name(&x, "mx.example.test");
		(void)tls_x509_verify(&x, &x.pub);
		if (!tls_dn_eq(&x.subject, &x.subject))
			abort();
		if (tls_dn_eq(&x.subject, &x.issuer) != tls_dn_eq(&x.issuer, &x.subject))
			abort();
		(void)tls_nc_check(&x, &x, true, &budget, &culprit);
	}
	return 0;
}
