/* SPDX-License-Identifier: ISC */
/* src/offline.h: what the user brings instead of the DNS (-tlsa) and the server (-check-chain). */
#ifndef SRC_OFFLINE_H
#define SRC_OFFLINE_H

#include "tls/tls.h"

#define OFFLINE_FILE_MAX 262144 /* octets of a PEM file: 16 certificates and what stands around them */

/* "U S M HEX", s[0..len): blanks anywhere in HEX, which may be empty.  NULL, and t->data to be
   freed by the caller; or what is wrong, a constant sentence. */
const char *tlsa_given(const char *s, size_t len, struct tls_tlsa *t);
/* The certificates in a PEM file, leaf first; "-" is standard input.  To be freed by the caller;
   or NULL and why not. */
struct tls_chain *chain_read(const char *file, char *why, size_t cap);

#endif
