/* SPDX-License-Identifier: ISC */
/* tls/chain.h: a certificate that comes in pieces; private to tls/. */
#ifndef TLS_CHAIN_H
#define TLS_CHAIN_H

#include "tls/tls.h"

void tls_chain_init(struct tls_chain *c);
/* Octets of the certificate under way, which may come from higher up in the chain's own buffer, and its
   end. */
void tls_chain_append(struct tls_chain *c, const uint8_t *p, size_t n);
void tls_chain_end(struct tls_chain *c);

#endif
