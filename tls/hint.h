/* SPDX-License-Identifier: ISC */
/* tls/hint.h: what the operator probably meant; private to tls/. */
#ifndef TLS_HINT_H
#define TLS_HINT_H

#include "tls/text.h"
#include "tls/tls.h"
#include "tls/x509.h"

/* What the selector selects (RFC 6698 section 2.1.2): all and all_len. */
struct tls_tlv tls_selected(const struct tls_x509 *x, unsigned selector);
/* "3 1 1 HEX" for this certificate; false: cut. */
bool tls_suggest(const struct tls_x509 *x, unsigned usage, unsigned selector, unsigned mtype,
    struct tls_text *t);
/* Fill in out->hint: out has the verdict, data_mask and rows; x[0..n) is the chain. */
void tls_hint(const struct tls_dane *d, const struct tls_x509 *x, unsigned n,
    struct tls_dane_result *out);

#endif
