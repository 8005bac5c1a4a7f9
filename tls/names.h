/* SPDX-License-Identifier: ISC */
/* tls/names.h: names of what TLS has numbers for, "" for 0 where that means none, "unknown" for what
   is not known here; private to tls/. */
#ifndef TLS_NAMES_H
#define TLS_NAMES_H

#include "tls/text.h"

const char *tls_version_name(unsigned version);
const char *tls_suite_name(unsigned suite);
const char *tls_group_name(unsigned group);
const char *tls_scheme_name(unsigned scheme);
/* An alert by name, and with a hint what it usually means with mail servers. */
void tls_alert_text(struct tls_text *t, unsigned n, bool with_hint);
/* A sentence for an error of BearSSL (BR_ERR_...). */
const char *tls_engine_str(int err);

#endif
