/* SPDX-License-Identifier: ISC */
/* tls/constraint.h: name constraints of a CA certificate; private to tls/. */
#ifndef TLS_CONSTRAINT_H
#define TLS_CONSTRAINT_H

#include "tls/x509.h"

enum tls_nc {
	TLS_NC_UNCHECKED = 0,
	TLS_NC_OK,
	TLS_NC_REFUSED,      /* excluded, or not permitted */
	TLS_NC_UNSUPPORTED,  /* a form of name, or a malformed name, that cannot be judged */
	TLS_NC_LIMIT         /* more work than the budget allows */
};

/* The extension's value into x->permitted and x->excluded.  False: malformed, empty, or with a
   minimum or maximum, which RFC 5280 does not use. */
bool tls_nc_parse(struct tls_x509 *x, const struct tls_tlv *v);
/* May ca vouch for the names of x?  With leaf its CN is a DNS name when the SAN has none.
   Each comparison is charged; culprit is the GeneralName refused. */
enum tls_nc tls_nc_check(const struct tls_x509 *ca, const struct tls_x509 *x, bool leaf,
    unsigned *budget, struct tls_tlv *culprit);
/* And for this very host, which a wildcard may have stood for? */
enum tls_nc tls_nc_check_host(const struct tls_x509 *ca, const char *host, unsigned *budget);

#endif
